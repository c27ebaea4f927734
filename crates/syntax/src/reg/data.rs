use maillint_source::{Limits, Span};

use super::{Dialect, line_at, next_line, skip_blanks, text_of, tree, utf16_of};

/// What stood after the `=`.
pub(super) struct Field {
    pub(super) data: Read,
    /// The data, without quotes.
    pub(super) span: Span,
    /// A byte of the last line that belongs to the statement, or its end.
    pub(super) end: usize,
    /// What is wrong with it.
    pub(super) problem: Option<&'static str>,
}

/// The data itself.
pub(super) enum Read {
    Text(String),
    Number(u32),
    Bytes(Vec<u8>),
    /// `-`: the value is taken away.
    Deleted,
    Damaged,
}

/// Reads the data that starts at `at`, to the end of the statement.
pub(super) fn field(text: &str, at: usize, dialect: Dialect, limits: &Limits) -> Field {
    let line = line_at(text, at);
    let body = &text[at..line.end as usize];
    let whole = Span::new(at, at + body.trim_end().len());
    let damaged = |problem| Field { data: Read::Damaged, span: whole, end: line.end as usize, problem: Some(problem) };
    if body.trim_end() == "-" {
        return Field { data: Read::Deleted, span: whole, end: line.end as usize, problem: None };
    }
    if body.starts_with('"') {
        return string(text, at + 1, dialect, limits).unwrap_or_else(|| damaged("the closing quote is missing"));
    }
    let Some((kind, rest)) = body.split_once(':') else { return damaged("this kind of value is not known") };
    let after = at + kind.len() + 1;
    match Kind::of(kind.trim()) {
        Some(Kind::Dword) => {
            let digits = rest.split(';').next().unwrap_or(rest).trim();
            match u32::from_str_radix(digits, 16) {
                Ok(number) if digits.len() <= 8 && !digits.starts_with('+') => {
                    let span = Span::new(at, after + (rest.len() - rest.trim_start().len()) + digits.len());
                    Field { data: Read::Number(number), span, end: line.end as usize, problem: None }
                }
                _ => damaged("a dword: has up to eight digits, 0 to 9 and a to f"),
            }
        }
        Some(Kind::Str) => {
            let quote = skip_blanks(text, after);
            if text.as_bytes().get(quote) == Some(&b'"') {
                string(text, quote + 1, dialect, limits).unwrap_or_else(|| damaged("the closing quote is missing"))
            } else {
                damaged("the opening quote is missing")
            }
        }
        Some(Kind::Hex(kind)) => hex(text, at, after, kind, dialect, limits),
        None => damaged("this kind of value is not known"),
    }
}

enum Kind {
    Dword,
    Str,
    /// Bytes of a registry type.
    Hex(u32),
}

impl Kind {
    fn of(word: &str) -> Option<Self> {
        let word = word.to_ascii_lowercase();
        let (name, kind) = match word.split_once('(') {
            Some((name, kind)) => (name, Some(u32::from_str_radix(kind.strip_suffix(')')?, 16).ok()?)),
            None => (word.as_str(), None),
        };
        match (name, kind) {
            ("dword", None) => Some(Self::Dword),
            ("str", _) => Some(Self::Str),
            ("hex", kind) => Some(Self::Hex(kind.unwrap_or(3))),
            _ => None,
        }
    }
}

/// A string whose opening quote stands before `start`. Raw line breaks may stand in it; a closing quote that anything
/// but a comment follows is none of its own: it opens the name of the next value, and the string was never closed.
fn string(text: &str, start: usize, dialect: Dialect, limits: &Limits) -> Option<Field> {
    let (value, close) = quoted(text, start, text.len(), dialect, limits.string_bytes)?;
    let rest = text[close + 1..line_at(text, close + 1).end as usize].trim_start();
    if !rest.is_empty() && !rest.starts_with(';') {
        return None;
    }
    let (data, problem) = if close - start > limits.string_bytes {
        (Read::Damaged, Some("this string is too long to be read"))
    } else {
        (Read::Text(value), None)
    };
    Some(Field { data, span: Span::new(start, close), end: close, problem })
}

/// The string from `start` to its closing quote before `end`, unescaped and up to the first NUL, and where that quote
/// is. No more than `max` bytes are kept.
pub(super) fn quoted(text: &str, start: usize, end: usize, dialect: Dialect, max: usize) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let mut at = start;
    let close = loop {
        at += memchr::memchr2(b'"', b'\\', bytes.get(at..end)?)?;
        match bytes.get(at) {
            Some(b'"') => break at,
            _ => at += 2,
        }
    };
    let raw = text.get(start..close)?;
    if raw.len() > max {
        return Some((String::new(), close));
    }
    let value = if dialect == Dialect::Wine { unescape_wine(raw) } else { unescape(raw) };
    let value = value.split('\0').next().unwrap_or_default().to_owned();
    Some((value, close))
}

