use maillint_model::{Auth, Security};
use schemars::Schema;
use serde_json::{Value, json};

use super::{accounts_schema, scan_schema, write, write_accounts};
use crate::{Run, sample};

fn printed(write: impl Fn(&Run, &mut dyn std::io::Write) -> std::io::Result<()>, run: &Run) -> Value {
    let mut out = Vec::new();
    write(run, &mut out).unwrap();
    serde_json::from_slice(&out).unwrap()
}

fn assert_valid(schema: &Schema, value: &Value) {
    let validator = jsonschema::validator_for(schema.as_value()).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

/// The schemas in the repository are what others build on. A change that shows here is either an added field, or it
/// needs a new schema version. `UPDATE=1` rewrites them.
#[test]
#[allow(clippy::disallowed_methods, reason = "compares with files of the repository")]
fn the_schemas_are_frozen() {
    for (name, schema) in [("scan", scan_schema()), ("accounts", accounts_schema())] {
        let path = format!("{}/schema/{name}.v1.json", env!("CARGO_MANIFEST_DIR"));
        let current = serde_json::to_string_pretty(schema.as_value()).unwrap() + "\n";
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &current).unwrap();
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), current, "{path}; UPDATE=1 rewrites it");
    }
}

#[test]
fn what_is_printed_is_valid() {
    for run in [sample::run(), Run::default()] {
        assert_valid(&scan_schema(), &printed(write, &run));
        assert_valid(&accounts_schema(), &printed(write_accounts, &run));
    }
}

#[test]
fn every_word_is_named_in_the_schema() {
    let schema = scan_schema().as_value().to_string();
    let words =
        Auth::ALL.iter().map(|auth| auth.as_str()).chain(Security::ALL.iter().map(|security| security.as_str()));
    for word in words {
        assert!(schema.contains(&format!("`{word}`")), "{word}");
    }
}

#[test]
fn a_setting_says_where_it_comes_from() {
    let account = &printed(write_accounts, &sample::run())["accounts"][0];
    assert_eq!(
        account["incoming"]["host"],
        json!({"value": "pop.example.org", "origin": "written", "line": 3, "column": 44})
    );
    assert_eq!(account["incoming"]["port"], json!({"value": 995, "origin": "default"}));
    assert_eq!(account["incoming"]["username"], json!({"value": null, "origin": "unknown"}));
    assert_eq!(account["incoming"]["protocol"], "pop3");
    assert_eq!(account["retention"]["remove_after_days"], json!({"value": null, "origin": "default"}));
    assert_eq!(account["min_tls"]["value"], "1.2");
    assert!(account.get("verdict").is_none());
}

#[test]
fn a_finding_has_places_steps_and_a_fingerprint() {
    let printed = printed(write, &sample::run());
    let finding = &printed["findings"][2];
    assert_eq!(finding["rule"], "outgoing-auth-missing");
    assert_eq!(finding["account"], "anna@example.org");
    assert_eq!((&finding["line"], &finding["column"]), (&json!(5), &json!(46)));
    assert_eq!(
        finding["related"],
        json!([{
            "file": "Mail/Accounts.plist",
            "path": "MailAccounts[0].Hostname",
            "text": "the same server \u{1B}[31m elsewhere",
        }])
    );
    assert_eq!(finding["fix"].as_array().unwrap().len(), 3);
    assert_eq!(printed["summary"]["findings"], json!({"error": 1, "warning": 2, "note": 0, "known": 0}));
    assert_eq!(printed["accounts"][3]["verdict"], "not-checked");
    assert_eq!(printed["accounts"][3]["not_checked"], "it has no server name");
}

#[test]
fn a_secret_is_a_place() {
    let text = printed(write, &sample::run()).to_string();
    assert!(!text.contains(sample::SECRET));
    assert_eq!(
        printed(write, &sample::run())["accounts"][0]["secrets"],
        json!([{"kind": "plain", "line": 4, "column": 44}])
    );
}
