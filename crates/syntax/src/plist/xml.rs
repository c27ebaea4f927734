//! XML property lists, on the events of `quick-xml`, iteratively: depth costs no stack.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use maillint_source::{Limits, Problems, Span, left_out};
use quick_xml::Reader;
use quick_xml::events::Event;

use super::{Kind, Tree, Value};
use crate::xml::resolve;
use crate::{Problem, Spanned};

/// Foundation takes base64 with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub(super) fn parse(text: &str, limits: &Limits) -> Tree {
    let builder = Builder {
        reader: Reader::from_str(text),
        text,
        limits,
        open: Vec::new(),
        root: None,
        nodes: 0,
        problems: Problems::new(limits),
    };
    builder.run()
}

/// Reading cannot go on; a problem says why.
struct Stop {
    /// From here on, nothing was understood.
    at: usize,
}

/// A container that is not closed yet.
enum Frame {
    Dict { entries: Vec<(Spanned<String>, Value)>, key: Option<Spanned<String>>, span: Span },
    Array { items: Vec<Value>, span: Span },
}

impl Frame {
    /// The value, and the place of a last key that has none.
    fn finish(self) -> (Value, Option<Span>) {
        match self {
            Self::Dict { mut entries, key, span } => {
                let alone = key.as_ref().map(|key| key.span);
                entries.extend(key.map(without_value));
                (Value { kind: Kind::Dict(entries), span }, alone)
            }
            Self::Array { items, span } => (Value { kind: Kind::Array(items), span }, None),
        }
    }

    fn span(&self) -> Span {
        match self {
            Self::Dict { span, .. } | Self::Array { span, .. } => *span,
        }
    }
}

/// A key without a value is not an absent key.
fn without_value(key: Spanned<String>) -> (Spanned<String>, Value) {
    let span = Span::empty(key.span.end as usize);
    (key, Value { kind: Kind::Other, span })
}

struct Builder<'a> {
    reader: Reader<&'a [u8]>,
    text: &'a str,
    limits: &'a Limits,
    open: Vec<Frame>,
    root: Option<Value>,
    nodes: usize,
    problems: Problems,
}

impl<'a> Builder<'a> {
    fn run(mut self) -> Tree {
        let stop = loop {
            match self.step() {
                Ok(true) => {}
                Ok(false) => break None,
                Err(stop) => break Some(stop),
            }
        };
        if stop.is_none() && !self.open.is_empty() {
            self.problem("the file ends in the middle", Span::empty(self.text.len()));
        }
        let unfinished = self.open.iter().map(Frame::span).collect();
        // A key at the end of what was read lacks its value for a reason that was given already.
        while let Some(frame) = self.open.pop() {
            let (value, _) = frame.finish();
            self.push(value);
        }
        let unread = stop.map(|Stop { at }| Span::new(at, self.text.len()));
        Tree { root: self.root, problems: self.problems.into_vec(), unread, unfinished }
    }

    /// Where the reader stands, in bytes.
    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// The next event and its place. `from` is where nothing is understood from, if there is no next event.
    fn next(&mut self, from: Option<usize>) -> Result<(Event<'a>, Span), Stop> {
        let start = self.position();
        if let Ok(event) = self.reader.read_event() {
            return Ok((event, Span::new(start, self.position())));
        }
        let at = usize::try_from(self.reader.error_position()).unwrap_or(start).min(self.text.len());
        let message = "this is not well-formed XML; what follows was not read";
        self.problems.end(Problem::syntax(message, Span::empty(at)));
        Err(Stop { at: from.unwrap_or(start.min(at)) })
    }

