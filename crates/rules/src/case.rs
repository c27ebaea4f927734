use std::borrow::Cow;
use std::cell::OnceCell;
use std::collections::HashSet;

use maillint_model::{Account, AccountKind, Auth, Origin, Protocol, Server, Setting, Side, is_placeholder};

use crate::facts::{Provider, Published, provider_of_domain, provider_of_host};
use crate::policy::{Address, Endpoint, Offer, Pattern, Policy};
use crate::surroundings::Surroundings;
use crate::{Label, Settings, endpoint, host, hostname, username};

/// What the account's own outgoing server is called in fingerprints; those of its other identities have a number.
pub(crate) const OUTGOING: &str = "outgoing";

/// What an account is held against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// The policy of the house.
    House,
    /// What the provider of its mail domain publishes.
    Provider(&'static Provider),
    /// What the provider publishes whose servers it uses, with a mail domain of its own.
    Hosted(&'static Provider),
    /// Nothing: only what holds for every server is said of it.
    Nobody,
}

/// An account before its judges.
pub struct Case<'a> {
    /// The account.
    pub account: &'a Account,
    /// Its index in the list that is judged.
    pub index: usize,
    /// The policy whose levels and wordings count.
    pub policy: &'a Policy,
    /// What it is held against.
    pub standing: Standing,
    /// The run.
    pub settings: &'a Settings,
    /// The servers that fetch and send mail: the incoming one, the outgoing one, and those of single identities.
    pub slots: Vec<Slot<'a>>,
    pub(crate) surroundings: &'a Surroundings,
    addresses: OnceCell<Addresses>,
}

/// The addresses of an account's identities, in lower case, and their domains: each of its servers is held against all of
/// them, and there may be thousands of both.
pub(crate) struct Addresses {
    pub(crate) whole: HashSet<String>,
    pub(crate) domains: HashSet<String>,
}

/// One server of an account, with what it is held against.
pub struct Slot<'a> {
    /// Which of the two.
    pub side: Side,
    /// The server.
    pub server: &'a Server,
    /// Whose mail it fetches or sends.
    pub address: Option<Address<'a>>,
    /// What the house says about its protocol, if the house has a say in it.
    pub offer: Option<&'a Offer>,
    /// Whose published settings it is held against, if any.
    pub provider: Option<&'static Provider>,
    /// Its name in a fingerprint: `incoming`, `outgoing`, `outgoing-2`.
    pub subject: String,
    pub(crate) faults: Faults,
}

/// What is wrong with a server, found once: many rules ask.
#[derive(Default)]
pub(crate) struct Faults {
    pub(crate) host: OnceCell<Option<hostname::Fault>>,
    pub(crate) endpoint: OnceCell<Option<endpoint::Fault>>,
    pub(crate) username: OnceCell<Option<username::Fault>>,
}

impl<'a> Case<'a> {
    pub(crate) fn new(
        account: &'a Account,
        index: usize,
        (policy, standing): (&'a Policy, Standing),
        settings: &'a Settings,
        surroundings: &'a Surroundings,
    ) -> Self {
        let slots = slots(account, policy, standing, settings);
        Self { account, index, policy, standing, settings, slots, surroundings, addresses: OnceCell::new() }
    }

    /// The policy of the house, if the account is held against it.
    pub fn house(&self) -> Option<&'a Policy> {
        matches!(self.standing, Standing::House).then_some(self.policy)
    }

    /// Whether somebody has said that the account is the house's: the policy names it, or the operator its domain. The
    /// default policy is for everyone, and so for many that it cannot know.
    pub fn is_claimed(&self) -> bool {
        self.house().is_some_and(|policy| !policy.applies.is_empty() || !self.settings.own_domains.is_empty())
    }

