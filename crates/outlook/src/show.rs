//! The common model as text, for tests.

use std::fmt::{Display, Write as _};

use maillint_model::{Account, Bundle, ClientFormat, Input, Origin, Reading, Server, Setting};
use maillint_source::Limits;

/// A setting as `value (origin, line)`.
fn setting<T: Display>(setting: &Setting<T>) -> String {
    let value = setting.value().map_or_else(|| "?".to_owned(), ToString::to_string);
    match (setting.origin(), setting.at()) {
        (Origin::Written, Some(at)) => {
            let at = at.start();
            format!("{value} ({}:{})", at.line, at.column)
        }
        (Origin::Unknown, Some(at)) => format!("? (unknown, line {})", at.start().line),
        (Origin::Unknown, None) => "?".to_owned(),
        (origin, _) => format!("{value} ({})", origin.as_str()),
    }
}

fn server(server: &Server) -> String {
    format!(
        "{} host {}, port {}, {}, sign-in {}, user {}",
        server.protocol.as_str(),
        setting(&server.host),
        setting(&server.port),
        setting(&server.security.clone().map(maillint_model::Security::as_str)),
        setting(&server.auth.clone().map(maillint_model::Auth::as_str)),
        setting(&server.username)
    )
}

pub(crate) fn account(account: &Account) -> String {
    let mut out = String::new();
    let version = account.client_version.as_deref().unwrap_or("-");
    let profile = account.profile.as_deref().unwrap_or("-");
    let default = if account.is_default { ", default" } else { "" };
    writeln!(
        out,
        "{} {} {version} profile {profile} key {} {} {}{default}: {}",
        account.format.id,
        account.at.start().line,
        account.key,
        account.kind.as_str(),
        account.status.as_str(),
        setting(&account.name)
    )
    .unwrap();
    if let Some(remark) = &account.remark {
        writeln!(out, "  remark {remark}").unwrap();
    }
    for identity in &account.identities {
        writeln!(out, "  from {} <{}>", setting(&identity.name), setting(&identity.address)).unwrap();
    }
    for end in [&account.incoming, &account.outgoing].into_iter().flatten() {
        writeln!(out, "  {}", server(end)).unwrap();
    }
    if let Some(retention) = &account.retention {
        let days =
            retention.remove_after_days.clone().map(|days| days.map_or("never".to_owned(), |days| days.to_string()));
        writeln!(
            out,
            "  leave {}, remove after {}, when deleted {}",
            setting(&retention.leave_on_server),
            setting(&days),
            setting(&retention.remove_when_deleted)
        )
        .unwrap();
    }
    if !account.secrets.is_empty() {
        writeln!(out, "  secrets {}", account.secrets.len()).unwrap();
    }
    out
}

/// Accounts and notes.
pub(crate) fn reading(reading: &Reading) -> String {
    let mut out: String = reading.accounts.iter().map(account).collect();
    for note in &reading.notes {
        let at = note.at.as_ref().map(|at| format!(" line {}", at.start().line)).unwrap_or_default();
        writeln!(out, "{}{at}: {}", note.kind.as_str(), note.message).unwrap();
    }
    writeln!(out, "{}", reading.outcome.as_str()).unwrap();
    out
}

pub(crate) fn input(name: &str, bytes: &[u8]) -> Input {
    Input { name: name.to_owned(), path: format!("/home/anna/{name}"), bytes: bytes.to_vec() }
}

/// What a format reads from a file.
pub(crate) fn read(format: &dyn ClientFormat, name: &str, bytes: &[u8]) -> Option<Reading> {
    format.read(&Bundle::single(input(name, bytes)), &Limits::default())
}
