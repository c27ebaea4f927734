//! Which profile a file belongs to, and whether the client opens it: `profiles.ini` and `installs.ini`.

use maillint_model::{Bundle, Input, Note, NoteKind, Notes};
use maillint_source::{Limits, decode};
use maillint_syntax::ini::{self, Document, Section};

/// What is known of a profile.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Profile {
    /// The name that the profile manager shows.
    pub(crate) name: Option<String>,
    /// The letters and digits in front of its folder's name, which the client made up for it: a copy has them too.
    pub(crate) id: Option<String>,
    /// Why the client does not open it, where that is sure.
    pub(crate) unused: Option<String>,
}

/// Bytes of a list of profiles; a real one has some hundred for each profile. It is read again for each of them, and for
/// every other folder beside them: ten thousand folders of strangers must not take ten thousand looks at a long list.
const LONGEST_LIST: usize = 64 << 10;

/// Looks a profile up in the lists that lie one and two folders above it.
pub(crate) fn find(bundle: &Bundle, limits: &Limits, notes: &mut Notes) -> Profile {
    let folder = folder_of(&bundle.main.path);
    let id = parts_of_folder(&folder).map(|(id, _)| id.to_owned());
    for up in ["../", "../../"] {
        let mut lists = |name: &str| {
            let input = bundle.companion(&format!("{up}{name}"))?;
            if input.bytes.len() > LONGEST_LIST {
                let message = format!("{name} is too long for a list of profiles; it was not read.");
                notes.push_once(Note::new(NoteKind::Limit, message));
                return None;
            }
            Some(List::new(input, limits))
        };
        if let Some(profiles) = lists("profiles.ini")
            && let Some(profile) = profiles.profile(&folder, lists("installs.ini").as_ref())
        {
            return Profile { id, ..profile };
        }
    }
    Profile { name: name_of_folder(&folder), id, unused: None }
}

/// One list, and the folder that its relative paths start from.
struct List {
    document: Document,
    folder: String,
}

impl List {
    fn new(input: &Input, limits: &Limits) -> Self {
        Self { document: ini::parse(&decode(&input.bytes).text, limits), folder: folder_of(&input.path) }
    }

    fn profiles(&self) -> Vec<&Section> {
        let is_profile = |section: &&Section| {
            let name = section.name.value.to_ascii_lowercase();
            name.strip_prefix("profile").is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        };
        self.document.sections.iter().filter(is_profile).collect()
    }

    /// The default profile of each installation: sections `[Install<hash>]`, or `[<hash>]` in `installs.ini`.
    fn installs(&self) -> impl Iterator<Item = String> {
        let is_install = |section: &&Section| {
            let name = section.name.value.to_ascii_lowercase();
            let hash = name.strip_prefix("install").unwrap_or(&name);
            hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())
        };
        let path = |section: &Section| Some(self.absolute(value(section, "Default")?));
        self.document.sections.iter().filter(is_install).filter_map(path)
    }

    /// A path of the list, with `/` and without a slash at the end. Paths of another system are taken as absolute.
    fn absolute(&self, path: &str) -> String {
        let path = path.replace('\\', "/");
        let path = path.trim_end_matches('/');
        let has_drive = path.as_bytes().get(1) == Some(&b':');
        match path {
            "." | "" => self.folder.clone(),
            path if path.starts_with('/') || has_drive => path.to_owned(),
            path => format!("{}/{path}", self.folder),
        }
    }

    fn profile(&self, folder: &str, installs: Option<&Self>) -> Option<Profile> {
        let profiles = self.profiles();
        let paths: Vec<String> =
            profiles.iter().map(|section| self.absolute(value(section, "Path").unwrap_or("."))).collect();
        let exact = paths.iter().position(|path| same_path(path, folder));
        // A home that was copied from elsewhere: absolute paths lead nowhere, but the folder's own name is unique.
        let index = exact.or_else(|| {
            let mut same = paths.iter().enumerate().filter(|(_, path)| last(path) == last(folder));
            same.next().filter(|_| same.next().is_none()).map(|(index, _)| index)
        })?;
        let section = profiles.get(index)?;
        let path = paths.get(index)?;
        let name = value(section, "Name").map_or_else(|| name_of_folder(folder), |name| Some(name.to_owned()));

        let defaults: Vec<String> = self.installs().chain(installs.into_iter().flat_map(List::installs)).collect();
        let is_default = |section: &Section| value(section, "Default") == Some("1");
        let asks =
            self.document.section("General").and_then(|general| value(general, "StartWithLastProfile")) == Some("0");
        let unused = if asks || profiles.len() == 1 {
            None
        } else if !defaults.is_empty() {
            let opened = defaults.iter().any(|default| same_path(default, path));
            (!opened).then(|| "no installed program opens this profile".to_owned())
        } else {
            let other = profiles.iter().any(|section| is_default(section));
            (other && !is_default(section)).then(|| "another profile is the default".to_owned())
        };
        Some(Profile { name, unused, ..Profile::default() })
    }
}

fn value<'a>(section: &'a Section, key: &str) -> Option<&'a str> {
    section.get(key).map(|entry| entry.value.value.as_str()).filter(|value| !value.is_empty())
}

