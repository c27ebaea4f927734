//! The keys of one account or one server, with the file that they stand in.

use std::sync::Arc;

use maillint_model::{Setting, shared};
use maillint_source::{Limits, Location, SourceFile};
use maillint_syntax::plist::{Kind, Value};

use crate::foundation;

/// Keys with values, spread over one or more dictionaries of a file: the first that has a key answers for it.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    file: &'a Arc<SourceFile>,
    dicts: Vec<&'a Value>,
    limits: &'a Limits,
}

impl<'a> Fields<'a> {
    pub(crate) fn new(file: &'a Arc<SourceFile>, dict: &'a Value, limits: &'a Limits) -> Self {
        Self { file, dicts: vec![dict], limits }
    }

    /// The same, with another dictionary that answers for keys that are not in these.
    #[cfg(feature = "sqlite")]
    pub(crate) fn or(mut self, other: Option<&'a Value>) -> Self {
        self.dicts.extend(other);
        self
    }

    /// The keys of a dictionary in the same file.
    pub(crate) fn within(&self, dict: &'a Value) -> Self {
        Self::new(self.file, dict, self.limits)
    }

    /// Where these keys stand: what is absent is told about here.
    pub(crate) fn place(&self) -> Location {
        self.at(self.dicts.first().copied().unwrap_or(&Value::unlisted(Kind::Other)))
    }

    /// Where a value stands.
    pub(crate) fn at(&self, value: &Value) -> Location {
        Location::new(self.file, value.span)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.dicts.iter().find_map(|dict| dict.get(key))
    }

    /// A text; blanks around it do not count, and an empty one is absent. `None` for a value of another type too.
    pub(crate) fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key).and_then(Value::text).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A text as a setting; unknown where there is none, and where it is longer than what many accounts, or many addresses
    /// of one, may share.
    pub(crate) fn setting(&self, key: &str) -> Setting<String> {
        match (self.text(key), self.get(key)) {
            (Some(text), Some(value)) => self.written(text, self.at(value)),
            _ => Setting::unknown(),
        }
    }

    /// The same of a text that was taken out of a value.
    pub(crate) fn written(&self, text: &str, at: Location) -> Setting<String> {
        shared(Setting::written(text.to_owned(), at), self.limits)
    }

    /// As many addresses as one account may have; one more, if there are more.
    pub(crate) fn most_addresses(&self) -> usize {
        self.limits.identities().saturating_add(1)
    }

    /// A switch.
    pub(crate) fn switch(&self, key: &str) -> Read<bool> {
        self.read(key, foundation::switch)
    }

    /// A whole number.
    pub(crate) fn integer(&self, key: &str) -> Read<i64> {
        self.read(key, foundation::integer)
    }

    fn read<T>(&self, key: &str, coerce: fn(&Value) -> Option<T>) -> Read<T> {
        let Some(value) = self.get(key) else { return Read::Absent };
        match coerce(value) {
            Some(read) => Read::Written(read, self.at(value)),
            None if value.text().is_some_and(|text| text.trim().is_empty()) => Read::Absent,
            None => Read::Unclear(self.at(value)),
        }
    }
}

/// What a key says.
#[derive(Clone, Debug)]
pub(crate) enum Read<T> {
    /// It is not there, or empty.
    Absent,
    /// This.
    Written(T, Location),
    /// Nothing that the client could take for a value of this kind.
    Unclear(Location),
}

impl<T> Read<T> {
    /// The value, where there is one.
    pub(crate) fn written(self) -> Option<(T, Location)> {
        match self {
            Self::Written(value, at) => Some((value, at)),
            Self::Absent | Self::Unclear(_) => None,
        }
    }
}
