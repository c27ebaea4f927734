//! One fact a test: a few settings, and what the client makes of them. Where a comment says "seen", the running
//! client was asked (`tests/oracles/thunderbird.py`, Thunderbird 153.7).

#![allow(clippy::unwrap_used, reason = "tests may fail loudly")]

use maillint_model::{
    Account, Bundle, Change, ClientFormat, Input, NoteKind, Outcome, Protocol, Reading, Security, Setting, Side, Status,
};
use maillint_source::Limits;
use maillint_thunderbird::{ANDROID, POLICIES, PREFS_JS};

/// A sound account of version 153, and settings in the place of its own or after them: `mail.x = value` a line. An
/// empty value takes a setting out.
fn profile(changes: &str) -> String {
    let mut prefs = vec![
        ("extensions.lastAppVersion", "\"153.7.0\""),
        ("mail.accountmanager.accounts", "\"account1\""),
        ("mail.account.account1.server", "\"server1\""),
        ("mail.account.account1.identities", "\"id1\""),
        ("mail.server.server1.type", "\"pop3\""),
        ("mail.server.server1.hostname", "\"mail.example.org\""),
        ("mail.server.server1.userName", "\"anna@example.org\""),
        ("mail.identity.id1.useremail", "\"anna@example.org\""),
        ("mail.smtpservers", "\"smtp1\""),
        ("mail.smtpserver.smtp1.hostname", "\"mail.example.org\""),
    ];
    for line in changes.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (key, value) = line.split_once('=').unwrap();
        prefs.retain(|(own, _)| *own != key.trim());
        prefs.push((key.trim(), value.trim()));
    }
    let lines = prefs.iter().filter(|(_, value)| !value.is_empty());
    lines.fold(String::new(), |text, (key, value)| text + &format!("user_pref(\"{key}\", {value});\n"))
}

fn read_text(text: &str) -> Option<Reading> {
    let input = Input {
        name: "prefs.js".to_owned(),
        path: "/home/anna/.thunderbird/ab12cd34.default/prefs.js".to_owned(),
        bytes: text.as_bytes().to_vec(),
    };
    PREFS_JS.read(&Bundle::single(input), &Limits::default())
}

fn read(changes: &str) -> Reading {
    read_text(&profile(changes)).unwrap()
}

/// `host:port security sign-in user`, with `?` for what is not known.
fn server(account: &Account, side: Side) -> String {
    let server = match side {
        Side::Incoming => account.incoming.as_ref(),
        Side::Outgoing => account.outgoing.as_ref(),
    };
    let Some(server) = server else { return "-".to_owned() };
    let port = server.port.get().map_or_else(|| "?".to_owned(), |port| port.to_string());
    let security = server.security.get().map_or("?", Security::as_str);
    let auth = server.auth.get().map_or("?", maillint_model::Auth::as_str);
    let text = |setting: &Setting<String>| setting.text().unwrap_or("?").to_owned();
    format!("{}:{port} {security} {auth} {}", text(&server.host), text(&server.username))
}

fn incoming(changes: &str) -> String {
    server(&read(changes).accounts[0], Side::Incoming)
}

fn outgoing(changes: &str) -> String {
    server(&read(changes).accounts[0], Side::Outgoing)
}

