use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::{Decoded, Encoding, Span};

/// What the text of a [`SourceFile`] is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// The file's own text, decoded from this encoding. Lines and columns are those of the file.
    Text(Encoding),
    /// A listing of a file that has no text (binary property list, registry hive, database): one value a line, as
    /// `path = value`. Lines mean nothing outside this program; the path is what a person can find again.
    Listing,
}

/// In an excerpt of a larger file: from byte `offset` of the kept text on, lines count from `line`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Jump {
    /// Byte offset in the kept text, at a line start.
    pub offset: u32,
    /// The 1-based line of the original file that starts there.
    pub line: u32,
}

impl Jump {
    /// The jumps of an excerpt, from the number that each of some kept lines had in the whole file: pairs of the kept
    /// line, from 0, and its 1-based number, in order.
    pub fn of_lines(text: &str, numbers: &[(u32, u32)]) -> Vec<Self> {
        if numbers.is_empty() {
            return Vec::new();
        }
        let starts = line_starts(text);
        let jump = |(kept, line): &(u32, u32)| Some(Self { offset: *starts.get(*kept as usize)?, line: *line });
        numbers.iter().filter_map(jump).collect()
    }
}

/// A place as people count: both from 1, the column in characters (Unicode scalar values) of the decoded line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// 1-based line.
    pub line: u32,
    /// 1-based column in characters.
    pub column: u32,
}

/// The retained text of one file that was read: what locations point into and reports quote from.
///
/// There is no way to make one that still holds a secret that the parser knew of: [`SourceFile::seal`] and
/// [`SourceFile::listing`] blank them.
pub struct SourceFile {
    name: String,
    text: String,
    form: Form,
    secrets: Vec<Span>,
    jumps: Vec<Jump>,
    line_starts: OnceLock<Vec<u32>>,
    chars_before: OnceLock<Vec<u32>>,
}

/// Bytes of text for each of which it is kept how many characters come before: a file may be one line of a megabyte with
/// a thousand findings in it, and none of them should count its columns from the start.
const BLOCK: usize = if cfg!(test) { 8 } else { 1024 };

impl SourceFile {
    /// Takes the decoded text after parsing, and overwrites each of `secrets` with asterisks of the same length, so
    /// that spans stay true.
    ///
    /// `name` is the path as reports show it: relative to the root that was given, with `/`.
    pub fn seal(name: impl Into<String>, decoded: Decoded, secrets: &[Span]) -> Arc<Self> {
        let Decoded { text, encoding, jumps, .. } = decoded;
        Self::build(name.into(), text, Form::Text(encoding), jumps, secrets)
    }

    /// A listing of a binary file ([`Form::Listing`]).
    pub fn listing(name: impl Into<String>, text: String, secrets: &[Span]) -> Arc<Self> {
        Self::build(name.into(), text, Form::Listing, Vec::new(), secrets)
    }

    fn build(name: String, text: String, form: Form, jumps: Vec<Jump>, secrets: &[Span]) -> Arc<Self> {
        let mut secrets: Vec<Span> = secrets.iter().copied().filter(|span| !span.is_empty()).collect();
        secrets.sort_unstable();
        let text = if secrets.is_empty() { text } else { blank(text, &secrets) };
        let (line_starts, chars_before) = (OnceLock::new(), OnceLock::new());
        Arc::new(Self { name, text, form, secrets, jumps, line_starts, chars_before })
    }

    /// The path as reports show it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The retained text, secrets blanked.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether this is a file's own text or a listing.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Where secrets were blanked, in order. Reports show each as a mark of fixed width, so that not even a length is
    /// told.
    pub fn secrets(&self) -> &[Span] {
        &self.secrets
    }

    /// The text under a span; empty for a span that does not lie in this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }

    /// Line and column of a byte offset. Lines end at `\n`, `\r\n` and `\r`.
    pub fn position(&self, offset: u32) -> Position {
        let (start, line) = self.line_of(offset);
        let column = self.chars_between(start as usize, offset as usize).saturating_add(1);
        Position { line, column }
    }

