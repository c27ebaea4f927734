#!/usr/bin/env python3
"""Run every goal of speed and memory, and print the table that the README links: `goals.py [--work DIR] [--only WORDS]`.

Each figure is a ratio of two programs of one run, so that it means the same on another machine. Needs hyperfine, a C
compiler and rustc; fd (`fdfind`) and ruff where they are there. Builds what it measures, makes its trees and files under
DIR (1.5 GB, kept for the next run), writes nothing else. Cold figures need root and are left out without.
"""
import argparse, datetime, json, os, platform, shutil, statistics, subprocess, sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.abspath(os.path.join(HERE, "../../.."))
parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--work", default="/tmp/maillint-bench")
parser.add_argument("--maillint", help="the binary (default: built from this checkout, as for a release)")
parser.add_argument("--default", help="a binary of `cargo build --release`, to compare how fast it starts")
parser.add_argument("--only", default="", help="goals whose name holds one of these words, with commas between them")
args = parser.parse_args()
WORK = args.work
os.makedirs(WORK, exist_ok=True)
at = lambda *names: os.path.join(WORK, *names)
ROWS = []


def sh(*command, **kwargs):
    return subprocess.run(command, check=True, capture_output=True, text=True, **kwargs).stdout


def once(path, make):
    if not os.path.exists(path):
        make()
    return path


