//! Becky! Internet Mail: `Mailbox.ini`, one a mailbox (`formats/outlook.md` §5.6, after Thunderbird's importer).
//!
//! In the code page of the system, mostly `Shift_JIS`: names of people cannot be told, servers are ASCII.

use maillint_model::{
    Account, Auth, Bundle, ClientFormat, FormatMeta, Identity, Probe, Protocol, Reading, Recognition, Retention, Role,
    Security, Server, Setting,
};
use maillint_source::Limits;

use crate::ini_file::{self, IniFile, stated_switch};
use crate::values::{Values, decide, port, translate};

/// The format.
pub struct Becky;

static META: FormatMeta = FormatMeta {
    id: "becky-mailbox",
    client: "becky",
    client_name: "Becky!",
    what: "settings of a mailbox of Becky! Internet Mail (Mailbox.ini)",
    places: &["Windows: <data folder of Becky!>\\<mailbox>.mb\\Mailbox.ini"],
    names: &["Mailbox.ini"],
    companions: &[],
    role: Role::Accounts,
};

impl ClientFormat for Becky {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if ["[account]", "mailserver=", "smtpserver="].iter().all(|word| probe.has_lower(word)) {
            Recognition::Yes
        } else if probe.name.eq_ignore_ascii_case("Mailbox.ini") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let ini = ini_file::read(&bundle.main, limits);
        let section = ini.document.section("Account")?;
        section.get("MailServer").or_else(|| section.get("SMTPServer"))?;
        let values = ini.values(section);
        let mut account = Account::new(&META, ini.place(section), key(&bundle.main.name));
        fill(&mut account, &values, &ini);
        Some(Reading::new(vec![account], ini.notes))
    }
}

/// The name of the mailbox's folder, where the path has it.
fn key(path: &str) -> &str {
    path.rsplit('/').nth(1).unwrap_or("Account")
}

fn fill(account: &mut Account, values: &Values, ini: &IniFile) {
    account.name = ini.legible(values.text_or_unknown("Name"));
    account.secrets = values.secrets();
    account.identities.push(Identity {
        address: values.text_or_unknown("MailAddress"),
        name: ini.legible(values.text_or_unknown("YourName")),
        ..Identity::default()
    });
    let is_imap = values.number("Protocol").is_some_and(|protocol| protocol.get() == Some(1));
    let incoming = if is_imap {
        let port = port(values.number("IMAP4Port").as_ref(), 143);
        Server {
            security: security(values, "SSLIMAP", &port, 993),
            port,
            host: values.text_or_unknown("MailServer"),
            username: values.text_or_unknown("UserID"),
            ..Server::new(Protocol::Imap)
        }
    } else {
        account.retention = Some(retention(values));
        let port = port(values.number("POP3Port").as_ref(), 110);
        let auth = values.number("POP3Auth").map_or_else(Setting::unknown, |auth| {
            translate(&auth, |auth| match auth {
                0 => Some(Auth::Password),
                1 | 2 => Some(Auth::Encrypted),
                3 => Some(Auth::Ntlm),
                _ => None,
            })
        });
        Server {
            security: security(values, "SSLPOP", &port, 995),
            port,
            auth,
            host: values.text_or_unknown("MailServer"),
            username: values.text_or_unknown("UserID"),
            ..Server::new(Protocol::Pop3)
        }
    };
    account.incoming = Some(incoming);
    let port = port(values.number("SMTPPort").as_ref(), 25);
    account.outgoing = Some(Server {
        security: security(values, "SSLSMTP", &port, 465),
        port,
        auth: outgoing_auth(values),
        host: values.text_or_unknown("SMTPServer"),
        ..Server::new(Protocol::Smtp)
    });
}

/// 1 is encryption of either kind: on the port that is for one of them alone, it is that one.
fn security(values: &Values, name: &str, port: &Setting<u16>, tls_port: u16) -> Setting<Security> {
    decide(values.number(name).as_ref(), Security::None, |ssl| match (ssl, port.get()) {
        (0, _) => Some(Security::None),
        (1, Some(port)) if port == tls_port => Some(Security::Tls),
        _ => None,
    })
}

fn outgoing_auth(values: &Values) -> Setting<Auth> {
    let is_on = decide(values.number("SMTPAUTH").as_ref(), false, |on| Some(on == 1));
    match (is_on.get(), values.number("SMTPAUTHMODE")) {
        (Some(false), _) => is_on.map(|_| Auth::None),
        (Some(true), Some(mode)) => translate(&mode, |mode| match mode {
            1 => Some(Auth::Encrypted),
            2 | 4 | 6 => Some(Auth::Password),
            _ => None,
        }),
        _ => Setting::unknown(),
    }
}

/// `KeepDays` of 0, and none, are not known to mean anything.
fn retention(values: &Values) -> Retention {
    let leave = stated_switch(values, "LeaveServer");
    let days = values.number("KeepDays");
    Retention {
        remove_after_days: match (leave.get(), &days) {
            (Some(false), _) => leave.clone().map(|_| None),
            (Some(true), Some(days)) => translate(days, |days| (days > 0).then_some(Some(days))),
            _ => Setting::unknown(),
        },
        remove_when_deleted: if leave.get() == Some(false) { leave.clone() } else { Setting::unknown() },
        stored_days: days.unwrap_or_default(),
        is_clients_number: false,
        leave_on_server: leave,
    }
}
