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
pub use maillint_source::{Problem, ProblemKind};

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

/// The span without blanks at either end.
fn trimmed(text: &str, span: Span) -> Span {
    let body = &text[span.range()];
    let start = span.start as usize + (body.len() - body.trim_start().len());
    Span::new(start, start + body.trim().len())
}
