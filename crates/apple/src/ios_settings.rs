//! `com.apple.accountsettings.plist`: accounts of phones up to iOS 6.
//!
//! One array, `Accounts`, for all kinds of accounts; `Class` says which kind. An account names its outgoing server by
//! the `Identifier` of that server's entry.

use std::collections::BTreeMap;
use std::sync::Arc;

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, NoOutgoing, Note, NoteKind, Probe, Protocol, Reading,
    Recognition, Role, Server, enough,
};
use maillint_source::{Limits, Location, SourceFile, Span};
use maillint_syntax::plist::Value;

use crate::fields::Fields;
use crate::plist_file::PlistFile;
use crate::retention::{Device, retention};
use crate::steps::{self, Dialogs};
use crate::{address, cut_off, is_plist, server};

/// The format.
pub struct IosSettings;

static META: FormatMeta = FormatMeta {
    id: "apple-ios-settings",
    client: "apple-ios-mail",
    client_name: "Mail on iPhone and iPad",
    what: "com.apple.accountsettings.plist (up to iOS 6)",
    places: &["/var/mobile/Library/Preferences/com.apple.accountsettings.plist"],
    names: &["com.apple.accountsettings.plist"],
    companions: &[],
    role: Role::Accounts,
};

impl ClientFormat for IosSettings {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if !is_plist(probe) {
            Recognition::No
        } else if probe.name.starts_with("com.apple.accountsettings") {
            Recognition::Yes
        } else {
            Recognition::Maybe
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let plist = PlistFile::read(&bundle.main.name, &bundle.main.bytes, limits)?;
        let PlistFile { file, root, mut notes, unfinished } = plist;
        let entries = root.get("Accounts")?.items();
        if !entries.iter().any(|entry| entry.get("Class").and_then(Value::text).is_some()) {
            return None;
        }
        let servers = Servers::of(entries, &unfinished, &file, limits);
        let mut accounts = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let Some(class) = entry.get("Class").and_then(Value::text) else { continue };
            if unfinished.contains(&entry.span) {
                notes.push(cut_off(Location::new(&file, entry.span)));
                continue;
            }
            let fields = Fields::new(&file, entry, limits);
            let Some(account) = account(&fields, class, index, &servers) else { continue };
            if let Some(note) = enough(accounts.len(), limits) {
                notes.push(note);
                break;
            }
            accounts.push(account);
        }
        if accounts.is_empty() && !notes.has_limit() {
            notes.push(Note::new(NoteKind::Info, "No mail account is set up in this file."));
        }
        Some(Reading::new(accounts, notes.into_vec()))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::on_device(change, account, Dialogs::OldPhone)
    }
}

/// The entries of the list that are whole, by what others call them.
struct Servers<'a> {
    by_identifier: BTreeMap<&'a str, Fields<'a>>,
    /// Whether all of the list was read.
    whole: bool,
}

impl<'a> Servers<'a> {
    fn of(entries: &'a [Value], unfinished: &[Span], file: &'a Arc<SourceFile>, limits: &'a Limits) -> Self {
        let whole = entries.iter().filter(|entry| !unfinished.contains(&entry.span));
        let named = whole.filter_map(|entry| {
            let fields = Fields::new(file, entry, limits);
            fields.text("Identifier").map(|identifier| (identifier, fields))
        });
        Self { by_identifier: named.collect(), whole: unfinished.is_empty() }
    }
}

/// The account of an entry; `None` for what is not mail, and for outgoing servers.
fn account(fields: &Fields<'_>, class: &str, index: usize, servers: &Servers<'_>) -> Option<Account> {
    let (protocol, provider) = match class {
        "POPAccount" => (Protocol::Pop3, None),
        "IMAPAccount" => (Protocol::Imap, None),
        "GmailAccount" => (Protocol::Imap, Some("Google")),
        "YahooAccount" => (Protocol::Imap, Some("Yahoo")),
        "iToolsAccount" | "CastleIMAPAccount" => (Protocol::Imap, Some("iCloud")),
        "ASAccount" => (Protocol::Exchange, Some("Exchange")),
        _ => return None,
    };
    let key = fields.text("Identifier").map_or_else(|| format!("Accounts[{index}]"), str::to_owned);
    let mut account = Account::new(&META, fields.place(), key);
    account.name = fields.setting("DisplayName");
    account.identities = address::identities(fields, &["FullUserName"]);
    account.remark = provider.map(str::to_owned);
    let incoming = server::server(fields, protocol);
    // The provider's classes bring their servers, and their TLS, with them.
    if provider.is_some() {
        let protocol = if protocol == Protocol::Exchange { protocol } else { Protocol::Provider };
        account.incoming = Some(Server { host: incoming.host, username: incoming.username, ..Server::new(protocol) });
        return Some(account);
    }
    account.retention = (protocol == Protocol::Pop3).then(|| retention(fields, Device::Phone));
    account.incoming = Some(incoming);
    if let Some(identifier) = fields.get("SMTPIdentifier")
        && let Some(key) = identifier.text()
    {
        if let Some(found) = servers.by_identifier.get(key) {
            let server = server::server(found, Protocol::Smtp);
            account.outgoing = Some(Server { key: Some(key.to_owned()), ..server });
        } else if servers.whole {
            account.no_outgoing.push(NoOutgoing { identity: 0, named_at: Some(fields.at(identifier)) });
        }
    }
    Some(account)
}
