use std::ops::Range;

use maillint_source::{Form, Location, Span, telltale};
use unicode_width::UnicodeWidthChar;

use super::printable::shown;

/// What stands in for a secret, whatever its length.
const SECRET: &str = "••••••";
/// What stands in for the rest of a line that is too long.
const CUT: char = '…';

/// Characters that are shown of a line, for each column.
const CHARS: usize = 4;
/// Bytes before the first one that is shown, in which a word may tell of a secret.
const BEFORE: usize = 512;

/// One line of a file as it may be shown: printable, secrets hidden, cut to a width around a place.
///
/// The lines around it are not shown: in a file of settings they are other settings, perhaps of another person or a
/// secret of a program that no reader knows, and reports are passed on. But in a property list a value stands alone on
/// its line, and its name on the line above: without that one, `<true/>` says nothing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Excerpt {
    /// 1-based number of the line; `None` in a listing, where numbers mean nothing to anyone.
    pub(crate) number: Option<u32>,
    /// The line.
    pub(crate) text: String,
    /// The place, in characters of `text`. Of a place that spans lines, what stands on the first.
    pub(crate) mark: Range<usize>,
    /// The line above with its number, where it is there that the setting is named.
    pub(crate) key: Option<(u32, String)>,
}

impl Excerpt {
    /// The line of a place, at most `width` columns of it (at least 20). Costs no more for a longer line.
    pub(crate) fn new(at: &Location, width: usize) -> Self {
        let key = key_above(at).map(|key| (key.start().line, Self::line(&key, width).text));
        Self { key, ..Self::line(at, width) }
    }

    fn line(at: &Location, width: usize) -> Self {
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
        let mut excerpt = Self { number, text: String::new(), mark: 0..0, key: None };
        let told = told(text, from, &line, &(start..end), width, file.form());
        excerpt.fill(text, from, line, start..end, [file.secrets(), &told], width);
        excerpt
    }

    fn fill(
        &mut self,
        text: &str,
        from: usize,
        line: Range<usize>,
        mark: Range<usize>,
        secrets: [&[Span]; 2],
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
        let (mut begun, mut ended, mut next) = (false, false, from);
        while let Some(c) = text.get(next..line.end).and_then(|rest| rest.chars().next()) {
            let offset = next;
            next += c.len_utf8();
            if !begun && offset >= mark.start {
                (begun, self.mark.start) = (true, at.0);
            }
            if !ended && begun && offset >= mark.end {
                (ended, self.mark.end) = (true, at.0);
            }
            // Some characters have no width, and a line may hold a megabyte of them.
            if at.1 >= width || at.0 >= CHARS * width {
                at = push(CUT, &mut self.text);
                break;
            }
            if let Some(secret) = secrets.iter().find_map(|secrets| secret_at(secrets, offset)) {
                for c in SECRET.chars() {
                    at = push(c, &mut self.text);
                }
                // A secret may be a megabyte.
                next = text.ceil_char_boundary(secret.end as usize).max(next);
                continue;
            }
            let c = shown(c);
            if at.1 + c.width().unwrap_or(0) >= width && next < line.end {
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

/// The line above a place, if it holds the key of a property list and nothing else.
fn key_above(at: &Location) -> Option<Location> {
    let before = at.file.text().get(..at.file.line_span(at.span.start).range().start)?;
    let before = before.strip_suffix('\n').unwrap_or(before);
    let end = before.strip_suffix('\r').unwrap_or(before).len();
    let line = at.file.line_span(u32::try_from(end).ok()?);
    let text = at.file.slice(line).trim_ascii();
    let is_key = at.file.form() != Form::Listing && text.starts_with("<key>") && text.ends_with("</key>");
    is_key.then(|| Location::new(&at.file, Span::new(line.range().start, line.range().start)))
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

/// Secrets of the line that no reader knows of, as far as the line gives them away: another statement or a comment may
/// stand beside the place, and the place itself may be an address with a password in it.
fn told(text: &str, from: usize, line: &Range<usize>, mark: &Range<usize>, width: usize, form: Form) -> Vec<Span> {
    let start = text.floor_char_boundary(from.saturating_sub(BEFORE)).max(line.start);
    let end = text.floor_char_boundary(from + CHARS * width * 4).min(line.end);
    let shift = |by: usize| move |span: Span| Span::new(by + span.start as usize, by + span.end as usize);
    let part = text.get(start..end).unwrap_or("");
    let mut told: Vec<Span> = telltale::in_addresses(part).into_iter().map(shift(start)).collect();
    // A listing has no comments, and what is secret in it was never listed.
    if let Form::Text(_) = form {
        let is_beside = |span: &Span| span.end as usize <= mark.start || span.start as usize >= mark.end;
        told.extend(telltale::after_words(part).into_iter().map(shift(start)).filter(is_beside));
        let marked = text.get(mark.start..mark.end.min(end)).unwrap_or("");
        told.extend(telltale::in_server_name(marked).into_iter().map(shift(mark.start)));
    }
    told.sort_unstable();
    told
}

/// The secret that holds a byte.
fn secret_at(secrets: &[Span], offset: usize) -> Option<Span> {
    let index = secrets.partition_point(|secret| secret.start as usize <= offset).checked_sub(1)?;
    secrets.get(index).copied().filter(|secret| offset < secret.end as usize)
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
    fn a_value_of_a_property_list_is_shown_with_its_key() {
        let text =
            "<dict>\r\n\t<key>SSL</key>\r\n\t<true/>\r\n\t<key>User</key>\r\n\n\t<string>anna</string>\r\n</dict>";
        let file = file(text, &[]);
        let key = |needle: &str| {
            let start = text.find(needle).unwrap();
            Excerpt::new(&Location::new(&file, Span::new(start, start + needle.len())), 60).key
        };
        assert_eq!(key("<true/>"), Some((2, " <key>SSL</key>".to_owned())));
        assert_eq!(key("anna"), None, "not on the line above");
        assert_eq!(key("<dict>"), None, "no line is above");
        assert_eq!(key("SSL"), None, "not a key");
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

        #[test]
        fn a_key_is_short_and_printable_too(key in "[a-z<>/\u{1B}\u{202E}]{0,200}", width in 20usize..90) {
            let text = format!("<key>{key}</key>\n<true/>");
            let file = file(&text, &[]);
            let at = text.len() - 3;
            let (_, key) = Excerpt::new(&Location::new(&file, Span::new(at, at + 1)), width).key.unwrap();
            prop_assert!(!key.chars().any(char::is_control));
            prop_assert!(super::super::columns(&key) <= width);
        }
    }
}
