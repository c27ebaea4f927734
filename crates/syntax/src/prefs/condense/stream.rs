use std::io::Read;
use std::sync::mpsc::sync_channel;
use std::thread;

use maillint_source::Limits;
use memchr::memmem;

use super::{Condensed, Condenser, Keep, Sifted, sift};

/// Bytes that a thread sifts at a time: some tenths of a millisecond, against which to wake a thread is little. In tests
/// less, so that parts end anywhere.
const PART: usize = if cfg!(debug_assertions) { 24 } else { 256 << 10 };

/// Cuts down a file that is read only once. A second thread sifts every other part of it, while this one reads, sifts the
/// next and keeps what was found. An error ends the file like its end does: who made the stream knows which it was.
pub fn condense_stream(stream: &mut dyn Read, limits: &Limits, keep: &Keep) -> Condensed {
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
                condenser.push(&parts.next());
            }
        }
        // The part behind the one that was given away.
        let mut own: Option<(Vec<u8>, Sifted)> = None;
        loop {
            // Given away first, so that the other thread never waits. It ends early only in a panic, which the scope
            // passes on.
            let is_given = !parts.is_end && give.send(parts.next()).is_ok();
            if let Some((part, sifted)) = own.take() {
                let Ok((before, sifted_before)) = back.recv() else { break };
                condenser.push_sifted(&before, &sifted_before);
                condenser.push_sifted(&part, &sifted);
            }
            if !is_given {
                break;
            }
            let part = parts.next();
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
    fn next(&mut self) -> Vec<u8> {
        let mut part = std::mem::take(&mut self.rest);
        part.reserve_exact(PART.saturating_sub(part.len()));
        let missing = PART.saturating_sub(part.len());
        let read = self.stream.take(missing as u64).read_to_end(&mut part);
        self.is_end = !matches!(read, Ok(len) if len == missing);
        if !self.is_end {
            // As Thunderbird writes them. In a text, it is a wrong guess, which costs nothing but time.
            let start = memmem::rfind(&part, b"\nuser_pref(").map_or(part.len(), |at| at + 1);
            self.rest.extend_from_slice(&part[start..]);
            part.truncate(start);
        }
        part
    }
}
