use crate::Level;

/// What a rule is, as data: the source of `explain`, `rules`, the documentation and the SARIF rule list.
#[derive(PartialEq, Eq, Debug)]
pub struct RuleMeta {
    /// Kebab-case, and for ever: `host-prefix`.
    pub id: &'static str,
    /// What it finds, as one line.
    pub summary: &'static str,
    /// The level where no policy says otherwise.
    pub level: Level,
    /// Markdown with the headings *What it checks*, *Why it matters*, *How to fix it*, *When it is wrong*, *Sources*.
    pub docs: &'static str,
}
