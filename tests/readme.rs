//! Every command that the README and the book show is run, and prints what they say it prints.
//!
//! A `console` block holds a command after `$ ` and its output below; a line `...` stands for any number of lines, and
//! `echo $?` for the exit code of the command before it. An `sh` block, and the examples of `--help`, show no output:
//! they are run by a shell in a folder that holds what they name, and must not be wrong usage.

use std::path::Path;
use std::process::Command;

use crate::cli::run::{Folder, maillint};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The `console` blocks of a Markdown text, each a list of commands with the lines below them.
fn commands(markdown: &str) -> Vec<(String, Vec<String>)> {
    let mut commands: Vec<(String, Vec<String>)> = Vec::new();
    let mut inside = false;
    for line in markdown.lines() {
        if line == "```console" {
            inside = true;
        } else if line.starts_with("```") {
            inside = false;
        } else if let Some(command) = line.strip_prefix("$ ").filter(|_| inside) {
            commands.push((command.to_owned(), Vec::new()));
        } else if inside && let Some((_, output)) = commands.last_mut() {
            output.push(line.to_owned());
        }
    }
    commands
}

/// The arguments of a command that runs maillint, however the text calls it.
fn arguments(command: &str) -> Option<Vec<String>> {
    let rest = command.strip_prefix("cargo run --release -- ").or_else(|| command.strip_prefix("maillint "))?;
    Some(rest.split_whitespace().map(|word| word.trim_matches('\'').to_owned()).collect())
}

/// Whether the printed lines are the shown ones, `...` standing for any run of lines.
fn agrees(shown: &[String], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((first, rest)) if first == "..." => (0..=printed.len()).any(|skip| agrees(rest, &printed[skip..])),
        Some((first, rest)) => {
            printed.split_first().is_some_and(|(line, others)| line.trim_end() == first && agrees(rest, others))
        }
    }
}

fn check(path: &Path) -> usize {
    let text = std::fs::read_to_string(path).unwrap();
    let mut checked = 0;
    let mut last_code = None;
    for (command, shown) in commands(&text) {
        if command == "echo $?" {
            let code: Option<i32> = last_code;
            assert_eq!(Some(shown.join("")), code.map(|code| code.to_string()), "exit code in {}", path.display());
            continue;
        }
        let Some(arguments) = arguments(&command) else { continue };
        let output = Command::new(env!("CARGO_BIN_EXE_maillint"))
            .args(&arguments)
            .current_dir(ROOT)
            .env_clear()
            .env("HOME", "/nonexistent")
            .env("COLUMNS", "80")
            .output()
            .unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<&str> = printed.lines().collect();
        assert!(
            agrees(&shown, &lines),
            "{}: `{command}` prints something else now:\n{printed}\n{}",
            path.display(),
            String::from_utf8_lossy(&output.stderr)
        );
        last_code = output.status.code();
        checked += 1;
    }
    checked
}

#[test]
fn the_readme_shows_what_the_program_prints() {
    assert!(check(&Path::new(ROOT).join("README.md")) > 0, "no example was found");
}

#[test]
fn the_book_shows_what_the_program_prints() {
    for entry in std::fs::read_dir(Path::new(ROOT).join("crates/maillint/docs")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "md") {
            check(&path);
        }
    }
}

/// The lines of the `sh` blocks of a Markdown text that run maillint.
fn shell_lines(markdown: &str) -> Vec<String> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in markdown.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside && line.starts_with("maillint ") {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// The examples of a command's help. What stands behind several spaces explains.
fn help_examples(command: &str) -> Vec<String> {
    let help = maillint(command).arg("--help").run().stdout;
    let examples = help.split_once("\nExamples:\n").map_or("", |(_, examples)| examples);
    let lines = examples.lines().take_while(|line| !line.is_empty());
    lines.map(|line| line.trim_start().split("   ").next().unwrap_or("").to_owned()).collect()
}

/// A home directory with everything that examples name.
fn home_of_examples(test: &str) -> Folder {
    let home = Folder::new(test);
    let copy = |from: &str, to: &str| {
        home.file(to, std::fs::read(Path::new(ROOT).join("testdata/clients").join(from)).unwrap());
    };
    let prefs = "thunderbird/host-prefix/.thunderbird/ab12cd34.default-release/prefs.js";
    for to in ["prefs.js", "Downloads/prefs.js", "ticket/prefs.js", "ticket-4711/prefs.js", "inbox/anna/prefs.js"] {
        copy(prefs, to);
    }
    copy("thunderbird/autoconfig/config-v1.1.xml", "config-v1.1.xml");
    copy("apple-profile/host-prefix/example.mobileconfig", "provisioning/example.mobileconfig");
    home.file("house.toml", maillint("policy init").run().stdout);
    for folder in [
        ".local/share/man/man1",
        ".local/share/bash-completion/completions",
        ".zfunc",
        ".config/fish/completions",
        ".config/elvish",
    ] {
        std::fs::create_dir_all(home.path().join(folder)).unwrap();
    }
    home
}

fn run_in_shell(lines: &[String], test: &str) {
    let home = home_of_examples(test);
    let folder = Path::new(env!("CARGO_BIN_EXE_maillint")).parent().unwrap();
    for line in lines {
        // What another program makes of the output is not ours to test.
        let line = line.split(" | ").next().unwrap();
        let output = Command::new("sh")
            .args(["-c", line])
            .current_dir(home.path())
            .env("HOME", home.path())
            .env("PROFILE", home.path().join("profile.ps1"))
            .env("PATH", format!("{}:/usr/bin:/bin", folder.display()))
            .output()
            .unwrap();
        let mistakes = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some_and(|code| code < 2), "`{line}` ended with {}: {mistakes}", output.status);
        assert_eq!(mistakes, "", "`{line}`");
    }
}

#[test]
#[cfg(unix)]
fn the_commands_of_the_book_are_right() {
    let docs = Path::new(ROOT).join("crates/maillint/docs");
    for page in ["people.md", "helpdesk.md", "administrators.md"] {
        let lines = shell_lines(&std::fs::read_to_string(docs.join(page)).unwrap());
        assert!(lines.len() > 1, "{page} has no examples");
        run_in_shell(&lines, page);
    }
}

#[test]
#[cfg(unix)]
fn the_examples_of_the_help_are_right() {
    for command in
        ["", "scan", "accounts", "explain", "baseline", "rules", "clients", "policy", "schema", "completions", "man"]
    {
        let lines = help_examples(command);
        assert!(lines.len() > 1, "maillint {command} has no examples");
        run_in_shell(&lines, &format!("help-{command}"));
    }
}

#[test]
fn dots_stand_for_any_run_of_lines() {
    let shown = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(agrees(&shown(&["a", "...", "d"]), &["a", "b", "c", "d"]));
    assert!(agrees(&shown(&["a", "...", "b"]), &["a", "b"]));
    assert!(!agrees(&shown(&["a", "...", "d"]), &["a", "b", "c"]));
    assert!(!agrees(&shown(&["a"]), &["a", "b"]));
}
