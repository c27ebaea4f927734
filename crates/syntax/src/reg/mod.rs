//! Registry text: `.reg` exports of regedit and reg.exe, of Wine, hivex and chntpw, and Wine's own `user.reg`.
//!
//! Grammar and deviations are those of `formats/outlook.md` §3. No crate reads them all: `regashii` 0.4.0 stops silently
//! at the first line that it cannot parse. Here each statement stands alone: one that cannot be read is a [`Problem`]
//! and, where its name is known, a value that is [`Data::Unreadable`], so that nobody takes it for absent.

mod data;
mod sieve;
mod skip;
mod tree;

use maillint_source::{Limits, Problems, Span, left_out};

pub use sieve::{Sieve, Sifted, sift};
pub use tree::{Data, Key, Registry, Value};
pub(crate) use tree::{text_of, utf16_of};

use crate::{Problem, Spanned, trimmed};

/// Who wrote the text, by its first line.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Dialect {
    /// `Windows Registry Editor Version 5.00`: Windows 2000 and later. Also assumed where the first line is missing.
    #[default]
    V5,
    /// `REGEDIT4`: Windows 9x and NT 4; strings are in the system's code page.
    V4,
    /// `WINE REGISTRY Version 2`: Wine's own store; backslashes in keys are doubled.
    Wine,
}

/// A parsed text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// Its keys and values, as they are once every line has been applied in order.
    pub registry: Registry,
    /// The dialect that a first line named; `None` without one.
    pub dialect: Option<Dialect>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// Where secrets stand.
    pub secrets: Vec<Span>,
}

/// Parses a text. The data of a value whose name `is_secret` is not kept, and its place is among
/// [`Document::secrets`]; so is that of a comment, or of a line that is no statement, which `is_secret` calls one.
pub fn parse(text: &str, is_secret: impl Fn(&str) -> bool, limits: &Limits) -> Document {
    let mut parser = Parser {
        text,
        limits,
        is_secret,
        at: 0,
        dialect: Dialect::default(),
        current: None,
        after_secret: false,
        nodes: 0,
        problems: Problems::new(limits),
        document: Document::default(),
    };
    while parser.at < text.len() {
        if let Some(why) = limits.over(parser.nodes, "the file has too many values") {
            let rest = Span::empty(parser.at);
            parser.problems.end(Problem::limit(left_out(&why), rest));
            break;
        }
        parser.statement();
    }
    parser.close();
    Document { problems: parser.problems.into_vec(), ..parser.document }
}

/// What a section's lines belong to.
enum Section {
    /// This key, out of the registry, and its name there.
    Key(String, Key),
    /// A key that was deleted, or whose line could not be read.
    Nothing,
}

struct Parser<'t, F> {
    text: &'t str,
    limits: &'t Limits,
    is_secret: F,
    /// Start of the next statement, at the start of a line.
    at: usize,
    dialect: Dialect,
    current: Option<Section>,
    /// The last statement held a secret and could not be read to its end: what follows may be the rest of it.
    after_secret: bool,
    nodes: usize,
    problems: Problems,
    document: Document,
}

