//! The pages of the book, and the tables in other pages, that say what the program is, made by the program itself.
//!
//! `UPDATE=1 cargo test -p maillint docs` writes them anew.

use std::fmt::Write;
use std::path::PathBuf;

use serde_json::Value;

use super::run::maillint;

const MARK: &str = "<!-- Made by `UPDATE=1 cargo test -p maillint docs`. Change the code, not this page. -->\n\n";

fn is_fresh(name: &str, body: &str) {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/docs")).join(name);
    let page = format!("{MARK}{}\n", body.trim_end());
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(stored == page, "{} is out of date: UPDATE=1 cargo test -p maillint docs", path.display());
}

/// A part of a page that people write, between two comments with its name.
fn part_is_fresh(page: &str, name: &str, body: &str) {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")).join(page);
    let stored = std::fs::read_to_string(&path).unwrap();
    let (start, end) =
        (format!("<!-- {name}: made by `UPDATE=1 cargo test -p maillint docs` -->\n"), format!("<!-- /{name} -->"));
    let from = stored.find(&start).map(|at| at + start.len()).expect(name);
    let to = from + stored[from..].find(&end).expect(name);
    let fresh = format!("{}\n{}\n\n{}", &stored[..from], body.trim_end(), &stored[to..]);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let stored = std::fs::read_to_string(&path).unwrap();
    assert!(stored == fresh, "{name} in {page} is out of date: UPDATE=1 cargo test -p maillint docs");
}

fn json(arguments: &str) -> Value {
    serde_json::from_str(&maillint(arguments).run().stdout).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or("")
}

#[test]
fn rules() {
    let list = json("rules --output json");
    let rules = list["rules"].as_array().unwrap();
    let mut page = "# Rules\n\n| rule | level | finds |\n|---|---|---|\n".to_owned();
    for rule in rules {
        let (id, level, summary) = (text(rule, "id"), text(rule, "level"), text(rule, "summary"));
        writeln!(page, "| [`{id}`](#{id}) | {level} | {} |", summary.replace('|', "\\|")).unwrap();
    }
    page.push_str(
        "\nThe level is the one of a policy that does not say otherwise. `maillint explain RULE` shows the same text, \
                   with the steps of each client.\n",
    );
    for rule in rules {
        let docs = text(rule, "docs").replace("\n## ", "\n### ");
        let docs = docs.strip_prefix("## ").map(|docs| format!("### {docs}")).unwrap_or(docs);
        write!(
            page,
            "\n## {}\n\nLevel: {}. Finds {}.\n\n{}\n",
            text(rule, "id"),
            text(rule, "level"),
            text(rule, "summary"),
            docs.trim()
        )
        .unwrap();
    }
    is_fresh("rules.md", &page);
}

#[test]
fn clients() {
    let list = json("clients --output json");
    let mut page =
        "# Clients\n\nWhat is read, and where it lies. A file that is named on the command line is recognised by \
                    its content, whatever it is called.\n"
            .to_owned();
    for client in list["clients"].as_array().unwrap() {
        write!(page, "\n## {}\n\n`--as {}`\n", text(client, "name"), text(client, "client")).unwrap();
        for format in client["formats"].as_array().unwrap() {
            let layer = if text(format, "role") == "layer" {
                "; its settings apply to the accounts of other files"
            } else {
                ""
            };
            write!(page, "\n**{}** (`{}`{layer})\n\n", text(format, "what"), text(format, "id")).unwrap();
            for place in format["places"].as_array().unwrap() {
                writeln!(page, "- `{}`", place.as_str().unwrap()).unwrap();
            }
        }
    }
    is_fresh("clients.md", &page);
}

#[test]
fn clients_in_the_readme() {
    let list = json("clients --output json");
    let mut table = "| client | files |\n|---|---|\n".to_owned();
    for client in list["clients"].as_array().unwrap() {
        let files: Vec<&str> =
            client["formats"].as_array().unwrap().iter().map(|format| text(format, "what")).collect();
        writeln!(table, "| {} | {} |", text(client, "name"), files.join("; ")).unwrap();
    }
    part_is_fresh("README.md", "clients", &table);
}

