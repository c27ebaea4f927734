//! Outlook's accounts in a registry hive: `NTUSER.DAT` of a disk that is not running, files of `reg save`
//! (`formats/outlook.md` §4).

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Note, NoteKind, Outcome, Probe, Reading, Recognition, Role,
};
use maillint_source::{Limits, SourceFile};
use maillint_syntax::hive;

use crate::{express_registry, profile, registry, steps};

static META: FormatMeta = FormatMeta {
    id: "outlook-hive",
    client: "outlook",
    client_name: "Outlook",
    what: "registry hive of a Windows user (NTUSER.DAT)",
    places: &["Windows: C:\\Users\\<name>\\NTUSER.DAT, while that user is not signed in"],
    names: &["NTUSER.DAT", "*.hiv", "*.hive"],
    companions: &[],
    role: Role::Accounts,
};

/// What to send where a hive cannot be read.
const INSTEAD: &str = "On the computer itself, sign in as this user and make an export instead: press Win+R, enter regedit, \
    open HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles (15.0 for Outlook 2013), right-click Profiles, \
    choose Export and send the .reg file.";

/// Offline hives with the profiles of Outlook 2002 to 365.
pub struct OutlookHive;

impl ClientFormat for OutlookHive {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if hive::is_hive(probe.head) { Recognition::Maybe } else { Recognition::No }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        if !hive::is_hive(&bundle.main.bytes) {
            return None;
        }
        let name = &bundle.main.name;
        let read = hive::read(&bundle.main.bytes, registry::is_wanted, registry::is_secret, limits);
        let read = match read {
            Ok(read) => read,
            Err(error) => {
                let (kind, why) = match error {
                    hive::Error::Damaged => (NoteKind::NotUnderstood, "This registry hive is damaged or cut off."),
                    hive::Error::TooCostly => {
                        (NoteKind::Limit, "This registry hive is built so that reading it would never end.")
                    }
                };
                let notes = vec![Note::new(kind, format!("{why} {INSTEAD}"))];
                return Some(Reading { outcome: Outcome::Failed, accounts: Vec::new(), notes });
            }
        };
        // The names of values that stand in the listing are not those of secrets: it holds none.
        let file = SourceFile::listing(name, read.listing, &[]);
        let outlook = profile::read(&read.registry, &file, &META, limits);
        let express = express_registry::read(&read.registry, &file, limits);
        let mut reading = registry::combine(outlook, express)?;
        if read.is_dirty {
            reading.1.push(Note::new(
                NoteKind::NotUnderstood,
                format!("This registry hive was copied while it was in use: the latest changes may be missing from it. {INSTEAD}"),
            ));
        }
        reading.1.extend(read.problems.iter().map(|problem| Note::of(problem, &file)));
        Some(Reading::new(reading.0, reading.1))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::outlook(change, account)
    }
}
