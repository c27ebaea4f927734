//! Property lists as text, XML or OpenStep: every place lies in the text, and what is sealed is whole.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_source::Limits;
use maillint_syntax::plist::{self, Syntax};

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, ..Limits::default() };
    let Some(document) = plist::parse(data, &limits) else { return };
    if document.syntax == Syntax::Binary {
        return;
    }
    let text = document.text();
    let mut values = vec![&document.root];
    let mut secrets = Vec::new();
    let mut nodes = 0;
    while let Some(value) = values.pop() {
        nodes += 1;
        assert!(text.get(value.span.range()).is_some(), "a value stands outside of the text: {value:?}");
        values.extend(value.items());
        values.extend(value.entries().iter().map(|(_, value)| value));
        secrets.push(value.span);
    }
    // Each key without a value adds one.
    assert!(nodes <= 2 * limits.nodes + 1, "{nodes} nodes");
    for problem in &document.problems {
        assert!(text.get(problem.span.range()).is_some(), "a problem stands outside of the text: {problem:?}");
    }
    let len = text.len();
    let (_, _, file) = document.seal("f.plist", &secrets);
    assert_eq!(file.text().len(), len);
});
