//! A file has its seconds. What is not read for want of time is told, whichever reader it was.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test reads its files, and may fail loudly")]

use std::fs;
use std::path::{Path, PathBuf};

use maillint_model::NoteKind;
use maillint_scan::{Options, Scan, scan};
use maillint_source::Limits;

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files(&path, found) } else { found.push(path) }
    }
}

fn keys(scan: &Scan) -> Vec<&str> {
    scan.accounts.iter().map(|account| account.key.as_str()).collect()
}

#[test]
fn a_file_for_which_there_is_no_time_never_looks_like_one_without_accounts() {
    let mut all = Vec::new();
    files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/clients")), &mut all);
    all.sort();
    let (mut stopped, mut whole) = (0, 0);
    for path in all {
        let read = |seconds| {
            let limits = Limits { seconds, ..Limits::default() };
            scan(std::slice::from_ref(&path), &Options::new(&limits))
        };
        let (unhurried, hurried) = (read(3_600), read(0));
        let notes = hurried.files.iter().flat_map(|file| &file.notes);
        let told = notes.filter(|note| note.kind == NoteKind::Limit).count();
        if told > 0 {
            stopped += 1;
        } else {
            assert_eq!(keys(&hurried), keys(&unhurried), "{}", path.display());
            whole += 1;
        }
    }
    assert!(stopped > whole / 2, "{stopped} files were stopped, {whole} were not");
}
