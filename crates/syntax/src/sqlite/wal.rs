//! A database and its write-ahead log, made one.
//!
//! SQLite itself merges the two only on disk, and may write to them. This merges the committed frames of the log by the
//! rules of the file format (<https://www.sqlite.org/fileformat2.html#the_write_ahead_log>), and marks the image as one
//! without a log, so that it can be opened from memory.

use std::collections::BTreeMap;

use maillint_source::{Limits, Span};

use super::MAGIC;
use crate::Problem;

const WAL_HEADER_BYTES: usize = 32;
const FRAME_HEADER_BYTES: usize = 24;

/// A database as one image.
#[derive(Debug)]
pub struct Image {
    /// The bytes of the database, all committed changes in it.
    pub bytes: Vec<u8>,
    /// Whether it was written with a log beside it. Without that log, the newest changes may be missing.
    pub in_wal_mode: bool,
}

/// Merges a database and its log, if there is one.
///
/// # Errors
/// What is no database, or would become larger than the limits allow. A log that is damaged or belongs to another
/// database counts up to its last valid commit, as for SQLite.
pub fn merge(database: &[u8], wal: Option<&[u8]>, limits: &Limits) -> Result<Image, Problem> {
    let damaged = || Problem::syntax("this is not a whole SQLite database", Span::empty(0));
    let page_bytes = page_bytes(database).ok_or_else(damaged)?;
    let in_wal_mode = database.get(18..20).ok_or_else(damaged)? == [2, 2];
    let mut bytes = database.to_vec();
    if let Some(commit) = wal.and_then(|wal| Commit::last(wal, page_bytes)) {
        let len = commit.pages.checked_mul(page_bytes).ok_or_else(damaged)?;
        if len as u64 > limits.file_bytes.saturating_mul(2) {
            return Err(Problem::limit("the database is too large with its log", Span::empty(0)));
        }
        bytes.resize(len, 0);
        for (page, content) in commit.frames {
            // A page beyond the end was cut off again by the last commit.
            if let Some(place) = page.checked_mul(page_bytes).and_then(|at| bytes.get_mut(at..at + page_bytes)) {
                place.copy_from_slice(content);
            }
        }
    }
    let mode = bytes.get_mut(18..20).ok_or_else(damaged)?;
    // The legacy journal mode: a database in memory can have no log.
    mode.fill(1);
    Ok(Image { bytes, in_wal_mode })
}

/// The page size of a database; `None` if it is none.
fn page_bytes(database: &[u8]) -> Option<usize> {
    let header = database.get(..100)?;
    if !header.starts_with(MAGIC) {
        return None;
    }
    let stated = u16::from_be_bytes([*header.get(16)?, *header.get(17)?]);
    let bytes = if stated == 1 { 65_536 } else { usize::from(stated) };
    (bytes.is_power_of_two() && bytes >= 512).then_some(bytes)
}

/// The state of the last commit in a log.
struct Commit<'a> {
    /// Length of the database, in pages.
    pages: usize,
    /// The newest content of each page, by 0-based number.
    frames: BTreeMap<usize, &'a [u8]>,
}

impl<'a> Commit<'a> {
    fn last(wal: &'a [u8], page_bytes: usize) -> Option<Self> {
        let header = wal.get(..WAL_HEADER_BYTES)?;
        let word = |at: usize| word(header, at, u32::from_be_bytes);
        // The lowest bit of the magic number tells in which byte order the checksums were computed.
        let order = match word(0)? {
            0x377F_0682 => u32::from_le_bytes,
            0x377F_0683 => u32::from_be_bytes,
            _ => return None,
        };
        let mut sum = Checksum { order, state: (0, 0) };
        sum.add(&header[..24]);
        if usize::try_from(word(8)?).ok()? != page_bytes || sum.state != (word(24)?, word(28)?) {
            return None;
        }
        let salts = &header[16..24];
        let mut pending: Vec<(usize, &[u8])> = Vec::new();
        let mut commit: Option<Self> = None;
        for frame in wal.get(WAL_HEADER_BYTES..)?.chunks_exact(FRAME_HEADER_BYTES + page_bytes) {
            let (header, content) = frame.split_at(FRAME_HEADER_BYTES);
            let word = |at: usize| self::word(header, at, u32::from_be_bytes);
            sum.add(&header[..8]);
            sum.add(content);
            if &header[8..16] != salts || sum.state != (word(16)?, word(20)?) {
                break;
            }
            let Some(page) = usize::try_from(word(0)?).ok()?.checked_sub(1) else { break };
            pending.push((page, content));
            let pages = usize::try_from(word(4)?).ok()?;
            if pages > 0 {
                let commit = commit.get_or_insert_with(|| Self { pages, frames: BTreeMap::new() });
                commit.pages = pages;
                commit.frames.extend(pending.drain(..));
            }
        }
        commit
    }
}