/// The keys of the accounts that the client opens, in order.
fn active(changes: &str) -> String {
    let reading = read(changes);
    let active = reading.accounts.iter().filter(|account| account.status == Status::Active);
    active.map(|account| account.key.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_not_there_has_the_clients_default() {
    assert_eq!(incoming(""), "mail.example.org:110 none password anna@example.org");
    assert_eq!(outgoing(""), "mail.example.org:587 none password ?");
}

#[test]
fn the_standard_port_follows_the_protection() {
    for (settings, port) in [
        ("mail.server.server1.socketType = 3", 995),
        ("mail.server.server1.socketType = 2", 110),
        ("mail.server.server1.type = \"imap\"", 143),
        ("mail.server.server1.type = \"imap\"\nmail.server.server1.socketType = 3", 993),
        ("mail.server.server1.type = \"nntp\"", 119),
    ] {
        assert_eq!(read(settings).accounts[0].incoming.as_ref().unwrap().port.get(), Some(port), "{settings}");
    }
}

#[test]
fn port_one_is_no_port_to_pop3_but_one_to_imap() {
    // Seen.
    assert!(incoming("mail.server.server1.port = 1").contains(":110 "));
    assert!(incoming("mail.server.server1.port = 1\nmail.server.server1.type = \"imap\"").contains(":1 "));
    assert!(incoming("mail.server.server1.port = 0").contains(":110 "));
    assert!(incoming("mail.server.server1.port = 70000").contains(":? "));
}

#[test]
fn starttls_if_available_is_plain_text_from_132_on() {
    let one = "mail.server.server1.socketType = 1\n";
    // Seen.
    assert!(incoming(one).contains(" none "));
    assert!(incoming(&format!("{one}extensions.lastAppVersion = \"128.5.0\"")).contains(" starttls-if-available "));
    assert!(incoming(&format!("{one}extensions.lastAppVersion =")).contains(" ? "));
}

#[test]
fn the_outgoing_port_was_25_until_88() {
    assert!(outgoing("extensions.lastAppVersion = \"78.14.0\"").contains(":25 "));
    assert!(outgoing("extensions.lastAppVersion = \"91.0\"").contains(":587 "));
    assert!(outgoing("extensions.lastAppVersion =").contains(":? "));
    assert!(outgoing("mail.smtpserver.smtp1.try_ssl = 3").contains(":465 "));
}

#[test]
fn a_changed_server_was_kept_under_another_name_until_101() {
    let real = "mail.server.server1.realhostname = \"real.example.org\"\n";
    assert!(incoming(&format!("{real}extensions.lastAppVersion = \"91.0\"")).starts_with("real.example.org:"));
    // Seen.
    assert!(incoming(real).starts_with("mail.example.org:"));
}

#[test]
fn a_value_of_the_wrong_type_is_as_good_as_none() {
    let reading = read("mail.server.server1.port = \"995\"\nmail.server.server1.leave_on_server = 1");
    assert!(server(&reading.accounts[0], Side::Incoming).contains(":110 "));
    assert_eq!(reading.accounts[0].retention.as_ref().unwrap().leave_on_server.get(), Some(false));
    assert_eq!(reading.notes.iter().filter(|note| note.kind == NoteKind::Ignored).count(), 2);
    assert_eq!(reading.outcome, Outcome::Read);
}

#[test]
fn a_port_behind_the_name_was_taken_apart_by_older_versions() {
    let changes = "mail.server.server1.hostname = \"mail.example.org:1995\"\nextensions.lastAppVersion = \"115.0\"";
    assert!(incoming(changes).starts_with("mail.example.org:1995 "));
}

#[test]
fn the_last_statement_wins_even_with_another_type() {
    // Seen.
    let text = profile("")
        + "user_pref(\"mail.server.server1.port\", 995);\nuser_pref(\"mail.server.server1.port\", \"110\");\n";
    assert!(server(&read_text(&text).unwrap().accounts[0], Side::Incoming).contains(":110 "));
}

#[test]
fn a_list_is_not_taken_away_by_what_is_none() {
    // Seen with 153.8, in user.js: the client has a default for it, of which the type counts.
    let changes = |last: &str| profile("") + &format!("user_pref(\"mail.accountmanager.accounts\", {last});\n");
    let accounts = |last: &str| {
        read_text(&changes(last)).unwrap().accounts.iter().filter(|it| it.status == Status::Active).count()
    };
    assert_eq!(accounts("3"), 1);
    assert_eq!(accounts("\"\""), 0);
}

#[test]
fn defaults_can_be_changed_for_all_servers() {
    assert!(incoming("mail.server.default.port = 1995").contains(":1995 "));
    assert!(incoming("mail.server.default.authMethod = 4").contains(" encrypted "));
}

#[test]
fn sign_in_numbers_mean_other_things_to_sending_than_to_fetching() {
    let set = |number: i32| {
        let changes = format!("mail.server.server1.authMethod = {number}\nmail.smtpserver.smtp1.authMethod = {number}");
        let account = read(&changes).accounts.remove(0);
        let auth =
            |server: Option<&maillint_model::Server>| server.unwrap().auth.get().map_or("?", |auth| auth.as_str());
        format!("{} {}", auth(account.incoming.as_ref()), auth(account.outgoing.as_ref()))
    };
    assert_eq!(set(0), "? none");
    assert_eq!(set(1), "none none");
    assert_eq!(set(2), "? none");
    assert_eq!(set(3), "password password");
    assert_eq!(set(4), "encrypted encrypted");
    assert_eq!(set(7), "certificate none");
    assert_eq!(set(9), "? none");
    assert_eq!(set(10), "oauth2 oauth2");
}

#[test]
fn an_age_limit_needs_both_switches_and_a_number() {
    let days = |changes: &str| read(changes).accounts[0].retention.as_ref().unwrap().remove_after_days.get().flatten();
    let leave = "mail.server.server1.leave_on_server = true\n";
    let age = "mail.server.server1.delete_by_age_from_server = true\n";
    let number = "mail.server.server1.num_days_to_leave_on_server = 14\n";
    assert_eq!(days(&format!("{leave}{age}{number}")), Some(14));
    assert_eq!(days(&format!("{leave}{age}")), Some(7));
    assert_eq!(days(&format!("{leave}{number}")), None);
    assert_eq!(days(&format!("{age}{number}")), None);
    // Seen.
    assert_eq!(days(&format!("{leave}{age}mail.server.server1.num_days_to_leave_on_server = 0")), None);
}

/// A second account, as it stands in the settings.
const SECOND: &str = "mail.accountmanager.accounts = \"account1,account2\"
    mail.account.account2.server = \"server2\"
    mail.server.server2.type = \"pop3\"
    mail.server.server2.hostname = \"mail.example.net\"
    mail.server.server2.userName = \"otto@example.net\"
";

#[test]
fn the_loader_drops_what_it_cannot_use() {
    // All seen.
    assert_eq!(active(SECOND), "account1 account2");
    for broken in [
        "mail.account.account2.server =",
        "mail.account.account2.server = \"server1\"",
        "mail.server.server2.type =",
        "mail.server.server2.type = \"pigeon\"",
        "mail.server.server2.hostname =",
        "mail.server.server2.hostname = \"\"",
        "mail.server.server2.hostname = \"fe80::1\"",
        "mail.server.server2.hostname = \"mail.example.net:995\"",
        "mail.server.server2.hostname = \"MAIL.example.org\"\nmail.server.server2.userName = \"anna@example.org\"",
        "mail.server.server2.hostname = \"mail example.net\"\nmail.server.server2.type = \"imap\"",
        "mail.accountmanager.accounts = \"account1, account2\"",
    ] {
        assert_eq!(active(&format!("{SECOND}{broken}")), "account1", "{broken}");
    }
}

#[test]
fn an_account_that_the_name_of_its_server_keeps_out_is_missed() {
    let with_host = |host: &str, version: &str| {
        let changes = format!(
            "{SECOND}mail.server.server2.hostname = \"{host}\"\nextensions.lastAppVersion = \"{version}\"\n\
             mail.server.server2.type = \"imap\""
        );
        let account = read(&changes).accounts.into_iter().find(|account| account.key == "account2").unwrap();
        (account.is_left_out, account.status)
    };
    assert_eq!(with_host("mail example.net", "153.7.0"), (true, Status::Orphaned));
    assert_eq!(with_host("mail example.net", "131.0"), (false, Status::Active));
    assert_eq!(with_host("mail.example.net", "153.7.0"), (false, Status::Active));
    // Seen: with a name for the list, the account stays, with server2.invalid for its server.
    let named = "mail example.net\"\nmail.server.server2.name = \"Work";
    assert_eq!(with_host(named, "153.8.0"), (false, Status::Active));
    let named = "[::1]\"\nmail.server.server2.name = \"Work";
    assert_eq!(with_host(named, "153.8.0"), (true, Status::Orphaned));
}

#[test]
fn the_name_of_a_server_that_no_dialog_shows_is_set_in_the_config_editor() {
    let reading = read(&format!(
        "{SECOND}mail.server.server2.hostname = \"mail example.net\"\nmail.server.server2.type = \"imap\""
    ));
    let account = reading.accounts.iter().find(|account| account.is_left_out).unwrap();
    let change = Change::Host { side: Side::Incoming, to: "mail.example.net".to_owned() };
    assert_eq!(
        PREFS_JS.steps(&change, account),
        [
            "≡ > Settings > General > Config Editor… (at the bottom)",
            "Look for mail.server.server2.hostname, and set it to mail.example.net.",
            "Restart Thunderbird. If the account does not come back, set it up again, with this name.",
        ]
    );
}

#[test]
fn an_outgoing_server_that_does_not_exist_has_no_substitute_since_93() {
    let dangling = "mail.identity.id1.smtpServer = \"smtp9\"\n";
    // Seen.
    assert_eq!(outgoing(dangling), "-");
    assert_eq!(outgoing("mail.smtp.defaultserver = \"smtp9\""), "-");
    assert_eq!(outgoing(&format!("{dangling}extensions.lastAppVersion = \"91.0\"")), "?:587 none password ?");
}

#[test]
fn without_any_outgoing_server_nothing_can_be_sent() {
    // The list that the client empties when the last one is removed.
    let reading = read("mail.smtpservers = \"\"");
    let gaps = &reading.accounts[0].no_outgoing;
    assert_eq!(gaps.iter().map(|gap| (gap.identity, gap.named_at.is_some())).collect::<Vec<_>>(), [(0, false)]);
    let dangling = read("mail.identity.id1.smtpServer = \"smtp9\"");
    let gaps = &dangling.accounts[0].no_outgoing;
    assert_eq!(gaps.iter().map(|gap| (gap.identity, gap.named_at.is_some())).collect::<Vec<_>>(), [(0, true)]);
}

#[test]
fn a_file_that_ends_before_the_list_of_outgoing_servers_does_not_tell_whether_there_is_one() {
    let account = "user_pref(\"extensions.lastAppVersion\", \"153.7.0\");
user_pref(\"mail.account.account1.identities\", \"id1\");
user_pref(\"mail.account.account1.server\", \"server1\");
user_pref(\"mail.accountmanager.accounts\", \"account1\");
user_pref(\"mail.identity.id1.smtpServer\", \"smtp1\");
user_pref(\"mail.identity.id1.useremail\", \"anna@example.org\");
user_pref(\"mail.server.server1.hostname\", \"mail.example.org\");
user_pref(\"mail.server.server1.type\", \"imap\");\n";
    let place = |host: &Setting<String>| host.at().map(|at| (at.start().line, at.start().column));
    let told = |text: &str| {
        let account = read_text(text).unwrap().accounts.remove(0);
        (account.no_outgoing.len(), account.outgoing.map(|server| (server.host.text().is_some(), place(&server.host))))
    };
    assert_eq!(told(account), (0, Some((false, Some((5, 44))))));
    assert_eq!(told(&format!("{account}user_pref(\"mailnews.start_page.override_url\", \"\");\n")), (1, None));
}

#[test]
fn whether_a_server_that_is_not_listed_is_there_depends_on_the_version() {
    let outgoing = |version: &str| {
        let changes = format!("mail.identity.id1.smtpServer = \"smtp9\"\nextensions.lastAppVersion{version}");
        read(&changes).accounts.remove(0).outgoing.map(|server| (server.key, server.host.at().is_some()))
    };
    assert_eq!(outgoing(" = \"153.7.0\""), None);
    assert_eq!(outgoing(" = \"91.0\""), Some((Some("smtp9".to_owned()), false)));
    assert_eq!(outgoing(" ="), Some((None, true)));
}

#[test]
fn an_empty_user_name_is_known_to_be_none() {
    let username = |line: &str| read(line).accounts.remove(0).incoming.unwrap().username;
    assert_eq!(username("mail.server.server1.userName = \"\"").text(), Some(""));
    assert_eq!(username("mail.server.server1.userName =").text(), None);
}

#[test]
fn only_an_account_with_mail_can_be_the_default() {
    // Seen.
    let changes =
        format!("{SECOND}mail.server.server2.type = \"none\"\nmail.accountmanager.defaultaccount = \"account2\"");
    let reading = read(&changes);
    let defaults: Vec<&str> =
        reading.accounts.iter().filter(|account| account.is_default).map(|account| account.key.as_str()).collect();
    assert_eq!(defaults, ["account1"]);
}

#[test]
fn firefox_is_not_read_and_a_profile_without_accounts_says_so() {
    assert!(read_text("user_pref(\"browser.startup.page\", 3);\n").is_none());
    let reading = read_text("user_pref(\"mail.ui-rdf.version\", 61);\n").unwrap();
    assert_eq!(reading.accounts.len(), 0);
    assert_eq!(reading.notes[0].message, "No mail account is set up in this profile.");
}

#[test]
fn utf16_is_refused_as_thunderbird_itself_would() {
    let bytes: Vec<u8> = profile("").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let path = "/home/anna/prefs.js".to_owned();
    let input = Input { name: "prefs.js".to_owned(), path, bytes: [b"\xFF\xFE".as_slice(), &bytes].concat() };
    let reading = PREFS_JS.read(&Bundle::single(input), &Limits::default()).unwrap();
    assert_eq!(reading.outcome, Outcome::Skipped);
}

#[test]
fn a_byte_order_mark_costs_the_first_setting() {
    // Seen.
    let reading = read_text(&format!("\u{FEFF}{}", profile(""))).unwrap();
    assert_eq!(reading.accounts[0].client_version, None);
    assert!(reading.notes[0].message.ends_with("skips the first setting, extensions.lastAppVersion."));
}

/// The steps of a change to the account of a profile.
fn steps(changes: &str, change: &Change) -> Vec<String> {
    PREFS_JS.steps(change, &read(changes).accounts[0])
}

#[test]
fn steps_are_in_the_labels_of_the_version() {
    let host = Change::Host { side: Side::Incoming, to: "mail.example.org".to_owned() };
    assert_eq!(
        steps("mail.server.server1.name = \"Anna\"", &host),
        [
            "≡ > Account Settings > Anna > Server Settings",
            "Server Name: mail.example.org",
            "Restart Thunderbird when it asks to."
        ]
    );
    let endpoint = Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls };
    assert_eq!(
        steps("", &endpoint),
        [
            "≡ > Account Settings > Outgoing Server (at the bottom of the list on the left)",
            "Select mail.example.org, then Edit…",
            "Connection security: STARTTLS",
            "Port: 587",
            "OK"
        ]
    );
    assert_eq!(
        steps("extensions.lastAppVersion = \"140.7.0\"", &endpoint)[0],
        "≡ > Account Settings > Outgoing Server (SMTP) (at the bottom of the list on the left)"
    );
    let sign_in = Change::SignIn { to: maillint_model::Auth::Password, username: "anna@example.org".to_owned() };
    insta::assert_snapshot!(steps("mail.smtpserver.smtp1.try_ssl = 2", &sign_in).join("\n"), @"
    ≡ > Account Settings > Outgoing Server (at the bottom of the list on the left)
    Select mail.example.org, then Edit…
    Authentication method: Normal password
    User Name: anna@example.org
    OK
    ");
    insta::assert_snapshot!(ANDROID.steps(&sign_in, &read("").accounts[0]).join("\n"), @"
    Settings > anna@example.org on mail.example.org > Sending mail > Outgoing server
    Authentication: Normal password
    Username: anna@example.org
    ");
    let auth = Change::Auth { side: Side::Incoming, to: maillint_model::Auth::Password };
    assert_eq!(
        steps("", &auth)[1],
        "Authentication method: Normal password (called \"Password, transmitted insecurely\" while Connection security is \
         None)"
    );
    assert_eq!(steps("mail.server.server1.socketType = 3", &auth)[1], "Authentication method: Normal password");
    assert_eq!(
        steps("", &Change::RemoveAfterDays(2))[1..],
        ["Tick \"Leave messages on server\".", "Tick \"For at most\" and set it to 2 days."]
    );
}

/// It never removes by age: no place of its settings is worth a search.
#[test]
fn the_app_for_android_is_not_asked_to_remove_by_age() {
    let account = Account { format: ANDROID.meta(), ..read("").accounts.remove(0) };
    insta::assert_snapshot!(ANDROID.steps(&Change::RemoveAfterDays(2), &account).join("\n"), @"
    Thunderbird for Android cannot do this: it never removes mail from the server because of its age.
    On a computer, set the mailbox up as a POP account that leaves a copy of the messages on the server and removes it after 2 days. What is set up in Thunderbird for Android can stay as it is.
    ");
}

/// A profile with one more file beside it.
fn with_companion(pattern: &'static str, name: &str, text: &str) -> Reading {
    let input = |name: &str, text: &str| Input {
        name: name.to_owned(),
        path: format!("/p/{name}"),
        bytes: text.as_bytes().to_vec(),
    };
    let mut bundle = Bundle::single(input("prefs.js", &profile("")));
    bundle.companions.push((pattern, input(name, text)));
    PREFS_JS.read(&bundle, &Limits::default()).unwrap()
}

#[test]
fn what_user_js_or_an_administrator_sets_is_not_for_the_dialogs() {
    let change = Change::Host { side: Side::Incoming, to: "mail.example.org".to_owned() };
    let set = "(\"mail.server.server1.hostname\", \"pop.example.org\");\n";
    let reading = with_companion("user.js", "user.js", &format!("user_pref{set}"));
    let steps = PREFS_JS.steps(&change, &reading.accounts[0]);
    assert_eq!(steps[0], "First remove the setting from user.js: Thunderbird applies that file again at every start.");
    let reading = with_companion("*.cfg", "house.cfg", &format!("//\nlockPref{set}"));
    let steps = PREFS_JS.steps(&change, &reading.accounts[0]);
    assert_eq!(
        steps,
        [
            "Your administrator has set this (in house.cfg), so it cannot be changed in the dialogs. Show them this message."
        ]
    );
}

#[test]
fn news_feeds_and_chat_are_what_they_are() {
    for (kind, protocol) in [("nntp", Protocol::News), ("rss", Protocol::Feed), ("im", Protocol::Chat)] {
        let reading = read(&format!("mail.server.server1.type = \"{kind}\""));
        assert_eq!(reading.accounts[0].incoming.as_ref().unwrap().protocol, protocol);
    }
}

#[test]
fn the_place_where_an_old_client_stops_is_a_whole_character() {
    let text = profile("").replacen("user_pref(", "user_prefü(", 1);
    let reading = read_text(&text).unwrap();
    let places: Vec<&str> =
        reading.notes.iter().filter_map(|note| note.at.as_ref()).map(|at| at.file.slice(at.span)).collect();
    assert!(places.contains(&"ü"), "{places:?}");
}

#[test]
fn the_name_of_a_server_may_hold_dots() {
    let changes = "mail.account.account1.server = \"a.b\"\nmail.server.a.b.type = \"imap\"\n\
                   mail.server.a.b.hostname = \"imap.example.org\"\nmail.server.a.b.userName = \"bert\"";
    assert_eq!(incoming(changes), "imap.example.org:143 none password bert");
}

/// An administrator's file lies over the profiles of a run only if it was named.
#[test]
fn a_file_of_policies_says_whether_it_was_applied() {
    let note = |text: &str, is_named: bool| {
        let input = Input {
            name: "distribution/policies.json".to_owned(),
            path: "/opt/thunderbird/distribution/policies.json".to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let layers = if is_named { vec![input.clone()] } else { Vec::new() };
        let reading = POLICIES.read(&Bundle { layers, ..Bundle::single(input) }, &Limits::default()).unwrap();
        reading.notes.into_iter().map(|note| note.message).collect::<Vec<_>>().join("\n")
    };
    let one = "{\"policies\": {\"Preferences\": {\"mail.server.default.leave_on_server\": true}}}";
    let two = "{\"policies\": {\"Preferences\": {\"mail.server.default.leave_on_server\": true, \
               \"mail.server.default.num_days_to_leave_on_server\": 5}}}";
    insta::assert_snapshot!(note(one, true), @"This file of policies sets 1 setting of mail. It is applied to every Thunderbird profile of this run.");
    insta::assert_snapshot!(note(two, true), @"This file of policies sets 2 settings of mail. They are applied to every Thunderbird profile of this run.");
    insta::assert_snapshot!(note(one, false), @"This file of policies sets 1 setting of mail. It was not applied to any profile. To have that done, name both this file and the profile when you start maillint.");
    insta::assert_snapshot!(note(two, false), @"This file of policies sets 2 settings of mail. They were not applied to any profile. To have that done, name both this file and the profile when you start maillint.");
}
