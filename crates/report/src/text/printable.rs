use std::borrow::Cow;
use std::fmt;

/// Text that does nothing to a terminal, and reads as it is written.
///
/// Made only by [`Printable::new`], which replaces each character that is not ink by one that is: control characters
/// by their pictures (U+2400 on), everything that turns, hides or breaks text by U+FFFD. Tampering stays visible, and
/// the number of characters stays the same, so that positions stay true.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Printable<'a>(Cow<'a, str>);

impl<'a> Printable<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        if text.bytes().all(|byte| (0x20..0x7F).contains(&byte)) {
            return Self(Cow::Borrowed(text));
        }
        Self(Cow::Owned(text.chars().map(shown).collect()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Text that does nothing to a terminal: for messages of the binary that name a path or quote a file.
pub fn printable(text: &str) -> String {
    Printable::new(text).to_string()
}

/// Whether a character is shown as it is.
pub(crate) fn is_ink(c: char) -> bool {
    shown(c) == c
}

/// What stands for a character.
pub(super) fn shown(c: char) -> char {
    match c {
        '\t' => ' ',
        '\0'..='\x1F' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{FFFD}'),
        '\x7F' => '\u{2421}',
        // C1 controls: a terminal may take U+009B for ESC [.
        '\u{80}'..='\u{9F}'
        // Soft hyphen, and the characters that turn the direction of text (Unicode's Bidi_Control).
        | '\u{AD}' | '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
        // No width at all, or another line.
        | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2028}' | '\u{2029}' | '\u{2060}'..='\u{2065}'
        | '\u{206A}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        // Not characters at all, and no XML may hold them.
        | '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Printable;

    #[test]
    fn what_a_terminal_would_obey_is_shown_as_a_picture() {
        assert_eq!(Printable::new("\x1B[31mred\x07").as_str(), "␛[31mred␇");
        assert_eq!(Printable::new("a\u{9B}31m").as_str(), "a\u{FFFD}31m");
        assert_eq!(Printable::new("gro\u{202E}.elpmaxe").as_str(), "gro\u{FFFD}.elpmaxe");
        assert_eq!(Printable::new("two\r\nlines").as_str(), "two␍␊lines");
        assert_eq!(Printable::new("Büro 日本").as_str(), "Büro 日本");
    }

    proptest! {
        #[test]
        fn nothing_but_ink_comes_out_and_nothing_gets_lost(text in any::<String>()) {
            let printable = Printable::new(&text);
            prop_assert!(!printable.as_str().chars().any(char::is_control));
            prop_assert_eq!(printable.as_str().chars().count(), text.chars().count());
        }
    }
}
