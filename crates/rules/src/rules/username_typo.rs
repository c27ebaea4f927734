use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the user name differs in one letter, or in two that changed places, from the address of the account.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password ana@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@exmaple.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// identity: ana@example.org
    /// incoming: imap mail.example.org 993 tls password ana@example.org
    /// ```
    /// ```passes
    /// account: info1@example.org
    /// incoming: imap mail.example.org 993 tls password info2@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The server does not know the name, or it is another person's mailbox.
    ///
    /// ## How to fix it
    /// Correct the user name, or the address if that is the wrong one.
    ///
    /// ## When it is wrong
    /// Names that differ by a digit are taken for different mailboxes, and so is every address that the account
    /// has.
    ///
    /// ## Sources
    /// A mail company's list of the five most common mistakes.
    pub UsernameTypo {
        id: "username-typo",
        level: Warning,
        summary: "the user name is a slip of the fingers away from the address",
    }
}

impl Rule for UsernameTypo {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if username::fault(case, slot) != Some(Fault::Typo) {
            return;
        }
        let why = "It looks like a slip of the fingers. The server does not know the name, or it is somebody else's.";
        found.add(case, username::draft(case, slot, username::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}
