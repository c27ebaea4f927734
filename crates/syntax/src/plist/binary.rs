//! Binary property lists (`bplist00`), as CoreFoundation's `CFBinaryPList.c` lays them out.
//!
//! Objects refer to each other by number, so a small file can unfold to a huge tree, to one that never ends, or to one
//! too deep to be dropped. `plist` looks only for cycles. Therefore the file is measured first, each object once, and
//! handed to `plist` only if what it unfolds to is within the limits.

use maillint_source::{Limits, Span};

use super::{Kind, Value};
use crate::{Problem, Spanned};

const MAGIC: &[u8] = b"bplist00";
const TRAILER_BYTES: usize = 32;

/// Reads a file; its values have no places yet ([`super::Listing::write`]).
///
/// # Errors
/// A file that is damaged, of another version, or that unfolds to more than the limits allow.
pub fn parse(bytes: &[u8], limits: &Limits) -> Result<Value, Problem> {
    measure(bytes, limits)?;
    let value = plist::Value::from_reader(std::io::Cursor::new(bytes)).map_err(|_| damaged())?;
    Ok(convert(value))
}

fn damaged() -> Problem {
    Problem::syntax("the binary property list is damaged", Span::empty(0))
}

fn too_much(limits: &Limits, what: &str) -> Problem {
    limits.breach();
    Problem::limit(format!("the binary property list unfolds to {what}; it was not read"), Span::empty(0))
}

/// What an object unfolds to.
#[derive(Clone, Copy, Default)]
struct Extent {
    nodes: usize,
    depth: usize,
    /// Of text and data.
    bytes: u64,
}

/// The object table of a file.
struct Table<'a> {
    /// Everything before the trailer.
    body: &'a [u8],
    offsets: &'a [u8],
    offset_size: usize,
    ref_size: usize,
    count: usize,
}

/// What stands in the object table under one number.
enum Object {
    Leaf {
        bytes: usize,
    },
    /// The references of an array, or the keys and values of a dictionary: where they start, and how many.
    Container {
        start: usize,
        count: usize,
    },
}

/// An object of which the parts are being measured.
struct Frame {
    index: usize,
    /// Where its next reference stands, and how many are left.
    next: usize,
    left: usize,
    sum: Extent,
}

/// Makes sure that a file unfolds to no more than the limits allow. Takes time and space in the order of the file and
/// of `limits.nodes`, whatever the file says.
fn measure(bytes: &[u8], limits: &Limits) -> Result<(), Problem> {
    if !bytes.starts_with(MAGIC) {
        return Err(Problem::syntax("this version of binary property lists is not known", Span::empty(0)));
    }
    let (table, root) = Table::open(bytes).ok_or_else(damaged)?;
    if table.count > limits.nodes {
        return Err(too_much(limits, "too many values"));
    }
    let mut known: Vec<Option<Extent>> = vec![None; table.count];
    let mut open = vec![false; table.count];
    let mut frames: Vec<Frame> = Vec::new();
    let mut visited = 0_usize;
    let mut index = root;
    loop {
        visited += 1;
        if visited > limits.nodes {
            return Err(too_much(limits, "too many values"));
        }
        if let Some(why) = limits.late() {
            return Err(Problem::limit(format!("{why}; it was not read"), Span::empty(0)));
        }
        let mut done = match known.get(index).ok_or_else(damaged)? {
            Some(extent) => Some(*extent),
            None if open[index] => {
                return Err(Problem::syntax("the binary property list contains itself", Span::empty(0)));
            }
            None => match table.object(index).ok_or_else(damaged)? {
                Object::Leaf { bytes } if bytes > limits.string_bytes.max(table.body.len()) => {
                    return Err(too_much(limits, "too long a text"));
                }
                Object::Leaf { bytes } => {
                    let extent = Extent { nodes: 1, depth: 1, bytes: bytes as u64 };
                    known[index] = Some(extent);
                    Some(extent)
                }
                Object::Container { start, count } => {
                    if frames.len() >= limits.depth {
                        return Err(too_much(limits, "values nested too deeply"));
                    }
                    open[index] = true;
                    let sum = Extent { nodes: 1, depth: 0, bytes: 0 };
                    frames.push(Frame { index, next: start, left: count, sum });
                    None
                }
            },
        };
        // Hand what is measured to the containers that hold it, up to one that has parts left.
        index = loop {
            let Some(frame) = frames.last_mut() else { return Ok(()) };
            if let Some(part) = done.take() {
                frame.sum.nodes = frame.sum.nodes.saturating_add(part.nodes);
                frame.sum.depth = frame.sum.depth.max(part.depth);
                frame.sum.bytes = frame.sum.bytes.saturating_add(part.bytes);
                if frame.sum.nodes > limits.nodes {
                    return Err(too_much(limits, "too many values"));
                }
                if frame.sum.bytes > limits.file_bytes {
                    return Err(too_much(limits, "too much text"));
                }
                if frames.len() + part.depth > limits.depth + 1 {
                    return Err(too_much(limits, "values nested too deeply"));
                }
            }
            let Some(frame) = frames.last_mut() else { return Ok(()) };
            if frame.left > 0 {
                let at = frame.next;
                frame.next += table.ref_size;
                frame.left -= 1;
                break table.number(at, table.ref_size).ok_or_else(damaged)?;
            }
            let extent = Extent { depth: frame.sum.depth + 1, ..frame.sum };
            let finished = frame.index;
            known[finished] = Some(extent);
            open[finished] = false;
            frames.pop();
            done = Some(extent);
        };
    }
}

