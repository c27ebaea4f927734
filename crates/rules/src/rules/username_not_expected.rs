use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::username::{self, Fault};
use crate::{Case, Found, Level, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the user name has none of the forms that the house lists, where no other rule knows more about it.
    ///
    /// ```fires
    /// [imap]
    /// usernames = ["wp{digits}-*"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [imap]
    /// usernames = ["wp{digits}-*"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password wp12345-anna
    /// ```
    ///
    /// ## Why it matters
    /// The server does not know the name, and refuses the password whatever it is.
    ///
    /// ## How to fix it
    /// Set the user name that the house has given out, in the form that it uses.
    ///
    /// ## When it is wrong
    /// A name that somebody gave out, for a server that has nothing to do with the mail domain, may be right there: then
    /// it is only noted. Where the house asks for the whole address, another whole address is taken for a second name of the same
    /// mailbox, and not judged here.
    ///
    /// ## Sources
    /// The policy itself.
    pub UsernameNotExpected {
        id: "username-not-expected",
        level: Error,
        summary: "the user name has none of the forms that the house uses",
    }
}

impl Rule for UsernameNotExpected {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if username::fault(case, slot) != Some(Fault::NotExpected) {
            return;
        }
        let to = username::suggested(slot);
        let draft = username::draft(case, slot, to.clone());
        found.add(
            case,
            match to.filter(|_| case.is_elsewhere(slot)) {
                Some(to) => draft
                    .level(Level::Note)
                    .why("Most servers know people by their whole address. Some providers give out a name to sign in with.")
                    .advice(format!("First ask your provider whether the user name is {to}: if it is not, change nothing.")),
                None => draft.why("The server does not know names of this form, and refuses the password whatever it is."),
            },
        );
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

    /// Host Europe, and many others: nobody makes up such a name.
    #[test]
    fn a_name_that_another_house_gave_out_is_only_asked_about() {
        let at = |host: &str, name: &str| {
            let text = format!(
                "account: anna@example.org
                 incoming: imap {host} 993 tls password {name}"
            );
            [said("username-not-expected", &text), said("username-not-full-address", &text)].concat()
        };
        let says = |level: &str, name: &str| {
            [format!("{level}: the user name of the incoming server is \"{name}\", it should be anna@example.org")]
        };
        assert_eq!(at("wp123.webpack.house.example", "wp12345-anna"), says("note", "wp12345-anna"));
        assert_eq!(at("mail.example.org", "wp12345-anna"), says("error", "wp12345-anna"));
        assert_eq!(at("wp123.webpack.house.example", "anna"), says("error", "anna"));
    }
}
