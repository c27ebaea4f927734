//! What a person is told to click, a case a dialog.

use maillint_apple::{AccountsPlist, IosSettings, MacAccounts, PhoneAccounts, Profile};
use maillint_model::{Account, Auth, Bundle, Change, ClientFormat, Input, Protocol, Security, Server, Side};
use maillint_source::Limits;

const ACCOUNTS: &str = "<plist><dict>
<key>DeliveryAccounts</key><array><dict><key>Hostname</key><string>smtp.example.org</string></dict></array>
<key>MailAccounts</key><array><dict>
  <key>AccountType</key><string>POPAccount</string>
  <key>EmailAddresses</key><array><string>anna@example.org</string></array>
  <key>Hostname</key><string>pop.example.org</string>
  <key>SMTPIdentifier</key><string>smtp.example.org</string>
</dict></array></dict></plist>";

const PHONE: &str = "<plist><dict><key>Accounts</key><array><dict>
  <key>Class</key><string>POPAccount</string>
  <key>EmailAddresses</key><array><string>anna@example.org</string></array>
  <key>Hostname</key><string>pop.example.org</string>
</dict></array></dict></plist>";

fn account(format: &dyn ClientFormat, text: &str) -> Account {
    let input = Input { name: "f.plist".to_owned(), path: "/f.plist".to_owned(), bytes: text.as_bytes().to_vec() };
    let reading = format.read(&Bundle::single(input), &Limits::default());
    reading.and_then(|reading| reading.accounts.into_iter().next()).expect("one account")
}

fn changes() -> [Change; 8] {
    [
        Change::Host { side: Side::Incoming, to: "mail.example.org".to_owned() },
        Change::Host { side: Side::Outgoing, to: "mail.example.org".to_owned() },
        Change::Endpoint { side: Side::Incoming, port: 995, security: Security::Tls },
        Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls },
        Change::Username { side: Side::Outgoing, to: "anna@example.org".to_owned() },
        Change::Auth { side: Side::Outgoing, to: Auth::Password },
        Change::SignIn { to: Auth::Password, username: "anna@example.org".to_owned() },
        Change::RemoveAfterDays(2),
    ]
}

