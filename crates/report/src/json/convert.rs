use maillint_model as model;
use maillint_source::{Form, Location, SecretKind};

use super::model::{
    Account, Accounts, Customer, File, Finding, Identity, Levels, Note, Outcomes, Place, Related, Retention, Scan,
    Secret, Server, Setting, Summary, Tool,
};
use crate::{Run, Verdict};

pub(super) fn scan(run: &Run) -> Scan<'_> {
    Scan {
        schema_version: super::SCHEMA_VERSION,
        tool: tool(),
        complete: run.is_complete(),
        policies: &run.policies,
        findings: findings(run).collect(),
        accounts: (0..run.accounts.len()).flat_map(|index| accounts_of(run, index, true)).collect(),
        files: run.files.iter().map(file).collect(),
        customers: customers(run).collect(),
        summary: summary(run),
    }
}

pub(super) fn accounts(run: &Run) -> Accounts<'_> {
    Accounts {
        schema_version: super::SCHEMA_VERSION,
        tool: tool(),
        complete: run.is_complete(),
        accounts: (0..run.accounts.len()).flat_map(|index| accounts_of(run, index, false)).collect(),
        files: run.files.iter().map(file).collect(),
    }
}

fn tool() -> Tool {
    Tool { name: "maillint", version: env!("CARGO_PKG_VERSION") }
}

/// An account of a client, once for each address that it sends from: a client may send each through a server of its own.
pub(crate) fn accounts_of(run: &Run, index: usize, judged: bool) -> impl Iterator<Item = Account<'_>> {
    let identities = &run.accounts[index].identities;
    (0..identities.len().max(1)).map(move |number| account(run, index, identities.get(number), judged))
}

fn account<'a>(run: &'a Run, index: usize, identity: Option<&'a model::Identity>, judged: bool) -> Account<'a> {
    let account = &run.accounts[index];
    let verdict = judged.then(|| run.verdict(index));
    let own_outgoing = identity.and_then(|identity| identity.outgoing.as_deref());
    Account {
        client: account.format.client,
        client_version: account.client_version.as_deref(),
        profile: account.profile.as_deref(),
        file: account.file.name(),
        key: &account.key,
        name: account.name.text(),
        label: identity.and_then(|identity| identity.address.text()).unwrap_or_else(|| account.label()),
        kind: account.kind.as_str(),
        status: account.status.as_str(),
        remark: account.remark.as_deref(),
        verdict: verdict.map(Verdict::as_str),
        not_checked: verdict.and_then(|verdict| match verdict {
            Verdict::NotChecked(why) => Some(why),
            _ => None,
        }),
        identities: identity.map(|identity| self::identity(account, identity)).into_iter().collect(),
        incoming: account.incoming.as_ref().map(|server| self::server(account, server)),
        outgoing: own_outgoing.or(account.outgoing.as_ref()).map(|server| self::server(account, server)),
        retention: account.retention.as_ref().map(|retention| Retention {
            leave_on_server: setting(account, &retention.leave_on_server, |value| Some(*value)),
            remove_after_days: setting(account, &retention.remove_after_days, |value| *value),
            remove_when_deleted: setting(account, &retention.remove_when_deleted, |value| Some(*value)),
            stored_days: setting(account, &retention.stored_days, |value| Some(*value)),
        }),
        is_default: account.is_default,
        check_minutes: setting(account, &account.check_minutes, |value| *value),
        min_tls: setting(account, &account.min_tls, |(major, minor)| Some(format!("{major}.{minor}"))),
        max_tls: setting(account, &account.max_tls, |(major, minor)| Some(format!("{major}.{minor}"))),
        deletes_old: setting(account, &account.deletes_old, |value| Some(*value)),
        proxy: account.proxy.as_ref().map(|proxy| text(account, proxy)),
        secrets: account.secrets.iter().map(|secret| self::secret(account, secret)).collect(),
    }
}

fn secret<'a>(account: &'a model::Account, secret: &'a maillint_source::Secret) -> Secret<'a> {
    let kind = match secret.kind {
        SecretKind::Plain => "plain",
        SecretKind::Protected => "protected",
        SecretKind::Token => "token",
    };
    Secret { kind, place: start(account, &secret.at) }
}

fn identity<'a>(account: &'a model::Account, identity: &'a model::Identity) -> Identity<'a> {
    Identity {
        address: text(account, &identity.address),
        name: text(account, &identity.name),
        reply_to: text(account, &identity.reply_to),
    }
}

fn server<'a>(account: &'a model::Account, server: &'a model::Server) -> Server<'a> {
    Server {
        protocol: server.protocol.as_str(),
        key: server.key.as_deref(),
        host: text(account, &server.host),
        port: setting(account, &server.port, |value| Some(*value)),
        security: setting(account, &server.security, |value| Some(value.as_str())),
        auth: setting(account, &server.auth, |value| Some(value.as_str())),
        username: text(account, &server.username),
        automatic: server.automatic,
        certificate_exception: server.certificate_exception.is_some(),
        unchecked_certificate: server.unchecked_certificate.is_some(),
    }
}

fn text<'a>(account: &'a model::Account, value: &'a model::Setting<String>) -> Setting<'a, &'a str> {
    setting(account, value, |text| Some(text.as_str()))
}

