//! One small run that every format is tested with: what is hostile in it must be inert in each.

use std::sync::{Arc, LazyLock};

use maillint_model::{
    Account, Auth, FileReport, FormatMeta, Identity, Note, NoteKind, Outcome, Protocol, Retention, Role, Security,
    Server, Setting,
};
use maillint_rules::{Finding, Judgement, Label, Level, RuleMeta};
use maillint_source::{Location, Secret, SecretKind, SourceFile, Span, decode};

use crate::Run;

pub(crate) const FORMAT: FormatMeta = FormatMeta {
    id: "thunderbird-prefs",
    client: "thunderbird",
    client_name: "Thunderbird",
    what: "prefs.js of a profile",
    places: &[],
    names: &["prefs.js"],
    companions: &[],
    role: Role::Accounts,
};

pub(crate) const HOST_PREFIX: RuleMeta = RuleMeta {
    id: "host-prefix",
    summary: "A server's name begins with pop, imap or smtp",
    level: Level::Warning,
    docs: "## What it checks\n\nThe server's name.\n",
};

pub(crate) const AUTH_MISSING: RuleMeta = RuleMeta {
    id: "outgoing-auth-missing",
    summary: "The outgoing server is used without signing in",
    level: Level::Error,
    docs: "## What it checks\n\nWhether a way to sign in is set.\n",
};

/// Never to be seen in any output.
pub(crate) const SECRET: &str = "hunter2-canary";

const PREFS: &str = r#"// Mozilla User Preferences
user_pref("mail.identity.id1.useremail", "anna@example.org");
user_pref("mail.server.server1.hostname", "pop.example.org");
user_pref("mail.server.server1.password", "hunter2-canary");
user_pref("mail.smtpserver.smtp1.hostname", "smtp.example.org"); /* hunter2-canary */
user_pref("mail.identity.id2.useremail", "<b>bob</b>@example.org");
"#;

static FILE: LazyLock<Arc<SourceFile>> = LazyLock::new(|| {
    let secrets: Vec<Span> = PREFS.match_indices(SECRET).map(|(at, found)| Span::new(at, at + found.len())).collect();
    SourceFile::seal("ab12.default/prefs.js", decode(PREFS.as_bytes()), &secrets)
});

static LISTING: LazyLock<Arc<SourceFile>> = LazyLock::new(|| {
    let text = "MailAccounts[0].Hostname = \"pop.example.org\"\n".to_owned();
    SourceFile::listing("Mail/Accounts.plist", text, &[])
});

/// Where `needle` stands first in the text file.
pub(crate) fn at(needle: &str) -> Location {
    find(&FILE, needle)
}

/// Where `needle` stands first in the listing.
pub(crate) fn at_listing(needle: &str) -> Location {
    find(&LISTING, needle)
}

fn find(file: &Arc<SourceFile>, needle: &str) -> Location {
    let start = file.text().find(needle).unwrap();
    Location::new(file, Span::new(start, start + needle.len()))
}

fn written(text: &str) -> Setting<String> {
    Setting::written(text.to_owned(), at(text))
}

fn anna() -> Account {
    let mut account = Account::new(&FORMAT, at("anna@example.org"), "account1");
    account.client_version = Some("153.7.0".into());
    account.profile = Some("default-release".into());
    account.identities = vec![Identity { address: written("anna@example.org"), ..Identity::default() }];
    account.incoming = Some(Server {
        key: Some("server1".into()),
        host: written("pop.example.org"),
        port: Setting::default(995),
        security: Setting::default(Security::Tls),
        auth: Setting::default(Auth::Password),
        username: Setting::unknown(),
        ..Server::new(Protocol::Pop3)
    });
    account.outgoing = Some(Server {
        key: Some("smtp1".into()),
        host: written("smtp.example.org"),
        port: Setting::default(587),
        security: Setting::default(Security::StartTls),
        auth: Setting::default(Auth::None),
        username: Setting::default(String::new()),
        ..Server::new(Protocol::Smtp)
    });
    account.retention = Some(Retention {
        leave_on_server: Setting::default(true),
        remove_after_days: Setting::default(None),
        remove_when_deleted: Setting::default(false),
        stored_days: Setting::unknown(),
        is_clients_number: false,
    });
    account.min_tls = Setting::default((1, 2));
    account.check_minutes = Setting::default(Some(10));
    account.secrets = vec![Secret { kind: SecretKind::Plain, at: at("**************") }];
    account
}

