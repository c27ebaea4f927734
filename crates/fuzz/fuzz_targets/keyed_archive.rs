//! Keyed archives, binary or XML: resolved within the limits, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_source::Limits;
use maillint_syntax::plist::{self, archive};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, ..Limits::default() };
    if let Some(document) = plist::parse(data, &limits)
        && archive::is_archive(&document.root)
    {
        let _ = archive::resolve(&document.root, &limits);
    }
});
