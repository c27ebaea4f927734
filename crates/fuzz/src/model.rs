//! Bytes to a run: any accounts, findings and files, in files with secrets, of texts that want to hurt.

use std::sync::Arc;

use libfuzzer_sys::arbitrary::{Result, Unstructured};
use maillint_clients::CLIENTS;
use maillint_model::{
    Account, AccountKind, Auth, FileReport, Identity, NoOutgoing, Note, NoteKind, Outcome, Protocol, Retention,
    Security, Server, Setting, Status,
};
use maillint_report::{Customer, Run};
use maillint_rules::{Finding, Judgement, Label, Level, RULES, Settings, judge};
use maillint_source::{Decoded, Encoding, Jump, Location, Secret, SecretKind, SourceFile, Span};

/// A secret that stands in every file, and may stand in no report.
pub const CANARY: &str = "hunter2-canary";

/// Pieces that mean something to a terminal, a browser, a spreadsheet, a build server, a linter or a mail client.
const PIECES: &[&str] = &[
    "anna",
    "@",
    "example.org",
    "imap.",
    "mail.",
    "gmail.com",
    ".",
    "-",
    " ",
    "\n",
    "\r\n",
    "\r",
    "\t",
    "\0",
    "\u{1B}[2J",
    "\u{1B}]8;;http://x\u{7}",
    "\u{9B}31m",
    "\u{85}",
    "\u{2028}",
    "\u{202E}",
    "\u{2066}",
    "\u{200B}",
    "\u{FEFF}",
    "\u{E0041}",
    "\u{FFFF}",
    "\u{AD}",
    "ä",
    "字",
    "👩‍👩‍👧",
    "e\u{301}",
    "<script>",
    "</style>",
    "<img src=x onerror=x>",
    "<!--",
    "-->",
    "]]>",
    "<![CDATA[",
    "&lt;",
    "&#x1B;",
    "&",
    "\"",
    "'",
    "`",
    "```",
    "~~~",
    "|",
    "[x](http://x)",
    "![x](y)",
    "<http://x>",
    "http://x",
    "www.x.org",
    "javascript:x",
    "# ",
    "* ",
    "1. ",
    "> ",
    "    ",
    "\\",
    "_",
    "**",
    "=1+1",
    "+1",
    "-1",
    "@SUM(1)",
    "＝1",
    ",",
    ";",
    "::error::x",
    "::add-mask::x",
    "::stop-commands::x",
    "##[add-mask]x",
    "##vso[x]y",
    "##teamcity[x]",
    "%0A",
    "%25",
    "%",
    ":",
    "{{7*7}}",
    "${x}",
    "$(x)",
    "%s",
    "../",
    "/",
    "file:///",
    "C:\\",
    "127.0.0.1",
    "[::1]",
    "xn--",
    "465",
    "\u{FFFD}",
    "İ",
    "ß",
];

/// A text of some pieces, or any other.
fn text(u: &mut Unstructured<'_>) -> Result<String> {
    let mut text = String::new();
    for _ in 0..u.int_in_range(0..=6)? {
        if u.ratio(4, 5)? {
            text.push_str(u.choose(PIECES)?);
        } else {
            text.push_str(u.arbitrary()?);
        }
    }
    // It stands in the files alone.
    Ok(text.replace(CANARY, "canary"))
}

fn some<T>(u: &mut Unstructured<'_>, make: impl Fn(&mut Unstructured<'_>) -> Result<T>) -> Result<Option<T>> {
    if u.arbitrary()? { make(u).map(Some) } else { Ok(None) }
}

fn many<T>(u: &mut Unstructured<'_>, most: usize, make: impl Fn(&mut Unstructured<'_>) -> Result<T>) -> Result<Vec<T>> {
    (0..u.int_in_range(0..=most)?).map(|_| make(u)).collect()
}

