//! The excerpt with its labels, drawn by ariadne.
//!
//! ariadne 0.6 is given no more than the lines that labels point at, printable and cut to the width: whatever the size
//! of the file, a finding costs the same. It then counts those lines from 1, so the numbers in the margin and in the
//! headings are set here, after drawing; putting empty lines in front instead would cost as much as the file is long.

use std::collections::BTreeMap;
use std::ops::Range;

use ariadne::{CharSet, Config, IndexType, Label as Arrow, LabelAttach, Report, ReportKind};
use maillint_rules::Label;

use super::style::{Face, Painter};
use crate::text::{Excerpt, Printable, columns, place, wrap};

/// Labels drawn for one finding; ariadne slows down with their square.
const LABELS: usize = 6;
/// Columns of the margin beside the line number.
const MARGIN: usize = 6;
/// Ends a heading of ours; what ariadne puts behind it, its own line and column, is cut. No printable text holds it.
const END: char = '\u{1}';
/// Ends a colour.
const RESET: &str = "\x1B[0m";

/// The lines of one file, as ariadne sees them.
struct Page {
    heading: String,
    text: String,
    /// For each line of `text`, its number in the file.
    numbers: Vec<Option<u32>>,
    /// For each line of `text`, the line to put above it, which ariadne would leave out: no label points at it.
    keys: Vec<Option<(u32, String)>>,
}

/// Draws the labels of a finding, or nothing if there are none.
pub(super) fn draw(labels: &[Label], face: Face, paint: Painter, width: usize) -> String {
    let labels = &labels[..labels.len().min(LABELS)];
    let (pages, arrows) = lay_out(labels, width);
    let Some(first) = arrows.iter().find(|arrow| arrow.order == 0) else { return String::new() };

    let config = Config::default()
        .with_color(paint.color)
        .with_index_type(IndexType::Char)
        .with_char_set(CharSet::Unicode)
        .with_label_attach(LabelAttach::Middle)
        .with_tab_width(1)
        .with_compact(false);
    let mut report = Report::build(ReportKind::Advice, first.span.clone()).with_config(config);
    for (row, Pointer { order, span, text }) in arrows.into_iter().enumerate() {
        let color = if order == 0 { face.color() } else { ariadne::Color::Blue };
        // A file whose labels are not in the order of its lines gets more than one heading.
        let row = i32::try_from(row).unwrap_or(i32::MAX);
        let mut arrow = Arrow::new(span).with_color(color).with_order(row);
        if !text.is_empty() {
            arrow = arrow.with_message(text);
        }
        report.add_label(arrow);
    }
    let cache = ariadne::sources(pages.iter().map(|page| (page.heading.clone(), page.text.clone())));
    let mut drawn = Vec::new();
    if report.finish().write(cache, &mut drawn).is_err() {
        return String::new();
    }
    finish(&String::from_utf8_lossy(&drawn), &pages, paint, width)
}

type Span = (String, Range<usize>);

/// A label, and which of the finding's it is: the first is the one that the finding is about.
struct Pointer {
    order: usize,
    span: Span,
    text: String,
}

/// A page for each file, in the order of the labels, and each label's place on its page. A page reads downwards as the
/// file does.
fn lay_out(labels: &[Label], width: usize) -> (Vec<Page>, Vec<Pointer>) {
    let mut pages: Vec<Page> = Vec::new();
    let mut by_file: BTreeMap<&str, usize> = BTreeMap::new();
    let mut placed: Vec<(usize, u32, usize, &Label)> = Vec::new();
    for (order, label) in labels.iter().enumerate() {
        let index = *by_file.entry(label.at.file.name()).or_insert_with(|| {
            let heading = format!("{}{END}", Printable::new(&place(&label.at)));
            pages.push(Page { heading, text: String::new(), numbers: Vec::new(), keys: Vec::new() });
            pages.len() - 1
        });
        placed.push((index, label.at.span.start, order, label));
    }
    placed.sort_unstable_by_key(|(index, start, order, _)| (*index, *start, *order));
    let pointers = placed.into_iter().map(|(index, _, order, label)| {
        let page = &mut pages[index];
        let excerpt = Excerpt::new(&label.at, width.saturating_sub(MARGIN + 5));
        let start = page.start_of(&excerpt);
        let mark = start + excerpt.mark.start..start + excerpt.mark.end.max(excerpt.mark.start + 1);
        let text = Printable::new(&label.text).as_str().to_owned();
        Pointer { order, span: (page.heading.clone(), mark), text }
    });
    let pointers = pointers.collect();
    (pages, pointers)
}

