use maillint_model::Change;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether a program that fetches mail has any outgoing server to send with.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// no-outgoing: at all
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Mail comes in, but an answer to it cannot be sent.
    ///
    /// ## How to fix it
    /// Set up the outgoing server of the provider, and choose it for this account.
    ///
    /// ## When it is wrong
    /// An account may be there for reading only. Where the list of outgoing servers could not be read, or where it is
    /// not known which of them an account uses, nothing is said.
    ///
    /// ## Sources
    /// Thunderbird takes the default outgoing server, else the first of its list (`mail.smtpservers`), else none; Apple
    /// Mail sends through the one that the account names.
    pub AccountWithoutSmtp {
        id: "account-without-smtp",
        level: Warning,
        summary: "an account fetches mail, and no outgoing server is set up to send with",
    }
}

impl Rule for AccountWithoutSmtp {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let fetches = case.account.incoming.as_ref().is_some_and(|server| server.protocol.is_mail());
        if !fetches || !case.account.no_outgoing.iter().any(|gap| gap.named_at.is_none()) {
            return;
        }
        found.add(
            case,
            Draft::new(
                "outgoing",
                format!("no outgoing server is set up in {}, there should be one to send with", case.client()),
            )
            .why(
                "Mail comes in, but none can be sent. Set up the outgoing server as well: your provider names it \
                 beside the incoming one.",
            )
            .change(Change::OutgoingServer { to: None }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::OutgoingServer { to: None }]
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    #[test]
    fn an_account_is_named_once_however_many_addresses_it_has() {
        let text = "account: anna@example.org
                    incoming: imap mail.example.org 993 tls password anna@example.org
                    no-outgoing: at all
                    identity: info@example.org
                    no-outgoing: at all";
        assert_eq!(
            said("account-without-smtp", text),
            ["warning: no outgoing server is set up in Thunderbird, there should be one to send with"]
        );
    }
}
