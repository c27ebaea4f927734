//! Held against files that Thunderbird itself wrote, where they are at hand: `../shared/corpus/thunderbird`. Each
//! address is compared with what Thunderbird's own getters returned.

mod support;

use std::path::Path;

use maillint_model::{Account, Server, Status};
use serde_json::Value;

#[test]
#[allow(clippy::disallowed_methods, reason = "tests read their own data")]
fn every_value_is_what_thunderbird_says() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    let Ok(expected) = std::fs::read_to_string(corpus.join("expected.json")) else { return };
    let expected: Value = serde_json::from_str(&expected).unwrap();
    let mut wrong = Vec::new();
    for (case, truth) in expected.as_object().unwrap().iter().filter(|(case, _)| case.starts_with("thunderbird/")) {
        let readings = support::readings(&corpus.join(case));
        let mut accounts: Vec<&Account> = readings.iter().flat_map(|(.., reading)| &reading.accounts).collect();
        accounts.retain(|account| {
            account.status == Status::Active && account.incoming.as_ref().is_none_or(|server| server.protocol.is_mail())
        });
        let mut left: Vec<_> = accounts.iter().flat_map(|account| flat(account)).collect();
        for want in truth["accounts"].as_array().unwrap() {
            match left.iter().position(|got| differences(want, got).is_empty()) {
                Some(index) => drop(left.remove(index)),
                None => wrong.push(format!("{case}: {want}\n  not among {left:?}")),
            }
        }
        wrong.extend(left.iter().map(|extra| format!("{case}: invented {extra}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// One entry for each address, as the corpus has them.
fn flat(account: &Account) -> Vec<Value> {
    let server = |server: Option<&Server>| {
        server.map(|server| {
            serde_json::json!({
                "protocol": server.protocol.as_str(),
                "host": server.host.text(),
                "port": server.port.get(),
                "security": server.security.get().map(maillint_model::Security::as_str),
                "auth": server.auth.get().map(maillint_model::Auth::as_str),
                "username": server.username.text(),
                "leave_on_server": account.retention.as_ref().map(|it| it.leave_on_server.get()),
                "remove_after_days": account.retention.as_ref().and_then(|it| it.remove_after_days.get()),
            })
        })
    };
    let entry = |identity: &maillint_model::Identity| {
        let outgoing = identity.outgoing.as_deref().or(account.outgoing.as_ref());
        serde_json::json!({
            "email": identity.address.text(),
            "incoming": server(account.incoming.as_ref()),
            "outgoing": server(outgoing),
        })
    };
    account.identities.iter().map(entry).collect()
}

fn differences(want: &Value, got: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    for side in ["incoming", "outgoing"] {
        for (name, value) in want[side].as_object().into_iter().flatten() {
            if *value != got[side][name] {
                differences.push(format!("{side}.{name}"));
            }
        }
    }
    if want["email"] != got["email"] {
        differences.push("email".to_owned());
    }
    differences
}
