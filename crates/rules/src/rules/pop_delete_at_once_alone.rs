use maillint_model::{Change, Mailbox};

use crate::policy::RetentionMode;
use crate::removal::{self, Removal};
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether the only account of a mailbox takes mail off the server at once.
    ///
    /// ```fires
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// client: thunderbird
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: (remove)
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 2 days
    /// ```
    /// ```passes rfc8314
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
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
    ///
    /// ## Why it matters
    /// When the disk fails or the device is lost, the mail is lost with it.
    ///
    /// ## How to fix it
    /// Make backups of the device, or leave a copy on the server for some days.
    ///
    /// ## When it is wrong
    /// It is a way to live, and in some houses the wanted one (`pop-single`). Under a policy without an opinion on
    /// it, nothing is said.
    ///
    /// ## Sources
    /// Thunderbird's own default for a POP account that was set up without its wizard.
    pub PopDeleteAtOnceAlone {
        id: "pop-delete-at-once-alone",
        level: Note,
        summary: "the only copy of the mail is on this device",
    }
}

impl Rule for PopDeleteAtOnceAlone {
    fn check_mailbox(&self, _: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let devices = removal::devices(cases);
        let [case] = devices.as_slice() else { return };
        let Some(retention) = &case.account.retention else { return };
        let asked =
            !matches!(case.policy.retention.mode, None | Some(RetentionMode::Ignore | RetentionMode::PopSingle));
        if !asked || removal::of(case.account) != Removal::AtOnce {
            return;
        }
        let days = case.policy.retention.delete_after_days.map_or(removal::DAYS.want, |days| days.want);
        found.add(
            case,
            Draft::new("retention", "mail is taken off the server at once: the only copy is on this device")
                .label(case.label(&retention.leave_on_server, "no copy stays on the server"))
                .why(
                    "When the device is lost or its disk fails, all mail is lost with it. Make backups, \
                     or leave a copy for some days.",
                )
                .on(&retention.leave_on_server)
                .change(Change::RemoveAfterDays(days)),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::RemoveAfterDays(removal::DAYS.want)]
    }
}
