//! Comma-separated values (RFC 4180), for spreadsheets: a line a finding and a line for what could not be read, or a line
//! an account.

use std::io::{self, Write};

use maillint_model::Server;

use crate::Run;
use crate::json::place;
use crate::run::incomplete_notes;
use crate::text::Printable;

/// What stands as the level of what could not be read: a table that ends early must not look like a whole one.
const INCOMPLETE: &str = "incomplete";

/// Writes what a scan found, and what it could not read, a line each.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    row(
        out,
        &[
            "level",
            "rule",
            "account",
            "client",
            "file",
            "line",
            "column",
            "path",
            "message",
            "expected",
            "why",
            "fix",
            "known",
            "fingerprint",
        ],
    )?;
    for finding in &run.judgement.findings {
        let account = run.accounts.get(finding.account);
        let at = finding.labels.first().map(|label| place(&label.at));
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        row(
            out,
            &[
                finding.level.as_str(),
                finding.rule.id,
                account.map_or("", |account| account.label()),
                account.map_or("", |account| account.format.client),
                at.as_ref().and_then(|at| at.file).unwrap_or(""),
                &number(at.as_ref().and_then(|at| at.line)),
                &number(at.as_ref().and_then(|at| at.column)),
                at.as_ref().and_then(|at| at.path).unwrap_or(""),
                &finding.message,
                finding.expected.as_deref().unwrap_or(""),
                &finding.why,
                &finding.steps.join(" | "),
                if finding.known { "yes" } else { "no" },
                &finding.fingerprint,
            ],
        )?;
    }
    for (file, note) in incomplete_notes(run) {
        let (client, kind) = (file.client.unwrap_or(""), note.kind.as_str());
        row(out, &[INCOMPLETE, kind, "", client, &file.path, "", "", "", &note.message, "", "", "", "no", ""])?;
    }
    Ok(())
}

/// Writes what was read, a line an account.
pub(crate) fn write_accounts(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    row(
        out,
        &[
            "account",
            "client",
            "client_version",
            "profile",
            "file",
            "kind",
            "status",
            "incoming_protocol",
            "incoming_host",
            "incoming_port",
            "incoming_security",
            "incoming_auth",
            "incoming_username",
            "outgoing_protocol",
            "outgoing_host",
            "outgoing_port",
            "outgoing_security",
            "outgoing_auth",
            "outgoing_username",
        ],
    )?;
    for account in &run.accounts {
        let mut cells = vec![
            account.label().to_owned(),
            account.format.client.to_owned(),
            account.client_version.clone().unwrap_or_default(),
            account.profile.clone().unwrap_or_default(),
            account.file.name().to_owned(),
            account.kind.as_str().to_owned(),
            account.status.as_str().to_owned(),
        ];
        cells.extend(server(account.incoming.as_ref()));
        cells.extend(server(account.outgoing.as_ref()));
        row(out, &cells)?;
    }
    Ok(())
}

fn server(server: Option<&Server>) -> [String; 6] {
    let Some(server) = server else { return Default::default() };
    [
        server.protocol.as_str().to_owned(),
        server.host.text().unwrap_or("").to_owned(),
        server.port.get().map(|port| port.to_string()).unwrap_or_default(),
        server.security.get().map_or("", |security| security.as_str()).to_owned(),
        server.auth.get().map_or("", |auth| auth.as_str()).to_owned(),
        server.username.text().unwrap_or("").to_owned(),
    ]
}

fn row<T: AsRef<str>>(out: &mut dyn Write, cells: &[T]) -> io::Result<()> {
    let cells: Vec<String> = cells.iter().map(|text| cell(text.as_ref())).collect();
    write!(out, "{}\r\n", cells.join(","))
}

/// A cell that is text to a spreadsheet, whatever it begins with: a formula is not computed.
fn cell(text: &str) -> String {
    let text = Printable::new(text);
    let text = text.as_str();
    let formula = text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    let lead = if formula { "'" } else { "" };
    if text.contains(['"', ',', ';']) || text.starts_with(' ') || text.ends_with(' ') {
        return format!("\"{lead}{}\"", text.replace('"', "\"\""));
    }
    format!("{lead}{text}")
}

#[cfg(test)]
mod tests {
    use super::cell;
    use crate::sample;

    #[test]
    fn a_cell_is_never_a_formula() {
        assert_eq!(cell("=1+1"), "'=1+1");
        assert_eq!(cell("\t@SUM(A1)"), "\"' @SUM(A1)\"");
        assert_eq!(cell("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(cell("two\nlines"), "two␊lines");
    }

    #[test]
    fn a_line_a_finding_a_line_for_what_was_not_read_and_a_line_an_account() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let starts: Vec<String> =
            text.lines().map(|line| line.split(',').take(2).collect::<Vec<_>>().join(",")).collect();
        assert_eq!(
            starts,
            [
                "level,rule",
                "warning,host-prefix",
                "warning,host-prefix",
                "error,outgoing-auth-missing",
                "incomplete,limit"
            ]
        );
        assert!(text.contains(",old/prefs.js,,,,\"it is larger than 16 MiB; it was not read\","), "{text}");
        let mut out = Vec::new();
        super::write_accounts(&sample::run(), &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 5);
    }
}
