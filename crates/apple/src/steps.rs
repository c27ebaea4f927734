//! Where each setting is changed, with the labels of Apple's dialogs (`shared/formats/apple.md` §5).

use maillint_model::{Account, Auth, Change, Protocol, Security, Side};

/// A generation of dialogs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialogs {
    /// Mail up to OS X 10.11.
    OldMac,
    /// Mail of macOS 10.12 and later.
    Mac,
    /// The Settings of an iPhone or iPad, iOS 7 and later.
    Phone,
    /// The Settings of an iPhone up to iOS 6.
    OldPhone,
}

/// The steps of a change on a device.
pub(crate) fn on_device(change: &Change, account: &Account, dialogs: Dialogs) -> Vec<String> {
    if is_managed(change, account) {
        let mut steps =
            vec!["A profile manages this account, so its server settings are locked on the device.".to_owned()];
        steps.extend(in_profile(change));
        return steps;
    }
    if let Change::Auth { to: Auth::OAuth2, .. } | Change::SignIn { to: Auth::OAuth2, .. } = change {
        return match dialogs {
            Dialogs::Mac => {
                add_anew("System Settings > Internet Accounts (System Preferences up to macOS 12)", account)
            }
            Dialogs::Phone => add_anew(accounts_of_phone(account.client_version.as_deref()), account),
            Dialogs::OldMac | Dialogs::OldPhone => Vec::new(),
        };
    }
    match dialogs {
        Dialogs::OldMac => on_old_mac(change, account),
        Dialogs::Mac => on_mac(change, account),
        Dialogs::Phone => on_phone(accounts_of_phone(account.client_version.as_deref()), change, account),
        Dialogs::OldPhone => on_phone(accounts_of_phone(Some("6")), change, account),
    }
}

/// The web page of a provider is asked for only by an account of the provider's own kind, and no account changes its
/// kind.
fn add_anew(place: &str, account: &Account) -> Vec<String> {
    let is_pop = account.incoming.as_ref().is_some_and(|server| server.protocol == Protocol::Pop3);
    let mut steps = vec![
        "The account has no setting for this: it has to be added anew, as an account of its provider.".to_owned(),
        format!(
            "{place}: add the account as Google, Yahoo or, for Microsoft, as Exchange, and sign in on the page that opens."
        ),
    ];
    if is_pop {
        steps.push("Move the mail that is only in the old account to the new one.".to_owned());
    }
    steps.push("Remove the old account.".to_owned());
    steps
}

/// Whether the setting to change was set by an administrator.
fn is_managed(change: &Change, account: &Account) -> bool {
    let server = match change.side() {
        Some(Side::Incoming) => &account.incoming,
        Some(Side::Outgoing) => &account.outgoing,
        // Everything else stays the user's, whoever set the servers.
        None => return false,
    };
    server.as_ref().is_some_and(|server| server.host.is_managed())
}

