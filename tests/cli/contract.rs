//! Exit codes, streams, and what the environment may say.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::run::{Folder, maillint};
use super::scene;

#[test]
fn exit_codes() {
    let empty = Folder::new("codes-empty");
    let wrong = scene::one_mistake("codes-wrong");
    let partly = scene::one_mistake("codes-partly");
    partly.file("broken.mobileconfig", &scene::profile("bob")[..900]);

    let code = |arguments: &str, folder: &Folder| maillint(arguments).arg(folder.path()).run().code;
    assert_eq!(code("scan", &wrong), 1);
    assert_eq!(code("scan --fail-on never", &wrong), 0);
    assert_eq!(code("accounts", &wrong), 0);
    assert_eq!(code("scan", &empty), 3);
    assert_eq!(code("accounts", &empty), 3);
    assert_eq!(code("scan --allow-nothing", &empty), 0, "a hook is given any file");
    assert_eq!(code("scan", &partly), 4, "incomplete beats findings");
    assert_eq!(code("accounts", &partly), 4);
    assert_eq!(code("scan --no-such-flag", &partly), 2, "wrong usage beats all");
    assert_eq!(code("scan --policy no-such-policy", &partly), 2);
    assert_eq!(maillint("scan no-such-folder").run().code, 4);
    assert_eq!(maillint("rules").run().code, 0);
}

#[test]
fn a_threshold_is_a_level() {
    let folder = scene::one_mistake("threshold");
    let code = |level: &str| maillint("scan --fail-on").arg(level).arg(folder.path()).run().code;
    assert_eq!([code("note"), code("warning"), code("never")], [1, 1, 0]);
}

