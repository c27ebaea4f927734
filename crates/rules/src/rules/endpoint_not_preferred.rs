use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether port and encryption are ones that the house lists in its policy with a level, which says that they
    /// work but are not what it wants.
    ///
    /// ```fires
    /// [imap]
    /// endpoints = [{ port = 993, security = "tls" }, { port = 143, security = "starttls", rank = 2, level = "note" }]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    /// ```
    /// ```passes
    /// [imap]
    /// endpoints = [{ port = 993, security = "tls" }, { port = 143, security = "starttls", rank = 2 }]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// A house gives out one setting first, and can help best with that.
    ///
    /// ## How to fix it
    /// Set port and encryption to the ones that the house puts first.
    ///
    /// ## When it is wrong
    /// Both work. A house that does not mind leaves the level out of the row.
    ///
    /// ## Sources
    /// The policy itself.
    pub EndpointNotPreferred {
        id: "endpoint-not-preferred",
        level: Note,
        summary: "the house likes another port and encryption better",
    }
}

impl Rule for EndpointNotPreferred {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::NotPreferred) {
            return;
        }
        let why = "It works, but your provider asks for another setting first, and can help best with that.";
        if let Some(draft) = endpoint::house_draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Outgoing, port: 465, security: Security::Tls }]
    }
}
