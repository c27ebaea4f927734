//! Passing over the lines of sections that nobody wants: nearly all of an export, at nearly the speed of reading it.

use memchr::{memchr_iter, memrchr2_iter};

use super::sieve::Width;

/// Units that are looked at in one go. Small enough for what is counted in them to fit into the unit itself, which is
/// what lets the compiler count many at a time.
const BLOCK: usize = 240;

/// Looks ahead, in some bytes, for the lines that a [`super::Sieve`] must look at while it keeps nothing.
pub(super) struct Skip<'b> {
    width: Width,
    bytes: &'b [u8],
    /// The next line that names a key; found once, as there may be many other stops before it.
    key: Option<usize>,
}

impl<'b> Skip<'b> {
    /// `bytes` starts with a whole unit.
    pub(super) fn new(width: Width, bytes: &'b [u8]) -> Self {
        Self { width, bytes, key: None }
    }

    /// The end of the lines from `at`, the start of a line, on that mean nothing to a section that is not kept, and how
    /// many they are. It stops before a line that names a key, or may name a dialect: before one that starts with a
    /// bracket, blanks aside, or with a letter of those. The last line is left where its end is not there yet.
    pub(super) fn pass_over(&mut self, at: usize) -> (usize, u32) {
        let key = match self.key {
            Some(key) if key >= at => key,
            _ => *self.key.insert(self.next_key(at)),
        };
        let end = if key < self.bytes.len() { key } else { self.last_line_start(at) };
        match self.width {
            Width::One => self.count::<1>(at, end),
            Width::TwoLe | Width::TwoBe => self.count::<2>(at, end),
        }
    }

    /// The start of the next line that starts with a bracket, blanks aside; the length of all for none.
    fn next_key(&self, at: usize) -> usize {
        let Self { width, bytes, .. } = *self;
        let size = width.size();
        for hit in memchr_iter(b'[', &bytes[at..]) {
            let Some(bracket) = width.start_of_unit(bytes, at + hit) else { continue };
            let mut start = bracket;
            while start > at && matches!(width.latin(bytes, start - size), Some(b' ' | b'\t')) {
                start -= size;
            }
            if start == at || matches!(width.latin(bytes, start - size), Some(b'\n' | b'\r')) {
                return start;
            }
        }
        bytes.len()
    }

    /// The start of the last line. A carriage return at the very end may belong to a line feed that is not there yet.
    fn last_line_start(&self, at: usize) -> usize {
        let Self { width, bytes, .. } = *self;
        let start = memrchr2_iter(b'\n', b'\r', &bytes[at..]).find_map(|hit| {
            let end = width.start_of_unit(bytes, at + hit)?;
            let start = end + width.size();
            (width.latin(bytes, end) == Some(b'\n') || start + width.size() <= bytes.len()).then_some(start)
        });
        start.unwrap_or(at)
    }

    /// The lines between two starts of lines, up to the first that may name a dialect.
    fn count<const SIZE: usize>(&self, start: usize, end: usize) -> (usize, u32) {
        let marks = [b'\n', b'\r', b'W', b'R'].map(|mark| self.width.unit_of(mark));
        let [_, _, w, r] = marks;
        let unit = |at: usize| unit::<SIZE>(&self.bytes[at..at + SIZE]);
        if start == end || unit(start) == w || unit(start) == r {
            return (start, 0);
        }
        let mut lines = 0;
        let mut at = start;
        while at < end {
            let next = end.min(at + BLOCK * SIZE);
            // The unit behind the last one is looked at too; `end` is the start of a line that is there, or of nothing.
            let (ends, dialects) = if let Some(block) = self.bytes.get(at..next + SIZE) {
                count_block::<SIZE>(block, marks)
            } else {
                let mut block = self.bytes[at..next].to_vec();
                block.resize(block.len() + SIZE, 0);
                count_block::<SIZE>(&block, marks)
            };
            if dialects > 0 {
                let is_end = |at: usize| unit(at) == marks[0] || unit(at) == marks[1];
                let starts = (at + SIZE..=next.min(end - SIZE)).step_by(SIZE);
                let stop =
                    starts.clone().find(|start| (unit(*start) == w || unit(*start) == r) && is_end(start - SIZE));
                if let Some(stop) = stop {
                    let (before, _) = count_block::<SIZE>(&self.bytes[at..stop + SIZE], marks);
                    return (stop, lines + u32::from(before));
                }
            }
            lines += u32::from(ends);
            at = next;
        }
        (end, lines)
    }
}

/// A unit as the bytes have it.
fn unit<const SIZE: usize>(bytes: &[u8]) -> u16 {
    if SIZE == 1 { u16::from(bytes[0]) } else { u16::from_le_bytes([bytes[0], bytes[1]]) }
}

/// In all units but the last: line ends, where a carriage return and its line feed are one, and those that a letter of
/// a dialect follows.
#[allow(clippy::needless_bitwise_bool, reason = "a branch would keep the compiler from counting many at a time")]
fn count_block<const SIZE: usize>(block: &[u8], [feed, ret, w, r]: [u16; 4]) -> (u16, u16) {
    let mut units = [0_u16; BLOCK + 1];
    let mut count = 0;
    for (into, bytes) in units.iter_mut().zip(block.chunks_exact(SIZE)) {
        *into = unit::<SIZE>(bytes);
        count += 1;
    }
    let (mut ends, mut dialects) = (0_u16, 0_u16);
    for (&this, &next) in units[..count].iter().zip(&units[1..count]) {
        let is_end = (this == feed) | ((this == ret) & (next != feed));
        // A block is too short for these to overflow, and a check would be a branch too.
        ends = ends.wrapping_add(u16::from(is_end));
        dialects = dialects.wrapping_add(u16::from(is_end & ((next == w) | (next == r))));
    }
    (ends, dialects)
}
