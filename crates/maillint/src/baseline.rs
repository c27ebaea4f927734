//! `baseline`, and the baseline of a scan.

use std::io::Write;
use std::path::Path;

use maillint_report::{Run, printable};
use maillint_rules::Baseline;
use maillint_source::{Decoded, Location, SourceFile, Span};

use crate::args::{BaselineArgs, BaselineCommand, Color};
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{limits, output, own_file, scan, terminal};

/// Reads a baseline file.
pub(crate) fn load(path: &Path) -> Result<Baseline, Failure> {
    let text = own_file::text_of(path).map_err(|error| Failure::File(path.to_owned(), error))?;
    Baseline::parse(&text).map_err(|error| {
        let start = text.split_inclusive('\n').take(error.line.saturating_sub(1)).map(str::len).sum();
        let len = text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        let file = SourceFile::seal(path.to_string_lossy(), Decoded::utf8(text), &[]);
        let at = Location::new(&file, Span::new(start, start + len));
        let help = "`maillint baseline` prints one".to_owned();
        Failure::Mistake { message: format!("in the baseline: {}", error.message), at: Some(at), help: Some(help) }
    })
}

/// Marks what is known. Entries that nothing fits any more are said on standard error: they can go.
pub(crate) fn apply(baseline: &Baseline, run: &mut Run, color: Color) {
    let (mut stderr, _) = terminal::stderr(color);
    for stale in baseline.apply(&mut run.judgement) {
        let line =
            format!("maillint: the baseline has an entry that nothing fits: {} {}", stale.fingerprint, stale.rule);
        let _ = writeln!(stderr, "{}", printable(&line));
    }
}

/// `maillint baseline`.
pub(crate) fn write(args: &BaselineArgs, color: Color) -> Result<Exit, Failure> {
    let args = match &args.command {
        Some(BaselineCommand::Write(args)) => args,
        None => &args.known,
    };
    if args.input.limits.show_limits {
        return limits::show(&args.input.limits.limits(), color);
    }
    let run = scan::judged(&args.input, &args.judging)?;
    let text = Baseline::of(&run.judgement.findings).to_text();
    output::to_stdout(color, |_, out| out.write_all(text.as_bytes()))?;
    Ok(Exit::of(run.is_complete(), false, run.found_anything()))
}
