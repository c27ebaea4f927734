//! Declarations of device management: what a person is told to change. What is read of them is in `testdata`.
#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use insta::assert_snapshot;
use maillint_apple::Declaration;
use maillint_model::{
    Auth, Bundle, Change, ClientFormat, Input, NoteKind, Outcome, Probe, Reading, Recognition, Security, Side,
};
use maillint_source::Limits;

const MAIL: &str = r#"{ "Type": "com.apple.configuration.account.mail", "Identifier": "org.example.mail", "Payload": {
    "IncomingServer": { "ServerType": "IMAP", "HostName": "imap.example.org", "AuthenticationMethod": "Password" } } }"#;

fn read(text: &str) -> Option<Reading> {
    let input = Input { name: "mail.json".to_owned(), path: "/mail.json".to_owned(), bytes: text.as_bytes().to_vec() };
    Declaration.read(&Bundle::single(input), &Limits::default())
}

#[test]
fn declarations_are_recognised_by_their_type() {
    let recognise = |head: &str| Declaration.recognise(&Probe::new("x", head.as_bytes(), 1));
    assert_eq!(recognise(MAIL), Recognition::Yes);
    assert_eq!(recognise("\u{feff}[ {\"Type\": \"com.apple.configuration.account.exchange\"}"), Recognition::Yes);
    assert_eq!(recognise("{\"Type\": \"com.apple.configuration.passcode.settings\"}"), Recognition::No);
    assert_eq!(recognise("about com.apple.configuration.account.mail"), Recognition::No);
    assert!(read("{\"Type\": \"com.apple.configuration.passcode.settings\"}").is_none());
}

#[test]
fn a_declaration_that_is_no_json_is_told_and_not_kept() {
    let reading = read("{ \"Type\": \"com.apple.configuration.account.mail\", \"Password\": \"hunter2\", }").unwrap();
    assert_eq!((reading.outcome, reading.notes[0].kind), (Outcome::Failed, NoteKind::NotUnderstood));
    assert_eq!(reading.notes[0].message, "This is not valid JSON.");
}

#[test]
fn the_administrator_is_told_which_keys_to_set() {
    let account = read(MAIL).unwrap().accounts.into_iter().next().unwrap();
    let steps = |change: Change| Declaration.steps(&change, &account).join("\n");
    let side = Side::Incoming;
    assert_snapshot!(steps(Change::Host { side, to: "mail.example.org".to_owned() }), @"
    In the Payload of this declaration, the administrator has to set:
    IncomingServer > HostName: mail.example.org
    ");
    assert_snapshot!(steps(Change::Endpoint { side, port: 993, security: Security::Tls }), @"
    In the Payload of this declaration, the administrator has to set:
    IncomingServer > Port: 993
    A declaration has no key for TLS: check on a device what it made of it.
    ");
    assert_snapshot!(steps(Change::Username { side, to: "anna@example.org".to_owned() }), @"In the declaration that AuthenticationCredentialsAssetReference of IncomingServer names, the administrator has to set the user name to anna@example.org.");
    assert_snapshot!(steps(Change::Auth { side: Side::Outgoing, to: Auth::Password }), @"
    In the Payload of this declaration, the administrator has to set:
    OutgoingServer > AuthenticationMethod: Password
    ");
    assert_eq!(steps(Change::Auth { side, to: Auth::OAuth2 }), "");
    assert!(steps(Change::RemoveAfterDays(2)).contains("set on each device"));
}
