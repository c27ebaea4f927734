//! A property list as the formats of this family read it: sealed, with what could not be read of it.

use std::sync::Arc;

use maillint_model::{Note, Notes};
use maillint_source::{Limits, SourceFile, Span};
use maillint_syntax::plist::{self, Kind, Value};

use crate::secrets;

/// A file and its outermost value.
pub(crate) struct PlistFile {
    /// The file, without its secrets.
    pub(crate) file: Arc<SourceFile>,
    /// The outermost value.
    pub(crate) root: Value,
    /// What could not be read of it.
    pub(crate) notes: Notes,
    /// The places of the values that the file breaks off in the middle of.
    pub(crate) unfinished: Vec<Span>,
}

impl PlistFile {
    /// Reads a file; `None` if it is no property list.
    pub(crate) fn read(name: &str, bytes: &[u8], limits: &Limits) -> Option<Self> {
        let document = plist::parse(bytes, limits)?;
        let secrets = secrets::spans(&document.root);
        let unfinished = document.unfinished.clone();
        let (root, problems, file) = document.seal(name, &secrets);
        let mut notes = Notes::new(limits);
        notes.extend(problems.iter().map(|problem| Note::of(problem, &file)));
        Some(Self { file, root, notes, unfinished })
    }

    /// Whether nothing of it could be read.
    pub(crate) fn is_unreadable(&self) -> bool {
        self.root.kind == Kind::Other
    }
}
