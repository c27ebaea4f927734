use crate::case::{normal_host, split_address};
use crate::policy::Address;
use crate::rule::declare_rule;
use crate::rules::identity_domain_typo::is_slip;
use crate::{Case, Draft, Found, Rule, hostname, lookalike};

declare_rule! {
    /// ## What it checks
    /// Whether answers go to an address (Reply-To) that is a slip of the fingers away from the account's own, or looks
    /// the same and is another.
    ///
    /// ```fires
    /// account: anna@example.org
    /// reply-to: anna@exmaple.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// reply-to: anna@exarnple.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna.example@gmail.com
    /// reply-to: anna.exampl@gmail.com
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna.example@gmail.com
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// reply-to: office@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// reply-to: anna@gmail.com
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@mueller-example.de
    /// reply-to: anna@mueller-example.at
    /// incoming: imap mail.mueller-example.de 993 tls password anna@mueller-example.de
    /// ```
    /// ```passes
    /// account: anna@firma-a.de
    /// reply-to: anna@firma-b.de
    /// incoming: imap mail.firma-a.de 993 tls password anna@firma-a.de
    /// ```
    ///
    /// ## Why it matters
    /// It is a sign that someone else has been at the account: they get the answers, and you do not.
    ///
    /// ## How to fix it
    /// Correct or empty the field. If nobody here has set it, change the password.
    ///
    /// ## When it is wrong
    /// An address of an altogether different domain is common, and left alone. So is the same name with another ending:
    /// many a house owns both. Another letter is taken for a slip only inside a long word, in front of the same person's
    /// name: `firma-b.de` may belong to `firma-a.de`, and Meyer may know Meier.
    ///
    /// ## Sources
    /// What criminals do after they have taken over an account.
    pub ReplyToSuspicious {
        id: "reply-to-suspicious",
        level: Warning,
        summary: "answers go to an address that looks like the own one, but is another",
    }
}

/// Letters of a word in which another letter is no other word.
const LONG: usize = 6;

/// Whether an address is hardly to be told from the own one at a glance, and is nothing that somebody would want.
fn is_suspicious(own: Address<'_>, other: Address<'_>) -> bool {
    let [own_domain, other_domain] = [own, other].map(|address| normal_host(address.domain));
    let [own_local, other_local] = [own, other].map(|address| address.local.to_lowercase());
    if own_domain == other_domain {
        // Some servers do not read the dots, and people write them or not.
        let bare = |local: &str| local.replace(['.', '-', '_'], "");
        return bare(&own_local) != bare(&other_local)
            && own_local.len() >= 2 * LONG
            && (is_slip(&other_local, &own_local) || looks_same(&other_local, &own_local));
    }
    let ending = |domain: &str| domain.rsplit('.').next().map(str::to_owned);
    if ending(&own_domain) != ending(&other_domain) {
        return false;
    }
    is_slip(&other_domain, &own_domain)
        || looks_same(&other_domain, &own_domain)
        || (own_local == other_local
            && hostname::is_typo(&other_domain, &own_domain)
            && is_in_long_word(&other_domain, &own_domain))
}

fn looks_same(one: &str, other: &str) -> bool {
    one != other && lookalike::shape(one) == lookalike::shape(other)
}

/// Whether the first letter that differs is inside a long word of either.
fn is_in_long_word(one: &str, other: &str) -> bool {
    let at = one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count();
    let is_end = |letter: &u8| !letter.is_ascii_alphanumeric();
    let before = one.bytes().take(at).collect::<Vec<u8>>();
    let before = before.iter().rev().take_while(|letter| !is_end(letter)).count();
    let after = one.bytes().skip(at).take_while(|letter| !is_end(letter)).count();
    before + after >= LONG
}

impl Rule for ReplyToSuspicious {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let known: Vec<&str> =
            case.account.identities.iter().filter_map(|identity| identity.address.text()).map(str::trim).collect();
        for (number, identity) in case.account.identities.iter().enumerate() {
            let Some(reply_to) = identity.reply_to.text().map(str::trim) else { continue };
            let own = identity.address.text().and_then(split_address);
            let (Some(own), Some(other)) = (own, split_address(reply_to)) else { continue };
            if known.iter().any(|known| known.eq_ignore_ascii_case(reply_to)) || !is_suspicious(own, other) {
                continue;
            }
            found.add(
                case,
                Draft::new(
                    format!("reply-to-{}", number + 1),
                    format!("answers go to {reply_to}, the account's own address is {}@{}", own.local, own.domain),
                )
                .label(case.label(&identity.reply_to, "answers go here"))
                .why(
                    "It may be a slip of the fingers. If nobody here has set it, someone else has been \
                     at the account: change the password.",
                )
                .on(&identity.reply_to)
                .advice(format!(
                    "Look in the settings of the account in {}, where the name and the address stand, for the address \
                     that answers go to: empty it, or mend it.",
                    case.client()
                )),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    /// Whether answers to the one address that go to the other are suspicious.
    fn is_told(own: &str, reply_to: &str) -> bool {
        let text = format!(
            "account: {own}
             reply-to: {reply_to}
             incoming: imap mail.example.org 993 tls password {own}"
        );
        !said("reply-to-suspicious", &text).is_empty()
    }

    #[test]
    fn what_only_looks_like_the_own_address_is_told() {
        assert!(is_told("anna@mueller-example.de", "anna@muller-example.de"));
        assert!(is_told("anna@example.org", "anna@exanple.org"));
        assert!(is_told("info@example.org", "info@examp1e.org"));
        assert!(is_told("anna.mueller@example.org", "anna.muelller@example.org"));
    }

    #[test]
    fn what_may_well_be_meant_is_not() {
        for (own, reply_to) in [
            // Another person with nearly the same name.
            ("thomas.meier@example.org", "thomas.meyer@example.org"),
            ("anna@example.org", "hanna@example.org"),
            // Another ending, and another company.
            ("anna@mueller-example.de", "anna@mueller-example.eu"),
            ("anna@example.com", "anna@example.co"),
            ("info@firma-west.de", "office@firma-nest.de"),
            // The same mailbox.
            ("anna.mueller@gmail.com", "annamueller@gmail.com"),
            ("anna@example.org", "Anna@Example.ORG"),
            ("info@example.org", "info2@example.org"),
        ] {
            assert!(!is_told(own, reply_to), "{own} {reply_to}");
        }
    }

    #[test]
    fn another_address_of_the_same_account_is_its_own() {
        let text = "account: anna@example.org
                    reply-to: anna@exmaple.org
                    identity: anna@exmaple.org
                    incoming: imap mail.example.org 993 tls password anna@example.org";
        assert!(said("reply-to-suspicious", text).is_empty());
    }
}
