use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the user name is an address of another domain than any address of the account, and of another domain
    /// than the server.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.net
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@mail.example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password info@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// identity: anna@example.net
    /// incoming: imap mail.example.org 993 tls password anna@example.net
    /// ```
    ///
    /// ## Why it matters
    /// It is often left over from another account, and then the server refuses it, or opens another mailbox.
    ///
    /// ## How to fix it
    /// Set the user name to the address of the mailbox.
    ///
    /// ## When it is wrong
    /// A mailbox may really belong to another domain and only send under this one. Accounts of known providers,
    /// where that is usual, are not asked.
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from.
    pub UsernameOtherDomain {
        id: "username-other-domain",
        level: Warning,
        summary: "the user name belongs to another mail domain than the address",
    }
}

impl Rule for UsernameOtherDomain {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if username::fault(case, slot) != Some(Fault::OtherDomain) {
            return;
        }
        let why = "It may be left over from another account: then the server refuses it, or opens another mailbox.";
        found.add(case, username::draft(case, slot, username::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}
