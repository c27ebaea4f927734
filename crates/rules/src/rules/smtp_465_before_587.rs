use maillint_model::{Change, Security, Side};

use crate::case::normal_host;
use crate::endpoint;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, Slot, words};

declare_rule! {
    /// ## What it checks
    /// Whether mail is sent through port 465 where the house puts port 587 with STARTTLS first.
    ///
    /// ```fires
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 465 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 587 starttls password anna@example.org
    /// ```
    /// ```passes rfc8314
    /// account: anna@example.org
    /// outgoing: smtp mail.example.org 465 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// It is the order of the house: its help page, its helpdesk and its other customers use 587, so that is where
    /// mistakes are noticed and help is at hand. Port 465 was withdrawn in 1998 and came back in 2018, and some servers
    /// and firewalls still do without it.
    ///
    /// ## How to fix it
    /// Set port 587 and STARTTLS together: one without the other does not work.
    ///
    /// ## When it is wrong
    /// The standard disagrees: RFC 8314 has both ports as equally safe, and about two thirds of all providers put 465
    /// first. So accounts of providers with published settings are not held against this, it is off under the policy
    /// `rfc8314`, and a house of another opinion ranks its `endpoints` another way.
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from; RFC 8314 section 3.3.
    pub Smtp465Before587 {
        id: "smtp-465-before-587",
        level: Warning,
        summary: "mail is sent through port 465 where the house puts port 587 first",
    }
}

impl Rule for Smtp465Before587 {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if !endpoint::is_behind_587(slot) {
            return;
        }
        let server = slot.server;
        let Some(offer) = slot.offer else { return };
        let Some(best) = offer.preferred() else { return };
        let row = offer.endpoint(465, Security::Tls);
        let domain = slot.address.map(|address| normal_host(address.domain));
        let configured = [slot.host(), domain].into_iter().flatten().any(|name| case.surroundings.has_587(&name));
        let wanted = words::endpoint(best.port, best.security.0);
        let message = if configured {
            format!(
                "mail is sent through port 465, it should go through {wanted}, which is set up here but not in use \
                 for this account"
            )
        } else {
            format!("mail is sent through port 465, it should go through {wanted}")
        };
        let is_elsewhere = case.is_elsewhere(slot);
        let asked = if is_elsewhere {
            "many a provider asks for 587 first, and some networks let only that one through."
        } else {
            "your provider asks for 587 first: that is where its helpdesk can help, and some networks let only that \
             one through."
        };
        let why = row.and_then(|row| row.why.clone()).unwrap_or_else(|| match server.security.get() {
            // Said of a port that cannot work as it is set, "it works" would be a lie; another rule names that.
            Some(Security::None | Security::StartTls | Security::StartTlsIfAvailable) => {
                format!("Whatever its encryption, {asked}")
            }
            _ => format!("Port 465 works and is as safe (RFC 8314 says so), but {asked}"),
        });
        let draft = Draft::new(&slot.subject, message)
            .label(case.label(&server.port, format!("{} sends mail through this port", case.client())))
            .why(why)
            .on(&server.port)
            .on(&server.security)
            .expected(format!("{} {}", best.port, best.security.0.as_str()))
            .change(Change::Endpoint { side: Side::Outgoing, port: best.port, security: best.security.0 });
        // What this provider asks for, nobody here knows.
        let draft = if is_elsewhere {
            draft.advice(format!("First ask your provider whether {wanted} is right: if it is not, change nothing."))
        } else {
            draft
        };
        found.add(
            case,
            match row.and_then(|row| row.level) {
                Some(level) => draft.level(level.0),
                None => draft,
            },
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls }]
    }
}

#[cfg(test)]
mod tests {
    use crate::Level;
    use crate::notation::{judged, said, said_by};

    /// Infomaniak and others ask for 465: it is never said of somebody else's server what its provider wants.
    #[test]
    fn the_provider_of_a_server_elsewhere_is_asked_first() {
        let text = "account: anna@example.org
                    outgoing: smtp smtp.house.example 465 tls password anna@example.org";
        let findings = judged(text, "hosting").findings;
        let finding = findings.iter().find(|finding| finding.rule.id == "smtp-465-before-587").unwrap();
        assert_eq!(finding.level, Level::Warning);
        assert_eq!(
            finding.why,
            "Port 465 works and is as safe (RFC 8314 says so), but many a provider asks for 587 first, and some networks \
             let only that one through."
        );
        assert_eq!(
            finding.steps[0],
            "First ask your provider whether port 587 with STARTTLS is right: if it is not, change nothing."
        );
    }

    #[test]
    fn a_server_on_587_that_is_not_in_use_is_named() {
        let text = "account: anna@example.org
                    outgoing: smtp mail.example.org 465 tls password anna@example.org

                    account: bernd@example.org
                    status: orphaned
                    outgoing: smtp mail.example.org 587 starttls password bernd@example.org";
        assert_eq!(
            said("smtp-465-before-587", text),
            ["warning: mail is sent through port 465, it should go through port 587 with STARTTLS, which is set up \
              here but not in use for this account"]
        );
    }

    /// That the protection does not fit either is another mistake, with an account of its own.
    #[test]
    fn the_protection_makes_no_difference() {
        for security in ["tls", "starttls", "none", "auto", "?"] {
            let text =
                format!("account: anna@example.org\noutgoing: smtp mail.example.org 465 {security} password anna");
            assert_eq!(said("smtp-465-before-587", &text).len(), 1, "{security}");
        }
    }

    #[test]
    fn a_client_that_manages_the_port_itself_may_use_another_and_the_finding_says_so() {
        let text = "account: anna@example.org
                    client: apple-mail
                    outgoing: smtp mail.example.org 465 tls password anna@example.org
                    automatic: outgoing";
        let findings = judged(text, "hosting").findings;
        let finding = findings.iter().find(|finding| finding.rule.id == "smtp-465-before-587").unwrap();
        assert_eq!(finding.level, Level::Warning);
        assert!(finding.why.ends_with("what is stored is what worked last, and it may be using something else today."));
    }

    #[test]
    fn providers_that_publish_465_are_right() {
        let text = "account: anna@aol.com
                    outgoing: smtp smtp.aol.com 465 tls oauth2 anna@aol.com";
        assert!(said("smtp-465-before-587", text).is_empty());
    }

    #[test]
    fn a_house_ranks_its_ports_itself() {
        let policy = "schema = 1\nid = \"house\"\n[smtp]\nendpoints = [\n\
                      { port = 465, security = \"tls\" }, { port = 587, security = \"starttls\" } ]";
        let text = "account: anna@example.org
                    outgoing: smtp mail.example.org 465 tls password anna@example.org";
        assert!(said_by(policy, "smtp-465-before-587", text).is_empty());
        assert_eq!(said("smtp-465-before-587", text).len(), 1);
    }
}
