use maillint_model::{Account, Auth, Security, Server, is_placeholder};

use crate::case::address_of;
use crate::policy::{Address, Endpoint, Named, Offer, Pattern, Policy};

/// The policy that a file for setting up accounts amounts to: what a house tells the clients of its customers.
///
/// Servers keep their order, which is the house's own order of preference. Values that are not known are not stated.
pub fn policy_from(accounts: &[Account], id: &str) -> Policy {
    let mut policy = Policy { id: id.to_owned(), title: id.to_owned(), ..Policy::default() };
    for account in accounts {
        let address = address_of(account);
        let domains = address.map(|address| address.domain).into_iter();
        let domains = domains.chain(account.other_domains.iter().map(String::as_str));
        for domain in domains.filter(|domain| !is_placeholder(domain)) {
            push_new(&mut policy.applies.email_domains, Pattern::parse(&domain.to_lowercase()).ok());
        }
        for server in account.incoming.iter().chain(&account.outgoing).chain(&account.alternatives) {
            let Some(offer) = policy.offer_mut(server.protocol) else { continue };
            let offer = offer.get_or_insert_default();
            push_new(&mut offer.hosts, host(account, server));
            take(offer, server, address);
            // What a client does where the file says nothing is not the house's wish: Autodiscover's default is NTLM.
            let way = server.auth.get().filter(|_| server.auth.at().is_some());
            let way = way.filter(|auth| !matches!(auth, Auth::None | Auth::PopBeforeSmtp | Auth::Any));
            push_new(&mut policy.auth.allow, way.map(Named));
        }
    }
    policy
}

/// The name of a server. In a file for several domains, one of them in the name is that of the machine, unless the file
/// itself has a placeholder there.
fn host(account: &Account, server: &Server) -> Option<Pattern> {
    if account.other_domains.is_empty() {
        return generalised(&server.host.text()?.to_lowercase(), address_of(account));
    }
    let written = server.host.at().map_or("", |at| at.file.slice(at.span));
    let name = if is_placeholder(written) { written } else { server.host.text()? };
    generalised(&name.to_lowercase(), None)
}

fn take(offer: &mut Offer, server: &Server, address: Option<Address<'_>>) {
    push_new(&mut offer.usernames, server.username.text().and_then(|name| generalised(name, address)));
    let security = server
        .security
        .get()
        .filter(|security| matches!(security, Security::None | Security::StartTls | Security::Tls));
    if let (Some(port), Some(security)) = (server.port.get(), security)
        && offer.endpoint(port, security).is_none()
    {
        let rank = u32::try_from(offer.endpoints.len()).map_or(u32::MAX, |before| before.saturating_add(1));
        offer.endpoints.push(Endpoint { port, security: Named(security), rank, level: None, why: None });
    }
}

/// A value with placeholders in place of what belongs to one address: `%EMAILADDRESS%` of an autoconfig file, or the
/// address itself.
fn generalised(value: &str, address: Option<Address<'_>>) -> Option<Pattern> {
    if value.trim().is_empty() || value.contains(['{', '}', '*']) {
        return None;
    }
    let general = match address.filter(|address| !is_placeholder(address.domain)) {
        Some(address) => impersonal(value, address),
        None => value.to_owned(),
    };
    // Names that the autoconfig format gives its placeholders (clientConfig 1.1).
    let names = [("%emailaddress%", "{email}"), ("%emaillocalpart%", "{local}"), ("%emaildomain%", "{domain}")];
    let text = names.iter().fold(general, |text, (name, placeholder)| replace_ignoring_case(&text, name, placeholder));
    Pattern::parse(&text).ok()
}

/// A value of one person's account, with placeholders in place of the parts of their address.
fn impersonal(text: &str, address: Address<'_>) -> String {
    if text.eq_ignore_ascii_case(&format!("{}@{}", address.local, address.domain)) {
        return "{email}".to_owned();
    }
    if text.eq_ignore_ascii_case(address.local) {
        return "{local}".to_owned();
    }
    // The domain itself or something in front of it, not a name that merely ends alike.
    let ends = |text: &str| text.is_empty() || text.ends_with('.');
    let front = text.to_ascii_lowercase().strip_suffix(&address.domain.to_ascii_lowercase()).map(str::to_owned);
    match front.filter(|front| ends(front)) {
        Some(front) => format!("{front}{{domain}}"),
        None => text.to_owned(),
    }
}

