use maillint_model::{Auth, Change, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, dated, facts, words};

declare_rule! {
    /// ## What it checks
    /// Whether a server of a known provider is signed in to in a way that the provider does not publish for it.
    ///
    /// ```fires
    /// account: anna@gmx.net
    /// incoming: imap imap.gmx.net 993 tls encrypted anna@gmx.net
    /// ```
    /// ```passes
    /// account: anna@gmx.net
    /// incoming: imap imap.gmx.net 993 tls password anna@gmx.net
    /// ```
    /// ```passes
    /// account: anna@gmx.net
    /// incoming: imap imap.gmx.net 993 tls ? anna@gmx.net
    /// ```
    ///
    /// ## Why it matters
    /// A provider keeps the published ways working, and others as it likes.
    ///
    /// ## How to fix it
    /// Set the way to sign in to the published one.
    ///
    /// ## When it is wrong
    /// Published data has gaps: servers often take more than they publish. Where a password has ended, another rule
    /// says so.
    ///
    /// ## Sources
    /// Thunderbird's provider database, with its day in each message.
    pub AuthNotPublished {
        id: "auth-not-published",
        level: Note,
        summary: "the way to sign in is not one that the provider publishes",
    }
}

impl Rule for AuthNotPublished {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let (Some(provider), Some(now), Some(host)) = (slot.provider, slot.server.auth.get(), slot.host()) else {
            return;
        };
        if matches!(now, Auth::None | Auth::Ntlm | Auth::Any | Auth::PopBeforeSmtp)
            || dated::password_end(provider.id, slot.server.protocol).is_some()
        {
            return;
        }
        let here: Vec<_> = slot.published_servers().filter(|published| published.is_on(&host, slot.address)).collect();
        let Some(to) = here.first().and_then(|published| published.auth.first()).copied() else { return };
        if here.iter().any(|published| published.auth.contains(&now)) {
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
            .why(facts::differs(provider))
            .on(&slot.server.auth)
            .expected(to.as_str())
            .change(Change::Auth { side: slot.side, to }),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::Password }).to_vec()
    }
}
