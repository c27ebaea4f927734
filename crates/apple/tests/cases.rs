//! Each folder of `testdata/clients/apple-*` holds a file as Apple's programs write it, and `expected.txt`: everything
//! that is read of it. `UPDATE_EXPECTED=1 cargo test -p maillint-apple` writes what is read now, for review.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures, and fails loudly")]

mod render;

use std::path::{Path, PathBuf};
use std::{env, fs};

use maillint_apple::FORMATS;
use maillint_model::{Bundle, Input, Probe, Reading, Recognition};
use maillint_source::Limits;

use render::render;

/// What the fixtures plant where a password may stand.
const PLANTED: &str = "hunter2-planted";

/// Reads a file as the scan does: by the format that is surest of it.
fn read(path: &Path) -> Option<Reading> {
    let bytes = fs::read(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let probe = Probe::new(&name, &bytes[..bytes.len().min(4096)], bytes.len() as u64);
    let mut formats: Vec<_> = FORMATS.iter().map(|format| (format.recognise(&probe), format)).collect();
    formats.sort_by_key(|(recognition, _)| std::cmp::Reverse(*recognition));
    let input = |path: &Path| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        Input { name, path: path.to_string_lossy().into_owned(), bytes: fs::read(path).unwrap() }
    };
    formats.into_iter().filter(|(recognition, _)| *recognition != Recognition::No).find_map(|(_, format)| {
        let mut bundle = Bundle::single(input(path));
        for pattern in format.meta().companions {
            let companion = path.with_file_name(pattern.replace("{name}", &name));
            if companion.exists() {
                bundle.companions.push((pattern, input(&companion)));
            }
        }
        format.read(&bundle, &Limits::default())
    })
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn check(client: &str) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients").join(client);
    let mut wrong = Vec::new();
    for case in entries(&folder) {
        let is_main = |path: &&PathBuf| {
            let name = path.file_name().unwrap().to_string_lossy();
            name != "expected.txt" && !name.ends_with("-wal")
        };
        let files = entries(&case);
        let main = files.iter().find(is_main).unwrap();
        let read = read(main);
        for account in read.iter().flat_map(|reading| &reading.accounts) {
            assert!(!account.file.text().contains(PLANTED), "{} keeps a secret", main.display());
        }
        let rendered = read.as_ref().map_or_else(|| "not a file of this family\n".to_owned(), render);
        assert!(!rendered.contains(PLANTED), "{} tells a secret", main.display());
        let expected = case.join("expected.txt");
        if env::var_os("UPDATE_EXPECTED").is_some() {
            fs::write(&expected, &rendered).unwrap();
        } else if fs::read_to_string(&expected).unwrap_or_default() != rendered {
            wrong.push(format!("{}:\n{rendered}", expected.display()));
        }
    }
    assert!(wrong.is_empty(), "read something else than expected:\n{}", wrong.join("\n"));
}

#[test]
fn apple_mail_is_read_as_expected() {
    check("apple-mail");
}

#[test]
fn apple_profiles_are_read_as_expected() {
    check("apple-profile");
}
