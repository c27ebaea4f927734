//! How files lie and how they are sent in does not change what is said of them, and nothing that cannot be read is
//! passed over.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

use super::pack::{gz_of, tar_of, xz_of, zip_of, zst_of};
use super::run::{Folder, maillint};
use super::scene;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/clients");

/// Every file below a folder, by its path from there.
fn files(folder: &Path, from: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            files(&path, from, found);
        } else {
            let name = path.strip_prefix(from).unwrap().to_str().unwrap().to_owned();
            found.push((name, fs::read(&path).unwrap()));
        }
    }
}

/// The folder of a case: the first two steps.
fn case_of(name: &str) -> &Path {
    let mut steps = name.match_indices('/').map(|(at, _)| at);
    Path::new(steps.nth(1).map_or(name, |at| &name[..at]))
}

/// The findings of a report, without the name of the archive in their paths.
fn findings(json: &str, archive: &str) -> BTreeSet<String> {
    let prefix = format!("{archive}/");
    let report: serde_json::Value = serde_json::from_str(json).unwrap();
    let mut findings = report["findings"].as_array().unwrap().clone();
    for finding in &mut findings {
        // It is of the path, in which the archive stands.
        finding.as_object_mut().unwrap().remove("fingerprint");
    }
    findings.iter().map(|finding| finding.to_string().replace(&prefix, "")).collect()
}

#[test]
fn however_files_are_packed_the_findings_are_the_same() {
    let mut all: Vec<(String, Vec<u8>)> = Vec::new();
    files(Path::new(CLIENTS), Path::new(CLIENTS), &mut all);
    let folder = Folder::new("packed");
    let plain = folder.path().join("plain");
    for (name, bytes) in &all {
        folder.file(&format!("plain/{name}"), bytes);
    }
    let today = "--today 2026-11-27 --output json";
    // Near the top of a folder that was given, a file may have any name, as in an archive.
    let cases: BTreeSet<&Path> = all.iter().map(|(name, _)| case_of(name)).collect();
    let cases = cases.iter().fold(maillint(&format!("scan {today}")), |scan, case| scan.arg(plain.join(case)));
    let expected = findings(&cases.run().stdout, "plain");
    assert!(expected.len() > 100, "{}", expected.len());

    let tar = tar_of(&all);
    for (name, bytes) in [
        ("all.zip", zip_of(&all)),
        ("all.tar", tar.clone()),
        ("all.tar.gz", gz_of(&tar)),
        ("all.tar.zst", zst_of(&tar)),
        ("all.tar.xz", xz_of(&tar)),
    ] {
        let archive = folder.file(name, &bytes);
        let found = findings(&maillint(&format!("scan {today}")).arg(archive).run().stdout, name);
        let (more, less): (Vec<_>, Vec<_>) =
            (found.difference(&expected).collect(), expected.difference(&found).collect());
        assert!(more.is_empty() && less.is_empty(), "{name} has more: {more:#?}, and less: {less:#?}");
        let piped = maillint(&format!("scan - {today}")).stdin(&bytes).run().stdout;
        assert_eq!(findings(&piped, "-"), expected, "{name} from standard input");
    }
}

/// As a user who is not root: whom the system lets read everything.
fn as_nobody(binary: &Path, folder: &Path) -> Option<(i32, String)> {
    let mut command = Command::new(binary);
    command.args(["scan", "--output", "concise"]).arg(folder).env_clear().uid(65_534).gid(65_534);
    let output = command.output().ok()?;
    Some((output.status.code()?, String::from_utf8(output.stdout).unwrap()))
}

#[test]
fn what_may_not_be_read_is_told_and_the_run_is_incomplete() {
    let folder = scene::one_mistake("closed");
    folder.file("closed/prefs.js", "");
    folder.file("own/prefs.js", "");
    // Beside the build nobody else may reach it.
    let binary = folder.path().join("maillint");
    fs::copy(env!("CARGO_BIN_EXE_maillint"), &binary).unwrap();
    let close =
        |name: &str, mode| fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    close("closed", 0o000);
    close("own/prefs.js", 0o000);
    let told = as_nobody(&binary, folder.path());
    close("closed", 0o700);
    let Some((code, text)) = told else {
        eprintln!("NOT TESTED: this system does not let the test run as another user");
        return;
    };
    assert_eq!(code, 4, "{text}");
    let told = |line: &str| assert!(text.lines().any(|told| told == line), "{text}");
    told("closed: skipped: this folder could not be opened: you have no permission to read it");
    told("own/prefs.js: skipped: it could not be read: you have no permission to read it");
}
