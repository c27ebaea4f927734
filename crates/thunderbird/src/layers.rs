//! The settings of one profile, from every file that has a say in them.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use maillint_model::Setting;
use maillint_source::{Location, SourceFile, Span};
use maillint_syntax::prefs;

use crate::names::{is_asked_for, is_of_mail};

/// A value with its type: the client's getters ignore a value of another type than they want.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Data {
    Text(String),
    Int(i32),
    Bool(bool),
    /// Text that is too long to be what it should be ([`maillint_source::Limits::shared_bytes`]): it is not known what the client
    /// makes of it.
    LongText,
}

impl Data {
    /// A value of a preference file.
    pub(crate) fn of(value: prefs::Value<'_>) -> Self {
        match value {
            prefs::Value::Text(text) => Self::Text(text.decode().into_owned()),
            prefs::Value::Int(number) => Self::Int(number),
            prefs::Value::Bool(bool) => Self::Bool(bool),
        }
    }

    /// The type in words, for notes.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) | Self::LongText => "text",
            Self::Int(_) => "a number",
            Self::Bool(_) => "true or false",
        }
    }

    pub(crate) fn same_type(&self, other: &Self) -> bool {
        self.kind() == other.kind()
    }
}

/// A type that a getter may want.
pub(crate) trait Wanted: Sized {
    /// Whether it is text.
    const IS_TEXT: bool;

    fn of(data: &Data) -> Option<Self>;
}

impl Wanted for String {
    const IS_TEXT: bool = true;

    fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Text(text) => Some(text.clone()),
            Data::Int(_) | Data::Bool(_) | Data::LongText => None,
        }
    }
}

impl Wanted for i32 {
    const IS_TEXT: bool = false;

    fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Int(number) => Some(*number),
            Data::Text(_) | Data::Bool(_) | Data::LongText => None,
        }
    }
}

impl Wanted for bool {
    const IS_TEXT: bool = false;

    fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Bool(bool) => Some(*bool),
            Data::Text(_) | Data::Int(_) | Data::LongText => None,
        }
    }
}

/// Who set a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Layer {
    /// `prefs.js`: what the client itself has stored.
    Profile,
    /// `user.js`: applied over it at every start.
    UserJs,
    /// An administrator, at every start: the user may change it until then.
    Admin,
    /// An administrator's default: anything in the profile wins.
    AdminDefault,
    /// An administrator, for good: what the profile says is ignored.
    Locked,
}

/// One value and its place.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) data: Data,
    pub(crate) layer: Layer,
    /// Index of the file.
    pub(crate) file: usize,
    pub(crate) key_span: Span,
    pub(crate) value_span: Span,
}

/// Values before the files are sealed; the last statement about a name wins within its branch.
#[derive(Default, Debug)]
pub(crate) struct Values {
    user: BTreeMap<String, Entry>,
    defaults: BTreeMap<String, Entry>,
}

/// The lists that the client itself has an empty default of: a value that is no text does not take the place of one that
/// is.
const LISTS: [&str; 2] = ["mail.accountmanager.accounts", "mail.smtpservers"];

impl Values {
    pub(crate) fn set(&mut self, key: String, entry: Entry) {
        let is_text = |entry: &Entry| matches!(entry.data, Data::Text(_) | Data::LongText);
        if LISTS.contains(&key.as_str()) && !is_text(&entry) && self.user.get(&key).is_some_and(is_text) {
            return;
        }
        match entry.layer {
            Layer::Profile | Layer::UserJs | Layer::Admin => self.user.insert(key, entry),
            Layer::AdminDefault | Layer::Locked => self.defaults.insert(key, entry),
        };
    }

    pub(crate) fn clear(&mut self, key: &str) {
        self.user.remove(key);
    }
}

/// The settings of one profile, with the files that they stand in.
pub(crate) struct Layers {
    files: Vec<Arc<SourceFile>>,
    values: Values,
}

impl Layers {
    /// `files` are those that the entries of `values` point into, by index; the first is `prefs.js`.
    pub(crate) fn new(files: Vec<Arc<SourceFile>>, values: Values) -> Self {
        Self { files, values }
    }

    /// The profile's own file.
    pub(crate) fn main(&self) -> &Arc<SourceFile> {
        &self.files[0]
    }

    /// Takes out what the profile's own file says from an offset on.
    pub(crate) fn forget_main_after(&mut self, offset: u32) {
        self.values.user.retain(|_, entry| entry.file != 0 || entry.value_span.end < offset);
    }

    pub(crate) fn at(&self, file: usize, span: Span) -> Location {
        Location::new(self.files.get(file).unwrap_or(&self.files[0]), span)
    }

    pub(crate) fn key_at(&self, entry: &Entry) -> Location {
        self.at(entry.file, entry.key_span)
    }

    pub(crate) fn value_at(&self, entry: &Entry) -> Location {
        self.at(entry.file, entry.value_span)
    }

