//! Declarations of device management (`com.apple.configuration.account.mail`, iOS 15 and macOS 13 and later): what a
//! management server tells a device to set up, as JSON (`shared/formats/apple.md` §3.6).
//!
//! There is no key for TLS, nor for user names, which stand in another declaration, nor for how long mail stays on the
//! server: none of them is known.

use maillint_model::{
    Account, AccountKind, Auth, Bundle, Change, ClientFormat, FormatMeta, Note, NoteKind, Notes, Probe, Protocol,
    Reading, Recognition, Retention, Role, Server, Setting, Side, enough,
};
use maillint_source::{Limits, SourceFile, decode};
use maillint_syntax::json;
use maillint_syntax::plist::{Kind, Value};

use crate::fields::{Fields, Read};
use crate::profile::text;
use crate::{secrets, steps};

/// The format.
pub struct Declaration;

static META: FormatMeta = FormatMeta {
    id: "apple-declaration",
    client: "apple-profile",
    client_name: "Apple configuration profile",
    what: "declaration of device management (JSON)",
    places: &["wherever an administrator keeps it"],
    names: &["com.apple.configuration.account.*", "*.declaration.json"],
    companions: &[],
    role: Role::Accounts,
};

/// How the types of accounts begin.
const ACCOUNT: &str = "com.apple.configuration.account.";

impl ClientFormat for Declaration {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.text().trim_start().starts_with(['{', '[']) && probe.has(ACCOUNT) {
            Recognition::Yes
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let name = &bundle.main.name;
        let decoded = decode(&bundle.main.bytes);
        let root = match json::parse(&decoded.text, limits) {
            Ok(root) => root,
            Err(problem) => {
                // Of a text that was not understood, nothing is kept: a secret may stand anywhere in it.
                let file = SourceFile::listing(name, String::new(), &[]);
                return Some(Reading::new(Vec::new(), vec![Note::of(&problem, &file)]));
            }
        };
        let file = SourceFile::seal(name, decoded, &secrets::spans(&root));
        let declarations: &[Value] = if root.is_dict() { std::slice::from_ref(&root) } else { root.items() };
        if !declarations.iter().any(|declaration| kind_of(declaration).is_some()) {
            return None;
        }
        let mut notes = Notes::new(limits);
        let mut accounts = Vec::new();
        for (index, declaration) in declarations.iter().enumerate() {
            let fields = Fields::new(&file, declaration, limits);
            let account = match (kind_of(declaration), declaration.get("Payload")) {
                (Some("mail"), Some(payload)) => mail(&fields, &Fields::new(&file, payload, limits), index, &mut notes),
                (Some("exchange"), _) => named(&fields, index, "Exchange", Protocol::Exchange),
                (Some("google"), _) => named(&fields, index, "Google", Protocol::Provider),
                (Some("mail"), None) => {
                    let message = "This declaration has no Payload, so it sets up nothing.";
                    let note = Note::at(NoteKind::Ignored, message, fields.place());
                    notes.add("declarations that have no Payload", note);
                    continue;
                }
                _ => continue,
            };
            if let Some(note) = enough(accounts.len(), limits) {
                notes.push(note);
                break;
            }
            accounts.push(account);
        }
        if accounts.is_empty() && !notes.has_limit() {
            notes.push(Note::new(NoteKind::Info, "This file sets up no mail account."));
        }
        Some(Reading::new(accounts, notes.into_vec()))
    }

    fn steps(&self, change: &Change, _account: &Account) -> Vec<String> {
        let keys = match change {
            Change::Host { side, to } => vec![format!("{} > HostName: {to}", server_key(*side))],
            Change::Endpoint { side, port, .. } => vec![
                format!("{} > Port: {port}", server_key(*side)),
                "A declaration has no key for TLS: check on a device what it made of it.".to_owned(),
            ],
            Change::Auth { side, to } => match method(*to) {
                Some(method) => vec![format!("{} > AuthenticationMethod: {method}", server_key(*side))],
                None => return Vec::new(),
            },
            Change::Username { side, to } => {
                return vec![format!(
                    "In the declaration that AuthenticationCredentialsAssetReference of {} names, the administrator has \
                     to set the user name to {to}.",
                    server_key(*side)
                )];
            }
            // The name stands in another declaration.
            Change::SignIn { .. } => return Vec::new(),
            _ => return steps::in_profile(change),
        };
        let first = "In the Payload of this declaration, the administrator has to set:".to_owned();
        std::iter::once(first).chain(keys).collect()
    }
}