    /// Takes one event between values; false at the end of the file.
    fn step(&mut self) -> Result<bool, Stop> {
        let (event, span) = self.next(None)?;
        match event {
            Event::Eof => return Ok(false),
            Event::Start(tag) => self.start(tag.name().as_ref(), span)?,
            Event::Empty(tag) => self.empty(tag.name().as_ref(), span)?,
            Event::End(tag) => self.end(tag.name().as_ref()),
            Event::DocType(doctype) => {
                if doctype.contains("<!ENTITY") {
                    self.problem("a property list must not declare entities of its own", span);
                }
            }
            Event::Text(text) => {
                if !text.trim().is_empty() {
                    self.problem("there is text between the values", span);
                }
            }
            Event::CData(_) | Event::GeneralRef(_) => {
                self.problem("there is text between the values", span);
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
        Ok(true)
    }

    fn start(&mut self, tag: &str, span: Span) -> Result<(), Stop> {
        match tag {
            "plist" => {}
            "dict" => self.enter(Frame::Dict { entries: Vec::new(), key: None, span }, span)?,
            "array" => self.enter(Frame::Array { items: Vec::new(), span }, span)?,
            "key" => {
                let leaf = self.leaf(span)?;
                self.key(leaf)?;
            }
            _ => {
                let leaf = self.leaf(span)?;
                let value = self.scalar(tag, leaf);
                self.count(value.span)?;
                self.push(value);
            }
        }
        Ok(())
    }

    fn empty(&mut self, tag: &str, span: Span) -> Result<(), Stop> {
        match tag {
            "plist" => {}
            "key" => self.key(Leaf { text: Some(Cow::Borrowed("")), span })?,
            "dict" => self.add(Value { kind: Kind::Dict(Vec::new()), span })?,
            "array" => self.add(Value { kind: Kind::Array(Vec::new()), span })?,
            _ => {
                let value = self.scalar(tag, Leaf { text: Some(Cow::Borrowed("")), span });
                self.add(value)?;
            }
        }
        Ok(())
    }

    fn end(&mut self, tag: &str) {
        if tag == "plist" {
            return;
        }
        // `quick-xml` has checked that the name is that of the innermost open element.
        if let Some(frame) = self.open.pop() {
            let (value, alone) = frame.finish();
            if let Some(span) = alone {
                self.problem("this key has no value", span);
            }
            self.push(value);
        }
    }

    fn enter(&mut self, frame: Frame, span: Span) -> Result<(), Stop> {
        self.count(span)?;
        if self.limits.is_too_deep(self.open.len()) {
            self.problems.end(Problem::limit(left_out("values are nested too deeply here"), span));
            return Err(Stop { at: span.start as usize });
        }
        self.open.push(frame);
        Ok(())
    }

    /// Notes an error of grammar.
    fn problem(&mut self, message: &str, span: Span) {
        self.problems.add(Problem::syntax(message, span));
    }

    fn add(&mut self, value: Value) -> Result<(), Stop> {
        self.count(value.span)?;
        self.push(value);
        Ok(())
    }

    fn count(&mut self, span: Span) -> Result<(), Stop> {
        self.nodes += 1;
        if let Some(why) = self.limits.over(self.nodes, "the file has too many values") {
            self.problems.end(Problem::limit(left_out(&why), span));
            return Err(Stop { at: span.start as usize });
        }
        Ok(())
    }

    fn push(&mut self, value: Value) {
        let span = value.span;
        let message = match self.open.last_mut() {
            Some(Frame::Array { items, .. }) => return items.push(value),
            Some(Frame::Dict { entries, key, .. }) => match key.take() {
                Some(key) => return entries.push((key, value)),
                None => "this value has no key",
            },
            None if self.root.is_none() => {
                self.root = Some(value);
                return;
            }
            None => "a second value follows the outermost one",
        };
        self.problem(message, span);
    }

    fn key(&mut self, leaf: Leaf<'_>) -> Result<(), Stop> {
        self.count(leaf.span)?;
        let Some(Frame::Dict { key, entries, .. }) = self.open.last_mut() else {
            self.problem("this key stands outside of a dictionary", leaf.span);
            return Ok(());
        };
        let name = Spanned::new(leaf.text.unwrap_or_default().into_owned(), leaf.span);
        if let Some(alone) = key.replace(name) {
            let span = alone.span;
            entries.push(without_value(alone));
            self.problem("this key has no value", span);
        }
        Ok(())
    }

    /// Reads up to the end of an element that holds only text.
    fn leaf(&mut self, open: Span) -> Result<Leaf<'a>, Stop> {
        let content = open.end as usize;
        let mut text: Option<Cow<'a, str>> = Some(Cow::Borrowed(""));
        let mut pieces: Option<Span> = None;
        let mut nested = 0_usize;
        loop {
            let (event, span) = self.next(Some(content))?;
            let piece: Cow<'a, str> = match event {
                Event::Text(piece) => piece.into_inner(),
                Event::CData(piece) => piece.into_inner(),
                Event::GeneralRef(entity) => {
                    let Some(c) = resolve(&entity) else {
                        self.problem("property lists know no such entity", span);
                        text = None;
                        continue;
                    };
                    Cow::Owned(c.to_string())
                }
                Event::Start(_) => {
                    self.problem("there is an element where only text may be", span);
                    text = None;
                    nested += 1;
                    continue;
                }
                Event::Empty(_) => {
                    self.problem("there is an element where only text may be", span);
                    text = None;
                    continue;
                }
                Event::End(_) if nested > 0 => {
                    nested -= 1;
                    continue;
                }
                Event::End(_) => {
                    // Without any text, the element itself is the place; with an odd content, all of it is.
                    let whole = Span::new(content, span.start as usize);
                    let place = if text.is_some() { pieces.unwrap_or(open.join(span)) } else { whole };
                    return Ok(Leaf { text, span: place });
                }
                Event::Eof => {
                    self.problem("the file ends in the middle of a value", Span::empty(self.text.len()));
                    return Err(Stop { at: content });
                }
                // What a script is still to put in.
                Event::PI(_) => {
                    self.problem("there is an instruction where only text may be", span);
                    text = None;
                    continue;
                }
                Event::Comment(_) | Event::Decl(_) | Event::DocType(_) => continue,
            };
            pieces = Some(pieces.map_or(span, |all| all.join(span)));
            match &mut text {
                Some(text) if text.is_empty() => *text = piece,
                Some(text) => text.to_mut().push_str(&piece),
                None => {}
            }
        }
    }

