use maillint_model::{AccountKind, Change};

use crate::case::split_address;
use crate::policy::Address;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, hostname};

declare_rule! {
    /// ## What it checks
    /// Whether the domain of the address ends in something that is no ending (`.con`), is a well-known domain
    /// with two letters that changed places (`gmial.com`), or is a slip of the fingers away from the one that both the
    /// user name and the server belong to.
    ///
    /// ```fires
    /// account: anna@gmial.com
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.con
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@exmaple.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@firma-b.de
    /// incoming: imap mail.firma-a.de 993 tls password anna@firma-a.de
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
    /// Only letters that changed places and endings that do not exist are taken for slips of well-known domains:
    /// `email.com` and `ymail.com` are real. Of the account's own domain, a letter too many or too few is a slip as
    /// well, but another letter is not: `firma-b.de` may belong to `firma-a.de`.
    ///
    /// ## Sources
    /// The Public Suffix List, for the endings that there are.
    pub IdentityDomainTypo {
        id: "identity-domain-typo",
        level: Warning,
        summary: "the domain of the address is a slip of the fingers away from another",
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

/// Whether a name is a slip away from the right one, such as nobody chooses on purpose.
pub(super) fn is_slip(name: &str, right: &str) -> bool {
    hostname::is_typo(name, right) && (name.len() != right.len() || has_swapped(name.as_bytes(), right.as_bytes()))
}

impl Rule for IdentityDomainTypo {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        if case.account.kind == AccountKind::Provisioning {
            return;
        }
        // That of the user name, where the one of the identity is a slip away from it.
        let own = case.address();
        for (number, identity) in case.account.identities.iter().enumerate() {
            let Some(Address { local, domain }) = identity.address.text().and_then(split_address) else { continue };
            let domain = domain.to_lowercase();
            let own = own.map(|own| own.domain.to_lowercase()).filter(|_| number == 0);
            let Some(meant) = meant(&domain).or_else(|| own.filter(|own| is_slip(&domain, own))) else {
                continue;
            };
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

#[cfg(test)]
mod tests {
    use crate::notation::said;

    /// Else three right settings were to be changed to the wrong one.
    #[test]
    fn what_the_user_name_and_the_server_agree_on_is_right() {
        let text = "account: anna@exmaple.org
                    incoming: imap mail.example.org 993 tls password anna@example.org
                    outgoing: smtp mail.example.org 587 starttls password anna@example.org";
        assert_eq!(
            said("identity-domain-typo", text),
            ["warning: the address ends in exmaple.org, it should probably be example.org"]
        );
        for rule in ["username-typo", "username-other-domain", "host-typo", "host-not-expected"] {
            assert!(said(rule, text).is_empty(), "{rule}");
        }
    }

    #[test]
    fn what_is_no_address_is_nobodys_user_name() {
        for address in ["anna@example.org.", "anna@@example.org"] {
            let text = format!(
                "account: {address}
                 incoming: imap mail.example.org 993 tls password anna@example.org"
            );
            assert!(said("username-typo", &text).is_empty(), "{address}");
            assert!(said("username-not-full-address", &text).is_empty(), "{address}");
        }
    }
}