/// An account whose every text is hostile.
fn bob() -> Account {
    let hostile = "<b>bob</b>@example.org";
    let mut account = Account::new(&FORMAT, at(hostile), "account2");
    account.name = Setting::default("=cmd|'/c calc'!A1 `x` ](http://evil) \u{1B}[31m \u{202E} ::error::x".into());
    account.identities = vec![Identity { address: written(hostile), ..Identity::default() }];
    account.incoming =
        Some(Server { host: Setting::default("<script>alert(1)</script>".into()), ..Server::new(Protocol::Imap) });
    account
}

fn finding(rule: &'static RuleMeta, message: &str, labels: Vec<Label>) -> Finding {
    Finding {
        rule,
        level: rule.level,
        account: 0,
        message: message.to_owned(),
        labels,
        expected: Some("mail.example.org".into()),
        why: "Only mail.example.org is kept working when your provider moves servers. Many programs put \"pop.\" or \
              \"smtp.\" in front by themselves."
            .into(),
        steps: vec![
            "≡ > Account Settings > anna@example.org > Server Settings".into(),
            "Server Name: mail.example.org".into(),
            "Restart Thunderbird when it asks to.".into(),
        ],
        link: None,
        fingerprint: format!("{}-0123", rule.id),
        known: false,
    }
}

/// Two accounts of mail (one with three findings, one hostile and fine), one of another kind, one not checked.
pub(crate) fn run() -> Run {
    let label = |at, text: &str| Label { at, text: text.to_owned() };
    let incoming = finding(
        &HOST_PREFIX,
        "the incoming server is set to pop.example.org, it should be mail.example.org",
        vec![label(at("pop.example.org"), "Thunderbird collects mail here")],
    );
    let outgoing = finding(
        &HOST_PREFIX,
        "the outgoing server is set to smtp.example.org, it should be mail.example.org",
        vec![label(at("smtp.example.org"), "Thunderbird sends mail here")],
    );
    let mut auth = finding(
        &AUTH_MISSING,
        "the outgoing server is used without signing in",
        vec![
            label(at("smtp.example.org"), "no way to sign in is set for this server"),
            label(at_listing("pop.example.org"), "the same server \u{1B}[31m elsewhere"),
        ],
    );
    auth.expected = None;
    auth.link = Some("https://example.org/help".into());

    let mut folders = Account::new(&FORMAT, at("Mozilla"), "account3");
    folders.name = Setting::default("Local Folders".into());
    folders.incoming = Some(Server::new(Protocol::Local));
    let mut unjudged = Account::new(&FORMAT, at("Mozilla"), "account4");
    unjudged.name = Setting::default("Old account".into());
    unjudged.incoming = Some(Server::new(Protocol::Imap));

    let file =
        |path: &str, outcome, notes| FileReport { path: path.into(), client: Some("thunderbird"), outcome, notes };
    Run {
        accounts: vec![anna(), bob(), folders, unjudged],
        judgement: Judgement {
            findings: vec![incoming, outgoing, auth],
            unchecked: vec![None, None, Some("not mail".into()), Some("it has no server name".into())],
        },
        files: vec![
            file("ab12.default/prefs.js", Outcome::Read, vec![]),
            file("Mail/Accounts.plist", Outcome::Read, vec![]),
            file(
                "old/prefs.js",
                Outcome::Skipped,
                vec![Note::new(NoteKind::Limit, "it is larger than 16 MiB; it was not read")],
            ),
        ],
        pruned_folders: 3,
        unrecognised_files: 1,
        closed_archives: 0,
        customers: Vec::new(),
        policies: vec!["hosting".into()],
        rules: vec![&HOST_PREFIX, &AUTH_MISSING],
    }
}
