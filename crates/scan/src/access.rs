//! Who else on this computer can read a file.

use std::path::Path;

use maillint_model::Readers;

/// Who can read a file of the user who runs this. `None` where the system does not tell; for the files of others, as what
/// was copied here from another computer has the modes of the copy; and for root, whose are all the files of a container.
#[cfg(unix)]
pub(crate) fn readers(path: &Path) -> Option<Readers> {
    use std::os::unix::fs::MetadataExt;
    let path = path.canonicalize().ok()?;
    let user = crate::home()?.metadata().ok()?.uid();
    (user != 0 && path.metadata().ok()?.uid() == user).then(|| readers_of(&path))?
}

/// By the modes of a file and of every folder above it.
#[cfg(unix)]
fn readers_of(path: &Path) -> Option<Readers> {
    use std::os::unix::fs::MetadataExt;
    let file = path.metadata().ok()?;
    // Most systems give each user a group of their own, under the same number: then it lets in nobody else.
    let mut group = file.mode() & 0o040 != 0 && file.gid() != file.uid();
    let mut everyone = file.mode() & 0o004 != 0;
    // A file is only as open as every folder above it.
    for folder in path.ancestors().skip(1) {
        let folder = folder.metadata().ok()?;
        everyone &= folder.mode() & 0o001 != 0;
        group &= folder.mode() & if folder.gid() == file.gid() { 0o010 } else { 0o001 } != 0;
    }
    Some(match (everyone, group) {
        (true, _) => Readers::Everyone,
        (false, true) => Readers::Group,
        (false, false) => Readers::Owner,
    })
}

#[cfg(not(unix))]
pub(crate) fn readers(_: &Path) -> Option<Readers> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::fs::{Permissions, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;

    use maillint_model::Readers;

    use super::readers_of;

    #[test]
    fn a_file_is_as_open_as_the_folders_above_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("export.k9s");
        write(&path, "").unwrap();
        let with = |file: u32, above: u32| {
            set_permissions(&path, Permissions::from_mode(file)).unwrap();
            set_permissions(folder.path(), Permissions::from_mode(above)).unwrap();
            readers_of(&path)
        };
        assert_eq!(with(0o644, 0o755), Some(Readers::Everyone));
        assert_eq!(with(0o644, 0o700), Some(Readers::Owner));
        assert_eq!(with(0o600, 0o755), Some(Readers::Owner));
    }
}
