//! Markdown, for tickets and merge requests.

use std::fmt;
use std::io::{self, Write};

use maillint_rules::Finding;

use crate::text::{Excerpt, Printable, place, words};
use crate::{Run, Verdict};

/// Columns of an excerpt.
const WIDTH: usize = 100;

/// Writes what a scan found.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "# Mail accounts\n\n{}\n", Text::new(&words::summary_line(run)))?;
    customers(run, out)?;
    for (index, account) in run.accounts.iter().enumerate() {
        if run.verdict(index) == Verdict::Findings {
            let client = words::client_line(account);
            writeln!(
                out,
                "## {}\n\n{}, {}\n",
                Code::new(account.label()),
                Text::new(&client),
                Code::new(account.file.name())
            )?;
            for finding in run.findings_of(index) {
                self::finding(finding, out)?;
            }
        }
    }
    let others: Vec<usize> = (0..run.accounts.len())
        .filter(|index| matches!(run.verdict(*index), Verdict::Fine | Verdict::NotChecked(_)))
        .collect();
    if !others.is_empty() {
        writeln!(out, "## Without findings\n")?;
        for index in others {
            let account = &run.accounts[index];
            let verdict = match run.verdict(index) {
                Verdict::NotChecked(why) => format!("not checked: {why}"),
                _ => "fine".to_owned(),
            };
            let client = words::client_line(account);
            writeln!(out, "- {}, {}: {}", Code::new(account.label()), Text::new(&client), Text::new(&verdict))?;
        }
        writeln!(out)?;
    }
    writeln!(out, "## Files\n\n| file | client | outcome | notes |\n|---|---|---|---|")?;
    for file in &run.files {
        let notes: Vec<String> = file.notes.iter().map(|note| Text::new(&note.message).to_string()).collect();
        let (path, client) = (Code::new(&file.path), file.client.unwrap_or("–"));
        writeln!(out, "| {path} | {client} | {} | {} |", words::outcome(file.outcome), notes.join(" "))?;
    }
    Ok(())
}

fn customers(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    if run.customers.is_empty() {
        return Ok(());
    }
    writeln!(out, "## Customers\n\n| customer | verdict |\n|---|---|")?;
    for customer in &run.customers {
        let (name, verdict) = (Code::new(&customer.name), words::customer(run, customer));
        writeln!(out, "| {name} | {} |", Text::new(&verdict))?;
    }
    writeln!(out)
}

fn finding(finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let known = if finding.known { " (in the baseline)" } else { "" };
    writeln!(
        out,
        "### {} {}: {}{known}\n",
        words::pick_level(finding.level, ["Note", "Warning", "Error"]),
        Code::new(finding.rule.id),
        Text::new(&finding.message),
    )?;
    for label in finding.labels.iter().take(6) {
        let excerpt = Excerpt::new(&label.at, WIDTH);
        let lines = excerpt.key.map_or(String::new(), |(_, key)| key + "\n") + &excerpt.text;
        let fence = "`".repeat(longest_run(&lines).max(2) + 1);
        let (at, text) = (place(&label.at), label.text.as_str());
        writeln!(out, "{}: {}\n\n{fence}text\n{lines}\n{fence}\n", Code::new(&at), Text::new(text))?;
    }
    writeln!(out, "{}\n", Text::new(&finding.why))?;
    for (number, step) in finding.steps.iter().enumerate() {
        writeln!(out, "{}. {}", number + 1, Text::new(step))?;
    }
    if !finding.steps.is_empty() {
        writeln!(out)?;
    }
    Ok(())
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

/// Text that no Markdown reader takes for anything else: no markup, no HTML, no link, no mention. A mail address may
/// become one to write to: people copy those.
struct Text<'a>(Printable<'a>);

impl<'a> Text<'a> {
    fn new(text: &'a str) -> Self {
        Self(Printable::new(text))
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;

        // GitHub makes links of bare addresses and people of @names; an empty comment takes a word apart without a
        // trace in what is read or copied.
        let (mut word, mut last) = (String::new(), ' ');
        for c in self.0.as_str().chars() {
            match c {
                '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '$' => {
                    f.write_char('\\')?;
                    f.write_char(c)?;
                }
                '&' => f.write_str("&amp;")?,
                '@' if !last.is_alphanumeric() => f.write_str("@<!-- -->")?,
                ':' if matches!(word.to_ascii_lowercase().as_str(), "http" | "https" | "ftp" | "mailto" | "xmpp") => {
                    f.write_str("<!-- -->:")?;
                }
                '.' if word.eq_ignore_ascii_case("www") => f.write_str("<!-- -->.")?,
                _ => f.write_char(c)?,
            }
            if c.is_alphanumeric() {
                word.push(c);
            } else {
                word.clear();
            }
            last = c;
        }
        Ok(())
    }
}

