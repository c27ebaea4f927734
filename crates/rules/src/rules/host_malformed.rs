use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the server name is something else: the address of a web page, an e-mail address, a name with a
    /// blank, a port or a comma in it.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap https://mail.example.org/ 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail@example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap [2001:db8::1] 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The program looks the name up as it stands, finds nothing, and says "server not found".
    ///
    /// ## How to fix it
    /// Write the bare name of the server: letters, digits, dots and hyphens.
    ///
    /// ## When it is wrong
    /// Underscores and names without a dot do occur in private networks, and are not judged.
    ///
    /// ## Sources
    /// RFC 1123 section 2.1; the most common of them, `mail@domain`, is in a hosting company's list of mistakes.
    pub HostMalformed {
        id: "host-malformed",
        level: Error,
        summary: "the server name is no name of a server",
    }
}

impl Rule for HostMalformed {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(Fault::Malformed(what)) = hostname::fault(case, slot) else { return };
        let to = slot.server.host.text().and_then(hostname::mended).or_else(|| hostname::suggested(slot));
        let why = format!(
            "This is {what}, not the name of a server. The program looks it up as it stands and finds nothing."
        );
        found.add(case, hostname::draft(case, slot, to).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