fn replace_ignoring_case(text: &str, name: &str, with: &str) -> String {
    match text.to_ascii_lowercase().find(name) {
        Some(at) => format!("{}{with}{}", &text[..at], &text[at + name.len()..]),
        None => text.to_owned(),
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, value: Option<T>) {
    if let Some(value) = value.filter(|value| !list.contains(value)) {
        list.push(value);
    }
}

#[cfg(test)]
mod tests {
    use super::policy_from;
    use crate::Policy;
    use crate::notation::accounts;

    #[test]
    fn an_autoconfig_file_is_a_policy() {
        let accounts = accounts(
            "account: ?
             kind: provisioning
             incoming: imap mail.house.example 993 tls password %EMAILADDRESS%
             outgoing: smtp mail.house.example 465 tls password %EMAILADDRESS%

             account: ?
             kind: provisioning
             incoming: pop3 %EMAILDOMAIN% 995 tls password %EMAILLOCALPART%
             outgoing: smtp mail.house.example 587 starttls password %EMAILADDRESS%",
        );
        let text = policy_from(&accounts, "house").to_toml();
        assert_eq!(
            text,
            r#"schema = 1
id = "house"
title = "house"

[imap]
hosts = ["mail.house.example"]
usernames = ["{email}"]

[[imap.endpoints]]
port = 993
security = "tls"
rank = 1

[pop3]
hosts = ["{domain}"]
usernames = ["{local}"]

[[pop3.endpoints]]
port = 995
security = "tls"
rank = 1

[smtp]
hosts = ["mail.house.example"]
usernames = ["{email}"]

[[smtp.endpoints]]
port = 465
security = "tls"
rank = 1

[[smtp.endpoints]]
port = 587
security = "starttls"
rank = 2

[auth]
allow = ["password"]
"#
        );
        assert!(Policy::parse(&text).is_ok());
    }

    /// Readers of published files give the account an address with a placeholder in it.
    #[test]
    fn an_address_with_a_placeholder_is_one() {
        let accounts = accounts(
            "account: %EMAILLOCALPART%@house.example
             kind: provisioning
             incoming: imap mail.house.example 993 tls password %EMAILLOCALPART%@house.example
             outgoing: smtp smtp.house.example 465 tls password %EMAILLOCALPART%",
        );
        let policy = policy_from(&accounts, "house");
        assert_eq!(policy.applies.email_domains[0].as_str(), "house.example");
        let (imap, smtp) = (policy.imap.unwrap(), policy.smtp.unwrap());
        assert_eq!((imap.hosts[0].as_str(), imap.usernames[0].as_str()), ("mail.{domain}", "{email}"));
        assert_eq!((smtp.hosts[0].as_str(), smtp.usernames[0].as_str()), ("smtp.{domain}", "{local}"));
    }

    #[test]
    fn alternatives_are_right_too_and_further_domains_are_the_houses() {
        let accounts = accounts(
            "account: %EMAILLOCALPART%@house.example
             kind: provisioning
             other-domain: House.example.net
             incoming: imap mail.house.example 993 tls password
             outgoing: smtp mail.house.example 587 starttls password
             alternative: imap mail.house.example 143 starttls password
             alternative: smtp mail.house.example 465 tls password",
        );
        let policy = policy_from(&accounts, "house");
        let domains: Vec<&str> = policy.applies.email_domains.iter().map(super::Pattern::as_str).collect();
        assert_eq!(domains, ["house.example", "house.example.net"]);
        // Not mail.house.example.net for the second domain.
        assert_eq!(policy.imap.as_ref().unwrap().hosts[0].as_str(), "mail.house.example");
        let ports = |offer: Option<super::Offer>| -> Vec<(u16, u32)> {
            offer.unwrap().endpoints.iter().map(|row| (row.port, row.rank)).collect()
        };
        assert_eq!(ports(policy.imap), [(993, 1), (143, 2)]);
        assert_eq!(ports(policy.smtp), [(587, 1), (465, 2)]);
    }

    /// An Autodiscover answer has the user name of one person, and says nothing of SPA where it is on.
    #[test]
    fn a_user_name_tells_the_address_and_a_default_is_no_wish() {
        let accounts = accounts(
            "account: ?
             kind: provisioning
             incoming: imap mail.house.example 993 tls (ntlm) anna@house.example
             outgoing: smtp mail.house.example 587 starttls password anna@house.example",
        );
        let policy = policy_from(&accounts, "house");
        assert_eq!(policy.applies.email_domains[0].as_str(), "house.example");
        assert_eq!(policy.imap.unwrap().usernames[0].as_str(), "{email}");
        assert_eq!(policy.auth.allow, [super::Named(maillint_model::Auth::Password)]);
    }

    #[test]
    fn a_file_for_one_person_is_made_general() {
        let accounts = accounts(
            "account: anna@example.org
             kind: provisioning
             incoming: imap mail.example.org 993 tls password anna@example.org
             outgoing: smtp notexample.org 587 starttls password anna",
        );
        let policy = policy_from(&accounts, "house");
        assert_eq!(policy.applies.email_domains[0].as_str(), "example.org");
        let (imap, smtp) = (policy.imap.unwrap(), policy.smtp.unwrap());
        assert_eq!((imap.hosts[0].as_str(), imap.usernames[0].as_str()), ("mail.{domain}", "{email}"));
        assert_eq!((smtp.hosts[0].as_str(), smtp.usernames[0].as_str()), ("notexample.org", "{local}"));
    }
}
