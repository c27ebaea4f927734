use maillint_model::AccountKind;
use maillint_source::SecretKind;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether a password or a token stands in the file in a form that anyone who has the file may use. It is never
    /// shown.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// secret: plain
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// secret: protected
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// ```
    ///
    /// ## Why it matters
    /// Whoever gets the file gets the mailbox: with a backup, a synchronised folder, a file sent to a helpdesk.
    ///
    /// ## How to fix it
    /// Have the program keep the password in the key ring of the system, or ask a command for it. Change the
    /// password if the file has been passed on.
    ///
    /// ## When it is wrong
    /// A file that only its owner can read, on an encrypted disk, is less of a danger; the house sets the level.
    ///
    /// ## Sources
    /// The manuals of the programs that write such files, which all advise against it.
    pub PlaintextPassword {
        id: "plaintext-password",
        level: Warning,
        summary: "a password stands readable in the settings file",
    }
}

impl Rule for PlaintextPassword {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let readable: Vec<_> =
            case.account.secrets.iter().filter(|secret| secret.kind != SecretKind::Protected).collect();
        let Some(first) = readable.first() else { return };
        let what = match first.kind {
            SecretKind::Token => "a sign-in token",
            SecretKind::Plain | SecretKind::Protected => "a password",
        };
        let draft = Draft::new("secret", format!("{what} stands readable in this file")).why(
            "Whoever gets this file gets the mailbox: with a backup, a synchronised folder, a \
             file sent to a helpdesk.",
        );
        let draft = draft.advice(match case.account.kind {
            AccountKind::Provisioning => {
                "Take the password out of the file: whoever sets up an account with it is then asked for their own."
            }
            AccountKind::Export => {
                "Delete this file once it has been taken over on the other device, and change the password if the file \
                 went anywhere else."
            }
            AccountKind::Live => "Have the program keep the password in the key ring of the system.",
        });
        let label = |draft: Draft, at| draft.label(Label { at, text: "here (not shown)".to_owned() });
        found.add(case, readable.iter().map(|secret| secret.at.clone()).fold(draft, label));
    }
}
