//! JSON that is printable text: what a terminal would obey stands as `\uXXXX`, which readers of JSON undo.
//!
//! `serde_json` escapes C0 alone, as JSON demands; DEL, C1 and the characters that turn text around would pass.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

use crate::text::is_ink;

/// Writes a value as a formatter lays it out, printable, in pieces of a few bytes: `out` should be [`buffered`].
pub(super) fn write(value: &impl Serialize, layout: impl Formatter, out: &mut impl Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(out, Printable(layout)))?;
    Ok(())
}

/// Passes on what is written in pieces of some kilobytes: each is a call through a table.
pub(crate) fn buffered(
    out: &mut dyn Write,
    write: impl FnOnce(&mut BufWriter<&mut dyn Write>) -> io::Result<()>,
) -> io::Result<()> {
    let mut buffered = BufWriter::new(out);
    write(&mut buffered)?;
    buffered.flush()
}

struct Printable<F>(F);

macro_rules! delegate {
    ($($method:ident($($argument:ident: $type:ty),*)),+ $(,)?) => {
        $(
            fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $type)*) -> io::Result<()> {
                self.0.$method(writer $(, $argument)*)
            }
        )+
    };
}

impl<F: Formatter> Formatter for Printable<F> {
    delegate! {
        begin_array(), end_array(), begin_array_value(first: bool), end_array_value(),
        begin_object(), end_object(), begin_object_key(first: bool), end_object_key(),
        begin_object_value(), end_object_value(),
    }

    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut units = [0; 2];
        // Written up to `plain`, looked at up to `at`. Nearly all of it is ASCII, and that is told by its bytes.
        let (mut plain, mut at) = (0, 0);
        while let Some(c) = after_ascii(fragment, &mut at) {
            if !is_ink(c) {
                writer.write_all(fragment.get(plain..at).unwrap_or("").as_bytes())?;
                for unit in c.encode_utf16(&mut units) {
                    write!(writer, "\\u{unit:04x}")?;
                }
                plain = at + c.len_utf8();
            }
            at += c.len_utf8();
        }
        writer.write_all(fragment.get(plain..).unwrap_or("").as_bytes())
    }
}

/// The first character from an offset on that is not printable ASCII; the offset becomes its own.
fn after_ascii(text: &str, at: &mut usize) -> Option<char> {
    let is_plain = |byte: &u8| (0x20..0x7F).contains(byte);
    let rest = text.get(*at..)?.as_bytes();
    // All of a block is looked at, so that the processor does it in one go.
    let blocks = rest.as_chunks::<16>().0.iter();
    let passed = 16 * blocks.take_while(|block| block.iter().fold(true, |all, byte| all & is_plain(byte))).count();
    *at += passed + rest[passed..].iter().position(|byte| !is_plain(byte))?;
    text.get(*at..)?.chars().next()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::ser::CompactFormatter;

    fn written(text: &str) -> String {
        let mut out = Vec::new();
        super::write(&text, CompactFormatter, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn what_is_not_ink_is_escaped() {
        assert_eq!(written("Büro \u{9B}31m \u{202E} \u{E0041}"), r#""Büro \u009b31m \u202e \udb40\udc41""#);
    }

    proptest! {
        #[test]
        fn every_text_is_read_back(text in any::<String>()) {
            let json = written(&text);
            prop_assert_eq!(serde_json::from_str::<String>(&json).unwrap(), text);
            prop_assert!(!json.chars().any(char::is_control));
        }
    }
}