#[test]
fn findings_go_to_standard_output_and_mistakes_to_standard_error() {
    let folder = scene::one_mistake("streams");
    let output = maillint("scan").arg(folder.path()).run();
    assert!(output.stdout.contains("username-not-full-address"));
    assert_eq!(output.stderr, "");
    let output = maillint("scan --policy hostin").arg(folder.path()).run();
    assert_eq!(output.stdout, "");
    insta::assert_snapshot!(output.stderr, @r#"
    error: there is no policy `hostin`, and no file of that name
    help: did you mean `hosting`?
    "#);
}

#[test]
fn standard_input_is_a_file() {
    let output = maillint("scan - --output concise").stdin(scene::profile("anna").as_bytes()).run();
    assert_eq!(output.code, 1);
    assert!(
        output.stdout.contains("warning[username-not-full-address] anna@example.org")
            || output.stdout.contains("error[username-not-full-address] anna@example.org"),
        "{}",
        output.stdout
    );
}

#[test]
fn without_a_path_the_home_directory_is_read() {
    let folder = scene::one_mistake("home");
    let output = maillint("scan --output concise").env("HOME", folder.path().to_str().unwrap()).run();
    assert_eq!(output.code, 1, "{}", output.stderr);
}

#[test]
fn paths_come_from_a_list_too() {
    let folder = scene::one_mistake("list");
    let list = format!("{}\n", folder.path().join("anna.mobileconfig").display());
    assert_eq!(maillint("scan --files-from -").stdin(list.as_bytes()).run().code, 1);
    let list = folder.file("list", list);
    assert_eq!(maillint("scan --files-from").arg(list).run().code, 1);
}

#[test]
fn colour_is_for_those_who_want_it() {
    let folder = scene::one_mistake("colour");
    let has_color = |run: super::run::Maillint| run.arg(folder.path()).run().stdout.contains('\x1B');
    assert!(!has_color(maillint("scan")), "a pipe is no terminal");
    assert!(has_color(maillint("scan --color always")));
    assert!(has_color(maillint("scan").env("CLICOLOR_FORCE", "1")));
    assert!(!has_color(maillint("scan --color never").env("CLICOLOR_FORCE", "1")));
    assert!(!has_color(maillint("scan").env("NO_COLOR", "1")));
}

#[test]
fn several_outputs_in_one_run() {
    let folder = scene::one_mistake("several");
    let sarif = folder.path().join("report.sarif");
    let output = maillint("scan --output concise --output")
        .arg(format!("sarif={}", sarif.display()))
        .arg(folder.path().join("anna.mobileconfig"))
        .run();
    assert_eq!(output.code, 1);
    assert!(output.stdout.lines().all(|line| !line.starts_with('{')));
    let sarif: Value = serde_json::from_slice(&std::fs::read(sarif).unwrap()).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let output = maillint("scan --output json --output human").arg(folder.path()).run();
    insta::assert_snapshot!(output.stderr, @r#"
    error: two outputs would go to standard output
    help: give one of them a file: --output human=FILE
    "#);
}

#[test]
fn a_file_that_cannot_be_written_is_said() {
    let folder = scene::one_mistake("unwritable");
    let output = maillint("scan --output json=/no/such/folder/report.json").arg(folder.path()).run();
    assert_eq!(output.code, 2);
    assert!(output.stderr.starts_with("error: /no/such/folder/report.json: "), "{}", output.stderr);
}

/// Whoever reads the output may have seen enough: the exit code is that of what was found.
#[test]
fn a_closed_pipe_is_no_error() {
    let folder = scene::one_mistake("pipe");
    let code_and_mistakes = |arguments: &str| {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_maillint"))
            .args(arguments.split(' '))
            .current_dir(folder.path())
            .env_clear()
            .stdout(writer)
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    assert_eq!(code_and_mistakes("scan ."), (Some(1), String::new()));
    assert_eq!(code_and_mistakes("scan . --fail-on never --output json"), (Some(0), String::new()));
    assert_eq!(code_and_mistakes("rules --output json"), (Some(0), String::new()));
}

#[test]
fn a_slip_of_the_pen_is_understood() {
    let told = |arguments: &str| maillint(arguments).run().stderr;
    assert!(told("scan --polcy hosting").contains("a similar argument exists: '--policy'"));
    assert!(told("scn").contains("a similar subcommand exists: 'scan'"));
    assert!(told("explain host-prefx").contains("a similar value exists: 'host-prefix'"));
    assert!(told("scan --output jsn").contains("did you mean `json`?"));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let folder = scene::one_mistake("same");
    for name in ["bob", "clara", "dora", "emil"] {
        folder.file(&format!("{name}/{name}.mobileconfig"), scene::profile(name));
    }
    let run = |threads: &str| maillint("scan --output json --threads").arg(threads).arg(folder.path()).run().stdout;
    let first = run("1");
    for threads in ["1", "2", "8"] {
        assert_eq!(run(threads), first);
    }
}

/// Everything that the tests have, as several customers sent it in.
const TESTDATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn assert_valid(schema: &Value, value: &Value, of: &str) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors = validator.iter_errors(value).map(|error| format!("{}: {error}", error.instance_path()));
    let errors: Vec<String> = errors.take(5).collect();
    assert!(errors.is_empty(), "{of}: {errors:#?}");
}

#[test]
fn json_is_what_the_schema_says() {
    for of in ["scan", "accounts"] {
        let schema = parsed(&maillint("schema").arg(of).run().stdout);
        for more in ["", "--uploads", "--redact"] {
            let output = maillint(of).arg("--output").arg("json").args(more).arg(TESTDATA).run();
            assert_eq!(output.code, 4, "{}", output.stderr);
            assert_valid(&schema, &parsed(&output.stdout), of);
        }
    }
}

/// JSON Lines are the same objects, one a line, each with its type.
#[test]
fn json_lines_are_what_the_schema_says() {
    let schema = parsed(&maillint("schema scan").run().stdout);
    let output = maillint("scan --output jsonl --uploads").arg(TESTDATA).run().stdout;
    let mut kinds: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for line in output.lines() {
        let mut value = parsed(line);
        let kind = value.as_object_mut().unwrap().remove("type").unwrap();
        kinds.entry(kind.as_str().unwrap().to_owned()).or_default().push(value);
    }
    let run = kinds.remove("run").unwrap();
    assert_eq!(run.len(), 1);
    assert!(output.starts_with("{\"type\":\"run\",\"schema_version\":1,"), "{run:?}");
    let names: Vec<&str> = kinds.keys().map(String::as_str).collect();
    assert_eq!(names, ["account", "customer", "file", "finding", "summary"]);
    for (kind, values) in kinds {
        let definition = format!("#/$defs/{}{}", kind[..1].to_uppercase(), &kind[1..]);
        let schema = json!({ "type": "array", "items": { "$ref": definition }, "$defs": schema["$defs"] });
        assert_valid(&schema, &Value::Array(values), &kind);
    }
}

#[test]
fn sarif_is_what_the_published_schema_says() {
    let schema = concat!(env!("CARGO_MANIFEST_DIR"), "/../report/schema/sarif/sarif-schema-2.1.0.json");
    // Its pattern of `language`, which maillint does not write, has a bracket too many for most regex engines.
    let schema = std::fs::read_to_string(schema).unwrap().replace("{2}]?$", "{2}$");
    let log = parsed(&maillint("scan --output sarif").arg(TESTDATA).run().stdout);
    assert_valid(&parsed(&schema), &log, "sarif");
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert!(results.iter().any(|result| result["relatedLocations"][0]["message"]["text"].is_string()));
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(rules.iter().all(|rule| rule["help"]["markdown"].as_str().unwrap().contains("## How to fix it")));
}

#[test]
fn completions_and_man_pages_come_from_the_command_line() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish", "nushell"] {
        let script = maillint("completions").arg(shell).run().stdout;
        assert!(script.contains("fail-on"), "{shell}");
        // clap's scripts for the other two complete no values.
        assert!(script.contains("markdown") || matches!(shell, "powershell" | "elvish"), "{shell}");
    }
    assert!(maillint("man").run().stdout.starts_with(".ie"));
    let folder = Folder::new("man");
    assert_eq!(maillint("man").arg(folder.path()).run().code, 0);
    let page = std::fs::read_to_string(folder.path().join("maillint-scan.1")).unwrap();
    assert!(page.contains("Exit codes"));
}

