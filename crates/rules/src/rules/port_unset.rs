use maillint_model::{AccountKind, Change, Security, Side};

use crate::endpoint;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether a file that sets up accounts for others leaves out the port of the outgoing server.
    ///
    /// ```fires
    /// account: anna@example.org
    /// kind: provisioning
    /// outgoing: smtp mail.example.org ? starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// kind: provisioning
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org ? starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Each client then tries ports of its own choice; Apple's try 25 first, then 587, then 465. Which one a device
    /// ends up with depends on the network it is set up in.
    ///
    /// ## How to fix it
    /// Write the port into the file.
    ///
    /// ## When it is wrong
    /// In a client's own settings an unknown port is simply unknown, and nothing is said.
    ///
    /// ## Sources
    /// Apple's schema of `com.apple.mail.managed`, `OutgoingMailServerPortNumber`.
    pub PortUnset {
        id: "port-unset",
        level: Note,
        summary: "a file that sets up accounts leaves the port of the outgoing server open",
    }
}

impl Rule for PortUnset {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let server = slot.server;
        if case.account.kind != AccountKind::Provisioning
            || slot.side != Side::Outgoing
            || server.port.get().is_some()
            || server.host.text().is_none()
            || server.automatic
        {
            return;
        }
        let Some((port, security)) = endpoint::suggested(slot) else { return };
        let wanted = words::endpoint(port, security);
        found.add(
            case,
            Draft::new(&slot.subject, format!("the port of the outgoing server is left open, it should be {wanted}"))
                .label(case.label(&server.host, "no port is given for this server"))
                .why(
                    "Each device then tries ports in an order of its own, and which one it ends up with depends on the \
                     network where it is set up.",
                )
                .expected(format!("{port} {}", security.as_str()))
                .change(Change::Endpoint { side: Side::Outgoing, port, security }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls }]
    }
}
