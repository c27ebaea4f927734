//! The JSON contract, `schema_version` 1: for programs of others, who must be able to rely on it.
//!
//! The types that are written (`model`) are kept apart from those that the program works with, and their schemas are
//! in the repository, frozen by a test: fields may be added, nothing may change its name or meaning.

mod convert;
mod escape;
mod model;

use std::io::{self, Write};

use schemars::Schema;
use serde::Serialize;
use serde_json::ser::{CompactFormatter, PrettyFormatter};

use crate::Run;
pub(crate) use convert::{accounts_of, customers, file, findings, place, summary};
pub(crate) use escape::buffered;

/// Version of the contract.
pub const SCHEMA_VERSION: u32 = 1;

/// Writes what a scan found, as one object.
///
/// # Errors
/// Those of `out`.
pub fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    pretty(&convert::scan(run), out)
}

/// Writes what was read, unjudged, as one object.
///
/// # Errors
/// Those of `out`.
pub fn write_accounts(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    pretty(&convert::accounts(run), out)
}

/// JSON Schema of what [`write()`] writes.
pub fn scan_schema() -> Schema {
    schemars::schema_for!(model::Scan<'static>)
}

/// JSON Schema of what [`write_accounts`] writes.
pub fn accounts_schema() -> Schema {
    schemars::schema_for!(model::Accounts<'static>)
}

/// Anything as indented JSON and a line end.
///
/// # Errors
/// Those of `out`.
pub fn pretty(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    buffered(out, |out| {
        escape::write(value, PrettyFormatter::new(), out)?;
        writeln!(out)
    })
}

/// Anything as JSON in one line; `out` should be [`buffered`].
pub(crate) fn compact(value: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    escape::write(value, CompactFormatter, out)?;
    writeln!(out)
}

#[cfg(test)]
mod tests;
