use maillint_model::Mailbox;

use crate::engine::is_in_use;
use crate::removal::{self, Removal};
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether two or more POP accounts of one mailbox remove mail from the server at once.
    ///
    /// ```fires
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
    ///
    /// account: anna@example.org
    /// client: thunderbird
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
    ///
    /// account: anna@example.org
    /// client: thunderbird
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 2 days
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: remove
    /// ```
    ///
    /// ## Why it matters
    /// Whoever looks first gets the mail, and the other never sees it. Mail ends up scattered over the devices.
    ///
    /// ## How to fix it
    /// Let one of them leave a copy on the server and remove it after some days; the other may then keep removing
    /// nothing.
    ///
    /// ## When it is wrong
    /// The second device may be out of use, or one file a copy of the other.
    ///
    /// ## Sources
    /// RFC 1939 section 4: one client at a time has the mailbox; section 3: what it deletes is gone.
    pub TwoDrainers {
        id: "two-drainers",
        level: Warning,
        summary: "two devices take mail off the server, and each gets a part of it",
    }
}

impl Rule for TwoDrainers {
    fn check_mailbox(&self, mailbox: &Mailbox<'_>, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let drainers: Vec<&Case<'_>> = cases
            .iter()
            .copied()
            .filter(|case| is_in_use(case.account) && removal::of(case.account) == Removal::AtOnce)
            .collect();
        let [first, others @ ..] = drainers.as_slice() else { return };
        let Some(retention) = first.account.retention.as_ref().filter(|_| !others.is_empty()) else { return };
        let draft = Draft::new(
            "mailbox",
            format!("{} programs take the mail of {} off the server at once, and each gets only a part of it", drainers.len(), mailbox.address),
        )
        .label(first.label(&retention.leave_on_server, format!("{} removes mail at once", first.client())))
        .why("Whichever looks first gets the mail, and the others never see it. If one of these files is a copy of another, all is well.");
        let label = |draft: Draft, other: &&Case<'_>| {
            draft.label(Label { at: other.account.at.clone(), text: format!("{} removes it too", other.client()) })
        };
        found.add(first, others.iter().fold(draft, label));
    }
}
