//! Values as Foundation's `boolValue` and `intValue` take them (`NSNumber`, `NSString`): what a client does with a key
//! does not depend on the type that some tool gave it.

use maillint_syntax::plist::{Kind, Value};

/// A switch: a number other than 0, or a text that starts, after blanks, a sign and zeros, with `Y`, `y`, `T`, `t` or a
/// digit from 1 to 9. `None` for what is neither number nor text, and for an empty text, which counts as absent.
pub(crate) fn switch(value: &Value) -> Option<bool> {
    match &value.kind {
        Kind::Bool(value) => Some(*value),
        Kind::Integer(number) => Some(*number != 0),
        Kind::Real(number) => Some(*number != 0.0),
        Kind::String(text) if text.trim().is_empty() => None,
        Kind::String(text) => {
            let text = text.trim_start();
            let text = text.strip_prefix(['+', '-']).unwrap_or(text).trim_start_matches('0');
            Some(text.starts_with(|c: char| matches!(c, 'Y' | 'y' | 'T' | 't' | '1'..='9')))
        }
        _ => None,
    }
}

/// A whole number: the leading digits of a text, 0 if it has none. `None` as for [`switch`].
pub(crate) fn integer(value: &Value) -> Option<i64> {
    match &value.kind {
        Kind::Bool(value) => Some(i64::from(*value)),
        Kind::Integer(number) => i64::try_from(*number).ok(),
        Kind::Real(number) => format!("{number:.0}").parse().ok(),
        Kind::String(text) if text.trim().is_empty() => None,
        Kind::String(text) => {
            let text = text.trim_start();
            let (negative, digits) =
                text.strip_prefix('-').map_or((false, text.strip_prefix('+').unwrap_or(text)), |digits| (true, digits));
            let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            let number = if end == 0 { 0 } else { digits[..end].parse().unwrap_or(i64::MAX) };
            Some(if negative { -number } else { number })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use maillint_syntax::plist::{Kind, Value};

    use super::{integer, switch};

    fn text(text: &str) -> Value {
        Value::unlisted(Kind::String(text.to_owned()))
    }

    #[test]
    fn a_switch_is_read_as_nsstring_reads_it() {
        for yes in ["YES", "y", "true", "1", " +0007", "2"] {
            assert_eq!(switch(&text(yes)), Some(true), "{yes}");
        }
        for no in ["NO", "false", "0", "on", "enabled"] {
            assert_eq!(switch(&text(no)), Some(false), "{no}");
        }
        assert_eq!(switch(&text(" ")), None);
        assert_eq!(switch(&Value::unlisted(Kind::Integer(3))), Some(true));
        assert_eq!(switch(&Value::unlisted(Kind::Array(Vec::new()))), None);
    }

    #[test]
    fn a_number_is_read_as_nsstring_reads_it() {
        for (written, number) in [("993", 993), ("993 ", 993), (" 25x", 25), ("imap", 0), ("-1", -1)] {
            assert_eq!(integer(&text(written)), Some(number), "{written}");
        }
        assert_eq!(integer(&text("")), None);
        assert_eq!(integer(&Value::unlisted(Kind::Real(443.0))), Some(443));
        assert_eq!(integer(&Value::unlisted(Kind::Real(f64::NAN))), None);
    }
}
