//! What a POP account does with the mail on the server.

use maillint_model::{Account, Protocol};

use crate::policy::Days;

/// Without a number in the policy: two days, as the page of the house that the default policy is taken from has it.
pub(crate) const DAYS: Days = Days { want: 2, min: 1, max: 14 };

/// What becomes of mail on the server.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Removal {
    /// It is removed as soon as it is fetched.
    AtOnce,
    /// It is removed after so many days.
    After(u32),
    /// It stays. IMAP always leaves it.
    Never,
    /// The file does not tell.
    Unknown,
}

/// What an account does with the mail on the server.
pub(crate) fn of(account: &Account) -> Removal {
    if account.incoming.as_ref().is_none_or(|server| server.protocol != Protocol::Pop3) {
        return Removal::Never;
    }
    let Some(retention) = &account.retention else { return Removal::Unknown };
    match (retention.leave_on_server.get(), retention.remove_after_days.get()) {
        (Some(false), _) => Removal::AtOnce,
        (Some(true), Some(Some(days))) => Removal::After(days),
        (Some(true), Some(None)) => Removal::Never,
        (None, _) | (Some(true), None) => Removal::Unknown,
    }
}
