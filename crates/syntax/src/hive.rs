//! Registry hives (`NTUSER.DAT`, files of `reg save`), through the `regf` crate.
//!
//! `regf` 0.2.0 checks a hive whole before it gives anything out, and survives any bytes; but it copies a cell each time
//! that something refers to it, so a small file could keep it busy for hours. `cost` adds that up beforehand.

use std::collections::HashMap;

use maillint_source::{Limits, Problems, Span, left_out};
use regf::RegistryHive;
use regf::hive::{RegistryKey, RegistryValueEntry};

use crate::reg::{Data, Registry, Value, utf16_of};
use crate::{Problem, Spanned};

/// What was read of a hive.
#[derive(Clone, Debug, Default)]
pub struct Hive {
    /// The wanted keys and their values; spans lie in `listing`.
    pub registry: Registry,
    /// A line a key, `path`, and below it a line a value, `path\name = data`. Secrets are not in it.
    pub listing: String,
    /// Whether the hive was in use when it was copied: the last changes may be in its log files only.
    pub is_dirty: bool,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// Why a hive could not be read at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    /// Not a hive, or damaged, or cut off.
    Damaged,
    /// Reading it would cost out of all proportion to its size.
    TooCostly,
}

/// What stands in a listing in place of a secret.
const HIDDEN: &str = "(a stored secret, not shown)";

/// Whether bytes start like a hive.
pub fn is_hive(head: &[u8]) -> bool {
    head.starts_with(b"regf")
}

/// Reads the keys whose path is `wanted`; nothing is kept of a value whose name `is_secret`. Paths start with `HKCU` in a
/// user's hive, else with the name of the root key.
///
/// # Errors
///
/// Where nothing of it can be read.
pub fn read(
    bytes: &[u8],
    wanted: impl Fn(&str) -> bool,
    is_secret: impl Fn(&str) -> bool,
    limits: &Limits,
) -> Result<Hive, Error> {
    cost(bytes)?;
    let source = open(bytes).ok_or(Error::Damaged)?;
    let root = source.root_key().map_err(|_| Error::Damaged)?;
    let children = root.subkeys().map_err(|_| Error::Damaged)?;
    let is_user = children.iter().any(|key| key.name().eq_ignore_ascii_case("Software"));
    let mut path = if is_user { "HKCU".to_owned() } else { printable(&root.name()) };
    let mut hive = Hive { is_dirty: word(bytes, 4) != word(bytes, 8), ..Hive::default() };
    let mut nodes = 0_usize;
    let mut problems = Problems::new(limits);
    let mut open = vec![(children.into_iter(), path.len())];
    while let Some((children, parent)) = open.last_mut() {
        path.truncate(*parent);
        let Some(key) = children.next() else {
            open.pop();
            continue;
        };
        path.push('\\');
        path.push_str(&printable(&key.name()));
        if wanted(&path) {
            nodes += 1;
            let full = full(&hive, nodes, limits);
            if let Some(why) =
                full.or_else(|| take(&mut hive, &key, &path, &is_secret, &mut nodes, &mut problems, limits))
            {
                let end = Span::empty(hive.listing.len());
                problems.end(Problem::limit(left_out(&why), end));
                break;
            }
        }
        match key.subkeys() {
            Ok(below) if below.is_empty() => {}
            Ok(_) if limits.is_too_deep(open.len()) => {
                let end = Span::empty(hive.listing.len());
                problems.add(Problem::limit("keys are nested too deep; the deepest were left out", end));
            }
            Ok(below) => open.push((below.into_iter(), path.len())),
            Err(_) => return Err(Error::Damaged),
        }
    }
    Ok(Hive { problems: problems.into_vec(), ..hive })
}

/// Opens a hive. `regf` refuses lists of subkeys whose hashes it would have computed otherwise, or whose kind is newer
/// than the hive's version; hivex writes both, and Windows reads them. The hashes only speed up a search: a hive that is
/// refused is opened once more with those lists named as the kind that has none.
fn open(bytes: &[u8]) -> Option<RegistryHive> {
    if let Ok(hive) = RegistryHive::from_bytes(bytes.to_vec()) {
        return Some(hive);
    }
    let mut bytes = bytes.to_vec();
    for list in Cells::find(&bytes).hashed_lists {
        let at = 4096 + list as usize + 4;
        if let Some(kind) = bytes.get_mut(at..at + 2) {
            kind.copy_from_slice(b"lf");
        }
    }
    RegistryHive::from_bytes(bytes).ok()
}

