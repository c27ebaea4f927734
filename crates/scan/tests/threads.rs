//! What comes out does not depend on threads: held against a plain walk, on trees that nobody thought up.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test makes its files, and may fail loudly")]

mod toy;

use std::fs;
use std::path::{Path, PathBuf};

use maillint_scan::{Options, scan};
use maillint_source::Limits;
use proptest::prelude::*;
use tempfile::TempDir;
use toy::{options, told};

/// One step of the making of a tree: into which of the folders that there are so far, and what.
#[derive(Clone, Debug)]
enum Step {
    Folder(usize, &'static str),
    File(usize, &'static str, &'static str),
    Link(usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let folder =
        prop::sample::select(vec!["a", "b", "cur", "new", "tmp", "node_modules", "x.mbox", "Büro", ".thunderbird"]);
    let name = prop::sample::select(vec!["accounts.toy", "ACCOUNTS.TOY", "upload", "more.toy", "index.toy", "1.part"]);
    let text = prop::sample::select(vec!["toy\nanna", "toy\nbert\ncarl", "toy\nboom", "index\n", "no", ""]);
    let step = prop_oneof![
        6 => (any::<usize>(), folder).prop_map(|(parent, name)| Step::Folder(parent, name)),
        4 => (any::<usize>(), name, text).prop_map(|(parent, name, text)| Step::File(parent, name, text)),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(parent, target)| Step::Link(parent, target)),
    ];
    prop::collection::vec(step, 0..400)
}

fn make(steps: &[Step]) -> TempDir {
    let root = TempDir::new().unwrap();
    let mut folders = vec![root.path().to_owned()];
    for (number, step) in steps.iter().enumerate() {
        match step {
            Step::Folder(parent, name) => {
                // Mostly new names, so that a tree gets wide enough for threads to start.
                let name = if number % 3 == 0 { (*name).to_owned() } else { format!("{number}{name}") };
                let path = folders[parent % folders.len()].join(name);
                if fs::create_dir(&path).is_ok() {
                    folders.push(path);
                }
            }
            Step::File(parent, name, text) => {
                let _ = fs::write(folders[parent % folders.len()].join(name), text);
            }
            Step::Link(parent, target) => {
                link(&folders[target % folders.len()], &folders[parent % folders.len()].join("link"));
            }
        }
    }
    root
}

#[cfg(unix)]
fn link(target: &Path, link: &Path) {
    let _ = std::os::unix::fs::symlink(target, link);
}

#[cfg(not(unix))]
fn link(_: &Path, _: &Path) {}

/// The files that a plain walk opens, in the order of their paths.
fn plainly(folder: &Path, depth: usize, prune: bool, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    let is_maildir = ["cur", "new", "tmp"].iter().all(|name| folder.join(name).is_dir());
    for path in entries {
        let name = path.file_name().unwrap().to_str().unwrap().to_ascii_lowercase();
        let kind = fs::symlink_metadata(&path).unwrap().file_type();
        if kind.is_file() && (depth < 2 || ["accounts.toy", "index.toy", "layer.toy"].contains(&name.as_str())) {
            found.push(path);
        } else if kind.is_dir() {
            let is_letters = is_maildir && ["cur", "new", "tmp"].contains(&name.as_str());
            let is_pruned = name == "node_modules" || name.strip_suffix(".mbox").is_some() || is_letters;
            if !prune || !is_pruned {
                plainly(&path, depth + 1, prune, found);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_number_of_threads_tells_the_same(steps in steps(), prune: bool) {
        let root = make(&steps);
        let limits = Limits::default();
        let roots = [root.path().to_owned()];
        let with = |threads| scan(&roots, &Options { prune, threads: Some(threads), ..options(&limits) });

        let alone = with(1);
        let mut opened = Vec::new();
        plainly(&root.path().canonicalize().unwrap(), 0, prune, &mut opened);
        let is_toy = |path: &PathBuf| fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"toy\n") || bytes.starts_with(b"index\n"));
        let recognised = opened.iter().filter(|path| is_toy(path)).count() as u64;
        prop_assert_eq!(alone.unrecognised_files + recognised, opened.len() as u64);
        for path in opened.iter().filter(|path| is_toy(path)) {
            let label = path.strip_prefix(root.path().canonicalize().unwrap()).unwrap().to_str().unwrap().to_owned();
            prop_assert!(alone.files.iter().any(|file| file.path == label), "{} is missing", label);
        }

        for threads in [2, 8, 32] {
            let many = with(threads);
            prop_assert_eq!(told(&many), told(&alone));
            prop_assert_eq!(many.pruned_folders, alone.pruned_folders);
            prop_assert_eq!(many.unrecognised_files, alone.unrecognised_files);
        }
    }
}

#[test]
fn folders_that_go_away_during_the_walk_are_not_missed() {
    let root = TempDir::new().unwrap();
    for number in 0..400 {
        let folder = root.path().join(format!("{}/{}/{number}", number % 7, number % 13));
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("accounts.toy"), "toy\nanna").unwrap();
    }
    let limits = Limits::default();
    let roots = [root.path().to_owned()];
    let report = std::thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..7 {
                let _ = fs::remove_dir_all(root.path().join(number.to_string()));
            }
        });
        scan(&roots, &options(&limits))
    });
    assert!(report.files.iter().all(|file| file.notes.is_empty()), "{}", told(&report));
}
