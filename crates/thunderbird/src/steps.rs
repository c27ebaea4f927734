//! Where to click in Thunderbird, in the labels of its dialogs (en-US, read in the sources of 140 ESR and 156).

use maillint_model::{Account, Auth, Change, Protocol, Security, Server, Setting, Side};

use crate::version::Family;

/// The steps to make a change, in order; empty where the dialogs have no place for it.
pub(crate) fn steps(change: &Change, account: &Account) -> Vec<String> {
    if let Some(message) = managed(change, account) {
        return vec![message];
    }
    let mut steps: Vec<String> = user_js(change, account).into_iter().collect();
    if let Some(unseen) = unseen(change, account) {
        steps.extend(unseen);
        return steps;
    }
    if let Some(elsewhere) = elsewhere(change, account) {
        steps.extend(elsewhere);
        return steps;
    }
    let Some(fields) = fields(change, account) else { return Vec::new() };
    let side = side(change);
    match side {
        Side::Incoming => {
            steps.push(format!("{} > {} > Server Settings", account_settings(account), name(account)));
            steps.extend(fields);
            if matches!(change, Change::Host { .. } | Change::Username { .. })
                && major(account).is_none_or(|it| it >= 102)
            {
                steps.push(format!("Restart {} when it asks to.", family(account).name()));
            }
        }
        Side::Outgoing => {
            let renamed = !family(account).is_fork() && major(account).is_none_or(|major| major >= 141);
            let page = if renamed { "Outgoing Server" } else { "Outgoing Server (SMTP)" };
            steps.push(format!("{} > {page} (at the bottom of the list on the left)", account_settings(account)));
            let host = account.outgoing.as_ref().and_then(|server| server.host.text()).unwrap_or("the server");
            steps.push(format!("Select {host}, then Edit…"));
            steps.extend(fields);
            steps.push("OK".to_owned());
        }
    }
    steps
}

/// The name of the server of an account that the client leaves out of its dialogs.
fn unseen(change: &Change, account: &Account) -> Option<Vec<String>> {
    let Change::Host { side: Side::Incoming, to } = change else { return None };
    let key = account.incoming.as_ref().filter(|_| account.is_left_out)?.key.as_ref()?;
    let name = family(account).name();
    Some(vec![
        CONFIG_EDITOR.to_owned(),
        format!("Look for mail.server.{key}.hostname, and set it to {to}."),
        format!("Restart {name}. If the account does not come back, set it up again, with this name."),
    ])
}

/// Settings that no dialog has.
const CONFIG_EDITOR: &str = "≡ > Settings > General > Config Editor… (at the bottom)";

/// What is not on the page of a server.
fn elsewhere(change: &Change, account: &Account) -> Option<Vec<String>> {
    let own = || format!("{} > {}", account_settings(account), name(account));
    let major = major(account);
    let is_fork = family(account).is_fork();
    let renamed = !is_fork && major.is_none_or(|major| major >= 141);
    Some(match change {
        Change::Address { to } => vec![own(), format!("Email Address: {to}")],
        Change::OutgoingServer { to } => {
            let label = if renamed { "Outgoing Server" } else { "Outgoing Server (SMTP)" };
            let choice = match to {
                Some(to) => format!("{label}, at the bottom of the page: choose {to}"),
                None => format!(
                    "{label}, at the bottom of the page: choose the one of your provider. If it is not in the list: \
                     {label} (at the bottom of the list on the left) > Add…"
                ),
            };
            vec![own(), choice]
        }
        Change::KeepOldMail => {
            let is_pop = account.incoming.as_ref().is_some_and(|server| server.protocol == Protocol::Pop3);
            let page = if is_pop { "Disk Space" } else { "Synchronization & Storage" };
            let mut steps = vec![format!("{} > {page}", own())];
            if !is_fork && major.is_none_or(|major| major >= 152) {
                let before =
                    if major.is_none() { " (up to version 151, what follows is on the page itself)" } else { "" };
                steps.push(format!("Retention Policy{before}"));
            }
            steps.push("Choose \"Don't delete any messages\".".to_owned());
            steps
        }
        Change::CertificateException { host } if !is_fork => vec![
            "≡ > Settings > Privacy & Security > Certificates > Manage Certificates… > Servers".to_owned(),
            format!("Select the line of {host} and delete it."),
        ],
        Change::TlsVersions if !is_fork => vec![
            CONFIG_EDITOR.to_owned(),
            "Look for security.tls.version, and reset each line that was changed.".to_owned(),
        ],
        _ => return None,
    })
}

fn name(account: &Account) -> &str {
    account.name.text().filter(|name| !name.is_empty()).unwrap_or(account.label())
}

fn side(change: &Change) -> Side {
    change.side().unwrap_or(Side::Incoming)
}

fn server(account: &Account, side: Side) -> Option<&Server> {
    match side {
        Side::Incoming => account.incoming.as_ref(),
        Side::Outgoing => account.outgoing.as_ref(),
    }
}

/// What to enter, field by field; `None` where there is no such field.
fn fields(change: &Change, account: &Account) -> Option<Vec<String>> {
    let server = server(account, side(change))?;
    // The dialogs of Exchange have one address in the place of all of these.
    if !matches!(server.protocol, Protocol::Imap | Protocol::Pop3 | Protocol::Smtp) {
        return None;
    }
    Some(match change {
        Change::Host { to, .. } => vec![format!("Server Name: {to}")],
        Change::Username { to, .. } => vec![format!("User Name: {to}")],
        // In this order: choosing the protection may change the port by itself.
        Change::Endpoint { port, security, .. } => {
            vec![format!("Connection security: {}", security_label(*security)?), format!("Port: {port}")]
        }
        Change::Auth { to, .. } => vec![auth_method(*to, server)?],
        Change::SignIn { to, username } => vec![auth_method(*to, server)?, format!("User Name: {username}")],
        _ if server.protocol != Protocol::Pop3 => return None,
        Change::RemoveAfterDays(days) => vec![
            "Tick \"Leave messages on server\".".to_owned(),
            format!("Tick \"For at most\" and set it to {days} days."),
        ],
        Change::LeaveOnServer => vec!["Tick \"Leave messages on server\".".to_owned()],
        Change::KeepWhenDeleted => vec!["Untick \"Until I delete them\".".to_owned()],
        _ => return None,
    })
}

