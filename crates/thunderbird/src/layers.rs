//! The settings of one profile, from every file that has a say in them.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use maillint_model::Setting;
use maillint_source::{Location, SourceFile, Span};

/// A value with its type: the client's getters ignore a value of another type than they want.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Data {
    Text(String),
    Int(i32),
    Bool(bool),
}

impl Data {
    /// The type in words, for notes.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Int(_) => "a number",
            Self::Bool(_) => "true or false",
        }
    }

    pub(crate) fn same_type(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// A type that a getter may want.
pub(crate) trait Wanted: Sized {
    fn of(data: &Data) -> Option<Self>;
}

impl Wanted for String {
    fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Text(text) => Some(text.clone()),
            Data::Int(_) | Data::Bool(_) => None,
        }
    }
}

impl Wanted for i32 {
    fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Int(number) => Some(*number),
            Data::Text(_) | Data::Bool(_) => None,
        }
    }
}

impl Wanted for bool {
    fn of(data: &Data) -> Option<Self> {
        match data {
            Data::Bool(bool) => Some(*bool),
            Data::Text(_) | Data::Int(_) => None,
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

impl Values {
    pub(crate) fn set(&mut self, key: String, entry: Entry) {
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

    /// The entry in force: a locked one, else one of the user's, else an administrator's default.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
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
        let entry = self.entry(key)?;
        let setting = Setting::written(T::of(&entry.data)?, self.value_at(entry));
        Some(if matches!(entry.layer, Layer::Admin | Layer::AdminDefault | Layer::Locked) {
            setting.managed()
        } else {
            setting
        })
    }

    /// The names below a prefix, without it, in order.
    pub(crate) fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let range = |branch: &'a BTreeMap<String, Entry>| {
            let from = branch.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
            from.take_while(move |(key, _)| key.starts_with(prefix))
        };
        let mut found: Vec<(&str, &Entry)> =
            range(&self.values.user).map(|(key, entry)| (key.as_str(), entry)).collect();
        let defaults = found.len();
        found.extend(range(&self.values.defaults).map(|(key, entry)| (key.as_str(), entry)));
        if found.len() > defaults {
            found.sort_by_key(|(key, _)| *key);
            found.dedup_by_key(|(key, _)| *key);
            for (key, entry) in &mut found {
                *entry = self.entry(key).unwrap_or(*entry);
            }
        }
        found.into_iter().filter_map(move |(key, entry)| Some((key.strip_prefix(prefix)?, entry)))
    }
}

/// The settings of one server or identity, with the client's common defaults behind them: `mail.server.server1.`
/// before `mail.server.default.`.
pub(crate) struct Branch<'a> {
    pub(crate) layers: &'a Layers,
    pub(crate) own: String,
    pub(crate) default: &'static str,
}

impl<'a> Branch<'a> {
    pub(crate) fn new(layers: &'a Layers, family: &str, key: &str, default: &'static str) -> Self {
        Self { layers, own: format!("{family}{key}."), default }
    }

    /// The value of the server's own, else of the common defaults if somebody has changed those.
    pub(crate) fn get<T: Wanted + Clone>(&self, name: &str) -> Option<Setting<T>> {
        self.own(name).or_else(|| Some(self.layers.setting::<T>(&format!("{}{name}", self.default))?.inherit()))
    }

    /// The value of the server's own.
    pub(crate) fn own<T: Wanted>(&self, name: &str) -> Option<Setting<T>> {
        self.layers.setting(&format!("{}{name}", self.own))
    }

    /// Text that is not empty.
    pub(crate) fn text(&self, name: &str) -> Option<Setting<String>> {
        self.get::<String>(name).filter(|setting| setting.text().is_some_and(|text| !text.is_empty()))
    }
}
