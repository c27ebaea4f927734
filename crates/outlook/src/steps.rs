//! Where in the dialogs of Outlook and Outlook Express a change is made (`formats/outlook.md` §6), in their labels.

use maillint_model::{Account, Auth, Change, Protocol, Security, Side};

/// Which of Outlook's dialogs a version has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Era {
    /// 2002 to 2010, which share their place in the registry.
    UpTo2010,
    /// 2013.
    Y2013,
    /// 2016 and later. The File menu of newer builds opens a shorter dialog; Control Panel always opens the full one.
    Y2016,
}

/// Steps for an account in a profile of Outlook.
pub(crate) fn outlook(change: &Change, account: &Account) -> Vec<String> {
    let era = match account.client_version.as_deref() {
        None => Era::UpTo2010,
        Some(version) if version.starts_with("15.") => Era::Y2013,
        Some(_) => Era::Y2016,
    };
    if let (Change::Auth { to: Auth::OAuth2, .. }, Era::Y2016) = (change, era) {
        return add_anew(account);
    }
    let changes = outlook_dialog(change, account, era);
    if changes.is_empty() {
        return Vec::new();
    }
    let name = account.name.text().filter(|name| !name.is_empty()).unwrap_or_else(|| account.label());
    let mut steps = match era {
        Era::Y2016 => {
            let profile = account.profile.as_deref().unwrap_or_default();
            let show = if profile.is_empty() || profile == "Outlook" {
                String::new()
            } else {
                format!(" (if it asks for a profile: Show Profiles... > {profile} > Properties)")
            };
            vec![format!("Close Outlook. Control Panel > Mail (Microsoft Outlook){show} > Email Accounts...")]
        }
        Era::Y2013 => vec!["File > Account Settings > Account Settings...".to_owned()],
        Era::UpTo2010 => vec![
            "File > Account Settings > Account Settings... (Outlook 2007: Tools > Account Settings...; 2002 and 2003: Tools > \
             E-mail Accounts... > View or change existing)"
                .to_owned(),
        ],
    };
    steps.push(format!("Select {name} and choose Change..."));
    steps.extend(changes);
    steps.push("Next (Outlook tests the settings), then Finish".to_owned());
    steps
}

/// The dialog of an account offers passwords alone; the web page is for accounts of a provider.
fn add_anew(account: &Account) -> Vec<String> {
    let mut steps = vec![
        "The account has no setting for this: it has to be added anew, as one of Microsoft (Exchange) or Google.".to_owned(),
        "File > Account Settings > Account Settings... > tab E-mail: add the account, and sign in on the page that opens."
            .to_owned(),
    ];
    if !is_imap(account) {
        steps.push("Move the mail that is only in the old account to the new one.".to_owned());
    }
    steps.push("Remove the old account in the same place.".to_owned());
    steps
}

