//! E-mail addresses as Apple's programs store them: one text, a list, a list in one text, or the keys of a dictionary.

use std::collections::BTreeSet;

use maillint_model::{Identity, Setting};
use maillint_source::{Location, Span};
use maillint_syntax::Spanned;
use maillint_syntax::plist::{Kind, Value};

use crate::fields::Fields;

/// The identities of an account: its addresses in order, then its aliases, all with the account's name unless an alias
/// has one of its own.
pub(crate) fn identities(fields: &Fields<'_>, name_keys: &[&str]) -> Vec<Identity> {
    let names: Vec<Setting<String>> = name_keys.iter().map(|key| fields.setting(key)).collect();
    let first = names.iter().find(|name| name.text().is_some());
    // One that is too long has a place, and is told.
    let name = first.or_else(|| names.iter().find(|name| name.at().is_some())).cloned().unwrap_or_default();
    let mut identities: Vec<Identity> = Vec::new();
    let mut known = BTreeSet::new();
    let mut add = |address: Spanned<String>, name: &Setting<String>| {
        let is_over = identities.len() >= fields.most_addresses();
        if !is_over && !address.value.is_empty() && known.insert(address.value.to_ascii_lowercase()) {
            let at = Location { span: address.span, ..fields.place() };
            let address = fields.written(&address.value, at);
            identities.push(Identity { address, name: name.clone(), ..Identity::default() });
        }
    };
    for key in ["EmailAddresses", "IdentityEmailAddress", "EmailAddress", "CanonicalEmailAddress"] {
        for address in fields.get(key).map(addresses).unwrap_or_default() {
            add(address, &name);
        }
    }
    for alias in fields.get("EmailAliases").map(Value::items).unwrap_or_default() {
        let enabled = alias.get("IsEnabled").and_then(crate::foundation::switch).unwrap_or(true);
        let own_name = ["name", "DisplayName"].iter().find_map(|key| {
            let value = alias.get(key)?;
            value.text().filter(|text| !text.is_empty()).map(|text| fields.written(text, fields.at(value)))
        });
        let name = own_name.unwrap_or_else(|| name.clone());
        for key in ["alias", "EmailAddresses"] {
            for address in alias.get(key).filter(|_| enabled).map(addresses).unwrap_or_default() {
                add(address, &name);
            }
        }
    }
    identities
}

/// The addresses that a value holds.
pub(crate) fn addresses(value: &Value) -> Vec<Spanned<String>> {
    match &value.kind {
        Kind::String(text) => split(text, value.span),
        Kind::Array(items) => {
            let address = |item: &Value| item.get("EmailAddress").map_or_else(|| addresses(item), addresses);
            items.iter().flat_map(address).collect()
        }
        Kind::Dict(entries) => entries.iter().flat_map(|(key, _)| split(&key.value, key.span)).collect(),
        _ => Vec::new(),
    }
}

/// The addresses of a list in one text. Each has a place of its own where the text stands in the file as it is.
fn split(text: &str, span: Span) -> Vec<Spanned<String>> {
    let verbatim = span.len() == text.len();
    let mut at = 0;
    let mut found = Vec::new();
    for part in text.split(',') {
        // `Anna <anna@example.org>`
        let bare = part.split_once('<').map_or(part, |(_, rest)| rest.trim_end().trim_end_matches('>')).trim();
        let offset = part.find(bare).unwrap_or(0) + at + span.start as usize;
        let place = if verbatim { Span::new(offset, offset + bare.len()) } else { span };
        found.push(Spanned::new(bare.to_owned(), place));
        at += part.len() + 1;
    }
    // A comma may stand in a name: `"Doe, Anna" <anna@example.org>`.
    if found.iter().any(|address| address.value.contains('@')) {
        found.retain(|address| address.value.contains('@'));
    }
    found
}

#[cfg(test)]
mod tests {
    use maillint_source::Span;
    use maillint_syntax::plist::{Kind, Value};

    use super::addresses;

    fn read(text: &str) -> Vec<(String, u32)> {
        let value = Value { kind: Kind::String(text.to_owned()), span: Span::new(100, 100 + text.len()) };
        addresses(&value).into_iter().map(|address| (address.value, address.span.start)).collect()
    }

    #[test]
    fn each_address_of_a_list_in_one_text_has_its_place() {
        let found = |list: &[(&str, u32)]| list.iter().map(|(text, at)| ((*text).to_owned(), *at)).collect::<Vec<_>>();
        assert_eq!(read("a@x.org, b@x.org"), found(&[("a@x.org", 100), ("b@x.org", 109)]));
        assert_eq!(read("\"Doe, Anna\" <anna@x.org>"), found(&[("anna@x.org", 113)]));
        assert_eq!(read("anna"), found(&[("anna", 100)]));
    }
}
