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

/// A name that leads to a provider.
pub(crate) struct Entry {
    /// Where it stands in [`NAMES`].
    offset: u16,
    len: u8,
    /// Index into [`PROVIDERS`].
    provider: u8,
}

impl Entry {
    /// The name, in lower case.
    pub(crate) fn name(&self) -> &'static str {
        let offset = usize::from(self.offset);
        NAMES.get(offset..offset + usize::from(self.len)).unwrap_or("")
    }

    /// Whose it is.
    pub(crate) fn provider(&self) -> Option<&'static Provider> {
        PROVIDERS.get(usize::from(self.provider))
    }
}

impl Provider {
    /// Whether it says itself that it has no POP. That its published settings name none tells nothing.
    pub(crate) fn is_without_pop(&self) -> bool {
        // Apple's page of the settings of iCloud Mail.
        self.id == "me.com"
    }

    /// Whether it publishes a server of this name.
    pub(crate) fn has(&self, host: &str) -> bool {
        self.servers.iter().any(|server| server.host == host)
    }
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
    find(DOMAINS, domain).first()?.provider()
}

/// The provider that publishes a server of this name. Of several, the one that publishes `other` too, which is the
/// account's other server; else the one that the server is named after; else the first.
pub fn provider_of_host(host: &str, other: Option<&str>) -> Option<&'static Provider> {
    let entries = find(HOSTS, host);
    let providers = || entries.iter().filter_map(Entry::provider);
    let both = |provider: &&Provider| other.is_some_and(|other| provider.has(other));
    let named = |provider: &&Provider| host.ends_with(provider.id);
    providers().find(both).or_else(|| providers().find(named)).or_else(|| providers().next())
}

/// Why it matters that a setting differs from the published one: with source and day.
pub(crate) fn differs(provider: &Provider) -> String {
    format!(
        "It differs from what {} publishes ({SOURCE}, {AS_OF}). A provider keeps what it \
         publishes working, and nothing else for sure.",
        provider.name
    )
}

/// Every provider, in the order of the database.
pub fn providers() -> &'static [Provider] {
    PROVIDERS
}

/// What stands in a table under a name.
fn find(table: &'static [Entry], name: &str) -> &'static [Entry] {
    let name = name.to_lowercase();
    let from = table.partition_point(|entry| entry.name() < name.as_str());
    let to = table.partition_point(|entry| entry.name() <= name.as_str());
    table.get(from..to).unwrap_or_default()
}

/// Services that send for others' domains: the name to sign in with is one that they give out.
const RELAYS: [&str; 11] = [
    "amazonaws.com",
    "brevo.com",
    "elasticemail.com",
    "mailgun.org",
    "mailjet.com",
    "mandrillapp.com",
    "postmarkapp.com",
    "sendgrid.net",
    "sendinblue.com",
    "smtp2go.com",
    "sparkpostmail.com",
];

/// Whether a server is that of such a service.
pub(crate) fn is_relay(host: &str) -> bool {
    RELAYS.iter().any(|relay| host.strip_suffix(relay).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

#[cfg(test)]
mod tests {
    use super::{AS_OF, provider_of_domain, provider_of_host, providers};

    #[test]
    fn providers_are_found_by_domain_and_by_host() {
        assert_eq!(provider_of_domain("GMail.com").map(|provider| provider.id), Some("googlemail.com"));
        assert_eq!(provider_of_host("imap.gmail.com", None).map(|provider| provider.id), Some("googlemail.com"));
        assert_eq!(provider_of_host("imap.ionos.co.uk", None).map(|provider| provider.id), Some("ionos.co.uk"));
        assert_eq!(provider_of_domain("example.org"), None);
        assert_eq!(provider_of_host("", None), None);
    }

    #[test]
    fn of_several_providers_on_one_host_the_other_server_decides() {
        let of = |other| provider_of_host("outlook.office365.com", other).map(|provider| provider.id);
        assert_eq!(of(Some("smtp-mail.outlook.com")), Some("hotmail.com"));
        assert_eq!(of(Some("smtp.office365.com")), Some("office365.com"));
        assert_eq!(of(None), Some("office365.com"));
    }

    #[test]
    fn the_whole_database_is_there() {
        assert_eq!(providers().len(), 170);
        assert_eq!(AS_OF, "2026-03-12");
    }
}
