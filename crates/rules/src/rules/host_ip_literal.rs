use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot, host};

declare_rule! {
    /// ## What it checks
    /// Whether a server is given as an address of digits, such as 192.0.2.7.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap 192.0.2.7 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [host]
    /// ip_literal = "off"
    /// ---
    /// account: anna@example.org
    /// incoming: imap 192.0.2.7 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Certificates are made out to names, so the program cannot tell whether it talks to the right server. And
    /// numbers change when a server moves.
    ///
    /// ## How to fix it
    /// Set the server name to the one that the provider gives out.
    ///
    /// ## When it is wrong
    /// In a private network a number is usual, and only noted. A house that gives out numbers states `ip_literal =
    /// "off"`.
    ///
    /// ## Sources
    /// RFC 7817 section 3: the certificate is compared with the name that the user configured.
    pub HostIpLiteral {
        id: "host-ip-literal",
        level: Warning,
        summary: "the server is given by its number instead of its name",
    }
}

impl Rule for HostIpLiteral {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if hostname::fault(case, slot) != Some(Fault::Literal) {
            return;
        }
        let why = "A certificate is made out to a name, so the program cannot tell whether this is \
                   the right server; and the number changes when the server moves.";
        let private = slot.host().is_some_and(|name| host::is_private(&name));
        let wanted = case.house().and_then(|policy| policy.host.ip_literal).and_then(crate::policy::RuleLevel::level);
        let level = if private { Level::Note } else { wanted.unwrap_or(Level::Warning) };
        found.add(case, hostname::draft(case, slot, hostname::suggested(slot)).why(why).level(level));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
