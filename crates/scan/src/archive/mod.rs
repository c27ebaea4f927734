//! What people send in: archives, unpacked into memory as far as they hold settings, and never onto the disk.
//!
//! Every archive is a stranger's. Each byte that comes out is counted against what went in, each name against the
//! limit, and an archive in an archive against the depth; what was read before a limit was met still counts.

mod budget;
mod mail;
mod seven;
mod tar;
mod zip;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::rc::Rc;

use maillint_clients::{Names, pattern_matches, recognise_among};
use maillint_model::{Note, NoteKind, Probe};
use maillint_source::Limits;

use crate::bundle::{Disk, Listing, Listings, Shelf};
use crate::open::{HEAD, Opened, Problem};
use crate::options::Options;
use budget::{Breach, Budget, Counted, Metered};

/// Memory that a decompressor may take for itself, in KiB: what `xz -9` and `zstd --ultra -22` ask for, and no more.
const DICTIONARY_KIB: u32 = 128 << 10;

/// Files that are kept of one archive, in lengths of the longest file.
const MOST_KEPT: u64 = 4;

/// Steps of one path in an archive.
const MOST_STEPS: usize = 64;

/// A kind of file that holds files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    Zip,
    Tar,
    Gzip,
    Zstd,
    Xz,
    SevenZip,
    Mail,
    /// Known, and not opened.
    Closed(&'static str),
}

/// What a file is by its first bytes, if it is one that holds files. That goes before what a client's format knows it by:
/// the words of the first file may stand there as they are, and who writes a mail may quote a setting.
pub(crate) fn kind(name: &str, head: &[u8]) -> Option<Kind> {
    match head {
        // Local file header, and end of central directory for an empty archive (PKWARE APPNOTE 4.3.7, 4.3.16).
        [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
        // RFC 1952, section 2.3.1, with the only method there is.
        [0x1F, 0x8B, 8, ..] => Some(Kind::Gzip),
        // RFC 8878, section 3.1.1.
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Some(Kind::Zstd),
        [0xFD, b'7', b'z', b'X', b'Z', 0, ..] => Some(Kind::Xz),
        [b'7', b'z', 0xBC, 0xAF, 0x27, 0x1C, ..] => Some(Kind::SevenZip),
        [b'R', b'a', b'r', b'!', 0x1A, 7, ..] => Some(Kind::Closed("RAR")),
        _ if tar::is_tar(head) => Some(Kind::Tar),
        _ if mail::is_mail(name, head) => Some(Kind::Mail),
        _ => None,
    }
}

/// The files of an archive that may be settings, by their path: that of the archive and on.
#[derive(Default)]
pub(crate) struct Unpacked {
    pub(crate) files: BTreeMap<PathBuf, Vec<u8>>,
    /// What is to be said of it.
    pub(crate) notes: Vec<Note>,
}

/// Takes an archive apart. A mistake in a decompressor costs this archive, not the run.
pub(crate) fn unpack(kind: Kind, path: &Path, opened: Opened, names: &Names, options: &Options<'_>) -> Unpacked {
    let mut unpacker = Unpacker {
        options,
        names,
        budget: Rc::new(Budget::new(options.limits)),
        entries: 0,
        kept: 0,
        unpacked: Unpacked::default(),
    };
    let done = catch_unwind(AssertUnwindSafe(|| match (kind, opened.into_file()) {
        (Kind::Zip, Ok(file)) => zip::unpack::<&File>(&mut unpacker, &file, path, 0),
        (Kind::SevenZip, Ok(file)) => seven::unpack(&mut unpacker, file, path, 0),
        (_, Ok(mut file)) => unpacker.open(kind, path, 0, &mut file),
        (_, Err(mut stream)) => unpacker.open(kind, path, 0, &mut stream),
    }));
    match done {
        Err(_) => {
            unpacker.note(NoteKind::Internal, "a mistake in maillint stopped the opening of it; please report it");
        }
        Ok(Err(Stop) | Ok(())) => {
            if let Some(breach) = unpacker.budget.breach() {
                let message = breach.words(options.limits);
                unpacker.note(NoteKind::Limit, message);
            }
        }
    }
    unpacker.unpacked
}

/// The unpacking ends here, for a reason that was noted.
struct Stop;

struct Unpacker<'a> {
    options: &'a Options<'a>,
    names: &'a Names,
    /// Names of files that belong to others.
    budget: Rc<Budget>,
    entries: usize,
    kept: u64,
    unpacked: Unpacked,
}

