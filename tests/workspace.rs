//! The house itself: which crate may use which, and that lists and files agree.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// The arrows of `crates/README.md`.
const ARROWS: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("syntax", &["source"]),
    ("model", &["source"]),
    ("thunderbird", &["source", "syntax", "model"]),
    ("outlook", &["source", "syntax", "model"]),
    ("apple", &["source", "syntax", "model"]),
    ("clients", &["source", "model", "thunderbird", "outlook", "apple"]),
    ("rules", &["source", "model"]),
    ("report", &["source", "model", "rules"]),
    ("scan", &["source", "model", "clients"]),
    ("maillint", &["source", "model", "clients", "rules", "report", "scan"]),
];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

fn metadata() -> serde_json::Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version=1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Each crate of the workspace, without the prefix, with those of the workspace that its code uses.
fn crates() -> BTreeMap<String, BTreeSet<String>> {
    let short = |name: &str| name.strip_prefix("maillint-").unwrap_or(name).to_owned();
    let metadata = metadata();
    let packages = metadata["packages"].as_array().unwrap();
    packages
        .iter()
        .map(|package| {
            let ours = package["dependencies"].as_array().unwrap().iter().filter_map(|dependency| {
                let name = dependency["name"].as_str()?;
                let normal = dependency["kind"].is_null();
                (normal && name.starts_with("maillint-")).then(|| short(name))
            });
            (short(package["name"].as_str().unwrap()), ours.collect())
        })
        .collect()
}

#[test]
fn crates_use_only_what_the_map_allows() {
    let crates = crates();
    let mapped: BTreeSet<&str> = ARROWS.iter().map(|(name, _)| *name).collect();
    let found: BTreeSet<&str> = crates.keys().map(String::as_str).collect();
    assert_eq!(found, mapped, "crates/README.md and this list name every crate");
    for (name, allowed) in ARROWS {
        for used in &crates[*name] {
            assert!(allowed.contains(&used.as_str()), "{name} must not use {used}");
        }
    }
}

#[test]
fn no_crate_of_ours_reaches_the_network() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).unwrap();
    for banned in ["reqwest", "hyper", "ureq", "curl", "openssl", "native-tls", "rustls", "socket2", "tokio", "mio"] {
        assert!(!lock.contains(&format!("name = \"{banned}\"\n")), "{banned} is in Cargo.lock");
    }
}

#[test]
fn every_rule_has_one_file_and_one_line() {
    let folder = root().join("crates/rules/src/rules");
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".rs").map(|stem| stem.replace('_', "-")))
        .filter(|stem| stem != "mod")
        .collect();
    let listed: BTreeSet<String> = maillint_rules::RULES.iter().map(|rule| rule.meta().id.to_owned()).collect();
    assert_eq!(files, listed);
}

#[test]
fn the_top_level_is_what_was_asked_for() {
    let allowed =
        ["Cargo.toml", "Cargo.lock", "crates", "tests", "testdata", "README.md", "LICENSE-MIT", "LICENSE-APACHE"];
    for entry in std::fs::read_dir(root()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let known = allowed.contains(&name.as_str()) || name.starts_with('.') || name == "target";
        assert!(known, "{name} does not belong at the top level");
    }
}
