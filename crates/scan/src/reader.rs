//! One file: recognised by its content, brought together with its companions, read, and never fatal.

use std::collections::BTreeMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use maillint_clients::{formats_of, pattern_matches, recognise_among};
use maillint_model::{
    Account, Bundle, ClientFormat, FileReport, Input, Note, NoteKind, Outcome, Probe, Reading, Recognition, Role,
    lacks_long_text, sentence,
};
use maillint_source::{Limits, more};

use crate::bundle::{Companion, Listing, Shelf, companions, input, slashes};
use crate::long::LongStream;
use crate::open::{Content, Opened, Problem};
use crate::options::Options;

/// Files of [`Role::Layer`] that the operator named, by client.
pub(crate) type Layers = BTreeMap<&'static str, Vec<Input>>;

/// What became of one file that was opened.
pub(crate) struct ReadFile {
    /// Which of the given paths it belongs to.
    pub(crate) root: usize,
    /// The file.
    pub(crate) path: PathBuf,
    /// What is to be said about it.
    pub(crate) report: FileReport,
    /// Its accounts.
    pub(crate) accounts: Vec<Account>,
    /// The files that were read with it.
    pub(crate) companions: Vec<(PathBuf, FileReport)>,
}

/// Reads files.
pub(crate) struct Reader<'a> {
    pub(crate) options: &'a Options<'a>,
    pub(crate) layers: &'a Layers,
}

/// What a file turned out to be.
pub(crate) enum Read {
    /// No client's file.
    Unrecognised,
    /// It went away, or is no file.
    Gone,
    /// Something is to be said about it.
    File(ReadFile),
}

/// A file that waits to be read: where it is, and how it was found.
pub(crate) struct Candidate<'a> {
    /// Which of the given paths it belongs to.
    pub(crate) root: usize,
    /// The file.
    pub(crate) path: &'a Path,
    /// Whether the operator named this very file.
    pub(crate) named: bool,
    /// What is known of the folder that it lies in.
    pub(crate) beside: &'a Listing,
}

