//! `policy`, and the policies of a scan.

use std::collections::BTreeSet;
use std::io::{self, ErrorKind};
use std::path::Path;

use maillint_rules::policy::{BUILTINS, TEMPLATE, policy_from};
use maillint_rules::{Document, Policy};
use maillint_scan::{Options, scan};
use maillint_source::Limits;

use crate::args::{Color, PolicyArgs, PolicyCommand};
use crate::errors::Failure;
use crate::exit::Exit;
use crate::{export, output, own_file};

/// A built-in policy by its name, or the policy in a file.
pub(crate) fn load(name: &str) -> Result<Policy, Failure> {
    match Policy::builtin(name) {
        Some(policy) => Ok(policy),
        None => in_file(name),
    }
}

/// The policy in a file, with all that it names.
fn in_file(name: &str) -> Result<Policy, Failure> {
    let document = document(Path::new(name)).map_err(|error| {
        let known: Vec<&str> = BUILTINS.iter().map(|builtin| builtin.name).collect();
        let near = known.iter().find(|known| strsim::damerau_levenshtein(name, known) <= 2);
        let message = match error.kind() {
            ErrorKind::NotFound => format!("there is no policy `{name}`, and no file of that name"),
            _ => format!("the policy {name} cannot be read: {error}"),
        };
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("built in are {}; anything else is the name of a file", known.join(" and ")),
        };
        Failure::Usage(message, Some(help))
    })?;
    Policy::read(document, &beside).map_err(|error| {
        let place = match error.at.as_ref().map(|at| at.file.name()).filter(|file| *file != name) {
            Some(file) => format!("{file}, which belongs to the policy {name}"),
            None => format!("the policy {name}"),
        };
        Failure::Mistake { message: format!("in {place}: {}", error.message), at: error.at, help: error.help }
    })
}

/// A file that a policy names: paths start at the policy's own folder.
fn beside(policy: &Document, named: &str) -> Result<Document, String> {
    let folder = Path::new(&policy.name).parent().unwrap_or(Path::new(""));
    document(&folder.join(named)).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "there is no such file".to_owned(),
        _ => error.to_string(),
    })
}

fn document(path: &Path) -> io::Result<Document> {
    let text = own_file::text_of(path)?;
    let id = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    Ok(Document { name: path.to_string_lossy().into_owned(), id: id.to_string_lossy().into_owned(), text })
}

/// The language that was asked for, which one of the policies must have words in.
pub(crate) fn language(policies: &[Policy], asked: Option<&str>) -> Result<Option<String>, Failure> {
    let Some(asked) = asked else { return Ok(None) };
    let known: BTreeSet<&str> = policies.iter().flat_map(|policy| policy.text.keys()).map(String::as_str).collect();
    if known.contains(asked) {
        return Ok(Some(asked.to_owned()));
    }
    let help = if known.is_empty() {
        format!("a policy has them under [text.{asked}.\"host-prefix\"] and so on")
    } else {
        format!("there are words in {}", known.into_iter().collect::<Vec<_>>().join(", "))
    };
    Err(Failure::Usage(format!("no policy has words in the language `{asked}`"), Some(help)))
}

/// `maillint policy`.
pub(crate) fn policy(args: &PolicyArgs, color: Color) -> Result<Exit, Failure> {
    match &args.command {
        PolicyCommand::Show { policy } => show(policy, color)?,
        PolicyCommand::Check { file } => check(file, color)?,
        PolicyCommand::Init => init(color)?,
        PolicyCommand::From { file } => from(file, color)?,
        PolicyCommand::Schema => return export::schema(crate::args::SchemaOf::Policy),
    }
    Ok(Exit::Clean)
}

fn show(name: &str, color: Color) -> Result<(), Failure> {
    if let Some(builtin) = BUILTINS.iter().find(|builtin| builtin.name == name) {
        return output::to_stdout(color, |_, out| out.write_all(builtin.text.as_bytes()));
    }
    print(&load(name)?, color)
}

fn print(policy: &Policy, color: Color) -> Result<(), Failure> {
    let text = policy.to_toml();
    output::to_stdout(color, |_, out| out.write_all(text.as_bytes()))
}

fn from(file: &Path, color: Color) -> Result<(), Failure> {
    let limits = Limits::default();
    let found = scan(&[file.to_owned()], &Options::new(&limits));
    if found.accounts.is_empty() {
        let note = found.files.iter().flat_map(|file| &file.notes).next().map(|note| note.message.as_str());
        let why = note.unwrap_or("no mail account stands in it");
        return Err(Failure::usage(format!("no policy can be made of {}: {why}", file.display())));
    }
    let id = file.file_stem().unwrap_or_default().to_string_lossy();
    print(&policy_from(&found.accounts, &id), color)
}

fn check(file: &Path, color: Color) -> Result<(), Failure> {
    let name = file.to_string_lossy();
    let policy = in_file(&name)?;
    output::to_stdout(color, |_, out| {
        writeln!(out, "{}", maillint_report::printable(&format!("{name}: the policy `{}` is right", policy.id)))
    })
}

fn init(color: Color) -> Result<(), Failure> {
    output::to_stdout(color, |_, out| out.write_all(TEMPLATE.as_bytes()))
}
