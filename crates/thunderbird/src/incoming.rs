//! Incoming servers: `mail.server.<key>.*`, with the client's defaults and the overrides of those.

use maillint_model::{Auth, Protocol, Retention, Security, Server, Setting};
use maillint_source::{Location, Span};

use crate::layers::Branch;
use crate::values::{incoming_auth, known, security};
use crate::version::Client;

/// What a `type` is, and in a few words what it is if not a mailbox on a server.
pub(crate) fn protocol(kind: &str) -> Option<(Protocol, Option<&'static str>)> {
    Some(match kind {
        "imap" => (Protocol::Imap, None),
        "pop3" => (Protocol::Pop3, None),
        "ews" | "graph" | "exchange" | "exquilla" => (Protocol::Exchange, Some("Exchange")),
        kind if kind == "owl" || kind.starts_with("owl-") => (Protocol::Exchange, Some("Exchange, by the add-on Owl")),
        "nntp" => (Protocol::News, Some("newsgroups")),
        "rss" => (Protocol::Feed, Some("feeds")),
        "im" => (Protocol::Chat, Some("chat")),
        "none" => (Protocol::Local, Some("folders on this computer")),
        "movemail" => (Protocol::Local, Some("mail of this computer's own spool (movemail)")),
        _ => return None,
    })
}

/// Types that Thunderbird itself brings; the others need an add-on.
pub(crate) fn is_built_in(kind: &str) -> bool {
    matches!(kind, "imap" | "pop3" | "ews" | "graph" | "nntp" | "rss" | "im" | "none" | "movemail")
}

/// The server as the client uses it.
pub(crate) fn server(branch: &Branch<'_>, key: &str, protocol: Protocol, client: &Client) -> Server {
    let mut server = Server::new(protocol);
    server.key = Some(key.to_owned());
    server.username = username(branch, client);
    match protocol {
        Protocol::Exchange => {
            exchange_url(branch.text("ews_url"), &mut server);
            server.auth = auth(branch, protocol, client);
        }
        Protocol::Imap | Protocol::Pop3 | Protocol::News => {
            let (host, port_in_host) = host_and_port(branch, client);
            server.host = host;
            server.security = socket_type(branch, client);
            server.port = port_in_host.unwrap_or_else(|| port(branch, protocol, server.security.get(), client));
            server.auth = auth(branch, protocol, client);
        }
        _ => server.host = branch.text("hostname").unwrap_or_default(),
    }
    server
}

/// Until 101, and in the forks, `hostname` is what the account was set up with and `realhostname` what it was changed
/// to. Where the version is not known, the changed one is what the user last typed.
fn renamed(branch: &Branch<'_>, real: &str, first: &str, client: &Client) -> Option<Setting<String>> {
    let real = if client.since(102) == Some(true) { None } else { branch.text(real) };
    real.or_else(|| branch.text(first))
}

/// A name that is written down as empty is known to be none; one that is not there may be asked for.
fn username(branch: &Branch<'_>, client: &Client) -> Setting<String> {
    renamed(branch, "realuserName", "userName", client).or_else(|| branch.own("userName")).unwrap_or_default()
}

/// The client takes `host:port` apart when it loads the server.
fn host_and_port(branch: &Branch<'_>, client: &Client) -> (Setting<String>, Option<Setting<u16>>) {
    let Some(host) = renamed(branch, "realhostname", "hostname", client) else { return (Setting::unknown(), None) };
    let text = host.text().unwrap_or_default().to_owned();
    let Some((name, digits)) = text.split_once(':').filter(|(name, port)| !name.is_empty() && !port.contains(':'))
    else {
        return (host, None);
    };
    let Some(port) = digits.parse::<u16>().ok().filter(|port| *port > 0) else { return (host, None) };
    let place = |from: usize, len: usize| {
        host.at().map(|at| {
            let start = at.span.start as usize + from;
            Location::new(&at.file, Span::new(start, start + len))
        })
    };
    let at = |setting: Option<Location>| setting.unwrap_or_else(|| Location::new(branch.layers.main(), Span::empty(0)));
    let port = Setting::written(port, at(place(name.len() + 1, digits.len())));
    (Setting::written(name.to_owned(), at(place(0, name.len()))), Some(port))
}

fn socket_type(branch: &Branch<'_>, client: &Client) -> Setting<Security> {
    // `isSecure` is from before 1.5 and still read when there is nothing newer.
    let legacy = || branch.own::<bool>("isSecure").filter(|secure| secure.get() == Some(true)).map(|it| it.map(|_| 3));
    let own = branch.own::<i32>("socketType").or_else(legacy);
    security(own.or_else(|| branch.get("socketType")).unwrap_or(Setting::default(0)), client)
}

