//! Folders in which no mail client keeps settings, and a home has most of its files.

/// Names of such folders.
const NAMES: &[&[u8]] = &[
    // Packages of programming languages.
    b"node_modules",
    b"bower_components",
    b"site-packages",
    b"dist-packages",
    b"__pycache__",
    b".npm",
    b".yarn",
    b".pnpm-store",
    b".cargo",
    b".rustup",
    b".gradle",
    b".m2",
    b".tox",
    b".mypy_cache",
    b".pytest_cache",
    b".ruff_cache",
    b"DerivedData",
    // Histories.
    b".git",
    b".hg",
    b".svn",
    b".bzr",
    // Caches.
    b".cache",
    b"Cache",
    b"Caches",
    b"cache2",
    b"Cache_Data",
    b"Code Cache",
    b"GPUCache",
    b"CacheStorage",
    b"startupCache",
    b".thumbnails",
    // What was thrown away, and what the system keeps for itself.
    b".Trash",
    b".Trashes",
    b"$Recycle.Bin",
    b"$RECYCLE.BIN",
    b"System Volume Information",
    b".Spotlight-V100",
    b".DocumentRevisions-V100",
    b".fseventsd",
];

/// Ends of names of folders that a Mac shows as one file: mailboxes and libraries of pictures.
const ENDS: &[&[u8]] = &[b".mbox", b".imapmbox", b".photoslibrary"];

/// Whether a folder of this name is left out.
pub(crate) fn is_pruned(name: &[u8]) -> bool {
    NAMES.contains(&name) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Whether a folder of this name may be one of the three of a Maildir (`maildir(5)`): it is left out where all three
/// stand side by side.
pub(crate) fn is_of_maildir(name: &[u8]) -> bool {
    matches!(name, b"cur" | b"new" | b"tmp")
}

#[cfg(test)]
mod tests {
    use super::is_pruned;

    #[test]
    fn no_folder_on_the_way_to_a_store_of_a_client_is_left_out() {
        for place in [
            ".thunderbird/ab12cd34.default-release",
            "snap/thunderbird/common/.thunderbird/x.default",
            ".var/app/org.mozilla.Thunderbird/.thunderbird/x.default",
            "AppData/Roaming/Thunderbird/Profiles/x.default",
            "AppData/Local/Microsoft/Windows Live Mail/Example",
            "AppData/Local/Packages/microsoft.windowscommunicationsapps_8wekyb3d8bbwe/LocalState",
            "Library/Thunderbird/Profiles/x.default",
            "Library/Mail/V10/MailData",
            "Library/Containers/com.apple.mail/Data/Library/Preferences",
            "Library/Accounts",
            "Library/Group Containers/UBF8T346G9.Office/Outlook/Outlook 15 Profiles/Main Profile/Data",
            ".config/evolution/sources",
            ".local/share/akonadi",
            ".claws-mail",
        ] {
            for name in place.split('/') {
                assert!(!is_pruned(name.as_bytes()), "{place}");
            }
        }
    }

    #[test]
    fn mailboxes_that_are_folders_are_left_out() {
        assert!(is_pruned(b"INBOX.mbox"));
        assert!(is_pruned(b"node_modules"));
        assert!(!is_pruned(b"mbox"));
    }
}
