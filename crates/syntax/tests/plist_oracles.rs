//! Our property lists against other readers of them, on every fixture: Python's `plistlib` and libplist's `plistutil`.
//! Where a program is not installed, there is nothing to compare with.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures, and fails loudly")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use maillint_source::Limits;
use maillint_syntax::ProblemKind;
use maillint_syntax::plist::{self, Kind, Value};

/// Prints each file as [`dump`] does, or "refused"; a form feed ends it.
const PYTHON: &str = r"
import plistlib, struct, sys
def dump(v, d=0):
    p = ' ' * d
    if isinstance(v, dict):
        print(p + 'dict')
        for k in sorted(v, key=lambda k: k.encode()):
            print(p + ' ' + k.encode().hex()); dump(v[k], d + 2)
    elif isinstance(v, list):
        print(p + 'array')
        for i in v: dump(i, d + 1)
    elif isinstance(v, bool): print(p + ('true' if v else 'false'))
    elif isinstance(v, int): print(p + str(v))
    elif isinstance(v, float): print(p + 'r' + struct.pack('>d', v).hex())
    elif isinstance(v, str): print(p + 's' + v.encode().hex())
    elif isinstance(v, bytes): print(p + 'd' + v.hex())
    else: print(p + 'other')
for path in sys.argv[1:]:
    try: value = plistlib.load(open(path, 'rb'))
    except Exception: print('refused')
    else: dump(value)
    print('\f')
";

/// A value a node a line; texts in hexadecimal, so that nothing needs quoting.
fn dump(value: &Value, depth: usize, out: &mut String) {
    let pad = " ".repeat(depth);
    let hex = |bytes: &[u8]| bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    match &value.kind {
        Kind::Dict(entries) => {
            writeln!(out, "{pad}dict").unwrap();
            let mut keys: Vec<&str> = entries.iter().map(|(key, _)| key.value.as_str()).collect();
            keys.sort_unstable();
            keys.dedup();
            for key in keys {
                writeln!(out, "{pad} {}", hex(key.as_bytes())).unwrap();
                dump(value.get(key).unwrap(), depth + 2, out);
            }
        }
        Kind::Array(items) => {
            writeln!(out, "{pad}array").unwrap();
            for item in items {
                dump(item, depth + 1, out);
            }
        }
        Kind::String(text) => writeln!(out, "{pad}s{}", hex(text.as_bytes())).unwrap(),
        Kind::Data(bytes) => writeln!(out, "{pad}d{}", hex(bytes)).unwrap(),
        Kind::Integer(number) => writeln!(out, "{pad}{number}").unwrap(),
        Kind::Real(number) => writeln!(out, "{pad}r{:016x}", number.to_bits()).unwrap(),
        Kind::Bool(value) => writeln!(out, "{pad}{value}").unwrap(),
        Kind::Date(_) | Kind::Uid(_) | Kind::Other => writeln!(out, "{pad}other").unwrap(),
    }
}

/// The property lists among the fixtures, by content; not the bombs, which the others let go off.
fn fixtures() -> Vec<PathBuf> {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients");
    let mut found = Vec::new();
    for client in ["apple-mail", "apple-profile"] {
        for case in fs::read_dir(clients.join(client)).unwrap() {
            for file in fs::read_dir(case.unwrap().path()).unwrap() {
                let path = file.unwrap().path();
                let bytes = fs::read(&path).unwrap();
                let head = &bytes[..bytes.len().min(4096)];
                let is_known = matches!(plist::sniff(head), Some(plist::Syntax::Xml | plist::Syntax::Binary));
                let is_bomb = |bytes: &[u8]| {
                    let document = plist::parse(bytes, &Limits::default()).unwrap();
                    document.problems.iter().any(|problem| problem.kind == ProblemKind::Limit)
                };
                if is_known && !is_bomb(&bytes) {
                    found.push(path);
                }
            }
        }
    }
    found.sort();
    found
}

/// What a program prints; `None` if it is not there or fails.
fn run(program: &str, arguments: &[&str]) -> Option<Vec<u8>> {
    let output = Command::new(program).args(arguments).stderr(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

#[test]
fn plistlib_reads_the_same_or_refuses_what_is_a_problem_here() {
    let fixtures = fixtures();
    let mut arguments = vec!["-c", PYTHON];
    arguments.extend(fixtures.iter().filter_map(|path| path.to_str()));
    let Some(output) = run("python3", &arguments) else { return };
    let output = String::from_utf8(output).unwrap();
    for (path, theirs) in fixtures.iter().zip(output.split("\u{c}\n")) {
        let document = plist::parse(&fs::read(path).unwrap(), &Limits::default()).unwrap();
        let mut ours = String::new();
        dump(&document.root, 0, &mut ours);
        if theirs == "refused\n" {
            assert!(!document.problems.is_empty(), "plistlib refuses {}", path.display());
        } else {
            assert_eq!(ours, theirs, "{}", path.display());
        }
    }
}

/// `plistutil` turns each binary file into XML: both must read alike.
#[test]
fn plistutils_xml_of_a_binary_file_reads_as_the_file() {
    for path in fixtures() {
        let bytes = fs::read(&path).unwrap();
        let document = plist::parse(&bytes, &Limits::default()).unwrap();
        if document.syntax != plist::Syntax::Binary || !document.problems.is_empty() {
            continue;
        }
        let Some(xml) = run("plistutil", &["-f", "xml", "-i", path.to_str().unwrap(), "-o", "-"]) else { return };
        let converted = plist::parse(&xml, &Limits::default()).unwrap();
        let (mut ours, mut theirs) = (String::new(), String::new());
        dump(&document.root, 0, &mut ours);
        dump(&converted.root, 0, &mut theirs);
        assert_eq!(ours, theirs, "{}", path.display());
    }
}
