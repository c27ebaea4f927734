//! A file that is too long to be held, read once from end to end.

use std::io::{self, Read};

use maillint_model::Note;
use maillint_source::Limits;

use crate::reader::unreadable;

/// The stream of a long file. It ends where the file ends, where a limit is met, and where the disk fails; then
/// [`LongStream::note`] says which.
pub(crate) struct LongStream {
    inner: Box<dyn Read>,
    left: u64,
    limits: Limits,
    is_touched: bool,
    note: Option<Note>,
}

impl LongStream {
    pub(crate) fn new(inner: Box<dyn Read>, limits: &Limits) -> Self {
        Self { inner, left: limits.stream_bytes, limits: limits.clone(), is_touched: false, note: None }
    }

    /// Whether somebody has read from it.
    pub(crate) fn is_touched(&self) -> bool {
        self.is_touched
    }

    /// Why it ended early, if it did.
    pub(crate) fn note(self) -> Option<Note> {
        self.note
    }

    fn stop(&mut self, note: Note) -> usize {
        self.note.get_or_insert(note);
        0
    }
}

impl Read for LongStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.is_touched = true;
        if self.note.is_some() {
            return Ok(0);
        }
        if let Some(why) = self.limits.late() {
            return Ok(self.stop(Note::left_out(&why)));
        }
        match self.inner.read(buffer) {
            Ok(read) if read as u64 > self.left => Ok(self.stop(Note::left_out("it is too long"))),
            Ok(read) => {
                self.left -= read as u64;
                Ok(read)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Err(error),
            Err(error) => Ok(self.stop(unreadable("it could not be read to its end", &error))),
        }
    }
}
