//! A run to bytes: one module an output format, each a pure function.
//!
//! The only crate that words things for output formats. Text that comes from a file reaches a terminal, a page or
//! another program only through the one escaping type of that format.

mod concise;
mod csv;
mod format;
mod github;
mod html;
mod human;
pub mod json;
mod jsonl;
mod junit;
mod lists;
mod markdown;
mod redact;
mod reply;
mod run;
#[cfg(test)]
mod sample;
mod sarif;
#[cfg(test)]
mod tests;
mod text;

pub use format::Format;
pub use human::{Style, write_files, write_mistake};
pub use lists::{ClientList, ClientSteps, Explanation, RuleList};
pub use redact::redact;
pub use run::{Customer, CustomerVerdict, Run, Summary, Verdict};
pub use text::printable;