/// What to do in the dialog of one account.
fn outlook_dialog(change: &Change, account: &Account, era: Era) -> Vec<String> {
    let is_imap = is_imap(account);
    let ssl = if era == Era::UpTo2010 { "SSL" } else { "SSL/TLS" };
    let advanced = || "More Settings ... > Advanced".to_owned();
    let done = || "OK".to_owned();
    match change {
        Change::Host { side: Side::Incoming, to } => vec![format!("Incoming mail server: {to}")],
        Change::Host { side: Side::Outgoing, to } => vec![format!("Outgoing mail server (SMTP): {to}")],
        Change::Endpoint { side: Side::Incoming, port, security } if is_imap => {
            let Some(kind) = encryption(*security, era) else { return Vec::new() };
            vec![
                advanced(),
                format!("Use the following type of encrypted connection: {kind}"),
                format!("Incoming server (IMAP): {port}"),
                done(),
            ]
        }
        Change::Endpoint { side: Side::Incoming, port, security } => {
            // For POP the dialog has one box: encrypted from the first byte, or not at all.
            let tick = match security {
                Security::Tls => "Tick",
                Security::None => "Untick",
                Security::StartTls | Security::StartTlsIfAvailable | Security::Auto => return Vec::new(),
            };
            vec![
                advanced(),
                format!("{tick} \"This server requires an encrypted connection ({ssl})\""),
                format!("Incoming server (POP3): {port}"),
                done(),
            ]
        }
        Change::Endpoint { side: Side::Outgoing, port, security } => {
            let Some(kind) = encryption(*security, era) else { return Vec::new() };
            vec![
                advanced(),
                format!("Use the following type of encrypted connection, below \"Outgoing server (SMTP)\": {kind}"),
                format!("Outgoing server (SMTP): {port} (check it last: the choice above may change it)"),
                done(),
            ]
        }
        Change::Username { side: Side::Incoming, to } => vec![format!("User Name: {to}")],
        Change::Username { side: Side::Outgoing, to } => {
            let mut steps = sign_in();
            if account.incoming.as_ref().and_then(|server| server.username.text()) == Some(to) {
                steps.push("Choose \"Use same settings as my incoming mail server\"".to_owned());
            } else {
                steps.push(format!("Choose \"Log on using\", User Name: {to}"));
            }
            steps.push(done());
            steps
        }
        Change::Auth { side: Side::Incoming, to: Auth::Password } => {
            vec!["Untick \"Require logon using Secure Password Authentication (SPA)\"".to_owned()]
        }
        Change::Auth { side: Side::Incoming, to: Auth::Ntlm } => {
            vec!["Tick \"Require logon using Secure Password Authentication (SPA)\"".to_owned()]
        }
        Change::Auth { side: Side::Outgoing, to: Auth::Password } => {
            let mut steps = sign_in();
            steps.push("Choose \"Use same settings as my incoming mail server\"".to_owned());
            steps.push(done());
            steps
        }
        Change::Auth { side: Side::Outgoing, to: Auth::PopBeforeSmtp } if !is_imap => {
            let mut steps = sign_in();
            steps.push("Choose \"Log on to incoming mail server before sending mail\"".to_owned());
            steps.push(done());
            steps
        }
        Change::Auth { side: Side::Outgoing, to: Auth::None } => vec![
            "More Settings ... > Outgoing Server".to_owned(),
            "Untick \"My outgoing server (SMTP) requires authentication\"".to_owned(),
            done(),
        ],
        Change::RemoveAfterDays(days) if !is_imap => vec![
            advanced(),
            "Tick \"Leave a copy of messages on the server\"".to_owned(),
            format!("Tick \"Remove from server after\" and set {days} days"),
            done(),
        ],
        Change::LeaveOnServer if !is_imap => {
            vec![advanced(), "Tick \"Leave a copy of messages on the server\"".to_owned(), done()]
        }
        Change::KeepWhenDeleted if !is_imap => {
            vec![advanced(), "Untick \"Remove from server when deleted from 'Deleted Items'\"".to_owned(), done()]
        }
        Change::Address { to } => vec![format!("Email Address: {to}")],
        _ => Vec::new(),
    }
}

fn sign_in() -> Vec<String> {
    vec![
        "More Settings ... > Outgoing Server".to_owned(),
        "Tick \"My outgoing server (SMTP) requires authentication\"".to_owned(),
    ]
}

/// The entry of the list "Use the following type of encrypted connection".
fn encryption(security: Security, era: Era) -> Option<&'static str> {
    Some(match (security, era) {
        (Security::None, _) => "None",
        (Security::Tls, Era::UpTo2010) => "SSL",
        (Security::Tls, _) => "SSL/TLS",
        (Security::StartTls, Era::Y2016) => "STARTTLS (called TLS in Outlook 2016)",
        (Security::StartTls, _) => "TLS",
        (Security::Auto, _) => "Auto",
        (Security::StartTlsIfAvailable, _) => return None,
    })
}

