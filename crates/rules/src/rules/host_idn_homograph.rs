use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a server name holds letters of another alphabet that look like the right ones: within one word, or so that
    /// the whole name looks like the mail domain and is another.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.exаmple.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@müller.example
    /// incoming: imap mail.müller.example 993 tls password anna@müller.example
    /// ```
    /// ```passes
    /// ---
    /// account: anna@example.jp
    /// incoming: imap mail.日本のメール.example 993 tls password anna
    /// ```
    ///
    /// ## Why it matters
    /// To a computer it is another name altogether: mostly one that does not exist, at worst one that somebody has
    /// registered in order to be mistaken for the right one.
    ///
    /// ## How to fix it
    /// Type the server name anew, letter by letter, instead of pasting it.
    ///
    /// ## When it is wrong
    /// Domains with letters outside ASCII are right as they are: a name in one alphabet, and the domain of the address
    /// itself, are never found fault with.
    ///
    /// ## Sources
    /// Unicode Technical Standard 39, sections 4 and 5: confusable and mixed-script names.
    pub HostIdnHomograph {
        id: "host-idn-homograph",
        level: Warning,
        summary: "the server name has letters of another alphabet that look like the right ones",
    }
}

impl Rule for HostIdnHomograph {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if hostname::fault(case, slot) != Some(Fault::Lookalike) {
            return;
        }
        let name = slot.host().unwrap_or_default();
        let why = format!(
            "Some letters of this name only look like the ones that they should be: they belong to another alphabet. To \
             the computer the name is {name}, which is another server, or none. Type it anew, letter by letter."
        );
        found.add(case, hostname::draft(case, slot, hostname::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
