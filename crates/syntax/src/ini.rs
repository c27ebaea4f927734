//! INI files: sections of `key=value` lines, as Windows programs and Mozilla's `profiles.ini` write them.
//!
//! A scanner of ours finds the lines and their places; each `key=value` line is then read by `rust-ini`. Given a whole
//! file, `rust-ini` 0.21.3 joins a value that ends in a backslash with the next line, takes an indented comment for a
//! key, glues a line without `=` to the next key, lets one odd line fail the file, and gives no places. Given one line
//! at a time, none of this can happen.

use ini::{Ini, ParseOption};
use maillint_source::{Limits, Span, left_out};

use crate::{Problem, Spanned, trimmed};

/// One `key=value` line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The key, without blanks around it.
    pub key: Spanned<String>,
    /// The value, without blanks around it; quotes are kept.
    pub value: Spanned<String>,
}

/// One `[section]`, or the lines before the first one (empty name).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// The name between the brackets.
    pub name: Spanned<String>,
    /// Its lines, in order, repeated keys included.
    pub entries: Vec<Entry>,
}

impl Section {
    /// The first entry of a key, compared without regard to ASCII case.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key.value.eq_ignore_ascii_case(key))
    }
}

/// A whole file: its sections in order, repeated ones included.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// The sections.
    pub sections: Vec<Section>,
    /// Lines that are neither section, entry, comment nor blank.
    pub problems: Vec<Problem>,
}

impl Document {
    /// The first section of a name, compared without regard to ASCII case.
    pub fn section(&self, name: &str) -> Option<&Section> {
        self.sections.iter().find(|section| section.name.value.eq_ignore_ascii_case(name))
    }
}

/// Parses a file. Lines that start with `;` or `#` are comments; a value may hold either.
pub fn parse(text: &str, limits: &Limits) -> Document {
    let mut document = Document::default();
    let mut nodes = 0_usize;
    for line in lines(text) {
        let content = trimmed(text, line);
        let body = &text[content.range()];
        if body.is_empty() || body.starts_with([';', '#']) {
            continue;
        }
        nodes += 1;
        if let Some(why) = limits.over(nodes, "the file has too many lines") {
            document.problems.push(Problem::limit(left_out(&why), line));
            break;
        }
        if line.len() > limits.line_bytes {
            document
                .problems
                .push(Problem::limit("this line is too long to be read", Span::empty(line.start as usize)));
            continue;
        }
        if let Some(name) = body.strip_prefix('[').and_then(|body| body.rfind(']').map(|end| &body[..end])) {
            let start = content.start as usize + 1;
            let name = Spanned::new(name.trim().to_owned(), trimmed(text, Span::new(start, start + name.len())));
            document.sections.push(Section { name, entries: Vec::new() });
        } else if let Some(entry) = entry(text, content) {
            if document.sections.is_empty() {
                let name = Spanned::new(String::new(), Span::empty(0));
                document.sections.push(Section { name, entries: Vec::new() });
            }
            if let Some(section) = document.sections.last_mut() {
                section.entries.push(entry);
            }
        } else {
            document.problems.push(Problem::syntax("this line is neither a [section] nor a key=value pair", content));
        }
    }
    document
}

/// Reads one `key=value` line through `rust-ini`, and finds the places of both halves.
fn entry(text: &str, content: Span) -> Option<Entry> {
    let body = &text[content.range()];
    let equals = body.find('=')?;
    let key_span = trimmed(text, Span::new(content.start as usize, content.start as usize + equals));
    let value_span = trimmed(text, Span::new(content.start as usize + equals + 1, content.end as usize));
    let key = &text[key_span.range()];
    let value = read_value(&text[value_span.range()]);
    Some(Entry { key: Spanned::new(key.to_owned(), key_span), value: Spanned::new(value, value_span) })
}

