use maillint_model::Protocol;

use crate::facts::Provider;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether an account uses POP or IMAP where the house says that it does not offer it, or POP where the provider
    /// has none.
    ///
    /// ```fires
    /// [pop3]
    /// offered = false
    /// ---
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@icloud.com
    /// incoming: pop3 pop.mail.me.com 995 tls password anna@icloud.com
    /// ```
    /// ```passes
    /// account: anna@icloud.com
    /// incoming: imap imap.mail.me.com 993 tls password anna
    /// ```
    /// ```passes
    /// [pop3]
    /// offered = false
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// There is no such server, so no mail can be collected.
    ///
    /// ## How to fix it
    /// Set the account up anew, with the kind that the house offers. A program cannot change the kind of an account
    /// that is there.
    ///
    /// ## When it is wrong
    /// Only a policy says this, and Apple of its iCloud. Another provider whose published settings do not name POP may
    /// offer it all the same.
    ///
    /// ## Sources
    /// The policy itself; Apple's page of iCloud Mail's server settings ("iCloud Mail doesn't support POP").
    pub ProtocolNotOffered {
        id: "protocol-not-offered",
        level: Error,
        summary: "the house does not offer this way of collecting mail",
    }
}

impl Rule for ProtocolNotOffered {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        let has_no_pop = slot.provider.is_some_and(Provider::is_without_pop);
        let is_missing = slot.offer.and_then(|offer| offer.offered) == Some(false)
            || (has_no_pop && slot.server.protocol == Protocol::Pop3);
        if !is_missing {
            return;
        }
        let protocol = words::protocol(slot.server.protocol);
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!(
                    "the {} is set up for {protocol}, which this provider does not offer",
                    words::server(slot.side)
                ),
            )
            .label(case.label(&slot.server.host, format!("{} talks {protocol} here", case.client())))
            .why("There is no such server, so it cannot work. The account has to be set up anew, as another kind.")
            .advice(format!(
                "Set the account up a second time in {}, as a kind that the provider offers, and remove this one when \
                 all mail is there.",
                case.client()
            )),
        );
    }
}