#[test]
fn lists_are_for_people_and_for_programs() {
    for list in ["rules", "clients"] {
        assert!(maillint(list).run().stdout.lines().count() > 5);
        let json: Value = serde_json::from_str(&maillint(list).arg("--output").arg("json").run().stdout).unwrap();
        assert!(!json[list].as_array().unwrap().is_empty());
    }
    assert!(maillint("explain host-prefix").run().stdout.contains("Why it matters"));
    let steps = maillint("explain host-prefix --client apple-mail").run().stdout;
    assert!(steps.contains("In Apple Mail") && !steps.contains("In Apple configuration profile"));
    let unknown = maillint("explain host-prefix --client becky").run().stdout;
    assert!(unknown.contains("In Becky!\n  No steps are known"), "{unknown}");
}

/// Dialogs name the kind of account beside the port.
#[test]
fn a_port_is_explained_for_the_accounts_that_have_it() {
    let json: Value = serde_json::from_str(&maillint("rules --output json").run().stdout).unwrap();
    for rule in json["rules"].as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let text = maillint(&format!("explain {id}")).run().stdout;
        for wrong in ["(POP3): 993", "(POP3): 143", "(IMAP): 995", "(IMAP): 110"] {
            assert!(!text.contains(wrong), "{id}: {text}");
        }
    }
    let incoming = |rule: &str| {
        let text = maillint(&format!("explain {rule} --client outlook")).run().stdout;
        text.lines().find(|line| line.contains("Incoming server")).unwrap_or_default().trim().to_owned()
    };
    assert_eq!(incoming("no-tls"), "5. Incoming server (IMAP): 993");
    assert_eq!(incoming("port-protocol-cross"), "5. Incoming server (POP3): 995");
}

