use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether STARTTLS is set together with port 465, 993 or 995.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// On these ports the server waits for encryption from the first byte. With STARTTLS, the program waits for a
    /// greeting in the clear, so both wait until one gives up: the connection times out.
    ///
    /// ## How to fix it
    /// Set the protection to SSL/TLS, or the port to the one for STARTTLS: one without the other does not work.
    ///
    /// ## When it is wrong
    /// An endpoint that the house or the provider lists is right, whatever this rule says: some really run their
    /// servers this way. Servers on the same computer are not judged.
    ///
    /// ## Sources
    /// RFC 8314 section 3.3 and section 7.
    pub ImplicitPortWithStarttls {
        id: "implicit-port-with-starttls",
        level: Error,
        summary: "STARTTLS is set on a port that speaks SSL/TLS from the first byte",
    }
}

impl Rule for ImplicitPortWithStarttls {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::StartTlsOnTlsPort) {
            return;
        }
        let why = "With STARTTLS, the program and the server each wait for the other to begin on this \
                   port, until the connection times out.";
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 993, security: Security::Tls }]
    }
}
