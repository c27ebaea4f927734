use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the user name is the address in an old form, `anna+example.org`, `anna%example.org`, or has a
    /// Windows domain in front, where the house asks for the whole address.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna+example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [imap]
    /// usernames = ["{email}", "{local}+{domain}"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna+example.org
    /// ```
    ///
    /// ## Why it matters
    /// Old control panels used such forms because old programs could not have an @ in a user name. Servers give
    /// them up one after the other.
    ///
    /// ## How to fix it
    /// Set the user name to the whole address.
    ///
    /// ## When it is wrong
    /// Some houses still ask for such a form, and list it in their policy.
    ///
    /// ## Sources
    /// A hosting company's page that still asks for it, next to the documentation of its control panel.
    pub UsernameLegacySeparator {
        id: "username-legacy-separator",
        level: Note,
        summary: "the user name has an old form of the address",
    }
}

impl Rule for UsernameLegacySeparator {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if username::fault(case, slot) != Some(Fault::Separator) {
            return;
        }
        let why = "It is an old way to write the address. It may work, but servers give it up one after the other.";
        found.add(case, username::draft(case, slot, username::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}
