//! Accounts in the words of the Internet Account Manager: Outlook Express, Outlook 98 and 2000 (Internet Mail Only),
//! Windows Mail and Windows Live Mail.
//!
//! One vocabulary, whichever file it stands in: registry, `.iaf`, `.oeaccount` (`formats/outlook.md` §2.6, §5.1, §5.2).
//! What is not there has its default.

use maillint_model::{Account, Auth, Identity, Protocol, Retention, Security, Server, Setting};

use crate::values::{Values, decide, port, switch, translate};

/// Who opens the connection: they start TLS for outgoing mail in different ways.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Program {
    /// Outlook Express, and Outlook 98 and 2000. Windows XP SP3 brought STARTTLS (KB933612); before, TLS started at
    /// once on every port. Which of them reads a file, the file does not tell.
    OutlookExpress,
    /// Windows Mail from Vista SP1 on, Windows Live Mail.
    WindowsMail,
}

/// Fills in what `values` say, by their names in the registry: `POP3 Server`, `SMTP Use Sicily`.
pub(crate) fn fill(account: &mut Account, values: &Values, program: Program) {
    account.name = text(values, "Account Name");
    account.secrets = values.secrets();
    let protocol = protocol(values);
    let incoming = protocol.map(|protocol| match protocol {
        Protocol::Pop3 => incoming(protocol, "POP3", 110, values),
        Protocol::Imap => incoming(protocol, "IMAP", 143, values),
        Protocol::News => Server { host: text(values, "NNTP Server"), ..Server::new(protocol) },
        Protocol::Directory => Server { host: text(values, "LDAP Server"), ..Server::new(protocol) },
        _ => Server::new(protocol),
    });
    account.remark = protocol.and_then(|protocol| remark(protocol, values)).map(str::to_owned);
    if protocol.is_none_or(Protocol::is_mail) {
        account.identities.push(Identity {
            address: text(values, "SMTP Email Address"),
            name: text(values, "SMTP Display Name"),
            reply_to: text(values, "SMTP Reply To Email Address"),
            outgoing: None,
        });
        let has_outgoing = protocol.is_some() || values.has_text("SMTP Server");
        account.outgoing = has_outgoing.then(|| outgoing(values, incoming.as_ref(), program));
    }
    account.retention = (protocol == Some(Protocol::Pop3)).then(|| retention(values));
    account.incoming = incoming;
}

/// What an account is: values of other protocols are left over in it, but only one has a server.
fn protocol(values: &Values) -> Option<Protocol> {
    let by_server = [
        ("POP3 Server", Protocol::Pop3),
        ("IMAP Server", Protocol::Imap),
        ("HTTPMail Server", Protocol::Other),
        ("NNTP Server", Protocol::News),
        ("LDAP Server", Protocol::Directory),
    ];
    by_server.into_iter().find(|(name, _)| values.has_text(name)).map(|(_, protocol)| protocol)
}

/// What else is to be said of an account, for people.
fn remark(protocol: Protocol, values: &Values) -> Option<&'static str> {
    match protocol {
        Protocol::News => Some("news, not mail"),
        Protocol::Directory => Some("an address book, not a mail account"),
        Protocol::Pop3 if switch(values.number("POP3 Skip Account").as_ref()).get() == Some(true) => {
            Some("left out when mail is fetched from all accounts")
        }
        Protocol::Pop3 | Protocol::Imap => None,
        _ => Some("Hotmail over HTTP, which is no longer in service"),
    }
}

/// A text; an empty one says nothing.
fn text(values: &Values, name: &str) -> Setting<String> {
    let stated = values.text(name);
    stated.filter(|text| text.text().is_none_or(|text| !text.trim().is_empty())).unwrap_or_default()
}

