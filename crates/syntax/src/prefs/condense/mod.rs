//! A preference file of any size, cut down to the settings that somebody wants.
//!
//! A profile with years of add-on data can grow beyond what is worth holding in memory, and its mail settings are a
//! few kilobytes of it. [`Condenser`] is fed the file in pieces and keeps the last statement about each wanted setting,
//! which is the one in force, and every statement with an error, each with the line and column that it has in the file.
//!
//! To find the statements of a piece needs nothing of what came before it, as long as it begins between two statements;
//! only to keep them does. [`condense_stream`] has a second thread for the first.

mod stream;

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use maillint_source::{Carry, Decoded, Jump, Limits, decode_mixed};

use super::{Dialect, Item, Parser, Text};

use stream::PART;
pub use stream::condense_stream;

/// Makes a test of names for a piece of a file. The test is asked once for each statement of the piece, in their order.
///
/// A test that remembers what it was asked starts afresh with each piece: what such tests want between them may be more
/// than one would of the whole file, never less.
pub type Keep = dyn Fn() -> Box<dyn FnMut(&str) -> bool> + Sync;

/// Statements further to the right than this are shown at the start of their line.
const MAX_COLUMN: u32 = 1000;

/// Statements that are found in one go. A file of nothing but semicolons has an error in each byte.
const MOST_FOUND: usize = if cfg!(test) { 5 } else { 1 << 16 };

/// Cuts a file down while it is read.
pub struct Condenser<'k> {
    keep: &'k Keep,
    limit: usize,
    carry: Carry,
    overflow: bool,
    /// Where the file is up to.
    at: Place,
    settings: HashMap<String, Kept>,
    errors: Vec<Kept>,
    /// Memory of what is kept.
    len: usize,
}

/// What is left of a file.
#[derive(PartialEq, Eq, Debug)]
pub struct Condensed {
    /// The kept statements in their order, each on a line of its own, with the line numbers of the whole file.
    pub decoded: Decoded,
    /// Whether it is all of it: `false` after a statement, or more wanted statements, than the limit allows.
    pub is_all: bool,
}

/// A place in the file, or in a piece of it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Place {
    /// Line ends before it.
    lines: u32,
    /// Characters before it on its line.
    column: u32,
}

struct Kept {
    place: Place,
    bytes: Vec<u8>,
}

impl<'k> Condenser<'k> {
    /// Keeps the statements whose name `keep` wants. What is kept, and any single statement, stays within
    /// [`Limits::file_bytes`].
    pub fn new(limits: &Limits, keep: &'k Keep) -> Self {
        let limit = usize::try_from(limits.file_bytes).unwrap_or(usize::MAX);
        Self {
            keep,
            limit,
            carry: Carry::new(limit),
            overflow: false,
            at: Place::default(),
            settings: HashMap::new(),
            errors: Vec::new(),
            len: 0,
        }
    }

    /// Takes the next piece of the file, of any length. Pieces of some hundred kilobytes are fastest.
    pub fn push(&mut self, piece: &[u8]) {
        if self.overflow {
            return;
        }
        let mut carry = std::mem::replace(&mut self.carry, Carry::new(self.limit));
        carry.feed(piece, |bytes| self.take(bytes, false));
        self.overflow = carry.left().len() > self.limit || self.len > self.limit;
        self.carry = carry;
    }

    /// What is left.
    pub fn finish(mut self) -> Condensed {
        if !self.overflow {
            let carry = std::mem::replace(&mut self.carry, Carry::new(self.limit));
            self.take(carry.left(), true);
            self.overflow = self.len > self.limit;
        }
        let mut kept: Vec<Kept> = self.settings.into_values().chain(self.errors).collect();
        kept.sort_unstable_by_key(|statement| statement.place);
        let mut bytes = Vec::with_capacity(self.len + 2 * kept.len());
        let mut numbers = Vec::new();
        // The line of the excerpt, and what number the next would have without a jump.
        let (mut line, mut next) = (0, 1);
        // What is no byte order mark in the file must not become one.
        if kept.first().is_some_and(|first| first.place != Place::default()) {
            bytes.push(b'\n');
            (line, next) = (1, 2);
        }
        for (index, kept) in kept.iter().enumerate() {
            let Kept { place, bytes: statement } = kept;
            // Not after the last: an error may be that the file ends where it does.
            if index > 0 {
                bytes.push(b'\n');
            }
            let number = place.lines.saturating_add(1);
            if number != next {
                numbers.push((line, number));
            }
            bytes.resize(bytes.len() + kept.padding(), b' ');
            bytes.extend_from_slice(statement);
            let is_one_line = memchr::memchr2(b'\n', b'\r', statement).is_none();
            let end = if is_one_line { *place } else { place.after(statement, true) };
            next = end.lines.saturating_add(2);
            line += next - number;
        }
        let mut decoded = decode_mixed(&bytes);
        decoded.jumps = Jump::of_lines(&decoded.text, &numbers);
        Condensed { decoded, is_all: !self.overflow }
    }

