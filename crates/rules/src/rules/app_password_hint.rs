use maillint_model::Auth;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program signs in with a password at a house that takes only one that was made for this program
    /// (an "app password"), as its policy says.
    ///
    /// ```fires
    /// [auth]
    /// app_password = true
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [auth]
    /// app_password = true
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls oauth2 anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The password for the provider's web page is refused by mail programs. The settings do not tell which one is
    /// stored.
    ///
    /// ## How to fix it
    /// If the password is refused: make an app password on the provider's web page.
    ///
    /// ## When it is wrong
    /// If mail comes, the right password is in use, and all is well. Large providers of this kind publish
    /// "password" all the same, so their accounts are not asked.
    ///
    /// ## Sources
    /// The policy itself.
    pub AppPasswordHint {
        id: "app-password-hint",
        level: Note,
        summary: "the house takes only a password made for this program",
    }
}

impl Rule for AppPasswordHint {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let house = case.house().filter(|_| slot.provider.is_none());
        let wanted = house.and_then(|policy| policy.auth.app_password) == Some(true);
        if slot.server.auth.get() != Some(Auth::Password) || !wanted {
            return;
        }
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!(
                    "the {} takes only a password that was made for this program (\"app password\")",
                    words::server(slot.side)
                ),
            )
            .label(case.label(
                &slot.server.auth,
                format!("{} sends a password; which one, the file does not tell", case.client()),
            ))
            .why(
                "The password of the provider's web page is refused here. If mail comes, the right \
                 one is in use and all is well.",
            )
            .on(&slot.server.auth)
            .advice(
                "If the password is refused: make one for this program on your provider's web page, and enter it where \
                 the program asks for the password.",
            ),
        );
    }
}
