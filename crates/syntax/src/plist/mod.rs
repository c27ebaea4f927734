//! Property lists: what Apple's programs keep their settings in, as XML, binary, or the older `OpenStep` text.
//!
//! One located tree for all three. The XML reader is our own: `plist` 1.10.3 reads CDATA and unknown entities as nothing,
//! fails a file for a blank in an integer, refuses UTF-16, and gives no places. Binary files go through `plist`, but
//! only after `binary` has counted what they would unfold to: 141 bytes can ask for 12 GB. As a binary file has no
//! text, its values get their places in a listing of it ([`Listing`]).

mod binary;
mod listing;
mod openstep;
mod tree;
mod xml;

pub mod archive;

use std::sync::Arc;

use maillint_source::{Decoded, Limits, SourceFile, Span, decode};

use crate::Problem;

pub use binary::parse as parse_binary;
pub use listing::Listing;
pub use tree::{Kind, Value};

/// How a property list is written down.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Syntax {
    /// XML, any version.
    Xml,
    /// `bplist00`.
    Binary,
    /// The text format of `NeXTSTEP`, which `defaults read` prints.
    OpenStep,
}

/// A whole file.
#[derive(Debug)]
pub struct Document {
    /// How it is written.
    pub syntax: Syntax,
    /// The outermost value.
    pub root: Value,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// The places of dictionaries and arrays that the file ends in the middle of, or that were not read to their end:
    /// what is not in them is not known to be absent.
    pub unfinished: Vec<Span>,
    text: Decoded,
    unread: Option<Span>,
}

impl Document {
    /// The text that the places of the tree lie in: the file's own, or the listing of a binary file.
    pub fn text(&self) -> &str {
        &self.text.text
    }

    /// Parts with the text that is kept, `secrets` blanked in it. What was not read is blanked too, as there is no
    /// telling what stands there. Line ends survive, so that later lines keep their numbers.
    pub fn seal(self, name: &str, secrets: &[Span]) -> (Value, Vec<Problem>, Arc<SourceFile>) {
        let blank: Vec<Span> =
            secrets.iter().copied().chain(self.unread).flat_map(|span| line_pieces(&self.text.text, span)).collect();
        let file = match self.syntax {
            Syntax::Binary => SourceFile::listing(name, self.text.text, &blank),
            Syntax::Xml | Syntax::OpenStep => SourceFile::seal(name, self.text, &blank),
        };
        (self.root, self.problems, file)
    }
}

/// What a tree builder hands back.
struct Tree {
    root: Option<Value>,
    problems: Vec<Problem>,
    /// From here on nothing was understood.
    unread: Option<Span>,
    /// The places of the containers that were open there.
    unfinished: Vec<Span>,
}

/// How a file is written, by its first bytes; `None` if it is no property list.
pub fn sniff(head: &[u8]) -> Option<Syntax> {
    if is_binary(head) { Some(Syntax::Binary) } else { sniff_text(&decode(head).text) }
}

/// Whether a file starts as a binary property list does.
pub fn is_binary(head: &[u8]) -> bool {
    head.starts_with(b"bplist")
}

/// Like [`sniff`], for a start that was decoded already and is not [binary](is_binary).
pub fn sniff_text(text: &str) -> Option<Syntax> {
    let text = text.trim_start();
    if text.starts_with("<?xml") || text.starts_with("<!") {
        return text.contains("<plist").then_some(Syntax::Xml);
    }
    if text.starts_with("<plist") || text.starts_with("<dict") {
        return Some(Syntax::Xml);
    }
    openstep::looks_like(text).then_some(Syntax::OpenStep)
}

