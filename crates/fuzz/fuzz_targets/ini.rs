//! INI: every place lies in the text, and a name stands where it is said to stand.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_fuzz::reading::limits;
use maillint_source::{Span, decode};
use maillint_syntax::ini;

fuzz_target!(|data: &[u8]| {
    let text = decode(data).text;
    let limits = limits();
    let document = ini::parse(&text, &limits);
    let at = |span: Span| text.get(span.range()).expect("a place in the text");
    let mut entries = 0;
    for section in &document.sections {
        at(section.name.span);
        for entry in &section.entries {
            entries += 1;
            assert_eq!(at(entry.key.span), entry.key.value);
            assert_eq!(at(entry.value.span), entry.value.value);
        }
    }
    assert!(entries <= limits.nodes);
    for problem in &document.problems {
        at(problem.span);
    }
});
