//! Files that somebody made to be too much: what is read of them is bounded, and what was left out is told.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use maillint_model::{Bundle, ClientFormat, Input, NoteKind, Reading};
use maillint_source::Limits;
use maillint_thunderbird::AUTOCONFIG;

fn input(name: &str, text: &str) -> Input {
    Input { name: name.to_owned(), path: format!("/home/anna/{name}"), bytes: text.as_bytes().to_vec() }
}

fn few() -> Limits {
    Limits { accounts: 5, ..Limits::default() }
}

fn read(format: &dyn ClientFormat, name: &str, text: &str) -> Reading {
    format.read(&Bundle::single(input(name, text)), &few()).unwrap()
}

/// The notes that tell of a limit.
fn limits(reading: &Reading) -> Vec<&str> {
    let of_limits = reading.notes.iter().filter(|note| note.kind == NoteKind::Limit);
    of_limits.map(|note| note.message.as_str()).collect()
}

/// A provider with one server for each host.
fn provider(domain: &str, hosts: &[String]) -> String {
    let servers = hosts.iter().map(|host| {
        format!("<incomingServer type=\"imap\"><hostname>{host}</hostname><username>%EMAILADDRESS%</username></incomingServer>")
    });
    format!(
        "<clientConfig><emailProvider id=\"x\"><domain>{domain}</domain>{}</emailProvider></clientConfig>",
        servers.collect::<String>()
    )
}

#[test]
fn placeholders_do_not_multiply() {
    let long = vec!["%EMAILDOMAIN%".repeat(30); 3];
    let reading = read(&AUTOCONFIG, "config-v1.1.xml", &provider(&"d".repeat(50), &long));
    let account = &reading.accounts[0];
    let names: Vec<Option<&str>> = std::iter::once(account.incoming.as_ref().unwrap())
        .chain(&account.alternatives)
        .map(|server| server.host.text())
        .collect();
    assert_eq!(names, [None, None, None]);
    assert!(account.incoming.as_ref().unwrap().host.at().is_some());
    assert_eq!(account.incoming.as_ref().unwrap().username.text().map(str::len), Some(16 + 1 + 50));
    assert_eq!(limits(&reading).len(), 1);
}

#[test]
fn placeholders_of_a_real_provider_are_filled_in() {
    let reading = read(&AUTOCONFIG, "config-v1.1.xml", &provider("example.org", &["imap.%EMAILDOMAIN%".to_owned()]));
    let server = reading.accounts[0].incoming.as_ref().unwrap();
    assert_eq!(server.host.text(), Some("imap.example.org"));
    assert_eq!(server.username.text(), Some("%EMAILLOCALPART%@example.org"));
    assert_eq!(limits(&reading), [""; 0]);
}
