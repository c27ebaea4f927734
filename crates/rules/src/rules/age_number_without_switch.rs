use maillint_model::{Change, Origin, Protocol};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether there is a number of days after which mail is to be removed from the server, while it has no effect:
    /// its switch is off, or no copy is left there at all.
    ///
    /// ```fires
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, 20 days without a switch
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove, 20 days without a switch
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, 14 days of the program's own
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 14 days
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep
    /// ```
    ///
    /// ## Why it matters
    /// Whoever set the number believes that it counts. In fact mail stays for ever, or goes at once.
    ///
    /// ## How to fix it
    /// Turn on the switch beside the number, or take the number out.
    ///
    /// ## When it is wrong
    /// The number may be left over from a time when it counted, and the switch turned off on purpose. A number that
    /// the program itself put there is not meant: Outlook's fourteen days, whatever an iPhone or a Mac has.
    ///
    /// ## Sources
    /// Seen in public Thunderbird profiles: `num_days_to_leave_on_server` without `delete_by_age_from_server`.
    pub AgeNumberWithoutSwitch {
        id: "age-number-without-switch",
        level: Warning,
        summary: "a number of days is set, but the switch for it is off",
    }
}

impl Rule for AgeNumberWithoutSwitch {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(retention) = case.account.retention.as_ref().filter(|_| slot.server.protocol == Protocol::Pop3) else {
            return;
        };
        let Some(days) = retention.stored_days.get().filter(|_| retention.stored_days.origin() == Origin::Written)
        else {
            return;
        };
        if retention.is_clients_number {
            return;
        }
        let set = if days == 1 { "1 day is set".to_owned() } else { format!("{} are set", words::days(days)) };
        let (message, label) = match (retention.leave_on_server.get(), retention.remove_after_days.get()) {
            (Some(false), _) => (
                format!("{set}, but mail is taken off the server at once"),
                case.label(&retention.leave_on_server, "no copy stays on the server"),
            ),
            (Some(true), Some(None)) if days == 0 => (
                "0 days are set, after which nothing is removed: mail stays on the server for ever".to_owned(),
                case.label(&retention.remove_after_days, "no removal after days"),
            ),
            (Some(true), Some(None)) => (
                format!("{set}, but the switch for it is off: mail stays on the server for ever"),
                case.label(&retention.remove_after_days, "no removal after days"),
            ),
            _ => return,
        };
        // Where the house asks for a number, the other rules do too: one account is told one number.
        let wanted =
            case.house().and_then(|policy| policy.retention.delete_after_days).map_or(days, |house| house.want);
        let number = case.label(&retention.stored_days, "this number has no effect");
        let draft = Draft::new("retention", message)
            .why("Whoever set the number believes that it counts, and it does not.")
            .on(&retention.stored_days)
            .on(&retention.remove_after_days)
            .change(Change::RemoveAfterDays(wanted));
        let same_place = number.at == label.at;
        let draft = draft.label(number);
        found.add(case, if same_place { draft } else { draft.label(label) });
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::RemoveAfterDays(14)]
    }
}
