//! Workflow commands of GitHub Actions, which become annotations.

use std::fmt::{self, Write as _};
use std::io::{self, Write};

use crate::Run;
use crate::json::place;
use crate::run::incomplete_notes;
use crate::text::{Printable, words};

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    for finding in &run.judgement.findings {
        let command =
            if finding.known { "notice" } else { words::pick_level(finding.level, ["notice", "warning", "error"]) };
        let account = run.accounts.get(finding.account);
        write!(out, "::{command} ")?;
        if let Some(label) = finding.labels.first() {
            let at = place(&label.at);
            write!(out, "file={},", Property(label.at.file.name()))?;
            if let (Some(line), Some(end_line), Some(column), Some(end)) =
                (at.line, at.end_line, at.column, at.end_column)
            {
                write!(out, "line={line},endLine={end_line},col={column},endColumn={end},")?;
            }
        }
        let mut text = format!("{}: {}", account.map_or("", |account| account.label()), finding.message);
        for (number, step) in finding.steps.iter().enumerate() {
            let _ = write!(text, "\n{}. {step}", number + 1);
        }
        writeln!(out, "title={}::{}", Property(finding.rule.id), Data(&text))?;
    }
    for (file, note) in incomplete_notes(run) {
        writeln!(out, "::warning file={},title=not read::{}", Property(&file.path), Data(&note.message))?;
    }
    writeln!(out, "{}", Printable::new(&words::summary_line(run)).as_str().replace("::", ": :"))
}

/// The text of a command: line ends and the escape character itself are escaped.
struct Data<'a>(&'a str);

impl fmt::Display for Data<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> =
            self.0.split('\n').map(|line| Printable::new(line).as_str().replace('%', "%25")).collect();
        f.write_str(&lines.join("%0A"))
    }
}

/// The value of a property: what ends it is escaped too.
struct Property<'a>(&'a str);

impl fmt::Display for Property<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = Printable::new(self.0);
        f.write_str(&text.as_str().replace('%', "%25").replace(':', "%3A").replace(',', "%2C"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Data, Property};
    use crate::sample;

    #[test]
    fn data_and_properties_are_escaped() {
        assert_eq!(Data("100%\n::error::x\r").to_string(), "100%25%0A::error::x␍");
        assert_eq!(Property("a,b:c%d\n").to_string(), "a%2Cb%3Ac%25d␊");
    }

    #[test]
    fn an_annotation_a_finding() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        ::warning file=ab12.default/prefs.js,line=3,endLine=3,col=44,endColumn=59,title=host-prefix::anna@example.org: the incoming server is set to pop.example.org, it should be mail.example.org%0A1. ≡ > Account Settings > anna@example.org > Server Settings%0A2. Server Name: mail.example.org%0A3. Restart Thunderbird when it asks to.
        ::warning file=ab12.default/prefs.js,line=5,endLine=5,col=46,endColumn=62,title=host-prefix::anna@example.org: the outgoing server is set to smtp.example.org, it should be mail.example.org%0A1. ≡ > Account Settings > anna@example.org > Server Settings%0A2. Server Name: mail.example.org%0A3. Restart Thunderbird when it asks to.
        ::error file=ab12.default/prefs.js,line=5,endLine=5,col=46,endColumn=62,title=outgoing-auth-missing::anna@example.org: the outgoing server is used without signing in%0A1. ≡ > Account Settings > anna@example.org > Server Settings%0A2. Server Name: mail.example.org%0A3. Restart Thunderbird when it asks to.
        ::warning file=old/prefs.js,title=not read::it is larger than 16 MiB; it was not read
        4 accounts: 1 fine, 1 with 3 findings (1 error, 2 warnings), 1 not checked, 1 without mail · 2 files read, 1 skipped (over a limit: old/prefs.js)
        "#);
    }
}