/// The steps of each change, a blank line between two changes.
fn steps(format: &dyn ClientFormat, account: &Account) -> String {
    changes().iter().map(|change| format.steps(change, account).join("\n")).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn mail_of_os_x_10_10() {
    let account = account(&AccountsPlist, ACCOUNTS);
    insta::assert_snapshot!(steps(&AccountsPlist, &account), @"
    Mail > Preferences… > Accounts > anna@example.org
    On the tab Account Information, Incoming Mail Server: mail.example.org
    Close the window, and save the changes when Mail asks.

    Mail > Preferences… > Accounts > anna@example.org
    On the tab Account Information, open the pop-up Outgoing Mail Server (SMTP), choose Edit SMTP Server List…, and select the server of this account.
    Set the name of the server to mail.example.org, then OK.
    Close the window, and save the changes when Mail asks.

    Mail > Preferences… > Accounts > anna@example.org
    Open the tab Advanced.
    In OS X 10.10 and 10.11, untick Automatically detect and maintain account settings first.
    Port: 995, and tick Use SSL
    Close the window, and save the changes when Mail asks.

    Mail > Preferences… > Accounts > anna@example.org
    On the tab Account Information, open the pop-up Outgoing Mail Server (SMTP), choose Edit SMTP Server List…, and select the server of this account.
    Open the tab Advanced.
    In OS X 10.10 and 10.11, untick Automatically detect and maintain account settings first.
    Port: 587, and tick Use SSL
    Close the window, and save the changes when Mail asks.

    Mail > Preferences… > Accounts > anna@example.org
    On the tab Account Information, open the pop-up Outgoing Mail Server (SMTP), choose Edit SMTP Server List…, and select the server of this account.
    On its tab Advanced, User Name: anna@example.org, then OK.
    Close the window, and save the changes when Mail asks.

    Mail > Preferences… > Accounts > anna@example.org
    On the tab Account Information, open the pop-up Outgoing Mail Server (SMTP), choose Edit SMTP Server List…, and select the server of this account.
    Open the tab Advanced.
    In OS X 10.10 and 10.11, untick Automatically detect and maintain account settings first.
    Authentication: Password
    Close the window, and save the changes when Mail asks.

    Mail > Preferences… > Accounts > anna@example.org
    On the tab Account Information, open the pop-up Outgoing Mail Server (SMTP), choose Edit SMTP Server List…, and select the server of this account.
    Open the tab Advanced.
    In OS X 10.10 and 10.11, untick Automatically detect and maintain account settings first.
    Authentication: Password
    User Name: anna@example.org, then OK.
    Close the window, and save the changes when Mail asks.

    Mail > Preferences… > Accounts > anna@example.org
    Open the tab Advanced.
    Tick Remove copy from server after retrieving a message, and choose After one day. Mail does not offer 2 days; this is the nearest that is not longer.
    Close the window, and save the changes when Mail asks.
    ");
}

#[test]
fn a_phone() {
    let account = account(&IosSettings, PHONE);
    insta::assert_snapshot!(steps(&IosSettings, &account), @"
    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Incoming Mail Server, Host Name: mail.example.org
    Done

    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Outgoing Mail Server: SMTP > Primary Server
    Host Name: mail.example.org
    Done

    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Advanced > Incoming Settings
    Use SSL: on
    Server Port: 995 (look again after Use SSL, which may have changed it)
    Done

    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Outgoing Mail Server: SMTP > Primary Server
    Use SSL: on
    Server Port: 587 (look again after Use SSL, which may have changed it)
    Done

    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Outgoing Mail Server: SMTP > Primary Server
    User Name: anna@example.org
    Done

    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Outgoing Mail Server: SMTP > Primary Server
    Authentication: Password
    Done

    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Outgoing Mail Server: SMTP > Primary Server
    User Name: anna@example.org
    Authentication: Password
    Done

    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Advanced > Delete from server
    Seven days (the only number of days that an iPhone offers)
    Done
    ");
}

#[test]
fn a_profile() {
    let account = account(&AccountsPlist, ACCOUNTS);
    insta::assert_snapshot!(steps(&Profile, &account), @"
    The administrator of the profile sets IncomingMailServerHostName to mail.example.org in its mail payload.
    Install the new profile on the devices in place of the old one.

    The administrator of the profile sets OutgoingMailServerHostName to mail.example.org in its mail payload.
    Install the new profile on the devices in place of the old one.

    The administrator of the profile sets IncomingMailServerPortNumber to 995 and IncomingMailServerUseSSL to true in its mail payload.
    Install the new profile on the devices in place of the old one.

    The administrator of the profile sets OutgoingMailServerPortNumber to 587 and OutgoingMailServerUseSSL to true in its mail payload.
    Install the new profile on the devices in place of the old one.

    The administrator of the profile sets OutgoingMailServerUsername to anna@example.org in its mail payload.
    Install the new profile on the devices in place of the old one.

    The administrator of the profile sets OutgoingMailServerAuthentication to EmailAuthPassword in its mail payload.
    Install the new profile on the devices in place of the old one.

    The administrator of the profile sets OutgoingMailServerAuthentication to EmailAuthPassword and OutgoingMailServerUsername to anna@example.org in its mail payload.
    Install the new profile on the devices in place of the old one.

    A profile cannot set this: it is set on each device once the profile is installed.
    On a Mac: Mail > Settings… > Accounts > Account Information. Tick Remove copy from server after retrieving a message, and choose After one day. Mail does not offer 2 days; this is the nearest that is not longer.
    On an iPhone: Settings > Apps > Mail > Mail Accounts > the account > Account > Advanced > Delete from server: Seven days
    ");
}

/// Settings shows Never where mail is deleted at once.
#[test]
fn a_phone_that_deletes_at_once_is_told_what_it_shows() {
    let right_away =
        PHONE.replace("<key>Class</key>", "<key>DeletionPolicy</key><string>RightAway</string><key>Class</key>");
    let account = account(&IosSettings, &right_away);
    insta::assert_snapshot!(IosSettings.steps(&Change::RemoveAfterDays(7), &account).join("\n"), @"
    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Advanced > Delete from server (it shows Never, though mail is deleted on the server at once)
    Seven days
    Done
    ");
    insta::assert_snapshot!(IosSettings.steps(&Change::LeaveOnServer, &account).join("\n"), @"
    Settings > Mail, Contacts, Calendars
    anna@example.org, then Account (Account Settings on recent versions)
    Advanced > Delete from server (it shows Never, though mail is deleted on the server at once)
    Seven days, and then Never
    Done
    ");
}

#[test]
fn a_web_sign_in_is_for_an_account_of_its_provider() {
    let account = account(&AccountsPlist, ACCOUNTS);
    let change = Change::Auth { side: Side::Incoming, to: Auth::OAuth2 };
    insta::assert_snapshot!(MacAccounts.steps(&change, &account).join("\n"), @"
    The account has no setting for this: it has to be added anew, as an account of its provider.
    System Settings > Internet Accounts (System Preferences up to macOS 12): add the account as Google, Yahoo or, for Microsoft, as Exchange, and sign in on the page that opens.
    Move the mail that is only in the old account to the new one.
    Remove the old account.
    ");
    let imap =
        Account { incoming: Some(Server::new(Protocol::Imap)), client_version: Some("18.1".to_owned()), ..account };
    insta::assert_snapshot!(PhoneAccounts.steps(&change, &imap).join("\n"), @"
    The account has no setting for this: it has to be added anew, as an account of its provider.
    Settings > Apps > Mail > Mail Accounts: add the account as Google, Yahoo or, for Microsoft, as Exchange, and sign in on the page that opens.
    Remove the old account.
    ");
    // What these could do is not known.
    assert_eq!(AccountsPlist.steps(&change, &imap), Vec::<String>::new());
    assert_eq!(IosSettings.steps(&change, &imap), Vec::<String>::new());
}

#[test]
fn what_no_dialog_offers_has_no_steps() {
    let change = Change::Auth { side: Side::Incoming, to: Auth::PopBeforeSmtp };
    let account = account(&AccountsPlist, ACCOUNTS);
    assert_eq!(AccountsPlist.steps(&change, &account), Vec::<String>::new());
    assert_eq!(Profile.steps(&change, &account), Vec::<String>::new());
}
