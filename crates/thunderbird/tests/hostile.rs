//! Files that somebody made to be too much: what is read of them is bounded, and what was left out is told.

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use maillint_model::{Bundle, ClientFormat, Input, NoteKind, Reading};
use maillint_source::Limits;
use maillint_thunderbird::{ANDROID, AUTOCONFIG, PREFS_JS, TROUBLESHOOTING};

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

/// Sound accounts, each with a server and an identity of its own.
fn profile(accounts: usize) -> String {
    let keys: Vec<String> = (0..accounts).map(|account| format!("account{account}")).collect();
    let list = format!("user_pref(\"mail.accountmanager.accounts\", \"{}\");\n", keys.join(","));
    (0..accounts).fold(list, |text, number| {
        text + &format!(
            "user_pref(\"mail.account.account{number}.server\", \"server{number}\");\n\
             user_pref(\"mail.account.account{number}.identities\", \"id{number}\");\n\
             user_pref(\"mail.server.server{number}.type\", \"imap\");\n\
             user_pref(\"mail.server.server{number}.hostname\", \"mail{number}.example.org\");\n\
             user_pref(\"mail.identity.id{number}.useremail\", \"anna{number}@example.org\");\n"
        )
    })
}

/// How many accounts are read, and the notes that tell of a limit. Who has a file read tells of an account too many itself.
fn taken(format: &dyn ClientFormat, name: &str, text: &str) -> (usize, Vec<String>) {
    let reading = read(format, name, text);
    (reading.accounts.len(), limits(&reading).into_iter().map(str::to_owned).collect())
}

#[test]
fn accounts_that_are_too_many_are_told_or_one_more_than_is_taken_is_read() {
    let told = || (5, vec!["It holds more than 5 accounts; the rest was left out.".to_owned()]);

    let provider = |_| "<emailProvider id=\"x\"><incomingServer type=\"imap\"/></emailProvider>".to_owned();
    let providers = format!("<clientConfig>{}</clientConfig>", (0..9).map(provider).collect::<String>());
    assert_eq!(taken(&AUTOCONFIG, "config-v1.1.xml", &providers), (6, Vec::new()));

    let account = |number| format!("<account uuid=\"00000000-0000-0000-0000-00000000000{number}\"/>");
    let accounts = (0..9).map(account).collect::<String>();
    let export = format!("<k9settings format=\"1\" version=\"100\"><accounts>{accounts}</accounts></k9settings>");
    assert_eq!(taken(&ANDROID, "a.k9s", &export), told());

    let row =
        |number| format!("    INCOMING: account{number}, , (imap) mail.example.org:993, SSL, passwordCleartext\n");
    let rows = (0..9).map(row).collect::<String>();
    assert_eq!(taken(&TROUBLESHOOTING, "troubleshooting.txt", &rows), (6, Vec::new()));

    let orphan = |number| format!("user_pref(\"mail.server.o{number}.hostname\", \"o{number}.example.org\");\n");
    let orphans = profile(1) + &(0..9).map(orphan).collect::<String>();
    assert_eq!(taken(&PREFS_JS, "prefs.js", &orphans), told());

    let sender = |number| format!("user_pref(\"mail.smtpserver.s{number}.hostname\", \"s{number}.example.org\");\n");
    let senders = profile(1) + &(0..9).map(sender).collect::<String>();
    assert_eq!(taken(&PREFS_JS, "prefs.js", &senders), told());
}

#[test]
fn of_a_list_that_was_cut_nothing_is_said_to_be_left_behind() {
    let reading = read(&PREFS_JS, "prefs.js", &profile(9));
    let is_active = |account: &maillint_model::Account| account.status == maillint_model::Status::Active;
    assert_eq!((reading.accounts.len(), reading.accounts.iter().all(is_active)), (5, true));
    assert_eq!(limits(&reading).len(), 1);
}

