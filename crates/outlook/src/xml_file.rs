//! What the XML formats share: recognition, and what must not be kept of their text.

use std::sync::Arc;

use maillint_model::{Input, Note, Probe};
use maillint_source::{Limits, SourceFile, Span, decode};
use maillint_syntax::xml::{self, Element};

use crate::registry::is_secret;

/// A file with its outermost element.
pub(crate) struct XmlFile {
    /// The file, without its secrets.
    pub(crate) file: Arc<SourceFile>,
    /// The outermost element.
    pub(crate) root: Element,
    /// What could not be read of it. Then a value that is not there may have been lost.
    pub(crate) notes: Vec<Note>,
}

/// Whether the first bytes of a file hold the start of an element, whichever encoding they are in. What a file declares
/// about its encoding is often wrong, and of no interest.
pub(crate) fn has_element(probe: &Probe<'_>, name: &str) -> bool {
    let head = probe.text();
    probe.has(name) && head.match_indices(name).any(|(at, _)| head[..at].ends_with(['<', ':']))
}

/// Reads a file whose outermost element has this name; `None` for any other.
pub(crate) fn read(input: &Input, name: &str, limits: &Limits) -> Option<XmlFile> {
    let decoded = decode(&input.bytes);
    let document = xml::parse(&decoded.text, limits);
    let root = document.root.filter(|root| root.name.value.eq_ignore_ascii_case(name))?;
    let (mut secrets, values) = secrets_and_values(&root);
    secrets_of_text(&decoded.text, &values, &mut secrets);
    let secrets: Vec<Span> = joined(secrets).into_iter().flat_map(|span| lines(&decoded.text, span)).collect();
    let file = SourceFile::seal(&input.name, decoded, &secrets);
    let notes = document.problems.iter().map(|problem| Note::of(problem, &file)).collect();
    Some(XmlFile { file, root, notes })
}

/// Whether an element holds a secret. `POP3_Prompt_for_Password` is a switch.
pub(crate) fn is_secret_element(name: &str) -> bool {
    is_secret(name) && !name.to_ascii_lowercase().contains("prompt")
}

/// Texts and attributes of elements that hold secrets; and the texts of the others, in order.
fn secrets_and_values(root: &Element) -> (Vec<Span>, Vec<Span>) {
    let (mut secrets, mut values) = (Vec::new(), Vec::new());
    let mut elements = vec![(root, false)];
    while let Some((element, below_secret)) = elements.pop() {
        let is_secret = below_secret || is_secret_element(&element.name.value);
        if is_secret {
            secrets.push(element.text.span);
            let attributes = element.attributes.iter().filter(|(name, _)| name.value != "type");
            secrets.extend(attributes.map(|(_, value)| value.span));
        } else if element.children.is_empty() && !element.text.value.is_empty() {
            values.push(element.text.span);
        }
        elements.extend(element.children.iter().map(|child| (child, is_secret)));
    }
    values.sort_unstable();
    (secrets, values)
}

/// What looks like a secret where the tree does not reach: in comments, and behind an error. What was read as a value
/// is none, whatever stands before it.
fn secrets_of_text(text: &str, values: &[Span], secrets: &mut Vec<Span>) {
    let holds_value = |span: Span| {
        let first = values.partition_point(|value| value.end <= span.start);
        values.get(first).is_some_and(|value| value.start < span.end)
    };
    // A comment may stand in a value, but no value in a comment.
    let surrounds_value = |span: Span| {
        let first = values.partition_point(|value| value.start < span.start);
        values.get(first).is_some_and(|value| value.end <= span.end)
    };
    let mut at = 0;
    while let Some(open) = text[at..].find('<').map(|open| at + open + 1) {
        let rest = &text[open..];
        if let Some(comment) = rest.strip_prefix("!--") {
            let len = comment.find("-->").unwrap_or(comment.len());
            let inner = Span::new(open + 3, open + 3 + len);
            if is_secret(&comment[..len]) && !surrounds_value(inner) {
                secrets.push(inner);
            }
            at = open + 3 + len;
            continue;
        }
        let name_len = rest.find(|c: char| c == '>' || c == '/' || c.is_whitespace()).unwrap_or(rest.len());
        at = open + name_len;
        if name_len > 0 && is_secret_element(&rest[..name_len]) {
            let start = text[at..].find('>').map_or(text.len(), |close| at + close + 1);
            let end = text[start..].find("</").map_or(text.len(), |end| start + end);
            secrets.extend(Some(Span::new(start, end)).filter(|span| !holds_value(*span)));
            at = end;
        }
    }
}

