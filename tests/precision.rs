//! The verdicts on files that real clients wrote, end to end: what `expected.json` of the corpus says of an account tells
//! which rules must speak up and which must not. Skipped where the corpus is not there.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const FAMILIES: [&str; 3] = ["thunderbird", "outlook-registry", "apple-plist"];

/// One server of an account, as it was set in the client. What `expected.json` leaves open is `None`.
#[derive(Clone, PartialEq)]
struct Set {
    is_outgoing: bool,
    /// Of the identity that uses it.
    address: String,
    protocol: Option<String>,
    host: Option<String>,
    port: Option<u64>,
    security: Option<String>,
    auth: Option<String>,
    username: Option<String>,
}

/// When a POP account removes mail from the server.
#[derive(Clone, Copy)]
enum Days {
    Open,
    Never,
    After(u64),
}

/// One account of a client, with the servers that each of its identities sends through.
struct Unit {
    addresses: Vec<String>,
    incoming: Set,
    outgoing: Vec<Set>,
    leaves: Option<bool>,
    days: Days,
    removes_deleted: Option<bool>,
    /// It sets up accounts for others.
    is_provisioning: bool,
}

impl Set {
    fn domain(&self) -> &str {
        self.address.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    fn is(&self, security: &str) -> bool {
        self.security.as_deref() == Some(security)
    }

    fn user(&self) -> Option<&str> {
        self.username.as_deref()
    }

    fn is_implicit(&self) -> bool {
        matches!(self.port, Some(465 | 993 | 995))
    }

    fn is_plain_first(&self) -> bool {
        matches!(self.port, Some(25 | 110 | 143 | 587))
    }

    /// The mail domain with a guessed prefix.
    fn is_prefixed(&self) -> bool {
        let parts = self.host.as_deref().and_then(|host| host.split_once('.'));
        parts.is_some_and(|(first, rest)| ["pop", "imap", "smtp"].contains(&first) && rest == self.domain())
    }

    /// The name that the house gives out.
    fn is_right_name(&self) -> bool {
        self.host.as_deref() == Some(&format!("mail.{}", self.domain()))
    }
}

impl Unit {
    fn servers(&self) -> impl Iterator<Item = &Set> {
        std::iter::once(&self.incoming).chain(&self.outgoing)
    }

    fn any(&self, test: fn(&Set) -> bool) -> bool {
        self.servers().any(test)
    }

    fn sends(&self, test: fn(&Set) -> bool) -> bool {
        self.outgoing.iter().any(test)
    }

    fn is_pop(&self) -> bool {
        self.incoming.protocol.as_deref() == Some("pop3")
    }

    /// A server whose name is the house's or a guessed one: then no other rule is asked about the name.
    fn has_plain_names(&self) -> bool {
        self.servers().all(|set| set.is_right_name() || set.is_prefixed())
    }

