use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the program uses encryption only if the server offers it, and goes on without a word if not.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls-if-available password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Whoever sits between the program and the server can strip the offer from the connection. Then the password
    /// goes out in the clear, and nothing shows it.
    ///
    /// ## How to fix it
    /// Set the protection to STARTTLS or SSL/TLS, without "if available".
    ///
    /// ## When it is wrong
    /// Where the house lists the port without encryption too, it is only a warning. Servers on the same computer
    /// are not judged.
    ///
    /// ## Sources
    /// RFC 8314 section 5; Thunderbird's old setting "TLS, if available", which no menu shows any more but old
    /// profiles still hold.
    pub OpportunisticStarttls {
        id: "opportunistic-starttls",
        level: Error,
        summary: "the connection is encrypted only if the server happens to offer it",
    }
}

impl Rule for OpportunisticStarttls {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::Opportunistic) {
            return;
        }
        let plain_is_listed = slot.offer.is_some_and(|offer| {
            slot.server.port.get().is_some_and(|port| offer.endpoint(port, Security::None).is_some())
        });
        let level = if plain_is_listed { Level::Warning } else { Level::Error };
        let why = "Someone between you and the server can make it look as if there were no \
                   encryption. The program then sends the password in the clear, and nothing shows it.";
        if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft.level(endpoint::public_level(slot, level)));
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 143, security: Security::StartTls }]
    }
}
