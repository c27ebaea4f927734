use maillint_model::{Change, Side};

use crate::rule::declare_rule;
use crate::{Case, Found, Rule, Slot, hostname};

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

impl Rule for HostPrefix {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if hostname::fault(case, slot) != Some(hostname::Fault::Prefixed) {
            return;
        }
        let Some(expected) = slot.house_host() else { return };
        let why = format!(
            "Only {expected} is kept working when your provider moves servers. Many programs \
             put \"pop.\", \"imap.\" or \"smtp.\" in front by themselves."
        );
        found.add(case, hostname::draft(case, slot, Some(expected)).why(why));
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    #[test]
    fn thunderbird_guessed_both_servers() {
        let said = said(
            "host-prefix",
            "account: bernd@example.org
             incoming: pop3 pop.example.org 995 tls password bernd@example.org
             outgoing: smtp smtp.example.org 587 starttls password bernd@example.org",
        );
        assert_eq!(
            said,
            [
                "warning: the incoming server is set to pop.example.org, it should be mail.example.org",
                "warning: the outgoing server is set to smtp.example.org, it should be mail.example.org",
            ]
        );
    }

    #[test]
    fn the_way_a_name_is_written_does_not_matter() {
        let said = said(
            "host-prefix",
            "account: jörg@müller.example
             incoming: imap IMAP.xn--mller-kva.example. 993 tls password jörg@müller.example",
        );
        assert_eq!(
            said,
            ["warning: the incoming server is set to IMAP.xn--mller-kva.example., \
              it should be mail.xn--mller-kva.example"]
        );
    }

    #[test]
    fn neighbours_that_are_not_this_mistake() {
        for incoming in [
            // Another domain's prefix is not a guess from this one.
            "imap imap.example.net 993 tls password anna@example.org",
            // Deeper names are somebody's decision.
            "imap imap.mail.example.org 993 tls password anna@example.org",
            "imap imap.example.org.example.net 993 tls password anna@example.org",
            "imap example.org 993 tls password anna@example.org",
            "imap ? 993 tls password anna@example.org",
            "imap localhost 1143 none password anna@example.org",
        ] {
            let account = format!("account: anna@example.org\nincoming: {incoming}");
            assert!(said("host-prefix", &account).is_empty(), "{incoming}");
        }
    }

    #[test]
    fn known_providers_use_such_names_rightly() {
        let text = "account: anna@gmx.net
                    incoming: imap imap.gmx.net 993 tls password anna@gmx.net
                    outgoing: smtp mail.gmx.net 587 starttls password anna@gmx.net";
        assert!(said("host-prefix", text).is_empty());
    }

    #[test]
    fn without_an_address_the_user_name_tells_the_domain() {
        let text = "account: ?
                    incoming: imap imap.example.org 993 tls password anna@example.org";
        assert_eq!(said("host-prefix", text).len(), 1);
        let text = "account: ?
                    incoming: imap imap.example.org 993 tls password anna";
        assert!(said("host-prefix", text).is_empty());
    }
}
