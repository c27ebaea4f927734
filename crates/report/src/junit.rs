//! `JUnit` XML: a suite for each file, a case for each finding, and one for each account that has none. Build servers show
//! no more than one failure of a case, and tell new ones from old ones by the names of cases.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{self, Write};

use maillint_model::{FileReport, Note};
use maillint_rules::{Finding, Level};

use crate::text::{Printable, place};
use crate::{Run, Verdict};

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    let total = Counts::of(run, 0..run.accounts.len(), &run.files);
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"maillint\" {total}>")?;
    let mut by_file: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, account) in run.accounts.iter().enumerate() {
        by_file.entry(account.file.name()).or_default().push(index);
    }
    for file in &run.files {
        suite(run, file, by_file.get(file.path.as_str()).map_or(&[], Vec::as_slice), out)?;
    }
    writeln!(out, "</testsuites>")
}

/// Cases, and those of them that failed, had an error, or were not run.
struct Counts {
    tests: usize,
    failures: usize,
    errors: usize,
    skipped: usize,
}

impl Counts {
    fn of(run: &Run, accounts: impl Iterator<Item = usize>, files: &[FileReport]) -> Self {
        let errors = files.iter().filter(|file| is_incomplete(file)).count();
        let mut counts = Self { tests: errors, failures: 0, errors, skipped: 0 };
        for index in accounts {
            counts.tests += run.findings_of(index).count().max(1);
            counts.failures += run.findings_of(index).filter(|found| fails(found)).count();
            let is_skipped = matches!(run.verdict(index), Verdict::NotChecked(_) | Verdict::NoMail);
            counts.skipped += usize::from(is_skipped);
        }
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tests, failures, errors, skipped } = self;
        write!(f, "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\"")
    }
}

fn suite(run: &Run, file: &FileReport, accounts: &[usize], out: &mut dyn Write) -> io::Result<()> {
    let counts = Counts::of(run, accounts.iter().copied(), std::slice::from_ref(file));
    writeln!(out, "  <testsuite name=\"{}\" {counts}>", Xml::new(&file.path))?;
    for index in accounts {
        cases(run, *index, out)?;
    }
    if is_incomplete(file) {
        writeln!(out, "    <testcase name=\"reading\" classname=\"{}\">", Xml::new(file.client.unwrap_or("file")))?;
        let notes: Vec<&Note> = file.notes.iter().filter(|note| note.kind.is_incomplete()).collect();
        if let Some(first) = notes.first() {
            let messages: Vec<String> = notes.iter().map(|note| Xml::new(&note.message).to_string()).collect();
            let (kind, message) = (first.kind.as_str(), Xml::new(&first.message));
            writeln!(out, "      <error type=\"{kind}\" message=\"{message}\">{}</error>", messages.join("\n"))?;
        }
        writeln!(out, "    </testcase>")?;
    }
    writeln!(out, "  </testsuite>")
}

fn cases(run: &Run, index: usize, out: &mut dyn Write) -> io::Result<()> {
    let account = &run.accounts[index];
    let (name, client) = (Xml::new(account.label()), Xml::new(account.format.client));
    let skipped = match run.verdict(index) {
        Verdict::Fine => return writeln!(out, "    <testcase name=\"{name}\" classname=\"{client}\"/>"),
        Verdict::NotChecked(why) => Some(why),
        Verdict::NoMail => Some("no mail account"),
        Verdict::Findings => None,
    };
    if let Some(why) = skipped {
        let why = Xml::new(why);
        writeln!(out, "    <testcase name=\"{name}\" classname=\"{client}\"><skipped message=\"{why}\"/></testcase>")?;
    }
    for finding in run.findings_of(index) {
        let (level, rule, message) = (finding.level.as_str(), finding.rule.id, Xml::new(&finding.message));
        let text = body(finding);
        writeln!(out, "    <testcase name=\"{name}: {message}\" classname=\"{client}\">")?;
        if fails(finding) {
            writeln!(out, "      <failure type=\"{level}: {rule}\" message=\"{message}\">{text}</failure>")?;
        } else {
            writeln!(out, "      <system-out>{level}: {rule}: {message}\n{text}</system-out>")?;
        }
        writeln!(out, "    </testcase>")?;
    }
    Ok(())
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
    fn the_numbers_are_those_of_the_cases() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let total = format!(
            "<testsuites name=\"maillint\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">",
            text.matches("<testcase").count(),
            text.matches("<failure").count(),
            text.matches("<error").count(),
            text.matches("<skipped").count(),
        );
        assert!(text.contains(&total), "{total}");
    }

    #[test]
    fn it_is_well_formed() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        let mut reader = quick_xml::Reader::from_reader(out.as_slice());
        while !matches!(reader.read_event().unwrap(), quick_xml::events::Event::Eof) {}
    }

    #[test]
    fn a_suite_a_file_and_a_case_a_finding() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="maillint" tests="7" failures="3" errors="1" skipped="2">
          <testsuite name="ab12.default/prefs.js" tests="6" failures="3" errors="0" skipped="2">
            <testcase name="anna@example.org: the incoming server is set to pop.example.org, it should be mail.example.org" classname="thunderbird">
              <failure type="warning: host-prefix" message="the incoming server is set to pop.example.org, it should be mail.example.org">ab12.default/prefs.js:3:44
        Only mail.example.org is kept working when your provider moves servers. Many programs put &quot;pop.&quot; or &quot;smtp.&quot; in front by themselves.
        1. ≡ &gt; Account Settings &gt; anna@example.org &gt; Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.</failure>
            </testcase>
            <testcase name="anna@example.org: the outgoing server is set to smtp.example.org, it should be mail.example.org" classname="thunderbird">
              <failure type="warning: host-prefix" message="the outgoing server is set to smtp.example.org, it should be mail.example.org">ab12.default/prefs.js:5:46
        Only mail.example.org is kept working when your provider moves servers. Many programs put &quot;pop.&quot; or &quot;smtp.&quot; in front by themselves.
        1. ≡ &gt; Account Settings &gt; anna@example.org &gt; Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.</failure>
            </testcase>
            <testcase name="anna@example.org: the outgoing server is used without signing in" classname="thunderbird">
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
          <testsuite name="Mail/Accounts.plist" tests="0" failures="0" errors="0" skipped="0">
          </testsuite>
          <testsuite name="old/prefs.js" tests="1" failures="0" errors="1" skipped="0">
            <testcase name="reading" classname="thunderbird">
              <error type="limit" message="it is larger than 16 MiB; it was not read">it is larger than 16 MiB; it was not read</error>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }
}