#[test]
fn of_many_accounts_that_the_client_drops_the_first_are_told_and_the_rest_are_counted() {
    let keys: Vec<String> = (0..50).map(|account| format!("account{account}")).collect();
    let text = format!("user_pref(\"mail.accountmanager.accounts\", \"{}\");\n", keys.join(","));
    let reading = PREFS_JS.read(&Bundle::single(input("prefs.js", &text)), &Limits::default()).unwrap();
    let notes: Vec<&str> = reading.notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(notes[19], "Thunderbird skips the account \"account19\": it has no server.");
    let rest = [
        "No mail account is set up in this profile.",
        "There are 30 more accounts in the list that are skipped or dropped.",
    ];
    assert_eq!(notes[20..], rest);
}

#[test]
fn a_file_that_takes_too_long_is_told() {
    let late = Limits { seconds: 0, ..Limits::default() }.from_now();
    let text = profile(3);
    let reading = PREFS_JS.read(&Bundle::single(input("prefs.js", &text)), &late);
    assert!(reading.is_none_or(|reading| !limits(&reading).is_empty()));
}

#[test]
fn of_many_outgoing_servers_each_identity_has_its_own_and_a_repeated_one_counts_once() {
    let list: Vec<String> = (0..400).map(|number| format!("s{}", number % 200)).collect();
    let senders = (0..200).map(|number| format!("user_pref(\"mail.smtpserver.s{number}.hostname\", \"h{number}\");\n"));
    let text = profile(2)
        + &senders.collect::<String>()
        + &format!("user_pref(\"mail.smtpservers\", \"{}\");\n", list.join(","))
        + "user_pref(\"mail.identity.id0.smtpServer\", \"s199\");\n\
           user_pref(\"mail.server.default.socketType\", 3);\n";
    let limits = Limits::default();
    let reading = PREFS_JS.read(&Bundle::single(input("prefs.js", &text)), &limits).unwrap();
    assert_eq!(reading.accounts.len(), 2 + 198);
    let host = |account: usize| reading.accounts[account].outgoing.as_ref().unwrap().host.text();
    assert_eq!((host(0), host(1), host(2)), (Some("h199"), Some("h0"), Some("h1")));
    let security = |account: usize| reading.accounts[account].incoming.as_ref().unwrap().security.get();
    assert_eq!(security(0), Some(maillint_model::Security::Tls));
}

#[test]
fn identities_are_counted_over_all_accounts() {
    let ids: Vec<String> = (0..15).map(|number| format!("i{number}")).collect();
    let list = |account| format!("user_pref(\"mail.account.account{account}.identities\", \"{}\");\n", ids.join(","));
    let text = profile(4) + &(0..4).map(list).collect::<String>() + "user_pref(\"mail.smtpservers\", \"s\");\n";
    let reading = read(&PREFS_JS, "prefs.js", &text);
    let counts: Vec<usize> = reading.accounts.iter().map(|account| account.identities.len()).collect();
    assert_eq!(counts, [15, 5, 0, 0]);
    assert_eq!(limits(&reading), ["It holds more than 20 identities; the rest was left out."]);
    assert!(reading.accounts.iter().all(|account| account.no_outgoing.is_empty()));
}

