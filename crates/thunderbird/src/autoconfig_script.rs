//! AutoConfig: `<install>/<name>.cfg`, a script of the administrator that runs after `prefs.js` and `user.js`.
//!
//! It is JavaScript, and it is not run here. Statements with a literal name and a literal value, outside any block,
//! are taken as they stand; whatever else sets a preference of mail is reported as not understood.

use maillint_model::{NoteKind, sentence, shown};
use maillint_source::{Decoded, Limits, Span, decode, left_out};
use maillint_syntax::prefs::{Dialect, Item, Parser};

use crate::layers::{Data, Entry, Layer};
use crate::load::{Draft, Part};
use crate::names::is_asked_for;
use crate::secrets;

/// Bytes of one call that are looked at.
const LONGEST_CALL: usize = 4096;

/// What every such script calls.
const CALLS: [&str; 5] = ["lockPref(", "defaultPref(", "pref(", "clearPref(", "unlockPref("];

/// The functions that set a preference.
const SETTERS: [(&str, Layer); 3] =
    [("lockPref", Layer::Locked), ("defaultPref", Layer::AdminDefault), ("pref", Layer::Admin)];

/// Reads a script; `None` if nothing in it looks like one. Where `general.config.obscure_value` is left at 13, every
/// byte of the file is shifted by it.
pub(crate) fn read(bytes: &[u8], file: usize, limits: &Limits) -> Option<(Decoded, Part)> {
    let is_script = |decoded: &Decoded| CALLS.iter().any(|call| decoded.text.contains(call));
    let plain = || Some(decode(bytes));
    let shifted = || {
        let bytes: Vec<u8> = bytes.iter().map(|byte| byte.wrapping_sub(13)).collect();
        Some(decode(&bytes))
    };
    let decoded = plain().filter(is_script).or_else(|| shifted().filter(is_script))?;
    let part = statements(&decoded.text, file, limits);
    Some((decoded, part))
}

