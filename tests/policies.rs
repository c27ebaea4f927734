//! The policies of odd houses, end to end: each of their accounts is set up in a profile of Thunderbird, or in one of
//! Outlook where Thunderbird has no such setting, and scanned under the policy.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// One server: protocol, host, port, protection, way to sign in, user name.
struct Server<'a>([&'a str; 6]);

/// One account of a case, in the words of `testdata/policies/*.txt`.
struct Account<'a> {
    address: &'a str,
    client: &'a str,
    incoming: Server<'a>,
    outgoing: Server<'a>,
    retention: &'a str,
}

impl<'a> Account<'a> {
    fn parse(text: &'a str) -> Self {
        let line = |key: &str| text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
        let server = |key: &str| {
            let mut words = line(key).unwrap().split(' ');
            Server(std::array::from_fn(|_| words.next().unwrap_or_default()))
        };
        let special = line("outgoing").unwrap();
        Self {
            address: line("account").unwrap(),
            // Only Outlook has these two.
            client: if special.contains(" auto ") || special.contains("pop-before-smtp") { "outlook" } else { "" },
            incoming: server("incoming"),
            outgoing: server("outgoing"),
            retention: line("retention").unwrap_or("keep, remove after 2 days"),
        }
    }

    fn write(&self, folder: &Path, number: usize) {
        let folder = folder.join(format!("device{number}"));
        fs::create_dir_all(&folder).unwrap();
        match self.client {
            "outlook" => fs::write(folder.join("outlook.reg"), self.registry(number)).unwrap(),
            _ => fs::write(folder.join("prefs.js"), self.preferences(number)).unwrap(),
        }
    }

    fn preferences(&self, number: usize) -> String {
        let Server([protocol, host, port, security, auth, user]) = self.incoming;
        let mut text = format!(
            "// Mozilla User Preferences\n\
             user_pref(\"extensions.lastAppVersion\", \"128.0\");\n\
             user_pref(\"mail.accountmanager.accounts\", \"account{number}\");\n\
             user_pref(\"mail.account.account{number}.server\", \"server{number}\");\n\
             user_pref(\"mail.account.account{number}.identities\", \"id{number}\");\n\
             user_pref(\"mail.smtpservers\", \"smtp{number}\");\n\
             user_pref(\"mail.identity.id{number}.useremail\", \"{}\");\n\
             user_pref(\"mail.identity.id{number}.fullName\", \"Anna\");\n\
             user_pref(\"mail.identity.id{number}.smtpServer\", \"smtp{number}\");\n\
             user_pref(\"mail.server.server{number}.type\", \"{protocol}\");\n\
             user_pref(\"mail.server.server{number}.hostname\", \"{host}\");\n\
             user_pref(\"mail.server.server{number}.port\", {port});\n\
             user_pref(\"mail.server.server{number}.socketType\", {});\n\
             user_pref(\"mail.server.server{number}.authMethod\", {});\n\
             user_pref(\"mail.server.server{number}.userName\", \"{user}\");\n",
            self.address,
            socket_type(security),
            auth_method(auth),
        );
        if self.retention.starts_with("keep") {
            writeln!(text, "user_pref(\"mail.server.server{number}.leave_on_server\", true);").unwrap();
        }
        if self.retention.contains("2 days") {
            writeln!(
                text,
                "user_pref(\"mail.server.server{number}.delete_by_age_from_server\", true);\n\
                 user_pref(\"mail.server.server{number}.num_days_to_leave_on_server\", 2);"
            )
            .unwrap();
        }
        let Server([_, host, port, security, auth, user]) = self.outgoing;
        writeln!(
            text,
            "user_pref(\"mail.smtpserver.smtp{number}.hostname\", \"{host}\");\n\
             user_pref(\"mail.smtpserver.smtp{number}.port\", {port});\n\
             user_pref(\"mail.smtpserver.smtp{number}.try_ssl\", {});\n\
             user_pref(\"mail.smtpserver.smtp{number}.authMethod\", {});\n\
             user_pref(\"mail.smtpserver.smtp{number}.username\", \"{user}\");",
            socket_type(security),
            auth_method(auth),
        )
        .unwrap();
        text
    }