    /// Whether a server may be that of a house that nobody has told us of: the default policy speaks of it, and its name
    /// has nothing to do with the mail domain.
    pub(crate) fn is_elsewhere(&self, slot: &Slot<'_>) -> bool {
        let is_unrelated = |name: &str, domain: &str| !host::is_related(name, &normal_host(domain));
        !self.is_claimed()
            && slot.host().zip(slot.address).is_some_and(|(name, address)| is_unrelated(&name, address.domain))
    }

    /// The address that the account belongs to, as far as that is sure.
    pub fn address(&self) -> Option<Address<'a>> {
        address_of(self.account)
    }

    /// Every address of its identities.
    pub(crate) fn addresses(&self) -> &Addresses {
        self.addresses.get_or_init(|| {
            let all = || self.account.identities.iter().filter_map(|identity| identity.address.text());
            Addresses {
                whole: all().map(|address| address.trim().to_ascii_lowercase()).collect(),
                domains: all().filter_map(split_address).map(|address| normal_host(address.domain)).collect(),
            }
        })
    }

    /// The client, as people name it.
    #[allow(clippy::misnamed_getters, reason = "a rule only ever speaks of the client by its name")]
    pub fn client(&self) -> &'static str {
        self.account.format.client_name
    }

    /// One of its servers.
    pub fn slot(&self, side: Side) -> Option<&Slot<'a>> {
        self.slots.iter().find(|slot| slot.side == side)
    }

    /// The name of a server whose certificate has to check out: the policy may list hosts of the house's own that need not.
    pub fn host_to_check(&self, slot: &Slot<'_>) -> Option<String> {
        let accepted = &self.policy.tls.accepted_exceptions;
        slot.host().filter(|name| !accepted.iter().any(|pattern| pattern.matches(name, slot.address) == Some(true)))
    }

    /// Where the account sends through a server that belongs to another account of the same file: the server of its own
    /// provider, which is set up there too.
    pub fn better_outgoing(&self) -> Option<String> {
        let (incoming, outgoing) = (self.slot(Side::Incoming)?, self.slot(Side::Outgoing)?);
        let (here, there) = (incoming.host()?, outgoing.host()?);
        let domain = incoming.address.map(|address| normal_host(address.domain));
        let is_own = |name: &str| {
            host::is_related(name, &here) || domain.as_deref().is_some_and(|domain| host::is_related(name, domain))
        };
        let file = self.account.file.name();
        let is_anothers =
            self.surroundings.incoming(file).any(|other| other != here && host::is_related(other, &there));
        if is_own(&there) || !is_anothers || incoming.server.is_loopback() {
            return None;
        }
        self.surroundings.outgoing(file).find(|name| is_own(name)).map(str::to_owned)
    }

    /// The way to sign in to suggest: the first that the provider or the house names, else a password.
    pub fn suggested_auth(&self, slot: &Slot<'_>) -> Auth {
        let published = slot.published_servers().find_map(|published| published.auth.first().copied());
        published.or_else(|| self.policy.auth.allow.first().map(|auth| auth.0)).unwrap_or(Auth::Password)
    }

    /// A label on the place of a value. A client's default has no place: then the label stands on the account and says
    /// so.
    pub fn label<T>(&self, setting: &Setting<T>, text: impl Into<String>) -> Label {
        let text = text.into();
        if let Some(at) = setting.at() {
            return Label { at: at.clone(), text };
        }
        let text = match setting.origin() {
            Origin::Default => format!("{text} (not set here: this is what {} does then)", self.client()),
            Origin::Written | Origin::Inherited | Origin::Unknown => text,
        };
        Label { at: self.account.at.clone(), text }
    }
}

