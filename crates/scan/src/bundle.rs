//! The files of one store, brought together.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use maillint_clients::pattern_matches;
use maillint_model::{FormatMeta, Input, Readers};
use maillint_source::Limits;

use crate::access;
use crate::open::{Content, Opened, Problem, file_names, files};
use crate::options::Options;

/// Files that one pattern of [`FormatMeta::companions`] may name.
const MOST_PER_PATTERN: usize = 256;

/// Where files lie side by side: on the disk, or in an archive.
pub(crate) trait Shelf {
    /// The bytes of a file.
    fn read(&self, path: &Path, limits: &Limits) -> Result<Vec<u8>, Problem>;

    /// The names of the files of a folder that a pattern names, in order.
    fn names(&self, folder: &Path, pattern: &str) -> Vec<String>;

    /// Whether there may be a file of this name in a folder; to look is only worth it then.
    fn may_hold(&self, _folder: &Path, _name: &str) -> bool {
        true
    }

    /// A path as reports show it.
    fn label(&self, path: &Path) -> String;

    /// Whether what lies at `path` may be read as a part of the file at `main`.
    fn is_open_to(&self, main: &Path, path: &Path) -> bool;

    /// Who on this computer can read a file; `None` where it is no file of this computer's own.
    fn readers(&self, _path: &Path) -> Option<Readers> {
        None
    }
}

/// The file system.
pub(crate) struct Disk<'a> {
    /// What labels are relative to.
    pub(crate) base: &'a Path,
    /// Folders whose entries belong to a customer each, who sees nothing of the others.
    pub(crate) fences: &'a [PathBuf],
    /// What lies in the folders that were asked about.
    pub(crate) listings: Listings,
}

/// The files that may belong to others, in the folders that were last asked about: ten thousand uploads ask the same few
/// folders for files that are not there, and may all lie in one.
pub(crate) struct Listings {
    patterns: Vec<String>,
    known: Mutex<HashMap<PathBuf, Option<Arc<[String]>>>>,
}

impl Listings {
    /// Folders that are remembered.
    const MOST_FOLDERS: usize = 64;
    /// Names of one folder that are remembered.
    const MOST_NAMES: usize = 4096;

    /// Nothing is known yet.
    pub(crate) fn of(options: &Options<'_>) -> Self {
        Self { patterns: companion_patterns(options), known: Mutex::default() }
    }

    /// The names in a folder that some format asks for, in order, out of all its `files`; `None` where they are too many
    /// to remember, or the folder cannot be listed.
    pub(crate) fn names<Files: Iterator<Item = String>>(
        &self,
        folder: &Path,
        files: impl FnOnce() -> Option<Files>,
    ) -> Option<Arc<[String]>> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(folder) {
            return known.clone();
        }
        // Not under the lock: other threads have other folders to ask about.
        let is_asked_for = |name: &String| self.patterns.iter().any(|it| pattern_matches(it, name.as_bytes()));
        let names = files().and_then(|files| {
            let mut names: Vec<String> = files.filter(is_asked_for).take(Self::MOST_NAMES + 1).collect();
            names.sort_unstable();
            (names.len() <= Self::MOST_NAMES).then(|| names.into())
        });
        let mut known = lock();
        if known.len() >= Self::MOST_FOLDERS {
            known.clear();
        }
        known.insert(folder.to_owned(), names.clone());
        names
    }
}

/// The last steps of [`FormatMeta::companions`], as patterns.
pub(crate) fn companion_patterns(options: &Options<'_>) -> Vec<String> {
    let companions = options.formats.iter().flat_map(|format| format.meta().companions);
    companions.map(|pattern| pattern.rsplit('/').next().unwrap_or(pattern).replace("{name}", "*")).collect()
}

impl Disk<'_> {
    fn listing(&self, folder: &Path) -> Option<Arc<[String]>> {
        self.listings.names(folder, || Some(files(folder).ok()?.filter_map(|name| name.into_string().ok())))
    }

    /// The customer whose file this is.
    pub(crate) fn customer(&self, path: &Path) -> Option<PathBuf> {
        self.fences.iter().find_map(|fence| {
            let first = path.strip_prefix(fence).ok()?.components().next()?;
            Some(fence.join(first))
        })
    }
}

impl Shelf for Disk<'_> {
    fn read(&self, path: &Path, limits: &Limits) -> Result<Vec<u8>, Problem> {
        let opened = Opened::met(path)?;
        let len = opened.len;
        match opened.read(limits)? {
            Content::Whole(bytes) => Ok(bytes),
            Content::Long(_) => Err(Problem::TooLong(len)),
        }
    }

    fn names(&self, folder: &Path, pattern: &str) -> Vec<String> {
        let keep = |name: &str| pattern_matches(pattern, name.as_bytes());
        if let Some(names) = self.listing(folder) {
            return names.iter().filter(|name| keep(name)).take(MOST_PER_PATTERN).cloned().collect();
        }
        let keep = |name: &OsStr| name.to_str().is_some_and(keep);
        file_names(folder, keep, MOST_PER_PATTERN).into_iter().filter_map(|name| name.into_string().ok()).collect()
    }

    fn may_hold(&self, folder: &Path, name: &str) -> bool {
        // Some systems find a file by a name in other letters.
        self.listing(folder).is_none_or(|names| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
    }

    fn label(&self, path: &Path) -> String {
        label(path, self.base)
    }

    fn is_open_to(&self, main: &Path, path: &Path) -> bool {
        self.customer(main) == self.customer(path)
    }

    fn readers(&self, path: &Path) -> Option<Readers> {
        // The mode of a copy says nothing of the customer's own file.
        if self.customer(path).is_some() { None } else { access::readers(path) }
    }
}

