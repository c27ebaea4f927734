//! Autodiscover: what a provider's server answers when Outlook asks for the settings of an address, as "plain old XML"
//! (`formats/outlook.md` §5.3); also kept as a local file.
//!
//! The reverse of everything else of Outlook: what is not there is *on*. `SSL`, `SPA` (NTLM) and `AuthRequired` have to be
//! switched off. `Encryption`, where it is there, overrides `SSL`.

use maillint_model::{
    Account, AccountKind, Auth, Bundle, Change, ClientFormat, FormatMeta, Identity, Note, NoteKind, Notes, Probe,
    Protocol, Reading, Recognition, Retention, Role, Security, Server, Setting, Side, late, shared, shared_name,
    shared_server,
};
use maillint_source::{Limits, Location};
use maillint_syntax::xml::Element;

use crate::pox::{Fields, Switch};
use crate::xml_file::{self, XmlFile};

/// The format.
pub struct Autodiscover;

static META: FormatMeta = FormatMeta {
    id: "autodiscover",
    client: "autodiscover",
    client_name: "Autodiscover",
    what: "Autodiscover answer, or a local file in its place (XML)",
    places: &[
        "the provider's server: https://autodiscover.<domain>/autodiscover/autodiscover.xml",
        "Outlook: Ctrl and right-click on its symbol near the clock > Test E-mail AutoConfiguration > tab XML, saved as a file",
        "Windows: the file that HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\AutoDiscover names",
    ],
    names: &["autodiscover*.xml", "AutoD.*.xml"],
    companions: &[],
    role: Role::Accounts,
};

/// The outermost element, of questions as well as of answers.
const ROOT: &str = "Autodiscover";
/// Namespaces of the outermost element and of `Response`.
const NAMESPACES: [&str; 2] = [
    "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006",
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a",
];

impl ClientFormat for Autodiscover {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if xml_file::has_element(probe, ROOT) { Recognition::Yes } else { Recognition::No }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let XmlFile { file, root, mut notes } = xml_file::read(&bundle.main, ROOT, limits)?;
        let at = |element: &Element| Location::new(&file, element.name.span);
        let Some(response) = root.child("Response") else {
            let message = match root.child("Request") {
                Some(_) => "This is a question to Autodiscover, not its answer: it holds no settings.",
                None => "There is no Response in this file: it holds no settings.",
            };
            notes.push(Note::at(NoteKind::Info, message, at(&root)));
            return Some(Reading::new(Vec::new(), notes));
        };
        for (element, expected) in [&root, response].into_iter().zip(NAMESPACES) {
            if let Some(stated) = element.attribute("xmlns").filter(|stated| stated.value != expected) {
                let message = format!("The namespace of {} should be {expected}.", element.name.value);
                notes.push(Note::at(NoteKind::Info, message, Location::new(&file, stated.span)));
            }
        }
        if let Some(error) = response.child("Error") {
            notes.push(Note::at(NoteKind::Info, server_error(error), at(error)));
        }
        let identity = identity(response, |element| Fields::new(element, &file), limits);
        // One over the limit, so that it shows that there are more.
        let most = limits.accounts.saturating_add(1);
        let mut accounts = Vec::new();
        let mut found = Notes::new(limits);
        for account in response.children("Account") {
            if let Some(note) = late(limits) {
                found.push(note);
                break;
            }
            let action = account.child("Action").map(|action| action.text.value.to_ascii_lowercase());
            if let Some("redirectaddr" | "redirecturl") = action.as_deref() {
                let message = "This answer sends Outlook to another address; the settings are what that one answers.";
                found.add(
                    "elements that send Outlook to another address",
                    Note::at(NoteKind::Info, message, at(account)),
                );
                continue;
            }
            let protocols = account.children("Protocol").map(|protocol| Fields::new(protocol, &file));
            let (cut_off, protocols): (Vec<_>, Vec<_>) = protocols.partition(Fields::is_cut_off);
            for protocol in cut_off {
                let message = "This protocol was left out: the file breaks off in the middle of it.";
                found.push(Note::at(NoteKind::NotUnderstood, message, protocol.place()));
            }
            let room = most - accounts.len();
            accounts.extend(read_protocols(&protocols, &identity, room, &mut found, limits));
        }
        notes.extend(found.into_vec());
        if accounts.is_empty() && notes.is_empty() {
            notes.push(Note::at(NoteKind::Info, "This answer names no mail server.", at(response)));
        }
        // Behind them all, what has no place: how many more there are.
        notes.sort_by_key(|note| note.at.as_ref().map_or(u32::MAX, |at| at.span.start));
        Some(Reading::new(accounts, notes))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps(change, account)
    }
}

