//! What must not be kept of a property list.

use maillint_source::Span;
use maillint_syntax::plist::{Kind, Value};

/// Parts of key names, in lower case, whose values are nobody's business. Wi-Fi and VPN payloads stand in the same
/// profiles as mail.
const PRIVATE: [&str; 7] = ["password", "passcode", "passphrase", "secret", "token", "challenge", "credential"];

/// The places of all private texts, of all data (certificates, keys), and of whatever could not be read.
pub(crate) fn spans(root: &Value) -> Vec<Span> {
    let mut found = Vec::new();
    let mut values = vec![(root, false)];
    while let Some((value, private)) = values.pop() {
        match &value.kind {
            Kind::Data(_) | Kind::Other => found.push(value.span),
            Kind::String(_) | Kind::Integer(_) | Kind::Real(_) if private => found.push(value.span),
            _ => {}
        }
        values.extend(value.items().iter().map(|item| (item, private)));
        values.extend(value.entries().iter().map(|(key, value)| (value, private || is_private(&key.value))));
    }
    found
}

fn is_private(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    PRIVATE.iter().any(|part| key.contains(part))
}
