//! Recognition: any name and any first bytes, for every format.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_clients::{CLIENTS, Names, recognise};
use maillint_model::Probe;

fuzz_target!(|input: (&str, &[u8], u64)| {
    let (name, head, len) = input;
    let formats = recognise(&Probe::new(name, &head[..head.len().min(4096)], len));
    let mut ids: Vec<&str> = formats.iter().map(|format| format.meta().id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), formats.len());
    let _ = Names::of(CLIENTS).uses(name.as_bytes());
});