    /// Sorts complete statements into kept and dropped. How many bytes they have.
    fn take(&mut self, bytes: &[u8], last: bool) -> usize {
        let mut done = 0;
        loop {
            let rest = &bytes[done..];
            let sifted = sift(rest, last, &mut *(self.keep)());
            self.keep_all(rest, &sifted);
            done += sifted.done;
            if sifted.found.len() < MOST_FOUND || self.len > self.limit {
                return done;
            }
        }
    }

    /// Takes a piece that was sifted by itself. Where a statement began before it, it is sifted again.
    fn push_sifted(&mut self, piece: &[u8], sifted: &Sifted) {
        let left = self.carry.left();
        let is_between = left.iter().all(|byte| matches!(byte, b'\n' | b'\r')) && left.last() != Some(&b'\r');
        if !is_between || self.overflow {
            return self.push(piece);
        }
        self.at = self.at.after(left, true);
        self.carry = Carry::new(self.limit);
        self.keep_all(piece, sifted);
        self.push(&piece[sifted.done..]);
    }

    /// Keeps what was found in a piece that begins where the file is up to.
    fn keep_all(&mut self, piece: &[u8], sifted: &Sifted) {
        for found in &sifted.found {
            if self.len > self.limit {
                break;
            }
            self.keep(found, self.at.then(found.place), piece);
        }
        self.at = self.at.then(sifted.end);
    }

    fn keep(&mut self, found: &Found, place: Place, piece: &[u8]) {
        let statement = &piece[found.span.clone()];
        let kept = || Kept { place, bytes: statement.to_vec() };
        let Some(name) = &found.name else {
            let kept = kept();
            self.len += kept.len();
            self.errors.push(kept);
            return;
        };
        let name = latin(&piece[name.clone()]);
        let name = Text::new(&name).decode();
        if let Some(kept) = self.settings.get_mut(name.as_ref()) {
            self.len -= kept.len();
            kept.place = place;
            kept.bytes.clear();
            kept.bytes.extend_from_slice(statement);
            self.len += kept.len();
        } else {
            let kept = kept();
            self.len += name.len() + kept.len();
            self.settings.insert(name.into_owned(), kept);
        }
    }
}

impl Kept {
    /// Columns in front of it.
    fn padding(&self) -> usize {
        if self.place.column <= MAX_COLUMN { self.place.column as usize } else { 0 }
    }

    /// What it takes in memory, and in what is left of the file.
    fn len(&self) -> usize {
        size_of::<Self>() + self.padding() + self.bytes.len()
    }
}

/// What is worth keeping in a piece of a file, and how far it goes.
struct Sifted {
    found: Vec<Found>,
    /// Bytes of its complete statements.
    done: usize,
    /// The place behind them, from the start of the piece.
    end: Place,
}

/// A statement that was found.
struct Found {
    /// The place of its name, as written; none for an error.
    name: Option<Range<usize>>,
    span: Range<usize>,
    /// From the start of the piece.
    place: Place,
}

