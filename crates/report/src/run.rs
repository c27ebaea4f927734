use std::ops::Range;

use maillint_model::{Account, FileReport, Note, Outcome, Protocol};
use maillint_rules::{Finding, Judgement, Level, RuleMeta};

/// Everything that a report may tell: what was read, what was judged, what was not.
#[derive(Default)]
pub struct Run {
    /// The accounts, in the order of their files.
    pub accounts: Vec<Account>,
    /// What the rules say about them; empty findings when nothing was to be judged (`accounts`).
    pub judgement: Judgement,
    /// What became of each file that was opened or left out.
    pub files: Vec<FileReport>,
    /// Folders that were not entered because they hold no settings.
    pub pruned_folders: u64,
    /// Files that were opened and are no client's.
    pub unrecognised_files: u64,
    /// Archives that were met and not opened, as nobody named them.
    pub closed_archives: u64,
    /// Where each entry of a given folder is a customer's: who they are, and what is theirs.
    pub customers: Vec<Customer>,
    /// The policies in force, by name.
    pub policies: Vec<String>,
    /// Every rule that could have spoken, in order.
    pub rules: Vec<&'static RuleMeta>,
}

/// What a run says about one account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict<'a> {
    /// Judged, and nothing to say.
    Fine,
    /// Judged, and something to say.
    Findings,
    /// No rule could say whether it is right, and why.
    NotChecked(&'a str),
    /// Not a mail account: folders on this computer, feeds, news, chat.
    NoMail,
}

impl Verdict<'_> {
    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Findings => "findings",
            Self::NotChecked(_) => "not-checked",
            Self::NoMail => "no-mail",
        }
    }
}

/// What one customer sent in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Customer {
    /// The entry's name, as in the paths of its files.
    pub name: String,
    /// Which of [`Run::files`] are in it.
    pub files: Range<usize>,
    /// Which of [`Run::accounts`] are in it.
    pub accounts: Range<usize>,
}

/// What a run says about one customer. Where several hold, the first of these wins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CustomerVerdict {
    /// Something is to say about an account.
    Findings,
    /// Not everything that was sent in could be read.
    Incomplete,
    /// No rule could say whether an account is right.
    NotChecked,
    /// Every account is right.
    Fine,
    /// No mail account was found.
    Nothing,
}

impl CustomerVerdict {
    /// All, for the contract's schema.
    pub(crate) const ALL: &[Self] = &[Self::Findings, Self::Incomplete, Self::NotChecked, Self::Fine, Self::Nothing];

    /// The word of the JSON contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Findings => "findings",
            Self::Incomplete => "incomplete",
            Self::NotChecked => "not-checked",
            Self::Fine => "fine",
            Self::Nothing => "nothing",
        }
    }
}

impl Run {
    /// What is said about a customer, and the numbers behind it.
    pub fn customer(&self, customer: &Customer) -> (CustomerVerdict, Summary) {
        let summary = Summary::part(self, customer.accounts.clone(), customer.files.clone());
        let files = self.files.get(customer.files.clone()).unwrap_or_default();
        let verdict = if summary.with_findings > 0 {
            CustomerVerdict::Findings
        } else if !files.iter().all(is_whole) {
            CustomerVerdict::Incomplete
        } else if summary.not_checked > 0 {
            CustomerVerdict::NotChecked
        } else if summary.fine > 0 {
            CustomerVerdict::Fine
        } else {
            CustomerVerdict::Nothing
        };
        (verdict, summary)
    }

    /// The findings on one account, in order.
    pub fn findings_of(&self, account: usize) -> impl Iterator<Item = &Finding> {
        // Findings are sorted by account.
        let findings = &self.judgement.findings;
        let from = findings.partition_point(|finding| finding.account < account);
        findings.iter().skip(from).take_while(move |finding| finding.account == account)
    }

