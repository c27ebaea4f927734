//! A file that is too long to be held tells the same as a short limit would not: it goes by as a stream.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test makes its files, and may fail loudly")]

use std::fmt::Write;
use std::fs;

use maillint_scan::{Options, Scan, scan};
use maillint_source::Limits;
use tempfile::TempDir;

/// The scan of a file with these bytes, held as a whole and as a stream.
fn whole_and_long(name: &str, bytes: &[u8]) -> [Scan; 2] {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    [16 << 20, 60_000].map(|file_bytes| {
        let limits = Limits { file_bytes, ..Limits::default() };
        scan(std::slice::from_ref(&path), &Options::new(&limits))
    })
}

/// Each account with the place of its incoming server's name.
fn accounts(scan: &Scan) -> Vec<String> {
    let place = |account: &maillint_model::Account| {
        let host = account.incoming.as_ref()?.host.at()?;
        Some(format!("{} {} {:?}", account.key, host.file.slice(host.span), host))
    };
    scan.accounts.iter().filter_map(place).collect()
}

const PREFS: &str = r#"user_pref("mail.accountmanager.accounts", "account1");
user_pref("mail.account.account1.server", "server1");
user_pref("mail.account.account1.identities", "id1");
user_pref("mail.identity.id1.useremail", "anna@example.org");
user_pref("mail.server.server1.type", "pop3");
user_pref("mail.server.server1.hostname", "pop.example.org");
user_pref("mail.server.server1.userName", "anna@example.org");
"#;

#[test]
fn a_long_preference_file_tells_what_a_short_one_tells() {
    let mut text = String::new();
    for line in PREFS.lines() {
        for number in 0..300 {
            writeln!(text, "user_pref(\"extensions.x{number}\", \"{}\");", "data ".repeat(20)).unwrap();
        }
        text.push_str(line);
        text.push('\n');
    }
    let [whole, long] = whole_and_long("prefs.js", text.as_bytes());
    assert_eq!(accounts(&whole), ["account1 pop.example.org prefs.js:1806:44"]);
    assert_eq!(accounts(&long), accounts(&whole));
    assert_eq!(long.files, whole.files);
}

#[test]
fn a_long_registry_export_tells_what_a_short_one_tells() {
    let key = r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Outlook\Profiles\Outlook\9375CFF0413111d3B88A00104B2A6676\00000002";
    let mut text = String::from("Windows Registry Editor Version 5.00\r\n\r\n");
    for number in 0..2000 {
        write!(text, "[HKEY_CURRENT_USER\\Software\\X\\{number}]\r\n\"Value\"=\"{}\"\r\n\r\n", "data ".repeat(9))
            .unwrap();
    }
    write!(text, "[{key}]\r\n\"clsid\"=\"{{ED475411-B0D6-11D2-8C3B-00104B2A6676}}\"\r\n\"Email\"=\"anna@example.org\"\r\n\"POP3 Server\"=\"pop.example.org\"\r\n").unwrap();
    let bytes: Vec<u8> = std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let [whole, long] = whole_and_long("outlook.reg", &bytes);
    assert_eq!(accounts(&whole).len(), 1);
    assert_eq!(accounts(&long), accounts(&whole));
    assert_eq!(long.files, whole.files);
}

#[test]
fn a_format_that_cannot_stream_says_that_the_file_is_too_long() {
    let [_, long] = whole_and_long(
        "x.mobileconfig",
        format!("<?xml version=\"1.0\"?><plist><dict>{}", " ".repeat(70_000)).as_bytes(),
    );
    let notes: Vec<&str> = long.files.iter().flat_map(|file| &file.notes).map(|note| note.message.as_str()).collect();
    assert_eq!(notes, ["it is too long to be read: 71 kB, where the limit is 60 kB"]);
}
