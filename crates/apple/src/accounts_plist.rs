//! `Accounts.plist` and `com.apple.mail.plist`: Mail up to OS X 10.10.
//!
//! Two arrays: `MailAccounts` is fetched from, `DeliveryAccounts` is sent through, and an account names its outgoing
//! server as `host:user` in `SMTPIdentifier`.

use std::collections::BTreeMap;
use std::sync::Arc;

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Input, NoOutgoing, Note, NoteKind, Notes, Origin, Probe,
    Protocol, Reading, Recognition, Role, Server, Setting, enough,
};
use maillint_source::{Limits, Location, SourceFile, Span};
use maillint_syntax::plist::{Kind, Value};

use crate::fields::Fields;
use crate::plist_file::PlistFile;
use crate::retention::{Device, retention};
use crate::steps::{self, Dialogs};
use crate::{address, cut_off, is_plist, server};

/// The format.
pub struct AccountsPlist;

static META: FormatMeta = FormatMeta {
    id: "apple-accounts-plist",
    client: "apple-mail",
    client_name: "Apple Mail",
    what: "Accounts.plist or com.apple.mail.plist (Mac OS X 10.2 to 10.10)",
    places: &[
        "~/Library/Mail/V2/MailData/Accounts.plist (10.7 to 10.10)",
        "~/Library/Preferences/com.apple.mail.plist (up to 10.6)",
        "~/Library/Containers/com.apple.mail/Data/Library/Preferences/com.apple.mail.plist (10.7, 10.8)",
    ],
    names: &["Accounts.plist", "com.apple.mail.plist"],
    companions: &[],
    role: Role::Accounts,
};

/// Said of a file by its name that has no accounts any more.
const MOVED: &str = "This file holds no accounts any more: since OS X 10.11 they are in \
    ~/Library/Accounts/Accounts4.sqlite (Accounts3.sqlite up to macOS 10.12). Give that file together with the -wal \
    file beside it, or a configuration profile (.mobileconfig).";

impl ClientFormat for AccountsPlist {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if !is_plist(probe) {
            Recognition::No
        } else if probe.has_bytes(b"MailAccounts") || probe.has_bytes(b"DeliveryAccounts") {
            Recognition::Yes
        } else {
            Recognition::Maybe
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let plist = PlistFile::read(&bundle.main.name, &bundle.main.bytes, limits)?;
        let is_unreadable = plist.is_unreadable();
        let PlistFile { file, root, mut notes, unfinished } = plist;
        if root.get("MailAccounts").is_none() && root.get("DeliveryAccounts").is_none() {
            // Damaged, in whole or before the accounts: a file by this name is ours to complain about.
            if (is_unreadable || !unfinished.is_empty()) && is_named_so(bundle.main.base_name()) {
                return Some(Reading::new(Vec::new(), notes.into_vec()));
            }
            return is_mails_own(&bundle.main).then(|| Reading::unsupported(MOVED));
        }
        let mut accounts = Vec::new();
        let servers = Servers::of(&root, &unfinished, &file, limits);
        let list = root.get("MailAccounts").map(Value::items).unwrap_or_default();
        for (index, entry) in list.iter().enumerate() {
            if let Some(note) = enough(accounts.len(), limits) {
                notes.push(note);
                break;
            }
            if unfinished.contains(&entry.span) {
                notes.push(cut_off(Location::new(&file, entry.span)));
            } else if entry.is_dict() {
                accounts.push(account(&servers, entry, index, &file, &mut notes));
            } else {
                let message = "There is something in the list of mail accounts that is no account.";
                let note = Note::at(NoteKind::NotUnderstood, message, Location::new(&file, entry.span));
                notes.add("things in the list of mail accounts that are no accounts", note);
            }
        }
        if let Some(odd) = root.get("MailAccounts").filter(|value| !matches!(value.kind, Kind::Array(_))) {
            let message = "The list of mail accounts is not a list.";
            notes.push(Note::at(NoteKind::NotUnderstood, message, Location::new(&file, odd.span)));
        } else if list.is_empty() && unfinished.is_empty() {
            notes.push(Note::new(NoteKind::Info, "The list of mail accounts in this file is empty."));
        }
        Some(Reading::new(accounts, notes.into_vec()))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::on_device(change, account, Dialogs::OldMac)
    }
}

/// Whether a file is called like one of ours, with whatever a browser or a person put around the name.
fn is_named_so(name: &str) -> bool {
    name.starts_with("com.apple.mail") || name.starts_with("Accounts")
}

