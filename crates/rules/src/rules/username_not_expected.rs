use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the user name has none of the forms that the house lists, where no other rule knows more about it.
    ///
    /// ```fires
    /// [imap]
    /// usernames = ["wp{digits}-*"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [imap]
    /// usernames = ["wp{digits}-*"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password wp12345-anna
    /// ```
    ///
    /// ## Why it matters
    /// The server does not know the name, and refuses the password whatever it is.
    ///
    /// ## How to fix it
    /// Set the user name that the house has given out, in the form that it uses.
    ///
    /// ## When it is wrong
    /// Where the house asks for the whole address, another whole address is taken for a second name of the same
    /// mailbox, and not judged here.
    ///
    /// ## Sources
    /// The policy itself.
    pub UsernameNotExpected {
        id: "username-not-expected",
        level: Error,
        summary: "the user name has none of the forms that the house uses",
    }
}

impl Rule for UsernameNotExpected {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if username::fault(case, slot) != Some(Fault::NotExpected) {
            return;
        }
        let why = "The server does not know names of this form, and refuses the password whatever it is.";
        found.add(case, username::draft(case, slot, username::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}
