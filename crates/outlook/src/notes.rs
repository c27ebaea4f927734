//! Notes about single places of a file. A hostile file has as many such places as it has lines.

use std::borrow::Cow;

use maillint_model::{Note, NoteKind};

/// Notes of one kind; the rest are counted.
const MOST_NOTES: usize = 20;
/// Characters of a name that a sentence shows.
const MOST_SHOWN: usize = 60;

/// Notes in the order in which they were made.
#[derive(Default)]
pub(crate) struct Notes {
    notes: Vec<Note>,
    tallies: Vec<Tally>,
}

/// How often something was noted.
struct Tally {
    /// What there is more of, as it follows its number.
    rest: &'static str,
    kind: NoteKind,
    count: usize,
}

impl Notes {
    /// Adds a note that stands alone.
    pub(crate) fn push(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// Adds one of many notes of a kind: `rest` is what there is more of, "lines that Outlook will not see".
    pub(crate) fn add(&mut self, rest: &'static str, note: Note) {
        let count = if let Some(tally) = self.tallies.iter_mut().find(|tally| tally.rest == rest) {
            tally.count += 1;
            tally.count
        } else {
            self.tallies.push(Tally { rest, kind: note.kind, count: 1 });
            1
        };
        if count <= MOST_NOTES {
            self.notes.push(note);
        }
    }

    /// The notes, and behind them how many were left out.
    pub(crate) fn into_vec(self) -> Vec<Note> {
        let mut notes = self.notes;
        for Tally { rest, kind, count } in self.tallies.into_iter().filter(|tally| tally.count > MOST_NOTES) {
            notes.push(Note::new(kind, format!("There are {} more {rest}.", count - MOST_NOTES)));
        }
        notes
    }
}

/// A name of the file as a sentence shows it. A name may be as long as its line, and stand in a sentence for each of
/// many other lines.
pub(crate) fn shown(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MOST_SHOWN) {
        Some((at, _)) => Cow::Owned(format!("{}…", &name[..at])),
        None => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use maillint_model::{Note, NoteKind};

    use super::{MOST_NOTES, Notes, shown};

    #[test]
    fn what_is_over_is_counted_by_its_kind() {
        let mut notes = Notes::default();
        for number in 0..MOST_NOTES + 3 {
            notes.add("odd lines", Note::new(NoteKind::Ignored, format!("Line {number} is odd.")));
        }
        for _ in 0..MOST_NOTES {
            notes.add("even lines", Note::new(NoteKind::Info, "This line is even."));
        }
        let notes = notes.into_vec();
        assert_eq!(notes.len(), 2 * MOST_NOTES + 1);
        let last = notes.last().unwrap();
        assert_eq!((last.kind, last.message.as_str()), (NoteKind::Ignored, "There are 3 more odd lines."));
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(shown("I_Mail"), "I_Mail");
        assert_eq!(shown(&"ü".repeat(60)), "ü".repeat(60));
        assert_eq!(shown(&"ü".repeat(61)), format!("{}…", "ü".repeat(60)));
    }
}
