//! *Help > Troubleshooting Information*, as copied: the text, and the HTML.
//!
//! What stands there is what the client's own getters return (`about-support/content/accounts.js`):
//! ```text
//!   account1:
//!     INCOMING: account1, <name>, (imap) mail.example.org:993, SSL, passwordCleartext
//!     OUTGOING: <identity>, mail.example.org:587, alwaysSTARTTLS, passwordCleartext, true
//! ```
//! Names are left out unless a box is ticked, and may hold commas, so lines are read from their end. There is no user
//! name and nothing about how long mail stays on the server: both are unknown.

use std::sync::Arc;

use maillint_model::{
    Account, AccountKind, Bundle, Change, ClientFormat, FormatMeta, Identity, Note, NoteKind, Probe, Protocol, Reading,
    Recognition, Role, Security, Server, Setting, is_too_long_to_share,
};
use maillint_source::{Limits, Location, SourceFile, Span, decode};

use crate::incoming;
use crate::values::{incoming_auth, known, outgoing_auth, security};
use crate::version::{Client, Family};

/// The text that the Help menu gives for support requests.
pub static TROUBLESHOOTING: Troubleshooting = Troubleshooting;

/// See [`TROUBLESHOOTING`].
#[derive(Clone, Copy, Debug)]
pub struct Troubleshooting;

static META: FormatMeta = FormatMeta {
    id: "thunderbird-troubleshooting",
    client: "thunderbird",
    client_name: "Thunderbird",
    what: "Troubleshooting Information, copied as text or HTML",
    places: &["Help > Troubleshooting Information > Copy text to clipboard, saved"],
    names: &[
        "troubleshooting*.txt",
        "*troubleshooting information.txt",
        "troubleshooting*.html",
        "*troubleshooting information.html",
    ],
    companions: &[],
    role: Role::Accounts,
};

impl ClientFormat for Troubleshooting {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        let marks = ["INCOMING: ", "accounts-tbody", "Application Basics", "Name: Thunderbird"];
        if marks.iter().any(|mark| probe.has(mark)) { Recognition::Maybe } else { Recognition::No }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        // The page itself leaves out what is secret.
        let file = SourceFile::seal(&bundle.main.name, decode(&bundle.main.bytes), &[]);
        let text = file.text();
        // As many as there may be accounts, with the servers that each may send through.
        let most = limits.accounts.saturating_add(limits.identities());
        let mut rows = if text.contains("accounts-tbody") { html_rows(text, most) } else { text_rows(text, most) };
        if rows.is_empty() {
            return None;
        }
        let is_over = rows.len() > most;
        rows.truncate(most);
        let client = Client::new(Family::Thunderbird, version(text, limits), None);
        let accounts = accounts(&rows, &file, &client, limits);
        let message = "Troubleshooting Information has no user names, and does not say how long mail stays on the \
                       server; both are unknown here. The profile's prefs.js has them.";
        let mut notes = vec![Note::new(NoteKind::Info, message)];
        if is_over {
            notes.push(Note::too_many(most, "servers"));
        }
        Some(Reading::new(accounts, notes))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        crate::steps::steps(change, account)
    }
}

/// A piece of text and its place.
type Field<'a> = (&'a str, Span);

