use maillint_source::Location;

use crate::RuleMeta;

/// How bad a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// An opinion or a hint.
    Note,
    /// It works, but against the policy, or not for long.
    Warning,
    /// It cannot work, loses mail or exposes a secret.
    Error,
}

impl Level {
    /// The word of the JSON contract, of policies and of `--fail-on`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A place that a finding is about, and what is to be seen there.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// The place.
    pub at: Location,
    /// A few words under the excerpt: "Thunderbird collects mail here".
    pub text: String,
}

/// One thing that is wrong with one account.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The rule that found it.
    pub rule: &'static RuleMeta,
    /// How bad it is, under the policy in force on this day.
    pub level: Level,
    /// The account, as an index into the list that was judged.
    pub account: usize,
    /// What is set, and what it should be: one sentence.
    pub message: String,
    /// Where: the first is the place itself, the others are related to it.
    pub labels: Vec<Label>,
    /// The value that would be right.
    pub expected: Option<String>,
    /// Why it matters, for someone who has never heard of any of this: one to three sentences.
    pub why: String,
    /// What to do in the client that wrote the file, in order, with the labels of its dialogs. Empty where nobody
    /// knows, or where nothing is to be clicked.
    pub steps: Vec<String>,
    /// The house's own page on this, from its policy.
    pub link: Option<String>,
    /// The same for the same finding on the same account in every run: no line number, secret or absolute path in it.
    pub fingerprint: String,
    /// Whether the operator's baseline knows it already. Marked, never hidden.
    pub known: bool,
}

/// What the rules say about a list of accounts.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Judgement {
    /// Sorted by account (in the order given), place and rule.
    pub findings: Vec<Finding>,
    /// For each account, in the order given: why no rule could say whether it is right; `None` if it was judged.
    pub unchecked: Vec<Option<String>>,
}
