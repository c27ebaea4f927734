//! Damaged files: nothing panics, every place lies in its file, and no password is kept, wherever the damage is.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures, and fails loudly")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use maillint_apple::FORMATS;
use maillint_model::{Account, Bundle, Input, Reading, lacks_long_text};
use maillint_source::{Limits, Location, SourceFile};
use proptest::prelude::*;

fn fixture(path: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients").join(path)).unwrap()
}

/// What every format makes of a file by this name.
fn read(name: &str, bytes: &[u8]) -> Vec<Reading> {
    let input = Input { name: name.to_owned(), path: format!("/{name}"), bytes: bytes.to_vec() };
    let bundle = Bundle::single(input);
    FORMATS.iter().filter_map(|format| format.read(&bundle, &Limits::default())).collect()
}

/// The places that an account and a note point to.
fn places(reading: &Reading) -> Vec<Location> {
    let of_account = |account: &Account| {
        let mut places = vec![account.at.clone()];
        places.extend(account.name.at().cloned());
        for server in [&account.incoming, &account.outgoing].into_iter().flatten() {
            let settings =
                [server.host.at(), server.port.at(), server.security.at(), server.auth.at(), server.username.at()];
            places.extend(settings.into_iter().flatten().cloned());
        }
        places.extend(account.identities.iter().filter_map(|identity| identity.address.at().cloned()));
        places.extend(account.secrets.iter().map(|secret| secret.at.clone()));
        places
    };
    let notes = reading.notes.iter().filter_map(|note| note.at.clone());
    reading.accounts.iter().flat_map(of_account).chain(notes).collect()
}

/// Every file that a reading keeps.
fn files(reading: &Reading) -> Vec<Arc<SourceFile>> {
    places(reading).into_iter().map(|place| place.file).collect()
}

#[test]
fn a_file_cut_off_anywhere_keeps_no_password() {
    for (name, path) in [
        ("a.mobileconfig", "apple-profile/passwords/example.mobileconfig"),
        ("com.apple.mail.plist", "apple-mail/with-a-password/com.apple.mail.plist"),
    ] {
        let bytes = fixture(path);
        let first = String::from_utf8_lossy(&bytes).find("hunter2").unwrap();
        for len in first..bytes.len() {
            for reading in read(name, &bytes[..len]) {
                for file in files(&reading) {
                    assert!(!file.text().contains("hunter2"), "{name} cut off after {len} bytes");
                }
            }
        }
    }
}

#[test]
fn a_binary_file_with_any_one_byte_wrong_is_read_or_refused() {
    let bytes = fixture("apple-profile/passwords-binary/example.mobileconfig");
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x51;
        let _ = read("a.mobileconfig", &bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_damage_leaves_every_place_in_its_file(
        which in 0..4_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), "[<>/&a-z\"\\[\\]! ]{0,12}"), 1..4),
    ) {
        let (name, path) = [
            ("Accounts.plist", "apple-mail/outgoing-links/Accounts.plist"),
            ("com.apple.mail.plist", "apple-mail/with-a-password/com.apple.mail.plist"),
            ("com.apple.accountsettings.plist", "apple-mail/ios-6/com.apple.accountsettings.plist"),
            ("a.mobileconfig", "apple-profile/nested-and-several/example.mobileconfig"),
        ][which];
        let mut text = String::from_utf8(fixture(path)).unwrap();
        for (index, piece) in damage {
            let at = index.index(text.len());
            let end = (at + piece.len()).min(text.len());
            text.replace_range(at..end, &piece);
        }
        for reading in read(name, text.as_bytes()) {
            for place in places(&reading) {
                prop_assert!(place.file.text().get(place.span.range()).is_some(), "{place:?}");
            }
        }
    }
}

#[test]
fn a_long_name_is_not_given_to_each_of_many_addresses() {
    let account = |name: &str| {
        let address = |at: usize| format!("<string>a{at}@example.org</string>");
        let addresses = (0..200).map(address).collect::<Vec<_>>().concat();
        let text = format!(
            "<plist><dict><key>MailAccounts</key><array><dict><key>AccountType</key><string>POPAccount</string>\
             <key>FullUserName</key><string>{name}</string><key>EmailAddresses</key><array>{addresses}</array>\
             </dict></array></dict></plist>"
        );
        let reading = read("Accounts.plist", text.as_bytes()).into_iter().find(|reading| !reading.accounts.is_empty());
        let reading = reading.unwrap();
        let identities = &reading.accounts[0].identities;
        let names = identities.iter().filter(|identity| identity.name.text().is_some()).count();
        (identities.len(), names, lacks_long_text(&reading.accounts[0], &Limits::default()))
    };
    assert_eq!(account(&"N".repeat(1024)), (200, 200, false));
    assert_eq!(account(&"N".repeat(1025)), (200, 0, true));
}
