//! What the XML formats of the family share: text of an element as a setting, and passwords out of sight.

use std::sync::Arc;

use maillint_model::{Note, Setting};
use maillint_source::{Decoded, Limits, Location, SourceFile, Span, decode};
use maillint_syntax::xml;

use crate::secrets;
use crate::values::known;

/// A file of XML, sealed, with its outermost element.
pub(crate) struct XmlFile {
    pub(crate) file: Arc<SourceFile>,
    pub(crate) root: xml::Element,
    pub(crate) notes: Vec<Note>,
}

impl XmlFile {
    /// Reads a file whose outermost element is called `name`; `None` if it is another.
    pub(crate) fn read(name: &str, path: &str, bytes: &[u8], limits: &Limits) -> Option<Self> {
        let decoded: Decoded = decode(bytes);
        let document = xml::parse(&decoded.text, limits);
        let root = document.root.filter(|root| root.name.value == name)?;
        let secrets = passwords(&decoded.text);
        let file = SourceFile::seal(path, decoded, &secrets);
        let notes = document.problems.iter().map(|problem| Note::of(problem, &file)).collect();
        Some(Self { file, root, notes })
    }

    pub(crate) fn at(&self, span: Span) -> Location {
        Location::new(&self.file, span)
    }

    /// The text of a child, if it is there and not empty.
    pub(crate) fn text(&self, parent: &xml::Element, child: &str) -> Option<Setting<String>> {
        self.own_text(parent.child(child)?)
    }

    /// The port in a child, if it is there and not empty.
    pub(crate) fn port(&self, parent: &xml::Element) -> Option<Setting<u16>> {
        let port = self.text(parent, "port")?;
        let number = port.text().and_then(|text| text.parse().ok()).filter(|port| *port > 0);
        Some(known(port, number))
    }

    /// The text of an element, if there is any.
    pub(crate) fn own_text(&self, element: &xml::Element) -> Option<Setting<String>> {
        let text = &element.text;
        (!text.value.is_empty()).then(|| Setting::written(text.value.clone(), self.at(text.span)))
    }
}

/// Everything between `<password…>` and its end, wherever it stands: a file that breaks off has no tree to look in. The
/// same for every element whose name tells of a secret, or whose attribute does: `<value key="oAuthState">`.
fn passwords(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr(b'<', bytes.get(at..).unwrap_or_default()) {
        let start = at + found + 1;
        let name = name_at(text, start);
        let tag = Tag::read(text, start + name.len());
        at = tag.end;
        // `<a password="…">` tells of that value alone; the last is true for `key="password"`.
        spans.extend(tag.values.iter().filter(|(name, _)| is_secret(name)).map(|(_, span)| *span));
        let says = |span: Span| text.get(span.range()).is_some_and(is_secret);
        if name.is_empty() || !(is_secret(name) || tag.values.iter().any(|(_, span)| says(*span))) {
            continue;
        }
        spans.extend(tag.values.iter().map(|(_, span)| *span).filter(|span| !says(*span)));
        // `<password/>` and `<password></password>` hold nothing, and what follows is no secret.
        if !tag.is_empty {
            at = content_end(text, tag.end, name);
            spans.push(Span::new(tag.end, at));
        }
    }
    spans
}

/// Whether the name of an element, an attribute or a key tells that its value is a secret.
fn is_secret(name: &str) -> bool {
    let local = name.rsplit(':').next().unwrap_or(name);
    let starts =
        |start: &str| local.as_bytes().get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start.as_bytes()));
    // Android's app keeps its tokens in this one.
    starts("password") || secrets::tells(local) || local.eq_ignore_ascii_case("oAuthState")
}

/// A name with its prefix; empty where there is none, as in a comment or an end tag.
fn name_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or("");
    let len = rest.find(|char: char| !(char.is_alphanumeric() || "-_.:".contains(char))).unwrap_or(rest.len());
    rest.get(..len).unwrap_or("")
}

/// What stands in a tag behind its name.
struct Tag<'a> {
    /// Names and values of attributes.
    values: Vec<(&'a str, Span)>,
    /// Whether nothing is between this tag and its end, because there is none.
    is_empty: bool,
    /// Behind the tag.
    end: usize,
}

impl<'a> Tag<'a> {
    /// A tag that breaks off, ends where the next one starts: no value may hold a `<`.
    fn read(text: &'a str, start: usize) -> Self {
        let bytes = text.as_bytes();
        let mut tag = Self { values: Vec::new(), is_empty: false, end: start };
        let mut name = "";
        while let Some(byte) = bytes.get(tag.end) {
            match byte {
                b'<' => break,
                b'>' => {
                    tag.is_empty = bytes.get(..tag.end).is_some_and(|before| before.ends_with(b"/"));
                    tag.end += 1;
                    break;
                }
                b'"' | b'\'' => {
                    let from = tag.end + 1;
                    let rest = bytes.get(from..).unwrap_or_default();
                    let len = memchr::memchr2(*byte, b'<', rest).unwrap_or(rest.len());
                    tag.values.push((name, Span::new(from, from + len)));
                    tag.end = (from + len + usize::from(rest.get(len) == Some(byte))).min(bytes.len());
                    continue;
                }
                _ => {}
            }
            let word = name_at(text, tag.end);
            if !word.is_empty() {
                name = word;
            }
            tag.end += word.len().max(1);
        }
        tag
    }
}

/// Where the end tag of an element starts, or the end of the text.
fn content_end(text: &str, start: usize, name: &str) -> usize {
    let ends = memchr::memmem::find_iter(&text.as_bytes()[start..], b"</").map(|len| start + len);
    let is_own = |at: &usize| name_at(text, at + 2).eq_ignore_ascii_case(name);
    ends.into_iter().find(is_own).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::passwords;

    fn found(text: &str) -> Vec<&str> {
        passwords(text).into_iter().map(|span| &text[span.range()]).filter(|text| !text.is_empty()).collect()
    }

    #[test]
    fn passwords_are_found_without_a_tree() {
        assert_eq!(found("<a><password>one</password><password/><b/><password x='1'>two"), ["one", "1", "two"]);
        assert_eq!(
            found("<Password>one</Password><k:password >two</k:password><passwords><p>x</p></passwords>three").len(),
            3
        );
        assert_eq!(found("<password x=\"/>\">one</password>"), ["/>", "one"]);
        assert_eq!(found("<a b=\"<password>one</password>"), ["one"]);
        assert_eq!(found("<!-- it's <password>one</password> -->"), ["one"]);
    }

    #[test]
    fn names_and_keys_tell_of_secrets() {
        let text = "<value key=\"oAuthState\">one</value><value key=\"name\">x</value><accessToken>two</accessToken>\
                    <value key='smtp.password' value=\"three\"/><server password=\"four\">mail</server>\
                    <authentication>password-cleartext</authentication>";
        assert_eq!(found(text), ["one", "two", "three", "four"]);
    }

    #[test]
    fn any_text_is_searched_without_a_panic() {
        for text in
            ["<", "<ä", "<password", "<password ä=\"", "<p a='", "<p a=ä'ä", "</", "<password></", "<password>ä</ä"]
        {
            found(text);
        }
    }
}
