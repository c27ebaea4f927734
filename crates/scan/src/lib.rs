//! Finds files and opens them: the only crate that touches the file system.

use maillint_model::{Account, FileReport};

/// What was found and read.
pub struct Scan {
    /// The accounts, in the order of their files.
    pub accounts: Vec<Account>,
    /// What became of each file that was opened or left out, sorted by path.
    pub files: Vec<FileReport>,
    /// Folders that were not entered because they hold no settings.
    pub pruned_folders: u64,
}
