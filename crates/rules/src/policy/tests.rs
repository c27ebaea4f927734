use crate::notation::{TODAY, accounts, judged, said_under};
use crate::policy::{BUILTINS, schema};
use crate::{Level, Policy, PolicyError, Settings, judge};

/// What is said about a mistake: the message, the place, the help.
fn mistake(text: &str) -> (String, String, Option<String>) {
    let PolicyError { message, at, help } = Policy::parse(text).unwrap_err();
    let at = at.unwrap();
    (message, at.file.slice(at.span).to_owned(), help)
}

#[allow(clippy::unnecessary_wraps, reason = "a test says what the field holds")]
fn help(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn built_in_policies_are_right() {
    for builtin in BUILTINS {
        let policy = Policy::parse(builtin.text).unwrap();
        assert_eq!(policy.id, builtin.name);
        assert_eq!(Policy::builtin(builtin.name), Some(policy));
    }
    assert_eq!(Policy::builtin("no-such-policy"), None);
}

/// What RFC 8314 has as obsolete is no matter of taste where the standard is what accounts are held against.
#[test]
fn the_standard_is_stricter_than_the_house() {
    let text = "account: anna@example.org
                outgoing: smtp mail.example.org 25 starttls password anna@example.org
                exception: outgoing";
    let level = |policy, rule| said_under(policy, rule, text)[0].split(':').next().map(str::to_owned);
    for (rule, of_house) in [("submission-on-25", "note"), ("cert-exception-stored", "warning")] {
        assert_eq!(level("hosting", rule).as_deref(), Some(of_house));
        assert_eq!(level("rfc8314", rule).as_deref(), Some("error"));
    }
    for port in ["465 tls", "587 starttls"] {
        let text = text.replace("25 starttls", port).replace("exception: outgoing", "");
        assert!(judged(&text, "rfc8314").findings.is_empty(), "{port}");
    }
}

#[test]
fn a_policy_is_written_as_it_is_read() {
    for builtin in BUILTINS {
        let policy = Policy::builtin(builtin.name).unwrap();
        assert_eq!(Policy::parse(&policy.to_toml()).unwrap(), policy);
    }
}

#[test]
fn the_template_is_a_policy() {
    let policy = Policy::parse(super::TEMPLATE).unwrap();
    assert_eq!(policy.id, "my-house");
}

#[test]
fn the_schema_knows_what_the_reader_knows() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for builtin in BUILTINS {
        let value: serde_json::Value = toml::from_str(builtin.text).unwrap();
        assert!(validator.is_valid(&value), "{}", builtin.name);
    }
    for wrong in ["schema = 1\nid = \"x\"\nhots = 1", "schema = 1\nid = \"x\"\n[levels]\nhost-prefix = \"eror\""] {
        let value: serde_json::Value = toml::from_str(wrong).unwrap();
        assert!(!validator.is_valid(&value), "{wrong}");
    }
}

#[test]
fn a_field_that_does_not_exist() {
    let (message, at, help_) = mistake("schema = 1\nid = \"x\"\n[hosts]\nsame_in_out = \"require\"\n");
    assert!(message.starts_with("unknown field `hosts`"), "{message}");
    assert_eq!((at.as_str(), help_), ("hosts", help("did you mean `host`?")));
}

#[test]
fn a_word_that_does_not_exist() {
    let text = "schema = 1\nid = \"x\"\n[imap]\nendpoints = [{ port = 993, security = \"tsl\" }]\n";
    assert_eq!(mistake(text), ("`tsl` is no protection".to_owned(), "\"tsl\"".to_owned(), help("did you mean `tls`?")));
    let text = "schema = 1\nid = \"x\"\n[retention]\nmode = \"pop-drian\"\n";
    let (message, at, help_) = mistake(text);
    assert!(message.starts_with("unknown variant `pop-drian`"), "{message}");
    assert_eq!((at.as_str(), help_), ("\"pop-drian\"", help("did you mean `pop-drain`?")));
}

#[test]
fn a_rule_that_does_not_exist() {
    let text = "schema = 1\nid = \"x\"\n[levels]\nhost-prefx = \"off\"\n";
    assert_eq!(
        mistake(text),
        ("there is no rule `host-prefx`".to_owned(), "host-prefx".to_owned(), help("did you mean `host-prefix`?"))
    );
}

#[test]
fn a_placeholder_that_does_not_exist() {
    let text = "schema = 1\nid = \"x\"\n[imap]\nhosts = [\"mail.{domian}\"]\n";
    assert_eq!(
        mistake(text),
        ("there is no placeholder `{domian}`".to_owned(), "{domian}".to_owned(), help("did you mean `{domain}`?"))
    );
}

#[test]
fn a_port_that_does_not_exist() {
    let text = "schema = 1\nid = \"x\"\n[imap]\nendpoints = [{ port = 99300, security = \"tls\" }]\n";
    let (_, at, _) = mistake(text);
    assert_eq!(at, "99300");
}

#[test]
fn a_later_form_is_refused_rather_than_half_understood() {
    let (message, at, _) = mistake("schema = 2\nid = \"x\"\n");
    assert_eq!((message.as_str(), at.as_str()), ("this program knows version 1 of policies, not 2", "2"));
}

#[test]
fn what_is_not_stated_comes_from_the_base() {
    let policy = Policy::parse(
        "schema = 1\nid = \"x\"\nextends = \"hosting\"\n[imap]\nhosts = [\"imap.{domain}\"]\n[levels]\nno-tls = \"off\"\n",
    )
    .unwrap();
    let imap = policy.imap.as_ref().unwrap();
    assert_eq!(imap.hosts[0].as_str(), "imap.{domain}");
    assert_eq!(imap.endpoints.len(), 3);
    assert_eq!(policy.smtp, Policy::hosting().smtp);
    assert_eq!(policy.retention, Policy::hosting().retention);
}

/// The sixteen odd houses: what passes there, and what fails.
#[test]
#[allow(clippy::disallowed_methods, reason = "the policies of other houses are test data")]
fn odd_houses_are_put_into_data() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/policies");
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().into_string().unwrap().strip_suffix(".toml").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names.len(), 16);
    for name in names {
        let read = |ending: &str| std::fs::read_to_string(format!("{folder}/{name}.{ending}")).unwrap();
        let policy = Policy::parse(&read("toml")).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut settings = Settings::new(TODAY);
        settings.policies.push(policy);
        let cases = read("txt");
        let (mut passes, mut fails) = (0, 0);
        for case in cases.split("== ").skip(1) {
            let (head, text) = case.split_once('\n').unwrap();
            let findings = judge(&accounts(text), &settings, &|_, _| Vec::new()).findings;
            if let Some(rule) = head.strip_prefix("fails ") {
                fails += 1;
                assert!(findings.iter().any(|finding| finding.rule.id == rule), "{name}: {rule} is silent on\n{text}");
            } else {
                passes += 1;
                let loud: Vec<_> = findings.iter().filter(|finding| finding.level >= Level::Warning).collect();
                assert!(loud.is_empty(), "{name}: {} on\n{text}", loud[0].message);
            }
        }
        assert!(passes > 0 && fails > 0, "{name}");
    }
}