fn word(bytes: &[u8], at: usize, order: fn([u8; 4]) -> u32) -> Option<u32> {
    Some(order(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The running checksum of a log.
struct Checksum {
    order: fn([u8; 4]) -> u32,
    state: (u32, u32),
}

impl Checksum {
    /// Adds bytes, in pairs of words; a log has no odd ones.
    fn add(&mut self, bytes: &[u8]) {
        let (mut s0, mut s1) = self.state;
        for pair in bytes.chunks_exact(8) {
            let (Some(first), Some(second)) = (word(pair, 0, self.order), word(pair, 4, self.order)) else { return };
            s0 = s0.wrapping_add(first).wrapping_add(s1);
            s1 = s1.wrapping_add(second).wrapping_add(s0);
        }
        self.state = (s0, s1);
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;

    use super::super::MAGIC;
    use super::{Checksum, merge};

    const PAGE: usize = 512;

    /// A database of one page that says nothing but `mark`.
    fn database(mark: u8) -> Vec<u8> {
        let mut bytes = vec![mark; PAGE];
        bytes[..16].copy_from_slice(MAGIC);
        bytes[16..20].copy_from_slice(&[2, 0, 2, 2]);
        bytes
    }

    /// A log of these frames: page number, length of the database at a commit, mark.
    fn log(frames: &[(u32, u32, u8)]) -> Vec<u8> {
        let mut sum = Checksum { order: u32::from_be_bytes, state: (0, 0) };
        let mut wal = Vec::new();
        for word in [0x377F_0683, 3_007_000, 512, 0, 0xAAAA, 0xBBBB] {
            wal.extend(u32::to_be_bytes(word));
        }
        sum.add(&wal);
        wal.extend([sum.state.0, sum.state.1].into_iter().flat_map(u32::to_be_bytes));
        for (page, commit, mark) in frames {
            let head: Vec<u8> = [*page, *commit].into_iter().flat_map(u32::to_be_bytes).collect();
            let content = if *page == 1 { database(*mark) } else { vec![*mark; PAGE] };
            sum.add(&head);
            sum.add(&content);
            wal.extend(head);
            wal.extend([0xAAAA, 0xBBBB, sum.state.0, sum.state.1].into_iter().flat_map(u32::to_be_bytes));
            wal.extend(content);
        }
        wal
    }

    /// The last byte of each page after merging.
    fn marks(wal: Option<&[u8]>) -> Vec<u8> {
        let image = merge(&database(0), wal, &Limits::default()).unwrap();
        assert!(image.in_wal_mode);
        assert_eq!(image.bytes[18..20], [1, 1]);
        image.bytes.chunks(PAGE).map(|page| page[PAGE - 1]).collect()
    }

    #[test]
    fn committed_frames_count_and_the_newest_wins() {
        assert_eq!(marks(None), [0]);
        assert_eq!(marks(Some(&log(&[(2, 2, 7)]))), [0, 7]);
        assert_eq!(marks(Some(&log(&[(2, 0, 7), (1, 0, 8), (2, 2, 9)]))), [8, 9]);
    }

    #[test]
    fn what_was_never_committed_does_not_count() {
        assert_eq!(marks(Some(&log(&[(2, 2, 7), (1, 0, 9), (2, 0, 9)]))), [0, 7]);
        assert_eq!(marks(Some(&log(&[(1, 0, 9)]))), [0]);
    }

    #[test]
    fn a_later_commit_can_shorten_the_database() {
        assert_eq!(marks(Some(&log(&[(3, 3, 7), (1, 1, 8)]))), [8]);
    }

    #[test]
    fn a_damaged_frame_ends_the_log() {
        let mut wal = log(&[(1, 1, 7), (1, 1, 8), (1, 1, 9)]);
        let second = 32 + 24 + PAGE;
        wal[second + 100] ^= 1;
        assert_eq!(marks(Some(&wal)), [7]);
        // Cut in the middle of a frame, frames of an older log behind, another log altogether.
        assert_eq!(marks(Some(&log(&[(1, 1, 7), (1, 1, 8)])[..second + 50])), [7]);
        let mut older = log(&[(1, 1, 7), (1, 1, 8)]);
        older[second + 8] ^= 1;
        assert_eq!(marks(Some(&older)), [7]);
        assert_eq!(marks(Some(b"not a log")), [0]);
        assert_eq!(marks(Some(&[])), [0]);
    }

    #[test]
    fn a_log_cannot_make_the_database_huge() {
        let wal = log(&[(1, u32::MAX, 7)]);
        let problem = merge(&database(0), Some(&wal), &Limits::default()).unwrap_err();
        assert_eq!(problem.message, "the database is too large with its log");
    }

    #[test]
    fn what_is_no_database_is_refused() {
        for bytes in [&b""[..], b"SQLite format 3\0", &[0; 200]] {
            assert!(merge(bytes, None, &Limits::default()).is_err());
        }
    }

    proptest! {
        #[test]
        fn any_log_is_taken_without_a_panic(noise in prop::collection::vec((0..2000_usize, any::<u8>()), 0..4)) {
            let mut wal = log(&[(1, 1, 7), (2, 2, 8)]);
            for (at, byte) in noise {
                let at = at % wal.len();
                wal[at] = byte;
            }
            let image = merge(&database(0), Some(&wal), &Limits::default()).unwrap();
            prop_assert!(image.bytes.len() <= 2 * PAGE);
        }
    }
}
