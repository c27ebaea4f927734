//! `.oeaccount` files: any elements are read, and no text of a stored password is kept.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_model::{Bundle, ClientFormat, Input};
use maillint_outlook::OeAccount;
use maillint_source::Limits;

fuzz_target!(|data: &[u8]| {
    let limits = Limits { nodes: 2_000, depth: 32, ..Limits::default() };
    let main = Input { name: "any.oeaccount".to_owned(), path: "/any.oeaccount".to_owned(), bytes: data.to_vec() };
    if let Some(reading) = OeAccount.read(&Bundle::single(main), &limits) {
        for account in &reading.accounts {
            for secret in &account.secrets {
                let kept = secret.at.file.slice(secret.at.span);
                assert!(kept.bytes().all(|byte| matches!(byte, b'*' | b'\n' | b'\r')), "{kept:?}");
            }
        }
    }
});
