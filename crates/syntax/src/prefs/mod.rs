//! Mozilla preference files: `prefs.js`, `user.js`, and the default files that an installation brings.
//!
//! The grammar is that of the parser in Gecko 60 and later (`modules/libpref/parser/src/lib.rs`), byte for byte,
//! its recovery after errors and its odd corners included, because what the client skips is exactly what its user
//! wonders about. [`old`] says what the parser before it would make of the same file, and [`condense`] cuts a file of
//! any size down to the settings that somebody wants.
//!
//! [`Parser`] pulls one statement at a time and copies nothing: a value is decoded when it is asked for.

pub mod condense;
mod lexer;
pub mod old;
mod text;

pub use text::Text;

use maillint_source::Span;

use crate::{Problem, Spanned};
use lexer::{Lexer, Token, TokenKind};

/// Which of the two kinds of files it is: they allow different words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Dialect {
    /// `prefs.js`, `user.js`: `user_pref` alone.
    User,
    /// Files of the installation: `pref` and `sticky_pref` too, and attributes after the value.
    Default,
}

/// The value of a preference. Its type is part of it: a client that wants a number ignores `"993"`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Value<'a> {
    /// A string literal.
    Text(Text<'a>),
    /// A whole number.
    Int(i32),
    /// `true` or `false`.
    Bool(bool),
}

/// One statement that the parser accepts.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pref<'a> {
    /// The name; its span is without the quotes.
    pub key: Spanned<Text<'a>>,
    /// The value; the span of a string is without the quotes, that of a number with its sign.
    pub value: Spanned<Value<'a>>,
    /// From the first word through the semicolon.
    pub span: Span,
    /// The `locked` attribute of default files: no user file changes it.
    pub locked: bool,
}

/// What the parser pulls from a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item<'a> {
    /// A statement.
    Pref(Pref<'a>),
    /// An error of grammar, with everything that the parser skips because of it, through the next semicolon.
    Skipped {
        /// What is wrong, and the place.
        problem: Problem,
        /// The bytes without effect.
        lost: Span,
    },
}

/// A statement of the plain shape, before anything is made of it.
struct Plain {
    start: usize,
    key: Span,
    is_key_escaped: bool,
    value: PlainValue,
    /// The place of the value, without quotes.
    span: Span,
    end: usize,
}

enum PlainValue {
    Text,
    Int(i32),
    Bool(bool),
}

/// Pulls the statements of a file, in order.
#[derive(Clone, Debug)]
pub struct Parser<'a> {
    text: &'a str,
    dialect: Dialect,
    at: usize,
    whole: bool,
    has_nul: bool,
}

impl<'a> Parser<'a> {
    /// A whole file.
    pub fn new(text: &'a str, dialect: Dialect) -> Self {
        let has_nul = memchr::memchr(0, text.as_bytes()).is_some();
        Self { text, dialect, at: 0, whole: true, has_nul }
    }

    /// The start of a larger file: the parser ends before a statement that may go on beyond the window, and
    /// [`Parser::consumed`] says where.
    pub fn window(text: &'a str, dialect: Dialect) -> Self {
        Self { whole: false, ..Self::new(text, dialect) }
    }

    /// The end of the last statement that was pulled.
    pub fn consumed(&self) -> usize {
        self.at
    }

