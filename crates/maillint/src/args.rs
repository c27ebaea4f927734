//! The command line. The help text, the completions and the man pages all come from here.

use std::fmt::Write;
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args as Group, Parser, Subcommand, ValueEnum, ValueHint};
use jiff::civil::Date;
use maillint_clients::CLIENTS;
use maillint_report::Format;
use maillint_rules::{Level, RULES};

use crate::limits::LimitArgs;
use crate::output::{Output, OutputParser};

const EXAMPLES: &str = "\
Examples:
  maillint scan                          what is wrong with the mail accounts on this machine
  maillint explain host-prefix           more about a finding
  maillint scan --output reply ticket/   a text for the answer to a customer

Help on a command: maillint scan --help";

const ACCOUNTS_EXAMPLES: &str = "\
Examples:
  maillint accounts                             what is set up on this machine
  maillint accounts --output csv=accounts.csv ~
  maillint accounts --redact --output json prefs.js";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  maillint explain host-prefix
  maillint explain host-prefix --client outlook    the steps of one program only";

const BASELINE_EXAMPLES: &str = "\
Examples:
  maillint baseline provisioning/ > known.txt
  maillint scan --baseline known.txt provisioning/";

const LIST_EXAMPLES: &str = "\
Examples:
  maillint rules
  maillint clients --output json";

const POLICY_EXAMPLES: &str = "\
Examples:
  maillint policy show rfc8314                        what a built-in policy says
  maillint policy init > house.toml                   a file to start from
  maillint policy from config-v1.1.xml > house.toml   one made of what is published already
  maillint policy check house.toml
  maillint scan --policy house.toml";

const SCHEMA_EXAMPLES: &str = "\
Examples:
  maillint schema scan > maillint-scan.schema.json
  maillint schema policy > house.schema.json       for editors that complete and check TOML";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  maillint completions bash > ~/.local/share/bash-completion/completions/maillint
  maillint completions zsh > ~/.zfunc/_maillint     in a folder of $fpath
  maillint completions fish > ~/.config/fish/completions/maillint.fish
  maillint completions powershell >> $PROFILE
  maillint completions elvish >> ~/.config/elvish/rc.elv
  maillint completions nushell > maillint.nu        then: use maillint.nu *";

const MAN_EXAMPLES: &str = "\
Examples:
  maillint man | man -l -
  maillint man ~/.local/share/man/man1    the folder has to be there";

const SCAN_EXAMPLES: &str = "\
Examples:
  maillint scan                                 look through the home directory
  maillint scan ~/Downloads/prefs.js            one file, whatever it is called
  maillint scan --domain example.org ticket/    a folder of files that somebody sent
  maillint scan --output human --output html=report.html
  maillint scan - --as thunderbird < prefs.js

Exit codes:
  0  all was read, nothing at or above the threshold was found
  1  there are findings at or above the threshold (--fail-on)
  2  the command line or a policy is wrong
  3  nothing that a mail client wrote was found
  4  something could not be read, is over a limit, or was not understood";

/// Finds what is wrong with the mail accounts on this machine, and says where to click.
///
/// Reads the settings that mail clients have on disk. It connects to nothing, needs no password, prints none, and
/// changes no file.
#[derive(Parser)]
#[command(name = "maillint", version, arg_required_else_help = true, max_term_width = 100, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// Colours: auto is on a terminal
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN", display_order = 100,
          help = "Colours: auto is on a terminal, unless NO_COLOR is set; CLICOLOR_FORCE is honoured")]
    pub(crate) color: Color,
}

// Deferred: to put together the arguments of commands that are not asked for took longer than to read a profile.
#[derive(Subcommand)]
#[command(defer = true)]
pub(crate) enum Command {
    /// Say what is wrong with the accounts, why it matters, and where to click
    #[command(after_help = SCAN_EXAMPLES)]
    Scan(Box<ScanArgs>),
    /// Show the accounts as they are set, without judging
    #[command(after_help = ACCOUNTS_EXAMPLES)]
    Accounts(AccountsArgs),
    /// Tell more about a rule, with the steps of each client
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Print what is found now as known, for scan --baseline: maillint baseline > known.txt
    #[command(after_help = BASELINE_EXAMPLES)]
    Baseline(Box<BaselineArgs>),
    /// List the rules
    #[command(after_help = LIST_EXAMPLES)]
    Rules(ListArgs),
    /// List the clients that are read, and where their files lie
    #[command(after_help = LIST_EXAMPLES)]
    Clients(ListArgs),
    /// Show, check and write policies
    #[command(after_help = POLICY_EXAMPLES)]
    Policy(PolicyArgs),
    /// Print the JSON Schema of an output
    #[command(after_help = SCHEMA_EXAMPLES)]
    Schema {
        /// Of which output
        #[arg(value_enum)]
        of: SchemaOf,
    },
    /// Print a completion script
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// For which shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Print the man page, or write all of them to a folder
    #[command(after_help = MAN_EXAMPLES)]
    Man {
        /// Folder for maillint.1, maillint-scan.1, …
        #[arg(value_hint = ValueHint::DirPath)]
        folder: Option<PathBuf>,
    },
}

