//! The files of `../shared/corpus`, where that is there: what real writers of property lists made of known settings.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures, and fails loudly")]

use std::fs;
use std::path::Path;

use maillint_apple::Profile;
use maillint_model::{Bundle, ClientFormat, Input, Protocol, Security};
use maillint_source::Limits;

#[test]
fn four_writers_of_one_profile_are_read_alike() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/apple-plist");
    if !corpus.exists() {
        return;
    }
    for (case, protocol, port, security) in [
        ("01-mobileconfig-perfect", Protocol::Pop3, 995, Security::Tls),
        ("03-mobileconfig-defaults", Protocol::Imap, 143, Security::None),
    ] {
        for file in fs::read_dir(corpus.join(case)).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let input = Input { path: name.clone(), name: name.clone(), bytes: fs::read(&path).unwrap() };
            let reading = Profile.read(&Bundle::single(input), &Limits::default()).unwrap();
            assert_eq!(reading.accounts.len(), 1, "{name}");
            assert_eq!(reading.notes, [], "{name}");
            let incoming = reading.accounts[0].incoming.as_ref().unwrap();
            assert_eq!(incoming.protocol, protocol, "{name}");
            assert_eq!(incoming.host.text(), Some("mail.example.org"), "{name}");
            assert_eq!(incoming.port.get(), Some(port), "{name}");
            assert_eq!(incoming.security.get(), Some(security), "{name}");
        }
    }
}
