//! Opening what a stranger may have put there.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Read};
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

/// An open regular file, of which the first bytes were read.
pub(crate) struct Opened {
    file: Box<dyn Read>,
    /// Its length when it was opened; it may lie or grow.
    pub(crate) len: u64,
    head: Vec<u8>,
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
        Self::new(Box::new(file), metadata.len())
    }

    /// A stream, such as standard input.
    pub(crate) fn stream(file: impl Read + 'static) -> Result<Self, Problem> {
        Self::new(Box::new(file), 0)
    }

    fn new(mut file: Box<dyn Read>, len: u64) -> Result<Self, Problem> {
        let mut head = Vec::with_capacity(HEAD.min(usize::try_from(len).unwrap_or(HEAD)));
        file.by_ref().take(HEAD as u64).read_to_end(&mut head)?;
        Ok(Self { file, len, head })
    }

    /// The first bytes.
    pub(crate) fn head(&self) -> &[u8] {
        &self.head
    }

    /// All of it.
    pub(crate) fn read(self, limits: &Limits) -> Result<Vec<u8>, Problem> {
        let limit = limits.file_bytes;
        if self.len > limit {
            return Err(Problem::TooLong(self.len));
        }
        let Self { file, len, head } = self;
        let mut bytes = head;
        if bytes.len() == HEAD {
            let rest = limit.saturating_sub(HEAD as u64);
            bytes.reserve_exact(usize::try_from(len).unwrap_or(0).saturating_sub(HEAD) + 1);
            file.take(rest.saturating_add(1)).read_to_end(&mut bytes)?;
        }
        if bytes.len() as u64 > limit { Err(Problem::TooLong(bytes.len() as u64)) } else { Ok(bytes) }
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

/// The names of the regular files of a folder, in order; `most` of them.
pub(crate) fn file_names(folder: &Path, keep: impl Fn(&std::ffi::OsStr) -> bool, most: usize) -> Vec<OsString> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<OsString> = entries
        .flatten()
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
        .map(|entry| entry.file_name())
        .filter(|name| keep(name))
        .collect();
    names.sort_unstable();
    names.truncate(most);
    names
}
