use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use maillint_scan::Progress;

/// A run that takes longer than this says how far it is.
const PATIENCE: Duration = Duration::from_millis(500);
/// Between two lines.
const PAUSE: Duration = Duration::from_millis(100);

/// The line on standard error that tells how far a run is; on a terminal only.
pub(crate) struct Line {
    state: Option<Mutex<State>>,
}

struct State {
    due: Instant,
    shown: bool,
}

impl Line {
    pub(crate) fn new(wanted: bool) -> Self {
        let state = State { due: Instant::now() + PATIENCE, shown: false };
        Self { state: (wanted && io::stderr().is_terminal()).then(|| Mutex::new(state)) }
    }

    /// Called from any thread.
    pub(crate) fn show(&self, progress: Progress) {
        // A thread that finds another one writing has nothing to add.
        let Some(Ok(mut state)) = self.state.as_ref().map(Mutex::try_lock) else { return };
        let now = Instant::now();
        if now >= state.due {
            state.due = now + PAUSE;
            state.shown = true;
            let _ = write!(io::stderr(), "\r\x1B[Klooking: {} folders, {} files", progress.folders, progress.names);
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.state.as_ref().and_then(|state| state.lock().ok()).is_some_and(|state| state.shown) {
            let _ = write!(io::stderr(), "\r\x1B[K");
        }
    }
}
