use maillint_model::{Auth, Change, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, host, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program signs in with NTLM, which Outlook calls Secure Password Authentication (SPA).
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls ntlm anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [auth]
    /// allow = ["ntlm"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls ntlm anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap exchange.local 143 starttls ntlm anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Despite its name, it is an old Windows method. Servers other than Microsoft's mostly refuse it, and the
    /// program keeps asking for the password.
    ///
    /// ## How to fix it
    /// Untick it. Over an encrypted connection a normal password is safe.
    ///
    /// ## When it is wrong
    /// A company's own Exchange server may want it: a server in a private network is not judged, and a house that
    /// wants it lists it under `allow`.
    ///
    /// ## Sources
    /// Fastmail's and several hosting companies' pages say that it must be off; Microsoft declared NTLM deprecated
    /// in 2024.
    pub SpaEnabled {
        id: "spa-enabled",
        level: Warning,
        summary: "Secure Password Authentication is on, which mail servers rarely know",
    }
}

impl Rule for SpaEnabled {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let allowed = case.policy.auth.allow.iter().any(|auth| auth.0 == Auth::Ntlm);
        if slot.server.auth.get() != Some(Auth::Ntlm)
            || allowed
            || slot.host().is_none_or(|name| host::is_private(&name))
        {
            return;
        }
        let to = case.suggested_auth(slot);
        let server = words::server(slot.side);
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!("the {server} is asked for Secure Password Authentication, it should be {}", words::auth(to)),
            )
            .label(case.label(&slot.server.auth, format!("{} signs in this way", case.client())))
            .why(
                "Despite its name it is an old Windows method, which mail servers refuse: the \
                 program keeps asking for the password. Over an encrypted connection a normal \
                 password is safe.",
            )
            .on(&slot.server.auth)
            .expected(to.as_str())
            .change(Change::Auth { side: slot.side, to }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::Password }).to_vec()
    }
}