/// What stands in a type behind [`ACCOUNT`].
fn kind_of(declaration: &Value) -> Option<&str> {
    declaration.get("Type").and_then(Value::text)?.strip_prefix(ACCOUNT)
}

fn server_key(side: Side) -> &'static str {
    match side {
        Side::Incoming => "IncomingServer",
        Side::Outgoing => "OutgoingServer",
    }
}

fn account(declaration: &Fields<'_>, index: usize) -> Account {
    let key = declaration.text("Identifier").map_or_else(|| format!("declaration {}", index + 1), str::to_owned);
    let mut account = Account::new(&META, declaration.place(), key);
    account.kind = AccountKind::Provisioning;
    account
}

/// An account without server settings to judge.
fn named(declaration: &Fields<'_>, index: usize, provider: &str, protocol: Protocol) -> Account {
    let mut account = account(declaration, index);
    account.remark = Some(provider.to_owned());
    account.incoming = Some(Server::new(protocol));
    account
}

fn mail(declaration: &Fields<'_>, payload: &Fields<'_>, index: usize, notes: &mut Notes) -> Account {
    let mut account = account(declaration, index);
    account.name = text(payload, "VisibleName");
    if let Some(incoming) = payload.get("IncomingServer").filter(|server| server.is_dict()) {
        let fields = payload.within(incoming);
        let protocol = match fields.text("ServerType") {
            Some("IMAP") => Protocol::Imap,
            Some("POP") => Protocol::Pop3,
            _ => {
                let at = fields.get("ServerType").map_or_else(|| payload.at(incoming), |value| fields.at(value));
                let message = "ServerType must be IMAP or POP: what devices make of anything else is not known.";
                let note = Note::at(NoteKind::NotUnderstood, message, at);
                notes.add("values of ServerType that were not understood", note);
                Protocol::Other
            }
        };
        account.retention = (protocol == Protocol::Pop3).then(Retention::default);
        account.incoming = Some(server(&fields, protocol));
    } else {
        let message = "This declaration names no incoming server.";
        let note = Note::at(NoteKind::Ignored, message, declaration.place());
        notes.add("declarations that name no incoming server", note);
    }
    account.outgoing = payload
        .get("OutgoingServer")
        .filter(|server| server.is_dict())
        .map(|outgoing| server(&payload.within(outgoing), Protocol::Smtp));
    account
}

fn server(fields: &Fields<'_>, protocol: Protocol) -> Server {
    let mut server = Server::new(protocol);
    server.host = text(fields, "HostName");
    server.port = match fields.integer("Port") {
        Read::Written(number, at) => match u16::try_from(number) {
            Ok(port) if port > 0 => Setting::written(port, at),
            _ => Setting::unknown_at(at),
        },
        Read::Unclear(at) => Setting::unknown_at(at),
        // What stands in for it depends on TLS.
        Read::Absent => Setting::unknown(),
    };
    server.auth = match (fields.get("AuthenticationMethod"), fields.text("AuthenticationMethod")) {
        (Some(value), Some(stated)) => match authentication(stated) {
            Some(auth) => Setting::written(auth, fields.at(value)),
            None => Setting::unknown_at(fields.at(value)),
        },
        (Some(value), None) if value.kind != Kind::Other => Setting::unknown_at(fields.at(value)),
        _ => Setting::unknown(),
    };
    server
}

fn authentication(stated: &str) -> Option<Auth> {
    match stated {
        "None" => Some(Auth::None),
        "Password" => Some(Auth::Password),
        "CRAMMD5" | "HTTPMD5" => Some(Auth::Encrypted),
        "NTLM" => Some(Auth::Ntlm),
        _ => None,
    }
}

/// The value of `AuthenticationMethod` for a way to sign in.
fn method(auth: Auth) -> Option<&'static str> {
    match auth {
        Auth::None => Some("None"),
        Auth::Password => Some("Password"),
        Auth::Encrypted => Some("CRAMMD5"),
        Auth::Ntlm => Some("NTLM"),
        _ => None,
    }
}
