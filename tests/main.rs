//! End to end.

mod cli;
mod workspace;
