use maillint_model::{Auth, Change, Origin, Side};

use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot, username};

declare_rule! {
    /// ## What it checks
    /// Whether the user name is the address of the account, but with capital letters that the address does not have.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password Anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: Anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Most servers do not tell capitals from small letters, but some do: then the password is refused although it
    /// is right. Phones capitalise the first letter of what is typed.
    ///
    /// ## How to fix it
    /// Write the user name as the address is written.
    ///
    /// ## When it is wrong
    /// Where mail arrives, the server does not mind: it is only a note. A name that is not the address at all is another
    /// rule's, and an address with capitals of its own is left alone.
    ///
    /// ## Sources
    /// RFC 5321 section 2.4: the part before the @ may be case-sensitive, and nobody but its own server knows.
    pub UsernameCase {
        id: "username-case",
        level: Note,
        summary: "the user name has capital letters that the address does not have",
    }
}

impl Rule for UsernameCase {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let setting = &slot.server.username;
        let is_unused = matches!(slot.server.auth.get(), Some(Auth::None | Auth::PopBeforeSmtp));
        let (Some(name), Some(address)) = (setting.text(), slot.address) else { return };
        if is_unused || setting.origin() != Origin::Written || username::fault(case, slot).is_some() {
            return;
        }
        let own = format!("{}@{}", address.local, address.domain);
        // Some set up the address with a capital, and sign in without: that is what every server knows.
        if !name.eq_ignore_ascii_case(&own) || name == own || own.chars().any(char::is_uppercase) {
            return;
        }
        found.add(
            case,
            username::draft(case, slot, Some(own)).why(
                "Most servers do not mind capital letters in a user name, some do: they refuse a password that is \
                 right.",
            ),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .to_vec()
    }
}
