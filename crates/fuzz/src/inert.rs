//! What holds of every report: it is well formed, tells no secret, and nothing of a file does anything.

use maillint_report::{Format, Run, Style};
use pulldown_cmark::{Event, Options, Parser};
use serde_json::Value;

use crate::model::CANARY;

/// The report of a run, which holds what every report holds.
pub fn report(format: Format, run: &Run, style: &Style) -> String {
    let text = printed(|out| format.write(run, style, out));
    check(format, &text, style);
    text
}

/// The list of the accounts of a run.
pub fn accounts(format: Format, run: &Run, style: &Style) -> String {
    let text = printed(|out| format.write_accounts(run, style, out));
    check(format, &text, style);
    text
}

fn printed(write: impl Fn(&mut dyn std::io::Write) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    write(&mut out).expect("a vector takes all");
    String::from_utf8(out).expect("UTF-8")
}

fn check(format: Format, text: &str, style: &Style) {
    assert!(!text.contains(CANARY), "{} tells a secret", format.as_str());
    let plain = without_style(text, style);
    let acts = |c: char| (c.is_control() && !matches!(c, '\n' | '\r')) || is_unseen(c);
    if let Some(at) = plain.find(acts) {
        let line = plain[..at].lines().next_back().unwrap_or_default();
        panic!("{} lets {:?} through after {line:?}", format.as_str(), plain[at..].chars().next());
    }
    match format {
        Format::Json | Format::Sarif => drop(parsed(text)),
        Format::Jsonl => text.lines().for_each(|line| drop(parsed(line))),
        Format::Junit => xml(text),
        Format::Html => html(text),
        Format::Csv => csv(text),
        Format::Github => github(text),
        Format::Markdown => markdown(text),
        Format::Human | Format::Concise | Format::Reply => {}
    }
}

/// What is not seen, turns the line round or ends it (Unicode `Bidi_Control`, `Default_Ignorable_Code_Point`).
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{FEFF}' | '\u{E0000}'..='\u{E007F}')
}

/// Without colours and links, where a style has them.
fn without_style(text: &str, style: &Style) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1B}') {
        plain.push_str(before);
        rest = if let Some(codes) = after.strip_prefix('[') {
            assert!(style.color, "colour that nobody asked for");
            let end = codes.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(codes.len());
            codes[end..].strip_prefix('m').expect("a colour")
        } else {
            assert!(style.links, "a link that nobody asked for");
            let link = after.strip_prefix("]8;;").expect("a link");
            let (address, rest) = link.split_once("\u{1B}\\").expect("the end of a link");
            assert!(address.is_empty() || address.starts_with("https://") || address.starts_with("http://"));
            assert!(!address.contains(char::is_control));
            rest
        };
    }
    plain + rest
}

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

