use std::sync::Arc;

use maillint_source::{Location, Secret, SourceFile, telltale};

use crate::{FormatMeta, Server, Setting};

/// What a file is to its client.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AccountKind {
    /// The client's own store: what it uses today.
    Live,
    /// Written by the client for another program or another device.
    Export,
    /// Made by an administrator to set clients up: nobody may be using it yet.
    Provisioning,
}

impl AccountKind {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Export => "export",
            Self::Provisioning => "provisioning",
        }
    }
}

/// Whether the client uses an account.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Status {
    /// It does.
    Active,
    /// The user switched it off.
    Disabled,
    /// Left behind: the settings are there, but nothing that the client opens refers to them.
    Orphaned,
    /// In a profile that the client does not open. Listed, and judged only when asked for.
    InactiveProfile,
}

impl Status {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Disabled => "disabled",
            Self::Orphaned => "orphaned",
            Self::InactiveProfile => "inactive-profile",
        }
    }
}

/// Who the mail is from.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Identity {
    /// E-mail address, without a name.
    pub address: Setting<String>,
    /// The person's name.
    pub name: Setting<String>,
    /// Where answers go, if not to the address.
    pub reply_to: Setting<String>,
    /// The outgoing server of this identity, where it is not the account's.
    pub outgoing: Option<Box<Server>>,
}

/// How long a POP client leaves mail on the server.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Retention {
    /// Whether a copy stays on the server after it was fetched.
    pub leave_on_server: Setting<bool>,
    /// Days until the client removes that copy; `Some(None)` where no age limit is in force.
    pub remove_after_days: Setting<Option<u32>>,
    /// Whether the copy goes when the user deletes the message, or moves it out of the Inbox.
    pub remove_when_deleted: Setting<bool>,
    /// A number of days that stands in the file whether or not its switch is on.
    pub stored_days: Setting<u32>,
    /// Whether the client put [`Self::stored_days`] there by itself, so that nobody has chosen that number.
    pub is_clients_number: bool,
}

/// Who else on the computer can read a file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Readers {
    /// Nobody but its owner.
    Owner,
    /// The members of its group.
    Group,
    /// Everyone who has an account there.
    Everyone,
}

/// That mail of one of an account's identities has no server to go out through.
#[derive(Clone, PartialEq, Debug)]
pub struct NoOutgoing {
    /// The identity, as an index into [`Account::identities`]; 0 where no address is set, too: Apple Mail's accounts name
    /// their server themselves.
    pub identity: usize,
    /// The place that names a server which is not there. `None` where none is named, and none is set up either.
    pub named_at: Option<Location>,
}

/// One account of one client.
///
/// Made with [`Account::new`], then filled in: every field that a reader does not set is unknown.
#[derive(Clone)]
pub struct Account {
    /// The format of the file it was read from; names the client.
    pub format: &'static FormatMeta,
    /// The client's version, as far as its files tell: `153.7.0`, `16.0`.
    pub client_version: Option<String>,
    /// The client's profile, by the name that the client shows.
    pub profile: Option<String>,
    /// What the client made up to tell its profiles apart, where a copy of the profile has it too.
    pub profile_id: Option<String>,
    /// The file that makes it an account.
    pub file: Arc<SourceFile>,
    /// The place that makes it an account: where findings point that are about something absent.
    pub at: Location,
    /// The client's own key, stable over runs: `account1`, `00000002`, a UUID.
    pub key: String,
    /// The name that the client shows in its list.
    pub name: Setting<String>,
    /// What the file is to the client.
    pub kind: AccountKind,
    /// Whether the client uses it.
    pub status: Status,
    /// Why an account is not active, or what else it is, in a few words: "feeds", "left behind by a removed account".
    pub remark: Option<String>,
    /// Who its mail is from; the first is the default.
    pub identities: Vec<Identity>,
    /// Where mail is fetched.
    pub incoming: Option<Server>,
    /// Where mail is sent.
    pub outgoing: Option<Server>,
    /// Other servers that a file which sets up accounts names for the same purpose, in its order of preference. None of
    /// them is in use.
    pub alternatives: Vec<Server>,
    /// Other mail domains that such a file is for, besides that of the address.
    pub other_domains: Vec<String>,
    /// The identities that certainly cannot send, and why. Where a file does not tell for sure, nothing stands here.
    pub no_outgoing: Vec<NoOutgoing>,
    /// Whether the client lists it, and yet does not show it: it cannot load the account, because of the name of its
    /// incoming server.
    pub is_left_out: bool,
    /// Whether this is but an outgoing server that no account sends through, and that the client offers to each.
    pub is_offered: bool,
    /// POP only.
    pub retention: Option<Retention>,
    /// The client's default account, or default for sending.
    pub is_default: bool,
    /// Minutes between two looks for new mail; `Some(None)` when it does not look by itself.
    pub check_minutes: Setting<Option<u32>>,
    /// Lowest TLS version that the client agrees to, as `(1, 2)` for TLS 1.2.
    pub min_tls: Setting<(u8, u8)>,
    /// Highest TLS version that the client agrees to.
    pub max_tls: Setting<(u8, u8)>,
    /// Whether the client deletes old mail of the account by itself, on the server too.
    pub deletes_old: Setting<bool>,
    /// A proxy that the client sends mail connections through.
    pub proxy: Option<Setting<String>>,
    /// Secrets that stand in the file, in a form that anyone who has the file may use.
    pub secrets: Vec<Secret>,
    /// Who can read the account's file, where it lies on this very computer and the system tells.
    pub readers: Option<Readers>,
}

