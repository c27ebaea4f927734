//! `Accounts3.sqlite` and `Accounts4.sqlite`: Apple's system-wide store of accounts, on Macs since OS X 10.9 (the only
//! one since 10.11) and on phones since iOS 7.
//!
//! Two formats of one file: a Mac and a phone differ in keys, in habits and in dialogs, and the rows tell whose they
//! are. `store` takes the rows out, `account` makes accounts of them (`shared/formats/apple.md` §2).

#[cfg(feature = "sqlite")]
mod account;
#[cfg(feature = "sqlite")]
mod read;
#[cfg(feature = "sqlite")]
mod store;

use maillint_model::{Account, Bundle, Change, ClientFormat, FormatMeta, Probe, Reading, Recognition, Role};
use maillint_source::Limits;
use maillint_syntax::sqlite;

#[cfg(feature = "sqlite")]
use self::read::read;
use crate::retention::Device;
use crate::steps::{self, Dialogs};

/// The store of a Mac.
pub struct MacAccounts;

/// The store of an iPhone or iPad.
pub struct PhoneAccounts;

/// The log of the store, which holds its newest changes.
pub(crate) const WAL: &str = "{name}-wal";

/// The name of the store in a backup: SHA-1 of `HomeDomain-Library/Accounts/Accounts3.sqlite`.
pub(crate) const IN_BACKUP: &str = "943624fd13e27b800cc6d9ce1100c22356ee365c";

/// The name of its log: SHA-1 of the same with `-wal`.
pub(crate) const LOG_IN_BACKUP: &str = "753735100db1295a1e890387439f694403d65ca8";

/// The log in a backup, beside the store (up to iOS 9) or in the folder that its hash begins with.
const WALS_IN_BACKUP: [&str; 2] = [LOG_IN_BACKUP, "../75/753735100db1295a1e890387439f694403d65ca8"];

/// Where Mail keeps its other preferences; accounts were there up to OS X 10.10. Beside a database it has nothing to add,
/// and nothing is missing for it.
const PREFERENCES: [&str; 2] = [
    "../Preferences/com.apple.mail.plist",
    "../Containers/com.apple.mail/Data/Library/Preferences/com.apple.mail.plist",
];

static MAC: FormatMeta = FormatMeta {
    id: "apple-accounts-db",
    client: "apple-mail",
    client_name: "Apple Mail",
    what: "Accounts4.sqlite or Accounts3.sqlite (OS X 10.9 and later)",
    places: &["~/Library/Accounts/Accounts4.sqlite", "~/Library/Accounts/Accounts3.sqlite (10.9 to 10.12)"],
    names: &["Accounts*.sqlite"],
    companions: &[WAL, PREFERENCES[0], PREFERENCES[1]],
    role: Role::Accounts,
};

static PHONE: FormatMeta = FormatMeta {
    id: "apple-ios-accounts-db",
    client: "apple-ios-mail",
    client_name: "Mail on iPhone and iPad",
    what: "Accounts3.sqlite of a device or a backup (iOS 7 and later)",
    places: &[
        "/private/var/mobile/Library/Accounts/Accounts3.sqlite",
        "94/943624fd13e27b800cc6d9ce1100c22356ee365c in the folder of an unencrypted backup",
    ],
    names: &["Accounts*.sqlite", IN_BACKUP],
    companions: &[WAL, WALS_IN_BACKUP[0], WALS_IN_BACKUP[1]],
    role: Role::Accounts,
};

/// Said of a log that came alone.
const ONLY_THE_LOG: &str = "This file holds only the newest changes to an accounts database. Give it together with the \
    file of the same name without -wal, in one folder.";

impl ClientFormat for MacAccounts {
    fn meta(&self) -> &'static FormatMeta {
        &MAC
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if is_log(probe.head) && is_named_so(probe.name) { Recognition::Yes } else { recognise(probe) }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        if is_log(&bundle.main.bytes) {
            return Some(Reading::unsupported(ONLY_THE_LOG));
        }
        read(bundle, limits, &MAC, Device::Mac)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::on_device(change, account, Dialogs::Mac)
    }
}

impl ClientFormat for PhoneAccounts {
    fn meta(&self) -> &'static FormatMeta {
        &PHONE
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        recognise(probe)
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        read(bundle, limits, &PHONE, Device::Phone)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::on_device(change, account, Dialogs::Phone)
    }
}

fn recognise(probe: &Probe<'_>) -> Recognition {
    if !probe.head.starts_with(sqlite::MAGIC) {
        Recognition::No
    } else if is_named_so(probe.name) || probe.has_bytes(b"ZACCOUNT") {
        Recognition::Yes
    } else if probe.len <= Limits::default().file_bytes {
        Recognition::Maybe
    } else {
        // Of some other program: that it is too long to be read is not worth a word.
        Recognition::No
    }
}

/// Whether a file starts as a write-ahead log does.
fn is_log(head: &[u8]) -> bool {
    head.starts_with(&[0x37, 0x7F, 0x06, 0x82]) || head.starts_with(&[0x37, 0x7F, 0x06, 0x83])
}

/// Whether a file is called like one of ours, with whatever a browser or a person put around the name.
fn is_named_so(name: &str) -> bool {
    name.starts_with("Accounts") || name == IN_BACKUP
}

#[cfg(not(feature = "sqlite"))]
fn read(bundle: &Bundle, _limits: &Limits, meta: &'static FormatMeta, device: Device) -> Option<Reading> {
    let _ = meta;
    (device == Device::Mac && is_named_so(bundle.main.base_name())).then(|| {
        Reading::unsupported(
            "This build of maillint reads no databases. Give the file to one that was built with SQLite.",
        )
    })
}
