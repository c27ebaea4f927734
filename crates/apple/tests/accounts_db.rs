//! Account databases, made here with the tables that `accountsd` makes, and everything that is read of them.
#![cfg(feature = "sqlite")]
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test makes its files, and fails loudly")]

mod render;
mod store;

use insta::assert_snapshot;
use maillint_apple::{IosBackup, MacAccounts, PhoneAccounts};
use maillint_model::{Auth, Bundle, ClientFormat, Input, Probe, Reading, Recognition, Security};
use maillint_source::Limits;
use plist::{Dictionary, Value};
use proptest::prelude::*;

use render::render;
use store::Store;

fn input(name: &str, bytes: Vec<u8>) -> Input {
    Input { name: name.to_owned(), path: format!("/home/{name}"), bytes }
}

/// Reads a database with its log as both formats: only one of them may take it.
fn read_both(name: &str, bytes: Vec<u8>, log: Option<Vec<u8>>) -> Option<(&'static str, Reading)> {
    let mut bundle = Bundle::single(input(name, bytes));
    bundle.companions.extend(log.map(|log| ("{name}-wal", input(&format!("{name}-wal"), log))));
    let formats: [&dyn ClientFormat; 2] = [&MacAccounts, &PhoneAccounts];
    let read = |format: &&dyn ClientFormat| Some((format.meta().client, format.read(&bundle, &Limits::default())?));
    let mut readings: Vec<_> = formats.iter().filter_map(read).collect();
    assert!(readings.len() <= 1, "both formats take it");
    readings.pop()
}

/// What is read of a store, and of whom it is.
fn read(store: &Store) -> String {
    let (bytes, log) = store.bytes();
    let (client, reading) = read_both("Accounts3.sqlite", bytes, Some(log)).unwrap();
    format!("{client} {}", render(&reading))
}

/// A POP account as Mail on the Mac sets it up, and the server that it sends through.
fn mac_with_pop() -> Store {
    let store = Store::new();
    store.account(12, "POP", None, "5E0A-12", Some("anna@example.org"));
    store.sql("UPDATE ZACCOUNT SET ZACCOUNTDESCRIPTION = 'Example' WHERE Z_PK = 12");
    store.enable_mail(12);
    store.property(12, "Hostname", "mail.example.org");
    store.property(12, "PortNumber", 995);
    store.property(12, "SSLEnabled", true);
    store.property(12, "SSLIsDirect", true);
    store.property(12, "AuthenticationScheme", "");
    store.property(12, "IdentityEmailAddress", "anna@example.org");
    store.property(12, "ACPropertyFullName", "Anna Example");
    store.property(12, "SendingAccountIdentifier", "5E0A-13");
    store.mail_service(12, &[("DeletionPolicy", 2.into()), ("DaysAfterDownloadToDeleteMessagesFromServer", 7.into())]);
    store.account(13, "SMTP", None, "5E0A-13", Some("anna@example.org"));
    store.property(13, "Hostname", "mail.example.org");
    store.property(13, "PortNumber", 587);
    store.property(13, "SSLEnabled", true);
    store.property(13, "SSLIsDirect", false);
    store.property(13, "ShouldUseAuthentication", true);
    store
}