/// A file with secrets in it, sealed as readers seal.
fn file(u: &mut Unstructured<'_>) -> Result<Arc<SourceFile>> {
    let mut content = String::new();
    for _ in 0..u.int_in_range(0..=20)? {
        content.push_str(&text(u)?);
        match u.int_in_range(0..=5)? {
            0 => content.push_str(CANARY),
            1 => content.push('\n'),
            2 => content.push_str(" = "),
            3 => content.push_str(&"x".repeat(u.int_in_range(0..=300)?)),
            _ => {}
        }
    }
    let secrets: Vec<Span> = content.match_indices(CANARY).map(|(at, found)| Span::new(at, at + found.len())).collect();
    let name = text(u)?;
    if u.arbitrary()? {
        return Ok(SourceFile::listing(name, content, &secrets));
    }
    let starts = content.match_indices('\n').map(|(at, _)| at + 1);
    let jumps = match starts.last() {
        Some(at) if u.arbitrary()? => vec![Jump { offset: u32::try_from(at).unwrap_or(0), line: u.arbitrary()? }],
        _ => Vec::new(),
    };
    let encoding = *u.choose(&[Encoding::Utf8, Encoding::Utf16Le, Encoding::Windows1252, Encoding::Mixed])?;
    Ok(SourceFile::seal(name, Decoded { jumps, encoding, ..Decoded::utf8(content) }, &secrets))
}

struct Maker {
    files: Vec<Arc<SourceFile>>,
}

impl Maker {
    /// A place in a file, or beyond it.
    fn place(&self, u: &mut Unstructured<'_>) -> Result<Location> {
        let file = u.choose(&self.files)?;
        let most = file.text().len() + 2;
        let start = u.int_in_range(0..=most)?;
        let end = u.int_in_range(start..=most)?;
        Ok(Location::new(file, Span::new(start, end)))
    }

    fn setting<T>(
        &self,
        u: &mut Unstructured<'_>,
        make: impl Fn(&mut Unstructured<'_>) -> Result<T>,
    ) -> Result<Setting<T>> {
        let setting = match u.int_in_range(0..=4)? {
            0 => Setting::unknown(),
            1 => Setting::unknown_at(self.place(u)?),
            2 => Setting::default(make(u)?),
            3 => Setting::inherited(make(u)?, some(u, |u| self.place(u))?),
            _ => Setting::written(make(u)?, self.place(u)?),
        };
        Ok(if u.ratio(1, 8)? { setting.managed() } else { setting })
    }

    fn server(&self, u: &mut Unstructured<'_>) -> Result<Server> {
        Ok(Server {
            key: some(u, text)?,
            host: self.setting(u, text)?,
            port: self.setting(u, |u| if u.arbitrary()? { u.arbitrary() } else { Ok(*u.choose(&[993, 587, 465])?) })?,
            security: self.setting(u, |u| Ok(*u.choose(Security::ALL)?))?,
            auth: self.setting(u, |u| Ok(*u.choose(Auth::ALL)?))?,
            username: self.setting(u, text)?,
            automatic: u.arbitrary()?,
            certificate_exception: some(u, |u| self.place(u))?,
            ..Server::new(*u.choose(Protocol::ALL)?)
        })
    }

    fn identity(&self, u: &mut Unstructured<'_>) -> Result<Identity> {
        Ok(Identity {
            address: self.setting(u, text)?,
            name: self.setting(u, text)?,
            reply_to: self.setting(u, text)?,
            outgoing: some(u, |u| self.server(u).map(Box::new))?,
        })
    }

    fn account(&self, u: &mut Unstructured<'_>) -> Result<Account> {
        let format = u.choose(CLIENTS)?.meta();
        let mut account = Account::new(format, self.place(u)?, text(u)?);
        account.client_version = some(u, text)?;
        account.profile = some(u, text)?;
        account.name = self.setting(u, text)?;
        account.kind = *u.choose(&[AccountKind::Live, AccountKind::Export, AccountKind::Provisioning])?;
        account.status = *u.choose(&[Status::Active, Status::Disabled, Status::Orphaned, Status::InactiveProfile])?;
        account.remark = some(u, text)?;
        account.identities = many(u, 3, |u| self.identity(u))?;
        account.incoming = some(u, |u| self.server(u))?;
        account.outgoing = some(u, |u| self.server(u))?;
        let last = account.identities.len().saturating_sub(1);
        account.no_outgoing = many(u, 2, |u| {
            Ok(NoOutgoing { identity: u.int_in_range(0..=last)?, named_at: some(u, |u| self.place(u))? })
        })?;
        account.retention = some(u, |u| {
            Ok(Retention {
                leave_on_server: self.setting(u, |u| u.arbitrary())?,
                remove_after_days: self.setting(u, |u| u.arbitrary())?,
                remove_when_deleted: self.setting(u, |u| u.arbitrary())?,
                stored_days: self.setting(u, |u| u.arbitrary())?,
                is_clients_number: u.arbitrary()?,
            })
        })?;
        account.is_default = u.arbitrary()?;
        account.check_minutes = self.setting(u, |u| u.arbitrary())?;
        account.min_tls = self.setting(u, |u| u.arbitrary())?;
        account.proxy = some(u, |u| self.setting(u, text))?;
        account.secrets = many(u, 2, |u| {
            let kind = *u.choose(&[SecretKind::Plain, SecretKind::Protected, SecretKind::Token])?;
            Ok(Secret { kind, at: self.place(u)? })
        })?;
        Ok(account)
    }

    fn finding(&self, u: &mut Unstructured<'_>, accounts: usize) -> Result<Finding> {
        Ok(Finding {
            rule: u.choose(RULES)?.meta(),
            level: *u.choose(&[Level::Note, Level::Warning, Level::Error])?,
            account: u.int_in_range(0..=accounts - 1)?,
            message: text(u)?,
            labels: many(u, 5, |u| Ok(Label { at: self.place(u)?, text: text(u)? }))?,
            expected: some(u, text)?,
            why: text(u)?,
            steps: many(u, 4, text)?,
            link: some(u, text)?,
            fingerprint: text(u)?,
            known: u.arbitrary()?,
        })
    }

    fn file_report(&self, u: &mut Unstructured<'_>) -> Result<FileReport> {
        let kinds = [
            NoteKind::Info,
            NoteKind::Ignored,
            NoteKind::NotUnderstood,
            NoteKind::Limit,
            NoteKind::Unsupported,
            NoteKind::Unreadable,
            NoteKind::Internal,
        ];
        let note = |u: &mut Unstructured<'_>| {
            Ok(Note { kind: *u.choose(&kinds)?, message: text(u)?, at: some(u, |u| self.place(u))? })
        };
        Ok(FileReport {
            path: if u.arbitrary()? { u.choose(&self.files)?.name().to_owned() } else { text(u)? },
            client: some(u, |u| Ok(u.choose(CLIENTS)?.meta().client))?,
            outcome: *u.choose(&[Outcome::Read, Outcome::Partly, Outcome::Failed, Outcome::Skipped])?,
            notes: many(u, 3, note)?,
        })
    }
}

