//! Configuration profiles (`.mobileconfig`): `com.apple.mail.managed` payloads, as Apple documents them.
//!
//! A profile says what a device will be set up with. Nothing tells whether TLS starts at once or by STARTTLS: with
//! `UseSSL` on, the port decides; without it there is no TLS at all, on any port.

use std::collections::BTreeSet;

use maillint_model::{
    Account, AccountKind, Auth, Bundle, Change, ClientFormat, FormatMeta, Input, Note, NoteKind, Notes, Probe,
    Protocol, Reading, Recognition, Retention, Role, Security, Server, Setting, Side, enough, is_no_password,
    is_placeholder, shared_name, shown,
};
use maillint_source::{Limits, Location, Secret, SecretKind};
use maillint_syntax::cms::{self, Envelope};
use maillint_syntax::plist::{Kind, Value};

use crate::fields::{Fields, Read};
use crate::plist_file::PlistFile;
use crate::{address, cut_off, is_plist, server, steps};

/// The format.
pub struct Profile;

static META: FormatMeta = FormatMeta {
    id: "apple-profile",
    client: "apple-profile",
    client_name: "Apple configuration profile",
    what: "configuration profile (.mobileconfig)",
    places: &["wherever an administrator or a provider hands it out"],
    names: &["*.mobileconfig", "*.configprofile"],
    companions: &[],
    role: Role::Accounts,
};

impl ClientFormat for Profile {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if cms::sniff(probe.head) {
            return Recognition::Yes;
        }
        if !is_plist(probe) {
            return Recognition::No;
        }
        if is_named_so(probe.name) || probe.has_bytes(b"PayloadContent") {
            Recognition::Yes
        } else {
            Recognition::Maybe
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let Input { name, bytes, .. } = &bundle.main;
        match cms::open(bytes) {
            None => read(name, bytes, limits),
            Some(Envelope::Signed { content, signer }) => {
                let mut reading = read(name, &content, limits)?;
                let by = signer.map(|signer| format!(", as it says by “{signer}”")).unwrap_or_default();
                let message = format!(
                    "This profile is signed{by}; the signature was not checked. Lines and columns count in the content \
                     that was signed."
                );
                reading.notes.push(Note::new(NoteKind::Info, message));
                Some(reading)
            }
            // Other things than profiles are signed and encrypted too.
            Some(_) if !is_named_so(name) => None,
            Some(Envelope::Encrypted) => Some(Reading::unsupported(ENCRYPTED)),
            Some(Envelope::Detached) => Some(Reading::unsupported(
                "This is only the signature of a profile; the profile itself is in another file.",
            )),
            Some(Envelope::Damaged) => {
                let message = "This signed profile is damaged, or signed in a way that is not known.";
                Some(Reading::new(Vec::new(), vec![Note::new(NoteKind::NotUnderstood, message)]))
            }
        }
    }

    fn steps(&self, change: &Change, _account: &Account) -> Vec<String> {
        steps::in_profile(change)
    }
}

const ENCRYPTED: &str = "The content of this profile is encrypted for one device; it cannot be read here. Ask the \
    administrator for the profile before it was encrypted.";

fn is_named_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".mobileconfig") || name.ends_with(".configprofile")
}