/// Why nothing more is taken in, if so.
fn full(hive: &Hive, nodes: usize, limits: &Limits) -> Option<String> {
    let many = "the hive holds too many values";
    let long = (hive.listing.len() as u64 > limits.file_bytes).then(|| many.to_owned());
    long.or_else(|| limits.over(nodes, many))
}

/// Takes in one key and its values; why not all of them, if so.
fn take(
    hive: &mut Hive,
    key: &RegistryKey<'_>,
    path: &str,
    is_secret: impl Fn(&str) -> bool,
    nodes: &mut usize,
    problems: &mut Problems,
    limits: &Limits,
) -> Option<String> {
    let start = hive.listing.len();
    hive.listing.push_str(path);
    let span = Span::new(start, hive.listing.len());
    hive.listing.push('\n');
    hive.registry.insert(path, span);
    let Ok(values) = key.values() else {
        problems.add(Problem::syntax("the values of this key could not be read", span));
        return None;
    };
    for value in values {
        *nodes += 1;
        let full = full(hive, *nodes, limits);
        if full.is_some() {
            return full;
        }
        let name = printable(&value.name());
        hive.listing.push_str(path);
        hive.listing.push('\\');
        let name_start = hive.listing.len();
        hive.listing.push_str(if name.is_empty() { "(Default)" } else { &name });
        let name_span = Span::new(name_start, hive.listing.len());
        hive.listing.push_str(" = ");
        let data = data(&value, is_secret(&name), limits);
        let (shown, quotes) = show(&data);
        let start = hive.listing.len() + quotes;
        hive.listing.push_str(&shown);
        let span = Span::new(start, hive.listing.len() - quotes);
        hive.listing.push('\n');
        let key = hive.registry.insert(path, span);
        key.set(Value { name: Spanned::new(name, name_span), data, span });
    }
    None
}

/// The data of a value, by its registry type.
fn data(value: &RegistryValueEntry<'_>, is_secret: bool, limits: &Limits) -> Data {
    let kind = value.raw_data_type();
    if is_secret && kind != 4 {
        return Data::Secret;
    }
    if value.data_size() as usize > limits.string_bytes {
        return Data::Unreadable;
    }
    match (kind, value.raw_data().ok()) {
        (_, None) => Data::Unreadable,
        (1 | 2, Some(bytes)) => Data::Text(utf16_of(&bytes)),
        (4, Some(bytes)) => match bytes.as_slice() {
            [a, b, c, d] => Data::Number(u32::from_le_bytes([*a, *b, *c, *d])),
            _ => Data::Unreadable,
        },
        (5, Some(bytes)) => match bytes.as_slice() {
            [a, b, c, d] => Data::Number(u32::from_be_bytes([*a, *b, *c, *d])),
            _ => Data::Unreadable,
        },
        (_, Some(bytes)) => Data::Bytes(bytes),
    }
}

/// How data stands in a listing, and how many bytes of quotes stand on either side.
fn show(data: &Data) -> (String, usize) {
    match data {
        Data::Text(text) => (format!("\"{}\"", printable(text)), 1),
        Data::Number(number) => (number.to_string(), 0),
        Data::Bytes(bytes) => {
            let text = crate::reg::text_of(bytes);
            let is_text = bytes.ends_with(&[0, 0]) && !text.is_empty() && !text.contains(char::is_control);
            if is_text { (format!("\"{text}\""), 1) } else { (format!("({} bytes)", bytes.len()), 0) }
        }
        Data::Secret => (HIDDEN.to_owned(), 0),
        Data::Unreadable => ("(unreadable)".to_owned(), 0),
    }
}

/// A name or a text on one line.
fn printable(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { char::REPLACEMENT_CHARACTER } else { char }).collect()
}

/// Reading may copy this many times the size of the file: an ordinary hive needs less than ten.
const COPIES: u64 = 64;

/// Adds up what reading the hive will copy: each key with its security, class, lists and values, as often as something
/// refers to them. Offsets and sizes follow the format's specification (Suhanov, "Windows registry file format").
fn cost(bytes: &[u8]) -> Result<(), Error> {
    if !is_hive(bytes) {
        return Err(Error::Damaged);
    }
    let cells = Cells::find(bytes);
    let mut left = COPIES * bytes.len() as u64;
    for offset in &cells.keys {
        let node = |at: u32| cells.u32(*offset, at).unwrap_or(u32::MAX);
        cells.spend(&mut left, node(44))?;
        cells.spend(&mut left, node(48))?;
        cells.spend_list(&mut left, node(28), true)?;
        let values = node(40);
        cells.spend(&mut left, values)?;
        for index in 0..node(36) {
            let Some(value) = cells.u32(values, index.saturating_mul(4)) else { break };
            cells.spend(&mut left, value)?;
            cells.spend_data(&mut left, value)?;
        }
    }
    Ok(())
}

