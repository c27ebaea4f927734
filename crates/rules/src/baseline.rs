//! What the operator of a run knows already: findings are marked as known, never hidden.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::{Finding, Judgement};

/// The first line of a baseline file.
const HEAD: &str = "# maillint baseline 1";

/// Fingerprints of known findings, each with its rule. Nothing else is in such a file: no address, no path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Baseline {
    entries: BTreeMap<String, String>,
}

/// A mistake in a baseline file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BaselineError {
    /// What is wrong, as one sentence.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
}

impl std::fmt::Display for BaselineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for BaselineError {}

/// An entry of a baseline that nothing in the run fits any more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stale {
    /// The fingerprint.
    pub fingerprint: String,
    /// The rule that it was found by.
    pub rule: String,
}

impl Baseline {
    /// The baseline that makes every one of these findings known.
    pub fn of(findings: &[Finding]) -> Self {
        let entry = |finding: &Finding| (finding.fingerprint.clone(), finding.rule.id.to_owned());
        Self { entries: findings.iter().map(entry).collect() }
    }

    /// Reads a baseline file: after the head, one fingerprint and the id of its rule a line. Empty lines and lines that
    /// begin with `#` mean nothing.
    ///
    /// # Errors
    /// The first line that is neither.
    pub fn parse(text: &str) -> Result<Self, BaselineError> {
        let mut lines = text.lines().map(str::trim_end).enumerate();
        if lines.next().is_none_or(|(_, head)| head != HEAD) {
            return Err(BaselineError { message: format!("a baseline begins with \"{HEAD}\""), line: 1 });
        }
        let mut entries = BTreeMap::new();
        for (number, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
            let parts = line.split_once(' ').filter(|(print, rule)| is_fingerprint(print) && !rule.trim().is_empty());
            let Some((fingerprint, rule)) = parts else {
                let message = "expected a fingerprint and the id of a rule".to_owned();
                return Err(BaselineError { message, line: number + 1 });
            };
            entries.insert(fingerprint.to_owned(), rule.trim().to_owned());
        }
        Ok(Self { entries })
    }

    /// The baseline as a file: sorted, so that two of them can be compared line by line.
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for (fingerprint, rule) in &self.entries {
            // Writing to a string does not fail.
            let _ = writeln!(text, "{fingerprint} {rule}");
        }
        text
    }

    /// Marks the findings that are known, and returns the entries that no finding fits.
    pub fn apply(&self, judgement: &mut Judgement) -> Vec<Stale> {
        let mut left = self.entries.clone();
        for finding in &mut judgement.findings {
            finding.known = self.entries.contains_key(&finding.fingerprint);
            left.remove(&finding.fingerprint);
        }
        left.into_iter().map(|(fingerprint, rule)| Stale { fingerprint, rule }).collect()
    }
}

/// Hexadecimal, with a number behind where one was not enough.
fn is_fingerprint(text: &str) -> bool {
    let (hash, count) = text.split_once('-').unwrap_or((text, "0"));
    hash.len() == 16
        && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && !count.is_empty()
        && count.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{Baseline, BaselineError};
    use crate::notation::judged;

    const OPEN: &str = "account: anna@example.org
                        incoming: pop3 pop.example.org 995 tls password anna
                        retention: keep, remove after 2 days";

    #[test]
    fn known_findings_are_marked_and_stay() {
        let mut judgement = judged(OPEN, "hosting");
        let text = Baseline::of(&judgement.findings[..1]).to_text();
        let baseline = Baseline::parse(&text).unwrap();
        assert_eq!(baseline.apply(&mut judgement), []);
        let known: Vec<_> = judgement.findings.iter().map(|finding| (finding.rule.id, finding.known)).collect();
        assert_eq!(known, [("host-prefix", true), ("username-not-full-address", false)]);
    }

    #[test]
    fn what_is_mended_is_stale() {
        let baseline = Baseline::of(&judged(OPEN, "hosting").findings);
        let mut judgement = judged(&OPEN.replace("pop.example", "mail.example"), "hosting");
        let stale = baseline.apply(&mut judgement);
        assert_eq!(stale.iter().map(|stale| stale.rule.as_str()).collect::<Vec<_>>(), ["host-prefix"]);
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        let error = |text: &str| Baseline::parse(text).unwrap_err();
        let message = "a baseline begins with \"# maillint baseline 1\"".to_owned();
        assert_eq!(error("{}"), BaselineError { message, line: 1 });
        let message = "expected a fingerprint and the id of a rule".to_owned();
        assert_eq!(error("# maillint baseline 1\n\nhost-prefix\n"), BaselineError { message, line: 3 });
        assert_eq!(Baseline::parse("# maillint baseline 1\n"), Ok(Baseline::default()));
    }
}
