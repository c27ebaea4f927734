//! Every limit: its flag, what is told in every output when it is met, and that what was read before it counts.

use super::pack::{gz_of, zip_of};
use super::run::{Folder, maillint};
use super::scene::profile;

const FORMATS: [&str; 11] =
    ["human", "concise", "json", "jsonl", "sarif", "junit", "github", "markdown", "html", "csv", "reply"];

/// A folder with an account that is always read, and a file of this name and these bytes, scanned with a flag that sets
/// a limit: every output tells `words`, and the account.
fn breach(flag: &str, name: &str, bytes: impl AsRef<[u8]>, words: &str) {
    let folder = Folder::new(&format!("limit{flag}").replace([' ', '-'], "_"));
    let anna = folder.file("anna.mobileconfig", profile("anna"));
    let other = folder.file(name, bytes);
    for format in FORMATS {
        let output = maillint(&format!("scan --output {format} {flag}")).arg(&anna).arg(&other).run();
        assert_eq!(output.code, 4, "{flag}, {format}: {}", output.stdout);
        // Lines are broken where they fit.
        let told = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(words), "{flag}, {format}: {told}");
        assert!(told.contains("anna@example.org"), "{flag}, {format}: {told}");
    }
    let unlimited = maillint("scan --output concise").arg(&anna).arg(&other).run();
    assert_ne!(unlimited.code, 4, "{flag}: {}", unlimited.stdout);
}

/// A profile with something between its head and its first key.
fn profile_with(between: &str) -> String {
    profile("bert").replacen("<dict>", &format!("<dict>{between}"), 1)
}

#[test]
fn a_file() {
    let padding = " ".repeat(1 << 20);
    breach("--max-file-size 1", "b.mobileconfig", profile_with(&padding), "it is too long to be read");
}

#[test]
fn a_file_that_goes_by() {
    let pref = "user_pref(\"mail.server.server1.hostname\", \"imap.example.org\"); // as long as a line may be\n";
    let prefs = pref.repeat((2 << 20) / pref.len());
    let flags = "--max-file-size 1 --max-stream-size 1";
    breach(flags, "prefs.js", prefs, "It is too long; the rest was left out.");
}

#[test]
fn a_line() {
    let ini = format!("[Settings]\nPopServer=pop.example.org\nRealName={}\nPopAccount=bert\n", "b".repeat(1_100));
    breach("--max-line-size 1", "eudora.ini", ini, "line is too long to be read");
}

#[test]
fn a_value() {
    let long = format!("<key>PayloadDescription</key><string>{}</string>", "b".repeat(1_100));
    breach("--max-value-size 1", "b.mobileconfig", profile_with(&long), "too long");
}

#[test]
fn nesting() {
    let deep = format!("<key>X</key>{}{}", "<array>".repeat(9), "</array>".repeat(9));
    breach("--max-nesting 8", "b.mobileconfig", profile_with(&deep), "it holds more, or in more levels, than is read");
}

#[test]
fn nodes() {
    let many = "<key>X</key><true/>".repeat(100);
    breach("--max-nodes 90", "b.mobileconfig", profile_with(&many), "it holds more, or in more levels, than is read");
}

#[test]
fn accounts() {
    let payloads = profile("bert");
    let start = payloads.find("\t\t<dict>").unwrap();
    let end = payloads.rfind("\t</array>").unwrap();
    let two = payloads.replacen(&payloads[start..end], &payloads[start..end].repeat(2), 1);
    breach("--max-accounts 1", "b.mobileconfig", two, "It holds more than 1 accounts; the rest was left out.");
}

#[test]
fn a_value_that_many_accounts_share() {
    let name = "b".repeat(100);
    let prefs = format!(
        "user_pref(\"mail.accountmanager.accounts\", \"a1\");\nuser_pref(\"mail.account.a1.server\", \"s1\");\n\
         user_pref(\"mail.server.s1.type\", \"imap\");\nuser_pref(\"mail.server.s1.hostname\", \"mail.example.org\");\n\
         user_pref(\"mail.server.s1.name\", \"{name}\");\n"
    );
    breach("--max-shared-size 64", "prefs.js", prefs, "A setting is longer than any real one; it was not read.");
}

/// A profile with so many accounts, all of a type that is none, and something that is not mail.
fn odd_profile(accounts: usize) -> String {
    let odd = profile("bert").replace("EmailTypeIMAP", "IMAP");
    let (start, end) = (odd.find("\t\t<dict>").unwrap(), odd.rfind("\t</array>").unwrap());
    let other = "<dict><key>PayloadType</key><string>com.apple.wifi.managed</string></dict>";
    odd.replacen(&odd[start..end], &(odd[start..end].repeat(accounts) + other), 1)
}

