//! `.prf` and registry exports of Outlook: any bytes are read, and every secret is blanked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_model::{Bundle, ClientFormat, Input};
use maillint_outlook::{OutlookPrf, OutlookRegistry};
use maillint_source::Limits;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, ..Limits::default() };
    let main = Input { name: "any.prf".to_owned(), path: "/any.prf".to_owned(), bytes: data.to_vec() };
    let bundle = Bundle::single(main);
    for format in [&OutlookPrf as &dyn ClientFormat, &OutlookRegistry] {
        for account in format.read(&bundle, &limits).iter().flat_map(|reading| &reading.accounts) {
            for secret in &account.secrets {
                assert!(secret.at.file.slice(secret.at.span).chars().all(|char| char == '*' || char.is_whitespace()));
            }
        }
    }
});