/// `rust-ini` reads the value. The key stays out of its sight: it would cut it at a `:`, and we know it already.
fn read_value(value: &str) -> String {
    // Nothing in most values means anything to it, and to ask it takes ten times as long as all the rest.
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'.' | b'/' | b'-' | b'_' | b'@');
    if value.bytes().all(is_plain) {
        return value.to_owned();
    }
    let options = ParseOption { enabled_quote: false, enabled_escape: false, ..ParseOption::default() };
    let line = format!("k={value}\r\n");
    let parsed = Ini::load_from_str_opt(&line, options).ok();
    let read = parsed.as_ref().and_then(|ini| ini.general_section().get("k")).unwrap_or(value);
    // An inline comment is none in the dialects read here: `Name=a ; b` is a name with a semicolon.
    if read.len() < value.len() { value.to_owned() } else { read.to_owned() }
}

/// The physical lines, without line ends.
fn lines(text: &str) -> impl Iterator<Item = Span> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let len = rest.find(['\n', '\r']).unwrap_or(rest.len());
        let line = Span::new(at, at + len);
        at += len + 1;
        Some(line)
    })
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::parse;

    /// Section, key and value of each line, and the number of problems.
    fn read(text: &str) -> (Vec<(String, String, String)>, usize) {
        let document = parse(text, &Limits::default());
        let lines = document.sections.iter().flat_map(|section| {
            let name = &section.name.value;
            section.entries.iter().map(|entry| (name.clone(), entry.key.value.clone(), entry.value.value.clone()))
        });
        (lines.collect(), document.problems.len())
    }

    fn entries(lines: &[(&str, &str, &str)]) -> Vec<(String, String, String)> {
        lines.iter().map(|(a, b, c)| ((*a).to_owned(), (*b).to_owned(), (*c).to_owned())).collect()
    }

    #[test]
    fn sections_and_entries_in_order_with_repeats() {
        let text = "[a]\r\nx=1\r\nx=2\r\n[b]\r\ny = 3 \r\n[a]\r\nz=\r\n";
        assert_eq!(read(text), (entries(&[("a", "x", "1"), ("a", "x", "2"), ("b", "y", "3"), ("a", "z", "")]), 0));
    }

    #[test]
    fn what_rust_ini_gets_wrong_on_a_whole_file_is_right_line_by_line() {
        let text = "p=C:\\dir\\\nq=2\n  ; comment\nname=\"Doe, Jane\" <j@x>\nquote='tis\nuser=C:\\Users\\x\\new\nhost:port=1\n";
        let expected = entries(&[
            ("", "p", "C:\\dir\\"),
            ("", "q", "2"),
            ("", "name", "\"Doe, Jane\" <j@x>"),
            ("", "quote", "'tis"),
            ("", "user", "C:\\Users\\x\\new"),
            ("", "host:port", "1"),
        ]);
        assert_eq!(read(text), (expected, 0));
    }

    #[test]
    fn a_value_may_hold_what_starts_a_comment() {
        assert_eq!(read("[s]\nk=a ; b # c\n"), (entries(&[("s", "k", "a ; b # c")]), 0));
    }

    #[test]
    fn an_odd_line_is_a_problem_and_no_more() {
        assert_eq!(read("junk\n[open\nk=v\n"), (entries(&[("", "k", "v")]), 2));
        assert_eq!(read("***********\n[HKCU\\Soft\\]\nk=v\n"), (entries(&[("HKCU\\Soft\\", "k", "v")]), 1));
    }

    #[test]
    fn places_are_those_of_the_trimmed_text() {
        let text = "[ s ]\n k = v w \n";
        let document = parse(text, &Limits::default());
        let entry = document.section("S").and_then(|section| section.get("K")).unwrap();
        assert_eq!(&text[document.sections[0].name.span.range()], "s");
        assert_eq!(&text[entry.key.span.range()], "k");
        assert_eq!(&text[entry.value.span.range()], "v w");
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_every_value_stands_at_its_place(text in "(?s).{0,200}") {
            for section in parse(&text, &Limits::default()).sections {
                for entry in section.entries {
                    prop_assert_eq!(&text[entry.key.span.range()], entry.key.value);
                    prop_assert_eq!(&text[entry.value.span.range()], entry.value.value);
                }
            }
        }
    }
}
