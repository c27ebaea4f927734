use maillint_model::{AccountKind, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether two accounts of one profile sign in to the same server with the same user name, but have different
    /// addresses.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: info@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: info@example.org
    /// incoming: imap mail.example.org 993 tls password info@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Both show the same mailbox, and the mail of the second address is nowhere. It happens when an account is
    /// copied.
    ///
    /// ## How to fix it
    /// Set the user name of the second account to its own address.
    ///
    /// ## When it is wrong
    /// The second address may be another name of the same mailbox. Then one account with two identities does the
    /// same without fetching everything twice.
    ///
    /// ## Sources
    /// Helpdesks: "I only see the mail of one of my addresses".
    pub SameUserManyMailboxes {
        id: "same-user-many-mailboxes",
        level: Note,
        summary: "two accounts with different addresses have the same user name",
    }
}

impl Rule for SameUserManyMailboxes {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if slot.side != Side::Incoming || case.account.kind != AccountKind::Live {
            return;
        }
        let Some(first) = case.surroundings.first_with_login(case.account).filter(|first| *first != case.index) else {
            return;
        };
        let (Some(address), Some(first)) = (case.account.address(), case.surroundings.address(first)) else { return };
        if address.trim().to_lowercase() == first {
            return;
        }
        found.add(
            case,
            Draft::new(
                "login",
                format!("{address} is collected with the same user name as {first}, so both show the same mailbox"),
            )
            .label(case.label(&slot.server.username, "the same name as in the other account"))
            .why("It happens when an account is copied. The mail of the second address is then nowhere to be seen.")
            .advice(format!("Ask your provider for the user name of {address}, and set it."))
            .on(&slot.server.username),
        );
    }
}