#[test]
fn a_policy_file_is_checked_with_an_excerpt() {
    let folder = Folder::new("policy");
    folder.file("house.toml", "schema = 1\nid = \"house\"\n[pop3]\nhost = [\"a\"]\n");
    let output = maillint("policy check house.toml").within(folder.path()).run();
    assert_eq!(output.code, 2);
    insta::assert_snapshot!(output.stderr, @r#"
    error: in the policy house.toml: unknown field `host`, expected one of
           `offered`, `hosts`, `accept_hosts`, `usernames`, `endpoints`
       ╭─[ house.toml:4:1 ]
       │
     4 │ host = ["a"]
       │ ──┬─
       │   ╰─ here
    ───╯
    help: did you mean `hosts`?
    "#);
    for printed in ["policy show rfc8314", "policy show hosting", "policy init"] {
        folder.file("copy.toml", maillint(printed).run().stdout);
        assert_eq!(maillint("policy check copy.toml").within(folder.path()).run().code, 0, "{printed}");
    }
    let house = "schema = 1\nid = \"house\"\nextends = \"hosting\"\n";
    folder.file("house.toml", house);
    let whole = maillint("policy show house.toml").within(folder.path()).run().stdout;
    assert!(whole.len() > house.len(), "what it extends is shown: {whole}");
    folder.file("whole.toml", &whole);
    assert_eq!(maillint("policy show whole.toml").within(folder.path()).run().stdout, whole);
}

#[test]
fn a_policy_extends_a_file_and_lists_its_domains_in_another() {
    let folder = Folder::new("policy-files");
    folder.file(
        "house/branch.toml",
        "schema = 1\nid = \"branch\"\nextends = \"../head/head.toml\"\n[match]\nemail_domains = [\"@customers.txt\"]\n",
    );
    folder.file("house/customers.txt", "# one a line\nexample.org\n");
    folder
        .file("head/head.toml", "schema = 1\nid = \"head\"\nextends = \"rfc8314\"\n[client]\nmin_check_minutes = 5\n");
    let told = |command: &str| maillint(command).within(folder.path()).run();

    // Paths start at the folder of the policy, wherever the command was given.
    let checked = told("policy check house/branch.toml");
    assert_eq!((checked.code, checked.stdout.as_str()), (0, "house/branch.toml: the policy `branch` is right\n"));
    let shown = told("policy show house/branch.toml").stdout;
    assert!(shown.starts_with("schema = 1\nid = \"branch\"\n"), "{shown}");
    for taken_over in ["email_domains = [\"example.org\"]", "min_check_minutes = 5", "port = 465"] {
        assert!(shown.contains(taken_over), "{taken_over} in {shown}");
    }
    // It stands for itself now.
    folder.file("alone.toml", &shown);
    assert_eq!(told("policy show alone.toml").stdout, shown);

    folder.file("head/head.toml", "schema = 1\nid = \"head\"\n[levels]\nhost-prefx = \"off\"\n");
    let mistake = told("policy check house/branch.toml");
    assert_eq!(mistake.code, 2);
    insta::assert_snapshot!(mistake.stderr, @r#"
    error: in house/../head/head.toml, which belongs to the policy
           house/branch.toml: there is no rule `host-prefx`
       ╭─[ house/../head/head.toml:4:1 ]
       │
     4 │ host-prefx = "off"
       │ ─────┬────
       │      ╰─ here
    ───╯
    help: did you mean `host-prefix`?
    "#);
    folder.file("head/head.toml", "schema = 1\nid = \"head\"\nextends = \"../house/branch.toml\"\n");
    let circle = told("scan --policy house/branch.toml house");
    assert_eq!(circle.code, 2);
    insta::assert_snapshot!(circle.stderr, @r#"
    error: in house/../head/head.toml, which belongs to the policy
           house/branch.toml: the policies extend each other in a circle:
           `house/../head/../house/branch.toml` comes before this one
       ╭─[ house/../head/head.toml:3:11 ]
       │
     3 │ extends = "../house/branch.toml"
       │           ───────────┬──────────
       │                      ╰─ here
    ───╯
    "#);
    folder.file("head/head.toml", "schema = 1\nid = \"head\"\n");
    folder.file("house/customers.txt", "example.org\nanna@example.net\n");
    insta::assert_snapshot!(told("policy check house/branch.toml").stderr, @"
    error: in house/customers.txt, which belongs to the policy house/branch.toml:
           `anna@example.net` is no mail domain
       ╭─[ house/customers.txt:2:1 ]
       │
     2 │ anna@example.net
       │ ────────┬───────
       │         ╰─ here
    ───╯
    help: a mail domain is what stands behind the @ of an address
    ");
}

#[test]
fn a_house_says_it_in_its_own_words_in_several_languages() {
    let folder = scene::one_mistake("language");
    folder.file(
        "house.toml",
        "schema = 1\nid = \"house\"\nextends = \"hosting\"\n\
         [text.en.\"username-not-full-address\"]\nsay = \"Use your whole address.\"\nurl = \"https://help.example/mail\"\n\
         [text.de.\"username-not-full-address\"]\nsay = \"Bitte die ganze Adresse eintragen.\"\n",
    );
    let told = |more: &str| {
        let command = format!("scan --policy house.toml --output reply {more} anna.mobileconfig");
        maillint(&command).within(folder.path()).run()
    };
    let english = told("").stdout;
    assert!(english.contains("Use your whole address.") && english.contains("https://help.example/mail"), "{english}");
    let german = told("--language de").stdout;
    assert!(german.contains("Bitte die ganze Adresse eintragen."), "{german}");
    let unknown = told("--language fr");
    assert_eq!(unknown.code, 2);
    insta::assert_snapshot!(unknown.stderr, @r"
    error: no policy has words in the language `fr`
    help: there are words in de, en
    ");
}

#[test]
fn a_baseline_makes_findings_known() {
    let folder = scene::one_mistake("baseline");
    let file = folder.path().join("anna.mobileconfig");
    let known = maillint("baseline").arg(&file).run().stdout;
    assert_eq!(maillint("baseline write").arg(&file).run().stdout, known);
    let baseline = folder.file("known.txt", &known);
    let scan = |baseline: &std::path::Path| maillint("scan --baseline").arg(baseline).arg(&file).run();
    let output = scan(&baseline);
    assert_eq!((output.code, output.stderr.as_str()), (0, ""));
    assert!(output.stdout.contains("(in the baseline)"));

    let more = folder.file("more.txt", known + "0123456789abcdef host-prefix\n");
    let output = scan(&more);
    assert_eq!(output.code, 0);
    assert_eq!(output.stderr, "maillint: the baseline has an entry that nothing fits: 0123456789abcdef host-prefix\n");

    let broken = folder.file("broken.txt", "# maillint baseline 1\nxyz\n");
    assert_eq!(scan(&broken).code, 2);
}

#[test]
fn a_policy_is_made_of_what_a_house_publishes() {
    let folder = scene::one_mistake("policy-from");
    let policy = maillint("policy from").arg(folder.path().join("anna.mobileconfig")).run().stdout;
    folder.file("house.toml", policy);
    assert_eq!(maillint("policy check house.toml").within(folder.path()).run().code, 0);
    folder.file("notes.txt", "hello");
    let output = maillint("policy from").arg(folder.path().join("notes.txt")).run();
    assert_eq!(output.code, 2);
}

#[test]
fn each_upload_has_a_verdict() {
    let folder = scene::one_mistake("uploads");
    folder.file("carl/letter.txt", "why does it not work?");
    let output = maillint("scan --uploads").arg(folder.path()).run();
    assert_eq!(output.code, 1);
    let verdicts: Vec<&str> = output.stdout.lines().filter(|line| line.contains(": 1 account")).collect();
    assert_eq!(verdicts[0], "anna.mobileconfig: 1 account: 1 with 2 findings (1 error, 1 warning)");
    assert!(output.stdout.contains("\ncarl: no mail account was found\n"), "{}", output.stdout);
}

#[test]
fn limits_are_shown_and_set() {
    let folder = scene::one_mistake("limits");
    for command in ["scan", "accounts", "baseline"] {
        let output = maillint(command).arg("--show-limits").arg("--max-file-size").arg("3").run();
        assert_eq!(output.code, 0);
        assert!(output.stdout.contains("         3 MiB  one file in memory"), "{}", output.stdout);
    }
    let output = maillint("scan --max-findings 1").arg(folder.path()).run();
    assert_eq!(output.code, 4);
    let told = "anna.mobileconfig: anna@example.org has 1 more finding, over the limit; it is not told";
    assert!(output.stdout.replace("\n  ", " ").contains(told), "{}", output.stdout);
    assert_eq!(maillint("scan --max-nesting 1000").run().code, 2);
    assert_eq!(maillint("scan --max-nodes 3").arg(folder.path()).run().code, 4);
}
