//! Secrets that stand where no format has a place for one, and that their surroundings give away.
//!
//! A parser blanks what its format calls a password. People and programs write others: in an address before the `@`, in a
//! comment, in a setting of some add-on. Where a piece of a file is shown, or a value of it, these are looked for.

use crate::Span;

/// Words after which a secret stands, in lower case. They may be the end or the start of another word.
const WORDS: [&str; 14] = [
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "passcode",
    "pwd",
    "secret",
    "token",
    "credential",
    "apikey",
    "api_key",
    "api-key",
    "private_key",
    "bearer",
];

/// The same, if they stand alone.
const SHORT_WORDS: [&str; 3] = ["pass", "pw", "pin"];

/// The first letters of all of these.
const FIRST_LETTERS: &[u8] = b"abcpst";

/// What follows a word that names a way to sign in.
const WAYS: [&str; 3] = ["cleartext", "encrypted", "plain"];

/// Bytes between a word and its secret: quotes, an equals sign, a tag or two.
const FAR: usize = 64;

/// The passwords in addresses of the form `scheme://user:password@host`.
pub fn in_addresses(text: &str) -> Vec<Span> {
    if !text.as_bytes().contains(&b':') {
        return Vec::new();
    }
    let marks = memchr::memmem::find_iter(text.as_bytes(), b"://").map(|at| at + 3);
    marks.filter_map(|start| password(text, start)).collect()
}

/// The password in a text that is one name of a server, with or without a scheme: such a name has no `@`.
pub fn in_server_name(text: &str) -> Vec<Span> {
    // Nearly all of them are what they should be.
    if text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-')) {
        return Vec::new();
    }
    let mut spans = after_words(text);
    let start = text.find("://").map_or(0, |at| at + 3);
    spans.extend(password(text, start));
    spans
}

/// What a word gives away: `password=…`, `"token": "…"`, `<pass>…`.
pub fn after_words(text: &str) -> Vec<Span> {
    let lower = text.to_ascii_lowercase();
    let bytes = lower.as_bytes();
    let is_edge = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    // Excerpts are short, and to set up a search for each word takes longer than to look at every byte.
    let starts = (0..bytes.len()).filter(|at| FIRST_LETTERS.contains(&bytes[*at])).filter_map(|at| {
        let rest = &bytes[at..];
        let word = WORDS.iter().find(|word| rest.starts_with(word.as_bytes())).or_else(|| {
            let is_alone = |word: &&&str| is_edge(at.checked_sub(1)) && is_edge(Some(at + word.len()));
            SHORT_WORDS.iter().filter(|word| rest.starts_with(word.as_bytes())).find(is_alone)
        })?;
        Some(at + word.len())
    });
    let mut found: Vec<Span> = Vec::new();
    for start in starts {
        // One word may be in another, and the secret of the first may hold both.
        if found.last().is_none_or(|last| last.end as usize <= start) {
            found.extend(secret_after(text, &lower, start));
        }
    }
    found
}

/// The secret after a word that ends at `start`.
fn secret_after(text: &str, lower: &str, start: usize) -> Option<Span> {
    let rest = lower.get(start..)?;
    if WAYS.iter().any(|way| rest.trim_start_matches('-').starts_with(way)) {
        return None;
    }
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let bytes = text.as_bytes();
    let mut at = start + bytes.get(start..)?.iter().take_while(|byte| in_name(byte)).count();
    // The end of an element tells of what is over.
    let name_start = bytes.get(..start)?.iter().rposition(|byte| !in_name(byte)).unwrap_or(0);
    if bytes.get(..name_start + 1)?.ends_with(b"/") && bytes.get(..name_start)?.ends_with(b"<") {
        return None;
    }
    let end = (at + FAR).min(bytes.len());
    while at < end {
        match bytes[at] {
            // The word was the value itself: `<string>EmailAuthPassword</string>`.
            b'<' if bytes[at..].starts_with(b"</string") => return None,
            b'<' => at += bytes[at..end].iter().position(|byte| *byte == b'>')? + 1,
            // Asterisks are a secret that was blanked.
            byte if in_name(&byte) || byte == b'*' || !byte.is_ascii() => break,
            b'/' | b'@' | b';' | b')' | b'}' | b'\n' | b'\r' => return None,
            _ => at += 1,
        }
    }
    let is_end = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'' | b'<' | b'>' | b';' | b'\\');
    let len = bytes.get(at..)?.iter().position(is_end).unwrap_or(bytes.len() - at);
    (at < end && len > 0).then(|| Span::new(at, at + len))
}

