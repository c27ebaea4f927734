use maillint_source::Span;

use crate::Spanned;

/// What a node of a property list is.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// Keys with values, in order. A repeated key stays in the list; readers of Apple's take the last
    /// ([`Value::get`]).
    Dict(Vec<(Spanned<String>, Value)>),
    /// A list.
    Array(Vec<Value>),
    /// Text.
    String(String),
    /// A whole number; both of the 64-bit ranges fit.
    Integer(i128),
    /// A floating-point number.
    Real(f64),
    /// Yes or no.
    Bool(bool),
    /// A date, as `2026-11-22T10:00:00Z`.
    Date(String),
    /// Bytes.
    Data(Vec<u8>),
    /// A reference into the object table of a keyed archive.
    Uid(u64),
    /// Something stands here that could not be read; a problem says what.
    Other,
}

/// A node and its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Value {
    /// What it is.
    pub kind: Kind,
    /// The text of a scalar, without quotes or tags where it is not empty; the opening mark of a dictionary or an
    /// array.
    pub span: Span,
}

impl Value {
    /// A node of a file without text; [`super::Listing::write`] gives it a place.
    pub fn unlisted(kind: Kind) -> Self {
        Self { kind, span: Span::default() }
    }

    /// The entries, if it is a dictionary; else none.
    pub fn entries(&self) -> &[(Spanned<String>, Value)] {
        match &self.kind {
            Kind::Dict(entries) => entries,
            _ => &[],
        }
    }

    /// The items, if it is an array; else none.
    pub fn items(&self) -> &[Value] {
        match &self.kind {
            Kind::Array(items) => items,
            _ => &[],
        }
    }

    /// The value of a key, if it is a dictionary: the last, where the key is repeated.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries().iter().rev().find(|(name, _)| name.value == key).map(|(_, value)| value)
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a dictionary.
    pub fn is_dict(&self) -> bool {
        matches!(self.kind, Kind::Dict(_))
    }
}
