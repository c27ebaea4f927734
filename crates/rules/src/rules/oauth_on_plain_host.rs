use maillint_model::{Auth, Change, Security, Side};

use crate::case::normal_host;
use crate::facts::provider_of_host;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, host, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program is to sign in with a web page (OAuth2) at a server in the account's own mail domain, of which no
    /// known provider says that it has one.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls oauth2 anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap outlook.office365.com 993 tls oauth2 anna@example.org
    /// ```
    /// ```passes
    /// account: anna@gmail.com
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com
    /// ```
    /// ```passes
    /// [auth]
    /// allow = ["oauth2"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls oauth2 anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// A program can only sign in this way where it knows the page, and it knows those of the large providers. At any other
    /// server signing in fails, or the program asks over and over again.
    ///
    /// ## How to fix it
    /// Set the way to sign in to a normal password.
    ///
    /// ## When it is wrong
    /// A house with a sign-in page of its own, which was entered into the program by hand, names `oauth2` under
    /// `auth.allow` in its policy. Without a policy or known provider, where the server is in another domain, nothing is
    /// said.
    ///
    /// ## Sources
    /// Thunderbird and Apple Mail carry a list of the providers that they can sign in to with OAuth2.
    pub OauthOnPlainHost {
        id: "oauth-on-plain-host",
        level: Warning,
        summary: "a web sign-in is set for a server that has none",
    }
}

impl Rule for OauthOnPlainHost {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let server = slot.server;
        // What the house names under `allow` is what `auth-not-wanted` holds an account against.
        let stated = case.house().is_some_and(|policy| !policy.auth.allow.is_empty());
        if server.auth.get() != Some(Auth::OAuth2) || slot.provider.is_some() || stated {
            return;
        }
        let (Some(name), Some(address)) = (slot.host(), slot.address) else { return };
        if !host::is_related(&name, &normal_host(address.domain)) || provider_of_host(&name, None).is_some() {
            return;
        }
        let to = Auth::Password;
        // A plain password over a connection that may be plain would be worse than what is set.
        if !server.security.get().is_some_and(Security::is_required) {
            return;
        }
        let draft = Draft::new(
            &slot.subject,
            format!(
                "the {} is signed in to with {}, it should be {}",
                words::server(slot.side),
                words::auth(Auth::OAuth2),
                words::auth(to)
            ),
        )
        .label(case.label(&server.auth, format!("{} would open a page to sign in", case.client())))
        .why(format!(
            "A program can sign in with a web page only where it knows the page, as with Google or Microsoft. {name} is no \
             such server, so signing in fails."
        ))
        .on(&server.auth)
        .expected(to.as_str())
        .change(Change::Auth { side: slot.side, to });
        found.add(case, draft);
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::Password }).to_vec()
    }
}
