use maillint_model::{Change, Side};

use crate::case::normal_host;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, RuleMeta, words};

declare_rule! {
    /// ## What it checks
    /// Whether a server is set to `pop.`, `pop3.`, `imap.` or `smtp.` followed by the account's own mail domain, where
    /// the house gives out another name (usually `mail.` followed by the domain).
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: pop3 pop.example.org 995 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Many mail programs guess these names while an account is set up. They often work at first. When the provider
    /// moves the mailbox to another machine, only the name that it gives out is sure to move along.
    ///
    /// ## How to fix it
    /// Set the server name to the one that the house gives out.
    ///
    /// ## When it is wrong
    /// Most large providers really use such names: accounts of providers with published settings are held against
    /// those. A house that wants one of these names states it in its policy (`hosts`, `accept_hosts`).
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from. Thunderbird's guesser tries `smtp.` before
    /// `mail.` (its `guessConfig`).
    pub HostPrefix {
        id: "host-prefix",
        level: Warning,
        summary: "a server name with pop., imap. or smtp. in front of the mail domain, where the house uses another",
    }
}

/// What mail programs put in front of a domain by themselves.
const PREFIXES: [&str; 4] = ["pop", "pop3", "imap", "smtp"];

/// Whether a host is the domain with a guessed prefix.
pub(crate) fn is_prefixed(host: &str, domain: &str) -> bool {
    let domain = normal_host(domain);
    host.split_once('.').is_some_and(|(prefix, rest)| rest == domain && PREFIXES.contains(&prefix))
}

impl Rule for HostPrefix {
    fn meta(&self) -> &'static RuleMeta {
        Self::META
    }

    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        for slot in case.network_slots() {
            let (Some(host), Some(address), Some(expected)) = (slot.host(), slot.address, slot.house_host()) else {
                continue;
            };
            if slot.is_house_host(&host) != Some(false) || !is_prefixed(&host, address.domain) {
                continue;
            }
            let server = words::server(slot.side);
            let label = format!("{} {} here", case.client(), words::does(slot.side));
            found.add(
                case,
                Draft::new(&slot.subject, format!("the {server} is set to {host}, it should be {expected}"))
                    .label(case.label(&slot.server.host, label))
                    .why(format!(
                        "Only {expected} is kept working when your provider moves servers. Many programs put \"pop.\", \
                         \"imap.\" or \"smtp.\" in front by themselves."
                    ))
                    .on(&slot.server.host)
                    .expected(&expected)
                    .change(Change::Host { side: slot.side, to: expected.clone() }),
            );
        }
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Host { side, to: "mail.example.org".to_owned() })
            .into_iter()
            .collect()
    }
}