fn folder_of(path: &str) -> String {
    path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Windows and macOS do not tell upper from lower case, and a profile is not named twice in other letters elsewhere.
fn same_path(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// `ab12cd34.default-release` is the folder of the profile `default-release`.
fn name_of_folder(folder: &str) -> Option<String> {
    parts_of_folder(folder).map(|(_, name)| name.to_owned())
}

/// The eight letters and digits that the client makes up, and the name behind them.
fn parts_of_folder(folder: &str) -> Option<(&str, &str)> {
    let (id, name) = last(folder).split_once('.')?;
    let is_made_up = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (is_made_up && !name.is_empty()).then_some((id, name))
}

#[cfg(test)]
mod tests {
    use maillint_model::{Bundle, Input, Notes};
    use maillint_source::Limits;

    use super::find;

    /// The profile in the folder `path`, given the lists in `/home/anna/.thunderbird`: its name, and `-` if unused.
    fn look(path: &str, profiles: &str, installs: &str) -> String {
        let input = |path: &str, text: &str| Input {
            name: path.to_owned(),
            path: path.to_owned(),
            bytes: text.as_bytes().to_vec(),
        };
        let mut bundle = Bundle::single(input(&format!("{path}/prefs.js"), ""));
        let up = if path.contains("/Profiles/") { "../../" } else { "../" };
        for (pattern, text) in [("profiles.ini", profiles), ("installs.ini", installs)] {
            let pattern: &'static str = match (up, pattern) {
                ("../", "profiles.ini") => "../profiles.ini",
                ("../", _) => "../installs.ini",
                (_, "profiles.ini") => "../../profiles.ini",
                _ => "../../installs.ini",
            };
            let name = pattern.rsplit('/').next().unwrap();
            bundle.companions.push((pattern, input(&format!("/home/anna/.thunderbird/{name}"), text)));
        }
        let profile = find(&bundle, &Limits::default(), &mut Notes::new(&Limits::default()));
        let unused = if profile.unused.is_some() { " -" } else { "" };
        format!("{}{unused}", profile.name.unwrap_or_default())
    }

    const TWO: &str = "[Profile1]\nName=default\nIsRelative=1\nPath=8ueai6b2.default\nDefault=1\n\n\
                       [Profile0]\nName=default-release\nIsRelative=1\nPath=jfm2uai7.default-release\n";

    #[test]
    fn the_default_of_an_installation_beats_the_old_default() {
        let installs = "[D78BF5DD33499EC2]\nDefault=jfm2uai7.default-release\nLocked=1\n";
        let home = "/home/anna/.thunderbird";
        assert_eq!(look(&format!("{home}/jfm2uai7.default-release"), TWO, installs), "default-release");
        assert_eq!(look(&format!("{home}/8ueai6b2.default"), TWO, installs), "default -");
    }

    #[test]
    fn without_installations_the_old_default_counts() {
        let home = "/home/anna/.thunderbird";
        assert_eq!(look(&format!("{home}/jfm2uai7.default-release"), TWO, ""), "default-release -");
        assert_eq!(look(&format!("{home}/8ueai6b2.default"), TWO, ""), "default");
    }

    #[test]
    fn several_installations_each_open_their_own() {
        let installs =
            "[AAAAAAAAAAAAAAAA]\nDefault=8ueai6b2.default\n[BBBBBBBBBBBBBBBB]\nDefault=jfm2uai7.default-release\n";
        let home = "/home/anna/.thunderbird";
        assert_eq!(look(&format!("{home}/8ueai6b2.default"), TWO, installs), "default");
        assert_eq!(look(&format!("{home}/jfm2uai7.default-release"), TWO, installs), "default-release");
    }

    #[test]
    fn windows_paths_and_absolute_paths_of_another_machine() {
        let windows = "[Profile0]\nName=work\nIsRelative=1\nPath=Profiles/ab12cd34.work\nDefault=1\n[Profile1]\nName=old\n\
                       IsRelative=0\nPath=D:\\Mail\\zz99zz99.old\n";
        let home = "/home/anna/.thunderbird";
        assert_eq!(look(&format!("{home}/Profiles/ab12cd34.work"), windows, ""), "work");
        assert_eq!(look("/uploads/Profiles/zz99zz99.old", windows, ""), "old -");
    }

    #[test]
    fn who_is_asked_at_each_start_may_open_any() {
        let asks = format!("{TWO}[General]\nStartWithLastProfile=0\n");
        assert_eq!(look("/home/anna/.thunderbird/jfm2uai7.default-release", &asks, ""), "default-release");
    }

    #[test]
    fn a_folder_in_no_list_is_not_called_unused() {
        assert_eq!(look("/home/anna/.thunderbird/cd34ef56.copy", TWO, ""), "copy");
        assert_eq!(look("/uploads", "", ""), "");
    }

    #[test]
    fn a_copy_of_a_profile_has_the_letters_of_its_original() {
        let limits = Limits::default();
        let id = |path: &str| {
            let main = Input { name: "prefs.js".to_owned(), path: path.to_owned(), bytes: Vec::new() };
            find(&Bundle::single(main), &limits, &mut Notes::new(&limits)).id
        };
        let original = id("/home/anna/.thunderbird/ab12cd34.default-release/prefs.js");
        assert_eq!(original.as_deref(), Some("ab12cd34"));
        assert_eq!(id("/backup/ab12cd34.default-release/prefs.js"), original);
        assert_eq!(id("/backup/old/prefs.js"), None);
    }

    #[test]
    fn the_folder_of_the_list_may_be_the_profile() {
        let here = "[Profile0]\nName=\nIsRelative=1\nPath=.\n[Profile1]\nName=x\nIsRelative=1\nPath=x\nDefault=1\n";
        assert_eq!(look("/home/anna/.thunderbird", here, ""), " -");
    }
}
