use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot, facts};

declare_rule! {
    /// ## What it checks
    /// Whether a server of a known provider is used with a port and an encryption that the provider does not
    /// publish for it.
    ///
    /// ```fires
    /// account: anna@aol.com
    /// incoming: imap imap.aol.com 143 starttls oauth2 anna@aol.com
    /// ```
    /// ```passes
    /// account: anna@aol.com
    /// incoming: imap imap.aol.com 993 tls oauth2 anna@aol.com
    /// ```
    ///
    /// ## Why it matters
    /// A provider keeps the published settings working, and only those.
    ///
    /// ## How to fix it
    /// Set port and encryption to the published pair that is nearest.
    ///
    /// ## When it is wrong
    /// Published data has mistakes and gaps of its own, so it never says "wrong". A usual and protected pair is
    /// only noted: it may well work.
    ///
    /// ## Sources
    /// Thunderbird's provider database, with its day in each message.
    pub EndpointDiffersFromPublished {
        id: "endpoint-differs-from-published",
        level: Warning,
        summary: "port and encryption differ from what the provider publishes",
    }
}

impl Rule for EndpointDiffersFromPublished {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::NotPublished) {
            return;
        }
        let (Some(provider), Some(port), Some(security)) =
            (slot.provider, slot.server.port.get(), slot.server.security.get())
        else {
            return;
        };
        let usual = endpoint::is_usual(slot.server.protocol, port, security);
        if let Some(draft) = endpoint::draft(found, case, slot, facts::differs(provider)) {
            found.add(case, draft.level(if usual { Level::Note } else { Level::Warning }));
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 993, security: Security::Tls }]
    }
}