fn server_error(error: &Element) -> String {
    let text = |name| error.child(name).map_or("", |element| element.text.value.as_str());
    let words = [text("ErrorCode"), text("Message")].join(" ");
    format!("The server answered with an error instead of settings: {}", words.trim())
}

/// Whose settings these are, as far as the answer says; every account of it has them.
fn identity<'a>(response: &'a Element, fields: impl Fn(&'a Element) -> Fields<'a>, limits: &Limits) -> Identity {
    let Some(user) = response.child("User").map(fields) else { return Identity::default() };
    Identity {
        address: shared(user.text("AutoDiscoverSMTPAddress"), limits),
        name: user.text("DisplayName").map(|name| shared_name(&name, limits).to_owned()),
        ..Identity::default()
    }
}

/// The accounts that Outlook may make of the protocols of an answer: one for each way to fetch mail, each with the first
/// outgoing server. Further outgoing servers stand alone, so that they are judged too. No more than `room` in all.
fn read_protocols(
    protocols: &[Fields<'_>],
    identity: &Identity,
    room: usize,
    notes: &mut Notes,
    limits: &Limits,
) -> Vec<Account> {
    let of_kind = |kind: Protocol| protocols.iter().filter(move |fields| protocol(fields) == kind);
    let mut sending = of_kind(Protocol::Smtp);
    let first_sending =
        sending.next().map(|fields| (fields, shared_server(server(fields, Protocol::Smtp, notes), limits)));
    let uses_login = first_sending.as_ref().is_some_and(|(fields, _)| fields.is_on("UsePOPAuth"));
    let fetching = protocols.iter().filter(|fields| protocol(fields).is_mail());
    // Exchange is told in several protocols at once.
    let exchange = of_kind(Protocol::Exchange).take(1);
    let others = protocols.iter().filter(|fields| matches!(protocol(fields), Protocol::News | Protocol::Other));

    let mut accounts = Vec::new();
    for fields in fetching.chain(exchange).chain(others).take(room) {
        let mut account = account(fields, identity);
        let protocol = protocol(fields);
        if protocol.is_mail() {
            let incoming = server(fields, protocol, notes);
            account.outgoing = first_sending.as_ref().map(|(_, server)| with_login(server, uses_login, &incoming));
            // No element says how long mail stays on the server: Outlook decides.
            account.retention = (protocol == Protocol::Pop3).then(Retention::default);
            account.incoming = Some(incoming);
        } else {
            account.incoming = Some(Server::new(protocol));
            account.remark = Some(remark(protocol).to_owned());
        }
        accounts.push(account);
    }
    let alone = first_sending.filter(|_| !accounts.iter().any(|account| account.outgoing.is_some()));
    let room = room - accounts.len();
    let others = sending.map(|fields| (fields, server(fields, Protocol::Smtp, notes)));
    for (fields, server) in alone.into_iter().chain(others).take(room) {
        let mut account = account(fields, identity);
        account.outgoing = Some(server);
        account.remark = Some("an outgoing server without an incoming one".to_owned());
        accounts.push(account);
    }
    let mut seen = std::collections::BTreeMap::<String, u32>::new();
    for account in &mut accounts {
        let count = seen.entry(account.key.clone()).or_default();
        *count += 1;
        if *count > 1 {
            account.key = format!("{} {count}", account.key);
        }
    }
    accounts
}

fn account(fields: &Fields<'_>, identity: &Identity) -> Account {
    let mut account = Account::new(&META, fields.place(), kind(fields));
    account.kind = AccountKind::Provisioning;
    if identity.address.value().is_some() || identity.name.value().is_some() {
        account.identities.push(identity.clone());
    }
    account
}

/// What a protocol calls itself: `<Type>`, or `Type=` as an attribute.
fn kind<'a>(fields: &Fields<'a>) -> &'a str {
    let element = fields.element();
    let text = element.child("Type").map(|kind| kind.text.value.as_str());
    text.or_else(|| element.attribute("Type").map(|kind| kind.value.as_str())).unwrap_or_default()
}

fn protocol(fields: &Fields<'_>) -> Protocol {
    match kind(fields).to_ascii_uppercase().as_str() {
        "POP3" => Protocol::Pop3,
        "IMAP" => Protocol::Imap,
        "SMTP" => Protocol::Smtp,
        "EXCH" | "EXPR" | "EXHTTP" | "MAPIHTTP" | "WEB" => Protocol::Exchange,
        "NNTP" => Protocol::News,
        _ => Protocol::Other,
    }
}

