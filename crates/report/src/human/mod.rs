//! For people, on a terminal or in a mail: grouped by account, each finding with its excerpt, why it matters and what to
//! do, and what was covered at the end.

mod accounts;
mod files;
mod frame;
mod mistake;
mod style;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::{self, Write};

use maillint_model::{Account, FileReport, Note, Outcome};
use maillint_rules::Finding;

use crate::text::{Printable, columns, place, words, wrap};
use crate::{Run, Verdict};

pub(crate) use accounts::write as write_accounts;
pub(crate) use accounts::{retention_words, server_words};
pub use files::write_files;
pub use mistake::write_mistake;
pub use style::Style;
pub(crate) use style::{Face, Painter};

/// Notes on files that are printed; the rest are counted.
const FILE_NOTES: usize = 20;

/// Writes what a scan found.
pub(crate) fn write(run: &Run, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let human = Human { run, paint: Painter::new(style), width: style.width() };
    human.accounts_with_findings(out)?;
    human.accounts_without(out)?;
    human.files(out)?;
    human.nothing(out)?;
    human.customers(out)?;
    human.paragraph(out, "", &words::summary_line(run), Face::Strong)
}

struct Human<'a> {
    run: &'a Run,
    paint: Painter,
    width: usize,
}

/// What two blocks have in common when the second tells nothing new: the account's name and client, and of each finding
/// the rule and the message.
type Likeness<'a> = (&'a str, String, Vec<(&'a str, &'a str)>, Option<&'a str>);

impl<'a> Human<'a> {
    fn accounts_with_findings(&self, out: &mut dyn Write) -> io::Result<()> {
        // Copies of a profile have the same accounts with the same findings: each is told once, with all its places.
        let mut groups: Vec<Vec<usize>> = Vec::new();
        let mut seen: BTreeMap<Likeness<'_>, usize> = BTreeMap::new();
        for account in 0..self.run.accounts.len() {
            if self.run.verdict(account) != Verdict::Findings {
                continue;
            }
            let group = *seen.entry(self.likeness(account)).or_insert(groups.len());
            if group == groups.len() {
                groups.push(Vec::new());
            }
            groups[group].push(account);
        }
        for group in groups {
            if let Some((first, copies)) = group.split_first() {
                self.account(out, *first, copies)?;
            }
        }
        Ok(())
    }

