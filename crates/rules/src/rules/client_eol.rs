use maillint_model::AccountKind;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule, dated};

declare_rule! {
    /// ## What it checks
    /// Whether the program is one whose maker has stopped looking after it, or will within 90 days. It is said once for each
    /// file.
    ///
    /// ```fires
    /// account: anna@example.org
    /// client: outlook
    /// version: 14.0
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```fires
    /// account: anna@example.org
    /// client: outlook-express
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// version: 16.0
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// client: outlook
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Holes in it stay open, and it does not learn what servers ask for next: newer encryption, web sign-in.
    ///
    /// ## How to fix it
    /// Move the account to a program that still gets updates. With IMAP nothing is lost by it.
    ///
    /// ## When it is wrong
    /// Where the file does not tell the version, nothing is said: Outlook 2016 to the newest all call themselves 16.0. Files
    /// that set up accounts for others are not asked.
    ///
    /// ## Sources
    /// Microsoft's lifecycle pages: Outlook 2003, 2007, 2010 and 2013; Windows XP for Outlook Express; Windows Vista for
    /// Windows Mail, which is later than the end of Windows Live Mail.
    pub ClientEol {
        id: "client-eol",
        level: Note,
        summary: "the program gets no more updates",
    }
}

/// How long before the day something is said.
const DAYS_AHEAD: i32 = 90;

impl Rule for ClientEol {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let account = case.account;
        if account.kind == AccountKind::Provisioning || !case.surroundings.is_first(account, case.index) {
            return;
        }
        let Some(end) = dated::program_end(account.format.client, account.client_version.as_deref()) else { return };
        let today = case.settings.today;
        let days = (end.since - today).get_days();
        let when = match days {
            ..=0 => format!("has had no updates since {}", end.since),
            1..=DAYS_AHEAD => format!("gets no more updates from {} on", end.since),
            _ => return,
        };
        found.add(
            case,
            Draft::new("program", format!("{} {when}, a program that is looked after would be better", end.name)).why(
                "What is found to be unsafe in it stays so, and it does not learn what mail servers ask for next. It may \
                 stop working with your provider from one day to the next.",
            )
            .advice("Set the account up in a program that still gets updates, with the same servers and user name."),
        );
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use crate::notation::{accounts, said};
    use crate::{Settings, judge};

    const OUTLOOK_2013: &str = "account: anna@example.org
                                client: outlook
                                version: 15.0
                                incoming: imap mail.example.org 993 tls password anna@example.org";

    #[test]
    fn the_program_is_named_as_its_maker_sold_it() {
        assert_eq!(
            said("client-eol", OUTLOOK_2013),
            ["note: Outlook 2013 has had no updates since 2023-04-11, a program that is looked after would be better"]
        );
    }

    #[test]
    fn it_is_announced_three_months_ahead() {
        let on = |today| {
            let findings = judge(&accounts(OUTLOOK_2013), &Settings::new(today), &|_, _| Vec::new()).findings;
            findings.into_iter().find(|finding| finding.rule.id == "client-eol").map(|finding| finding.message)
        };
        assert_eq!(on(date(2023, 1, 10)), None);
        assert!(on(date(2023, 1, 11)).unwrap().starts_with("Outlook 2013 gets no more updates from 2023-04-11 on"));
    }
}
