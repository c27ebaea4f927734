//! The common model: what a mail account is, whichever client wrote it down.
//!
//! Readers of clients produce it, rules judge it, reports print it; the names of its values are part of the JSON
//! contract. Every value says where it comes from ([`Setting`]), and what is not known stays unknown. The crate knows
//! no client, no syntax and no rule, and does no IO.

mod account;
mod change;
mod format;
mod mailbox;
mod notes;
mod reading;
mod server;
mod setting;
mod shared;
mod template;

pub use account::{Account, AccountKind, Identity, NoOutgoing, Readers, Retention, Status};
pub use change::{Change, Side};
pub use format::{Bundle, ClientFormat, FormatMeta, Input, Probe, Recognition, Role};
pub use mailbox::{Mailbox, mailboxes};
pub use notes::{Notes, Tally, enough, late, sentence, shown};
pub use reading::{FileReport, Note, NoteKind, Outcome, Reading};
pub use server::{Auth, Protocol, Security, Server, is_loopback};
pub use setting::{Origin, Setting};
pub use shared::{is_too_long_to_share, lacks_long_text, shared, shared_name, shared_server};
pub use template::{is_no_password, is_placeholder};