fn slots<'a>(account: &'a Account, policy: &'a Policy, standing: Standing, settings: &Settings) -> Vec<Slot<'a>> {
    let slot = |side, server: &'a Server, address, subject| {
        let (offer, provider) = held_against(server, address, policy, standing, settings);
        Slot { side, server, address, offer, provider, subject, faults: Faults::default() }
    };
    let mut slots = Vec::new();
    let address = address_of(account);
    if let Some(server) = account.incoming.as_ref().filter(|server| server.protocol.is_mail()) {
        slots.push(slot(Side::Incoming, server, address, "incoming".to_owned()));
    }
    let own = account.outgoing.as_ref().filter(|server| server.protocol == Protocol::Smtp);
    if let Some(server) = own {
        slots.push(slot(Side::Outgoing, server, address, OUTGOING.to_owned()));
    }
    for (number, identity) in account.identities.iter().enumerate() {
        let Some(server) = identity.outgoing.as_deref().filter(|server| server.protocol == Protocol::Smtp) else {
            continue;
        };
        if own.is_some_and(|own| own == server || (own.key.is_some() && own.key == server.key)) {
            continue;
        }
        let address = identity.address.text().and_then(split_address);
        slots.push(slot(Side::Outgoing, server, address, format!("outgoing-{}", number + 1)));
    }
    slots
}

/// What one server is held against: mostly what its account is.
fn held_against<'a>(
    server: &Server,
    address: Option<Address<'_>>,
    policy: &'a Policy,
    standing: Standing,
    settings: &Settings,
) -> (Option<&'a Offer>, Option<&'static Provider>) {
    let host = server.host.text().map(normal_host);
    let of_host = host.as_deref().and_then(|host| provider_of_host(host, None));
    let of_domain = address.and_then(|address| provider_of_domain(&normal_host(address.domain)));
    match standing {
        // Where nobody has said which domains are the house's, sending through a known provider is that provider's.
        Standing::House
            if of_host.is_some()
                && server.protocol == Protocol::Smtp
                && policy.applies.is_empty()
                && settings.own_domains.is_empty() =>
        {
            (None, of_host)
        }
        Standing::House => (policy.offer(server.protocol), None),
        Standing::Provider(provider) => (None, Some(of_domain.unwrap_or(provider))),
        // A customer of a provider, with a domain of their own, may well use another server besides.
        Standing::Hosted(provider) if host.as_deref().is_some_and(|host| provider.has(host)) => (None, Some(provider)),
        Standing::Hosted(_) => (None, of_host),
        Standing::Nobody => (None, None),
    }
}

impl Slot<'_> {
    /// The server's name as it is compared: lower case, ASCII (RFC 5891), without the final dot. A placeholder of a
    /// file that sets up accounts (`%EMAILDOMAIN%`, `$domain`) is no name yet.
    pub fn host(&self) -> Option<String> {
        let name = self.server.host.text().map(normal_host)?;
        (!name.is_empty() && !is_placeholder(&name)).then_some(name)
    }

    /// The server name that the house suggests.
    ///
    /// In letters that every dialog takes: Thunderbird's refuses others.
    pub fn house_host(&self) -> Option<String> {
        let host = self.offer?.hosts.iter().find_map(|pattern| pattern.expand(self.address))?;
        Some(if host.is_ascii() { host } else { normal_host(&host) })
    }

    /// Whether the house names this server, or accepts it; `None` where that cannot be known.
    pub fn is_house_host(&self, host: &str) -> Option<bool> {
        let offer = self.offer?;
        if offer.hosts.is_empty() {
            return None;
        }
        any_matches(offer.hosts.iter().chain(&offer.accept_hosts), host, self.ascii_address().as_ref())
    }

    /// Whether the house knows this user name; `None` where that cannot be known.
    pub fn is_house_username(&self, username: &str) -> Option<bool> {
        let offer = self.offer?;
        if offer.usernames.is_empty() {
            return None;
        }
        any_matches(offer.usernames.iter(), username, self.address.map(OwnedAddress::from).as_ref())
    }

    /// The row of the house for the port and the protection in use, if it lists them.
    pub fn house_endpoint(&self) -> Option<&Endpoint> {
        self.offer?.endpoint(self.server.port.get()?, self.server.security.get()?)
    }

    /// The published server that is just as this one, if there is one.
    pub fn published(&self) -> Option<&'static Published> {
        let (host, port, security) = (self.host()?, self.server.port.get()?, self.server.security.get()?);
        self.published_servers().find(|published| {
            published.is_on(&host, self.address) && published.port == port && published.security == security
        })
    }

    /// What the provider publishes for this protocol.
    pub fn published_servers(&self) -> impl Iterator<Item = &'static Published> {
        let protocol = self.server.protocol;
        let servers = self.provider.map_or(&[][..], |provider| provider.servers);
        servers.iter().filter(move |published| published.protocol == protocol)
    }

    /// Whether the house or the provider lists this very port and protection, which beats every general rule.
    pub fn is_listed(&self) -> bool {
        self.house_endpoint().is_some() || self.published().is_some()
    }

    fn ascii_address(&self) -> Option<OwnedAddress> {
        let address = self.address?;
        Some(OwnedAddress { local: address.local.to_owned(), domain: normal_host(address.domain) })
    }
}

