//! `scan` and `accounts`: read, judge, report.

use std::io::{self, Read};
use std::path::PathBuf;

use maillint_clients::steps;
use maillint_report::{Customer, Format, Run, redact, write_files};
use maillint_rules::facts::{provider_of_domain, provider_of_host};
use maillint_rules::{Judgement, RULES, Settings, judge};
use maillint_scan::{Options, Progress, Scan, home, paths_of_list, scan as read_paths};

use crate::args::{AccountsArgs, Color, Input, Judging, ScanArgs};
use crate::errors::Failure;
use crate::exit::Exit;
use crate::progress::Line;
use crate::{baseline, limits, output, policy};

/// `maillint scan`.
pub(crate) fn scan(args: &ScanArgs, color: Color) -> Result<Exit, Failure> {
    if args.input.limits.show_limits {
        return limits::show(&args.input.limits.limits(), color);
    }
    let outputs = output::checked(&args.output)?;
    let baseline = args.baseline.as_deref().map(baseline::load).transpose()?;
    let mut run = judged(&args.input, &args.judging)?;
    if let Some(baseline) = baseline {
        baseline::apply(&baseline, &mut run, color);
    }
    let reached = args.fail_on.is_reached(run.worst());
    let run = if args.input.redact { redacted(run, &args.judging.domain) } else { run };
    if args.input.show_files {
        output::to_stdout(color, |style, out| write_files(&run, style, out))?;
    } else {
        output::write_all(&outputs, color, |format, style, out| format.write(&run, style, out))?;
    }
    let exit = Exit::of(run.is_complete(), reached, args.allow_nothing || run.found_anything());
    // The process ends here, and the system takes it all back at once.
    std::mem::forget(run);
    Ok(exit)
}

/// `maillint accounts`.
pub(crate) fn accounts(args: &AccountsArgs, color: Color) -> Result<Exit, Failure> {
    if args.input.limits.show_limits {
        return limits::show(&args.input.limits.limits(), color);
    }
    let outputs = output::checked(&args.output)?;
    if let Some(other) = outputs.iter().map(|output| output.format).find(|format| !format.is_for_accounts()) {
        let known: Vec<&str> =
            Format::ALL.iter().filter(|format| format.is_for_accounts()).map(|format| format.as_str()).collect();
        let message = format!("`accounts` has no findings that `{}` could show", other.as_str());
        return Err(Failure::Usage(message, Some(format!("use one of {}", known.join(", ")))));
    }
    let run = unjudged(read(&args.input)?);
    let run = if args.input.redact { redacted(run, &[]) } else { run };
    if args.input.show_files {
        output::to_stdout(color, |style, out| write_files(&run, style, out))?;
    } else {
        output::write_all(&outputs, color, |format, style, out| format.write_accounts(&run, style, out))?;
    }
    Ok(Exit::of(run.is_complete(), false, run.found_anything()))
}

/// Reads and judges.
pub(crate) fn judged(input: &Input, judging: &Judging) -> Result<Run, Failure> {
    let policies = judging.policy.iter().map(|name| policy::load(name)).collect::<Result<Vec<_>, _>>()?;
    let language = policy::language(&policies, judging.language.as_deref())?;
    let own = Settings::with(policies, judging.today.unwrap_or_else(today));
    let settings = Settings {
        language: language.unwrap_or_else(|| own.language.clone()),
        own_domains: judging.domain.clone(),
        all_profiles: judging.all_profiles,
        ..own
    };
    let found = read(input)?;
    let mut run = Run {
        judgement: judge(&found.accounts, &settings, &steps),
        policies: settings.policies.iter().map(|policy| policy.id.clone()).collect(),
        rules: RULES.iter().map(|rule| rule.meta()).collect(),
        ..unjudged(found)
    };
    limits::cut_findings(&mut run, &input.limits.limits());
    Ok(run)
}

fn unjudged(found: Scan) -> Run {
    Run {
        accounts: found.accounts,
        judgement: Judgement::default(),
        files: found.files,
        pruned_folders: found.pruned_folders,
        unrecognised_files: found.unrecognised_files,
        closed_archives: found.closed_archives,
        customers: found.customers.into_iter().map(customer).collect(),
        ..Run::default()
    }
}

fn customer(customer: maillint_scan::Customer) -> Customer {
    Customer { name: customer.name, files: customer.files, accounts: customer.accounts }
}

/// Names of others taken out; the house's own domains and those of known providers tell nobody's name.
fn redacted(run: Run, own_domains: &[String]) -> Run {
    let is_own = |domain: &str| {
        own_domains.iter().any(|own| {
            let own = own.trim_start_matches("*.").to_lowercase();
            domain == own || domain.strip_suffix(&own).is_some_and(|rest| rest.ends_with('.'))
        })
    };
    redact(run, &|domain| {
        let domain = domain.trim_end_matches('.').to_lowercase();
        is_own(&domain) || provider_of_domain(&domain).is_some() || provider_of_host(&domain, None).is_some()
    })
}

fn read(input: &Input) -> Result<Scan, Failure> {
    let limits = input.limits.limits();
    let line = Line::new(!input.no_progress);
    let show = |progress: Progress<'_>| line.show(&progress);
    let options = Options {
        only: input.client.as_deref(),
        prune: !input.no_prune,
        uploads: input.uploads,
        threads: input.threads.map(usize::from),
        progress: Some(&show),
        ..Options::new(&limits)
    };
    let found = read_paths(&paths(input)?, &options);
    line.clear();
    Ok(found)
}

fn paths(input: &Input) -> Result<Vec<PathBuf>, Failure> {
    let mut paths = input.paths.clone();
    if let Some(list) = &input.files_from {
        paths.extend(paths_of_list(&read_list(list)?));
        return Ok(paths);
    }
    if paths.is_empty() {
        paths.push(home().ok_or_else(|| Failure::usage("there is no home directory: say which folder to look in"))?);
    }
    Ok(paths)
}

#[allow(clippy::disallowed_methods, reason = "a list that the operator named is not a file to be judged")]
fn read_list(list: &std::path::Path) -> Result<Vec<u8>, Failure> {
    let failed = |error| Failure::File(list.to_owned(), error);
    if list.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes).map_err(failed)?;
        return Ok(bytes);
    }
    std::fs::read(list).map_err(failed)
}

fn today() -> jiff::civil::Date {
    jiff::Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date()
}
