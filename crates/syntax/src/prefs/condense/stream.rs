//! A file that is read only once, sifted by two threads.

use std::io::Read;
use std::sync::mpsc::sync_channel;
use std::thread;

use maillint_source::Limits;
use memchr::memmem;

use super::{Condensed, Condenser, Keep, Sifted, sift};

/// Bytes of a part: some tenths of a millisecond, against which to wake a thread is little, and near the processor still.
pub(super) const PART: usize = 256 << 10;

/// Parts that the other thread sifts for each of this one, which also reads the file and keeps what was found.
const SHARE: usize = 3;

/// Cuts down a file that is read only once, with a second thread that sifts most of it. An error ends the file like its
/// end does: who made the stream knows which it was.
pub fn condense_stream(stream: &mut dyn Read, limits: &Limits, keep: &Keep) -> Condensed {
    in_parts(stream, PART, limits, keep)
}

pub(super) fn in_parts(stream: &mut dyn Read, size: usize, limits: &Limits, keep: &Keep) -> Condensed {
    let mut condenser = Condenser::new(limits, keep);
    let mut parts = Parts { stream, rest: Vec::new(), is_end: false };
    thread::scope(|scope| {
        let (give, given) = sync_channel::<Vec<u8>>(1);
        let (give_back, back) = sync_channel(1);
        let sift_all = move || {
            for part in given {
                let sifted = sift(&part, false, &mut *keep());
                if give_back.send((part, sifted)).is_err() {
                    break;
                }
            }
        };
        if thread::Builder::new().spawn_scoped(scope, sift_all).is_err() {
            // A machine that gives no more threads.
            while !parts.is_end {
                condenser.push(&parts.next(size));
            }
        }
        // The part behind the one that was given away.
        let mut own: Option<(Vec<u8>, Sifted)> = None;
        loop {
            // Before the last one is asked for, so that the other thread works on while this one keeps what it found. It
            // ends early only in a panic, which the scope passes on.
            let is_given = !parts.is_end && !condenser.overflow && give.send(parts.next(SHARE * size)).is_ok();
            if let Some((part, sifted)) = own.take() {
                let Ok((before, sifted_before)) = back.recv() else { break };
                condenser.push_sifted(&before, &sifted_before);
                condenser.push_sifted(&part, &sifted);
            }
            if !is_given {
                break;
            }
            let part = parts.next(size);
            let sifted = sift(&part, false, &mut *keep());
            own = Some((part, sifted));
        }
    });
    condenser.finish()
}

/// A stream in parts that end, if it can be, between two statements.
struct Parts<'s> {
    stream: &'s mut dyn Read,
    /// What was read and belongs to the next part.
    rest: Vec<u8>,
    is_end: bool,
}

impl Parts<'_> {
    /// The next part; empty behind the end.
    fn next(&mut self, size: usize) -> Vec<u8> {
        let mut part = std::mem::take(&mut self.rest);
        if self.is_end {
            return part;
        }
        let missing = size.saturating_sub(part.len());
        part.reserve_exact(missing);
        let read = self.stream.take(missing as u64).read_to_end(&mut part);
        self.is_end = !matches!(read, Ok(len) if len == missing);
        if !self.is_end {
            // As Thunderbird writes them. Inside a text or a comment it is a wrong guess, which costs nothing but time.
            let start = memmem::rfind(&part, b"\nuser_pref(").map_or(part.len(), |at| at + 1);
            self.rest.extend_from_slice(&part[start..]);
            part.truncate(start);
        }
        part
    }
}
