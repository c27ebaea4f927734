//! JSON: what is taken is JSON, within the limits, and every place lies in the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_fuzz::reading::limits;
use maillint_syntax::json;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let limits = limits();
    match json::parse(text, &limits) {
        Err(problem) => assert!(text.get(problem.span.range()).is_some()),
        Ok(root) => {
            let _: serde::de::IgnoredAny = serde_json::from_str(text).expect("JSON");
            let mut values = vec![&root];
            let mut nodes = 0;
            while let Some(value) = values.pop() {
                nodes += 1;
                assert!(text.get(value.span.range()).is_some());
                values.extend(value.items());
                values.extend(value.entries().iter().map(|(_, value)| value));
            }
            assert!(nodes <= limits.nodes);
        }
    }
});
