use maillint_model::{AccountKind, Auth, Change, Side};

use crate::policy::SenderAuth;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Level, Rule, Slot, host, username};

declare_rule! {
    /// ## What it checks
    /// Whether the program signs in to the server that it sends mail through.
    ///
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls none
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp localhost 1025 none none
    /// ```
    ///
    /// ## Why it matters
    /// A server that takes mail from anybody for anybody is used by spammers within hours, so servers refuse: "550
    /// relay not permitted", "please turn on SMTP authentication". Mail can be received, but not sent.
    ///
    /// ## How to fix it
    /// Turn authentication on for the outgoing server, with the same user name and password as for the incoming one.
    ///
    /// ## When it is wrong
    /// A server on the same computer is not judged, and one in a private network is only noted: it may know its own
    /// computers by their address. A house whose server asks for something else states `outgoing` in its policy
    /// (`pop-before-smtp`, `ip`, `none`), and a provider that publishes sending without authentication is believed.
    ///
    /// ## Sources
    /// RFC 6409 section 4.3; RFC 5068 section 3.1. Most helpdesks have a page of their own on this one mistake.
    pub OutgoingAuthMissing {
        id: "outgoing-auth-missing",
        level: Error,
        summary: "the program does not sign in to the outgoing server",
    }
}

impl Rule for OutgoingAuthMissing {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if case.policy.auth.outgoing.is_some_and(|wanted| wanted != SenderAuth::Required) {
            return;
        }
        if slot.side != Side::Outgoing || slot.server.auth.get() != Some(Auth::None) {
            return;
        }
        if slot.published_servers().any(|published| published.auth.contains(&Auth::None)) {
            return;
        }
        let to = case.suggested_auth(slot);
        let draft = Draft::new(&slot.subject, "the outgoing server is set up without authentication, it needs one")
            .label(case.label(&slot.server.auth, format!("{} does not sign in to send mail", case.client())))
            .why(
                "A mail server does not pass on mail for someone who does not sign in. Mail can be received \
                 this way, but sending it ends in messages such as \"relaying denied\".",
            )
            .on(&slot.server.auth)
            .expected(to.as_str())
            .change(change(case, slot, to, found));
        let private = slot.host().is_some_and(|name| host::is_private(&name));
        found.add(case, if private { draft.level(Level::Note) } else { draft });
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Auth { side: Side::Outgoing, to: Auth::Password }]
    }
}

/// What to change: the name belongs to it where none is stored and the client does not take the incoming server's.
fn change(case: &Case<'_>, slot: &Slot<'_>, to: Auth, found: &Found<'_>) -> Change {
    let auth = Change::Auth { side: Side::Outgoing, to };
    let is_stored = slot.server.username.text().is_some_and(|name| !name.trim().is_empty());
    let takes_name = matches!(to, Auth::Password | Auth::Encrypted | Auth::OAuth2);
    if is_stored || !takes_name || case.account.kind == AccountKind::Provisioning {
        return auth;
    }
    let incoming = || case.slot(Side::Incoming).and_then(|incoming| incoming.server.username.text());
    let Some(username) = username::suggested(slot).or_else(|| incoming().map(str::to_owned)) else { return auth };
    let sign_in = Change::SignIn { to, username };
    if found.is_possible(case, &sign_in) { sign_in } else { auth }
}

#[cfg(test)]
mod tests {
    use maillint_model::Change;

    use crate::notation::{TODAY, accounts, said, said_by, said_under};
    use crate::{Settings, judge};

    const OPEN: &str = "account: anna@example.org
                        outgoing: smtp mail.example.org 587 starttls none";

    #[test]
    fn it_is_an_error_under_every_built_in_policy() {
        let expected = ["error: the outgoing server is set up without authentication, it needs one"];
        assert_eq!(said("outgoing-auth-missing", OPEN), expected);
        assert_eq!(said_under("rfc8314", "outgoing-auth-missing", OPEN), expected);
    }

    #[test]
    fn a_house_that_asks_for_something_else_is_believed() {
        let policy = "schema = 1\nid = \"isp\"\n[auth]\noutgoing = \"pop-before-smtp\"";
        assert!(said_by(policy, "outgoing-auth-missing", OPEN).is_empty());
    }

    #[test]
    fn a_provider_that_publishes_it_is_believed() {
        let text = "account: anna@kokuyou.ne.jp
                    outgoing: smtp smtp.kokuyou.ne.jp 25 none none";
        assert!(said("outgoing-auth-missing", text).is_empty());
    }

    /// What the client is asked for the steps of, if it has any for a sign-in with a name.
    fn asked(text: &str, knows_sign_in: bool) -> String {
        let guide = |change: &Change, _: &_| match change {
            Change::SignIn { .. } if !knows_sign_in => Vec::new(),
            change => vec![format!("{change:?}")],
        };
        let findings = judge(&accounts(text), &Settings::new(TODAY), &guide).findings;
        findings.into_iter().find(|finding| finding.rule.id == "outgoing-auth-missing").unwrap().steps.concat()
    }

    #[test]
    fn where_no_name_is_stored_it_is_given() {
        let named = "SignIn { to: Password, username: \"anna@example.org\" }";
        let unnamed = "Auth { side: Outgoing, to: Password }";
        assert_eq!(asked(OPEN, true), named);
        // Not every client has a place for it.
        assert_eq!(asked(OPEN, false), unnamed);
        assert_eq!(asked(&format!("{OPEN} anna@example.org"), true), unnamed);
        // Where nobody says which form it has, it is that of the incoming server.
        let provider = "account: anna@aol.com
                        incoming: imap imap.aol.com 993 tls oauth2 anna@aol.com
                        outgoing: smtp smtp.aol.com 465 tls none";
        assert!(asked(provider, true).ends_with("username: \"anna@aol.com\" }"));
    }

    #[test]
    fn in_a_private_network_it_is_a_hint() {
        let text = "account: anna@example.org
                    outgoing: smtp 192.168.1.5 25 none none";
        assert_eq!(
            said("outgoing-auth-missing", text),
            ["note: the outgoing server is set up without authentication, it needs one"]
        );
    }

    #[test]
    fn an_identity_with_a_server_of_its_own_is_looked_at_too() {
        let text = "account: anna@example.org
                    outgoing: smtp mail.example.org 587 starttls password anna@example.org
                    identity: info@example.org
                    identity-outgoing: smtp mail2.example.org 587 starttls none";
        assert_eq!(said("outgoing-auth-missing", text).len(), 1);
    }

    #[test]
    fn unknown_is_neither_wrong_nor_right() {
        let text = "account: anna@example.org
                    outgoing: smtp mail.example.org 587 starttls ?";
        assert!(said("outgoing-auth-missing", text).is_empty());
    }
}
