use maillint_model::{Change, Mailbox};

use crate::policy::RetentionMode;
use crate::removal::{self, Removal};
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, words};

declare_rule! {
    /// ## What it checks
    /// Whether a POP account removes mail after fewer days than the policy allows, while other accounts read the
    /// same mailbox.
    ///
    /// ```fires
    /// [retention]
    /// mode = "pop-drain"
    /// delete_after_days = { want = 5, min = 3, max = 14 }
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 1 days
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
    /// A device that is off for longer than that misses what came in between.
    ///
    /// ## How to fix it
    /// Set the number of days that the house gives out.
    ///
    /// ## When it is wrong
    /// The other devices may be looked at every day.
    ///
    /// ## Sources
    /// The policy itself.
    pub RetentionTooShort {
        id: "retention-too-short",
        level: Note,
        summary: "mail is removed so soon that other devices may miss it",
    }
}

impl Rule for RetentionTooShort {
    fn check_mailbox(&self, _: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let devices = removal::devices(cases);
        if devices.len() < 2 {
            return;
        }
        for case in devices {
            let Some(policy) = case.house() else { continue };
            let (Some(RetentionMode::PopDrain), Some(wanted)) =
                (policy.retention.mode, policy.retention.delete_after_days)
            else {
                continue;
            };
            let (Removal::After(days), Some(retention)) = (removal::of(case.account), &case.account.retention) else {
                continue;
            };
            if days >= wanted.min {
                continue;
            }
            let (now, to) = (words::days(days), words::days(wanted.want));
            found.add(
                case,
                Draft::new("retention", format!("mail is removed from the server after {now}, it should be {to}"))
                    .label(case.label(&retention.remove_after_days, "the copy on the server stays this long"))
                    .why(
                        "Another device reads the same mailbox. If it is off for longer than this, it \
                         misses what came in between.",
                    )
                    .on(&retention.remove_after_days)
                    .expected(to)
                    .change(Change::RemoveAfterDays(wanted.want)),
            );
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::RemoveAfterDays(removal::DAYS.want)]
    }
}
