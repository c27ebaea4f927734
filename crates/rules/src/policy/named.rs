use std::fmt;

use maillint_model::{Auth, Security};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::Level;
use crate::policy::Pattern;

/// A value that a policy writes as one of a list of words.
pub trait Word: Copy + 'static {
    /// What it is, for the message about a wrong word.
    const WHAT: &'static str;
    /// Every value that a policy may name.
    const ALL: &'static [Self];
    /// The word.
    fn word(self) -> &'static str;
}

impl Word for Security {
    const WHAT: &'static str = "protection";
    const ALL: &'static [Self] = &[Self::None, Self::StartTls, Self::Tls];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Auth {
    const WHAT: &'static str = "way to sign in";
    const ALL: &'static [Self] = Self::ALL;

    fn word(self) -> &'static str {
        self.as_str()
    }
}

impl Word for Level {
    const WHAT: &'static str = "level";
    const ALL: &'static [Self] = &[Self::Note, Self::Warning, Self::Error];

    fn word(self) -> &'static str {
        self.as_str()
    }
}

/// A value by its word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Named<T>(pub T);

impl<'de, T: Word> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let found = T::ALL.iter().copied().find(|value| value.word() == word);
        found
            .map(Self)
            .ok_or_else(|| D::Error::custom(unknown(T::WHAT, &word, T::ALL.iter().map(|value| value.word()))))
    }
}

impl<T: Word> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.word())
    }
}

/// What a policy makes of a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RuleLevel {
    /// It is not asked.
    Off,
    /// It is, and its findings have this level.
    On(Level),
}

impl RuleLevel {
    /// The level of findings; `None` when there are to be none.
    pub fn level(self) -> Option<Level> {
        match self {
            Self::Off => None,
            Self::On(level) => Some(level),
        }
    }
}

impl Word for RuleLevel {
    const WHAT: &'static str = "level";
    const ALL: &'static [Self] = &[Self::Off, Self::On(Level::Note), Self::On(Level::Warning), Self::On(Level::Error)];

    fn word(self) -> &'static str {
        self.level().map_or("off", Level::as_str)
    }
}

impl<'de> Deserialize<'de> for RuleLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Named::deserialize(deserializer).map(|Named(level)| level)
    }
}

impl Serialize for RuleLevel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Named(*self).serialize(serializer)
    }
}

/// The id of a rule that exists.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct RuleId(&'static str);

impl RuleId {
    /// The id.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl<'de> Deserialize<'de> for RuleId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let id = String::deserialize(deserializer)?;
        crate::rule(&id).map(|rule| Self(rule.meta().id)).ok_or_else(|| {
            let help = did_you_mean(&id, crate::RULES.iter().map(|rule| rule.meta().id));
            D::Error::custom(format!("there is no rule `{id}`{help}"))
        })
    }
}

impl Serialize for RuleId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Serialize for Pattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// "`tsl` is no protection; did you mean `tls`?", or the whole list where no word is near.
fn unknown(what: &str, word: &str, known: impl Iterator<Item = &'static str> + Clone) -> String {
    if let Some(near) = nearest(word, known.clone()) {
        return format!("`{word}` is no {what}; did you mean `{near}`?");
    }
    let known: Vec<String> = known.map(|word| format!("`{word}`")).collect();
    format!("`{word}` is no {what}; there is {}", known.join(", "))
}

/// "; did you mean `x`?", or nothing where no word is near.
pub(crate) fn did_you_mean<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(word, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

/// The one of `known` that a slip of the fingers turns into `word`.
pub(crate) fn nearest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    // Anything longer is no slip, and the comparison takes the product of the lengths.
    if word.len() > 64 {
        return None;
    }
    let word = word.to_lowercase();
    known
        .map(|candidate| (strsim::damerau_levenshtein(&word, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= candidate.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

mod json_schema {
    use std::borrow::Cow;

    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

    use super::{Named, RuleId, RuleLevel, Word};
    use crate::policy::Pattern;

    impl<T: Word> JsonSchema for Named<T> {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            T::WHAT.into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let words: Vec<&str> = T::ALL.iter().map(|value| value.word()).collect();
            json_schema!({ "type": "string", "enum": words })
        }
    }

    impl JsonSchema for RuleLevel {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            "RuleLevel".into()
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            Named::<Self>::json_schema(generator)
        }
    }

    impl JsonSchema for RuleId {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            "RuleId".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            let ids: Vec<&str> = crate::RULES.iter().map(|rule| rule.meta().id).collect();
            json_schema!({ "type": "string", "enum": ids })
        }
    }

    impl JsonSchema for Pattern {
        fn inline_schema() -> bool {
            true
        }

        fn schema_name() -> Cow<'static, str> {
            "Pattern".into()
        }

        fn json_schema(_: &mut SchemaGenerator) -> Schema {
            json_schema!({
                "type": "string",
                "minLength": 1,
                "description": "Placeholders: {domain} {local} {email} {digits}; * stands for any run of characters.",
            })
        }
    }
}
