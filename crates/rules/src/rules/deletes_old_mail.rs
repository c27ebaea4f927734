use maillint_model::Change;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether the program deletes old messages of the account by itself, which it then does on the server too.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// deletes-old: yes
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// deletes-old: no
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The setting reads as if it were about room on this computer. The messages are deleted for good, on the server and so
    /// on all other devices.
    ///
    /// ## How to fix it
    /// If that is not wanted, set the account to delete no messages.
    ///
    /// ## When it is wrong
    /// It may be what the owner wants: then it is only a reminder.
    ///
    /// ## Sources
    /// Thunderbird, `mail.server.….retainBy`: what is deleted by age or by number is deleted on the server too.
    pub DeletesOldMail {
        id: "deletes-old-mail",
        level: Note,
        summary: "the program deletes old mail by itself, on the server too",
    }
}

impl Rule for DeletesOldMail {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let setting = &case.account.deletes_old;
        if setting.get() != Some(true) {
            return;
        }
        found.add(
            case,
            Draft::new(
                "old-mail",
                format!("{} deletes old messages by itself, it should only if you want that", case.client()),
            )
            .label(case.label(setting, "old messages are deleted, on the server too"))
            .why(
                "It is not only about room on this computer: the messages are deleted for good, on the server and so on \
                 all your other devices.",
            )
            .on(setting)
            .change(Change::KeepOldMail),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::KeepOldMail]
    }
}