    fn likeness(&self, account: usize) -> Likeness<'a> {
        let (findings, not_checked) = (self.run.findings_of(account), self.run.not_checked(account));
        let account = &self.run.accounts[account];
        (
            account.label(),
            account.format.client.to_owned(),
            findings.map(|finding| (finding.rule.id, finding.message.as_str())).collect(),
            not_checked,
        )
    }

    fn account(&self, out: &mut dyn Write, index: usize, copies: &[usize]) -> io::Result<()> {
        let account = &self.run.accounts[index];
        self.heading(out, account)?;
        if !copies.is_empty() {
            let mut files: Vec<&str> = copies.iter().map(|copy| self.run.accounts[*copy].file.name()).collect();
            files.dedup();
            let more = match files.len() {
                number @ 4.. => format!("{}, and {} more", files[..3].join(", "), number - 3),
                _ => files.join(", "),
            };
            self.paragraph(out, "  ", &format!("the same in {more}"), Face::Faint)?;
        }
        writeln!(out)?;
        let mut told: Vec<(&Finding, usize)> = Vec::new();
        for finding in self.run.findings_of(index) {
            let same =
                told.iter_mut().find(|(other, _)| other.rule.id == finding.rule.id && other.message == finding.message);
            match same {
                Some((_, times)) => *times += 1,
                None => told.push((finding, 1)),
            }
        }
        for (finding, times) in told {
            self.finding(out, finding, times)?;
        }
        if let Some(why) = self.run.not_checked(index) {
            self.paragraph(out, "", &format!("not checked further: {why}"), Face::Plain)?;
            writeln!(out)?;
        }
        Ok(())
    }

    fn heading(&self, out: &mut dyn Write, account: &Account) -> io::Result<()> {
        let (label, client) = (Printable::new(account.label()), words::client_line(account));
        let client = Printable::new(&client);
        let heading = self.paint.text(Face::Heading, label.as_str());
        if columns(label.as_str()) + 3 + columns(client.as_str()) <= self.width {
            return writeln!(out, "{heading}   {client}");
        }
        writeln!(out, "{heading}")?;
        self.paragraph(out, "  ", client.as_str(), Face::Plain)
    }

    fn finding(&self, out: &mut dyn Write, finding: &Finding, times: usize) -> io::Result<()> {
        let face = words::pick_level(finding.level, [Face::Note, Face::Warning, Face::Error]);
        let tag = format!("{}[{}]:", finding.level.as_str(), finding.rule.id);
        let mut message = finding.message.clone();
        if times > 1 {
            let _ = write!(message, " (×{times})");
        }
        if finding.known {
            message.push_str(" (in the baseline)");
        }
        let message = Printable::new(&message);
        let indent = columns(&tag) + 1;
        // The tag is part of the first line only for measuring where it breaks.
        let lines = wrap(&format!("{} {message}", "x".repeat(indent - 1)), self.width);
        for (number, line) in lines.iter().enumerate() {
            match number {
                0 => {
                    let text = line.get(indent..).unwrap_or("");
                    writeln!(out, "{} {}", self.paint.text(face, &tag), self.paint.text(Face::Strong, text))?;
                }
                _ => writeln!(out, "  {}", self.paint.text(Face::Strong, line))?,
            }
        }
        out.write_all(frame::draw(&finding.labels, face, self.paint, self.width).as_bytes())?;
        if !finding.why.is_empty() {
            self.aside(out, "why", &finding.why)?;
        }
        self.steps(out, finding)?;
        if let Some(link) = &finding.link {
            let link = Printable::new(link);
            writeln!(out, "  {}  {}", self.paint.text(Face::Faint, "more"), self.paint.link(link.as_str()))?;
        }
        writeln!(out)
    }

    fn steps(&self, out: &mut dyn Write, finding: &Finding) -> io::Result<()> {
        for (number, step) in finding.steps.iter().enumerate() {
            let number = format!("{}. ", number + 1);
            let lead = if number == "1. " { "fix" } else { "" };
            let lines = wrap(Printable::new(step).as_str(), self.width.saturating_sub(8 + number.len()));
            for (at, line) in lines.iter().enumerate() {
                let (lead, number) = if at == 0 { (lead, number.clone()) } else { ("", " ".repeat(number.len())) };
                let pad = " ".repeat(6 - lead.len());
                writeln!(out, "  {}{pad}{number}{line}", self.paint.text(Face::Help, lead))?;
            }
        }
        Ok(())
    }

    fn aside(&self, out: &mut dyn Write, lead: &str, text: &str) -> io::Result<()> {
        for (at, line) in wrap(Printable::new(text).as_str(), self.width.saturating_sub(8)).iter().enumerate() {
            let lead = if at == 0 { lead } else { "" };
            writeln!(out, "  {}{}{line}", self.paint.text(Face::Faint, lead), " ".repeat(6 - lead.len()))?;
        }
        Ok(())
    }

    /// The accounts that nothing is wrong with, and those that nobody could judge, each in a line.
    fn accounts_without(&self, out: &mut dyn Write) -> io::Result<()> {
        // Copies of a file hold the same accounts: each name is told once.
        let mut fine: Vec<(usize, usize)> = Vec::new();
        let mut seen: BTreeMap<Likeness<'_>, usize> = BTreeMap::new();
        let mut unchecked: Vec<(&str, Vec<usize>)> = Vec::new();
        for account in 0..self.run.accounts.len() {
            match self.run.verdict(account) {
                Verdict::Fine => {
                    let index = *seen.entry(self.likeness(account)).or_insert(fine.len());
                    match fine.get_mut(index) {
                        Some((_, times)) => *times += 1,
                        None => fine.push((account, 1)),
                    }
                }
                Verdict::NotChecked(why) => match unchecked.iter_mut().find(|(other, _)| *other == why) {
                    Some((_, accounts)) => accounts.push(account),
                    None => unchecked.push((why, vec![account])),
                },
                Verdict::Findings | Verdict::NoMail => {}
            }
        }
        for (account, times) in &fine {
            let account = &self.run.accounts[*account];
            let (label, client) = (Printable::new(account.label()), words::client_line(account));
            let heading = self.paint.text(Face::Heading, label.as_str());
            let times = if *times > 1 { format!(" (×{times})") } else { String::new() };
            let (client, verdict) = (Printable::new(&client), self.paint.text(Face::Help, "fine"));
            if columns(label.as_str()) + columns(client.as_str()) + 16 > self.width {
                writeln!(out, "{heading}\n  {client}: {verdict}{times}")?;
            } else {
                writeln!(out, "{heading}   {client}: {verdict}{times}")?;
            }
        }
        for (why, accounts) in &unchecked {
            let mut seen = BTreeSet::new();
            let accounts = accounts.iter().map(|account| &self.run.accounts[*account]);
            let names: Vec<String> = accounts
                .map(|account| (account.label(), account.format.client_name))
                .filter(|name| seen.insert(*name))
                .map(|(label, client)| format!("{label} ({client})"))
                .collect();
            self.paragraph(out, "", &format!("not checked: {}: {why}", names.join(", ")), Face::Plain)?;
        }
        if !fine.is_empty() || !unchecked.is_empty() {
            writeln!(out)?;
        }
        Ok(())
    }

    /// What is to be said about files.
    fn files(&self, out: &mut dyn Write) -> io::Result<()> {
        let said = |file: &&FileReport| file.outcome != Outcome::Read || !file.notes.is_empty();
        let files = self.run.files.iter().filter(said);
        let notes: Vec<(&FileReport, &Note)> =
            files.flat_map(|file| file.notes.iter().map(move |note| (file, note))).collect();
        for (file, note) in notes.iter().take(FILE_NOTES) {
            let place = note.at.as_ref().map_or_else(|| file.path.clone(), place);
            let face = if file.outcome == Outcome::Read { Face::Faint } else { Face::Plain };
            self.paragraph(out, "", &format!("{place}: {}", note.message), face)?;
        }
        if notes.len() > FILE_NOTES {
            let more = words::count(notes.len() - FILE_NOTES, "more note");
            writeln!(out, "… and {more} on files; --show-files lists every file")?;
        }
        if !notes.is_empty() {
            writeln!(out)?;
        }
        Ok(())
    }

    /// What to do where there was nothing to look at.
    fn nothing(&self, out: &mut dyn Write) -> io::Result<()> {
        if self.run.found_anything() {
            return Ok(());
        }
        let text = "Nothing that a mail program wrote was found. `maillint clients` lists the programs that are read, and \
                    where their files lie.";
        self.paragraph(out, "", text, Face::Plain)?;
        writeln!(out)
    }

    /// A line for each customer.
    fn customers(&self, out: &mut dyn Write) -> io::Result<()> {
        for customer in &self.run.customers {
            let text = format!("{}: {}", customer.name, words::customer(self.run, customer));
            self.paragraph(out, "", &text, Face::Plain)?;
        }
        if !self.run.customers.is_empty() {
            writeln!(out)?;
        }
        Ok(())
    }

    /// Text with line breaks; lines after the first are set in.
    fn paragraph(&self, out: &mut dyn Write, indent: &str, text: &str, face: Face) -> io::Result<()> {
        let width = self.width.saturating_sub(indent.len() + 2);
        for (at, line) in wrap(Printable::new(text).as_str(), width).iter().enumerate() {
            let hang = if at == 0 { "" } else { "  " };
            writeln!(out, "{indent}{hang}{}", self.paint.text(face, line))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
