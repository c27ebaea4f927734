use super::skip::Skip;
use encoding_rs::{UTF_16BE, UTF_16LE};
use maillint_source::{Carry, Decoded, Encoding, Jump, Limits, decode_mixed};

/// What a [`Sieve`] left of a text.
#[derive(Clone, Debug)]
pub struct Sifted {
    /// The kept lines, with the line numbers of the whole text.
    pub decoded: Decoded,
    /// Lines that should have been kept, but were over a limit: numbers in the whole text, the first few.
    pub too_long: Vec<u32>,
    /// Whether more should have been kept than [`Limits::file_bytes`]; the rest was dropped.
    pub full: bool,
}

/// Keeps the sections of a registry text that are wanted, and drops the rest, in bounded memory: an export of a whole
/// hive has hundreds of megabytes, and the settings of a mail client a few kilobytes.
///
/// Fed with chunks of any size, the result is the same. Kept are the lines before the first key, every line that names
/// a dialect or deletes a key, and the sections whose path is wanted.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a fact of its own about the pass")]
pub struct Sieve<F> {
    wanted: F,
    max_kept: usize,
    max_line: usize,
    width: Option<Width>,
    bom: bool,
    carry: Carry,
    /// The line that is carried is over the limit; its start was dropped.
    inside_too_long: bool,
    keep: bool,
    kept: Vec<u8>,
    /// Number of the next line of the text.
    line: u32,
    kept_lines: u32,
    /// Kept line (from 0) and its number in the text, wherever they start to differ by another amount.
    jumps: Vec<(u32, u32)>,
    gap: bool,
    too_long: Vec<u32>,
    full: bool,
}

/// How the bytes make up characters, as far as finding lines goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Width {
    One,
    TwoLe,
    TwoBe,
}

/// So many bytes tell the encoding.
const HEAD: usize = 4096;
/// So many over-long lines are named.
const MAX_NAMED: usize = 10;

/// The wanted sections of a text that is in memory.
pub fn sift(bytes: &[u8], wanted: impl Fn(&str) -> bool, limits: &Limits) -> Sifted {
    let mut sieve = Sieve::new(wanted, limits);
    sieve.push(bytes);
    sieve.finish()
}

impl<F: Fn(&str) -> bool> Sieve<F> {
    /// A sieve for the sections whose path `wanted` accepts.
    pub fn new(wanted: F, limits: &Limits) -> Self {
        Self {
            wanted,
            max_kept: usize::try_from(limits.file_bytes).unwrap_or(usize::MAX),
            max_line: limits.line_bytes,
            width: None,
            bom: false,
            carry: Carry::new(limits.line_bytes),
            inside_too_long: false,
            keep: true,
            kept: Vec::new(),
            line: 1,
            kept_lines: 0,
            jumps: Vec::new(),
            gap: false,
            too_long: Vec::new(),
            full: false,
        }
    }

