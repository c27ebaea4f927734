use std::collections::BTreeMap;

use maillint_model::{Account, AccountKind, Origin, Protocol, Setting, Status, mailboxes};

use crate::case::{address_of, normal_host};
use crate::facts::{provider_of_domain, provider_of_host};
use crate::found::{Found, Guide};
use crate::policy::{Address, Pattern, Policy};
use crate::surroundings::Surroundings;
use crate::{Case, Finding, Judgement, RULES, Settings, Standing, fingerprint};

/// Holds every account against the rules: the same accounts give the same findings, in the same order.
///
/// `guide` is asked for the steps of each change, in the client that wrote the account down.
pub fn judge(accounts: &[Account], settings: &Settings, guide: &Guide<'_>) -> Judgement {
    let surroundings = Surroundings::of(accounts);
    let nothing = Policy::default();
    let mut unchecked = Vec::with_capacity(accounts.len());
    let mut cases: BTreeMap<usize, Case<'_>> = BTreeMap::new();
    for (index, account) in accounts.iter().enumerate() {
        if let Some(reason) = not_judged(account, settings) {
            unchecked.push(Some(reason));
            continue;
        }
        let (policy, standing) = stand(account, settings, &nothing);
        unchecked.push(not_covered(account, standing));
        cases.insert(index, Case { account, index, policy, standing, settings, surroundings: &surroundings });
    }
    let mailboxes = mailboxes(accounts);
    let mut findings: Vec<(Finding, String)> = Vec::new();
    for rule in RULES {
        let mut found = Found { rule: rule.meta(), guide, findings: Vec::new() };
        for case in cases.values() {
            rule.check(case, &mut found);
        }
        for mailbox in &mailboxes {
            let members: Vec<&Case<'_>> = mailbox.indices.iter().filter_map(|index| cases.get(index)).collect();
            if !members.is_empty() {
                rule.check_mailbox(mailbox, &members, &mut found);
            }
        }
        findings.append(&mut found.findings);
    }
    findings.sort_by(|(a, a_subject), (b, b_subject)| place(a).cmp(&place(b)).then_with(|| a_subject.cmp(b_subject)));
    Judgement { findings: fingerprint::sign(findings, accounts), unchecked }
}

/// Account, place, rule.
fn place(finding: &Finding) -> (usize, Option<(&str, maillint_source::Span)>, &'static str) {
    let at = finding.labels.first().map(|label| (label.at.file.name(), label.at.span));
    (finding.account, at, finding.rule.id)
}

/// Why an account is left alone altogether.
fn not_judged(account: &Account, settings: &Settings) -> Option<String> {
    let client = account.format.client_name;
    match account.status {
        Status::Active => {}
        Status::Disabled => return Some(format!("it is switched off in {client}")),
        Status::Orphaned => return Some(format!("it is left over: nothing in {client} uses it")),
        Status::InactiveProfile if settings.all_profiles => {}
        Status::InactiveProfile => return Some(format!("it is in a profile that {client} does not open")),
    }
    let incoming = account.incoming.as_ref().map(|server| server.protocol);
    Some(match incoming {
        Some(Protocol::Pop3 | Protocol::Imap) => return None,
        None if account.outgoing.as_ref().is_some_and(|server| server.protocol == Protocol::Smtp) => return None,
        None => "it names no server".to_owned(),
        Some(Protocol::Exchange) => "it is an Exchange account, which gets its settings from the server".to_owned(),
        Some(Protocol::Provider) => "the provider's own service sets it up, there is nothing to set wrong".to_owned(),
        Some(Protocol::Feed) => "it fetches web feeds, not mail".to_owned(),
        Some(Protocol::News) => "it fetches news, not mail".to_owned(),
        Some(Protocol::Chat) => "it is for chat, not for mail".to_owned(),
        Some(Protocol::Directory) => "it is an address book".to_owned(),
        Some(Protocol::Local) => "it is folders on this computer, with no server".to_owned(),
        Some(Protocol::Smtp) => "it only sends mail".to_owned(),
        Some(Protocol::Other) => "its kind is not known".to_owned(),
    })
}

