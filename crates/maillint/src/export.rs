//! What other programs take from this one: schemas, completions, man pages.

use std::io::{self, Write};
use std::path::Path;

use clap::{Command, CommandFactory};
use clap_complete::{Shell as ClapShell, generate};
use clap_complete_nushell::Nushell;
use clap_mangen::Man;
use maillint_report::json;
use maillint_rules::policy;

use crate::args::{Args, Color, SchemaOf, Shell};
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output;

/// `maillint schema`.
pub(crate) fn schema(of: SchemaOf) -> Result<Exit, Failure> {
    let schema = match of {
        SchemaOf::Scan => json::scan_schema().to_value(),
        SchemaOf::Accounts => json::accounts_schema().to_value(),
        SchemaOf::Policy => policy::schema(),
    };
    output::to_stdout(Color::Never, |_, out| json::pretty(&schema, out))?;
    Ok(Exit::Clean)
}

/// The command line with the arguments of every command.
fn whole() -> Command {
    let mut command = Args::command();
    command.build();
    command
}

/// `maillint completions`.
pub(crate) fn completions(shell: Shell) -> Result<Exit, Failure> {
    let mut command = whole();
    let name = command.get_name().to_owned();
    let mut script = Vec::new();
    let shell = match shell {
        Shell::Bash => ClapShell::Bash,
        Shell::Zsh => ClapShell::Zsh,
        Shell::Fish => ClapShell::Fish,
        Shell::PowerShell => ClapShell::PowerShell,
        Shell::Elvish => ClapShell::Elvish,
        Shell::Nushell => {
            generate(Nushell, &mut command, name, &mut script);
            output::to_stdout(Color::Never, |_, out| out.write_all(&script))?;
            return Ok(Exit::Clean);
        }
    };
    generate(shell, &mut command, name, &mut script);
    output::to_stdout(Color::Never, |_, out| out.write_all(&script))?;
    Ok(Exit::Clean)
}

/// `maillint man`.
pub(crate) fn man(folder: Option<&Path>) -> Result<Exit, Failure> {
    match folder {
        None => output::to_stdout(Color::Always, |_, out| Man::new(whole()).render(&mut Writer(out)))?,
        Some(folder) => {
            clap_mangen::generate_to(whole(), folder).map_err(|error| Failure::File(folder.to_owned(), error))?;
        }
    }
    Ok(Exit::Clean)
}

/// A writer that may be passed where a sized one is asked for.
struct Writer<'a>(&'a mut dyn Write);

impl Write for Writer<'_> {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        self.0.write(buf)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
