//! Eudora for Windows: `eudora.ini` (`formats/outlook.md` §5.7, after Thunderbird's importer).
//!
//! `[Settings]` is the dominant personality; the others have sections of their own. Ports, encryption and the age limit
//! are not among the facts: they stay unknown.

use maillint_model::{
    Account, Bundle, ClientFormat, FormatMeta, Identity, Probe, Protocol, Reading, Recognition, Retention, Role,
    Server, Setting,
};
use maillint_source::{Limits, Location, Span};
use maillint_syntax::ini::Section;

use crate::ini_file::{self, IniFile};
use crate::values::{Values, switch};

/// The format.
pub struct Eudora;

static META: FormatMeta = FormatMeta {
    id: "eudora-ini",
    client: "eudora",
    client_name: "Eudora",
    what: "settings of Eudora for Windows (eudora.ini)",
    places: &["Windows: %APPDATA%\\Qualcomm\\Eudora\\eudora.ini, or the folder of Eudora"],
    names: &["eudora.ini"],
    companions: &[],
    role: Role::Accounts,
};

impl ClientFormat for Eudora {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.has_lower("[settings]") && (probe.has_lower("popaccount=") || probe.has_lower("popserver=")) {
            Recognition::Yes
        } else if probe.name.eq_ignore_ascii_case("eudora.ini") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let ini = ini_file::read(&bundle.main, limits);
        let is_personality = |section: &&Section| {
            section.name.value.get(..8).is_some_and(|start| start.eq_ignore_ascii_case("Persona-"))
        };
        let dominant = ini.document.section("Settings");
        let sections = dominant.into_iter().chain(ini.document.sections.iter().filter(is_personality));
        // One over the limit, so that it shows that there are more.
        let accounts = sections.filter(|section| names_a_server(section)).take(limits.accounts.saturating_add(1));
        let accounts: Vec<Account> = accounts.map(|section| account(section, &ini)).collect();
        (!accounts.is_empty()).then(|| Reading::new(accounts, ini.notes))
    }
}

fn names_a_server(section: &Section) -> bool {
    ["POPAccount", "PopServer", "SMTPServer"].iter().any(|key| section.get(key).is_some())
}

fn account(section: &Section, ini: &IniFile) -> Account {
    let values = ini.values(section);
    let mut account = Account::new(&META, ini.place(section), section.name.value.as_str());
    account.is_default = section.name.value.eq_ignore_ascii_case("Settings");
    account.secrets = values.secrets();
    account.identities.push(Identity {
        address: values.text_or_unknown("ReturnAddress"),
        name: values.text_or_unknown("RealName"),
        ..Identity::default()
    });
    account.incoming = protocol(&values).map(|protocol| {
        let (user, host) = pop_account(values.text("POPAccount"));
        Server {
            host: values.text("PopServer").unwrap_or(host),
            username: values.text("LoginName").unwrap_or(user),
            ..Server::new(protocol)
        }
    });
    account.retention =
        account.incoming.as_ref().filter(|server| server.protocol == Protocol::Pop3).map(|_| retention(&values));
    account.outgoing = Some(Server { host: values.text_or_unknown("SMTPServer"), ..Server::new(Protocol::Smtp) });
    account
}

/// POP unless it is switched off.
fn protocol(values: &Values) -> Option<Protocol> {
    let is_on = |name, default| values.number(name).map_or(Some(default), |number| number.get().map(|on| on != 0));
    match (is_on("UsesPOP", true), is_on("UsesIMAP", false)) {
        (Some(true), _) => Some(Protocol::Pop3),
        (Some(false), Some(true)) => Some(Protocol::Imap),
        _ => None,
    }
}

/// The two halves of `user@host`: the last `@` parts them.
fn pop_account(stated: Option<Setting<String>>) -> (Setting<String>, Setting<String>) {
    let Some(stated) = stated else { return (Setting::unknown(), Setting::unknown()) };
    let (Some(text), Some(at)) = (stated.text(), stated.at()) else { return (Setting::unknown(), Setting::unknown()) };
    let Some((user, host)) = text.rsplit_once('@') else { return (stated.clone(), Setting::unknown()) };
    let start = at.span.start as usize;
    let part = |text: &str, start: usize| {
        Setting::written(text.to_owned(), Location::new(&at.file, Span::new(start, start + text.len())))
    };
    (part(user, start), part(host, start + user.len() + 1))
}

fn retention(values: &Values) -> Retention {
    let leave = switch(values.number("LeaveMailOnServer").as_ref());
    let is_off = leave.get() == Some(false);
    Retention {
        remove_after_days: if is_off { leave.clone().map(|_| None) } else { Setting::unknown() },
        remove_when_deleted: if is_off { leave.clone() } else { Setting::unknown() },
        stored_days: Setting::unknown(),
        is_clients_number: false,
        leave_on_server: leave,
    }
}
