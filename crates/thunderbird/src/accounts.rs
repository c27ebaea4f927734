//! The accounts of a profile, by the rules of the client's own loader: what is listed and sound is an account, and
//! everything else is named once as what it is.

use std::collections::BTreeSet;

use maillint_model::{
    Account, FormatMeta, Identity, NoOutgoing, Note, NoteKind, Notes, Protocol, Server, Setting, Status, enough, late,
    shown,
};
use maillint_source::{Limits, Location};

use crate::exceptions::Exceptions;
use crate::incoming::{self, is_built_in, protocol};
use crate::layers::{Branch, Layers};
use crate::outgoing::{Choice, Outgoing};
use crate::version::{Client, Family};

/// The settings of a server, with the common defaults behind them.
pub(crate) fn server_branch<'a>(layers: &'a Layers, key: &str) -> Branch<'a> {
    Branch::new(layers, "mail.server.", key)
}

/// Reads the accounts of a profile.
pub(crate) struct Reader<'a> {
    pub(crate) meta: &'static FormatMeta,
    pub(crate) layers: &'a Layers,
    pub(crate) client: &'a Client,
    pub(crate) exceptions: Option<Exceptions>,
    pub(crate) notes: Notes,
    /// The prefixes of the settings that are in use: `mail.server.server1`.
    pub(crate) in_use: BTreeSet<String>,
    /// How many identities were read.
    pub(crate) identities: usize,
    /// Whether accounts or identities were left out.
    pub(crate) is_cut: bool,
}

/// One line of the client's list that passed its checks.
struct Listed {
    account: String,
    server: String,
    protocol: Protocol,
    remark: Option<String>,
    is_left_out: bool,
}

