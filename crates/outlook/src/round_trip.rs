//! A hive and an export of the same data hold the same accounts.

use std::fmt::Write as _;
use std::process::Command;

use proptest::prelude::*;
use regf::{DataType, HiveBuilder, KeyTreeNode, KeyTreeValue};

use crate::corpus::bare;
use crate::{OutlookHive, OutlookRegistry, show};

/// A value of an account key.
#[derive(Clone, Debug)]
enum Data {
    Number(u32),
    Text(String),
    /// Text as Outlook wrote it up to 2013.
    TextInBytes(String),
}

fn value() -> impl Strategy<Value = (String, Data)> {
    let number =
        prop_oneof![Just(0), Just(1), Just(2), Just(3), Just(110), Just(465), Just(993), Just(0x2_0003), any::<u32>()];
    let numbers = prop_oneof![
        "(POP3|IMAP|SMTP) (Port|Use SSL|Use SPA|Secure Connection)",
        "SMTP (Use Auth|Auth Method)",
        Just("Leave on Server".to_owned()),
    ];
    let text = "[a-zéü .@\\\\\"-]{0,20}";
    let texts = prop_oneof!["(POP3|IMAP|SMTP) (Server|User)", "Account Name|Display Name|Email"];
    prop_oneof![
        (numbers, number).prop_map(|(name, number)| (name, Data::Number(number))),
        (texts.clone(), text).prop_map(|(name, text)| (name, Data::Text(text))),
        (texts, text).prop_map(|(name, text)| (name, Data::TextInBytes(text))),
        Just(("POP3 Password".to_owned(), Data::TextInBytes("hunter2-planted".to_owned()))),
        "\\{(ED475411|ED475412|ED475414)-B0D6-11D2-8C3B-00104B2A6676\\}"
            .prop_map(|class| ("clsid".to_owned(), Data::Text(class))),
    ]
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().chain([0]).flat_map(u16::to_le_bytes).collect()
}

/// As regedit exports it.
fn export(keys: &[(String, Vec<(String, Data)>)]) -> Vec<u8> {
    let mut text = String::from("Windows Registry Editor Version 5.00\r\n\r\n");
    for (path, values) in keys {
        write!(text, "[HKEY_CURRENT_USER\\{path}]\r\n").unwrap();
        for (name, data) in values {
            match data {
                Data::Number(number) => write!(text, "\"{name}\"=dword:{number:08x}\r\n"),
                Data::Text(value) => {
                    write!(text, "\"{name}\"=\"{}\"\r\n", value.replace('\\', "\\\\").replace('"', "\\\""))
                }
                Data::TextInBytes(value) => {
                    let bytes: Vec<String> = utf16(value).iter().map(|byte| format!("{byte:02x}")).collect();
                    let lines: Vec<String> = bytes.chunks(20).map(|bytes| bytes.join(",")).collect();
                    write!(text, "\"{name}\"=hex:{}\r\n", lines.join(",\\\r\n  "))
                }
            }
            .unwrap();
        }
        text.push_str("\r\n");
    }
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn hive(keys: &[(String, Vec<(String, Data)>)]) -> Vec<u8> {
    let mut tree = KeyTreeNode::new("ROOT");
    for (path, values) in keys {
        let key = tree.get_or_create_path(path);
        for (name, data) in values {
            let (data_type, data) = match data {
                Data::Number(number) => (DataType::Dword, number.to_le_bytes().to_vec()),
                Data::Text(text) => (DataType::String, utf16(text)),
                Data::TextInBytes(text) => (DataType::Binary, utf16(text)),
            };
            key.values.retain(|value| !value.name.eq_ignore_ascii_case(name));
            key.values.push(KeyTreeValue { name: name.clone(), data_type, data });
        }
    }
    HiveBuilder::from_tree(tree).unwrap().to_bytes().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_hive_and_an_export_hold_the_same_accounts(
        accounts in proptest::collection::vec(("(15|16)\\.0", "(Outlook|Büro)", 1_u32..4, proptest::collection::vec(value(), 1..12)), 1..5),
    ) {
        let keys: Vec<_> = accounts
            .into_iter()
            .map(|(version, profile, id, values)| {
                let section = "9375CFF0413111d3B88A00104B2A6676";
                (format!("Software\\Microsoft\\Office\\{version}\\Outlook\\Profiles\\{profile}\\{section}\\{id:08x}"), values)
            })
            .collect();
        let from_export = show::read(&OutlookRegistry, "outlook.reg", &export(&keys)).unwrap();
        let from_hive = show::read(&OutlookHive, "NTUSER.DAT", &hive(&keys)).unwrap();
        prop_assert_eq!(bare(&show::reading(&from_export)), bare(&show::reading(&from_hive)));
        for account in from_export.accounts.iter().chain(&from_hive.accounts) {
            prop_assert!(!account.file.text().contains("hunter2"));
            prop_assert!(!account.file.text().contains("68,00,75,00,6e,00,74"));
        }
    }
}

/// What `reged` (chntpw) and `hivexregedit` export of a hive is what is read of the hive itself. Skipped, tool by tool,
/// where they are not installed.
#[test]
#[allow(clippy::disallowed_methods, reason = "the tools read and write files")]
fn exports_of_other_tools_hold_the_same_accounts() {
    let path = "Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\Büro\\9375CFF0413111d3B88A00104B2A6676\\00000002";
    let text = |name: &str, text: &str| (name.to_owned(), Data::Text(text.to_owned()));
    let keys = [(
        path.to_owned(),
        vec![
            text("clsid", "{ED475411-B0D6-11D2-8C3B-00104B2A6676}"),
            text("POP3 Server", "mail.example.org"),
            text("Email", "anna@example.org"),
            ("POP3 User".to_owned(), Data::TextInBytes("anna@example.org".to_owned())),
            ("Display Name".to_owned(), Data::TextInBytes("Änne Müller".to_owned())),
            ("POP3 Port".to_owned(), Data::Number(995)),
            ("Leave on Server".to_owned(), Data::Number(0x2_0003)),
        ],
    )];
    let bytes = hive(&keys);
    let expected = bare(&show::reading(&show::read(&OutlookHive, "NTUSER.DAT", &bytes).unwrap()));
    let folder = std::env::temp_dir().join(format!("maillint-hive-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (input, output) = (folder.join("NTUSER.DAT"), folder.join("reged.reg"));
    std::fs::write(&input, &bytes).unwrap();
    let mut exports = Vec::new();
    let prefix = "HKEY_CURRENT_USER";
    if let Ok(run) = Command::new("hivexregedit").args(["--export", "--prefix", prefix]).arg(&input).arg("\\").output()
    {
        exports.push(("hivexregedit", run.stdout));
    }
    if Command::new("reged").arg("-x").arg(&input).args([prefix, "\\"]).arg(&output).output().is_ok() {
        exports.push(("reged", std::fs::read(&output).unwrap_or_default()));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    for (tool, export) in exports {
        let reading = show::read(&OutlookRegistry, "outlook.reg", &export);
        assert_eq!(reading.map(|reading| bare(&show::reading(&reading))).as_ref(), Some(&expected), "{tool}");
    }
}