fn on_mac(change: &Change, account: &Account) -> Vec<String> {
    let label = account.label();
    let mut steps = vec![format!("Mail > Settings… (Preferences… up to macOS 12) > Accounts > {label}")];
    let mut server = |side: Side| {
        steps.push("Open the tab Server Settings.".to_owned());
        if side == Side::Outgoing {
            steps.push(
                "Under Outgoing Mail Server (SMTP), open the pop-up Account and choose Edit SMTP Server List…; then \
                 select the server of this account."
                    .to_owned(),
            );
        }
    };
    let manual = |side: Side| {
        let place = match side {
            Side::Incoming => "Under Incoming Mail Server",
            Side::Outgoing => "In the list, on its tab Server Settings or Advanced",
        };
        format!(
            "{place}, untick Automatically manage connection settings: while it is ticked, Mail uses what it finds to \
             work, not what is set here."
        )
    };
    let save = |side: Side| match side {
        Side::Incoming => "Save".to_owned(),
        Side::Outgoing => "OK, then Save".to_owned(),
    };
    match change {
        Change::Host { side, to } => {
            server(*side);
            steps.push(format!("Host Name: {to}"));
            steps.push(save(*side));
        }
        Change::Username { side, to } => {
            server(*side);
            steps.push(format!("User Name: {to}"));
            steps.push(save(*side));
        }
        Change::Endpoint { side, port, security } => {
            server(*side);
            steps.push(manual(*side));
            steps.push(format!("Port: {port}, and {} Use TLS/SSL", tick(*security)));
            steps.push(save(*side));
        }
        Change::Auth { side, to } => {
            let Some(choice) = authentication(*to) else { return Vec::new() };
            server(*side);
            steps.push(manual(*side));
            steps.push(format!("Authentication: {choice}"));
            steps.push(save(*side));
        }
        Change::SignIn { to, username } => {
            let Some(choice) = authentication(*to) else { return Vec::new() };
            server(Side::Outgoing);
            steps.push(manual(Side::Outgoing));
            steps.push(format!("Authentication: {choice}"));
            steps.push(format!("User Name: {username}"));
            steps.push(save(Side::Outgoing));
        }
        Change::OutgoingServer { to } => {
            steps.push("Open the tab Server Settings.".to_owned());
            let choice = to.as_deref().unwrap_or("the server of your provider (or Edit SMTP Server List… to add it)");
            steps.push(format!("Under Outgoing Mail Server (SMTP), open the pop-up Account and choose {choice}."));
            steps.push("Save".to_owned());
        }
        Change::Address { .. } => {
            steps.push("Open the tab Account Information.".to_owned());
            steps.push("Open the pop-up Email Address and choose Edit Email Addresses…".to_owned());
        }
        Change::RemoveAfterDays(_) | Change::LeaveOnServer | Change::KeepWhenDeleted => {
            steps.push("Open the tab Account Information (up to OS X 10.11: Advanced).".to_owned());
            steps.extend(copy_on_server(change));
        }
        _ => return Vec::new(),
    }
    steps
}

/// The box of Mail on the Mac for the copy on the server.
fn copy_on_server(change: &Change) -> Vec<String> {
    match change {
        Change::RemoveAfterDays(days) => remove_after(*days),
        Change::KeepWhenDeleted => vec![
            "Under Remove copy from server after retrieving a message, choose a time in place of When moved from Inbox."
                .to_owned(),
        ],
        _ => vec!["Untick Remove copy from server after retrieving a message.".to_owned()],
    }
}

fn on_old_mac(change: &Change, account: &Account) -> Vec<String> {
    let label = account.label();
    let mut steps = vec![format!("Mail > Preferences… > Accounts > {label}")];
    let list = "On the tab Account Information, open the pop-up Outgoing Mail Server (SMTP), choose Edit SMTP Server \
                List…, and select the server of this account.";
    let manual = "In OS X 10.10 and 10.11, untick Automatically detect and maintain account settings first.";
    match change {
        Change::Host { side: Side::Incoming, to } => {
            steps.push(format!("On the tab Account Information, Incoming Mail Server: {to}"));
        }
        Change::Host { side: Side::Outgoing, to } => {
            steps.push(list.to_owned());
            steps.push(format!("Set the name of the server to {to}, then OK."));
        }
        Change::Username { side: Side::Incoming, to } => {
            steps.push(format!("On the tab Account Information, User Name: {to}"));
        }
        Change::Username { side: Side::Outgoing, to } => {
            steps.push(list.to_owned());
            steps.push(format!("On its tab Advanced, User Name: {to}, then OK."));
        }
        Change::Endpoint { side, port, security } => {
            if *side == Side::Outgoing {
                steps.push(list.to_owned());
            }
            steps.push("Open the tab Advanced.".to_owned());
            steps.push(manual.to_owned());
            steps.push(format!("Port: {port}, and {} Use SSL", tick(*security)));
        }
        Change::Auth { side, to } => {
            let Some(choice) = authentication(*to) else { return Vec::new() };
            if *side == Side::Outgoing {
                steps.push(list.to_owned());
            }
            steps.push("Open the tab Advanced.".to_owned());
            steps.push(manual.to_owned());
            steps.push(format!("Authentication: {choice}"));
        }
        Change::SignIn { to, username } => {
            let Some(choice) = authentication(*to) else { return Vec::new() };
            steps.push(list.to_owned());
            steps.push("Open the tab Advanced.".to_owned());
            steps.push(manual.to_owned());
            steps.push(format!("Authentication: {choice}"));
            steps.push(format!("User Name: {username}, then OK."));
        }
        Change::OutgoingServer { to } => {
            let choice = to.as_deref().unwrap_or("the server of your provider (or Edit SMTP Server List… to add it)");
            steps.push(format!(
                "On the tab Account Information, open the pop-up Outgoing Mail Server (SMTP) and choose {choice}."
            ));
        }
        Change::RemoveAfterDays(_) | Change::LeaveOnServer | Change::KeepWhenDeleted => {
            steps.push("Open the tab Advanced.".to_owned());
            steps.extend(copy_on_server(change));
        }
        Change::Address { to } => steps.push(format!("On the tab Account Information, Email Address: {to}")),
        _ => return Vec::new(),
    }
    steps.push("Close the window, and save the changes when Mail asks.".to_owned());
    steps
}

