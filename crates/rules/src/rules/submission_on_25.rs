use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether mail is sent through port 25.
    ///
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 25 starttls password anna@example.org
    /// ```
    /// ```fires rfc8314
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 25 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp 192.168.1.2 25 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Port 25 is for servers among themselves. To keep spam in, most internet providers, hotels and mobile
    /// networks block it: mail can be sent from one place and not from another.
    ///
    /// ## How to fix it
    /// Set port 587 with STARTTLS, or what the provider gives out.
    ///
    /// ## When it is wrong
    /// A server in a private network, and one whose provider publishes port 25, is not judged. The level is the
    /// house's.
    ///
    /// ## Sources
    /// RFC 6409 section 3.1; RFC 5068 section 3 (BCP 134).
    pub SubmissionOn25 {
        id: "submission-on-25",
        level: Warning,
        summary: "mail is sent through port 25, which many networks block",
    }
}

impl Rule for SubmissionOn25 {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::On25) {
            return;
        }
        let why = "Many internet providers and hotels block port 25, so that mail can be sent from \
                   home and not from elsewhere.";
        if let Some(draft) = endpoint::house_draft(found, case, slot, why) {
            found.add(case, draft);
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls }]
    }
}