impl Page {
    /// The character at which the line of an excerpt begins, putting it there first if it is new.
    fn start_of(&mut self, excerpt: &Excerpt) -> usize {
        let mut start = 0;
        for (line, number) in self.text.split_terminator('\n').zip(&self.numbers) {
            if line == excerpt.text && *number == excerpt.number {
                return start;
            }
            start += line.chars().count() + 1;
        }
        if let Some(last) = self.numbers.last().copied() {
            // An empty line where lines are left out; ariadne draws a gap for it.
            let first = excerpt.key.as_ref().map_or(excerpt.number, |(number, _)| Some(*number));
            let follows = last.is_some() && last.map(|last| last + 1) == first;
            if !follows {
                self.push("", None, None);
                start += 1;
            }
        }
        self.push(&excerpt.text, excerpt.number, excerpt.key.clone());
        start
    }

    fn push(&mut self, line: &str, number: Option<u32>, key: Option<(u32, String)>) {
        self.text.push_str(line);
        self.text.push('\n');
        self.numbers.push(number);
        self.keys.push(key);
    }
}

/// Sets headings and line numbers, and drops ariadne's title: the caller has its own.
fn finish(drawn: &str, pages: &[Page], paint: Painter, width: usize) -> String {
    let numbers = || pages.iter().flat_map(|page| page.numbers.iter().flatten());
    let digits = numbers().max().map_or(0, |number| number.to_string().len());
    let drawn_digits = pages.iter().map(|page| page.numbers.len()).max().unwrap_or(1).to_string().len();
    let mut page = None;
    let mut out = String::with_capacity(drawn.len() + 256);
    for line in drawn.lines().skip(1) {
        if let Some((before, behind)) = line.split_once(END) {
            page = pages.iter().find(|page| before.ends_with(page.heading.trim_end_matches(END)));
            let behind = behind.trim_start_matches(|c: char| c == ':' || c == '?' || c.is_ascii_digit());
            push_line(&mut out, &widen(before, drawn_digits, digits, None), behind);
            continue;
        }
        let key = margin_number(line).and_then(|(range, index)| {
            let (number, text) = page?.keys.get(index.checked_sub(1)?)?.as_ref()?;
            let line = format!("{} {}", margin(line)?, paint.text(Face::Faint, text));
            Some(widen(&line, drawn_digits, digits, Some((range, Some(*number)))))
        });
        if let Some(key) = key {
            push_line(&mut out, &key, "");
        }
        let number = margin_number(line).map(|(range, index)| {
            let number = page.and_then(|page| page.numbers.get(index.checked_sub(1)?).copied().flatten());
            (range, number)
        });
        for line in break_label(&widen(line, drawn_digits, digits, number), width) {
            push_line(&mut out, &line, "");
        }
    }
    out
}

fn push_line(out: &mut String, line: &str, rest: &str) {
    out.push_str(&merged(&legible(line.trim_end())));
    out.push_str(&legible(rest));
    out.push('\n');
}

/// ariadne's three greys cannot be read on every background; the terminal's own text colour can.
fn legible(line: &str) -> String {
    let line = line.replace("\x1B[38;5;249m", "\x1B[39m");
    line.replace("\x1B[38;5;246m", "\x1B[2m").replace("\x1B[38;5;240m", "\x1B[2m")
}

/// The number in the margin of a drawn line: its bytes, and what it is. In colour, an escape code stands before it.
fn margin_number(line: &str) -> Option<(Range<usize>, usize)> {
    let margin = line.get(..line.find('│')?)?;
    let from = margin.rfind('m').map_or(0, |at| at + 1);
    let digits = margin.get(from..)?.trim();
    let index = digits.parse().ok()?;
    let start = from + margin.get(from..)?.find(digits)?;
    Some((start..start + digits.len(), index))
}

/// All up to the text of a drawn line, colour ended.
fn margin(line: &str) -> Option<&str> {
    let (margin, text) = line.split_once('│')?;
    let reset = if text.starts_with(RESET) { RESET.len() } else { 0 };
    line.get(..margin.len() + '│'.len_utf8() + reset)
}

