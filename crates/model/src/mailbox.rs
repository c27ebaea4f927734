use std::collections::BTreeMap;

use crate::{Account, Status};

/// The accounts, across files, clients and devices, that fetch the same mail. How long mail stays on the server is a
/// question to all of them together.
pub struct Mailbox<'a> {
    /// The address, folded to lower case.
    pub address: String,
    /// Its accounts, as indices into the list that was grouped, in that order.
    pub indices: Vec<usize>,
    /// The same accounts.
    pub accounts: Vec<&'a Account>,
}

/// Groups the accounts that fetch mail by address. An account without an address belongs to the mailbox of its user
/// name, if that is an address; else it has none. Accounts that the client does not use have none either.
pub fn mailboxes(accounts: &[Account]) -> Vec<Mailbox<'_>> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, account) in accounts.iter().enumerate() {
        let Some(incoming) = account.incoming.as_ref().filter(|server| server.protocol.is_mail()) else { continue };
        if account.status != Status::Active {
            continue;
        }
        let username = || incoming.username.text().filter(|name| name.contains('@'));
        if let Some(address) = account.address().or_else(username) {
            groups.entry(address.trim().to_lowercase()).or_default().push(index);
        }
    }
    let group = |(address, indices): (String, Vec<usize>)| {
        let members = indices.iter().map(|index| &accounts[*index]).collect();
        Mailbox { address, indices, accounts: members }
    };
    groups.into_iter().map(group).collect()
}
