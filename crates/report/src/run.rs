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

impl Run {
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
        match self.judgement.unchecked.get(account) {
            Some(Some(why)) => Verdict::NotChecked(why),
            Some(None) => Verdict::Fine,
            None => Verdict::NotChecked("it was not judged"),
        }
    }

    /// Whether everything that was to be read could be read.
    pub fn is_complete(&self) -> bool {
        self.files.iter().all(|file| !file.notes.iter().any(|note| note.kind.is_incomplete()))
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
        let mut summary = Self { accounts: run.accounts.len(), ..Self::default() };
        for index in 0..run.accounts.len() {
            *match run.verdict(index) {
                Verdict::Fine => &mut summary.fine,
                Verdict::Findings => &mut summary.with_findings,
                Verdict::NotChecked(_) => &mut summary.not_checked,
                Verdict::NoMail => &mut summary.no_mail,
            } += 1;
        }
        for finding in &run.judgement.findings {
            *match finding.level {
                Level::Error => &mut summary.errors,
                Level::Warning => &mut summary.warnings,
                Level::Note => &mut summary.notes,
            } += 1;
            summary.known += usize::from(finding.known);
        }
        for file in &run.files {
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
