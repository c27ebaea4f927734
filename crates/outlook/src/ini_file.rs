//! What the clients with an INI file share.

use std::sync::Arc;

use maillint_model::{Input, Note, Setting};
use maillint_source::{Encoding, Limits, Location, SecretKind, SourceFile, decode};
use maillint_syntax::ini::{self, Document, Section};
use maillint_syntax::{Problem, ProblemKind};

use crate::registry::is_secret;
use crate::values::Values;

/// A file and its sections.
pub(crate) struct IniFile {
    /// The file, without its secrets.
    pub(crate) file: Arc<SourceFile>,
    /// Its sections.
    pub(crate) document: Document,
    /// How it was read as text.
    pub(crate) encoding: Encoding,
    /// What is missing. Lines that are no entries are none of it: the programs pass over them too.
    pub(crate) notes: Vec<Note>,
}

/// Reads a file.
pub(crate) fn read(input: &Input, limits: &Limits) -> IniFile {
    let decoded = decode(&input.bytes);
    let encoding = decoded.encoding;
    let document = ini::parse(&decoded.text, limits);
    let entries = document.sections.iter().flat_map(|section| &section.entries);
    let mut secrets: Vec<_> =
        entries.filter(|entry| is_secret(&entry.key.value)).map(|entry| entry.value.span).collect();
    let odd =
        document.problems.iter().filter(|problem| problem.kind == ProblemKind::Syntax).map(|problem| problem.span);
    secrets.extend(odd.chain(comments(&decoded.text)).filter(|span| is_secret(&decoded.text[span.range()])));
    let file = SourceFile::seal(&input.name, decoded, &secrets);
    let over = |problem: &&Problem| problem.kind == ProblemKind::Limit;
    let notes = document.problems.iter().filter(over).map(|problem| Note::of(problem, &file)).collect();
    IniFile { file, document, encoding, notes }
}

/// The lines that `;` or `#` starts.
fn comments(text: &str) -> impl Iterator<Item = maillint_source::Span> {
    let mut at = 0;
    text.split_inclusive(['\n', '\r']).filter_map(move |line| {
        let start = at;
        at += line.len();
        line.trim_start()
            .starts_with([';', '#'])
            .then(|| maillint_source::Span::new(start, start + line.trim_end().len()))
    })
}

impl IniFile {
    /// The values of a section. Windows takes the first of several entries of one name; an empty one says nothing.
    pub(crate) fn values(&self, section: &Section) -> Values {
        let mut values = Values::default();
        for entry in section.entries.iter().rev() {
            let at = Location::new(&self.file, entry.value.span);
            let text = &entry.value.value;
            if is_secret(&entry.key.value) {
                if !text.is_empty() {
                    values.secret(SecretKind::Protected, at);
                }
            } else if !text.is_empty() {
                values.put(&entry.key.value, Some(text.clone()), text.parse().ok(), at);
            }
        }
        values
    }

    /// Where a section starts.
    pub(crate) fn place(&self, section: &Section) -> Location {
        Location::new(&self.file, section.name.span)
    }

    /// A text in the user's own script. Where the file is in a code page that is not known, it comes out garbled: better
    /// not known.
    pub(crate) fn legible(&self, text: Setting<String>) -> Setting<String> {
        match (text.text(), text.at()) {
            (Some(stated), Some(at)) if self.encoding == Encoding::Windows1252 && !stated.is_ascii() => {
                Setting::unknown_at(at.clone())
            }
            _ => text,
        }
    }
}

/// A switch of which no default is known.
pub(crate) fn stated_switch(values: &Values, name: &str) -> Setting<bool> {
    values.number(name).map_or_else(Setting::unknown, |number| number.map(|number| number != 0))
}