fn remark(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Exchange => "Exchange: it has no incoming and outgoing server",
        Protocol::News => "news, not mail",
        _ => "not a POP or IMAP account",
    }
}

fn server(fields: &Fields<'_>, protocol: Protocol, notes: &mut Notes) -> Server {
    let security = security(fields, notes);
    Server {
        host: fields.host("Server"),
        port: port(fields, protocol, &security),
        auth: auth(fields, protocol, notes),
        security,
        username: fields.text("LoginName"),
        ..Server::new(protocol)
    }
}

/// An outgoing server beside an incoming one: with `UsePOPAuth`, the same name serves both.
fn with_login(server: &Server, uses_login: bool, incoming: &Server) -> Server {
    let mut server = server.clone();
    if uses_login && server.username.at().is_none() {
        server.username = incoming.username.inherit();
    }
    server
}

/// The protocol's own port where none is stated; with encryption, which of its two ports that is, the facts do not say.
fn port(fields: &Fields<'_>, protocol: Protocol, security: &Setting<Security>) -> Setting<u16> {
    let stated = fields.text("Port");
    match (stated.text(), stated.at()) {
        (Some(port), Some(at)) => match port.parse() {
            Ok(0) | Err(_) => Setting::unknown_at(at.clone()),
            Ok(port) => Setting::written(port, at.clone()),
        },
        (None, Some(at)) => Setting::unknown_at(at.clone()),
        (_, None) if security.get() != Some(Security::None) => Setting::unknown(),
        (_, None) => Setting::default(match protocol {
            Protocol::Pop3 => 110,
            Protocol::Imap => 143,
            _ => 25,
        }),
    }
}

fn security(fields: &Fields<'_>, notes: &mut Notes) -> Setting<Security> {
    let stated = fields.text("Encryption");
    if let Some(at) = stated.at() {
        let security = match stated.text().unwrap_or_default().to_ascii_lowercase().as_str() {
            "none" => Security::None,
            "ssl" => Security::Tls,
            "tls" => Security::StartTls,
            "auto" => Security::Auto,
            _ => {
                let message =
                    "Encryption must be None, SSL, TLS or Auto; what Outlook makes of anything else is not known.";
                notes.add(
                    "values of Encryption that were not understood",
                    Note::at(NoteKind::NotUnderstood, message, at.clone()),
                );
                return Setting::unknown_at(at.clone());
            }
        };
        return Setting::written(security, at.clone());
    }
    match fields.switch("SSL", notes) {
        Switch::On(at) => Setting::written(Security::Tls, at),
        Switch::Off(at) => Setting::written(Security::None, at),
        Switch::Absent => Setting::default(Security::Tls),
        Switch::Unknown(at) => Setting::unknown_at(at),
    }
}

fn auth(fields: &Fields<'_>, protocol: Protocol, notes: &mut Notes) -> Setting<Auth> {
    match fields.switch("AuthRequired", notes) {
        Switch::Off(at) => {
            let is_pop_first = protocol == Protocol::Smtp && fields.is_on("SMTPLast");
            return Setting::written(if is_pop_first { Auth::PopBeforeSmtp } else { Auth::None }, at);
        }
        Switch::Unknown(at) => return Setting::unknown_at(at),
        Switch::On(_) | Switch::Absent => {}
    }
    match fields.switch("SPA", notes) {
        Switch::On(at) => Setting::written(Auth::Ntlm, at),
        Switch::Off(at) => Setting::written(Auth::Password, at),
        Switch::Absent => Setting::default(Auth::Ntlm),
        Switch::Unknown(at) => Setting::unknown_at(at),
    }
}

/// For the administrator: which element to set to which value.
fn steps(change: &Change, account: &Account) -> Vec<String> {
    let (side, elements) = match change {
        Change::Host { side, to } => (*side, format!("<Server>{to}</Server>")),
        Change::Username { side, to } => {
            (*side, format!("<LoginName>{to}</LoginName> (the server puts each user's own name there)"))
        }
        Change::Endpoint { side, port, security } => {
            let (ssl, encryption) = match security {
                Security::None => ("off", "None"),
                Security::Tls => ("on", "SSL"),
                Security::StartTls => ("on", "TLS"),
                Security::Auto => ("on", "Auto"),
                Security::StartTlsIfAvailable => return Vec::new(),
            };
            (*side, format!("<Port>{port}</Port>, <SSL>{ssl}</SSL> and <Encryption>{encryption}</Encryption>"))
        }
        Change::Auth { side, to } => {
            let elements = match to {
                Auth::Password => "<AuthRequired>on</AuthRequired> and <SPA>off</SPA>",
                Auth::Ntlm => "<AuthRequired>on</AuthRequired> and <SPA>on</SPA>",
                Auth::None => "<AuthRequired>off</AuthRequired>",
                _ => return Vec::new(),
            };
            (*side, elements.to_owned())
        }
        Change::RemoveAfterDays(days) => {
            return vec![format!(
                "Autodiscover cannot set this: once the account is set up, tick \"Remove from server after\" in Outlook, with \
                 {days} days."
            )];
        }
        _ => return Vec::new(),
    };
    let kind = match (side, account.incoming.as_ref().map(|server| server.protocol)) {
        (Side::Outgoing, _) => "SMTP",
        (Side::Incoming, Some(Protocol::Imap)) => "IMAP",
        (Side::Incoming, _) => "POP3",
    };
    vec![
        format!("The administrator changes the Autodiscover answer: in the <Protocol> with <Type>{kind}</Type>, set"),
        elements,
    ]
}