impl<F: Fn(&str) -> bool> Parser<'_, F> {
    /// Takes in one statement: mostly a line, but strings and bytes may go on over several.
    fn statement(&mut self) {
        let line = line_at(self.text, self.at);
        self.at = next_line(self.text, line.end as usize);
        let content = trimmed(self.text, line);
        let body = &self.text[content.range()];
        match body.as_bytes().first() {
            None => {}
            Some(b';' | b'#') => self.hide_if_secret(body, content),
            Some(b'[') => self.section(body, content),
            Some(b'"' | b'@') => self.value(content),
            Some(_) => self.other(body, content),
        }
    }

    fn hide_if_secret(&mut self, body: &str, content: Span) {
        if self.after_secret || (self.is_secret)(body) {
            self.document.secrets.push(content);
        }
    }

    /// Notes a secret line by line: line ends are none of it, and the numbers of lines must stay.
    fn hide(&mut self, span: Span) {
        let mut at = span.start as usize;
        while at < span.end as usize {
            let line = line_at(self.text, at);
            self.document.secrets.push(Span::new(at, (line.end as usize).min(span.end as usize)));
            at = next_line(self.text, at);
        }
    }

    /// The line that names the dialect, or one that is nothing.
    fn other(&mut self, body: &str, content: Span) {
        let dialect = if body.starts_with("Windows Registry Editor Version 5") {
            Dialect::V5
        } else if body.trim_end() == "REGEDIT4" {
            Dialect::V4
        } else if body.starts_with("WINE REGISTRY Version 2") {
            Dialect::Wine
        } else {
            let message = if body == "REGEDIT" {
                "this is an export of Windows 3.1, which has another form"
            } else if body.starts_with("REGEDIT") || body.starts_with("Windows Registry Editor") {
                "Windows does not know this first line, and would import nothing"
            } else {
                "this line is neither a [key] nor a \"name\"=value"
            };
            self.hide_if_secret(body, content);
            self.problem(message, content);
            return;
        };
        self.dialect = dialect;
        self.document.dialect.get_or_insert(dialect);
        self.close();
        self.after_secret = false;
    }

    /// Ends the section: nothing more belongs to its key.
    fn close(&mut self) {
        if let Some(Section::Key(name, key)) = self.current.take() {
            self.document.registry.put(name, key);
        }
    }

    /// `[path]` or `[-path]`. The last bracket of the line closes: names of keys may hold brackets.
    fn section(&mut self, body: &str, content: Span) {
        self.after_secret = false;
        self.close();
        let Some(close) = body.rfind(']').filter(|close| *close > 0) else {
            self.current = Some(Section::Nothing);
            self.problem(
                "this line names a key, but its closing bracket is missing; the values below it are not read",
                content,
            );
            return;
        };
        let start = content.start as usize + 1;
        let inner = &body[1..close];
        let (delete, inner, start) = match inner.strip_prefix('-') {
            Some(inner) => (true, inner, start + 1),
            None => (false, inner, start),
        };
        let span = Span::new(start, start + inner.len());
        let path = if self.dialect == Dialect::Wine { data::unescape_wine(inner) } else { inner.to_owned() };
        let path = path.trim().trim_end_matches('\\').to_owned();
        self.nodes += 1;
        if delete {
            self.document.registry.delete(&path);
            self.current = Some(Section::Nothing);
        } else {
            let (name, key) = self.document.registry.take(&path, span);
            self.current = Some(Section::Key(name, key));
        }
    }

    /// `"name"=data` or `@=data`.
    fn value(&mut self, content: Span) {
        let start = content.start as usize;
        let end = content.end as usize;
        let name = if self.text.as_bytes().get(start) == Some(&b'@') {
            Some((Spanned::new(String::new(), Span::new(start, start + 1)), start + 1))
        } else {
            data::quoted(self.text, start + 1, end, self.dialect, self.limits.string_bytes)
                .map(|(name, close)| (Spanned::new(name, Span::new(start + 1, close)), close + 1))
        };
        let Some((name, after)) = name.and_then(|(name, after)| {
            let after = skip_blanks(self.text, after);
            (self.text.as_bytes().get(after) == Some(&b'=')).then(|| (name, skip_blanks(self.text, after + 1)))
        }) else {
            let body = &self.text[content.range()];
            self.hide_if_secret(body, content);
            self.problem("this line is neither a [key] nor a \"name\"=value", content);
            return;
        };
        self.nodes += 1;
        self.after_secret = false;
        let field = data::field(self.text, after, self.dialect, self.limits);
        self.at = next_line(self.text, field.end);
        let secret =
            (self.is_secret)(&name.value) && !matches!(field.data, data::Read::Number(_) | data::Read::Deleted);
        if secret {
            self.hide(Span::new(after, line_at(self.text, field.end).end as usize));
            self.after_secret = field.problem.is_some();
        }
        if let Some(message) = field.problem {
            self.problem(message, Span::new(content.start as usize, field.end));
        }
        let key = match &mut self.current {
            Some(Section::Key(_, key)) => key,
            Some(Section::Nothing) => return,
            None => return self.problem("this value stands above the first [key]", content),
        };
        let data = match field.data {
            data::Read::Deleted => return key.unset(&name.value),
            _ if secret => Data::Secret,
            data::Read::Text(text) => Data::Text(text),
            data::Read::Number(number) => Data::Number(number),
            data::Read::Bytes(bytes) => Data::Bytes(bytes),
            data::Read::Damaged => Data::Unreadable,
        };
        key.set(Value { name, data, span: field.span });
    }

    /// Says that something could not be read; a run of such lines is said once.
    fn problem(&mut self, message: &str, span: Span) {
        let text = self.text;
        if let Some(last) = self.problems.last_mut() {
            let between = text.get(last.span.end as usize..span.start as usize).unwrap_or("x");
            if last.message == message && between.trim().is_empty() {
                last.span = last.span.join(span);
                return;
            }
        }
        self.problems.add(Problem::syntax(message, span));
    }
}

/// The line from `at` on, without its end.
fn line_at(text: &str, at: usize) -> Span {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    Span::new(at, at + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()))
}

/// The start of the line after the one that holds `at`.
fn next_line(text: &str, at: usize) -> usize {
    let end = line_at(text, at).end as usize;
    match text.as_bytes().get(end..) {
        Some([b'\r', b'\n', ..]) => end + 2,
        Some([_, ..]) => end + 1,
        _ => text.len(),
    }
}

/// The first byte from `at` on that is no blank.
fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

#[cfg(test)]
mod tests;
