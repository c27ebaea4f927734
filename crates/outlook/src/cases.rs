//! Each folder of `testdata/clients/<client>` holds a file as the client writes it, and `expected.txt`: all that is read
//! of it. `UPDATE_EXPECTED=1 cargo test -p maillint-outlook` writes what is read now, for review.
#![allow(clippy::disallowed_methods, reason = "a test reads its fixtures")]

use std::path::{Path, PathBuf};
use std::{env, fs};

use maillint_model::{Probe, Reading, Recognition};

use crate::{FORMATS, show};

/// What the fixtures plant where a password may stand.
const PLANTED: &str = "hunter2-planted";

/// Reads a file as the scan does: by the format that is surest of it.
fn read(name: &str, bytes: &[u8]) -> Option<Reading> {
    let probe = Probe::new(name, &bytes[..bytes.len().min(4096)], bytes.len() as u64);
    let mut formats: Vec<_> = FORMATS.iter().map(|format| (format.recognise(&probe), *format)).collect();
    formats.retain(|(recognition, _)| *recognition != Recognition::No);
    formats.sort_by_key(|(recognition, _)| std::cmp::Reverse(*recognition));
    formats.into_iter().find_map(|(_, format)| show::read(format, name, bytes))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn check(client: &str) {
    let mut wrong = Vec::new();
    for case in entries(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients").join(client)) {
        let files = entries(&case);
        let main = files.iter().find(|path| path.file_name().is_some_and(|name| name != "expected.txt")).unwrap();
        let name = main.file_name().unwrap().to_str().unwrap();
        let reading = read(name, &fs::read(main).unwrap());
        for account in reading.iter().flat_map(|reading| &reading.accounts) {
            assert!(!account.file.text().contains(PLANTED), "{} keeps a secret", main.display());
        }
        let shown = reading.as_ref().map_or_else(|| "not a file of this family\n".to_owned(), show::reading);
        assert!(!shown.contains(PLANTED), "{} tells a secret", main.display());
        let expected = case.join("expected.txt");
        if env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&expected, &shown).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != shown {
            wrong.push(format!("{}:\n{shown}", expected.display()));
        }
    }
    assert!(wrong.is_empty(), "read something else than expected:\n{}", wrong.join("\n"));
}

#[test]
fn windows_mail() {
    check("windows-mail");
}

#[test]
fn outlook_express_exports() {
    check("outlook-express-iaf");
}

#[test]
fn autodiscover() {
    check("autodiscover");
}

#[test]
fn what_cannot_be_read_is_answered() {
    check("not-readable");
}

#[test]
fn becky() {
    check("becky");
}

#[test]
fn eudora() {
    check("eudora");
}

#[test]
fn opera_mail() {
    check("opera-mail");
}

#[test]
fn pegasus() {
    check("pegasus");
}

#[test]
fn outlook() {
    check("outlook");
}

/// Else it would be said of a program that it has had no updates since the day of another one.
#[test]
fn an_account_goes_by_the_name_of_the_program_that_wrote_it() {
    let clients = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients");
    let client = |path: &str| {
        let name = path.rsplit('/').next().unwrap();
        let account = read(name, &fs::read(clients.join(path)).unwrap()).unwrap().accounts.remove(0);
        (account.format.client, account.format.client_name, account.client_version)
    };
    let express = ("outlook-express", "Outlook Express", None);
    assert_eq!(client("outlook-express-iaf/express-pop/Example.iaf"), express);
    assert_eq!(client("outlook/express-registry/oe.reg"), express);
    assert_eq!(client("outlook-express-iaf/live-pop/Example.iaf"), ("windows-mail", "Windows Mail", None));
    // Outlook 98 or 2000.
    assert_eq!(client("outlook/outlook-2000-internet-only/omi.reg"), ("outlook", "Outlook", None));
}
