//! The rules, one file each.

mod host_prefix;
mod incoming_auth_missing;
mod no_pop_removal;
mod outgoing_auth_missing;
mod smtp_465_before_587;
mod username_not_full_address;

use crate::Rule;

/// Every rule, by id.
pub const RULES: &[&dyn Rule] = &[
    &host_prefix::HostPrefix,
    &incoming_auth_missing::IncomingAuthMissing,
    &no_pop_removal::NoPopRemoval,
    &outgoing_auth_missing::OutgoingAuthMissing,
    &smtp_465_before_587::Smtp465Before587,
    &username_not_full_address::UsernameNotFullAddress,
];

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    let at = RULES.binary_search_by(|rule| rule.meta().id.cmp(id)).ok()?;
    RULES.get(at).copied()
}

#[cfg(test)]
mod tests {
    use super::{RULES, rule};
    use crate::notation::judged;

    /// The headings that every rule's documentation has, in this order.
    const HEADINGS: [&str; 5] = ["What it checks", "Why it matters", "How to fix it", "When it is wrong", "Sources"];

    #[test]
    fn rules_are_sorted_and_found() {
        assert!(RULES.is_sorted_by(|a, b| a.meta().id < b.meta().id));
        for one in RULES {
            assert_eq!(rule(one.meta().id).map(|found| found.meta().id), Some(one.meta().id));
        }
        assert!(rule("no-such-rule").is_none());
    }

    #[test]
    fn every_rule_is_documented_under_the_same_headings() {
        for one in RULES {
            let meta = one.meta();
            let headings: Vec<&str> = meta.docs.lines().filter_map(|line| line.strip_prefix("## ")).collect();
            assert_eq!(headings, HEADINGS, "{}", meta.id);
            assert!(!meta.summary.ends_with('.') && !meta.summary.is_empty(), "{}", meta.id);
        }
    }

    /// Every example in the documentation is what it says it is.
    #[test]
    fn the_examples_of_every_rule_are_true() {
        for one in RULES {
            let meta = one.meta();
            let (mut fires, mut passes) = (0, 0);
            for example in meta.docs.split("```").skip(1).step_by(2) {
                let (head, text) = example.split_once('\n').unwrap();
                let (kind, policy) = head.split_once(' ').unwrap_or((head, "hosting"));
                let findings = judged(text, policy).findings;
                let fired = findings.iter().any(|finding| finding.rule.id == meta.id);
                match kind {
                    "fires" => {
                        fires += 1;
                        assert!(fired, "{} does not fire on\n{text}", meta.id);
                    }
                    "passes" => {
                        passes += 1;
                        assert!(!fired, "{} fires on\n{text}", meta.id);
                    }
                    _ => panic!("{}: an example is of no kind: {head}", meta.id),
                }
            }
            assert!(fires > 0 && passes > 0, "{} needs an example that fires and a near miss", meta.id);
        }
    }

    /// A file of a rule is in the list, and has its id as its name.
    #[test]
    #[allow(clippy::disallowed_methods, reason = "looks at the source of this crate")]
    fn every_file_is_in_the_list() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".rs").map(|stem| stem.replace('_', "-")))
            .filter(|stem| stem != "mod")
            .collect();
        files.sort();
        let ids: Vec<&str> = RULES.iter().map(|one| one.meta().id).collect();
        assert_eq!(files, ids);
    }
}
