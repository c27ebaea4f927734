use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a server that no policy and no provider says anything about is used with a port that is not usual
    /// for its kind.
    ///
    /// ```fires
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 994 tls password anna@example.org
    /// ```
    /// ```passes
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// It is often a slip of the fingers, and then there is no connection.
    ///
    /// ## How to fix it
    /// Compare the port with what the provider gives out.
    ///
    /// ## When it is wrong
    /// Some servers really are on such ports; a server in a private network or on the same computer is not judged.
    ///
    /// ## Sources
    /// IANA's list of ports; RFC 8314 section 7.
    pub NonstandardPort {
        id: "nonstandard-port",
        level: Note,
        summary: "the port is one that hardly any server uses for this",
    }
}

impl Rule for NonstandardPort {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::Unusual) {
            return;
        }
        let why = "Hardly any server uses this port for this. If the account works, all is well; if not, start here.";
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 993, security: Security::Tls }]
    }
}
