//! Accounts to findings: the rules, the policies they hold accounts against, and what providers publish.
//!
//! A rule never sees a client or a syntax, only the common model; it says *what* to change, and the client's own
//! format says where to click. Nothing here does IO or words things for an output format.

mod baseline;
mod case;
pub mod dated;
mod endpoint;
mod engine;
pub mod facts;
mod finding;
mod fingerprint;
mod found;
mod host;
#[cfg(test)]
mod hostile;
mod hostname;
mod lookalike;
mod meta;
#[cfg(test)]
mod notation;
pub mod policy;
#[cfg(test)]
mod precision;
mod removal;
mod rule;
mod rules;
mod settings;
mod surroundings;
mod username;
mod words;

pub use baseline::{Baseline, BaselineError, Stale};
pub use case::{Case, Slot, Standing};
pub use engine::judge;
pub use finding::{Finding, Judgement, Label, Level};
pub use found::{Draft, Found, Guide};
pub use meta::RuleMeta;
pub use policy::{Document, Policy, PolicyError};
pub use rule::{Declared, Rule};
pub use rules::{RULES, rule};
pub use settings::Settings;
pub use words::change_title;