impl<'a> Table<'a> {
    /// Reads the trailer: the table, and the number of the outermost object.
    fn open(bytes: &'a [u8]) -> Option<(Self, usize)> {
        let (body, trailer) = bytes.split_at_checked(bytes.len().checked_sub(TRAILER_BYTES)?)?;
        let offset_size = usize::from(*trailer.get(6)?);
        let ref_size = usize::from(*trailer.get(7)?);
        // The sizes that `plist` reads.
        if ![offset_size, ref_size].iter().all(|size| matches!(size, 1..=4 | 8)) {
            return None;
        }
        let word = |at: usize| usize::try_from(big_endian(trailer.get(at..at + 8)?)).ok();
        let (count, root, start) = (word(8)?, word(16)?, word(24)?);
        let end = start.checked_add(count.checked_mul(offset_size)?)?;
        let offsets = body.get(start..end)?;
        Some((Self { body, offsets, offset_size, ref_size, count }, root))
    }

    /// A big-endian number in the body.
    fn number(&self, at: usize, size: usize) -> Option<usize> {
        usize::try_from(big_endian(self.body.get(at..at.checked_add(size)?)?)).ok()
    }

    fn object(&self, index: usize) -> Option<Object> {
        let entry = index.checked_mul(self.offset_size)?;
        let at = usize::try_from(big_endian(self.offsets.get(entry..entry + self.offset_size)?)).ok()?;
        let token = *self.body.get(at)?;
        let (start, len) = self.length(at, token)?;
        // Only what lies in the file is counted, so that a length is never more than the file's.
        let leaf = |bytes: usize| Some(Object::Leaf { bytes: self.body.get(start..start.checked_add(bytes)?)?.len() });
        match token >> 4 {
            0x4 | 0x5 => leaf(len),
            // UTF-16: a unit takes two bytes here and up to three in UTF-8.
            0x6 => leaf(len.checked_mul(2)?),
            0xA | 0xD => {
                let count = if token >> 4 == 0xD { len.checked_mul(2)? } else { len };
                self.body.get(start..start.checked_add(count.checked_mul(self.ref_size)?)?)?;
                Some(Object::Container { start, count })
            }
            _ => Some(Object::Leaf { bytes: 0 }),
        }
    }