fn read(name: &str, bytes: &[u8], limits: &Limits) -> Option<Reading> {
    let plist = PlistFile::read(name, bytes, limits)?;
    let is_unreadable = plist.is_unreadable();
    let PlistFile { file, root, mut notes, unfinished } = plist;
    if is_unreadable {
        let is_ours = notes.is_incomplete() && is_named_so(name);
        return is_ours.then(|| Reading::new(Vec::new(), notes.into_vec()));
    }
    let payloads = payloads(&root);
    let is_profile = root.get("PayloadType").and_then(Value::text) == Some("Configuration")
        || payloads.iter().any(|payload| type_of(payload) == Some(MAIL));
    if !is_profile {
        return None;
    }
    if root.get("EncryptedPayloadContent").is_some() {
        return Some(Reading::unsupported(ENCRYPTED));
    }
    let title = root.get("PayloadDisplayName").and_then(Value::text);
    let title = title.map(|title| shared_name(title, limits).to_owned());
    let mut accounts = Vec::new();
    let mut others: Vec<&str> = Vec::new();
    let mut known = BTreeSet::new();
    for (index, payload) in payloads.into_iter().enumerate() {
        let fields = Fields::new(&file, payload, limits);
        let account = match type_of(payload) {
            Some(MAIL) if unfinished.contains(&payload.span) => {
                notes.push(cut_off(fields.place()));
                continue;
            }
            Some(MAIL) => mail(&fields, index, &mut notes),
            Some("com.apple.eas.account" | "com.apple.ews.account") => exchange(&fields, index),
            Some("com.apple.google-oauth") => google(&fields, index),
            Some("Configuration") | None => continue,
            Some(other) => {
                others.extend(Some(other).filter(|other| known.insert(*other)));
                continue;
            }
        };
        if let Some(note) = enough(accounts.len(), limits) {
            notes.push(note);
            break;
        }
        accounts.push(Account { profile: title.clone(), ..account });
    }
    if !others.is_empty() {
        let others: Vec<_> = others.into_iter().map(shown).collect();
        let message = format!("The profile also sets up: {}. None of it is mail.", others.join(", "));
        notes.push(Note::new(NoteKind::Info, message));
    }
    if accounts.is_empty() && !notes.has_limit() {
        notes.push(Note::new(NoteKind::Info, "This profile sets up no mail account."));
    }
    Some(Reading::new(accounts, notes.into_vec()))
}

const MAIL: &str = "com.apple.mail.managed";

fn type_of(payload: &Value) -> Option<&str> {
    payload.get("PayloadType").and_then(Value::text).map(str::trim)
}

/// Every dictionary that says what payload it is, however deep `PayloadContent` is nested, in order.
fn payloads(root: &Value) -> Vec<&Value> {
    let mut found = Vec::new();
    let mut values = vec![root];
    while let Some(value) = values.pop() {
        if type_of(value).is_some() {
            found.push(value);
        }
        let parts: Vec<&Value> = match &value.kind {
            Kind::Array(items) => items.iter().collect(),
            Kind::Dict(_) => value.get("PayloadContent").into_iter().collect(),
            _ => Vec::new(),
        };
        values.extend(parts.into_iter().rev());
    }
    found
}

fn account(fields: &Fields<'_>, index: usize) -> Account {
    let key = ["PayloadUUID", "PayloadIdentifier"].iter().find_map(|key| fields.text(key));
    let key = key.map_or_else(|| format!("PayloadContent[{index}]"), str::to_owned);
    let mut account = Account::new(&META, fields.place(), key);
    account.kind = AccountKind::Provisioning;
    account
}

fn mail(fields: &Fields<'_>, index: usize, notes: &mut Notes) -> Account {
    let mut account = account(fields, index);
    account.name = text(fields, "EmailAccountDescription");
    account.identities = address::identities(fields, &["EmailAccountName"]);
    account.identities.retain(|identity| identity.address.text().is_some_and(|address| !is_placeholder(address)));
    let protocol = match fields.text("EmailAccountType") {
        Some("EmailTypeIMAP") => Protocol::Imap,
        Some("EmailTypePOP") => Protocol::Pop3,
        // What iOS does with any other value; it does not complain.
        _ => {
            let at = fields.get("EmailAccountType").map_or_else(|| fields.place(), |value| fields.at(value));
            let message = "EmailAccountType must be EmailTypeIMAP or EmailTypePOP: devices take anything else for POP.";
            let note = Note::at(NoteKind::Ignored, message, at);
            notes.add("values of EmailAccountType that devices take for POP", note);
            Protocol::Pop3
        }
    };
    if protocol == Protocol::Pop3 {
        // No key of a profile says how long mail stays on the server: the device decides.
        account.retention = Some(Retention::default());
    }
    account.incoming = Some(server(fields, Side::Incoming, protocol));
    account.outgoing = Some(server(fields, Side::Outgoing, Protocol::Smtp));
    for key in ["IncomingPassword", "OutgoingPassword"] {
        let value = fields.get(key).filter(|value| value.text().is_some_and(|text| !is_no_password(text)));
        account.secrets.extend(value.map(|value| Secret { kind: SecretKind::Plain, at: fields.at(value) }));
    }
    account
}

