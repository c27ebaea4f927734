//! The accounts as they were read, unjudged.

use std::io::{self, Write};

use maillint_model::{Account, Protocol, Retention, Server, Setting, Status};

use super::{Face, Human, Painter, Style};
use crate::Run;
use crate::text::{Printable, words};

/// What stands for a value that cannot be known.
const UNKNOWN: &str = "?";

/// Writes what was found.
pub(crate) fn write(run: &Run, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let human = Human { run, paint: Painter::new(style), width: style.width() };
    for account in &run.accounts {
        human.settings(out, account)?;
        writeln!(out)?;
    }
    human.files(out)?;
    human.nothing(out)?;
    let accounts =
        if run.accounts.is_empty() { "no accounts".to_owned() } else { words::count(run.accounts.len(), "account") };
    let line = format!("{accounts} · {}", words::files_part(run, &crate::Summary::of(run)));
    human.paragraph(out, "", &line, Face::Strong)
}

impl Human<'_> {
    fn settings(&self, out: &mut dyn Write, account: &Account) -> io::Result<()> {
        self.heading(out, account)?;
        self.row(out, "file", &format!("{}, {}", account.file.name(), account.key))?;
        if account.status != Status::Active || account.remark.is_some() {
            let remark = account.remark.as_ref().map(|remark| format!(": {remark}")).unwrap_or_default();
            self.row(out, "status", &format!("{}{remark}", account.status.as_str()))?;
        }
        for identity in &account.identities {
            let name = identity.name.text().filter(|name| !name.is_empty());
            let name = name.map(|name| format!(" ({name})")).unwrap_or_default();
            self.row(out, "address", &format!("{}{name}", text(&identity.address)))?;
        }
        for (lead, server) in [("incoming", &account.incoming), ("outgoing", &account.outgoing)] {
            if let Some(server) = server {
                self.row(out, lead, &server_words(server))?;
            }
        }
        if let Some(retention) = &account.retention {
            self.row(out, "copies", &retention_words(retention))?;
        }
        Ok(())
    }

    fn row(&self, out: &mut dyn Write, lead: &str, value: &str) -> io::Result<()> {
        let pad = " ".repeat(10_usize.saturating_sub(lead.len()));
        let lines = crate::text::wrap(Printable::new(value).as_str(), self.width.saturating_sub(12));
        for (at, line) in lines.iter().enumerate() {
            if at == 0 {
                writeln!(out, "  {}{pad}{line}", self.paint.text(Face::Faint, lead))?;
            } else {
                writeln!(out, "            {line}")?;
            }
        }
        Ok(())
    }
}

fn text(setting: &Setting<String>) -> &str {
    setting.text().unwrap_or(UNKNOWN)
}

/// A server in one line: `POP3 mail.example.org:995, SSL/TLS, password, anna@example.org`.
pub(crate) fn server_words(server: &Server) -> String {
    // What stands for a host there is a name that the client made up.
    let is_here = matches!(server.protocol, Protocol::Local | Protocol::Feed);
    if is_here || (!server.protocol.is_mail() && server.host.text().is_none()) {
        return words::protocol(server.protocol).to_owned();
    }
    let port = server.port.get().map_or_else(|| UNKNOWN.to_owned(), |port| port.to_string());
    let security = server.security.get().map_or("encryption ?", words::security);
    let auth = server.auth.get().map_or("sign-in ?", words::auth);
    let username = match server.username.text() {
        Some("") => "no user name".to_owned(),
        Some(name) => format!("user name {name}"),
        None => "user name ?".to_owned(),
    };
    format!("{} {}:{port}, {security}, {auth}, {username}", words::protocol(server.protocol), text(&server.host))
}

/// How long copies stay on the server, in words.
pub(crate) fn retention_words(retention: &Retention) -> String {
    let Some(leave) = retention.leave_on_server.get() else {
        return "it is not known whether copies stay on the server".to_owned();
    };
    if !leave {
        return "removed from the server when fetched".to_owned();
    }
    let days = match retention.remove_after_days.get() {
        Some(Some(days)) => format!("removed after {}", words::count(days as usize, "day")),
        Some(None) => "never removed for their age".to_owned(),
        None => "it is not known for how long".to_owned(),
    };
    let deleted = match retention.remove_when_deleted.get() {
        Some(true) => ", removed when deleted here",
        _ => "",
    };
    format!("left on the server, {days}{deleted}")
}
