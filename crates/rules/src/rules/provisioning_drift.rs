use maillint_model::{Change, Security, Side};

use crate::engine::is_in_use;
use crate::rule::declare_rule;
use crate::surroundings::Handed;
use crate::{Case, Draft, Found, Label, Rule, Slot, endpoint, hostname, words};

declare_rule! {
    /// ## What it checks
    /// Whether an account is set up otherwise than a file says that sets up accounts of the same mail domain, and that is
    /// among those given: autoconfig XML, a configuration profile, a .prf, an Autodiscover answer.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    ///
    /// account: berta@example.org
    /// kind: provisioning
    /// incoming: imap mail.example.org 993 tls password berta@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: berta@example.org
    /// kind: provisioning
    /// incoming: imap mail.example.org 993 tls password berta@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    ///
    /// account: berta@example.net
    /// kind: provisioning
    /// incoming: imap mail.example.net 993 tls password berta@example.net
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 143 starttls password anna@example.org
    ///
    /// account: berta@example.org
    /// kind: provisioning
    /// incoming: imap mail.example.org 993 tls password berta@example.org
    ///
    /// account: berta@example.org
    /// kind: provisioning
    /// incoming: imap mail.example.org 143 starttls password berta@example.org
    /// ```
    ///
    /// ## Why it matters
    /// What a house hands out today is what it keeps working. An account that was set up by hand, or with an older file, is
    /// left behind when something changes.
    ///
    /// ## How to fix it
    /// Set the account to what the file says, or set it up anew with the file.
    ///
    /// ## When it is wrong
    /// The file may be old. Where another rule finds fault with the same server, nothing more is said; and where several
    /// files or several servers in one say different things, each of them is right.
    ///
    /// ## Sources
    /// The file itself.
    pub ProvisioningDrift {
        id: "provisioning-drift",
        level: Note,
        summary: "the account is set up otherwise than the house's own file says",
    }
}

impl Rule for ProvisioningDrift {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if !is_in_use(case.account) || hostname::fault(case, slot).is_some() || endpoint::fault(slot).is_some() {
            return;
        }
        let (Some(address), Some(host)) = (slot.address, slot.host()) else { return };
        let (Some(port), Some(security)) = (slot.server.port.get(), slot.server.security.get()) else { return };
        let handed = case.surroundings.handed(address.domain, slot.server.protocol);
        let is_same = |one: &Handed| one.host == host && one.port == port && one.security == security;
        let Some(first) = handed.first().filter(|_| !handed.iter().any(is_same)) else { return };
        let show = |host: &str, port: u16, security: Security| format!("{host}, {}", words::endpoint(port, security));
        let wanted = show(&first.host, first.port, first.security);
        let side = slot.side;
        let change = if first.host == host {
            Change::Endpoint { side, port: first.port, security: first.security }
        } else {
            Change::Host { side, to: first.host.clone() }
        };
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!(
                    "the {} is set to {}, the file that sets up accounts says {wanted}",
                    words::server(slot.side),
                    show(&host, port, security)
                ),
            )
            .label(case.label(&slot.server.host, format!("{} {} here", case.client(), words::does(slot.side))))
            .label(Label { at: first.at.clone(), text: "what accounts are set up with".to_owned() })
            .why("What a house hands out today is what it keeps working. This account is set up otherwise.")
            .on(&slot.server.host)
            .expected(wanted)
            .change(change),
        );
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::Endpoint { side: Side::Incoming, port: 993, security: Security::Tls }]
    }
}
