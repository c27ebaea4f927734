use maillint_model::{Auth, Change, Side};

use crate::policy::SenderAuth;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot};

declare_rule! {
    /// ## What it checks
    /// Whether the program signs in to the server that it collects mail from.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls none anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// A server does not hand out mail to someone who does not say who they are.
    ///
    /// ## How to fix it
    /// Set the way to sign in to a normal password, or to what the provider asks for.
    ///
    /// ## When it is wrong
    /// A server on the same computer (a bridge or a tunnel) may need no password, and is not judged. Servers that give
    /// mail to anyone have all but died out; a house that has one states `incoming = "none"` in its policy.
    ///
    /// ## Sources
    /// RFC 1939 section 4 and RFC 9051 section 6.2: mail is there after authentication only.
    pub IncomingAuthMissing {
        id: "incoming-auth-missing",
        level: Error,
        summary: "the program does not sign in to the incoming server",
    }
}

impl Rule for IncomingAuthMissing {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if case.policy.auth.incoming.is_some_and(|wanted| wanted != SenderAuth::Required) {
            return;
        }
        if slot.side != Side::Incoming || slot.server.auth.get() != Some(Auth::None) {
            return;
        }
        if slot.published_servers().any(|published| published.auth.contains(&Auth::None)) {
            return;
        }
        let to = case.suggested_auth(slot);
        found.add(
            case,
            Draft::new(&slot.subject, "the incoming server is set up without authentication, it needs one")
                .label(case.label(&slot.server.auth, format!("{} does not sign in", case.client())))
                .why("A server gives mail only to someone who signs in, so no mail can be collected this way.")
                .on(&slot.server.auth)
                .expected(to.as_str())
                .change(Change::Auth { side: Side::Incoming, to }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Auth { side: Side::Incoming, to: Auth::Password }]
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    #[test]
    fn a_clients_default_is_a_value_like_any_other() {
        let text = "account: anna@example.org
                    client: outlook
                    incoming: pop3 mail.example.org 995 tls (none) anna@example.org";
        assert_eq!(
            said("incoming-auth-missing", text),
            ["error: the incoming server is set up without authentication, it needs one"]
        );
    }

    #[test]
    fn every_way_to_sign_in_is_one_and_unknown_is_no_answer() {
        for auth in ["password", "encrypted", "ntlm", "kerberos", "oauth2", "certificate", "any", "?"] {
            let text =
                format!("account: anna@example.org\nincoming: imap mail.example.org 993 tls {auth} anna@example.org");
            assert!(said("incoming-auth-missing", &text).is_empty(), "{auth}");
        }
    }
}
