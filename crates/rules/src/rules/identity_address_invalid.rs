use maillint_model::AccountKind;

use crate::case::is_address;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether the address that the account sends from is no e-mail address: without an @, with two of them, with a
    /// blank or a full stop at the end.
    ///
    /// ```fires
    /// account: anna@example.org.
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: "anna @example.org"
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna.example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: ?
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Servers refuse mail from it, and answers to it never arrive.
    ///
    /// ## How to fix it
    /// Correct the address in the account's settings.
    ///
    /// ## When it is wrong
    /// Addresses with quotes are left alone. So are files that set up accounts for others, which have placeholders.
    ///
    /// ## Sources
    /// RFC 5321 section 4.1.2.
    pub IdentityAddressInvalid {
        id: "identity-address-invalid",
        level: Error,
        summary: "the e-mail address of the account is no address",
    }
}

impl Rule for IdentityAddressInvalid {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        if case.account.kind == AccountKind::Provisioning {
            return;
        }
        for (number, identity) in case.account.identities.iter().enumerate() {
            let Some(address) = identity.address.text().filter(|address| !address.trim().is_empty()) else { continue };
            if is_address(address) {
                continue;
            }
            found.add(
                case,
                Draft::new(format!("identity-{}", number + 1), format!("{address} is no e-mail address"))
                    .label(case.label(&identity.address, "mail is sent with this address"))
                    .why("Servers refuse mail from an address like this, and answers to it never arrive.")
                    .on(&identity.address)
                    .advice(format!(
                        "Enter the whole address in the settings of the account in {}: a name, an @, and a domain.",
                        case.client()
                    )),
            );
        }
    }
}