    /// What is said about an account, given by its index.
    pub fn verdict(&self, account: usize) -> Verdict<'_> {
        if self.findings_of(account).next().is_some() {
            return Verdict::Findings;
        }
        if self.accounts.get(account).is_some_and(is_without_mail) {
            return Verdict::NoMail;
        }
        self.not_checked(account).map_or(Verdict::Fine, Verdict::NotChecked)
    }

    /// Why nobody can say that an account is right, whatever else was found out about it.
    pub fn not_checked(&self, account: usize) -> Option<&str> {
        self.judgement.unchecked.get(account).map_or(Some("it was not judged"), Option::as_deref)
    }

    /// Whether everything that was to be read could be read.
    pub fn is_complete(&self) -> bool {
        self.files.iter().all(is_whole)
    }

    /// Whether any file was recognised as a mail client's.
    pub fn found_anything(&self) -> bool {
        self.files.iter().any(|file| file.client.is_some())
    }

    /// The worst finding that the operator's baseline does not know.
    pub fn worst(&self) -> Option<Level> {
        self.judgement.findings.iter().filter(|finding| !finding.known).map(|finding| finding.level).max()
    }
}

fn is_whole(file: &FileReport) -> bool {
    !file.notes.iter().any(|note| note.kind.is_incomplete())
}

/// Whether an entry of a client's list has nothing to do with mail.
fn is_without_mail(account: &Account) -> bool {
    let no_mail = [Protocol::Local, Protocol::Feed, Protocol::News, Protocol::Chat, Protocol::Directory];
    account.outgoing.is_none() && account.incoming.as_ref().is_some_and(|server| no_mail.contains(&server.protocol))
}

/// The run in numbers.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Summary {
    /// Entries of the clients' lists.
    pub accounts: usize,
    /// Those that are judged, with nothing to say.
    pub fine: usize,
    /// Those with findings.
    pub with_findings: usize,
    /// Those that no rule could judge.
    pub not_checked: usize,
    /// Those that are not mail.
    pub no_mail: usize,
    /// Findings that are errors.
    pub errors: usize,
    /// Findings that are warnings.
    pub warnings: usize,
    /// Findings that are notes.
    pub notes: usize,
    /// Findings, of any level, that the baseline knows.
    pub known: usize,
    /// Files that were read whole.
    pub files_read: usize,
    /// Files that were read in part.
    pub files_partly: usize,
    /// Files that could not be read.
    pub files_failed: usize,
    /// Files that were left out.
    pub files_skipped: usize,
}

impl Summary {
    /// Counts a run.
    pub fn of(run: &Run) -> Self {
        Self::part(run, 0..run.accounts.len(), 0..run.files.len())
    }

    /// Counts some accounts and some files of a run.
    fn part(run: &Run, accounts: Range<usize>, files: Range<usize>) -> Self {
        let mut summary = Self { accounts: accounts.len(), ..Self::default() };
        for index in accounts {
            *match run.verdict(index) {
                Verdict::Fine => &mut summary.fine,
                Verdict::Findings => &mut summary.with_findings,
                Verdict::NotChecked(_) => &mut summary.not_checked,
                Verdict::NoMail => &mut summary.no_mail,
            } += 1;
            for finding in run.findings_of(index) {
                *match finding.level {
                    Level::Error => &mut summary.errors,
                    Level::Warning => &mut summary.warnings,
                    Level::Note => &mut summary.notes,
                } += 1;
                summary.known += usize::from(finding.known);
            }
        }
        for file in run.files.get(files).unwrap_or_default() {
            *match file.outcome {
                Outcome::Read => &mut summary.files_read,
                Outcome::Partly => &mut summary.files_partly,
                Outcome::Failed => &mut summary.files_failed,
                Outcome::Skipped => &mut summary.files_skipped,
            } += 1;
        }
        summary
    }

    /// Findings of any level.
    pub fn findings(&self) -> usize {
        self.errors + self.warnings + self.notes
    }
}

/// Notes that say something is missing, each with its file.
pub(crate) fn incomplete_notes(run: &Run) -> impl Iterator<Item = (&FileReport, &Note)> {
    run.files
        .iter()
        .flat_map(|file| file.notes.iter().filter(|note| note.kind.is_incomplete()).map(move |note| (file, note)))
}