    fn scalar(&mut self, tag: &str, leaf: Leaf<'_>) -> Value {
        let Leaf { text, span } = leaf;
        let Some(text) = text else { return Value { kind: Kind::Other, span } };
        let kind = match tag {
            "string" if text.len() > self.limits.string_bytes => {
                self.problems.add(Problem::limit("this text is too long to be read", span));
                Some(Kind::Other)
            }
            "string" => Some(Kind::String(text.into_owned())),
            "integer" => integer(text.trim()).map(Kind::Integer),
            "real" => text.trim().parse().ok().map(Kind::Real),
            "true" => Some(Kind::Bool(true)),
            "false" => Some(Kind::Bool(false)),
            "date" => Some(Kind::Date(text.trim().to_owned())),
            "data" => {
                let bare: String = text.chars().filter(|c| !c.is_whitespace()).collect();
                BASE64.decode(bare).ok().map(Kind::Data)
            }
            _ => {
                self.problem("property lists know no such element", span);
                return Value { kind: Kind::Other, span };
            }
        };
        let kind = kind.unwrap_or_else(|| {
            self.problem("this is not a value of the kind that its element names", span);
            Kind::Other
        });
        Value { kind, span }
    }
}

/// An element that holds only text.
struct Leaf<'a> {
    /// What it says; `None` if part of that could not be read.
    text: Option<Cow<'a, str>>,
    span: Span,
}

