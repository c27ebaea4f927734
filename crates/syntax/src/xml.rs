//! XML: a tree of elements, each with its place, on the events of `quick-xml`.
//!
//! No DTD is ever read and no entity is expanded but the five of XML itself and character references: a file cannot
//! blow up. Names are local names; the namespaces that mail settings come in differ from one program to the next.
//! Property lists, which are XML too, have a parser of their own ([`crate::plist`]).

use std::borrow::Cow;

use maillint_source::{Limits, Problems, Span, left_out};
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

use crate::{Problem, Spanned};

/// An attribute: name and value with entities resolved, each at its place in the file.
pub type Attribute = (Spanned<String>, Spanned<String>);

/// One element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Element {
    /// The name without namespace prefix, at its place in the start tag.
    pub name: Spanned<String>,
    /// The attributes, in order.
    pub attributes: Vec<Attribute>,
    /// What text stands directly in it, entities resolved, without blanks at either end. Its place runs from the first
    /// piece to the last; where there is none, it is empty and lies behind the start tag.
    pub text: Spanned<String>,
    /// The elements in it, in order.
    pub children: Vec<Element>,
    /// From the start tag to the end tag.
    pub span: Span,
}

impl Element {
    /// The first child of a name.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name.value == name)
    }

    /// The children of a name.
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name.value == name)
    }

    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&Spanned<String>> {
        self.attributes.iter().find(|(key, _)| key.value == name).map(|(_, value)| value)
    }
}

/// A whole file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Document {
    /// The outermost element; of a file that breaks off, as much as there is.
    pub root: Option<Element>,
    /// What could not be taken in.
    pub problems: Vec<Problem>,
}

/// Parses a file. After an error nothing more is read, and what was read before it stands.
pub fn parse(text: &str, limits: &Limits) -> Document {
    let reader = Reader::from_str(text);
    let problems = Problems::new(limits);
    let mut builder = Builder { text, reader, limits, open: Vec::new(), nodes: 0, root: None, problems };
    while builder.step() {}
    builder.finish()
}

struct Builder<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    limits: &'a Limits,
    open: Vec<Element>,
    nodes: usize,
    root: Option<Element>,
    problems: Problems,
}

