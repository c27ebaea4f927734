//! Outlook Express and Outlook 98/2000 "Internet Mail Only" in the registry (`formats/outlook.md` §2.1, §2.6).

use std::sync::Arc;

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Note, Probe, Reading, Recognition, Role, Status, enough,
};
use maillint_source::{Limits, Location, SourceFile};
use maillint_syntax::reg::{Key, Registry, Value};

use crate::express::{self, Program};
use crate::values::Values;
use crate::{registry, steps};

static META: FormatMeta = FormatMeta {
    id: "outlook-express-registry",
    client: "outlook-express",
    client_name: "Outlook Express",
    what: "registry export of the accounts of Outlook Express",
    places: &["Windows: HKEY_CURRENT_USER\\Software\\Microsoft\\Internet Account Manager, exported with regedit"],
    names: &["*.reg"],
    companions: &[],
    role: Role::Accounts,
};

static OMI: FormatMeta = FormatMeta {
    id: "outlook-internet-mail-only",
    client: "outlook",
    client_name: "Outlook",
    what: "registry export of the accounts of Outlook 98 and 2000 for Internet mail only",
    places: &[
        "Windows: HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\Outlook\\OMI Account Manager, exported with regedit",
    ],
    names: &["*.reg"],
    companions: &[],
    role: Role::Accounts,
};

/// Accounts that stand in the registry as Outlook Express keeps them. A registry is recognised by [`crate::OutlookRegistry`],
/// which hands on what it finds of these.
pub struct ExpressRegistry {
    meta: &'static FormatMeta,
}

/// Outlook Express.
pub static OUTLOOK_EXPRESS: ExpressRegistry = ExpressRegistry { meta: &META };

/// Outlook 98 and 2000 "Internet Mail Only", which of the two is not always told.
pub static INTERNET_MAIL_ONLY: ExpressRegistry = ExpressRegistry { meta: &OMI };

impl ClientFormat for ExpressRegistry {
    fn meta(&self) -> &'static FormatMeta {
        self.meta
    }

    fn recognise(&self, _: &Probe<'_>) -> Recognition {
        Recognition::No
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        registry::read(&bundle.main, limits)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::express(change, account)
    }
}

/// Whether a key of this name holds accounts.
pub(crate) fn is_manager(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"Internet Account Manager") || is_of_outlook(name)
}

/// Whether such a key is Outlook's own.
fn is_of_outlook(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"OMI Account Manager")
}

/// Reads the accounts; `None` if there are none.
pub(crate) fn read(registry: &Registry, file: &Arc<SourceFile>, limits: &Limits) -> Option<(Vec<Account>, Vec<Note>)> {
    let mut accounts = Vec::new();
    let mut notes = Vec::new();
    for key in registry.keys() {
        let Some(manager) = manager_of(key) else { continue };
        if key.values().next().is_none() {
            continue;
        }
        if let Some(note) = enough(accounts.len(), limits) {
            notes.push(note);
            break;
        }
        accounts.push(account(key, &manager, registry, file));
    }
    (!accounts.is_empty() || !notes.is_empty()).then_some((accounts, notes))
}

/// The path of the account manager, for a key `…\Accounts\<id>` in it.
fn manager_of(key: &Key) -> Option<String> {
    let names: Vec<&str> = key.names().collect();
    let at = names.iter().position(|name| is_manager(name.as_bytes()))?;
    match names.get(at + 1..) {
        Some([accounts, _]) if accounts.eq_ignore_ascii_case("Accounts") => Some(names[..=at].join("\\")),
        _ => None,
    }
}

fn account(key: &Key, manager: &str, registry: &Registry, file: &Arc<SourceFile>) -> Account {
    let values = Values::of_key(key, file);
    let is_of_outlook = manager.rsplit('\\').next().is_some_and(|name| is_of_outlook(name.as_bytes()));
    let meta = if is_of_outlook { &OMI } else { &META };
    let mut account = Account::new(meta, Location::new(file, key.span), key.name());
    let names: Vec<&str> = key.names().collect();
    let identity =
        names.iter().position(|name| name.eq_ignore_ascii_case("Identities")).and_then(|at| names.get(at + 1));
    account.profile = identity.map(|identity| (*identity).to_owned());
    let default = registry.key(manager).and_then(|key| key.value("Default Mail Account")).and_then(Value::text);
    account.is_default = default.is_some_and(|default| default.eq_ignore_ascii_case(key.name()));
    express::fill(&mut account, &values, Program::OutlookExpress);
    if values.number("POP3 Skip Account").is_some_and(|skip| skip.get().is_some_and(|skip| skip != 0)) {
        account.status = Status::Disabled;
        account.remark = Some("left out when mail is fetched".to_owned());
    }
    account
}