/// One server: its fields in the order of the table.
enum Row<'a> {
    /// Key, name, `(type) host:port`, protection, sign-in.
    Incoming([Field<'a>; 5]),
    /// Identity, `host:port`, protection, sign-in, whether it is the default identity.
    Outgoing([Field<'a>; 5]),
}

/// The version from `Version: 153.7.0`, or from the table of the HTML.
fn version(text: &str, limits: &Limits) -> Option<String> {
    let after = text.split("Version").skip(1).take(3).find_map(|rest| {
        let start = rest.find(|char: char| char.is_ascii_digit())?;
        let between = rest.get(..start)?;
        (between.len() < 80 && !between.contains("User Agent")).then(|| rest.get(start..)).flatten()
    })?;
    let len = after.find(|char: char| !(char.is_ascii_digit() || char == '.')).unwrap_or(after.len());
    let version = after.get(..len).filter(|version| !version.is_empty());
    version.filter(|version| !is_too_long_to_share(version, limits)).map(str::to_owned)
}

/// One more than `most`, if there are more.
fn text_rows(text: &str, most: usize) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let row = ["INCOMING: ", "OUTGOING: "].iter().find_map(|mark| {
            let indent = line.len() - line.trim_start().len();
            let fields = line.trim_start().strip_prefix(mark)?;
            let from = start + indent + mark.len();
            split(fields.trim_end(), from, mark.starts_with('I'))
        });
        rows.extend(row);
        if rows.len() > most {
            break;
        }
    }
    rows
}

/// The fields of a line. Only a name may hold a comma: what stands before it has a place of its own, what follows is
/// counted from the end.
fn split(text: &str, from: usize, incoming: bool) -> Option<Row<'_>> {
    let mut ends = text.rmatch_indices(", ").map(|(index, _)| index);
    let (first, second) = (ends.next()?, ends.next()?);
    let third = ends.next()?;
    let field = |start: usize, end: usize| Some((text.get(start..end)?, Span::new(from + start, from + end)));
    if incoming {
        let key_end = text.find(", ")?;
        let name = if third > key_end { field(key_end + 2, third)? } else { ("", Span::empty(from + third)) };
        Some(Row::Incoming([
            field(0, key_end)?,
            name,
            field(third + 2, second)?,
            field(second + 2, first)?,
            field(first + 2, text.len())?,
        ]))
    } else {
        let fourth = ends.next()?;
        Some(Row::Outgoing([
            field(0, fourth)?,
            field(fourth + 2, third)?,
            field(third + 2, second)?,
            field(second + 2, first)?,
            field(first + 2, text.len())?,
        ]))
    }
}

/// The rows of the table of accounts: five cells for the incoming server, five for an outgoing one; a row of five
/// alone is another outgoing server of the account before it. One more than `most`, if there are more.
fn html_rows(text: &str, most: usize) -> Vec<Row<'_>> {
    let Some(start) = text.find("accounts-tbody") else { return Vec::new() };
    let end = text.get(start..).and_then(|rest| rest.find("</tbody")).map_or(text.len(), |len| start + len);
    let mut rows = Vec::new();
    let mut at = start;
    while let Some(open) = text.get(at..end).and_then(|rest| rest.find("<tr")).map(|len| at + len) {
        let close = text.get(open + 3..end).and_then(|rest| rest.find("<tr")).map_or(end, |len| open + 3 + len);
        let cells = cells(text, open, close, most.saturating_sub(rows.len()).saturating_add(1).saturating_mul(5));
        for five in cells.chunks_exact(5) {
            let Ok(five) = <[Field<'_>; 5]>::try_from(five) else { continue };
            let incoming = five[2].0.starts_with('(');
            rows.push(if incoming { Row::Incoming(five) } else { Row::Outgoing(five) });
        }
        at = close;
        if rows.len() > most {
            break;
        }
    }
    rows
}

fn cells(text: &str, start: usize, end: usize, most: usize) -> Vec<Field<'_>> {
    let mut cells = Vec::new();
    let mut at = start;
    while cells.len() < most
        && let Some(open) = text.get(at..end).and_then(|rest| rest.find("<td")).map(|len| at + len)
    {
        let Some(from) = text.get(open..end).and_then(|rest| rest.find('>')).map(|len| open + len + 1) else { break };
        let to = text.get(from..end).and_then(|rest| rest.find('<')).map_or(end, |len| from + len);
        cells.push((text.get(from..to).unwrap_or(""), Span::new(from, to)));
        at = to;
    }
    cells
}

