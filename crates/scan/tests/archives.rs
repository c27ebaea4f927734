//! Archives are read like folders, in memory and within bounds.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test makes its files, and may fail loudly")]

mod toy;

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use maillint_scan::{Customer, Options, scan, scan_bytes};
use maillint_source::Limits;
use tempfile::TempDir;
use toy::{options, told};

type Files<'a> = &'a [(&'a str, &'a [u8])];

const STORE: Files<'static> = &[
    ("Büro/x.default/accounts.toy", b"toy\nanna"),
    ("Büro/x.default/more.toy", b"toy\nanna at work"),
    ("Büro/index.toy", b"index\n"),
    ("Büro/photo.jpg", b"JFIF"),
];

const STORE_TOLD: &str = "upload read\n\
    upload/Büro/index.toy read\n\
    upload/Büro/x.default/accounts.toy read\n\
    upload/Büro/x.default/more.toy read\n\
    - upload/Büro/x.default/accounts.toy anna\n\
    - upload/Büro/x.default/more.toy anna at work\n";

fn zip_of(files: Files<'_>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn tar_of(files: Files<'_>) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    for (name, bytes) in files {
        let mut header = tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, *bytes).unwrap();
    }
    tar.into_inner().unwrap()
}

fn gz_of(bytes: &[u8]) -> Vec<u8> {
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gz.write_all(bytes).unwrap();
    gz.finish().unwrap()
}