    /// Takes in the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut carry = std::mem::replace(&mut self.carry, Carry::new(self.max_line));
        carry.feed(chunk, |bytes| self.take_lines(bytes, false));
        // Before the width is known, the head is what is left.
        if self.width.is_some() && carry.left().len() > self.max_line + 4 {
            // Whole units go, so that what follows is still aligned; the last one stays, as it may be a carriage return
            // that ends the line.
            let rest = 2 + carry.left().len() % 2;
            carry.forget(carry.left().len() - rest);
            self.inside_too_long = true;
        }
        self.carry = carry;
    }

    /// Takes in the last line, and gives what was kept.
    pub fn finish(mut self) -> Sifted {
        let carry = std::mem::replace(&mut self.carry, Carry::new(self.max_line));
        self.take_lines(carry.left(), true);
        let mut decoded = decode_mixed(&self.kept);
        decoded.bom = self.bom;
        decoded.jumps = Jump::of_lines(&decoded.text, &self.jumps);
        Sifted { decoded, too_long: self.too_long, full: self.full }
    }

    /// Takes in the whole lines of some bytes; how many bytes they have.
    fn take_lines(&mut self, bytes: &[u8], last: bool) -> usize {
        let mut at = 0;
        let width = match self.width {
            Some(width) => width,
            None if bytes.len() < HEAD && !last => return 0,
            None => {
                let (width, skip) = detect(&bytes[..bytes.len().min(HEAD)]);
                at = skip;
                self.bom = skip > 0;
                match width {
                    Width::One => {}
                    Width::TwoLe => self.kept.extend_from_slice(b"\xFF\xFE"),
                    Width::TwoBe => self.kept.extend_from_slice(b"\xFE\xFF"),
                }
                *self.width.insert(width)
            }
        };
        let mut skip = Skip::new(width, bytes);
        loop {
            if !self.keep && !self.inside_too_long {
                let (end, lines) = skip.pass_over(at);
                at = end;
                self.line = self.line.saturating_add(lines);
                self.gap |= lines > 0;
            }
            let Some((content, line)) = width.line(&bytes[at..], last) else { break };
            self.take_line(&bytes[at..at + line], content, width);
            at += line;
        }
        at
    }

    /// Takes in one line; `content` is its length without the line end.
    fn take_line(&mut self, line: &[u8], content: usize, width: Width) {
        let number = self.line;
        self.line = self.line.saturating_add(1);
        if std::mem::take(&mut self.inside_too_long) || content > self.max_line {
            if self.keep && self.too_long.len() < MAX_NAMED {
                self.too_long.push(number);
            }
            self.gap = true;
            return;
        }
        let body = &line[..content];
        let keep = match width.first(body) {
            Some(b'[') => {
                let text = width.decode(body);
                let inner = text.trim_start().trim_start_matches('[');
                let inner = inner.rfind(']').map_or(inner, |close| &inner[..close]);
                let deleted = inner.strip_prefix('-');
                let path = deleted.unwrap_or(inner);
                // Wine doubles the backslashes; no other path has two in a row.
                let is_doubled = path.contains("\\\\");
                self.keep = if is_doubled { (self.wanted)(&path.replace("\\\\", "\\")) } else { (self.wanted)(path) };
                self.keep || deleted.is_some()
            }
            Some(b'W' | b'R') if is_header(&width.decode(body)) => {
                self.keep = true;
                true
            }
            _ => self.keep,
        };
        if !keep {
            self.gap = true;
            return;
        }
        if self.full || self.kept.len() + line.len() > self.max_kept {
            self.full = true;
            return;
        }
        if std::mem::take(&mut self.gap) {
            self.jumps.push((self.kept_lines, number));
        }
        self.kept_lines += 1;
        self.kept.extend_from_slice(line);
    }
}

fn is_header(line: &str) -> bool {
    ["Windows Registry Editor", "REGEDIT", "WINE REGISTRY"].iter().any(|header| line.starts_with(header))
}

/// How wide characters are, and the length of the byte order mark.
fn detect(head: &[u8]) -> (Width, usize) {
    match head {
        [0xEF, 0xBB, 0xBF, ..] => (Width::One, 3),
        [0xFF, 0xFE, ..] => (Width::TwoLe, 2),
        [0xFE, 0xFF, ..] => (Width::TwoBe, 2),
        _ => match decode_mixed(head).encoding {
            Encoding::Utf16Le => (Width::TwoLe, 0),
            Encoding::Utf16Be => (Width::TwoBe, 0),
            _ => (Width::One, 0),
        },
    }
}

impl Width {
    /// Lengths of the first line, without and with its end. `None` where more bytes may still belong to it.
    fn line(self, bytes: &[u8], last: bool) -> Option<(usize, usize)> {
        let size = self.size();
        let Some(end) = self.find_end(bytes) else {
            return (last && !bytes.is_empty()).then_some((bytes.len(), bytes.len()));
        };
        if self.unit(bytes, end) == Some(u16::from(b'\n')) {
            return Some((end, end + size));
        }
        match self.unit(bytes, end + size) {
            Some(next) if next == u16::from(b'\n') => Some((end, end + 2 * size)),
            None if !last => None,
            _ => Some((end, end + size)),
        }
    }

