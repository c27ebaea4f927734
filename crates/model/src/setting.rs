use maillint_source::{Location, Span, telltale};

/// Where a value comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// It stands in a file.
    Written,
    /// The client's own value for a key that is not there.
    Default,
    /// The client takes it from another setting: the outgoing server uses the incoming user name.
    Inherited,
    /// It cannot be known from the files. Never a pass, never a fail.
    Unknown,
}

impl Origin {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Default => "default",
            Self::Inherited => "inherited",
            Self::Unknown => "unknown",
        }
    }
}

/// A value of an account, with its origin and, where it has one, its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Setting<T> {
    value: Option<T>,
    origin: Origin,
    at: Option<Location>,
    managed: bool,
}

impl<T> Setting<T> {
    /// A value that stands in a file.
    pub fn written(value: T, at: Location) -> Self {
        Self { value: Some(value), origin: Origin::Written, at: Some(at), managed: false }
    }

    /// The client's default for a key that is not there.
    pub fn default(value: T) -> Self {
        Self { value: Some(value), origin: Origin::Default, at: None, managed: false }
    }

    /// A value that the client takes from another setting, which stands at `at`.
    pub fn inherited(value: T, at: Option<Location>) -> Self {
        Self { value: Some(value), origin: Origin::Inherited, at, managed: false }
    }

    /// Not to be known from the files.
    pub fn unknown() -> Self {
        Self { value: None, origin: Origin::Unknown, at: None, managed: false }
    }

    /// Something stands in a file, but what the client makes of it is not known.
    pub fn unknown_at(at: Location) -> Self {
        Self { value: None, origin: Origin::Unknown, at: Some(at), managed: false }
    }

    /// The same, set by an administrator: the user cannot change it, so a fix is not for the user.
    #[must_use]
    pub fn managed(mut self) -> Self {
        self.managed = true;
        self
    }

    /// The value; `None` when unknown.
    pub fn value(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// Where it comes from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Where it stands.
    pub fn at(&self) -> Option<&Location> {
        self.at.as_ref()
    }

    /// Whether an administrator has set it.
    pub fn is_managed(&self) -> bool {
        self.managed
    }

    /// The same origin and place with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Setting<U> {
        Setting { value: self.value.map(f), origin: self.origin, at: self.at, managed: self.managed }
    }

    /// The same value as another setting takes it over: its origin becomes [`Origin::Inherited`].
    #[must_use]
    pub fn inherit(&self) -> Self
    where
        T: Clone,
    {
        match &self.value {
            Some(value) => Self { managed: self.managed, ..Self::inherited(value.clone(), self.at.clone()) },
            None => self.clone(),
        }
    }
}

impl<T: Copy> Setting<T> {
    /// The value; `None` when unknown.
    pub fn get(&self) -> Option<T> {
        self.value
    }
}

impl Setting<String> {
    /// The value; `None` when unknown.
    pub fn text(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// Puts a mark in the place of each secret that `find` finds in it.
    pub(crate) fn hide(&mut self, find: fn(&str) -> Vec<Span>) {
        let secrets = self.value.as_deref().map_or(Vec::new(), find);
        if !secrets.is_empty() {
            self.value = self.value.as_deref().map(|text| telltale::without(text, &secrets));
        }
    }
}

impl<T> Default for Setting<T> {
    fn default() -> Self {
        Self::unknown()
    }
}
