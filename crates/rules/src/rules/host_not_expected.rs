use maillint_model::{Change, Side};

use crate::hostname::{self, Fault};
use crate::rule::declare_rule;
use crate::{Case, Found, Level, Rule, Slot, words};

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
        let to = hostname::suggested(slot);
        let draft = hostname::draft(case, slot, to.clone()).why(why);
        found.add(
            case,
            match to.filter(|_| case.is_elsewhere(slot)) {
                // It may be the right one there.
                Some(to) => draft.level(Level::Note).advice(format!(
                    "First ask your provider whether {to} is a name of the {}: if it is not, change nothing.",
                    words::server(slot.side)
                )),
                None => draft,
            },
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Host { side, to: "mail.example.org".to_owned() }).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::{TODAY, accounts, judged, said};
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

    /// Somebody who follows the steps without asking may be left without mail.
    #[test]
    fn before_a_name_elsewhere_is_changed_somebody_is_asked() {
        let findings = judged(ELSEWHERE, "hosting").findings;
        let finding = findings.iter().find(|finding| finding.rule.id == "host-not-expected").unwrap();
        assert_eq!(
            finding.steps[0],
            "First ask your provider whether mail.example.org is a name of the incoming server: if it is not, change \
             nothing."
        );
        assert_eq!(finding.steps.len(), 2);
    }

    #[test]
    fn a_name_is_suggested_in_letters_that_every_dialog_takes() {
        let text = "account: anna@m\u{fc}ller-example.de
                    incoming: imap post.m\u{fc}ller-example.de 993 tls password anna@m\u{fc}ller-example.de";
        assert_eq!(
            said("host-not-expected", text),
            ["warning: the incoming server is set to post.m\u{fc}ller-example.de, it should be \
              mail.xn--mller-example-wob.de"]
        );
    }
}