#[test]
fn notes() {
    breach("--max-notes 1", "b.mobileconfig", odd_profile(1), "There is one more of the notes.");
}

#[test]
fn notes_of_a_kind() {
    let folder = Folder::new("limit_notes_of_a_kind");
    let path = folder.file("b.mobileconfig", odd_profile(3));
    let told = |flag: &str| {
        let output = maillint(&format!("accounts --output json {flag}")).arg(&path).run();
        let json: serde_json::Value = serde_json::from_str(&output.stdout).unwrap();
        let notes = json["files"][0]["notes"].as_array().unwrap();
        notes.iter().map(|note| note["message"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let odd = "EmailAccountType must be EmailTypeIMAP or EmailTypePOP: devices take anything else for POP.";
    let other = "The profile also sets up: com.apple.wifi.managed. None of it is mail.";
    let more = "There are 2 more values of EmailAccountType that devices take for POP.";
    assert_eq!(told("--max-notes-of-a-kind 1"), [odd, other, more]);
    assert_eq!(told(""), [odd, odd, odd, other]);
}

#[test]
fn findings() {
    let mistakes = profile("bert").replace("mail.example.org", "imap.example.org");
    breach("--max-findings 1", "b.mobileconfig", mistakes, "more finding");
}

fn archive_of(names: &[&str]) -> Vec<u8> {
    zip_of(&names.iter().map(|name| ((*name).to_owned(), profile(name).into_bytes())).collect::<Vec<_>>())
}

#[test]
fn entries_of_an_archive() {
    breach("--max-archive-entries 1", "b.zip", archive_of(&["bert", "carl"]), "it holds more than 1 files");
}

/// Three megabytes that compress well, as a file that somebody wants.
fn packed_prefs() -> (String, Vec<u8>) {
    let noise = |at: u32| at.wrapping_mul(2_654_435_761).to_le_bytes();
    let bytes: Vec<u8> = (0..768_u32 << 10).flat_map(|at| if at % 2_500 < 250 { noise(at) } else { [0; 4] }).collect();
    ("prefs.js.gz".to_owned(), gz_of(&bytes))
}

#[test]
fn the_ratio_of_an_archive() {
    let files = [("b.mobileconfig".to_owned(), profile("bert").into_bytes()), packed_prefs()];
    breach("--max-archive-ratio 2", "b.zip", zip_of(&files), "it unpacks to more than 2 times its length");
}

#[test]
fn the_size_of_an_archive() {
    let files = [("b.mobileconfig".to_owned(), profile("bert").into_bytes()), packed_prefs()];
    breach("--max-archive-size 1", "b.zip", zip_of(&files), "it unpacks to more than 1 MB");
}

#[test]
fn archives_in_archives() {
    let inner = [("inner.zip".to_owned(), archive_of(&["bert"]))];
    breach("--max-archive-depth 0", "b.zip", zip_of(&inner), "lies in too many archives");
}

#[test]
fn time() {
    let folder = Folder::new("limit_time");
    folder.file("anna.mobileconfig", profile("anna"));
    let archive = folder.file("b.zip", archive_of(&["bert"]));
    for format in FORMATS {
        let output =
            maillint(&format!("scan --max-seconds 0 --output {format}")).arg(folder.path()).arg(&archive).run();
        assert_eq!(output.code, 4, "{format}: {}", output.stdout);
        let told = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains("t takes longer than 0 seconds to read; the rest was left out"), "{format}: {told}");
        assert!(told.contains("it took longer than 0 seconds to unpack"), "{format}: {told}");
    }
}

#[test]
fn folders_and_names_of_a_walk() {
    for (flag, words) in [
        ("--max-depth 1", "this folder lies more than 1 folders down; it was not opened"),
        ("--max-names 1", "there are more than 1 files below it; the rest was not looked at"),
    ] {
        let folder = Folder::new(&format!("walk{flag}").replace([' ', '-'], "_"));
        folder.file("anna.mobileconfig", profile("anna"));
        folder.file("one/two/b.mobileconfig", profile("bert"));
        for format in FORMATS {
            let output = maillint(&format!("scan --output {format} {flag}")).arg(folder.path()).run();
            assert_eq!(output.code, 4, "{flag}, {format}: {}", output.stdout);
            let told = output.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(told.contains(words), "{flag}, {format}: {told}");
        }
    }
}
