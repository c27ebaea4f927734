//! Account databases, with and without a log: read within the limits, or refused, and every place lies in the listing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_apple::{MacAccounts, PhoneAccounts};
use maillint_model::{Bundle, ClientFormat, Input};
use maillint_source::Limits;

fuzz_target!(|data: &[u8]| {
    // The first two bytes say how many of the last bytes are the log.
    let Some((&[high, low], rest)) = data.split_first_chunk::<2>() else { return };
    let log = usize::from(u16::from_be_bytes([high, low])).min(rest.len());
    let (database, log) = rest.split_at(rest.len() - log);
    let input =
        |name: &str, bytes: &[u8]| Input { name: name.to_owned(), path: format!("/{name}"), bytes: bytes.to_vec() };
    let mut bundle = Bundle::single(input("Accounts4.sqlite", database));
    if !log.is_empty() {
        bundle.companions.push(("{name}-wal", input("Accounts4.sqlite-wal", log)));
    }
    let limits = Limits { nodes: 5_000, ..Limits::default() };
    for format in [&MacAccounts as &dyn ClientFormat, &PhoneAccounts] {
        for account in format.read(&bundle, &limits).into_iter().flat_map(|reading| reading.accounts) {
            assert!(account.file.text().get(account.at.span.range()).is_some());
        }
    }
});
