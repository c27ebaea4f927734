use maillint_model::{AccountKind, Change};

use crate::case::split_address;
use crate::policy::Address;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether the domain of the address ends in something that is no ending (`.con`), or is a well-known domain
    /// with two letters that changed places (`gmial.com`).
    ///
    /// ```fires
    /// account: anna@gmial.com
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.con
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@gmail.com
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com
    /// ```
    /// ```passes
    /// account: anna@email.com
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Answers go to nobody, or to someone who has registered the domain for that purpose.
    ///
    /// ## How to fix it
    /// Correct the address in the account's settings.
    ///
    /// ## When it is wrong
    /// Only letters that changed places and endings that do not exist are taken for slips: `email.com` and
    /// `ymail.com` are real.
    ///
    /// ## Sources
    /// The Public Suffix List, for the endings that there are.
    pub IdentityDomainTypo {
        id: "identity-domain-typo",
        level: Warning,
        summary: "the domain of the address is a slip of the fingers away from a well-known one",
    }
}

/// Domains that many people have an address at.
const WELL_KNOWN: [&str; 12] = [
    "gmail.com",
    "googlemail.com",
    "hotmail.com",
    "outlook.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "aol.com",
    "gmx.net",
    "gmx.de",
    "web.de",
    "t-online.de",
];

/// Endings that are slips of `com`, `net` and `org`, and no endings themselves.
const NO_ENDINGS: [(&str, &str); 8] = [
    (".con", ".com"),
    (".cmo", ".com"),
    (".ocm", ".com"),
    (".comm", ".com"),
    (".nte", ".net"),
    (".ent", ".net"),
    (".ogr", ".org"),
    (".rog", ".org"),
];

/// The domain that was meant, if this one is a slip of the fingers.
fn meant(domain: &str) -> Option<String> {
    if let Some((stem, right)) =
        NO_ENDINGS.iter().find_map(|(wrong, right)| domain.strip_suffix(wrong).map(|stem| (stem, right)))
    {
        return Some(format!("{stem}{right}"));
    }
    WELL_KNOWN.iter().find(|known| has_swapped(domain.as_bytes(), known.as_bytes())).map(|known| (*known).to_owned())
}

/// Whether one text is the other but for two neighbours that changed places.
fn has_swapped(one: &[u8], other: &[u8]) -> bool {
    let same = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    match (&one[same..], &other[same..]) {
        ([a, b, rest @ ..], [c, d, other_rest @ ..]) => a == d && b == c && rest == other_rest,
        _ => false,
    }
}

impl Rule for IdentityDomainTypo {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        if case.account.kind == AccountKind::Provisioning {
            return;
        }
        for (number, identity) in case.account.identities.iter().enumerate() {
            let Some(Address { local, domain }) = identity.address.text().and_then(split_address) else { continue };
            let domain = domain.to_lowercase();
            let Some(meant) = meant(&domain) else { continue };
            found.add(
                case,
                Draft::new(
                    format!("identity-{}", number + 1),
                    format!("the address ends in {domain}, it should probably be {meant}"),
                )
                .label(case.label(&identity.address, "mail is sent with this address"))
                .why(
                    "It looks like a slip of the fingers. Answers go to nobody, or to someone who lies \
                     in wait for them.",
                )
                .on(&identity.address)
                .expected(&meant)
                .change(Change::Address { to: format!("{local}@{meant}") }),
            );
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Address { to: "anna@example.org".to_owned() }]
    }
}
