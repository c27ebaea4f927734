use crate::case::{normal_host, split_address};
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, hostname};

declare_rule! {
    /// ## What it checks
    /// Whether answers go to an address (Reply-To) whose domain is a slip of the fingers away from the account's
    /// own.
    ///
    /// ```fires
    /// account: anna@example.org
    /// reply-to: anna@exmaple.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// reply-to: office@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// reply-to: anna@gmail.com
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// It is a sign that someone else has been at the account: they get the answers, and you do not.
    ///
    /// ## How to fix it
    /// Correct or empty the field. If nobody here has set it, change the password.
    ///
    /// ## When it is wrong
    /// An address of an altogether different domain is common, and left alone.
    ///
    /// ## Sources
    /// What criminals do after they have taken over an account.
    pub ReplyToSuspicious {
        id: "reply-to-suspicious",
        level: Warning,
        summary: "answers go to an address that looks like the own one, but is another",
    }
}

impl Rule for ReplyToSuspicious {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        for (number, identity) in case.account.identities.iter().enumerate() {
            let domain = |text: Option<&str>| text.and_then(split_address).map(|address| normal_host(address.domain));
            let (Some(own), Some(other)) = (domain(identity.address.text()), domain(identity.reply_to.text())) else {
                continue;
            };
            if !hostname::is_typo(&other, &own) {
                continue;
            }
            found.add(
                case,
                Draft::new(
                    format!("reply-to-{}", number + 1),
                    format!("answers go to an address at {other}, the account's own is at {own}"),
                )
                .label(case.label(&identity.reply_to, "answers go here"))
                .why(
                    "It may be a slip of the fingers. If nobody here has set it, someone else has been \
                     at the account: change the password.",
                )
                .on(&identity.reply_to)
                .advice(format!(
                    "Look in the settings of the account in {}, where the name and the address stand, for the address \
                     that answers go to: empty it, or mend it.",
                    case.client()
                )),
            );
        }
    }
}
