//! One line a finding, as editors and `grep` like it: `path:line:column: level[rule] account: message`.

use std::io::{self, Write};

use crate::Run;
use crate::text::{Printable, place, words};

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    for finding in &run.judgement.findings {
        let account = run.accounts.get(finding.account);
        let at = match finding.labels.first() {
            Some(label) => place(&label.at),
            None => account.map(|account| account.file.name().to_owned()).unwrap_or_default(),
        };
        let (level, rule) = (finding.level.as_str(), finding.rule.id);
        let label = account.map_or("", |account| account.label());
        let known = if finding.known { " (in the baseline)" } else { "" };
        let line = format!("{at}: {level}[{rule}] {label}: {}{known}", finding.message);
        writeln!(out, "{}", Printable::new(&line))?;
    }
    for file in &run.files {
        for note in file.notes.iter().filter(|note| note.kind.is_incomplete()) {
            let at = note.at.as_ref().map_or_else(|| file.path.clone(), place);
            let line = format!("{at}: {}: {}", file.outcome.as_str(), note.message);
            writeln!(out, "{}", Printable::new(&line))?;
        }
    }
    writeln!(out, "{}", Printable::new(&words::summary_line(run)))
}

#[cfg(test)]
mod tests {
    use crate::sample;

    #[test]
    fn a_line_for_each_finding_and_one_for_what_was_covered() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        ab12.default/prefs.js:3:44: warning[host-prefix] anna@example.org: the incoming server is set to pop.example.org, it should be mail.example.org
        ab12.default/prefs.js:5:46: warning[host-prefix] anna@example.org: the outgoing server is set to smtp.example.org, it should be mail.example.org
        ab12.default/prefs.js:5:46: error[outgoing-auth-missing] anna@example.org: the outgoing server is used without signing in
        old/prefs.js: skipped: it is larger than 16 MiB; it was not read
        4 accounts: 1 fine, 1 with 3 findings (1 error, 2 warnings), 1 not checked, 1 without mail · 2 files read, 1 skipped (over a limit: old/prefs.js)
        "#);
    }
}
