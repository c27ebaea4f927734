use std::collections::BTreeSet;

use maillint_model::Change;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether an account sends through an outgoing server that is still there.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// no-outgoing: smtp3
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// outgoing-key: smtp3
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The program has a list of outgoing servers, and an account only names one of them. When that one was removed, or
    /// the settings were copied from elsewhere, the account points nowhere: mail comes in, but none goes out.
    ///
    /// ## How to fix it
    /// Choose another outgoing server for the account, or set up the missing one again.
    ///
    /// ## When it is wrong
    /// Where a part of the file could not be read, the server may stand in that part: then nothing is said. Thunderbird
    /// up to version 92 made a server from whatever it found, and is not judged.
    ///
    /// ## Sources
    /// Thunderbird since version 93 has no fallback (`mailnews/compose/src/SMTPServer`, `mail.smtpservers`); Apple Mail
    /// joins `SMTPIdentifier` or `SendingAccountIdentifier` to its list, and asks when sending.
    pub DanglingReference {
        id: "dangling-reference",
        level: Error,
        summary: "an account sends through an outgoing server that does not exist",
    }
}

impl Rule for DanglingReference {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let mut seen = BTreeSet::new();
        for gap in &case.account.no_outgoing {
            let Some(at) = &gap.named_at else { continue };
            // Several addresses may hang on one default.
            if !seen.insert((at.file.name(), at.span)) {
                continue;
            }
            let identity = case.account.identities.get(gap.identity);
            let who = identity.and_then(|identity| identity.address.text()).unwrap_or_else(|| case.account.label());
            found.add(
                case,
                Draft::new(
                    format!("identity-{}", gap.identity + 1),
                    format!(
                        "{who} sends through an outgoing server that is not in the list of {}, it should be one \
                         that is",
                        case.client()
                    ),
                )
                .label(Label { at: at.clone(), text: "no outgoing server has this name".to_owned() })
                .why(
                    "The server was removed, or its settings were not copied along. Mail comes in, but none can \
                     be sent until another outgoing server is chosen for this account.",
                )
                .change(Change::OutgoingServer { to: None }),
            );
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::OutgoingServer { to: None }]
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    #[test]
    fn each_address_with_a_server_that_is_not_there_is_named() {
        let text = "account: anna@example.org
                    incoming: imap mail.example.org 993 tls password anna@example.org
                    outgoing: smtp mail.example.org 587 starttls password anna@example.org
                    identity: info@example.org
                    no-outgoing: smtp3";
        assert_eq!(
            said("dangling-reference", text),
            ["error: info@example.org sends through an outgoing server that is not in the list of Thunderbird, it \
              should be one that is"]
        );
    }
}
