//! One module a syntax: text or bytes to a tree whose every node has its place.
//!
//! Nothing here knows a mail client. A parser never fails as a whole: it returns what it understood, and a list of
//! [`Problem`]s for what it did not. Every parser is bounded by [`maillint_source::Limits`] before it allocates or
//! recurses.

pub mod cms;
pub mod hive;
pub mod ini;
pub mod json;
pub mod plist;
pub mod prefs;
pub mod reg;
pub mod sqlite;
pub mod xml;

use maillint_source::Span;

/// A value and its place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands, without quotes.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// What kind of trouble a parser met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// Against the grammar; parsing went on after it.
    Syntax,
    /// Over a limit; what follows may be missing.
    Limit,
}

/// Something that a parser could not take in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// One sentence for people, without text from the file.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Problem {
    /// An error of grammar.
    pub fn syntax(message: impl Into<String>, span: Span) -> Self {
        Self { kind: ProblemKind::Syntax, message: message.into(), span }
    }

    /// A limit that was passed.
    pub fn limit(message: impl Into<String>, span: Span) -> Self {
        Self { kind: ProblemKind::Limit, message: message.into(), span }
    }
}
