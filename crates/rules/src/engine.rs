use std::collections::HashSet;

use maillint_model::{Account, AccountKind, Auth, Mailbox, Origin, Protocol, Server, Setting, Side, Status, mailboxes};

use crate::case::{address_of, normal_host};
use crate::facts::{provider_of_domain, provider_of_host};
use crate::found::{Found, Guide};
use crate::policy::{Address, Pattern, Policy, RetentionMode};
use crate::removal::{self, Removal};
use crate::surroundings::Surroundings;
use crate::{Case, Finding, Judgement, RULES, Settings, Slot, Standing, case, fingerprint, words};

/// Holds every account against the rules: the same accounts give the same findings, in the same order.
///
/// `guide` is asked for the steps of each change, in the client that wrote the account down.
pub fn judge(accounts: &[Account], settings: &Settings, guide: &Guide<'_>) -> Judgement {
    let surroundings = Surroundings::of(accounts);
    let nothing = Policy::default();
    let claims: Vec<Claim<'_>> = settings.policies.iter().map(Claim::of).collect();
    let mut unchecked = Vec::with_capacity(accounts.len());
    let mut cases: Vec<Case<'_>> = Vec::new();
    let mut case_of: Vec<Option<usize>> = vec![None; accounts.len()];
    for (index, account) in accounts.iter().enumerate() {
        if let Some(reason) = not_judged(account, settings) {
            unchecked.push(Some(reason));
            continue;
        }
        let (policy, standing) = stand(account, settings, &claims, &nothing);
        unchecked.push(not_covered(account, policy, standing));
        case_of[index] = Some(cases.len());
        cases.push(Case::new(account, index, (policy, standing), settings, &surroundings));
    }
    // What is said about servers on the network does not hold for those on this computer. And of the server of another
    // account it is only said that it is the wrong one: to change it would be to break the other's.
    let slots_of = |case: &Case<'_>| {
        let is_anothers = case.better_outgoing().is_some();
        let is_left_out =
            |slot: &Slot<'_>| slot.server.is_loopback() || (is_anothers && slot.subject == case::OUTGOING);
        case.slots.iter().enumerate().filter(|(_, slot)| !is_left_out(slot)).map(|(at, _)| at).collect()
    };
    let slots: Vec<Vec<usize>> = cases.iter().map(slots_of).collect();
    let mailboxes = mailboxes(accounts);
    let members_of = |mailbox: &Mailbox| -> Vec<&Case<'_>> {
        mailbox.indices.iter().filter_map(|index| cases.get(case_of.get(*index).copied()??)).collect()
    };
    let members: Vec<Vec<&Case<'_>>> = mailboxes.iter().map(members_of).collect();
    let mut findings: Vec<(Finding, String)> = Vec::new();
    for rule in RULES {
        let mut found = Found { rule: rule.meta(), guide, findings: Vec::new() };
        for (case, slots) in cases.iter().zip(&slots) {
            for slot in slots.iter().filter_map(|at| case.slots.get(*at)) {
                rule.check_server(case, slot, &mut found);
            }
            rule.check(case, &mut found);
        }
        for (mailbox, members) in mailboxes.iter().zip(&members).filter(|(_, members)| !members.is_empty()) {
            rule.check_mailbox(mailbox, members, &mut found);
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
        // The user misses it.
        Status::Orphaned if account.is_left_out => {}
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
fn not_covered(account: &Account, policy: &Policy, standing: Standing) -> Option<String> {
    let incoming = account.incoming.as_ref();
    let outgoing = account.outgoing.as_ref();
    if incoming.into_iter().chain(outgoing).all(is_unknown) {
        return Some(format!("none of its settings stand in {}", account.file.name()));
    }
    match standing {
        Standing::House => not_known(account, Some(policy)),
        Standing::Provider(_) | Standing::Hosted(_) => not_known(account, None),
        Standing::Nobody => Some(match address_of(account) {
            Some(Address { domain, .. }) => format!("no policy and no published settings are for {domain}"),
            None => "its mail domain is not known, so no policy is for it".to_owned(),
        }),
    }
}

/// What of an account could not be told, though it decides whether mail comes and goes: nobody may call that right.
///
/// What a client may leave to the server, or to its own defaults, and no file has, is not meant; but who signs in to
/// fetch mail, and how long it stays where the house has a say in that, has to stand somewhere.
fn not_known(account: &Account, house: Option<&Policy>) -> Option<String> {
    // A file that sets up accounts leaves much to whoever uses it.
    if account.kind == AccountKind::Provisioning {
        return None;
    }
    let mut parts: Vec<String> = Vec::new();
    let mut tell = |server: &Server, name: &str| {
        let is_signed_in_to = !matches!(server.auth.get(), Some(Auth::None | Auth::PopBeforeSmtp));
        let is_nameless =
            is_unclear(&server.username) || (server.protocol.is_mail() && server.username.origin() == Origin::Unknown);
        let unclear = [
            (is_unclear(&server.host), "the name of"),
            (is_unclear(&server.port), "the port of"),
            (is_unclear(&server.security), "the encryption of"),
            (is_unclear(&server.auth), "the way to sign in to"),
            (is_nameless && is_signed_in_to, "the user name of"),
        ];
        parts.extend(unclear.into_iter().filter(|(is, _)| *is).map(|(_, what)| format!("{what} the {name}")));
    };
    let servers = [(Side::Incoming, &account.incoming), (Side::Outgoing, &account.outgoing)];
    for (side, server) in servers.into_iter().filter_map(|(side, server)| Some((side, server.as_ref()?))) {
        tell(server, words::server(side));
    }
    for identity in &account.identities {
        let Some(server) = &identity.outgoing else { continue };
        let whose = identity.address.text().unwrap_or("another address");
        tell(server, &format!("{} of {whose}", words::server(Side::Outgoing)));
    }
    let retention = account.retention.as_ref();
    let has_say = house.is_some_and(|policy| policy.retention.mode.is_some_and(|mode| mode != RetentionMode::Ignore));
    let is_open =
        retention.is_some_and(|kept| is_unclear(&kept.leave_on_server) || is_unclear(&kept.remove_after_days));
    if is_open || (has_say && removal::of(account) == Removal::Unknown) {
        parts.push("how long mail stays on the server".to_owned());
    }
    parts.dedup();
    (!parts.is_empty()).then(|| format!("{} could not be made out", parts.join(", ")))
}

/// Whether something stands in the file, and what the client makes of it is not known.
fn is_unclear<T>(setting: &Setting<T>) -> bool {
    setting.origin() == Origin::Unknown && setting.at().is_some()
}

fn is_unknown(server: &Server) -> bool {
    fn unknown<T>(setting: &Setting<T>) -> bool {
        setting.origin() == Origin::Unknown
    }
    unknown(&server.host) && unknown(&server.username) && unknown(&server.auth) && unknown(&server.port)
}

/// What an account is held against; the most specific wins: a policy that names its mail domain, a policy that names
/// its host, what its provider publishes, a policy for everyone.
fn stand<'a>(
    account: &Account,
    settings: &'a Settings,
    claims: &[Claim<'a>],
    nothing: &'a Policy,
) -> (&'a Policy, Standing) {
    let address = address_of(account);
    let domain = address.map(|address| normal_host(address.domain));
    let host_of = |server: &Option<Server>| {
        server.as_ref().and_then(|server| server.host.text()).map(normal_host).filter(|host| !host.is_empty())
    };
    let hosts: Vec<String> = [host_of(&account.incoming), host_of(&account.outgoing)].into_iter().flatten().collect();

    let specific = claims
        .iter()
        .filter_map(|claim| Some((claim.specificity(domain.as_deref(), &hosts)?, claim.policy)))
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
    if let Some(provider) = provider {
        return (policy, Standing::Provider(provider));
    }
    if let Some(provider) = hosts.first().and_then(|host| provider_of_host(host, hosts.get(1).map(String::as_str))) {
        return (policy, Standing::Hosted(provider));
    }
    let standing =
        if general.is_some() && settings.own_domains.is_empty() { Standing::House } else { Standing::Nobody };
    (policy, standing)
}

/// What a policy says of whom it is for. A house may list its customers' domains by the thousand, so they are looked up.
struct Claim<'a> {
    policy: &'a Policy,
    domains: HashSet<String>,
    patterns: Vec<&'a Pattern>,
}

impl<'a> Claim<'a> {
    fn of(policy: &'a Policy) -> Self {
        let mut claim = Self { policy, domains: HashSet::new(), patterns: Vec::new() };
        for pattern in &policy.applies.email_domains {
            match pattern.expand(None) {
                Some(domain) => _ = claim.domains.insert(normal_host(&domain)),
                None => claim.patterns.push(pattern),
            }
        }
        claim
    }

    /// How exactly the policy names an account: by its domain, by a pattern of it, by a host.
    fn specificity(&self, domain: Option<&str>, hosts: &[String]) -> Option<u8> {
        if domain.is_some_and(|domain| self.domains.contains(domain)) {
            return Some(3);
        }
        if domain.is_some_and(|domain| self.patterns.iter().any(|pattern| is(pattern, domain))) {
            return Some(2);
        }
        let by_host = |pattern| hosts.iter().any(|host| is(pattern, host));
        self.policy.applies.hosts.iter().any(by_host).then_some(1)
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

#[cfg(test)]
mod tests {
    use maillint_model::Setting;

    use super::judge;
    use crate::notation::{TODAY, accounts, judged};
    use crate::{Policy, Settings};

    const ANNA: &str = "account: anna@example.org
                        incoming: pop3 pop.example.org 995 tls password anna
                        outgoing: smtp mail.example.org 465 tls none
                        retention: keep, remove after 2 days\n";

    fn ids(text: &str, settings: &Settings) -> Vec<String> {
        let findings = judge(&accounts(text), settings, &|_, _| Vec::new()).findings;
        findings.iter().map(|finding| format!("{}[{}]", finding.level.as_str(), finding.rule.id)).collect()
    }

    #[test]
    fn findings_come_in_the_order_of_the_file() {
        let settings = Settings::new(TODAY);
        let expected = [
            "warning[host-prefix]",
            "error[username-not-full-address]",
            "warning[smtp-465-before-587]",
            "error[outgoing-auth-missing]",
        ];
        let ids = ids(ANNA, &settings);
        let founding: Vec<&String> = ids.iter().filter(|id| expected.contains(&id.as_str())).collect();
        assert_eq!(founding, expected.iter().collect::<Vec<_>>());
    }

    #[test]
    fn the_domains_of_the_house_are_the_operators_word() {
        let mut settings = Settings::new(TODAY);
        settings.own_domains = vec!["example.net".to_owned()];
        let judgement = judge(&accounts(ANNA), &settings, &|_, _| Vec::new());
        assert!(!judgement.findings.iter().any(|finding| finding.rule.id == "host-prefix"));
        assert_eq!(judgement.unchecked, [Some("no policy and no published settings are for example.org".to_owned())]);
        settings.own_domains = vec!["Example.ORG".to_owned()];
        assert!(ids(ANNA, &settings).contains(&"warning[host-prefix]".to_owned()));
    }

    #[test]
    fn the_most_specific_policy_wins() {
        let policy = |id: &str, applies: &str, host: &str| {
            let text = format!("schema = 1\nid = \"{id}\"\n[match]\n{applies}\n[pop3]\nhosts = [\"{host}\"]");
            Policy::parse(&text).unwrap()
        };
        let mut settings = Settings::new(TODAY);
        settings.policies = vec![
            Policy::hosting(),
            policy("by-host", "hosts = [\"*.example.org\"]", "a.example.net"),
            policy("by-pattern", "email_domains = [\"*.org\"]", "b.example.net"),
            policy("by-domain", "email_domains = [\"example.org\"]", "pop.example.org"),
        ];
        assert!(!ids(ANNA, &settings).contains(&"warning[host-prefix]".to_owned()));
        settings.policies.pop();
        let judgement = judge(&accounts(ANNA), &settings, &|_, _| Vec::new());
        let host = judgement.findings.iter().find(|finding| finding.rule.id == "host-prefix").unwrap();
        assert_eq!(host.expected.as_deref(), Some("b.example.net"));
    }

    #[test]
    fn what_is_not_mail_is_not_judged_and_says_so() {
        let told = |line: &str| judged(&format!("account: anna@example.org\n{line}\n"), "hosting").unchecked;
        assert_eq!(told("incoming: feed ? ? ? none"), [Some("it fetches web feeds, not mail".to_owned())]);
        assert_eq!(told("incoming: local"), [Some("it is folders on this computer, with no server".to_owned())]);
        assert_eq!(told("name: Anna"), [Some("it names no server".to_owned())]);
        assert_eq!(
            told("incoming: imap mail.example.org\nstatus: inactive-profile"),
            [Some("it is in a profile that Thunderbird does not open".to_owned())]
        );
        assert_eq!(told("incoming: imap"), [Some("none of its settings stand in accounts.txt".to_owned())]);
        assert_eq!(told("incoming: imap mail.example.org 993 tls password anna@example.org"), [None]);
    }

    #[test]
    fn what_could_not_be_made_out_is_not_called_right() {
        let text = "account: anna@example.org
                    incoming: imap mail.example.org 993 tls password anna@example.org";
        let mut accounts = accounts(text);
        let at = accounts[0].at.clone();
        let server = accounts[0].incoming.as_mut().unwrap();
        server.auth = Setting::unknown_at(at.clone());
        server.username = Setting::unknown_at(at);
        let judgement = judge(&accounts, &Settings::new(TODAY), &|_, _| Vec::new());
        let why =
            "the way to sign in to the incoming server, the user name of the incoming server could not be made out";
        assert_eq!(judgement.unchecked, [Some(why.to_owned())]);
    }

    #[test]
    fn who_signs_in_and_how_long_mail_stays_have_to_stand_somewhere() {
        let nameless = "account: anna@example.org
                        incoming: imap mail.example.org 993 tls password ?";
        let why = "the user name of the incoming server could not be made out";
        assert_eq!(judged(nameless, "hosting").unchecked, [Some(why.to_owned())]);
        let staying = "account: anna@example.org
                       incoming: pop3 mail.example.org 995 tls password anna@example.org
                       retention: ?";
        let why = "how long mail stays on the server could not be made out";
        assert_eq!(judged(staying, "hosting").unchecked, [Some(why.to_owned())]);
        // This one has no say in that.
        assert_eq!(judged(staying, "rfc8314").unchecked, [None]);
    }

    #[test]
    fn what_an_account_sends_through_is_asked_for_each_of_its_addresses() {
        let text = "account: anna@example.org
                    incoming: imap mail.example.org 993 tls password anna@example.org
                    outgoing: smtp mail.example.org 587 starttls password anna@example.org
                    identity: info@example.org
                    identity-outgoing: smtp post.example.org 587 starttls password info@example.org";
        let mut accounts = accounts(text);
        let at = accounts[0].at.clone();
        accounts[0].identities[1].outgoing.as_mut().unwrap().security = Setting::unknown_at(at);
        let judgement = judge(&accounts, &Settings::new(TODAY), &|_, _| Vec::new());
        let why = "the encryption of the outgoing server of info@example.org could not be made out";
        assert_eq!(judgement.unchecked, [Some(why.to_owned())]);
    }

    #[test]
    fn every_profile_is_judged_when_asked_for() {
        let mut settings = Settings::new(TODAY);
        let text = format!("{ANNA}status: inactive-profile\n");
        assert!(ids(&text, &settings).is_empty());
        settings.all_profiles = true;
        assert!(!ids(&text, &settings).is_empty());
    }

    #[test]
    fn what_an_administrator_has_set_is_the_administrators_to_change() {
        let text = "account: anna@example.org
                    incoming: imap !imap.example.org 993 tls password anna@example.org";
        let findings = judged(text, "rfc8314").findings;
        assert!(findings.is_empty());
        let findings = judged(text, "hosting").findings;
        let host = findings.iter().find(|finding| finding.rule.id == "host-prefix").unwrap();
        assert_eq!(
            host.steps,
            ["An administrator has set this, and you cannot change it yourself: ask them to set the incoming server \
              to mail.example.org."]
        );
    }

    #[test]
    fn a_default_says_that_it_is_one() {
        let text = "account: anna@example.org
                    outgoing: smtp mail.example.org 587 starttls (none)";
        let findings = judged(text, "hosting").findings;
        let label = &findings[0].labels[0];
        assert_eq!(
            label.text,
            "Thunderbird does not sign in to send mail (not set here: this is what Thunderbird does then)"
        );
        assert_eq!(label.at.start().line, 1);
    }

    #[test]
    fn fingerprints_differ_within_a_run_and_stay_over_runs() {
        let text = "account: bernd@example.org
                    incoming: pop3 pop.example.org 995 tls password bernd
                    outgoing: smtp smtp.example.org 465 tls none bernd";
        let prints = |text: &str| -> Vec<String> {
            judged(text, "hosting").findings.iter().map(|finding| finding.fingerprint.clone()).collect()
        };
        let first = prints(text);
        let mut unique = first.clone();
        unique.sort();
        unique.dedup();
        assert_eq!(unique.len(), first.len());
        // A line more above it changes places, not fingerprints.
        assert_eq!(prints(&format!("\n{text}")), first);
    }

    #[test]
    fn the_house_has_the_last_word() {
        let text = "schema = 1\nid = \"house\"\nextends = \"hosting\"\n[levels]\nhost-prefix = \"error\"\n\
                    username-not-full-address = \"off\"\n[text.en.host-prefix]\nsay = \"Ask us.\"\n\
                    url = \"https://help.example/mail\"\n";
        let mut settings = Settings::new(TODAY);
        settings.policies = vec![Policy::parse(text).unwrap()];
        let judgement = judge(&accounts(ANNA), &settings, &|_, _| Vec::new());
        let host = &judgement.findings[0];
        assert_eq!((host.rule.id, host.level), ("host-prefix", crate::Level::Error));
        assert_eq!((host.why.as_str(), host.link.as_deref()), ("Ask us.", Some("https://help.example/mail")));
        assert!(!judgement.findings.iter().any(|finding| finding.rule.id == "username-not-full-address"));
    }
}
