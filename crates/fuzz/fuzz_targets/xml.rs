//! XML: a tree within the limits, whose elements lie in each other as their places do.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_fuzz::reading::limits;
use maillint_source::decode;
use maillint_syntax::xml;

fuzz_target!(|data: &[u8]| {
    let text = decode(data).text;
    let limits = limits();
    let document = xml::parse(&text, &limits);
    let mut open: Vec<_> = document.root.iter().map(|root| (root, 1)).collect();
    let mut nodes = 0;
    while let Some((element, depth)) = open.pop() {
        nodes += 1;
        assert!(depth <= limits.depth + 1, "deeper than the limit");
        assert!(text.get(element.span.range()).is_some() && text.get(element.text.span.range()).is_some());
        for (name, value) in &element.attributes {
            assert!(text.get(name.span.range()).is_some() && text.get(value.span.range()).is_some());
        }
        for child in &element.children {
            assert!(element.span.join(child.span) == element.span, "an element outside of its parent");
            open.push((child, depth + 1));
        }
    }
    assert!(nodes <= limits.nodes + 1);
    for problem in &document.problems {
        assert!(text.get(problem.span.range()).is_some());
    }
});
