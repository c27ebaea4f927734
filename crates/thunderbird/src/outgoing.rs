//! Outgoing servers: the list in `mail.smtpservers`, and `mail.smtpserver.<key>.*`.

use std::collections::{BTreeSet, HashSet};

use maillint_model::{Protocol, Security, Server, Setting, is_too_long_to_share};

use maillint_source::Limits;

use crate::incoming::exchange_url;
use crate::layers::{Branch, Layers};
use crate::names::OUTGOING_LIST;
use crate::values::{known, outgoing_auth, security};
use crate::version::Client;

/// The client's list of outgoing servers.
pub(crate) struct Outgoing<'a> {
    layers: &'a Layers,
    client: &'a Client,
    /// The keys that are listed, in order.
    pub(crate) listed: Vec<String>,
    /// The same, to look one up: each identity of a file may name one of a hundred thousand.
    is_listed: HashSet<String>,
    /// Whether keys were left out that are longer than any real one.
    pub(crate) has_long: bool,
    default: Option<String>,
}

/// Which outgoing server an identity uses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Choice {
    /// This one.
    Server(String),
    /// One that does not exist: the client cannot send.
    Missing,
    /// There is none at all.
    None,
}

impl<'a> Outgoing<'a> {
    pub(crate) fn new(layers: &'a Layers, client: &'a Client, limits: &Limits) -> Self {
        let list: String = layers.get(OUTGOING_LIST).unwrap_or_default();
        // Until 92, blanks around a key were taken away; since then they are part of it.
        let trim = client.before(93);
        let keys = list.split(',').map(|key| if trim { key.trim() } else { key }).filter(|key| !key.is_empty());
        let mut is_listed = HashSet::new();
        let mut has_long = false;
        let mut fits = |key: &&str| {
            let is_long = is_too_long_to_share(key, limits);
            has_long |= is_long;
            !is_long
        };
        let listed =
            keys.filter(&mut fits).filter(|key| is_listed.insert((*key).to_owned())).map(str::to_owned).collect();
        let default = layers.get::<String>("mail.smtp.defaultserver").filter(|key| !key.is_empty());
        Self { layers, client, listed, is_listed, has_long, default }
    }

    /// The server that an identity sends through: its own, else the default, else the first.
    pub(crate) fn choice(&self, own: Option<&str>) -> Choice {
        match own.filter(|key| !key.is_empty()).or(self.default.as_deref()) {
            Some(key) if self.is_listed.contains(key) => Choice::Server(key.to_owned()),
            // Until 92 a server was made from whatever is there under that key.
            Some(key) if self.client.before(93) => Choice::Server(key.to_owned()),
            Some(_) => Choice::Missing,
            // The first may be one that was left out.
            None if self.has_long => Choice::Missing,
            None => self.listed.first().map_or(Choice::None, |key| Choice::Server(key.clone())),
        }
    }

    /// Whether the list is known: where there is none, a file that ends before its place proves nothing. The client
    /// writes its settings in the order of their names.
    pub(crate) fn is_whole(&self) -> bool {
        self.layers.entry(OUTGOING_LIST).is_some() || self.layers.has_mail_after(OUTGOING_LIST)
    }

    pub(crate) fn is_default(&self, key: &str) -> bool {
        self.choice(None) == Choice::Server(key.to_owned())
    }

    /// Keys that have settings but are in no list: removed servers, whose settings stay behind.
    pub(crate) fn left_behind(&self) -> Vec<String> {
        let mut keys = BTreeSet::new();
        for (name, _) in self.layers.below("mail.smtpserver.") {
            if let Some((key, "hostname")) = name.split_once('.')
                && key != "default"
                && !self.is_listed.contains(key)
            {
                keys.insert(key.to_owned());
            }
        }
        keys.into_iter().collect()
    }

    /// The server as the client uses it.
    pub(crate) fn server(&self, key: &str) -> Server {
        let branch = Branch::new(self.layers, "mail.smtpserver.", key);
        let kind = branch.own::<String>("type");
        let mut server = match kind.as_ref().and_then(Setting::text) {
            None | Some("smtp") => self.smtp(&branch),
            Some("ews" | "graph") => self.exchange(key),
            Some(_) => Server::new(Protocol::Other),
        };
        server.key = Some(key.to_owned());
        server
    }

    fn smtp(&self, branch: &Branch<'_>) -> Server {
        let mut server = Server::new(Protocol::Smtp);
        server.host = branch.own::<String>("hostname").filter(not_empty).unwrap_or_default();
        server.username = branch.own::<String>("username").filter(not_empty).unwrap_or_default();
        server.security = security(branch.get("try_ssl").unwrap_or(Setting::default(0)), self.client);
        server.port = match branch.own::<i32>("port") {
            Some(port) if port.get() != Some(0) => {
                let number = port.get().and_then(|port| u16::try_from(port).ok());
                known(port, number)
            }
            _ => self.standard_port(server.security.get()),
        };
        server.auth = outgoing_auth(self.auth_method(branch), self.client);
        server
    }

    /// 465 inside SSL/TLS; else 25 until 88 (although the dialog said 587), and 587 since.
    fn standard_port(&self, security: Option<Security>) -> Setting<u16> {
        match (security, self.client.since(89)) {
            (Some(Security::Tls), _) => Setting::default(465),
            (Some(_), Some(true)) => Setting::default(587),
            (Some(_), Some(false)) => Setting::default(25),
            _ => Setting::unknown(),
        }
    }

    fn auth_method(&self, branch: &Branch<'_>) -> Setting<i32> {
        let legacy = || {
            // Until 3.0: 0 none, 1 whatever works; 3.1 wrote `authMethod` from it.
            let old = branch.own::<i32>("auth_method").filter(|_| self.client.before(4))?;
            Some(old.map(|old| if old == 0 { 1 } else { 3 }))
        };
        let own = branch.own::<i32>("authMethod").or_else(legacy);
        own.or_else(|| branch.get("authMethod")).unwrap_or(Setting::default(3))
    }

    /// Exchange keeps its settings under another name.
    fn exchange(&self, key: &str) -> Server {
        let branch = Branch::new(self.layers, "mail.outgoingserver.", key);
        let mut server = Server::new(Protocol::Exchange);
        exchange_url(branch.text("ews_url"), &mut server);
        server.username = branch.text("username").unwrap_or_default();
        server.auth = outgoing_auth(branch.get("auth_method").unwrap_or(Setting::default(3)), self.client);
        server
    }
}

fn not_empty(setting: &Setting<String>) -> bool {
    setting.text() != Some("")
}
