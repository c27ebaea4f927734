use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Level, Rule, Slot, facts};

declare_rule! {
    /// ## What it checks
    /// Whether the user name is the whole address where the provider publishes a short name, or the reverse.
    ///
    /// ```fires
    /// account: anna@gmx.net
    /// incoming: imap imap.gmx.net 993 tls password anna
    /// ```
    /// ```passes
    /// account: anna@gmx.net
    /// incoming: imap imap.gmx.net 993 tls password anna@gmx.net
    /// ```
    /// ```passes
    /// account: anna.b@gmx.net
    /// incoming: imap imap.gmx.net 993 tls password anna@gmx.net
    /// ```
    ///
    /// ## Why it matters
    /// A provider accepts the published form, and others as it likes.
    ///
    /// ## How to fix it
    /// Set the user name to the published form.
    ///
    /// ## When it is wrong
    /// Many providers accept both forms. The whole address in place of a short name is only noted. Another name of
    /// the right form is taken for the person's own.
    ///
    /// ## Sources
    /// Thunderbird's provider database, with its day in each message.
    pub UsernameDiffersFromPublished {
        id: "username-differs-from-published",
        level: Warning,
        summary: "the user name has another form than the provider publishes",
    }
}

impl Rule for UsernameDiffersFromPublished {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let Some(Fault::NotPublished(expected)) = username::fault(case, slot) else { return };
        let Some(provider) = slot.provider else { return };
        let level = if expected.contains('@') { Level::Warning } else { Level::Note };
        found.add(case, username::draft(case, slot, Some(expected)).why(facts::differs(provider)).level(level));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    /// Outlook takes the name for sending over from the incoming server, unless it is told otherwise.
    #[test]
    fn a_name_that_is_right_to_fetch_mail_may_be_wrong_to_send_it() {
        let at = |name: &str| {
            let text = format!(
                "account: carla@icloud.com
                 client: outlook
                 incoming: imap imap.mail.me.com 993 tls password {name}
                 outgoing: smtp smtp.mail.me.com 587 starttls password <{name}>"
            );
            said("username-differs-from-published", &text)
        };
        assert_eq!(
            at("carla"),
            ["warning: the user name of the outgoing server is \"carla\", it should be carla@icloud.com"]
        );
        assert!(at("carla@icloud.com").is_empty());
    }
}
