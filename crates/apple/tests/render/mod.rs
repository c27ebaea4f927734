//! A reading as text for people to check.

use std::fmt::Write as _;

use maillint_model::{Account, Reading, Server, Setting};
use maillint_source::{Form, Location};

/// Everything that was read, a value a line, with origin and place.
pub(crate) fn render(reading: &Reading) -> String {
    let mut out = String::new();
    writeln!(out, "{}", reading.outcome.as_str()).unwrap();
    for note in &reading.notes {
        writeln!(out, "{}{}: {}", note.kind.as_str(), note.at.as_ref().map(place).unwrap_or_default(), note.message)
            .unwrap();
    }
    for account in &reading.accounts {
        out.push_str(&render_account(account));
    }
    out
}

fn render_account(account: &Account) -> String {
    let mut out = String::new();
    let remark = account.remark.as_ref().map(|remark| format!(", {remark}")).unwrap_or_default();
    let (kind, status) = (account.kind.as_str(), account.status.as_str());
    writeln!(out, "\naccount {}: {kind}, {status}{remark}{}", account.key, place(&account.at)).unwrap();
    if let Some(profile) = &account.profile {
        writeln!(out, "  profile             {profile}").unwrap();
    }
    line(&mut out, "name", &account.name, Clone::clone);
    for identity in &account.identities {
        line(&mut out, "identity", &identity.address, Clone::clone);
        line(&mut out, "identity name", &identity.name, Clone::clone);
    }
    for (side, server) in [("incoming", &account.incoming), ("outgoing", &account.outgoing)] {
        if let Some(server) = server {
            render_server(&mut out, side, server);
        }
    }
    for gap in &account.no_outgoing {
        let why =
            gap.named_at.as_ref().map_or(" none is set up".to_owned(), |at| format!(" none named so{}", place(at)));
        writeln!(out, "  outgoing:{why}").unwrap();
    }
    if let Some(retention) = &account.retention {
        line(&mut out, "leave on server", &retention.leave_on_server, ToString::to_string);
        let days = |days: &Option<u32>| days.map_or_else(|| "never".to_owned(), |days| days.to_string());
        line(&mut out, "remove after days", &retention.remove_after_days, days);
        line(&mut out, "remove when deleted", &retention.remove_when_deleted, ToString::to_string);
    }
    for secret in &account.secrets {
        writeln!(out, "  secret             {}", place(&secret.at)).unwrap();
    }
    out
}

fn render_server(out: &mut String, side: &str, server: &Server) {
    let automatic = if server.automatic { ", automatic" } else { "" };
    writeln!(out, "  {side}: {}{automatic}", server.protocol.as_str()).unwrap();
    line(out, "  host", &server.host, Clone::clone);
    line(out, "  port", &server.port, ToString::to_string);
    line(out, "  security", &server.security, |security| security.as_str().to_owned());
    line(out, "  auth", &server.auth, |auth| auth.as_str().to_owned());
    line(out, "  user name", &server.username, Clone::clone);
}

/// Nothing for a value of which nothing at all is known.
fn line<T>(out: &mut String, name: &str, setting: &Setting<T>, text: impl Fn(&T) -> String) {
    if setting.value().is_none() && setting.at().is_none() {
        return;
    }
    let value = setting.value().map_or_else(|| "?".to_owned(), text);
    let managed = if setting.is_managed() { ", managed" } else { "" };
    let at = setting.at().map(place).unwrap_or_default();
    writeln!(out, "  {name:<20}{value:<30} {}{managed}{at}", setting.origin().as_str()).unwrap();
}

/// Line and column, or the path in a listing.
fn place(at: &Location) -> String {
    match at.file.form() {
        Form::Listing => at.key_path().map(|path| format!(" at {path}")).unwrap_or_default(),
        Form::Text(_) => {
            let start = at.start();
            format!(" at {}:{}", start.line, start.column)
        }
    }
}
