//! A text to paste into an answer: for each mailbox what to change, in plain words and numbered steps. No greeting, no
//! rule names, no excerpts, nothing that only a program would want to read.

use std::collections::BTreeMap;
use std::io::{self, Write};

use maillint_rules::Finding;

use crate::text::{Printable, wrap};
use crate::{Run, Verdict};

/// What mail programs leave unbroken.
const WIDTH: usize = 72;

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    // By mailbox, in the order in which they were met.
    let mut order: Vec<String> = Vec::new();
    let mut mailboxes: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, account) in run.accounts.iter().enumerate() {
        if run.verdict(index) == Verdict::NoMail {
            continue;
        }
        let name = account.label().to_lowercase();
        if !mailboxes.contains_key(&name) {
            order.push(name.clone());
        }
        mailboxes.entry(name).or_default().push(index);
    }
    for (number, name) in order.iter().enumerate() {
        if number > 0 {
            writeln!(out)?;
        }
        for index in &mailboxes[name] {
            account(run, *index, out)?;
        }
    }
    if order.is_empty() {
        writeln!(out, "No mail account was found in these files.")?;
    }
    for (file, note) in crate::run::incomplete_notes(run) {
        writeln!(out)?;
        paragraph(
            out,
            "",
            &format!("The file {} could not be read completely: {}.", file.path, trimmed(&note.message)),
        )?;
    }
    Ok(())
}

fn account(run: &Run, index: usize, out: &mut dyn Write) -> io::Result<()> {
    let account = &run.accounts[index];
    let (label, client) = (account.label(), account.format.client_name);
    match run.verdict(index) {
        Verdict::NoMail => return Ok(()),
        Verdict::Fine => {
            return paragraph(
                out,
                "",
                &format!("{label} in {client}: the settings are right, nothing is to be changed."),
            );
        }
        Verdict::NotChecked(why) => {
            return paragraph(out, "", &format!("{label} in {client}: we could not check this account: {why}."));
        }
        Verdict::Findings => {}
    }
    paragraph(out, "", &format!("{label} in {client}: please change the following."))?;
    let mut told: Vec<&Finding> = Vec::new();
    for finding in run.findings_of(index).filter(|finding| !finding.known) {
        if told.iter().any(|other| other.message == finding.message) {
            continue;
        }
        told.push(finding);
        writeln!(out)?;
        paragraph(out, "", &format!("{}. {}", sentence(&finding.message), finding.why))?;
        for (number, step) in finding.steps.iter().enumerate() {
            paragraph(out, "  ", &format!("{}. {step}", number + 1))?;
        }
        if let Some(link) = &finding.link {
            paragraph(out, "  ", link)?;
        }
    }
    if let Some(why) = run.not_checked(index) {
        writeln!(out)?;
        paragraph(out, "", &format!("The rest of {label} we could not check: {why}."))?;
    }
    Ok(())
}

/// Without the full stop that the caller sets.
fn trimmed(message: &str) -> &str {
    message.trim_end_matches('.')
}

/// With a capital, and without the full stop that the caller sets. An address stays as people write it.
fn sentence(message: &str) -> String {
    if message.split(' ').next().is_some_and(|word| word.contains('@')) {
        return trimmed(message).to_owned();
    }
    let mut chars = trimmed(message).chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

fn paragraph(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    let hang = if indent.is_empty() { "" } else { "   " };
    for (at, line) in wrap(Printable::new(text.trim_end()).as_str(), WIDTH - indent.len()).iter().enumerate() {
        writeln!(out, "{indent}{}{line}", if at == 0 { "" } else { hang })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::sample;

    #[test]
    fn what_could_not_be_checked_is_told_beside_the_findings() {
        let mut run = sample::run();
        run.judgement.unchecked[0] = Some("the port of the outgoing server could not be made out".to_owned());
        let mut out = Vec::new();
        super::write(&run, &mut out).unwrap();
        let told = "The rest of anna@example.org we could not check: the port of the\noutgoing server could not be made \
                    out.\n";
        assert!(String::from_utf8(out).unwrap().contains(told));
    }

    #[test]
    fn an_address_has_no_capital_where_a_sentence_begins_with_it() {
        assert_eq!(super::sentence("anna@example.org is set up twice."), "anna@example.org is set up twice");
        assert_eq!(super::sentence("mail is not removed."), "Mail is not removed");
    }

    #[test]
    fn a_text_to_paste() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        anna@example.org in Thunderbird: please change the following.

        The incoming server is set to pop.example.org, it should be
        mail.example.org. Only mail.example.org is kept working when your
        provider moves servers. Many programs put "pop." or "smtp." in front by
        themselves.
          1. ≡ > Account Settings > anna@example.org > Server Settings
          2. Server Name: mail.example.org
          3. Restart Thunderbird when it asks to.

        The outgoing server is set to smtp.example.org, it should be
        mail.example.org. Only mail.example.org is kept working when your
        provider moves servers. Many programs put "pop." or "smtp." in front by
        themselves.
          1. ≡ > Account Settings > anna@example.org > Server Settings
          2. Server Name: mail.example.org
          3. Restart Thunderbird when it asks to.

        The outgoing server is used without signing in. Only mail.example.org is
        kept working when your provider moves servers. Many programs put "pop."
        or "smtp." in front by themselves.
          1. ≡ > Account Settings > anna@example.org > Server Settings
          2. Server Name: mail.example.org
          3. Restart Thunderbird when it asks to.
          https://example.org/help

        <b>bob</b>@example.org in Thunderbird: the settings are right, nothing
        is to be changed.

        Old account in Thunderbird: we could not check this account: it has no
        server name.

        The file old/prefs.js could not be read completely: it is larger than 16
        MiB; it was not read.
        "#);
    }
}
