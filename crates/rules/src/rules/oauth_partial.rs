use maillint_model::{Auth, Change, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, dated, words};

declare_rule! {
    /// ## What it checks
    /// Whether one of the two servers of one provider is signed in to by OAuth2 and the other with a password.
    ///
    /// ```fires
    /// account: anna@gmail.com
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com
    /// outgoing: smtp smtp.gmail.com 465 tls password anna@gmail.com
    /// ```
    /// ```passes
    /// account: anna@gmail.com
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com
    /// outgoing: smtp smtp.gmail.com 465 tls oauth2 anna@gmail.com
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// The move to the web sign-in was left half done: mail comes, but sending stops on the day that the provider
    /// takes no more passwords, or has stopped already.
    ///
    /// ## How to fix it
    /// Set OAuth2 for the other server too.
    ///
    /// ## When it is wrong
    /// A password made for one program ("app password") may still work.
    ///
    /// ## Sources
    /// The state that Thunderbird leaves behind when only the incoming server is changed.
    pub OauthPartial {
        id: "oauth-partial",
        level: Warning,
        summary: "one server has moved to the web sign-in, the other still has a password",
    }
}

impl Rule for OauthPartial {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let (Some(incoming), Some(outgoing)) = (case.slot(Side::Incoming), case.slot(Side::Outgoing)) else { return };
        let (Some(provider), Some(other)) = (incoming.provider, outgoing.provider) else { return };
        let (behind, ahead) = match (incoming.server.auth.get(), outgoing.server.auth.get()) {
            (Some(Auth::OAuth2), Some(Auth::Password)) => (outgoing, incoming),
            (Some(Auth::Password), Some(Auth::OAuth2)) => (incoming, outgoing),
            _ => return,
        };
        let offers = behind.published_servers().any(|published| published.auth.contains(&Auth::OAuth2));
        // Where passwords have ended, that is the stronger thing to say.
        let ended = dated::password_end(provider.id, behind.server.protocol).is_some();
        // Mail of a known provider may well be sent through another's server.
        let is_there = |slot: &Slot<'_>| slot.host().is_some_and(|host| provider.has(&host));
        if provider.id != other.id || !is_there(incoming) || !is_there(outgoing) || !offers || ended {
            return;
        }
        found.add(
            case,
            Draft::new(
                "auth",
                format!(
                    "the {} has moved to the web sign-in (OAuth2), the {} still sends a password",
                    words::server(ahead.side),
                    words::server(behind.side)
                ),
            )
            .label(case.label(&behind.server.auth, "still a password"))
            .label(case.label(&ahead.server.auth, "already the web sign-in"))
            .why(
                "The move was left half done. One direction stops working as soon as the provider \
                 refuses the password.",
            )
            .on(&behind.server.auth)
            .expected(Auth::OAuth2.as_str())
            .change(Change::Auth { side: behind.side, to: Auth::OAuth2 }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::OAuth2 }).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    /// It has no web sign-in, and may be another account's.
    #[test]
    fn the_server_of_somebody_else_has_moved_nowhere() {
        let text = "account: anna@gmail.com
                    incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com
                    outgoing: smtp mail.example.org 587 starttls password anna@example.org";
        assert!(said("oauth-partial", text).is_empty());
        let own = text.replace("mail.example.org 587", "smtp.gmail.com 587");
        assert_eq!(said("oauth-partial", &own).len(), 1);
    }
}
