use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether port and encryption are ones that the house does not list, although they are usual elsewhere.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 10993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// What a house does not list may work today and stop tomorrow, and its helpdesk does not know of it.
    ///
    /// ## How to fix it
    /// Set port and encryption to one of those that the house lists.
    ///
    /// ## When it is wrong
    /// A house may have more ports open than its help page tells; then its policy wants another row in `endpoints`.
    ///
    /// ## Sources
    /// The policy itself.
    pub EndpointNotOffered {
        id: "endpoint-not-offered",
        level: Warning,
        summary: "the house does not list this port and encryption",
    }
}

impl Rule for EndpointNotOffered {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::NotOffered) {
            return;
        }
        let why = "Your provider does not list this setting. It may work today and stop tomorrow.";
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls }]
    }
}
