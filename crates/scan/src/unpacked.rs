//! What lies in an archive, read as if it lay in a folder.

use std::collections::BTreeMap;
use std::path::PathBuf;

use maillint_model::{FileReport, Note, NoteKind, Outcome, late};
use maillint_source::Limits;

use crate::archive::{self, ArchiveShelf};
use crate::bundle::Shelf as _;
use crate::open::Opened;
use crate::reader::{Candidate, Read, ReadFile};
use crate::{Found, NOTHING, Run};

/// Accounts that are taken from one archive, in those that are taken from one file.
const ARCHIVE_ACCOUNTS: usize = 10;

impl Run<'_> {
    pub(crate) fn read_archive(
        &self,
        found: &mut Found,
        candidate: &Candidate<'_>,
        kind: archive::Kind,
        opened: Opened,
    ) {
        let (root, path) = (candidate.root, candidate.path);
        let archive::Unpacked { files, mut notes } =
            archive::unpack(kind, path, opened, self.names, self.reader.options);
        let (read, late) = self.read_unpacked(found, root, &files, &self.reader.options.limits.from_now());
        notes.extend(late);
        let incomplete = notes.iter().any(|note| note.kind.is_incomplete());
        let outcome = match (read, incomplete) {
            (0, _) => Outcome::Skipped,
            (_, true) => Outcome::Partly,
            (_, false) => Outcome::Read,
        };
        if read == 0 && notes.is_empty() {
            notes.push(Note::new(NoteKind::Info, NOTHING));
        }
        let report = FileReport { path: self.disk.label(path), client: None, outcome, notes };
        found.files.push(ReadFile {
            root,
            path: path.to_owned(),
            report,
            accounts: Vec::new(),
            companions: Vec::new(),
        });
    }

    /// Reads the files of an archive that was taken apart: how many of them are a client's, and why the rest was left
    /// out, if so. Each file has its own time, and ten thousand of them together have what is left of `limits`.
    fn read_unpacked(
        &self,
        found: &mut Found,
        root: usize,
        files: &BTreeMap<PathBuf, Vec<u8>>,
        limits: &Limits,
    ) -> (usize, Option<Note>) {
        let shelf = ArchiveShelf::new(&self.disk, files, self.names);
        let most = limits.accounts.saturating_mul(ARCHIVE_ACCOUNTS);
        let (mut read, mut accounts) = (0, 0);
        for (path, bytes) in files {
            // Settings that repeat take a hundredth of their length in an archive, and accounts are kept to the end.
            let many = (accounts > most).then(|| Note::too_many(most, "accounts"));
            if let Some(note) = many.or_else(|| late(limits)) {
                return (read, Some(note));
            }
            let candidate = Candidate { root, path, named: false, beside: &None };
            // What is read here stays where its neighbours find it.
            match self.reader.read(&shelf, &candidate, Opened::bytes(bytes.clone())) {
                Read::File(file) => {
                    accounts += file.accounts.len();
                    self.keep(found, file);
                    read += 1;
                }
                Read::Unrecognised => found.unrecognised += 1,
                Read::Gone => {}
            }
        }
        (read, None)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use maillint_clients::Names;
    use maillint_source::Limits;

    use crate::bundle::{Disk, Listings};
    use crate::reader::{Layers, Reader};
    use crate::walk::Counters;
    use crate::{Found, Options, Run};

    /// Two files of an archive, each of which has all the time that there is.
    fn read(time_of_the_archive: &Limits) -> (usize, usize, Option<String>) {
        let profile = b"user_pref(\"mail.accountmanager.accounts\", \"\");\n";
        let files: BTreeMap<PathBuf, Vec<u8>> =
            ["a.zip/a/prefs.js", "a.zip/b/prefs.js"].map(|path| (path.into(), profile.to_vec())).into();
        let limits = Limits::default();
        let options = Options::new(&limits);
        let names = Names::of(options.formats);
        let run = Run {
            reader: Reader { options: &options, layers: &Layers::new() },
            names: &names,
            disk: Disk { base: Path::new(""), fences: &[], listings: Listings::new(&names) },
            counters: &Counters::default(),
        };
        let mut found = Found::default();
        let (read, note) = run.read_unpacked(&mut found, 0, &files, time_of_the_archive);
        (read, found.files.len(), note.map(|note| note.message))
    }

    #[test]
    fn the_files_of_an_archive_share_its_time() {
        let time = |seconds| Limits { seconds, ..Limits::default() }.from_now();
        assert_eq!(read(&time(3_600)), (2, 2, None));
        let late = "It takes longer than 0 seconds to read; the rest was left out.";
        assert_eq!(read(&time(0)), (0, 0, Some(late.to_owned())));
    }
}
