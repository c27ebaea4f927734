use maillint_model::{Change, Security, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Level, Rule, Slot, host, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program is told not to check who the server is: any certificate will do.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// unchecked-certificate: incoming
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [tls]
    /// accepted_exceptions = ["mail.{domain}"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// unchecked-certificate: incoming
    /// ```
    ///
    /// ## Why it matters
    /// Encryption keeps others out only if the one at the other end is who it says it is. Without the check, anyone in the
    /// same wireless network can play the server, and gets the password.
    ///
    /// ## How to fix it
    /// Choose SSL/TLS or STARTTLS without an addition such as "if available" or "accept all certificates". If the program
    /// offers nothing else, take a newer version.
    ///
    /// ## When it is wrong
    /// For a server of one's own the policy lists the host under `accepted_exceptions`; a private network is only noted. A
    /// single certificate that was accepted by hand is another rule's (`cert-exception-stored`). Of the programs that are
    /// read, only K-9 Mail up to version 4.4 has such a setting, and its exports say so.
    ///
    /// ## Sources
    /// RFC 8314 section 5.3. K-9 Mail's own source: what it calls "if available" takes any certificate.
    pub VerifyOff {
        id: "verify-off",
        level: Error,
        summary: "the program does not check who the server is",
    }
}

impl Rule for VerifyOff {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(at) = &slot.server.unchecked_certificate else { return };
        let Some(name) = case.host_to_check(slot) else { return };
        let draft = Draft::new(
            &slot.subject,
            format!(
                "the certificate of the {} {name} is not checked, it should be each time",
                words::server(slot.side)
            ),
        )
        .label(Label { at: at.clone(), text: format!("with this, {} takes any certificate", case.client()) })
        .why(
            "The certificate proves that this is the right server. Without the check, anyone in the same wireless network \
             can play the server, and gets the password.",
        );
        let draft = match slot.server.port.get().zip(slot.server.security.get()) {
            Some((port, security)) => draft.change(Change::Endpoint { side: slot.side, port, security }),
            None => draft,
        };
        found.add(case, if host::is_private(&name) { draft.level(Level::Note) } else { draft });
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 993, security: Security::Tls }]
    }
}
