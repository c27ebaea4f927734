use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the user name is empty, where it is written down as empty and the program signs in.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password ""
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password ?
    /// ```
    ///
    /// ## Why it matters
    /// Without a name there is no mailbox to open.
    ///
    /// ## How to fix it
    /// Set the user name.
    ///
    /// ## When it is wrong
    /// Many programs keep the name elsewhere, or ask for it; then it is unknown here, and nothing is said. Files
    /// that set up accounts for others leave it open on purpose.
    ///
    /// ## Sources
    /// RFC 1939 section 7; RFC 9051 section 6.2.3.
    pub UsernameMissing {
        id: "username-missing",
        level: Error,
        summary: "there is no user name, and the server asks for one",
    }
}

impl Rule for UsernameMissing {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if username::fault(case, slot) != Some(Fault::Missing) {
            return;
        }
        let why = "Without a user name the server cannot know which mailbox is meant.";
        found.add(case, username::draft(case, slot, username::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}
