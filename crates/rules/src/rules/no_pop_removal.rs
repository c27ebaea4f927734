use maillint_model::{Change, Mailbox, Protocol, Retention};

use crate::engine::is_in_use;
use crate::policy::{Days, RetentionMode};
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule, RuleMeta, words};

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

/// Without a number in the policy: two days, as the page has it.
const DAYS: Days = Days { want: 2, min: 1, max: 14 };

enum Removal {
    Yes,
    No,
    Unknown,
}

/// Whether a POP account removes mail within so many days.
fn removes(retention: Option<&Retention>, max: u32) -> Removal {
    let Some(retention) = retention else { return Removal::Unknown };
    match (retention.leave_on_server.get(), retention.remove_after_days.get()) {
        (Some(false), _) => Removal::Yes,
        (Some(true), Some(Some(days))) if days <= max => Removal::Yes,
        (Some(true), Some(_)) => Removal::No,
        (None, _) | (Some(true), None) => Removal::Unknown,
    }
}

impl Rule for NoPopRemoval {
    fn meta(&self) -> &'static RuleMeta {
        Self::META
    }

    fn check_mailbox(&self, mailbox: &Mailbox<'_>, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let used: Vec<&Case<'_>> = cases.iter().copied().filter(|case| is_in_use(case.account)).collect();
        // The house's rule is the house's only where every account of the mailbox is.
        let Some(policy) = used.first().and_then(|case| case.house()) else { return };
        if policy.retention.mode != Some(RetentionMode::PopDrain) || used.iter().any(|case| case.house().is_none()) {
            return;
        }
        let days = policy.retention.delete_after_days.unwrap_or(DAYS);
        let mut keeper: Option<&Case<'_>> = None;
        let mut bridge = false;
        for case in &used {
            let Some(server) = &case.account.incoming else { continue };
            bridge |= server.is_loopback();
            if server.protocol == Protocol::Pop3 {
                match removes(case.account.retention.as_ref(), days.max) {
                    Removal::Yes | Removal::Unknown => return,
                    Removal::No => keeper = keeper.or(Some(case)),
                }
            }
        }
        if bridge {
            return;
        }
        let Some(case) = keeper.or(used.first().copied()) else { return };
        let wanted = words::days(days.want);
        let draft = match (keeper, case.account.retention.as_ref()) {
            (Some(_), Some(retention)) => keeps(case, retention, mailbox, days),
            _ => {
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
            }
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
        vec![Change::RemoveAfterDays(DAYS.want)]
    }
}

/// A POP account that never removes mail, or too late: the setting is there, and can be put right.
fn keeps(case: &Case<'_>, retention: &Retention, mailbox: &Mailbox<'_>, days: Days) -> Draft {
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