struct OwnedAddress {
    local: String,
    domain: String,
}

impl From<Address<'_>> for OwnedAddress {
    fn from(address: Address<'_>) -> Self {
        Self { local: address.local.to_owned(), domain: address.domain.to_owned() }
    }
}

/// Whether any pattern stands for the text; `None` where none does, but one could not be asked.
fn any_matches<'p>(
    patterns: impl Iterator<Item = &'p Pattern>,
    text: &str,
    address: Option<&OwnedAddress>,
) -> Option<bool> {
    let address = address.map(|address| Address { local: &address.local, domain: &address.domain });
    let mut all_asked = true;
    for pattern in patterns {
        match pattern.matches(text, address) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => all_asked = false,
        }
    }
    all_asked.then_some(false)
}

/// The address that an account belongs to: that of its default identity, else its user name, if that is one.
///
/// Where the user name and the server both speak of a domain from which that of the identity is a slip of the fingers
/// away, the slip is in the identity. What is no address at all is nobody's.
pub(crate) fn address_of(account: &Account) -> Option<Address<'_>> {
    let incoming = account.incoming.as_ref();
    let user = incoming.and_then(|server| server.username.text()).and_then(split_address);
    let is_sound = |text: &&str| account.kind == AccountKind::Provisioning || is_address(text);
    let identity = account.address().filter(is_sound).and_then(split_address);
    let is_slip = |identity: &Address<'_>| {
        let (Some(user), Some(host)) = (user, incoming.and_then(|server| server.host.text())) else { return false };
        let (written, meant, host) = (normal_host(identity.domain), normal_host(user.domain), normal_host(host));
        user.local.eq_ignore_ascii_case(identity.local)
            && hostname::is_typo(&written, &meant)
            && host::is_related(&host, &meant)
            && !host::is_related(&host, &written)
    };
    identity.filter(|identity| !is_slip(identity)).or(user)
}

/// Whether a text can be an address; quoted ones are believed.
pub(crate) fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.trim().rsplit_once('@') else { return false };
    let quoted = local.starts_with('"');
    let plain = !local.contains(['@', ' ', '\t', '\u{A0}']) && !local.ends_with(':');
    !local.is_empty()
        && (quoted || plain)
        && !domain.is_empty()
        && !domain.contains(char::is_whitespace)
        && !domain.starts_with('.')
        && !domain.ends_with('.')
        && !domain.contains("..")
}

/// Both halves of an address; `None` if it is none.
pub(crate) fn split_address(text: &str) -> Option<Address<'_>> {
    let (local, domain) = text.trim().rsplit_once('@')?;
    (!local.is_empty() && !domain.is_empty()).then_some(Address { local, domain })
}

/// A host name as it is compared: lower case, ASCII, without the final dot. A name that no domain can have stays as it
/// is.
pub(crate) fn normal_host(host: &str) -> String {
    let host = host.trim().trim_end_matches('.');
    let ascii = if host.is_ascii() {
        Cow::Borrowed(host)
    } else {
        idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::URL).unwrap_or(Cow::Borrowed(host))
    };
    ascii.to_lowercase()
}