/// Where the accounts are, by the version of iOS.
fn accounts_of_phone(version: Option<&str>) -> &'static str {
    let major = version.and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    match major {
        Some(0..=9) => "Settings > Mail, Contacts, Calendars",
        Some(11) => "Settings > Accounts & Passwords",
        Some(12 | 13) => "Settings > Passwords & Accounts",
        Some(10 | 14..=17) => "Settings > Mail > Accounts",
        Some(_) => "Settings > Apps > Mail > Mail Accounts",
        None => {
            "Settings > Apps > Mail > Mail Accounts (iOS 10 and 14 to 17: Settings > Mail > Accounts; iOS 12 and 13: \
             Settings > Passwords & Accounts; iOS 11: Settings > Accounts & Passwords)"
        }
    }
}

fn on_phone(accounts: &str, change: &Change, account: &Account) -> Vec<String> {
    let label = account.label();
    let mut steps = vec![accounts.to_owned(), format!("{label}, then Account (Account Settings on recent versions)")];
    let primary = "Outgoing Mail Server: SMTP > Primary Server";
    let incoming = "Advanced > Incoming Settings";
    match change {
        Change::Host { side: Side::Incoming, to } => steps.push(format!("Incoming Mail Server, Host Name: {to}")),
        Change::Host { side: Side::Outgoing, to } => {
            steps.push(primary.to_owned());
            steps.push(format!("Host Name: {to}"));
        }
        Change::Username { side: Side::Incoming, to } => steps.push(format!("Incoming Mail Server, User Name: {to}")),
        Change::Username { side: Side::Outgoing, to } => {
            steps.push(primary.to_owned());
            steps.push(format!("User Name: {to}"));
        }
        Change::Endpoint { side, port, security } => {
            steps.push(if *side == Side::Outgoing { primary.to_owned() } else { incoming.to_owned() });
            steps.push(format!("Use SSL: {}", if *security == Security::None { "off" } else { "on" }));
            steps.push(format!("Server Port: {port} (look again after Use SSL, which may have changed it)"));
        }
        Change::Auth { side, to } => {
            let Some(choice) = authentication(*to) else { return Vec::new() };
            steps.push(if *side == Side::Outgoing { primary.to_owned() } else { incoming.to_owned() });
            steps.push(format!("Authentication: {choice}"));
        }
        Change::SignIn { to, username } => {
            let Some(choice) = authentication(*to) else { return Vec::new() };
            steps.push(primary.to_owned());
            steps.push(format!("User Name: {username}"));
            steps.push(format!("Authentication: {choice}"));
        }
        Change::LeaveOnServer | Change::KeepWhenDeleted => {
            steps.push(format!("Advanced > Delete from server{}", shown_as_never(account)));
            steps.push(if is_right_away(account) { "Seven days, and then Never" } else { "Never" }.to_owned());
        }
        Change::OutgoingServer { .. } => {
            steps
                .push("Outgoing Mail Server: SMTP. Switch on the server of your provider, or add it there.".to_owned());
        }
        Change::CertificateException { .. } | Change::Address { .. } | Change::TlsVersions | Change::KeepOldMail => {
            return Vec::new();
        }
        Change::RemoveAfterDays(days) => {
            steps.push(format!("Advanced > Delete from server{}", shown_as_never(account)));
            let other = if *days == 7 { "" } else { " (the only number of days that an iPhone offers)" };
            steps.push(format!("Seven days{other}"));
        }
    }
    steps.push("Done".to_owned());
    steps
}

