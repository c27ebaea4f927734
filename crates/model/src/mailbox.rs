use std::collections::BTreeMap;

use crate::{Account, Status};

/// The accounts, across files, clients and devices, that fetch the same mail. How long mail stays on the server is a
/// question to all of them together.
pub struct Mailbox {
    /// The address, folded to lower case.
    pub address: String,
    /// Its accounts, as indices into the list that was grouped, in that order.
    pub indices: Vec<usize>,
}

/// Groups the accounts that fetch mail by address. An account without an address belongs to the mailbox of its user
/// name, if that is an address; else it has none. Accounts that the client does not use have none either.
pub fn mailboxes(accounts: &[Account]) -> Vec<Mailbox> {
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
    groups.into_iter().map(|(address, indices)| Mailbox { address, indices }).collect()
}

#[cfg(test)]
mod tests {
    use maillint_source::{Location, SourceFile, Span};

    use super::mailboxes;
    use crate::{Account, FormatMeta, Identity, Protocol, Role, Server, Setting, Status};

    const FORMAT: FormatMeta = FormatMeta {
        id: "test",
        client: "test",
        client_name: "Test",
        what: "",
        places: &[],
        names: &[],
        companions: &[],
        role: Role::Accounts,
    };

    fn account(protocol: Protocol, address: Option<&str>, username: &str) -> Account {
        let file = SourceFile::listing("f", String::new(), &[]);
        let mut account = Account::new(&FORMAT, Location::new(&file, Span::empty(0)), "key");
        let address = address.map_or_else(Setting::unknown, |address| Setting::default(address.to_owned()));
        account.identities.push(Identity { address, ..Identity::default() });
        let username = Setting::default(username.to_owned());
        account.incoming = Some(Server { username, ..Server::new(protocol) });
        account
    }

    /// Address and account numbers of each mailbox.
    fn grouped(accounts: &[Account]) -> Vec<(String, Vec<usize>)> {
        mailboxes(accounts).into_iter().map(|mailbox| (mailbox.address, mailbox.indices)).collect()
    }

    #[test]
    fn accounts_of_one_address_are_one_mailbox_whatever_the_case() {
        let accounts = [
            account(Protocol::Imap, Some("Anna@Example.org"), "anna"),
            account(Protocol::Pop3, Some("bert@example.org"), "bert"),
            account(Protocol::Pop3, Some("anna@example.org"), "anna"),
        ];
        let expected = [("anna@example.org".to_owned(), vec![0, 2]), ("bert@example.org".to_owned(), vec![1])];
        assert_eq!(grouped(&accounts), expected);
    }

    #[test]
    fn without_an_address_a_user_name_that_is_one_counts() {
        let accounts = [account(Protocol::Pop3, None, "anna@example.org"), account(Protocol::Pop3, None, "anna")];
        assert_eq!(grouped(&accounts), [("anna@example.org".to_owned(), vec![0])]);
    }

    #[test]
    fn feeds_and_accounts_that_are_not_in_use_have_no_mailbox() {
        let mut disabled = account(Protocol::Imap, Some("anna@example.org"), "anna");
        disabled.status = Status::Disabled;
        assert_eq!(grouped(&[disabled, account(Protocol::Feed, Some("anna@example.org"), "anna")]), []);
    }
}
