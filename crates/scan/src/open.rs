//! Opening what a stranger may have put there.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Cursor, Read, Seek};
use std::path::Path;

use maillint_source::Limits;

/// Bytes that recognition sees of a file ([`maillint_model::Probe::head`]).
pub(crate) const HEAD: usize = 4096;

/// Why there are no bytes of a file.
#[derive(Debug)]
pub(crate) enum Problem {
    /// There is no such file, or it went away.
    Missing,
    /// It is a folder, a pipe, a device or a link.
    NotAFile,
    /// It is longer than the limit; its length.
    TooLong(u64),
    /// So many others belong to the same file, or they are so long, that this one is not read with them.
    TooMany,
    /// The system's own words.
    Unreadable(io::Error),
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing,
            _ if is_link(&error) => Self::NotAFile,
            _ => Self::Unreadable(error),
        }
    }
}

/// An open file, of which the first bytes were read.
pub(crate) struct Opened {
    source: Source,
    /// Its length when it was opened; it may lie or grow.
    pub(crate) len: u64,
    head: Vec<u8>,
}

enum Source {
    File(File),
    Stream(Box<dyn Read>),
}

/// What a file holds.
pub(crate) enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// More than may be held: a stream of it, from the start.
    Long(Box<dyn Read>),
}

impl Opened {
    /// Opens a file that was met: not through a link.
    pub(crate) fn met(path: &Path) -> Result<Self, Problem> {
        Self::open(path, false)
    }

    /// Opens a file that the operator named: it may be a link.
    pub(crate) fn named(path: &Path) -> Result<Self, Problem> {
        Self::open(path, true)
    }

    fn open(path: &Path, follow: bool) -> Result<Self, Problem> {
        let mut options = OpenOptions::new();
        options.read(true);
        set_flags(&mut options, follow);
        let file = options.open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(Problem::NotAFile);
        }
        Self::new(Source::File(file), metadata.len())
    }

    /// A stream, such as standard input.
    pub(crate) fn stream(stream: impl Read + 'static) -> Result<Self, Problem> {
        Self::new(Source::Stream(Box::new(stream)), 0)
    }

    /// A file of an archive.
    pub(crate) fn bytes(bytes: Vec<u8>) -> Result<Self, Problem> {
        let len = bytes.len() as u64;
        Self::new(Source::Stream(Box::new(Cursor::new(bytes))), len)
    }

    fn new(mut source: Source, len: u64) -> Result<Self, Problem> {
        let mut head = Vec::with_capacity(HEAD.min(usize::try_from(len).unwrap_or(HEAD)));
        source.reader().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Self { source, len, head })
    }

    /// The first bytes.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// All of it, or a stream of what is longer than [`Limits::file_bytes`].
    pub(crate) fn read(self, limits: &Limits) -> Result<Content, Problem> {
        let limit = limits.file_bytes;
        let Self { mut source, len, head: mut bytes } = self;
        if len <= limit && bytes.len() == HEAD {
            let rest = limit.saturating_sub(HEAD as u64).saturating_add(1);
            bytes.reserve_exact(usize::try_from(len).unwrap_or(0).saturating_sub(HEAD) + 1);
            source.reader().take(rest).read_to_end(&mut bytes)?;
        }
        let is_long = len > limit || bytes.len() as u64 > limit;
        Ok(if is_long { Content::Long(Box::new(Cursor::new(bytes).chain(source))) } else { Content::Whole(bytes) })
    }

    /// The file itself, from its start; a stream with its first bytes back in front where it is none.
    pub(crate) fn into_file(self) -> Result<File, Box<dyn Read>> {
        let Self { mut source, head, .. } = self;
        if let Source::File(file) = &mut source {
            // A file that cannot go back to its start goes on from where it is.
            let is_back = file.rewind().is_ok();
            if is_back && let Source::File(file) = source {
                return Ok(file);
            }
        }
        Err(Box::new(Cursor::new(head).chain(source)))
    }
}

impl Source {
    fn reader(&mut self) -> &mut dyn Read {
        match self {
            Self::File(file) => file,
            Self::Stream(stream) => stream,
        }
    }
}

impl Read for Source {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader().read(buffer)
    }
}

/// A pipe or a device must not block the run before it is known for one, and a link is not followed.
#[cfg(unix)]
fn set_flags(options: &mut OpenOptions, follow: bool) {
    use std::os::unix::fs::OpenOptionsExt;
    let no_follow = if follow { 0 } else { libc::O_NOFOLLOW };
    options.custom_flags(libc::O_NONBLOCK | libc::O_CLOEXEC | libc::O_NOCTTY | no_follow);
}

/// Whether a file could not be opened because it is a link.
#[cfg(unix)]
fn is_link(error: &io::Error) -> bool {
    error.raw_os_error() == Some(libc::ELOOP)
}

#[cfg(not(unix))]
fn is_link(_: &io::Error) -> bool {
    false
}

#[cfg(not(unix))]
fn set_flags(_: &mut OpenOptions, _: bool) {}

/// The names of the regular files of a folder, as they come.
pub(crate) fn files(folder: &Path) -> io::Result<impl Iterator<Item = OsString>> {
    let entries = std::fs::read_dir(folder)?.flatten();
    let files = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()));
    Ok(files.map(|entry| entry.file_name()))
}
