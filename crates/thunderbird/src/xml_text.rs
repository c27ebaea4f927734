//! What the XML formats of the family share: text of an element as a setting, and passwords out of sight.

use std::sync::Arc;

use maillint_model::{Note, NoteKind, Setting};
use maillint_source::{Decoded, Limits, Location, SourceFile, Span, decode};
use maillint_syntax::{ProblemKind, xml};

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
        let note = |problem: maillint_syntax::Problem| {
            let kind = match problem.kind {
                ProblemKind::Syntax => NoteKind::NotUnderstood,
                ProblemKind::Limit => NoteKind::Limit,
            };
            let mut message = problem.message;
            if let Some(first) = message.get(..1).map(str::to_ascii_uppercase) {
                message.replace_range(..1, &first);
            }
            Note::at(kind, format!("{message}."), Location::new(&file, problem.span))
        };
        let notes = document.problems.into_iter().map(note).collect();
        Some(Self { file, root, notes })
    }

    pub(crate) fn at(&self, span: Span) -> Location {
        Location::new(&self.file, span)
    }

    /// The text of a child, if it is there and not empty.
    pub(crate) fn text(&self, parent: &xml::Element, child: &str) -> Option<Setting<String>> {
        self.own_text(parent.child(child)?)
    }

    /// The text of an element, if there is any.
    pub(crate) fn own_text(&self, element: &xml::Element) -> Option<Setting<String>> {
        let text = &element.text;
        (!text.value.is_empty()).then(|| Setting::written(text.value.clone(), self.at(text.span)))
    }
}

/// Everything between `<password…>` and its end, wherever it stands: a file that breaks off has no tree to look in.
fn passwords(text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memmem::find(bytes.get(at..).unwrap_or_default(), b"<password") {
        let tag = at + found;
        let Some(open) = memchr::memchr(b'>', &bytes[tag..]).map(|len| tag + len + 1) else {
            spans.push(Span::new(tag, text.len()));
            break;
        };
        let rest = &bytes[open..];
        let end = open + memchr::memmem::find(rest, b"</password").unwrap_or(rest.len());
        // `<password/>` and `<password></password>` hold nothing, and what follows is no secret.
        if text[tag..open].ends_with("/>") {
            at = open;
        } else {
            spans.push(Span::new(open, end));
            at = end;
        }
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::passwords;

    #[test]
    fn passwords_are_found_without_a_tree() {
        let text = "<a><password>one</password><password/><b/><password x='1'>two";
        let found: Vec<&str> = passwords(text).into_iter().map(|span| &text[span.range()]).collect();
        assert_eq!(found, ["one", "two"]);
    }
}