/// Whether mail is deleted on the server as soon as it is fetched. Settings does not offer this, but other programs and
/// older versions store it.
fn is_right_away(account: &Account) -> bool {
    account.retention.as_ref().is_some_and(|retention| retention.leave_on_server.get() == Some(false))
}

/// What Settings shows in the place of that, which would else look as if nothing were to be changed.
fn shown_as_never(account: &Account) -> &'static str {
    if is_right_away(account) { " (it shows Never, though mail is deleted on the server at once)" } else { "" }
}

/// The steps of a change to a configuration profile: keys of `com.apple.mail.managed`.
pub(crate) fn in_profile(change: &Change) -> Vec<String> {
    let keys = match change {
        Change::Host { side, to } => format!("{}HostName to {to}", prefix(*side)),
        Change::Username { side, to } => format!("{}Username to {to}", prefix(*side)),
        Change::Endpoint { side, port, security } => {
            let (prefix, tls) = (prefix(*side), *security != Security::None);
            format!("{prefix}PortNumber to {port} and {prefix}UseSSL to {tls}")
        }
        Change::Auth { side, to } => {
            let Some(value) = profile_authentication(*to) else { return Vec::new() };
            format!("{}Authentication to {value}", prefix(*side))
        }
        Change::SignIn { to, username } => {
            let Some(value) = profile_authentication(*to) else { return Vec::new() };
            let prefix = prefix(Side::Outgoing);
            format!("{prefix}Authentication to {value} and {prefix}Username to {username}")
        }
        Change::Address { to } => format!("EmailAddress to {to}"),
        Change::LeaveOnServer
        | Change::KeepWhenDeleted
        | Change::KeepOldMail
        | Change::OutgoingServer { .. }
        | Change::CertificateException { .. }
        | Change::TlsVersions => return Vec::new(),
        Change::RemoveAfterDays(days) => {
            let mac = remove_after(*days).concat();
            return vec![
                "A profile cannot set this: it is set on each device once the profile is installed.".to_owned(),
                format!("On a Mac: Mail > Settings… > Accounts > Account Information. {mac}"),
                "On an iPhone: Settings > Apps > Mail > Mail Accounts > the account > Account > Advanced > Delete from \
                 server: Seven days"
                    .to_owned(),
            ];
        }
    };
    vec![
        format!("The administrator of the profile sets {keys} in its mail payload."),
        "Install the new profile on the devices in place of the old one.".to_owned(),
    ]
}

fn profile_authentication(auth: Auth) -> Option<&'static str> {
    match auth {
        Auth::None => Some("EmailAuthNone"),
        Auth::Password => Some("EmailAuthPassword"),
        Auth::Encrypted => Some("EmailAuthCRAMMD5"),
        Auth::Ntlm => Some("EmailAuthNTLM"),
        _ => None,
    }
}

fn prefix(side: Side) -> &'static str {
    match side {
        Side::Incoming => "IncomingMailServer",
        Side::Outgoing => "OutgoingMailServer",
    }
}

/// With the box ticked, the port decides how TLS starts.
fn tick(security: Security) -> &'static str {
    if security == Security::None { "untick" } else { "tick" }
}

/// The choice of the pop-up Authentication; `None` where the facts do not give its label.
fn authentication(auth: Auth) -> Option<&'static str> {
    match auth {
        Auth::Password => Some("Password"),
        Auth::Encrypted => Some("MD5 Challenge-Response"),
        Auth::Kerberos => Some("Kerberos 5"),
        Auth::Ntlm => Some("NTLM"),
        Auth::None => Some("None"),
        _ => None,
    }
}