/// Steps for an account of Outlook Express, Windows Mail or Windows Live Mail.
pub(crate) fn express(change: &Change, account: &Account) -> Vec<String> {
    let is_old = matches!(account.format.id, "outlook-express-registry" | "outlook-internet-mail-only");
    let name = account.name.text().filter(|name| !name.is_empty()).unwrap_or_else(|| account.label());
    let changes = express_dialog(change, account);
    if changes.is_empty() {
        return Vec::new();
    }
    let mut steps = if is_old {
        vec![format!("Tools > Accounts... > Mail > {name} > Properties")]
    } else {
        vec![format!(
            "Windows Live Mail: right-click the account {name} > Properties. Windows Mail, Outlook Express: Tools > \
             Accounts... > {name} > Properties"
        )]
    };
    steps.extend(changes);
    steps.push("OK".to_owned());
    steps
}

fn express_dialog(change: &Change, account: &Account) -> Vec<String> {
    let is_imap = is_imap(account);
    let incoming = if is_imap { "Incoming mail (IMAP)" } else { "Incoming mail (POP3)" };
    match change {
        Change::Host { side: Side::Incoming, to } => vec![format!("Tab Servers > {incoming}: {to}")],
        Change::Host { side: Side::Outgoing, to } => vec![format!("Tab Servers > Outgoing mail (SMTP): {to}")],
        Change::Endpoint { side, port, security } => {
            let server = if *side == Side::Incoming { incoming } else { "Outgoing mail (SMTP)" };
            // One box a server. For outgoing mail the port decides what it means; for incoming mail it is TLS from the
            // first byte.
            let tick = match (side, security, port) {
                (_, Security::None, _) => "untick",
                (Side::Incoming, Security::Tls, _) | (Side::Outgoing, Security::Tls, 465) => "tick",
                (Side::Outgoing, Security::StartTls, port) if *port != 465 => "tick",
                _ => return Vec::new(),
            };
            vec![
                format!("Tab Advanced > below {server}, {tick} \"This server requires a secure connection (SSL)\""),
                format!("{server}: {port}"),
            ]
        }
        Change::Username { side: Side::Incoming, to } => vec![format!("Tab Servers > Account name: {to}")],
        Change::Username { side: Side::Outgoing, to } => {
            let same = account.incoming.as_ref().and_then(|server| server.username.text()) == Some(to);
            let choice = if same {
                "choose \"Use same settings as my incoming mail server\"".to_owned()
            } else {
                format!("choose \"Log on using\", Account name: {to}")
            };
            vec![requires_authentication(), format!("Settings... > {choice}")]
        }
        Change::Auth { side: Side::Incoming, to: Auth::Password } => {
            vec!["Tab Servers > untick \"Log on using Secure Password Authentication\"".to_owned()]
        }
        Change::Auth { side: Side::Outgoing, to: Auth::Password } => {
            vec![
                requires_authentication(),
                "Settings... > choose \"Use same settings as my incoming mail server\"".to_owned(),
            ]
        }
        Change::Auth { side: Side::Outgoing, to: Auth::None } => {
            vec!["Tab Servers > untick \"My server requires authentication\"".to_owned()]
        }
        Change::RemoveAfterDays(days) if !is_imap => vec![
            "Tab Advanced > tick \"Leave a copy of messages on server\"".to_owned(),
            format!("Tick \"Remove from server after\" and set {days} day(s)"),
        ],
        Change::LeaveOnServer if !is_imap => {
            vec!["Tab Advanced > tick \"Leave a copy of messages on server\"".to_owned()]
        }
        Change::KeepWhenDeleted if !is_imap => {
            vec!["Tab Advanced > untick \"Remove from server when deleted from 'Deleted Items'\"".to_owned()]
        }
        Change::Address { to } => vec![format!("Tab General > the e-mail address: {to}")],
        _ => Vec::new(),
    }
}

