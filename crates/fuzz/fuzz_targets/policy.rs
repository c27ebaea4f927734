//! The operator's own files: a policy that is taken says the same once it is written out, a baseline too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_rules::{Baseline, Policy};

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match Policy::parse(text) {
        Ok(policy) => {
            let written = policy.to_toml();
            let again = Policy::parse(&written).unwrap_or_else(|error| panic!("{}: {written}", error.message));
            assert_eq!(again.to_toml(), written);
        }
        Err(error) => assert!(error.at.is_none_or(|at| at.file.text().get(at.span.range()).is_some())),
    }
    if let Ok(baseline) = Baseline::parse(text) {
        assert!(Baseline::parse(&baseline.to_text()).is_ok());
    }
});
