//! The archive layer, with archives that are whole but for what is meant to hurt: names, lengths, kinds, one in the other.
//! However files are packed, they tell the same accounts.
#![no_main]

use std::io::{Cursor, Write};

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use libfuzzer_sys::fuzz_target;
use maillint_model::NoteKind;
use maillint_scan::{Options, Scan, scan_bytes};
use maillint_source::Limits;

const PREFS: &str = "user_pref(\"mail.accountmanager.accounts\", \"account1\");\n\
    user_pref(\"mail.account.account1.server\", \"server1\");\nuser_pref(\"mail.server.server1.type\", \"imap\");\n\
    user_pref(\"mail.server.server1.hostname\", \"imap.example.org\");\n";

const NAMES: &[&str] = &[
    "prefs.js",
    "a/prefs.js",
    "a/user.js",
    "../x/prefs.js",
    "/etc/prefs.js",
    "C:\\b\\prefs.js",
    "profiles.ini",
    "x.reg",
    "a",
    "",
];

struct Entry {
    name: String,
    bytes: Vec<u8>,
    kind: u8,
    /// What a header says of the length, where it lies.
    said: Option<u64>,
}

fn entries(u: &mut Unstructured<'_>, depth: usize) -> Result<Vec<Entry>> {
    (0..u.int_in_range(0..=3)?)
        .map(|_| {
            let name = if u.ratio(3, 4)? { (*u.choose(NAMES)?).to_owned() } else { u.arbitrary()? };
            let bytes = match u.int_in_range(0..=5)? {
                0 | 1 => PREFS.as_bytes().to_vec(),
                2 => vec![u.arbitrary()?; u.int_in_range(0..=1_200_000)?],
                3 if depth > 0 => {
                    let inner = entries(u, depth - 1)?;
                    packed(&inner, u.arbitrary()?)
                }
                _ => u.arbitrary()?,
            };
            let kind = if u.ratio(1, 8)? { u.arbitrary()? } else { b'0' };
            let said = if u.ratio(1, 8)? { Some(u.arbitrary()?) } else { None };
            Ok(Entry { name, bytes, kind, said })
        })
        .collect()
}

fn tar_of(entries: &[Entry]) -> Vec<u8> {
    let mut all = Vec::new();
    for Entry { name, bytes, kind, said } in entries {
        let mut header = tar::Header::new_gnu();
        let field = &mut header.as_old_mut().name;
        let name = &name.as_bytes()[..name.len().min(field.len())];
        field[..name.len()].copy_from_slice(name);
        header.set_size(said.unwrap_or(bytes.len() as u64));
        header.set_entry_type(tar::EntryType::new(*kind));
        header.set_cksum();
        all.extend(header.as_bytes());
        all.extend(bytes);
        all.resize(all.len().next_multiple_of(512), 0);
    }
    all.resize(all.len() + 1024, 0);
    all
}

fn zip_of(entries: &[Entry]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for Entry { name, bytes, .. } in entries {
        if zip.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).is_ok() {
            zip.write_all(bytes).expect("memory");
        }
    }
    zip.finish().expect("memory").into_inner()
}

/// The kinds of archives; the first byte of the six picks one.
fn packed(entries: &[Entry], kind: u8) -> Vec<u8> {
    match kind % 5 {
        0 => tar_of(entries),
        1 => zip_of(entries),
        2 => {
            let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
            gz.write_all(&tar_of(entries)).expect("memory");
            gz.finish().expect("memory")
        }
        3 => ruzstd::encoding::compress_to_vec(&tar_of(entries)[..], ruzstd::encoding::CompressionLevel::Fastest),
        _ => {
            let mut xz =
                lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(0)).expect("a preset");
            xz.write_all(&tar_of(entries)).expect("memory");
            xz.finish().expect("memory")
        }
    }
}

fn read(bytes: Vec<u8>) -> Scan {
    let limits = Limits { file_bytes: 1 << 20, archive_bytes: 8 << 20, archive_entries: 10, ..Limits::default() };
    let scan = scan_bytes("upload", bytes, &Options::new(&limits));
    for file in &scan.files {
        assert!(file.notes.iter().all(|note| note.kind != NoteKind::Internal), "{file:?}");
        let is_inside = file.path == "upload" || file.path.starts_with("upload/");
        assert!(is_inside && !file.path.split('/').any(|step| step == ".."), "{}", file.path);
    }
    scan
}

fn told(scan: &Scan) -> String {
    let limit = scan.files.iter().flat_map(|file| &file.notes).find(|note| note.kind == NoteKind::Limit);
    // What a limit cuts off depends on how it is packed.
    limit.map_or_else(
        || scan.accounts.iter().map(|account| format!("{:?} {}\n", account.at, account.label())).collect(),
        |_| "over a limit".to_owned(),
    )
}

fuzz_target!(|data: &[u8]| {
    let mut u = Unstructured::new(data);
    let (Ok(kind), Ok(entries)) = (u.arbitrary::<u8>(), entries(&mut u, 3)) else { return };
    let one = read(packed(&entries, kind));
    let is_plain = |entry: &Entry| {
        entry.kind == b'0'
            && entry.said.is_none()
            && entry.name.len() < 100
            && entry.name.bytes().all(|byte| (0x20..0x7F).contains(&byte))
    };
    // Of two files of one name, one counts: the last in a tar archive; a zip archive has the first alone.
    let mut names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    if names.len() == entries.len() && entries.iter().all(is_plain) {
        let other = read(packed(&entries, kind.wrapping_add(1)));
        let (one, other) = (told(&one), told(&other));
        let is_over = |told: &str| told == "over a limit";
        assert!(one == other || is_over(&one) || is_over(&other), "{one}\nis not\n{other}");
    }
});