/// Why nothing but what holds for every server is said of an account.
fn not_covered(account: &Account, standing: Standing) -> Option<String> {
    let incoming = account.incoming.as_ref();
    let outgoing = account.outgoing.as_ref();
    if incoming.into_iter().chain(outgoing).all(is_unknown) {
        return Some(format!("none of its settings stand in {}", account.file.name()));
    }
    match standing {
        Standing::House | Standing::Provider(_) => None,
        Standing::Nobody => Some(match address_of(account) {
            Some(Address { domain, .. }) => format!("no policy and no published settings are for {domain}"),
            None => "its mail domain is not known, so no policy is for it".to_owned(),
        }),
    }
}

fn is_unknown(server: &maillint_model::Server) -> bool {
    fn unknown<T>(setting: &Setting<T>) -> bool {
        setting.origin() == Origin::Unknown
    }
    unknown(&server.host) && unknown(&server.username) && unknown(&server.auth) && unknown(&server.port)
}

/// What an account is held against; the most specific wins: a policy that names its mail domain, a policy that names
/// its host, what its provider publishes, a policy for everyone.
fn stand<'a>(account: &Account, settings: &'a Settings, nothing: &'a Policy) -> (&'a Policy, Standing) {
    let address = address_of(account);
    let domain = address.map(|address| normal_host(address.domain));
    let host_of = |server: &Option<maillint_model::Server>| {
        server.as_ref().and_then(|server| server.host.text()).map(normal_host).filter(|host| !host.is_empty())
    };
    let hosts: Vec<String> = [host_of(&account.incoming), host_of(&account.outgoing)].into_iter().flatten().collect();

    let named = settings.policies.iter().filter(|policy| !policy.applies.is_empty());
    let specific = named
        .filter_map(|policy| Some((specificity(policy, domain.as_deref(), &hosts)?, policy)))
        // The first of equally specific ones.
        .rev()
        .max_by_key(|(specificity, _)| *specificity);
    if let Some((_, policy)) = specific {
        return (policy, Standing::House);
    }

    let general = settings.policies.iter().find(|policy| policy.applies.is_empty());
    let policy = general.unwrap_or(nothing);
    if general.is_some() && is_own(settings, domain.as_deref(), &hosts) {
        return (policy, Standing::House);
    }
    let provider = domain.as_deref().and_then(provider_of_domain);
    if let Some(provider) = provider.or_else(|| hosts.first().and_then(|host| provider_of_host(host))) {
        return (policy, Standing::Provider(provider));
    }
    let standing =
        if general.is_some() && settings.own_domains.is_empty() { Standing::House } else { Standing::Nobody };
    (policy, standing)
}

/// How exactly a policy names an account: by its domain, by a pattern of it, by a host.
fn specificity(policy: &Policy, domain: Option<&str>, hosts: &[String]) -> Option<u8> {
    let by_domain = |exact: bool| {
        domain.is_some_and(|domain| {
            let patterns = policy.applies.email_domains.iter();
            patterns.filter(|pattern| pattern.expand(None).is_some() == exact).any(|pattern| is(pattern, domain))
        })
    };
    if by_domain(true) {
        Some(3)
    } else if by_domain(false) {
        Some(2)
    } else {
        policy.applies.hosts.iter().any(|pattern| hosts.iter().any(|host| is(pattern, host))).then_some(1)
    }
}

/// Whether the operator has named the domain as the house's own. Where an account's domain is not known, its servers
/// tell.
fn is_own(settings: &Settings, domain: Option<&str>, hosts: &[String]) -> bool {
    settings.own_domains.iter().any(|own| {
        let own = normal_host(own);
        match domain {
            Some(domain) => own == domain || Pattern::parse(&own).is_ok_and(|pattern| is(&pattern, domain)),
            None => hosts.iter().any(|host| host == &own || host.ends_with(&format!(".{own}"))),
        }
    })
}

fn is(pattern: &Pattern, text: &str) -> bool {
    pattern.matches(text, None) == Some(true)
}

/// Whether anybody uses the account: a file that sets clients up says nothing of the devices there are.
pub(crate) fn is_in_use(account: &Account) -> bool {
    account.kind != AccountKind::Provisioning
}