    /// Pulls the next statement with a name that `keep` wants, or the next error; what is passed over in the shape that
    /// Thunderbird itself writes costs little more than to find its end.
    pub fn next_wanted(&mut self, keep: &mut dyn FnMut(&str) -> bool) -> Option<Item<'a>> {
        loop {
            while let Some(plain) = self.plain() {
                self.at = plain.end;
                let name = self.text.get(plain.key.range())?;
                if if plain.is_key_escaped { keep(&Text::new(name).decode()) } else { keep(name) } {
                    return self.pref(&plain).map(Item::Pref);
                }
            }
            match self.statement()? {
                Item::Pref(pref) if !keep(&pref.key.value.decode()) => {}
                item => return Some(item),
            }
        }
    }

    fn pref(&self, plain: &Plain) -> Option<Pref<'a>> {
        let text = |span: Span| Some(Text::new(self.text.get(span.range())?));
        let value = match plain.value {
            PlainValue::Text => Value::Text(text(plain.span)?),
            PlainValue::Int(number) => Value::Int(number),
            PlainValue::Bool(bool) => Value::Bool(bool),
        };
        Some(Pref {
            key: Spanned::new(text(plain.key)?, plain.key),
            value: Spanned::new(value, plain.span),
            span: Span::new(plain.start, plain.end),
            locked: false,
        })
    }

    /// The next statement, if it has the one shape that Thunderbird itself writes. Anything else is left to the tokens.
    #[inline]
    fn plain(&self) -> Option<Plain> {
        if self.has_nul { self.plain_with::<true>() } else { self.plain_with::<false>() }
    }

    #[inline]
    fn plain_with<const NUL: bool>(&self) -> Option<Plain> {
        const OPEN: &[u8; 11] = b"user_pref(\"";
        let bytes = self.text.as_bytes();
        let start = self.at + bytes.get(self.at..)?.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let key_start = start + OPEN.len();
        if !starts_with(bytes, start, OPEN) {
            return None;
        }
        let (key_end, is_key_escaped) = lexer::plain_string_end::<NUL>(bytes, key_start)?;
        let at = key_end + 3;
        if !starts_with(bytes, key_end, b"\", ") {
            return None;
        }
        let (value, span, end) = match bytes.get(at)? {
            b'"' => {
                let (end, _) = lexer::plain_string_end::<NUL>(bytes, at + 1)?;
                (PlainValue::Text, Span::new(at + 1, end), end + 1)
            }
            b't' if starts_with(bytes, at, b"true") => (PlainValue::Bool(true), Span::new(at, at + 4), at + 4),
            b'f' if starts_with(bytes, at, b"false") => (PlainValue::Bool(false), Span::new(at, at + 5), at + 5),
            first @ (b'-' | b'0'..=b'9') => {
                let is_negative = *first == b'-';
                let (number, end) = lexer::digits(bytes, at + usize::from(is_negative));
                let number = i32::try_from(number?).ok()?;
                (PlainValue::Int(if is_negative { -number } else { number }), Span::new(at, end), end)
            }
            _ => return None,
        };
        if !starts_with(bytes, end, b");") {
            return None;
        }
        Some(Plain { start, key: Span::new(key_start, key_end), is_key_escaped, value, span, end: end + 2 })
    }

    /// Any statement, by tokens.
    fn statement(&mut self) -> Option<Item<'a>> {
        let mut lexer = Lexer::new(self.text, self.at);
        let first = lexer.token();
        let start = lexer.started();
        if first.kind == TokenKind::End {
            if self.whole {
                self.at = self.text.len();
            }
            return None;
        }
        let item = match grammar(first, &mut lexer, self.dialect) {
            Ok(pref) => Item::Pref(pref),
            Err((token, expected)) => {
                let lost_end = recover(token, &mut lexer);
                let message = match token.kind {
                    TokenKind::Error(message) => message,
                    _ => expected,
                };
                let lost = Span::new(start, lost_end);
                Item::Skipped { problem: Problem::syntax(message, token.span), lost }
            }
        };
        if !self.whole && lexer.touched_end() {
            return None;
        }
        self.at = lexer.at();
        Some(item)
    }
}

impl<'a> Iterator for Parser<'a> {
    type Item = Item<'a>;

    fn next(&mut self) -> Option<Item<'a>> {
        let Some(plain) = self.plain() else { return self.statement() };
        self.at = plain.end;
        self.pref(&plain).map(Item::Pref)
    }
}

