use maillint_model::{Auth, Change, Security, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Level, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program signs in in a way that the house's policy names under `auth.deny`, or leaves out of
    /// `auth.allow`.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls encrypted anna@example.org
    /// ```
    /// ```fires
    /// [auth]
    /// allow = ["oauth2"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 none encrypted anna@example.org
    /// ```
    /// ```passes
    /// [auth]
    /// allow = ["oauth2", "password"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls ? anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// What the house does not offer may be refused, and what it does not want may be switched off.
    ///
    /// ## How to fix it
    /// Set the way to sign in to the one that the house names first.
    ///
    /// ## When it is wrong
    /// Secure Password Authentication and no authentication at all have rules of their own. Providers with
    /// published settings are held against those.
    ///
    /// ## Sources
    /// The policy itself. Under `hosting`, an "encrypted password" (CRAM-MD5, APOP) is noted: RFC 8314 makes it
    /// needless, and it wants the server to keep passwords readable.
    pub AuthNotWanted {
        id: "auth-not-wanted",
        level: Note,
        summary: "the way to sign in is one that the house does not want",
    }
}

impl Rule for AuthNotWanted {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let (Some(house), Some(now)) = (case.house(), slot.server.auth.get()) else { return };
        if slot.provider.is_some() || matches!(now, Auth::None | Auth::Ntlm | Auth::PopBeforeSmtp | Auth::Any) {
            return;
        }
        let denied = house.auth.deny.iter().find(|(auth, _)| auth.0 == now).map(|(_, level)| *level);
        let left_out = !house.auth.allow.is_empty() && !house.auth.allow.iter().any(|auth| auth.0 == now);
        let level = match denied {
            Some(level) => level.level(),
            None => left_out.then_some(Level::Warning),
        };
        let Some(level) = level else { return };
        let to = case.suggested_auth(slot);
        // A plain password over a connection that may be plain would be worse than what is set.
        let protected = slot.server.security.get().is_some_and(Security::is_required);
        if to == now || (to == Auth::Password && !protected) {
            return;
        }
        let server = words::server(slot.side);
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!("the {server} is signed in to with {}, it should be {}", words::auth(now), words::auth(to)),
            )
            .label(case.label(&slot.server.auth, format!("{} signs in this way", case.client())))
            .why("Your provider does not want this way to sign in: it may be refused, or stop working one day.")
            .on(&slot.server.auth)
            .expected(to.as_str())
            .change(Change::Auth { side: slot.side, to })
            .level(level),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::Password }).to_vec()
    }
}