#[test]
fn exit_codes() {
    let help = maillint("scan --help").run().stdout;
    let (_, codes) = help.split_once("\nExit codes:\n").unwrap();
    let mut table = "| exit code | meaning |\n|---|---|\n".to_owned();
    for line in codes.lines() {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        writeln!(table, "| {code} | {meaning} |").unwrap();
    }
    assert_eq!(table.lines().count(), 7);
    for page in ["README.md", "crates/maillint/docs/administrators.md"] {
        part_is_fresh(page, "exit codes", &table);
    }
}

#[test]
fn the_readme_counts_right() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../README.md")).unwrap();
    let providers = maillint_rules::facts::providers().len();
    assert!(readme.contains(&format!("accounts of {providers} known providers")), "{providers}");
}

#[test]
fn command_line() {
    let mut page = "# Command line\n".to_owned();
    for command in
        ["", "scan", "accounts", "explain", "baseline", "rules", "clients", "policy", "schema", "completions", "man"]
    {
        let help = maillint(command).arg("--help").run().stdout;
        let help: Vec<&str> = help.lines().map(str::trim_end).collect();
        write!(page, "\n## maillint {command}\n\n```text\n{}\n```\n", help.join("\n").trim_end()).unwrap();
    }
    is_fresh("command-line.md", &page.replace("## maillint \n", "## maillint\n"));
}

#[test]
fn json_contract() {
    let mut page = "# JSON\n\nVersion 1 of the contract: within a version, fields are only ever added. The schemas are printed by \
                    `maillint schema scan` and `maillint schema accounts`. Lines and columns count from 1, columns in Unicode \
                    characters.\n"
        .to_owned();
    object(&mut page, "maillint accounts --output json", &json("schema accounts"));
    let schema = json("schema scan");
    object(&mut page, "maillint scan --output json", &schema);
    for (name, definition) in schema["$defs"].as_object().unwrap() {
        // A setting has one definition for each type of value.
        let is_first = !name.ends_with(|c: char| c.is_ascii_digit());
        if is_first && definition["properties"].is_object() {
            object(&mut page, name, definition);
        }
    }
    page.push_str(
        "\n## JSON Lines\n\n`--output jsonl` prints the same objects, one a line, each with a `type`: first `run` (with \
         `schema_version`, `version`, `complete` and `policies`), then each `finding`, `account`, `file` and `customer` as \
         above, and `summary` at the end. Lines of several machines can be put together as they are: a `run` begins each.\n",
    );
    is_fresh("json.md", &page);
}

fn object(page: &mut String, name: &str, schema: &Value) {
    write!(page, "\n## {name}\n\n").unwrap();
    if let Some(description) = schema["description"].as_str() {
        write!(page, "{description}\n\n").unwrap();
    }
    page.push_str("| field | type | meaning |\n|---|---|---|\n");
    for (field, value) in schema["properties"].as_object().unwrap() {
        let mut meaning = text(value, "description").replace('\n', " ").replace('|', "\\|");
        if let Some(words) = value["enum"].as_array() {
            let words: Vec<String> = words.iter().map(|word| format!("`{}`", word.as_str().unwrap_or("?"))).collect();
            meaning = format!("{meaning} One of {}.", words.join(", "));
        }
        writeln!(page, "| `{field}` | {} | {} |", type_of(value), meaning.trim()).unwrap();
    }
}

fn type_of(value: &Value) -> String {
    let named = |reference: &str| {
        let name = reference.rsplit('/').next().unwrap_or("");
        name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned()
    };
    if let Some(reference) = value["$ref"].as_str() {
        return named(reference);
    }
    if let Some(any) = value["anyOf"].as_array() {
        return any.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    match &value["type"] {
        Value::String(name) if name == "array" => format!("list of {}", type_of(&value["items"])),
        Value::String(name) => name.clone(),
        Value::Array(names) => names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ if value["const"].is_number() => "number".to_owned(),
        _ => "any".to_owned(),
    }
}
