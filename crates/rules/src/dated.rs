//! What stops working, or has: names out of use and sign-ins that a provider has ended. Each with its day and source.

use jiff::civil::{Date, date};
use maillint_model::Protocol;

/// A server name that is out of use.
#[derive(PartialEq, Eq, Debug)]
pub struct Retired {
    /// The name, in lower case.
    pub host: &'static str,
    /// The protocol that it was for.
    pub protocol: Protocol,
    /// The name to use instead.
    pub instead: &'static str,
    /// Why, for people.
    pub why: &'static str,
}

const OUTLOOK: &str =
    "Microsoft no longer names this server in its instructions, and old names are switched off in time.";
const VERIZON: &str = "Verizon has handed its mail over to AOL, and with it the servers.";

/// The seed is `RULES.md` section 1.4: what tutorials and old client lists still hand on.
static RETIRED: &[Retired] = &[
    Retired { host: "imap-mail.outlook.com", protocol: Protocol::Imap, instead: "outlook.office365.com", why: OUTLOOK },
    Retired { host: "imap.outlook.com", protocol: Protocol::Imap, instead: "outlook.office365.com", why: OUTLOOK },
    Retired { host: "pop-mail.outlook.com", protocol: Protocol::Pop3, instead: "outlook.office365.com", why: OUTLOOK },
    Retired { host: "pop3.live.com", protocol: Protocol::Pop3, instead: "outlook.office365.com", why: OUTLOOK },
    Retired { host: "smtp.live.com", protocol: Protocol::Smtp, instead: "smtp-mail.outlook.com", why: OUTLOOK },
    Retired { host: "incoming.verizon.net", protocol: Protocol::Pop3, instead: "pop.aol.com", why: VERIZON },
    Retired { host: "pop.verizon.net", protocol: Protocol::Pop3, instead: "pop.aol.com", why: VERIZON },
    Retired { host: "imap.verizon.net", protocol: Protocol::Imap, instead: "imap.aol.com", why: VERIZON },
    Retired { host: "outgoing.verizon.net", protocol: Protocol::Smtp, instead: "smtp.aol.com", why: VERIZON },
    Retired { host: "smtp.verizon.net", protocol: Protocol::Smtp, instead: "smtp.aol.com", why: VERIZON },
];

/// The entry of a name that is out of use.
pub fn retired(host: &str, protocol: Protocol) -> Option<&'static Retired> {
    RETIRED.iter().find(|retired| retired.host == host && retired.protocol == protocol)
}

/// The day on which a provider stops taking passwords altogether. Google, Yahoo and AOL have ended only the account's
/// own password: one made for a single program still works, and a file does not tell which one it is.
#[derive(PartialEq, Eq, Debug)]
pub struct PasswordEnd {
    /// The provider, by its id in the provider database.
    pub provider: &'static str,
    /// The protocols that it is about.
    pub protocols: &'static [Protocol],
    /// The first day without.
    pub since: Date,
    /// Where that was announced, for people.
    pub source: &'static str,
}

const FETCH: &[Protocol] = &[Protocol::Imap, Protocol::Pop3];
const ALL: &[Protocol] = &[Protocol::Imap, Protocol::Pop3, Protocol::Smtp];

/// `RULES.md` section 1.3 has the announcements, with how sure each date is.
static PASSWORD_ENDS: &[PasswordEnd] = &[
    PasswordEnd { provider: "hotmail.com", protocols: ALL, since: date(2024, 9, 16), source: "Microsoft, Outlook.com" },
    PasswordEnd {
        provider: "office365.com",
        protocols: FETCH,
        since: date(2022, 10, 1),
        source: "Microsoft, Exchange Online",
    },
    PasswordEnd {
        provider: "office365.com",
        protocols: &[Protocol::Smtp],
        since: date(2026, 12, 31),
        source: "Microsoft, Exchange Online (an administrator may turn it on again)",
    },
];

/// When a provider stops taking, or has stopped taking, a plain password for a protocol.
pub fn password_end(provider: &str, protocol: Protocol) -> Option<&'static PasswordEnd> {
    PASSWORD_ENDS.iter().find(|end| end.provider == provider && end.protocols.contains(&protocol))
}

/// The day on which a provider stops taking TLS versions below 1.2.
#[derive(PartialEq, Eq, Debug)]
pub struct OldTlsEnd {
    /// The provider, by its id in the provider database.
    pub provider: &'static str,
    /// The protocols that it is about.
    pub protocols: &'static [Protocol],
    /// The first day without. Where it comes in steps, the last one.
    pub since: Date,
    /// Where that was announced, for people.
    pub source: &'static str,
}

/// `RULES.md` section 1.3: in steps from 2026-07-01 on.
static OLD_TLS_ENDS: &[OldTlsEnd] = &[OldTlsEnd {
    provider: "office365.com",
    protocols: FETCH,
    since: date(2026, 12, 31),
    source: "Microsoft, MC1293480",
}];

/// When a provider stops taking, or has stopped taking, versions of TLS below 1.2 for a protocol.
pub fn old_tls_end(provider: &str, protocol: Protocol) -> Option<&'static OldTlsEnd> {
    OLD_TLS_ENDS.iter().find(|end| end.provider == provider && end.protocols.contains(&protocol))
}

/// The day on which the maker of a program stops looking after it.
#[derive(PartialEq, Eq, Debug)]
pub struct ProgramEnd {
    /// The client, as the common model names it.
    pub client: &'static str,
    /// The version that it is about, up to the first dot; `None` for every one.
    pub major: Option<&'static str>,
    /// The program, as its maker sold it.
    pub name: &'static str,
    /// The last day with updates.
    pub since: Date,
}

/// Microsoft's lifecycle pages. Windows Live Mail ended some months before Windows Vista, and files do not always tell
/// the two apart.
static PROGRAM_ENDS: &[ProgramEnd] = &[
    ProgramEnd { client: "outlook", major: Some("11"), name: "Outlook 2003", since: date(2014, 4, 8) },
    ProgramEnd { client: "outlook", major: Some("12"), name: "Outlook 2007", since: date(2017, 10, 10) },
    ProgramEnd { client: "outlook", major: Some("14"), name: "Outlook 2010", since: date(2020, 10, 13) },
    ProgramEnd { client: "outlook", major: Some("15"), name: "Outlook 2013", since: date(2023, 4, 11) },
    ProgramEnd { client: "outlook-express", major: None, name: "Outlook Express", since: date(2014, 4, 8) },
    ProgramEnd { client: "windows-mail", major: None, name: "Windows Mail", since: date(2017, 4, 11) },
];

/// When the maker of a program stops, or has stopped, looking after it; `None` where that is not known.
pub fn program_end(client: &str, version: Option<&str>) -> Option<&'static ProgramEnd> {
    let major = version.map(|version| version.split('.').next().unwrap_or(version));
    PROGRAM_ENDS.iter().find(|end| end.client == client && (end.major.is_none() || end.major == major))
}

#[cfg(test)]
mod tests {
    use super::{PASSWORD_ENDS, RETIRED};
    use crate::facts::{provider_of_host, providers};

    #[test]
    fn dated_facts_are_about_known_providers() {
        for end in PASSWORD_ENDS {
            assert!(providers().iter().any(|provider| provider.id == end.provider), "{}", end.provider);
        }
    }

    #[test]
    fn a_retired_name_is_not_published_and_its_successor_is() {
        for retired in RETIRED {
            assert!(provider_of_host(retired.host, None).is_none(), "{}", retired.host);
            assert!(provider_of_host(retired.instead, None).is_some(), "{}", retired.instead);
        }
    }
}
