use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot, facts, host};

declare_rule! {
    /// ## What it checks
    /// Whether an account of a known provider uses a server that the provider does not publish.
    ///
    /// ```fires
    /// account: anna@gmx.net
    /// incoming: imap mail.example.com 993 tls password anna@gmx.net
    /// ```
    /// ```passes
    /// account: anna@gmx.net
    /// incoming: imap imap.gmx.net 993 tls password anna@gmx.net
    /// ```
    ///
    /// ## Why it matters
    /// A provider keeps the published names working, and only those.
    ///
    /// ## How to fix it
    /// Set the server name to the published one.
    ///
    /// ## When it is wrong
    /// Published data has mistakes and gaps of its own, so it never says "wrong". Another name of the same provider
    /// is only noted. A customer with a domain of their own may use any server besides.
    ///
    /// ## Sources
    /// Thunderbird's provider database, with its day in each message.
    pub HostDiffersFromPublished {
        id: "host-differs-from-published",
        level: Warning,
        summary: "the server name differs from what the provider publishes",
    }
}

impl Rule for HostDiffersFromPublished {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if hostname::fault(case, slot) != Some(Fault::NotPublished) {
            return;
        }
        let (Some(provider), Some(name)) = (slot.provider, slot.host()) else { return };
        let related = slot.published_servers().any(|published| host::is_related(published.host, &name));
        let draft = hostname::draft(case, slot, hostname::suggested(slot)).why(facts::differs(provider));
        found.add(case, draft.level(if related { Level::Note } else { Level::Warning }));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
