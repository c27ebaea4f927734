use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether the name that mail is sent with is set, and empty.
    ///
    /// ```fires
    /// account: anna@example.org
    /// name:
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// name: Anna
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Receivers see only the address, and spam filters like mail with a name better.
    ///
    /// ## How to fix it
    /// Set your name in the account's settings.
    ///
    /// ## When it is wrong
    /// Some people want it so.
    ///
    /// ## Sources
    /// RFC 5322 section 3.4: the name is optional.
    pub EmptyDisplayName {
        id: "empty-display-name",
        level: Note,
        summary: "mail is sent without a name",
    }
}

impl Rule for EmptyDisplayName {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let Some(identity) = case.account.identities.first() else { return };
        if identity.name.at().is_none() || identity.name.text().is_none_or(|name| !name.trim().is_empty()) {
            return;
        }
        found.add(
            case,
            Draft::new("name", "mail is sent without a name")
                .label(case.label(&identity.name, "no name"))
                .why("Receivers see only the address, and spam filters like mail with a name better.")
                .on(&identity.name)
                .advice(format!(
                    "Enter your name in the settings of the account in {}, where the address stands.",
                    case.client()
                )),
        );
    }
}
