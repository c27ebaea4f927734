use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether port 465, 993 or 995 is used without encryption.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 none password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// On these ports the server only answers encrypted connections. Without encryption there is no connection at
    /// all.
    ///
    /// ## How to fix it
    /// Set the protection to SSL/TLS.
    ///
    /// ## When it is wrong
    /// An endpoint that the house or the provider lists is right, whatever this rule says: some really run their
    /// servers this way. Servers on the same computer are not judged.
    ///
    /// ## Sources
    /// RFC 8314 section 7.
    pub TlsPortPlain {
        id: "tls-port-plain",
        level: Error,
        summary: "no encryption is set on a port that speaks SSL/TLS from the first byte",
    }
}

impl Rule for TlsPortPlain {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::PlainOnTlsPort) {
            return;
        }
        let why = "The server only answers encrypted connections on this port, so no mail can come or go this way.";
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 995, security: Security::Tls }]
    }
}
