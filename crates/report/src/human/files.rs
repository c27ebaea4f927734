use std::fmt::Write as _;
use std::io::{self, Write};

use super::{Face, Human, Painter, Style};
use crate::text::{Printable, words};
use crate::{Run, Summary};

/// What became of each file, one a line, with what is to be said about it: the answer to "why was it not read?".
///
/// # Errors
/// Those of `out`.
pub fn write_files(run: &Run, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let human = Human { run, paint: Painter::new(style), width: style.width() };
    for file in &run.files {
        let client = file.client.unwrap_or("-");
        writeln!(out, "{:<8} {client:<13} {}", file.outcome.as_str(), Printable::new(&file.path))?;
        for note in &file.notes {
            human.paragraph(out, "         ", &note.message, Face::Faint)?;
        }
    }
    let mut line = words::files_part(run, &Summary::of(run));
    if run.unrecognised_files > 0 {
        let files = words::count(usize::try_from(run.unrecognised_files).unwrap_or(usize::MAX), "other file");
        let _ = write!(line, ", {files} looked into");
    }
    if run.pruned_folders > 0 {
        let folders = words::count(usize::try_from(run.pruned_folders).unwrap_or(usize::MAX), "folder");
        let _ = write!(line, ", {folders} without settings not entered");
    }
    human.paragraph(out, "", &line, Face::Strong)
}