/// Whether a file without accounts is Mail's all the same; other programs have an `Accounts.plist` too.
fn is_mails_own(file: &Input) -> bool {
    let name = file.base_name();
    name.starts_with("com.apple.mail") || (is_named_so(name) && file.path.contains("/MailData/"))
}

fn account(servers: &Servers<'_>, entry: &Value, index: usize, file: &Arc<SourceFile>, notes: &mut Notes) -> Account {
    let fields = Fields::new(file, entry, servers.limits);
    let key = fields.text("uniqueId").map_or_else(|| format!("MailAccounts[{index}]"), str::to_owned);
    let mut account = Account::new(&META, fields.place(), key);
    account.name = fields.setting("AccountName");
    account.identities = address::identities(&fields, &["FullUserName"]);

    let path = fields.get("AccountPath").and_then(|value| StorePath::parse(value.text()?, fields.at(value)));
    let stated = fields.text("AccountType");
    let protocol = stated.map_or_else(|| path.as_ref().map_or(Protocol::Other, |path| path.protocol), protocol);
    let mut incoming = server::server(&fields, protocol);
    if let Some(path) = path {
        if fields.get("Hostname").is_none() {
            incoming.host = Setting::inherited(path.host, Some(path.at.clone()));
        }
        if fields.get("Username").is_none() {
            incoming.username = Setting::inherited(path.user, Some(path.at));
        }
    }
    if !protocol.is_mail() {
        account.remark = remark(protocol, stated);
        account.incoming = Some(Server { host: incoming.host, username: incoming.username, ..Server::new(protocol) });
        if protocol == Protocol::Other {
            let message = "Mail has a type of account here that is not known to this program.";
            let note = Note::at(NoteKind::NotUnderstood, message, fields.place());
            notes.add("accounts of a type that is not known to this program", note);
        }
        return account;
    }
    if stated.is_some_and(is_provider_type) {
        account.remark = Some("set up by the provider".to_owned());
        // These types bring their servers and their TLS with them: what is not written is not the usual default.
        if incoming.host.text().is_none() {
            account.incoming = Some(Server::new(Protocol::Provider));
            return account;
        }
        if incoming.security.origin() == Origin::Default {
            incoming.security = Setting::unknown();
            incoming.port = if incoming.port.origin() == Origin::Default { Setting::unknown() } else { incoming.port };
        }
    }
    account.retention = (protocol == Protocol::Pop3).then(|| retention(&fields, Device::Mac));
    account.incoming = Some(incoming);
    outgoing(servers, &fields, &mut account, notes);
    account
}

/// What the types of `AccountType` speak; Apple compares without regard to case.
fn protocol(stated: &str) -> Protocol {
    match stated.to_ascii_lowercase().as_str() {
        "popaccount" => Protocol::Pop3,
        "imapaccount" | "itoolsaccount" | "aosimapaccount" | "gmailaccount" | "yahooaccount" => Protocol::Imap,
        "ewsaccount" => Protocol::Exchange,
        "localaccount" => Protocol::Local,
        "rssaccount" => Protocol::Feed,
        _ => Protocol::Other,
    }
}

fn is_provider_type(stated: &str) -> bool {
    !matches!(stated.to_ascii_lowercase().as_str(), "popaccount" | "imapaccount")
}

fn remark(protocol: Protocol, stated: Option<&str>) -> Option<String> {
    match protocol {
        Protocol::Local => Some("folders on this Mac".to_owned()),
        Protocol::Feed => Some("feeds".to_owned()),
        Protocol::Exchange => Some("Exchange".to_owned()),
        _ => stated.map(|stated| format!("unknown type {stated}")),
    }
}

/// What `AccountPath` tells: `~/Library/Mail/POP-anna@mail.example.org`.
struct StorePath {
    protocol: Protocol,
    user: String,
    host: String,
    at: Location,
}

impl StorePath {
    fn parse(path: &str, at: Location) -> Option<Self> {
        let name = path.trim_end_matches('/').rsplit('/').next()?;
        let (kind, rest) = name.split_once('-')?;
        let protocol = match kind {
            "POP" => Protocol::Pop3,
            "IMAP" => Protocol::Imap,
            _ => return None,
        };
        let (user, host) = rest.rsplit_once('@').filter(|(user, host)| !user.is_empty() && !host.is_empty())?;
        Some(Self { protocol, user: user.to_owned(), host: host.to_owned(), at })
    }
}

