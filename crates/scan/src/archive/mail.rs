use std::borrow::Cow;
use std::path::Path;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::decoders::quoted_printable::quoted_printable_decode;
use mail_parser::{MessageParser, MimeHeaders};
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

/// Parts of one message and of those that are attached to it, the groups of parts counted as well.
const MOST_PARTS: usize = 500;

/// Parts in parts.
const MOST_LEVELS: usize = 16;

/// Bytes of the fields of one part. Those of a message that went through many hands have some ten thousand.
const LONGEST_HEAD: usize = 256 << 10;

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
///
/// The crate reads the fields of each part, and what a part is in. It is not given a whole message: it keeps more than a
/// hundred bytes for each field and for each part, of which a stranger may write one every three bytes, and takes messages
/// in messages apart one inside the other.
pub(super) fn unpack(unpacker: &mut Unpacker<'_>, bytes: &[u8], path: &Path, depth: usize) -> Result<(), Stop> {
    let mut letter = Letter { unpacker, path, depth, parts: 0 };
    letter.part(bytes, 0, false)
}

struct Letter<'a, 'b> {
    unpacker: &'a mut Unpacker<'b>,
    path: &'a Path,
    depth: usize,
    /// Parts that were met so far.
    parts: usize,
}

impl Letter<'_, '_> {
    /// One part: a file, a message, or a group of parts. In a digest, what does not say what it is is a message.
    fn part(&mut self, bytes: &[u8], level: usize, in_digest: bool) -> Result<(), Stop> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            self.unpacker.note(
                NoteKind::Limit,
                format!("it has more than {MOST_PARTS} parts; the rest of it was not looked at"),
            );
            return Ok(());
        }
        if level > MOST_LEVELS {
            let message = "it has parts that lie too deep, one in the other; they were not looked at";
            self.unpacker.note(NoteKind::Limit, message);
            return Ok(());
        }
        let (head, body) = halves(bytes);
        if head.len() > LONGEST_HEAD {
            let message = "it has a part with more fields than a message has; the last of them were not read";
            self.unpacker.note(NoteKind::Limit, message);
        }
        let head = head.get(..LONGEST_HEAD).unwrap_or(head);
        let parser = MessageParser::new().with_mime_headers().default_header_ignore();
        let fields = parser.parse_headers(head);
        let fields = fields.as_ref().and_then(|message| message.parts.first());
        let kind = fields.and_then(MimeHeaders::content_type);
        let (main, sub) = kind.map_or(("", ""), |kind| (kind.ctype(), kind.subtype().unwrap_or("")));
        if main == "multipart"
            && let Some(boundary) = kind.and_then(|kind| kind.attribute("boundary"))
        {
            for part in Parts::of(body, boundary) {
                self.part(part, level + 1, sub == "digest")?;
                if self.parts > MOST_PARTS {
                    break;
                }
            }
            return Ok(());
        }
        let content = decoded(body, fields.and_then(MimeHeaders::content_transfer_encoding).unwrap_or(""));
        if main == "message" && matches!(sub, "rfc822" | "global") || kind.is_none() && in_digest {
            return self.part(&content, level + 1, false);
        }
        if content.is_empty() {
            return Ok(());
        }
        let fallback = format!("part {}", self.parts);
        let name = fields.and_then(MimeHeaders::attachment_name).unwrap_or(&fallback);
        let Some(place) = self.unpacker.place(self.path, name.as_bytes()) else { return Ok(()) };
        self.unpacker.member(place, self.depth, &mut content.as_ref())
    }
}

/// The fields of a part with the empty line that ends them, and what follows.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = if bytes.starts_with(b"\n") {
        Some(1)
    } else if bytes.starts_with(b"\r\n") {
        Some(2)
    } else {
        let after = |line: &[u8]| memchr::memmem::find(bytes, line).map(|at| at + line.len());
        after(b"\n\n").into_iter().chain(after(b"\n\r\n")).min()
    };
    bytes.split_at(end.unwrap_or(bytes.len()))
}

/// The bytes of a part as they were attached: a settings file says itself what its encoding is.
fn decoded<'a>(body: &'a [u8], encoding: &str) -> Cow<'a, [u8]> {
    let decoded = if encoding.eq_ignore_ascii_case("base64") {
        base64_decode(body)
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        quoted_printable_decode(body)
    } else {
        None
    };
    decoded.map_or(Cow::Borrowed(body), Cow::Owned)
}

/// What stands between the lines of a boundary (RFC 2046, section 5.1.1). Where the last one is missing, the last part
/// ends with the text.
struct Parts<'a> {
    body: &'a [u8],
    line: Vec<u8>,
    /// Where the next part starts; `None` behind the last.
    next: Option<usize>,
}

impl<'a> Parts<'a> {
    fn of(body: &'a [u8], boundary: &str) -> Self {
        let mut parts = Self { body, line: [b"--", boundary.as_bytes()].concat(), next: Some(0) };
        // What stands before the first line is no part.
        parts.next();
        parts
    }

    /// The next line of the boundary from a place on: where it starts, and where a part starts behind it.
    fn line(&self, from: usize) -> Option<(usize, Option<usize>)> {
        let rest = self.body.get(from..)?;
        memchr::memmem::find_iter(rest, &self.line).find_map(|found| {
            let start = from + found;
            let is_at_line_start = start.checked_sub(1).is_none_or(|before| self.body.get(before) == Some(&b'\n'));
            let behind = self.body.get(start + self.line.len()..)?;
            let end = memchr::memchr(b'\n', behind);
            let tail = behind.get(..end.unwrap_or(behind.len()))?.trim_ascii();
            let part = end.map(|end| start + self.line.len() + end + 1).filter(|_| tail.is_empty());
            (is_at_line_start && matches!(tail, b"" | b"--")).then_some((start, part))
        })
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.next.take()?;
        let line = self.line(start);
        self.next = line.and_then(|(_, part)| part);
        let part = self.body.get(start..line.map_or(self.body.len(), |(end, _)| end))?;
        // The line end before a boundary belongs to it.
        let part = part.strip_suffix(b"\n").unwrap_or(part);
        Some(part.strip_suffix(b"\r").unwrap_or(part))
    }
}
