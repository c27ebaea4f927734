//! Every command that the README and the book show is run, and prints what they say it prints.
//!
//! A `console` block holds a command after `$ ` and its output below; a line `...` stands for any number of lines, and
//! `echo $?` for the exit code of the command before it.

use std::path::Path;
use std::process::Command;

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

#[test]
fn dots_stand_for_any_run_of_lines() {
    let shown = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(agrees(&shown(&["a", "...", "d"]), &["a", "b", "c", "d"]));
    assert!(agrees(&shown(&["a", "...", "b"]), &["a", "b"]));
    assert!(!agrees(&shown(&["a", "...", "d"]), &["a", "b", "c"]));
    assert!(!agrees(&shown(&["a"]), &["a", "b"]));
}
