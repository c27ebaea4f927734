//! `.k9s`: the settings that Thunderbird for Android and K-9 Mail export (content versions 1 to 111).

use std::collections::BTreeSet;

use maillint_model::{
    Account, AccountKind, Auth, Bundle, Change, ClientFormat, FormatMeta, Identity, Note, NoteKind, Notes, Probe,
    Protocol, Reading, Recognition, Retention, Role, Security, Server, Setting, Side, enough,
};
use maillint_source::{Limits, Location, Secret, SecretKind};
use maillint_syntax::xml::Element;

use crate::values::known;
use crate::xml_text::XmlFile;

/// The settings that Thunderbird for Android and K-9 Mail export.
pub static ANDROID: Android = Android;

/// See [`ANDROID`].
#[derive(Clone, Copy, Debug)]
pub struct Android;

static META: FormatMeta = FormatMeta {
    id: "thunderbird-android-export",
    client: "thunderbird-android",
    client_name: "Thunderbird for Android",
    what: "settings exported from Thunderbird for Android or K-9 Mail (.k9s)",
    places: &["Android: Settings > Export settings"],
    names: &["*.k9s"],
    companions: &[],
    role: Role::Accounts,
};

impl ClientFormat for Android {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.has("<k9settings") {
            Recognition::Yes
        } else if probe.is_named(".k9s") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let xml = XmlFile::read("k9settings", &bundle.main.name, &bundle.main.bytes, limits)?;
        let format = xml.root.attribute("format").map(|format| format.value.as_str());
        if format != Some("1") {
            return Some(Reading::unsupported(
                "This export is of a form that no published version of Thunderbird for Android or K-9 Mail writes.",
            ));
        }
        let version = xml.root.attribute("version").and_then(|version| version.value.parse().ok());
        let mut notes = Notes::new(limits);
        notes.extend(xml.notes.iter().cloned());
        let mut export = Export { xml: &xml, version, notes };
        let accounts = export.accounts(limits);
        let mut notes = export.notes;
        if accounts.is_empty() && !notes.has_limit() {
            notes.push(Note::new(NoteKind::Info, "This export holds no account, only general settings."));
        }
        Some(Reading::new(accounts, notes.into_vec()))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps(change, account)
    }
}

struct Export<'a> {
    xml: &'a XmlFile,
    /// The content version: what the words in it mean.
    version: Option<u32>,
    notes: Notes,
}

