//! Words for values and numbers, in the language of people.

use maillint_model::{Account, Auth, NoteKind, Outcome, Protocol, Security};
use maillint_rules::Level;

use crate::{Customer, CustomerVerdict, Run, Summary};

/// "1 account", "2 accounts".
pub(crate) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}

/// The client of an account, its version and profile: `Thunderbird 153.7.0, profile "default-release"`.
pub(crate) fn client_line(account: &Account) -> String {
    let mut line = account.format.client_name.to_owned();
    if let Some(version) = &account.client_version {
        line.push(' ');
        line.push_str(version);
    }
    if let Some(profile) = &account.profile {
        line.push_str(", profile \"");
        line.push_str(profile);
        line.push('"');
    }
    line
}

/// What a server speaks, as dialogs print it.
pub(crate) fn protocol(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Pop3 => "POP3",
        Protocol::Imap => "IMAP",
        Protocol::Smtp => "SMTP",
        Protocol::Exchange => "Exchange",
        Protocol::Provider => "provider's own",
        Protocol::News => "news",
        Protocol::Feed => "feeds",
        Protocol::Chat => "chat",
        Protocol::Directory => "directory",
        Protocol::Local => "local folders",
        Protocol::Other => "other",
    }
}

/// Protection of a connection.
pub(crate) fn security(security: Security) -> &'static str {
    match security {
        Security::None => "no encryption",
        Security::StartTls => "STARTTLS",
        Security::StartTlsIfAvailable => "STARTTLS if available",
        Security::Tls => "SSL/TLS",
        Security::Auto => "automatic",
    }
}

/// Way to sign in.
pub(crate) fn auth(auth: Auth) -> &'static str {
    match auth {
        Auth::None => "no sign-in",
        Auth::Password => "password",
        Auth::Encrypted => "encrypted password",
        Auth::Ntlm => "NTLM",
        Auth::Kerberos => "Kerberos",
        Auth::OAuth2 => "OAuth2",
        Auth::Certificate => "certificate",
        Auth::Any => "any way to sign in",
        Auth::PopBeforeSmtp => "sign-in by fetching first",
    }
}

/// What the numbers of a run come to, in one line: accounts, findings, files.
pub(crate) fn summary_line(run: &Run) -> String {
    let summary = Summary::of(run);
    format!("{} · {}", accounts_part(&summary), files_part(run, &summary))
}

fn accounts_part(summary: &Summary) -> String {
    let mut parts = Vec::new();
    if summary.fine > 0 {
        parts.push(format!("{} fine", summary.fine));
    }
    if summary.with_findings > 0 {
        let found = count(summary.findings(), "finding");
        parts.push(format!("{} with {found} ({})", summary.with_findings, levels(summary)));
    }
    if summary.not_checked > 0 {
        parts.push(format!("{} not checked", summary.not_checked));
    }
    if summary.no_mail > 0 {
        parts.push(format!("{} without mail", summary.no_mail));
    }
    let accounts = if summary.accounts == 0 { "no accounts".to_owned() } else { count(summary.accounts, "account") };
    if parts.is_empty() { accounts } else { format!("{accounts}: {}", parts.join(", ")) }
}

/// "1 error, 2 warnings".
pub(crate) fn levels(summary: &Summary) -> String {
    let levels = [(summary.errors, "error"), (summary.warnings, "warning"), (summary.notes, "note")];
    let mut parts: Vec<String> =
        levels.into_iter().filter(|(number, _)| *number > 0).map(|(number, noun)| count(number, noun)).collect();
    if summary.known > 0 {
        parts.push(format!("{} in the baseline", summary.known));
    }
    parts.join(", ")
}

/// "3 files read, 1 skipped (too large: old/prefs.js)".
pub(crate) fn files_part(run: &Run, summary: &Summary) -> String {
    let mut parts = vec![if summary.files_read == 0 {
        "no files read".to_owned()
    } else {
        format!("{} read", count(summary.files_read, "file"))
    }];
    let others = [
        (summary.files_partly, Outcome::Partly),
        (summary.files_failed, Outcome::Failed),
        (summary.files_skipped, Outcome::Skipped),
    ];
    for (number, outcome) in others {
        if number == 0 {
            continue;
        }
        let only = run.files.iter().find(|file| file.outcome == outcome).filter(|_| number == 1);
        let why = only.and_then(|file| Some((file, file.notes.first()?)));
        let why = why.map(|(file, note)| format!(" ({}: {})", reason(note.kind), file.path)).unwrap_or_default();
        parts.push(format!("{number} {}{why}", self::outcome(outcome)));
    }
    if run.closed_archives > 0 {
        let archives = count(usize::try_from(run.closed_archives).unwrap_or(usize::MAX), "archive");
        let them = if run.closed_archives == 1 { "it" } else { "them" };
        parts.push(format!("{archives} not opened (name {them}, or use --uploads)"));
    }
    parts.join(", ")
}

/// What became of a file.
pub(crate) fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Read => "read",
        Outcome::Partly => "read in part",
        Outcome::Failed => "not understood",
        Outcome::Skipped => "skipped",
    }
}

/// What is said about a customer, in words: `1 account: 1 with 2 findings (1 error, 1 warning)`.
pub(crate) fn customer(run: &Run, customer: &Customer) -> String {
    let (verdict, summary) = run.customer(customer);
    match verdict {
        CustomerVerdict::Nothing => "no mail account was found".to_owned(),
        CustomerVerdict::Incomplete => format!("not everything could be read; {}", accounts_part(&summary)),
        _ => accounts_part(&summary),
    }
}

/// A reason in two words.
pub(crate) fn reason(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Info => "no settings in it",
        NoteKind::Ignored => "errors that the client ignores",
        NoteKind::NotUnderstood => "not understood",
        NoteKind::Limit => "over a limit",
        NoteKind::Unsupported => "cannot be read yet",
        NoteKind::Unreadable => "could not be opened",
        NoteKind::Internal => "a mistake of maillint",
    }
}

/// One of three by level: note, warning, error.
pub(crate) fn pick_level<T>(level: Level, [note, warning, error]: [T; 3]) -> T {
    match level {
        Level::Note => note,
        Level::Warning => warning,
        Level::Error => error,
    }
}

#[cfg(test)]
mod tests {
    use super::summary_line;
    use crate::{Run, sample};

    #[test]
    fn a_run_in_one_line() {
        assert_eq!(
            summary_line(&sample::run()),
            "4 accounts: 1 fine, 1 with 3 findings (1 error, 2 warnings), 1 not checked, 1 without mail · \
             2 files read, 1 skipped (over a limit: old/prefs.js)"
        );
        assert_eq!(summary_line(&Run::default()), "no accounts · no files read");
    }
}