impl Unpacker<'_> {
    fn limits(&self) -> &Limits {
        self.options.limits
    }

    fn note(&mut self, kind: NoteKind, message: impl Into<String>) {
        // Ten thousand damaged entries are told like one.
        let note = Note::new(kind, message);
        if self.unpacked.notes.len() < 20 && !self.unpacked.notes.contains(&note) {
            self.unpacked.notes.push(note);
        }
    }

    /// A file that cannot be read to its end: a limit, or damage.
    fn broken(&mut self, path: &Path) -> Result<(), Stop> {
        if self.budget.breach().is_some() {
            return Err(Stop);
        }
        let message = format!("{} is damaged; what could be read of it counts", last_step(path));
        self.note(NoteKind::Unreadable, message);
        Ok(())
    }

    /// Looks into a file that holds files. `path` is its own.
    fn open(&mut self, kind: Kind, path: &Path, depth: usize, stream: &mut dyn Read) -> Result<(), Stop> {
        match kind {
            Kind::Zip => match self.hold(stream) {
                Some(bytes) => zip::unpack(self, Cursor::new(bytes.as_slice()), path, depth),
                None => self.too_long(path),
            },
            Kind::SevenZip => match self.hold(stream) {
                Some(bytes) => seven::unpack(self, Cursor::new(bytes), path, depth),
                None => self.too_long(path),
            },
            Kind::Mail => match self.hold(stream) {
                Some(bytes) => mail::unpack(self, &bytes, path, depth),
                None => self.too_long(path),
            },
            Kind::Tar => tar::unpack(self, stream, path, depth),
            Kind::Gzip => {
                let (input, packed) = Counted::new(stream);
                let plain = flate2::read::MultiGzDecoder::new(input);
                self.plain(path, depth, &mut Metered::new(plain, &self.budget.clone(), packed))
            }
            Kind::Zstd => {
                let (input, packed) = Counted::new(stream);
                let window = u64::from(DICTIONARY_KIB) << 10;
                match ruzstd::decoding::StreamingDecoder::new_with_max_window_size(input, window) {
                    Ok(plain) => self.plain(path, depth, &mut Metered::new(plain, &self.budget.clone(), packed)),
                    Err(_) => self.broken(path),
                }
            }
            Kind::Xz => {
                let (input, packed) = Counted::new(stream);
                let plain = lzma_rust2::XzReader::new_mem_limit(input, true, DICTIONARY_KIB);
                self.plain(path, depth, &mut Metered::new(plain, &self.budget.clone(), packed))
            }
            Kind::Closed(name) => {
                let message = format!("{name} archives are not opened; unpack it, or send a .zip instead");
                self.note(NoteKind::Unsupported, message);
                Ok(())
            }
        }
    }

    /// What came out of a decompressor: a tar archive, or one file.
    fn plain(&mut self, path: &Path, depth: usize, stream: &mut dyn Read) -> Result<(), Stop> {
        let Ok(head) = read_head(stream) else { return self.broken(path) };
        let mut whole = head.as_slice().chain(stream);
        if tar::is_tar(&head) {
            return tar::unpack(self, &mut whole, path, depth);
        }
        let name = last_step(path);
        let inner = name.rsplit_once('.').map_or("content", |(stem, _)| if stem.is_empty() { "content" } else { stem });
        self.member(path.join(inner), depth, &mut whole)
    }

    /// One file of an archive.
    fn member(&mut self, path: PathBuf, depth: usize, stream: &mut dyn Read) -> Result<(), Stop> {
        self.entries += 1;
        if self.entries > self.limits().archive_entries {
            self.budget.set_breach(Breach::Entries);
            return Err(Stop);
        }
        let name = last_step(&path);
        let Ok(head) = read_head(stream) else { return self.broken(&path) };
        let mut whole = head.as_slice().chain(stream);
        let probe = Probe::new(&name, &head, head.len() as u64);
        let is_settings = !recognise_among(self.options.formats, &probe).is_empty();
        if let Some(kind) = kind(&name, &head) {
            if depth >= self.limits().archive_depth {
                let message = format!("{name} lies in too many archives, one in the other; it was not opened");
                self.note(NoteKind::Limit, message);
                return Ok(());
            }
            return self.open(kind, &path, depth + 1, &mut whole);
        }
        let uses = self.names.uses(name.as_bytes());
        if !is_settings && !uses.is_opened && !uses.is_companion {
            return Ok(());
        }
        let mut bytes = Vec::new();
        let limit = self.limits().file_bytes;
        if whole.take(limit + 1).read_to_end(&mut bytes).is_err() {
            return self.broken(&path);
        }
        if bytes.len() as u64 > limit {
            return self.too_long(&path);
        }
        self.kept += bytes.len() as u64;
        if self.kept > limit.saturating_mul(MOST_KEPT) {
            self.budget.set_breach(Breach::Kept);
            return Err(Stop);
        }
        self.unpacked.files.insert(self.free_place(path), bytes);
        Ok(())
    }

    /// The place of a file. One that is called like another of the archive, as two attachments of a mail may be, gets a
    /// folder of its own, so that both are read.
    fn free_place(&self, path: PathBuf) -> PathBuf {
        let is_free = |place: &Path| !self.unpacked.files.contains_key(place);
        if is_free(&path) {
            return path;
        }
        let name = path.file_name().unwrap_or_default();
        let mut numbered = (self.entries..).map(|number| path.with_file_name(number.to_string()).join(name));
        numbered.find(|place| is_free(place)).unwrap_or_default()
    }

    /// All of a stream, for what can only be read as a whole.
    fn hold(&self, stream: &mut dyn Read) -> Option<Vec<u8>> {
        let limit = self.limits().file_bytes.saturating_mul(MOST_KEPT);
        let mut bytes = Vec::new();
        stream.take(limit + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() as u64 <= limit).then_some(bytes)
    }

    fn too_long(&mut self, path: &Path) -> Result<(), Stop> {
        if self.budget.breach().is_some() {
            return Err(Stop);
        }
        let message = format!("{} in it is damaged, or too long to be read", last_step(path));
        self.note(NoteKind::Limit, message);
        Ok(())
    }

    /// Where a member of the archive at `archive` lies. Steps that lead out of it are left out; `None` for a name that
    /// is none.
    fn place(&mut self, archive: &Path, name: &[u8]) -> Option<PathBuf> {
        let name = String::from_utf8_lossy(name);
        let steps: Vec<&str> = name.split(['/', '\\', '\0']).filter(|step| !matches!(*step, "" | "." | "..")).collect();
        if steps.is_empty() || steps.len() > MOST_STEPS || name.len() > HEAD {
            self.note(NoteKind::NotUnderstood, "a file in it has no usable name");
            return None;
        }
        Some(steps.iter().fold(archive.to_owned(), |path, step| path.join(step)))
    }
}

