//! Nothing that stands in a file does anything in a report, and no secret gets out.

use super::run::{Folder, maillint};
use super::scene::{CANARY, profile};

const FORMATS: [&str; 11] =
    ["human", "concise", "json", "jsonl", "sarif", "junit", "github", "markdown", "html", "csv", "reply"];

/// A profile whose address is markup in every language at once, in a file whose name is too.
fn hostile(test: &str) -> Folder {
    let folder = Folder::new(test);
    let local = "&lt;script&gt;alert(1)&lt;/script&gt;=cmd|`x`::error::&#x9;&#x202E;&#x85;";
    folder.file("<img src=x onerror=alert(1)>,a:b%.mobileconfig", profile(local));
    folder
}

#[test]
fn no_output_tells_a_secret() {
    let folder = hostile("secrets");
    for format in FORMATS {
        let output = maillint("scan --output").arg(format).arg(folder.path()).run();
        assert!(output.stdout.contains("example.org"), "{format} tells nothing");
        assert!(!output.stdout.contains(CANARY) && !output.stderr.contains(CANARY), "{format}");
    }
    for format in ["human", "json", "jsonl", "csv"] {
        let output = maillint("accounts --output").arg(format).arg(folder.path()).run();
        assert!(output.stdout.contains("example.org") && !output.stdout.contains(CANARY), "{format}");
    }
}

/// What stands for passwords in the files of `testdata`, as it is and in the writing of two clients.
const PLANTED: [&str; 3] = ["hunter2", "aHVudGVyMg", "SECRET-d87d64f6"];

#[test]
fn no_output_tells_a_secret_of_any_client() {
    let clients = concat!(env!("CARGO_MANIFEST_DIR"), "/../../testdata/clients");
    let of_accounts = ["human", "json", "jsonl", "csv"].map(|format| ("accounts", format));
    for (command, format) in FORMATS.map(|format| ("scan", format)).into_iter().chain(of_accounts) {
        let output = maillint(command).arg("--output").arg(format).arg(clients).run();
        for secret in PLANTED {
            assert!(!output.stdout.contains(secret), "{command} {format}: {secret}");
        }
    }
}

/// A report that is passed on names nobody.
#[test]
fn a_redacted_output_tells_no_name() {
    let folder = Folder::new("redacted");
    folder.file("annalena.mobileconfig", profile("annalena"));
    for format in FORMATS {
        let output = maillint("scan --redact --output").arg(format).arg(folder.path()).run();
        assert_eq!(output.code, 1);
        assert!(!output.stdout.to_lowercase().contains("annalena"), "{format}: {}", output.stdout);
        // SARIF carries the rules with their examples.
        assert!(format == "sarif" || !output.stdout.contains("example.org"), "{format}: {}", output.stdout);
        assert!(output.stdout.contains("user-1@domain-1.example"), "{format}: {}", output.stdout);
    }
    let own = maillint("scan --redact --domain example.org --output concise").arg(folder.path()).run();
    assert!(own.stdout.contains("user-1@example.org"), "{}", own.stdout);
}

#[test]
fn no_output_has_control_characters_of_a_file() {
    let folder = hostile("controls");
    let of_accounts = ["human", "json", "jsonl", "csv"].map(|format| ("accounts", format));
    for (command, format) in FORMATS.map(|format| ("scan", format)).into_iter().chain(of_accounts) {
        let output = maillint(command).arg("--output").arg(format).arg(folder.path()).run();
        let controls = output.stdout.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r')).count();
        assert_eq!(controls, 0, "{format}: {}", output.stdout);
        assert!(!output.stdout.contains('\u{202E}'), "{format} lets text turn around");
    }
}

#[test]
fn markup_of_a_file_is_text() {
    let folder = hostile("markup");
    let printed = |format: &str| maillint("scan --output").arg(format).arg(folder.path()).run().stdout;
    for format in ["html", "junit"] {
        let text = printed(format);
        assert!(!text.contains("<script") && !text.contains("<img"), "{format}: {text}");
    }
    for line in printed("csv").lines() {
        assert!(!line.starts_with(['=', '+', '-', '@']), "{line}");
    }
    for line in printed("github").lines().filter(|line| line.starts_with("::")) {
        let (properties, _) = line.trim_start_matches("::").split_once("::").unwrap();
        assert!(!properties.contains("a:b"), "{line}");
    }
    let mut fenced = false;
    for line in printed("markdown").lines() {
        fenced ^= line.starts_with("```");
        let prose = without_code(line).replace("\\<", "").replace("<!-- -->", "");
        assert!(fenced || !prose.contains('<'), "{line}");
    }
}

/// A line of Markdown without its code spans: a run of backticks ends at the next run of the same length.
fn without_code(line: &str) -> String {
    let Some(start) = line.find('`') else { return line.to_owned() };
    let rest = &line[start..];
    let ticks = &rest[..rest.len() - rest.trim_start_matches('`').len()];
    let (before, after) = (&line[..start], &rest[ticks.len()..]);
    match after.find(ticks) {
        Some(end) => format!("{before}{}", without_code(after[end..].trim_start_matches('`'))),
        None => line.to_owned(),
    }
}
