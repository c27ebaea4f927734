//! A preference file of any size, cut down to the settings that somebody wants.
//!
//! A profile with years of add-on data can grow beyond what is worth holding in memory, and its mail settings are a
//! few kilobytes of it. [`Condenser`] is fed the file in pieces and keeps the wanted statements, and those with an
//! error, as they stand; of everything else it keeps the line ends, so that line numbers stay those of the file.

use std::borrow::Cow;

use maillint_source::{Limits, decode_mixed};

use super::{Dialect, Item, Parser};

/// Cuts a file down while it is read.
pub struct Condenser<'k> {
    keep: &'k dyn Fn(&str) -> bool,
    limit: usize,
    kept: Vec<u8>,
    pending: Vec<u8>,
    /// Below this length, what is pending is not looked at again: a long statement in many pieces costs its length once.
    patience: usize,
    overflow: bool,
}

impl<'k> Condenser<'k> {
    /// Keeps the statements whose name `keep` wants. What is kept, and any single statement, stays within
    /// [`Limits::file_bytes`].
    pub fn new(limits: &Limits, keep: &'k dyn Fn(&str) -> bool) -> Self {
        let limit = usize::try_from(limits.file_bytes).unwrap_or(usize::MAX);
        Self { keep, limit, kept: Vec::new(), pending: Vec::new(), patience: 0, overflow: false }
    }

    /// Takes the next piece of the file, of any length. Pieces of some hundred kilobytes are fastest.
    pub fn push(&mut self, piece: &[u8]) {
        if self.overflow {
            return;
        }
        self.pending.extend_from_slice(piece);
        if self.pending.len() >= self.patience.min(self.limit) {
            let done = self.take(false);
            self.pending.drain(..done);
            self.patience = self.pending.len().saturating_mul(2);
        }
        self.overflow = self.pending.len() > self.limit || self.kept.len() > self.limit;
    }

    /// The condensed file, and whether it is all of it: `false` after a statement, or more wanted statements, than
    /// the limit allows.
    pub fn finish(mut self) -> (Vec<u8>, bool) {
        if !self.overflow {
            self.take(true);
            self.overflow = self.kept.len() > self.limit;
        }
        (self.kept, !self.overflow)
    }

    /// Sorts the complete statements of what is pending into kept and dropped; the number of bytes that are done.
    fn take(&mut self, last: bool) -> usize {
        // A character may be cut in half at the end of a piece; its statement is incomplete then and waits.
        let text = latin(&self.pending);
        let mut parser = if last { Parser::new(&text, Dialect::User) } else { Parser::window(&text, Dialect::User) };
        let mut done = 0;
        while let Some(item) = parser.next() {
            let statement = &self.pending[done..parser.consumed()];
            let wanted = match item {
                Item::Pref(pref) => (self.keep)(&pref.key.value.decode()),
                Item::Skipped { .. } => true,
            };
            if wanted {
                self.kept.extend_from_slice(statement);
            } else {
                self.kept.extend(statement.iter().filter(|byte| matches!(byte, b'\n' | b'\r')));
            }
            done = parser.consumed();
        }
        if last {
            self.kept.extend_from_slice(&self.pending[done..]);
            done = self.pending.len();
        }
        done
    }
}

/// Bytes as text of the same length, for finding where statements end: the grammar is ASCII, and what is not may be
/// anything of one byte.
fn latin(bytes: &[u8]) -> Cow<'_, str> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => {
            Cow::Owned(bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\x7F' }).collect())
        }
    }
}

/// Cuts down a file that is in memory already.
pub fn condense(bytes: &[u8], limits: &Limits, keep: &dyn Fn(&str) -> bool) -> String {
    let mut condenser = Condenser::new(limits, keep);
    condenser.push(bytes);
    decode_mixed(&condenser.finish().0).text
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::{Condenser, condense};
    use crate::prefs::tests::read;

    const FILE: &str = "// Mozilla User Preferences\n\nuser_pref(\"a.x\", 1);\nuser_pref(\"mail.y\", \"B\u{FC}ro;\");\nbad;\n\
                        user_pref(\"a.z\",\n  2);\nuser_pref(\"mail.z\", true);\n";

    fn mail(key: &str) -> bool {
        key.starts_with("mail.")
    }

    #[test]
    fn wanted_and_faulty_statements_stay_and_lines_keep_their_numbers() {
        let expected = "\n\n\nuser_pref(\"mail.y\", \"B\u{FC}ro;\");\nbad;\n\n\nuser_pref(\"mail.z\", true);\n";
        assert_eq!(condense(FILE.as_bytes(), &Limits::default(), &mail), expected);
    }

    #[test]
    fn a_statement_over_the_limit_is_told() {
        let limits = Limits { file_bytes: 30, ..Limits::default() };
        let mut condenser = Condenser::new(&limits, &mail);
        condenser.push(b"user_pref(\"mail.y\", 1);\nuser_pref(\"a\", \"");
        condenser.push(&[b'x'; 100]);
        assert_eq!(condenser.finish(), (b"user_pref(\"mail.y\", 1);".to_vec(), false));
    }

    proptest! {
        #[test]
        fn the_pieces_do_not_matter(
            text in "([a-c(),;'\"/*# \\\\\n]|user_pref\\(\"mail[.]a\", 1\\);|user_pref\\(\"b\", \"x\"\\);|\u{FC}){0,40}",
            size in 1_usize..20,
        ) {
            let limits = Limits::default();
            let mut condenser = Condenser::new(&limits, &mail);
            for piece in text.as_bytes().chunks(size) {
                condenser.push(piece);
            }
            let (bytes, whole) = condenser.finish();
            prop_assert!(whole);
            let condensed = String::from_utf8_lossy(&bytes).into_owned();
            prop_assert_eq!(&condensed, &condense(text.as_bytes(), &limits, &mail));
            let wanted: Vec<_> = read(&text).into_iter().filter(|line| !line.starts_with('b')).collect();
            prop_assert_eq!(read(&condensed), wanted);
        }
    }
}
