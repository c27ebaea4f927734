//! `policies.json`: preferences that an administrator sets by enterprise policy.
//!
//! `{"policies": {"Preferences": {"mail.x": value | {"Value": value, "Status": "default"|"locked"|"user"|"clear"}}}}`;
//! a bare value sets and locks. There is no policy that defines mail accounts.

use maillint_model::NoteKind;
use maillint_source::{Decoded, Span, decode};
use serde_json::Value;

use crate::layers::{Data, Entry, Layer};
use crate::load::{Draft, Part};
use crate::names::is_asked_for;

/// Reads a file of policies; `None` if it is none.
pub(crate) fn read(bytes: &[u8], file: usize) -> Option<(Decoded, Part)> {
    let decoded = decode(bytes);
    let part = preferences(&decoded.text, file)?;
    Some((decoded, part))
}

fn preferences(text: &str, file: usize) -> Option<Part> {
    let looks_like = text.trim_start().starts_with('{') && text.contains("\"policies\"");
    if !looks_like {
        return None;
    }
    let mut part = Part::default();
    let Ok(tree) = serde_json::from_str::<Value>(text) else {
        let message = "This file of policies is not valid JSON; Thunderbird ignores it.".to_owned();
        part.notes.push(Draft { kind: NoteKind::Ignored, message, at: None });
        return Some(part);
    };
    let preferences = tree.get("policies").and_then(|policies| policies.get("Preferences")).and_then(Value::as_object);
    for (key, value) in preferences.into_iter().flatten().filter(|(key, _)| is_asked_for(key)) {
        let (value, status) = match value {
            Value::Object(object) => (
                object.get("Value").unwrap_or(&Value::Null),
                object.get("Status").and_then(Value::as_str).unwrap_or("default"),
            ),
            bare => (bare, "locked"),
        };
        let layer = match status {
            "locked" => Layer::Locked,
            "default" => Layer::AdminDefault,
            "user" => Layer::Admin,
            "clear" => {
                part.entries.push((key.clone(), None));
                continue;
            }
            _ => continue,
        };
        let Some(data) = data(value) else { continue };
        let (key_span, value_span) = places(text, key);
        part.entries.push((key.clone(), Some(Entry { data, layer, file, key_span, value_span })));
    }
    Some(part)
}

fn data(value: &Value) -> Option<Data> {
    match value {
        Value::String(text) => Some(Data::Text(text.clone())),
        Value::Bool(bool) => Some(Data::Bool(*bool)),
        Value::Number(number) => number.as_i64().and_then(|number| i32::try_from(number).ok()).map(Data::Int),
        _ => None,
    }
}

/// The places of a name and of what follows it up to the end of the line. Names of preferences need no escapes, so
/// the name is found as it is; where it is not, the place is the start of the file.
fn places(text: &str, key: &str) -> (Span, Span) {
    let quoted = format!("\"{key}\"");
    let Some(start) = text.find(&quoted) else { return (Span::empty(0), Span::empty(0)) };
    let after = start + quoted.len();
    let rest = text.get(after..).unwrap_or("");
    let line = rest.split(['\n', '\r']).next().unwrap_or("");
    let value = line.trim_start_matches([':', ' ', '\t']);
    let value_start = after + (line.len() - value.len());
    let value = value.trim_end().trim_end_matches(',');
    (Span::new(start + 1, after - 1), Span::new(value_start, value_start + value.len()))
}
