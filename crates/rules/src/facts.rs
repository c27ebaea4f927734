//! What mail providers publish, as static tables made by `build.rs`.

use maillint_model::{Auth, Protocol, Security};

use crate::policy::{Address, Pattern};

include!(concat!(env!("OUT_DIR"), "/providers.rs"));

/// Where the tables come from, as messages cite it.
pub(crate) const SOURCE: &str = "Thunderbird's provider database";

/// A mail provider that publishes its settings.
#[derive(PartialEq, Eq, Debug)]
pub struct Provider {
    /// Short name: mostly a domain.
    pub id: &'static str,
    /// As people know it.
    pub name: &'static str,
    /// In the publisher's order of preference.
    pub servers: &'static [Published],
}

/// One server that a provider publishes. Several of one protocol are all right.
#[derive(PartialEq, Eq, Debug)]
pub struct Published {
    /// What it speaks.
    pub protocol: Protocol,
    /// Its name, in lower case; `{domain}` stands for the mail domain.
    pub host: &'static str,
    /// Its port.
    pub port: u16,
    /// The protection on that port.
    pub security: Security,
    /// The ways to sign in, the preferred one first.
    pub auth: &'static [Auth],
    /// The form of the user name (`{email}`, `{local}`); `None` where it is not published.
    pub username: Option<&'static str>,
}

impl Published {
    /// Whether it is on this host.
    pub(crate) fn is_on(&self, host: &str, address: Option<Address<'_>>) -> bool {
        if self.host.contains('{') { fits(self.host, host, address) } else { self.host == host }
    }

    /// Whether a user name has the published form; `None` where that is not known.
    pub(crate) fn names(&self, username: &str, address: Option<Address<'_>>) -> Option<bool> {
        Pattern::parse(self.username?).ok()?.matches(username, address)
    }
}

fn fits(pattern: &str, text: &str, address: Option<Address<'_>>) -> bool {
    Pattern::parse(pattern).ok().and_then(|pattern| pattern.matches(text, address)).unwrap_or(false)
}

/// The provider of a mail domain.
pub fn provider_of_domain(domain: &str) -> Option<&'static Provider> {
    find(DOMAINS, domain)
}

/// The provider that publishes a server of this name.
pub fn provider_of_host(host: &str) -> Option<&'static Provider> {
    find(HOSTS, host)
}

/// Every provider, in the order of their ids' file.
pub fn providers() -> &'static [Provider] {
    PROVIDERS
}

fn find(table: &'static [(&'static str, usize)], key: &str) -> Option<&'static Provider> {
    let key = key.to_lowercase();
    let at = table.binary_search_by(|(entry, _)| (*entry).cmp(key.as_str())).ok()?;
    PROVIDERS.get(table.get(at)?.1)
}

#[cfg(test)]
mod tests {
    use super::{AS_OF, provider_of_domain, provider_of_host, providers};

    #[test]
    fn providers_are_found_by_domain_and_by_host() {
        assert_eq!(provider_of_domain("GMail.com").map(|provider| provider.id), Some("googlemail.com"));
        assert_eq!(provider_of_host("imap.gmail.com").map(|provider| provider.id), Some("googlemail.com"));
        assert_eq!(provider_of_domain("example.org"), None);
        assert_eq!(provider_of_host(""), None);
    }

    #[test]
    fn the_whole_database_is_there() {
        assert_eq!(providers().len(), 163);
        assert_eq!(AS_OF, "2026-03-12");
    }
}
