use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether the program looks for new mail more often than the policy allows (`min_check_minutes`).
    ///
    /// ```fires
    /// [client]
    /// min_check_minutes = 5
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// check: 1
    /// ```
    /// ```passes
    /// [client]
    /// min_check_minutes = 5
    /// ---
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// check: 10
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// check: 1
    /// ```
    ///
    /// ## Why it matters
    /// Each look signs in anew. Servers count these, and lock out programs that come too often.
    ///
    /// ## How to fix it
    /// Set a longer time between two looks.
    ///
    /// ## When it is wrong
    /// Only where the policy states a number.
    ///
    /// ## Sources
    /// The policy itself.
    pub CheckInterval {
        id: "check-interval",
        level: Note,
        summary: "the program looks for mail more often than the house wants",
    }
}

impl Rule for CheckInterval {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let Some(fewest) = case.house().and_then(|policy| policy.client.min_check_minutes) else { return };
        let Some(Some(minutes)) = case.account.check_minutes.get() else { return };
        if minutes == 0 || minutes >= fewest {
            return;
        }
        found.add(
            case,
            Draft::new(
                "check",
                format!("{} looks for mail every {minutes} minutes, it should be {fewest} or more", case.client()),
            )
            .label(case.label(&case.account.check_minutes, "minutes between two looks"))
            .why("Each look signs in anew. Servers count these, and lock out programs that come too often.")
            .on(&case.account.check_minutes)
            .expected(fewest.to_string())
            .advice(format!(
                "Have {} look for new mail every {fewest} minutes, in the settings of the account.",
                case.client()
            )),
        );
    }
}
