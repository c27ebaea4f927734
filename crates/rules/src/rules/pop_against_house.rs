use maillint_model::{Mailbox, Protocol};

use crate::policy::RetentionMode;
use crate::removal;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether a POP account goes against the way the house wants mail to leave the server: not at all
    /// (`imap-only`), not beside IMAP (`no-mix`), or on one device only and without leaving mail there
    /// (`pop-single`).
    ///
    /// ```fires
    /// [retention]
    /// mode = "imap-only"
    /// ---
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep
    /// ```
    /// ```fires
    /// [retention]
    /// mode = "no-mix"
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep
    /// ```
    /// ```fires
    /// [retention]
    /// mode = "pop-single"
    /// ---
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep
    /// ```
    /// ```passes
    /// [retention]
    /// mode = "no-mix"
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [retention]
    /// mode = "pop-single"
    /// ---
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 2 days
    /// ```
    ///
    /// ## Why it matters
    /// POP takes mail out of the mailbox, IMAP works in it. Where both do, devices show different mail, and mail
    /// comes twice.
    ///
    /// ## How to fix it
    /// Set the mailbox up the way that the house gives out, mostly by IMAP on every device.
    ///
    /// ## When it is wrong
    /// Only where the policy has such a `mode`; the default policy wants one POP account that removes mail.
    ///
    /// ## Sources
    /// The policy itself.
    pub PopAgainstHouse {
        id: "pop-against-house",
        level: Warning,
        summary: "POP is used in a way that the house does not want",
    }
}

impl Rule for PopAgainstHouse {
    fn check_mailbox(&self, _: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let used = removal::devices(cases);
        let is = |case: &Case<'_>, protocol| {
            case.account.incoming.as_ref().is_some_and(|server| server.protocol == protocol)
        };
        let imap = used.iter().any(|case| is(case, Protocol::Imap));
        let mut pop_before = false;
        for case in used.iter().filter(|case| is(case, Protocol::Pop3)) {
            let leaves = case.account.retention.as_ref().and_then(|retention| retention.leave_on_server.get());
            let (problem, way) = match case.house().and_then(|policy| policy.retention.mode) {
                Some(RetentionMode::ImapOnly) => ("mail is fetched by POP, it should be IMAP", Way::Imap),
                Some(RetentionMode::NoMix) if imap => {
                    ("mail is fetched by POP here and by IMAP elsewhere, it should be one of them", Way::Imap)
                }
                Some(RetentionMode::PopSingle) if imap || pop_before => {
                    ("mail is fetched by POP on one of several devices, all should be IMAP", Way::Imap)
                }
                Some(RetentionMode::PopSingle) if leaves == Some(true) => {
                    ("mail is fetched by POP and left on the server, it should be removed at once", Way::NoCopy)
                }
                _ => {
                    pop_before = true;
                    continue;
                }
            };
            pop_before = true;
            let Some(server) = &case.account.incoming else { continue };
            found.add(
                case,
                Draft::new("retention", problem)
                    .label(case.label(&server.host, format!("{} fetches mail here by POP", case.client())))
                    .why(
                        "Your provider asks for another way: otherwise devices show different mail, or the \
                         mailbox fills up.",
                    )
                    .advice(way.advice(case.client())),
            );
        }
    }
}

/// The way that the house asks for.
#[derive(Clone, Copy)]
enum Way {
    Imap,
    NoCopy,
}

impl Way {
    fn advice(self, client: &str) -> String {
        match self {
            Self::NoCopy => {
                format!("In the settings of the account in {client}, leave no copy of the messages on the server.")
            }
            Self::Imap => format!(
                "Set the account up a second time in {client}, as IMAP, and remove this one when all its mail is there: \
                 one kind cannot be turned into the other."
            ),
        }
    }
}
