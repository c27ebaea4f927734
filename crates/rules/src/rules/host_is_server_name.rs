use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a server is set to a name that the house lists as discouraged, such as the name of one of its
    /// machines.
    ///
    /// ```fires
    /// [imap]
    /// hosts = ["mail.{domain}"]
    /// [[host.discouraged]]
    /// host = "srv{digits}.provider.example"
    /// why = "You may be moved to another machine."
    /// ---
    /// account: anna@example.org
    /// incoming: imap srv12.provider.example 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [imap]
    /// hosts = ["mail.{domain}"]
    /// [[host.discouraged]]
    /// host = "srv{digits}.provider.example"
    /// why = "You may be moved to another machine."
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The house says it itself, in its policy. Mostly: the account breaks on the day that the mailbox moves to
    /// another machine.
    ///
    /// ## How to fix it
    /// Set the server name to the one that the house gives out.
    ///
    /// ## When it is wrong
    /// Some houses have certificates for the names of their machines only. Then this very name is the right one,
    /// and the policy lists it in `hosts`.
    ///
    /// ## Sources
    /// The policy itself.
    pub HostIsServerName {
        id: "host-is-server-name",
        level: Warning,
        summary: "the server name is one that the house asks people not to use",
    }
}

impl Rule for HostIsServerName {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(Fault::Discouraged(index)) = hostname::fault(case, slot) else { return };
        let Some(discouraged) = case.policy.host.discouraged.get(index) else { return };
        let draft = hostname::draft(case, slot, hostname::suggested(slot)).why(&discouraged.why);
        found.add(
            case,
            match discouraged.level {
                Some(level) => draft.level(level.0),
                None => draft,
            },
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
