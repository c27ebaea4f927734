//! `OpenStep` property lists: what `defaults read` prints, and what forum threads quote.
//!
//! `{ key = value; }`, `( a, b )`, `"text"`, bare words and `<hex>`; nothing tells a number from a text. Newer `defaults`
//! prints data as `{length = 8, bytes = 0x…}`, which is no value of this format: it is passed over.

use std::iter::Peekable;
use std::str::CharIndices;

use maillint_source::{Limits, Problems, Span, left_out};

use super::{Kind, Tree, Value};
use crate::{Problem, Spanned};

/// Whether a text starts as a dictionary of this format does, and not as JSON.
pub(super) fn looks_like(text: &str) -> bool {
    // Most that are asked about are something else, below a long comment.
    if !after_comments(text).starts_with('{') {
        return false;
    }
    let limits = Limits::default();
    let mut parser = Parser::new(text, &limits);
    parser.blanks();
    parser.take('{') && parser.blanks() && parser.word().is_some() && parser.blanks() && parser.take('=')
}

fn after_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    loop {
        let end = match rest.get(..2) {
            Some("//") => memchr::memchr(b'\n', rest.as_bytes()),
            Some("/*") => memchr::memmem::find(rest.as_bytes(), b"*/").map(|at| at + 2),
            _ => return rest,
        };
        rest = end.and_then(|end| rest.get(end..)).unwrap_or_default().trim_start();
    }
}

pub(super) fn parse(text: &str, limits: &Limits) -> Tree {
    let mut parser = Parser::new(text, limits);
    parser.blanks();
    let root = parser.value(0);
    if parser.blanks() && parser.chars.peek().is_some() {
        let at = parser.at();
        parser.problem("text follows the outermost value", Span::empty(at));
    }
    let unread = parser.stopped.map(|at| Span::new(at, text.len()));
    Tree { root, problems: parser.problems.into_vec(), unread, unfinished: parser.unfinished }
}

