//! The files of one store, brought together.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use maillint_clients::{Names, pattern_matches};
use maillint_model::{FormatMeta, Input, Readers};
use maillint_source::Limits;

use crate::access;
use crate::open::{Content, Opened, Problem, files};

/// Files that one pattern of [`FormatMeta::companions`] may name.
const MOST_PER_PATTERN: usize = 256;

/// Where files lie side by side: on the disk, or in an archive.
pub(crate) trait Shelf {
    /// The bytes of a file.
    fn read(&self, path: &Path, limits: &Limits) -> Result<Vec<u8>, Problem>;

    /// The names of the files of a folder that some format asks for.
    fn listing(&self, folder: &Path) -> Listing;

    /// The names of the files of a folder that a pattern names, in order, where [`Shelf::listing`] does not know.
    fn search(&self, folder: &Path, pattern: &str) -> Vec<String>;

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
    pub(crate) listings: Listings<'a>,
}

/// The names of one folder's files, in order; `None` where they are not known.
pub(crate) type Listing = Option<Arc<[String]>>;

/// Names in order.
pub(crate) fn listing(mut names: Vec<String>) -> Arc<[String]> {
    names.sort_unstable();
    names.into()
}

/// The files that may belong to others, in the folders that were last asked about: ten thousand uploads ask the same few
/// folders for files that are not there, and may all lie in one.
pub(crate) struct Listings<'a> {
    wanted: &'a Names,
    /// By the folder's path as it is written: to tell whether two paths are the same takes longer than to list one twice.
    known: Mutex<HashMap<OsString, Listing>>,
}

impl<'a> Listings<'a> {
    /// Folders that are remembered.
    const MOST_FOLDERS: usize = 64;
    /// Names of one folder that are remembered.
    const MOST_NAMES: usize = 4096;

    /// Nothing is known yet.
    pub(crate) fn new(wanted: &'a Names) -> Self {
        Self { wanted, known: Mutex::default() }
    }

    /// The names in a folder that some format asks for, in order, out of all its `files`; `None` where they are too many
    /// to remember, or the folder cannot be listed.
    pub(crate) fn names<Files: Iterator<Item = String>>(
        &self,
        folder: &Path,
        files: impl FnOnce() -> Option<Files>,
    ) -> Listing {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(folder.as_os_str()).cloned();
        if let Some(known) = known {
            return known;
        }
        // Not under the lock: other threads have other folders to ask about.
        let is_asked_for = |name: &String| self.wanted.uses(name.as_bytes()).is_companion;
        let names = files().and_then(|files| {
            let names: Vec<String> = files.filter(is_asked_for).take(Self::MOST_NAMES + 1).collect();
            (names.len() <= Self::MOST_NAMES).then_some(names)
        });
        let names = names.map(listing);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= Self::MOST_FOLDERS {
            known.clear();
        }
        known.insert(folder.as_os_str().to_owned(), names.clone());
        names
    }
}