/// The cells of a hive: offsets count from the end of the base block, sizes include the size field.
struct Cells<'a> {
    bins: &'a [u8],
    sizes: HashMap<u32, u32>,
    keys: Vec<u32>,
    hashed_lists: Vec<u32>,
}

impl<'a> Cells<'a> {
    fn find(bytes: &'a [u8]) -> Self {
        let bins = bytes.get(4096..).unwrap_or_default();
        let mut cells = Self { bins, sizes: HashMap::new(), keys: Vec::new(), hashed_lists: Vec::new() };
        let mut bin = 0_usize;
        while bins.get(bin..).is_some_and(|bin| bin.starts_with(b"hbin")) {
            let Some(size) = word(bins, bin + 8).filter(|size| *size >= 4096) else { break };
            let end = bin.saturating_add(size as usize).min(bins.len());
            let mut at = bin + 32;
            while at + 8 <= end {
                let Some(size) = word(bins, at) else { break };
                let size = size.cast_signed().unsigned_abs();
                if size < 8 {
                    break;
                }
                let Ok(offset) = u32::try_from(at) else { break };
                cells.sizes.insert(offset, size);
                match bins.get(at + 4..at + 6) {
                    Some(b"nk") => cells.keys.push(offset),
                    Some(b"lh") => cells.hashed_lists.push(offset),
                    _ => {}
                }
                at = at.saturating_add(size as usize);
            }
            bin = end;
        }
        cells
    }

    /// A little-endian number in the data of a cell.
    fn u32(&self, cell: u32, at: u32) -> Option<u32> {
        let size = *self.sizes.get(&cell)?;
        let end = at.checked_add(8)?;
        (end <= size).then(|| word(self.bins, (cell as usize).checked_add(4)?.checked_add(at as usize)?))?
    }

    fn u16(&self, cell: u32, at: u32) -> Option<u16> {
        let word = self.u32(cell, at & !3)?;
        u16::try_from(if at & 2 == 0 { word & 0xFFFF } else { word >> 16 }).ok()
    }

    /// Pays for one copy of a cell. Even a reference to nothing costs something.
    fn spend(&self, left: &mut u64, cell: u32) -> Result<(), Error> {
        let size = u64::from(self.sizes.get(&cell).copied().unwrap_or(0)) + 16;
        *left = left.checked_sub(size).ok_or(Error::TooCostly)?;
        Ok(())
    }

    /// Pays for a list of subkeys: `lf`, `lh` and `li` refer to keys, `ri` to such lists.
    fn spend_list(&self, left: &mut u64, list: u32, is_outer: bool) -> Result<(), Error> {
        self.spend(left, list)?;
        let Some(head) = self.u32(list, 0) else { return Ok(()) };
        let [kind, second, ..] = head.to_le_bytes();
        let count = u32::from(self.u16(list, 2).unwrap_or(0));
        let step = match [kind, second] {
            [b'l', b'f' | b'h'] => 8,
            [b'l' | b'r', b'i'] => 4,
            _ => return Ok(()),
        };
        for index in 0..count {
            let Some(child) = self.u32(list, 4 + index * step) else { break };
            if kind == b'r' {
                if is_outer {
                    self.spend_list(left, child, false)?;
                }
            } else {
                self.spend(left, child)?;
            }
        }
        Ok(())
    }

    /// Pays for the data of a value: one cell, or a list of segments (`db`).
    fn spend_data(&self, left: &mut u64, value: u32) -> Result<(), Error> {
        let (Some(size), Some(data)) = (self.u32(value, 4), self.u32(value, 8)) else { return Ok(()) };
        if size & 0x8000_0000 != 0 {
            return Ok(());
        }
        self.spend(left, data)?;
        let is_big = self.u16(data, 0) == Some(u16::from_le_bytes(*b"db"));
        let (Some(count), Some(list)) = (self.u16(data, 2), self.u32(data, 4)) else { return Ok(()) };
        if !is_big {
            return Ok(());
        }
        self.spend(left, list)?;
        for index in 0..u32::from(count) {
            let Some(segment) = self.u32(list, index * 4) else { break };
            self.spend(left, segment)?;
        }
        Ok(())
    }
}

