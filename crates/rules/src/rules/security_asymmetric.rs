use maillint_model::{Security, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, endpoint, words};

declare_rule! {
    /// ## What it checks
    /// Whether mail is collected over an encrypted connection and sent in the clear, or the reverse, where no other
    /// rule finds fault with the connection in the clear.
    ///
    /// ```fires
    /// [smtp]
    /// endpoints = [{ port = 587, security = "none" }]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 none password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// A mailbox is as safe as the weaker of the two: the password is mostly the same.
    ///
    /// ## How to fix it
    /// Encrypt both directions, if the provider offers it.
    ///
    /// ## When it is wrong
    /// Some providers offer no encryption for one of them, and publish it so; those are not judged.
    ///
    /// ## Sources
    /// RFC 8314 section 3.
    pub SecurityAsymmetric {
        id: "security-asymmetric",
        level: Note,
        summary: "one direction is encrypted, the other is not",
    }
}

impl Rule for SecurityAsymmetric {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let (Some(incoming), Some(outgoing)) = (case.slot(Side::Incoming), case.slot(Side::Outgoing)) else { return };
        if [incoming, outgoing].iter().any(|slot| slot.server.is_loopback() || slot.published().is_some()) {
            return;
        }
        let (open, closed) = match (incoming.server.security.get(), outgoing.server.security.get()) {
            (Some(Security::None), Some(other)) if other.is_required() => (incoming, outgoing),
            (Some(other), Some(Security::None)) if other.is_required() => (outgoing, incoming),
            _ => return,
        };
        if endpoint::fault(open).is_some() {
            return;
        }
        found.add(
            case,
            Draft::new(
                "security",
                format!("the {} is encrypted, the {} is not", words::server(closed.side), words::server(open.side)),
            )
            .label(case.label(&open.server.security, "no encryption"))
            .label(case.label(&closed.server.security, "encrypted"))
            .why("A mailbox is as safe as the weaker of the two directions: mostly both send the same password.")
            .on(&open.server.security)
            .advice(format!(
                "Ask your provider for the port and the encryption of the {}, and set both.",
                words::server(open.side)
            )),
        );
    }
}
