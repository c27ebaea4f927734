use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::Jump;

/// How the bytes of a file were read as text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8, with or without byte order mark.
    Utf8,
    /// UTF-16, little endian: what Windows calls "Unicode".
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// Windows-1252, the code page of Western European Windows ("ANSI"), and a superset of Latin-1.
    Windows1252,
    /// UTF-8 with single bytes of Windows-1252 among it.
    Mixed,
}

/// Text, and how it came about.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// The text, without byte order mark.
    pub text: String,
    /// How it was read.
    pub encoding: Encoding,
    /// Whether a byte order mark stood at the start. Some clients stumble over one.
    pub bom: bool,
    /// For an excerpt of a larger file, where its pieces come from; empty for a whole file.
    pub jumps: Vec<Jump>,
}

impl Decoded {
    /// Text that is known to be UTF-8 and whole.
    pub fn utf8(text: String) -> Self {
        Self { text, encoding: Encoding::Utf8, bom: false, jumps: Vec::new() }
    }
}

/// Reads bytes as text: a byte order mark decides; else a NUL in every second byte means UTF-16; else valid UTF-8 is
/// UTF-8; else Windows-1252. Never fails: what cannot be decoded becomes U+FFFD.
pub fn decode(bytes: &[u8]) -> Decoded {
    if let Some(decoded) = decode_unicode(bytes) {
        return decoded;
    }
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
    Decoded { text: text.into_owned(), encoding: Encoding::Windows1252, bom: false, jumps: Vec::new() }
}

/// Like [`decode`], for files that several programs have written to over the years: where a piece is not valid UTF-8,
/// its single bytes are read as Windows-1252 and the rest stays UTF-8.
pub fn decode_mixed(bytes: &[u8]) -> Decoded {
    if let Some(decoded) = decode_unicode(bytes) {
        return decoded;
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.push_str(&WINDOWS_1252.decode_without_bom_handling(chunk.invalid()).0);
    }
    Decoded { text, encoding: Encoding::Mixed, bom: false, jumps: Vec::new() }
}

fn decode_unicode(bytes: &[u8]) -> Option<Decoded> {
    let (encoding, skip, bom) = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] if std::str::from_utf8(rest).is_ok() => (Encoding::Utf8, 3, true),
        [0xFF, 0xFE, ..] => (Encoding::Utf16Le, 2, true),
        [0xFE, 0xFF, ..] => (Encoding::Utf16Be, 2, true),
        _ => (guess_utf16(bytes).unwrap_or(Encoding::Utf8), 0, false),
    };
    let bytes = &bytes[skip..];
    let text = match encoding {
        Encoding::Utf16Le => UTF_16LE.decode_without_bom_handling(bytes).0.into_owned(),
        Encoding::Utf16Be => UTF_16BE.decode_without_bom_handling(bytes).0.into_owned(),
        _ => std::str::from_utf8(bytes).ok()?.to_owned(),
    };
    Some(Decoded { text, encoding, bom, jumps: Vec::new() })
}

/// UTF-16 without a byte order mark: mostly Latin text has a NUL in nearly every second byte.
fn guess_utf16(bytes: &[u8]) -> Option<Encoding> {
    let head = &bytes[..bytes.len().min(512) & !1];
    if head.len() < 4 || memchr::memchr(0, head).is_none() {
        return None;
    }
    let pairs = head.len() / 2;
    let nul = |offset: usize| head.iter().skip(offset).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nul(0), nul(1));
    if odd * 10 >= pairs * 8 && even * 10 < pairs {
        Some(Encoding::Utf16Le)
    } else if even * 10 >= pairs * 8 && odd * 10 < pairs {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::{Encoding, decode, decode_mixed};

    fn utf16le(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    #[test]
    fn a_byte_order_mark_decides() {
        assert_eq!(decode(b"\xEF\xBB\xBFa").text, "a");
        assert!(decode(b"\xEF\xBB\xBFa").bom);
        assert_eq!(decode(&[b"\xFF\xFE".as_slice(), &utf16le("Büro")].concat()).text, "Büro");
        assert_eq!(decode(b"\xFE\xFF\0a").text, "a");
    }

    #[test]
    fn utf16_is_recognised_without_a_byte_order_mark() {
        let decoded = decode(&utf16le("Windows Registry Editor Version 5.00\r\n"));
        assert_eq!(decoded.encoding, Encoding::Utf16Le);
        assert_eq!(decoded.text, "Windows Registry Editor Version 5.00\r\n");
    }

    #[test]
    fn what_is_not_utf8_is_windows_1252() {
        assert_eq!(decode(b"B\xFCro \x80").text, "Büro €");
    }

    #[test]
    fn two_encodings_in_one_file_are_both_read() {
        let decoded = decode_mixed(b"old=B\xFCro\nnew=B\xC3\xBCro\n");
        assert_eq!(decoded.text, "old=Büro\nnew=Büro\n");
        assert_eq!(decoded.encoding, Encoding::Mixed);
    }

    #[test]
    fn an_odd_length_and_a_lone_surrogate_do_not_fail() {
        assert_eq!(decode(b"\xFF\xFEa\0\x00").text, "a\u{FFFD}");
        assert_eq!(decode(b"\xFF\xFE\x00\xD8").text, "\u{FFFD}");
        assert_eq!(decode(b"").text, "");
    }
}
