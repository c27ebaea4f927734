use maillint_model::{Account, FileReport};
use maillint_rules::Judgement;

/// Everything that a report may tell: what was read, what was judged, what was not.
pub struct Run {
    /// The accounts, in the order of their files.
    pub accounts: Vec<Account>,
    /// What the rules say about them; empty findings when nothing was to be judged (`accounts`).
    pub judgement: Judgement,
    /// What became of each file that was opened or left out.
    pub files: Vec<FileReport>,
    /// Folders that were not entered because they hold no settings.
    pub pruned_folders: u64,
}
