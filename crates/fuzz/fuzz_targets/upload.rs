//! Anything that somebody sends in: recognised, unpacked, read. Nothing panics, every place lies in its file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_model::NoteKind;
use maillint_scan::{Options, scan_bytes};
use maillint_source::Limits;

fuzz_target!(|bytes: &[u8]| {
    let limits = Limits { file_bytes: 1 << 16, archive_bytes: 1 << 20, archive_entries: 50, ..Limits::default() };
    let scan = scan_bytes("upload", bytes.to_vec(), &Options::new(&limits));
    for file in &scan.files {
        assert!(file.notes.iter().all(|note| note.kind != NoteKind::Internal), "{file:?}");
        assert!(file.path.starts_with("upload") && !file.path.contains("/../"), "{}", file.path);
    }
    for account in &scan.accounts {
        assert!(account.file.text().get(account.at.span.range()).is_some());
    }
});
