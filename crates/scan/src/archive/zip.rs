use std::cell::Cell;
use std::io::{Read, Seek};
use std::path::Path;
use std::rc::Rc;

use maillint_model::NoteKind;
use zip::ZipReadOptions;
use zip::read::Config;
use zip::unstable::read::ZipIterable;

use super::budget::Metered;
use super::{Stop, Unpacker, last_step};

/// The files of a zip archive, one after the other: its directory may lie about how many there are, so it is never held
/// as a whole.
pub(super) fn unpack<R: Read + Seek + Clone>(
    unpacker: &mut Unpacker<'_>,
    reader: R,
    path: &Path,
    depth: usize,
) -> Result<(), Stop> {
    let Ok(mut archive) = ZipIterable::try_new(reader, Config::default()) else { return unpacker.broken(path) };
    let Ok(mut entries) = archive.files_with_cloned_reader(ZipReadOptions::new().ignore_encryption_flag(true)) else {
        return unpacker.broken(path);
    };
    while let Some(entry) = entries.next() {
        let Ok(entry) = entry else { return unpacker.broken(path) };
        if entry.is_dir() || entry.is_symlink() {
            continue;
        }
        let Some(place) = unpacker.place(path, entry.name_raw()) else { continue };
        if entry.encrypted() {
            let message = format!("{} in it is protected by a password; send it without one", last_step(&place));
            unpacker.note(NoteKind::Unsupported, message);
            continue;
        }
        let packed = Rc::new(Cell::new(entry.compressed_size()));
        let budget = Rc::clone(&unpacker.budget);
        unpacker.member(place, depth, &mut Metered::new(entry, &budget, packed))?;
    }
    Ok(())
}