impl Export<'_> {
    fn before(&self, version: u32) -> bool {
        self.version.is_some_and(|own| own < version)
    }

    fn accounts(&mut self, limits: &Limits) -> Vec<Account> {
        let mut seen = BTreeSet::new();
        let mut accounts = Vec::new();
        let list: Vec<&Element> =
            self.xml.root.child("accounts").map_or(Vec::new(), |it| it.children("account").collect());
        for element in list {
            let uuid = element.attribute("uuid").filter(|uuid| is_uuid(&uuid.value));
            let Some(uuid) = uuid else {
                let at = self.xml.at(element.name.span);
                let message = "An account without a valid identifier is not imported.";
                let note = Note::at(NoteKind::Ignored, message, at);
                self.notes.add("accounts without a valid identifier: they are not imported", note);
                continue;
            };
            // The first of two wins.
            if !seen.insert(uuid.value.to_ascii_lowercase()) {
                continue;
            }
            if let Some(note) = enough(accounts.len(), limits) {
                self.notes.push(note);
                break;
            }
            accounts.push(self.account(element, &uuid.value));
        }
        accounts
    }

    fn account(&mut self, element: &Element, uuid: &str) -> Account {
        let at = self.xml.at(element.name.span);
        let mut account = Account::new(&META, at, uuid);
        account.kind = AccountKind::Export;
        account.name = self.xml.text(element, "name").unwrap_or_else(|| Setting::default(uuid.to_owned()));
        let identities = element.child("identities").into_iter().flat_map(|list| list.children("identity"));
        account.identities = identities
            .map(|identity| Identity {
                address: self.xml.text(identity, "email").unwrap_or_default(),
                name: self.xml.text(identity, "name").unwrap_or_default(),
                reply_to: self.xml.text(identity, "replyTo").unwrap_or_default(),
                outgoing: None,
            })
            .collect();
        account.incoming = element.child("incoming-server").map(|server| self.server(server, Side::Incoming));
        account.outgoing = element.child("outgoing-server").map(|server| self.server(server, Side::Outgoing));
        let pop = account.incoming.as_ref().is_some_and(|server| server.protocol == Protocol::Pop3);
        let setting = |key: &str| value(element.child("settings")?, key).and_then(|value| self.xml.own_text(value));
        account.retention = pop.then(|| retention(setting("deletePolicy")));
        account.check_minutes = setting("automaticCheckIntervalMinutes").map_or_else(Setting::unknown, |minutes| {
            let number = minutes.text().and_then(|text| text.parse::<i64>().ok());
            known(minutes, number.map(|number| u32::try_from(number).ok()))
        });
        for side in ["incoming-server", "outgoing-server"] {
            let password = element.child(side).and_then(|server| server.child("password"));
            if let Some(password) = password.filter(|password| !password.text.value.is_empty()) {
                account.secrets.push(Secret { kind: SecretKind::Plain, at: self.xml.at(password.text.span) });
            }
        }
        account
    }

    fn server(&mut self, element: &Element, side: Side) -> Server {
        let kind = element.attribute("type").map_or("", |kind| kind.value.as_str()).to_ascii_lowercase();
        let protocol = match kind.as_str() {
            "imap" => Protocol::Imap,
            "pop3" => Protocol::Pop3,
            "smtp" => Protocol::Smtp,
            _ => Protocol::Other,
        };
        let mut server = Server::new(protocol);
        server.host = self.xml.text(element, "host").unwrap_or_default();
        server.username = self.xml.text(element, "username").unwrap_or_default();
        server.security = self.security(element);
        server.unchecked_certificate = self.unchecked_certificate(element);
        server.port = match self.xml.port(element) {
            Some(port) => port,
            None => match (standard_port(protocol), server.security.get()) {
                (Some((_, tls)), Some(Security::Tls)) => Setting::default(tls),
                (Some((plain, _)), Some(_)) => Setting::default(plain),
                _ => Setting::unknown(),
            },
        };
        server.auth = self.auth(element, &server);
        if side == Side::Incoming && server.auth.value().is_none() {
            let at = self.xml.at(element.name.span);
            let message = "This account cannot be imported: the way to sign in is missing.";
            let note = Note::at(NoteKind::Ignored, message, at);
            self.notes.add("accounts that cannot be imported: the way to sign in is missing", note);
        }
        server
    }

    /// The apps that wrote "SSL (if available)" and "STARTTLS (if available)", K-9 Mail up to 4.4, used these with a
    /// certificate check that lets everything pass (`TrustManagerFactory.get(host, secure)`, where `secure` is false for
    /// both). Newer ones take them in as if "required" had been chosen, and check.
    fn unchecked_certificate(&self, element: &Element) -> Option<Location> {
        let written = self.xml.text(element, "connection-security").filter(|_| self.before(92))?;
        let is_optional = matches!(written.text(), Some("SSL_TLS_OPTIONAL" | "STARTTLS_OPTIONAL"));
        written.at().filter(|_| is_optional).cloned()
    }

    /// From content version 92 on there is no default, and an account without is not imported.
    fn security(&self, element: &Element) -> Setting<Security> {
        let old = self.before(92);
        let Some(written) = self.xml.text(element, "connection-security") else {
            return if old { Setting::default(Security::Tls) } else { Setting::unknown() };
        };
        let value = match written.text() {
            Some("NONE") => Some(Security::None),
            Some("STARTTLS_REQUIRED") => Some(Security::StartTls),
            Some("SSL_TLS_REQUIRED") => Some(Security::Tls),
            Some("STARTTLS_OPTIONAL") if old => Some(Security::StartTls),
            _ if old => Some(Security::Tls),
            _ => None,
        };
        known(written, value)
    }

    fn auth(&self, element: &Element, server: &Server) -> Setting<Auth> {
        if self.before(95) && element.child("username").is_none_or(|name| name.text.value.is_empty()) {
            return Setting::default(Auth::None);
        }
        let Some(written) = self.xml.text(element, "authentication-type") else { return Setting::unknown() };
        let encrypted = server.security.get().map(|security| security != Security::None);
        let value = match (written.text(), encrypted) {
            (Some("PLAIN"), _) => Some(Auth::Password),
            (Some("CRAM_MD5"), _) => Some(Auth::Encrypted),
            (Some("EXTERNAL"), _) => Some(Auth::Certificate),
            (Some("XOAUTH2"), _) => Some(Auth::OAuth2),
            (Some("NONE"), _) if !self.before(95) => Some(Auth::None),
            (Some("LOGIN"), _) | (Some("AUTOMATIC"), Some(true)) if self.before(94) => Some(Auth::Password),
            (Some("AUTOMATIC"), Some(false)) if self.before(94) => Some(Auth::Encrypted),
            _ => None,
        };
        known(written, value)
    }
}

