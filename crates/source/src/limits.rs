use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How much of anything is read, before anything is parsed. A breach is a visible note and an incomplete run, never a
/// silent "clean". The values follow `ANCHORS.md` §4.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file that are held in memory.
    pub file_bytes: u64,
    /// Bytes of one physical line.
    pub line_bytes: usize,
    /// Nodes of one syntax tree: settings, keys, elements.
    pub nodes: usize,
    /// Depth of nesting.
    pub depth: usize,
    /// Bytes of one decoded value.
    pub string_bytes: usize,
    /// Bytes of a text that many accounts of a file share, as each has a copy of its own: a name, an address, a server.
    pub shared_bytes: usize,
    /// Accounts taken from one file.
    pub accounts: usize,
    /// Notes told of one file; the rest are counted.
    pub notes: usize,
    /// Notes of one kind told of one file; the rest are counted.
    pub notes_of_a_kind: usize,
    /// Findings printed for one account; the rest are counted.
    pub findings: usize,
    /// Entries of one archive.
    pub archive_entries: usize,
    /// Archives in archives.
    pub archive_depth: usize,
    /// Unpacked bytes for each packed byte of an archive.
    pub archive_ratio: u64,
    /// Unpacked bytes of one archive, in all.
    pub archive_bytes: u64,
    /// Bytes of a file that is too long to be held and is read as a stream.
    pub stream_bytes: u64,
    /// Seconds for one file; for the unpacking of one archive, and for the reading of what is in it.
    pub seconds: u64,
    /// When the seconds of the file that is being read are over. Set by [`Limits::from_now`]; without it, nobody looks
    /// at a clock.
    pub end: Option<Instant>,
    /// Whether a limit of syntax was met in the file that is being read.
    pub met: Met,
    /// Folders below the given one.
    pub walk_depth: usize,
    /// Names looked at in one run.
    pub walk_entries: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 16 << 20,
            line_bytes: 1 << 20,
            nodes: 200_000,
            depth: 64,
            string_bytes: 1 << 20,
            shared_bytes: 1 << 10,
            accounts: 1_000,
            notes: 1_000,
            notes_of_a_kind: 20,
            findings: 1_000,
            archive_entries: 10_000,
            archive_depth: 2,
            archive_ratio: 100,
            archive_bytes: 256 << 20,
            stream_bytes: 4 << 30,
            seconds: 30,
            end: None,
            met: Met::default(),
            walk_depth: 64,
            walk_entries: 20_000_000,
        }
    }
}

impl Limits {
    /// The same for one file, of which the reading begins now.
    #[must_use]
    pub fn from_now(&self) -> Self {
        let end = Instant::now().checked_add(Duration::from_secs(self.seconds));
        Self { end, met: Met::default(), ..self.clone() }
    }

    /// Whether the time of the file is over. Asked wherever a file decides how often something is done.
    pub fn is_late(&self) -> bool {
        self.end.is_some_and(|end| Instant::now() >= end)
    }

    /// Identities taken from one file. Some accounts have many, most have one; all of a file may list the same ones.
    pub fn identities(&self) -> usize {
        self.accounts.saturating_mul(4)
    }

    /// That the time of the file is over, in words, if it is.
    pub fn late(&self) -> Option<String> {
        self.is_late().then(|| format!("it takes longer than {} seconds to read", self.seconds))
    }

    /// Why a file is not read on after so many nodes of it: `many`, in the words of its syntax, or for the time.
    pub fn over(&self, nodes: usize, many: &str) -> Option<String> {
        if nodes > self.nodes {
            self.met.set();
            return Some(many.to_owned());
        }
        self.late()
    }

    /// Remembers that a limit was met which is none of these, for whoever has the file read.
    pub fn breach(&self) {
        self.met.set();
    }

    /// Whether what opens at `depth` is not followed any more.
    pub fn is_too_deep(&self, depth: usize) -> bool {
        let is_deep = depth >= self.depth;
        if is_deep {
            self.met.set();
        }
        is_deep
    }
}

/// That the rest of a file is not read, for a reason that is given as a sentence.
pub fn left_out(why: &str) -> String {
    format!("{why}; the rest was left out")
}

/// That a limit was met while a file was read, for whoever had it read: where a limit leaves too little to say whose
/// file it is, no reader says so.
#[derive(Clone, Debug, Default)]
pub struct Met(Arc<AtomicBool>);

impl Met {
    fn set(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was.
    pub fn get(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// It says nothing about how much may be read.
impl PartialEq for Met {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Met {}

#[cfg(test)]
mod tests {
    use super::{Limits, left_out};

    #[test]
    fn a_file_has_its_seconds_from_the_moment_its_reading_begins() {
        let limits = Limits { nodes: 10, seconds: 0, ..Limits::default() };
        assert_eq!(limits.over(10, "there are too many lines"), None, "nobody has begun");
        let over = |nodes| left_out(&limits.from_now().over(nodes, "there are too many lines").unwrap());
        assert_eq!(over(10), "it takes longer than 0 seconds to read; the rest was left out");
        assert_eq!(over(11), "there are too many lines; the rest was left out");
        let limits = Limits { seconds: u64::MAX, ..limits };
        assert_eq!(limits.from_now().over(10, "there are too many lines"), None);
    }
}
