//! Binary property lists: what passes the measure unfolds to no more than the limits allow.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_source::Limits;
use maillint_syntax::plist::{self, Listing, Value};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, depth: 32, ..Limits::default() };
    let bytes = [b"bplist00", data].concat();
    if let Ok(mut root) = plist::parse_binary(&bytes, &limits) {
        assert!(nodes(&root, limits.depth + 1) <= limits.nodes);
        let mut listing = Listing::new(&limits);
        listing.write("", &mut root);
        let (text, _) = listing.into_text();
        assert!(text.len() as u64 <= limits.file_bytes);
    }
});

/// Fails on a tree that is deeper than `depth`.
fn nodes(value: &Value, depth: usize) -> usize {
    let depth = depth.checked_sub(1).expect("a tree within the limits");
    let items: usize = value.items().iter().map(|value| nodes(value, depth)).sum();
    let entries: usize = value.entries().iter().map(|(_, value)| nodes(value, depth)).sum();
    1 + items + entries
}
