use std::path::PathBuf;
use std::process::ExitCode;
use std::{fmt, io};

use maillint_report::write_mistake;
use maillint_source::Location;

use crate::args::Color;
use crate::exit::Exit;
use crate::terminal;

/// Why a command could not do what it was told.
pub(crate) enum Failure {
    /// Wrong usage, in a sentence, and what to do instead.
    Usage(String, Option<String>),
    /// A mistake in a file of the operator's own, and where.
    Mistake { message: String, at: Option<Location>, help: Option<String> },
    /// A file could not be read or written.
    File(PathBuf, io::Error),
    /// Standard output could not be written to.
    Stdout(io::Error),
}

impl Failure {
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self::Usage(message.to_string(), None)
    }

    /// Says it on standard error. All of these are the operator's to put right: exit code 2.
    pub(crate) fn report(self, color: Color) -> ExitCode {
        let (message, at, help) = match self {
            Self::Usage(message, help) => (message, None, help),
            Self::Mistake { message, at, help } => (message, at, help),
            Self::File(path, error) => (format!("{}: {error}", path.display()), None, None),
            // Whoever read our output has seen enough.
            Self::Stdout(error) if error.kind() == io::ErrorKind::BrokenPipe => return Exit::Clean.into(),
            Self::Stdout(error) => (format!("standard output: {error}"), None, None),
        };
        let (mut stderr, style) = terminal::stderr(color);
        if write_mistake(&message, at.as_ref(), help.as_deref(), &style, &mut stderr).is_err() {
            // There is nowhere left to say it.
        }
        Exit::Usage.into()
    }
}