#[cfg(test)]
mod tests {
    use maillint_model::{Bundle, ClientFormat};
    use maillint_source::Limits;

    use super::Autodiscover;
    use crate::show;

    /// An answer with these elements in its account.
    fn answer(user: &str, protocols: &str) -> String {
        format!(
            "<Autodiscover><Response><User>{user}</User><Account><Action>settings</Action>{protocols}</Account></Response>\
             </Autodiscover>"
        )
    }

    #[test]
    fn what_is_not_understood_is_counted_after_the_first() {
        let protocol = "<Protocol><Type>IMAP</Type><Encryption>x</Encryption><SPA>x</SPA></Protocol>";
        let reading = show::read(&Autodiscover, "a.xml", answer("", &protocol.repeat(50)).as_bytes()).unwrap();
        assert_eq!((reading.accounts.len(), reading.notes.len()), (50, 42));
        let last: Vec<&str> = reading.notes[40..].iter().map(|note| note.message.as_str()).collect();
        assert_eq!(
            last,
            [
                "There are 30 more values of Encryption that were not understood.",
                "There are 30 more elements that must be on or off."
            ]
        );
    }

    /// How many accounts are read of these, where the limit is 10.
    fn count(text: &str) -> usize {
        let bundle = Bundle::single(show::input("a.xml", text.as_bytes()));
        let limits = Limits { accounts: 10, ..Limits::default() };
        Autodiscover.read(&bundle, &limits).unwrap().accounts.len()
    }

    #[test]
    fn one_account_over_the_limit_is_read_so_that_the_limit_is_told() {
        let imap = "<Protocol><Type>IMAP</Type></Protocol>";
        let smtp = "<Protocol><Type>SMTP</Type></Protocol>";
        assert_eq!(count(&answer("", &imap.repeat(10))), 10);
        assert_eq!(count(&answer("", &imap.repeat(11))), 11);
        assert_eq!(count(&answer("", &imap.repeat(40))), 11);
        assert_eq!(count(&answer("", &smtp.repeat(10))), 10);
        assert_eq!(count(&answer("", &smtp.repeat(40))), 11);
        // The first outgoing server is that of the incoming ones.
        assert_eq!(count(&answer("", &(imap.repeat(5) + &smtp.repeat(6)))), 10);
        assert_eq!(count(&answer("", &(imap.repeat(5) + &smtp.repeat(7)))), 11);
        let account = format!("</Account><Account>{imap}{imap}{imap}");
        assert_eq!(count(&answer("", &account.repeat(9))), 11);
    }

    #[test]
    fn accounts_share_no_text_that_is_long() {
        let long = "L".repeat(9_000);
        let user =
            format!("<DisplayName>{long}</DisplayName><AutoDiscoverSMTPAddress>{long}</AutoDiscoverSMTPAddress>");
        let smtp =
            format!("<Protocol><Type>SMTP</Type><Server>{long}</Server><LoginName>{long}</LoginName></Protocol>");
        let imap = "<Protocol><Type>IMAP</Type><Server>mail.example.org</Server></Protocol>";
        let reading = show::read(&Autodiscover, "a.xml", answer(&user, &(imap.repeat(3) + &smtp)).as_bytes()).unwrap();
        assert_eq!(reading.accounts.len(), 3);
        for account in &reading.accounts {
            let identity = &account.identities[0];
            assert_eq!(identity.name.text().map(str::len), Some(1 << 10));
            let outgoing = account.outgoing.as_ref().unwrap();
            for unknown in [&identity.address, &outgoing.host, &outgoing.username] {
                assert!(unknown.text().is_none() && unknown.at().is_some());
            }
        }
    }
}
