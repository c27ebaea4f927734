//! What a POP account does with the mail on the server.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use maillint_model::{Account, Protocol, Side};

use crate::Case;
use crate::engine::is_in_use;
use crate::policy::Days;

/// Without a number in the policy: two days, as the page of the house that the default policy is taken from has it.
pub(crate) const DAYS: Days = Days { want: 2, min: 1, max: 14 };

/// What becomes of mail on the server.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
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

/// The accounts of a mailbox that are different devices or programs, as far as files tell: two files may be copies of
/// one another (a backup of a profile, two exports of one registry), and then they say the same of the same account.
pub(crate) fn devices<'c, 'a>(cases: &[&'c Case<'a>]) -> Vec<&'c Case<'a>> {
    let mut seen: BTreeMap<_, BTreeSet<&'a str>> = BTreeMap::new();
    let is_new = |case: &&'c Case<'a>| {
        let account = case.account;
        let slot = case.slot(Side::Incoming);
        let host = slot.and_then(|slot| slot.server.host.text());
        let user = slot.and_then(|slot| slot.server.username.text());
        let profile = account.profile.clone();
        let login = (host.map(str::to_owned), user.map(str::to_owned));
        let id = account.profile_id.as_deref();
        let key = (account.format.client, account.key.clone(), profile, login, of(account));
        match seen.entry(key) {
            Entry::Vacant(first) => {
                first.insert(id.into_iter().collect());
                true
            }
            Entry::Occupied(mut same) => {
                let is_other = !same.get().is_empty() && id.is_some_and(|id| !same.get().contains(id));
                same.get_mut().extend(id);
                is_other
            }
        }
    };
    cases.iter().copied().filter(|case| is_in_use(case.account)).filter(is_new).collect()
}

#[cfg(test)]
mod tests {
    use crate::notation::{TODAY, accounts};
    use crate::{Settings, judge};

    /// The rules about devices that say something of two profiles that say the same.
    fn said(ids: [Option<&str>; 2]) -> Vec<&'static str> {
        let text = "account: anna@example.org
                    incoming: pop3 mail.example.org 995 tls password anna@example.org
                    retention: remove";
        let accounts: Vec<_> = ids
            .into_iter()
            .map(|id| {
                let mut account = accounts(text).remove(0);
                account.profile_id = id.map(str::to_owned);
                account
            })
            .collect();
        let findings = judge(&accounts, &Settings::new(TODAY), &|_, _| Vec::new()).findings;
        let mut ids: Vec<_> = findings.iter().map(|finding| finding.rule.id).collect();
        ids.retain(|id| ["two-drainers", "pop-delete-at-once-alone"].contains(id));
        ids.dedup();
        ids
    }

    #[test]
    fn a_copy_of_a_profile_is_no_second_device_and_another_profile_is() {
        assert_eq!(said([Some("ab12cd34"), Some("ab12cd34")]), ["pop-delete-at-once-alone"]);
        assert_eq!(said([Some("ab12cd34"), None]), ["pop-delete-at-once-alone"]);
        assert_eq!(said([Some("ab12cd34"), Some("xy98zw76")]), ["two-drainers"]);
    }
}
