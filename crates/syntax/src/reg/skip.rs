//! Passing over the lines of sections that nobody wants: nearly all of an export, at nearly the speed of reading it.

use memchr::{memchr_iter, memrchr2_iter};
use wide::{u8x16, u16x16};

use super::sieve::Width;

/// Units that are looked at in one go, a bit for each.
const BLOCK: usize = 64;

/// Looks ahead, in some bytes, for the lines that a [`super::Sieve`] must look at while it keeps nothing.
pub(super) struct Skip<'b> {
    width: Width,
    bytes: &'b [u8],
    /// The next line that names a key; found once, as there may be many other stops before it.
    key: Option<usize>,
    /// The start of the last line, found once too.
    last: Option<usize>,
}

impl<'b> Skip<'b> {
    /// `bytes` starts with a whole unit.
    pub(super) fn new(width: Width, bytes: &'b [u8]) -> Self {
        Self { width, bytes, key: None, last: None }
    }

    /// The end of the lines from `at`, the start of a line, on that mean nothing to a section that is not kept, and how
    /// many they are. It stops before a line that names a key, or may name a dialect: before one that starts with a
    /// bracket, blanks aside, or with a letter of those. The last line is left where its end is not there yet.
    pub(super) fn pass_over(&mut self, at: usize) -> (usize, u32) {
        let key = match self.key {
            Some(key) if key >= at => key,
            _ => *self.key.insert(self.next_key(at)),
        };
        let end = if key < self.bytes.len() {
            key
        } else {
            let last = self.last.unwrap_or_else(|| self.last_line_start(at));
            at.max(*self.last.insert(last))
        };
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
        let marks = Marks::of(self.width);
        let is_letter = |at: usize| matches!(self.width.latin(self.bytes, at), Some(b'W' | b'R'));
        if start == end || is_letter(start) {
            return (start, 0);
        }
        let mut lines = 0;
        let mut at = start;
        while at < end {
            let block = &self.bytes[at..self.bytes.len().min(at + (BLOCK + 1) * SIZE)];
            let len = BLOCK.min((end - at) / SIZE);
            let Seen { ends, stops } = if block.len() == (BLOCK + 1) * SIZE {
                marks.see::<SIZE>(block)
            } else {
                let mut padded = [0; (BLOCK + 1) * 2];
                padded[..block.len()].copy_from_slice(block);
                marks.see::<SIZE>(&padded)
            };
            let inside = u64::MAX >> (BLOCK - len);
            let stops = stops & inside;
            if stops != 0 {
                let through_first = stops ^ (stops - 1);
                let stop = at + (stops.trailing_zeros() as usize + 1) * SIZE;
                return (stop, lines + (ends & through_first).count_ones());
            }
            lines += (ends & inside).count_ones();
            at += len * SIZE;
        }
        (end, lines)
    }
}

/// Units as they lie in memory.
struct Marks {
    feed: u16,
    ret: u16,
    letters: [u16; 2],
}

/// A bit for each unit of a block, the first the lowest.
struct Seen {
    /// Line ends, where a carriage return and its line feed are one.
    ends: u64,
    /// Line ends that a letter of a dialect follows.
    stops: u64,
}

impl Marks {
    fn of(width: Width) -> Self {
        let unit = |latin: u8| u16::from_ne_bytes(width.unit_of(latin).to_le_bytes());
        Self { feed: unit(b'\n'), ret: unit(b'\r'), letters: [unit(b'W'), unit(b'R')] }
    }

    /// Looks at a block, and at one unit more, for what follows the last.
    #[inline]
    fn see<const SIZE: usize>(&self, block: &[u8]) -> Seen {
        let mut feeds = 0_u64;
        let mut returns = 0_u64;
        let mut letters = 0_u64;
        for (index, sixteen) in block.chunks_exact(16 * SIZE).take(BLOCK / 16).enumerate() {
            let [feed, ret, letter] = self.see_sixteen::<SIZE>(sixteen);
            feeds |= u64::from(feed) << (16 * index);
            returns |= u64::from(ret) << (16 * index);
            letters |= u64::from(letter) << (16 * index);
        }
        let behind = unit::<SIZE>(&block[BLOCK * SIZE..]);
        let next = |bits: u64, is: bool| bits >> 1 | u64::from(is) << 63;
        let ends = feeds | returns & !next(feeds, behind == self.feed);
        Seen { ends, stops: ends & next(letters, self.letters.contains(&behind)) }
    }

    #[inline]
    fn see_sixteen<const SIZE: usize>(&self, bytes: &[u8]) -> [u32; 3] {
        let [w, r] = self.letters;
        if SIZE == 1 {
            let Ok(bytes) = bytes.try_into() else { return [0; 3] };
            let units = u8x16::new(bytes);
            let is = |mark: u16| units.simd_eq(u8x16::splat(mark.to_ne_bytes()[0]));
            [is(self.feed), is(self.ret), is(w) | is(r)].map(u8x16::to_bitmask)
        } else {
            let Ok(bytes) = <[u8; 32]>::try_from(bytes) else { return [0; 3] };
            let units: u16x16 = bytemuck::cast(bytes);
            let is = |mark: u16| units.simd_eq(u16x16::splat(mark));
            [is(self.feed), is(self.ret), is(w) | is(r)].map(u16x16::to_bitmask)
        }
    }
}

/// A unit as it lies in memory.
fn unit<const SIZE: usize>(bytes: &[u8]) -> u16 {
    u16::from_ne_bytes([bytes[0], if SIZE == 1 { 0 } else { bytes[1] }])
}
