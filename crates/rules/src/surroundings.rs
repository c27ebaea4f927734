use std::collections::{BTreeMap, BTreeSet};

use maillint_model::{Account, AccountKind, Protocol, Security, Server, Status, is_placeholder};
use maillint_source::Location;

use crate::case::{address_of, normal_host};

/// What the other accounts of a run tell about one: collected once, so that no rule walks over all of them for each.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// Mail domains and host names for which an outgoing server on port 587 is set up somewhere, used or not.
    has_587: BTreeSet<String>,
    /// By file: the names of its outgoing servers, in use or there to be chosen, and of its incoming ones.
    outgoing: BTreeMap<String, BTreeSet<String>>,
    incoming: BTreeMap<String, BTreeSet<String>>,
    /// By file, protocol, server and user name: the first account with that login.
    logins: BTreeMap<Login, usize>,
    /// The address of each account, folded to lower case.
    addresses: Vec<Option<String>>,
    /// By file: its first account that fetches mail.
    first: BTreeMap<String, usize>,
    /// By mail domain and protocol: the servers that files which set up accounts hand out.
    handed: BTreeMap<(String, Protocol), Vec<Handed>>,
}

/// A server that a file hands out to those who set up an account with it.
#[derive(Debug)]
pub(crate) struct Handed {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) at: Location,
}

type Login = (String, Protocol, String, String);

impl Surroundings {
    pub(crate) fn of(accounts: &[Account]) -> Self {
        let mut surroundings = Self::default();
        for (index, account) in accounts.iter().enumerate() {
            surroundings.addresses.push(account.address().map(|address| address.trim().to_lowercase()));
            let file = account.file.name();
            let names =
                |server: &Option<Server>| server.as_ref().and_then(|server| server.host.text()).map(normal_host);
            if account.is_offered {
                surroundings.outgoing.entry(file.to_owned()).or_default().extend(names(&account.outgoing));
            }
            if account.status != Status::Active {
                continue;
            }
            if account.kind == AccountKind::Provisioning {
                surroundings.note_handed(account);
            }
            if account.incoming.as_ref().is_some_and(|server| server.protocol.is_mail()) {
                surroundings.first.entry(file.to_owned()).or_insert(index);
            }
            surroundings.outgoing.entry(file.to_owned()).or_default().extend(names(&account.outgoing));
            surroundings.incoming.entry(file.to_owned()).or_default().extend(names(&account.incoming));
            if let Some(login) = login(account) {
                surroundings.logins.entry(login).or_insert(index);
            }
        }
        for account in accounts {
            let identities = account.identities.iter().filter_map(|identity| identity.outgoing.as_deref());
            for server in account.outgoing.iter().chain(identities) {
                if server.protocol == Protocol::Smtp && server.port.get() == Some(587) {
                    surroundings.note_587(account, server);
                }
            }
        }
        surroundings
    }

    /// What a file hands out; a server of which it leaves a part open may be any.
    fn note_handed(&mut self, account: &Account) {
        let Some(domain) = address_of(account).map(|address| normal_host(address.domain)) else { return };
        if is_placeholder(&domain) {
            return;
        }
        for server in account.incoming.iter().chain(&account.outgoing).chain(&account.alternatives) {
            let (Some(port), Some(security)) = (server.port.get(), server.security.get()) else { continue };
            let Some(host) = server.host.text().map(normal_host).filter(|host| !is_placeholder(host)) else { continue };
            let at = server.host.at().unwrap_or(&account.at).clone();
            let handed = self.handed.entry((domain.clone(), server.protocol)).or_default();
            handed.push(Handed { host, port, security, at });
        }
    }

    /// What files hand out for a mail domain.
    pub(crate) fn handed(&self, domain: &str, protocol: Protocol) -> &[Handed] {
        if self.handed.is_empty() {
            return &[];
        }
        self.handed.get(&(normal_host(domain), protocol)).map_or(&[], Vec::as_slice)
    }

    fn note_587(&mut self, account: &Account, server: &Server) {
        self.has_587.extend(server.host.text().map(normal_host));
        self.has_587.extend(address_of(account).map(|address| normal_host(address.domain)));
    }

    /// The first account of the same file with the same server and user name, which may be the account itself.
    pub(crate) fn first_with_login(&self, account: &Account) -> Option<usize> {
        self.logins.get(&login(account)?).copied()
    }

    /// Whether an account is the first of its file that fetches mail: what is to be said of the program is said there.
    pub(crate) fn is_first(&self, account: &Account, index: usize) -> bool {
        self.first.get(account.file.name()) == Some(&index)
    }

    /// The address of an account, folded to lower case.
    pub(crate) fn address(&self, index: usize) -> Option<&str> {
        self.addresses.get(index)?.as_deref()
    }

    /// The names of the outgoing servers of a file.
    pub(crate) fn outgoing(&self, file: &str) -> impl Iterator<Item = &str> {
        self.outgoing.get(file).into_iter().flatten().map(String::as_str)
    }

    /// The names of the incoming servers of a file.
    pub(crate) fn incoming(&self, file: &str) -> impl Iterator<Item = &str> {
        self.incoming.get(file).into_iter().flatten().map(String::as_str)
    }

    /// Whether an outgoing server on port 587 is set up for this mail domain or on this host.
    pub(crate) fn has_587(&self, domain_or_host: &str) -> bool {
        self.has_587.contains(domain_or_host)
    }
}

fn login(account: &Account) -> Option<Login> {
    let server = account.incoming.as_ref().filter(|server| server.protocol.is_mail() && !server.is_loopback())?;
    let host = normal_host(server.host.text()?);
    let user = server.username.text()?.trim().to_lowercase();
    Some((account.file.name().to_owned(), server.protocol, host, user))
}