    fn has_common_ports(&self) -> bool {
        self.servers().all(|set| set.is_implicit() || set.is_plain_first())
    }
}

/// Which rules the corpus rules out: all of its domains are set aside for examples, so that no provider publishes anything
/// for them, and no house but the default one speaks of them; no case has both an account and a file that sets up accounts;
/// and what is in the clear on one side only has a rule of its own in each of them.
const RULED_OUT: [&str; 14] = [
    "app-password-hint",
    "auth-not-published",
    "domain-host-cert-risk",
    "endpoint-differs-from-published",
    "host-differs-from-published",
    "identity-domain-typo",
    "oauth-required",
    "pop-against-house",
    "protocol-not-offered",
    "provisioning-drift",
    "retired-host",
    "security-asymmetric",
    "username-differs-from-published",
    "username-legacy-separator",
];

/// What a rule must say of an account under the default policy, from what was set in the client, without the program's
/// own code: `None` where `expected.json` does not tell. `all` are the accounts of the case.
fn verdict(rule: &str, unit: &Unit, all: &[Unit]) -> Option<bool> {
    let same_mailbox = || all.iter().filter(|other| other.addresses[0] == unit.addresses[0]);
    let drains = |unit: &Unit| unit.is_pop() && (unit.leaves == Some(false) || matches!(unit.days, Days::After(..=14)));
    if RULED_OUT.contains(&rule) {
        return Some(false);
    }
    match rule {
        // Names of servers.
        "host-prefix" => Some(unit.any(Set::is_prefixed)),
        "host-ip-literal" => {
            Some(unit.any(|set| set.host.as_deref().is_some_and(|host| host.parse::<std::net::IpAddr>().is_ok())))
        }
        "host-malformed" => {
            Some(unit.any(|set| set.host.as_deref().is_some_and(|host| host.contains([' ', '/', '@', ':', ',']))))
        }
        "host-not-expected"
        | "host-typo"
        | "host-is-server-name"
        | "host-swapped-role"
        | "host-idn-homograph"
        | "webmail-host"
        | "providers-differ"
        | "hosts-differ"
        | "wrong-default-smtp" => unit.has_plain_names().then_some(false),
        "mailbox-split-hosts" => {
            let hosts: BTreeSet<_> = same_mailbox().map(|unit| &unit.incoming.host).collect();
            Some(hosts.len() > 1)
        }
        // User names.
        "username-not-full-address" => Some(unit.any(|set| {
            set.auth.as_deref() != Some("none")
                && set.user().is_some_and(|name| !name.is_empty() && !name.contains('@'))
        })),
        "username-whitespace" => {
            Some(unit.any(|set| set.user().is_some_and(|name| name.contains([' ', '<', '>', ',']))))
        }
        "username-case" => {
            let is_folded = |name: &str, set: &Set| name != set.address && name.eq_ignore_ascii_case(&set.address);
            Some(unit.servers().any(|set| set.user().is_some_and(|name| is_folded(name, set))))
        }
        "username-other-domain" => Some(unit.any(|set| {
            let domain = set.user().and_then(|name| name.rsplit_once('@')).map(|(_, domain)| domain);
            domain.is_some_and(|domain| domain != set.domain())
        })),
        "username-not-expected" | "username-typo" => {
            let is_known = |set: &Set| set.user().is_none_or(|name| name == set.address || !name.contains('@'));
            unit.servers().all(is_known).then_some(false)
        }
        "outgoing-username-differs" => {
            let same = |set: &Set| set.user().is_none_or(|name| Some(name) == unit.incoming.user());
            // A short name is what is said where it is one.
            unit.outgoing.iter().all(|set| same(set) || !set.user().unwrap_or("@").contains('@')).then_some(false)
        }
        "username-missing" => unit.servers().all(|set| set.user().is_some()).then_some(false),
        "same-user-many-mailboxes" => {
            let shared = all
                .iter()
                .any(|other| other.addresses[0] != unit.addresses[0] && other.incoming.user() == unit.incoming.user());
            (!shared).then_some(false)
        }
        // Signing in.
        "outgoing-auth-missing" => Some(unit.sends(|set| set.auth.as_deref() == Some("none"))),
        "incoming-auth-missing" => Some(unit.incoming.auth.as_deref() == Some("none")),
        "spa-enabled" => Some(unit.any(|set| set.auth.as_deref() == Some("ntlm"))),
        "auth-any" => Some(unit.any(|set| set.auth.as_deref() == Some("any"))),
        // Not where a normal password would go out in the clear instead.
        "auth-not-wanted" => {
            Some(unit.any(|set| set.auth.as_deref() == Some("encrypted") && (set.is("tls") || set.is("starttls"))))
        }
        "pop-before-smtp-left-on" => Some(unit.sends(|set| set.auth.as_deref() == Some("pop-before-smtp"))),
        "oauth-partial" => {
            let is_oauth = |set: &Set| set.auth.as_deref() == Some("oauth2");
            Some(unit.outgoing.iter().any(|set| is_oauth(set) != is_oauth(&unit.incoming)))
        }
        "oauth-on-plain-host" => Some(unit.any(|set| set.auth.as_deref() == Some("oauth2"))),
        // Port and protection.
        "smtp-465-before-587" => Some(unit.sends(|set| set.port == Some(465))),
        "implicit-port-with-starttls" => Some(unit.any(|set| set.is_implicit() && set.is("starttls"))),
        "tls-port-plain" => Some(unit.any(|set| set.is_implicit() && set.is("none"))),
        "starttls-port-with-implicit" => Some(unit.any(|set| set.is_plain_first() && set.is("tls"))),
        // The house lists 110 and 143 without protection; elsewhere the password is what matters.
        "no-tls" => Some(unit.any(|set| {
            let is_listed = matches!(set.port, Some(110 | 143));
            set.is_plain_first() && set.is("none") && (is_listed || set.auth.as_deref() != Some("password"))
        })),
        "cleartext-password-no-tls" => {
            let bare = |set: &Set| set.is("none") && set.auth.as_deref() == Some("password");
            let open = unit.servers().any(|set| bare(set) && set.port.is_none());
            (!open).then(|| unit.servers().any(|set| bare(set) && matches!(set.port, Some(25 | 587))))
        }
        "opportunistic-starttls" => {
            let is_open = |set: &Set| set.security.is_none();
            (!unit.servers().any(is_open)).then(|| unit.servers().any(|set| set.is("starttls-if-available")))
        }
        "submission-on-25" => Some(unit.sends(|set| set.port == Some(25) && set.is("starttls"))),
        "port-protocol-cross" => Some(unit.any(|set| {
            let own: &[u64] = match set.protocol.as_deref() {
                Some("pop3") => &[110, 995],
                Some("imap") => &[143, 993],
                _ => &[25, 465, 587],
            };
            matches!(set.port, Some(25 | 110 | 143 | 465 | 587 | 993 | 995)) && !own.contains(&set.port.unwrap_or(0))
        })),
        "endpoint-not-offered" | "endpoint-not-preferred" | "nonstandard-port" => {
            unit.has_common_ports().then_some(false)
        }
        "port-unset" => unit.outgoing.iter().all(|set| set.port.is_some()).then_some(false),
        // Mail on the server.
        "no-pop-removal" if unit.is_provisioning => Some(false),
        "no-pop-removal" => {
            let open = same_mailbox().any(|unit| unit.is_pop() && unit.leaves.is_none());
            // It is said once for the mailbox: of the account that keeps mail, else of the first.
            let first = same_mailbox().next().is_some_and(|first| std::ptr::eq(first, unit));
            (!open).then(|| first && !same_mailbox().any(drains))
        }
        "pop-delete-at-once-alone" | "pop-delete-at-once-shared" => {
            let shared = same_mailbox().count() > 1;
            if !unit.is_pop() || unit.is_provisioning {
                return Some(false);
            }
            unit.leaves.map(|leaves| !leaves && shared == rule.ends_with("shared"))
        }
        "two-drainers" => {
            let drainers = same_mailbox().filter(|unit| drains(unit)).count();
            Some(drainers > 1 && !unit.is_provisioning)
        }
        "retention-too-short" => match unit.days {
            Days::After(days) => Some(days < 1),
            Days::Never => Some(false),
            Days::Open => (!unit.is_pop() || unit.is_provisioning).then_some(false),
        },
        "age-number-without-switch" => match unit.days {
            Days::After(_) => Some(false),
            Days::Open | Days::Never => (!unit.is_pop() || unit.is_provisioning).then_some(false),
        },
        "delete-when-deleted-locally" => {
            if unit.is_pop() {
                unit.removes_deleted
            } else {
                Some(false)
            }
        }
        // Who mail is from, and through which server.
        "identity-address-invalid" => Some(unit.addresses.iter().any(|address| address.matches('@').count() != 1)),
        "account-without-smtp" | "dangling-reference" => (!unit.outgoing.is_empty()).then_some(false),
        "duplicate-account" => {
            let twins = all.iter().filter(|other| {
                let login = |unit: &Unit| {
                    (unit.incoming.protocol.clone(), unit.incoming.host.clone(), unit.incoming.username.clone())
                };
                login(other) == login(unit)
            });
            Some(twins.count() > 1)
        }
        // Exceptions, versions, secrets, intervals, names: `expected.json` does not have them.
        _ => None,
    }
}

/// The accounts of a case that its client uses. `expected.json` has one entry for each identity.
fn units(case: &Value, is_provisioning: bool) -> Vec<Unit> {
    let accounts = case["accounts"].as_array().unwrap().iter();
    let active = accounts.filter(|account| account.get("status").is_none_or(|status| status == "active"));
    let mut units: Vec<Unit> = Vec::new();
    for account in active {
        let address = account["email"].as_str().unwrap_or_default();
        let Some(incoming) = set(&account["incoming"], address, false) else { continue };
        let outgoing = set(&account["outgoing"], address, true);
        let same = |unit: &&mut Unit| {
            let login = |set: &Set| (set.protocol.clone(), set.host.clone(), set.username.clone());
            login(&unit.incoming) == login(&incoming)
        };
        if let Some(unit) = units.iter_mut().find(same) {
            unit.addresses.push(address.to_owned());
            unit.outgoing.extend(outgoing);
            continue;
        }
        let retention = &account["incoming"];
        units.push(Unit {
            addresses: vec![address.to_owned()],
            incoming,
            outgoing: outgoing.into_iter().collect(),
            leaves: retention["leave_on_server"].as_bool(),
            days: match retention.get("remove_after_days") {
                None => Days::Open,
                Some(days) => days.as_u64().map_or(Days::Never, Days::After),
            },
            removes_deleted: retention["remove_when_deleted"].as_bool(),
            is_provisioning,
        });
    }
    units
}

fn set(server: &Value, address: &str, is_outgoing: bool) -> Option<Set> {
    let text = |key: &str| server[key].as_str().map(str::to_owned);
    server.is_object().then(|| Set {
        is_outgoing,
        address: address.to_owned(),
        protocol: text("protocol"),
        host: text("host"),
        port: server["port"].as_u64(),
        security: text("security"),
        auth: text("auth"),
        username: text("username"),
    })
}

/// What a scan says.
struct Said {
    rule: String,
    level: String,
    address: String,
    protocol: String,
}

fn findings(path: &Path) -> Vec<Said> {
    let scan = ["scan", "--no-progress", "--today", "2026-11-22", "--fail-on", "never", "--output", "json"];
    let output = Command::new(env!("CARGO_BIN_EXE_maillint")).args(scan).arg(path).env_clear().output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let said = |finding: &Value| {
        let index = usize::try_from(finding["account_index"].as_u64().unwrap()).unwrap();
        Said {
            rule: text(&finding["rule"]),
            level: text(&finding["level"]),
            address: text(&finding["account"]),
            protocol: text(&report["accounts"][index]["incoming"]["protocol"]),
        }
    };
    report["findings"].as_array().unwrap().iter().map(said).collect()
}

/// The ids of all rules, as the program lists them.
fn rules() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_maillint")).args(["rules", "--output", "json"]).output().unwrap();
    let list: Value = serde_json::from_slice(&output.stdout).unwrap();
    list["rules"].as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
}

