use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether SSL/TLS is set together with port 25, 110, 143 or 587, which begin in the clear and are protected by
    /// STARTTLS.
    ///
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// On these ports the server greets in the clear. A program that expects encryption from the first byte takes
    /// the greeting for garbage, and the connection fails.
    ///
    /// ## How to fix it
    /// Set the protection to STARTTLS, or the port to the one for SSL/TLS.
    ///
    /// ## When it is wrong
    /// An endpoint that the house or the provider lists is right, whatever this rule says: some really run their
    /// servers this way. Servers on the same computer are not judged. Some dialogs write TLS and mean STARTTLS;
    /// what counts here is what the program does.
    ///
    /// ## Sources
    /// RFC 8314 section 3.3 and section 7.
    pub StarttlsPortWithImplicit {
        id: "starttls-port-with-implicit",
        level: Error,
        summary: "SSL/TLS from the first byte is set on a port that begins in the clear",
    }
}

impl Rule for StarttlsPortWithImplicit {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::TlsOnStartTlsPort) {
            return;
        }
        let why = "The server greets in the clear on this port, and a program that expects encryption \
                   at once cannot make anything of that.";
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls }]
    }
}
