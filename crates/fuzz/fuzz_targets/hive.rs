//! Registry hives: any bytes are read or refused, in time, and every place lies in the listing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_source::Limits;
use maillint_syntax::hive;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, ..Limits::default() };
    if let Ok(hive) = hive::read(data, |_| true, |name| name.contains("Password"), &limits) {
        for value in hive.registry.keys().flat_map(|key| key.values()) {
            assert!(hive.listing.get(value.span.range()).is_some());
        }
    }
});