/// A file that belongs to another.
pub(crate) struct Companion {
    /// What names it.
    pub(crate) pattern: &'static str,
    /// Where it lies.
    pub(crate) path: PathBuf,
    /// Its bytes, or why there are none; a missing file is none at all.
    pub(crate) content: Result<Input, Problem>,
}

/// The files that a format wants beside the file at `main`, as far as they exist.
pub(crate) fn companions(shelf: &dyn Shelf, main: &Path, meta: &FormatMeta, limits: &Limits) -> Vec<Companion> {
    let mut found: Vec<Companion> = Vec::new();
    for pattern in meta.companions {
        for path in paths(shelf, main, pattern) {
            if path == main || !shelf.is_open_to(main, &path) || found.iter().any(|companion| companion.path == path) {
                continue;
            }
            let content = match shelf.read(&path, limits) {
                Err(Problem::Missing | Problem::NotAFile) => continue,
                content => content.map(|bytes| input(shelf, &path, bytes)),
            };
            found.push(Companion { pattern, path, content });
        }
    }
    found
}

/// A file as readers take it.
pub(crate) fn input(shelf: &dyn Shelf, path: &Path, bytes: Vec<u8>) -> Input {
    Input { name: shelf.label(path), path: slashes(path), bytes }
}

/// The paths that a pattern names, beside the file at `main`.
fn paths(shelf: &dyn Shelf, main: &Path, pattern: &str) -> Vec<PathBuf> {
    let name = main.file_name().unwrap_or_default().to_string_lossy();
    let (folders, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
    let mut folder = main.parent().unwrap_or(Path::new("")).to_owned();
    for step in folders.split('/').filter(|step| !step.is_empty()) {
        if step != ".." {
            folder.push(step.replace("{name}", &name));
        } else if !folder.pop() {
            return Vec::new();
        }
    }
    // The pattern is the format's own; a name that holds a `*` is compared as it is.
    if last.contains('*') {
        let last = last.replace("{name}", &name);
        shelf.names(&folder, &last).into_iter().map(|name| folder.join(name)).collect()
    } else {
        let last = last.replace("{name}", &name);
        if shelf.may_hold(&folder, &last) { vec![folder.join(last)] } else { Vec::new() }
    }
}

/// A path with `/`; what is not UTF-8 is replaced.
pub(crate) fn slashes(path: &Path) -> String {
    let mut text = String::new();
    for component in path.components() {
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        match component {
            Component::RootDir => text.push('/'),
            component => text.push_str(&component.as_os_str().to_string_lossy()),
        }
    }
    text
}

/// A path as reports show it: relative to `base`, with `/`.
pub(crate) fn label(path: &Path, base: &Path) -> String {
    let mut up = String::new();
    for base in base.ancestors() {
        if let Ok(rest) = path.strip_prefix(base) {
            return if rest.as_os_str().is_empty() && up.is_empty() { ".".to_owned() } else { up + &slashes(rest) };
        }
        up.push_str("../");
    }
    slashes(path)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use maillint_source::Limits;

    use super::{Disk, Listings, Options, label, paths};

    #[test]
    fn labels_are_relative_to_the_root() {
        assert_eq!(
            label(Path::new("/home/anna/.thunderbird/x/prefs.js"), Path::new("/home/anna")),
            ".thunderbird/x/prefs.js"
        );
        assert_eq!(
            label(Path::new("/home/anna/.thunderbird/profiles.ini"), Path::new("/home/anna/.thunderbird/x")),
            "../profiles.ini"
        );
        assert_eq!(label(Path::new("/home/anna"), Path::new("/home/anna")), ".");
    }

    #[test]
    fn a_pattern_is_relative_to_the_folder_of_the_main_file() {
        let main = Path::new("/a/b/x.default/prefs.js");
        let one = |pattern: &str| {
            let paths = paths(
                &Disk { base: Path::new("/"), fences: &[], listings: Listings::of(&Options::new(&Limits::default())) },
                main,
                pattern,
            );
            paths.iter().map(|path| super::slashes(path)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(one("user.js"), "/a/b/x.default/user.js");
        assert_eq!(one("../profiles.ini"), "/a/b/profiles.ini");
        assert_eq!(one("../../profiles.ini"), "/a/profiles.ini");
        assert_eq!(one("{name}-wal"), "/a/b/x.default/prefs.js-wal");
        assert_eq!(one("../../../../../x"), "");
    }
}
