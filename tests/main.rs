//! End to end.

mod cli;
mod hostile;
mod workspace;