impl Reader<'_> {
    /// Reads a file of a shelf.
    pub(crate) fn read(&self, shelf: &dyn Shelf, candidate: &Candidate<'_>, opened: Result<Opened, Problem>) -> Read {
        let label = shelf.label(candidate.path);
        let report = |client, outcome, notes| ReadFile {
            root: candidate.root,
            path: candidate.path.to_owned(),
            report: FileReport { path: label.clone(), client, outcome, notes },
            accounts: Vec::new(),
            companions: Vec::new(),
        };
        let opened = match opened {
            Ok(opened) => opened,
            Err(Problem::Missing | Problem::NotAFile) if !candidate.named => return Read::Gone,
            Err(problem) => return Read::File(report(None, Outcome::Skipped, vec![problem_note(&problem, self)])),
        };
        let name = candidate.path.file_name().unwrap_or_default().to_string_lossy();
        let len = opened.len;
        let sure = self.sure(&Probe::new(&name, opened.head(), len));
        let formats = match sure {
            Some(format) => vec![format],
            None => self.formats(candidate, &Probe::new(&name, opened.head(), len)),
        };
        let Some(first) = formats.first() else { return Read::Unrecognised };
        let client = Some(first.meta().client);
        let is_expected = candidate.named || formats.iter().any(|format| is_called(*format, &name));
        // The others are asked only where the one that seemed sure makes nothing of it.
        let head = sure.map(|_| opened.head().to_vec());
        let others = head.into_iter().flat_map(|head| self.formats(candidate, &Probe::new(&name, &head, len)));
        let is_other = |format: &&dyn ClientFormat| sure.is_none_or(|sure| !std::ptr::eq(sure.meta(), format.meta()));
        let formats = formats.into_iter().chain(others.filter(is_other));
        let limits = self.options.limits.from_now();
        let mut bundle =
            Bundle::single(Input { name: label.clone(), path: slashes(candidate.path), bytes: Vec::new() });
        let mut long = match opened.read(&limits) {
            Ok(Content::Whole(bytes)) => {
                bundle.main.bytes = bytes;
                None
            }
            Ok(Content::Long(stream)) => Some(LongStream::new(stream, &limits)),
            Err(problem) => return Read::File(report(client, Outcome::Skipped, vec![problem_note(&problem, self)])),
        };
        for format in formats {
            let meta = format.meta();
            let companions = companions(shelf, candidate.path, candidate.beside, meta, &limits);
            let (paths, mut notes) = self.fill(&mut bundle, companions);
            let layers = self.layers.get(meta.client).into_iter().flatten();
            bundle.layers = match meta.role {
                Role::Accounts => layers.cloned().collect(),
                Role::Layer => layers.filter(|layer| layer.path == bundle.main.path).cloned().collect(),
            };
            let reading = read_guarded(format, &bundle, long.as_mut(), &limits);
            let is_used_up = long.as_ref().is_some_and(LongStream::is_touched);
            if let Some(reading) = reading {
                notes.extend(long.and_then(LongStream::note));
                let mut reading = bounded(reading, notes, &limits);
                if reading.accounts.iter().any(|account| !account.secrets.is_empty()) {
                    let readers = shelf.readers(candidate.path);
                    reading.accounts.iter_mut().for_each(|account| account.readers = readers);
                }
                let companion = |(path, name)| {
                    let report =
                        FileReport { path: name, client: Some(meta.client), outcome: Outcome::Read, notes: Vec::new() };
                    (path, report)
                };
                return Read::File(ReadFile {
                    accounts: reading.accounts,
                    companions: paths.into_iter().map(companion).collect(),
                    ..report(Some(meta.client), reading.outcome, reading.notes)
                });
            }
            if is_used_up {
                return Read::Unrecognised;
            }
        }
        if long.is_some() {
            return Read::File(report(client, Outcome::Skipped, vec![problem_note(&Problem::TooLong(len), self)]));
        }
        // Where somebody expects settings, a limit that left too little of them to be recognised is told.
        if !is_expected {
            return Read::Unrecognised;
        }
        if let Some(why) = limits.late() {
            let message = format!("{why}; it was left out");
            return Read::File(report(client, Outcome::Skipped, vec![Note::new(NoteKind::Limit, message)]));
        }
        if limits.met.get() {
            let message = "it holds more, or in more levels, than is read; whether a mail client wrote it is not known";
            return Read::File(report(client, Outcome::Skipped, vec![Note::new(NoteKind::Limit, message)]));
        }
        Read::Unrecognised
    }

    /// The format that both the name and the content of a file speak for: most files are called as they should be, and
    /// to ask all formats takes longer than to read a small file.
    fn sure(&self, probe: &Probe<'_>) -> Option<&'static dyn ClientFormat> {
        let mut formats = self.options.formats.iter().copied().filter(|_| self.options.only.is_none());
        formats.find(|format| is_called(*format, probe.name) && format.recognise(probe) == Recognition::Yes)
    }

    /// The formats to try, the surest first.
    pub(crate) fn formats(&self, candidate: &Candidate<'_>, probe: &Probe<'_>) -> Vec<&'static dyn ClientFormat> {
        let mut formats = recognise_among(self.options.formats, probe);
        if let Some(only) = self.options.only {
            let is_wanted = |format: &&dyn ClientFormat| format.meta().client == only || format.meta().id == only;
            formats.retain(|format| is_wanted(format));
            if candidate.named {
                let others = self.options.formats.iter().copied().filter(|format| is_wanted(format));
                formats.extend(others.filter(|format| format.recognise(probe) == Recognition::No));
            }
        }
        formats
    }

    /// Puts companions into the bundle; says which were read, and what is to be said of the others.
    fn fill(&self, bundle: &mut Bundle, companions: Vec<Companion>) -> (Vec<(PathBuf, String)>, Vec<Note>) {
        let mut read = Vec::new();
        let mut notes = Vec::new();
        bundle.companions.clear();
        for Companion { pattern, path, content } in companions {
            match content {
                Ok(input) => {
                    read.push((path, input.name.clone()));
                    bundle.companions.push((pattern, input));
                }
                Err(problem) => {
                    let name = path.file_name().unwrap_or_default().to_string_lossy();
                    let Note { kind, message, .. } = problem_note(&problem, self);
                    notes.push(Note::new(kind, format!("{name}, which belongs to it, was left out: {message}")));
                }
            }
        }
        (read, notes)
    }
}

/// Whether a walk would look for a format under this name.
fn is_called(format: &dyn ClientFormat, name: &str) -> bool {
    format.meta().names.iter().any(|pattern| pattern_matches(pattern, name.as_bytes()))
}

/// The layers among the files that the operator named.
pub(crate) fn layers<'a>(files: impl Iterator<Item = &'a Path>, shelf: &dyn Shelf, options: &Options<'_>) -> Layers {
    let mut layers = Layers::new();
    if options.formats.iter().all(|format| format.meta().role != Role::Layer) {
        return layers;
    }
    for path in files {
        let Ok(opened) = Opened::named(path) else { continue };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let probe = Probe::new(&name, opened.head(), opened.len);
        let Some(format) = recognise_among(options.formats, &probe).first().copied() else { continue };
        if format.meta().role == Role::Layer
            && let Ok(Content::Whole(bytes)) = opened.read(options.limits)
        {
            layers.entry(format.meta().client).or_default().push(input(shelf, path, bytes));
        }
    }
    layers
}

/// Reads a bundle. A mistake in a reader costs this file, not the run.
fn read_guarded(
    format: &dyn ClientFormat,
    bundle: &Bundle,
    long: Option<&mut LongStream>,
    limits: &Limits,
) -> Option<Reading> {
    let read = || match long {
        None => format.read(bundle, limits),
        Some(stream) => format.read_long(stream, bundle, limits),
    };
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| {
        // What the panic said may hold text of the file.
        let message = format!(
            "a mistake in maillint stopped the reading of this file as {}; please report it",
            format.meta().what
        );
        Some(Reading::new(Vec::new(), vec![Note::new(NoteKind::Internal, message)]))
    })
}