impl Builder<'_> {
    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX).min(self.text.len())
    }

    /// Notes the problem that ends the reading.
    fn problem(&mut self, problem: Problem) -> bool {
        self.problems.end(problem);
        false
    }

    /// Takes one event; false when there is nothing more to take.
    fn step(&mut self) -> bool {
        let start = self.position();
        let Ok(event) = self.reader.read_event() else {
            let at = usize::try_from(self.reader.error_position()).unwrap_or(start).min(self.text.len());
            return self
                .problem(Problem::syntax("this is not well-formed XML; what follows was not read", Span::empty(at)));
        };
        let span = Span::new(start, self.position());
        match event {
            Event::Eof => return false,
            Event::Start(tag) => return self.start(&tag, span),
            Event::Empty(tag) => {
                let more = self.start(&tag, span);
                if more {
                    self.end(span);
                }
                return more;
            }
            Event::End(_) => self.end(span),
            Event::Text(text) => self.text(&text.xml10_content(), span),
            Event::CData(text) => self.text(&text.xml10_content(), span),
            Event::GeneralRef(entity) => match resolve(&entity) {
                Some(c) => self.text(c.encode_utf8(&mut [0; 4]), span),
                None => self.problems.add(Problem::syntax("no such entity is known here", span)),
            },
            Event::DocType(doctype) if doctype.contains("<!ENTITY") => {
                let message = "this file declares entities of its own; they are not expanded";
                self.problems.add(Problem::syntax(message, span));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        true
    }

    fn start(&mut self, tag: &BytesStart<'_>, span: Span) -> bool {
        if self.root.is_some() {
            return self.problem(Problem::syntax("there is a second outermost element; it was not read", span));
        }
        if self.limits.is_too_deep(self.open.len()) {
            return self.problem(Problem::limit(left_out("the elements are nested too deep"), span));
        }
        let attributes = self.attributes(tag);
        self.nodes += 1 + attributes.len();
        if let Some(why) = self.limits.over(self.nodes, "there are too many elements") {
            return self.problem(Problem::limit(left_out(&why), span));
        }
        let name = Spanned::new(tag.local_name().as_ref().to_owned(), self.place(tag.local_name().as_ref()));
        let text = Spanned::new(String::new(), Span::empty(span.end as usize));
        self.open.push(Element { name, attributes, text, children: Vec::new(), span });
        true
    }

    fn end(&mut self, span: Span) {
        let Some(mut element) = self.open.pop() else { return };
        element.span = element.span.join(span);
        trim(&mut element.text, self.text);
        match self.open.last_mut() {
            Some(parent) => parent.children.push(element),
            None => self.root = Some(element),
        }
    }

    fn text(&mut self, piece: &str, span: Span) {
        let Some(element) = self.open.last_mut() else {
            if !piece.trim().is_empty() {
                self.problems.add(Problem::syntax("there is text outside the outermost element", span));
            }
            return;
        };
        let text = &mut element.text;
        if text.value.len() + piece.len() > self.limits.string_bytes {
            self.problems.add(Problem::limit("this text is too long; its end was not read", span));
            return;
        }
        text.span = if text.value.is_empty() { span } else { text.span.join(span) };
        text.value.push_str(piece);
    }

    fn attributes(&mut self, tag: &BytesStart<'_>) -> Vec<Attribute> {
        let mut attributes = Vec::new();
        // Its own check for repeated names takes quadratic time.
        for attribute in tag.attributes().with_checks(false) {
            let Ok(attribute) = attribute else {
                let at = self.place(tag.name().as_ref());
                self.problems.add(Problem::syntax("an attribute of this element is malformed", at));
                break;
            };
            let key = attribute.key.local_name();
            let key = Spanned::new(key.as_ref().to_owned(), self.place(key.as_ref()));
            let place = self.place(&attribute.value);
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_or_else(|_| attribute.value.to_string(), Cow::into_owned);
            attributes.push((key, Spanned::new(value, place)));
            if attributes.len() > self.limits.nodes {
                break;
            }
        }
        attributes
    }

    /// Where a piece stands that `quick-xml` lent out of the text.
    fn place(&self, piece: &str) -> Span {
        let start = (piece.as_ptr() as usize).wrapping_sub(self.text.as_ptr() as usize);
        match self.text.get(start..start.wrapping_add(piece.len())) {
            Some(_) => Span::new(start, start + piece.len()),
            None => Span::empty(self.position()),
        }
    }

    fn finish(mut self) -> Document {
        if !self.open.is_empty() {
            let end = Span::empty(self.text.len());
            if self.problems.is_empty() {
                self.problems.end(Problem::syntax("the file ends in the middle of an element", end));
            }
            while !self.open.is_empty() {
                self.end(end);
            }
        }
        Document { root: self.root, problems: self.problems.into_vec() }
    }
}

/// Drops the blanks at either end. Where every piece stands in the file as it is, the place shrinks along.
fn trim(text: &mut Spanned<String>, file: &str) {
    let trimmed = text.value.trim();
    if trimmed.len() == text.value.len() {
        return;
    }
    let start = text.span.start as usize + (text.value.len() - text.value.trim_start().len());
    let exact = Span::new(start, start + trimmed.len());
    if file.get(exact.range()) == Some(trimmed) {
        text.span = exact;
    }
    text.value = trimmed.to_owned();
}

/// The character that a reference stands for: one of the five entities of XML (XML 1.0 §4.6), or a character's number.
pub(crate) fn resolve(entity: &BytesRef<'_>) -> Option<char> {
    match entity.as_ref() {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => entity.resolve_char_ref().ok().flatten(),
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::{Document, Element, parse};

    fn read(text: &str) -> Document {
        parse(text, &Limits::default())
    }

    fn root(text: &str) -> Element {
        let document = read(text);
        assert_eq!(document.problems, []);
        document.root.unwrap()
    }

    #[test]
    fn elements_text_and_attributes_stand_at_their_places() {
        let text =
            "<?xml version=\"1.0\"?>\n<a:list xmlns:a='x'>\n  <host type=\"SZ\"> mail.example.org </host>\n</a:list>";
        let list = root(text);
        assert_eq!(list.name.value, "list");
        let host = list.child("host").unwrap();
        assert_eq!(host.text.value, "mail.example.org");
        assert_eq!(&text[host.text.span.range()], "mail.example.org");
        assert_eq!(&text[host.name.span.range()], "host");
        assert_eq!(&text[host.attribute("type").unwrap().span.range()], "SZ");
        assert_eq!(&text[host.span.range()], "<host type=\"SZ\"> mail.example.org </host>");
    }

    #[test]
    fn text_is_put_together_from_its_pieces() {
        let text = "<a>B&#252;ro<!-- no --><![CDATA[ & ]]>&lt;M&#xfc;ller&gt;</a>";
        let a = root(text);
        assert_eq!(a.text.value, "Büro & <Müller>");
        assert_eq!(&text[a.text.span.range()], "B&#252;ro<!-- no --><![CDATA[ & ]]>&lt;M&#xfc;ller&gt;");
        assert_eq!(root("<a b='x &amp; y'/>").attribute("b").unwrap().value, "x & y");
    }

    #[test]
    fn entities_of_a_file_are_not_expanded() {
        let text = "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>";
        let document = read(text);
        assert_eq!(document.problems.len(), 2);
        assert_eq!(document.root.unwrap().text.value, "");
    }

    #[test]
    fn many_problems_are_told_as_more() {
        let document = read(&format!("<a>{}</b>", "&x;".repeat(1_000)));
        let messages: Vec<&str> = document.problems.iter().map(|problem| problem.message.as_str()).collect();
        let more = "there are 980 more places that could not be read";
        assert_eq!(messages[19..21], ["no such entity is known here", more]);
        // What ends the reading is told in any case.
        assert_eq!(messages[21..], ["this is not well-formed XML; what follows was not read"]);
    }

    #[test]
    fn what_stands_before_an_error_is_kept() {
        let document = read("<a><b>1</b><c>2</d></a>");
        assert_eq!(document.problems.len(), 1);
        let a = document.root.unwrap();
        assert_eq!(a.child("b").unwrap().text.value, "1");
        assert_eq!(a.child("c").unwrap().text.value, "2");
        assert_eq!(read("<a><b>1").root.unwrap().child("b").unwrap().text.value, "1");
        assert_eq!(read("").root, None);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let deep = "<a>".repeat(100_000);
        let document = read(&deep);
        assert_eq!(document.problems[0].message, "the elements are nested too deep; the rest was left out");
        let limits = Limits { nodes: 3, ..Limits::default() };
        let document = parse("<a><b/><b/><b/><b/></a>", &limits);
        assert_eq!(document.problems[0].message, "there are too many elements; the rest was left out");
        assert_eq!(document.root.unwrap().children.len(), 2);
    }

    fn places_hold(element: &Element, text: &str) -> bool {
        text.get(element.span.range()).is_some()
            && text.get(element.text.span.range()).is_some()
            && text.get(element.name.span.range()) == Some(&element.name.value)
            && element.children.iter().all(|child| places_hold(child, text))
    }

    proptest! {
        #[test]
        fn any_text_is_read_and_every_place_lies_in_it(text in "[<>a-c/='\"& \\n!\\-\\[\\]#;ü]{0,80}") {
            if let Some(root) = read(&text).root {
                prop_assert!(places_hold(&root, &text));
            }
        }
    }
}