fn statements(text: &str, file: usize, limits: &Limits) -> Part {
    let mut script = Script { text, file, part: Part::new(limits), searched: 0 };
    let bytes = text.as_bytes();
    // The first line is never run.
    let mut at = memchr::memchr2(b'\n', b'\r', bytes).unwrap_or(bytes.len());
    let mut depth = 0_usize;
    let mut calls = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' | b'`' => at = after_string(bytes, at),
            b'/' => at = after_comment(bytes, at),
            b'{' => {
                depth += 1;
                at += 1;
            }
            b'}' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            byte if byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'$') => {
                let word = word_at(text, at);
                let layer = SETTERS.iter().find(|(name, _)| *name == word).map(|(_, layer)| *layer);
                let open = at + word.len();
                if let Some(layer) =
                    layer.filter(|_| text.get(open..).is_some_and(|rest| rest.trim_start().starts_with('(')))
                {
                    calls += 1;
                    if let Some(why) = limits.over(calls, "the script has too many statements") {
                        let message = sentence(&left_out(&why));
                        script.part.notes.push(Draft { kind: NoteKind::Limit, message, at: None });
                        break;
                    }
                    script.call(open, depth, layer);
                }
                at = open.max(at + 1);
            }
            _ => at += 1,
        }
    }
    script.finish()
}

struct Script<'a> {
    text: &'a str,
    file: usize,
    part: Part,
    /// Up to where secrets were looked for.
    searched: usize,
}

impl Script<'_> {
    /// One call, from its parenthesis on: the arguments have the grammar of a preference file, if they are literals.
    fn call(&mut self, open: usize, depth: usize, layer: Layer) {
        const WORD: &str = "user_pref";
        let end = self.text.floor_char_boundary(open + LONGEST_CALL);
        let arguments = self.text.get(open..end).unwrap_or("");
        let statement = format!("{WORD}{arguments};");
        let back = |span: Span| {
            let shift = |offset: u32| (offset as usize).saturating_sub(WORD.len()) + open;
            Span::new(shift(span.start), shift(span.end))
        };
        let Some(Item::Pref(pref)) = Parser::new(&statement, Dialect::User)
            .next()
            .filter(|it| matches!(it, Item::Pref(it) if it.span.start == 0))
        else {
            let key = arguments.split(['"', '\'']).nth(1).unwrap_or("");
            self.unclear(key, open);
            self.search_call(open, end);
            return;
        };
        let key = pref.key.value.decode();
        let value_span = back(pref.value.span);
        if open >= self.searched {
            self.search_to(open);
            secrets::find(&key, pref.value.value, value_span, &mut self.part.secrets);
            self.searched = value_span.end as usize;
        }
        if depth > 0 {
            self.unclear(&key, open);
        } else if is_asked_for(&key) {
            let data = Data::of(pref.value.value);
            let entry = Entry { data, layer, file: self.file, key_span: back(pref.key.span), value_span };
            self.part.entries.push((key.into_owned(), Some(entry)));
        }
    }

    fn unclear(&mut self, key: &str, open: usize) {
        if !is_asked_for(key) {
            return;
        }
        let of = "settings that the administrator's script sets under a condition or by a computation";
        if self.part.tally.tells(of, NoteKind::NotUnderstood) {
            let message = format!(
                "The administrator's script sets {} under a condition or by a computation. It is not run here, so \
                 the real value may be another.",
                shown(key)
            );
            self.part.notes.push(Draft { kind: NoteKind::NotUnderstood, message, at: Some(Span::empty(open)) });
        }
    }

    /// Looks for secrets in what lies before an offset. It is no call of a literal, so nothing is known of it.
    fn search_to(&mut self, to: usize) {
        if self.searched < to {
            secrets::in_lost_lines(self.text, Span::new(self.searched, to), &mut self.part.secrets);
            self.searched = to;
        }
    }

    /// Looks for secrets in a call that is none of literals, up to its end on whatever line. What such a call encloses
    /// is searched with it.
    fn search_call(&mut self, open: usize, most: usize) {
        if open < self.searched {
            return;
        }
        self.search_to(open);
        let call = Span::new(open, call_end(self.text.as_bytes(), open, most));
        self.part.secrets.extend(secrets::in_lost_text(self.text, call));
        self.searched = call.end as usize;
    }

    fn finish(mut self) -> Part {
        self.search_to(self.text.len());
        self.part
    }
}

/// Where the parenthesis is closed that is opened next, or the limit of the search. Both ends are whole characters.
fn call_end(bytes: &[u8], open: usize, most: usize) -> usize {
    let mut depth = 0_usize;
    let mut at = open;
    while at < most {
        match bytes.get(at) {
            Some(b'"' | b'\'' | b'`') => {
                at = after_string(bytes, at);
                continue;
            }
            Some(b'(') => depth += 1,
            Some(b')') if depth <= 1 => return at + 1,
            Some(b')') => depth -= 1,
            _ => {}
        }
        at += 1;
    }
    most
}

fn word_at(text: &str, at: usize) -> &str {
    let rest = text.get(at..).unwrap_or("");
    let len = rest.find(|char: char| !(char.is_ascii_alphanumeric() || "_$.".contains(char))).unwrap_or(rest.len());
    rest.get(..len).unwrap_or("")
}

fn after_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes.get(start).copied().unwrap_or(b'"');
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        at += if *byte == b'\\' { 2 } else { 1 };
        if *byte == quote || (matches!(byte, b'\n' | b'\r') && quote != b'`') {
            break;
        }
    }
    at
}

