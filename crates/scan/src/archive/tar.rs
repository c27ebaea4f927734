use std::io::Read;
use std::path::Path;

use tar::{Archive, EntryType};

use super::{Stop, Unpacker};

/// Bytes of a long name or of the attributes before an entry.
const MOST_OF_A_NAME: u64 = 64 << 10;

/// Bytes of a header; the checksum stands at 148 (POSIX `pax`, "ustar Interchange Format").
const BLOCK: usize = 512;

/// Whether a tar archive starts here: by the checksum of its first header, which the oldest have as well. The name may be
/// empty: what follows is opened all the same.
pub(super) fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..BLOCK) else { return false };
    let Some(written) = block.get(148..156) else { return false };
    let digits: Vec<u8> = written.iter().copied().filter(u8::is_ascii_digit).collect();
    let Some(written) = std::str::from_utf8(&digits).ok().and_then(|text| u32::from_str_radix(text, 8).ok()) else {
        return false;
    };
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    let own: u32 = block[148..156].iter().map(|byte| u32::from(*byte)).sum();
    sum - own + 8 * u32::from(b' ') == written
}

/// The files of a tar archive. Long names are read here, within bounds: the crate would take them at any length.
pub(super) fn unpack(
    unpacker: &mut Unpacker<'_>,
    stream: &mut dyn Read,
    path: &Path,
    depth: usize,
) -> Result<(), Stop> {
    let mut archive = Archive::new(stream);
    let Ok(entries) = archive.entries() else { return unpacker.broken(path) };
    let mut long_name: Option<Vec<u8>> = None;
    for entry in entries.raw(true) {
        let Ok(mut entry) = entry else { return unpacker.broken(path) };
        match entry.header().entry_type() {
            EntryType::GNULongName => {
                let mut name = read_some(&mut entry);
                name.truncate(name.iter().position(|byte| *byte == 0).unwrap_or(name.len()));
                long_name = Some(name);
            }
            EntryType::XHeader => long_name = path_of_attributes(&read_some(&mut entry)),
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                let name = long_name.take().unwrap_or_else(|| entry.path_bytes().into_owned());
                if let Some(place) = unpacker.place(path, &name) {
                    unpacker.member(place, depth, &mut entry)?;
                }
            }
            EntryType::GNULongLink | EntryType::XGlobalHeader => {}
            _ => long_name = None,
        }
    }
    Ok(())
}

fn read_some(entry: &mut impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    // What cannot be read leaves the name of the header to the entry.
    let _ = entry.take(MOST_OF_A_NAME).read_to_end(&mut bytes);
    bytes
}

/// The `path` of extended attributes: `<length> path=<value>\n` (POSIX `pax`, "Extended Header").
fn path_of_attributes(attributes: &[u8]) -> Option<Vec<u8>> {
    attributes.split(|byte| *byte == b'\n').find_map(|line| {
        let start = line.iter().position(|byte| *byte == b' ')?;
        line.get(start + 1..)?.strip_prefix(b"path=").map(<[u8]>::to_vec)
    })
}
