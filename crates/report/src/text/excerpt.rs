use std::ops::Range;

use maillint_source::{Form, Location, Span};
use unicode_width::UnicodeWidthChar;

use super::printable::shown;

/// What stands in for a secret, whatever its length.
const SECRET: &str = "••••••";
/// What stands in for the rest of a line that is too long.
const CUT: char = '…';

/// One line of a file as it may be shown: printable, secrets hidden, cut to a width around a place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Excerpt {
    /// 1-based number of the line; `None` in a listing, where numbers mean nothing to anyone.
    pub(crate) number: Option<u32>,
    /// The line.
    pub(crate) text: String,
    /// The place, in characters of `text`. Of a place that spans lines, what stands on the first.
    pub(crate) mark: Range<usize>,
}

impl Excerpt {
    /// The line of a place, at most `width` columns of it (at least 20). Costs no more for a longer line.
    pub(crate) fn new(at: &Location, width: usize) -> Self {
        let width = width.max(20);
        let (file, text) = (&at.file, at.file.text());
        let line = file.line_span(at.span.start).range();
        let start = (at.span.start as usize).clamp(line.start, line.end);
        let end = (at.span.end as usize).clamp(start, line.end);
        let number = match file.form() {
            Form::Text(_) => Some(at.start().line),
            Form::Listing => None,
        };
        let from = window_start(text, line.clone(), start..end, width);
        let mut excerpt = Self { number, text: String::new(), mark: 0..0 };
        excerpt.fill(text, from, line, start..end, file.secrets(), width);
        excerpt
    }

    fn fill(
        &mut self,
        text: &str,
        from: usize,
        line: Range<usize>,
        mark: Range<usize>,
        secrets: &[Span],
        width: usize,
    ) {
        let (mut chars, mut taken) = (0, 0);
        let mut push = |c: char, text: &mut String| {
            text.push(c);
            chars += 1;
            taken += c.width().unwrap_or(0);
            (chars, taken)
        };
        let mut at = (0, 0);
        if from > line.start {
            at = push(CUT, &mut self.text);
        }
        let (mut begun, mut ended, mut hidden) = (false, false, None);
        for (offset, c) in text.get(from..line.end).unwrap_or("").char_indices() {
            let offset = from + offset;
            if !begun && offset >= mark.start {
                (begun, self.mark.start) = (true, at.0);
            }
            if !ended && begun && offset >= mark.end {
                (ended, self.mark.end) = (true, at.0);
            }
            if let Some(index) = secret_at(secrets, offset) {
                if hidden != Some(index) {
                    hidden = Some(index);
                    for c in SECRET.chars() {
                        at = push(c, &mut self.text);
                    }
                }
                continue;
            }
            let c = shown(c);
            if at.1 + c.width().unwrap_or(0) >= width && offset + c.len_utf8() < line.end {
                at = push(CUT, &mut self.text);
                break;
            }
            at = push(c, &mut self.text);
        }
        if !begun {
            self.mark.start = at.0;
        }
        if !ended {
            self.mark.end = at.0;
        }
        self.mark.end = self.mark.end.max(self.mark.start);
    }
}

/// Where to begin so that the marked text is seen: at the line's start, if all up to the mark's end fits, else so that
/// some of what stands before the mark is seen too.
fn window_start(text: &str, line: Range<usize>, mark: Range<usize>, width: usize) -> usize {
    let wide = |range: Range<usize>, limit: usize| {
        let mut sum = 0;
        for c in text.get(range).unwrap_or("").chars() {
            sum += c.width().unwrap_or(1).max(1);
            if sum > limit {
                break;
            }
        }
        sum
    };
    let marked = wide(mark.clone(), width);
    if wide(line.start..mark.end, width) < width {
        return line.start;
    }
    let room = (width.saturating_sub(marked) * 2 / 3).max(width / 4);
    let mut start = mark.start;
    let mut sum = 1;
    for (offset, c) in text.get(line.start..mark.start).unwrap_or("").char_indices().rev() {
        sum += c.width().unwrap_or(1).max(1);
        if sum > room {
            break;
        }
        start = line.start + offset;
    }
    start
}

fn secret_at(secrets: &[Span], offset: usize) -> Option<usize> {
    let index = secrets.partition_point(|secret| secret.start as usize <= offset).checked_sub(1)?;
    secrets.get(index).filter(|secret| offset < secret.end as usize).map(|_| index)
}

/// Where a location is, for people and for terminals that make it clickable: `path:line:column`, or `path` and the key
/// path for a listing. Not yet printable.
pub(crate) fn place(at: &Location) -> String {
    if let Some(key) = at.key_path() {
        return format!("{} {key}", at.file.name());
    }
    let start = at.start();
    format!("{}:{}:{}", at.file.name(), start.line, start.column)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use maillint_source::{Location, SourceFile, Span, decode};
    use proptest::prelude::*;

    use super::{Excerpt, place};

    fn file(text: &str, secrets: &[Span]) -> Arc<SourceFile> {
        SourceFile::seal("f", decode(text.as_bytes()), secrets)
    }

    /// The text of the excerpt with its mark in brackets.
    fn marked(file: &Arc<SourceFile>, needle: &str, width: usize) -> String {
        let start = file.text().find(needle).unwrap();
        let excerpt = Excerpt::new(&Location::new(file, Span::new(start, start + needle.len())), width);
        let mut chars: Vec<char> = excerpt.text.chars().collect();
        chars.insert(excerpt.mark.end, ']');
        chars.insert(excerpt.mark.start, '[');
        chars.into_iter().collect()
    }

    #[test]
    fn a_short_line_is_shown_whole() {
        let file = file("first\nhost = pop.example.org\nlast\n", &[]);
        assert_eq!(marked(&file, "pop.example.org", 60), "host = [pop.example.org]");
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let file = file(&format!("{}HOST{}", "a".repeat(100), "b".repeat(100)), &[]);
        assert_eq!(marked(&file, "HOST", 24), "…aaaaaaaaaaaa[HOST]bbbbbb…");
        assert_eq!(marked(&file, "aaaa", 24), "[aaaa]aaaaaaaaaaaaaaaaaaa…");
    }

    #[test]
    fn secrets_are_marks_of_one_width() {
        let file = file("user anna password hunter2 host h\n", &[Span::new(19, 26)]);
        assert_eq!(
            marked(&file, "h\n", 60).trim_end_matches('\n'),
            "user anna password •••••• [h]ost h".replace("[h]ost h", "host [h]")
        );
        assert_eq!(marked(&file, "*******", 60), "user anna password [••••••] host h");
    }

    #[test]
    fn a_place_in_a_listing_is_its_key_path() {
        let file = SourceFile::listing("a.plist", "A[0].Host = \"x\"\n".into(), &[]);
        let location = Location::new(&file, Span::new(13, 14));
        assert_eq!(place(&location), "a.plist A[0].Host");
        assert_eq!(Excerpt::new(&location, 80).number, None);
    }

    proptest! {
        #[test]
        fn every_excerpt_is_short_printable_and_marks_within_itself(
            text in "[a-zäß日\u{1B}\u{202E}\n ]{0,300}", start in 0usize..300, len in 0usize..50, width in 20usize..90,
        ) {
            let file = file(&text, &[]);
            let excerpt = Excerpt::new(&Location::new(&file, Span::new(start, start + len)), width);
            prop_assert!(!excerpt.text.chars().any(char::is_control));
            prop_assert!(super::super::columns(&excerpt.text) <= width + 2, "{:?}", excerpt);
            prop_assert!(excerpt.mark.end <= excerpt.text.chars().count());
        }
    }
}