/// The app never removes by age, and fetching never empties the server.
fn retention(policy: Option<Setting<String>>) -> Retention {
    let policy = policy.unwrap_or_else(|| Setting::default("NEVER".to_owned()));
    let deletes = match policy.text() {
        Some("DELETE") => Some(true),
        Some("NEVER" | "MARK_AS_READ") => Some(false),
        _ => None,
    };
    Retention {
        leave_on_server: Setting::default(true),
        remove_after_days: Setting::default(None),
        remove_when_deleted: known(policy, deletes),
        stored_days: Setting::unknown(),
        is_clients_number: false,
    }
}

/// The ports that the app proposes: without TLS or with STARTTLS, and inside TLS.
fn standard_port(protocol: Protocol) -> Option<(u16, u16)> {
    match protocol {
        Protocol::Imap => Some((143, 993)),
        Protocol::Pop3 => Some((110, 995)),
        Protocol::Smtp => Some((587, 465)),
        _ => None,
    }
}

/// The first value of a key wins.
fn value<'a>(settings: &'a Element, key: &str) -> Option<&'a Element> {
    settings.children("value").find(|value| value.attribute("key").is_some_and(|own| own.value == key))
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}

/// Where to tap.
fn steps(change: &Change, account: &Account) -> Vec<String> {
    let (side, fields) = match change {
        Change::Host { side, to } => (*side, vec![format!("Server: {to}")]),
        Change::Username { side, to } => (*side, vec![format!("Username: {to}")]),
        Change::Endpoint { side, port, security } => {
            let label = match security {
                Security::None => "None",
                Security::StartTls => "StartTLS",
                Security::Tls => "SSL/TLS",
                Security::StartTlsIfAvailable | Security::Auto => return Vec::new(),
            };
            (*side, vec![format!("Security: {label}"), format!("Port: {port}")])
        }
        Change::Auth { side, to } => {
            let Some(label) = auth_label(*to) else { return Vec::new() };
            (*side, vec![format!("Authentication: {label}")])
        }
        Change::SignIn { to, username } => {
            let Some(label) = auth_label(*to) else { return Vec::new() };
            (Side::Outgoing, vec![format!("Authentication: {label}"), format!("Username: {username}")])
        }
        Change::KeepWhenDeleted => {
            let name = account.name.text().unwrap_or(account.label());
            return vec![
                format!("Settings > {name} > Fetching mail > When I delete a message"),
                "Do not delete on server".to_owned(),
            ];
        }
        // What is to be told in place of a way there, or the dialogs are searched for it.
        Change::RemoveAfterDays(days) => {
            let client = account.format.client_name;
            let days = if *days == 1 { "1 day".to_owned() } else { format!("{days} days") };
            return vec![
                format!("{client} cannot do this: it never removes mail from the server because of its age."),
                format!(
                    "On a computer, set the mailbox up as a POP account that leaves a copy of the messages on the server \
                     and removes it after {days}. What is set up in {client} can stay as it is."
                ),
            ];
        }
        _ => return Vec::new(),
    };
    let page = match side {
        Side::Incoming => "Fetching mail > Incoming server",
        Side::Outgoing => "Sending mail > Outgoing server",
    };
    let name = account.name.text().unwrap_or(account.label());
    let mut steps = vec![format!("Settings > {name} > {page}")];
    steps.extend(fields);
    steps
}

fn auth_label(auth: Auth) -> Option<&'static str> {
    match auth {
        Auth::Password => Some("Normal password"),
        Auth::Encrypted => Some("Encrypted password"),
        Auth::Certificate => Some("Client certificate"),
        Auth::OAuth2 => Some("OAuth 2.0"),
        Auth::None => Some("None"),
        _ => None,
    }
}
