//! Bytes to text: any bytes are text, every place has a line and a column, and a secret is gone once it is sealed.
#![no_main]

use libfuzzer_sys::fuzz_target;
use maillint_source::{Location, SourceFile, Span, decode, decode_mixed};

fuzz_target!(|data: &[u8]| {
    let [first, second, ..] = *data else { return };
    for decoded in [decode(data), decode_mixed(data)] {
        let len = decoded.text.len();
        // Anywhere, also through the middle of a character.
        let start = usize::from(first).min(len);
        let secret = Span::new(start, (start + usize::from(second)).min(len));
        let file = SourceFile::seal("f", decoded, &[secret]);
        assert_eq!(file.text().len(), len);
        let blanked = &file.text().as_bytes()[secret.range()];
        assert!(blanked.iter().all(|byte| *byte == b'*'));
        let mut last = (0, 0);
        for at in (0..=len).filter(|at| file.text().is_char_boundary(*at)).take(2_000) {
            let place = Location::new(&file, Span::empty(at)).start();
            assert!((place.line, place.column) > last, "places go on: {at}");
            last = (place.line, place.column);
        }
    }
});
