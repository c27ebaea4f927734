use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a server with a name such as `imap.` is set for sending, or one such as `smtp.` for collecting mail.
    ///
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp imap.example.net 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp mail.example.net 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.net
    /// outgoing: smtp pop.example.org 587 starttls password anna@example.net
    /// incoming: pop3 pop.example.org 995 tls password anna@example.net
    /// ```
    ///
    /// ## Why it matters
    /// The two names were probably mixed up while the account was set up. A server for collecting mail takes none
    /// for sending.
    ///
    /// ## How to fix it
    /// Set the server name to the one for this purpose.
    ///
    /// ## When it is wrong
    /// Some servers do both under any name: where the same name is set for both, or the provider publishes it so,
    /// nothing is said.
    ///
    /// ## Sources
    /// The names that most providers use: of 163 in Thunderbird's provider database, 101 send through a name with
    /// `smtp.`.
    pub HostSwappedRole {
        id: "host-swapped-role",
        level: Warning,
        summary: "the server is of the other kind: one for collecting is set for sending, or the reverse",
    }
}

impl Rule for HostSwappedRole {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if hostname::fault(case, slot) != Some(Fault::Swapped) {
            return;
        }
        // One server for both: it is what its owner calls it.
        if case.slots.iter().filter(|other| other.host() == slot.host()).any(|other| other.side != slot.side) {
            return;
        }
        let why = "The name says that this server is for the other direction. The two were probably \
                   mixed up while the account was set up.";
        found.add(case, hostname::draft(case, slot, hostname::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