impl Account {
    /// An active account of a client's own store, of which nothing else is known yet.
    pub fn new(format: &'static FormatMeta, at: Location, key: impl Into<String>) -> Self {
        Self {
            format,
            client_version: None,
            profile: None,
            profile_id: None,
            file: Arc::clone(&at.file),
            at,
            key: key.into(),
            name: Setting::unknown(),
            kind: AccountKind::Live,
            status: Status::Active,
            remark: None,
            identities: Vec::new(),
            incoming: None,
            outgoing: None,
            alternatives: Vec::new(),
            other_domains: Vec::new(),
            no_outgoing: Vec::new(),
            is_left_out: false,
            is_offered: false,
            retention: None,
            is_default: false,
            check_minutes: Setting::unknown(),
            min_tls: Setting::unknown(),
            max_tls: Setting::unknown(),
            deletes_old: Setting::unknown(),
            proxy: None,
            secrets: Vec::new(),
            readers: None,
        }
    }

    /// Puts marks in the place of passwords that people have written where none belong: in the name of a server, as in an
    /// address (`https://anna:password@example.org`), and in such addresses anywhere else. To be called once, for what was
    /// read of a file.
    pub fn hide_passwords(&mut self) {
        let own = self.incoming.iter_mut().chain(&mut self.outgoing).chain(&mut self.alternatives);
        let of_identities = self.identities.iter_mut().filter_map(|identity| {
            let texts = [&mut identity.address, &mut identity.name, &mut identity.reply_to];
            for text in texts {
                text.hide(telltale::in_addresses);
            }
            identity.outgoing.as_deref_mut()
        });
        for server in own.chain(of_identities) {
            server.host.hide(telltale::in_server_name);
            server.username.hide(telltale::in_addresses);
        }
        self.name.hide(telltale::in_addresses);
        if let Some(proxy) = &mut self.proxy {
            proxy.hide(telltale::in_server_name);
        }
    }

    /// The same, seen from one of its identities that sends through a server of its own. Of the identities there is the
    /// first alone: an account may have thousands, each of which is looked at like this.
    #[must_use]
    pub fn sending_through(&self, server: &Server) -> Self {
        let Self { format, client_version, profile, file, at, key, name, kind, status, remark, .. } = self;
        let Self { identities, incoming, is_offered, retention, is_default, check_minutes, .. } = self;
        let Self { min_tls, max_tls, deletes_old, proxy, readers, .. } = self;
        Self {
            client_version: client_version.clone(),
            profile: profile.clone(),
            file: Arc::clone(file),
            name: name.clone(),
            kind: *kind,
            status: *status,
            remark: remark.clone(),
            identities: identities.first().cloned().into_iter().collect(),
            incoming: incoming.clone(),
            outgoing: Some(server.clone()),
            is_offered: *is_offered,
            retention: retention.clone(),
            is_default: *is_default,
            check_minutes: check_minutes.clone(),
            min_tls: min_tls.clone(),
            max_tls: max_tls.clone(),
            deletes_old: deletes_old.clone(),
            proxy: proxy.clone(),
            readers: *readers,
            ..Self::new(format, at.clone(), key.as_str())
        }
    }

    /// The address of its default identity.
    pub fn address(&self) -> Option<&str> {
        self.identities.first().and_then(|identity| identity.address.text())
    }

    /// How one message names this account to a person: by its address, else the user name, else the client's name for
    /// it, else its key.
    pub fn label(&self) -> &str {
        self.address()
            .or_else(|| {
                self.incoming.as_ref().and_then(|server| server.username.text()).filter(|name| name.contains('@'))
            })
            .or_else(|| self.name.text())
            .or_else(|| self.incoming.as_ref().and_then(|server| server.host.text()))
            .or_else(|| self.outgoing.as_ref().and_then(|server| server.host.text()))
            .filter(|label| !label.is_empty())
            .unwrap_or(&self.key)
    }

    /// The domain of its address, as written.
    pub fn domain(&self) -> Option<&str> {
        self.address().and_then(|address| address.rsplit_once('@')).map(|(_, domain)| domain)
    }
}