fn xml(text: &str) {
    use quick_xml::Reader;
    use quick_xml::events::Event;
    let mut reader = Reader::from_str(text);
    let attributes = |tag: &quick_xml::events::BytesStart<'_>| {
        for attribute in tag.attributes() {
            let value = attribute
                .expect("an attribute")
                .normalized_value(quick_xml::XmlVersion::Implicit1_0)
                .expect("its value")
                .into_owned();
            let is_char = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{FFFD}' | '\u{10000}'..);
            assert!(value.chars().all(is_char), "a character that XML does not have");
        }
    };
    let known = ["testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"];
    let mut open = 0_usize;
    loop {
        match reader.read_event().expect("XML") {
            Event::Start(tag) => {
                assert!(known.contains(&tag.name().as_ref()), "{tag:?}");
                attributes(&tag);
                open += 1;
            }
            Event::Empty(tag) => {
                assert!(known.contains(&tag.name().as_ref()), "{tag:?}");
                attributes(&tag);
            }
            Event::End(_) => open -= 1,
            Event::Text(_) | Event::Decl(_) | Event::GeneralRef(_) => {}
            Event::Eof => break,
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(open, 0, "an element without an end");
}

/// Every tag is one of the page's own, with attributes of the page's own.
fn html(text: &str) {
    const TAGS: &[&str] = &[
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "header",
        "h1",
        "h2",
        "h3",
        "p",
        "main",
        "section",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "a",
        "span",
        "article",
        "strong",
        "ol",
        "li",
        "figure",
        "figcaption",
        "code",
        "pre",
        "mark",
        "footer",
        "dl",
        "dt",
        "dd",
        "ul",
    ];
    const ATTRIBUTES: &[&str] = &[
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "id",
        "aria-labelledby",
        "scope",
        "href",
        "rel",
        "role",
        "tabindex",
    ];
    let body = text.strip_prefix("<!DOCTYPE html>").expect("the document type");
    let mut open: Vec<&str> = Vec::new();
    for piece in body.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("the end of a tag");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        // Between quotes stand the values.
        let mut parts = tag.split('"');
        let first = parts.next().unwrap_or_default();
        let (name, mut attribute) = first.split_once(' ').unwrap_or((first, ""));
        assert!(TAGS.contains(&name), "<{tag}>");
        while let Some(value) = parts.next() {
            let key = attribute.trim().strip_suffix('=').expect("an attribute");
            assert!(ATTRIBUTES.contains(&key), "<{tag}>");
            if key == "href" {
                let is_safe = ["#account-", "https://", "http://"].iter().any(|start| value.starts_with(start));
                assert!(is_safe, "<{tag}>");
            }
            attribute = parts.next().unwrap_or_default();
        }
        assert!(attribute.trim().is_empty(), "<{tag}>");
        if name != "meta" {
            open.push(name);
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

/// Every row has the cells of the first, and none of them is computed.
fn csv(text: &str) {
    let mut width = None;
    let mut rest = text;
    while !rest.is_empty() {
        let mut cells = 0;
        loop {
            let (cell, after) = match rest.strip_prefix('"') {
                Some(quoted) => {
                    let mut at = 0;
                    loop {
                        at += quoted[at..].find('"').expect("the end of a cell");
                        if !quoted[at + 1..].starts_with('"') {
                            break;
                        }
                        at += 2;
                    }
                    (quoted[..at].replace("\"\"", "\""), &quoted[at + 1..])
                }
                None => {
                    let end = rest.find([',', '\r', '\n']).expect("the end of a row");
                    (rest[..end].to_owned(), &rest[end..])
                }
            };
            let first = cell.trim_start().chars().next();
            assert!(!matches!(first, Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠')), "a formula: {cell:?}");
            cells += 1;
            if let Some(after) = after.strip_prefix(',') {
                rest = after;
            } else {
                rest = after.strip_prefix("\r\n").expect("the end of a row");
                break;
            }
        }
        assert_eq!(*width.get_or_insert(cells), cells, "a row of another width");
    }
}

/// Every command is one of ours (the runner takes them apart in `ActionCommand.cs`: `::` where a line begins, `##[`
/// anywhere in a line that is no command of the first form).
fn github(text: &str) {
    for line in text.split(['\n', '\r']) {
        if let Some(command) = line.trim_start().strip_prefix("::") {
            let name = command.split([' ', ':']).next();
            assert!(matches!(name, Some("error" | "warning" | "notice")), "{line}");
            let (properties, _) = command.split_once("::").expect("the end of the properties");
            let pairs = properties.split_once(' ').map_or("", |(_, pairs)| pairs);
            for pair in pairs.split(',') {
                let key = pair.split('=').next().unwrap_or_default();
                assert!(["file", "line", "endLine", "col", "endColumn", "title"].contains(&key), "{line}");
            }
        } else {
            assert!(!line.contains("##["), "{line}");
        }
    }
}

/// No markup but headings, lists, tables, code: no HTML, no link, no picture.
fn markdown(text: &str) {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_FOOTNOTES | Options::ENABLE_TASKLISTS;
    for event in Parser::new_ext(text, options) {
        match event {
            Event::InlineHtml(html) | Event::Html(html) => assert_eq!(html.trim(), "<!-- -->"),
            Event::Start(tag) => {
                use pulldown_cmark::Tag::{
                    CodeBlock, Heading, HtmlBlock, Item, List, Paragraph, Table, TableCell, TableHead, TableRow,
                };
                let is_ours = matches!(
                    tag,
                    Paragraph
                        | Heading { .. }
                        | CodeBlock(_)
                        | List(_)
                        | Item
                        | Table(_)
                        | TableHead
                        | TableRow
                        | TableCell
                        | HtmlBlock
                );
                assert!(is_ours, "{tag:?}");
            }
            Event::FootnoteReference(_) | Event::TaskListMarker(_) | Event::Rule => panic!("{event:?}"),
            _ => {}
        }
    }
}
