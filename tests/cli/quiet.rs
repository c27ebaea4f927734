//! The binary makes no network call, and opens nothing for writing that it was not asked to write: as the kernel sees it.

use std::path::Path;
use std::process::Command;

use super::run::Folder;

const TESTDATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/clients");

/// What would change a file or a folder without opening a file.
const CHANGES: [&str; 15] = [
    "creat(", "unlink", "rename", "mkdir", "rmdir(", "truncate", "chmod", "fchmod", "chown", "link(", "linkat(",
    "symlink", "mknod", "utime", "setxattr",
];

/// The calls of a class that a run makes; none where strace is missing or not allowed.
fn calls(class: &str, arguments: &[&str]) -> Option<Vec<String>> {
    let folder = Folder::new(&format!("strace-{}", class.trim_start_matches('%')));
    let log = folder.path().join("log");
    let traced = |program: &str, arguments: &[&str]| {
        let mut command = Command::new("strace");
        command.args(["-f", "-qq", "-e", &format!("trace={class}"), "-e", "signal=none", "-o"]).arg(&log);
        command.arg(program).args(arguments).env("HOME", "/nonexistent").output().ok()
    };
    if !traced("true", &[])?.status.success() {
        return None;
    }
    let output = traced(env!("CARGO_BIN_EXE_maillint"), arguments)?;
    assert!(output.status.code().is_some_and(|code| code != 2), "{}", String::from_utf8_lossy(&output.stderr));
    let log = std::fs::read_to_string(log).unwrap();
    Some(log.lines().map(|line| line.split_once(' ').map_or(line, |(_, call)| call.trim_start()).to_owned()).collect())
}

fn writes(call: &str) -> bool {
    ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC"].iter().any(|flag| call.contains(flag))
        || CHANGES.iter().any(|change| call.starts_with(change))
}

#[test]
fn nothing_goes_over_the_network() {
    for command in ["scan", "accounts"] {
        let Some(calls) = calls("%network", &[command, "--uploads", "--threads", "4", TESTDATA]) else { return };
        assert_eq!(calls, Vec::<String>::new(), "{command}");
    }
}

#[test]
fn nothing_is_written_but_what_was_asked_for() {
    let Some(read) = calls("%file,?ftruncate", &["scan", "--uploads", "--threads", "4", TESTDATA]) else { return };
    assert!(read.iter().any(|call| call.contains("prefs.js")), "the trace sees what is opened");
    let written: Vec<&String> = read.iter().filter(|call| writes(call)).collect();
    assert_eq!(written, Vec::<&String>::new());

    let folder = Folder::new("strace-report");
    let report = folder.path().join("report.json");
    let output = format!("json={}", report.display());
    let arguments = ["scan", "--output", &output, Path::new(TESTDATA).to_str().unwrap()];
    let Some(calls) = calls("%file,?ftruncate", &arguments) else { return };
    let written: Vec<&String> = calls.iter().filter(|call| writes(call)).collect();
    assert!(matches!(written[..], [call] if call.contains("report.json")), "{written:#?}");
}
