use std::collections::BTreeMap;

use maillint_model::{AccountKind, Mailbox, Protocol, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether two accounts of one profile collect the mail of the same mailbox: same protocol, same server, same
    /// user name.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
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
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password bernd@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Every message comes twice, or the two accounts take mail away from each other.
    ///
    /// ## How to fix it
    /// Remove one of the two, after looking which one has the folders that are in use.
    ///
    /// ## When it is wrong
    /// Accounts in different programs or profiles are not meant. An account whose user name is not known is not
    /// judged.
    ///
    /// ## Sources
    /// Helpdesks have "I get every message twice" among their most common questions.
    pub DuplicateAccount {
        id: "duplicate-account",
        level: Warning,
        summary: "the same mailbox is set up twice in one program",
    }
}

impl Rule for DuplicateAccount {
    fn check_mailbox(&self, _: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let mut seen: BTreeMap<(&str, Protocol, String, String), &Case<'_>> = BTreeMap::new();
        for case in cases.iter().filter(|case| case.account.kind == AccountKind::Live) {
            let Some(slot) = case.slot(Side::Incoming).filter(|slot| !slot.server.is_loopback()) else { continue };
            let (Some(host), Some(user)) = (slot.host(), slot.server.username.text()) else { continue };
            let key = (case.account.file.name(), slot.server.protocol, host, user.trim().to_lowercase());
            let Some(first) = seen.get(&key) else {
                seen.insert(key, case);
                continue;
            };
            found.add(
                case,
                Draft::new("duplicate", format!("{} is set up twice in {}", case.account.label(), case.client()))
                    .label(Label { at: case.account.at.clone(), text: "the second time".to_owned() })
                    .label(Label { at: first.account.at.clone(), text: "the first time".to_owned() })
                    .why("Every message comes twice, or the two take mail away from each other. One of them is enough.")
                    .advice(format!(
                        "See which of the two holds mail that the other does not, move that over, and remove the other \
                         account from {}.",
                        case.client()
                    )),
            );
        }
    }
}
