use maillint_model::{Change, Mailbox};

use crate::removal::{self, Removal};
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether a POP account removes mail at once, while the same mailbox is also read elsewhere: by IMAP, or by a
    /// POP account that leaves mail there.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
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
    /// ```passes
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
    /// retention: ?
    /// ```
    ///
    /// ## Why it matters
    /// Mail vanishes from the other devices, or never gets there: "my mails disappear when I turn on the computer".
    ///
    /// ## How to fix it
    /// Leave a copy on the server, and have it removed after some days.
    ///
    /// ## When it is wrong
    /// Sometimes it is meant that way, one device for the archive and one for looking in; then mail that the first
    /// one has taken is only there. Files that set up accounts for others say nothing of the devices there are.
    ///
    /// ## Sources
    /// RFC 1939 section 3: a message that a client has deleted is gone for all.
    pub PopDeleteAtOnceShared {
        id: "pop-delete-at-once-shared",
        level: Error,
        summary: "one device takes mail off the server before the others have seen it",
    }
}

impl Rule for PopDeleteAtOnceShared {
    fn check_mailbox(&self, _: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let devices = removal::devices(cases);
        let (at_once, others): (Vec<&Case<'_>>, Vec<&Case<'_>>) =
            devices.into_iter().partition(|case| removal::of(case.account) == Removal::AtOnce);
        if others.is_empty() {
            return;
        }
        for case in at_once {
            let Some(retention) = &case.account.retention else { continue };
            let days = case.policy.retention.delete_after_days.map_or(removal::DAYS.want, |days| days.want);
            let draft = Draft::new(
                "retention",
                format!("{} takes mail off the server at once, before the other devices have seen it", case.client()),
            )
            .label(case.label(&retention.leave_on_server, "no copy stays on the server"))
            .why(
                "The same mailbox is read elsewhere too. Whatever this program fetches first is \
                 gone for the others: mail seems to vanish from them.",
            )
            .on(&retention.leave_on_server)
            .change(Change::RemoveAfterDays(days));
            let label = |draft: Draft, other: &&Case<'_>| {
                draft.label(Label { at: other.account.at.clone(), text: format!("{} reads it too", other.client()) })
            };
            found.add(case, others.iter().fold(draft, label));
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::RemoveAfterDays(removal::DAYS.want)]
    }
}
