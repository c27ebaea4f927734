//! Signed files: opened, refused or none, and a content is never larger than the file.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_syntax::cms::{self, Envelope};

fuzz_target!(|data: &[u8]| {
    let opened = cms::open(data);
    if let Some(Envelope::Signed { content, .. }) = &opened {
        assert!(content.len() <= data.len());
    }
    assert!(opened.is_none() || cms::sniff(data), "what can be opened is recognised");
});