impl Disk<'_> {
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

    fn listing(&self, folder: &Path) -> Listing {
        self.listings.names(folder, || Some(files(folder).ok()?.filter_map(|name| name.into_string().ok())))
    }

    fn search(&self, folder: &Path, pattern: &str) -> Vec<String> {
        let names = files(folder).into_iter().flatten().filter_map(|name| name.into_string().ok());
        let mut names: Vec<String> = names.filter(|name| pattern_matches(pattern, name.as_bytes())).collect();
        names.sort_unstable();
        names.truncate(MOST_PER_PATTERN + 1);
        names
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

/// The files that a format wants beside the file at `main`, as far as they exist, and are together no longer than one file
/// may be. `own` is what is known already of the folder that it lies in.
pub(crate) fn companions(
    shelf: &dyn Shelf,
    main: &Path,
    own: &Listing,
    meta: &FormatMeta,
    limits: &Limits,
) -> Vec<Companion> {
    let mut found: Vec<Companion> = Vec::new();
    let name = main.file_name().unwrap_or_default().to_string_lossy();
    let mut beside: Option<Beside> = None;
    let mut left = limits.file_bytes;
    for pattern in meta.companions {
        let (folders, last) = pattern.rsplit_once('/').unwrap_or(("", pattern));
        // Patterns of the same folder stand together.
        let beside = match &mut beside {
            Some(beside) if beside.folders == folders => beside,
            other => {
                let Some(folder) = folder(main, folders, &name) else { continue };
                let own = own.clone().filter(|_| folders.is_empty());
                other.insert(Beside { folders, listing: own.or_else(|| shelf.listing(&folder)), folder })
            }
        };
        for (number, path) in beside.paths(shelf, last, &name).into_iter().enumerate() {
            if path == main || !shelf.is_open_to(main, &path) || found.iter().any(|companion| companion.path == path) {
                continue;
            }
            if number == MOST_PER_PATTERN {
                found.push(Companion { pattern, path, content: Err(Problem::TooMany) });
                break;
            }
            let content = match shelf.read(&path, &Limits { file_bytes: left, ..limits.clone() }) {
                Err(Problem::Missing | Problem::NotAFile) => continue,
                Err(Problem::TooLong(len)) if len <= limits.file_bytes => Err(Problem::TooMany),
                content => content.map(|bytes| input(shelf, &path, bytes)),
            };
            left -= content.as_ref().map_or(0, |input| input.bytes.len() as u64);
            found.push(Companion { pattern, path, content });
        }
    }
    found
}

/// A folder in which companions may lie.
struct Beside {
    /// As it stands in the pattern.
    folders: &'static str,
    folder: PathBuf,
    listing: Listing,
}

impl Beside {
    /// The files that the last step of a pattern names, and one more if they are too many; `name` is that of the main
    /// file.
    fn paths(&self, shelf: &dyn Shelf, last: &str, name: &str) -> Vec<PathBuf> {
        let has_star = last.contains('*');
        // The pattern is the format's own; a name that holds a `*` is compared as it is.
        let last = if last.contains('{') { Cow::Owned(last.replace("{name}", name)) } else { Cow::Borrowed(last) };
        let join = |name: &str| self.folder.join(name);
        match &self.listing {
            Some(names) if has_star => {
                let named = names.iter().filter(|name| pattern_matches(&last, name.as_bytes()));
                named.take(MOST_PER_PATTERN + 1).map(|name| join(name)).collect()
            }
            None if has_star => shelf.search(&self.folder, &last).iter().map(|name| join(name)).collect(),
            // Some systems find a file by a name in other letters.
            Some(names) if !names.iter().any(|known| known.eq_ignore_ascii_case(&last)) => Vec::new(),
            _ => vec![join(&last)],
        }
    }
}

/// The folder that a pattern starts from, beside the file at `main`.
fn folder(main: &Path, folders: &str, name: &str) -> Option<PathBuf> {
    let mut folder = main.parent().unwrap_or(Path::new("")).to_owned();
    for step in folders.split('/').filter(|step| !step.is_empty()) {
        if step != ".." {
            folder.push(step.replace("{name}", name));
        } else if !folder.pop() {
            return None;
        }
    }
    Some(folder)
}

/// A file as readers take it.
pub(crate) fn input(shelf: &dyn Shelf, path: &Path, bytes: Vec<u8>) -> Input {
    Input { name: shelf.label(path), path: slashes(path), bytes }
}

/// A path with `/`; what is not UTF-8 is replaced.
pub(crate) fn slashes(path: &Path) -> String {
    // Nearly every path is written like that already, and to take one apart costs more than to look.
    if let Some(text) = path.to_str()
        && std::path::MAIN_SEPARATOR == '/'
        && !text.contains("//")
        && !text.contains("./")
        && !text.ends_with(['/', '.'])
    {
        return text.to_owned();
    }
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
    // As with `slashes`: nearly every path starts with the very bytes of the base.
    if let (Some(path), Some(base)) = (path.to_str(), base.to_str())
        && let Some(rest) = path.strip_prefix(base).and_then(|rest| rest.strip_prefix(std::path::MAIN_SEPARATOR))
        && !base.is_empty()
        && !rest.starts_with(std::path::MAIN_SEPARATOR)
    {
        return slashes(Path::new(rest));
    }
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

    use super::{folder, label};

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
        assert_eq!(label(Path::new("/home/annabel/prefs.js"), Path::new("/home/anna")), "../annabel/prefs.js");
        assert_eq!(label(Path::new("/home//anna//prefs.js"), Path::new("/home/anna")), "prefs.js");
        assert_eq!(label(Path::new("/home/anna"), Path::new("/")), "home/anna");
    }

    #[test]
    fn a_pattern_is_relative_to_the_folder_of_the_main_file() {
        let one = |folders: &str| {
            let folder = folder(Path::new("/a/b/x.default/prefs.js"), folders, "prefs.js");
            folder.map_or("-".to_owned(), |folder| super::slashes(&folder))
        };
        assert_eq!(one(""), "/a/b/x.default");
        assert_eq!(one(".."), "/a/b");
        assert_eq!(one("../.."), "/a");
        assert_eq!(one("{name}.d"), "/a/b/x.default/prefs.js.d");
        assert_eq!(one("../../../../.."), "-");
    }
}
