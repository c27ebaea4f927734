use maillint_model::{Auth, Change, Side};

use crate::policy::SenderAuth;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program is set to fetch mail before it sends some, instead of signing in to the outgoing server,
    /// where the house asks to sign in.
    ///
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls pop-before-smtp anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// [auth]
    /// outgoing = "pop-before-smtp"
    /// ---
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls pop-before-smtp anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// It is a trick of the nineties: the server remembered the address of the connection for some minutes. Nearly
    /// all have given it up, and sending fails.
    ///
    /// ## How to fix it
    /// Turn authentication on for the outgoing server.
    ///
    /// ## When it is wrong
    /// A house that still works this way states `outgoing = "pop-before-smtp"` in its policy.
    ///
    /// ## Sources
    /// RFC 6409 section 4.3: the server asks for authentication.
    pub PopBeforeSmtpLeftOn {
        id: "pop-before-smtp-left-on",
        level: Warning,
        summary: "mail is sent after fetching mail, without signing in",
    }
}

impl Rule for PopBeforeSmtpLeftOn {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if slot.server.auth.get() != Some(Auth::PopBeforeSmtp)
            || case.policy.auth.outgoing.is_some_and(|wanted| wanted != SenderAuth::Required)
        {
            return;
        }
        let to = case.suggested_auth(slot);
        let server = words::server(slot.side);
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!(
                    "the {server} is not signed in to: mail is fetched first instead, it should be {}",
                    words::auth(to)
                ),
            )
            .label(case.label(&slot.server.auth, format!("{} signs in this way", case.client())))
            .why(
                "It is a trick of the nineties, which nearly all servers have given up: sending \
                 fails, or works only for some minutes after mail was fetched.",
            )
            .on(&slot.server.auth)
            .expected(to.as_str())
            .change(Change::Auth { side: slot.side, to }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::Password }).to_vec()
    }
}
