use maillint_model::{Auth, Change, Origin, Side};

use crate::policy::Wanted;
use crate::rule::declare_rule;
use crate::{Case, Found, Rule, host, username};

declare_rule! {
    /// ## What it checks
    /// Whether the outgoing server has a user name of its own that is not the one of the incoming server, where the
    /// house says that they are the same.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password info@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password Anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp smtp.gmail.com 465 tls password anna@gmail.com
    /// ```
    ///
    /// ## Why it matters
    /// One mailbox has one name and one password. With two, sooner or later only one of them is changed, and
    /// sending stops.
    ///
    /// ## How to fix it
    /// Set the outgoing server to the same user name as the incoming one.
    ///
    /// ## When it is wrong
    /// A service for sending has user names of its own; where the outgoing server is another provider's, nothing is
    /// said.
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from.
    pub OutgoingUsernameDiffers {
        id: "outgoing-username-differs",
        level: Warning,
        summary: "the outgoing server is signed in to with another user name",
    }
}

impl Rule for OutgoingUsernameDiffers {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        if case.house().and_then(|policy| policy.username.outgoing_same_as_incoming) != Some(Wanted::Require) {
            return;
        }
        let (Some(incoming), Some(outgoing)) = (case.slot(Side::Incoming), case.slot(Side::Outgoing)) else { return };
        let (Some(here), Some(there)) = (incoming.server.username.text(), outgoing.server.username.text()) else {
            return;
        };
        let (Some(here_host), Some(there_host)) = (incoming.host(), outgoing.host()) else { return };
        let other_house =
            outgoing.provider.is_some() || !(here_host == there_host || host::is_related(&here_host, &there_host));
        let unused = matches!(outgoing.server.auth.get(), None | Some(Auth::None | Auth::PopBeforeSmtp));
        if here.eq_ignore_ascii_case(there)
            || there.is_empty()
            || outgoing.server.username.origin() == Origin::Inherited
            || outgoing.server.is_loopback()
            || other_house
            || unused
            || username::fault(case, incoming).is_some()
            || username::fault(case, outgoing).is_some()
        {
            return;
        }
        found.add(
            case,
            username::draft(case, outgoing, Some(here.to_owned()))
                .label(case.label(&incoming.server.username, "mail is collected with this name"))
                .why(
                    "One mailbox has one name and one password. With two, sooner or later only one is \
                     kept up, and sending stops.",
                ),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Username { side: Side::Outgoing, to: "anna@example.org".to_owned() }]
    }
}
