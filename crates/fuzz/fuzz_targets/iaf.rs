//! `.iaf` exports: any records are read, and nothing of a stored password is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_model::{Bundle, ClientFormat, Input};
use maillint_outlook::Iaf;
use maillint_source::Limits;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, ..Limits::default() };
    let bytes = [b"fMAI", data].concat();
    let main = Input { name: "any.iaf".to_owned(), path: "/any.iaf".to_owned(), bytes };
    if let Some(reading) = Iaf.read(&Bundle::single(main), &limits) {
        for account in &reading.accounts {
            for secret in &account.secrets {
                assert_eq!(secret.at.file.slice(secret.at.span), "********");
            }
        }
    }
});
