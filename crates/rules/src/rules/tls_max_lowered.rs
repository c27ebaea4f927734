use maillint_model::Change;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Level, Rule, dated};

declare_rule! {
    /// ## What it checks
    /// Whether the newest version of TLS that the program agrees to is older than 1.2.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// max-tls: 1.1
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// max-tls: 1.2
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Most servers take nothing older than TLS 1.2. The program then cannot connect, whatever the password is.
    ///
    /// ## How to fix it
    /// Set the program back to its own default: all versions that it knows.
    ///
    /// ## When it is wrong
    /// A server on the same computer, or an old one in a house of one's own, may speak nothing newer.
    ///
    /// ## Sources
    /// RFC 8997: mail needs TLS 1.2 at least. Microsoft ends older versions for fetching mail in the second half of 2026:
    /// from then on this is an error for its customers.
    pub TlsMaxLowered {
        id: "tls-max-lowered",
        level: Warning,
        summary: "the program agrees to no encryption that is new enough",
    }
}

impl Rule for TlsMaxLowered {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let setting = &case.account.max_tls;
        let Some((major, minor)) = setting.get().filter(|version| *version < (1, 2)) else { return };
        if case.slots.iter().all(|slot| slot.server.is_loopback()) {
            return;
        }
        let draft = Draft::new(
            "max-tls",
            format!(
                "{} agrees to nothing newer than TLS {major}.{minor}, it should agree to all versions",
                case.client()
            ),
        )
        .label(case.label(setting, "the newest version that it agrees to"))
        .on(setting)
        .expected("1.3")
        .change(Change::TlsVersions);
        let end = case.slots.iter().find_map(|slot| {
            let provider = slot.provider?;
            Some((provider, dated::old_tls_end(provider.id, slot.server.protocol)?))
        });
        let today = case.settings.today;
        let draft = match end {
            Some((provider, end)) => {
                let (level, when) = if today >= end.since {
                    (Level::Error, format!("takes nothing older than TLS 1.2 since {}", end.since))
                } else {
                    (Level::Warning, format!("takes nothing older than TLS 1.2 from {} on", end.since))
                };
                let why = format!("{} {when} ({}). The program then cannot connect.", provider.name, end.source);
                draft.level(level).why(why)
            }
            None => draft.why(
                "Most servers take nothing older than TLS 1.2. The program then cannot connect, whatever the password is.",
            ),
        };
        found.add(case, draft);
    }

    fn changes(&self) -> Vec<Change> {
        vec![Change::TlsVersions]
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::notation::accounts;
    use crate::{Settings, judge};

    #[test]
    fn the_level_changes_on_the_day_that_the_provider_has_set() {
        let text = "account: anna@example.org
                    incoming: imap outlook.office365.com 993 tls oauth2 anna@example.org
                    outgoing: smtp smtp.office365.com 587 starttls oauth2 anna@example.org
                    max-tls: 1.1";
        let said = |today| {
            let findings = judge(&accounts(text), &Settings::new(today), &|_, _| Vec::new()).findings;
            let finding = findings.into_iter().find(|finding| finding.rule.id == "tls-max-lowered").unwrap();
            format!("{}: {}", finding.level.as_str(), finding.why)
        };
        assert_eq!(
            said(date(2026, 12, 30)),
            "warning: Microsoft 365 takes nothing older than TLS 1.2 from 2026-12-31 on (Microsoft, MC1293480). The \
             program then cannot connect."
        );
        assert_eq!(
            said(date(2026, 12, 31)),
            "error: Microsoft 365 takes nothing older than TLS 1.2 since 2026-12-31 (Microsoft, MC1293480). The program \
             then cannot connect."
        );
    }
}