/// The reading, with the notes on its companions, and no more accounts and notes than the limits allow.
fn bounded(reading: Reading, companions: Vec<Note>, limits: &Limits) -> Reading {
    let Reading { mut outcome, mut accounts, mut notes } = reading;
    notes.extend(companions);
    let is_told = notes.iter().any(|note| note.kind == NoteKind::Limit);
    if notes.len() > limits.notes {
        let rest = more(notes.len() - limits.notes, "notes");
        notes.truncate(limits.notes);
        notes.push(Note::new(NoteKind::Limit, sentence(&rest)));
    }
    if let Some(why) = limits.late().filter(|_| !is_told) {
        notes.push(Note::new(NoteKind::Limit, sentence(&format!("{why}; some of it may be left out"))));
    }
    if !is_told && accounts.iter().any(|account| lacks_long_text(account, limits)) {
        let message = format!("A text is longer than {} bytes; it was not read.", limits.shared_bytes);
        notes.push(Note::new(NoteKind::Limit, message));
    }
    accounts.iter_mut().for_each(Account::hide_passwords);
    let mut left = limits.identities();
    let mut is_over = false;
    for account in accounts.iter_mut().take(limits.accounts) {
        is_over |= account.identities.len() > left;
        account.identities.truncate(left);
        left -= account.identities.len();
    }
    if is_over {
        notes.push(Note::left_out("its accounts have more addresses than are read"));
    }
    if accounts.len() > limits.accounts {
        notes.push(Note::too_many(limits.accounts, "accounts"));
        accounts.truncate(limits.accounts);
    }
    if outcome == Outcome::Read && notes.iter().any(|note| note.kind.is_incomplete()) {
        outcome = Outcome::Partly;
    }
    Reading { outcome, accounts, notes }
}

/// A problem with a file, for people.
fn problem_note(problem: &Problem, reader: &Reader<'_>) -> Note {
    match problem {
        Problem::Missing => Note::new(NoteKind::Unreadable, "there is no such file or folder"),
        Problem::NotAFile => {
            Note::new(NoteKind::Unreadable, "it is not a regular file, but a pipe, a device or the like")
        }
        Problem::TooLong(len) => {
            let limit = reader.options.limits.file_bytes;
            let len = if *len > limit { size(*len) } else { format!("more than {}", size(limit)) };
            Note::new(NoteKind::Limit, format!("it is too long to be read: {len}, where the limit is {}", size(limit)))
        }
        Problem::TooMany => Note::new(NoteKind::Limit, "such files are too many to be read, or too long together"),
        Problem::Unreadable(error) => unreadable("it could not be read", error),
    }
}

/// What the system said, for people.
pub(crate) fn unreadable(what: &str, error: &io::Error) -> Note {
    let words = match error.kind() {
        io::ErrorKind::PermissionDenied => "you have no permission to read it".to_owned(),
        io::ErrorKind::InvalidFilename => "its path is too long".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or_default().to_lowercase()
        }
    };
    Note::new(NoteKind::Unreadable, format!("{what}: {words}"))
}

/// A length, for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes.div_ceil(1000)),
        _ => format!("{} MB", bytes.div_ceil(1_000_000)),
    }
}

/// Whether `--as` names a client or a format that is known.
pub fn is_known(name: &str, formats: &[&'static dyn ClientFormat]) -> bool {
    formats_of(name).next().is_some() || formats.iter().any(|format| format.meta().id == name)
}

#[cfg(test)]
mod tests {
    use maillint_model::{Note, NoteKind, Outcome, Reading};
    use maillint_source::Limits;

    use super::bounded;

    fn told(notes: usize, limits: &Limits) -> (usize, Outcome, String) {
        let notes = vec![Note::new(NoteKind::Ignored, "This line is ignored."); notes];
        let Reading { outcome, notes, .. } = bounded(Reading::new(Vec::new(), notes), Vec::new(), limits);
        (notes.len(), outcome, notes.last().map_or_else(String::new, |note| note.message.clone()))
    }

    #[test]
    fn more_notes_than_anybody_reads_are_told_as_a_number() {
        let limits = Limits { notes: 10, ..Limits::default() };
        assert_eq!(told(10, &limits), (10, Outcome::Read, "This line is ignored.".to_owned()));
        assert_eq!(told(12, &limits), (11, Outcome::Partly, "There are 2 more notes.".to_owned()));
    }

    #[test]
    fn a_reader_that_was_late_and_said_nothing_is_told_for() {
        let late = Limits { seconds: 0, ..Limits::default() }.from_now();
        let message = "It takes longer than 0 seconds to read; some of it may be left out.";
        assert_eq!(told(0, &late), (1, Outcome::Partly, message.to_owned()));
    }
}
