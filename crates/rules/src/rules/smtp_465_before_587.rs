use maillint_model::{Change, Security, Side};

use crate::case::normal_host;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, RuleMeta, words};

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
    /// ```passes policy=rfc8314
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
    fn meta(&self) -> &'static RuleMeta {
        Self::META
    }

    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        for slot in case.network_slots() {
            let server = slot.server;
            // Port 465 without its protection cannot work at all: another rule says so.
            if server.automatic
                || server.port.get() != Some(465)
                || matches!(server.security.get(), Some(Security::None | Security::StartTls))
            {
                continue;
            }
            let Some(offer) = slot.offer else { continue };
            let Some(best) = offer.preferred().filter(|best| best.port == 587) else { continue };
            let row = offer.endpoint(465, Security::Tls);
            if row.is_none_or(|row| row.rank <= best.rank) {
                continue;
            }
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
            let why = row.and_then(|row| row.why.clone()).unwrap_or_else(|| {
                "Port 465 works and is as safe (RFC 8314 says so), but your provider asks for 587 first: that is where \
                 its helpdesk can help, and some networks let only that one through."
                    .to_owned()
            });
            let draft = Draft::new(&slot.subject, message)
                .label(case.label(&server.port, format!("{} sends mail through this port", case.client())))
                .why(why)
                .on(&server.port)
                .on(&server.security)
                .expected(format!("{} {}", best.port, best.security.0.as_str()))
                .change(Change::Endpoint { side: Side::Outgoing, port: best.port, security: best.security.0 });
            found.add(
                case,
                match row.and_then(|row| row.level) {
                    Some(level) => draft.level(level.0),
                    None => draft,
                },
            );
        }
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Outgoing, port: 587, security: Security::StartTls }]
    }
}