/// `\\` and `\"`, as regedit writes them; another backslash stays.
fn unescape(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut value = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(char) = chars.next() {
        match chars.peek() {
            Some(next @ ('\\' | '"')) if char == '\\' => {
                value.push(*next);
                chars.next();
            }
            _ => value.push(char),
        }
    }
    value
}

/// Wine's escapes, in keys and strings: those of C, and `\x` with one to four digits for a UTF-16 unit.
pub(super) fn unescape_wine(raw: &str) -> String {
    if !raw.contains('\\') {
        return raw.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(char) = chars.next() {
        if char != '\\' {
            units.extend_from_slice(char.encode_utf16(&mut [0; 2]));
            continue;
        }
        match chars.next() {
            Some('n') => units.push(u16::from(b'\n')),
            Some('r') => units.push(u16::from(b'\r')),
            Some('t') => units.push(u16::from(b'\t')),
            Some('0') => units.push(0),
            Some('x') => {
                let mut unit = 0_u16;
                for _ in 0..4 {
                    let Some(digit) = chars.peek().and_then(|char| char.to_digit(16)) else { break };
                    unit = (unit << 4) | u16::try_from(digit).unwrap_or_default();
                    chars.next();
                }
                units.push(unit);
            }
            Some(other) => units.extend_from_slice(other.encode_utf16(&mut [0; 2])),
            None => units.push(u16::from(b'\\')),
        }
    }
    char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// Bytes, over as many lines as end in a backslash; blank lines and comments may stand between them.
fn hex(text: &str, at: usize, start: usize, kind: u32, dialect: Dialect, limits: &Limits) -> Field {
    let mut bytes = Vec::new();
    let mut too_long = false;
    let mut problem = None;
    // The last byte ended in a comma, so that another one was to come.
    let mut open = false;
    let mut end = start;
    let mut line = Some(Span::new(start, line_at(text, start).end as usize));
    while let Some(span) = line.take() {
        let body = &text[span.range()];
        let body = body.split(';').next().unwrap_or(body).trim_end();
        end = span.start as usize + body.len();
        let (digits, goes_on) = body.strip_suffix('\\').map_or((body, false), |digits| (digits, true));
        for digits in digits.split(',') {
            match digits.trim() {
                "" => open = true,
                digits => match u8::from_str_radix(digits, 16) {
                    Ok(_) if bytes.len() >= limits.string_bytes => too_long = true,
                    Ok(byte) if digits.len() <= 2 && !digits.starts_with('+') => {
                        open = false;
                        bytes.push(byte);
                    }
                    _ => problem = Some("these are not bytes in the form 00,1f,ff"),
                },
            }
        }
        if goes_on {
            line = continuation(text, end);
            if line.is_none() {
                problem.get_or_insert("this value is cut off: the line says that it goes on, but it does not");
                open = true;
            }
        }
    }
    let span = Span::new(at, end);
    let damaged = |problem| Field { data: Read::Damaged, span, end, problem };
    if too_long {
        return damaged(Some("this value is too long to be read"));
    }
    match problem {
        Some(message) if !message.starts_with("this value is cut off") => return damaged(Some(message)),
        None if open && !bytes.is_empty() => problem = Some("this value is cut off: another byte was to come"),
        _ => {}
    }
    let data = match (kind, bytes.as_slice()) {
        // A string without the NUL that ends it has lost its end.
        (1 | 2, bytes) => match (problem, text_kind(bytes, dialect)) {
            (Some(_), _) if !bytes.ends_with(&[0, 0]) => Read::Damaged,
            (_, text) => Read::Text(text),
        },
        (4, [a, b, c, d]) => Read::Number(u32::from_le_bytes([*a, *b, *c, *d])),
        (5, [a, b, c, d]) => Read::Number(u32::from_be_bytes([*a, *b, *c, *d])),
        (_, bytes) if problem.is_some() && !bytes.ends_with(&[0, 0]) => Read::Damaged,
        _ => Read::Bytes(bytes),
    };
    Field { data, span, end, problem }
}

/// The string in the bytes of a `hex(1)` or `hex(2)`: UTF-16LE in version 5, the code page in version 4. Tools mix the
/// two up, so what cannot be the one is read as the other.
fn text_kind(bytes: &[u8], dialect: Dialect) -> String {
    if bytes.ends_with(&[0, 0]) || bytes.is_ascii() && !bytes.contains(&0) {
        text_of(bytes)
    } else if dialect == Dialect::V4 || !bytes.len().is_multiple_of(2) {
        tree::ansi_of(bytes)
    } else {
        utf16_of(bytes)
    }
}

/// The next line of a value that goes on, blank lines and comments skipped; none at the next statement.
fn continuation(text: &str, end: usize) -> Option<Span> {
    let mut at = next_line(text, end);
    while at < text.len() {
        let line = line_at(text, at);
        let body = text[line.range()].trim_start();
        match body.as_bytes().first() {
            None | Some(b';' | b'#') => at = next_line(text, at),
            Some(b'[' | b'"' | b'@') => return None,
            Some(_) => return Some(line),
        }
    }
    None
}