struct Parser<'a> {
    text: &'a str,
    chars: Peekable<CharIndices<'a>>,
    limits: &'a Limits,
    nodes: usize,
    problems: Problems,
    /// Where reading ended for good.
    stopped: Option<usize>,
    /// Where the containers start that were open then.
    unfinished: Vec<Span>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, limits: &'a Limits) -> Self {
        Self {
            text,
            chars: text.char_indices().peekable(),
            limits,
            nodes: 0,
            problems: Problems::new(limits),
            stopped: None,
            unfinished: Vec::new(),
        }
    }

    fn at(&mut self) -> usize {
        self.chars.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    fn problem(&mut self, message: &str, span: Span) {
        if self.stopped.is_none() {
            self.problems.add(Problem::syntax(message, span));
        }
    }

    /// Ends the reading.
    fn stop(&mut self, problem: Problem) {
        if self.stopped.is_none() {
            self.stopped = Some(problem.span.start as usize);
            self.problems.end(problem);
            self.chars = "".char_indices().peekable();
        }
    }

    fn take(&mut self, c: char) -> bool {
        self.chars.next_if(|(_, next)| *next == c).is_some()
    }

    /// Skips blanks and comments; always true, so that it chains.
    fn blanks(&mut self) -> bool {
        loop {
            while self.chars.next_if(|(_, c)| c.is_whitespace()).is_some() {}
            let at = self.at();
            let rest = &self.text[at..];
            let skip = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                return true;
            };
            while self.chars.next_if(|(here, _)| *here < at + skip).is_some() {}
            if skip == 0 || self.stopped.is_some() {
                return true;
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Value> {
        let at = self.at();
        self.nodes += 1;
        let many = "the file has too many values";
        let deep = self
            .limits
            .is_too_deep(depth.saturating_sub(1))
            .then(|| "the file has too deeply nested values".to_owned());
        if let Some(why) = deep.or_else(|| self.limits.over(self.nodes, many)) {
            self.stop(Problem::limit(left_out(&why), Span::empty(at)));
            return None;
        }
        match self.chars.peek()?.1 {
            '{' => Some(self.dict(depth)),
            '(' => Some(self.array(depth)),
            '<' => Some(self.data()),
            _ => {
                let Spanned { value, span } = self.word()?;
                let kind = if value.len() > self.limits.string_bytes { Kind::Other } else { Kind::String(value) };
                if kind == Kind::Other {
                    self.problems.add(Problem::limit("this text is too long to be read", span));
                }
                Some(Value { kind, span })
            }
        }
    }

    fn dict(&mut self, depth: usize) -> Value {
        let start = self.at();
        self.chars.next();
        let mut entries = Vec::new();
        loop {
            self.blanks();
            if self.take('}') {
                break;
            }
            self.nodes += 1;
            let Some(key) = self.word() else {
                let at = self.at();
                self.stop(Problem::syntax("a key was expected here; what follows was not read", Span::empty(at)));
                break;
            };
            self.blanks();
            if !self.take('=') {
                self.problem("this key has no value", key.span);
                self.take(';');
                let span = Span::empty(key.span.end as usize);
                entries.push((key, Value { kind: Kind::Other, span }));
                continue;
            }
            self.blanks();
            let Some(value) = self.value(depth + 1) else {
                let at = self.at();
                self.stop(Problem::syntax("a value was expected here; what follows was not read", Span::empty(at)));
                break;
            };
            entries.push((key, value));
            self.blanks();
            // A comma stands in the form that newer `defaults` gives to data.
            if !self.take(';') && !self.take(',') && self.chars.peek().is_some_and(|(_, c)| *c != '}') {
                let at = self.at();
                self.problem("a semicolon is missing", Span::empty(at));
            }
        }
        self.container(Kind::Dict(entries), start)
    }

    fn array(&mut self, depth: usize) -> Value {
        let start = self.at();
        self.chars.next();
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.take(')') {
                break;
            }
            let Some(item) = self.value(depth + 1) else {
                let at = self.at();
                self.stop(Problem::syntax("a value was expected here; what follows was not read", Span::empty(at)));
                break;
            };
            items.push(item);
            self.blanks();
            self.take(',');
        }
        self.container(Kind::Array(items), start)
    }

    fn container(&mut self, kind: Kind, start: usize) -> Value {
        let span = Span::new(start, start + 1);
        if self.stopped.is_some() {
            self.unfinished.push(span);
        }
        Value { kind, span }
    }

    /// `<0fbd77 1c2735ae>`
    fn data(&mut self) -> Value {
        let start = self.at();
        self.chars.next();
        let mut digits = Vec::new();
        while let Some((_, c)) = self.chars.next_if(|(_, c)| c.is_ascii_hexdigit() || c.is_whitespace()) {
            digits.extend(c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()));
        }
        let closed = self.take('>');
        let span = Span::new(start, self.at());
        if closed && digits.len() % 2 == 0 {
            let bytes = digits.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit));
            return Value { kind: Kind::Data(bytes.collect()), span };
        }
        self.problem("this is not data", span);
        Value { kind: Kind::Other, span }
    }

    /// A quoted text or a bare word, with the place of what is inside the quotes.
    fn word(&mut self) -> Option<Spanned<String>> {
        let start = self.at();
        if self.take('"') {
            return self.quoted(start);
        }
        let bare = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '/' | ':' | '.' | '-' | '~' | '+' | '@');
        while self.chars.next_if(|(_, c)| bare(*c)).is_some() {}
        let end = self.at();
        (end > start).then(|| Spanned::new(self.text[start..end].to_owned(), Span::new(start, end)))
    }

    fn quoted(&mut self, start: usize) -> Option<Spanned<String>> {
        let mut units: Vec<u16> = Vec::new();
        loop {
            let Some((at, c)) = self.chars.next() else {
                self.stop(Problem::syntax("this text does not end", Span::new(start, self.text.len())));
                return None;
            };
            let escaped = c == '\\';
            let c = if escaped { self.chars.next().map_or(c, |(_, c)| c) } else { c };
            let c = match c {
                '"' if !escaped => {
                    let span = if at > start + 1 { Span::new(start + 1, at) } else { Span::new(start, at + 1) };
                    return Some(Spanned::new(String::from_utf16_lossy(&units), span));
                }
                // `defaults` writes what is not ASCII as UTF-16 units.
                'U' if escaped => {
                    units.push(self.unit());
                    continue;
                }
                'n' if escaped => '\n',
                't' if escaped => '\t',
                'r' if escaped => '\r',
                c => c,
            };
            units.extend_from_slice(c.encode_utf16(&mut [0; 2]));
        }
    }

    /// The four hexadecimal digits of `\U00fc`.
    fn unit(&mut self) -> u16 {
        let mut unit = 0;
        for _ in 0..4 {
            let Some((_, c)) = self.chars.next_if(|(_, c)| c.is_ascii_hexdigit()) else { break };
            unit = (unit << 4) | c.to_digit(16).and_then(|digit| u16::try_from(digit).ok()).unwrap_or(0);
        }
        unit
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;

    use super::super::{Kind, Value};
    use super::{looks_like, parse};

    #[test]
    fn what_defaults_prints_is_read() {
        let text = r#"{
    MailAccounts =     (
                {
            AccountName = "B\U00fcro \"Nord\"";
            AccountType = POPAccount;
            Bookmark = <0fbd77 1c>;
            PortNumber = 110; // a comment
            Blob = {length = 8, bytes = 0x0fbd771c};
        }
    );
}
"#;
        assert!(looks_like(text));
        let tree = parse(text, &Limits::default());
        assert_eq!(tree.problems, []);
        let root = tree.root.unwrap();
        let account = &root.get("MailAccounts").unwrap().items()[0];
        assert_eq!(account.get("AccountName").and_then(Value::text), Some("Büro \"Nord\""));
        assert_eq!(account.get("PortNumber").and_then(Value::text), Some("110"));
        assert_eq!(account.get("Bookmark").unwrap().kind, Kind::Data(vec![0x0F, 0xBD, 0x77, 0x1C]));
        assert_eq!(&text[account.get("AccountType").unwrap().span.range()], "POPAccount");
    }

    #[test]
    fn json_and_prose_are_not_taken_for_it() {
        for text in ["{\"a\": 1}", "{}", "(1, 2)", "a = b", "{ \"Type\" : \"x\" }", "/* {", ""] {
            assert!(!looks_like(text), "{text}");
        }
    }

    #[test]
    fn a_cut_paste_keeps_what_came_before_the_cut() {
        let tree = parse("{ a = 1; b = \"unfinished", &Limits::default());
        assert_eq!(tree.root.unwrap().get("a").and_then(Value::text), Some("1"));
        assert_eq!(tree.problems.len(), 1);
        assert!(tree.unread.is_some());
    }

    #[test]
    fn deep_nesting_ends_the_reading() {
        let tree = parse(&"{a=".repeat(100_000), &Limits::default());
        assert_eq!(tree.problems.len(), 1);
    }
}