fn zst_of(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

fn xz_of(bytes: &[u8]) -> Vec<u8> {
    let mut xz = lzma_rust2::XzWriter::new(Vec::new(), lzma_rust2::XzOptions::with_preset(1)).unwrap();
    xz.write_all(bytes).unwrap();
    xz.finish().unwrap()
}

fn seven_of(files: Files<'_>) -> Vec<u8> {
    let mut lzma = lzma_rust2::Lzma2Writer::new(Vec::new(), lzma_rust2::Lzma2Options::with_preset(0));
    for (_, bytes) in files {
        lzma.write_all(bytes).unwrap();
    }
    let packed = lzma.finish().unwrap();
    // Numbers of any size, as 7zFormat.txt has them: nine bytes, the first of which says so.
    let number = |number: usize| [&[0xFF][..], &(number as u64).to_le_bytes()].concat();
    let sizes: Vec<usize> = files.iter().map(|(_, bytes)| bytes.len()).collect();
    let (_, but_the_last) = sizes.split_last().unwrap();
    let names = files.iter().flat_map(|(name, _)| name.encode_utf16().chain([0])).flat_map(u16::to_le_bytes);
    let names: Vec<u8> = names.collect();
    let list = [
        // One packed stream; one block, of LZMA2 with a dictionary of 1 MiB.
        &[1, 4, 6, 0, 1, 9][..],
        &number(packed.len()),
        &[0, 7, 0x0B, 1, 0, 1, 0x21, 0x21, 1, 16, 0x0C],
        &number(sizes.iter().sum()),
        // The files that it unpacks to.
        &[0, 8, 0x0D],
        &number(files.len()),
        &[9],
        &but_the_last.iter().flat_map(|size| number(*size)).collect::<Vec<u8>>(),
        &[0, 0, 5],
        &number(files.len()),
        &[0x11],
        &number(names.len() + 1),
        &[0],
        &names,
        &[0, 0],
    ]
    .concat();
    let sum = |bytes: &[u8]| {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        sum.sum().to_le_bytes()
    };
    let start = [&(packed.len() as u64).to_le_bytes()[..], &(list.len() as u64).to_le_bytes(), &sum(&list)].concat();
    [b"7z\xBC\xAF\x27\x1C\0\x04", &sum(&start)[..], &start, &packed, &list].concat()
}

/// What is told of one file with these bytes.
fn told_of(name: &str, bytes: &[u8], limits: &Limits) -> String {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    told(&scan(&[folder.path().join(name)], &options(limits)))
}

fn told_of_upload(bytes: &[u8]) -> String {
    told_of("upload", bytes, &Limits::default())
}

#[test]
fn every_kind_of_archive_tells_the_same() {
    assert_eq!(told_of_upload(&zip_of(STORE)), STORE_TOLD);
    assert_eq!(told_of_upload(&tar_of(STORE)), STORE_TOLD);
    assert_eq!(told_of_upload(&gz_of(&tar_of(STORE))), STORE_TOLD);
    assert_eq!(told_of_upload(&zst_of(&tar_of(STORE))), STORE_TOLD);
    assert_eq!(told_of_upload(&xz_of(&tar_of(STORE))), STORE_TOLD);
    assert_eq!(told_of_upload(&seven_of(STORE)), STORE_TOLD);
}

#[test]
fn settings_that_lie_unpacked_at_the_start_do_not_hide_the_archive() {
    let prefs = b"user_pref(\"mail.accountmanager.accounts\", \"account1\");\n\
        user_pref(\"mail.account.account1.server\", \"server1\");\nuser_pref(\"mail.server.server1.type\", \"imap\");\n\
        user_pref(\"mail.server.server1.hostname\", \"imap.example.org\");\n";
    let mut stored = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let as_it_is = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    stored.start_file("prefs.js", as_it_is).unwrap();
    stored.write_all(prefs).unwrap();
    let tar = tar_of(&[("prefs.js", prefs)]);
    let nested = tar_of(&[("inner.tar", &tar)]);
    for (bytes, path) in [
        (stored.finish().unwrap().into_inner(), "upload/prefs.js"),
        (tar, "upload/prefs.js"),
        (nested, "upload/inner.tar/prefs.js"),
    ] {
        let limits = Limits::default();
        let scan = scan_bytes("upload", bytes, &Options::new(&limits));
        let accounts: Vec<_> = scan.accounts.iter().map(|account| account.file.name()).collect();
        assert_eq!(accounts, [path]);
    }
}

#[test]
fn a_single_packed_file_is_named_without_the_ending() {
    assert_eq!(
        told_of("accounts.toy.gz", &gz_of(b"toy\nanna"), &Limits::default()),
        "accounts.toy.gz read\naccounts.toy.gz/accounts.toy read\n- accounts.toy.gz/accounts.toy anna\n"
    );
}

#[test]
fn a_long_name_in_a_tar_is_read() {
    let name = format!("{}/accounts.toy", "d/".repeat(60).trim_end_matches('/'));
    let told = told_of_upload(&tar_of(&[(&name, b"toy\nanna")]));
    assert!(told.ends_with(&format!("- upload/{name} anna\n")), "{told}");
}

#[test]
fn a_first_file_without_a_name_does_not_hide_the_archive() {
    let mut tar = tar_of_raw("", b"toy\nnobody");
    tar.truncate(1024);
    tar.extend(tar_of(&[("accounts.toy", b"toy\nanna")]));
    let told = told_of_upload(&tar);
    assert!(told.contains("a file in it has no usable name"), "{told}");
    assert!(told.ends_with("- upload/accounts.toy anna\n"), "{told}");
}

#[test]
fn an_attachment_is_an_upload() {
    let mail = "From: Anna <anna@example.org>\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n\
        --b\r\nContent-Type: text/plain\r\n\r\nHere it is.\r\n\
        --b\r\nContent-Type: text/plain; name=\"accounts.toy\"\r\nContent-Disposition: attachment\r\n\
        Content-Transfer-Encoding: base64\r\n\r\ndG95CmFubmE=\r\n\
        --b\r\nContent-Type: message/rfc822\r\n\r\n\
        Subject: forwarded\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=inner.bin\r\n\r\n\
        toy\nbert\r\n--b--\r\n";
    let told = told_of("letter.eml", mail.as_bytes(), &Limits::default());
    assert!(told.contains("- letter.eml/accounts.toy anna\n"), "{told}");
    assert!(told.contains("- letter.eml/inner.bin bert"), "{told}");
}

/// A mail of parts, each with its fields.
fn mail_of(parts: &[(&str, &str)]) -> String {
    let part = |(fields, body): &(&str, &str)| format!("--b\r\n{fields}\r\n\r\n{body}\r\n");
    let parts = parts.iter().map(part).collect::<Vec<String>>().concat();
    format!("From: a@b\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n{parts}--b--\r\n")
}

#[test]
fn a_mail_that_quotes_settings_is_a_mail() {
    let named = "Content-Disposition: attachment; filename=accounts.toy";
    let mail = mail_of(&[("Subject: x", "toy\nnobody"), (named, "toy\nanna")]).replacen("From: a@b", "X-A: toy", 1);
    let told = told_of("letter.eml", mail.as_bytes(), &Limits::default());
    assert!(told.contains("- letter.eml/part 2 nobody") && told.contains("- letter.eml/accounts.toy anna"), "{told}");
}

#[test]
fn two_attachments_of_one_name_are_both_read() {
    let named = "Content-Disposition: attachment; filename=accounts.toy";
    let mail = mail_of(&[(named, "toy\nanna"), (named, "toy\nbert")]);
    let told = told_of("letter.eml", mail.as_bytes(), &Limits::default());
    assert!(told.contains("- letter.eml/accounts.toy anna"), "{told}");
    assert!(told.contains("- letter.eml/2/accounts.toy bert"), "{told}");
}

#[test]
fn parts_end_where_their_boundary_stands_on_a_line_of_its_own() {
    let named = "Content-Disposition: attachment; filename=accounts.toy\r\nContent-Transfer-Encoding: quoted-printable";
    let mail = mail_of(&[(named, "toy\na--b=6e=\nna --b\n--bx")]);
    let told = told_of("letter.eml", mail.as_bytes(), &Limits::default());
    assert!(told.contains("- letter.eml/accounts.toy a--bnna --b"), "{told}");
}

#[test]
fn what_a_mail_says_of_its_parts_is_bounded() {
    let named = "Content-Disposition: attachment; filename=accounts.toy";
    let told = |fields: &str, body: &str| {
        let mail = mail_of(&[(named, "toy\nanna"), (fields, body)]);
        let told = told_of("letter.eml", mail.as_bytes(), &Limits::default());
        assert!(told.contains("- letter.eml/accounts.toy anna"), "{told}");
        told
    };
    // Blanks in the name of a field are none to the crate that reads it.
    let nested = "Content -Type: message/rfc822\n\n".repeat(100_000);
    assert!(told("Subject: x", &nested).contains("- letter.eml/accounts.toy anna"));
    let deep = told("Content-Type: message/rfc822", &nested);
    assert!(
        deep.contains("limit: it has parts that lie too deep, one in the other; they were not looked at"),
        "{deep}"
    );
    let digest = told("Content-Type: multipart/digest; boundary=c", &"--c\n\n".repeat(100_000));
    assert!(digest.contains("limit: it has more than 500 parts; the rest of it was not looked at"), "{digest}");
    let fields = told("a:\n".repeat(100_000).trim_end(), "toy\nbert");
    assert!(fields.contains("limit: it has a part with more fields than a message has"), "{fields}");
}

#[test]
fn accounts_of_one_archive_are_bounded() {
    let limits = Limits { accounts: 1, ..Limits::default() };
    let told = |files: usize| {
        let names: Vec<String> = (0..files).map(|at| format!("{at:02}/accounts.toy")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"toy\nanna".as_slice())).collect();
        told_of("upload", &zip_of(&files), &limits)
    };
    assert!(told(11).starts_with("upload read\n"));
    let over = told(12);
    assert!(
        over.starts_with("upload partly (limit: It holds more than 10 accounts; the rest was left out.)"),
        "{over}"
    );
    assert!(over.contains("- upload/10/accounts.toy anna") && !over.contains("- upload/11/"), "{over}");
}

