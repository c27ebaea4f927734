//! JSON, with a place for every key and value.
//!
//! `serde_json` decides what is JSON and what a text says; places come from its raw values, which are slices of the text
//! that was given. The tree is that of property lists: the same values, less a few types. Repeated keys stay in it.

use std::fmt;

use maillint_source::{Limits, Span};
use serde::de::{Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::plist::{Kind, Value};
use crate::{Problem, Spanned};

/// Parses a text.
///
/// # Errors
/// What is no JSON, or is over a limit: nothing of it is taken then. A place is told where `serde_json` tells one.
pub fn parse(text: &str, limits: &Limits) -> Result<Value, Problem> {
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| {
        Problem::syntax("this is not valid JSON", Span::empty(offset(text, error.line(), error.column())))
    })?;
    Parser { text, limits, nodes: 0 }.value(raw, 0)
}

/// What is said of a file of more values than the limit.
const MANY: &str = "the file holds too many values";

struct Parser<'a> {
    text: &'a str,
    limits: &'a Limits,
    nodes: usize,
}

impl<'a> Parser<'a> {
    fn value(&mut self, raw: &'a RawValue, depth: usize) -> Result<Value, Problem> {
        let (span, limits) = (self.span(raw), self.limits);
        self.nodes += 1;
        let deep = limits.is_too_deep(depth).then(|| "the file holds too deeply nested values".to_owned());
        if let Some(why) = deep.or_else(|| limits.over(self.nodes, MANY)) {
            return Err(Problem::limit(format!("{why}; it was not read"), span));
        }
        let json = raw.get();
        let wrong = |_: serde_json::Error| Problem::syntax("this is not valid JSON", span);
        // All of it is valid, as `parse` has seen.
        let many = |_: serde_json::Error| {
            limits.breach();
            Problem::limit(format!("{MANY}; it was not read"), span)
        };
        let (kind, span) = match json.as_bytes().first() {
            Some(b'{') => {
                let most = self.left();
                let pairs = serde_json::Deserializer::from_str(json).deserialize_map(Pairs { most }).map_err(many)?;
                let mut entries = Vec::new();
                for (key, value) in pairs {
                    let name = serde_json::from_str(key.get()).map_err(wrong)?;
                    entries.push((Spanned::new(name, inside(self.span(key))), self.value(value, depth + 1)?));
                }
                (Kind::Dict(entries), opening(span))
            }
            Some(b'[') => {
                let most = self.left();
                let items = serde_json::Deserializer::from_str(json).deserialize_seq(Items { most }).map_err(many)?;
                let items = items.into_iter().map(|item| self.value(item, depth + 1)).collect::<Result<_, _>>()?;
                (Kind::Array(items), opening(span))
            }
            Some(b'"') => (Kind::String(serde_json::from_str(json).map_err(wrong)?), inside(span)),
            Some(b't') => (Kind::Bool(true), span),
            Some(b'f') => (Kind::Bool(false), span),
            Some(b'n') => (Kind::Other, span),
            _ => (number(json), span),
        };
        Ok(Value { kind, span })
    }

    /// Values that may still be taken. A stranger may write one every two bytes, and each takes sixteen to be listed.
    fn left(&self) -> usize {
        self.limits.nodes.saturating_sub(self.nodes)
    }

    /// Where a raw value stands: it is a slice of the text.
    fn span(&self, raw: &RawValue) -> Span {
        let start = (raw.get().as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        Span::new(start, start + raw.get().len())
    }
}

fn number(json: &str) -> Kind {
    let whole = json.parse().map(Kind::Integer);
    whole.or_else(|_| json.parse().map(Kind::Real)).unwrap_or(Kind::Other)
}

/// The mark that opens an object or an array.
fn opening(span: Span) -> Span {
    Span { end: span.start + 1, ..span }
}

/// A text without its quotes; an empty one keeps them.
fn inside(span: Span) -> Span {
    if span.len() <= 2 { span } else { Span { start: span.start + 1, end: span.end - 1 } }
}

/// The byte offset of a line and a column, both from 1, the column in bytes.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Takes the entries of an object, or none if they are more than `most`.
struct Pairs {
    most: usize,
}

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(&'de RawValue, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            if pairs.len() == self.most {
                return Err(A::Error::custom(MANY));
            }
            pairs.push(pair);
        }
        Ok(pairs)
    }
}

/// Takes the items of an array, or none if they are more than `most`.
struct Items {
    most: usize,
}

impl<'de> Visitor<'de> for Items {
    type Value = Vec<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            if items.len() == self.most {
                return Err(A::Error::custom(MANY));
            }
            items.push(item);
        }
        Ok(items)
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::parse;
    use crate::ProblemKind;
    use crate::plist::{Kind, Value};

    fn read(text: &str) -> Value {
        parse(text, &Limits::default()).unwrap()
    }

    #[test]
    fn keys_and_values_have_places() {
        let text = r#" { "Port" : 993, "Host": "m\u00e4il", "List": [true, null, -1.5, ""] } "#;
        let root = read(text);
        let (port, value) = &root.entries()[0];
        assert_eq!((&text[port.span.range()], &text[value.span.range()]), ("Port", "993"));
        assert_eq!(value.kind, Kind::Integer(993));
        let host = root.get("Host").unwrap();
        assert_eq!((host.text(), &text[host.span.range()]), (Some("mäil"), "m\\u00e4il"));
        let list = root.get("List").unwrap();
        let kinds: Vec<&Kind> = list.items().iter().map(|item| &item.kind).collect();
        assert_eq!(kinds, [&Kind::Bool(true), &Kind::Other, &Kind::Real(-1.5), &Kind::String(String::new())]);
        assert_eq!(&text[list.span.range()], "[");
    }

    #[test]
    fn a_repeated_key_stays_and_the_last_counts() {
        let root = read(r#"{"a": 1, "a": 2}"#);
        assert_eq!(root.entries().len(), 2);
        assert_eq!(root.get("a").unwrap().kind, Kind::Integer(2));
    }

    #[test]
    fn what_is_wrong_is_told_with_its_place() {
        let problem = parse("{\n  \"a\": 1,\n}", &Limits::default()).unwrap_err();
        assert_eq!((problem.kind, problem.span.start), (ProblemKind::Syntax, 12));
        let few = Limits { nodes: 3, ..Limits::default() };
        assert_eq!(parse("[1, 2, 3]", &few).unwrap_err().kind, ProblemKind::Limit);
        assert_eq!(parse("[{\"a\": 1, \"b\": 2}]", &few).unwrap_err().kind, ProblemKind::Limit);
        assert!(parse("[1, 2]", &few).is_ok() && few.met.get());
        let deep = "[".repeat(100) + &"]".repeat(100);
        assert_eq!(parse(&deep, &Limits::default()).unwrap_err().kind, ProblemKind::Limit);
        let abyss = "[".repeat(1_000_000);
        assert!(parse(&abyss, &Limits::default()).is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_taken_without_a_panic(text in r#"([{}\[\]",:ä 0-9a-c\\]|true|null|"a":){0,40}"#) {
            if let Ok(root) = parse(&text, &Limits::default()) {
                let mut values = vec![&root];
                while let Some(value) = values.pop() {
                    prop_assert!(text.get(value.span.range()).is_some());
                    values.extend(value.items());
                    values.extend(value.entries().iter().map(|(_, value)| value));
                }
            }
        }
    }
}
