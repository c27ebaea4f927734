//! What one archive may cost.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use maillint_source::Limits;

/// Bytes that may come out of any stream, however few went in: short settings compress well.
const FREE: u64 = 1 << 20;

/// Which limit was met.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Breach {
    Bytes,
    Ratio,
    Time,
    Entries,
    Kept,
}

impl Breach {
    /// For people.
    pub(super) fn words(self, limits: &Limits) -> String {
        let rest = "the rest of it was not looked at";
        match self {
            Self::Bytes => format!("it unpacks to more than {} MB; {rest}", limits.archive_bytes >> 20),
            Self::Ratio => format!("it unpacks to more than {} times its length; {rest}", limits.archive_ratio),
            Self::Time => format!("it took longer than {} seconds to unpack; {rest}", limits.seconds),
            Self::Entries => format!("it holds more than {} files; {rest}", limits.archive_entries),
            Self::Kept => format!("it holds too many settings to keep in memory; {rest}"),
        }
    }
}

/// What has been spent on an archive and all that lies in it.
pub(super) struct Budget {
    bytes: Cell<u64>,
    most_bytes: u64,
    ratio: u64,
    limits: Limits,
    breach: Cell<Option<Breach>>,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            bytes: Cell::new(0),
            most_bytes: limits.archive_bytes,
            ratio: limits.archive_ratio,
            limits: limits.from_now(),
            breach: Cell::new(None),
        }
    }

    /// The first limit that was met.
    pub(super) fn breach(&self) -> Option<Breach> {
        self.breach.get()
    }

    pub(super) fn set_breach(&self, breach: Breach) {
        if self.breach.get().is_none() {
            self.breach.set(Some(breach));
        }
    }

    fn spend(&self, bytes: u64) {
        self.bytes.set(self.bytes.get().saturating_add(bytes));
        if self.bytes.get() > self.most_bytes {
            self.set_breach(Breach::Bytes);
        }
        if self.limits.is_late() {
            self.set_breach(Breach::Time);
        }
    }
}

/// Counts what a decompressor takes in.
pub(super) struct Counted<R> {
    inner: R,
    count: Rc<Cell<u64>>,
}

impl<R: Read> Counted<R> {
    pub(super) fn new(inner: R) -> (Self, Rc<Cell<u64>>) {
        let count = Rc::new(Cell::new(0));
        (Self { inner, count: Rc::clone(&count) }, count)
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.count.set(self.count.get().saturating_add(read as u64));
        Ok(read)
    }
}

/// Holds what a decompressor puts out against what it took in, and against the budget.
pub(super) struct Metered<R> {
    inner: R,
    budget: Rc<Budget>,
    packed: Rc<Cell<u64>>,
    out: u64,
}

impl<R: Read> Metered<R> {
    pub(super) fn new(inner: R, budget: &Rc<Budget>, packed: Rc<Cell<u64>>) -> Self {
        Self { inner, budget: Rc::clone(budget), packed, out: 0 }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.budget.breach().is_some() {
            return Err(io::Error::other("over the budget"));
        }
        let read = self.inner.read(buffer)?;
        self.out = self.out.saturating_add(read as u64);
        self.budget.spend(read as u64);
        if self.out > FREE && self.out / self.packed.get().max(1) > self.budget.ratio {
            self.budget.set_breach(Breach::Ratio);
        }
        Ok(read)
    }
}