/// The stretches in order, those that overlap as one. The text of an element reaches over the elements in it: sixty of
/// them in each other would hold each line of a secret sixty times.
fn joined(mut stretches: Vec<Span>) -> Vec<Span> {
    stretches.sort_unstable();
    let mut joined: Vec<Span> = Vec::new();
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if stretch.start < last.end => *last = last.join(stretch),
            _ => joined.push(stretch),
        }
    }
    joined
}

/// The lines of a stretch, without their line ends: the numbers of lines must stay.
fn lines(text: &str, stretch: Span) -> Vec<Span> {
    let mut at = stretch.start as usize;
    let pieces = text.get(stretch.range()).unwrap_or_default().split_inclusive(['\n', '\r']);
    let line = |piece: &str| {
        let span = Span::new(at, at + piece.trim_end_matches(['\n', '\r']).len());
        at += piece.len();
        span
    };
    pieces.map(line).collect()
}

#[cfg(test)]
mod tests {
    use maillint_model::{Input, Probe};
    use maillint_source::{Limits, Span};

    use super::{has_element, joined, read};

    fn kept(text: &str) -> String {
        let input = Input { name: "a.xml".into(), path: "/a.xml".into(), bytes: text.as_bytes().to_vec() };
        read(&input, "a", &Limits::default()).unwrap().file.text().to_owned()
    }

    #[test]
    fn an_element_is_seen_in_every_encoding() {
        let utf16: Vec<u8> =
            "<?xml version=\"1.0\"?><MessageAccount>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for head in [b"<MessageAccount>".as_slice(), b"\xEF\xBB\xBF<x:MessageAccount a='b'", &utf16] {
            assert!(has_element(&Probe::new("x", head, 9), "MessageAccount"));
        }
        assert!(!has_element(&Probe::new("x", b"MessageAccount", 9), "MessageAccount"));
    }

    #[test]
    fn a_secret_in_a_secret_is_one_stretch() {
        let stretches = [(2, 9), (3, 4), (5, 12), (12, 13), (20, 21)].map(|(start, end)| Span::new(start, end));
        let expected = [(2, 12), (12, 13), (20, 21)].map(|(start, end)| Span::new(start, end));
        assert_eq!(joined(stretches.to_vec()), expected);
        assert_eq!(kept("<a><Password>x<b>y\nz</b>x</Password></a>"), "<a><Password>*****\n******</Password></a>");
    }

    #[test]
    fn secrets_are_blanked_wherever_they_stand() {
        assert_eq!(
            kept("<a><POP3_Password2 type=\"BINARY\">01</POP3_Password2></a>"),
            "<a><POP3_Password2 type=\"BINARY\">**</POP3_Password2></a>"
        );
        assert_eq!(
            kept("<a><Password><![CDATA[x</y]]></Password></a>"),
            "<a><Password>****************</Password></a>"
        );
        assert_eq!(kept("<a><Password value='xy'/></a>"), "<a><Password value='**'/></a>");
        assert_eq!(kept("<a><!-- <Password>x</Password> --></a>"), "<a><!--************************--></a>");
        assert_eq!(kept("<a></b><Password>x\ny</Password>"), "<a></b><Password>*\n*</Password>");
        assert_eq!(kept("<a><Password>x\n\ny</Password></a>"), "<a><Password>*\n\n*</Password></a>");
        let quoted = "<a><![CDATA[<Password>]]><Server>mail.example.org</Server></a>";
        assert_eq!(kept(quoted), quoted);
        let quoted = "<a><![CDATA[<!--]]><Server>mail.example.org</Server><Password/></a>";
        assert_eq!(kept(quoted), quoted);
        assert_eq!(kept("<a><Prompt_for_Password>1</Prompt_for_Password></a>").matches('*').count(), 0);
    }
}
