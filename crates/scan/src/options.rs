use std::path::Path;

use maillint_clients::CLIENTS;
use maillint_model::ClientFormat;
use maillint_source::Limits;

/// How a run looks for files. Set by the operator, never by what is found.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// How much of anything is read.
    pub limits: &'a Limits,
    /// The formats that are looked for.
    pub formats: &'a [&'static dyn ClientFormat],
    /// Files that are named (not met in a walk) are of this client or format, whatever they look like.
    pub only: Option<&'a str>,
    /// Whether folders that hold no settings are left out.
    pub prune: bool,
    /// Whether each entry of a given folder belongs to a customer of its own. Archives near the top are opened then, and
    /// no file is read as a part of another customer's.
    pub uploads: bool,
    /// Threads for the walk; `None` for a number that fits the machine.
    pub threads: Option<usize>,
    /// Is told now and then how far the run is, from any thread.
    pub progress: Option<&'a (dyn Fn(Progress<'_>) + Sync)>,
}

impl<'a> Options<'a> {
    /// Every format, pruned folders left out.
    pub fn new(limits: &'a Limits) -> Self {
        Self { limits, formats: CLIENTS, only: None, prune: true, uploads: false, threads: None, progress: None }
    }

    /// Threads for the walk. More than most machines have cores: the first scan of a home waits for the disk most of the
    /// time, and the names of sixteen folders can be on their way at once (`PERF.md` §1.3: less than a third of the time
    /// of one thread, where eight take two fifths). Once the names are in memory, they cost next to nothing.
    pub(crate) fn threads(&self) -> usize {
        self.threads.unwrap_or(16)
    }
}

/// How far a run is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress<'a> {
    /// The folder that is being looked at, or the file that is read.
    pub place: &'a Path,
    /// Folders that were entered.
    pub folders: u64,
    /// Names that were looked at.
    pub names: u64,
    /// Accounts that were found so far.
    pub accounts: u64,
}
