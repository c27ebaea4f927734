use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether an account uses POP or IMAP where the house says that it does not offer it.
    ///
    /// ```fires
    /// [pop3]
    /// offered = false
    /// ---
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
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
    /// Only a policy says this. A provider whose published settings do not name POP may offer it all the same.
    ///
    /// ## Sources
    /// The policy itself.
    pub ProtocolNotOffered {
        id: "protocol-not-offered",
        level: Error,
        summary: "the house does not offer this way of collecting mail",
    }
}

impl Rule for ProtocolNotOffered {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if slot.offer.and_then(|offer| offer.offered) != Some(false) {
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
