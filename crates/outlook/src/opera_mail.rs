//! Opera Mail (M2): `mail/accounts.ini` (`formats/outlook.md` §5.8, after KDE's importer). Always UTF-8.

use maillint_model::{
    Account, Auth, Bundle, ClientFormat, FormatMeta, Identity, Probe, Protocol, Reading, Recognition, Retention, Role,
    Security, Server, Setting,
};
use maillint_source::Limits;
use maillint_syntax::ini::Section;

use crate::ini_file::{self, IniFile, stated_switch};
use crate::values::{Values, translate};

/// The format.
pub struct OperaMail;

static META: FormatMeta = FormatMeta {
    id: "opera-mail-accounts",
    client: "opera-mail",
    client_name: "Opera Mail",
    what: "accounts of Opera Mail (accounts.ini)",
    places: &["the folder mail in Opera's profile: mail/accounts.ini"],
    names: &["accounts.ini"],
    companions: &[],
    role: Role::Accounts,
};

impl ClientFormat for OperaMail {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.has("[Account") && probe.has("Incoming Protocol=") {
            Recognition::Yes
        } else if probe.name.eq_ignore_ascii_case("accounts.ini") && probe.has("[Accounts]") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let ini = ini_file::read(&bundle.main, limits);
        let is_account = |section: &&Section| {
            let number = section.name.value.strip_prefix("Account");
            number.is_some_and(|number| number.parse::<u32>().is_ok()) && section.get("Incoming Protocol").is_some()
        };
        // One over the limit, so that it shows that there are more.
        let accounts = ini.document.sections.iter().filter(is_account).take(limits.accounts.saturating_add(1));
        let accounts: Vec<Account> = accounts.map(|section| account(section, &ini)).collect();
        (!accounts.is_empty()).then(|| Reading::new(accounts, ini.notes))
    }
}

fn account(section: &Section, ini: &IniFile) -> Account {
    let values = ini.values(section);
    let mut account = Account::new(&META, ini.place(section), section.name.value.as_str());
    account.name = values.text_or_unknown("Account Name");
    account.secrets = values.secrets();
    let stated = values.text_or_unknown("Incoming Protocol");
    let (protocol, remark) = match stated.text().unwrap_or_default() {
        "POP" => (Protocol::Pop3, None),
        "IMAP" => (Protocol::Imap, None),
        "NEWS" => (Protocol::News, Some("news, not mail")),
        "RSS" => (Protocol::Feed, Some("feeds, not mail")),
        "CHAT" => (Protocol::Chat, Some("chat, not mail")),
        "IMPORT" => (Protocol::Local, Some("mail brought in from another program")),
        _ => (Protocol::Other, Some("not a POP or IMAP account")),
    };
    account.remark = remark.map(str::to_owned);
    if !protocol.is_mail() {
        account.incoming = Some(Server::new(protocol));
        return account;
    }
    account.identities.push(Identity {
        address: values.text_or_unknown("Email"),
        name: values.text_or_unknown("Real Name"),
        reply_to: values.text_or_unknown("Replyto"),
        outgoing: None,
    });
    account.incoming = Some(server(&values, "Incoming", "Secure Connection In", protocol));
    account.outgoing = Some(server(&values, "Outgoing", "Secure Connection Out", Protocol::Smtp));
    account.retention = (protocol == Protocol::Pop3).then(|| retention(&values));
    account.check_minutes = values.number("Poll Interval").map_or_else(Setting::unknown, |seconds| {
        translate(&seconds, |seconds| (seconds > 0).then(|| Some(seconds.div_ceil(60))))
    });
    account
}

fn server(values: &Values, side: &str, secure: &str, protocol: Protocol) -> Server {
    let number = |name: &str| values.number(&format!("{side} {name}"));
    // Which port stands for 0, and for none, the facts do not say.
    let port = number("Port").map_or_else(Setting::unknown, |port| {
        translate(&port, |port| u16::try_from(port).ok().filter(|port| *port != 0))
    });
    let security = values.number(secure).map_or_else(Setting::unknown, |secure| {
        translate(&secure, |secure| match (secure, port.get()) {
            (0, _) => Some(Security::None),
            (1, Some(110 | 143 | 25 | 587)) => Some(Security::StartTls),
            _ => None,
        })
    });
    let auth = number("Authentication Method").map_or_else(Setting::unknown, |method| {
        translate(&method, |method| match method {
            0 => Some(Auth::None),
            1 | 2 | 5 => Some(Auth::Password),
            6 | 10 => Some(Auth::Encrypted),
            31 => Some(Auth::Any),
            _ => None,
        })
    });
    Server {
        host: values.text_or_unknown(&format!("{side} Servername")),
        username: values.text_or_unknown(&format!("{side} Username")),
        port,
        security,
        auth,
        ..Server::new(protocol)
    }
}

/// The delay is in seconds.
fn retention(values: &Values) -> Retention {
    let leave = stated_switch(values, "Leave On Server");
    let is_limited = stated_switch(values, "Remove From Server Delay Enabled");
    let days = values.number("Remove From Server Delay").map(|seconds| seconds.map(|seconds| seconds.div_ceil(86_400)));
    Retention {
        remove_after_days: match (leave.get(), is_limited.get()) {
            (Some(false), _) => leave.clone().map(|_| None),
            (Some(true), Some(false)) => is_limited.map(|_| None),
            (Some(true), Some(true)) => days.clone().unwrap_or_default().map(Some),
            _ => Setting::unknown(),
        },
        remove_when_deleted: if leave.get() == Some(false) { leave.clone() } else { Setting::unknown() },
        stored_days: days.unwrap_or_default(),
        is_clients_number: false,
        leave_on_server: leave,
    }
}