fn security_label(security: Security) -> Option<&'static str> {
    match security {
        Security::None => Some("None"),
        Security::StartTls => Some("STARTTLS"),
        Security::Tls => Some("SSL/TLS"),
        Security::StartTlsIfAvailable | Security::Auto => None,
    }
}

fn auth_method(auth: Auth, server: &Server) -> Option<String> {
    let plain = server.security.get() == Some(Security::None);
    auth_label(auth, plain).map(|label| format!("Authentication method: {label}"))
}

fn auth_label(auth: Auth, plain: bool) -> Option<&'static str> {
    match auth {
        Auth::Password if plain => {
            Some("Normal password (called \"Password, transmitted insecurely\" while Connection security is None)")
        }
        Auth::Password => Some("Normal password"),
        Auth::Encrypted => Some("Encrypted password"),
        Auth::Kerberos => Some("Kerberos / GSSAPI"),
        Auth::Ntlm => Some("NTLM"),
        Auth::OAuth2 => Some("OAuth2"),
        Auth::Certificate => Some("TLS Certificate"),
        Auth::None => Some("No authentication"),
        Auth::Any | Auth::PopBeforeSmtp => None,
    }
}

/// What an administrator has set is not for the user to change.
fn managed(change: &Change, account: &Account) -> Option<String> {
    let file = set_by(change, account, &|touched| touched.managed)?;
    Some(format!(
        "Your administrator has set this (in {file}), so it cannot be changed in the dialogs. Show them this message."
    ))
}

/// What `user.js` sets comes back at every start.
fn user_js(change: &Change, account: &Account) -> Option<String> {
    let file = set_by(change, account, &|touched| is_user_js(&touched.file))?;
    let name = family(account).name();
    Some(format!("First remove the setting from {file}: {name} applies that file again at every start."))
}

fn is_user_js(name: &str) -> bool {
    name.rsplit('/').next().is_some_and(|name| name.eq_ignore_ascii_case("user.js"))
}

/// A setting that a change touches.
struct Touched {
    managed: bool,
    file: String,
}

fn touched<T>(setting: &Setting<T>) -> Option<Touched> {
    let at = setting.at()?;
    Some(Touched { managed: setting.is_managed(), file: at.file.name().to_owned() })
}

/// The file of the first setting that the change touches and that fits.
fn set_by(change: &Change, account: &Account, fits: &dyn Fn(&Touched) -> bool) -> Option<String> {
    let server = server(account, side(change))?;
    let settings = match change {
        Change::Host { .. } => vec![touched(&server.host)],
        Change::Endpoint { .. } => vec![touched(&server.port), touched(&server.security)],
        Change::Username { .. } => vec![touched(&server.username)],
        Change::Auth { .. } => vec![touched(&server.auth)],
        Change::SignIn { .. } => vec![touched(&server.auth), touched(&server.username)],
        Change::Address { .. } => vec![touched(&account.identities.first()?.address)],
        Change::KeepOldMail => vec![touched(&account.deletes_old)],
        Change::TlsVersions => vec![touched(&account.min_tls), touched(&account.max_tls)],
        Change::OutgoingServer { .. } | Change::CertificateException { .. } => Vec::new(),
        Change::KeepWhenDeleted => vec![touched(&account.retention.as_ref()?.remove_when_deleted)],
        Change::LeaveOnServer => vec![touched(&account.retention.as_ref()?.leave_on_server)],
        Change::RemoveAfterDays(_) => {
            let retention = account.retention.as_ref()?;
            vec![
                touched(&retention.leave_on_server),
                touched(&retention.remove_after_days),
                touched(&retention.stored_days),
            ]
        }
    };
    settings.into_iter().flatten().find(|touched| fits(touched)).map(|touched| touched.file)
}

/// The way to the dialog. The button ≡ leads there directly in the versions that were looked at; the menu bar does in
/// all of them.
fn account_settings(account: &Account) -> &'static str {
    match (family(account), major(account)) {
        (Family::SeaMonkey, _) => "Edit > Mail & Newsgroups Account Settings",
        (Family::Postbox, _) => "Preferences (Windows: Options) > Accounts",
        (Family::Interlink | Family::Epyrus, _) => "Tools > Account Settings",
        (_, Some(..78)) => "Tools > Account Settings (Linux: Edit > Account Settings)",
        _ => "≡ > Account Settings",
    }
}

/// The fork stands behind the profile's name (`accounts::profile_name`).
fn family(account: &Account) -> Family {
    let profile = account.profile.as_deref().unwrap_or("");
    let forks =
        [Family::Betterbird, Family::Icedove, Family::SeaMonkey, Family::Postbox, Family::Interlink, Family::Epyrus];
    let last = profile.strip_suffix(')').and_then(|profile| profile.rsplit_once('(')).map_or(profile, |(_, last)| last);
    let is = |family: &Family| last == family.name();
    forks.into_iter().find(is).unwrap_or(Family::Thunderbird)
}

fn major(account: &Account) -> Option<u32> {
    account.client_version.as_deref()?.split('.').next()?.parse().ok()
}
