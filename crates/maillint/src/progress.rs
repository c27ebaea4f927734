use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use maillint_report::printable;
use maillint_scan::Progress;

use crate::terminal;

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
    pub(crate) fn show(&self, progress: &Progress<'_>) {
        // A thread that finds another one writing has nothing to add.
        let Some(Ok(mut state)) = self.state.as_ref().map(Mutex::try_lock) else { return };
        let now = Instant::now();
        if now >= state.due {
            state.due = now + PAUSE;
            state.shown = true;
            let _ = write!(io::stderr(), "\r\x1B[K{}", words(progress, terminal::width()));
        }
    }

    /// Takes the line away.
    pub(crate) fn clear(&self) {
        if self.state.as_ref().and_then(|state| state.lock().ok()).is_some_and(|state| state.shown) {
            let _ = write!(io::stderr(), "\r\x1B[K");
        }
    }
}

/// How far it is, in one line that is narrower than `width`; of a long path, the end is told.
fn words(progress: &Progress<'_>, width: usize) -> String {
    let Progress { place, names, accounts, .. } = progress;
    let (files, of) = (if *names == 1 { "file" } else { "files" }, if *accounts == 1 { "account" } else { "accounts" });
    let lead = format!("looking: {names} {files}, {accounts} {of} · ");
    // What is not ASCII may be two columns wide.
    let columns = |c: char| if c.is_ascii() { 1 } else { 2 };
    let room = width.saturating_sub(lead.chars().count() + 1);
    let place = printable(&place.to_string_lossy());
    if place.chars().map(columns).sum::<usize>() <= room {
        return lead + &place;
    }
    let mut left = room.saturating_sub(columns('…'));
    let fits = |(_, c): &(usize, char)| left.checked_sub(columns(*c)).map(|rest| left = rest).is_some();
    let start = place.char_indices().rev().take_while(fits).last().map_or(place.len(), |(at, _)| at);
    format!("{lead}…{}", place.get(start..).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use maillint_scan::Progress;

    use super::words;

    fn at(place: &str, width: usize) -> String {
        words(&Progress { place: Path::new(place), folders: 64, names: 5120, accounts: 1 }, width)
    }

    #[test]
    fn the_place_and_the_numbers_are_told_in_one_line() {
        assert_eq!(at("/home/anna/.config", 80), "looking: 5120 files, 1 account · /home/anna/.config");
        assert_eq!(at("/home/anna/.config/a/b/c", 50), "looking: 5120 files, 1 account · …/.config/a/b/c");
        assert_eq!(at("/home/anna/Büro", 48), "looking: 5120 files, 1 account · …e/anna/Büro");
        assert_eq!(at("/home/anna", 10), "looking: 5120 files, 1 account · …");
    }

    #[test]
    fn a_folder_does_not_speak_to_the_terminal() {
        assert!(!at("/home/\x1B[31m\r\n\u{202E}", 80).contains(|c: char| c.is_control() || c == '\u{202E}'));
    }
}