fn setting<'a, T, U>(
    account: &'a model::Account,
    setting: &'a model::Setting<T>,
    value: impl FnOnce(&'a T) -> Option<U>,
) -> Setting<'a, U> {
    Setting {
        value: setting.value().and_then(value),
        origin: setting.origin().as_str(),
        place: setting.at().map(|at| start(account, at)),
        managed: setting.is_managed(),
    }
}

/// Where something of an account begins; the file is named where it is not the account's own.
fn start<'a>(account: &'a model::Account, at: &'a Location) -> Place<'a> {
    let own = at.file.name() == account.file.name();
    let place = place(at);
    Place { file: place.file.filter(|_| !own), end_line: None, end_column: None, ..place }
}

/// A place, with its file and its end.
pub(crate) fn place(at: &Location) -> Place<'_> {
    let file = Some(at.file.name());
    match at.file.form() {
        Form::Text(_) => {
            let (start, end) = (at.start(), at.end());
            Place {
                file,
                line: Some(start.line),
                column: Some(start.column),
                end_line: Some(end.line),
                end_column: Some(end.column),
                path: None,
            }
        }
        Form::Listing => {
            Place { file, line: None, column: None, end_line: None, end_column: None, path: at.key_path() }
        }
    }
}

/// The findings, each with the number of its account in the list that [`accounts_of`] makes.
pub(crate) fn findings(run: &Run) -> impl Iterator<Item = Finding<'_>> {
    let first = first_entries(run);
    run.judgement.findings.iter().map(move |found| finding(run, found, first[found.account]))
}

/// For each account the number of its first entry in the list that [`accounts_of`] makes, and the length of that list.
fn first_entries(run: &Run) -> Vec<usize> {
    let entries = run.accounts.iter().map(|account| account.identities.len().max(1)).chain([0]);
    entries.scan(0, |next, count| Some(std::mem::replace(next, *next + count))).collect()
}

/// The customers, each with the numbers of its accounts in the list that [`accounts_of`] makes.
pub(crate) fn customers(run: &Run) -> impl Iterator<Item = Customer<'_>> {
    let first = first_entries(run);
    run.customers.iter().map(move |customer| {
        let (verdict, summary) = run.customer(customer);
        Customer {
            name: &customer.name,
            verdict: verdict.as_str(),
            accounts: (first[customer.accounts.start]..first[customer.accounts.end]).collect(),
            findings: levels(&summary),
            files: outcomes(&summary),
        }
    })
}

fn finding<'a>(run: &'a Run, finding: &'a maillint_rules::Finding, account_index: usize) -> Finding<'a> {
    let account = run.accounts.get(finding.account);
    let first = finding.labels.first();
    let at = first.map(|label| place(&label.at));
    Finding {
        rule: finding.rule.id,
        level: finding.level.as_str(),
        message: &finding.message,
        account: account.map_or("", |account| account.label()),
        account_index,
        client: account.map(|account| account.format.client),
        file: at.as_ref().and_then(|at| at.file).or(account.map(|account| account.file.name())),
        line: at.as_ref().and_then(|at| at.line),
        column: at.as_ref().and_then(|at| at.column),
        end_line: at.as_ref().and_then(|at| at.end_line),
        end_column: at.as_ref().and_then(|at| at.end_column),
        path: at.as_ref().and_then(|at| at.path),
        label: first.map(|label| label.text.as_str()),
        related: finding
            .labels
            .iter()
            .skip(1)
            .map(|label| Related { place: place(&label.at), text: &label.text })
            .collect(),
        expected: finding.expected.as_deref(),
        why: &finding.why,
        fix: &finding.steps,
        link: finding.link.as_deref(),
        fingerprint: &finding.fingerprint,
        known: finding.known,
    }
}

pub(crate) fn file(file: &model::FileReport) -> File<'_> {
    File {
        path: &file.path,
        client: file.client,
        outcome: file.outcome.as_str(),
        notes: file
            .notes
            .iter()
            .map(|note| {
                let place = note.at.as_ref().map(place).map(|place| Place {
                    file: place.file.filter(|name| *name != file.path),
                    end_line: None,
                    end_column: None,
                    ..place
                });
                Note { kind: note.kind.as_str(), message: &note.message, place }
            })
            .collect(),
    }
}

pub(crate) fn summary(run: &Run) -> Summary {
    let summary = crate::Summary::of(run);
    Summary {
        accounts: summary.accounts,
        fine: summary.fine,
        with_findings: summary.with_findings,
        not_checked: summary.not_checked,
        no_mail: summary.no_mail,
        findings: levels(&summary),
        files: outcomes(&summary),
        pruned_folders: run.pruned_folders,
        unrecognised_files: run.unrecognised_files,
        closed_archives: run.closed_archives,
    }
}

fn levels(summary: &crate::Summary) -> Levels {
    Levels { error: summary.errors, warning: summary.warnings, note: summary.notes, known: summary.known }
}

fn outcomes(summary: &crate::Summary) -> Outcomes {
    Outcomes {
        read: summary.files_read,
        partly: summary.files_partly,
        failed: summary.files_failed,
        skipped: summary.files_skipped,
    }
}