/// Parses a file in any of the three forms; `None` if it is no property list, or nothing of it could be read and
/// nothing said about it.
pub fn parse(bytes: &[u8], limits: &Limits) -> Option<Document> {
    let syntax = sniff(bytes.get(..4096).unwrap_or(bytes))?;
    if syntax == Syntax::Binary {
        let mut listing = Listing::new(limits);
        let (root, problems) = match parse_binary(bytes, limits) {
            Ok(mut root) => {
                listing.write("", &mut root);
                (root, Vec::new())
            }
            Err(problem) => (Value::unlisted(Kind::Other), vec![problem]),
        };
        let (text, over) = listing.into_text();
        let problems = problems.into_iter().chain(over).collect();
        return Some(Document {
            syntax,
            root,
            problems,
            unfinished: Vec::new(),
            text: Decoded::utf8(text),
            unread: None,
        });
    }
    let text = decode(bytes);
    let tree = match syntax {
        Syntax::OpenStep => openstep::parse(&text.text, limits),
        _ => xml::parse(&text.text, limits),
    };
    let root = tree.root.unwrap_or_else(|| Value::unlisted(Kind::Other));
    let Tree { problems, unread, unfinished, .. } = tree;
    Some(Document { syntax, root, problems, unfinished, text, unread })
}

/// The pieces of a span that lie on one line each.
fn line_pieces(text: &str, span: Span) -> Vec<Span> {
    let Some(part) = text.get(span.range()) else { return vec![span] };
    let mut at = span.start as usize;
    let mut pieces = Vec::new();
    for piece in part.split_inclusive(['\n', '\r']) {
        let len = piece.trim_end_matches(['\n', '\r']).len();
        if len > 0 {
            pieces.push(Span::new(at, at + len));
        }
        at += piece.len();
    }
    pieces
}

#[cfg(test)]
mod tests {
    use maillint_source::{Limits, Span};
    use proptest::prelude::*;

    use super::{Kind, Syntax, Value, parse, sniff};

