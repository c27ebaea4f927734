//! Problems of a parser, as notes of a reading.

use std::sync::Arc;

use maillint_model::{Note, NoteKind};
use maillint_source::{Location, SourceFile};
use maillint_syntax::{Problem, ProblemKind};

/// A note for each problem, at its place in `file`.
pub(crate) fn of(problems: Vec<Problem>, file: &Arc<SourceFile>) -> Vec<Note> {
    let note = |problem: Problem| {
        let kind = match problem.kind {
            ProblemKind::Syntax => NoteKind::NotUnderstood,
            ProblemKind::Limit => NoteKind::Limit,
        };
        let message = sentence(&problem.message);
        // A binary file that could not be read has no text to point into.
        if file.text().is_empty() {
            return Note::new(kind, message);
        }
        Note::at(kind, message, Location::new(file, problem.span))
    };
    problems.into_iter().map(note).collect()
}

/// Said of an account that the file ends in the middle of: a key that is not in what is left may have been there.
pub(crate) fn cut_off(at: Location) -> Note {
    Note::at(NoteKind::NotUnderstood, "This account was left out: the file breaks off in the middle of it.", at)
}

/// With a capital and a full stop.
fn sentence(message: &str) -> String {
    let mut chars = message.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}
