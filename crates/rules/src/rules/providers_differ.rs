use maillint_model::Side;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Standing};

declare_rule! {
    /// ## What it checks
    /// Whether the outgoing server is a known provider's, and mail is collected somewhere else with an address that
    /// is not of that provider.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp smtp.gmail.com 465 tls password anna@gmail.com
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@example.org
    /// outgoing: smtp smtp.gmail.com 465 tls oauth2 anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Receivers check whether a server may send for a domain (SPF, DMARC). Mail that comes through someone else's
    /// server ends up among the spam, or shows another sender.
    ///
    /// ## How to fix it
    /// Send through the outgoing server of the provider that holds the mailbox.
    ///
    /// ## When it is wrong
    /// Some companies advise their customers to send through their internet provider, and some pay a service for
    /// sending; then all is well.
    ///
    /// ## Sources
    /// RFC 7208 (SPF), RFC 7489 (DMARC).
    pub ProvidersDiffer {
        id: "providers-differ",
        level: Note,
        summary: "mail is sent through another provider than the one it is collected from",
    }
}

impl Rule for ProvidersDiffer {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        if case.standing != Standing::House || case.better_outgoing().is_some() {
            return;
        }
        let (Some(incoming), Some(outgoing)) = (case.slot(Side::Incoming), case.slot(Side::Outgoing)) else { return };
        let (Some(provider), Some(here), Some(there)) = (outgoing.provider, incoming.host(), outgoing.host()) else {
            return;
        };
        if incoming.server.is_loopback() {
            return;
        }
        found.add(
            case,
            Draft::new(
                "providers",
                format!("mail is collected at {here} but sent through {there}, a server of {}", provider.name),
            )
            .label(case.label(&outgoing.server.host, format!("{} sends mail here", case.client())))
            .label(case.label(&incoming.server.host, format!("{} collects mail here", case.client())))
            .why(
                "Receivers check which servers may send for a domain. Mail that comes through \
                 another provider's server may end up among the spam.",
            )
            .advice(format!("Ask whoever runs {here} for the outgoing server that belongs to it, and set that.")),
        );
    }
}
