use std::sync::Arc;

use maillint_model::{Bundle, FormatMeta, Input, Note, NoteKind, Notes, Reading};
use maillint_source::{Limits, SourceFile};
use maillint_syntax::Problem;

use super::account::Accounts;
use super::store::{self, Listed};
use super::{IN_BACKUP, WAL, WALS_IN_BACKUP, is_named_so};
use crate::retention::Device;

/// Reads a store with its log; `None` if it is of the other kind of device, or no store of accounts.
pub(super) fn read(bundle: &Bundle, limits: &Limits, meta: &'static FormatMeta, device: Device) -> Option<Reading> {
    let name = &bundle.main.name;
    let log = log(bundle);
    let store = match store::load(&bundle.main.bytes, log.map(|log| log.bytes.as_slice()), limits) {
        Ok(store) => store,
        Err(problem) => {
            // A file by this name is ours to complain about, once.
            let is_ours =
                is_named_so(bundle.main.base_name()) && device == device_by_name(bundle).unwrap_or(Device::Mac);
            let file = SourceFile::listing(name, String::new(), &[]);
            return is_ours.then(|| Reading::new(Vec::new(), vec![about_all(&problem, &file)]));
        }
    };
    if device_by_name(bundle).or_else(|| store.device()).unwrap_or(Device::Mac) != device {
        return None;
    }
    let is_log_missing = store.in_wal_mode && log.is_none();
    let Listed { rows, file, problems } = store.list(&bundle.main, limits);
    let is_whole = problems.is_empty() && !is_log_missing;
    let mut notes = Notes::new(limits);
    notes.extend(problems.iter().map(|problem| about_all(problem, &file)));
    if is_log_missing {
        let message = match bundle.main.base_name() {
            IN_BACKUP => "What is said here may be out of date: a phone keeps the newest changes in a log, the file \
                          75/753735100db1295a1e890387439f694403d65ca8 of a backup, which was not there."
                .to_owned(),
            name => format!(
                "What is said here may be out of date: the newest changes are in {name}-wal, which was not there. Give \
                 both files together, in one folder."
            ),
        };
        notes.push(Note::new(NoteKind::Unreadable, message));
    }
    let accounts = Accounts::new(meta, device, &file, &rows, is_whole, limits).read(&mut notes);
    if accounts.is_empty() && !notes.has_limit() {
        notes.push(Note::new(NoteKind::Info, "No mail account is set up in this database."));
    }
    Some(Reading::new(accounts, notes.into_vec()))
}

/// A note on a whole database: none of its problems has a place of its own.
fn about_all(problem: &Problem, file: &Arc<SourceFile>) -> Note {
    Note { at: None, ..Note::of(problem, file) }
}

/// The log that came with a database.
fn log(bundle: &Bundle) -> Option<&Input> {
    let in_backup = || {
        let is_backup = bundle.main.base_name() == IN_BACKUP;
        WALS_IN_BACKUP.iter().filter(|_| is_backup).find_map(|pattern| bundle.companion(pattern))
    };
    bundle.companion(WAL).or_else(in_backup)
}

/// Whose store it is, where its place says so: `Accounts4` was never seen on a phone.
fn device_by_name(bundle: &Bundle) -> Option<Device> {
    let name = bundle.main.base_name();
    if name == IN_BACKUP || bundle.main.path.contains("/var/mobile/") {
        Some(Device::Phone)
    } else if name.starts_with("Accounts4") {
        Some(Device::Mac)
    } else {
        None
    }
}
