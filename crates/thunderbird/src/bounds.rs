//! How much is made of one file, beyond what its syntax is held to.

use maillint_model::{Note, NoteKind};
use maillint_source::{Limits, Location};

/// Bytes of a name, an address, a version or the like. Nothing real comes near it, and what stands once in a file may be
/// said of each of a thousand accounts.
pub(crate) const LONGEST_VALUE: usize = 4096;

/// Leaves a note of a limit, once: what is over a limit once in a file, may be so a thousand times.
pub(crate) fn tell(message: &str, at: Option<&Location>, notes: &mut Vec<Note>) {
    if !notes.iter().any(|note| note.message == message) {
        notes.push(Note { kind: NoteKind::Limit, message: message.to_owned(), at: at.cloned() });
    }
}

/// Whether the time of a file is over, which is told then.
pub(crate) fn is_late(limits: &Limits, notes: &mut Vec<Note>) -> bool {
    let is_late = limits.is_late();
    if is_late {
        tell("It takes too long to read; what is missing was left out.", None, notes);
    }
    is_late
}