fn after_comment(bytes: &[u8], start: usize) -> usize {
    let rest = bytes.get(start + 2..).unwrap_or_default();
    match bytes.get(start + 1) {
        Some(b'/') => start + 2 + memchr::memchr2(b'\n', b'\r', rest).unwrap_or(rest.len()),
        Some(b'*') => start + 2 + memchr::memmem::find(rest, b"*/").map_or(rest.len(), |len| len + 2),
        _ => start + 1,
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;

    use super::read;

    fn script(text: &str) -> (Vec<String>, usize) {
        script_bytes(text.as_bytes())
    }

    fn script_bytes(bytes: &[u8]) -> (Vec<String>, usize) {
        let (decoded, part) = read(bytes, 0, &Limits::default()).unwrap();
        let show = |(key, entry): (String, Option<crate::layers::Entry>)| {
            let entry = entry.unwrap();
            format!("{key} = {:?} {:?} at {}", entry.data, entry.layer, &decoded.text[entry.value_span.range()])
        };
        (part.entries.into_iter().map(show).collect(), part.notes.len())
    }

    #[test]
    fn literal_statements_are_read_and_the_first_line_is_not() {
        let text = "lockPref(\"mail.smtpservers\", 1);\n// lockPref(\"mail.smtpservers\", 1);\nvar x = 'pref(\"mail.smtpservers\", 1);';\n\
                    lockPref(\"mail.server.default.port\", 995);\ndefaultPref('mail.server.default.name', \"b\");\npref(\"mail.server.default.hidden\", true)\n";
        let expected = [
            "mail.server.default.port = Int(995) Locked at 995",
            "mail.server.default.name = Text(\"b\") AdminDefault at b",
            "mail.server.default.hidden = Bool(true) Admin at true",
        ];
        assert_eq!(script(text), (expected.map(str::to_owned).to_vec(), 0));
    }

    #[test]
    fn what_depends_on_something_is_not_guessed() {
        let text = "//\nlockPref(\"mail.identity.id1.useremail\", env + \"@example.org\");\nif (x) { pref(\"mail.smtpservers\", 1); }\n\
                    pref(\"browser.x\", env);\n";
        assert_eq!(script(text), (Vec::new(), 2));
    }

    #[test]
    fn an_obscured_script_is_read() {
        let plain = "//\nlockPref(\"mail.smtpservers\", 1);\n";
        let obscured: Vec<u8> = plain.bytes().map(|byte| byte + 13).collect();
        assert_eq!(script_bytes(&obscured), script(plain));
    }

    /// What is secret in a script.
    fn secrets(text: &str) -> Vec<String> {
        let (decoded, part) = read(text.as_bytes(), 0, &Limits::default()).unwrap();
        part.secrets.iter().map(|span| decoded.text[span.range()].to_owned()).collect()
    }

    #[test]
    fn secrets_are_found_in_every_call_and_around_them() {
        let text = "// token 1\nlockPref(\"x.password\", \"hunter2\"); lockPref('x.name', \"anna\");\n\
                    if (x) { pref('y.token', 't0k'); }\nlockPref(\"z.secret\", f(1),\n  \"s3cret\"); pref('a', 1);\n\
                    pref(\"u.uri\", \"https://anna:hunter3@example.org/\");\nsetCharPref(\"x.passwd\", \"w0rd\");\n";
        let expected = [" 1", "hunter2", "t0k", "\", f(1),\n  \"s3cret\")", "hunter3", "\", \"w0rd\");"];
        assert_eq!(secrets(text), expected);
    }

    #[test]
    fn calls_in_calls_are_searched_with_them() {
        let text = "//\nlockPref('a', lockPref('x.password', 'hunter2') + lockPref('y.token', 't0k'), 'ä');\n";
        assert_eq!(secrets(text), ["', 'hunter2') + lockPref('y.token', 't0k'), 'ä')"]);
        assert_eq!(secrets("//\nlockPref('x.password', f('ä"), ["', f('ä"]);
    }

    #[test]
    fn of_many_calls_that_depend_on_something_most_are_counted() {
        let text = "//\n".to_owned() + &"if (x) { pref(\"mail.smtpservers\", 1); }\n".repeat(50);
        let (_, part) = read(text.as_bytes(), 0, &Limits::default()).unwrap();
        assert_eq!(part.notes.len(), 20);
        let more: Vec<String> = part.tally.into_notes().map(|note| note.message).collect();
        let told =
            "There are 30 more settings that the administrator's script sets under a condition or by a computation.";
        assert_eq!(more, [told]);
    }
}
