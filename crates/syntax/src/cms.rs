//! Signed files (CMS, RFC 5652): the content without the signature.
//!
//! Profiles come as `SignedData` in DER, in BER with lengths that are not told in advance and the content in pieces
//! (what `openssl cms -stream` writes), or in base64, with or without the PEM lines. Only the way to the content is
//! walked; nothing is verified.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// 1.2.840.113549.1.7.2
const SIGNED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x02];
/// 1.2.840.113549.1.7.3
const ENVELOPED_DATA: &[u8] = &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03];

const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const CONSTRUCTED_OCTET_STRING: u8 = 0x24;
const OBJECT_IDENTIFIER: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_0: u8 = 0xA0;

/// 2.5.4.3
const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
/// Characters of a common name that are taken; X.520 allows 64.
const NAME_CHARS: usize = 64;

/// Nesting that is followed. A signed file needs six levels; each piece of a content may add one.
const MAX_DEPTH: usize = 16;

/// What a CMS file is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Envelope {
    /// Signed.
    Signed {
        /// What was signed.
        content: Vec<u8>,
        /// The common name in the certificate that the signature names. Anyone can make one with any name: it is shown,
        /// not believed.
        signer: Option<String>,
    },
    /// Signed, the content being elsewhere.
    Detached,
    /// Encrypted: nothing can be read without the key.
    Encrypted,
    /// CMS, but damaged or of another kind.
    Damaged,
}

/// Opens a file; `None` if it is no CMS.
pub fn open(bytes: &[u8]) -> Option<Envelope> {
    let bytes = unarmoured(bytes)?;
    if !starts_as_cms(&bytes) {
        return None;
    }
    let Some((content_info, _)) = Element::read(&bytes, 0) else { return Some(Envelope::Damaged) };
    let mut parts = content_info.parts();
    let kind = parts.next().filter(|part| part.tag == OBJECT_IDENTIFIER)?;
    match kind.content {
        SIGNED_DATA => {}
        ENVELOPED_DATA => return Some(Envelope::Encrypted),
        _ => return Some(Envelope::Damaged),
    }
    Some(signed(parts).unwrap_or(Envelope::Damaged))
}

/// Whether a file starts as CMS does: a cheap look at its first bytes.
pub fn sniff(head: &[u8]) -> bool {
    unarmoured(head).is_some_and(|bytes| starts_as_cms(&bytes))
}

fn starts_as_cms(bytes: &[u8]) -> bool {
    let start = bytes.get(..32).unwrap_or(bytes);
    start.first() == Some(&SEQUENCE)
        && [SIGNED_DATA, ENVELOPED_DATA].iter().any(|kind| start.windows(kind.len()).any(|window| window == *kind))
}

/// `SignedData { version, digestAlgorithms, encapContentInfo { type, [0] content }, … }`
fn signed<'a>(mut parts: impl Iterator<Item = Element<'a>>) -> Option<Envelope> {
    let explicit = parts.next().filter(|part| part.tag == CONTEXT_0)?;
    let signed_data = explicit.parts().next().filter(|part| part.tag == SEQUENCE)?;
    let mut parts = signed_data.parts();
    parts.next().filter(|part| part.tag == INTEGER)?;
    parts.next().filter(|part| part.tag == SET)?;
    let encapsulated = parts.next().filter(|part| part.tag == SEQUENCE)?;
    let rest: Vec<Element<'_>> = parts.take(3).collect();
    let mut parts = encapsulated.parts();
    parts.next().filter(|part| part.tag == OBJECT_IDENTIFIER)?;
    let Some(explicit) = parts.next() else { return Some(Envelope::Detached) };
    let mut content = Vec::new();
    explicit.octets_within(&mut content)?;
    Some(Envelope::Signed { content, signer: signer(&rest) })
}

