use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether a server is set to a port that belongs to another kind of server: 993 for POP, 995 for IMAP, 587 for
    /// collecting mail.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@pec.it
    /// incoming: pop3 pop3s.pec.aruba.it 993 tls password anna@pec.it
    /// ```
    ///
    /// ## Why it matters
    /// Behind each port is one kind of server. The program talks POP, IMAP or SMTP to one that understands another,
    /// and gets no mail.
    ///
    /// ## How to fix it
    /// Set the port for the kind of account.
    ///
    /// ## When it is wrong
    /// An endpoint that the house or the provider lists is right, whatever this rule says: some really run their
    /// servers this way. Servers on the same computer are not judged. Two providers publish such a port.
    ///
    /// ## Sources
    /// IANA's list of ports; RFC 8314 section 7.
    pub PortProtocolCross {
        id: "port-protocol-cross",
        level: Error,
        summary: "the port is the one of another kind of server",
    }
}

impl Rule for PortProtocolCross {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(Fault::PortOfAnother(owner)) = endpoint::fault(slot) else { return };
        let why = format!(
            "This is the port for {}, and the account talks {}: the server behind it does not understand the program.",
            words::protocol(owner),
            words::protocol(slot.server.protocol)
        );
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 995, security: Security::Tls }]
    }
}
