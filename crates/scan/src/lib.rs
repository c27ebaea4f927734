//! Finds files and opens them: the only crate that touches the file system, and the only one that holds a thread.
//!
//! [`scan`] takes the paths that the operator gave. A file is recognised by its content, whatever it is called. In a
//! folder, the files that some client's format names are opened wherever they lie, and any file that lies directly in
//! it or one folder below: what people send in has all sorts of names. An archive that was named, or that is an upload,
//! is read like a folder, in memory. Nothing is written, no link is followed, and
//! what comes out does not depend on the order of the disk or the number of threads.
#![allow(clippy::disallowed_methods, reason = "this is the crate that does IO")]

mod access;
mod archive;
mod bundle;
mod long;
mod once;
mod open;
mod options;
mod prune;
mod reader;
mod unpacked;
mod walk;

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use maillint_clients::{Names, Uses};
use maillint_model::{Account, FileReport, Note, NoteKind, Outcome};

use archive::ArchiveShelf;
use bundle::{Disk, Listing, Listings, Shelf};
use once::without_repeats;
use open::{Opened, Problem};
pub use options::{Options, Progress};
pub use reader::is_known;
use reader::{Candidate, Layers, Read, ReadFile, Reader, unreadable};
use walk::{Counters, Met, Place, Task};

/// Folders below a given one in which any file is opened, whatever its name.
const ANY_NAME_DEPTH: usize = 2;

/// The path that stands for standard input.
const STDIN: &str = "-";

/// What is said of a file that somebody named, and no format recognised.
const NOTHING: &str = "no mail client's settings were recognised in it";

/// What was found and read.
pub struct Scan {
    /// The accounts, in the order of the given paths, of their files, and of the client's own list.
    pub accounts: Vec<Account>,
    /// What became of each file that was opened or left out, in the order of the given paths and of their names.
    pub files: Vec<FileReport>,
    /// Folders that were not entered because they hold no settings.
    pub pruned_folders: u64,
    /// Files that were opened in a walk and are no client's.
    pub unrecognised_files: u64,
    /// Archives that were met near the top of a walk and not opened, as they were not named and are no uploads.
    pub closed_archives: u64,
    /// With [`Options::uploads`], whose files and accounts these are.
    pub customers: Vec<Customer>,
}

/// What one customer sent in: an entry of a given folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Customer {
    /// The entry's name, as in the paths of its files.
    pub name: String,
    /// Which of [`Scan::files`] are in it.
    pub files: Range<usize>,
    /// Which of [`Scan::accounts`] are in it.
    pub accounts: Range<usize>,
}

/// Reads the settings that lie at `paths`: files, folders, or `-` for standard input.
///
/// Never fails: what could not be read is in [`Scan::files`].
pub fn scan(paths: &[PathBuf], options: &Options<'_>) -> Scan {
    let roots: Vec<Root> = paths.iter().map(|path| Root::new(path)).collect();
    let base = common_folder(&roots);
    let is_fence = |root: &&Root| options.uploads && root.kind == Kind::Folder;
    let fences: Vec<PathBuf> = roots.iter().filter(is_fence).map(|root| root.path.clone()).collect();
    let names = Names::of(options.formats);
    let disk = Disk { base: &base, fences: &fences, listings: Listings::new(&names) };
    // One file alone cannot be a layer over another.
    let named = roots.iter().filter(|root| root.kind == Kind::File && roots.len() > 1).map(|root| root.path.as_path());
    let layers = reader::layers(named, &disk, options);
    let counters = Counters::default();
    let reader = Reader { options, layers: &layers };
    let run = Run { reader, names: &names, disk, counters: &counters };

    let tasks = roots
        .iter()
        .enumerate()
        .map(|(root, Root { path, kind })| Task { root, path: path.clone(), depth: 0, named: *kind != Kind::Folder })
        .collect();
    let found = walk::walk(
        tasks,
        options,
        &counters,
        |name, depth| run.uses(name, depth),
        |found, place, met| run.visit(found, place, met),
        |found| once::sort(&mut found.files),
    );

    let mut whole = Found::default();
    for Found { files, unrecognised, closed_archives } in found {
        whole.files.extend(files);
        whole.unrecognised += unrecognised;
        whole.closed_archives += closed_archives;
    }
    if counters.is_over_limit() {
        let limit = options.limits.walk_entries;
        let message = format!("there are more than {limit} files below it; the rest was not looked at");
        let note = Note::new(NoteKind::Limit, message);
        whole.files.push(ReadFile::note(usize::MAX, Path::new(""), ".".to_owned(), note));
    }
    let mut scan = Scan { pruned_folders: counters.pruned(), ..whole.into_scan(&run.disk) };
    scan.customers = with_silent(std::mem::take(&mut scan.customers), &run.disk, options);
    scan
}