/// The box of Mail on the Mac, which offers a day, a week and a month: the longest of them that is not longer.
fn remove_after(days: u32) -> Vec<String> {
    let (choice, exact) = match days {
        0 => ("Right away", 0),
        1..=6 => ("After one day", 1),
        7..=29 => ("After one week", 7),
        _ => ("After one month", 30),
    };
    let mut steps = vec![format!("Tick Remove copy from server after retrieving a message, and choose {choice}.")];
    if days != exact {
        steps.push(format!(" Mail does not offer {days} days; this is the nearest that is not longer."));
    }
    vec![steps.concat()]
}

#[cfg(test)]
mod tests {
    use maillint_model::{Account, Auth, Change, FormatMeta, Protocol, Role, Security, Server, Setting, Side};
    use maillint_source::{Location, SourceFile, Span};

    use super::{Dialogs, on_device};

    static META: FormatMeta = FormatMeta {
        id: "test",
        client: "test",
        client_name: "Test",
        what: "a test",
        places: &[],
        names: &[],
        companions: &[],
        role: Role::Accounts,
    };

    fn steps(dialogs: Dialogs, change: &Change, prepare: impl Fn(&mut Server)) -> String {
        let file = SourceFile::listing("f", String::new(), &[]);
        let mut account = Account::new(&META, Location::new(&file, Span::default()), "key");
        account.name = Setting::default("Example".to_owned());
        for (slot, protocol) in [(&mut account.incoming, Protocol::Imap), (&mut account.outgoing, Protocol::Smtp)] {
            let mut server = Server::new(protocol);
            prepare(&mut server);
            *slot = Some(server);
        }
        on_device(change, &account, dialogs).join("\n")
    }

    #[test]
    fn a_mac_is_told_to_stop_choosing_by_itself_before_it_is_given_a_port() {
        let change = Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls };
        insta::assert_snapshot!(steps(Dialogs::Mac, &change, |_| {}), @"
    Mail > Settings… (Preferences… up to macOS 12) > Accounts > Example
    Open the tab Server Settings.
    Under Outgoing Mail Server (SMTP), open the pop-up Account and choose Edit SMTP Server List…; then select the server of this account.
    In the list, on its tab Server Settings or Advanced, untick Automatically manage connection settings: while it is ticked, Mail uses what it finds to work, not what is set here.
    Port: 587, and tick Use TLS/SSL
    OK, then Save
    ");
        let change = Change::Auth { side: Side::Incoming, to: Auth::Password };
        insta::assert_snapshot!(steps(Dialogs::Mac, &change, |_| {}), @"
    Mail > Settings… (Preferences… up to macOS 12) > Accounts > Example
    Open the tab Server Settings.
    Under Incoming Mail Server, untick Automatically manage connection settings: while it is ticked, Mail uses what it finds to work, not what is set here.
    Authentication: Password
    Save
    ");
        let change = Change::Username { side: Side::Incoming, to: "anna@example.org".to_owned() };
        insta::assert_snapshot!(steps(Dialogs::Mac, &change, |_| {}), @"
    Mail > Settings… (Preferences… up to macOS 12) > Accounts > Example
    Open the tab Server Settings.
    User Name: anna@example.org
    Save
    ");
        insta::assert_snapshot!(steps(Dialogs::Mac, &Change::RemoveAfterDays(7), |_| {}), @"
    Mail > Settings… (Preferences… up to macOS 12) > Accounts > Example
    Open the tab Account Information (up to OS X 10.11: Advanced).
    Tick Remove copy from server after retrieving a message, and choose After one week.
    ");
    }

    #[test]
    fn an_account_of_a_profile_is_for_the_administrator() {
        let change = Change::Host { side: Side::Incoming, to: "mail.example.org".to_owned() };
        let managed = |server: &mut Server| server.host = Setting::default("pop.example.org".to_owned()).managed();
        insta::assert_snapshot!(steps(Dialogs::Phone, &change, managed), @"
    A profile manages this account, so its server settings are locked on the device.
    The administrator of the profile sets IncomingMailServerHostName to mail.example.org in its mail payload.
    Install the new profile on the devices in place of the old one.
    ");
        assert!(steps(Dialogs::Phone, &Change::RemoveAfterDays(7), managed).contains("Delete from server"));
    }
}
