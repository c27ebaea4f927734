use std::borrow::Cow;
use std::sync::Arc;

use maillint_source::{Limits, Location, Problem, ProblemKind, SourceFile, left_out, more};

use crate::{Note, NoteKind};

/// The notes on one file, in the order in which they were made. A hostile file has as many odd places as it has lines:
/// of notes of one kind, the first ones are kept and the rest are counted.
pub struct Notes {
    notes: Vec<Note>,
    tally: Tally,
}

impl Notes {
    /// None so far.
    pub fn new(limits: &Limits) -> Self {
        Self { notes: Vec::new(), tally: Tally::new(limits) }
    }

    /// Adds a note that stands alone.
    pub fn push(&mut self, note: Note) {
        self.notes.push(note);
    }

    /// Adds a note that stands alone, unless the same words were noted before: what is so once in a file, may be so a
    /// thousand times.
    pub fn push_once(&mut self, note: Note) {
        if !self.notes.iter().any(|other| other.message == note.message) {
            self.notes.push(note);
        }
    }

    /// Adds one of many notes of a kind: `of` is what there are more of, as [`Tally::tells`] takes it.
    pub fn add(&mut self, of: &'static str, note: Note) {
        if self.tally.tells(of, note.kind) {
            self.notes.push(note);
        }
    }

    /// Adds notes that stand alone.
    pub fn extend(&mut self, notes: impl IntoIterator<Item = Note>) {
        self.notes.extend(notes);
    }

    /// Whether something was left out for a limit.
    pub fn has_limit(&self) -> bool {
        self.notes.iter().any(|note| note.kind == NoteKind::Limit)
    }

    /// Whether something may be missing from the report because of what was noted.
    pub fn is_incomplete(&self) -> bool {
        self.notes.iter().any(|note| note.kind.is_incomplete())
    }

    /// The notes, and behind them how many were left out.
    pub fn into_vec(self) -> Vec<Note> {
        let mut notes = self.notes;
        notes.extend(self.tally.into_notes());
        notes
    }
}

/// How often something was noted of a file.
pub struct Tally {
    most: usize,
    counts: Vec<Count>,
}

struct Count {
    of: &'static str,
    kind: NoteKind,
    number: usize,
}

impl Tally {
    /// Nothing was, so far.
    pub fn new(limits: &Limits) -> Self {
        Self { most: limits.notes_of_a_kind, counts: Vec::new() }
    }

    /// Counts one more of a kind; whether it is among the first, which are told. `of` is what there are more of, in the
    /// plural: "lines that Outlook will not see".
    pub fn tells(&mut self, of: &'static str, kind: NoteKind) -> bool {
        let number = if let Some(count) = self.counts.iter_mut().find(|count| count.of == of) {
            count.number += 1;
            count.number
        } else {
            self.counts.push(Count { of, kind, number: 1 });
            1
        };
        number <= self.most
    }

    /// How many there are of each kind that are not told.
    pub fn into_notes(self) -> impl Iterator<Item = Note> {
        let most = self.most;
        let counts = self.counts.into_iter().filter(move |count| count.number > most);
        counts.map(move |Count { of, kind, number }| Note::new(kind, sentence(&more(number - most, of))))
    }
}

impl Note {
    /// What a parser could not take in, at its place in the file. A file of which nothing could be read has no text to
    /// point into.
    pub fn of(problem: &Problem, file: &Arc<SourceFile>) -> Self {
        let kind = match problem.kind {
            ProblemKind::Syntax => NoteKind::NotUnderstood,
            ProblemKind::Limit => NoteKind::Limit,
        };
        let message = sentence(&problem.message);
        if file.text().is_empty() {
            return Self::new(kind, message);
        }
        Self::at(kind, message, Location::new(file, problem.span))
    }

    /// That the rest of a file was left out, for a reason that is given as a sentence.
    pub fn left_out(why: &str) -> Self {
        Self::new(NoteKind::Limit, sentence(&left_out(why)))
    }