/// Who signed, out of `certificates [0]`, `crls [1]` and `signerInfos`: the subject of the certificate that the first
/// signature names by issuer and serial number.
fn signer(parts: &[Element<'_>]) -> Option<String> {
    let certificates = parts.iter().find(|part| part.tag == CONTEXT_0)?;
    let signature = parts.iter().find(|part| part.tag == SET)?.parts().next()?;
    let [issuer, serial] = first(signature.parts().nth(1).filter(|id| id.tag == SEQUENCE)?)?;
    certificates.parts().find_map(|certificate| {
        let fields = certificate.parts().next()?;
        // `[0] version` is left out where it is 1.
        let skipped = usize::from(fields.parts().next()?.tag == CONTEXT_0);
        let [own_serial, _, own_issuer, _, subject] = first(fields.after(skipped)?)?;
        let is_named = own_serial.content == serial.content && own_issuer.content == issuer.content;
        common_name(subject).filter(|_| is_named)
    })
}

/// The first elements in an element.
fn first<const N: usize>(element: Element<'_>) -> Option<[Element<'_>; N]> {
    element.parts().take(N).collect::<Vec<_>>().try_into().ok()
}

/// The last common name of a distinguished name.
fn common_name(name: Element<'_>) -> Option<String> {
    let attributes = name.parts().flat_map(Element::parts).filter_map(first);
    let common = attributes.filter(|[kind, _]: &[Element<'_>; 2]| kind.content == COMMON_NAME);
    let [_, text] = common.last()?;
    let text = match text.tag {
        // UTF8String, PrintableString, IA5String.
        0x0C | 0x13 | 0x16 => std::str::from_utf8(text.content).ok()?.to_owned(),
        // BMPString.
        0x1E => {
            let units = text.content.chunks_exact(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
            char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
        }
        _ => return None,
    };
    Some(text.chars().take(NAME_CHARS).collect::<String>()).filter(|text| !text.trim().is_empty())
}

/// The bytes behind base64 and PEM lines, where there are any.
fn unarmoured(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if bytes.first() == Some(&SEQUENCE) && !bytes.is_ascii() {
        return Some(Cow::Borrowed(bytes));
    }
    let text = std::str::from_utf8(bytes).ok()?.trim();
    let body = match text.strip_prefix("-----BEGIN ") {
        Some(rest) => {
            let (label, body) = rest.split_once("-----")?;
            if !matches!(label, "CMS" | "PKCS7" | "PKCS #7 SIGNED DATA") {
                return None;
            }
            body.split("-----END ").next()?
        }
        // `MI` is how a long SEQUENCE starts in base64.
        None if text.starts_with("MI") => text,
        None => return None,
    };
    let mut bare: Vec<u8> = body.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    // Of the first bytes of a file, whole groups of four can be decoded.
    if !text.contains("-----END ") {
        bare.truncate(bare.len() / 4 * 4);
    }
    STANDARD.decode(bare).ok().map(Cow::Owned)
}

/// An element of BER: its tag and what is in it.
#[derive(Clone, Copy)]
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    depth: usize,
}

impl<'a> Element<'a> {
    /// Reads one element, and what follows it. An element without a length is walked through to find its end.
    fn read(bytes: &'a [u8], depth: usize) -> Option<(Self, &'a [u8])> {
        if depth > MAX_DEPTH {
            return None;
        }
        let (&tag, rest) = bytes.split_first()?;
        // Tags of more than a byte do not occur.
        if tag & 0x1F == 0x1F {
            return None;
        }
        let (&first, rest) = rest.split_first()?;
        let (len, rest) = match first {
            0x80 => {
                let end = end(rest, depth)?;
                return Some((Self { tag, content: rest.get(..end)?, depth }, rest.get(end + 2..)?));
            }
            0x81..=0x84 => {
                let (len, rest) = rest.split_at_checked(usize::from(first & 0x7F))?;
                (len.iter().fold(0, |number, byte| (number << 8) | usize::from(*byte)), rest)
            }
            0x00..=0x7F => (usize::from(first), rest),
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(len)?;
        Some((Self { tag, content, depth }, rest))
    }

    /// The elements in it, up to the first that is damaged.
    fn parts(self) -> impl Iterator<Item = Element<'a>> {
        let mut rest = self.content;
        std::iter::from_fn(move || {
            let (element, after) = Element::read(rest, self.depth + 1)?;
            rest = after;
            Some(element)
        })
    }

    /// The same without the first of its parts.
    fn after(self, parts: usize) -> Option<Self> {
        let mut content = self.content;
        for _ in 0..parts {
            content = Element::read(content, self.depth + 1)?.1;
        }
        Some(Self { content, ..self })
    }

    /// Appends the octet strings in it, which may be in pieces. `None` if there is anything else, as a part of a
    /// content is worse than none.
    fn octets_within(self, out: &mut Vec<u8>) -> Option<()> {
        let mut rest = self.content;
        while !rest.is_empty() {
            let (part, after) = Element::read(rest, self.depth + 1)?;
            match part.tag {
                OCTET_STRING => out.extend_from_slice(part.content),
                CONSTRUCTED_OCTET_STRING => part.octets_within(out)?,
                _ => return None,
            }
            rest = after;
        }
        Some(())
    }
}

/// Where the two zero bytes stand that end an element without a length. Elements without a length in one another are
/// walked through once a level; the depth is bounded.
fn end(content: &[u8], depth: usize) -> Option<usize> {
    let mut rest = content;
    while !rest.starts_with(&[0, 0]) {
        rest = Element::read(rest, depth + 1)?.1;
    }
    Some(content.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use proptest::prelude::*;

    use super::{COMMON_NAME, ENVELOPED_DATA, Envelope, SIGNED_DATA, STANDARD, open, sniff};

    /// An element with its length; every length here fits a byte.
    fn element(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [vec![tag, u8::try_from(content.len()).unwrap()], content].concat()
    }

    /// An element that ends with two zero bytes.
    fn open_ended(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        [vec![tag, 0x80], parts.concat(), vec![0, 0]].concat()
    }

    type Wrap = fn(u8, &[&[u8]]) -> Vec<u8>;

    fn signed(wrap: Wrap, content: &[&[u8]]) -> Vec<u8> {
        let explicit: Vec<Vec<u8>> = content.iter().map(|content| wrap(0xA0, &[content])).collect();
        let data = element(0x06, &[&[0x2A, 0x03]]);
        let mut encapsulated: Vec<&[u8]> = vec![&data];
        encapsulated.extend(explicit.iter().map(Vec::as_slice));
        let signed_data = wrap(0x30, &[b"\x02\x01\x01", b"\x31\x00", &wrap(0x30, &encapsulated), b"\x31\x00"]);
        wrap(0x30, &[&element(0x06, &[SIGNED_DATA]), &wrap(0xA0, &[&signed_data])])
    }

    /// What is found of a file that holds no certificate.
    fn unsigned(content: &[u8]) -> Envelope {
        Envelope::Signed { content: content.to_vec(), signer: None }
    }

    #[test]
    fn the_content_is_found_with_and_without_lengths() {
        let whole = signed(element, &[&element(0x04, &[b"<plist/>"])]);
        assert_eq!(open(&whole), Some(unsigned(b"<plist/>")));
        let pieces = open_ended(0x24, &[&element(0x04, &[b"<pli"]), &element(0x04, &[b"st/>"])]);
        assert_eq!(open(&signed(open_ended, &[&pieces])), Some(unsigned(b"<plist/>")));
    }

    #[test]
    fn base64_is_opened_with_and_without_its_lines() {
        // Long enough for a length of two bytes, as every real file is: `MII…`.
        let content = [vec![0x04, 0x82, 1, 0], vec![b'x'; 256]].concat();
        let lengths = |tag: u8, parts: &[&[u8]]| {
            let content = parts.concat();
            let len = u16::try_from(content.len()).unwrap().to_be_bytes();
            [vec![tag, 0x82, len[0], len[1]], content].concat()
        };
        let bytes = signed(lengths, &[&content]);
        let text = STANDARD.encode(&bytes);
        let expected = Some(unsigned(&[b'x'; 256]));
        assert_eq!(open(&bytes), expected);
        assert_eq!(open(text.as_bytes()), expected);
        let pem = format!("-----BEGIN PKCS7-----\n{}\n{}\n-----END PKCS7-----\n", &text[..64], &text[64..]);
        assert_eq!(open(pem.as_bytes()), expected);
        for bytes in [&bytes[..64], &text.as_bytes()[..63], &pem.as_bytes()[..90]] {
            assert!(sniff(bytes));
        }
    }

    #[test]
    fn what_holds_no_content_is_told_apart() {
        assert_eq!(open(&signed(element, &[])), Some(Envelope::Detached));
        let enveloped = element(0x30, &[&element(0x06, &[ENVELOPED_DATA]), &element(0xA0, &[])]);
        assert_eq!(open(&enveloped), Some(Envelope::Encrypted));
        let cut = signed(element, &[b"\x04\x01x"]);
        assert_eq!(open(&cut[..30]), Some(Envelope::Damaged));
        assert_eq!(open(b"<plist/>"), None);
        assert_eq!(open(b""), None);
    }

    #[test]
    fn a_content_of_which_a_piece_is_damaged_is_not_taken() {
        let pieces = element(0x24, &[&element(0x04, &[b"<pli"]), b"\x04\x7Fst/>"]);
        assert_eq!(open(&signed(element, &[&pieces])), Some(Envelope::Damaged));
        let other = element(0x24, &[&element(0x04, &[b"<pli"]), &element(0x0C, &[b"st/>"])]);
        assert_eq!(open(&signed(element, &[&other])), Some(Envelope::Damaged));
    }

    #[test]
    fn the_signer_is_the_subject_of_the_certificate_that_the_signature_names() {
        let name = |text: &[u8]| {
            let attribute = element(0x30, &[&element(0x06, &[COMMON_NAME]), text]);
            element(0x30, &[&element(0x31, &[&attribute])])
        };
        let certificate = |serial: u8, subject: &[u8]| {
            let issuer = name(b"\x0c\x02CA");
            let fields: [&[u8]; 6] =
                [b"\xA0\x03\x02\x01\x02", &[2, 1, serial], b"\x30\x00", &issuer, b"\x30\x00", &name(subject)];
            element(0x30, &[&element(0x30, &fields)])
        };
        let file = |serial: u8| {
            let certificates =
                element(0xA0, &[&certificate(1, b"\x0c\x05Other"), &certificate(2, b"\x1e\x04\x00A\x00n")]);
            let id = element(0x30, &[&name(b"\x0c\x02CA"), &[2, 1, serial]]);
            let signatures = element(0x31, &[&element(0x30, &[b"\x02\x01\x01", &id])]);
            let content = element(0x30, &[&element(0x06, &[&[0x2A, 3]]), &element(0xA0, &[&element(4, &[b"x"])])]);
            let parts: [&[u8]; 5] = [b"\x02\x01\x01", b"\x31\x00", &content, &certificates, &signatures];
            open_ended(0x30, &[&element(0x06, &[SIGNED_DATA]), &open_ended(0xA0, &[&open_ended(0x30, &parts)])])
        };
        let signer = |serial: u8| match open(&file(serial)) {
            Some(Envelope::Signed { signer, .. }) => signer,
            _ => None,
        };
        assert_eq!(signer(1).as_deref(), Some("Other"));
        assert_eq!(signer(2).as_deref(), Some("An"));
        assert_eq!(signer(3), None);
    }

    #[test]
    fn nesting_without_lengths_is_bounded() {
        let deep = [b"\x24\x80".repeat(100_000), vec![0; 200_000]].concat();
        assert_eq!(open(&signed_around(&deep)), Some(Envelope::Damaged));
    }

    fn signed_around(content: &[u8]) -> Vec<u8> {
        let head = [&[0x06, 9][..], SIGNED_DATA].concat();
        [&b"\x30\x80"[..], &head, b"\xA0\x80\x30\x80\x02\x01\x01\x31\x00\x30\x80\x06\x01\x01\xA0\x80", content].concat()
    }

    proptest! {
        #[test]
        fn any_bytes_are_opened_without_a_panic(noise in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = open(&noise);
            let _ = open(&signed_around(&noise));
        }
    }
}