#[test]
fn archives_lie_in_archives_to_a_bound() {
    let one = zip_of(&[("accounts.toy", b"toy\nanna")]);
    let two = tar_of(&[("one.zip", &one)]);
    let three = zip_of(&[("two.tar", &two)]);
    assert!(told_of_upload(&three).contains("- upload/two.tar/one.zip/accounts.toy anna\n"));
    let four = gz_of(&tar_of(&[("three.zip", &three)]));
    assert_eq!(
        told_of_upload(&four),
        "upload skipped (limit: one.zip lies in too many archives, one in the other; it was not opened)\n"
    );
}

#[test]
fn a_bomb_is_told_and_what_came_before_it_counts() {
    let zeros = vec![0; 6 << 20];
    let bomb: Files<'_> =
        &[("accounts.toy", b"toy\nanna"), ("inner.tar.gz", &gz_of(&zeros)), ("zeros/accounts.toy", &zeros)];
    for bytes in [zip_of(bomb), gz_of(&tar_of(bomb)), seven_of(bomb)] {
        let told = told_of_upload(&bytes);
        assert!(told.contains("upload partly (limit: it unpacks to more than 100 times its length"), "{told}");
        assert!(told.contains("- upload/accounts.toy anna"), "{told}");
    }
    let limits = Limits { archive_bytes: 2 << 20, archive_ratio: 100_000, ..Limits::default() };
    assert!(told_of("upload", &xz_of(&tar_of(bomb)), &limits).contains("it unpacks to more than 2 MB"));
    let limits = Limits { archive_entries: 2, ..Limits::default() };
    assert!(told_of("upload", &zip_of(STORE), &limits).contains("it holds more than 2 files"));
}

