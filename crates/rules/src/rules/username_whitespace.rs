use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether there are blanks, `mailto:`, angle brackets or a full stop around the user name.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password "anna@example.org "
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password mailto:anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// It was probably pasted along. The server takes every character as part of the name, and does not know such a
    /// name.
    ///
    /// ## How to fix it
    /// Type the user name anew, or delete what is around it.
    ///
    /// ## When it is wrong
    /// A blank within the name is left alone where the name is no address: some servers have such names.
    ///
    /// ## Sources
    /// A mail company's list of the five most common mistakes has pasted blanks among them.
    pub UsernameWhitespace {
        id: "username-whitespace",
        level: Error,
        summary: "there is something around the user name that does not belong to it",
    }
}

impl Rule for UsernameWhitespace {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(Fault::Wrapped(bare)) = username::fault(case, slot) else { return };
        let why =
            "It was probably pasted along. The server takes it as part of the name, and does not know such a name.";
        found.add(case, username::draft(case, slot, Some(bare)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}