/// The list of outgoing servers.
struct Servers<'a> {
    /// By `host:user`, or the host alone for those without a user name, in lower case.
    by_name: BTreeMap<String, Vec<Fields<'a>>>,
    /// By host, in lower case.
    by_host: BTreeMap<String, Vec<Fields<'a>>>,
    /// Whether all of it was read.
    whole: bool,
    /// Whether there certainly is none.
    none: bool,
    limits: &'a Limits,
}

impl<'a> Servers<'a> {
    fn of(root: &'a Value, unfinished: &[Span], file: &'a Arc<SourceFile>, limits: &'a Limits) -> Self {
        let list = root.get("DeliveryAccounts");
        let whole = list.map_or_else(|| unfinished.is_empty(), |list| !unfinished.contains(&list.span));
        let none = whole && list.is_none_or(|list| matches!(&list.kind, Kind::Array(items) if items.is_empty()));
        let mut servers = Self { by_name: BTreeMap::new(), by_host: BTreeMap::new(), whole, none, limits };
        for entry in list.map(Value::items).unwrap_or_default() {
            let stated = entry.get("AccountType").and_then(Value::text);
            let is_smtp = stated.is_none_or(|stated| stated.eq_ignore_ascii_case("SMTPAccount"));
            let fields = Fields::new(file, entry, limits);
            let Some(host) = fields.text("Hostname").filter(|_| is_smtp).map(str::to_lowercase) else { continue };
            if unfinished.contains(&entry.span) {
                continue;
            }
            let user = fields.text("Username").map(str::to_lowercase);
            let name = user.map_or_else(|| host.clone(), |user| format!("{host}:{user}"));
            servers.by_name.entry(name).or_default().push(fields.clone());
            servers.by_host.entry(host).or_default().push(fields);
        }
        servers
    }

    /// Those that an identifier means.
    fn named(&self, identifier: &str) -> &[Fields<'a>] {
        let identifier = identifier.to_lowercase();
        self.by_name.get(&identifier).or_else(|| self.by_host.get(&identifier)).map_or(&[], Vec::as_slice)
    }
}

/// The outgoing server that an account names. Several entries with the same host and user name cannot be told apart,
/// not even by Mail: what they differ in is unknown.
fn outgoing(servers: &Servers<'_>, fields: &Fields<'_>, account: &mut Account, notes: &mut Notes) {
    let Some(identifier) = fields.text("SMTPIdentifier") else {
        let brings_one = fields.text("AccountType").is_some_and(is_provider_type);
        if servers.none && !brings_one {
            account.no_outgoing.push(NoOutgoing { identity: 0, named_at: None });
        } else {
            let message = "This account names no outgoing server; which one Mail sends through is not in the file.";
            let note = Note::at(NoteKind::Info, message, fields.place());
            notes.add("accounts that name no outgoing server", note);
        }
        return;
    };
    let place = fields.get("SMTPIdentifier").map_or_else(|| fields.place(), |value| fields.at(value));
    // More than a few entries of one name differ no more than these do.
    let found: Vec<Server> = servers.named(identifier).iter().take(10).map(smtp).collect();
    let Some(first) = found.first().cloned() else {
        if servers.whole {
            account.no_outgoing.push(NoOutgoing { identity: 0, named_at: Some(place) });
        }
        return;
    };
    let mut server = Server { key: Some(identifier.to_owned()), ..first };
    let others = found.get(1..).unwrap_or_default();
    let ports = others.iter().all(|other| other.port.value() == server.port.value());
    let securities = others.iter().all(|other| other.security.value() == server.security.value());
    let auths = others.iter().all(|other| other.auth.value() == server.auth.value());
    let usernames = others.iter().all(|other| other.username.value() == server.username.value());
    if !ports {
        server.port = Setting::unknown_at(place.clone());
    }
    if !securities {
        server.security = Setting::unknown_at(place.clone());
    }
    if !auths {
        server.auth = Setting::unknown_at(place.clone());
    }
    if !usernames {
        server.username = Setting::unknown_at(place.clone());
    }
    if !(ports && securities && auths && usernames) {
        let message = "Several outgoing servers go by the name that this account gives, with different settings: which \
                       of them Mail uses is not known.";
        let note = Note::at(NoteKind::Info, message, place);
        notes.add("accounts whose outgoing server cannot be told from others of its name", note);
    }
    account.outgoing = Some(server);
}

fn smtp(fields: &Fields<'_>) -> Server {
    server::server(fields, Protocol::Smtp)
}
