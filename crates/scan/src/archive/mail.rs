use std::borrow::Cow;
use std::path::Path;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{Encoding, Message, MessageParser, MessagePart, MimeHeaders, PartType};
use maillint_model::NoteKind;

use super::{Stop, Unpacker};

/// Header fields of which one stands first in a message that was saved as a file.
const FIRST_FIELDS: &[&str] = &[
    "return-path:",
    "received:",
    "delivered-to:",
    "from:",
    "to:",
    "date:",
    "subject:",
    "message-id:",
    "mime-version:",
    "content-type:",
    "x-",
];

/// Parts of one message. Messages lie in messages as deep as there are fields that say so, and the parser takes them
/// apart one inside the other: the fields are counted before.
const MOST_PARTS: usize = 500;

/// Whether this is a message with parts in it: header lines from the start, and one that says MIME.
pub(super) fn is_mail(name: &str, head: &[u8]) -> bool {
    let starts = |field: &&str| head.get(..field.len()).is_some_and(|it| it.eq_ignore_ascii_case(field.as_bytes()));
    if !FIRST_FIELDS.iter().any(starts) {
        return false;
    }
    let is_named = Path::new(name).extension().is_some_and(|end| end.eq_ignore_ascii_case("eml"));
    is_named || memchr::memmem::find(&head.to_ascii_lowercase(), b"\nmime-version:").is_some()
}

/// The attachments of a message, and of the messages that are attached to it.
pub(super) fn unpack(unpacker: &mut Unpacker<'_>, bytes: &[u8], path: &Path, depth: usize) -> Result<(), Stop> {
    if fields_that_nest(bytes) > MOST_PARTS {
        unpacker.note(NoteKind::Limit, format!("it has more than {MOST_PARTS} parts; it was not opened"));
        return Ok(());
    }
    let Some(message) = MessageParser::new().parse(bytes) else { return unpacker.broken(path) };
    let mut messages: Vec<&Message<'_>> = vec![&message];
    while let Some(message) = messages.pop() {
        for (number, part) in message.parts.iter().enumerate() {
            if let PartType::Message(inner) = &part.body {
                messages.push(inner);
                continue;
            }
            let content = content(message, part);
            if content.is_empty() {
                continue;
            }
            let fallback = format!("part {}", number + 1);
            let name = part.attachment_name().unwrap_or(&fallback);
            let Some(place) = unpacker.place(path, name.as_bytes()) else { continue };
            unpacker.member(place, depth, &mut content.as_ref())?;
        }
    }
    Ok(())
}

/// The bytes of a part as they were attached: a settings file says itself what its encoding is.
fn content<'a>(message: &'a Message<'_>, part: &'a MessagePart<'_>) -> Cow<'a, [u8]> {
    if !matches!(part.body, PartType::Text(_) | PartType::Html(_)) {
        return Cow::Borrowed(part.contents());
    }
    let range = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
    let raw = message.raw_message.get(range).unwrap_or_default();
    let decoded = match part.encoding {
        Encoding::None => return Cow::Borrowed(raw),
        Encoding::Base64 => base64_decode(raw),
        Encoding::QuotedPrintable => quoted_printable_decode(raw),
    };
    decoded.map_or_else(|| Cow::Borrowed(part.contents()), Cow::Owned)
}

/// How often a field stands there that can open a part.
fn fields_that_nest(bytes: &[u8]) -> usize {
    const FIELD: &[u8] = b"content-type";
    memchr::memchr2_iter(b'c', b'C', bytes)
        .filter(|at| bytes.get(*at..*at + FIELD.len()).is_some_and(|field| field.eq_ignore_ascii_case(FIELD)))
        .count()
}
