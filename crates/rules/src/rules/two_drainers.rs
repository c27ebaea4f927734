use maillint_model::{Change, Mailbox};

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
    /// Let only one of them remove mail, and that one only after some days.
    ///
    /// ## When it is wrong
    /// The second device may be out of use. Two files that say the same of the same account are taken for copies of one
    /// another, unless their folders tell that they are different profiles of Thunderbird.
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
    fn check_mailbox(&self, mailbox: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let mut drainers = removal::devices(cases);
        drainers.retain(|case| removal::of(case.account) == Removal::AtOnce);
        let [first, others @ ..] = drainers.as_slice() else { return };
        let Some(retention) = first.account.retention.as_ref().filter(|_| !others.is_empty()) else { return };
        // Two of one list are in one program.
        let file = first.account.file.name();
        let who = if others.iter().all(|other| other.account.file.name() == file) { "accounts" } else { "programs" };
        let draft = Draft::new(
            "mailbox",
            format!(
                "{} {who} take the mail of {} off the server at once, and each gets only a part of it",
                drainers.len(),
                mailbox.address
            ),
        )
        .label(first.label(&retention.leave_on_server, format!("{} removes mail at once", first.client())))
        .why("Whichever looks first gets the mail, and the others never see it. One of them may go on.")
        .on(&retention.leave_on_server)
        .change(Change::LeaveOnServer);
        let label = |draft: Draft, other: &&Case<'_>| {
            draft.label(Label { at: other.account.at.clone(), text: format!("{} removes it too", other.client()) })
        };
        found.add(first, others.iter().fold(draft, label));
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::LeaveOnServer]
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    /// A backup of a profile, or a second export of one registry, is no second device.
    #[test]
    fn a_copy_of_a_file_is_no_device() {
        let device = |key: &str| {
            format!(
                "account: anna@example.org
                 client: outlook
                 key: {key}
                 incoming: pop3 mail.example.org 995 tls password anna@example.org
                 retention: remove\n"
            )
        };
        assert!(said("two-drainers", &format!("{}{}", device("00000002"), device("00000002"))).is_empty());
        assert_eq!(
            said("two-drainers", &format!("{}{}", device("00000002"), device("00000003"))),
            ["warning: 2 accounts take the mail of anna@example.org off the server at once, and \
              each gets only a part of it"]
        );
    }
}
