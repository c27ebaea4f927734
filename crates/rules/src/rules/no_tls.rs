use maillint_model::{Change, Security, Side};

use crate::endpoint::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a connection is made without encryption, where the password is not sent as it is (that is a rule of
    /// its own) or the house lists the setting but with a warning.
    ///
    /// ```fires rfc8314
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 none encrypted anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 110 none password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 110 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@bay.wind.ne.jp
    /// incoming: pop3 bay.wind.ne.jp 110 none password anna
    /// ```
    ///
    /// ## Why it matters
    /// Mail travels like a postcard: everyone on the way can read it, and change it.
    ///
    /// ## How to fix it
    /// Set port and encryption to what the provider offers.
    ///
    /// ## When it is wrong
    /// An endpoint that the house or the provider lists is right, whatever this rule says: some really run their
    /// servers this way. Servers on the same computer are not judged. In a private network it is only noted.
    ///
    /// ## Sources
    /// RFC 8314 section 3.
    pub NoTls {
        id: "no-tls",
        level: Error,
        summary: "the connection is not encrypted",
    }
}

impl Rule for NoTls {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if endpoint::fault(slot) != Some(Fault::Plain) {
            return;
        }
        let why = "Without encryption mail travels like a postcard: everyone on the way can read it, \
                   and the password too if one is sent.";
        if slot.house_endpoint().is_some() {
            if let Some(draft) = endpoint::house_draft(found, case, slot, why) {
                found.add(case, draft);
            }
        } else if let Some(draft) = endpoint::draft(found, case, slot, why) {
            found.add(case, draft.level(endpoint::public_level(slot, Level::Error)));
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 993, security: Security::Tls }]
    }
}
