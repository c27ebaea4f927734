//! The files of `testdata/hostile`, each through every output format, under a ceiling of memory and time.
//!
//! What a file holds may be shown, but only as text: nothing that a terminal, a browser, a spreadsheet or a build server
//! would act on. Each format's own tests say how it escapes; here it is all of them at once on all of the files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Seconds that one run over all files may take, unoptimised and on a busy machine.
const SECONDS: u64 = 120;

/// Memory of the run, in KiB, as the kernel counts address space: the program, the stacks of two threads, the longest
/// file four times over, the largest dictionary that a decompressor gets, and no bomb.
const KIB: u64 = 400 << 10;

const FORMATS: &[&str] =
    &["human", "concise", "json", "jsonl", "sarif", "junit", "github", "markdown", "html", "csv", "reply"];

fn hostile() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/hostile")
}

/// Every file is named, so that none is left out for its name.
fn run(command: &str) -> (i32, String) {
    let mut paths: Vec<PathBuf> = fs::read_dir(hostile()).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| !path.ends_with("make.py") && !path.ends_with("README.md"));
    paths.sort();
    assert!(paths.len() >= 60, "{}", paths.len());
    let mut shell = Command::new("sh");
    let script = format!("ulimit -v {KIB}; exec \"$@\"");
    shell.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_maillint")]).args(command.split(' ')).args(&paths);
    let start = Instant::now();
    let mut child =
        // Of the address space that the C library sets aside for each thread, little is ever used.
        shell.env_clear().env("MALLOC_ARENA_MAX", "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let reader = std::thread::spawn(move || std::io::read_to_string(stdout));
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > Duration::from_secs(SECONDS) {
            child.kill().unwrap();
            panic!("{command} takes too long");
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let text = reader.join().unwrap().expect("UTF-8");
    (status.code().expect("ended by itself"), text)
}

#[cfg(target_os = "linux")]
#[test]
fn every_format_survives_them_all() {
    for format in FORMATS {
        let (code, text) = run(&format!("scan --no-progress --color never --threads 2 --output {format}"));
        assert_eq!(code, 4, "{format}: {}", text.chars().take(2_000).collect::<String>());
        assert!(!text.contains("a mistake in maillint"), "{format}: a reader panicked");
        let secret = text.lines().find(|line| line.contains("hunter2"));
        assert_eq!(secret, None, "{format} tells a secret");
        let raw = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
        let at = text.find(|c| raw(c) || is_invisible(c));
        let around = at.map(|at| text[..at].lines().next_back().unwrap_or_default().to_owned());
        assert_eq!(around, None, "{format} lets something through");
        match *format {
            "html" => assert!(!text.contains("<script") && !text.contains("<img"), "markup"),
            "github" => {
                let owned = text.lines().any(|line| line.starts_with("::add-mask") || line.starts_with("##["));
                assert!(!owned, "a workflow command");
            }
            "csv" => {
                let cell =
                    |line: &str| line.split("\",\"").any(|cell| cell.trim_start_matches('"').starts_with(['=', '@']));
                assert!(!text.lines().any(cell), "a formula");
            }
            _ => {}
        }
    }
}

/// Turns the line round, or is not seen at all (Unicode `Bidi_Control`, `Default_Ignorable_Code_Point`). JSON may hold
/// them escaped only, as reports are read in terminals too.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(target_os = "linux")]
#[test]
fn the_number_of_threads_changes_nothing() {
    let with = |threads: u32| run(&format!("scan --no-progress --output json --today 2026-01-01 --threads {threads}"));
    let alone = with(1);
    assert!(with(2) == alone && with(8) == alone, "threads change the output");
}