    #[test]
    fn the_three_forms_are_told_apart_by_content() {
        assert_eq!(sniff(b"bplist00\xd0"), Some(Syntax::Binary));
        assert_eq!(sniff(b"\xEF\xBB\xBF <?xml version=\"1.0\"?>\n<plist>"), Some(Syntax::Xml));
        assert_eq!(sniff(b"<!DOCTYPE plist><plist>"), Some(Syntax::Xml));
        assert_eq!(sniff(b"<dict><key>a</key>"), Some(Syntax::Xml));
        assert_eq!(sniff(b"\xFF\xFE<\0p\0l\0i\0s\0t\0>\0"), Some(Syntax::Xml));
        assert_eq!(sniff(b"{\n    MailAccounts =     (\n"), Some(Syntax::OpenStep));
        for other in ["<?xml version=\"1.0\"?><clientConfig>", "{\"Type\": 1}", "user_pref(\"a\", 1);", "", "{"] {
            assert_eq!(sniff(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn blanking_a_secret_of_several_lines_keeps_the_line_ends() {
        let text = "<plist><dict><key>Data</key>\n<data>\nAAAA\nBBBB\n</data></dict></plist>";
        let document = parse(text.as_bytes(), &Limits::default()).unwrap();
        let data = document.root.get("Data").unwrap().span;
        let (_, _, file) = document.seal("f", &[data]);
        assert_eq!(file.text(), "<plist><dict><key>Data</key>\n<data>\n****\n****\n</data></dict></plist>");
    }

    #[test]
    fn what_was_not_read_is_not_kept() {
        let text = "<plist><dict><key>Host</key><string>a</string>\n<key>IncomingPassword</key><string>hunter2</strng>";
        let document = parse(text.as_bytes(), &Limits::default()).unwrap();
        assert_eq!(document.problems.len(), 1);
        let (root, _, file) = document.seal("f", &[Span::empty(0)]);
        assert_eq!(root.get("Host").and_then(Value::text), Some("a"));
        assert!(!file.text().contains("hunter2"), "{}", file.text());
    }

    /// Should a later `plist` read one of these as it was meant, this says so.
    #[test]
    fn what_the_plist_crate_reads_differently() {
        let text = |text: &str| Kind::String(text.to_owned());
        for (xml, ours, theirs) in [
            ("<string><![CDATA[a]]></string>", text("a"), Some(plist::Value::from(""))),
            ("<string>x&host;y</string>", Kind::Other, Some(plist::Value::from("xy"))),
            ("<integer> 993 </integer>", Kind::Integer(993), None),
        ] {
            let xml = format!("<plist version=\"1.0\">{xml}</plist>");
            assert_eq!(parse(xml.as_bytes(), &Limits::default()).unwrap().root.kind, ours, "{xml}");
            assert_eq!(plist::Value::from_reader_xml(xml.as_bytes()).ok(), theirs, "{xml}");
        }
        let twice = "<plist><dict><key>a</key><true/><key>a</key><false/></dict></plist>";
        assert_eq!(parse(twice.as_bytes(), &Limits::default()).unwrap().root.entries().len(), 2);
        let theirs = plist::Value::from_reader_xml(twice.as_bytes()).unwrap();
        assert_eq!(theirs.as_dictionary().map(plist::Dictionary::len), Some(1));
    }

    /// The same value as the `plist` crate sees it. Its known differences are kept out of the generated files: it reads
    /// CDATA and unknown entities as nothing, fails for a blank in a number, and drops all but the last of a repeated
    /// key.
    fn same(ours: &Value, theirs: &plist::Value) -> bool {
        match (&ours.kind, theirs) {
            (Kind::String(a), plist::Value::String(b)) => a == b,
            (Kind::Bool(a), plist::Value::Boolean(b)) => a == b,
            (Kind::Real(a), plist::Value::Real(b)) => a.to_bits() == b.to_bits(),
            (Kind::Integer(a), plist::Value::Integer(b)) => b.as_signed().is_some_and(|b| *a == i128::from(b)),
            (Kind::Data(a), plist::Value::Data(b)) => a == b,
            (Kind::Array(a), plist::Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
            (Kind::Dict(a), plist::Value::Dictionary(b)) => {
                a.len() == b.len() && b.iter().all(|(key, b)| ours.get(key).is_some_and(|a| same(a, b)))
            }
            _ => false,
        }
    }

    fn any_value() -> impl Strategy<Value = plist::Value> {
        let leaf = prop_oneof![
            "[ -~äß€\u{1F600}]{0,12}".prop_map(plist::Value::String),
            any::<bool>().prop_map(plist::Value::Boolean),
            any::<i64>().prop_map(|number| plist::Value::Integer(number.into())),
            (-1e9_f64..1e9).prop_map(plist::Value::Real),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(plist::Value::Data),
        ];
        leaf.prop_recursive(4, 30, 5, |inner| {
            let dictionary = prop::collection::btree_map("[ -~]{0,8}", inner.clone(), 0..5)
                .prop_map(|entries| plist::Value::Dictionary(entries.into_iter().collect()));
            prop_oneof![prop::collection::vec(inner, 0..5).prop_map(plist::Value::Array), dictionary]
        })
    }

    proptest! {
        #[test]
        fn what_the_plist_crate_writes_is_read_as_it_was_meant(value in any_value()) {
            let mut xml = Vec::new();
            value.to_writer_xml(&mut xml).unwrap();
            let document = parse(&xml, &Limits::default()).unwrap();
            prop_assert_eq!(&document.problems, &[]);
            prop_assert!(same(&document.root, &value), "{:?} is not {:?}", document.root, value);
        }

        #[test]
        fn what_the_plist_crate_writes_in_binary_is_read_as_it_was_meant(value in any_value()) {
            let mut binary = Vec::new();
            value.to_writer_binary(&mut binary).unwrap();
            let document = parse(&binary, &Limits::default()).unwrap();
            prop_assert_eq!(&document.problems, &[]);
            prop_assert!(same(&document.root, &value), "{:?} is not {:?}", document.root, value);
        }
    }
}
