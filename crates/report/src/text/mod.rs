//! What the formats for people share: text that is safe to show, excerpts, line breaks, words for values.

mod excerpt;
mod printable;
pub(crate) mod words;
mod wrap;

pub(crate) use excerpt::{Excerpt, place};
pub use printable::printable;
pub(crate) use printable::{Printable, is_ink};
pub(crate) use wrap::{columns, wrap};
