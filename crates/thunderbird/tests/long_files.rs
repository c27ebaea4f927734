//! A profile's file says the same whether it is held as a whole or only what is wanted of it, on its way through.

mod support;

use std::path::Path;

use maillint_model::{Bundle, ClientFormat, Input};
use maillint_source::Limits;
use maillint_thunderbird::PREFS_JS;

#[test]
fn what_is_said_of_a_file_does_not_depend_on_its_size() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients/thunderbird").canonicalize().unwrap();
    let mut compared = 0;
    for path in support::files(&root).into_iter().filter(|path| path.ends_with("prefs.js")) {
        let bundle = support::bundle(&root, &path, PREFS_JS.meta());
        let limits = Limits::default();
        let whole = PREFS_JS.read(&bundle, &limits);
        let main = Input { bytes: Vec::new(), ..bundle.main.clone() };
        let mut stream = bundle.main.bytes.as_slice();
        let long = PREFS_JS.read_long(&mut stream, &Bundle { main, ..bundle.clone() }, &limits);
        match (whole, long) {
            (Some(whole), Some(long)) => {
                let name = &bundle.main.name;
                assert_eq!(support::show(name, &long), support::show(name, &whole));
                compared += 1;
            }
            // What it is instead is only looked into where it is at hand.
            (whole, long) => assert!(whole.is_none_or(|whole| whole.accounts.is_empty()) && long.is_none()),
        }
    }
    assert!(compared > 15, "only {compared} files were compared");
}
