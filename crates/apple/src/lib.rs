//! Apple Mail on macOS and iOS, and the profiles that set it up.
//!
//! One file a format: property lists up to OS X 10.10 (`accounts_plist`) and of the first iPhones (`ios_settings`), the
//! databases of everything since (`accounts_db`) and backups of them (`ios_backup`), configuration profiles (`profile`)
//! and declarations (`declaration`). What Apple's own code does with a key (`shared/formats/apple.md`) is what is read
//! here: `foundation` turns values into switches and numbers as Foundation does, `server` tells what a server's keys
//! come to. The crate does no IO and knows no rule.

mod accounts_db;
mod accounts_plist;
mod address;
mod declaration;
mod fields;
mod foundation;
mod ios_backup;
mod ios_settings;
mod plist_file;
mod profile;
mod retention;
mod secrets;
mod server;
mod steps;

use maillint_model::{ClientFormat, Note, NoteKind, Probe};
use maillint_source::Location;
use maillint_syntax::plist;

pub use accounts_db::{MacAccounts, PhoneAccounts};
pub use accounts_plist::AccountsPlist;
pub use declaration::Declaration;
pub use ios_backup::IosBackup;
pub use ios_settings::IosSettings;
pub use profile::Profile;

/// Every format of this family, in the order in which they are tried.
pub const FORMATS: &[&dyn ClientFormat] =
    &[&MacAccounts, &PhoneAccounts, &AccountsPlist, &Profile, &Declaration, &IosBackup, &IosSettings];

/// Whether a file is a property list, by its start.
fn is_plist(probe: &Probe<'_>) -> bool {
    plist::is_binary(probe.head) || plist::sniff_text(probe.text()).is_some()
}

/// Said of an account that the file ends in the middle of: a key that is not in what is left may have been there.
fn cut_off(at: Location) -> Note {
    Note::at(NoteKind::NotUnderstood, "This account was left out: the file breaks off in the middle of it.", at)
}