    /// Where the content of an object starts, and its length, which stands in the token or in a number behind it.
    fn length(&self, at: usize, token: u8) -> Option<(usize, usize)> {
        let short = usize::from(token & 0x0F);
        if short < 0x0F || !matches!(token >> 4, 0x4 | 0x5 | 0x6 | 0xA | 0xD) {
            return Some((at + 1, short));
        }
        let size = 1_usize << (*self.body.get(at + 1)? & 0x03);
        Some((at + 2 + size, self.number(at + 2, size)?))
    }
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// Into our own tree. Its depth is bounded by [`measure`].
fn convert(value: plist::Value) -> Value {
    let kind = match value {
        plist::Value::Array(items) => Kind::Array(items.into_iter().map(convert).collect()),
        plist::Value::Dictionary(entries) => {
            let entry = |(key, value)| (Spanned::new(key, Span::default()), convert(value));
            Kind::Dict(entries.into_iter().map(entry).collect())
        }
        plist::Value::Boolean(value) => Kind::Bool(value),
        plist::Value::Data(bytes) => Kind::Data(bytes),
        plist::Value::Date(date) => Kind::Date(date.to_xml_format()),
        plist::Value::Real(number) => Kind::Real(number),
        plist::Value::Integer(number) => {
            let number = number.as_signed().map(i128::from).or_else(|| number.as_unsigned().map(i128::from));
            number.map_or(Kind::Other, Kind::Integer)
        }
        plist::Value::String(text) => Kind::String(text),
        plist::Value::Uid(uid) => Kind::Uid(uid.get()),
        _ => Kind::Other,
    };
    Value::unlisted(kind)
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::{Kind, MAGIC, Value, measure, parse};
    use crate::ProblemKind;

    /// A file of these objects, the first being the outermost.
    fn file(objects: &[&[u8]]) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let mut offsets = Vec::new();
        for object in objects {
            offsets.push(u8::try_from(bytes.len()).unwrap());
            bytes.extend_from_slice(object);
        }
        let table = bytes.len() as u64;
        bytes.extend_from_slice(&offsets);
        bytes.extend_from_slice(&[0, 0, 0, 0, 0, 0, 1, 1]);
        for word in [objects.len() as u64, 0, table] {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    fn problem(bytes: &[u8]) -> String {
        parse(bytes, &Limits::default()).unwrap_err().message
    }

    #[test]
    fn a_small_file_is_read() {
        // { "a" = [true, 993] }
        let bytes = file(&[b"\xd1\x01\x02", b"\x51a", b"\xa2\x03\x04", b"\x09", b"\x11\x03\xe1"]);
        let root = parse(&bytes, &Limits::default()).unwrap();
        let kinds: Vec<&Kind> = root.get("a").unwrap().items().iter().map(|item| &item.kind).collect();
        assert_eq!(kinds, [&Kind::Bool(true), &Kind::Integer(993)]);
    }

    #[test]
    fn a_file_that_unfolds_to_ten_million_values_is_refused_at_once() {
        // Seven arrays, each ten times the next: 141 bytes, for which `plist` takes 12 GB.
        let levels: Vec<Vec<u8>> = (1..=7_u8).map(|level| [vec![0xAA], vec![level; 10]].concat()).collect();
        let mut objects: Vec<&[u8]> = levels.iter().map(Vec::as_slice).collect();
        objects.push(b"\x51a");
        let bytes = file(&objects);
        assert_eq!(bytes.len(), 141 - 14);
        assert_eq!(problem(&bytes), "the binary property list unfolds to too many values; it was not read");
    }

    #[test]
    fn one_long_text_held_many_times_is_refused() {
        let text = [b"\x5f\x11\x40\x00".to_vec(), vec![b'x'; 0x4000]].concat();
        let array = [b"\xaf\x11\x08\x00".to_vec(), vec![1; 0x800]].concat();
        let mut bytes = MAGIC.to_vec();
        bytes.extend(&array);
        let second = bytes.len() as u64;
        bytes.extend(&text);
        let table = bytes.len() as u64;
        bytes.extend([0, 8]);
        bytes.extend(&second.to_be_bytes()[6..]);
        bytes.extend([0, 0, 0, 0, 0, 0, 2, 1]);
        for word in [2, 0, table] {
            bytes.extend(word.to_be_bytes());
        }
        assert_eq!(problem(&bytes), "the binary property list unfolds to too much text; it was not read");
    }

    #[test]
    fn cycles_depth_and_damage_are_told_apart() {
        assert_eq!(problem(&file(&[b"\xa1\x01", b"\xa1\x00"])), "the binary property list contains itself");
        let nested: Vec<Vec<u8>> = (1..=100_u8).map(|next| vec![0xA1, next]).collect();
        let mut objects: Vec<&[u8]> = nested.iter().map(Vec::as_slice).collect();
        objects.push(b"\x09");
        assert_eq!(
            problem(&file(&objects)),
            "the binary property list unfolds to values nested too deeply; it was not read"
        );
        assert_eq!(problem(b"bplist00"), "the binary property list is damaged");
        assert_eq!(problem(b"bplist15\x00"), "this version of binary property lists is not known");
        // A reference beyond the table, and a text longer than the file.
        assert_eq!(problem(&file(&[b"\xa1\x07"])), "the binary property list is damaged");
        assert_eq!(
            problem(&file(&[b"\x5f\x13\xff\xff\xff\xff\xff\xff\xff\xff"])),
            "the binary property list is damaged"
        );
    }

    #[test]
    fn objects_that_lie_over_each_other_do_not_multiply_the_work() {
        let mut bytes = MAGIC.to_vec();
        bytes.extend([0xAF, 0x11, 0x3F, 0xFF]);
        bytes.extend((0..0x3FFF_u16).flat_map(|_| [0x00, 0x01]));
        let table = bytes.len() as u64;
        bytes.extend((0..0x4000).flat_map(|_| [0_u8, 8]));
        bytes.extend([0, 0, 0, 0, 0, 0, 2, 2]);
        for word in [0x4000, 0, table] {
            bytes.extend(word.to_be_bytes());
        }
        assert!(parse(&bytes, &Limits::default()).is_err());
    }

    fn count(value: &Value) -> (usize, usize) {
        let parts: Vec<&Value> = value.items().iter().chain(value.entries().iter().map(|(_, value)| value)).collect();
        let counts = parts.into_iter().map(count);
        counts.fold((1, 1), |(nodes, depth), (n, d)| (nodes + n, depth.max(d + 1)))
    }

    proptest! {
        /// Random objects that refer to each other: what passes the measure is read within the limits.
        #[test]
        fn what_passes_the_measure_stays_within_the_limits(
            objects in prop::collection::vec(
                (prop::sample::select(vec![0x09_u8, 0x10, 0x51, 0x61, 0x80, 0xA2, 0xAA, 0xD1, 0xD2]),
                 prop::collection::vec(0..12_u8, 20)),
                1..12,
            ),
        ) {
            let objects: Vec<Vec<u8>> = objects
                .into_iter()
                .map(|(token, rest)| [vec![token], rest].concat())
                .collect();
            let bytes = file(&objects.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let limits = Limits { nodes: 500, depth: 8, ..Limits::default() };
            match parse(&bytes, &limits) {
                Ok(root) => {
                    let (nodes, depth) = count(&root);
                    prop_assert!(nodes <= 500 && depth <= 9, "{nodes} nodes, depth {depth}");
                }
                Err(problem) => prop_assert!(matches!(problem.kind, ProblemKind::Syntax | ProblemKind::Limit)),
            }
        }

        #[test]
        fn any_bytes_are_measured_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut whole = MAGIC.to_vec();
            whole.extend(bytes);
            let _ = measure(&whole, &Limits::default());
        }
    }
}
