//! The real binary, run as a person or a script runs it.

mod contract;
mod docs;
#[cfg(target_os = "linux")]
mod finding;
mod inert;
mod limits;
mod output;
mod pack;
#[cfg(target_os = "linux")]
mod quiet;
pub(crate) mod run;
mod scene;
#[cfg(target_os = "linux")]
mod tty;
