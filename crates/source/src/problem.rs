use crate::{Limits, Span};

/// What kind of trouble a parser met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProblemKind {
    /// Against the grammar; parsing went on after it.
    Syntax,
    /// Over a limit; what follows may be missing.
    Limit,
}

/// Something that a parser could not take in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// What kind.
    pub kind: ProblemKind,
    /// One sentence for people, without text from the file.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Problem {
    /// An error of grammar.
    pub fn syntax(message: impl Into<String>, span: Span) -> Self {
        Self { kind: ProblemKind::Syntax, message: message.into(), span }
    }

    /// A limit that was passed.
    pub fn limit(message: impl Into<String>, span: Span) -> Self {
        Self { kind: ProblemKind::Limit, message: message.into(), span }
    }
}

/// The problems of one file, in the order in which a parser meets them. A hostile file has one for every three bytes:
/// of those that parsing goes on after, [`Limits::notes_of_a_kind`] are kept and the rest are counted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problems {
    most: usize,
    kept: Vec<Problem>,
    /// The last of those that are only counted.
    left_out: Option<Problem>,
    count: usize,
    end: Option<Problem>,
}

impl Problems {
    /// None so far.
    pub fn new(limits: &Limits) -> Self {
        Self { most: limits.notes_of_a_kind, kept: Vec::new(), left_out: None, count: 0, end: None }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty() && self.left_out.is_none() && self.end.is_none()
    }

    /// The last one that parsing went on after.
    pub fn last_mut(&mut self) -> Option<&mut Problem> {
        self.left_out.as_mut().or(self.kept.last_mut())
    }

    /// Adds one that parsing goes on after.
    pub fn add(&mut self, problem: Problem) {
        if self.kept.len() < self.most {
            self.kept.push(problem);
            return;
        }
        self.count += 1;
        // A limit among them is not to be forgotten.
        let is_limit = self.left_out.as_ref().is_some_and(|before| before.kind == ProblemKind::Limit);
        let kind = if is_limit { ProblemKind::Limit } else { problem.kind };
        self.left_out = Some(Problem { kind, ..problem });
    }

    /// Adds the one that ended the parsing, which is told in any case. The first is the one that did.
    pub fn end(&mut self, problem: Problem) {
        self.end.get_or_insert(problem);
    }

    /// All that is told.
    pub fn into_vec(self) -> Vec<Problem> {
        let count = self.count;
        let rest = self.left_out.map(|last| Problem { message: more(count, "places that could not be read"), ..last });
        self.kept.into_iter().chain(rest).chain(self.end).collect()
    }
}

/// How many more there are than is told of: `of` is what, in the plural.
pub fn more(count: usize, of: &str) -> String {
    if count == 1 { format!("there is one more of the {of}") } else { format!("there are {count} more {of}") }
}

#[cfg(test)]
mod tests {
    use super::{Problem, ProblemKind, Problems};
    use crate::{Limits, Span};

    fn told(problems: Problems) -> Vec<(ProblemKind, String)> {
        problems.into_vec().into_iter().map(|problem| (problem.kind, problem.message)).collect()
    }

    #[test]
    fn of_many_problems_the_first_are_told_and_what_ended_it() {
        let limits = Limits { notes_of_a_kind: 2, ..Limits::default() };
        let odd = |at| Problem::syntax("this is odd", Span::empty(at));
        let odd_told = || (ProblemKind::Syntax, "this is odd".to_owned());
        let mut problems = Problems::new(&limits);
        assert!(problems.is_empty());
        (0..2).for_each(|at| problems.add(odd(at)));
        assert_eq!(told(problems.clone()), [odd_told(), odd_told()]);

        problems.add(odd(2));
        let one = (ProblemKind::Syntax, "there is one more of the places that could not be read".to_owned());
        assert_eq!(told(problems.clone()), [odd_told(), odd_told(), one]);

        problems.add(Problem::limit("this is too long", Span::empty(3)));
        problems.add(odd(4));
        problems.end(Problem::limit("there is too much; the rest was left out", Span::empty(5)));
        let rest = (ProblemKind::Limit, "there are 3 more places that could not be read".to_owned());
        let end = (ProblemKind::Limit, "there is too much; the rest was left out".to_owned());
        assert_eq!(told(problems), [odd_told(), odd_told(), rest, end]);
    }
}