/// The password of an address whose user starts at `start`.
fn password(text: &str, start: usize) -> Option<Span> {
    let authority = text.get(start..)?.split(['/', '?', '#', ' ', '"', '<', '>', '\\', '\n', '\r']).next()?;
    let (credentials, _) = authority.rsplit_once('@')?;
    let (user, password) = credentials.split_once(':')?;
    let from = start + user.len() + 1;
    (!password.is_empty()).then(|| Span::new(from, from + password.len()))
}

/// A text without some of its pieces; each has one mark in its place, so that not even a length is told.
pub fn without(text: &str, spans: &[Span]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for span in spans {
        if let Some(before) = text.get(at..span.start as usize) {
            out.push_str(before);
            out.push_str("••••••");
            at = span.end as usize;
        }
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}

#[cfg(test)]
mod tests {
    use super::{FIRST_LETTERS, SHORT_WORDS, WORDS, after_words, in_addresses, in_server_name, without};

    #[test]
    fn no_word_is_passed_over() {
        for word in WORDS.iter().chain(&SHORT_WORDS) {
            assert!(FIRST_LETTERS.contains(&word.as_bytes()[0]), "{word}");
            assert_eq!(
                without(&format!("{word}: hunter2"), &after_words(&format!("{word}: hunter2"))),
                format!("{word}: ••••••")
            );
        }
    }

    #[test]
    fn a_password_in_an_address_is_found() {
        let shown = |text: &str| without(text, &in_addresses(text));
        assert_eq!(shown("https://anna:hunter2@example.org/x"), "https://anna:••••••@example.org/x");
        assert_eq!(shown("a://b:c:d@e f://g:h@i"), "a://b:••••••@e f://g:••••••@i");
        for harmless in ["https://example.org:993/", "anna@example.org", "mailto:anna@example.org", "https://a@b/c:d@e"]
        {
            assert_eq!(shown(harmless), harmless);
        }
    }

    #[test]
    fn the_name_of_a_server_has_no_at() {
        let shown = |text: &str| without(text, &in_server_name(text));
        assert_eq!(shown("anna:hunter2@pop.example.org"), "anna:••••••@pop.example.org");
        assert_eq!(shown("pop.example.org ; password=hunter2"), "pop.example.org ; password=••••••");
        for harmless in ["mail.example.org", "[::1]", "mail.example.org:993", "anna@example.org"] {
            assert_eq!(shown(harmless), harmless);
        }
    }

    #[test]
    fn words_give_secrets_away() {
        let shown = |text: &str| without(text, &after_words(text));
        for (text, expected) in [
            ("x // password: hunter2", "x // password: ••••••"),
            (
                "f(\"ext.password2\", \"hunter2\"); g(\"host\", \"h\")",
                "f(\"ext.password2\", \"••••••\"); g(\"host\", \"h\")",
            ),
            ("<key>Passwort</key><string>hunter2</string>", "<key>Passwort</key><string>••••••</string>"),
            ("<Pass>hunter2</Pass><host>h</host>", "<Pass>••••••</Pass><host>h</host>"),
            ("{\\\"apiKey\\\":\\\"hunter2\\\"}", "{\\\"apiKey\\\":\\\"••••••\\\"}"),
            ("[Account] pw = hunter2", "[Account] pw = ••••••"),
            ("password ******* host h", "password •••••• host h"),
        ] {
            assert_eq!(shown(text), expected);
        }
    }

    #[test]
    fn what_is_no_secret_is_left_alone() {
        for text in [
            "<authentication>password-cleartext</authentication><username>anna</username>",
            "INCOMING: account1, , (pop3) h:110, plain, passwordCleartext, true",
            "</password><username>anna</username>",
            "<string>EmailAuthPassword</string><key>IncomingMailServerPortNumber</key>",
            "compass: x",
            "f(\"password\");",
            "password",
            "token@example.org",
        ] {
            assert_eq!(without(text, &after_words(text)), text);
        }
    }
}