    /// The byte range of the line that holds `offset`, without its line end.
    pub fn line_span(&self, offset: u32) -> Span {
        let (start, _) = self.line_of(offset);
        let starts = self.line_starts();
        let next =
            starts.get(starts.partition_point(|other| *other <= start)).map_or(self.text.len(), |at| *at as usize);
        let line = self.text.get(start as usize..next).unwrap_or("");
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        Span::new(start as usize, start as usize + line.len())
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| line_starts(&self.text))
    }

    /// Characters from one byte offset to another; none where the second lies outside of the text or in a character.
    fn chars_between(&self, from: usize, to: usize) -> u32 {
        if self.text.get(from..to).is_none() {
            return 0;
        }
        let count = |bytes: &[u8]| u32::try_from(bytes.iter().filter(|byte| begins_char(**byte)).count());
        let count = |bytes: &[u8]| count(bytes).unwrap_or(u32::MAX);
        let bytes = self.text.as_bytes();
        if to - from <= 4 * BLOCK {
            return count(&bytes[from..to]);
        }
        let blocks = self.chars_before.get_or_init(|| {
            let sums = bytes.chunks(BLOCK).scan(0_u32, |sum, block| {
                *sum = sum.saturating_add(count(block));
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        });
        let before = |at: usize| {
            let block = at / BLOCK;
            blocks.get(block).copied().unwrap_or(0).saturating_add(count(&bytes[block * BLOCK..at]))
        };
        before(to).saturating_sub(before(from))
    }

    /// Start offset and 1-based number of the line that holds `offset`.
    fn line_of(&self, offset: u32) -> (u32, u32) {
        let starts = self.line_starts();
        let index = starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = starts.get(index).copied().unwrap_or(0);
        let jump = self.jumps.partition_point(|jump| jump.offset <= start).checked_sub(1).map(|at| self.jumps[at]);
        let line = match jump {
            Some(jump) => {
                let first = starts.partition_point(|start| *start < jump.offset);
                jump.line as usize + (index - first)
            }
            None => index + 1,
        };
        (start, u32::try_from(line).unwrap_or(u32::MAX))
    }
}

impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SourceFile").field("name", &self.name).field("bytes", &self.text.len()).finish_non_exhaustive()
    }
}

/// Whether a byte of UTF-8 begins a character.
fn begins_char(byte: u8) -> bool {
    byte & 0xC0 != 0x80
}

/// Overwrites the spans with asterisks, byte for byte.
fn blank(text: String, secrets: &[Span]) -> String {
    let mut bytes = text.into_bytes();
    for span in secrets {
        if let Some(part) = bytes.get_mut(span.range()) {
            part.fill(b'*');
        }
    }
    // A span that cuts a character in half would leave invalid UTF-8 at its edges; what is left of it is no loss.
    String::from_utf8(bytes).unwrap_or_else(|error| {
        let mut bytes = error.into_bytes();
        while let Err(error) = std::str::from_utf8(&bytes) {
            let at = error.valid_up_to();
            bytes[at] = b'*';
        }
        String::from_utf8(bytes).unwrap_or_default()
    })
}

fn line_starts(text: &str) -> Vec<u32> {
    let bytes = text.as_bytes();
    let mut starts = vec![0];
    for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
        if bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n') {
            continue;
        }
        starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
    }
    starts
}

/// A span in a file. Cheap to clone; keeps the file alive.
#[derive(Clone)]
pub struct Location {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes of its retained text.
    pub span: Span,
}

impl Location {
    /// `span` in `file`.
    pub fn new(file: &Arc<SourceFile>, span: Span) -> Self {
        Self { file: Arc::clone(file), span }
    }

    /// Line and column of the first character.
    pub fn start(&self) -> Position {
        self.file.position(self.span.start)
    }

