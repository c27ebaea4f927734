//! `rules` and `clients`.

use maillint_clients::CLIENTS;
use maillint_report::{ClientList, RuleList};
use maillint_rules::RULES;

use crate::args::{Color, ListArgs, ListFormat};
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output;

/// `maillint rules`.
pub(crate) fn rules(args: &ListArgs, color: Color) -> Result<Exit, Failure> {
    let rules: Vec<_> = RULES.iter().map(|rule| rule.meta()).collect();
    let list = RuleList(&rules);
    output::to_stdout(color, |style, out| match args.output {
        ListFormat::Human => list.write(style, out),
        ListFormat::Json => list.write_json(out),
    })?;
    Ok(Exit::Clean)
}

/// `maillint clients`.
pub(crate) fn clients(args: &ListArgs, color: Color) -> Result<Exit, Failure> {
    let formats: Vec<_> = CLIENTS.iter().map(|format| format.meta()).collect();
    let list = ClientList(&formats);
    output::to_stdout(color, |style, out| match args.output {
        ListFormat::Human => list.write(style, out),
        ListFormat::Json => list.write_json(out),
    })?;
    Ok(Exit::Clean)
}