/// Text in a code span, longer than any run of backticks in it.
struct Code<'a>(Printable<'a>);

impl<'a> Code<'a> {
    fn new(text: &'a str) -> Self {
        Self(Printable::new(text))
    }
}

impl fmt::Display for Code<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A table ends its cells at a bar even in a code span.
        let text = self.0.as_str().replace('|', "\u{FF5C}");
        let ticks = "`".repeat(longest_run(&text) + 1);
        let pad = if text.starts_with('`') || text.ends_with('`') || text.trim().is_empty() { " " } else { "" };
        write!(f, "{ticks}{pad}{text}{pad}{ticks}")
    }
}

#[cfg(test)]
mod tests {
    use super::{Code, Text};
    use crate::sample;

    #[test]
    fn text_is_only_text() {
        assert_eq!(Text::new("<b>*x*</b> [a](b) |").to_string(), r"\<b\>\*x\*\</b\> \[a\](b) \|");
        assert_eq!(
            Text::new("ask @admin, not anna@example.org").to_string(),
            "ask @<!-- -->admin, not anna@example.org"
        );
        assert_eq!(Text::new("http://evil www.evil").to_string(), "http<!-- -->://evil www<!-- -->.evil");
        assert_eq!(Code::new("a`b``c").to_string(), "```a`b``c```");
        assert_eq!(Code::new("`").to_string(), "`` ` ``");
    }

    #[test]
    fn a_page_for_a_ticket() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        # Mail accounts

        4 accounts: 1 fine, 1 with 3 findings (1 error, 2 warnings), 1 not checked, 1 without mail · 2 files read, 1 skipped (over a limit: old/prefs.js)

        ## `anna@example.org`

        Thunderbird 153.7.0, profile "default-release", `ab12.default/prefs.js`

        ### Warning `host-prefix`: the incoming server is set to pop.example.org, it should be mail.example.org

        `ab12.default/prefs.js:3:44`: Thunderbird collects mail here

        ```text
        user_pref("mail.server.server1.hostname", "pop.example.org");
        ```

        Only mail.example.org is kept working when your provider moves servers. Many programs put "pop." or "smtp." in front by themselves.

        1. ≡ \> Account Settings \> anna@example.org \> Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.

        ### Warning `host-prefix`: the outgoing server is set to smtp.example.org, it should be mail.example.org

        `ab12.default/prefs.js:5:46`: Thunderbird sends mail here

        ```text
        user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.org"); /* •••••• */
        ```

        Only mail.example.org is kept working when your provider moves servers. Many programs put "pop." or "smtp." in front by themselves.

        1. ≡ \> Account Settings \> anna@example.org \> Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.

        ### Error `outgoing-auth-missing`: the outgoing server is used without signing in

        `ab12.default/prefs.js:5:46`: no way to sign in is set for this server

        ```text
        user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.org"); /* •••••• */
        ```

        `Mail/Accounts.plist MailAccounts[0].Hostname`: the same server ␛\[31m elsewhere

        ```text
        MailAccounts[0].Hostname = "pop.example.org"
        ```

        Only mail.example.org is kept working when your provider moves servers. Many programs put "pop." or "smtp." in front by themselves.

        1. ≡ \> Account Settings \> anna@example.org \> Server Settings
        2. Server Name: mail.example.org
        3. Restart Thunderbird when it asks to.

        ## Without findings

        - `<b>bob</b>@example.org`, Thunderbird: fine
        - `Old account`, Thunderbird: not checked: it has no server name

        ## Files

        | file | client | outcome | notes |
        |---|---|---|---|
        | `ab12.default/prefs.js` | thunderbird | read |  |
        | `Mail/Accounts.plist` | thunderbird | read |  |
        | `old/prefs.js` | thunderbird | skipped | it is larger than 16 MiB; it was not read |
        "#);
    }
}
