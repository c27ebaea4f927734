//! What the rules say about settings that are right: nothing. Every published endpoint of every provider is turned into
//! an account and judged.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use maillint_model::{Account, Auth, Protocol};

use crate::facts::{DOMAINS, Entry, Provider, Published, providers};
use crate::notation::{TODAY, accounts, examples};
use crate::policy::{Address, Pattern};
use crate::{Policy, RULES, Settings, judge};

/// One account for each published server of a protocol and each way to sign in, with a published server for sending.
fn published_accounts(domain: &str, servers: &[Published]) -> String {
    let address = Some(Address { local: "anna.berta", domain });
    let expand = |pattern: &str| Pattern::parse(pattern).unwrap().expand(address).unwrap();
    let line = |side: &str, server: &Published, auth: Auth| {
        let username = server.username.map_or("?".to_owned(), expand);
        format!(
            "{side}: {} {} {} {} {} {username}\n",
            server.protocol.as_str(),
            expand(server.host),
            server.port,
            server.security.as_str(),
            auth.as_str(),
        )
    };
    let of = |wanted: fn(Protocol) -> bool| {
        servers
            .iter()
            .filter(move |server| wanted(server.protocol))
            .flat_map(|server| server.auth.iter().map(move |auth| (server, *auth)))
    };
    let mut text = String::new();
    for (incoming, auth) in of(Protocol::is_mail) {
        // A provider may publish a server for sending that wants another sign-in: the same one, where there is one.
        let same = of(|protocol| protocol == Protocol::Smtp).find(|(_, other)| *other == auth);
        let outgoing = same.or_else(|| of(|protocol| protocol == Protocol::Smtp).next());
        write!(text, "account: anna.berta@{domain}\n{}", line("incoming", incoming, auth)).unwrap();
        if let Some((server, auth)) = outgoing {
            text.push_str(&line("outgoing", server, auth));
        }
    }
    for (outgoing, auth) in of(|protocol| protocol == Protocol::Smtp) {
        write!(text, "account: anna.berta@{domain}\n{}", line("outgoing", outgoing, auth)).unwrap();
    }
    text
}

/// With the first mail domain of each provider.
fn published() -> Vec<(&'static str, Vec<Account>)> {
    let accounts_of = |provider: &'static Provider| {
        let domain = DOMAINS.iter().find(|entry| entry.provider() == Some(provider)).map(Entry::name);
        (provider.id, domain.map_or_else(Vec::new, |domain| accounts(&published_accounts(domain, provider.servers))))
    };
    providers().iter().map(accounts_of).collect()
}

#[test]
fn published_settings_are_clean_under_their_own_facts() {
    let mut judged = 0;
    let mut alarms = Vec::new();
    for policy in crate::policy::BUILTINS {
        let mut settings = Settings::new(TODAY);
        settings.policies = vec![Policy::builtin(policy.name).unwrap()];
        for (id, accounts) in published() {
            // Each account by itself: that a mailbox is fetched by six settings at once is this test's doing.
            for account in accounts {
                judged += 1;
                let one = std::slice::from_ref(&account);
                for finding in judge(one, &settings, &|_, _| Vec::new()).findings {
                    alarms.push(format!("{id}: {}[{}] {}", finding.level.as_str(), finding.rule.id, finding.message));
                }
            }
        }
    }
    assert!(judged > 900, "{judged}");
    assert_eq!(alarms, Vec::<String>::new());
}

#[test]
fn the_right_settings_of_a_house_are_clean_under_its_policy() {
    let right = "account: anna@example.org
                 name: Anna
                 incoming: pop3 mail.example.org 995 tls password anna@example.org
                 outgoing: smtp mail.example.org 587 starttls password anna@example.org
                 retention: keep, remove after 2 days";
    for policy in crate::policy::BUILTINS {
        let mut settings = Settings::new(TODAY);
        settings.policies = vec![Policy::builtin(policy.name).unwrap()];
        let findings = judge(&accounts(right), &settings, &|_, _| Vec::new()).findings;
        let said: Vec<String> =
            findings.iter().map(|finding| format!("{}: {}", finding.rule.id, finding.message)).collect();
        assert_eq!(said, Vec::<String>::new(), "{}", policy.name);
    }
}

/// What every rule says of its own cases and of published settings, as columns of a table in the repository; the others
/// are held by `tests/precision.rs`.
///
/// `UPDATE=1 cargo test -p maillint-rules` writes them anew.
#[test]
#[allow(clippy::disallowed_methods, reason = "the table is a file of the repository")]
fn the_table_of_precision_is_true() {
    let mut published_alarms: BTreeMap<&str, usize> = BTreeMap::new();
    let mut published_accounts = 0;
    for (_, accounts) in published() {
        for account in accounts {
            published_accounts += 1;
            let one = std::slice::from_ref(&account);
            for finding in judge(one, &Settings::new(TODAY), &|_, _| Vec::new()).findings {
                *published_alarms.entry(finding.rule.id).or_default() += 1;
            }
        }
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/rules/precision.md");
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    let mut table = format!(
        "# Precision\n\nHeld by tests: `crates/rules/src/precision.rs` and `tests/precision.rs`.\n\nThe cases are the examples in the \
         documentation of each rule (`maillint explain RULE`). The published settings are\n{published_accounts} accounts, one for \
         each server and way to sign in that the {} providers of `facts/providers.toml` publish. The corpus\nare files that real \
         clients wrote; what a rule must say of an account there follows from what was set in the client, and where\nthat \
         does not tell, the account is open.\n\n| rule | cases that must fire | missed | near misses | false alarms | on \
         published settings | corpus: must fire | missed | must not | false alarms | open |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n",
        providers().len()
    );
    for rule in RULES {
        let meta = rule.meta();
        let (mut fires, mut missed, mut near, mut alarms) = (0, 0, 0, 0);
        for example in examples(meta.docs) {
            let fired = example.judge().findings.iter().any(|finding| finding.rule.id == meta.id);
            if example.fires {
                fires += 1;
                missed += usize::from(!fired);
            } else {
                near += 1;
                alarms += usize::from(fired);
            }
        }
        let published = published_alarms.get(meta.id).copied().unwrap_or(0);
        write!(table, "| {} | {fires} | {missed} | {near} | {alarms} | {published} | ", meta.id).unwrap();
        table.push_str(&corpus_columns(&stored, meta.id));
        table.push('\n');
    }
    let corpus = stored.split_once("\nThe corpus: ").map_or("not counted yet.\n", |(_, corpus)| corpus);
    write!(table, "\nThe corpus: {corpus}").unwrap();
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(path, &table).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), table, "UPDATE=1 rewrites it");
}

/// What the other test has counted for a rule.
fn corpus_columns(stored: &str, rule: &str) -> String {
    let row = stored.lines().find(|line| line.starts_with(&format!("| {rule} |")));
    let cells: Vec<&str> = row.unwrap_or_default().split(" | ").collect();
    match cells.get(6..) {
        Some(cells) if cells.len() == 5 => cells.join(" | "),
        _ => "– | – | – | – | – |".to_owned(),
    }
}
