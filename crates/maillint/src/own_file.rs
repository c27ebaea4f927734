//! Files of the operator's own: policies, what they name, baselines. They are not judged.

use std::io::{self, Read};
use std::path::Path;

use maillint_source::decode;

/// The most that is read of one. A list of a million domains is smaller.
const MOST_BYTES: u64 = 64 << 20;

/// The text of a file. Windows' own shell writes UTF-16 where it is told `maillint policy init > house.toml`.
#[allow(clippy::disallowed_methods, reason = "the operator's own file is not a file to be judged")]
pub(crate) fn text_of(path: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("it is longer than {} MiB", MOST_BYTES >> 20)));
    }
    Ok(decode(&bytes).text)
}
