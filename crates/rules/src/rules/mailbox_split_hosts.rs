use std::collections::BTreeMap;

use maillint_model::{Mailbox, Protocol, Side};

use crate::removal;
use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, hostname};

declare_rule! {
    /// ## What it checks
    /// Whether accounts of one mailbox name different incoming servers, where no other rule finds fault with the
    /// names.
    ///
    /// ```fires
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// client: outlook
    /// incoming: imap post.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    ///
    /// account: anna@example.org
    /// client: outlook
    /// incoming: pop3 mail.example.org 995 tls password anna@example.org
    /// retention: keep, remove after 2 days
    /// ```
    /// ```passes
    /// account: anna@gmail.com
    /// incoming: imap imap.gmail.com 993 tls oauth2 anna@gmail.com
    ///
    /// account: anna@gmail.com
    /// incoming: pop3 pop.gmail.com 995 tls oauth2 anna@gmail.com
    /// ```
    ///
    /// ## Why it matters
    /// After a move to another provider, a device is easily left behind. It shows old mail, and what is sent to the
    /// new server never reaches it.
    ///
    /// ## How to fix it
    /// Set all devices to the same server.
    ///
    /// ## When it is wrong
    /// Two names may lead to the same server. POP and IMAP are compared each by themselves.
    ///
    /// ## Sources
    /// Helpdesks: "after moving to the new host my mail stopped".
    pub MailboxSplitHosts {
        id: "mailbox-split-hosts",
        level: Note,
        summary: "devices collect the same mailbox from different servers",
    }
}

impl Rule for MailboxSplitHosts {
    fn check_mailbox(&self, mailbox: &Mailbox, cases: &[&Case<'_>], found: &mut Found<'_>) {
        let mut first: BTreeMap<Protocol, (String, &Case<'_>)> = BTreeMap::new();
        for case in removal::devices(cases) {
            let Some(slot) = case.slot(Side::Incoming).filter(|slot| !slot.server.is_loopback()) else { continue };
            let Some(host) = slot.host().filter(|_| hostname::fault(case, slot).is_none()) else { continue };
            let Some((known, other)) = first.get(&slot.server.protocol) else {
                first.insert(slot.server.protocol, (host, case));
                continue;
            };
            let Some(theirs) = other.slot(Side::Incoming).filter(|_| *known != host) else { continue };
            // What a provider publishes under several names is one service.
            if slot.published().is_some() && theirs.published().is_some() {
                continue;
            }
            found.add(
                case,
                Draft::new(
                    "split",
                    format!("{} is collected from {host} here and from {known} elsewhere", mailbox.address),
                )
                .label(case.label(&slot.server.host, format!("{} collects mail here", case.client())))
                .label(other.label(&theirs.server.host, format!("{} collects mail there", other.client())))
                .why(
                    "After a move to another server, a device is easily left behind: it shows old mail \
                     and gets no new one.",
                )
                .advice("Ask your provider which of the two is the right one, and set it on all devices."),
            );
        }
    }
}
