//! What a person at a terminal gets and a pipe does not, under `script`, where that is installed.

use std::process::{Command, Stdio};

use super::run::{Folder, maillint};
use super::scene;

/// What the binary prints on a terminal in this folder; none where there is no `script` to make one.
fn on_a_terminal(folder: &Folder, arguments: &str, environment: &[(&str, &str)]) -> Option<String> {
    let mut script = Command::new("script");
    script.args(["-qec", &format!("{} {arguments}", env!("CARGO_BIN_EXE_maillint")), "/dev/null"]);
    script.env_clear().env("PATH", "/usr/bin:/bin").env("TERM", "xterm-256color").envs(environment.iter().copied());
    let output = script.current_dir(folder.path()).stdin(Stdio::null()).output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn colour_is_on_a_terminal_unless_somebody_objects() {
    let folder = scene::one_mistake("tty-colour");
    let has_color = |arguments: &str, environment: &[(&str, &str)]| {
        on_a_terminal(&folder, arguments, environment).map(|text| text.contains("\x1B[1;31merror"))
    };
    let Some(colored) = has_color("scan .", &[]) else { return };
    assert!(colored);
    for (arguments, environment) in [
        ("scan .", &[("NO_COLOR", "1")][..]),
        ("scan .", &[("TERM", "dumb")]),
        ("scan . --color never", &[]),
        ("scan . --output json", &[]),
    ] {
        assert_eq!(has_color(arguments, environment), Some(false), "{arguments} {environment:?}");
    }
}

#[test]
fn web_addresses_are_links_on_a_terminal_only() {
    let folder = scene::one_mistake("tty-links");
    let house = "schema = 1\nid = \"house\"\nextends = \"hosting\"\n\
                 [text.en.username-not-full-address]\nurl = \"https://help.example.org/username\"\n";
    folder.file("house.toml", house);
    let Some(text) = on_a_terminal(&folder, "scan . --policy house.toml", &[]) else { return };
    let link = "\x1B]8;;https://help.example.org/username\x1B\\";
    assert!(text.contains(link), "{text}");
    let piped = maillint("scan . --policy house.toml --color always").within(folder.path()).run().stdout;
    assert!(piped.contains("https://help.example.org/username") && !piped.contains("\x1B]8"), "{piped}");
}

#[test]
fn a_short_run_says_nothing_of_its_progress() {
    let folder = scene::one_mistake("tty-progress");
    let Some(text) = on_a_terminal(&folder, "scan . --output concise", &[]) else { return };
    assert!(!text.contains("looking:") && !text.contains("\x1B[K"), "{text}");
}
