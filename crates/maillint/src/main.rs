//! `maillint`: arguments, wiring, exit codes. What it says is in `maillint-report`, what it finds in `maillint-rules`.

mod args;
mod baseline;
mod errors;
mod exit;
mod explain;
mod export;
mod limits;
mod lists;
mod output;
mod own_file;
mod panics;
mod policy;
mod progress;
mod scan;
mod terminal;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};

fn main() -> ExitCode {
    panics::set_hook();
    let args = Args::parse();
    let color = args.color;
    let done = match args.command {
        Command::Scan(args) => scan::scan(&args, color),
        Command::Accounts(args) => scan::accounts(&args, color),
        Command::Explain(args) => explain::explain(&args, color),
        Command::Baseline(args) => baseline::write(&args, color),
        Command::Rules(args) => lists::rules(&args, color),
        Command::Clients(args) => lists::clients(&args, color),
        Command::Policy(args) => policy::policy(&args, color),
        Command::Schema { of } => export::schema(of),
        Command::Completions { shell } => export::completions(shell),
        Command::Man { folder } => export::man(folder.as_deref()),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(failure) => failure.report(color),
    }
}