/// Decimal, or hexadecimal after `0x`, with a sign before either (`CFPropertyList.c`).
fn integer(text: &str) -> Option<i128> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    let (digits, radix) = hex.map_or((digits, 10), |hex| (hex, 16));
    if !digits.starts_with(|c: char| c.is_ascii_hexdigit()) {
        return None;
    }
    let number = i128::from(u64::from_str_radix(digits, radix).ok()?);
    let number = if negative { -number } else { number };
    (number >= i128::from(i64::MIN)).then_some(number)
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::super::{Kind, parse};
    use super::Tree;

    fn tree(text: &str) -> Tree {
        super::parse(text, &Limits::default())
    }

    /// The value of `k` in `<plist><dict><key>k</key>…</dict></plist>`, with the text at its place and the problems.
    fn read(value: &str) -> (Kind, String, Vec<String>) {
        let text = format!("<plist version=\"1.0\"><dict><key>k</key>{value}</dict></plist>");
        let tree = tree(&text);
        let value = tree.root.unwrap().get("k").cloned().unwrap();
        let messages = tree.problems.into_iter().map(|problem| problem.message);
        (value.kind, text[value.span.range()].to_owned(), messages.collect())
    }

    fn string(text: &str) -> Kind {
        Kind::String(text.to_owned())
    }

    #[test]
    fn each_kind_is_read_with_its_place() {
        for (xml, kind, place) in [
            ("<string>mail.example.org</string>", string("mail.example.org"), "mail.example.org"),
            ("<string></string>", string(""), "<string></string>"),
            ("<string/>", string(""), "<string/>"),
            ("<string>a &amp; b&#x21;</string>", string("a & b!"), "a &amp; b&#x21;"),
            ("<string><![CDATA[a<b]]></string>", string("a<b"), "<![CDATA[a<b]]>"),
            ("<string>ab<!-- c -->cd</string>", string("abcd"), "ab<!-- c -->cd"),
            ("<integer> 993 </integer>", Kind::Integer(993), " 993 "),
            ("<integer>-0x10</integer>", Kind::Integer(-16), "-0x10"),
            ("<integer>18446744073709551615</integer>", Kind::Integer(u64::MAX.into()), "18446744073709551615"),
            ("<real>443.0</real>", Kind::Real(443.0), "443.0"),
            ("<true/>", Kind::Bool(true), "<true/>"),
            ("<false></false>", Kind::Bool(false), "<false></false>"),
            ("<data>\n\tQUJD\n\tRA==\n</data>", Kind::Data(b"ABCD".to_vec()), "\n\tQUJD\n\tRA==\n"),
            (
                "<date>2026-11-22T10:00:00Z</date>",
                Kind::Date("2026-11-22T10:00:00Z".to_owned()),
                "2026-11-22T10:00:00Z",
            ),
            ("<array/>", Kind::Array(Vec::new()), "<array/>"),
            ("<dict>  </dict>", Kind::Dict(Vec::new()), "<dict>"),
        ] {
            assert_eq!(read(xml), (kind, place.to_owned(), vec![]), "{xml}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_and_keeps_its_place() {
        for (xml, place, message) in [
            ("<integer>abc</integer>", "abc", "this is not a value of the kind that its element names"),
            ("<data>!</data>", "!", "this is not a value of the kind that its element names"),
            ("<string>mail.<?= $d ?></string>", "mail.<?= $d ?>", "there is an instruction where only text may be"),
            ("<string>x&host;y</string>", "x&host;y", "property lists know no such entity"),
            ("<secret>hunter2</secret>", "hunter2", "property lists know no such element"),
            ("<string>a<b>c</b></string>", "a<b>c</b>", "there is an element where only text may be"),
        ] {
            assert_eq!(read(xml), (Kind::Other, place.to_owned(), vec![message.to_owned()]), "{xml}");
        }
    }

    #[test]
    fn a_repeated_key_is_kept_and_the_last_one_counts() {
        let tree = tree("<dict><key>a</key><integer>1</integer><key>a</key><integer>2</integer></dict>");
        let root = tree.root.unwrap();
        assert_eq!(root.entries().len(), 2);
        assert_eq!(root.get("a").unwrap().kind, Kind::Integer(2));
    }

    #[test]
    fn keys_and_values_that_do_not_pair_are_said() {
        let messages = |text: &str| tree(text).problems.into_iter().map(|problem| problem.message).collect::<Vec<_>>();
        assert_eq!(messages("<dict><key>a</key></dict>"), ["this key has no value"]);
        assert_eq!(messages("<dict><key>a</key><key>b</key><true/></dict>"), ["this key has no value"]);
        assert_eq!(messages("<dict><true/></dict>"), ["this value has no key"]);
        assert_eq!(messages("<array><key>a</key></array>"), ["this key stands outside of a dictionary"]);
        assert_eq!(messages("<dict>text</dict>"), ["there is text between the values"]);
        assert_eq!(messages("<true/><true/>"), ["a second value follows the outermost one"]);
        assert_eq!(messages("<dict><key>a</key><string>b</string>"), ["the file ends in the middle"]);
    }

    #[test]
    fn entities_of_its_own_make_no_text() {
        let tree = tree("<!DOCTYPE plist [<!ENTITY h \"evil\">]><plist><string>&h;</string></plist>");
        assert_eq!(tree.root.unwrap().kind, Kind::Other);
        assert_eq!(tree.problems.len(), 2);
    }

    #[test]
    fn depth_and_number_of_values_are_bounded() {
        let deep = tree(&"<array>".repeat(100_000));
        assert_eq!(deep.problems.len(), 1);
        let many = tree(&format!("<array>{}</array>", "<true/>".repeat(300_000)));
        assert_eq!(many.problems.len(), 1);
        assert_eq!(many.root.unwrap().items().len(), 199_999);
        assert_eq!(tree(&format!("<dict>{}</dict>", "<key/>".repeat(300_000))).problems.len(), 22);
        assert_eq!(tree(&format!("<dict>{}</dict>", "x<!---->".repeat(300_000))).problems.len(), 21);
    }

    #[test]
    fn other_encodings_are_read() {
        let text = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><plist><string>Büro</string></plist>";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let latin1: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
        for bytes in [utf16, latin1] {
            assert_eq!(parse(&bytes, &Limits::default()).unwrap().root.kind, string("Büro"));
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_with_places_inside_of_it(
            pieces in prop::collection::vec(prop::sample::select(vec![
                "<plist>", "</plist>", "<dict>", "</dict>", "<array>", "</array>", "<key>", "</key>", "<string>",
                "</string>", "<true/>", "<key/>", "ä", " ", "&amp;", "&x;", "<![CDATA[", "]]>", "<!--", "-->", "<", ">",
                "<integer>1</integer>", "<!DOCTYPE plist>", "&",
            ]), 0..40),
        ) {
            let text = format!("<plist>{}", pieces.concat());
            let document = parse(text.as_bytes(), &Limits::default()).unwrap();
            for problem in &document.problems {
                prop_assert!(text.get(problem.span.range()).is_some(), "{problem:?}");
            }
            let mut values = vec![&document.root];
            while let Some(value) = values.pop() {
                prop_assert!(text.get(value.span.range()).is_some(), "{value:?}");
                values.extend(value.items());
                values.extend(value.entries().iter().map(|(_, value)| value));
            }
        }
    }
}
