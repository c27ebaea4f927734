//! The real binary, run as a person or a script runs it.

mod contract;
mod docs;
mod inert;
mod output;
#[cfg(target_os = "linux")]
mod quiet;
pub(crate) mod run;
mod scene;
#[cfg(target_os = "linux")]
mod tty;
