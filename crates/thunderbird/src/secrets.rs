//! What may not be shown of a file of settings. Thunderbird keeps passwords elsewhere (`logins.json`, which is never
//! opened), but add-ons and old versions did put some here.

use maillint_source::Span;
use maillint_syntax::prefs::Value;

/// Ends of names, in lower case, whose values are passwords or as good as one: `clientid` is sent in the place of a
/// second factor (`mail.server.*.clientid`), tokens stand for a sign-in.
const ENDINGS: [&str; 10] =
    ["password", "passwd", "passphrase", "secret", "token", "clientid", "apikey", "api_key", "tokens", "profileid"];

/// Adds the place of the secret in a value, if there is one.
pub(crate) fn find(key: &str, value: Value<'_>, span: Span, secrets: &mut Vec<Span>) {
    let Value::Text(text) = value else { return };
    let last = key.rsplit('.').next().unwrap_or(key).as_bytes();
    let ends = |ending: &str| {
        last.len().checked_sub(ending.len()).is_some_and(|at| last[at..].eq_ignore_ascii_case(ending.as_bytes()))
    };
    if ENDINGS.iter().any(|ending| ends(ending)) {
        secrets.push(span);
    } else if let Some(range) = password_in_url(text.raw()) {
        secrets.push(Span::new(span.start as usize + range.0, span.start as usize + range.1));
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
    let lower = text.get(lost.range())?.to_ascii_lowercase();
    let first = ENDINGS.iter().filter_map(|ending| lower.find(ending).map(|at| at + ending.len())).min()?;
    Some(Span::new(start + first, lost.end as usize))
}

#[cfg(test)]
mod tests {
    use maillint_syntax::prefs::{Dialect, Item, Parser};

    use super::{find, in_lost_text};

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
}
