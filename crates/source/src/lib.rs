//! Bytes to text with positions.
//!
//! Everything that a reader of mail settings says is tied to a place in a file, and everything a report shows of a
//! file comes out of a [`SourceFile`]. This crate decodes bytes, finds lines and columns, states the limits of a run
//! and the problems of a parser, and keeps secrets out of what is retained. It knows no mail client, no syntax, and does no IO.

mod decode;
mod file;
mod limits;
mod pieces;
mod problem;
mod secret;
mod span;
pub mod telltale;

pub use decode::{Decoded, Encoding, decode, decode_mixed};
pub use file::{Form, Jump, Location, Position, SourceFile};
pub use limits::{Limits, Met, left_out};
pub use pieces::{Carry, for_each_piece};
pub use problem::{Problem, ProblemKind, Problems, more};
pub use secret::{Secret, SecretKind};
pub use span::Span;
