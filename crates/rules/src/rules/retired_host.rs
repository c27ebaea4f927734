use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a server name is one that its provider no longer gives out, but that tutorials and old lists still
    /// hand on.
    ///
    /// ```fires
    /// account: anna@outlook.com
    /// outgoing: smtp smtp.live.com 587 starttls oauth2 anna@outlook.com
    /// ```
    /// ```passes
    /// account: anna@outlook.com
    /// outgoing: smtp smtp-mail.outlook.com 587 starttls oauth2 anna@outlook.com
    /// ```
    ///
    /// ## Why it matters
    /// Old names are kept for some years, and then switched off, often without a word.
    ///
    /// ## How to fix it
    /// Set the server name to its successor.
    ///
    /// ## When it is wrong
    /// The old name may still work today. A name that the provider publishes is never held to be out of use.
    ///
    /// ## Sources
    /// Thunderbird's provider database for the successors; the instructions of Microsoft and Verizon.
    pub RetiredHost {
        id: "retired-host",
        level: Warning,
        summary: "the server name is out of use",
    }
}

impl Rule for RetiredHost {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(Fault::Retired(retired)) = hostname::fault(case, slot) else { return };
        found.add(case, hostname::draft(case, slot, Some(retired.instead.to_owned())).why(retired.why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