    /// That the rest of a file was left out, as it holds more than so many.
    pub fn too_many(most: usize, of: &str) -> Self {
        Self::left_out(&format!("it holds more than {most} {of}"))
    }
}

/// Why no more accounts are taken after so many, if so: asked before each of them.
pub fn enough(accounts: usize, limits: &Limits) -> Option<Note> {
    if accounts < limits.accounts { late(limits) } else { Some(Note::too_many(limits.accounts, "accounts")) }
}

/// That the time of the file is over, if so. What a parser made of it in time may still be long.
pub fn late(limits: &Limits) -> Option<Note> {
    limits.late().map(|why| Note::left_out(&why))
}

/// What somebody said of a file, with a capital and a full stop.
pub fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), chars.as_str()))
}

/// Characters of a name that a sentence shows.
const MOST_SHOWN: usize = 60;

/// A name of the file as a sentence shows it. A name may be as long as its line, and stand in a sentence for each of
/// many other lines.
pub fn shown(name: &str) -> Cow<'_, str> {
    match name.char_indices().nth(MOST_SHOWN) {
        Some((at, _)) => Cow::Owned(format!("{}…", &name[..at])),
        None => Cow::Borrowed(name),
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::{Limits, Problem, SourceFile, Span};

    use super::{Notes, enough, shown};
    use crate::{Note, NoteKind};

    #[test]
    fn accounts_are_taken_up_to_their_limit_and_in_time() {
        let message = |accounts, limits: &Limits| enough(accounts, limits).map(|note| note.message);
        let limits = Limits { accounts: 2, seconds: 0, ..Limits::default() };
        assert_eq!(message(1, &limits), None);
        assert_eq!(message(2, &limits).unwrap(), "It holds more than 2 accounts; the rest was left out.");
        let late = "It takes longer than 0 seconds to read; the rest was left out.";
        assert_eq!(message(1, &limits.from_now()).unwrap(), late);
    }

    #[test]
    fn what_is_over_is_counted_by_its_kind() {
        let mut notes = Notes::new(&Limits { notes_of_a_kind: 3, ..Limits::default() });
        for number in 0..6 {
            notes.add("lines that are odd", Note::new(NoteKind::Ignored, format!("Line {number} is odd.")));
        }
        for _ in 0..4 {
            notes.add("lines that are even", Note::new(NoteKind::NotUnderstood, "This line is even."));
        }
        for _ in 0..3 {
            notes.add("lines that are long", Note::new(NoteKind::Info, "This line is long."));
        }
        let notes = notes.into_vec();
        let told: Vec<_> = notes[9..].iter().map(|note| (note.kind, note.message.as_str())).collect();
        assert_eq!(
            told,
            [
                (NoteKind::Ignored, "There are 3 more lines that are odd."),
                (NoteKind::NotUnderstood, "There is one more of the lines that are even.")
            ]
        );
    }

    #[test]
    fn the_same_words_are_noted_once() {
        let mut notes = Notes::new(&Limits::default());
        for _ in 0..2 {
            notes.push_once(Note::too_many(4, "identities"));
        }
        let notes: Vec<_> = notes.into_vec().into_iter().map(|note| note.message).collect();
        assert_eq!(notes, ["It holds more than 4 identities; the rest was left out."]);
    }

    #[test]
    fn a_problem_is_told_at_its_place_where_there_is_text() {
        let problem = Problem::syntax("this line is odd", Span::empty(3));
        let file = SourceFile::listing("a", "1\n2\n".to_owned(), &[]);
        let note = Note::of(&problem, &file);
        assert_eq!((note.kind, note.message.as_str()), (NoteKind::NotUnderstood, "This line is odd."));
        assert_eq!(note.at.unwrap().start().line, 2);
        let nothing = SourceFile::listing("a", String::new(), &[]);
        assert_eq!(Note::of(&problem, &nothing).at, None);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        assert_eq!(shown("I_Mail"), "I_Mail");
        assert_eq!(shown(&"ü".repeat(60)), "ü".repeat(60));
        assert_eq!(shown(&"ü".repeat(61)), format!("{}…", "ü".repeat(60)));
    }
}
