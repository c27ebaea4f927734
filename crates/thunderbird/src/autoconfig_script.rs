//! AutoConfig: `<install>/<name>.cfg`, a script of the administrator that runs after `prefs.js` and `user.js`.
//!
//! It is JavaScript, and it is not run here. Statements with a literal name and a literal value, outside any block,
//! are taken as they stand; whatever else sets a preference of mail is reported as not understood.

use maillint_model::NoteKind;
use maillint_source::{Decoded, Limits, Span, decode};
use maillint_syntax::prefs::{Dialect, Item, Parser, Value};

use crate::layers::{Data, Entry, Layer};
use crate::load::{Draft, Part};
use crate::names::is_asked_for;

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
    let mut part = Part::default();
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
                        let message = format!("{why}; the rest was not read");
                        part.notes.push(Draft { kind: NoteKind::Limit, message, at: None });
                        break;
                    }
                    call(text, open, depth, layer, file, &mut part);
                }
                at = open.max(at + 1);
            }
            _ => at += 1,
        }
    }
    part
}

/// One call, from its parenthesis on: the arguments have the grammar of a preference file, if they are literals.
fn call(text: &str, open: usize, depth: usize, layer: Layer, file: usize, part: &mut Part) {
    const WORD: &str = "user_pref";
    let mut end = (open + LONGEST_CALL).min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let arguments = text.get(open..end).unwrap_or("");
    let statement = format!("{WORD}{arguments};");
    let back = |span: Span| {
        let shift = |offset: u32| (offset as usize).saturating_sub(WORD.len()) + open;
        Span::new(shift(span.start), shift(span.end))
    };
    let named = |key: &str| is_asked_for(key).then(|| key.to_owned());
    let literal = match Parser::new(&statement, Dialect::User).next() {
        Some(Item::Pref(pref)) if pref.span.start == 0 => Some(pref),
        _ => None,
    };
    match literal {
        Some(pref) if depth == 0 => {
            let Some(key) = named(&pref.key.value.decode()) else { return };
            let data = match pref.value.value {
                Value::Text(text) => Data::Text(text.decode().into_owned()),
                Value::Int(number) => Data::Int(number),
                Value::Bool(bool) => Data::Bool(bool),
            };
            let (key_span, value_span) = (back(pref.key.span), back(pref.value.span));
            crate::secrets::find(&key, pref.value.value, value_span, &mut part.secrets);
            part.entries.push((key, Some(Entry { data, layer, file, key_span, value_span })));
        }
        _ => {
            let mut quoted = arguments.split(['"', '\'']);
            let Some(key) = quoted.nth(1).and_then(named) else { return };
            let message = format!(
                "The administrator's script sets {key} under a condition or by a computation. It is not run here, so \
                 the real value may be another."
            );
            part.notes.push(Draft { kind: NoteKind::NotUnderstood, message, at: Some(Span::empty(open)) });
        }
    }
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
}
