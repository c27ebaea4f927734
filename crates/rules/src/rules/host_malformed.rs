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
    /// ```fires
    /// account: anna@example.org
    /// status: left-out
    /// incoming: imap fe80::1 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap server1.invalid 993 tls password anna@example.org
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
    /// The program looks the name up as it stands, finds nothing, and says "server not found". Thunderbird from version
    /// 132 on puts a name like `server1.invalid` in the place of some of these names, or does not even show the account.
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
        if !is_left_out(case, slot) {
            check(case, slot, found);
        }
    }

    /// A program that cannot load an account does not care on which computer its server is.
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        for slot in case.slots.iter().filter(|slot| is_left_out(case, slot)) {
            check(case, slot, found);
        }
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}

fn is_left_out(case: &Case<'_>, slot: &Slot<'_>) -> bool {
    case.account.is_left_out && slot.side == Side::Incoming
}

fn check(case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
    let Some(Fault::Malformed(what)) = hostname::fault(case, slot) else { return };
    let effect = if is_left_out(case, slot) {
        format!("{} cannot load an account with such a name, and does not show it at all.", case.client())
    } else {
        "The program looks it up as it stands and finds nothing.".to_owned()
    };
    found.add(
        case,
        hostname::draft(case, slot, hostname::meant(slot))
            .why(format!("This is {what}, not the name of a server. {effect}")),
    );
}

#[cfg(test)]
mod tests {
    use crate::notation::judged;

    #[test]
    fn an_account_that_is_left_out_because_of_it_is_missed() {
        for (host, says) in [
            (
                "\"mail example.org\"",
                "the incoming server is set to \"mail example.org\", it should be mail.example.org",
            ),
            ("mail.example.org#1", "the incoming server is set to mail.example.org#1, it should be mail.example.org"),
            ("::1", "the incoming server is set to ::1, it should be mail.example.org"),
        ] {
            let text = format!(
                "account: anna@example.org
                 status: left-out
                 incoming: imap {host} 993 tls password anna@example.org"
            );
            let findings = judged(&text, "hosting").findings;
            let told: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
            assert_eq!(told, [says]);
            assert!(
                findings[0]
                    .why
                    .ends_with("Thunderbird cannot load an account with such a name, and does not show it at all.")
            );
        }
    }
}