/// What is read by itself: the case, or each of its files where they all hold the same accounts.
fn inputs(folder: &Path, case: &Value) -> Vec<PathBuf> {
    if case.get("each_file_alone") != Some(&Value::Bool(true)) {
        return vec![folder.to_owned()];
    }
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    // The registry of Wine's user holds what the cases before it left there.
    files.filter(|path| !path.ends_with("wine-user.reg")).collect()
}

/// How often a rule was right about the accounts of the corpus.
#[derive(Default, Clone, Copy)]
struct Counts {
    must: usize,
    missed: usize,
    must_not: usize,
    alarms: usize,
    open: usize,
}

#[test]
fn verdicts_on_real_files_are_right() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(text) = fs::read_to_string(corpus.join("expected.json")) else {
        eprintln!("skipped: there is no {}", corpus.display());
        return;
    };
    let expected: BTreeMap<String, Value> = serde_json::from_str(&text).unwrap();
    let rules = rules();
    let mut table: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut wrong = Vec::new();
    let (mut cases, mut read, mut accounts) = (0, 0, 0);
    for (name, case) in expected {
        let folder = corpus.join(&name);
        if !FAMILIES.iter().any(|family| name.starts_with(family)) || !folder.is_dir() {
            continue;
        }
        cases += 1;
        let units = units(&case, name.starts_with("apple-plist"));
        for input in inputs(&folder, &case) {
            read += 1;
            let found = findings(&input);
            for unit in &units {
                accounts += 1;
                let is_own = |said: &&Said| {
                    unit.addresses.iter().any(|address| address.eq_ignore_ascii_case(&said.address))
                        && unit.incoming.protocol.as_deref() == Some(&said.protocol)
                };
                let own: BTreeSet<&str> = found.iter().filter(is_own).map(|said| said.rule.as_str()).collect();
                for rule in &rules {
                    let fired = own.contains(rule.as_str());
                    let counts = table.entry(rule).or_default();
                    let Some(must) = verdict(rule, unit, &units) else {
                        counts.open += 1;
                        continue;
                    };
                    if must {
                        counts.must += 1;
                        counts.missed += usize::from(!fired);
                    } else {
                        counts.must_not += 1;
                        counts.alarms += usize::from(fired);
                    }
                    if must != fired {
                        let what = if fired { "false alarm" } else { "missed" };
                        wrong.push(format!("{}: {}: {rule}: {what}", input.display(), unit.addresses[0]));
                    }
                }
            }
            // Settings that are right have no warning of any rule.
            if name.ends_with("perfect") {
                let alarms = found.iter().filter(|said| said.level != "note");
                let line = |said: &Said| format!("{}: {}: {}: false alarm", input.display(), said.level, said.rule);
                wrong.extend(alarms.map(line));
            }
        }
    }
    assert!(read > 20, "{read}");
    assert_eq!(wrong, Vec::<String>::new());
    let counted =
        format!("{accounts} accounts in {read} readings of {cases} cases, by {} bytes of `expected.json`", text.len());
    if !hold_table(&table, &counted) {
        eprintln!("the table of precision was counted on another corpus than {counted}");
    }
}

/// Holds the corpus' columns of the table in the repository: where this is the corpus that they were counted on, they must
/// be these. `UPDATE=1` writes them. Whether it is that corpus.
fn hold_table(table: &BTreeMap<&str, Counts>, corpus: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/rules/precision.md");
    let stored = fs::read_to_string(&path).unwrap();
    let (head, _) = stored.split_once("\nThe corpus: ").unwrap();
    let mut now = String::new();
    for line in head.lines() {
        let cells: Vec<&str> = line.split(" | ").collect();
        let rule = cells[0].trim_start_matches("| ");
        match table.get(rule) {
            Some(Counts { must, missed, must_not, alarms, open }) => {
                let own = cells[..6].join(" | ");
                writeln!(now, "{own} | {must} | {missed} | {must_not} | {alarms} | {open} |").unwrap();
            }
            None => writeln!(now, "{line}").unwrap(),
        }
    }
    write!(now, "\nThe corpus: {corpus}.\n").unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &now).unwrap();
        return true;
    }
    let is_same = stored.contains(corpus);
    assert!(!is_same || stored == now, "{}: UPDATE=1 rewrites it", path.display());
    is_same
}
