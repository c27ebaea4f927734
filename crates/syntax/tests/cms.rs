//! What `openssl cms -sign` makes of one profile, in each of its forms.
#![allow(clippy::disallowed_methods, clippy::unwrap_used, reason = "a test reads its fixtures, and fails loudly")]

use std::fs;
use std::path::Path;

use maillint_syntax::cms::{self, Envelope};

fn profile(case: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/clients/apple-profile");
    fs::read(folder.join(case).join("example.mobileconfig")).unwrap()
}

#[test]
fn every_form_holds_the_same_profile() {
    let signer = Some("Example Profile Signing".to_owned());
    let expected = Some(Envelope::Signed { content: profile("perfect-pop"), signer });
    // With lengths; in pieces, without them (`-stream`); in base64 (`-outform PEM`).
    for case in ["signed-der", "signed-ber", "signed-base64"] {
        assert!(cms::open(&profile(case)) == expected, "{case}");
    }
    assert_eq!(cms::open(&profile("enveloped")), Some(Envelope::Encrypted));
    assert_eq!(cms::open(&profile("perfect-pop")), None);
}
