use memchr::{memchr2, memchr3};
use wide::u8x16;

use maillint_source::Span;

use super::Text;

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum TokenKind {
    /// One of `( ) , ; + -`.
    Char(u8),
    /// The end of the file, or a NUL byte: the parser's own end mark.
    End,
    Pref,
    StickyPref,
    UserPref,
    True,
    False,
    Sticky,
    Locked,
    /// A string literal whose escapes are all in order.
    Text,
    /// Digits; the sign is a token of its own.
    Int(u32),
    /// No token at all, and why.
    Error(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

impl Token {
    /// The same place, as an error.
    pub(super) fn error(self, message: &'static str) -> Self {
        Self { kind: TokenKind::Error(message), span: self.span }
    }
}

/// Reads tokens. Where the client's lexer steps over a NUL (in a line comment, a block comment or a string), so does
/// this one; everywhere else a NUL ends the file.
pub(super) struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// Where the last token starts; the place of its error may be further on.
    started: usize,
    touched_end: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str, at: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at, started: at, touched_end: false }
    }

    /// The offset after the last token.
    pub(super) fn at(&self) -> usize {
        self.at.min(self.bytes.len())
    }

    /// The offset of the last token.
    pub(super) fn started(&self) -> usize {
        self.started
    }

    /// Whether the end of the text was looked at: more text might have changed the tokens.
    pub(super) fn touched_end(&self) -> bool {
        self.touched_end
    }

    /// The literal between a token's quotes.
    pub(super) fn text(&self, span: Span) -> Text<'a> {
        Text::new(self.text.get(span.range()).unwrap_or(""))
    }

    fn peek(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.touched_end |= byte.is_none();
        byte
    }

    fn eat(&mut self, wanted: u8) -> bool {
        let hit = self.peek() == Some(wanted);
        self.at += usize::from(hit);
        hit
    }

    pub(super) fn token(&mut self) -> Token {
        loop {
            let start = self.at();
            self.started = start;
            let kind = match self.peek() {
                None | Some(0) => TokenKind::End,
                Some(b'\t' | b'\n' | 0x0B | 0x0C | b'\r' | b' ') => {
                    self.at += 1;
                    continue;
                }
                Some(b'#') => {
                    self.line_comment();
                    continue;
                }
                Some(b'/') => match self.slash() {
                    Some(error) => error,
                    None => continue,
                },
                Some(byte @ (b'(' | b')' | b',' | b';' | b'+' | b'-')) => {
                    self.at += 1;
                    TokenKind::Char(byte)
                }
                Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => self.word(),
                Some(b'0'..=b'9') => self.number(),
                Some(quote @ (b'"' | b'\'')) => return self.string(quote),
                Some(_) => {
                    self.at = self.text.ceil_char_boundary(self.at + 1);
                    TokenKind::Error("this character has no place between settings")
                }
            };
            return Token { kind, span: Span::new(start, self.at()) };
        }
    }

    /// `// …` and `/* … */`; an error for a slash that starts neither.
    fn slash(&mut self) -> Option<TokenKind> {
        self.at += 1;
        match self.peek() {
            Some(b'/') => {
                self.line_comment();
                None
            }
            Some(b'*') => {
                self.at += 1;
                self.block_comment()
            }
            other => {
                // The client swallows the character after the slash, unless it is a line end.
                if !matches!(other, None | Some(b'\n' | b'\r')) {
                    self.at = self.text.ceil_char_boundary(self.at + 1);
                }
                Some(TokenKind::Error("a comment starts with // or /*"))
            }
        }
    }

    fn line_comment(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = memchr3(b'\n', b'\r', 0, rest);
        self.touched_end |= found.is_none();
        self.at += found.map_or(rest.len(), |len| len + 1);
    }

    fn block_comment(&mut self) -> Option<TokenKind> {
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let found = memchr2(b'*', 0, rest);
            self.touched_end |= found.is_none();
            self.at += found.map_or(rest.len(), |len| len + 1);
            if found.and_then(|len| rest.get(len)) != Some(&b'*') {
                return Some(TokenKind::Error("a comment that starts with /* is never closed"));
            }
            if self.eat(b'/') {
                return None;
            }
        }
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        while matches!(self.peek(), Some(b'A'..=b'Z' | b'a'..=b'z' | b'_')) {
            self.at += 1;
        }
        match self.text.get(start..self.at).unwrap_or("") {
            "user_pref" => TokenKind::UserPref,
            "pref" => TokenKind::Pref,
            "sticky_pref" => TokenKind::StickyPref,
            "true" => TokenKind::True,
            "false" => TokenKind::False,
            "sticky" => TokenKind::Sticky,
            "locked" => TokenKind::Locked,
            _ => TokenKind::Error("this word has no meaning in a file of settings"),
        }
    }

    fn number(&mut self) -> TokenKind {
        let (number, end) = digits(self.bytes, self.at);
        self.at = end;
        match self.peek() {
            Some(b'A'..=b'Z' | b'a'..=b'z' | b'_') => TokenKind::Error("a number cannot have letters in it"),
            _ => number.map_or(
                TokenKind::Error("this number is too large: it must be between -2147483648 and 2147483647"),
                TokenKind::Int,
            ),
        }
    }

    /// A string, checked but not decoded. An error inside is remembered, and the string read to its end.
    fn string(&mut self, quote: u8) -> Token {
        let start = self.at;
        self.at += 1;
        let mut error: Option<(&'static str, Span)> = None;
        loop {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            let Some(len) = memchr3(quote, b'\\', 0, rest) else {
                self.touched_end = true;
                self.at = self.bytes.len();
                return never_closed(start, self.at, error);
            };
            let found = self.at + len;
            self.at = found + 1;
            match rest.get(len) {
                Some(b'\\') => {
                    if let Some(message) = self.escape() {
                        error.get_or_insert((message, Span::new(found, self.at())));
                    }
                }
                Some(0) => return never_closed(start, found, error),
                _ => break,
            }
        }
        match error {
            Some((message, span)) => Token { kind: TokenKind::Error(message), span },
            None => Token { kind: TokenKind::Text, span: Span::new(start, self.at) },
        }
    }

    /// What follows a backslash; the reason why it is no escape.
    fn escape(&mut self) -> Option<&'static str> {
        match self.peek() {
            Some(b'"' | b'\'' | b'\\' | b'n' | b'r') => {
                self.at += 1;
                None
            }
            Some(b'x') => {
                self.at += 1;
                match self.hex(2) {
                    None => Some("\\x must be followed by two hexadecimal digits"),
                    Some(0) => Some("\\x00 is not allowed"),
                    Some(_) => None,
                }
            }
            Some(b'u') => {
                self.at += 1;
                self.utf16_escape()
            }
            // A line end, and what ends the text, are looked at again.
            None | Some(b'\n' | b'\r') => Some(NO_ESCAPE),
            Some(_) => {
                self.at = self.text.ceil_char_boundary(self.at + 1);
                Some(NO_ESCAPE)
            }
        }
    }

    fn utf16_escape(&mut self) -> Option<&'static str> {
        match self.hex(4) {
            None => Some("\\u must be followed by four hexadecimal digits"),
            Some(0) => Some("\\u0000 is not allowed"),
            Some(0xD800..=0xDBFF) => {
                if !(self.eat(b'\\') && self.eat(b'u')) {
                    return Some(HALF_PAIR);
                }
                match self.hex(4) {
                    Some(0xDC00..=0xDFFF) => None,
                    _ => Some(HALF_PAIR),
                }
            }
            Some(0xDC00..=0xDFFF) => Some(HALF_PAIR),
            Some(_) => None,
        }
    }

    fn hex(&mut self, count: usize) -> Option<u32> {
        let mut value = 0;
        for _ in 0..count {
            let digit = self.peek().and_then(|byte| char::from(byte).to_digit(16))?;
            self.at += 1;
            value = value << 4 | digit;
        }
        Some(value)
    }
}

