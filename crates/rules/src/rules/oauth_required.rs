use maillint_model::{Auth, Change, Side};

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Level, Rule, Slot, dated, words};

declare_rule! {
    /// ## What it checks
    /// Whether the program signs in with a password where the provider has announced that it takes only a web
    /// sign-in (OAuth2), or only a password made for one program.
    ///
    /// ```fires
    /// account: anna@outlook.com
    /// incoming: imap outlook.office365.com 993 tls password anna@outlook.com
    /// ```
    /// ```passes
    /// account: anna@outlook.com
    /// incoming: imap outlook.office365.com 993 tls oauth2 anna@outlook.com
    /// ```
    /// ```passes
    /// account: anna@gmail.com
    /// incoming: imap imap.gmail.com 993 tls password anna@gmail.com
    /// ```
    ///
    /// ## Why it matters
    /// The password is right, and is refused all the same.
    ///
    /// ## How to fix it
    /// Set the way to sign in to OAuth2; the program then opens the provider's own page.
    ///
    /// ## When it is wrong
    /// Where a password made for one program still works, nothing is said here: the settings do not tell which
    /// password it is. An administrator at Microsoft 365 may allow passwords for sending again.
    ///
    /// ## Sources
    /// The providers' announcements, with a day each. The level changes on that day.
    pub OauthRequired {
        id: "oauth-required",
        level: Warning,
        summary: "the provider has stopped taking passwords, or will",
    }
}

impl Rule for OauthRequired {
    fn check_server(&self, case: &Case<'_>, slot: &Slot<'_>, found: &mut Found<'_>) {
        if slot.server.auth.get() != Some(Auth::Password) {
            return;
        }
        let Some(provider) = slot.provider else { return };
        let Some(end) = dated::password_end(provider.id, slot.server.protocol) else {
            return;
        };
        let (level, when, is) = if case.settings.today >= end.since {
            (Level::Error, format!("takes no passwords since {}", end.since), "is")
        } else {
            (Level::Warning, format!("takes no passwords from {} on", end.since), "will be")
        };
        let to = Auth::OAuth2;
        let server = words::server(slot.side);
        found.add(
            case,
            Draft::new(
                &slot.subject,
                format!("the {server} is signed in to with a password, it should be {}", words::auth(to)),
            )
            .label(case.label(&slot.server.auth, format!("{} sends the password", case.client())))
            .why(format!(
                "{} {when} ({}). The password may be right, and {is} refused all the same.",
                provider.name, end.source
            ))
            .on(&slot.server.auth)
            .expected(to.as_str())
            .change(Change::Auth { side: slot.side, to })
            .level(level),
        );
    }

    fn changes(&self) -> Vec<Change> {
        [Side::Incoming, Side::Outgoing].map(|side| Change::Auth { side, to: Auth::OAuth2 }).to_vec()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::notation::accounts;
    use crate::{Settings, judge};

    /// Sending through Microsoft 365 with a password ends with the year 2026.
    #[test]
    fn the_level_changes_on_the_day() {
        let text = "account: anna@example.org
                    incoming: imap outlook.office365.com 993 tls oauth2 anna@example.org
                    outgoing: smtp smtp.office365.com 587 starttls password anna@example.org";
        let level = |today| {
            let findings = judge(&accounts(text), &Settings::new(today), &|_, _| Vec::new()).findings;
            findings.iter().find(|finding| finding.rule.id == "oauth-required").map(|finding| finding.level.as_str())
        };
        assert_eq!(level(date(2026, 12, 30)), Some("warning"));
        assert_eq!(level(date(2026, 12, 31)), Some("error"));
    }
}