/// Puts another number into the margin and makes the margin as wide as the widest number needs.
fn widen(line: &str, from: usize, to: usize, number: Option<(Range<usize>, Option<u32>)>) -> String {
    let (more, less) = (to.saturating_sub(from), from.saturating_sub(to));
    match number {
        Some((range, number)) => {
            let number = number.map(|number| number.to_string()).unwrap_or_default();
            let lead = line.get(..range.start).unwrap_or("").trim_end_matches(' ');
            // In colour, the first column stands before the code.
            let begun = lead.len() - lead.trim_start_matches(' ').len();
            let pad = " ".repeat((1 + to).saturating_sub(number.len() + begun));
            format!("{lead}{pad}{number}{}", line.get(range.end..).unwrap_or(""))
        }
        None if line.starts_with(' ') => {
            let line = line.strip_prefix(" ".repeat(less).as_str()).unwrap_or(line);
            format!("{}{line}", " ".repeat(more))
        }
        // The closing line is a bar.
        None => line.replacen('─', &"─".repeat(1 + more), 1),
    }
}

/// Shortens the arrow of a label, which ariadne draws as long as the longest label of its line, and breaks its text
/// where it would run over the edge, if nothing is drawn before it that the break would cut.
fn break_label(line: &str, width: usize) -> Vec<String> {
    const ARROW: char = '╰';
    // ariadne draws ╰, dashes, a space and the text; its colour codes hold no space.
    let parts = line.split_once(ARROW).and_then(|(lead, rest)| Some((lead, rest.split_once(' ')?)));
    let Some((lead, (dashes, text))) = parts else { return vec![line.to_owned()] };
    let dash = dashes.find('─').map_or(0, |at| at + '─'.len_utf8());
    let reset = dashes.get(dash..).and_then(|rest| rest.find('m').filter(|_| rest.starts_with('\x1B')));
    let dash = dashes.get(..dash + reset.map_or(0, |at| at + 1)).unwrap_or(dashes);
    let whole = format!("{lead}{ARROW}{dash} {text}");

    let plain_lead = without_codes(lead);
    let column = columns(&plain_lead) + 3;
    let margin = plain_lead.split_once('│').filter(|(_, between)| between.trim().is_empty());
    let Some((margin, _)) = margin.filter(|_| columns(&without_codes(&whole)) > width) else { return vec![whole] };
    let lines = wrap(text, width.saturating_sub(column).max(16));
    let gap = " ".repeat(column.saturating_sub(columns(margin) + 1));
    lines
        .iter()
        .enumerate()
        .map(|(number, text)| match number {
            0 => format!("{lead}{ARROW}{dash} {text}"),
            _ => format!("{margin}│{gap}{text}"),
        })
        .collect()
}

/// With one code for a run of one colour, where ariadne writes one for each character.
fn merged(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let (mut open, mut is_closing) = ("", false);
    let mut rest = line;
    while !rest.is_empty() {
        let is_code = rest.starts_with("\x1B[");
        let len = if is_code { rest.find('m').map(|at| at + 1) } else { rest.find('\x1B') }.unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(len.max(1));
        rest = behind;
        if piece == RESET {
            is_closing = true;
            continue;
        }
        if is_closing && !(is_code && piece == open) {
            out.push_str(RESET);
            open = "";
        }
        if !is_code || piece != open {
            out.push_str(piece);
        }
        is_closing = false;
        if is_code {
            open = piece;
        }
    }
    if is_closing {
        out.push_str(RESET);
    }
    out
}

/// Without SGR codes, which are all that ariadne writes.
fn without_codes(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, code)) = rest.split_once("\x1B[") {
        plain.push_str(before);
        rest = code.split_once('m').map_or("", |(_, behind)| behind);
    }
    plain.push_str(rest);
    plain
}

#[cfg(test)]
mod tests {
    use maillint_rules::Label;
    use maillint_source::{Location, SourceFile, Span, decode};

    use super::{Face, Painter, draw, without_codes};
    use crate::human::Style;
    use crate::sample;

    fn label(text: &str, needle: &str) -> Label {
        Label { at: sample::at(needle), text: text.to_owned() }
    }

    fn drawn(labels: &[Label]) -> String {
        draw(labels, Face::Warning, Painter::new(&Style::PLAIN), 80)
    }

