//! The walk: every name below some folders, by as many threads as help.
//!
//! walkdir walks; this hands folders over between threads. A walk is nearly all kernel time (`PERF.md` §1.4), so nothing
//! is asked of the system that the listing of a folder does not tell by itself, and nothing is sorted here.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, Scope};

use maillint_clients::Uses;
use walkdir::WalkDir;

use crate::bundle::{Listing, listing};
use crate::options::{Options, Progress};
use crate::prune;

/// Folders that the calling thread takes by itself before it starts others: a small tree never pays for a thread.
const ALONE: u64 = 64;

/// Folders this far below a given one are each a task of their own: a home falls into some hundred pieces that way, and
/// threads seldom wait for each other.
const CUT: usize = 2;

/// Names below a folder from which on it is worth a task of its own: walkdir looks at a folder twice that is handed over,
/// and among ten thousand uploads of one file each that is a third of the walk.
const WORTH_A_TASK: u64 = 16;

/// Tasks that wait at a time: some for each thread. What is more is walked by whoever met it, which saves walkdir the
/// second look at a folder.
const MOST_WAITING: usize = 64;

/// Folders that a thread enters before it hands another over to one that has nothing to do: each time, walkdir opens
/// the folder once for nothing.
const BETWEEN_GIFTS: u64 = 16;

/// Folders that one walk holds open at a time: sixteen threads must not run out of file descriptors.
const OPEN: usize = 32;

/// Folders, or files that were named, between two words of how far the run is.
const BETWEEN_WORDS: u64 = 64;

/// Stack of a thread. Readers bound their depth; the rest is for mistakes.
const STACK: usize = 8 << 20;

/// Something to look at.
pub(crate) struct Task {
    /// Which of the given paths it belongs to.
    pub(crate) root: usize,
    /// The file or folder.
    pub(crate) path: PathBuf,
    /// Folders between it and the root.
    pub(crate) depth: usize,
    /// Whether the operator named this file; else it is a folder.
    pub(crate) named: bool,
}

/// What a walk met.
pub(crate) enum Met<'a> {
    /// A file that the operator named.
    Named,
    /// A regular file in a folder that is worth opening, with what is known of the folder.
    File(&'a Listing),
    /// A folder that could not be listed.
    Unreadable(std::io::Error),
    /// A folder too far down.
    TooDeep,
}

/// Files of one folder that are kept until the folder is known.
const MOST_KEPT: usize = 64;

/// A folder on the way down, as far as it is known. What lies in it is told when the walk leaves it: by then it is known
/// what else is there, and nobody need list it a second time.
#[derive(Default)]
struct Folder {
    candidates: Vec<PathBuf>,
    companions: Vec<String>,
    /// Not all of them are kept, or it could not be listed to its end: each is told when it is met.
    is_incomplete: bool,
}

/// Where something was met.
pub(crate) struct Place<'a> {
    /// Which of the given paths it belongs to.
    pub(crate) root: usize,
    /// The file or folder.
    pub(crate) path: &'a Path,
    /// 1 for what lies directly in a root.
    pub(crate) depth: usize,
}

/// What a walk counts.
#[derive(Default)]
pub(crate) struct Counters {
    folders: AtomicU64,
    names: AtomicU64,
    pruned: AtomicU64,
    accounts: AtomicU64,
    over: AtomicBool,
}

impl Counters {
    /// Adds to the accounts that were found.
    pub(crate) fn add_accounts(&self, found: usize) {
        self.accounts.fetch_add(found as u64, Ordering::Relaxed);
    }

    /// Folders that were left out because they hold no settings.
    pub(crate) fn pruned(&self) -> u64 {
        self.pruned.load(Ordering::Relaxed)
    }

    /// Whether the walk ended early, at [`maillint_source::Limits::walk_entries`].
    pub(crate) fn is_over_limit(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }
}