/// Finds what is wanted in some bytes that begin between two statements: all of it, or the first [`MOST_FOUND`].
fn sift(bytes: &[u8], last: bool, keep: &mut dyn FnMut(&str) -> bool) -> Sifted {
    // A character may be cut in half at the end of a piece; its statement is incomplete then and waits.
    let text = latin(bytes);
    let mut parser = if last { Parser::new(&text, Dialect::User) } else { Parser::window(&text, Dialect::User) };
    let has_returns = memchr::memchr(b'\r', bytes).is_some();
    let mut found = Vec::new();
    let mut at = Place::default();
    // Lines are counted up to here.
    let mut counted = 0;
    while found.len() < MOST_FOUND
        && let Some(item) = parser.next_wanted(keep)
    {
        let (name, span) = match &item {
            Item::Pref(pref) => (Some(pref.key.span.range()), pref.span),
            Item::Skipped { lost, .. } => (None, *lost),
        };
        let start = span.start as usize;
        at = at.after(&bytes[counted..start], has_returns);
        counted = start;
        found.push(Found { name, span: span.range(), place: at });
    }
    let done = parser.consumed();
    Sifted { found, done, end: at.after(&bytes[counted..done], has_returns) }
}

impl Place {
    /// The place after some more text, which does not end between a carriage return and its line feed.
    fn after(self, passed: &[u8], has_returns: bool) -> Self {
        let feeds = memchr::memchr_iter(b'\n', passed).count();
        let returns = if has_returns {
            memchr::memchr_iter(b'\r', passed).filter(|at| passed.get(at + 1) != Some(&b'\n')).count()
        } else {
            0
        };
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let lines = self.lines.saturating_add(number(feeds + returns));
        // Nearly every statement starts a line.
        if matches!(passed.last(), Some(b'\n' | b'\r')) {
            return Self { lines, column: 0 };
        }
        let last = if feeds + returns == 0 { None } else { memchr::memrchr2(b'\n', b'\r', passed) };
        let rest = &passed[last.map_or(0, |at| at + 1)..];
        // Bytes that go on with a character of UTF-8 are none by themselves.
        let chars = rest.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        Self { lines, column: if last.is_some() { 0 } else { self.column }.saturating_add(number(chars)) }
    }

    /// The place that is so far behind this one.
    fn then(self, further: Self) -> Self {
        let lines = self.lines.saturating_add(further.lines);
        let column = if further.lines == 0 { self.column.saturating_add(further.column) } else { further.column };
        Self { lines, column }
    }
}

/// Bytes as text of the same length, for finding where statements end: the grammar is ASCII, and what is not may be
/// anything of one byte.
fn latin(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            Cow::Owned(bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\x7F' }).collect())
        }
    }
}

