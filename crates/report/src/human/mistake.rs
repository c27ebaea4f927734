use std::io::{self, Write};

use maillint_rules::Label;
use maillint_source::Location;

use super::{Face, Painter, Style, frame};
use crate::text::{Printable, wrap};

/// A mistake in a file of the operator's own, with an excerpt: `error: …`, the place, `help: …`.
///
/// # Errors
/// Those of `out`.
pub fn write_mistake(
    message: &str,
    at: Option<&Location>,
    help: Option<&str>,
    style: &Style,
    out: &mut dyn Write,
) -> io::Result<()> {
    let paint = Painter::new(style);
    for (number, line) in wrap(Printable::new(message).as_str(), style.width().saturating_sub(7)).iter().enumerate() {
        let lead = if number == 0 { paint.text(Face::Error, "error:") } else { " ".repeat(6) };
        writeln!(out, "{lead} {line}")?;
    }
    if let Some(at) = at {
        let label = Label { at: at.clone(), text: "here".to_owned() };
        out.write_all(frame::draw(&[label], Face::Error, paint, style.width()).as_bytes())?;
    }
    if let Some(help) = help {
        writeln!(out, "{} {}", paint.text(Face::Help, "help:"), Printable::new(help))?;
    }
    Ok(())
}
