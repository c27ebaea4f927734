use maillint_model::{AccountKind, Readers};
use maillint_source::SecretKind;

use crate::rule::declare_rule;
use crate::{Case, Draft, Found, Label, Rule};

declare_rule! {
    /// ## What it checks
    /// Whether a file with a password in it can be read by others who use the same computer.
    ///
    /// ```fires
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// secret: plain
    /// readable-by: everyone
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// secret: plain
    /// readable-by: owner
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// secret: plain
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// readable-by: everyone
    /// ```
    /// ```passes
    /// account: anna@example.org
    /// kind: provisioning
    /// incoming: imap mail.example.org 993 tls password anna@example.org
    /// secret: plain
    /// readable-by: everyone
    /// ```
    ///
    /// ## Why it matters
    /// Every other user of the computer can open the file, and with it the mailbox.
    ///
    /// ## How to fix it
    /// Take the right to read the file away from everyone but its owner (`chmod 600`), or delete the file if it was only
    /// made to move to another device. Change the password if others may have seen it.
    ///
    /// ## When it is wrong
    /// Only what the system says of a file of the user's own counts, with all folders above it: in a folder that is closed,
    /// a file is closed too, and a group that has the user alone lets nobody in. Files in archives, what customers sent in,
    /// files of other users and those of root are not asked. Nor are files that set up accounts for others: they are made to be handed
    /// on, and the password in them is what `plaintext-password` is about.
    ///
    /// ## Sources
    /// Programs that keep passwords in files refuse to read them when others can (msmtp above 0600, fetchmail above
    /// 0700).
    pub LooseFileMode {
        id: "loose-file-mode",
        level: Error,
        summary: "other users of the computer can read a file with a password in it",
    }
}

impl Rule for LooseFileMode {
    fn check(&self, case: &Case<'_>, found: &mut Found<'_>) {
        let account = case.account;
        if account.kind == AccountKind::Provisioning {
            return;
        }
        let who = match account.readers {
            Some(Readers::Everyone) => "everyone who uses this computer",
            Some(Readers::Group) => "the other members of its group",
            Some(Readers::Owner) | None => return,
        };
        let here = |at: &maillint_source::Location| at.file.name() == account.file.name();
        let Some(secret) =
            account.secrets.iter().find(|secret| secret.kind != SecretKind::Protected && here(&secret.at))
        else {
            return;
        };
        found.add(
            case,
            Draft::new(
                "mode",
                format!("{who} can read this file and the password in it, it should be its owner alone"),
            )
            .label(Label { at: secret.at.clone(), text: "the password (not shown)".to_owned() })
            .why("Whoever can open the file can open the mailbox.")
            .advice("Delete the file if it was only made to move to another device.")
            .advice(format!("Else take the right to read it away from others: chmod 600 {}", account.file.name()))
            .expected("readable by its owner only"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::notation::said;

    #[test]
    fn it_says_who_can_read_it() {
        let text = |who| {
            format!(
                "account: anna@example.org
                 incoming: imap mail.example.org 993 tls password anna@example.org
                 secret: plain
                 readable-by: {who}"
            )
        };
        assert_eq!(
            said("loose-file-mode", &text("group")),
            [
                "error: the other members of its group can read this file and the password in it, it should be its owner \
              alone"
            ]
        );
        assert_eq!(said("loose-file-mode", &text("everyone")).len(), 1);
    }
}
