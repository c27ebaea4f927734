//! End to end.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "tests fail loudly, and make and read files of their own"
)]

mod cli;
mod hostile;
mod policies;
mod precision;
mod readme;
mod workspace;
