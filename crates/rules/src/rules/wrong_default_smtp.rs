use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether an account sends through the outgoing server of another account of the same profile, while a server
    /// of its own provider is set up there too.
    ///
    /// ```fires
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.net 587 starttls password anna@example.net
    ///
    /// account: anna@example.net
    /// incoming: imap mail.example.net 993 tls password anna@example.net
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    ///
    /// account: anna@example.net
    /// incoming: imap mail.example.net 993 tls password anna@example.net
    /// outgoing: smtp mail.example.net 587 starttls password anna@example.net
    /// ```
    /// ```passes
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp relay.example.com 587 starttls password anna
    /// ```
    ///
    /// ## Why it matters
    /// Mail goes out through a server that may not send for this address: it is refused, or ends up among the spam,
    /// or shows the wrong sender.
    ///
    /// ## How to fix it
    /// Choose the outgoing server of the same provider for this account.
    ///
    /// ## When it is wrong
    /// One may send everything through one provider on purpose. Only where a server of the right provider is there,
    /// and unused by this account, something is said.
    ///
    /// ## Sources
    /// Thunderbird gives an account without an outgoing server of its own the default one.
    pub WrongDefaultSmtp {
        id: "wrong-default-smtp",
        level: Warning,
        summary: "mail is sent through the server of another account",
    }
}

impl Rule for WrongDefaultSmtp {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let Some(right) = case.better_outgoing() else { return };
        let Some(outgoing) = case.slot(Side::Outgoing) else { return };
        let now = outgoing.server.host.text().unwrap_or_default();
        found.add(
            case,
            Draft::new(
                "outgoing",
                format!(
                    "mail is sent through {now}, the server of another account, it should go through \
                     {right}, which is set up here too"
                ),
            )
            .label(
                case.label(
                    &outgoing.server.host,
                    format!("{} sends mail of {} here", case.client(), case.account.label()),
                ),
            )
            .why("The server of another provider may refuse this address, or the mail ends up among the spam.")
            .on(&outgoing.server.host)
            .expected(&right)
            .change(Change::OutgoingServer { to: Some(right) }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::OutgoingServer { to: Some("mail.example.org".to_owned()) }]
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    /// The server that would be right is often there, and no account sends through it.
    #[test]
    fn the_server_of_another_account_is_not_to_be_changed_but_another_chosen() {
        let text = "account: anna@example.org
                    incoming: imap mail.example.org 993 tls password anna@example.org
                    outgoing: smtp smtp.gmail.com 465 tls oauth2 anna.b@gmail.com

                    account: anna.b@gmail.com
                    incoming: imap imap.gmail.com 993 tls oauth2 anna.b@gmail.com
                    outgoing: smtp smtp.gmail.com 465 tls oauth2 anna.b@gmail.com

                    account: ?
                    status: offered
                    outgoing: smtp mail.example.org 587 starttls password anna@example.org";
        assert_eq!(
            said("wrong-default-smtp", text),
            ["warning: mail is sent through smtp.gmail.com, the server of another account, it should go through \
              mail.example.org, which is set up here too"]
        );
        for rule in ["host-not-expected", "smtp-465-before-587", "username-other-domain", "auth-not-wanted"] {
            assert!(said(rule, text).is_empty(), "{rule}");
        }
        assert!(said("wrong-default-smtp", &text.replace("offered", "orphaned")).is_empty());
    }
}