/// A little-endian number at a byte offset.
fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;
    use regf::{DataType, HiveBuilder, KeyTreeNode, KeyTreeValue};

    use super::{Error, Hive, read};

    fn hive() -> Vec<u8> {
        let mut builder = HiveBuilder::new().unwrap();
        for (path, name) in [("Software\\Wanted\\Büro", "Server"), ("Software\\Other", "Server")] {
            builder.create_key(path).unwrap();
            builder.add_value_string(path, Some(name), "mail.example.org").unwrap();
            builder.add_value_dword(path, Some("Port"), 995).unwrap();
            builder.add_value_binary(path, Some("User"), b"a\0n\0\0\0").unwrap();
            builder.add_value_binary(path, Some("Password"), b"hunter2").unwrap();
            builder.add_value_with_type(path, Some("Cut"), &[1, 2], DataType::Dword).unwrap();
        }
        builder.to_bytes().unwrap()
    }

    fn open(bytes: &[u8]) -> Result<Hive, Error> {
        read(bytes, |path| path.contains("Wanted"), |name| name.contains("Password"), &Limits::default())
    }

    #[test]
    fn a_hive_is_listed_with_the_paths_that_regedit_shows() {
        let hive = open(&hive()).unwrap();
        assert_eq!(
            hive.listing,
            "HKCU\\Software\\Wanted\n\
             HKCU\\Software\\Wanted\\Büro\n\
             HKCU\\Software\\Wanted\\Büro\\Server = \"mail.example.org\"\n\
             HKCU\\Software\\Wanted\\Büro\\Port = 995\n\
             HKCU\\Software\\Wanted\\Büro\\User = \"an\"\n\
             HKCU\\Software\\Wanted\\Büro\\Password = (a stored secret, not shown)\n\
             HKCU\\Software\\Wanted\\Büro\\Cut = (unreadable)\n"
        );
        let key = hive.registry.key("hkcu\\software\\wanted\\büro").unwrap();
        let server = key.value("server").unwrap();
        assert_eq!(&hive.listing[server.span.range()], "mail.example.org");
        assert_eq!(
            (server.text().as_deref(), key.value("port").unwrap().number()),
            (Some("mail.example.org"), Some(995))
        );
    }

    #[test]
    fn values_over_the_limit_are_told_in_the_last_key_too() {
        // Keys and values count; `Software\Wanted` and the key in it are all that is wanted.
        for (nodes, told) in [(6, 1), (7, 0)] {
            let limits = Limits { nodes, ..Limits::default() };
            let hive = read(&hive(), |path| path.contains("Wanted"), |_| false, &limits).unwrap();
            let messages: Vec<&str> = hive.problems.iter().map(|problem| problem.message.as_str()).collect();
            assert_eq!(messages, vec!["the hive holds too many values; the rest was left out"; told]);
        }
    }

    #[test]
    fn what_is_no_hive_is_an_error() {
        assert_eq!(open(b"").unwrap_err(), Error::Damaged);
        assert_eq!(open(b"regf").unwrap_err(), Error::Damaged);
        assert_eq!(open(&hive()[..6000]).unwrap_err(), Error::Damaged);
    }

    #[test]
    fn keys_that_share_one_large_cell_are_refused_before_it_is_copied() {
        let mut tree = KeyTreeNode::new("ROOT");
        for index in 0..400 {
            tree.get_or_create_path(&format!("Software\\{index:08}"));
        }
        let value = KeyTreeValue { name: "x".to_owned(), data_type: DataType::Binary, data: vec![7; 16_000] };
        tree.get_or_create_path("Software\\Big").values.push(value);
        let mut bytes = HiveBuilder::from_tree(tree).unwrap().to_bytes().unwrap();
        assert!(open(&bytes).is_ok());
        let large = bytes.windows(64).position(|window| window == [7; 64]).unwrap() - 4 - 4096;
        let large = u32::try_from(large).unwrap().to_le_bytes();
        let keys: Vec<usize> =
            (4096..bytes.len() - 80).step_by(4).filter(|at| bytes[at + 4..].starts_with(b"nk")).collect();
        for at in keys {
            bytes[at + 48..at + 52].copy_from_slice(&large);
        }
        assert_eq!(open(&bytes).unwrap_err(), Error::TooCostly);
    }

    proptest! {
        #[test]
        fn changed_bytes_are_read_or_refused(changes in proptest::collection::vec((0_usize..12_288, any::<u8>()), 1..40)) {
            let mut bytes = hive();
            for (at, byte) in changes {
                if let Some(place) = bytes.get_mut(at) {
                    *place = byte;
                }
            }
            if let Ok(hive) = open(&bytes) {
                for key in hive.registry.keys() {
                    for value in key.values() {
                        prop_assert!(hive.listing.get(value.span.range()).is_some());
                    }
                }
            }
        }
    }
}