/// Cuts down a file that is in memory already.
pub fn condense(bytes: &[u8], limits: &Limits, keep: &Keep) -> Condensed {
    let mut condenser = Condenser::new(limits, keep);
    bytes.chunks(PART).for_each(|piece| condenser.push(piece));
    condenser.finish()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Write as _;

    use maillint_source::{Limits, SourceFile, decode};
    use proptest::prelude::*;

    use super::stream::in_parts;
    use super::{Condensed, Condenser, condense};
    use crate::prefs::{Dialect, Item, Parser};

    fn mail(key: &str) -> bool {
        key.starts_with("mail.")
    }

    fn keep() -> Box<dyn FnMut(&str) -> bool> {
        Box::new(mail)
    }

    /// What is left, each line with its number in the whole file.
    fn show(Condensed { decoded, is_all }: Condensed) -> String {
        let file = SourceFile::seal("f", decoded, &[]);
        let mut at = 0;
        let mut out = String::new();
        for line in file.text().split_inclusive('\n') {
            if line != "\n" {
                writeln!(out, "{} {}", file.position(at).line, line.trim_end()).unwrap();
            }
            at += u32::try_from(line.len()).unwrap();
        }
        if is_all { out } else { out + "and more\n" }
    }

    #[test]
    fn what_is_in_force_and_what_is_faulty_stay_with_their_places() {
        let file = "// Mozilla User Preferences\n\nuser_pref(\"a.x\", 1);\nuser_pref(\"mail.y\", 1);\n\
                    user_pref(\"mail.y\", \"B\u{FC}ro;\");  user_pref(\"mail.on.the.same.line\", 1);\nbad;\n\
                    user_pref(\"a.z\",\n  2);\nuser_pref(\"mail.z\",\n  true);\n";
        insta::assert_snapshot!(show(condense(file.as_bytes(), &Limits::default(), &keep)), @r#"
        5 user_pref("mail.y", "Büro;");
        5                                user_pref("mail.on.the.same.line", 1);
        6 bad;
        9 user_pref("mail.z",
        10   true);
        "#);
    }

    #[test]
    fn a_statement_over_the_limit_is_told() {
        let limits = Limits { file_bytes: 90, ..Limits::default() };
        let mut condenser = Condenser::new(&limits, &keep);
        condenser.push(b"user_pref(\"mail.y\", 1);\nuser_pref(\"a\", \"");
        condenser.push(&[b'x'; 100]);
        insta::assert_snapshot!(show(condenser.finish()), @r#"
        1 user_pref("mail.y", 1);
        and more
        "#);
    }

    #[test]
    fn a_byte_order_mark_between_two_settings_is_none() {
        let file = b"user_pref(\"a\", 1);\n\xFF\xFE;\nuser_pref(\"mail.y\", 1);\n";
        insta::assert_snapshot!(show(condense(file, &Limits::default(), &keep)), @r#"
        2 ÿþ;
        3 user_pref("mail.y", 1);
        "#);
    }

    #[test]
    fn what_is_far_to_the_right_counts_with_the_blanks_before_it() {
        let limits = Limits { file_bytes: 2_000, ..Limits::default() };
        let file = format!("{}user_pref(\"mail.x\", 1);\n", "; ".repeat(300)).repeat(10);
        let condensed = condense(file.as_bytes(), &limits, &keep);
        assert!(!condensed.is_all && condensed.decoded.text.len() < 2_000);
    }

    #[test]
    fn parts_of_any_length_make_up_the_same_whole() {
        let statement = "user_pref(\"a.x\", \"\\\"text\\\"\");\nuser_pref(\"mail.y\", 1);\n\u{FC};\n";
        let file = statement.repeat(2_000);
        let limits = Limits::default();
        let whole = condense(file.as_bytes(), &limits, &keep);
        for size in [1_000, 10_000, 100_000, 1_000_000] {
            assert!(in_parts(&mut file.as_bytes(), size, &limits, &keep) == whole, "parts of {size} bytes");
        }
    }

    #[test]
    fn a_setting_that_is_said_over_and_over_fills_nothing() {
        let limits = Limits { file_bytes: 200, ..Limits::default() };
        let file = "user_pref(\"mail.y\", 1);\n".repeat(1000);
        insta::assert_snapshot!(show(condense(file.as_bytes(), &limits, &keep)), @r#"1000 user_pref("mail.y", 1);"#);
    }

    /// What a parser makes of a text: the last value of each wanted setting, and the errors, each with line and column.
    fn meaning(file: &SourceFile) -> (BTreeMap<String, String>, Vec<String>) {
        let mut settings = BTreeMap::new();
        let mut errors = Vec::new();
        for item in Parser::new(file.text(), Dialect::User) {
            match item {
                Item::Pref(pref) if mail(&pref.key.value.decode()) => {
                    let at = file.position(pref.value.span.start);
                    settings.insert(pref.key.value.decode().into_owned(), format!("{at:?} {:?}", pref.value.value));
                }
                Item::Pref(_) => {}
                Item::Skipped { problem, .. } => {
                    errors.push(format!("{:?} {}", file.position(problem.span.start), problem.message));
                }
            }
        }
        (settings, errors)
    }

    proptest! {
        #[test]
        fn the_meaning_and_the_places_are_those_of_the_whole_file(
            text in "([a-c(),;'\"/*# \\\\\n\r]|\r\n|user_pref\\(\"mail[.][ab]\", [0-9]\\);|user_pref\\(\"b\", \"x\"\\);|\n?user_pref\\(\"a\", 1\\);\n|\u{FC}){0,40}",
            size in 1_usize..20,
        ) {
            let limits = Limits::default();
            let mut condenser = Condenser::new(&limits, &keep);
            for piece in text.as_bytes().chunks(size) {
                condenser.push(piece);
            }
            let condensed = condenser.finish();
            prop_assert!(condensed.is_all);
            prop_assert_eq!(&condensed, &condense(text.as_bytes(), &limits, &keep));
            prop_assert_eq!(&condensed, &in_parts(&mut text.as_bytes(), size, &limits, &keep));
            let excerpt = SourceFile::seal("f", condensed.decoded, &[]);
            let whole = SourceFile::seal("f", decode(text.as_bytes()), &[]);
            prop_assert_eq!(meaning(&excerpt), meaning(&whole));
        }
    }
}
