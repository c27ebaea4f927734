use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot, host};

declare_rule! {
    /// ## What it checks
    /// Whether a server is set to a name that is not among those that the house gives out or accepts, where no
    /// other rule knows more about the name.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap srv12.provider.example 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// [imap]
    /// hosts = ["mail.{domain}"]
    /// accept_hosts = ["srv{digits}.provider.example"]
    /// ---
    /// account: anna@example.org
    /// incoming: imap srv12.provider.example 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// It may be the name of one machine, or of an old provider. When the mailbox moves to another machine, mail
    /// stops.
    ///
    /// ## How to fix it
    /// Set the server name to the one that the house gives out.
    ///
    /// ## When it is wrong
    /// A name of one's own for the same server works too; a house lists such names in `accept_hosts`. A name
    /// outside the mail domain is only noted, unless the operator has said that the domain is the house's: there
    /// are other houses. Where the certificate is made out to the name of the machine, that name may be the right
    /// one: then the policy says so in `hosts`.
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from.
    pub HostNotExpected {
        id: "host-not-expected",
        level: Warning,
        summary: "the server name is not the one that the house gives out",
    }
}

impl Rule for HostNotExpected {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if hostname::fault(case, slot) != Some(Fault::NotExpected) {
            return;
        }
        let why = "Only the name that your provider gives out is sure to go on working when your \
                   mailbox moves to another machine.";
        let draft = hostname::draft(case, slot, hostname::suggested(slot)).why(why);
        let own = slot
            .host()
            .zip(slot.address)
            .is_some_and(|(name, address)| host::is_related(&name, &crate::case::normal_host(address.domain)));
        // The server of a house that nobody has told us of: it may be the right one there.
        found.add(case, if own || case.is_claimed() { draft } else { draft.level(Level::Note) });
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::{TODAY, accounts, said};
    use crate::{Level, Settings, judge};

    const ELSEWHERE: &str = "account: anna@example.org
                             incoming: imap sslin.house.example 993 tls password anna@example.org";

    #[test]
    fn a_name_of_the_domain_itself_is_a_warning() {
        let text = "account: anna@example.org
                    incoming: imap post.example.org 993 tls password anna@example.org";
        assert_eq!(
            said("host-not-expected", text),
            ["warning: the incoming server is set to post.example.org, it should be mail.example.org"]
        );
    }

    #[test]
    fn a_name_elsewhere_counts_only_where_the_domain_is_known_to_be_the_houses() {
        assert_eq!(
            said("host-not-expected", ELSEWHERE),
            ["note: the incoming server is set to sslin.house.example, it should be mail.example.org"]
        );
        let mut settings = Settings::new(TODAY);
        settings.own_domains = vec!["example.org".to_owned()];
        let findings = judge(&accounts(ELSEWHERE), &settings, &|_, _| Vec::new()).findings;
        assert_eq!(findings[0].level, Level::Warning);
    }
}
