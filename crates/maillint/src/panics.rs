//! What is said when the program has a mistake. A reader's mistake is also a note on its file; the run goes on.

use std::io::Write;
use std::panic::Location;

/// Says where the mistake is and nothing else: what the panic says may hold text of a file.
pub(crate) fn set_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let _ = writeln!(std::io::stderr(), "{}", line(panic.location()));
    }));
}

fn line(at: Option<&Location<'_>>) -> String {
    let place = at.map(|at| format!(" at {}:{}:{}", at.file(), at.line(), at.column())).unwrap_or_default();
    format!("maillint: a mistake of maillint{place}; please report it")
}

#[cfg(test)]
mod tests {
    use std::panic::Location;

    use super::line;

    #[test]
    fn the_place_is_told_and_the_message_is_not() {
        let here = Location::caller();
        assert_eq!(
            line(Some(here)),
            format!(
                "maillint: a mistake of maillint at crates/maillint/src/panics.rs:{}:{}; please report it",
                here.line(),
                here.column()
            )
        );
        assert_eq!(line(None), "maillint: a mistake of maillint; please report it");
    }
}
