//! The rules, one file each.

mod host_prefix;
mod incoming_auth_missing;
mod no_pop_removal;
mod outgoing_auth_missing;
mod smtp_465_before_587;
mod username_not_full_address;

use crate::Rule;

/// Every rule, by id.
pub const RULES: &[&dyn Rule] = &[
    &host_prefix::HostPrefix,
    &incoming_auth_missing::IncomingAuthMissing,
    &no_pop_removal::NoPopRemoval,
    &outgoing_auth_missing::OutgoingAuthMissing,
    &smtp_465_before_587::Smtp465Before587,
    &username_not_full_address::UsernameNotFullAddress,
];

/// The rule of an id.
pub fn rule(id: &str) -> Option<&'static dyn Rule> {
    let at = RULES.binary_search_by(|rule| rule.meta().id.cmp(id)).ok()?;
    RULES.get(at).copied()
}
