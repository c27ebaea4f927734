//! What may not be shown of a file of settings. Thunderbird keeps passwords elsewhere (`logins.json`, which is never
//! opened), but add-ons and old versions did put some here.

use maillint_source::Span;
use maillint_syntax::plist::{Kind, Value};
use maillint_syntax::prefs;

/// Ends of names, in lower case, whose values are passwords or as good as one: `clientid` is sent in the place of a
/// second factor (`mail.server.*.clientid`), tokens stand for a sign-in.
const ENDINGS: [&str; 10] =
    ["password", "passwd", "passphrase", "secret", "token", "clientid", "apikey", "api_key", "tokens", "profileid"];

/// Adds the place of the secret in a value, if there is one.
pub(crate) fn find(key: &str, value: prefs::Value<'_>, span: Span, secrets: &mut Vec<Span>) {
    let prefs::Value::Text(text) = value else { return };
    if tells(key) {
        secrets.push(span);
    } else {
        secrets.extend(in_address(text.raw(), span.start as usize));
    }
}

/// Whether a name tells that its value is a secret.
pub(crate) fn tells(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key).as_bytes();
    let ends = |ending: &str| {
        last.len().checked_sub(ending.len()).is_some_and(|at| last[at..].eq_ignore_ascii_case(ending.as_bytes()))
    };
    ENDINGS.iter().any(|ending| ends(ending))
}

/// The password in an address that starts at an offset.
fn in_address(text: &str, start: usize) -> Option<Span> {
    password_in_url(text).map(|(from, to)| Span::new(start + from, start + to))
}

/// What is secret in JSON: whatever stands below a telling key, in however many brackets, and passwords in addresses.
pub(crate) fn in_json(text: &str, value: &Value, is_secret: bool, secrets: &mut Vec<Span>) {
    let address = |span: Span| in_address(text.get(span.range()).unwrap_or(""), span.start as usize);
    match &value.kind {
        Kind::Dict(entries) => {
            for (key, value) in entries {
                secrets.extend(address(key.span));
                in_json(text, value, is_secret || tells(&key.value), secrets);
            }
        }
        Kind::Array(items) => items.iter().for_each(|item| in_json(text, item, is_secret, secrets)),
        Kind::String(text) if is_secret && !text.is_empty() => secrets.push(value.span),
        Kind::String(_) => secrets.extend(address(value.span)),
        Kind::Integer(_) | Kind::Real(_) if is_secret => secrets.push(value.span),
        _ => {}
    }
}

/// `https://user:password@host`: the place of the password.
fn password_in_url(text: &str) -> Option<(usize, usize)> {
    let bytes = text.as_bytes();
    let start = memchr::memchr_iter(b':', bytes).find(|at| bytes[*at..].starts_with(b"://"))? + 3;
    let authority = text.get(start..)?.split(['/', '?', '#', ' ', '"']).next()?;
    let (credentials, _) = authority.rsplit_once('@')?;
    let (user, password) = credentials.split_once(':')?;
    let from = start + user.len() + 1;
    (!password.is_empty()).then_some((from, from + password.len()))
}

/// In text that the parser skipped, nothing is known: a setting with a telling name is blanked from there on.
pub(crate) fn in_lost_text(text: &str, lost: Span) -> Option<Span> {
    let start = lost.start as usize;
    let text = text.get(lost.range())?;
    let lower = text.to_ascii_lowercase();
    let first = ENDINGS.iter().filter_map(|ending| lower.find(ending).map(|at| at + ending.len())).min();
    first.map(|first| Span::new(start + first, lost.end as usize)).or_else(|| in_address(text, start))
}

/// The same for text of many statements, of which each is taken to end with its line, or where nothing follows a telling
/// name on its own line, with the next.
pub(crate) fn in_lost_lines(text: &str, lost: Span, secrets: &mut Vec<Span>) {
    let mut end = lost.start as usize;
    let mut goes_on = false;
    for line in text.get(lost.range()).unwrap_or("").split_inclusive(['\n', '\r']) {
        let start = end;
        end += line.len();
        let span = Span::new(start, start + line.trim_end_matches(['\n', '\r']).len());
        let found = if goes_on { Some(span) } else { in_lost_text(text, span) };
        let says_something =
            |span: Span| text.get(span.range()).is_some_and(|text| text.contains(char::is_alphanumeric));
        goes_on = (found.is_some() || goes_on) && !found.is_some_and(says_something);
        secrets.extend(found);
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Span;
    use maillint_syntax::prefs::{Dialect, Item, Parser};

    use super::{find, in_lost_lines, in_lost_text};

    /// Every secret of a file.
    fn all(text: &str) -> Vec<&str> {
        let mut secrets = Vec::new();
        for item in Parser::new(text, Dialect::User) {
            match item {
                Item::Pref(pref) => find(&pref.key.value.decode(), pref.value.value, pref.value.span, &mut secrets),
                Item::Skipped { lost, .. } => secrets.extend(in_lost_text(text, lost)),
            }
        }
        secrets.into_iter().map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn passwords_and_tokens_are_found_by_name_and_in_addresses() {
        let text = "user_pref(\"mail.server.server1.clientid\", \"d87d\");\nuser_pref(\"ext.x.refreshToken\", \"t0k\");\n\
                    user_pref(\"calendar.registry.1.uri\", \"https://anna:hunter2@example.org/cal\");\n\
                    user_pref(\"mail.server.server1.name\", \"anna@example.org\");\n\
                    user_pref(\"ext.password\", \"hunter3\" oops);\n";
        assert_eq!(all(text), ["d87d", "t0k", "hunter2", "\", \"hunter3\" oops);"]);
    }

    #[test]
    fn a_line_hides_no_secret_and_one_may_be_on_the_next() {
        let text = "var token = 't0k';\nmail\nf(\"x.password\",\n\n  'hunter2');\nuser";
        let mut secrets = Vec::new();
        in_lost_lines(text, Span::new(0, text.len()), &mut secrets);
        let found: Vec<&str> = secrets.into_iter().map(|span| &text[span.range()]).collect();
        assert_eq!(found, [" = 't0k';", "\",", "", "  'hunter2');"]);
    }
}
