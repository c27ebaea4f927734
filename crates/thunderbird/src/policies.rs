//! `policies.json`: preferences that an administrator sets by enterprise policy.
//!
//! `{"policies": {"Preferences": {"mail.x": value | {"Value": value, "Status": "default"|"locked"|"user"|"clear"}}}}`;
//! a bare value sets and locks. There is no policy that defines mail accounts.

use std::collections::BTreeMap;

use maillint_model::{NoteKind, sentence};
use maillint_source::{Decoded, Limits, Span, decode};
use maillint_syntax::plist::{Kind, Value};
use maillint_syntax::{ProblemKind, json};

use crate::layers::{Data, Entry, Layer};
use crate::load::{Draft, Part};
use crate::names::is_asked_for;
use crate::secrets;

/// Reads a file of policies; `None` if it is none.
pub(crate) fn read(bytes: &[u8], file: usize, limits: &Limits) -> Option<(Decoded, Part)> {
    let decoded = decode(bytes);
    let part = preferences(&decoded.text, file, limits)?;
    Some((decoded, part))
}

fn preferences(text: &str, file: usize, limits: &Limits) -> Option<Part> {
    let looks_like = text.trim_start().starts_with('{') && text.contains("\"policies\"");
    if !looks_like {
        return None;
    }
    let mut part = Part::new(limits);
    let tree = match json::parse(text, limits) {
        Ok(tree) => tree,
        Err(problem) => {
            let (kind, message) = match problem.kind {
                ProblemKind::Syntax => {
                    (NoteKind::Ignored, "This file of policies is not valid JSON; Thunderbird ignores it.".to_owned())
                }
                ProblemKind::Limit => (NoteKind::Limit, sentence(&problem.message)),
            };
            part.notes.push(Draft { kind, message, at: None });
            secrets::in_lost_lines(text, Span::new(0, text.len()), &mut part.secrets);
            return Some(part);
        }
    };
    secrets::in_json(text, &tree, false, &mut part.secrets);
    let preferences = tree.get("policies").and_then(|policies| policies.get("Preferences"));
    // Of a repeated name, the last counts.
    let preferences: BTreeMap<&str, (Span, &Value)> = preferences
        .into_iter()
        .flat_map(Value::entries)
        .filter(|(key, _)| is_asked_for(&key.value))
        .map(|(key, value)| (key.value.as_str(), (key.span, value)))
        .collect();
    for (key, (key_span, value)) in preferences {
        let (value, status) = if value.is_dict() {
            (value.get("Value"), value.get("Status").and_then(Value::text).unwrap_or("default"))
        } else {
            (Some(value), "locked")
        };
        let layer = match status {
            "locked" => Layer::Locked,
            "default" => Layer::AdminDefault,
            "user" => Layer::Admin,
            "clear" => {
                part.entries.push((key.to_owned(), None));
                continue;
            }
            _ => continue,
        };
        let Some((data, value_span)) = value.and_then(|value| Some((data(value)?, value.span))) else { continue };
        part.entries.push((key.to_owned(), Some(Entry { data, layer, file, key_span, value_span })));
    }
    Some(part)
}

fn data(value: &Value) -> Option<Data> {
    match &value.kind {
        Kind::String(text) => Some(Data::Text(text.clone())),
        Kind::Bool(bool) => Some(Data::Bool(*bool)),
        Kind::Integer(number) => i32::try_from(*number).ok().map(Data::Int),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;

    use super::read;

    /// The settings that are taken, each with its value in the file, and what is secret.
    fn both(text: &str) -> (Vec<String>, Vec<String>) {
        let (decoded, part) = read(text.as_bytes(), 0, &Limits::default()).unwrap();
        let slice = |span: maillint_source::Span| decoded.text[span.range()].to_owned();
        let set = part.entries.iter().filter_map(|(key, entry)| Some((key, entry.as_ref()?)));
        let set = set.map(|(key, entry)| format!("{key} = {} {:?}", slice(entry.value_span), entry.layer)).collect();
        (set, part.secrets.iter().copied().map(slice).collect())
    }

    #[test]
    fn a_setting_is_found_at_its_own_place_and_the_last_of_two_counts() {
        let text = r#"{"policies": {"Preferences": {"mail.smtpservers": "a",
            "mail.server.default.port": {"Value": 995, "Status": "locked"}, "mail.smtpservers": "b"}}}"#;
        assert_eq!(both(text).0, ["mail.server.default.port = 995 Locked", "mail.smtpservers = b Locked"]);
    }

    #[test]
    fn secrets_are_found_by_name_at_any_depth() {
        let text = r#"{"policies": {"Preferences": {"mail.x.password": "hunter2", "a.token": {"Value": "t0k"},
            "b.uri": "https://anna:hunter3@example.org/"}, "Proxy": {"Passphrase": ["one", 2, true, ""]}}}"#;
        assert_eq!(both(text).1, ["hunter2", "t0k", "hunter3", "one", "2"]);
        let broken = "{\"policies\": {\n\"x.password\": \"hunter2\",\n\"a.token\": {\n  \"Value\": \"t0k\"\n},";
        assert_eq!(both(broken).1, ["\": \"hunter2\",", "\": {", "  \"Value\": \"t0k\""]);
    }

    #[test]
    fn too_many_values_are_told() {
        let text = "{\"policies\": {\"Preferences\": {\"a\": 1, \"b.token\": \"t0k\"}}}";
        let few = Limits { nodes: 3, ..Limits::default() };
        let (_, part) = read(text.as_bytes(), 0, &few).unwrap();
        assert_eq!((part.notes[0].kind, part.secrets.len()), (maillint_model::NoteKind::Limit, 1));
    }
}