fn server(fields: &Fields<'_>, side: Side, protocol: Protocol) -> Server {
    let prefix = match side {
        Side::Incoming => "IncomingMailServer",
        Side::Outgoing => "OutgoingMailServer",
    };
    let key = |name: &str| format!("{prefix}{name}");
    let tls = fields.switch(&key("UseSSL"));
    let mut server = Server::new(protocol);
    server.host = text(fields, &key("HostName"));
    server.port = server::port(fields.integer(&key("PortNumber")), protocol, server::is_on(&tls));
    server.security = match (tls, server.port.get()) {
        (Read::Absent, _) => Setting::default(Security::None),
        (Read::Written(false, at), _) => Setting::written(Security::None, at),
        (Read::Written(true, at), Some(port)) => Setting::written(server::security_of_port(protocol, port), at),
        // Without a port, the system tries 25, 587 and 465.
        (Read::Written(true, at) | Read::Unclear(at), _) => Setting::unknown_at(at),
    };
    server.username = text(fields, &key("Username"));
    server.auth = auth(fields, &key("Authentication"));
    server
}

fn auth(fields: &Fields<'_>, key: &str) -> Setting<Auth> {
    let (Some(value), Some(stated)) = (fields.get(key), fields.text(key)) else { return Setting::unknown() };
    let at = fields.at(value);
    match stated {
        "EmailAuthNone" => Setting::written(Auth::None, at),
        "EmailAuthPassword" => Setting::written(Auth::Password, at),
        "EmailAuthCRAMMD5" | "EmailAuthHTTPMD5" => Setting::written(Auth::Encrypted, at),
        "EmailAuthNTLM" => Setting::written(Auth::Ntlm, at),
        _ => Setting::unknown_at(at),
    }
}

/// A text; what stands for a text to be filled in later is unknown.
pub(crate) fn text(fields: &Fields<'_>, key: &str) -> Setting<String> {
    let setting = fields.setting(key);
    match (setting.text(), setting.at()) {
        (Some(text), Some(at)) if is_placeholder(text) => Setting::unknown_at(Location::clone(at)),
        _ => setting,
    }
}

/// Exchange, by `ActiveSync` or Web Services: named, not judged.
fn exchange(fields: &Fields<'_>, index: usize) -> Account {
    let mut account = account(fields, index);
    account.name = text(fields, "PayloadDisplayName");
    account.identities = address::identities(fields, &[]);
    account.remark = Some("Exchange".to_owned());
    let mut server = Server::new(Protocol::Exchange);
    server.host = text(fields, "Host");
    server.username = text(fields, "UserName");
    account.incoming = Some(server);
    let password = fields.get("Password").filter(|value| value.text().is_some_and(|text| !is_no_password(text)));
    account.secrets.extend(password.map(|value| Secret { kind: SecretKind::Plain, at: fields.at(value) }));
    account
}

/// Google by web sign-in: it has no server settings.
fn google(fields: &Fields<'_>, index: usize) -> Account {
    let mut account = account(fields, index);
    account.name = text(fields, "AccountDescription");
    account.identities = address::identities(fields, &["AccountName"]);
    account.remark = Some("Google".to_owned());
    account.incoming = Some(Server::new(Protocol::Provider));
    account
}
