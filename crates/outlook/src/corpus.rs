//! The files of `shared/corpus`, which lie beside the repository and not in it: skipped where they are not there.
#![allow(clippy::disallowed_methods, reason = "tests read their own data")]

use std::fs;
use std::path::PathBuf;

use crate::{FORMATS, show};

fn corpus() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus/outlook-registry"));
    path.is_dir().then_some(path)
}

/// Each file of a case holds the same accounts, whichever tool wrote it.
#[test]
fn every_tool_wrote_the_same_accounts() {
    let Some(corpus) = corpus() else { return };
    let mut cases: Vec<PathBuf> = fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases {
        let mut files: Vec<PathBuf> = fs::read_dir(&case).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let mut first: Option<String> = None;
        for file in files {
            let name = file.file_name().unwrap().to_str().unwrap().to_owned();
            let bytes = fs::read(&file).unwrap();
            let reading = FORMATS.iter().find_map(|format| show::read(*format, &name, &bytes));
            let Some(reading) = reading else { panic!("{name} was not read") };
            println!("{}\n{}", file.display(), show::reading(&reading));
            // Wine's own store holds every case at once.
            if name.starts_with("wine-user") {
                continue;
            }
            let bare = bare(&show::reading(&reading));
            assert_eq!(*first.get_or_insert_with(|| bare.clone()), bare, "{}", file.display());
        }
    }
}

/// Without places, and without what names the format.
pub(crate) fn bare(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut rest = line;
        if let Some(at) = line.find(" profile ").filter(|_| line.starts_with("outlook-")) {
            rest = &line[at..];
        }
        while let Some((before, after)) = rest.split_once(" (") {
            out.push_str(before);
            let (origin, after) = after.split_once(')').unwrap();
            if !origin.starts_with(|first: char| first.is_ascii_digit()) {
                out.push_str(origin.split(", line").next().unwrap());
            }
            rest = after;
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}