impl Reader<'_> {
    /// All accounts: the listed ones in the client's order, then what is left behind.
    pub(crate) fn accounts(&mut self, limits: &Limits) -> Vec<Account> {
        let outgoing = Outgoing::new(self.layers, self.client, limits);
        if outgoing.has_long {
            let message = "The profile lists outgoing servers with too long keys.";
            self.notes.push(Note::new(NoteKind::Limit, message));
        }
        let listed = self.listed(limits);
        let default = self.default_account(&listed);
        let mut used = BTreeSet::new();
        let mut accounts = Vec::new();
        for entry in &listed {
            if self.is_late(limits) {
                break;
            }
            let mut account = self.account(entry, &outgoing, &mut used, limits);
            account.is_default = Some(&entry.account) == default.as_ref();
            accounts.push(account);
        }
        let servers: BTreeSet<String> = listed.into_iter().map(|entry| entry.server).collect();
        self.in_use.extend(servers.iter().map(|key| format!("mail.server.{key}")));
        self.in_use.extend(used.iter().map(|key| format!("mail.smtpserver.{key}")));
        // Of a list that was not read to its end, nothing can be said to be missing.
        if !self.is_cut {
            self.orphaned_servers(&servers, limits, &mut accounts);
            self.unused_outgoing(&outgoing, &used, limits, &mut accounts);
        }
        accounts
    }

    /// Whether the time of the file is over, which is told then.
    fn is_late(&mut self, limits: &Limits) -> bool {
        let late = late(limits);
        self.is_cut |= late.is_some();
        late.map(|note| self.notes.push_once(note)).is_some()
    }

    /// Notes an account of the list that is none.
    fn note(&mut self, message: String, at: Option<Location>) {
        let note = Note { at, ..Note::new(NoteKind::Ignored, message) };
        self.notes.add("accounts in the list that are skipped or dropped", note);
    }

    /// `mail.accountmanager.accounts`, checked as the client checks it when it starts.
    fn listed(&mut self, limits: &Limits) -> Vec<Listed> {
        let Some(list) = self.layers.setting::<String>("mail.accountmanager.accounts") else { return Vec::new() };
        let at = list.at().cloned();
        let name = self.client.family.name();
        let mut seen = BTreeSet::new();
        let mut servers = BTreeSet::new();
        let mut endpoints = BTreeSet::new();
        let mut listed = Vec::new();
        for key in list.text().unwrap_or_default().split(',').filter(|key| !key.is_empty()) {
            if !seen.insert(key) {
                continue;
            }
            if seen.len() > limits.accounts {
                self.notes.push(Note { at, ..Note::too_many(limits.accounts, "accounts") });
                self.is_cut = true;
                break;
            }
            let server_pref = format!("mail.account.{key}.server");
            let dropped = |why: &str| format!("{name} drops the account {}: {why}.", shown(key));
            let Some(server) = self.layers.setting::<String>(&server_pref).filter(|it| it.text() != Some("")) else {
                let blank = if key.trim() == key {
                    ""
                } else {
                    " There is a blank beside it in the list, which makes it another name."
                };
                self.note(format!("{name} skips the account \"{}\": it has no server.{blank}", shown(key)), at.clone());
                continue;
            };
            let server_at = server.at().cloned();
            let server = server.text().unwrap_or_default().to_owned();
            if !servers.insert(server.clone()) {
                self.note(dropped(&format!("another account has the same server {}", shown(&server))), server_at);
                continue;
            }
            let branch = server_branch(self.layers, &server);
            let Some(kind) = branch.text("type") else {
                self.note(dropped(&format!("its server {} has no type", shown(&server))), server_at);
                continue;
            };
            let Some(host) = branch.text("hostname") else {
                self.note(dropped(&format!("its server {} has no name", shown(&server))), kind.at().cloned());
                continue;
            };
            let kind_text = kind.text().unwrap_or_default().to_owned();
            let (protocol, remark) = protocol(&kind_text).unwrap_or((Protocol::Other, None));
            let is_named = branch.text("name").is_some();
            let is_left_out = self.client.since(132) == Some(true)
                && is_unloadable(&kind_text, host.text().unwrap_or_default(), is_named);
            if is_left_out && !protocol.is_mail() {
                let why = "the name of its server has characters in it that no server name has";
                self.note(dropped(why), host.at().cloned());
                continue;
            }
            let waits = branch.own::<i32>("secondsToLeaveUnavailable").and_then(|waits| waits.get());
            if !is_built_in(&kind_text) && waits.unwrap_or(0) <= 0 && protocol == Protocol::Other {
                let why = format!("it does not know the type of its server, \"{}\"", shown(&kind_text));
                self.note(dropped(&why), kind.at().cloned());
                continue;
            }
            let user = branch.get::<String>("userName").and_then(|user| user.text().map(str::to_owned));
            let port = branch.get::<i32>("port").and_then(|port| port.get()).unwrap_or(-1);
            if host.text().is_some() && !endpoints.insert((kind_text, host.text().map(str::to_lowercase), user, port)) {
                let why = "an account before it has a server of the same type, name, user name and port";
                self.note(dropped(why), host.at().cloned());
                continue;
            }
            let remark = remark.map(str::to_owned);
            listed.push(Listed { account: key.to_owned(), server, protocol, remark, is_left_out });
        }
        listed
    }

    /// The named one if it is there, else the first that can be a default.
    fn default_account(&self, listed: &[Listed]) -> Option<String> {
        let named = self.layers.get::<String>("mail.accountmanager.defaultaccount");
        let can = |entry: &&Listed| {
            !entry.is_left_out && matches!(entry.protocol, Protocol::Imap | Protocol::Pop3 | Protocol::Exchange)
        };
        let hit = listed.iter().find(|entry| Some(&entry.account) == named.as_ref()).filter(can);
        hit.or_else(|| listed.iter().find(can)).map(|entry| entry.account.clone())
    }

    fn account(
        &mut self,
        entry: &Listed,
        outgoing: &Outgoing<'_>,
        used: &mut BTreeSet<String>,
        limits: &Limits,
    ) -> Account {
        let mut account = self.with_server(&entry.server, &entry.account, entry.protocol);
        account.remark.clone_from(&entry.remark);
        let branch = server_branch(self.layers, &entry.server);
        if branch.get::<bool>("hidden").is_some_and(|hidden| hidden.get() == Some(true)) {
            account.remark = Some("unified folders".to_owned());
        }
        if branch.own::<bool>("disabled").is_some_and(|disabled| disabled.get() == Some(true)) {
            account.status = Status::Disabled;
            account.remark = Some("switched off in Betterbird".to_owned());
        }
        if entry.protocol == Protocol::Pop3
            && let Some(inbox) = branch.text("deferred_to_account")
            && let Some(of) = inbox.text().filter(|of| *of != entry.account)
        {
            account.remark = Some(format!("its mail goes into the Inbox of {}", self.account_name(of)));
        }
        self.identities(entry, outgoing, used, limits, &mut account);
        if entry.is_left_out {
            account.is_left_out = true;
            account.status = Status::Orphaned;
            account.remark = Some(format!("{} leaves it out", self.client.family.name()));
        }
        account
    }

    /// How the client names an account in its list.
    fn account_name(&self, key: &str) -> String {
        let server = self.layers.get::<String>(&format!("mail.account.{key}.server"));
        let name = server.and_then(|server| self.layers.get::<String>(&format!("mail.server.{server}.name")));
        name.unwrap_or_else(|| "Local Folders".to_owned())
    }

    /// An account with what its incoming server says.
    fn with_server(&self, server_key: &str, key: &str, protocol: Protocol) -> Account {
        let branch = server_branch(self.layers, server_key);
        let anchor = ["type", "hostname"].iter().find_map(|name| branch.own_entry(name));
        let at = match anchor {
            Some(entry) => self.layers.value_at(entry),
            None => Location::new(self.layers.main(), maillint_source::Span::empty(0)),
        };
        let mut account = Account::new(self.meta, at, key);
        let mut server = incoming::server(&branch, server_key, protocol, self.client);
        if let Some(exceptions) = &self.exceptions {
            exceptions.mark(&mut server);
        }
        account.name = branch.text("name").unwrap_or_else(|| default_name(&server));
        account.check_minutes = incoming::check_minutes(&branch, protocol);
        account.deletes_old = incoming::deletes_old(&branch);
        account.retention = (protocol == Protocol::Pop3).then(|| incoming::retention(&branch));
        account.incoming = Some(server);
        account
    }

    fn identities(
        &mut self,
        entry: &Listed,
        outgoing: &Outgoing<'_>,
        used: &mut BTreeSet<String>,
        limits: &Limits,
        account: &mut Account,
    ) {
        let list = self.layers.get::<String>(&format!("mail.account.{}.identities", entry.account)).unwrap_or_default();
        let is_listed_whole = outgoing.is_whole() && !self.notes.is_incomplete();
        let mut seen = BTreeSet::new();
        for key in list.split(',').map(str::trim).filter(|key| !key.is_empty()) {
            if !seen.insert(key) {
                continue;
            }
            if self.identities >= limits.identities() {
                self.notes.push_once(Note::too_many(limits.identities(), "identities"));
                self.is_cut = true;
                break;
            }
            if self.is_late(limits) {
                break;
            }
            self.identities += 1;
            let branch = Branch::new(self.layers, "mail.identity.", key);
            let mut identity = Identity {
                address: branch.text("useremail").unwrap_or_default(),
                name: branch.text("fullName").unwrap_or_default(),
                reply_to: branch.text("reply_to").unwrap_or_default(),
                outgoing: None,
            };
            self.in_use.insert(format!("mail.identity.{key}"));
            let own = branch.text("smtpServer");
            let choice = match &own {
                // Too long to be one of them.
                Some(own) if own.text().is_none() => Choice::Missing,
                own => outgoing.choice(own.as_ref().and_then(Setting::text)),
            };
            match choice {
                Choice::Server(key) => {
                    let first = account.identities.is_empty();
                    let same = account.outgoing.as_ref().is_some_and(|server| server.key.as_deref() == Some(&*key));
                    if first {
                        account.outgoing = Some(self.outgoing_server(outgoing, &key));
                    } else if !same {
                        identity.outgoing = Some(Box::new(self.outgoing_server(outgoing, &key)));
                    }
                    used.insert(key);
                }
                Choice::Missing if is_listed_whole && self.client.since(93) == Some(true) => {
                    let named_at = own.and_then(|own| own.at().cloned()).or_else(|| self.default_server_at());
                    account.no_outgoing.push(NoOutgoing { identity: account.identities.len(), named_at });
                }
                Choice::None if is_listed_whole => {
                    account.no_outgoing.push(NoOutgoing { identity: account.identities.len(), named_at: None });
                }
                // What it sends through is in a part of the file that is not there, or depends on the version.
                Choice::Missing | Choice::None => {
                    let at = own.and_then(|own| own.at().cloned()).or_else(|| self.default_server_at());
                    let at = at.unwrap_or_else(|| account.at.clone());
                    let server = Server { host: Setting::unknown_at(at), ..Server::new(Protocol::Smtp) };
                    if account.identities.is_empty() {
                        account.outgoing = Some(server);
                    } else {
                        identity.outgoing = Some(Box::new(server));
                    }
                }
            }
            account.identities.push(identity);
        }
    }

    fn default_server_at(&self) -> Option<Location> {
        self.layers.entry("mail.smtp.defaultserver").map(|entry| self.layers.value_at(entry))
    }

    fn outgoing_server(&self, outgoing: &Outgoing<'_>, key: &str) -> Server {
        let mut server = outgoing.server(key);
        if let Some(exceptions) = &self.exceptions {
            exceptions.mark(&mut server);
        }
        server
    }

    /// Servers that no listed account refers to: removed accounts, or those that the loader drops.
    fn orphaned_servers(&mut self, listed: &BTreeSet<String>, limits: &Limits, accounts: &mut Vec<Account>) {
        let mut keys: Vec<String> = Vec::new();
        for (name, _) in self.layers.below("mail.server.") {
            if let Some((key, "hostname")) = name.split_once('.')
                && key != "default"
                && !listed.contains(key)
            {
                keys.push(key.to_owned());
            }
        }
        for key in keys {
            if self.is_full(accounts, limits) {
                return;
            }
            let kind = self.layers.get::<String>(&format!("mail.server.{key}.type")).unwrap_or_default();
            let (protocol, _) = protocol(&kind).unwrap_or((Protocol::Other, None));
            let mut account = self.with_server(&key, &key, protocol);
            account.status = Status::Orphaned;
            account.remark = Some("left behind: no account in the list uses this server".to_owned());
            accounts.push(account);
        }
    }

    /// Whether there are enough accounts, which is told then.
    fn is_full(&mut self, accounts: &[Account], limits: &Limits) -> bool {
        enough(accounts.len(), limits).map(|note| self.notes.push_once(note)).is_some()
    }

    /// Outgoing servers that no identity of a listed account sends through.
    fn unused_outgoing(
        &mut self,
        outgoing: &Outgoing<'_>,
        used: &BTreeSet<String>,
        limits: &Limits,
        accounts: &mut Vec<Account>,
    ) {
        let listed = outgoing.listed.iter().filter(|key| !used.contains(*key)).map(|key| {
            let default = if outgoing.is_default(key) { "the default outgoing server" } else { "an outgoing server" };
            (key.clone(), true, format!("{default} that no account sends through"))
        });
        let behind = outgoing.left_behind().into_iter().filter(|key| !used.contains(key));
        let behind = behind.map(|key| (key, false, "left behind by a removed outgoing server".to_owned()));
        for (key, is_offered, remark) in listed.chain(behind) {
            let server = self.outgoing_server(outgoing, &key);
            let at = server.host.at().cloned().or_else(|| {
                let list = self.layers.entry("mail.smtpservers")?;
                Some(self.layers.value_at(list))
            });
            let Some(at) = at else { continue };
            if self.is_full(accounts, limits) {
                return;
            }
            let mut account = Account::new(self.meta, at, key.clone());
            let description = format!("mail.smtpserver.{key}.description");
            account.name = self
                .layers
                .setting::<String>(&description)
                // Set-up wrote this word in versions 91 to 102 where it should have written nothing.
                .filter(|name| !matches!(name.text(), Some("" | "undefined")))
                .unwrap_or_else(|| server.host.clone());
            account.status = Status::Orphaned;
            account.is_offered = is_offered;
            account.remark = Some(remark);
            account.outgoing = Some(server);
            accounts.push(account);
        }
    }
}

