use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether a server name begins with `www.`, `webmail.`, `cpanel.` or `ftp.`.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap webmail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [imap]
    /// accept_hosts = ["webmail.{domain}"]
    /// hosts = ["mail.{domain}"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap webmail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Web pages and mail often live on different machines, and then there is no mail server under this name.
    ///
    /// ## How to fix it
    /// Set the server name to the one that the provider gives out.
    ///
    /// ## When it is wrong
    /// At a small provider everything may be on one machine; then it works, until something moves.
    ///
    /// ## Sources
    /// The pages of hosting companies, which name it among the mistakes of their customers.
    pub WebmailHost {
        id: "webmail-host",
        level: Warning,
        summary: "the server name is that of a web page",
    }
}

impl Rule for WebmailHost {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if hostname::fault(case, slot) != Some(Fault::Website) {
            return;
        }
        let why = "This is the name of a web page. Mail often lives on another machine, and if not \
                   today then after the next move.";
        found.add(case, hostname::draft(case, slot, hostname::suggested(slot)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}
