//! Backups that Finder, iTunes and Apple Devices make of phones: a folder whose files are called by hashes, and
//! `Manifest.plist`, which says whether they are encrypted and of what they are a backup (`shared/formats/apple.md`
//! §2.9). The accounts are those of [`PhoneAccounts`], found by the hash of their path.

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Note, NoteKind, Probe, Reading, Recognition, Role,
};
use maillint_source::Limits;
use maillint_syntax::plist::{self, Value};

use crate::accounts_db::{IN_BACKUP, LOG_IN_BACKUP, PhoneAccounts, WAL};
use crate::steps::{self, Dialogs};
use crate::{foundation, is_plist};

/// The format.
pub struct IosBackup;

/// The accounts database, by folders since iOS 10 and in one folder before; then its log.
const DATABASES: [&str; 2] = ["94/943624fd13e27b800cc6d9ce1100c22356ee365c", IN_BACKUP];
const LOGS: [&str; 2] = ["75/753735100db1295a1e890387439f694403d65ca8", LOG_IN_BACKUP];

static META: FormatMeta = FormatMeta {
    id: "apple-ios-backup",
    client: "apple-ios-mail",
    client_name: "Mail on iPhone and iPad",
    what: "Manifest.plist of an iPhone or iPad backup",
    places: &[
        "~/Library/Application Support/MobileSync/Backup/<device>/Manifest.plist",
        r"%APPDATA%\Apple Computer\MobileSync\Backup\<device>\Manifest.plist",
    ],
    names: &["Manifest.plist"],
    companions: &[DATABASES[0], DATABASES[1], LOGS[0], LOGS[1]],
    role: Role::Accounts,
};

const ENCRYPTED: &str = "This backup is encrypted; it cannot be read here. In Finder, iTunes or Apple Devices, untick \
    Encrypt local backup, back up once more, and give that backup.";

const ONLY_THE_MANIFEST: &str = "This file only describes a backup. The accounts are in the file \
    94/943624fd13e27b800cc6d9ce1100c22356ee365c of the same folder (without the folder 94 up to iOS 9), which was not \
    there. Give the whole folder of the backup.";

impl ClientFormat for IosBackup {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if !is_plist(probe) {
            Recognition::No
        } else if probe.has_bytes(b"BackupKeyBag") || probe.has_bytes(b"WasPasscodeSet") {
            Recognition::Yes
        } else if probe.name.eq_ignore_ascii_case("Manifest.plist") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let manifest = plist::parse(&bundle.main.bytes, limits)?.root;
        // Many programs have a Manifest.plist.
        let device = manifest.get("Lockdown").filter(|device| device.is_dict())?;
        if foundation::switch(manifest.get("IsEncrypted")?) != Some(false) {
            return Some(Reading::unsupported(ENCRYPTED));
        }
        let Some(database) = DATABASES.iter().find_map(|pattern| bundle.companion(pattern)) else {
            return Some(Reading::unsupported(ONLY_THE_MANIFEST));
        };
        let mut accounts = Bundle::single(database.clone());
        let log = LOGS.iter().find_map(|pattern| bundle.companion(pattern));
        accounts.companions.extend(log.map(|log| (WAL, log.clone())));
        let Some(mut reading) = PhoneAccounts.read(&accounts, limits) else {
            return Some(Reading::unsupported("The accounts database of this backup cannot be read here."));
        };
        let text = |key: &str| device.get(key).and_then(Value::text);
        for account in &mut reading.accounts {
            account.client_version = text("ProductVersion").map(str::to_owned);
        }
        if let Some(version) = text("ProductVersion") {
            reading.notes.push(Note::new(NoteKind::Info, format!("This is a backup of a device with iOS {version}.")));
        }
        Some(reading)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::on_device(change, account, Dialogs::Phone)
    }
}
