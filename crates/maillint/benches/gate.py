#!/usr/bin/env python3
"""A gate without clocks: instructions under callgrind, held against ceilings: `gate.py MAILLINT`.

Instructions do not depend on how busy the machine is. Where valgrind is not there, it says so and passes. Raise a
ceiling only together with the reason, in the commit that needs it.
"""
import os, re, shutil, subprocess, sys, tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
MILLION = 1_000_000

# What was measured on 2026-11-28 (116 M, 6.6, 1.30 M), and a tenth more. walkdir alone takes 107 M for the tree; for a byte
# of prefs.js the goal is 8, and Mozilla's own parser takes 13 (PERF.md section 2.1).
TREE_OF_53509_FILES = 128 * MILLION
PER_BYTE_OF_PREFS = 7.3
ONE_FILE = 1.43 * MILLION


def instructions(*command):
    with tempfile.NamedTemporaryFile() as out:
        run = subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", *command], capture_output=True, text=True)
    found = re.search(r"Collected : (\d+)", run.stderr)
    if not found:
        sys.exit(f"valgrind failed: {run.stderr[-500:]}")
    return int(found[1])


def main():
    if not shutil.which("valgrind"):
        print("valgrind is not there: the gate is open")
        return
    maillint = [sys.argv[1], "scan", "--no-progress", "--threads", "1", "--output", "json"]
    pref = 'user_pref("extensions.data.some.key", "some text \\" of a common length in such files");\n'
    with tempfile.TemporaryDirectory() as folder:
        path = lambda name: os.path.join(folder, name)
        # The folders above a file are looked into, as a profile's list lies there: not into the machine's own.
        deep = lambda name: path(os.path.join("alone", "of", "itself", name))
        os.makedirs(deep(""))
        subprocess.run([sys.executable, os.path.join(HERE, "gen_tree.py"), path("tree"), "0.05"], check=True, capture_output=True)
        for name, times in (("small.js", 10), ("large.js", 12_000)):
            with open(deep(name), "w") as file:
                file.write(pref * times + 'user_pref("mail.accountmanager.accounts", "");\n')
        small, large = (instructions(*maillint, deep(name)) for name in ("small.js", "large.js"))
        checks = [
            ("a tree of 53,509 files, not pruned", instructions(*maillint, "--no-prune", path("tree")), TREE_OF_53509_FILES),
            ("one small file", small, ONE_FILE),
            ("a byte of prefs.js", (large - small) / (len(pref) * 11_990), PER_BYTE_OF_PREFS),
        ]
    over = [name for name, found, ceiling in checks if found > ceiling]
    for name, found, ceiling in checks:
        print(f"{name}: {found:,.1f} instructions, ceiling {ceiling:,}")
    sys.exit(f"over the ceiling: {', '.join(over)}" if over else 0)


main()
