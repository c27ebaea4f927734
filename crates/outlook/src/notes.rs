//! Notes about single places of a file. A hostile file has as many such places as it has lines.

use std::borrow::Cow;

use maillint_model::{Note, NoteKind};
use maillint_source::Limits;

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

/// Why no more accounts are taken after so many, if so: asked before each of them.
pub(crate) fn enough(accounts: usize, limits: &Limits) -> Option<Note> {
    if accounts < limits.accounts { late(limits) } else { Some(left_out("The file holds more accounts than are read")) }
}

/// That the time of the file is over, if so. What a parser made of it in time may still be long.
pub(crate) fn late(limits: &Limits) -> Option<Note> {
    limits.is_late().then(|| left_out("The file takes too long to read"))
}

fn left_out(why: &str) -> Note {
    Note::new(NoteKind::Limit, format!("{why}; the rest was left out."))
}

#[cfg(test)]
mod tests {
    use maillint_model::{Note, NoteKind};
    use maillint_source::Limits;

    use super::{MOST_NOTES, Notes, enough, shown};

    #[test]
    fn accounts_are_taken_up_to_their_limit_and_in_time() {
        let message = |accounts, limits: &Limits| enough(accounts, limits).map(|note| note.message);
        let limits = Limits { accounts: 2, seconds: 0, ..Limits::default() };
        assert_eq!(message(1, &limits), None);
        let many = "The file holds more accounts than are read; the rest was left out.";
        assert_eq!(message(2, &limits).as_deref(), Some(many));
        let late = "The file takes too long to read; the rest was left out.";
        assert_eq!(message(1, &limits.from_now()).as_deref(), Some(late));
    }

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
