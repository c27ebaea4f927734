//! Registry text: any bytes are read, whole and in chunks, with the same result, and every place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_source::Limits;
use maillint_syntax::reg::{Sieve, parse, sift};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, line_bytes: 200, ..Limits::default() };
    let wanted = |path: &str| path.len() % 2 == 0;
    let whole = sift(data, wanted, &limits);
    let mut sieve = Sieve::new(wanted, &limits);
    for chunk in data.chunks(1 + data.len() % 7) {
        sieve.push(chunk);
    }
    let parts = sieve.finish();
    assert_eq!(whole.decoded.text, parts.decoded.text);
    assert_eq!(whole.decoded.jumps, parts.decoded.jumps);
    let text = &whole.decoded.text;
    let document = parse(text, |name| name.contains("Password"), &limits);
    let spans = document.registry.keys().flat_map(|key| key.values().map(|value| value.span).chain([key.span]));
    for span in
        spans.chain(document.secrets.iter().copied()).chain(document.problems.iter().map(|problem| problem.span))
    {
        assert!(text.get(span.range()).is_some());
    }
});