    #[test]
    fn one_place() {
        insta::assert_snapshot!(drawn(&[label("Thunderbird collects mail here", "pop.example.org")]), @r#"
           ╭─[ ab12.default/prefs.js:3:44 ]
           │
         3 │ user_pref("mail.server.server1.hostname", "pop.example.org");
           │                                            ───────┬───────
           │                                                   ╰─ Thunderbird collects
           │                                                      mail here
        ───╯
        "#);
    }

    #[test]
    fn two_places_in_one_file_and_one_in_a_listing() {
        let labels = [
            label("first", "anna@example.org"),
            label("second", "smtp.example.org"),
            Label { at: sample::at_listing("pop.example.org"), text: "third".into() },
        ];
        insta::assert_snapshot!(drawn(&labels), @r#"
           ╭─[ ab12.default/prefs.js:2:43 ]
           │
         2 │ user_pref("mail.identity.id1.useremail", "anna@example.org");
           │                                           ────────┬───────
           │                                                   ╰─ first
           │
         5 │ user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.org"); /* ••••••…
           │                                              ────────┬───────
           │                                                      ╰─ second
           │
           ├─[ Mail/Accounts.plist MailAccounts[0].Hostname ]
           │
           │ MailAccounts[0].Hostname = "pop.example.org"
           │                             ───────┬───────
           │                                    ╰─ third
        ───╯
        "#);
    }

    #[test]
    fn numbers_are_those_of_the_file_however_large() {
        let text = format!("{}host=x\n", "\n".repeat(123_455));
        let file = SourceFile::seal("f.ini", decode(text.as_bytes()), &[]);
        let at = Location::new(&file, Span::new(123_460, 123_461));
        let labels = [Label { at, text: "here".into() }, label("there", "pop.example.org")];
        insta::assert_snapshot!(drawn(&labels), @r#"
                ╭─[ f.ini:123456:6 ]
                │
         123456 │ host=x
                │      ┬
                │      ╰─ here
                │
                ├─[ ab12.default/prefs.js:3:44 ]
                │
              3 │ user_pref("mail.server.server1.hostname", "pop.example.org");
                │                                            ───────┬───────
                │                                                   ╰─ there
        ────────╯
        "#);
    }

    /// Labels on the values of a property list, and on a line that names its setting itself.
    fn of_a_profile() -> Vec<Label> {
        let text = "<dict>\n <key>Port</key>\n <integer>995</integer>\n <key>SSL</key>\n <true/>\n</dict>\n";
        let file = SourceFile::seal("a.mobileconfig", decode(text.as_bytes()), &[]);
        let at = |needle: &str| {
            let start = text.find(needle).unwrap();
            Location::new(&file, Span::new(start, start + needle.len()))
        };
        let labels = [("<true/>", "with TLS"), ("995", "this port"), ("</dict>", "until here")];
        labels.map(|(needle, text)| Label { at: at(needle), text: text.to_owned() }).into()
    }

    #[test]
    fn a_value_of_a_property_list_has_its_key_above() {
        insta::assert_snapshot!(drawn(&of_a_profile()), @r#"
           ╭─[ a.mobileconfig:5:2 ]
           │
         2 │  <key>Port</key>
         3 │  <integer>995</integer>
           │           ─┬─
           │            ╰─ this port
         4 │  <key>SSL</key>
         5 │  <true/>
           │  ───┬───
           │     ╰─ with TLS
         6 │ </dict>
           │ ───┬───
           │    ╰─ until here
        ───╯
        "#);
    }

    #[test]
    fn a_run_of_one_colour_has_one_code() {
        let drawn = "\x1B[33ma\x1B[0m\x1B[33mb\x1B[0m\x1B[31mc\x1B[0md";
        assert_eq!(super::merged(drawn), "\x1B[33mab\x1B[0m\x1B[31mc\x1B[0md");
    }

    #[test]
    fn colour_changes_nothing_else() {
        let labels = [label("a", "anna@example.org"), label("b", "smtp.example.org")];
        let painter = Painter::new(&Style { color: true, ..Style::PLAIN });
        for labels in [labels.into(), of_a_profile()] {
            let colored = draw(&labels, Face::Error, painter, 80);
            assert_eq!(without_codes(&colored), drawn(&labels));
            assert!(!colored.contains("38;5"), "no colour that a theme does not know: {colored:?}");
        }
    }
}
