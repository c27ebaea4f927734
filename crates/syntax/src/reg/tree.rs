use std::borrow::Cow;
use std::collections::BTreeMap;

use maillint_source::{Span, decode};

use crate::Spanned;

/// Keys and values, however they were stored: a `.reg` text or a hive. Names are compared without regard to case.
///
/// Kept flat, by path: a hostile file cannot nest it, and deleting a key with all below it is one range.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Registry {
    keys: BTreeMap<String, Key>,
}

/// One key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// The whole path, with `\` between names, in the spelling of the file.
    pub path: String,
    /// Where the path stands, in the first section that names it.
    pub span: Span,
    values: BTreeMap<String, Value>,
}

/// One value of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Value {
    /// Its name; empty for the key's default value.
    pub name: Spanned<String>,
    /// What it holds.
    pub data: Data,
    /// Where the data stands: without quotes, with `dword:` or `hex:`.
    pub span: Span,
}

/// What a value holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Data {
    /// A string: `REG_SZ`, `REG_EXPAND_SZ`, up to the NUL that ends it.
    Text(String),
    /// `REG_DWORD`.
    Number(u32),
    /// Bytes of any other type. Programs also keep strings in them.
    Bytes(Vec<u8>),
    /// A secret: nothing of it is kept.
    Secret,
    /// Damaged, cut off or over a limit: something stands here, but what it is cannot be told.
    Unreadable,
}

/// How names of keys and values are compared.
fn fold(name: &str) -> String {
    name.to_lowercase()
}

impl Registry {
    /// Every key, in the order of paths.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        self.keys.values()
    }

    /// The key of a path.
    pub fn key(&self, path: &str) -> Option<&Key> {
        self.keys.get(&fold(path))
    }

    /// Whether there are no keys.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// Number of keys.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The key of a path, made if it is new.
    pub(crate) fn insert(&mut self, path: &str, span: Span) -> &mut Key {
        self.keys.entry(fold(path)).or_insert_with(|| Key { path: path.to_owned(), span, values: BTreeMap::new() })
    }

    /// The key of a path, made if it is new, taken out to be filled; and its name here, with which [`Self::put`] takes it
    /// back. To look a key up for each of its values costs the length of its path each time.
    pub(crate) fn take(&mut self, path: &str, span: Span) -> (String, Key) {
        let name = fold(path);
        let key = self.keys.remove(&name);
        (name, key.unwrap_or_else(|| Key { path: path.to_owned(), span, values: BTreeMap::new() }))
    }

    /// Takes back what [`Self::take`] gave.
    pub(crate) fn put(&mut self, name: String, key: Key) {
        self.keys.insert(name, key);
    }

    /// Takes a key and all below it away.
    pub(crate) fn delete(&mut self, path: &str) {
        let path = fold(path);
        let below = format!("{path}\\");
        let gone: Vec<String> = self
            .keys
            .range(below.clone()..)
            .take_while(|(key, _)| key.starts_with(&below))
            .map(|(key, _)| key.clone())
            .collect();
        self.keys.remove(&path);
        for key in gone {
            self.keys.remove(&key);
        }
    }
}

impl Key {
    /// The value of a name.
    pub fn value(&self, name: &str) -> Option<&Value> {
        self.values.get(&fold(name))
    }

    /// Every value, in the order of names.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.values.values()
    }

    /// The names of the path, outermost first.
    pub fn names(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.path.split('\\')
    }

    /// The last name of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit('\\').next().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, value: Value) {
        self.values.insert(fold(&value.name.value), value);
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.values.remove(&fold(name));
    }
}

impl Value {
    /// The data as a string, where it is one: `REG_SZ`, or bytes that hold one (Outlook before 2016 wrote its strings as
    /// `REG_BINARY`).
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match &self.data {
            Data::Text(text) => Some(Cow::Borrowed(text)),
            Data::Bytes(bytes) => Some(Cow::Owned(text_of(bytes))),
            Data::Number(_) | Data::Secret | Data::Unreadable => None,
        }
    }

    /// The data as a number, where it is one.
    pub fn number(&self) -> Option<u32> {
        match self.data {
            Data::Number(number) => Some(number),
            _ => None,
        }
    }
}

/// The string in the bytes of a value: UTF-16LE if they can be and end in a NUL, else the ANSI code page.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    if bytes.len().is_multiple_of(2) && bytes.ends_with(&[0, 0]) { utf16_of(bytes) } else { ansi_of(bytes) }
}

/// UTF-16LE up to the first NUL.
pub(crate) fn utf16_of(bytes: &[u8]) -> String {
    let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).take_while(|unit| *unit != 0);
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Eight-bit text up to the first NUL.
pub(crate) fn ansi_of(bytes: &[u8]) -> String {
    let end = memchr::memchr(0, bytes).unwrap_or(bytes.len());
    decode(&bytes[..end]).text
}

#[cfg(test)]
mod tests {
    use super::{Registry, text_of};
    use maillint_source::Span;

    #[test]
    fn a_key_goes_with_all_below_it_and_nothing_else() {
        let mut registry = Registry::default();
        for path in ["A\\b", "A\\B\\c", "A\\b c", "A\\bb", "a"] {
            registry.insert(path, Span::default());
        }
        registry.delete("a\\b");
        let left: Vec<&str> = registry.keys().map(|key| key.path.as_str()).collect();
        assert_eq!(left, ["a", "A\\b c", "A\\bb"]);
    }

    #[test]
    fn bytes_hold_text_in_either_width() {
        assert_eq!(text_of(b"\xC9\0m\0i\0l\0e\0\0\0"), "Émile");
        assert_eq!(text_of(b"mail.example.org\0"), "mail.example.org");
        assert_eq!(text_of(b"B\xFCro"), "Büro");
        assert_eq!(text_of(b""), "");
    }
}
