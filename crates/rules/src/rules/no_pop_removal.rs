use maillint_model::{Change, Mailbox, Protocol, Retention};

use crate::policy::{Days, RetentionMode};
use crate::removal::{self, Removal};
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule, words};

declare_rule! {
    /// ## What it checks
    /// Whether, among all accounts of the run that fetch the mail of one address, there is a POP account that removes
    /// mail from the server: at once, or after the days that the house allows.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 2 days
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
    /// ```
    ///
    /// ## Why it matters
    /// A mailbox at a hosting company is small. IMAP leaves mail on the server for ever, and so does a POP account that
    /// keeps a copy there: some day the mailbox is full, and people who write get their mail back.
    ///
    /// ## How to fix it
    /// Have one device fetch the mail by POP, and remove it from the server after two days. By then, the other devices
    /// have it too.
    ///
    /// ## When it is wrong
    /// The device that removes mail may be one whose settings are not among those given. Accounts of large providers,
    /// with boxes that do not fill up, are not asked. A house that counts on IMAP states another `mode` in its policy
    /// (`ignore`, `imap-only`).
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from.
    pub NoPopRemoval {
        id: "no-pop-removal",
        level: Warning,
        summary: "no device removes mail from the server, so the mailbox fills up",
    }
}

impl Rule for NoPopRemoval {
    fn check_mailbox(&self, mailbox: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let used = removal::devices(cases);
        // The house's rule is the house's only where every account of the mailbox is.
        let Some(policy) = used.first().and_then(|case| case.house()) else { return };
        if policy.retention.mode != Some(RetentionMode::PopDrain) || used.iter().any(|case| case.house().is_none()) {
            return;
        }
        let days = policy.retention.delete_after_days.unwrap_or(removal::DAYS);
        let mut keeper: Option<&Case<'_>> = None;
        let mut bridge = false;
        for case in &used {
            let Some(server) = &case.account.incoming else { continue };
            bridge |= server.is_loopback();
            if server.protocol == Protocol::Pop3 {
                match removal::of(case.account) {
                    Removal::AtOnce | Removal::Unknown => return,
                    Removal::After(after) if after <= days.max => return,
                    Removal::After(_) | Removal::Never => keeper = keeper.or(Some(case)),
                }
            }
        }
        if bridge {
            return;
        }
        let Some(case) = keeper.or(used.first().copied()) else { return };
        let wanted = words::days(days.want);
        let draft = if let (Some(_), Some(retention)) = (keeper, case.account.retention.as_ref()) {
            keeps(case, retention, mailbox, days)
        } else {
            let Some(server) = &case.account.incoming else { return };
            Draft::new(
                "mailbox",
                format!(
                    "IMAP leaves mail on the server for ever, so one device must be POP and remove mail after \
                     {wanted}: in the profiles given, none does for {}",
                    mailbox.address
                ),
            )
            .label(case.label(&server.host, format!("{} reads the mail here by IMAP and leaves it", case.client())))
            .advice(format!(
                "On one computer, set the mailbox up a second time as a POP account that leaves a copy of the messages on \
                 the server and removes it after {wanted}. What is set up already stays as it is."
            ))
        };
        let draft = used.iter().filter(|other| other.index != case.index).fold(draft, |draft, other| {
            draft.label(Label { at: other.account.at.clone(), text: format!("{} leaves it there too", other.client()) })
        });
        found.add(
            case,
            draft
                .why(
                    "The mailbox on the server only has so much room. When nobody removes mail from it, it fills up, \
                     and everyone who writes gets their mail back.",
                )
                .expected(format!("one POP account that removes mail after {wanted}")),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::RemoveAfterDays(removal::DAYS.want)]
    }
}

/// A POP account that never removes mail, or too late: the setting is there, and can be put right.
fn keeps(case: &Case<'_>, retention: &Retention, mailbox: &Mailbox, days: Days) -> Draft {
    let wanted = words::days(days.want);
    let (message, label) = match retention.remove_after_days.get().flatten() {
        Some(set) => (
            format!("mail is removed from the server only after {}, it should be {wanted}", words::days(set)),
            case.label(&retention.remove_after_days, "the copy on the server stays this long"),
        ),
        None => (
            format!(
                "mail stays on the server for ever, one device must remove it after {wanted}: in the profiles given, \
                 none does for {}",
                mailbox.address
            ),
            case.label(&retention.leave_on_server, format!("{} leaves every message on the server", case.client())),
        ),
    };
    Draft::new("mailbox", message)
        .label(label)
        .on(&retention.leave_on_server)
        .on(&retention.remove_after_days)
        .change(Change::RemoveAfterDays(days.want))
}

#[cfg(test)]
mod tests {
    use crate::notation::{accounts, said, said_under};

    const IMAP: &str = "account: anna@example.org
                        incoming: imap mail.example.org 993 tls password anna@example.org\n";

    fn pop(retention: &str) -> String {
        format!(
            "account: Anna@example.org
             client: outlook
             incoming: pop3 mail.example.org 995 tls password anna@example.org
             retention: {retention}\n"
        )
    }

    #[test]
    fn imap_alone_never_empties_the_mailbox() {
        assert_eq!(
            said("no-pop-removal", IMAP),
            ["warning: IMAP leaves mail on the server for ever, so one device must be POP and remove mail after \
              2 days: in the profiles given, none does for anna@example.org"]
        );
    }

    #[test]
    fn one_pop_account_in_any_client_of_the_run_is_enough() {
        for retention in ["remove", "keep, remove after 2 days", "keep, remove after 14 days"] {
            let text = format!("{IMAP}{}", pop(retention));
            assert_eq!(accounts(&text).len(), 2);
            assert!(said("no-pop-removal", &text).is_empty(), "{retention}");
        }
    }

    #[test]
    fn pop_that_keeps_everything_is_told_on_its_own_setting() {
        assert_eq!(
            said("no-pop-removal", &format!("{IMAP}{}", pop("keep"))),
            ["warning: mail stays on the server for ever, one device must remove it after 2 days: in the profiles \
              given, none does for anna@example.org"]
        );
        assert_eq!(
            said("no-pop-removal", &pop("keep, remove after 30 days")),
            ["warning: mail is removed from the server only after 30 days, it should be 2 days"]
        );
        // A number whose switch is off is no removal.
        assert_eq!(said("no-pop-removal", &pop("keep, 14 days without a switch")).len(), 1);
    }

    #[test]
    fn what_is_not_known_is_not_held_against_anyone() {
        assert!(said("no-pop-removal", &format!("{IMAP}{}", pop("?"))).is_empty());
    }

    #[test]
    fn one_finding_a_mailbox_however_many_devices() {
        assert_eq!(said("no-pop-removal", &format!("{IMAP}{IMAP}{IMAP}")).len(), 1);
    }

    #[test]
    fn others_are_not_asked() {
        let gmail = "account: anna@gmail.com
                     incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com";
        assert!(said("no-pop-removal", gmail).is_empty());
        assert!(said("no-pop-removal", &format!("{IMAP}kind: provisioning\n")).is_empty());
        assert!(said("no-pop-removal", &format!("{IMAP}status: disabled\n")).is_empty());
        assert!(said_under("rfc8314", "no-pop-removal", IMAP).is_empty());
    }
}