    /// The entry in force of a setting that is asked for.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        debug_assert!(is_asked_for(key), "nothing stores {key}: `names` does not list it");
        self.in_force(key)
    }

    /// A locked entry, else one of the user's, else an administrator's default.
    fn in_force(&self, key: &str) -> Option<&Entry> {
        let default = self.values.defaults.get(key);
        match (default, self.values.user.get(key)) {
            (Some(default), _) if default.layer == Layer::Locked => Some(default),
            // A user value of another type than the default is not taken in.
            (Some(default), Some(user)) if !default.data.same_type(&user.data) => Some(default),
            (_, Some(user)) => Some(user),
            (default, None) => default,
        }
    }

    /// The value in force, if it has the type.
    pub(crate) fn get<T: Wanted>(&self, key: &str) -> Option<T> {
        self.entry(key).and_then(|entry| T::of(&entry.data))
    }

    /// The value in force with its origin, if it has the type.
    pub(crate) fn setting<T: Wanted>(&self, key: &str) -> Option<Setting<T>> {
        self.entry(key).and_then(|entry| self.setting_of(entry))
    }

    fn setting_of<T: Wanted>(&self, entry: &Entry) -> Option<Setting<T>> {
        let setting = match T::of(&entry.data) {
            Some(value) => Setting::written(value, self.value_at(entry)),
            None if T::IS_TEXT && entry.data == Data::LongText => Setting::unknown_at(self.value_at(entry)),
            None => return None,
        };
        Some(if matches!(entry.layer, Layer::Admin | Layer::AdminDefault | Layer::Locked) {
            setting.managed()
        } else {
            setting
        })
    }

    /// The names below a prefix, without it, in order, each with the entry in force.
    pub(crate) fn below(&self, prefix: &str) -> Vec<(&str, &Entry)> {
        let mut found = below(&self.values.user, prefix);
        let users = found.len();
        found.extend(below(&self.values.defaults, prefix));
        if found.len() > users {
            found.sort_by_key(|(name, _)| *name);
            found.dedup_by_key(|(name, _)| *name);
            for (name, entry) in &mut found {
                *entry = self.in_force(&format!("{prefix}{name}")).unwrap_or(*entry);
            }
        }
        found
    }

    /// Whether there are names below a prefix.
    fn has_below(&self, prefix: &str) -> bool {
        let first = |branch: &BTreeMap<String, Entry>| {
            let mut rest = branch.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
            rest.next().is_some_and(|(name, _)| name.starts_with(prefix))
        };
        first(&self.values.user) || first(&self.values.defaults)
    }

    /// Whether there is a setting of mail with a name behind this one.
    pub(crate) fn has_mail_after(&self, key: &str) -> bool {
        let after = |branch: &BTreeMap<String, Entry>| {
            let mut rest = branch.range::<str, _>((Bound::Excluded(key), Bound::Unbounded));
            rest.next().is_some_and(|(name, _)| is_of_mail(name))
        };
        after(&self.values.user) || after(&self.values.defaults)
    }
}

fn below<'a>(branch: &'a BTreeMap<String, Entry>, prefix: &str) -> Vec<(&'a str, &'a Entry)> {
    let from = branch.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
    from.map_while(|(name, entry)| Some((name.strip_prefix(prefix)?, entry))).collect()
}

/// The settings of one server or identity, with the client's common defaults behind them: `mail.server.server1.`
/// before `mail.server.default.`.
pub(crate) struct Branch<'a> {
    pub(crate) layers: &'a Layers,
    family: &'static str,
    own: Vec<(&'a str, &'a Entry)>,
    /// Whether anything stands in the common defaults. There may be a hundred thousand of them, which nobody wants to
    /// collect for each server.
    has_default: bool,
}

impl<'a> Branch<'a> {
    pub(crate) fn new(layers: &'a Layers, family: &'static str, key: &str) -> Self {
        let has_default = layers.has_below(&format!("{family}default."));
        Self { layers, family, own: layers.below(&format!("{family}{key}.")), has_default }
    }

    /// The value of the server's own, else of the common defaults if somebody has changed those.
    pub(crate) fn get<T: Wanted + Clone>(&self, name: &str) -> Option<Setting<T>> {
        self.own(name).or_else(|| Some(self.layers.setting_of::<T>(self.default_entry(name)?)?.inherit()))
    }

    /// The value of the server's own.
    pub(crate) fn own<T: Wanted>(&self, name: &str) -> Option<Setting<T>> {
        self.layers.setting_of(self.own_entry(name)?)
    }

    /// The value of the server's own, of whatever type.
    pub(crate) fn own_entry(&self, name: &str) -> Option<&'a Entry> {
        debug_assert!(is_asked_for(&format!("{}x.{name}", self.family)), "`names` does not list {name}");
        self.own.iter().find(|(own, _)| *own == name).map(|(_, entry)| *entry)
    }

    fn default_entry(&self, name: &str) -> Option<&'a Entry> {
        if !self.has_default {
            return None;
        }
        self.layers.entry(&format!("{}default.{name}", self.family))
    }

    /// Text that is not empty; it may be too long to be known.
    pub(crate) fn text(&self, name: &str) -> Option<Setting<String>> {
        self.get::<String>(name).filter(|setting| setting.text() != Some(""))
    }
}