#[test]
fn values_that_are_longer_than_any_real_one_are_not_known() {
    let long = "a".repeat(5000);
    let set = |key: &str| format!("user_pref(\"{key}\", \"{long}\");\n");
    let keys = [
        "mail.smtpserver.s.username",
        "mail.smtpserver.s.hostname",
        "network.proxy.socks",
        "mail.server.server0.hostname",
        "mail.server.server1.hostname",
        "mail.identity.id0.useremail",
        "mail.identity.id1.smtpServer",
        // Nobody asks for these.
        "mail.zzz",
        "extensions.x",
    ];
    let text = profile(3)
        + "user_pref(\"network.proxy.type\", 1);\nuser_pref(\"mail.smtpservers\", \"s\");\n"
        + &keys.into_iter().map(set).collect::<String>();
    let reading = read(&PREFS_JS, "prefs.js", &text);
    assert_eq!(reading.accounts.len(), 3);
    assert_eq!(limits(&reading), ["A setting is longer than any real one; it was not read."]);
    for (number, account) in reading.accounts.iter().enumerate() {
        let incoming = account.incoming.as_ref().unwrap();
        assert_eq!(incoming.host.text().is_some(), number == 2);
        assert!(incoming.host.at().is_some() && account.proxy.as_ref().unwrap().text().is_none());
        assert_eq!(account.identities[0].address.text().is_some(), number != 0);
        let outgoing = account.outgoing.as_ref().map(|server| (server.host.text(), server.username.text()));
        assert_eq!(outgoing, Some((None, None)));
        assert!(account.no_outgoing.is_empty());
    }
}

#[test]
fn only_what_is_asked_for_is_too_long() {
    let text = profile(1) + &format!("user_pref(\"mail.zzz\", \"{}\");\n", "a".repeat(5000));
    assert_eq!(limits(&read(&PREFS_JS, "prefs.js", &text)), [""; 0]);
    let lists = profile(1) + &format!("user_pref(\"mail.smtpservers\", \"{}\");\n", "a,".repeat(5000));
    assert_eq!(limits(&read(&PREFS_JS, "prefs.js", &lists)), [""; 0]);
    let key = format!("user_pref(\"mail.server.{}.hostname\", \"a\");\n", "k".repeat(5000));
    let reading = read(&PREFS_JS, "prefs.js", &(profile(1) + &key));
    assert_eq!((reading.accounts.len(), limits(&reading).len()), (1, 1));
    let listed = profile(1) + &format!("user_pref(\"mail.smtpservers\", \"{}\");\n", "a".repeat(5000));
    let reading = read(&PREFS_JS, "prefs.js", &listed);
    let outgoing = reading.accounts[0].outgoing.as_ref().unwrap();
    assert_eq!((outgoing.host.text(), outgoing.host.at().is_some(), limits(&reading).len()), (None, true, 1));
}

/// Each is held against the addresses of all the others.
#[test]
fn servers_of_one_account_are_bounded_in_troubleshooting_information() {
    let rows = |outgoing: usize| {
        let row = "    OUTGOING: Anna <a@example.org>, mail.example.org:587, SSL, none, true\n".repeat(outgoing);
        format!("    INCOMING: account1, , (pop3) mail.example.org:995, SSL, passwordCleartext\n{row}")
    };
    let told = |text: &str| {
        let reading = read(&TROUBLESHOOTING, "troubleshooting.txt", text);
        (reading.accounts[0].identities.len(), limits(&reading).join("; "))
    };
    assert_eq!(told(&rows(24)), (24, String::new()));
    let over = (24, "It holds more than 25 servers; the rest was left out.".to_owned());
    assert_eq!(told(&rows(25)), over);
    let cells = "<td>a<td>b<td>(pop3) h:1<td>SSL<td>none".to_owned() + &"<td>a<td>b<td>SSL<td>none<td>true".repeat(25);
    assert_eq!(told(&format!("accounts-tbody<tr>{cells}")), over);
}

/// It would be read once for each of the profiles beside it.
#[test]
fn a_list_of_profiles_that_is_none_is_not_read() {
    let mut bundle = Bundle::single(input("prefs.js", &profile(1)));
    let list = format!("[Profile0]\nName=Anna\nPath=.\n{}", ";\n".repeat(1 << 19));
    bundle.companions.push(("../profiles.ini", input("profiles.ini", &list)));
    let reading = PREFS_JS.read(&bundle, &Limits::default()).unwrap();
    assert_eq!(limits(&reading), ["profiles.ini is too long for a list of profiles; it was not read."]);
    assert_eq!(reading.accounts.len(), 1);
}
