use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the password itself is sent over a connection without encryption.
    ///
    /// ```fires rfc8314
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 none password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 none password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org ? (none) password anna@example.org
    /// ```
    /// ```passes rfc8314
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp localhost 1025 none password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// In a café, a hotel or an office, everyone on the same network can read the password, and with it all mail.
    ///
    /// ## How to fix it
    /// Set port and encryption to what the provider offers; nearly all offer SSL/TLS.
    ///
    /// ## When it is wrong
    /// An endpoint that the house or the provider lists is right, whatever this rule says: some really run their
    /// servers this way. Servers on the same computer are not judged. In a private network it is only noted.
    ///
    /// ## Sources
    /// RFC 8314 section 3 and section 4.1.
    pub CleartextPasswordNoTls {
        id: "cleartext-password-no-tls",
        level: Error,
        summary: "the password is sent without any encryption",
    }
}

impl Rule for CleartextPasswordNoTls {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::PlainPassword) {
            return;
        }
        let why = "Everyone on the same network, in a hotel or a café, can read the password and with it all mail.";
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft.level(endpoint::public_level(slot, Level::Error)));
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 993, security: Security::Tls }]
    }
}
