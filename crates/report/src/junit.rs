//! `JUnit` XML: a suite for each file, a case for each account, a failure for each finding.

use std::fmt;
use std::io::{self, Write};

use maillint_model::FileReport;
use maillint_rules::{Finding, Level};

use crate::text::{Printable, place};
use crate::{Run, Verdict};

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let (tests, failures) = (run.accounts.len(), run.judgement.findings.iter().filter(|found| fails(found)).count());
    let errors = run.files.iter().filter(|file| is_incomplete(file)).count();
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(
        out,
        "<testsuites name=\"maillint\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">",
        tests + errors
    )?;
    for file in &run.files {
        suite(run, file, out)?;
    }
    writeln!(out, "</testsuites>")
}

fn suite(run: &Run, file: &FileReport, out: &mut dyn Write) -> io::Result<()> {
    let accounts: Vec<usize> =
        (0..run.accounts.len()).filter(|index| run.accounts[*index].file.name() == file.path).collect();
    let failures: usize =
        accounts.iter().map(|index| run.findings_of(*index).filter(|found| fails(found)).count()).sum();
    let errors = usize::from(is_incomplete(file));
    writeln!(
        out,
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\">",
        Xml::new(&file.path),
        accounts.len() + errors,
    )?;
    for index in accounts {
        case(run, index, out)?;
    }
    if is_incomplete(file) {
        writeln!(out, "    <testcase name=\"reading\" classname=\"{}\">", Xml::new(file.client.unwrap_or("file")))?;
        for note in file.notes.iter().filter(|note| note.kind.is_incomplete()) {
            writeln!(out, "      <error type=\"{}\" message=\"{}\"/>", note.kind.as_str(), Xml::new(&note.message))?;
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn case(run: &Run, index: usize, out: &mut dyn Write) -> io::Result<()> {
    let account = &run.accounts[index];
    let (name, client) = (Xml::new(account.label()), Xml::new(account.format.client));
    write!(out, "    <testcase name=\"{name}\" classname=\"{client}\"")?;
    match run.verdict(index) {
        Verdict::Fine => return writeln!(out, "/>"),
        Verdict::NotChecked(why) => return writeln!(out, "><skipped message=\"{}\"/></testcase>", Xml::new(why)),
        Verdict::NoMail => return writeln!(out, "><skipped message=\"no mail account\"/></testcase>"),
        Verdict::Findings => writeln!(out, ">")?,
    }
    for finding in run.findings_of(index) {
        let (level, rule, message) = (finding.level.as_str(), finding.rule.id, Xml::new(&finding.message));
        let text = body(finding);
        if fails(finding) {
            writeln!(out, "      <failure type=\"{level}: {rule}\" message=\"{message}\">{text}</failure>")?;
        } else {
            writeln!(out, "      <system-out>{level}: {rule}: {message}\n{text}</system-out>")?;
        }
    }
    writeln!(out, "    </testcase>")
}

fn body(finding: &Finding) -> String {
    let mut lines: Vec<String> = finding.labels.first().map(|label| place(&label.at)).into_iter().collect();
    lines.push(finding.why.clone());
    lines.extend(finding.steps.iter().enumerate().map(|(number, step)| format!("{}. {step}", number + 1)));
    lines.iter().map(|line| Xml::new(line).to_string()).collect::<Vec<_>>().join("\n")
}

/// Notes are opinions and hints; the baseline's findings are known.
fn fails(finding: &Finding) -> bool {
    finding.level > Level::Note && !finding.known
}

fn is_incomplete(file: &FileReport) -> bool {
    file.notes.iter().any(|note| note.kind.is_incomplete())
}

/// Text that is text anywhere in an XML document.
struct Xml<'a>(Printable<'a>);

impl<'a> Xml<'a> {
    fn new(text: &'a str) -> Self {
        Self(Printable::new(text))
    }
}

impl fmt::Display for Xml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.as_str().chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&apos;")?,
                _ => fmt::Write::write_char(f, c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::sample;

    #[test]
    fn a_suite_a_file_and_a_case_an_account() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="maillint" tests="5" failures="3" errors="1">
          <testsuite name="ab12.default/prefs.js" tests="4" failures="3" errors="0">
            <testcase name="anna@example.org" classname="thunderbird">
              <failure type="warning: host-prefix" message="the incoming server is set to pop.example.org, it should be mail.example.org">ab12.default/prefs.js:3:44
        Only mail.example.org is kept working when your provider moves servers. Many programs put &quot;pop.&quot; or &quot;smtp.&quot; in front by themselves.
        1. ≡ &gt; Account Settings &gt; anna@example.org &gt; Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.</failure>
              <failure type="warning: host-prefix" message="the outgoing server is set to smtp.example.org, it should be mail.example.org">ab12.default/prefs.js:5:46
        Only mail.example.org is kept working when your provider moves servers. Many programs put &quot;pop.&quot; or &quot;smtp.&quot; in front by themselves.
        1. ≡ &gt; Account Settings &gt; anna@example.org &gt; Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.</failure>
              <failure type="error: outgoing-auth-missing" message="the outgoing server is used without signing in">ab12.default/prefs.js:5:46
        Only mail.example.org is kept working when your provider moves servers. Many programs put &quot;pop.&quot; or &quot;smtp.&quot; in front by themselves.
        1. ≡ &gt; Account Settings &gt; anna@example.org &gt; Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.</failure>
            </testcase>
            <testcase name="&lt;b&gt;bob&lt;/b&gt;@example.org" classname="thunderbird"/>
            <testcase name="Local Folders" classname="thunderbird"><skipped message="no mail account"/></testcase>
            <testcase name="Old account" classname="thunderbird"><skipped message="it has no server name"/></testcase>
          </testsuite>
          <testsuite name="Mail/Accounts.plist" tests="0" failures="0" errors="0">
          </testsuite>
          <testsuite name="old/prefs.js" tests="1" failures="0" errors="1">
            <testcase name="reading" classname="thunderbird">
              <error type="limit" message="it is larger than 16 MiB; it was not read"/>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }
}
