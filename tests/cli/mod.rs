//! The real binary, run as a person or a script runs it.

mod contract;
mod docs;
mod inert;
mod output;
mod run;
mod scene;
