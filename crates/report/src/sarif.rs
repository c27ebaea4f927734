//! SARIF 2.1.0 (OASIS), the part that code scanning tools read.

use std::fmt::Write as _;
use std::io::{self, Write};

use maillint_rules::{Finding, Label, RuleMeta};
use maillint_source::Location as Place;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Run;
use crate::json::{place, pretty};
use crate::run::incomplete_notes;

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    pretty(&Log::of(run), out)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Runs<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Runs<'a> {
    tool: Value,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    tool_execution_notifications: Vec<Value>,
}

/// SARIF's `result`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Value,
    locations: Vec<Value>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Value>,
    partial_fingerprints: Value,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suppressions: Vec<Value>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Properties<'a> {
    account: &'a str,
    client: Option<&'static str>,
    expected: Option<&'a str>,
    fix: &'a [String],
}

impl<'a> Log<'a> {
    fn of(run: &'a Run) -> Self {
        let rules: Vec<Value> = run.rules.iter().map(|meta| rule(meta)).collect();
        let driver = json!({
            "name": "maillint",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "rules": rules,
        });
        let notifications = incomplete_notes(run).map(|(file, note)| {
            json!({
                "level": "warning",
                "message": { "text": note.message },
                "locations": [{ "physicalLocation": { "artifactLocation": { "uri": uri(&file.path) } } }],
            })
        });
        Self {
            schema: "https://json.schemastore.org/sarif-2.1.0.json",
            version: "2.1.0",
            runs: [Runs {
                tool: json!({ "driver": driver }),
                column_kind: "unicodeCodePoints",
                invocations: [Invocation {
                    execution_successful: run.is_complete(),
                    tool_execution_notifications: notifications.collect(),
                }],
                results: run.judgement.findings.iter().map(|finding| outcome(run, finding)).collect(),
            }],
        }
    }
}

fn rule(meta: &RuleMeta) -> Value {
    json!({
        "id": meta.id,
        "shortDescription": { "text": meta.summary },
        "help": { "text": meta.docs, "markdown": meta.docs },
        "defaultConfiguration": { "level": meta.level.as_str() },
    })
}

fn outcome<'a>(run: &'a Run, finding: &'a Finding) -> Outcome<'a> {
    let account = run.accounts.get(finding.account);
    let locations = match finding.labels.first() {
        Some(label) => vec![location(&label.at)],
        None => account.map(|account| location(&account.at)).into_iter().collect(),
    };
    let related = finding.labels.iter().skip(1).enumerate().map(|(index, label)| related(index, label));
    Outcome {
        rule_id: finding.rule.id,
        rule_index: run.rules.iter().position(|rule| rule.id == finding.rule.id),
        level: finding.level.as_str(),
        message: json!({ "text": message(finding) }),
        locations,
        related_locations: related.collect(),
        partial_fingerprints: json!({ "maillint/v1": finding.fingerprint }),
        suppressions: if finding.known {
            vec![json!({ "kind": "external", "justification": "known to the baseline" })]
        } else {
            Vec::new()
        },
        properties: Properties {
            account: account.map_or("", |account| account.label()),
            client: account.map(|account| account.format.client),
            expected: finding.expected.as_deref(),
            fix: &finding.steps,
        },
    }
}

/// What viewers show: what is wrong, why it matters, what to do.
fn message(finding: &Finding) -> String {
    let mut text = format!("{}\n\n{}", finding.message, finding.why);
    for (number, step) in finding.steps.iter().enumerate() {
        let _ = write!(text, "\n{}. {step}", number + 1);
    }
    text
}

fn location(at: &Place) -> Value {
    let place = place(at);
    let mut physical = json!({ "artifactLocation": { "uri": uri(at.file.name()) } });
    if let (Some(start), Some(column)) = (place.line, place.column) {
        physical["region"] = json!({
            "startLine": start,
            "startColumn": column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        });
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(path) = place.path {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": path, "kind": "member" }]);
    }
    location
}

fn related(index: usize, label: &Label) -> Value {
    let mut location = location(&label.at);
    location["id"] = json!(index + 1);
    location["message"] = json!({ "text": label.text });
    location
}

/// A path as a relative URI reference (RFC 3986 §4.2): all but the unreserved characters and `/` are encoded.
pub(crate) fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => uri.push(char::from(byte)),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::uri;
    use crate::{Run, sample};

    fn log_of(run: &Run) -> Value {
        let mut out = Vec::new();
        super::write(run, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    fn log() -> Value {
        log_of(&sample::run())
    }

    #[test]
    fn logs_are_valid_against_the_published_schema() {
        let schema = include_str!("../schema/sarif/sarif-schema-2.1.0.json");
        // Its pattern of `language`, which maillint does not write, has a bracket too many for most regex engines.
        let schema = serde_json::from_str(&schema.replace("{2}]?$", "{2}$")).unwrap();
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        let mut known = sample::run();
        known.judgement.findings[0].known = true;
        for run in [sample::run(), known, Run::default()] {
            let log = log_of(&run);
            let errors: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{}: {error}", error.instance_path())).collect();
            assert!(errors.is_empty(), "{errors:#?}");
        }
        let mut broken = log();
        broken["runs"][0]["results"][0]["level"] = json!("fatal");
        assert!(!validator.is_valid(&broken), "the schema is in force");
    }

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("My Mail/ä:#%.js"), "My%20Mail/%C3%A4%3A%23%25.js");
    }

    #[test]
    fn rules_are_complete_and_results_point_to_them() {
        let run = &log()["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), 2);
        for result in run["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
            assert!(result["partialFingerprints"]["maillint/v1"].is_string());
        }
    }

    #[test]
    fn places_in_text_have_regions_and_places_in_listings_have_names() {
        let result = &log()["runs"][0]["results"][2];
        let region = json!({"startLine": 5, "startColumn": 46, "endLine": 5, "endColumn": 62});
        assert_eq!(result["locations"][0]["physicalLocation"]["region"], region);
        assert_eq!(
            result["relatedLocations"][0]["logicalLocations"][0]["fullyQualifiedName"],
            "MailAccounts[0].Hostname"
        );
        assert!(result["relatedLocations"][0]["physicalLocation"].get("region").is_none());
    }

    #[test]
    fn what_was_not_read_is_a_notification() {
        let invocation = &log()["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["toolExecutionNotifications"].as_array().unwrap().len(), 1);
    }
}