/// Whether versions from 132 on leave an account out because of its server's name: for any colon, and for what may not
/// stand in the host of a URL, unless the account has a name for the client's list. With one, the client keeps it, and puts
/// `server1.invalid` in the place of its server. Seen with 153.8.
fn is_unloadable(kind: &str, host: &str, is_named: bool) -> bool {
    let forbidden = |char: char| char.is_whitespace() || char.is_control() || "#/<>?@[\\]^|%".contains(char);
    matches!(kind, "imap" | "pop3" | "nntp") && (host.contains(':') || (host.contains(forbidden) && !is_named))
}

/// The client's own name for a server that nobody named.
fn default_name(server: &Server) -> Setting<String> {
    match (server.username.text(), server.host.text()) {
        (Some(user), Some(host)) => Setting::default(format!("{user} on {host}")),
        (None, Some(host)) => Setting::default(host.to_owned()),
        _ => Setting::unknown(),
    }
}

/// What the whole profile says about every connection: the lowest TLS version, a proxy.
pub(crate) fn connection_wide(layers: &Layers, accounts: &mut [Account]) {
    let deprecated = layers
        .setting::<bool>("security.tls.version.enable-deprecated")
        .filter(|setting| setting.get() == Some(true))
        .map(|setting| setting.map(|_| (1, 0)));
    let min_tls = deprecated.or_else(|| tls_version(layers, "security.tls.version.min")).unwrap_or_default();
    let max_tls = tls_version(layers, "security.tls.version.max").unwrap_or_default();
    let proxy = socks_proxy(layers);
    for account in accounts {
        account.min_tls = min_tls.clone();
        account.max_tls = max_tls.clone();
        account.proxy.clone_from(&proxy);
    }
}