def medians(*commands, prepare=None, runs=7):
    """The median seconds of each command, in turns: what else the machine does meets them all alike."""
    out = at("hyperfine.json")
    seconds = [[] for _ in commands]
    rounds = min(runs, 20)
    for turn in range(rounds):
        extra = ["--prepare", prepare] if prepare else ["--warmup", "0" if turn else "1"]
        sh("hyperfine", "-N", "-i", "-r", str(runs // rounds), *extra, "--export-json", out, *commands)
        for so_far, result in zip(seconds, json.load(open(out))["results"]):
            so_far += result["times"]
    return [statistics.median(each) for each in seconds]


def memory(command):
    """Peak resident memory in MB."""
    run = subprocess.run(["/usr/bin/time", "-f", "%M", *command.split()], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    return int(run.stderr.split()[-1]) / 1024


def goal(name, limit, measure, unit="×", least=None):
    if not any(word in name for word in args.only.split(",")):
        return
    try:
        value = measure()
    except (OSError, subprocess.CalledProcessError, KeyError) as error:
        ROWS.append((name, limit, f"not measured: {error}", ""))
        return
    met = value <= limit if least is None else least <= value <= limit
    bound = f"≤ {limit}" if least is None else f"{least} to {limit}"
    ROWS.append((name, f"{bound} {unit}", f"{value:.2f} {unit}", "yes" if met else "**no**"))
    print(*ROWS[-1], file=sys.stderr)


def build(*flags, **env):
    """The binary of this checkout, built like `packaging/release.yml` does."""
    sh("cargo", "build", "--release", "--locked", "-p", "maillint", *flags, cwd=ROOT, env={**os.environ, **env})
    target = json.loads(sh("cargo", "metadata", "--format-version", "1", "--no-deps", cwd=ROOT))["target_directory"]
    return os.path.join(target, *flags[1:], "release/maillint")


HOST = next(line.split()[1] for line in sh("rustc", "-vV").splitlines() if line.startswith("host:"))
STATIC = {"RUSTFLAGS": "-Ctarget-feature=+crt-static"} if HOST.endswith("-linux-gnu") else {}
MAILLINT = os.path.abspath(args.maillint) if args.maillint else build("--target", HOST, **STATIC)


def fresh(program):
    """A copy of a program, in the cache in one piece, as an installation leaves it. What was read again after the cache was
    emptied lies there in single pages, and a small run takes a third longer for it."""
    os.makedirs(at("programs"), exist_ok=True)
    return shutil.copy(program, at("programs", f"{len(os.listdir(at('programs')))}-{os.path.basename(program)}"))


shutil.rmtree(at("programs"), ignore_errors=True)
MAILLINT = fresh(MAILLINT)
SCAN = f"{MAILLINT} scan --no-progress --fail-on never"
tool = lambda *names: next((shutil.which(name) for name in names if shutil.which(name)), names[0])

once(at("limit"), lambda: sh("cc", "-O2", "-pthread", "-o", at("limit"), os.path.join(HERE, "limit.c")))
open(at("hello.rs"), "w").write('fn main() { println!("hello"); }')
once(at("hello"), lambda: sh("rustc", "-O", "-o", at("hello"), at("hello.rs")))
HELLO = fresh(at("hello"))
TREE = once(at("tree"), lambda: sh(sys.executable, os.path.join(HERE, "gen_tree.py"), at("tree"), "1.0"))


def million():
    os.makedirs(at("million"))
    for number in range(1_000_000):
        os.close(os.open(at("million", f"file{number}.dat"), os.O_CREAT))


def data():
    os.makedirs(at("data"), exist_ok=True)
    sh(sys.executable, os.path.join(HERE, "gen_data.py"), at("data"))


def uploads():
    data_first = once(at("data", "prefs1k.js"), data)
    assert data_first
    os.makedirs(at("up"), exist_ok=True)
    sh(sys.executable, os.path.join(HERE, "gen_up.py"), at("up"))


def accounts(count):
    """Profiles with about `count` findings in all: POP accounts whose servers are named after their protocol."""
    folder = at(f"findings{count}")
    def make():
        for profile in range(count // 400):
            os.makedirs(os.path.join(folder, f"{profile:04}"))
            with open(os.path.join(folder, f"{profile:04}", "prefs.js"), "w") as file:
                ids = range(profile * 100, profile * 100 + 100)
                file.write('user_pref("mail.accountmanager.accounts", "' + ",".join(f"account{i}" for i in ids) + '");\n')
                for i in ids:
                    for key, value in ((f"account.account{i}.server", f"server{i}"), (f"account.account{i}.identities", f"id{i}"), (f"identity.id{i}.useremail", f"u{i}@example.org"), (f"server.server{i}.type", "pop3"), (f"server.server{i}.hostname", "pop.example.org"), (f"server.server{i}.userName", f"u{i}")):
                        file.write(f'user_pref("mail.{key}", "{value}");\n')
    return once(folder, make)


def against(command, yardstick, **kwargs):
    one, two = medians(command, yardstick, **kwargs)
    return one / two


def cold():
    drop = "sh -c 'sync; echo 3 > /proc/sys/vm/drop_caches'"
    if os.geteuid() != 0:
        raise OSError("needs root to empty the cache")
    one, two = medians(f"{SCAN} --no-prune {TREE}", f"{SCAN} --no-prune --threads 1 {TREE}", prepare=drop, runs=3)
    return one / two


def growth(output):
    few, many = medians(f"{SCAN} --output {output} {accounts(10_000)}", f"{SCAN} --output {output} {accounts(100_000)}", runs=3)
    return many / few


def ten_times(name, of, head):
    """A registry export of 500 MB: one of 50 MB ten times, with one byte order mark."""
    def make():
        once(at("data", "prefs1k.js"), data)
        with open(at("data", of), "rb") as source, open(at(name), "wb") as file:
            content = source.read()
            file.write(content)
            for _ in range(9):
                file.write(content[head:])
    return once(at(name), make)


once(at("data", "prefs1k.js"), data)
def each_as_json_line():
    """Microseconds for a finding, with its share of accounts and files, as lines of JSON beside a report in short."""
    report = f"{SCAN} --output concise {accounts(100_000)}"
    count = sh(*report.split()).count("\n") - 1
    short, both = medians(report, f"{report} --output jsonl=/dev/null", runs=5)
    return (both - short) / count * 1e6


PREFS100 = lambda: at("data", "prefs100m.js")
REG500 = lambda: ten_times("hkcu500.reg", "hkcu.reg", 2)

goal("tree, warm, --no-prune, against the limit", 1.4, lambda: against(f"{SCAN} --no-prune {TREE}", f"{at('limit')} {TREE} 2"))
goal("tree, warm, pruned, against the limit", 0.5, lambda: against(f"{SCAN} {TREE}", f"{at('limit')} {TREE} 2"))
goal("tree, against fd -uu", 1.0, lambda: against(f"{SCAN} --no-prune {TREE}", f"{tool('fd', 'fdfind')} -uu . {TREE}"))
goal("tree, memory", 16, lambda: memory(f"{SCAN} --no-prune {TREE}"), "MB")
goal("a folder of a million files, memory", 16, lambda: memory(f"{SCAN} {once(at('million'), million)}"), "MB")
once(at("up", "prefs1"), uploads)
ONE = at("up", "prefs1", "000", "u00000", "prefs.js")
goal("one file of 1 kB, against hello world", 1.5, lambda: against(f"{SCAN} {ONE}", HELLO, runs=200))
if args.default:
    ONE_BY_DEFAULT = f"{fresh(os.path.abspath(args.default))} scan --no-progress --fail-on never {ONE}"
    goal("one file of 1 kB, linked as cargo does by default", 1.5, lambda: against(ONE_BY_DEFAULT, HELLO, runs=200))
goal("10,000 uploads, against ruff", 0.6, lambda: against(f"{SCAN} {at('up', 'prefs10000')}", f"{tool('ruff')} check --no-cache --select E9 {at('up', 'py10000')}"))
goal("prefs.js of 100 MB, against wc -l", 6, lambda: against(f"{SCAN} {PREFS100()}", f"wc -l {PREFS100()}"))
goal("prefs.js of 100 MB, memory", 32, lambda: memory(f"{SCAN} {PREFS100()}"), "MB")
goal(".reg of 500 MB, against wc -l", 3, lambda: against(f"{SCAN} {REG500()}", f"wc -l {REG500()}"))
goal(".reg of 500 MB, memory", 32, lambda: memory(f"{SCAN} {REG500()}"), "MB")
goal("a finding as a line of JSON, of 100,000", 3, each_as_json_line, "µs")
for output in ("human", "concise", "json", "jsonl", "sarif", "junit", "github", "markdown", "html", "csv"):
    goal(f"ten times the findings, {output}", 12, lambda output=output: growth(output), least=1)
# The last, as it empties the cache.
goal("tree, cold, against one thread", 0.4, cold)

print(f"# Goals of speed and memory\n\n{datetime.date.today()}, {platform.machine()}, {os.cpu_count()} cores, {platform.release()}. Made by `goals.py`; each ratio is of two programs run in turns.\n")
print("| what | goal | measured | met |\n|---|---|---|---|")
for row in ROWS:
    print("| " + " | ".join(map(str, row)) + " |")
