use std::borrow::Cow;

use maillint_source::decode_mixed;

/// A string literal as it stands in the file, without its quotes. The parser has checked its escapes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Text<'a> {
    raw: &'a str,
}

impl<'a> Text<'a> {
    pub(super) fn new(raw: &'a str) -> Self {
        Self { raw }
    }

    /// The literal as written, escapes and all.
    pub fn raw(self) -> &'a str {
        self.raw
    }

    /// The value. `\xNN` stands for one raw byte, so the value is put together as bytes and then read as text: as
    /// UTF-8, and where it is none, as Windows-1252.
    pub fn decode(self) -> Cow<'a, str> {
        if memchr::memchr(b'\\', self.raw.as_bytes()).is_none() {
            return Cow::Borrowed(self.raw);
        }
        let mut bytes = Vec::with_capacity(self.raw.len());
        let mut rest = self.raw;
        while let Some((before, escape)) = rest.split_once('\\') {
            bytes.extend_from_slice(before.as_bytes());
            rest = unescape(escape, &mut bytes);
        }
        bytes.extend_from_slice(rest.as_bytes());
        match String::from_utf8(bytes) {
            Ok(text) => Cow::Owned(text),
            Err(error) => Cow::Owned(decode_mixed(error.as_bytes()).text),
        }
    }
}

/// Appends what the escape at the start of `text` (its backslash gone) stands for, and returns what follows it.
fn unescape<'a>(text: &'a str, bytes: &mut Vec<u8>) -> &'a str {
    let mut chars = text.chars();
    let Some(kind) = chars.next() else { return "" };
    match kind {
        'n' => bytes.push(b'\n'),
        'r' => bytes.push(b'\r'),
        'x' => {
            let (value, rest) = hex(chars.as_str(), 2);
            bytes.extend(value.and_then(|value| u8::try_from(value).ok()));
            return rest;
        }
        'u' => return utf16(chars.as_str(), bytes),
        other => bytes.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
    }
    chars.as_str()
}

fn utf16<'a>(text: &'a str, bytes: &mut Vec<u8>) -> &'a str {
    let (first, rest) = hex(text, 4);
    let Some(first) = first else { return rest };
    let (second, after) = match rest.strip_prefix("\\u") {
        Some(second) if (0xD800..0xDC00).contains(&first) => hex(second, 4),
        _ => (None, rest),
    };
    let units = [Some(first), second].into_iter().flatten().filter_map(|unit| u16::try_from(unit).ok());
    for read in char::decode_utf16(units) {
        let char = read.unwrap_or(char::REPLACEMENT_CHARACTER);
        bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
    }
    after
}

fn hex(text: &str, count: usize) -> (Option<u32>, &str) {
    match (text.get(..count), text.get(count..)) {
        (Some(digits), Some(rest)) => (u32::from_str_radix(digits, 16).ok(), rest),
        _ => (None, text),
    }
}