/// Looks at every task and at all that lies below it. `uses` tells by the name and the depth of a file what it is good
/// for. Each thread has a `State` of its own, and `visit` sees what the thread meets, in no particular order; `finish`
/// is what each does with its state when nothing is left to walk.
pub(crate) fn walk<State: Default + Send>(
    tasks: Vec<Task>,
    options: &Options<'_>,
    counters: &Counters,
    uses: impl Fn(&[u8], usize) -> Uses + Sync,
    visit: impl Fn(&mut State, &Place<'_>, Met<'_>) + Sync,
    finish: impl Fn(&mut State) + Sync,
) -> Vec<State> {
    let mut shared = Shared { tasks, workers: 1, idle: 0, done: false };
    // Last in, first out: the first root first.
    shared.tasks.reverse();
    let pool = Pool {
        shared: Mutex::new(shared),
        wake: Condvar::new(),
        hungry: AtomicBool::new(false),
        full: AtomicBool::new(false),
        names_of_task: AtomicU64::new(WORTH_A_TASK),
        counters,
        options,
        uses,
        visit,
    };
    let mut states = Vec::new();
    std::thread::scope(|scope| {
        let mut helpers = Vec::new();
        let mut first = State::default();
        pool.work(&mut first, || {
            helpers = pool.start_helpers(scope, &finish);
        });
        finish(&mut first);
        states.push(first);
        for helper in helpers {
            match helper.join() {
                Ok(state) => states.push(state),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    states
}

struct Shared {
    tasks: Vec<Task>,
    workers: usize,
    idle: usize,
    done: bool,
}

struct Pool<'a, Know, Visit> {
    shared: Mutex<Shared>,
    wake: Condvar,
    /// Whether a thread waits for a task that nobody has put there yet.
    hungry: AtomicBool,
    /// Whether [`MOST_WAITING`] tasks wait.
    full: AtomicBool,
    /// Names that the last tasks had below them, on average.
    names_of_task: AtomicU64,
    counters: &'a Counters,
    options: &'a Options<'a>,
    uses: Know,
    visit: Visit,
}

impl<Know: Fn(&[u8], usize) -> Uses, Visit> Pool<'_, Know, Visit> {
    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn update(&self, shared: &Shared) {
        self.hungry.store(shared.idle > shared.tasks.len(), Ordering::Relaxed);
        self.full.store(shared.tasks.len() >= MOST_WAITING, Ordering::Relaxed);
    }

    /// A task, or none when all threads have run out of them.
    fn take(&self) -> Option<Task> {
        let mut shared = self.lock();
        loop {
            if let Some(task) = shared.tasks.pop() {
                self.update(&shared);
                return Some(task);
            }
            if shared.done || shared.idle + 1 == shared.workers {
                shared.done = true;
                self.wake.notify_all();
                return None;
            }
            shared.idle += 1;
            self.update(&shared);
            shared = self.wake.wait(shared).unwrap_or_else(PoisonError::into_inner);
            shared.idle -= 1;
        }
    }

    fn give(&self, task: Task) {
        let mut shared = self.lock();
        shared.tasks.push(task);
        self.update(&shared);
        drop(shared);
        self.wake.notify_one();
    }

    fn start_helpers<'scope, 'env, State: Default + Send + 'scope>(
        &'env self,
        scope: &'scope Scope<'scope, 'env>,
        finish: &'env (impl Fn(&mut State) + Sync),
    ) -> Vec<std::thread::ScopedJoinHandle<'scope, State>>
    where
        Know: Sync,
        Visit: Fn(&mut State, &Place<'_>, Met<'_>) + Sync,
    {
        let count = self.options.threads().saturating_sub(1);
        self.lock().workers += count;
        let run = || {
            let mut state = State::default();
            self.work(&mut state, || ());
            finish(&mut state);
            state
        };
        let helpers: Vec<_> =
            (0..count).filter_map(|_| Builder::new().stack_size(STACK).spawn_scoped(scope, run).ok()).collect();
        // A machine that gives no more threads is walked with those it gave.
        self.lock().workers -= count - helpers.len();
        helpers
    }

    /// Takes tasks until there are none. `start` is called once, when it turns out that there is much to do.
    fn work<State>(&self, state: &mut State, start: impl FnOnce())
    where
        Visit: Fn(&mut State, &Place<'_>, Met<'_>),
    {
        let mut start = Some(start);
        let mut taken = 0;
        while let Some(task) = self.take() {
            if task.named {
                let place = Place { root: task.root, path: &task.path, depth: 0 };
                (self.visit)(state, &place, Met::Named);
                taken += 1;
                let names = self.counters.names.fetch_add(1, Ordering::Relaxed) + 1;
                if names.is_multiple_of(BETWEEN_WORDS) {
                    self.tell(&task.path, self.counters.folders.load(Ordering::Relaxed), names);
                }
            } else {
                self.walk_folder(&task, state, &mut taken, &mut start);
            }
            if taken >= ALONE
                && let Some(start) = start.take()
            {
                start();
            }
        }
    }

    fn walk_folder<State>(&self, task: &Task, state: &mut State, taken: &mut u64, start: &mut Option<impl FnOnce()>)
    where
        Visit: Fn(&mut State, &Place<'_>, Met<'_>),
    {
        let limits = self.options.limits;
        let mut names = 0;
        let mut all_names = 0;
        let mut given_at = *taken;
        // From the task's own folder down to the one that the walk is in.
        let mut open: Vec<Folder> = Vec::new();
        let mut entries = WalkDir::new(&task.path).follow_root_links(false).max_open(OPEN).into_iter();
        while let Some(entry) = entries.next() {
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    mark_incomplete(&mut open);
                    let path = error.path().unwrap_or(&task.path).to_owned();
                    let place = Place { root: task.root, path: &path, depth: task.depth + error.depth() };
                    if let Some(error) = error.into_io_error() {
                        (self.visit)(state, &place, Met::Unreadable(error));
                    }
                    continue;
                }
            };
            names += 1;
            all_names += 1;
            let kind = entry.file_type();
            let depth = task.depth + entry.depth();
            let place = Place { root: task.root, path: entry.path(), depth };
            while open.len() > entry.depth() {
                self.leave(task, &mut open, state);
            }
            if kind.is_file()
                && let Some(folder) = open.last_mut()
            {
                self.file(&place, folder, state);
            }
            if !kind.is_dir() {
                continue;
            }
            if entry.depth() > 0 {
                if self.options.prune && is_pruned(entry.path()) {
                    self.counters.pruned.fetch_add(1, Ordering::Relaxed);
                    entries.skip_current_dir();
                    continue;
                }
                if depth >= limits.walk_depth {
                    (self.visit)(state, &place, Met::TooDeep);
                    entries.skip_current_dir();
                    continue;
                }
                let is_large = depth < CUT || self.names_of_task.load(Ordering::Relaxed) >= WORTH_A_TASK;
                let is_wanted = (depth <= CUT && is_large)
                    || (given_at + BETWEEN_GIFTS <= *taken && self.hungry.load(Ordering::Relaxed));
                if is_wanted && !self.full.load(Ordering::Relaxed) {
                    given_at = *taken;
                    self.give(Task { root: task.root, path: entry.into_path(), depth, named: false });
                    entries.skip_current_dir();
                    continue;
                }
            }
            open.push(Folder::default());
            *taken += 1;
            if *taken >= ALONE
                && let Some(start) = start.take()
            {
                start();
            }
            if self.is_over(entry.path(), &mut names) {
                mark_incomplete(&mut open);
                break;
            }
        }
        while !open.is_empty() {
            self.leave(task, &mut open, state);
        }
        self.is_over(&task.path, &mut names);
        // Threads that do this at the same time lose a word of each other, which does not matter.
        let before = self.names_of_task.load(Ordering::Relaxed);
        self.names_of_task.store((before * 7 + all_names) / 8, Ordering::Relaxed);
    }

    /// Keeps a file until its folder is known, if it is worth anything.
    fn file<State>(&self, place: &Place<'_>, folder: &mut Folder, state: &mut State)
    where
        Visit: Fn(&mut State, &Place<'_>, Met<'_>),
    {
        let name = last_name(place.path);
        let uses = (self.uses)(name, place.depth);
        if uses.is_companion && !folder.is_incomplete {
            folder.companions.extend(std::str::from_utf8(name).ok().map(str::to_owned));
        }
        if uses.is_opened {
            if folder.is_incomplete {
                (self.visit)(state, place, Met::File(&None));
            } else {
                folder.candidates.push(place.path.to_owned());
            }
        }
        if folder.candidates.len().max(folder.companions.len()) > MOST_KEPT {
            folder.is_incomplete = true;
            folder.companions = Vec::new();
            for path in std::mem::take(&mut folder.candidates) {
                (self.visit)(state, &Place { path: &path, ..*place }, Met::File(&None));
            }
        }
    }

    /// Tells what lies in the innermost folder.
    fn leave<State>(&self, task: &Task, open: &mut Vec<Folder>, state: &mut State)
    where
        Visit: Fn(&mut State, &Place<'_>, Met<'_>),
    {
        let Some(Folder { candidates, companions, is_incomplete }) = open.pop() else { return };
        if candidates.is_empty() {
            return;
        }
        let depth = task.depth + open.len() + 1;
        let listing = (!is_incomplete).then(|| listing(companions));
        for path in &candidates {
            (self.visit)(state, &Place { root: task.root, path, depth }, Met::File(&listing));
        }
    }

    fn tell(&self, place: &Path, folders: u64, names: u64) {
        if let Some(progress) = self.options.progress {
            progress(Progress { place, folders, names, accounts: self.counters.accounts.load(Ordering::Relaxed) });
        }
    }

    /// Adds up what was seen since the last folder, and says so.
    fn is_over(&self, folder: &Path, names: &mut u64) -> bool {
        let Counters { folders, names: all, over, .. } = self.counters;
        let folders = folders.fetch_add(1, Ordering::Relaxed) + 1;
        let seen = all.fetch_add(*names, Ordering::Relaxed) + *names;
        *names = 0;
        if folders.is_multiple_of(BETWEEN_WORDS) {
            self.tell(folder, folders, seen);
        }
        let is_over = seen > self.options.limits.walk_entries;
        if is_over {
            over.store(true, Ordering::Relaxed);
        }
        is_over
    }
}

/// What is not listed to its end may hold more.
fn mark_incomplete(open: &mut [Folder]) {
    for folder in open {
        folder.is_incomplete = true;
    }
}

/// The last component, without the cost of [`Path::file_name`], which takes a path apart from its end.
fn last_name(path: &Path) -> &[u8] {
    let bytes = path.as_os_str().as_encoded_bytes();
    let separator = std::path::MAIN_SEPARATOR as u8;
    &bytes[memchr::memrchr(separator, bytes).map_or(0, |at| at + 1)..]
}

fn is_pruned(folder: &Path) -> bool {
    let name = last_name(folder);
    prune::is_pruned(name)
        || (prune::is_of_maildir(name)
            && ["cur", "new", "tmp"].iter().all(|other| folder.with_file_name(other).is_dir()))
}
