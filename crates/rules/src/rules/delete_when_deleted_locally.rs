use maillint_model::{Change, Mailbox};

use crate::removal;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether a POP account removes a message from the server when it is deleted in the program, while other
    /// accounts read the same mailbox.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 2 days, remove when deleted
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 2 days, remove when deleted
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
    /// Tidying up on one device takes mail away from the others, to the surprise of whoever uses those.
    ///
    /// ## How to fix it
    /// Turn off the removal of deleted messages, if it is not meant.
    ///
    /// ## When it is wrong
    /// Often it is meant: what is deleted is to be gone everywhere.
    ///
    /// ## Sources
    /// Thunderbird's "Until I delete them"; Outlook's "Remove from server when deleted from Deleted Items".
    pub DeleteWhenDeletedLocally {
        id: "delete-when-deleted-locally",
        level: Note,
        summary: "deleting a message here takes it from the other devices too",
    }
}

impl Rule for DeleteWhenDeletedLocally {
    fn check_mailbox(&self, _: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let devices = removal::devices(cases);
        if devices.len() < 2 {
            return;
        }
        for case in devices {
            let Some(retention) = &case.account.retention else { continue };
            if retention.leave_on_server.get() != Some(true) || retention.remove_when_deleted.get() != Some(true) {
                continue;
            }
            found.add(
                case,
                Draft::new(
                    "when-deleted",
                    format!("a message that is deleted in {} goes from the server too", case.client()),
                )
                .label(case.label(&retention.remove_when_deleted, "this removes it for every device"))
                .why("The same mailbox is read elsewhere. Tidying up here takes mail away from there.")
                .on(&retention.remove_when_deleted)
                .change(Change::KeepWhenDeleted),
            );
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::KeepWhenDeleted]
    }
}