/// Whether some bytes stand at an offset: of a length that is known here, so that it is no call.
#[inline]
fn starts_with<const N: usize>(bytes: &[u8], at: usize, wanted: &[u8; N]) -> bool {
    bytes.get(at..).and_then(<[u8]>::first_chunk) == Some(wanted)
}

/// One statement, or the token that does not fit and what is missing there.
fn grammar<'a>(first: Token, lexer: &mut Lexer<'a>, dialect: Dialect) -> Result<Pref<'a>, (Token, &'static str)> {
    let expect = |token: Token, kind: TokenKind, missing: &'static str| {
        if token.kind == kind { Ok(token) } else { Err((token, missing)) }
    };
    match (first.kind, dialect) {
        (TokenKind::UserPref, _) | (TokenKind::Pref | TokenKind::StickyPref, Dialect::Default) => {}
        (_, Dialect::User) => return Err((first, "every setting of a profile starts with user_pref")),
        (_, Dialect::Default) => return Err((first, "every setting starts with pref, sticky_pref or user_pref")),
    }
    expect(lexer.token(), TokenKind::Char(b'('), "an opening parenthesis is missing here")?;
    let key = expect(lexer.token(), TokenKind::Text, "the name of the setting, in quotes, is missing here")?;
    expect(lexer.token(), TokenKind::Char(b','), "a comma is missing after the name")?;
    let value = value(lexer)?;
    let mut locked = false;
    let mut token = lexer.token();
    while dialect == Dialect::Default && token.kind == TokenKind::Char(b',') {
        token = lexer.token();
        match token.kind {
            TokenKind::Locked => locked = true,
            TokenKind::Sticky => {}
            _ => return Err((token, "only sticky and locked may follow the value")),
        }
        token = lexer.token();
    }
    expect(token, TokenKind::Char(b')'), "a closing parenthesis is missing after the value")?;
    let end = expect(lexer.token(), TokenKind::Char(b';'), "a semicolon is missing at the end of the setting")?;
    let key_span = inside_quotes(key.span);
    let key = Spanned::new(lexer.text(key_span), key_span);
    Ok(Pref { key, value, span: first.span.join(end.span), locked })
}

fn value<'a>(lexer: &mut Lexer<'a>) -> Result<Spanned<Value<'a>>, (Token, &'static str)> {
    const TOO_LARGE: &str = "this number is too large: it must be between -2147483648 and 2147483647";
    let token = lexer.token();
    let read = match token.kind {
        TokenKind::True => Value::Bool(true),
        TokenKind::False => Value::Bool(false),
        TokenKind::Text => {
            let span = inside_quotes(token.span);
            return Ok(Spanned::new(Value::Text(lexer.text(span)), span));
        }
        TokenKind::Int(number) => Value::Int(i32::try_from(number).map_err(|_| (token.error(TOO_LARGE), TOO_LARGE))?),
        TokenKind::Char(sign @ (b'-' | b'+')) => {
            let digits = lexer.token();
            let TokenKind::Int(number) = digits.kind else {
                return Err((digits, "a number is missing after the sign"));
            };
            let number = if sign == b'-' { -i64::from(number) } else { i64::from(number) };
            let number = i32::try_from(number).map_err(|_| (digits.error(TOO_LARGE), TOO_LARGE))?;
            return Ok(Spanned::new(Value::Int(number), token.span.join(digits.span)));
        }
        _ => return Err((token, "the value must be text in quotes, a whole number, true or false")),
    };
    Ok(Spanned::new(read, token.span))
}

/// Skips through the next semicolon, as the client does. A token that went wrong inside has been consumed already.
fn recover(token: Token, lexer: &mut Lexer<'_>) -> usize {
    let mut token = token;
    while !matches!(token.kind, TokenKind::Char(b';') | TokenKind::End) {
        token = lexer.token();
    }
    token.span.end as usize
}

fn inside_quotes(span: Span) -> Span {
    Span::new(span.start as usize + 1, (span.end as usize).saturating_sub(1))
}

#[cfg(test)]
mod tests;
