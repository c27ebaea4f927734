use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a server name differs in one or two letters from the one that the house gives out or the provider
    /// publishes.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.exmaple.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@gmail.com
    /// incoming: imap imap.gmial.com 993 tls oauth2 anna@gmail.com
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail2.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@gmail.com
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com
    /// ```
    ///
    /// ## Why it matters
    /// A wrong letter leads to no server, or to somebody else's, who is then sent the password.
    ///
    /// ## How to fix it
    /// Correct the server name.
    ///
    /// ## When it is wrong
    /// Names that differ by a digit are taken for different machines, and a name that the house accepts or the
    /// provider publishes is never a slip.
    ///
    /// ## Sources
    /// The house's policy and Thunderbird's provider database, for the right names.
    pub HostTypo {
        id: "host-typo",
        level: Warning,
        summary: "the server name is a slip of the fingers away from the right one",
    }
}

impl Rule for HostTypo {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(Fault::Typo(meant)) = hostname::fault(case, slot) else { return };
        let why = "It looks like a slip of the fingers. A wrong letter leads to no server, or to \
                   somebody else's, who is then sent your password.";
        found.add(case, hostname::draft(case, slot, Some(meant)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
