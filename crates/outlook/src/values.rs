use std::collections::BTreeMap;
use std::sync::Arc;

use maillint_model::Setting;
use maillint_source::{Location, Secret, SecretKind, SourceFile};
use maillint_syntax::reg;

/// The named values of one account, whichever syntax they stood in. Names are compared without regard to case.
#[derive(Default)]
pub(crate) struct Values {
    items: BTreeMap<String, Item>,
    secrets: Vec<Secret>,
    broken_off: bool,
}

/// A value that stands in the file, as far as it can be read as one or the other.
struct Item {
    text: Setting<String>,
    number: Setting<u32>,
}

impl Values {
    /// The values of a registry key.
    pub(crate) fn of_key(key: &reg::Key, file: &Arc<SourceFile>) -> Self {
        let mut values = Self::default();
        for value in key.values() {
            let at = Location::new(file, value.span);
            let name = &value.name.value;
            if value.data == reg::Data::Secret {
                values.secret(SecretKind::Protected, at);
            } else {
                values.put(name, value.text().map(std::borrow::Cow::into_owned), value.number(), at);
            }
        }
        values
    }

    /// Adds a value that can be read as text, as a number, or as neither.
    pub(crate) fn put(&mut self, name: &str, text: Option<String>, number: Option<u32>, at: Location) {
        let item = Item {
            text: text.map_or_else(|| Setting::unknown_at(at.clone()), |text| Setting::written(text, at.clone())),
            number: match number {
                Some(number) => Setting::written(number, at),
                None => Setting::unknown_at(at),
            },
        };
        self.items.insert(name.to_ascii_lowercase(), item);
    }

    /// Notes a stored secret.
    pub(crate) fn secret(&mut self, kind: SecretKind, at: Location) {
        self.secrets.push(Secret { kind, at });
    }

    /// Says that the file breaks off: what is absent may have stood in the rest, so that its default is no answer.
    pub(crate) fn break_off(&mut self) {
        self.broken_off = true;
    }

    /// The secrets among them.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        self.secrets.clone()
    }

    /// A value as text; `None` where it is absent.
    pub(crate) fn text(&self, name: &str) -> Option<Setting<String>> {
        self.items.get(&name.to_ascii_lowercase()).map(|item| item.text.clone())
    }

    /// A value as text, unknown where it is absent: for what has no default.
    pub(crate) fn text_or_unknown(&self, name: &str) -> Setting<String> {
        self.text(name).unwrap_or_default()
    }

    /// A value as a number; `None` where it is absent.
    pub(crate) fn number(&self, name: &str) -> Option<Setting<u32>> {
        let stated = self.items.get(&name.to_ascii_lowercase()).map(|item| item.number.clone());
        stated.or_else(|| self.broken_off.then(Setting::unknown))
    }

    /// Whether a value is there and not empty.
    pub(crate) fn has_text(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text.text().is_some_and(|text| !text.is_empty()))
    }

    /// The first text of which `test` holds.
    pub(crate) fn find_text(&self, test: impl Fn(&str) -> bool) -> Option<Setting<String>> {
        self.items.values().map(|item| &item.text).find(|text| text.text().is_some_and(&test)).cloned()
    }
}

/// What a number means: the client's default where it is absent, unknown where it is unreadable or `meaning` has no
/// answer.
pub(crate) fn decide<T>(
    number: Option<&Setting<u32>>,
    default: T,
    meaning: impl FnOnce(u32) -> Option<T>,
) -> Setting<T> {
    match number {
        None => Setting::default(default),
        Some(number) => translate(number, meaning),
    }
}

/// What a number that stands in the file means.
pub(crate) fn translate<T>(number: &Setting<u32>, meaning: impl FnOnce(u32) -> Option<T>) -> Setting<T> {
    match number.get().and_then(meaning) {
        Some(value) => number.clone().map(|_| value),
        None => number.at().map_or_else(Setting::unknown, |at| Setting::unknown_at(at.clone())),
    }
}

/// A port: the default where it is absent, unknown where it is none.
pub(crate) fn port(number: Option<&Setting<u32>>, default: u16) -> Setting<u16> {
    decide(number, default, |number| u16::try_from(number).ok())
}

/// A switch: off where it is absent.
pub(crate) fn switch(number: Option<&Setting<u32>>) -> Setting<bool> {
    decide(number, false, |number| Some(number != 0))
}
