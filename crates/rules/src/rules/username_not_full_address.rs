use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the user name is the whole e-mail address, where the house asks for that.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password Anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// One server holds the mail of many domains, and there is an "anna" in many of them. Only the whole address tells
    /// it which mailbox is meant; with less, it refuses the password again and again.
    ///
    /// ## How to fix it
    /// Set the user name to the whole address. The program may ask for the password once more.
    ///
    /// ## When it is wrong
    /// For about a third of all providers the user name is something else: those with published settings are held
    /// against these, and a house states its own forms in its policy (`usernames`).
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from; Thunderbird's provider database for the
    /// forms that others use.
    pub UsernameNotFullAddress {
        id: "username-not-full-address",
        level: Error,
        summary: "the user name is not the whole e-mail address",
    }
}

impl Rule for UsernameNotFullAddress {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if username::fault(case, slot) != Some(Fault::Short) {
            return;
        }
        let Some(expected) = username::suggested(slot) else { return };
        let why = "The server holds the mail of many domains and knows people by their whole address. \
                   With less, it keeps asking for the password and refuses it.";
        found.add(case, username::draft(case, slot, Some(expected)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::{said, said_by};

    #[test]
    fn both_servers_are_named_unless_one_takes_over_from_the_other() {
        let written = "account: anna@example.org
                       incoming: imap mail.example.org 993 tls password anna
                       outgoing: smtp mail.example.org 587 starttls password anna";
        assert_eq!(
            said("username-not-full-address", written),
            [
                "error: the user name of the incoming server is \"anna\", it should be \
                 anna@example.org",
                "error: the user name of the outgoing server is \"anna\", it should be \
                 anna@example.org",
            ]
        );
        let inherited = "account: anna@example.org
                         incoming: imap mail.example.org 993 tls password anna
                         outgoing: smtp mail.example.org 587 starttls password <anna>";
        assert_eq!(said("username-not-full-address", inherited).len(), 1);
    }

    #[test]
    fn a_name_that_is_never_used_is_not_wrong() {
        let text = "account: anna@example.org
                    outgoing: smtp mail.example.org 587 starttls none anna";
        assert!(said("username-not-full-address", text).is_empty());
    }

    #[test]
    fn without_an_address_nobody_knows_the_right_name() {
        let text = "account: ?
                    incoming: imap mail.example.org 993 tls password anna";
        assert!(said("username-not-full-address", text).is_empty());
    }

    /// A file that sets up accounts names the short form by a placeholder.
    #[test]
    fn a_placeholder_for_the_local_part_is_short_too() {
        let text = "account: %EMAILLOCALPART%@example.org
                    kind: provisioning
                    incoming: imap mail.example.org 993 tls password %EMAILLOCALPART%";
        assert_eq!(said("username-not-full-address", text).len(), 1);
    }

    #[test]
    fn a_house_with_another_form_is_believed() {
        let policy = "schema = 1\nid = \"isp\"\n[imap]\nusernames = [\"{local}\"]";
        let text = "account: anna@example.org
                    incoming: imap mail.example.org 993 tls password anna";
        assert!(said_by(policy, "username-not-full-address", text).is_empty());
    }

    #[test]
    fn providers_with_short_names_are_right() {
        let text = "account: anna@bay.wind.ne.jp
                    incoming: pop3 bay.wind.ne.jp 110 none password anna";
        assert!(said("username-not-full-address", text).is_empty());
    }
}
