//! What the terminal is and wants; the only place that asks.

use std::io::{self, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};
use maillint_report::Style;

use crate::args::Color;

/// Lines longer than this are hard to read.
const WIDEST: usize = 100;

/// Bytes of a report that are handed to the system at a time: an eighth of the calls that std's own size takes.
pub(crate) const BUFFER: usize = 64 << 10;

/// Standard output, buffered, and how to write on it.
pub(crate) fn stdout(color: Color) -> (Box<dyn Write>, Style) {
    let stdout = io::stdout();
    let is_terminal = stdout.is_terminal();
    let choice = choice(color, AutoStream::choice(&stdout));
    let style = Style {
        color: choice != ColorChoice::Never,
        width: if is_terminal { width() } else { Style::PLAIN.width },
        links: is_terminal && choice != ColorChoice::Never,
    };
    // On an old Windows console, the stream turns colour codes into calls. Where there are none, it would look for them
    // all the same, and take longer than the report.
    let stream: Box<dyn Write> =
        if style.color { Box::new(AutoStream::new(stdout, choice)) } else { Box::new(stdout.lock()) };
    (Box::new(io::BufWriter::with_capacity(BUFFER, stream)), style)
}

/// Standard error, and how to write on it.
pub(crate) fn stderr(color: Color) -> (Box<dyn Write>, Style) {
    let stderr = io::stderr();
    let choice = choice(color, AutoStream::choice(&stderr));
    let style = Style { color: choice != ColorChoice::Never, width: Style::PLAIN.width, links: false };
    (Box::new(AutoStream::new(stderr, choice)), style)
}

/// The operator's word, else `NO_COLOR`, `CLICOLOR_FORCE`, `TERM`, and whether it is a terminal.
fn choice(color: Color, automatic: ColorChoice) -> ColorChoice {
    match color {
        Color::Auto => automatic,
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    }
}

/// Columns of the terminal, and no more than a person reads with ease.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(Style::PLAIN.width, |(width, _)| usize::from(width.0).min(WIDEST))
}