#[test]
fn an_account_of_a_mac_is_read_field_by_field() {
    assert_snapshot!(read(&mac_with_pop()), @"
    apple-mail read

    account 5E0A-12: live, active at Accounts3.sqlite › ZACCOUNT 12
      name                Example                        written at Accounts3.sqlite › ZACCOUNT 12 › ZACCOUNTDESCRIPTION
      identity            anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › IdentityEmailAddress
      identity name       Anna Example                   written at Accounts3.sqlite › ZACCOUNT 12 › ACPropertyFullName
      incoming: pop3, automatic
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 12 › Hostname
        port              995                            written at Accounts3.sqlite › ZACCOUNT 12 › PortNumber
        security          tls                            written at Accounts3.sqlite › ZACCOUNT 12 › SSLIsDirect
        auth              password                       default
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › ZUSERNAME
      outgoing: smtp, automatic
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 13 › Hostname
        port              587                            written at Accounts3.sqlite › ZACCOUNT 13 › PortNumber
        security          starttls                       written at Accounts3.sqlite › ZACCOUNT 13 › SSLIsDirect
        auth              password                       written at Accounts3.sqlite › ZACCOUNT 13 › ShouldUseAuthentication
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 13 › ZUSERNAME
      leave on server     true                           written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DeletionPolicy
      remove after days   7                              written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DaysAfterDownloadToDeleteMessagesFromServer
      remove when deleted false                          written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DeletionPolicy
    ");
}

#[test]
fn every_value_can_be_found_again() {
    let (bytes, log) = mac_with_pop().bytes();
    let (_, reading) = read_both("Library/Accounts/Accounts4.sqlite", bytes, Some(log)).unwrap();
    assert_snapshot!(reading.accounts[0].file.text(), @r#"
    Accounts4.sqlite › ZACCOUNT 12 = "pop"
    Accounts4.sqlite › ZACCOUNT 12 › ZUSERNAME = "anna@example.org"
    Accounts4.sqlite › ZACCOUNT 12 › ZACCOUNTDESCRIPTION = "Example"
    Accounts4.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DeletionPolicy = 2
    Accounts4.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DaysAfterDownloadToDeleteMessagesFromServer = 7
    Accounts4.sqlite › ZACCOUNT 12 › Hostname = "mail.example.org"
    Accounts4.sqlite › ZACCOUNT 12 › PortNumber = 995
    Accounts4.sqlite › ZACCOUNT 12 › SSLEnabled = true
    Accounts4.sqlite › ZACCOUNT 12 › SSLIsDirect = true
    Accounts4.sqlite › ZACCOUNT 12 › AuthenticationScheme = ""
    Accounts4.sqlite › ZACCOUNT 12 › IdentityEmailAddress = "anna@example.org"
    Accounts4.sqlite › ZACCOUNT 12 › ACPropertyFullName = "Anna Example"
    Accounts4.sqlite › ZACCOUNT 12 › SendingAccountIdentifier = "5E0A-13"
    Accounts4.sqlite › ZACCOUNT 13 = "smtp"
    Accounts4.sqlite › ZACCOUNT 13 › ZUSERNAME = "anna@example.org"
    Accounts4.sqlite › ZACCOUNT 13 › Hostname = "mail.example.org"
    Accounts4.sqlite › ZACCOUNT 13 › PortNumber = 587
    Accounts4.sqlite › ZACCOUNT 13 › SSLEnabled = true
    Accounts4.sqlite › ZACCOUNT 13 › SSLIsDirect = false
    Accounts4.sqlite › ZACCOUNT 13 › ShouldUseAuthentication = true
    "#);
    let port = reading.accounts[0].incoming.as_ref().unwrap().port.at().unwrap().key_path().map(str::to_owned);
    assert_eq!(port.as_deref(), Some("Accounts4.sqlite › ZACCOUNT 12 › PortNumber"));
}

#[test]
fn the_newest_changes_are_in_the_log() {
    let store = mac_with_pop();
    store.checkpoint();
    store.sql("DELETE FROM ZACCOUNTPROPERTY WHERE ZOWNER = 12 AND ZKEY = 'PortNumber'");
    store.property(12, "PortNumber", 110);
    let (bytes, log) = store.bytes();
    let port = |log: Option<Vec<u8>>| {
        let (_, reading) = read_both("Accounts4.sqlite", bytes.clone(), log).unwrap();
        let notes: Vec<String> = reading.notes.iter().map(|note| note.message.clone()).collect();
        (reading.outcome.as_str(), reading.accounts[0].incoming.as_ref().unwrap().port.get(), notes.join("\n"))
    };
    assert_eq!(port(Some(log)), ("read", Some(110), String::new()));
    let note = "What is said here may be out of date: the newest changes are in Accounts4.sqlite-wal, which was not \
                there. Give both files together, in one folder.";
    assert_eq!(port(None), ("partly", Some(995), note.to_owned()));
}

#[test]
fn without_the_log_an_absent_key_is_not_a_default() {
    let store = mac_with_pop();
    store.sql("DELETE FROM ZACCOUNTPROPERTY WHERE ZOWNER = 12 AND ZKEY IN ('PortNumber', 'SSLIsDirect', 'SSLEnabled')");
    store.sql("DELETE FROM ZACCOUNTPROPERTY WHERE ZOWNER = 13 AND ZKEY IN ('PortNumber', 'SSLIsDirect')");
    store.checkpoint();
    let (bytes, log) = store.bytes();
    let securities = |log: Option<Vec<u8>>| {
        let (_, reading) = read_both("Accounts4.sqlite", bytes.clone(), log).unwrap();
        let account = reading.accounts.into_iter().next().unwrap();
        let servers = [account.incoming.unwrap(), account.outgoing.unwrap()];
        servers.map(|server| (server.port.get(), server.security.get(), server.auth.get()))
    };
    let (none, password) = (Some(Security::None), Some(Auth::Password));
    assert_eq!(securities(Some(log)), [(Some(110), none, password), (None, None, password)]);
    assert_eq!(securities(None), [(None, None, None), (None, None, password)]);
}

#[test]
fn a_log_that_came_alone_is_refused_with_what_to_send() {
    let (_, log) = mac_with_pop().bytes();
    let probe = Probe::new("Accounts4.sqlite-wal", &log[..4096], log.len() as u64);
    assert_eq!(MacAccounts.recognise(&probe), Recognition::Yes);
    let reading = MacAccounts.read(&Bundle::single(input("Accounts4.sqlite-wal", log)), &Limits::default()).unwrap();
    assert_snapshot!(render(&reading), @"
    skipped
    unsupported: This file holds only the newest changes to an accounts database. Give it together with the file of the same name without -wal, in one folder.
    ");
}

#[test]
fn an_account_of_a_phone_is_read_field_by_field() {
    let store = Store::new();
    store.account(4, "POP", None, "A-4", Some("anna@example.org"));
    store.enable_mail(4);
    store.property(4, "Class", "POPAccount");
    store.property(4, "Hostname", "mail.example.org");
    store.property(4, "PortNumber", "995");
    store.property(4, "SSLEnabled", true);
    store.property(4, "FullUserName", "Anna Example");
    let addresses = Dictionary::from_iter([("anna@example.org", Value::from(true))]);
    store.property(4, "EmailAddresses", addresses);
    store.property(4, "SMTPIdentifier", "A-5");
    store.property(4, "DeletionPolicy", "AfterInterval");
    store.account(5, "SMTP", None, "A-5", Some("anna@example.org"));
    store.property(5, "Class", "SMTPAccount");
    store.property(5, "Hostname", "mail.example.org");
    store.property(5, "ShouldUseAuthentication", "YES");
    assert_snapshot!(read(&store), @r#"
    apple-ios-mail read

    account A-4: live, active at Accounts3.sqlite › ZACCOUNT 4
      identity            anna@example.org               written at Accounts3.sqlite › ZACCOUNT 4 › EmailAddresses."anna@example.org"
      identity name       Anna Example                   written at Accounts3.sqlite › ZACCOUNT 4 › FullUserName
      incoming: pop3
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 4 › Hostname
        port              995                            written at Accounts3.sqlite › ZACCOUNT 4 › PortNumber
        security          tls                            written at Accounts3.sqlite › ZACCOUNT 4 › SSLEnabled
        auth              password                       default
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 4 › ZUSERNAME
      outgoing: smtp
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 5 › Hostname
        security          none                           default
        auth              password                       written at Accounts3.sqlite › ZACCOUNT 5 › ShouldUseAuthentication
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 5 › ZUSERNAME
      leave on server     true                           written at Accounts3.sqlite › ZACCOUNT 4 › DeletionPolicy
      remove after days   7                              default
      remove when deleted false                          written at Accounts3.sqlite › ZACCOUNT 4 › DeletionPolicy
    "#);
}

/// What `Manifest.plist` says of a backup.
fn manifest(is_encrypted: bool) -> Vec<u8> {
    let device = Dictionary::from_iter([("DeviceName", "Anna’s iPhone"), ("ProductVersion", "17.5.1")]);
    let entries = [("IsEncrypted", is_encrypted.into()), ("WasPasscodeSet", true.into()), ("Lockdown", device.into())];
    let mut bytes = Vec::new();
    Value::from(Dictionary::from_iter::<[(&str, Value); 3]>(entries)).to_writer_binary(&mut bytes).unwrap();
    bytes
}

/// Reads a backup in which these files are.
fn read_backup(is_encrypted: bool, files: Vec<(&'static str, Vec<u8>)>) -> String {
    let mut bundle = Bundle::single(input("Backup/1A/Manifest.plist", manifest(is_encrypted)));
    for (name, bytes) in files {
        bundle.companions.push((name, input(&format!("Backup/1A/{name}"), bytes)));
    }
    let probe = Probe::new("Manifest.plist", &bundle.main.bytes, bundle.main.bytes.len() as u64);
    assert_eq!(IosBackup.recognise(&probe), Recognition::Yes);
    render(&IosBackup.read(&bundle, &Limits::default()).unwrap())
}

#[test]
fn the_accounts_of_a_backup_are_found_by_the_hash_of_their_path() {
    let store = Store::new();
    store.account(4, "IMAP", None, "A-4", Some("anna@example.org"));
    store.enable_mail(4);
    store.property(4, "Hostname", "mail.example.org");
    let (bytes, log) = store.bytes();
    let database = ("94/943624fd13e27b800cc6d9ce1100c22356ee365c", bytes);
    let log = ("75/753735100db1295a1e890387439f694403d65ca8", log);
    store.checkpoint();
    let without_log = read_backup(false, vec![(database.0, store.bytes().0)]);
    let note = "the file 75/753735100db1295a1e890387439f694403d65ca8 of a backup, which was not there";
    assert!(without_log.starts_with("partly\nunreadable: ") && without_log.contains(note), "{without_log}");
    assert_snapshot!(read_backup(false, vec![database, log]), @"
    read
    info at Accounts3.sqlite › ZACCOUNT 4: This account names no outgoing server; which one it sends through is not in the file.
    info: This is a backup of a device with iOS 17.5.1.

    account A-4: live, active at Accounts3.sqlite › ZACCOUNT 4
      incoming: imap
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 4 › Hostname
        port              143                            default
        security          none                           default
        auth              password                       default
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 4 › ZUSERNAME
    ");
}

#[test]
fn encrypted_and_partial_backups_are_refused_with_what_to_send() {
    assert_snapshot!(read_backup(true, Vec::new()), @"
    skipped
    unsupported: This backup is encrypted; it cannot be read here. In Finder, iTunes or Apple Devices, untick Encrypt local backup, back up once more, and give that backup.
    ");
    assert_snapshot!(read_backup(false, Vec::new()), @"
    skipped
    unsupported: This file only describes a backup. The accounts are in the file 94/943624fd13e27b800cc6d9ce1100c22356ee365c of the same folder (without the folder 94 up to iOS 9), which was not there. Give the whole folder of the backup.
    ");
    let other = Bundle::single(input("Manifest.plist", b"<plist><dict><key>a</key><true/></dict></plist>".to_vec()));
    assert!(IosBackup.read(&other, &Limits::default()).is_none());
}

#[test]
fn a_profile_locks_the_settings_of_its_accounts() {
    let store = mac_with_pop();
    store.property(12, "MCAccountIsManaged", true);
    let (bytes, log) = store.bytes();
    let (_, reading) = read_both("Accounts4.sqlite", bytes, Some(log)).unwrap();
    let [account] = reading.accounts.as_slice() else { panic!("one account") };
    let (incoming, outgoing) = (account.incoming.as_ref().unwrap(), account.outgoing.as_ref().unwrap());
    assert!(incoming.host.is_managed() && incoming.port.is_managed() && incoming.security.is_managed());
    assert!(!outgoing.host.is_managed());
}

#[test]
fn providers_bring_their_servers_with_them() {
    let store = Store::new();
    // iCloud: the Apple Account, and below it mail, notes and a server to send through. The host is the number 1.
    store.account(1, "AppleAccount", None, "I-1", Some("anna@icloud.com"));
    store.enable_mail(1);
    store.mail_service(1, &[("EmailAddress", "anna@icloud.com".into()), ("FullUserName", "Anna Example".into())]);
    store.sql("UPDATE ZACCOUNT SET ZACCOUNTDESCRIPTION = 'iCloud' WHERE Z_PK = 1");
    store.account(2, "IMAPMail", Some(1), "I-2", None);
    store.property(2, "Class", "CastleIMAPAccount");
    store.property(2, "Hostname", 1);
    store.account(3, "SMTP", Some(1), "I-3", None);
    store.account(4, "IMAPNotes", Some(1), "I-4", None);
    // Google, used for mail, and Yahoo, used for calendars only.
    store.account(5, "Google", None, "G-5", Some("anna@gmail.com"));
    store.property(5, "Class", "GmailAccount");
    store.property(5, "SSLEnabled", true);
    store.property(5, "AuthenticationScheme", "PLAIN");
    store.enable_mail(5);
    store.account(6, "Yahoo", None, "Y-6", Some("anna@yahoo.com"));
    store.account(7, "Exchange", None, "E-7", Some("anna@example.com"));
    store.property(7, "DAAccountHost", "outlook.office365.com");
    store.enable_mail(7);
    // An Apple Account without mail, and what is no mail at all.
    store.account(8, "AppleAccount", None, "I-8", Some("anna@example.net"));
    store.account(9, "CalDAV", None, "C-9", Some("anna"));
    store.property(9, "Hostname", "caldav.example.org");
    assert_snapshot!(read(&store), @"
    apple-ios-mail read

    account I-2: live, active, iCloud at Accounts3.sqlite › ZACCOUNT 2
      name                iCloud                         inherited at Accounts3.sqlite › ZACCOUNT 1 › ZACCOUNTDESCRIPTION
      identity            anna@icloud.com                inherited at Accounts3.sqlite › ZACCOUNT 1 › com.apple.Dataclass.Mail › EmailAddress
      identity name       Anna Example                   inherited at Accounts3.sqlite › ZACCOUNT 1 › com.apple.Dataclass.Mail › FullUserName
      incoming: provider
        user name         anna@icloud.com                inherited at Accounts3.sqlite › ZACCOUNT 1 › ZUSERNAME

    account G-5: live, active, Google at Accounts3.sqlite › ZACCOUNT 5
      incoming: provider
        user name         anna@gmail.com                 written at Accounts3.sqlite › ZACCOUNT 5 › ZUSERNAME

    account Y-6: live, disabled, Yahoo, mail is switched off at Accounts3.sqlite › ZACCOUNT 6
      incoming: provider
        user name         anna@yahoo.com                 written at Accounts3.sqlite › ZACCOUNT 6 › ZUSERNAME

    account E-7: live, active, Exchange at Accounts3.sqlite › ZACCOUNT 7
      incoming: exchange
        host              outlook.office365.com          written at Accounts3.sqlite › ZACCOUNT 7 › DAAccountHost
        user name         anna@example.com               written at Accounts3.sqlite › ZACCOUNT 7 › ZUSERNAME
    ");
}

#[test]
fn what_a_provider_s_account_does_not_say_is_not_the_usual_default() {
    let store = Store::new();
    store.account(1, "Google", None, "G-1", Some("anna@gmail.com"));
    store.enable_mail(1);
    store.account(2, "IMAP", Some(1), "G-2", None);
    store.property(2, "Hostname", "imap.gmail.com");
    store.property(2, "AuthenticationScheme", "XOAUTH2");
    store.property(2, "SendingAccountIdentifier", "G-3");
    store.account(3, "SMTP", Some(1), "G-3", None);
    assert_snapshot!(read(&store), @"
    apple-mail read

    account G-2: live, active, Google at Accounts3.sqlite › ZACCOUNT 2
      incoming: imap, automatic
        host              imap.gmail.com                 written at Accounts3.sqlite › ZACCOUNT 2 › Hostname
        auth              oauth2                         written at Accounts3.sqlite › ZACCOUNT 2 › AuthenticationScheme
        user name         anna@gmail.com                 inherited at Accounts3.sqlite › ZACCOUNT 1 › ZUSERNAME
      outgoing: provider
        user name         anna@gmail.com                 inherited at Accounts3.sqlite › ZACCOUNT 1 › ZUSERNAME
    ");
}

#[test]
fn one_account_in_two_rows_is_one_account() {
    let store = mac_with_pop();
    store.account(14, "IMAPMail", Some(12), "5E0A-14", None);
    let (bytes, log) = store.bytes();
    let (_, reading) = read_both("Accounts4.sqlite", bytes, Some(log)).unwrap();
    let keys: Vec<&str> = reading.accounts.iter().map(|account| account.key.as_str()).collect();
    assert_eq!(keys, ["5E0A-12"]);
}

#[test]
fn what_is_switched_off_is_told() {
    let store = mac_with_pop();
    store.sql("UPDATE ZACCOUNT SET ZACTIVE = 0 WHERE Z_PK = 12");
    store.account(14, "IMAP", None, "5E0A-14", Some("ben"));
    store.property(14, "Hostname", "imap.example.org");
    store.property(14, "SendingAccountIdentifier", "GONE");
    assert_snapshot!(read(&store), @"
    apple-mail read

    account 5E0A-12: live, disabled, switched off at Accounts3.sqlite › ZACCOUNT 12
      name                Example                        written at Accounts3.sqlite › ZACCOUNT 12 › ZACCOUNTDESCRIPTION
      identity            anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › IdentityEmailAddress
      identity name       Anna Example                   written at Accounts3.sqlite › ZACCOUNT 12 › ACPropertyFullName
      incoming: pop3, automatic
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 12 › Hostname
        port              995                            written at Accounts3.sqlite › ZACCOUNT 12 › PortNumber
        security          tls                            written at Accounts3.sqlite › ZACCOUNT 12 › SSLIsDirect
        auth              password                       default
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › ZUSERNAME
      outgoing: smtp, automatic
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 13 › Hostname
        port              587                            written at Accounts3.sqlite › ZACCOUNT 13 › PortNumber
        security          starttls                       written at Accounts3.sqlite › ZACCOUNT 13 › SSLIsDirect
        auth              password                       written at Accounts3.sqlite › ZACCOUNT 13 › ShouldUseAuthentication
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 13 › ZUSERNAME
      leave on server     true                           written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DeletionPolicy
      remove after days   7                              written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DaysAfterDownloadToDeleteMessagesFromServer
      remove when deleted false                          written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DeletionPolicy

    account 5E0A-14: live, disabled, mail is switched off at Accounts3.sqlite › ZACCOUNT 14
      incoming: imap, automatic
        host              imap.example.org               written at Accounts3.sqlite › ZACCOUNT 14 › Hostname
        port              143                            default
        security          none                           default
        auth              password                       default
        user name         ben                            written at Accounts3.sqlite › ZACCOUNT 14 › ZUSERNAME
      outgoing: none named so at Accounts3.sqlite › ZACCOUNT 14 › SendingAccountIdentifier
    ");
}

#[test]
fn another_version_has_other_numbers_and_fewer_columns() {
    let store = mac_with_pop();
    store.sql(
        "DROP TABLE Z_2ENABLEDDATACLASSES;
         CREATE TABLE Z_3ENABLEDDATACLASSES (Z_3ENABLEDACCOUNTS INTEGER, Z_9ENABLEDDATACLASSES INTEGER);
         INSERT INTO Z_3ENABLEDDATACLASSES VALUES (12, 3);
         ALTER TABLE ZACCOUNT DROP COLUMN ZDATACLASSPROPERTIES;
         ALTER TABLE ZACCOUNT DROP COLUMN ZACTIVE;
         ALTER TABLE ZACCOUNT DROP COLUMN ZACCOUNTDESCRIPTION;
         UPDATE ZACCOUNTPROPERTY SET ZVALUE = 'mail.example.org' WHERE ZKEY = 'Hostname';
         UPDATE ZACCOUNTPROPERTY SET ZVALUE = 995 WHERE ZKEY = 'PortNumber' AND ZOWNER = 12;",
    );
    assert_snapshot!(read(&store), @"
    apple-mail read

    account 5E0A-12: live, active at Accounts3.sqlite › ZACCOUNT 12
      identity            anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › IdentityEmailAddress
      identity name       Anna Example                   written at Accounts3.sqlite › ZACCOUNT 12 › ACPropertyFullName
      incoming: pop3, automatic
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 12 › Hostname
        port              995                            written at Accounts3.sqlite › ZACCOUNT 12 › PortNumber
        security          tls                            written at Accounts3.sqlite › ZACCOUNT 12 › SSLIsDirect
        auth              password                       default
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › ZUSERNAME
      outgoing: smtp, automatic
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 13 › Hostname
        port              587                            written at Accounts3.sqlite › ZACCOUNT 13 › PortNumber
        security          starttls                       written at Accounts3.sqlite › ZACCOUNT 13 › SSLIsDirect
        auth              password                       written at Accounts3.sqlite › ZACCOUNT 13 › ShouldUseAuthentication
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 13 › ZUSERNAME
    ");
}

#[test]
fn archives_that_contain_themselves_or_unfold_without_end_are_refused() {
    let store = mac_with_pop();
    let uid = |number: u64| Value::Uid(plist::Uid::new(number));
    let of = |objects: Vec<Value>| {
        let top = Dictionary::from_iter([("root", uid(1))]);
        let entries = [("$top", Value::from(top)), ("$objects", objects.into()), ("$version", 100_000.into())];
        let mut bytes = Vec::new();
        Value::from(Dictionary::from_iter(entries)).to_writer_binary(&mut bytes).unwrap();
        bytes
    };
    let array = |items: Vec<Value>| Value::from(Dictionary::from_iter([("NS.objects", Value::from(items))]));
    let cycle = of(vec!["$null".into(), array(vec![uid(1)])]);
    let level = |next: u64| array(vec![uid(next); 10]);
    let bomb = of(["$null".into()].into_iter().chain((2..12).map(level)).chain(["x".into()]).collect());
    store.sql("DELETE FROM ZACCOUNTPROPERTY WHERE ZKEY IN ('Hostname', 'PortNumber', 'SSLEnabled') AND ZOWNER = 12");
    store.property_bytes(12, "Hostname", &cycle);
    store.property_bytes(12, "PortNumber", &bomb);
    store.property_bytes(12, "SSLEnabled", b"bplist00 and then nothing");
    assert_snapshot!(read(&store), @"
    apple-mail partly
    not-understood: The keyed archive contains itself.
    limit: The keyed archive unfolds to too much; it was not read.
    not-understood: The binary property list is damaged.

    account 5E0A-12: live, active at Accounts3.sqlite › ZACCOUNT 12
      name                Example                        written at Accounts3.sqlite › ZACCOUNT 12 › ZACCOUNTDESCRIPTION
      identity            anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › IdentityEmailAddress
      identity name       Anna Example                   written at Accounts3.sqlite › ZACCOUNT 12 › ACPropertyFullName
      incoming: pop3, automatic
        port              ?                              unknown at Accounts3.sqlite › ZACCOUNT 12 › PortNumber
        security          ?                              unknown at Accounts3.sqlite › ZACCOUNT 12 › SSLEnabled
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 12 › ZUSERNAME
      outgoing: smtp, automatic
        host              mail.example.org               written at Accounts3.sqlite › ZACCOUNT 13 › Hostname
        port              587                            written at Accounts3.sqlite › ZACCOUNT 13 › PortNumber
        security          starttls                       written at Accounts3.sqlite › ZACCOUNT 13 › SSLIsDirect
        auth              password                       written at Accounts3.sqlite › ZACCOUNT 13 › ShouldUseAuthentication
        user name         anna@example.org               written at Accounts3.sqlite › ZACCOUNT 13 › ZUSERNAME
      leave on server     true                           written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DeletionPolicy
      remove after days   7                              written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DaysAfterDownloadToDeleteMessagesFromServer
      remove when deleted false                          written at Accounts3.sqlite › ZACCOUNT 12 › com.apple.Dataclass.Mail › DeletionPolicy
    ");
}

#[test]
fn secrets_and_what_is_nobodys_business_are_not_even_listed() {
    let store = mac_with_pop();
    store.property(12, "AccountDelegate", "hunter2-planted");
    store.mail_service(12, &[("password", "hunter2-planted".into())]);
    let (bytes, log) = store.bytes();
    let (_, reading) = read_both("Accounts4.sqlite", bytes, Some(log)).unwrap();
    assert!(!reading.accounts[0].file.text().contains("hunter2"));
    assert!(!render(&reading).contains("hunter2"));
}

#[test]
fn other_databases_are_left_alone_unless_they_are_called_so() {
    let store = mac_with_pop();
    store.sql("DROP TABLE ZACCOUNT");
    store.checkpoint();
    let (bytes, _) = store.bytes();
    assert!(read_both("places.sqlite", bytes.clone(), None).is_none());
    let (_, reading) = read_both("Accounts4.sqlite", bytes.clone(), None).unwrap();
    assert_snapshot!(render(&reading), @"
    failed
    not-understood: This database holds no accounts.
    ");
    let (_, reading) = read_both("Accounts4.sqlite", bytes[..200].to_vec(), None).unwrap();
    assert_snapshot!(render(&reading), @"
    failed
    not-understood: The database is damaged.
    ");
    let probe = |name, len| Probe::new(name, b"SQLite format 3\0", len);
    assert_eq!(PhoneAccounts.recognise(&probe("943624fd13e27b800cc6d9ce1100c22356ee365c", 1)), Recognition::Yes);
    assert_eq!(PhoneAccounts.recognise(&probe("renamed.db", 1 << 20)), Recognition::Maybe);
    assert_eq!(PhoneAccounts.recognise(&probe("Photos.sqlite", 1 << 30)), Recognition::No);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Any damage to the database or its log gives a reading, with places that lie in its text.
    #[test]
    fn any_damage_is_survived(noise in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..60)) {
        let (mut bytes, mut log) = damaged_base();
        for (count, (at, byte)) in noise.into_iter().enumerate() {
            let target = if count % 4 == 0 { &mut log } else { &mut bytes };
            let at = at.index(target.len());
            target[at] = byte;
        }
        if let Some((_, reading)) = read_both("Accounts3.sqlite", bytes, Some(log)) {
            for account in &reading.accounts {
                prop_assert!(account.at.span.end as usize <= account.file.text().len());
            }
        }
    }
}

/// The bytes of a database and its log, made once.
fn damaged_base() -> (Vec<u8>, Vec<u8>) {
    static BASE: std::sync::OnceLock<(Vec<u8>, Vec<u8>)> = std::sync::OnceLock::new();
    let make = || {
        let store = mac_with_pop();
        store.checkpoint();
        store.property(13, "AuthenticationScheme", "CRAM-MD5");
        store.bytes()
    };
    BASE.get_or_init(make).clone()
}

#[test]
fn addresses_that_many_rows_take_over_are_bounded() {
    let store = Store::new();
    store.account(1, "Google", None, "G", Some("anna@gmail.com"));
    let addresses: Vec<Value> = (0..30).map(|at| Value::String(format!("a{at}@example.org"))).collect();
    store.property(1, "EmailAddresses", Value::Array(addresses));
    for row in 2..200 {
        store.account(row, "IMAPMail", Some(1), &format!("row {row}"), None);
    }
    let (bytes, log) = store.bytes();
    let bundle = {
        let mut bundle = Bundle::single(input("Accounts3.sqlite", bytes));
        bundle.companions.push(("{name}-wal", input("Accounts3.sqlite-wal", log)));
        bundle
    };
    let few = Limits { accounts: 20, ..Limits::default() };
    let readings = [MacAccounts.read(&bundle, &few), PhoneAccounts.read(&bundle, &few)];
    let reading = readings.into_iter().flatten().next().unwrap();
    let all: usize = reading.accounts.iter().map(|account| account.identities.len()).sum();
    assert_eq!(all, 80);
    let told =
        reading.notes.iter().any(|note| note.message == "It holds more than 80 addresses; the rest was left out.");
    assert!(told, "{:?}", reading.notes.iter().map(|note| &note.message).collect::<Vec<_>>());
}