/// What the files of an archive lie on.
pub(crate) struct ArchiveShelf<'a> {
    disk: &'a Disk<'a>,
    files: &'a BTreeMap<PathBuf, Vec<u8>>,
    listings: Listings<'a>,
}

impl<'a> ArchiveShelf<'a> {
    pub(crate) fn new(disk: &'a Disk<'a>, files: &'a BTreeMap<PathBuf, Vec<u8>>, names: &'a Names) -> Self {
        Self { disk, files, listings: Listings::new(names) }
    }

    /// The names of the files that lie directly in a folder.
    fn files_in(&self, folder: &Path) -> impl Iterator<Item = String> {
        let below = self
            .files
            .range(folder.to_owned()..)
            .map(|(path, _)| path)
            .take_while(move |path| path.starts_with(folder));
        below.filter(move |path| path.parent() == Some(folder)).map(|path| last_step(path))
    }
}

impl Shelf for ArchiveShelf<'_> {
    fn read(&self, path: &Path, limits: &Limits) -> Result<Vec<u8>, Problem> {
        let bytes = self.files.get(path).ok_or(Problem::Missing)?;
        let len = bytes.len() as u64;
        if len > limits.file_bytes { Err(Problem::TooLong(len)) } else { Ok(bytes.clone()) }
    }

    fn listing(&self, folder: &Path) -> Listing {
        self.listings.names(folder, || Some(self.files_in(folder)))
    }

    fn search(&self, folder: &Path, pattern: &str) -> Vec<String> {
        self.files_in(folder).filter(|name| pattern_matches(pattern, name.as_bytes())).collect()
    }

    fn label(&self, path: &Path) -> String {
        self.disk.label(path)
    }

    fn is_open_to(&self, _: &Path, _: &Path) -> bool {
        true
    }
}

fn last_step(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn read_head(stream: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    stream.take(HEAD as u64).read_to_end(&mut head)?;
    Ok(head)
}
