//! Which client of the family opens a profile, and in which version. Several settings mean different things to
//! different versions.

use maillint_model::{Bundle, is_too_long_to_share};
use maillint_source::{Limits, decode};
use maillint_syntax::ini;

use crate::layers::Layers;

/// A client of the family.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Family {
    Thunderbird,
    Betterbird,
    Icedove,
    SeaMonkey,
    Postbox,
    Interlink,
    Epyrus,
}

impl Family {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Thunderbird => "Thunderbird",
            Self::Betterbird => "Betterbird",
            Self::Icedove => "Icedove",
            Self::SeaMonkey => "SeaMonkey",
            Self::Postbox => "Postbox",
            Self::Interlink => "Interlink",
            Self::Epyrus => "Epyrus",
        }
    }

    /// Whether it is built on an older Thunderbird and has version numbers of its own.
    pub(crate) fn is_fork(self) -> bool {
        matches!(self, Self::SeaMonkey | Self::Postbox | Self::Interlink | Self::Epyrus)
    }

    const NAMES: [(&str, Self); 6] = [
        ("seamonkey", Self::SeaMonkey),
        ("betterbird", Self::Betterbird),
        ("postbox", Self::Postbox),
        ("interlink", Self::Interlink),
        ("epyrus", Self::Epyrus),
        ("icedove", Self::Icedove),
    ];

    /// By the folder of the program: `C:\Program Files\Betterbird`, `/opt/seamonkey-2.53`.
    fn of_program(path: &str) -> Option<Self> {
        Self::by_folder(path, |folder, name| folder.starts_with(name))
    }

    /// By the folders above a profile: `~/.mozilla/seamonkey/…`. A user may be called anything, so these are compared
    /// whole.
    fn of_profile(path: &str) -> Option<Self> {
        let whole = |folder: &str, name: &str| {
            let folder = folder.trim_start_matches('.');
            folder == name
                || folder.strip_suffix("app") == Some(name)
                || folder.strip_prefix("eu.betterbird.") == Some(name)
        };
        Self::by_folder(path, whole)
    }

    /// `is` tells whether a folder's name, in lower case, holds that of a client in the right place.
    fn by_folder(path: &str, is: impl Fn(&str, &str) -> bool) -> Option<Self> {
        let path = path.to_lowercase();
        let folders: Vec<&str> = path.split(['/', '\\']).collect();
        let hit = |name: &str| folders.iter().any(|folder| folder.len() >= name.len() && is(folder, name));
        Self::NAMES.into_iter().find(|(name, _)| hit(name)).map(|(_, family)| family)
    }
}

/// The client of one profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Client {
    pub(crate) family: Family,
    /// As the files have it: `153.7.0`.
    pub(crate) version: Option<String>,
    /// The first number of Thunderbird's version; forks are mapped to the Thunderbird that they descend from.
    major: Option<u32>,
    /// `mail.ui-rdf.version`: how far the client's own migrations have gone.
    pub(crate) migration: Option<i32>,
}

impl Client {
    /// What the files of a profile tell. `extensions.lastAppVersion` is written at every start; `compatibility.ini`
    /// too, and names the folder of the program.
    pub(crate) fn of(bundle: &Bundle, layers: &Layers, limits: &Limits) -> Self {
        let compatibility =
            bundle.companion("compatibility.ini").map(|file| ini::parse(&decode(&file.bytes).text, limits));
        let compatible = |key: &str| {
            let entry =
                compatibility.as_ref().and_then(|file| file.section("Compatibility")).and_then(|it| it.get(key));
            entry.map(|entry| entry.value.value.clone())
        };
        let last_version = compatible("LastVersion").and_then(|text| text.split('_').next().map(str::to_owned));
        let version = layers
            .get::<String>("extensions.lastAppVersion")
            .or(last_version)
            .or_else(|| layers.get("mailnews.start_page_override.mstone"))
            .filter(|version| version.starts_with(|first: char| first.is_ascii_digit()))
            .filter(|version| !is_too_long_to_share(version, limits));
        let folder = compatible("LastAppDir").or_else(|| compatible("LastPlatformDir"));
        let family = folder
            .and_then(|folder| Family::of_program(&folder))
            .or_else(|| Family::of_profile(&bundle.main.path))
            .unwrap_or(Family::Thunderbird);
        Self::new(family, version, layers.get("mail.ui-rdf.version"))
    }

    pub(crate) fn new(family: Family, version: Option<String>, migration: Option<i32>) -> Self {
        let major =
            version.as_deref().and_then(|version| version.split('.').next()).and_then(|major| major.parse().ok());
        let major = match family {
            // Gecko 56 to 60 for SeaMonkey 2.53; Postbox 5 to 7, Interlink and Epyrus are based on 52 or thereabouts.
            Family::SeaMonkey | Family::Postbox | Family::Interlink | Family::Epyrus => Some(52),
            Family::Thunderbird | Family::Betterbird | Family::Icedove => major.or_else(|| by_migration(migration)),
        };
        Self { family, version, major, migration }
    }

    /// Whether it is this Thunderbird version or a later one; `None` where the files do not tell.
    pub(crate) fn since(&self, major: u32) -> Option<bool> {
        self.major.map(|own| own >= major)
    }

    /// Whether it is surely older than this version.
    pub(crate) fn before(&self, major: u32) -> bool {
        self.since(major) == Some(false)
    }

    /// Whether its preference parser gives up at the first error (Gecko before 60).
    pub(crate) fn has_old_parser(&self) -> bool {
        self.before(60)
    }
}

/// The version that wrote a migration level (`MailMigrator`): 17 is 60, 28 is 91, 34 is 102, 43 is 127, 44 is 132,
/// 51 is 140, 62 is 156.
fn by_migration(level: Option<i32>) -> Option<u32> {
    let steps = [(62, 156), (51, 140), (44, 132), (43, 127), (34, 102), (28, 91), (17, 60)];
    let level = level?;
    steps.into_iter().find(|(from, _)| level >= *from).map(|(_, major)| major)
}

#[cfg(test)]
mod tests {
    use super::{Client, Family};

    #[test]
    fn the_family_is_known_by_a_folder() {
        let family = Family::of_profile;
        assert_eq!(family("/home/anna/.mozilla/seamonkey/x.default/prefs.js"), Some(Family::SeaMonkey));
        assert_eq!(family("C:/Users/anna/AppData/Roaming/PostboxApp/Profiles/x/prefs.js"), Some(Family::Postbox));
        assert_eq!(family("/home/anna/.icedove/x.default/prefs.js"), Some(Family::Icedove));
        assert_eq!(
            family("/home/anna/.var/app/eu.betterbird.Betterbird/.thunderbird/x/prefs.js"),
            Some(Family::Betterbird)
        );
        assert_eq!(family("/home/interlinker/.thunderbird/x.default/prefs.js"), None);
        assert_eq!(Family::of_program("C:\\Program Files\\Betterbird"), Some(Family::Betterbird));
        assert_eq!(Family::of_program("/usr/lib/thunderbird"), None);
    }

    #[test]
    fn an_unknown_version_is_neither_new_nor_old() {
        let client = Client::new(Family::Thunderbird, None, None);
        assert_eq!((client.since(132), client.before(132)), (None, false));
        assert_eq!(Client::new(Family::Thunderbird, None, Some(61)).since(140), Some(true));
        assert_eq!(Client::new(Family::SeaMonkey, Some("2.53.18".to_owned()), None).since(60), Some(false));
    }
}
