use maillint_model::{Auth, Change, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program takes any way to sign in that the server offers.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls any anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// It may change from one day to the next, with the server or with an update. Thunderbird no longer shows this
    /// setting in its menu, so nobody sees it.
    ///
    /// ## How to fix it
    /// Choose one way.
    ///
    /// ## When it is wrong
    /// Some programs have no such setting at all, and always try. Then the value is unknown, and nothing is said.
    ///
    /// ## Sources
    /// Thunderbird's old values "any" and "any secure method".
    pub AuthAny {
        id: "auth-any",
        level: Note,
        summary: "the way to sign in is left to chance",
    }
}

impl Rule for AuthAny {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if slot.server.auth.get() != Some(Auth::Any) {
            return;
        }
        let to = case.suggested_auth(slot);
        let server = words::server(slot.side);
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!("the {server} is signed in to in any way that it offers, it should be {}", words::auth(to)),
            )
            .label(case.label(&slot.server.auth, format!("{} signs in this way", case.client())))
            .why("What is used may change with the server or with an update: it works today, and tomorrow it may not.")
            .on(&slot.server.auth)
            .expected(to.as_str())
            .change(Change::Auth { side: slot.side, to }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::Password }).to_vec()
    }
}
