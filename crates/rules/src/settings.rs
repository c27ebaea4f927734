use jiff::civil::Date;

use crate::policy::Policy;

/// What the operator of a run has decided.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The policies in force; the most specific one that is for an account counts for it.
    pub policies: Vec<Policy>,
    /// The mail domains of the house, or `*.example.org` for those below one. If there are any, a policy without a
    /// `[match]` is for these alone; else it is for every account that no known provider claims.
    pub own_domains: Vec<String>,
    /// The day of the run: some settings stop working on a date.
    pub today: Date,
    /// Judge the accounts of profiles that the client does not open, too.
    pub all_profiles: bool,
    /// The language of the house's own wordings: `en`.
    pub language: String,
}

impl Settings {
    /// The default policy, for everyone, on this day.
    pub fn new(today: Date) -> Self {
        Self::with(vec![Policy::hosting()], today)
    }

    /// These policies, on this day.
    pub fn with(policies: Vec<Policy>, today: Date) -> Self {
        Self { policies, own_domains: Vec::new(), today, all_profiles: false, language: "en".to_owned() }
    }
}
