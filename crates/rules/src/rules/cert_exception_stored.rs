use maillint_model::Change;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Level, Rule, Slot, host, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program has stored an exception for the certificate of one of the account's servers: someone
    /// clicked "always trust" or "confirm security exception".
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// exception: incoming
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
    /// exception: incoming
    /// ```
    ///
    /// ## Why it matters
    /// The certificate proves that the program talks to the right server. With the exception it no longer asks, and
    /// whoever sits in between with that certificate reads the mail and the password. The usual cause is a server
    /// name that the certificate is not made out to.
    ///
    /// ## How to fix it
    /// Ask the provider which name its certificate is made out to, or for a certificate for the name in use; set
    /// that name, and remove the exception.
    ///
    /// ## When it is wrong
    /// The help page that this project started from tells people to click "Always Trust". This rule departs from
    /// the page on purpose: the standard forbids it once an account is set up. For a server of one's own the policy
    /// lists the host under `accepted_exceptions`; a private network is only noted.
    ///
    /// ## Sources
    /// RFC 8314 section 5.3 and 5.4: a session whose certificate does not check out is not confidential, and
    /// pinning is for setting up only.
    pub CertExceptionStored {
        id: "cert-exception-stored",
        level: Warning,
        summary: "a certificate that did not check out was accepted for ever",
    }
}

impl Rule for CertExceptionStored {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(at) = &slot.server.certificate_exception else { return };
        let Some(name) = case.host_to_check(slot) else { return };
        let draft = Draft::new(
            &slot.subject,
            format!(
                "the certificate of the {} {name} did not check out, and was accepted for ever",
                words::server(slot.side)
            ),
        )
        .label(Label { at: at.clone(), text: "the stored exception".to_owned() })
        .label(case.label(&slot.server.host, "for this server"))
        .why(
            "The certificate proves that this is the right server; with the exception nobody \
             checks any more. Mostly it is made out to another name: ask your provider which \
             one, set that, and remove the exception.",
        )
        .change(Change::CertificateException { host: name.clone() });
        found.add(case, if host::is_private(&name) { draft.level(Level::Note) } else { draft });
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::CertificateException { host: "mail.example.org".to_owned() }]
    }
}
