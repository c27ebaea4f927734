//! What is printed, in each format, for the same input.

use super::run::maillint;
use super::scene;

fn printed(arguments: &str) -> String {
    let test: String = arguments.chars().filter(char::is_ascii_alphanumeric).collect();
    let folder = scene::one_mistake(&format!("output-{test}"));
    maillint(arguments).arg(folder.path()).run().stdout
}

#[test]
fn human() {
    insta::assert_snapshot!(printed("scan"), @r#"
    anna@example.org   Apple configuration profile, profile "Mail"

    error[username-not-full-address]: the user name of the incoming server is
      "anna", it should be anna@example.org
        ╭─[ anna.mobileconfig:22:49 ]
        │
     22 │    <key>IncomingMailServerUsername</key><string>anna</string>
        │                                                 ──┬─
        │                                                   ╰─ Apple configuration
        │                                                      profile signs in with
        │                                                      this name
    ────╯
      why   The server holds the mail of many domains and knows people by their
            whole address. With less, it keeps asking for the password and refuses
            it.
      fix   1. The administrator of the profile sets IncomingMailServerUsername to
               anna@example.org in its mail payload.
            2. Install the new profile on the devices in place of the old one.

    warning[plaintext-password]: a password stands readable in this file
        ╭─[ anna.mobileconfig:23:39 ]
        │
     23 │    <key>IncomingPassword</key><string>••••••</string>
        │                                       ───┬──
        │                                          ╰─ here (not shown)
        │
     29 │    <key>OutgoingPassword</key><string>••••••</string>
        │                                       ───┬──
        │                                          ╰─ here (not shown)
    ────╯
      why   Whoever gets this file gets the mailbox: with a backup, a synchronised
            folder, a file sent to a helpdesk.
      fix   1. Take the password out of the file: whoever sets up an account with it
               is then asked for their own.

    1 account: 1 with 2 findings (1 error, 1 warning) · 1 file read
    "#);
}

#[test]
fn accounts() {
    insta::assert_snapshot!(printed("accounts"), @r#"
    anna@example.org   Apple configuration profile, profile "Mail"
      file      anna.mobileconfig, 6C2A1C1E-0000-4000-8000-000000000002
      address   anna@example.org
      incoming  IMAP mail.example.org:993, SSL/TLS, password, user name anna
      outgoing  SMTP mail.example.org:587, STARTTLS, password, user name
                anna@example.org

    1 account · 1 file read
    "#);
}

#[test]
fn show_files() {
    insta::assert_snapshot!(printed("scan --show-files"), @r#"
    read     apple-profile anna.mobileconfig
    1 file read
    "#);
}

#[test]
fn concise() {
    insta::assert_snapshot!(printed("scan --output concise"), @r#"
    anna.mobileconfig:22:49: error[username-not-full-address] anna@example.org: the user name of the incoming server is "anna", it should be anna@example.org
    anna.mobileconfig:23:39: warning[plaintext-password] anna@example.org: a password stands readable in this file
    1 account: 1 with 2 findings (1 error, 1 warning) · 1 file read
    "#);
}

#[test]
fn reply() {
    insta::assert_snapshot!(printed("scan --output reply"), @r#"
    anna@example.org in Apple configuration profile: please change the
    following.

    The user name of the incoming server is "anna", it should be
    anna@example.org. The server holds the mail of many domains and knows
    people by their whole address. With less, it keeps asking for the
    password and refuses it.
      1. The administrator of the profile sets IncomingMailServerUsername to
         anna@example.org in its mail payload.
      2. Install the new profile on the devices in place of the old one.

    A password stands readable in this file. Whoever gets this file gets the
    mailbox: with a backup, a synchronised folder, a file sent to a
    helpdesk.
      1. Take the password out of the file: whoever sets up an account with
         it is then asked for their own.
    "#);
}

#[test]
fn github() {
    insta::assert_snapshot!(printed("scan --output github"), @r#"
    ::error file=anna.mobileconfig,line=22,endLine=22,col=49,endColumn=53,title=username-not-full-address::anna@example.org: the user name of the incoming server is "anna", it should be anna@example.org%0A1. The administrator of the profile sets IncomingMailServerUsername to anna@example.org in its mail payload.%0A2. Install the new profile on the devices in place of the old one.
    ::warning file=anna.mobileconfig,line=23,endLine=23,col=39,endColumn=59,title=plaintext-password::anna@example.org: a password stands readable in this file%0A1. Take the password out of the file: whoever sets up an account with it is then asked for their own.
    1 account: 1 with 2 findings (1 error, 1 warning) · 1 file read
    "#);
}

#[test]
fn junit() {
    insta::assert_snapshot!(printed("scan --output junit"), @r#"
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuites name="maillint" tests="2" failures="2" errors="0" skipped="0">
      <testsuite name="anna.mobileconfig" tests="2" failures="2" errors="0" skipped="0">
        <testcase name="anna@example.org: the user name of the incoming server is &quot;anna&quot;, it should be anna@example.org" classname="apple-profile">
          <failure type="error: username-not-full-address" message="the user name of the incoming server is &quot;anna&quot;, it should be anna@example.org">anna.mobileconfig:22:49
    The server holds the mail of many domains and knows people by their whole address. With less, it keeps asking for the password and refuses it.
    1. The administrator of the profile sets IncomingMailServerUsername to anna@example.org in its mail payload.
    2. Install the new profile on the devices in place of the old one.</failure>
        </testcase>
        <testcase name="anna@example.org: a password stands readable in this file" classname="apple-profile">
          <failure type="warning: plaintext-password" message="a password stands readable in this file">anna.mobileconfig:23:39
    Whoever gets this file gets the mailbox: with a backup, a synchronised folder, a file sent to a helpdesk.
    1. Take the password out of the file: whoever sets up an account with it is then asked for their own.</failure>
        </testcase>
      </testsuite>
    </testsuites>
    "#);
}

#[test]
fn markdown() {
    insta::assert_snapshot!(printed("scan --output markdown"), @r#"
    # Mail accounts

    1 account: 1 with 2 findings (1 error, 1 warning) · 1 file read

    ## `anna@example.org`

    Apple configuration profile, profile "Mail", `anna.mobileconfig`

    ### Error `username-not-full-address`: the user name of the incoming server is "anna", it should be anna@example.org

    `anna.mobileconfig:22:49`: Apple configuration profile signs in with this name

    ```text
       <key>IncomingMailServerUsername</key><string>anna</string>
    ```

    The server holds the mail of many domains and knows people by their whole address. With less, it keeps asking for the password and refuses it.

    1. The administrator of the profile sets IncomingMailServerUsername to anna@example.org in its mail payload.
    2. Install the new profile on the devices in place of the old one.

    ### Warning `plaintext-password`: a password stands readable in this file

    `anna.mobileconfig:23:39`: here (not shown)

    ```text
       <key>IncomingPassword</key><string>••••••</string>
    ```

    `anna.mobileconfig:29:39`: here (not shown)

    ```text
       <key>OutgoingPassword</key><string>••••••</string>
    ```

    Whoever gets this file gets the mailbox: with a backup, a synchronised folder, a file sent to a helpdesk.

    1. Take the password out of the file: whoever sets up an account with it is then asked for their own.

    ## Files

    | file | client | outcome | notes |
    |---|---|---|---|
    | `anna.mobileconfig` | apple-profile | read |  |
    "#);
}

#[test]
fn csv() {
    insta::assert_snapshot!(printed("scan --output csv").replace("\r\n", "\n"), @r#"
    level,rule,account,client,file,line,column,path,message,expected,why,fix,known,fingerprint
    error,username-not-full-address,anna@example.org,apple-profile,anna.mobileconfig,22,49,,"the user name of the incoming server is ""anna"", it should be anna@example.org",anna@example.org,"The server holds the mail of many domains and knows people by their whole address. With less, it keeps asking for the password and refuses it.",The administrator of the profile sets IncomingMailServerUsername to anna@example.org in its mail payload. | Install the new profile on the devices in place of the old one.,no,09a7c772a9ce7245
    warning,plaintext-password,anna@example.org,apple-profile,anna.mobileconfig,23,39,,a password stands readable in this file,,"Whoever gets this file gets the mailbox: with a backup, a synchronised folder, a file sent to a helpdesk.",Take the password out of the file: whoever sets up an account with it is then asked for their own.,no,d30e8bfb3e258b77
    "#);
}

#[test]
fn json() {
    insta::assert_snapshot!(printed("scan --output json"), @r#"
    {
      "schema_version": 1,
      "tool": {
        "name": "maillint",
        "version": "0.1.0"
      },
      "complete": true,
      "policies": [
        "hosting"
      ],
      "findings": [
        {
          "rule": "username-not-full-address",
          "level": "error",
          "message": "the user name of the incoming server is \"anna\", it should be anna@example.org",
          "account": "anna@example.org",
          "account_index": 0,
          "client": "apple-profile",
          "file": "anna.mobileconfig",
          "line": 22,
          "column": 49,
          "end_line": 22,
          "end_column": 53,
          "path": null,
          "label": "Apple configuration profile signs in with this name",
          "related": [],
          "expected": "anna@example.org",
          "why": "The server holds the mail of many domains and knows people by their whole address. With less, it keeps asking for the password and refuses it.",
          "fix": [
            "The administrator of the profile sets IncomingMailServerUsername to anna@example.org in its mail payload.",
            "Install the new profile on the devices in place of the old one."
          ],
          "link": null,
          "fingerprint": "09a7c772a9ce7245",
          "known": false
        },
        {
          "rule": "plaintext-password",
          "level": "warning",
          "message": "a password stands readable in this file",
          "account": "anna@example.org",
          "account_index": 0,
          "client": "apple-profile",
          "file": "anna.mobileconfig",
          "line": 23,
          "column": 39,
          "end_line": 23,
          "end_column": 59,
          "path": null,
          "label": "here (not shown)",
          "related": [
            {
              "file": "anna.mobileconfig",
              "line": 29,
              "column": 39,
              "end_line": 29,
              "end_column": 59,
              "text": "here (not shown)"
            }
          ],
          "expected": null,
          "why": "Whoever gets this file gets the mailbox: with a backup, a synchronised folder, a file sent to a helpdesk.",
          "fix": [
            "Take the password out of the file: whoever sets up an account with it is then asked for their own."
          ],
          "link": null,
          "fingerprint": "d30e8bfb3e258b77",
          "known": false
        }
      ],
      "accounts": [
        {
          "client": "apple-profile",
          "client_version": null,
          "profile": "Mail",
          "file": "anna.mobileconfig",
          "key": "6C2A1C1E-0000-4000-8000-000000000002",
          "name": null,
          "label": "anna@example.org",
          "kind": "provisioning",
          "status": "active",
          "remark": null,
          "verdict": "findings",
          "identities": [
            {
              "address": {
                "value": "anna@example.org",
                "origin": "written",
                "line": 17,
                "column": 35
              },
              "name": {
                "value": null,
                "origin": "unknown"
              },
              "reply_to": {
                "value": null,
                "origin": "unknown"
              }
            }
          ],
          "incoming": {
            "protocol": "imap",
            "key": null,
            "host": {
              "value": "mail.example.org",
              "origin": "written",
              "line": 19,
              "column": 49
            },
            "port": {
              "value": 993,
              "origin": "written",
              "line": 20,
              "column": 52
            },
            "security": {
              "value": "tls",
              "origin": "written",
              "line": 21,
              "column": 39
            },
            "auth": {
              "value": "password",
              "origin": "written",
              "line": 18,
              "column": 55
            },
            "username": {
              "value": "anna",
              "origin": "written",
              "line": 22,
              "column": 49
            },
            "automatic": false,
            "certificate_exception": false,
            "unchecked_certificate": false
          },
          "outgoing": {
            "protocol": "smtp",
            "key": null,
            "host": {
              "value": "mail.example.org",
              "origin": "written",
              "line": 25,
              "column": 49
            },
            "port": {
              "value": 587,
              "origin": "written",
              "line": 26,
              "column": 52
            },
            "security": {
              "value": "starttls",
              "origin": "written",
              "line": 27,
              "column": 39
            },
            "auth": {
              "value": "password",
              "origin": "written",
              "line": 24,
              "column": 55
            },
            "username": {
              "value": "anna@example.org",
              "origin": "written",
              "line": 28,
              "column": 49
            },
            "automatic": false,
            "certificate_exception": false,
            "unchecked_certificate": false
          },
          "retention": null,
          "is_default": false,
          "check_minutes": {
            "value": null,
            "origin": "unknown"
          },
          "min_tls": {
            "value": null,
            "origin": "unknown"
          },
          "max_tls": {
            "value": null,
            "origin": "unknown"
          },
          "deletes_old": {
            "value": null,
            "origin": "unknown"
          },
          "proxy": null,
          "secrets": [
            {
              "kind": "plain",
              "line": 23,
              "column": 39
            },
            {
              "kind": "plain",
              "line": 29,
              "column": 39
            }
          ]
        }
      ],
      "files": [
        {
          "path": "anna.mobileconfig",
          "client": "apple-profile",
          "outcome": "read",
          "notes": []
        }
      ],
      "summary": {
        "accounts": 1,
        "fine": 0,
        "with_findings": 1,
        "not_checked": 0,
        "no_mail": 0,
        "findings": {
          "error": 1,
          "warning": 1,
          "note": 0,
          "known": 0
        },
        "files": {
          "read": 1,
          "partly": 0,
          "failed": 0,
          "skipped": 0
        },
        "pruned_folders": 0,
        "unrecognised_files": 0,
        "closed_archives": 0
      }
    }
    "#);
}
