//! SQLite databases that are not trusted, read without a file.
//!
//! A live database keeps its newest rows in `name-wal`; without it a reader sees the past. [`merge`] makes one image of
//! the two, in plain Rust. [`Database`] opens an image in memory, by SQLite's own advice for hostile files
//! (<https://www.sqlite.org/security.html>), and takes whole tables out of it: no SQL comes from outside this module,
//! and none that stands in the file is run. It is behind the feature `sqlite`, as SQLite is written in C.

#[cfg(feature = "sqlite")]
mod database;
mod wal;

#[cfg(feature = "sqlite")]
pub use database::{Cell, Database, Table};
pub use wal::{Image, merge};

/// What a database starts with.
pub const MAGIC: &[u8] = b"SQLite format 3\0";
