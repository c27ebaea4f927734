//! Each file is told once: as itself, or as a part of the store that it belongs to.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::reader::ReadFile;

/// Brings files into the order of their paths. What each thread found is in order already, so that the whole is merged.
pub(crate) fn sort(files: &mut [ReadFile]) {
    files.sort_by(|one, two| by_steps(&one.path, &two.path).then(one.root.cmp(&two.root)));
}

/// Brings the files into order. A file that two of the given paths hold, or that was read as part of another, is not
/// told a second time.
pub(crate) fn without_repeats(mut files: Vec<ReadFile>) -> Vec<ReadFile> {
    sort(&mut files);
    files
        .dedup_by(|later, earlier| later.path.as_os_str() == earlier.path.as_os_str() && later.path.as_os_str() != "-");
    if files.iter().all(|file| file.companions.is_empty()) {
        files.sort_by_key(|file| file.root);
        return files;
    }
    let parts = parts(&files);
    files.retain(|file| !parts.contains(&file.path));

    let mut told: BTreeSet<PathBuf> = files.iter().map(|file| file.path.clone()).collect();
    let mut companions = Vec::new();
    for file in &mut files {
        for (path, report) in std::mem::take(&mut file.companions) {
            if told.insert(path.clone()) {
                let (root, accounts) = (file.root, Vec::new());
                companions.push(ReadFile { root, path, report, accounts, companions: Vec::new() });
            }
        }
    }
    files.extend(companions);
    files.sort_by(|one, two| one.root.cmp(&two.root).then_with(|| by_steps(&one.path, &two.path)));
    files
}

/// Bytes of two paths that are compared at a time.
const BLOCK: usize = 16;

/// The order of [`Path`], step by step, for paths without needless separators, which [`Path`] has to look for.
fn by_steps(one: &Path, two: &Path) -> Ordering {
    let (one, two) = (one.as_os_str().as_encoded_bytes(), two.as_os_str().as_encoded_bytes());
    // Most of two paths is the same, so it is passed over in larger steps.
    let blocks = one.chunks_exact(BLOCK).zip(two.chunks_exact(BLOCK)).take_while(|(one, two)| one == two).count();
    let passed = blocks * BLOCK;
    let same = passed + one[passed..].iter().zip(&two[passed..]).take_while(|(one, two)| one == two).count();
    // A path that ends comes before one that goes on, and one with another step before one with a longer step.
    let rank = |bytes: &[u8]| bytes.get(same).map(|byte| (*byte != std::path::MAIN_SEPARATOR as u8, *byte));
    rank(one).cmp(&rank(two))
}

/// The files that were read as part of a file that stands.
///
/// Two files that name each other are each what the other needs to be understood: that makes neither a part.
fn parts(files: &[ReadFile]) -> BTreeSet<PathBuf> {
    let names = |one: &ReadFile, other: &Path| one.companions.iter().any(|(path, _)| path == other);
    let place: BTreeMap<&Path, usize> = files.iter().enumerate().map(|(at, file)| (file.path.as_path(), at)).collect();
    let mut owners: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (owner, file) in files.iter().enumerate() {
        for part in file.companions.iter().filter_map(|(path, _)| place.get(path.as_path())) {
            if !names(&files[*part], &file.path) {
                owners.entry(*part).or_default().push(owner);
            }
        }
    }
    // Who has an owner that stands is a part; who has only owners that are parts themselves stands. Where that leads
    // round in a circle, all of it stands.
    let mut parts = BTreeSet::new();
    loop {
        let before = owners.len();
        let undecided = owners.clone();
        owners.retain(|part, of| {
            let stands = |owner: &usize| !undecided.contains_key(owner) && !parts.contains(owner);
            if of.iter().any(stands) {
                parts.insert(*part);
                return false;
            }
            of.iter().any(|owner| undecided.contains_key(owner))
        });
        if owners.len() == before {
            break;
        }
    }
    parts.into_iter().map(|part| files[part].path.clone()).collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use proptest::prelude::*;

    use super::by_steps;

    proptest! {
        #[test]
        fn the_order_is_that_of_paths(
            // No step is `.` or `..`: no walk makes any.
            start in prop::sample::select(vec!["", "/home", "/home/customers/of/the/helpdesk"]),
            one in "(/\\.?[a\\-0][a.\\-0]{0,2}){0,3}",
            two in "(/\\.?[a\\-0][a.\\-0]{0,2}){0,3}",
        ) {
            let (one, two) = (format!("{start}{one}"), format!("{start}{two}"));
            prop_assert_eq!(by_steps(Path::new(&one), Path::new(&two)), Path::new(&one).cmp(Path::new(&two)));
        }
    }
}