/// The customers in order, with those of whose files none was a client's: they get a verdict too.
fn with_silent(heard: Vec<Customer>, disk: &Disk<'_>, options: &Options<'_>) -> Vec<Customer> {
    let most = usize::try_from(options.limits.walk_entries).unwrap_or(usize::MAX);
    let mut entries: Vec<String> = Vec::new();
    for fence in disk.fences {
        let names = std::fs::read_dir(fence).into_iter().flatten().flatten().map(|entry| entry.path());
        let mut names: Vec<PathBuf> = names.take(most).collect();
        names.sort();
        entries.extend(names.iter().map(|path| disk.label(path)));
    }
    let mut known: BTreeMap<String, Customer> =
        heard.into_iter().map(|customer| (customer.name.clone(), customer)).collect();
    let mut all: Vec<Customer> = Vec::new();
    for name in entries {
        let (files, accounts) = all.last().map_or((0, 0), |last| (last.files.end, last.accounts.end));
        let silent = Customer { name: name.clone(), files: files..files, accounts: accounts..accounts };
        all.push(known.remove(&name).unwrap_or(silent));
    }
    // Of an entry that was deleted in the meantime is told what was read of it.
    all.extend(known.into_values());
    all
}

/// Reads one file, or one archive, that is in memory already; nothing is beside it.
pub fn scan_bytes(name: &str, bytes: Vec<u8>, options: &Options<'_>) -> Scan {
    let layers = Layers::new();
    let names = Names::of(options.formats);
    let disk = Disk { base: Path::new(""), fences: &[], listings: Listings::new(&names) };
    let reader = Reader { options, layers: &layers };
    let run = Run { reader, names: &names, disk, counters: &Counters::default() };
    let mut found = Found::default();
    let candidate = Candidate { root: 0, path: Path::new(name), named: true, beside: &None };
    run.read_alone(&mut found, &candidate, Opened::bytes(bytes));
    found.into_scan(&run.disk)
}

impl Scan {
    fn add(&mut self, file: ReadFile, customer: Option<String>) {
        let (files, accounts) = (self.files.len(), self.accounts.len());
        self.accounts.extend(file.accounts);
        self.files.push(file.report);
        let Some(name) = customer else { return };
        if self.customers.last().is_none_or(|last| last.name != name) {
            self.customers.push(Customer { name, files: files..files, accounts: accounts..accounts });
        }
        if let Some(last) = self.customers.last_mut() {
            last.files.end = self.files.len();
            last.accounts.end = self.accounts.len();
        }
    }
}

/// One of the given paths.
struct Root {
    /// Absolute, where it exists; a link to a folder is resolved, a link to a file is not.
    path: PathBuf,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
    Stdin,
}

impl Root {
    fn new(path: &Path) -> Self {
        if path.as_os_str() == STDIN {
            return Self { path: path.to_owned(), kind: Kind::Stdin };
        }
        if path.is_dir() {
            return Self { path: path.canonicalize().unwrap_or_else(|_| path.to_owned()), kind: Kind::Folder };
        }
        let parent = match path.parent() {
            Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
            Some(parent) => parent,
            None => path,
        };
        let name = path.file_name().unwrap_or_default();
        let path = parent.canonicalize().map_or_else(|_| path.to_owned(), |parent| parent.join(name));
        Self { path, kind: Kind::File }
    }
}

/// The folder that names in reports are relative to: the one that was given, or the deepest that holds all.
fn common_folder(roots: &[Root]) -> PathBuf {
    let mut common: Option<&Path> = None;
    for root in roots.iter().filter(|root| root.kind != Kind::Stdin) {
        let folder = match root.kind {
            Kind::Folder => &root.path,
            _ => root.path.parent().unwrap_or(&root.path),
        };
        common = Some(match common {
            None => folder,
            Some(common) => common.ancestors().find(|above| folder.starts_with(above)).unwrap_or(Path::new("")),
        });
    }
    common.unwrap_or(Path::new("")).to_owned()
}

/// What one thread found.
#[derive(Default)]
struct Found {
    files: Vec<ReadFile>,
    unrecognised: u64,
    closed_archives: u64,
}

impl Found {
    /// In order, each file once.
    fn into_scan(self, disk: &Disk<'_>) -> Scan {
        let files = without_repeats(self.files);
        let accounts = files.iter().map(|file| file.accounts.len()).sum();
        let mut scan = Scan {
            accounts: Vec::with_capacity(accounts),
            files: Vec::with_capacity(files.len()),
            pruned_folders: 0,
            unrecognised_files: self.unrecognised,
            closed_archives: self.closed_archives,
            customers: Vec::new(),
        };
        for file in files {
            let customer = disk.customer(&file.path);
            scan.add(file, customer.map(|path| disk.label(&path)));
        }
        scan
    }
}

/// What the threads share.
struct Run<'a> {
    reader: Reader<'a>,
    names: &'a Names,
    disk: Disk<'a>,
    counters: &'a Counters,
}

