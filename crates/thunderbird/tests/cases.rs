//! Each folder of `testdata/clients/thunderbird` is a home as a client leaves it; `accounts.snap` beside it is what is
//! read of it. `INSTA_UPDATE=always cargo test -p maillint-thunderbird` writes the snapshots anew.

mod support;

use std::path::Path;

#[test]
#[allow(clippy::disallowed_methods, reason = "tests read their own data")]
fn every_case_is_read_as_its_snapshot_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients/thunderbird").canonicalize().unwrap();
    let mut cases: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    for case in cases {
        let readings = support::readings(&case);
        let shown: Vec<String> = readings.iter().map(|(name, _, reading)| support::show(name, reading)).collect();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&case);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!("accounts", shown.join("\n")));
        assert!(!shown.join("\n").contains("SECRET"), "{}", case.display());
    }
}

#[test]
fn no_secret_survives_in_what_is_retained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients/thunderbird");
    for (name, _, reading) in support::readings(&root) {
        for account in &reading.accounts {
            assert!(!account.file.text().contains("SECRET"), "{name}");
        }
    }
}
