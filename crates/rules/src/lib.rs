//! Accounts to findings: the rules, the policies they hold accounts against, and what providers publish.
//!
//! A rule never sees a client or a syntax, only the common model; it says *what* to change, and the client's own
//! format says where to click. Nothing here does IO or words things for an output format.

mod finding;
mod meta;

pub use finding::{Finding, Judgement, Label, Level};
pub use meta::RuleMeta;