    /// Line and column after the last character.
    pub fn end(&self) -> Position {
        self.file.position(self.span.end)
    }

    /// In a listing, the path of the value: what stands before ` = ` on its line. `None` in a text file.
    pub fn key_path(&self) -> Option<&str> {
        match self.file.form() {
            Form::Text(_) => None,
            Form::Listing => {
                let line = self.file.slice(self.file.line_span(self.span.start));
                Some(line.split_once(" = ").map_or(line, |(path, _)| path).trim())
            }
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Position { line, column } = self.start();
        write!(f, "{}:{line}:{column}", self.file.name())
    }
}

impl PartialEq for Location {
    fn eq(&self, other: &Self) -> bool {
        self.span == other.span && self.file.name() == other.file.name()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Jump, Location, Position, SourceFile};
    use crate::{Decoded, Span, decode};

    fn at(text: &str, offset: u32) -> (u32, u32) {
        let Position { line, column } = SourceFile::seal("f", decode(text.as_bytes()), &[]).position(offset);
        (line, column)
    }

    #[test]
    fn lines_end_at_lf_crlf_and_cr() {
        let text = "a\nb\r\nc\rd";
        assert_eq!(at(text, 0), (1, 1));
        assert_eq!(at(text, 2), (2, 1));
        assert_eq!(at(text, 5), (3, 1));
        assert_eq!(at(text, 7), (4, 1));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        assert_eq!(at("Büro=x", 6), (1, 6));
    }

    #[test]
    fn the_end_of_the_text_has_a_position() {
        assert_eq!(at("ab", 2), (1, 3));
        assert_eq!(at("ab\n", 3), (2, 1));
        assert_eq!(at("", 0), (1, 1));
    }

    #[test]
    fn a_secret_does_not_survive_sealing() {
        let text = "password=hunter2\nuser=anna\n";
        let file = SourceFile::seal("f", decode(text.as_bytes()), &[Span::new(9, 16)]);
        assert_eq!(file.text(), "password=*******\nuser=anna\n");
    }

    #[test]
    fn a_secret_span_through_the_middle_of_a_character_leaves_valid_text() {
        let file = SourceFile::seal("f", decode("pä".as_bytes()), &[Span::new(2, 3)]);
        assert!(!file.text().contains('ä'));
    }

    #[test]
    fn an_excerpt_keeps_the_line_numbers_of_the_whole_file() {
        let mut decoded: Decoded = decode(b"first\nkept\nalso kept\n");
        decoded.jumps = vec![Jump { offset: 6, line: 4_711 }];
        let file = SourceFile::seal("f", decoded, &[]);
        assert_eq!(file.position(0).line, 1);
        assert_eq!(file.position(6).line, 4_711);
        assert_eq!(file.position(12).line, 4_712);
    }

    #[test]
    fn a_listing_names_the_path_of_a_value() {
        let file = SourceFile::listing("f", "MailAccounts[0].Hostname = \"mail.example.org\"\n".into(), &[]);
        let location = Location::new(&file, Span::new(28, 44));
        assert_eq!(location.key_path(), Some("MailAccounts[0].Hostname"));
    }

    proptest! {
        #[test]
        fn lines_and_columns_are_those_that_one_counts(text in "(aä日|bbbbbbbb|\n|\r|\r\n){0,60}", offset in 0_usize..300) {
            let file = SourceFile::seal("f", Decoded::utf8(text.clone()), &[]);
            let offset = (offset..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
            let number = u32::try_from(offset).unwrap();
            let before = text[..offset].rfind(['\n', '\r']).map_or(0, |at| at + 1);
            let between = text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
            prop_assume!(!between);
            let column = text[before..offset].chars().count() + 1;
            prop_assert_eq!(file.position(number).column as usize, column);
            let end = text[offset..].find(['\n', '\r']).map_or(text.len(), |at| offset + at);
            prop_assert_eq!(file.line_span(number).range(), before..end);
        }
    }
}
