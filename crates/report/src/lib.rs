//! A run to bytes: one module an output format, each a pure function.
//!
//! The only crate that words things for output formats. Text that comes from a file reaches a terminal, a page or
//! another program only through the one escaping type of that format.

mod run;

pub use run::Run;