    fn registry(&self, number: usize) -> String {
        let Server([protocol, host, port, security, _, user]) = self.incoming;
        let (kind, class) = if protocol == "pop3" { ("POP3", 1) } else { ("IMAP", 2) };
        let profile = r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Outlook\Profiles\Outlook\9375CFF0413111d3B88A00104B2A6676";
        let number_of = |port: &str| port.parse::<u16>().unwrap();
        let Server([_, out_host, out_port, out_security, out_auth, _]) = self.outgoing;
        let connection = match out_security {
            "auto" => 3,
            "starttls" => 2,
            "tls" => 1,
            _ => 0,
        };
        let method = if out_auth == "pop-before-smtp" { 2 } else { 0 };
        format!(
            "Windows Registry Editor Version 5.00\r\n\r\n[{profile}]\r\n\
             \"{{ED475418-B0D6-11D2-8C3B-00104B2A6676}}\"=hex:0{number},00,00,00\r\n\r\n[{profile}\\0000000{number}]\r\n\
             \"clsid\"=\"{{ED47541{class}-B0D6-11D2-8C3B-00104B2A6676}}\"\r\n\
             \"Account Name\"=\"{0}\"\r\n\"Display Name\"=\"Anna\"\r\n\"Email\"=\"{0}\"\r\n\
             \"{kind} Server\"=\"{host}\"\r\n\"{kind} User\"=\"{user}\"\r\n\"{kind} Port\"=dword:{1:08x}\r\n\
             \"{kind} Use SSL\"=dword:{2:08x}\r\n\"Leave on Server\"=dword:00020003\r\n\
             \"SMTP Server\"=\"{out_host}\"\r\n\"SMTP Port\"=dword:{3:08x}\r\n\
             \"SMTP Secure Connection\"=dword:{connection:08x}\r\n\"SMTP Use Auth\"=dword:00000001\r\n\
             \"SMTP Auth Method\"=dword:{method:08x}\r\n",
            self.address,
            number_of(port),
            u8::from(security == "tls"),
            number_of(out_port),
        )
    }
}

fn socket_type(security: &str) -> u8 {
    match security {
        "none" => 0,
        "starttls-if-available" => 1,
        "starttls" => 2,
        "tls" => 3,
        _ => panic!("Thunderbird has no {security}"),
    }
}

fn auth_method(auth: &str) -> u8 {
    match auth {
        "none" => 1,
        "password" => 3,
        "ntlm" => 6,
        "oauth2" => 10,
        _ => panic!("Thunderbird has no {auth}"),
    }
}

/// Rule and level of each finding.
fn findings(policy: &Path, folder: &Path) -> Vec<(String, String)> {
    let output = Command::new(env!("CARGO_BIN_EXE_maillint"))
        .args(["scan", "--no-progress", "--today", "2026-11-22", "--output", "json", "--policy"])
        .arg(policy)
        .arg(folder)
        .env_clear()
        .output()
        .unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings.map(|finding| (text(finding, "rule"), text(finding, "level"))).collect()
}

#[test]
fn accounts_of_odd_houses_pass_and_fail_in_real_files() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/policies");
    let mut policies: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    policies.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    policies.sort();
    assert_eq!(policies.len(), 16);
    let (mut passed, mut failed) = (0, 0);
    for policy in policies {
        let text = fs::read_to_string(policy.with_extension("txt")).unwrap();
        for (number, case) in text.split("== ").skip(1).enumerate() {
            let (head, accounts) = case.split_once('\n').unwrap();
            let home = tempfile::tempdir().unwrap();
            for (number, account) in accounts.split("account: ").skip(1).enumerate() {
                Account::parse(&format!("account: {account}")).write(home.path(), number + 1);
            }
            let found = findings(&policy, home.path());
            let place = format!("{}, case {}: {found:?}", policy.display(), number + 1);
            if let Some(rule) = head.strip_prefix("fails ") {
                assert!(found.iter().any(|(id, _)| id == rule), "{rule} is silent: {place}");
                failed += 1;
            } else {
                assert!(found.iter().all(|(_, level)| level == "note"), "{place}");
                passed += 1;
            }
        }
    }
    assert!(passed >= 16 && failed >= 16, "{passed} {failed}");
}
