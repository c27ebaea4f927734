use maillint_model::{Auth, Change, Origin, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, RuleMeta, words};

declare_rule! {
    /// ## What it checks
    /// Whether the user name is the whole e-mail address, where the house asks for that.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password Anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// One server holds the mail of many domains, and there is an "anna" in many of them. Only the whole address tells
    /// it which mailbox is meant; with less, it refuses the password again and again.
    ///
    /// ## How to fix it
    /// Set the user name to the whole address. The program may ask for the password once more.
    ///
    /// ## When it is wrong
    /// For about a third of all providers the user name is something else: those with published settings are held
    /// against these, and a house states its own forms in its policy (`usernames`).
    ///
    /// ## Sources
    /// The help page of the hosting company that this project started from; Thunderbird's provider database for the
    /// forms that others use.
    pub UsernameNotFullAddress {
        id: "username-not-full-address",
        level: Error,
        summary: "the user name is not the whole e-mail address",
    }
}

impl Rule for UsernameNotFullAddress {
    fn meta(&self) -> &'static RuleMeta {
        Self::META
    }

    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        for slot in case.network_slots() {
            let server = slot.server;
            // The same name, taken over from the incoming server: said once.
            if slot.side == Side::Outgoing && server.username.origin() == Origin::Inherited {
                continue;
            }
            if matches!(server.auth.get(), Some(Auth::None | Auth::PopBeforeSmtp)) {
                continue;
            }
            let (Some(username), Some(address), Some(offer)) = (server.username.text(), slot.address, slot.offer)
            else {
                continue;
            };
            // Another form altogether, such as anna+example.org or OFFICE\anna, is another mistake.
            let is_short = !username.is_empty() && !username.contains(['@', '+', '%', '\\', '/', '=']);
            if !is_short || slot.is_house_username(username) != Some(false) {
                continue;
            }
            let Some(expected) = offer.usernames.iter().find_map(|pattern| pattern.expand(Some(address))) else {
                continue;
            };
            if !expected.contains('@') {
                continue;
            }
            let name = words::server(slot.side);
            found.add(
                case,
                Draft::new(
                    &slot.subject,
                    format!("the user name of the {name} is \"{username}\", it should be the whole address {expected}"),
                )
                .label(case.label(&server.username, format!("{} signs in with this name", case.client())))
                .why(
                    "The server holds the mail of many domains and knows people by their whole address. With less, it \
                     keeps asking for the password and refuses it.",
                )
                .on(&server.username)
                .expected(&expected)
                .change(Change::Username { side: slot.side, to: expected.clone() }),
            );
        }
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing]
            .map(|side| Change::Username { side, to: "anna@example.org".to_owned() })
            .into_iter()
            .collect()
    }
}