#[derive(Group)]
pub(crate) struct ScanArgs {
    #[command(flatten)]
    pub(crate) input: Input,

    /// What to print, and where to. Repeatable; all but one need a file
    #[arg(long, short, value_name = "FORMAT[=FILE]", value_parser = OutputParser(|_| true), help_heading = "Output",
          hide_possible_values = true, long_help = format_help(|_| true))]
    pub(crate) output: Vec<Output>,

    /// Threshold for exit code 1
    #[arg(long, value_enum, default_value_t = FailOn::Warning, value_name = "LEVEL", help_heading = "Output")]
    pub(crate) fail_on: FailOn,

    /// Exit with 0, not 3, where nothing that a mail client wrote was found: for hooks, which are given any file
    #[arg(long, help_heading = "Output")]
    pub(crate) allow_nothing: bool,

    /// Findings that are known already, as `maillint baseline` prints them: they are marked, and count for nothing
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Output")]
    pub(crate) baseline: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) judging: Judging,
}

// What accounts are held against. No documentation: clap would show it as that of the command.
#[derive(Group)]
pub(crate) struct Judging {
    /// What to hold accounts against: hosting, rfc8314, or a policy file. Repeatable, each for its own domains
    #[arg(long, value_name = "NAME|FILE", default_value = "hosting", value_hint = ValueHint::FilePath,
          help_heading = "Judging")]
    pub(crate) policy: Vec<String>,

    /// A mail domain of the house, or *.DOMAIN; others are then not held against the policy. Repeatable
    #[arg(long, value_name = "DOMAIN", help_heading = "Judging")]
    pub(crate) domain: Vec<String>,

    /// The language of the house's own words, as its policy has them: de for [text.de]
    #[arg(long, value_name = "LANGUAGE", help_heading = "Judging")]
    pub(crate) language: Option<String>,

    /// Judge the accounts of profiles that the client does not open, too
    #[arg(long, help_heading = "Judging")]
    pub(crate) all_profiles: bool,

    /// The day of the run, as YYYY-MM-DD: some settings stop working on a date [default: today]
    #[arg(long, value_name = "DATE", help_heading = "Judging")]
    pub(crate) today: Option<Date>,
}

#[derive(Group)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct BaselineArgs {
    #[command(subcommand)]
    pub(crate) command: Option<BaselineCommand>,

    #[command(flatten)]
    pub(crate) known: KnownArgs,
}

#[derive(Subcommand)]
pub(crate) enum BaselineCommand {
    /// The same, for who looks for the word
    #[command(hide = true)]
    Write(KnownArgs),
}

#[derive(Group)]
pub(crate) struct KnownArgs {
    #[command(flatten)]
    pub(crate) input: Input,

    #[command(flatten)]
    pub(crate) judging: Judging,
}

#[derive(Group)]
pub(crate) struct AccountsArgs {
    #[command(flatten)]
    pub(crate) input: Input,

    /// What to print, and where to. Repeatable; all but one need a file
    #[arg(long, short, value_name = "FORMAT[=FILE]", value_parser = OutputParser(Format::is_for_accounts),
          hide_possible_values = true, help_heading = "Output", long_help = format_help(Format::is_for_accounts))]
    pub(crate) output: Vec<Output>,
}

// What is read. No documentation, see above.
#[derive(Group)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(crate) struct Input {
    /// Files and folders, or - for a file from standard input [default: the home directory]
    #[arg(value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,

    /// Read the paths from a file, one a line or NUL-separated; - for standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, help_heading = "Input")]
    pub(crate) files_from: Option<PathBuf>,

    /// The client that wrote the files that are named, where it cannot be told from their content; or one of its
    /// formats, by the id that `maillint clients` prints
    #[arg(long = "as", value_name = "CLIENT", value_parser = clients(), help_heading = "Input")]
    pub(crate) client: Option<String>,

    /// Show what would be read, which client's it is, and why other files are not read
    #[arg(long, help_heading = "Input")]
    pub(crate) show_files: bool,

    /// Enter every folder, also those that hold no settings (caches, mail, sources)
    #[arg(long, help_heading = "Input")]
    pub(crate) no_prune: bool,

    /// Each entry of a given folder is what one customer sent in: archives are opened, nothing of one is read together
    /// with another's, and each gets a verdict
    #[arg(long, help_heading = "Input")]
    pub(crate) uploads: bool,

    /// Threads of the walk [default: 16]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256), help_heading = "Input")]
    pub(crate) threads: Option<u16>,

    /// Replace user names, people's names and domains by pseudonyms, the same ones all over the output. Domains of
    /// known providers and of the house (--domain) stay
    #[arg(long, help_heading = "Output")]
    pub(crate) redact: bool,

    /// No progress line on standard error
    #[arg(long, help_heading = "Output")]
    pub(crate) no_progress: bool,

    #[command(flatten)]
    pub(crate) limits: LimitArgs,
}