/// 1 is TLS 1.0, 4 is TLS 1.3.
fn tls_version(layers: &Layers, key: &str) -> Option<Setting<(u8, u8)>> {
    let setting = layers.setting::<i32>(key)?;
    let minor =
        setting.get().and_then(|number| u8::try_from(number.checked_sub(1)?).ok()).filter(|minor| *minor <= 3)?;
    Some(setting.map(|_| (1, minor)))
}

/// Only a SOCKS proxy that was set by hand carries mail.
fn socks_proxy(layers: &Layers) -> Option<Setting<String>> {
    if layers.get::<i32>("network.proxy.type") != Some(1) {
        return None;
    }
    let host = layers.setting::<String>("network.proxy.socks").filter(|host| host.text() != Some(""))?;
    let port = layers.get::<i32>("network.proxy.socks_port").filter(|port| *port > 0);
    Some(host.map(|host| port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"))))
}

/// The fork that a profile belongs to, after its name, where it is not Thunderbird itself.
pub(crate) fn profile_name(name: Option<String>, client: &Client) -> Option<String> {
    match (name, client.family) {
        (name, Family::Thunderbird) => name,
        (Some(name), family) => Some(format!("{name} ({})", family.name())),
        (None, family) => Some(family.name().to_owned()),
    }
}