    /// Bytes of a unit.
    pub(super) fn size(self) -> usize {
        if self == Self::One { 1 } else { 2 }
    }

    /// A Latin character as a unit of the bytes, read with the low byte first whatever the width.
    pub(super) fn unit_of(self, latin: u8) -> u16 {
        if self == Self::TwoBe { u16::from(latin).swap_bytes() } else { u16::from(latin) }
    }

    /// The offset of the unit whose low byte is at `low`, if the unit is of Latin-1: U+010A and U+0A01 hold the byte of a
    /// line feed, and are none. `bytes` starts with a whole unit.
    pub(super) fn start_of_unit(self, bytes: &[u8], low: usize) -> Option<usize> {
        match self {
            Self::One => Some(low),
            Self::TwoLe => (low.is_multiple_of(2) && bytes.get(low + 1) == Some(&0)).then_some(low),
            Self::TwoBe => (low % 2 == 1 && bytes.get(low - 1) == Some(&0)).then(|| low - 1),
        }
    }

    /// The unit at an offset, if it is of Latin-1.
    pub(super) fn latin(self, bytes: &[u8], at: usize) -> Option<u8> {
        self.unit(bytes, at).and_then(|unit| u8::try_from(unit).ok())
    }

    /// Where the first line feed or carriage return starts.
    fn find_end(self, bytes: &[u8]) -> Option<usize> {
        let offset = usize::from(self == Self::TwoBe);
        memchr::memchr2_iter(b'\n', b'\r', bytes).find_map(|at| match self {
            Self::One => Some(at),
            Self::TwoLe | Self::TwoBe => {
                let start = at.checked_sub(offset)?;
                let unit = self.unit(bytes, start)?;
                (start % 2 == 0 && (unit == u16::from(b'\n') || unit == u16::from(b'\r'))).then_some(start)
            }
        })
    }

    /// The unit at a byte offset; `None` if it is not wholly there.
    fn unit(self, bytes: &[u8], at: usize) -> Option<u16> {
        match self {
            Self::One => bytes.get(at).map(|byte| u16::from(*byte)),
            Self::TwoLe => Some(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])),
            Self::TwoBe => Some(u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])),
        }
    }

    /// The first character that is no blank, if it is ASCII.
    fn first(self, bytes: &[u8]) -> Option<u8> {
        (0..bytes.len())
            .step_by(self.size())
            .map_while(|at| self.unit(bytes, at))
            .find(|unit| *unit != u16::from(b' ') && *unit != u16::from(b'\t'))
            .and_then(|unit| u8::try_from(unit).ok())
    }

    fn decode(self, bytes: &[u8]) -> String {
        match self {
            Self::One => decode_mixed(bytes).text,
            Self::TwoLe => decode_wide(bytes, u16::from_le_bytes, UTF_16LE),
            Self::TwoBe => decode_wide(bytes, u16::from_be_bytes, UTF_16BE),
        }
    }
}

/// Nearly every name is of ASCII, and that is decoded many units at a time.
#[inline]
fn decode_wide(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16 + Copy, encoding: &'static encoding_rs::Encoding) -> String {
    let (units, rest) = bytes.as_chunks();
    if rest.is_empty() && units.iter().fold(0, |all, bytes| all | unit(*bytes)) < 0x80 {
        let mut narrow = Vec::with_capacity(units.len());
        narrow.extend(units.iter().map(|bytes| unit(*bytes).to_le_bytes()[0]));
        if let Ok(text) = String::from_utf8(narrow) {
            return text;
        }
    }
    encoding.decode_without_bom_handling(bytes).0.into_owned()
}