/// A run with what the rules say, or with findings that no rule would ever make.
pub fn run(u: &mut Unstructured<'_>) -> Result<Run> {
    let maker = Maker { files: vec![file(u)?, file(u)?] };
    let accounts = many(u, 4, |u| maker.account(u))?;
    let judgement = if accounts.is_empty() || u.arbitrary()? {
        let settings = Settings { all_profiles: u.arbitrary()?, ..Settings::new(jiff::civil::date(2026, 11, 27)) };
        judge(&accounts, &settings, &maillint_clients::steps)
    } else {
        let mut findings = many(u, 5, |u| maker.finding(u, accounts.len()))?;
        findings.sort_by_key(|finding| finding.account);
        let unchecked = accounts.iter().map(|_| some(u, text)).collect::<Result<_>>()?;
        Judgement { findings, unchecked }
    };
    let files = many(u, 3, |u| maker.file_report(u))?;
    let mut customers = Vec::new();
    if u.arbitrary()? {
        let (file, account) = (u.int_in_range(0..=files.len())?, u.int_in_range(0..=accounts.len())?);
        customers.push(Customer { name: text(u)?, files: 0..file, accounts: 0..account });
        customers.push(Customer { name: text(u)?, files: file..files.len(), accounts: account..accounts.len() });
    }
    Ok(Run {
        accounts,
        judgement,
        files,
        pruned_folders: u.arbitrary()?,
        unrecognised_files: u.arbitrary()?,
        closed_archives: u.arbitrary()?,
        customers,
        policies: many(u, 2, text)?,
        rules: RULES.iter().map(|rule| rule.meta()).collect(),
        ..Run::default()
    })
}
