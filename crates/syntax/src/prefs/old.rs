//! The parser of Gecko before 60: Thunderbird up to 52, Icedove, Postbox up to 7, Interlink, Epyrus and SeaMonkey's
//! older versions (`modules/libpref/prefread.cpp`, last kept in UXP).
//!
//! Its first error ends the file: what comes after is lost. It accepts a few things that the parser of today does not
//! (`pref(…)` in a profile, unknown escapes, stray characters between settings), so only that first error is of
//! interest here.

use maillint_source::Span;

use crate::Problem;

/// Where the old parser gives up, and why; `None` where it reads the whole file.
pub fn first_fatal_error(text: &str) -> Option<Problem> {
    let mut scanner = Scanner { bytes: text.as_bytes(), at: 0 };
    scanner.run().err().map(|message| {
        let mut start = scanner.at.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let len = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        Problem::syntax(message, Span::new(start, start + len))
    })
}

type Step = Result<(), &'static str>;

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn run(&mut self) -> Step {
        while let Some(byte) = self.peek() {
            match byte {
                b'/' => self.comment()?,
                b'#' => self.line(),
                b'u' => self.setting("user_pref")?,
                b's' => self.setting("sticky_pref")?,
                b'l' => self.setting("lock_pref")?,
                b'p' => self.setting("pref")?,
                _ => self.at += 1,
            }
        }
        Ok(())
    }

    fn setting(&mut self, keyword: &str) -> Step {
        self.word(keyword)?;
        self.junk()?;
        self.char(b'(', "an opening parenthesis is missing here")?;
        self.junk()?;
        self.string("the name of the setting, in quotes, is missing here")?;
        self.junk()?;
        self.char(b',', "a comma is missing after the name")?;
        self.junk()?;
        match self.peek() {
            Some(b't') => self.word("true")?,
            Some(b'f') => self.word("false")?,
            Some(b'0'..=b'9' | b'-' | b'+') => self.number()?,
            _ => self.string("the value must be text in quotes, a whole number, true or false")?,
        }
        self.junk()?;
        self.char(b')', "a closing parenthesis is missing after the value")?;
        self.junk()?;
        self.char(b';', "a semicolon is missing at the end of the setting")
    }

    fn word(&mut self, word: &str) -> Step {
        for expected in word.bytes() {
            self.char(expected, "this word has no meaning in a file of settings")?;
        }
        Ok(())
    }

    /// At the end of the file nothing is wrong: the old parser does not look whether a setting was finished.
    fn char(&mut self, expected: u8, missing: &'static str) -> Step {
        match self.peek() {
            Some(byte) if byte != expected => Err(missing),
            Some(_) => {
                self.at += 1;
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// A sign alone is an error of its own; what may follow the digits is blank, comment or parenthesis.
    fn number(&mut self) -> Step {
        let signed = matches!(self.peek(), Some(b'-' | b'+'));
        self.at += usize::from(signed);
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        match self.peek() {
            Some(b')' | b'/' | b' ' | b'\t'..=b'\r') if self.at == start => Err("a number is missing after the sign"),
            Some(b')' | b'/' | b' ' | b'\t'..=b'\r') | None => Ok(()),
            Some(_) => Err("a number cannot have letters in it"),
        }
    }

    fn string(&mut self, missing: &'static str) -> Step {
        let Some(quote) = self.peek() else { return Ok(()) };
        if !matches!(quote, b'"' | b'\'') {
            return Err(missing);
        }
        self.at += 1;
        while let Some(byte) = self.peek() {
            self.at += if byte == b'\\' { 2 } else { 1 };
            if byte == quote {
                break;
            }
        }
        Ok(())
    }

    /// Blanks and comments inside a setting; `#` starts none here.
    fn junk(&mut self) -> Step {
        loop {
            match self.peek() {
                Some(b' ' | b'\t'..=b'\r') => self.at += 1,
                Some(b'/') => self.comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn comment(&mut self) -> Step {
        self.at += 1;
        match self.peek() {
            Some(b'/') => self.line(),
            Some(b'*') => {
                let rest = self.bytes.get(self.at + 1..).unwrap_or_default();
                let len = memchr::memmem::find(rest, b"*/").map_or(rest.len(), |len| len + 2);
                self.at += 1 + len;
            }
            Some(_) => return Err("a comment starts with // or /*"),
            None => {}
        }
        Ok(())
    }

    /// To the end of the line; the old parser also takes Ctrl-Z for one.
    fn line(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at += memchr::memchr3(b'\n', b'\r', 0x1A, rest).map_or(rest.len(), |len| len + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::first_fatal_error;

    /// The text from the place of the first fatal error on.
    fn lost(text: &str) -> Option<&str> {
        first_fatal_error(text).map(|problem| &text[problem.span.start as usize..])
    }

    #[test]
    fn a_sound_file_is_read_to_its_end() {
        assert_eq!(lost("# Mozilla\n/* x */ user_pref(\"a\", -1);\npref ( 'b' , /* c */ true ) ;\n"), None);
    }

    #[test]
    fn the_first_error_ends_the_file() {
        assert_eq!(lost("user_pref(\"a\", 1)\nuser_pref(\"b\", 2);"), Some("user_pref(\"b\", 2);"));
        assert_eq!(lost("user_pref(\"a\", 12x);"), Some("x);"));
        assert_eq!(lost("lockPref(\"a\", 1);"), Some("Pref(\"a\", 1);"));
    }

    #[test]
    fn unknown_escapes_and_stray_characters_are_no_errors_to_it() {
        assert_eq!(lost("\u{FEFF}user_pref(\"dir\", \"C:\\temp\"); } user_pref(\"b\", 1);"), None);
    }
}