#[derive(Group)]
pub(crate) struct ExplainArgs {
    /// Its id, as findings print it in brackets
    #[arg(value_name = "RULE", value_parser = rules(), hide_possible_values = true)]
    pub(crate) rule: String,

    /// The steps of this client only
    #[arg(long, value_name = "CLIENT", value_parser = clients())]
    pub(crate) client: Option<String>,

    /// As text or as JSON
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub(crate) output: ListFormat,
}

#[derive(Group)]
pub(crate) struct ListArgs {
    /// As text or as JSON
    #[arg(long, short, value_enum, default_value_t = ListFormat::Human, value_name = "FORMAT")]
    pub(crate) output: ListFormat,
}

#[derive(Group)]
pub(crate) struct PolicyArgs {
    #[command(subcommand)]
    pub(crate) command: PolicyCommand,
}

#[derive(Subcommand)]
pub(crate) enum PolicyCommand {
    /// Print a policy: a built-in one, or a file with all that it extends
    Show {
        /// hosting, rfc8314, or a file
        #[arg(value_name = "NAME|FILE", default_value = "hosting")]
        policy: String,
    },
    /// Say what is wrong with a policy file
    Check {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
    /// Print a policy file to start from, with a comment on everything
    Init,
    /// Print the JSON Schema of policy files
    Schema,
    /// Print a policy made of what a house already publishes: autoconfig XML, .mobileconfig, an Autodiscover answer
    From {
        /// The file
        #[arg(value_hint = ValueHint::FilePath)]
        file: PathBuf,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum FailOn {
    /// Errors
    Error,
    /// Errors and warnings
    Warning,
    /// Any finding
    Note,
    /// Nothing
    Never,
}

impl FailOn {
    /// Whether the worst finding of a run is bad enough.
    pub(crate) fn is_reached(self, worst: Option<Level>) -> bool {
        let threshold = match self {
            Self::Error => Level::Error,
            Self::Warning => Level::Warning,
            Self::Note => Level::Note,
            Self::Never => return false,
        };
        worst.is_some_and(|worst| worst >= threshold)
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people
    Human,
    /// One object
    Json,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum SchemaOf {
    /// maillint scan --output json
    Scan,
    /// maillint accounts --output json
    Accounts,
    /// Policy files
    Policy,
}

#[derive(Clone, Copy, ValueEnum)]
#[allow(clippy::enum_variant_names, reason = "the shells are called so")]
pub(crate) enum Shell {
    /// bash
    Bash,
    /// zsh
    Zsh,
    /// fish
    Fish,
    /// `PowerShell`
    #[value(name = "powershell", help = "PowerShell")]
    PowerShell,
    /// Elvish
    Elvish,
    /// Nushell
    Nushell,
}

/// The formats that `--output` takes, each with what it is for.
fn format_help(is_listed: impl Fn(Format) -> bool) -> String {
    let mut help = "What to print, and where to. Repeatable; all but one need a file.\n\nFormats:".to_owned();
    for format in Format::ALL.iter().filter(|format| is_listed(**format)) {
        let name = format!("{}:", format.as_str());
        let _ = write!(help, "\n- {name:<10}{}", format.about());
    }
    help.push_str("\n\n[default: human]");
    help
}

/// Clients; for files that could be of several of their formats, also those, which a list would be too long with.
fn clients() -> PossibleValuesParser {
    let mut names: Vec<&'static str> = Vec::new();
    for format in CLIENTS {
        if !names.contains(&format.meta().client) {
            names.push(format.meta().client);
        }
    }
    let formats = CLIENTS.iter().map(|format| format.meta().id).filter(|id| !names.contains(id));
    let formats = formats.map(|id| PossibleValue::new(id).hide(true));
    names.iter().map(PossibleValue::new).chain(formats).collect::<Vec<_>>().into()
}

fn rules() -> PossibleValuesParser {
    RULES.iter().map(|rule| rule.meta().id).collect::<Vec<_>>().into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        super::Args::command().debug_assert();
    }
}
