use proptest::prelude::*;

use super::{Style, write, write_accounts};
use crate::{Run, sample};

fn human(run: &Run, style: &Style) -> String {
    let mut out = Vec::new();
    write(run, style, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_a_person_sees() {
    insta::assert_snapshot!(human(&sample::run(), &Style::PLAIN), @r#"
    anna@example.org   Thunderbird 153.7.0, profile "default-release"

    warning[host-prefix]: the incoming server is set to pop.example.org, it should
      be mail.example.org
       ╭─[ ab12.default/prefs.js:3:44 ]
       │
     3 │ user_pref("mail.server.server1.hostname", "pop.example.org");
       │                                            ───────┬───────
       │                                                   ╰─ Thunderbird collects
       │                                                      mail here
    ───╯
      why   Only mail.example.org is kept working when your provider moves servers.
            Many programs put "pop." or "smtp." in front by themselves.
      fix   1. ≡ > Account Settings > anna@example.org > Server Settings
            2. Server Name: mail.example.org
            3. Restart Thunderbird when it asks to.

    warning[host-prefix]: the outgoing server is set to smtp.example.org, it should
      be mail.example.org
       ╭─[ ab12.default/prefs.js:5:46 ]
       │
     5 │ user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.org"); /* ••••••…
       │                                              ────────┬───────
       │                                                      ╰─ Thunderbird sends
       │                                                         mail here
    ───╯
      why   Only mail.example.org is kept working when your provider moves servers.
            Many programs put "pop." or "smtp." in front by themselves.
      fix   1. ≡ > Account Settings > anna@example.org > Server Settings
            2. Server Name: mail.example.org
            3. Restart Thunderbird when it asks to.

    error[outgoing-auth-missing]: the outgoing server is used without signing in
       ╭─[ ab12.default/prefs.js:5:46 ]
       │
     5 │ user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.org"); /* ••••••…
       │                                              ────────┬───────
       │                                                      ╰─ no way to sign in
       │                                                         is set for this
       │                                                         server
       │
       ├─[ Mail/Accounts.plist MailAccounts[0].Hostname ]
       │
       │ MailAccounts[0].Hostname = "pop.example.org"
       │                             ───────┬───────
       │                                    ╰─ the same server ␛[31m elsewhere
    ───╯
      why   Only mail.example.org is kept working when your provider moves servers.
            Many programs put "pop." or "smtp." in front by themselves.
      fix   1. ≡ > Account Settings > anna@example.org > Server Settings
            2. Server Name: mail.example.org
            3. Restart Thunderbird when it asks to.
      more  https://example.org/help

    <b>bob</b>@example.org   Thunderbird: fine
    not checked: Old account (Thunderbird): it has no server name

    old/prefs.js: it is larger than 16 MiB; it was not read

    4 accounts: 1 fine, 1 with 3 findings (1 error, 2 warnings), 1 not checked, 1
      without mail · 2 files read, 1 skipped (over a limit: old/prefs.js)
    "#);
}

#[test]
fn an_empty_run_says_so() {
    insta::assert_snapshot!(human(&Run::default(), &Style::PLAIN), @r#"
    Nothing that a mail program wrote was found. `maillint clients` lists the
      programs that are read, and where their files lie.

    no accounts · no files read
    "#);
}

#[test]
fn copies_of_an_account_are_told_once() {
    let mut run = sample::run();
    run.accounts.truncate(1);
    run.accounts.push(run.accounts[0].clone());
    run.judgement.unchecked.truncate(2);
    let mut copies = run.judgement.findings.clone();
    for finding in &mut copies {
        finding.account = 1;
    }
    run.judgement.findings.extend(copies);
    let text = human(&run, &Style::PLAIN);
    assert_eq!(text.matches("the incoming server is set to pop.example.org").count(), 1);
    assert!(text.contains("  the same in ab12.default/prefs.js\n"), "{text}");
    assert!(text.contains("2 accounts: 2 with 6 findings (2 errors, 4 warnings)"), "{text}");
}

#[test]
fn what_could_not_be_checked_is_told_beside_the_findings() {
    let mut run = sample::run();
    run.judgement.unchecked[0] = Some("the port of the outgoing server could not be made out".to_owned());
    let text = human(&run, &Style::PLAIN);
    let told = "\n\nnot checked further: the port of the outgoing server could not be made out\n\n";
    assert!(text.contains(told), "{text}");
}

#[test]
fn no_line_is_longer_than_the_terminal_is_wide() {
    for width in [60, 80, 100, 120] {
        let style = Style { width, ..Style::PLAIN };
        for line in human(&sample::run(), &style).lines() {
            assert!(crate::text::columns(line) <= width, "{width}: {line}");
        }
    }
}

proptest! {
    #[test]
    fn whatever_the_model_holds_no_control_character_comes_out(text in any::<String>()) {
        let mut run = sample::run();
        for account in &mut run.accounts {
            account.profile = Some(text.clone());
            account.key.clone_from(&text);
            account.name = maillint_model::Setting::default(text.clone());
            account.identities.clear();
        }
        for finding in &mut run.judgement.findings {
            finding.message.clone_from(&text);
            finding.why.clone_from(&text);
            finding.steps = vec![text.clone()];
            finding.link = Some(text.clone());
            for label in &mut finding.labels {
                label.text.clone_from(&text);
            }
        }
        for file in &mut run.files {
            file.path.clone_from(&text);
            for note in &mut file.notes {
                note.message.clone_from(&text);
            }
        }
        run.judgement.unchecked[3] = Some(text.clone());
        let mut out = human(&run, &Style { links: true, ..Style::PLAIN });
        let mut accounts = Vec::new();
        write_accounts(&run, &Style::PLAIN, &mut accounts).unwrap();
        out.push_str(std::str::from_utf8(&accounts).unwrap());
        prop_assert!(!out.chars().any(|c| c.is_control() && c != '\n'), "{out:?}");
    }
}