const NO_ESCAPE: &str = "a backslash in text must be doubled, or be one of \\\" \\' \\\\ \\n \\r \\xNN \\uNNNN";
const HALF_PAIR: &str = "\\uD800 to \\uDFFF are only allowed as a pair";

fn never_closed(start: usize, end: usize, error: Option<(&'static str, Span)>) -> Token {
    let (message, span) =
        error.unwrap_or(("text that starts here is never closed", Span::new(start, end.min(start + 1))));
    Token { kind: TokenKind::Error(message), span }
}

/// The digits at an offset, `None` where there are none, or more than 32 bits hold, and the offset after them.
#[inline]
pub(super) fn digits(bytes: &[u8], start: usize) -> (Option<u32>, usize) {
    const TOO_LARGE: u64 = 1 << 32;
    let mut value = 0;
    let mut at = start;
    while let Some(digit @ b'0'..=b'9') = bytes.get(at) {
        value = TOO_LARGE.min(value * 10 + u64::from(digit - b'0'));
        at += 1;
    }
    (if at == start { None } else { u32::try_from(value).ok() }, at)
}

/// Where a string in double quotes ends, if none of its escapes needs more than a look, and whether it has any. `NUL`
/// says whether there may be such a byte, at which the client stops.
#[inline]
pub(super) fn plain_string_end<const NUL: bool>(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut at = start;
    let mut escapes = false;
    // The first byte of the next block, if a backslash stands at the end of this one.
    let mut escaped = 0;
    loop {
        let block = bytes.get(at..)?.first_chunk()?;
        let mut marks = marks::<NUL>(block) & !escaped;
        escaped = 0;
        while marks != 0 {
            let mark = at + marks.trailing_zeros() as usize;
            match bytes.get(mark)? {
                b'"' => return Some((mark, escapes)),
                b'\\' if matches!(bytes.get(mark + 1)?, b'"' | b'\'' | b'\\' | b'n' | b'r') => {}
                _ => return None,
            }
            escapes = true;
            let lowest = marks & marks.wrapping_neg();
            escaped = (lowest << 1) >> BLOCK;
            marks &= !(lowest | lowest << 1);
        }
        at += BLOCK;
    }
}

/// Bytes that are looked at in one go.
const BLOCK: usize = 16;

/// A bit for each quote, backslash or NUL.
#[inline]
fn marks<const NUL: bool>(block: &[u8; BLOCK]) -> u32 {
    let block = u8x16::new(*block);
    let marks = block.simd_eq(u8x16::splat(b'"')) | block.simd_eq(u8x16::splat(b'\\'));
    if NUL { marks | block.simd_eq(u8x16::splat(0)) } else { marks }.to_bitmask()
}