#[test]
fn a_member_cannot_leave_its_archive() {
    let told = told_of_upload(&tar_of_raw("../../etc/accounts.toy", b"toy\nanna"));
    assert!(told.contains("- upload/etc/accounts.toy anna"), "{told}");
    let told = told_of_upload(&tar_of_raw("/etc\\..\\accounts.toy", b"toy\nanna"));
    assert!(told.contains("- upload/etc/accounts.toy anna"), "{told}");
}

/// The tar crate does not write such names.
fn tar_of_raw(name: &str, bytes: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_gnu();
    header.as_gnu_mut().unwrap().name[..name.len()].copy_from_slice(name.as_bytes());
    header.set_size(bytes.len() as u64);
    header.set_cksum();
    let mut tar = tar::Builder::new(Vec::new());
    tar.append(&header, bytes).unwrap();
    tar.into_inner().unwrap()
}

#[test]
fn what_is_damaged_is_told_and_never_fatal() {
    let tar = tar_of(STORE);
    for whole in [zip_of(STORE), gz_of(&tar), zst_of(&tar), xz_of(&tar), seven_of(STORE), tar] {
        for cut in [1, 20, whole.len() / 2, whole.len() - 30] {
            let told = told_of_upload(&whole[..cut]);
            assert!(told.contains("upload"), "{told}");
        }
        for at in (0..whole.len()).step_by(61) {
            let mut bytes = whole.clone();
            bytes[at] ^= 0xFF;
            let _ = told_of_upload(&bytes);
        }
    }
}

#[test]
fn what_is_not_opened_says_what_to_send() {
    assert_eq!(
        told_of_upload(b"Rar!\x1A\x07\x01\0rest"),
        "upload skipped (unsupported: RAR archives are not opened; unpack it, or send a .zip instead)\n"
    );
}

/// A folder of uploads.
fn uploads() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("anna.zip"), zip_of(&[("accounts.toy", b"toy\nanna")])).unwrap();
    fs::create_dir(folder.path().join("bert")).unwrap();
    fs::write(folder.path().join("bert/accounts.toy"), "toy\nbert").unwrap();
    fs::write(folder.path().join("bert/more.toy"), "toy\nbert at work").unwrap();
    fs::write(folder.path().join("index.toy"), "index\n").unwrap();
    fs::create_dir(folder.path().join("carl")).unwrap();
    fs::write(folder.path().join("carl/letter.txt"), "why does it not work?").unwrap();
    folder
}

#[test]
fn uploads_are_told_by_customer_and_do_not_see_each_other() {
    let folder = uploads();
    let limits = Limits::default();
    let report = scan(&[folder.path().to_owned()], &Options { uploads: true, ..options(&limits) });
    let customer = |name: &str, files, accounts| Customer { name: name.to_owned(), files, accounts };
    assert_eq!(
        told(&report),
        "anna.zip read\n\
         anna.zip/accounts.toy read\n\
         bert/accounts.toy read\n\
         bert/more.toy read\n\
         index.toy read (info: an index)\n\
         - anna.zip/accounts.toy anna\n\
         - bert/accounts.toy bert\n\
         - bert/more.toy bert at work\n"
    );
    assert_eq!(
        report.customers,
        [
            customer("anna.zip", 0..2, 0..1),
            customer("bert", 2..4, 1..3),
            customer("carl", 4..4, 3..3),
            customer("index.toy", 4..5, 3..3)
        ]
    );
}

#[test]
fn a_walk_without_uploads_counts_the_archives_it_left_closed() {
    let folder = uploads();
    let limits = Limits::default();
    let report = scan(&[folder.path().to_owned()], &options(&limits));
    assert_eq!((report.closed_archives, report.accounts.len()), (1, 2));
}

/// The same files on the disk and in an archive tell the same accounts.
#[test]
fn an_archive_tells_what_its_folder_tells() {
    let folder = TempDir::new().unwrap();
    for (name, bytes) in STORE {
        let path: PathBuf = folder.path().join("upload").join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    let limits = Limits::default();
    let accounts = |path: &Path| -> Vec<String> {
        scan(&[path.to_owned()], &options(&limits))
            .accounts
            .iter()
            .map(|account| format!("{} {}", account.file.name().trim_start_matches("upload/"), account.key))
            .collect()
    };
    let archive = folder.path().join("upload.zip");
    fs::write(&archive, zip_of(STORE)).unwrap();
    let unpacked: Vec<String> = accounts(&archive).iter().map(|line| line.replace("upload.zip/", "")).collect();
    assert_eq!(unpacked, accounts(&folder.path().join("upload")));
}