fn incoming(protocol: Protocol, prefix: &str, default_port: u16, values: &Values) -> Server {
    let number = |name: &str| values.number(&format!("{prefix} {name}"));
    // There is no STARTTLS for incoming mail: the box means TLS from the first byte, on any port.
    let security = decide(number("Secure Connection").as_ref(), Security::None, |secure| match secure {
        0 => Some(Security::None),
        1 => Some(Security::Tls),
        _ => None,
    });
    let sicily = decide(number("Use Sicily").as_ref(), Auth::Password, |sicily| match sicily {
        0 => Some(Auth::Password),
        1 => Some(Auth::Ntlm),
        _ => None,
    });
    let apop = number("Use APOP").filter(|apop| apop.get().is_none_or(|apop| apop != 0));
    let auth = match apop {
        Some(apop) if protocol == Protocol::Pop3 && sicily.get() != Some(Auth::Ntlm) => {
            translate(&apop, |_| Some(Auth::Encrypted))
        }
        _ => sicily,
    };
    Server {
        host: text(values, &format!("{prefix} Server")),
        port: port(number("Port").as_ref(), default_port),
        security,
        auth,
        username: text(values, &format!("{prefix} User Name")),
        ..Server::new(protocol)
    }
}

fn outgoing(values: &Values, incoming: Option<&Server>, program: Program) -> Server {
    let port = port(values.number("SMTP Port").as_ref(), 25);
    let security = decide(values.number("SMTP Secure Connection").as_ref(), Security::None, |secure| {
        match (secure, port.get(), program) {
            (0, ..) => Some(Security::None),
            (1, Some(465), _) => Some(Security::Tls),
            (1, Some(_), Program::WindowsMail) | (1, Some(25 | 587), _) => Some(Security::StartTls),
            _ => None,
        }
    });
    let (auth, username) = outgoing_sign_in(values, incoming);
    Server { host: text(values, "SMTP Server"), port, security, auth, username, ..Server::new(Protocol::Smtp) }
}

/// `SMTP Use Sicily`: 0 none, 1 Secure Password Authentication, 2 as for incoming mail, 3 by a name and password of its
/// own (`SMTPAUTHTYPE`).
fn outgoing_sign_in(values: &Values, incoming: Option<&Server>) -> (Setting<Auth>, Setting<String>) {
    let sicily = decide(values.number("SMTP Use Sicily").as_ref(), 0, |sicily| (sicily <= 3).then_some(sicily));
    let own = || text(values, "SMTP User Name");
    match (sicily.get(), incoming) {
        (Some(0), _) => (sicily.map(|_| Auth::None), Setting::unknown()),
        (Some(1), _) => (sicily.map(|_| Auth::Ntlm), own()),
        // APOP is a way of POP3 alone; what is done in its place for sending, the facts do not say.
        (Some(2), Some(incoming)) if incoming.auth.get() != Some(Auth::Encrypted) => {
            (incoming.auth.inherit(), incoming.username.inherit())
        }
        (Some(2), Some(incoming)) => (Setting::unknown(), incoming.username.inherit()),
        (Some(3), _) => (sicily.map(|_| Auth::Password), own()),
        _ => (sicily.at().map_or_else(Setting::unknown, |at| Setting::unknown_at(at.clone())), Setting::unknown()),
    }
}

/// Three switches; the last two have no effect without the first.
fn retention(values: &Values) -> Retention {
    let leave = switch(values.number("Leave Mail On Server").as_ref());
    let deleted = switch(values.number("Remove When Deleted").as_ref());
    let expired = switch(values.number("Remove When Expired").as_ref());
    let stated = values.number("Expire Days");
    let days = decide(stated.as_ref(), 0, Some);
    Retention {
        remove_after_days: match (leave.get(), expired.get()) {
            (Some(false), _) => leave.clone().map(|_| None),
            (Some(true), Some(false)) => expired.map(|_| None),
            (Some(true), Some(true)) => days.map(Some),
            (None, _) => leave.clone().map(|_| None),
            (_, None) => expired.map(|_| None),
        },
        remove_when_deleted: if leave.get() == Some(false) { leave.clone() } else { deleted },
        leave_on_server: leave,
        stored_days: stated.unwrap_or_default(),
        is_clients_number: false,
    }
}
