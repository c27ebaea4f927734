//! The verdicts on files that real clients wrote, end to end: what `expected.json` of the corpus says of an account tells
//! which rules must speak up and which must not. Skipped where the corpus is not there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

const FAMILIES: [&str; 3] = ["thunderbird", "outlook-registry", "apple-plist"];

/// One server of an account, as it was set in the client. What `expected.json` leaves open is `None`.
struct Set<'a> {
    is_outgoing: bool,
    address: &'a str,
    host: Option<&'a str>,
    port: Option<u64>,
    security: Option<&'a str>,
    auth: Option<&'a str>,
    username: Option<&'a str>,
}

/// A rule, and what it must fire on: written down here once more, without the program's own code.
type Verdict = (&'static str, fn(&Set<'_>) -> bool);

const VERDICTS: [Verdict; 8] = [
    ("host-prefix", |set| {
        let domain = set.address.rsplit_once('@').map(|(_, domain)| domain);
        let parts = set.host.and_then(|host| host.split_once('.'));
        parts.is_some_and(|(first, rest)| ["pop", "imap", "smtp"].contains(&first) && Some(rest) == domain)
    }),
    ("username-not-full-address", |set| {
        set.auth != Some("none") && set.username.is_some_and(|name| !name.is_empty() && !name.contains('@'))
    }),
    ("outgoing-auth-missing", |set| set.is_outgoing && set.auth == Some("none")),
    ("smtp-465-before-587", |set| set.is_outgoing && set.port == Some(465)),
    ("implicit-port-with-starttls", |set| is_implicit(set) && set.security == Some("starttls")),
    ("tls-port-plain", |set| is_implicit(set) && set.security == Some("none")),
    ("starttls-port-with-implicit", |set| is_plain_first(set) && set.security == Some("tls")),
    ("no-tls", |set| is_plain_first(set) && set.port != Some(587) && set.security == Some("none")),
];

fn is_implicit(set: &Set<'_>) -> bool {
    matches!(set.port, Some(465 | 993 | 995))
}

fn is_plain_first(set: &Set<'_>) -> bool {
    matches!(set.port, Some(25 | 110 | 143 | 587))
}

/// The servers of the accounts of a case that its client uses.
fn servers(case: &Value) -> Vec<Set<'_>> {
    let accounts = case["accounts"].as_array().unwrap().iter();
    let active = accounts.filter(|account| account.get("status").is_none_or(|status| status == "active"));
    let mut servers = Vec::new();
    for account in active {
        for side in ["incoming", "outgoing"] {
            let Some(server) = account.get(side).filter(|server| server.is_object()) else { continue };
            servers.push(Set {
                is_outgoing: side == "outgoing",
                address: account["email"].as_str().unwrap_or_default(),
                host: server["host"].as_str(),
                port: server["port"].as_u64(),
                security: server["security"].as_str(),
                auth: server["auth"].as_str(),
                username: server["username"].as_str(),
            });
        }
    }
    servers
}

/// What a scan says: rule and level of each finding.
fn findings(path: &Path) -> Vec<(String, String)> {
    let scan = ["scan", "--no-progress", "--fail-on", "never", "--output", "json"];
    let output = Command::new(env!("CARGO_BIN_EXE_maillint")).args(scan).arg(path).env_clear().output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| (text(finding, "rule"), text(finding, "level"))).collect()
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

#[test]
fn verdicts_on_real_files_are_right() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(expected) = fs::read_to_string(corpus.join("expected.json")) else {
        eprintln!("skipped: there is no {}", corpus.display());
        return;
    };
    let expected: BTreeMap<String, Value> = serde_json::from_str(&expected).unwrap();
    let mut table: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut read = 0;
    for (name, case) in expected {
        let folder = corpus.join(&name);
        if !FAMILIES.iter().any(|family| name.starts_with(family)) || !folder.is_dir() {
            continue;
        }
        let servers = servers(&case);
        for input in inputs(&folder, &case) {
            read += 1;
            let found = findings(&input);
            for (rule, must_fire) in VERDICTS {
                let must = servers.iter().any(must_fire);
                let fired = found.iter().any(|(id, _)| id == rule);
                let counts = table.entry(rule).or_default();
                counts[usize::from(must) * 2 + usize::from(fired)] += 1;
                if must != fired {
                    let what = if fired { "false alarm" } else { "missed" };
                    wrong.push(format!("{}: {rule}: {what}", input.display()));
                }
            }
            // Settings that are right have no warning of any rule.
            if name.ends_with("perfect") {
                let alarms = found.iter().filter(|(_, level)| level != "note");
                wrong.extend(alarms.map(|(rule, level)| format!("{}: {level}: {rule}: false alarm", input.display())));
            }
        }
    }
    for (rule, [silent, alarms, missed, fired]) in table {
        println!("{rule:<28} fired {fired:>3}  missed {missed:>3}  false alarms {alarms:>3}  silent {silent:>3}");
    }
    assert!(read > 20, "{read}");
    assert_eq!(wrong, Vec::<String>::new());
}