fn accounts(rows: &[Row<'_>], file: &Arc<SourceFile>, client: &Client, limits: &Limits) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    for row in rows {
        match row {
            Row::Incoming([key, name, host, socket, auth]) => {
                // One more than is taken, so that it is told.
                if accounts.len() > limits.accounts {
                    break;
                }
                let mut account = Account::new(&META, Location::new(file, host.1), key.0);
                account.kind = AccountKind::Export;
                account.client_version.clone_from(&client.version);
                account.name = text(file, name);
                let (kind, place) = host.0.trim_start_matches('(').split_once(") ").unwrap_or(("", host.0));
                let start = host.1.start as usize + (host.0.len() - place.len());
                let place = (place, Span::new(start, host.1.end as usize));
                let (protocol, remark) = incoming::protocol(kind).unwrap_or((Protocol::Other, None));
                account.remark = remark.map(str::to_owned);
                let mut server = server(file, protocol, &place, socket, client);
                server.auth = incoming_auth(number(file, auth, AUTH), protocol, client);
                account.incoming = Some(server);
                accounts.push(account);
            }
            Row::Outgoing([identity, host, socket, auth, _]) => {
                let Some(account) = accounts.last_mut() else { continue };
                let mut server = server(file, Protocol::Smtp, host, socket, client);
                server.auth = outgoing_auth(number(file, auth, AUTH), client);
                let mut identity = person(file, identity);
                if account.identities.is_empty() {
                    account.outgoing = Some(server);
                } else {
                    identity.outgoing = Some(Box::new(server));
                }
                account.identities.push(identity);
            }
        }
    }
    accounts
}

/// `host:port`; the outgoing server stands without a port where it has none of its own.
fn server(
    file: &Arc<SourceFile>,
    protocol: Protocol,
    place: &Field<'_>,
    socket: &Field<'_>,
    client: &Client,
) -> Server {
    let mut server = Server::new(protocol);
    server.security = security(number(file, socket, SOCKET), client);
    let (host, port) = match place.0.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port)),
        _ => (place.0, None),
    };
    let start = place.1.start as usize;
    server.host = text(file, &(host, Span::new(start, start + host.len())));
    let default = || match (protocol, server.security.get(), client.since(89)) {
        (Protocol::Smtp, Some(Security::Tls), _) => Setting::default(465),
        (Protocol::Smtp, Some(_), Some(true)) => Setting::default(587),
        _ => Setting::unknown(),
    };
    server.port = port.and_then(|port| port.parse::<u16>().ok()).map_or_else(default, |port| {
        Setting::written(port, Location::new(file, Span::new(start + host.len() + 1, place.1.end as usize)))
    });
    server
}

/// `Anna Example <anna@example.org>`, with entities in HTML, and sometimes a label behind it.
fn person(file: &Arc<SourceFile>, field: &Field<'_>) -> Identity {
    let (open, close) = if field.0.contains("&lt;") { ("&lt;", "&gt;") } else { ("<", ">") };
    let Some((name, rest)) = field.0.split_once(open) else { return Identity::default() };
    let address = rest.split(close).next().unwrap_or(rest);
    let start = field.1.start as usize;
    let from = start + name.len() + open.len();
    let name = name.trim_end();
    Identity {
        address: text(file, &(address, Span::new(from, from + address.len()))),
        name: text(file, &(name, Span::new(start, start + name.len()))),
        ..Identity::default()
    }
}

fn text(file: &Arc<SourceFile>, field: &Field<'_>) -> Setting<String> {
    if field.0.is_empty() {
        return Setting::unknown();
    }
    Setting::written(field.0.to_owned(), Location::new(file, field.1))
}

/// The names of `nsMsgSocketType`.
const SOCKET: &[(&str, i32)] = &[("plain", 0), ("trySTARTTLS", 1), ("alwaysSTARTTLS", 2), ("SSL", 3)];

/// The names of `nsMsgAuthMethod`.
const AUTH: &[(&str, i32)] = &[
    ("none", 1),
    ("old", 2),
    ("passwordCleartext", 3),
    ("passwordEncrypted", 4),
    ("GSSAPI", 5),
    ("NTLM", 6),
    ("External", 7),
    ("secure", 8),
    ("anything", 9),
    ("OAuth2", 10),
];

/// A word as the number that it stands for in the profile; a number that has no word stands as it is.
fn number(file: &Arc<SourceFile>, field: &Field<'_>, words: &[(&str, i32)]) -> Setting<i32> {
    let word = field.0.trim();
    let value = words.iter().find(|(name, _)| *name == word).map(|(_, value)| *value).or_else(|| word.parse().ok());
    let written = Setting::written((), Location::new(file, field.1));
    known(written, value)
}
