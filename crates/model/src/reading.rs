use maillint_source::Location;

use crate::Account;

/// How far the reading of a file got.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// All of it was understood.
    Read,
    /// Some of it was not: what was understood counts, the notes say what is missing.
    Partly,
    /// None of it.
    Failed,
    /// It was not opened, or is of a kind that holds nothing to read.
    Skipped,
}

impl Outcome {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Partly => "partly",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// What a note is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum NoteKind {
    /// Good to know; nothing is missing: "no mail account is set up in this profile".
    Info,
    /// Something that the client itself ignores: a line with an error, a value of the wrong type. Nothing is missing
    /// here either, but the user may believe otherwise.
    Ignored,
    /// Something that this program did not understand.
    NotUnderstood,
    /// Something went over a limit.
    Limit,
    /// The format is known, but it cannot be read; the note says what to send instead.
    Unsupported,
    /// The file could not be opened or read.
    Unreadable,
    /// A mistake of this program.
    Internal,
}

impl NoteKind {
    /// Whether something may be missing from the report because of it.
    pub fn is_incomplete(self) -> bool {
        !matches!(self, Self::Info | Self::Ignored)
    }

    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ignored => "ignored",
            Self::NotUnderstood => "not-understood",
            Self::Limit => "limit",
            Self::Unsupported => "unsupported",
            Self::Unreadable => "unreadable",
            Self::Internal => "internal",
        }
    }
}

/// Bytes of a message. What is longer has a name from the file in it that nobody reads to its end, and there may be one
/// such note for each line of the file.
const LONGEST_MESSAGE: usize = 2_000;

/// A message that a person can read.
fn short(mut message: String) -> String {
    if message.len() > LONGEST_MESSAGE {
        message.truncate(message.floor_char_boundary(LONGEST_MESSAGE));
        message.push('…');
        message.shrink_to_fit();
    }
    message
}

/// One thing to say about the reading of a file, as a sentence for people.
#[derive(Clone, PartialEq, Debug)]
pub struct Note {
    /// What it is about.
    pub kind: NoteKind,
    /// One or two sentences. Text from the file may stand in it; reports escape it.
    pub message: String,
    /// The place in the file, where there is one.
    pub at: Option<Location>,
}

impl Note {
    /// A note about the whole file.
    pub fn new(kind: NoteKind, message: impl Into<String>) -> Self {
        Self { kind, message: short(message.into()), at: None }
    }

    /// A note about a place.
    pub fn at(kind: NoteKind, message: impl Into<String>, at: Location) -> Self {
        Self { kind, message: short(message.into()), at: Some(at) }
    }
}

/// What a reader understood of a file, and what it did not.
#[derive(Clone)]
pub struct Reading {
    /// How far it got.
    pub outcome: Outcome,
    /// The accounts, in the order of the client's own list.
    pub accounts: Vec<Account>,
    /// What else is to be said.
    pub notes: Vec<Note>,
}

impl Reading {
    /// Accounts and notes; the outcome follows from the notes.
    pub fn new(accounts: Vec<Account>, notes: Vec<Note>) -> Self {
        let incomplete = notes.iter().any(|note| note.kind.is_incomplete());
        let outcome = match (incomplete, accounts.is_empty()) {
            (false, _) => Outcome::Read,
            (true, false) => Outcome::Partly,
            (true, true) => Outcome::Failed,
        };
        Self { outcome, accounts, notes }
    }

    /// A file of a known kind that holds nothing to read; `message` says what it is and what to send instead.
    pub fn unsupported(message: impl Into<String>) -> Self {
        let notes = vec![Note::new(NoteKind::Unsupported, message)];
        Self { outcome: Outcome::Skipped, accounts: Vec::new(), notes }
    }
}

/// What became of one file of a run.
#[derive(Clone, PartialEq, Debug)]
pub struct FileReport {
    /// The path as reports show it: relative to the root that was given, with `/`.
    pub path: String,
    /// The client whose file it is ([`crate::FormatMeta::client`]), once that is known.
    pub client: Option<&'static str>,
    /// How far the reading got.
    pub outcome: Outcome,
    /// What is to be said about it.
    pub notes: Vec<Note>,
}
