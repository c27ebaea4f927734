//! Preference files: any bytes are read to their end, every place lies in the text, condensing in pieces is condensing
//! at once, and the reader of profiles keeps its places in the files.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_model::{Bundle, ClientFormat, Input};
use maillint_source::{Limits, decode_mixed};
use maillint_syntax::prefs::{
    Dialect, Item, Parser,
    condense::{Condenser, condense_stream},
    old,
};
use maillint_thunderbird::PREFS_JS;

fuzz_target!(|data: &[u8]| {
    let text = decode_mixed(data).text;
    for dialect in [Dialect::User, Dialect::Default] {
        let mut end = 0;
        for item in Parser::new(&text, dialect) {
            let (inner, outer) = match item {
                Item::Pref(pref) => {
                    let _ = pref.key.value.decode();
                    (pref.value.span, pref.span)
                }
                Item::Skipped { problem, lost } => (problem.span, lost),
            };
            assert!(text.get(inner.range()).is_some() && text.get(outer.range()).is_some());
            assert!(outer.start >= end);
            end = outer.end;
        }
    }
    if let Some(problem) = old::first_fatal_error(&text) {
        assert!(text.get(problem.span.range()).is_some());
    }

    let limits = Limits::default();
    let keep = || -> Box<dyn FnMut(&str) -> bool> { Box::new(|key| key.starts_with("mail.")) };
    let size = usize::from(data.first().copied().unwrap_or(0)) + 1;
    let mut pieces = Condenser::new(&limits, &keep);
    data.chunks(size).for_each(|piece| pieces.push(piece));
    let mut whole = Condenser::new(&limits, &keep);
    whole.push(data);
    let whole = whole.finish();
    assert_eq!(pieces.finish(), whole);
    assert_eq!(condense_stream(&mut &*data, &limits, &keep), whole);

    let input =
        |name: &str, bytes: &[u8]| Input { name: name.to_owned(), path: format!("/a/{name}"), bytes: bytes.to_vec() };
    let mut bundle = Bundle::single(input("prefs.js", data));
    for pattern in ["user.js", "*.cfg", "policies.json", "cert_override.txt"] {
        bundle.companions.push((pattern, input(pattern, data)));
    }
    let Some(reading) = PREFS_JS.read(&bundle, &limits) else { return };
    for at in reading.notes.iter().filter_map(|note| note.at.as_ref()) {
        assert!(at.file.text().get(at.span.range()).is_some());
    }
    for account in &reading.accounts {
        assert!(account.file.text().get(account.at.span.range()).is_some());
    }
});
