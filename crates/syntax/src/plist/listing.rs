use std::fmt::Write as _;

use maillint_source::{Limits, Span};

use super::{Kind, Value};
use crate::Problem;

/// Characters of one key in a path; longer ones are cut, as a path is repeated on every line below it.
const KEY_CHARS: usize = 120;

/// A listing of values that have no text of their own: one a line, as `path = value`.
///
/// ```text
/// PayloadContent[0] = (dictionary)
/// PayloadContent[0].IncomingMailServerHostName = "mail.example.org"
/// ```
#[derive(Debug)]
pub struct Listing {
    text: String,
    max_bytes: usize,
    full: bool,
}

impl Listing {
    /// An empty listing; it grows to the size of one file at most.
    pub fn new(limits: &Limits) -> Self {
        let max_bytes = usize::try_from(limits.file_bytes).unwrap_or(usize::MAX);
        Self { text: String::new(), max_bytes, full: false }
    }

    /// Lists a value under a path, and all that it holds, and sets the places of all of them. The outermost value has
    /// an empty path and no line.
    pub fn write(&mut self, path: &str, value: &mut Value) {
        value.span = if path.is_empty() { Span::empty(self.text.len()) } else { self.line(path, &value.kind) };
        match &mut value.kind {
            Kind::Dict(entries) => {
                for (key, value) in entries {
                    let path = join(path, &key.value);
                    self.write(&path, value);
                    key.span = value.span;
                }
            }
            Kind::Array(items) => {
                for (index, item) in items.iter_mut().enumerate() {
                    self.write(&format!("{path}[{index}]"), item);
                }
            }
            _ => {}
        }
    }

    /// The text, and a problem if it was cut short.
    pub fn into_text(self) -> (String, Option<Problem>) {
        let end = Span::empty(self.text.len());
        let over = self.full.then(|| Problem::limit("the file holds more than can be listed", end));
        (self.text, over)
    }

    /// One line; the place of the value in it, without quotes.
    fn line(&mut self, path: &str, kind: &Kind) -> Span {
        let value = display(kind);
        if self.full || self.text.len() + path.len() + value.len() + 4 > self.max_bytes {
            self.full = true;
            return Span::empty(self.text.len());
        }
        self.text.push_str(path);
        self.text.push_str(" = ");
        let start = self.text.len();
        self.text.push_str(&value);
        let quotes = usize::from(value.len() > 2 && value.starts_with('"'));
        let span = Span::new(start + quotes, self.text.len() - quotes);
        self.text.push('\n');
        span
    }
}

/// The path of a key below another path.
fn join(path: &str, key: &str) -> String {
    let mut joined = path.to_owned();
    if !joined.is_empty() {
        joined.push('.');
    }
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '$');
    if !key.is_empty() && key.len() <= KEY_CHARS && key.chars().all(plain) {
        joined.push_str(key);
    } else {
        joined.push('"');
        joined.extend(key.chars().take(KEY_CHARS).flat_map(escape));
        joined.push('"');
    }
    joined
}

fn display(kind: &Kind) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = match kind {
        Kind::Dict(entries) if entries.is_empty() => write!(out, "(empty dictionary)"),
        Kind::Dict(_) => write!(out, "(dictionary)"),
        Kind::Array(items) if items.is_empty() => write!(out, "(empty array)"),
        Kind::Array(_) => write!(out, "(array)"),
        Kind::String(text) => write!(out, "\"{}\"", text.chars().flat_map(escape).collect::<String>()),
        Kind::Integer(number) => write!(out, "{number}"),
        Kind::Real(number) => write!(out, "{number}"),
        Kind::Bool(value) => write!(out, "{value}"),
        Kind::Date(date) => write!(out, "{}", date.chars().flat_map(escape).collect::<String>()),
        Kind::Data(bytes) => write!(out, "({} bytes)", bytes.len()),
        Kind::Uid(uid) => write!(out, "(object {uid})"),
        Kind::Other => write!(out, "(not understood)"),
    };
    out
}

/// Line ends and control characters would break the one-value-a-line form; so would a quote.
fn escape(c: char) -> impl Iterator<Item = char> {
    let escaped = c.is_control() || matches!(c, '"' | '\\' | '\u{2028}' | '\u{2029}');
    let code = escaped.then(|| c.escape_default());
    let plain = (!escaped).then_some(c);
    code.into_iter().flatten().chain(plain)
}