impl Run<'_> {
    /// What a file that a walk meets is good for. Near the top, people's files are called anything.
    fn uses(&self, name: &[u8], depth: usize) -> Uses {
        let uses = self.names.uses(name);
        Uses { is_opened: uses.is_opened || depth <= ANY_NAME_DEPTH, ..uses }
    }

    fn visit(&self, found: &mut Found, place: &Place<'_>, met: Met<'_>) {
        let note = |note| ReadFile::note(place.root, place.path, self.disk.label(place.path), note);
        match met {
            Met::Named => self.read_named(found, place),
            Met::File(beside) => self.read_met(found, place, beside),
            // A folder that was deleted in the meantime is not missed.
            Met::Unreadable(error) if error.kind() == std::io::ErrorKind::NotFound && place.depth > 0 => {}
            Met::Unreadable(error) => found.files.push(note(unreadable("this folder could not be opened", &error))),
            Met::TooDeep => {
                let message = format!(
                    "this folder lies more than {} folders down; it was not opened",
                    self.reader.options.limits.walk_depth
                );
                found.files.push(note(Note::new(NoteKind::Limit, message)));
            }
        }
    }

    fn read_named(&self, found: &mut Found, place: &Place<'_>) {
        let candidate = Candidate { root: place.root, path: place.path, named: true, beside: &None };
        if place.path.as_os_str() == STDIN {
            self.read_alone(found, &candidate, Opened::stream(std::io::stdin()));
        } else {
            self.read_on(&self.disk, found, &candidate, Opened::named(place.path));
        }
    }

    /// Reads what lies in no folder: nothing is beside it.
    fn read_alone(&self, found: &mut Found, candidate: &Candidate<'_>, opened: Result<Opened, Problem>) {
        let nothing = BTreeMap::new();
        let shelf = ArchiveShelf::new(&self.disk, &nothing, self.names);
        self.read_on(&shelf, found, candidate, opened);
    }

    /// Reads a file, or an archive, that somebody named.
    fn read_on(
        &self,
        shelf: &dyn Shelf,
        found: &mut Found,
        candidate: &Candidate<'_>,
        opened: Result<Opened, Problem>,
    ) {
        if let Some(kind) = archive_kind(candidate, &opened)
            && let Ok(opened) = opened
        {
            return self.read_archive(found, candidate, kind, opened);
        }
        match self.reader.read(shelf, candidate, opened) {
            Read::File(file) => self.keep(found, file),
            Read::Gone | Read::Unrecognised => {
                let note = Note::new(NoteKind::Info, NOTHING);
                found.files.push(ReadFile::note(candidate.root, candidate.path, shelf.label(candidate.path), note));
            }
        }
    }

    fn read_met(&self, found: &mut Found, place: &Place<'_>, beside: &Listing) {
        let is_expected = place.path.file_name().is_some_and(|name| self.names.uses(name.as_encoded_bytes()).is_opened);
        let opened = Opened::met(place.path);
        if !is_expected && matches!(opened, Err(Problem::Unreadable(_))) {
            return;
        }
        let candidate = Candidate { root: place.root, path: place.path, named: false, beside };
        if let Some(kind) = archive_kind(&candidate, &opened) {
            match opened {
                Ok(opened) if self.reader.options.uploads => self.read_archive(found, &candidate, kind, opened),
                _ => found.closed_archives += 1,
            }
            return;
        }
        match self.reader.read(&self.disk, &candidate, opened) {
            Read::File(file) => self.keep(found, file),
            Read::Unrecognised => found.unrecognised += 1,
            Read::Gone => {}
        }
    }

    fn keep(&self, found: &mut Found, file: ReadFile) {
        self.counters.add_accounts(file.accounts.len());
        found.files.push(file);
    }
}

/// What kind of archive a file is.
fn archive_kind(candidate: &Candidate<'_>, opened: &Result<Opened, Problem>) -> Option<archive::Kind> {
    let name = candidate.path.file_name().unwrap_or_default().to_string_lossy();
    archive::kind(&name, opened.as_ref().ok()?.head())
}

impl ReadFile {
    /// A file or folder of which there is nothing but a note.
    fn note(root: usize, path: &Path, label: String, note: Note) -> Self {
        Self {
            root,
            path: path.to_owned(),
            report: FileReport { path: label, client: None, outcome: Outcome::Skipped, notes: vec![note] },
            accounts: Vec::new(),
            companions: Vec::new(),
        }
    }
}

/// The user's own folder: on Unix what `HOME` says and nothing else, as the database of users is only to be asked through
/// parts of the system's C library, which a program that is linked statically does not bring.
pub fn home() -> Option<PathBuf> {
    let home = if cfg!(unix) { std::env::var_os("HOME").map(PathBuf::from) } else { std::env::home_dir() };
    home.filter(|home| !home.as_os_str().is_empty())
}

/// The paths of a list, one a line, or one before each NUL.
pub fn paths_of_list(list: &[u8]) -> Vec<PathBuf> {
    let separator = if list.contains(&0) { 0 } else { b'\n' };
    list.split(|byte| *byte == separator)
        .map(|line| if separator == b'\n' { line.strip_suffix(b"\r").unwrap_or(line) } else { line })
        .filter(|line| !line.is_empty())
        .map(|line| PathBuf::from(os_string(line)))
        .collect()
}

#[cfg(unix)]
fn os_string(bytes: &[u8]) -> &std::ffi::OsStr {
    std::os::unix::ffi::OsStrExt::from_bytes(bytes)
}

#[cfg(not(unix))]
fn os_string(bytes: &[u8]) -> std::ffi::OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}
