use maillint_model::{Change, Mailbox};

use crate::{Case, Found, RuleMeta, Slot};

/// What `declare_rule!` gives every rule.
pub trait Declared: Sync {
    /// What the rule is, as data.
    fn meta(&self) -> &'static RuleMeta;
}

/// One kind of mistake: what it is, how to see it, what to change.
///
/// To add a rule, write one file in `rules/` (`declare_rule!`, the implementation, its tests) and add a line to
/// [`crate::RULES`]. A rule overrides the one method of the level that it looks at.
pub trait Rule: Declared {
    /// Looks at one server of an account. Servers on this very computer are not shown to it: they are a class of
    /// their own, of which hardly anything holds that holds for servers on the network.
    fn check_server(&self, _case: &Case<'_>, _slot: &Slot<'_>, _found: &mut Found<'_>) {}

    /// Looks at one account.
    fn check(&self, _case: &Case<'_>, _found: &mut Found<'_>) {}

    /// Looks at all accounts that fetch the mail of one address, across files and clients. `cases` has the accounts of
    /// the mailbox that are judged, in the order of the run.
    fn check_mailbox(&self, _mailbox: &Mailbox, _cases: &[&Case<'_>], _found: &mut Found<'_>) {}

    /// A sample of what the rule asks people to change, for showing the steps of each client.
    fn changes(&self) -> Vec<Change> {
        Vec::new()
    }
}

/// Declares a rule: its documentation is the text of `explain`, its struct the thing in the list.
macro_rules! declare_rule {
    (
        $(#[doc = $doc:literal])+
        pub $name:ident { id: $id:literal, level: $level:ident, summary: $summary:literal $(,)? }
    ) => {
        $(#[doc = $doc])+
        pub(crate) struct $name;

        impl $crate::rule::Declared for $name {
            fn meta(&self) -> &'static $crate::RuleMeta {
                const RAW: &str = concat!($($doc, "\n"),+);
                const TEXT: [u8; $crate::rule::unindented_len(RAW)] = $crate::rule::unindent(RAW);
                const META: &$crate::RuleMeta = &$crate::RuleMeta {
                    id: $id,
                    summary: $summary,
                    level: $crate::Level::$level,
                    docs: match std::str::from_utf8(&TEXT) {
                        Ok(text) => text,
                        Err(_) => RAW,
                    },
                };
                META
            }
        }
    };
}
pub(crate) use declare_rule;

/// Doc comments keep the space after `///`. Without it, headings are headings.
const fn starts_line(bytes: &[u8], at: usize) -> bool {
    at == 0 || bytes[at - 1] == b'\n'
}

pub(crate) const fn unindented_len(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut len, mut at) = (0, 0);
    while at < bytes.len() {
        if !(bytes[at] == b' ' && starts_line(bytes, at)) {
            len += 1;
        }
        at += 1;
    }
    len
}

pub(crate) const fn unindent<const LEN: usize>(text: &str) -> [u8; LEN] {
    let bytes = text.as_bytes();
    let mut out = [0; LEN];
    let (mut len, mut at) = (0, 0);
    while at < bytes.len() {
        if !(bytes[at] == b' ' && starts_line(bytes, at)) {
            out[len] = bytes[at];
            len += 1;
        }
        at += 1;
    }
    out
}
