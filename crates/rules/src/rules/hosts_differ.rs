use maillint_model::Side;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, hostname, policy::Wanted};

declare_rule! {
    /// ## What it checks
    /// Whether the incoming and the outgoing server have different names, where the house says that they are the
    /// same and no other rule has found fault with either name.
    ///
    /// ```fires
    /// [host]
    /// same_in_out = "require"
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp post.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// [host]
    /// same_in_out = "require"
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp MAIL.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp smtp.example.org 587 starttls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Where one server does both, two names mean that one of them is left over or guessed.
    ///
    /// ## How to fix it
    /// Set both to the name that the house gives out.
    ///
    /// ## When it is wrong
    /// Most large providers do have two servers. The rule asks only where the policy says `same_in_out =
    /// "require"`.
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from.
    pub HostsDiffer {
        id: "hosts-differ",
        level: Warning,
        summary: "the incoming and the outgoing server differ, where the house has one for both",
    }
}

impl Rule for HostsDiffer {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        if case.house().and_then(|policy| policy.host.same_in_out) != Some(Wanted::Require) {
            return;
        }
        let (Some(incoming), Some(outgoing)) = (case.slot(Side::Incoming), case.slot(Side::Outgoing)) else { return };
        let (Some(here), Some(there)) = (incoming.host(), outgoing.host()) else { return };
        let judged = |slot| hostname::fault(case, slot).is_some();
        let foreign = outgoing.provider.is_some() || incoming.server.is_loopback() || outgoing.server.is_loopback();
        if here == there || foreign || judged(incoming) || judged(outgoing) {
            return;
        }
        found.add(
            case,
            Draft::new(
                "hosts",
                format!(
                    "mail is collected at {here} but sent through {there}, both should be the same \
                     server"
                ),
            )
            .label(case.label(&outgoing.server.host, format!("{} sends mail here", case.client())))
            .label(case.label(&incoming.server.host, format!("{} collects mail here", case.client())))
            .why(
                "At your provider one server does both. Where the names differ, one of them is left \
                 over or was guessed.",
            )
            .advice("Ask your provider which of the two is the right name, and set both servers to it."),
        );
    }
}