fn requires_authentication() -> String {
    "Tab Servers > tick \"My server requires authentication\"".to_owned()
}

fn is_imap(account: &Account) -> bool {
    account.incoming.as_ref().is_some_and(|server| server.protocol == Protocol::Imap)
}

#[cfg(test)]
mod tests {
    use maillint_model::{Account, Auth, Change, ClientFormat, Security, Side};

    use crate::{OutlookPrf, OutlookRegistry, show};

    fn account(format: &dyn ClientFormat, path: &str) -> Account {
        #[allow(clippy::disallowed_methods, reason = "a test reads its fixtures")]
        let bytes =
            std::fs::read(format!("{}/../../testdata/clients/outlook/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        show::read(format, path, &bytes).unwrap().accounts.remove(0)
    }

    /// The steps of a few changes, one line a step.
    fn steps(format: &dyn ClientFormat, account: &Account, changes: &[Change]) -> String {
        changes.iter().map(|change| format.steps(change, account).join("\n") + "\n\n").collect()
    }

    fn founding() -> Vec<Change> {
        vec![
            Change::Host { side: Side::Incoming, to: "mail.example.org".to_owned() },
            Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls },
            Change::Username { side: Side::Incoming, to: "anna@example.org".to_owned() },
            Change::Auth { side: Side::Outgoing, to: Auth::Password },
            Change::RemoveAfterDays(2),
        ]
    }

    #[test]
    fn outlook_2016_is_sent_to_control_panel() {
        let account = account(&OutlookRegistry, "2016-host-prefix/outlook.reg");
        insta::assert_snapshot!(steps(&OutlookRegistry, &account, &founding()));
    }

    #[test]
    fn a_web_sign_in_is_for_an_account_of_its_provider() {
        let change = Change::Auth { side: Side::Incoming, to: Auth::OAuth2 };
        let pop = account(&OutlookRegistry, "2016-host-prefix/outlook.reg");
        insta::assert_snapshot!(super::outlook(&change, &pop).join("\n"), @"
    The account has no setting for this: it has to be added anew, as one of Microsoft (Exchange) or Google.
    File > Account Settings > Account Settings... > tab E-mail: add the account, and sign in on the page that opens.
    Move the mail that is only in the old account to the new one.
    Remove the old account in the same place.
    ");
        // What older ones could do is not known.
        let older = account(&OutlookRegistry, "2013-local-part-user/outlook.reg");
        assert!(super::outlook(&change, &older).is_empty());
    }

    #[test]
    fn outlook_2013_says_tls_for_starttls() {
        let account = account(&OutlookRegistry, "2013-local-part-user/outlook.reg");
        insta::assert_snapshot!(steps(&OutlookRegistry, &account, &founding()[1..2]));
    }

    #[test]
    fn outlook_express_has_one_box() {
        let account = account(&OutlookRegistry, "outlook-2000-internet-only/omi.reg");
        insta::assert_snapshot!(super::express(&founding()[1], &account).join("\n"));
        assert!(
            super::express(
                &Change::Endpoint { side: Side::Incoming, port: 110, security: Security::StartTls },
                &account
            )
            .is_empty()
        );
    }

    #[test]
    fn what_the_dialog_cannot_do_has_no_steps() {
        let account = account(&OutlookRegistry, "2016-perfect/outlook.reg");
        let change = Change::Endpoint { side: Side::Incoming, port: 110, security: Security::StartTls };
        assert!(super::outlook(&change, &account).is_empty());
        assert!(super::outlook(&Change::Auth { side: Side::Incoming, to: Auth::Certificate }, &account).is_empty());
    }

    #[test]
    fn a_prf_is_changed_line_by_line() {
        let account = account(&OutlookPrf, "prf-perfect/mail.prf");
        insta::assert_snapshot!(steps(&OutlookPrf, &account, &founding()));
    }
}
