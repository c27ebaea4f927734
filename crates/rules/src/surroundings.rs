use std::collections::BTreeSet;

use maillint_model::{Account, Protocol, Server};

use crate::case::{address_of, normal_host};

/// What the other accounts of a run tell about one: collected once, so that no rule walks over all of them for each.
#[derive(Debug, Default)]
pub(crate) struct Surroundings {
    /// Mail domains and host names for which an outgoing server on port 587 is set up somewhere, used or not.
    has_587: BTreeSet<String>,
}

impl Surroundings {
    pub(crate) fn of(accounts: &[Account]) -> Self {
        let mut surroundings = Self::default();
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

    fn note_587(&mut self, account: &Account, server: &Server) {
        self.has_587.extend(server.host.text().map(normal_host));
        self.has_587.extend(address_of(account).map(|address| normal_host(address.domain)));
    }

    /// Whether an outgoing server on port 587 is set up for this mail domain or on this host.
    pub(crate) fn has_587(&self, domain_or_host: &str) -> bool {
        self.has_587.contains(domain_or_host)
    }
}
