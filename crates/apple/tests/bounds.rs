//! How much is made of a file: as many accounts as the limits say, and no long text that all of them share.
#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use maillint_apple::{Declaration, IosSettings, Profile};
use maillint_model::{Bundle, ClientFormat, Input, NoteKind};
use maillint_source::Limits;

/// How many accounts are read where one is the limit, and what is told of limits.
fn read(format: &dyn ClientFormat, name: &str, text: &str) -> (usize, Vec<String>) {
    let input = Input { name: name.to_owned(), path: format!("/{name}"), bytes: text.as_bytes().to_vec() };
    let limits = Limits { accounts: 1, ..Limits::default() };
    let reading = format.read(&Bundle::single(input), &limits).unwrap();
    let notes = reading.notes.into_iter().filter(|note| note.kind == NoteKind::Limit);
    (reading.accounts.len(), notes.map(|note| note.message).collect())
}

/// A list of dictionaries in a property list, each with one key and value.
fn plist(list: &str, key: &str, values: &[&str]) -> String {
    let dicts = values.iter().map(|value| format!("<dict><key>{key}</key><string>{value}</string></dict>"));
    format!(
        "<plist><dict><key>PayloadType</key><string>Configuration</string><key>{list}</key><array>{}</array></dict></plist>",
        dicts.collect::<String>()
    )
}

#[test]
fn what_is_no_account_is_not_one_too_many() {
    let too_many = || (1, vec!["It holds more than 1 accounts; the rest was left out.".to_owned()]);
    let (mail, wifi) = ("com.apple.mail.managed", "com.apple.wifi.managed");
    let profile = |types: &[&str]| read(&Profile, "a.mobileconfig", &plist("PayloadContent", "PayloadType", types));
    assert_eq!(profile(&[mail, wifi]), (1, Vec::new()));
    assert_eq!(profile(&[mail, wifi, mail]), too_many());

    let settings =
        |classes: &[&str]| read(&IosSettings, "com.apple.accountsettings.plist", &plist("Accounts", "Class", classes));
    assert_eq!(settings(&["POPAccount", "SMTPAccount"]), (1, Vec::new()));
    assert_eq!(settings(&["POPAccount", "SMTPAccount", "IMAPAccount"]), too_many());

    let declarations = |kinds: &[&str]| {
        let of_kind = |kind| format!("{{\"Type\": \"com.apple.configuration.account.{kind}\", \"Payload\": {{}}}}");
        let all = kinds.iter().map(of_kind).collect::<Vec<_>>().join(",");
        read(&Declaration, "a.declaration.json", &format!("[{all}]"))
    };
    assert_eq!(declarations(&["mail", "caldav"]), (1, Vec::new()));
    assert_eq!(declarations(&["mail", "caldav", "google"]), too_many());
}

#[test]
fn the_name_of_a_server_that_accounts_share_is_not_known_where_it_is_too_long() {
    let settings = |host: &str| {
        let account = "<dict><key>Class</key><string>POPAccount</string>\
                       <key>SMTPIdentifier</key><string>smtp</string></dict>";
        let text = format!(
            "<plist><dict><key>Accounts</key><array>{}<dict><key>Class</key><string>SMTPAccount</string>\
             <key>Identifier</key><string>smtp</string><key>Hostname</key><string>{host}</string></dict></array></dict>\
             </plist>",
            account.repeat(2)
        );
        let name = "com.apple.accountsettings.plist".to_owned();
        let input = Input { path: format!("/{name}"), name, bytes: text.into_bytes() };
        let reading = IosSettings.read(&Bundle::single(input), &Limits::default()).unwrap();
        let hosts = reading.accounts.into_iter().map(|account| account.outgoing.unwrap().host);
        hosts.map(|host| (host.text().map(str::len), host.at().is_some())).collect::<Vec<_>>()
    };
    assert_eq!(settings("mail.example.org"), [(Some(16), true), (Some(16), true)]);
    assert_eq!(settings(&"m".repeat(1_025)), [(None, true), (None, true)]);
}