/// Absent, 0 and -1 mean the protocol's port for the protection in force; to the servers written in JavaScript (POP3
/// and news from 102 on) so does everything up to 1.
fn port(branch: &Branch<'_>, protocol: Protocol, security: Option<Security>, client: &Client) -> Setting<u16> {
    let standard = || match security {
        Some(security) => Setting::default(standard_port(protocol, security == Security::Tls)),
        None => Setting::unknown(),
    };
    let in_script = if protocol == Protocol::Imap { Some(false) } else { client.since(102) };
    let Some(setting) = branch.get::<i32>("port") else { return standard() };
    match (setting.get().unwrap_or(-1), in_script) {
        (-1 | 0, _) | (..=1, Some(true)) => standard(),
        (number, Some(_)) => known(setting, u16::try_from(number).ok()),
        (number, None) => known(setting, u16::try_from(number).ok().filter(|number| *number > 1)),
    }
}

fn standard_port(protocol: Protocol, tls: bool) -> u16 {
    match (protocol, tls) {
        (Protocol::Imap, false) => 143,
        (Protocol::Imap, true) => 993,
        (Protocol::Pop3, false) => 110,
        (Protocol::Pop3, true) => 995,
        (_, false) => 119,
        (_, true) => 563,
    }
}

fn auth(branch: &Branch<'_>, protocol: Protocol, client: &Client) -> Setting<Auth> {
    let legacy = || {
        // Until 3.0; 3.1 wrote `authMethod` from these two, so later they say nothing.
        if !client.before(4) {
            return None;
        }
        let set = |name: &str, wanted: bool, to: i32| {
            branch.own::<bool>(name).filter(|it| it.get() == Some(wanted)).map(|it| it.map(|_| to))
        };
        set("auth_login", false, 2).or_else(|| set("useSecAuth", true, 8))
    };
    let own = branch.own::<i32>("authMethod").or_else(legacy);
    incoming_auth(own.or_else(|| branch.get("authMethod")).unwrap_or(Setting::default(3)), protocol, client)
}

/// Exchange has one address for everything.
pub(crate) fn exchange_url(url: Option<Setting<String>>, server: &mut Server) {
    let Some(url) = url else { return };
    let text = url.text().unwrap_or_default().to_owned();
    let (scheme, rest) = text.split_once("://").unwrap_or(("", &text));
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    let place = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = place.rsplit_once(':').map_or((place, None), |(host, port)| (host, port.parse::<u16>().ok()));
    let host = host.to_owned();
    let security = match scheme.to_ascii_lowercase().as_str() {
        "https" => Some(Security::Tls),
        "http" => Some(Security::None),
        _ => None,
    };
    let standard = security.map(|security| if security == Security::Tls { 443 } else { 80 });
    server.security = known(url.clone(), security);
    server.port = known(url.clone(), port.or(standard));
    if !host.is_empty() {
        server.host = url.map(|_| host);
    }
}

/// How long a POP client leaves mail on the server.
pub(crate) fn retention(branch: &Branch<'_>) -> Retention {
    let leave = branch.get::<bool>("leave_on_server").unwrap_or(Setting::default(false));
    let by_age = branch.get::<bool>("delete_by_age_from_server").unwrap_or(Setting::default(false));
    let days = branch.get::<i32>("num_days_to_leave_on_server").unwrap_or(Setting::default(7));
    let number = days.get().and_then(|days| u32::try_from(days).ok());
    // The number counts only while both switches are on, and 0 switches it off.
    let remove_after_days = match (leave.get(), by_age.get(), number) {
        (Some(true), Some(true), Some(number)) if number > 0 => days.clone().map(|_| Some(number)),
        (Some(true), Some(true), _) => days.clone().map(|_| None),
        (Some(true), ..) => by_age.map(|_| None),
        _ => leave.clone().map(|_| None),
    };
    Retention {
        leave_on_server: leave,
        remove_after_days,
        remove_when_deleted: branch.get("delete_mail_left_on_server").unwrap_or(Setting::default(false)),
        stored_days: known(days, number),
        is_clients_number: false,
    }
}

/// Whether old mail is deleted by itself. The client deletes it on the server too, as if by hand; every other value but 2
/// (by age) and 3 (by number) keeps all.
pub(crate) fn deletes_old(branch: &Branch<'_>) -> Setting<bool> {
    branch.get::<i32>("retainBy").unwrap_or(Setting::default(1)).map(|retain_by| matches!(retain_by, 2 | 3))
}

/// Minutes between two looks for new mail.
pub(crate) fn check_minutes(branch: &Branch<'_>, protocol: Protocol) -> Setting<Option<u32>> {
    let checks = matches!(protocol, Protocol::Imap | Protocol::Pop3 | Protocol::Exchange | Protocol::Feed);
    let checks = branch.own::<bool>("check_new_mail").unwrap_or(Setting::default(checks));
    if checks.get() != Some(true) {
        return checks.map(|_| None);
    }
    let minutes = branch.get::<i32>("check_time").unwrap_or(Setting::default(10));
    minutes.map(|minutes| u32::try_from(minutes).ok())
}
