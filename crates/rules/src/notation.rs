//! Accounts in a few words, for tests and for the examples in the documentation of rules.
//!
//! ```text
//! account: anna@example.org
//! incoming: pop3 mail.example.org 995 tls password anna@example.org
//! outgoing: smtp mail.example.org 587 starttls password <anna@example.org>
//! retention: keep, remove after 2 days
//! ```
//!
//! A server is protocol, host, port, protection, way to sign in, user name. What is left out at the end, and `?`, is
//! not known; `(143)` is the client's default, `<anna>` is taken over from another setting, `!mail.example.org` is set
//! by an administrator. `no-outgoing: smtp3` names an outgoing server that is not there. An empty line, or the next `account:`, starts another account. The text is the file that the
//! accounts stand in, so that findings have places.

use std::sync::Arc;

use jiff::civil::{Date, date};
use maillint_model::{
    Account, AccountKind, Auth, FormatMeta, Identity, NoOutgoing, Protocol, Readers, Retention, Role, Security, Server,
    Setting, Status,
};
use maillint_source::{Decoded, Location, Secret, SecretKind, SourceFile, Span};

use crate::{Finding, Judgement, Policy, Settings, judge};

/// The day on which tests run.
pub(crate) const TODAY: Date = date(2026, 11, 22);

const fn format(id: &'static str, client_name: &'static str) -> FormatMeta {
    FormatMeta {
        id,
        client: id,
        client_name,
        what: "a test",
        places: &[],
        names: &[],
        companions: &[],
        role: Role::Accounts,
    }
}

/// Clients to read the accounts of.
pub(crate) static CLIENTS: [FormatMeta; 4] = [
    format("thunderbird", "Thunderbird"),
    format("outlook", "Outlook"),
    format("outlook-express", "Outlook Express"),
    format("apple-mail", "Apple Mail"),
];

/// Reads accounts; a mistake in the notation is a mistake of the test.
pub(crate) fn accounts(text: &str) -> Vec<Account> {
    let file = SourceFile::seal("accounts.txt", Decoded::utf8(text.to_owned()), &[]);
    let mut accounts: Vec<Account> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let at = start;
        start += line.len();
        let line = line.trim_end();
        let indent = line.len() - line.trim_start().len();
        let Some((key, value)) = line.trim_start().split_once(':') else {
            assert!(line.trim().is_empty(), "no key in {line:?}");
            continue;
        };
        let from = at + indent + key.len() + 1;
        let value = Tokens { file: &file, text: value, from };
        if key == "account" {
            accounts.push(account(&value, at + indent, accounts.len() + 1));
        } else {
            line_of(accounts.last_mut().expect("the first line names an account"), key, &value);
        }
    }
    accounts
}

struct Tokens<'a> {
    file: &'a Arc<SourceFile>,
    text: &'a str,
    from: usize,
}

impl Tokens<'_> {
    fn words(&self) -> Vec<Setting<String>> {
        let mut words = Vec::new();
        let mut at = 0;
        while let Some(skip) = self.text[at..].find(|c: char| !c.is_whitespace()) {
            at += skip;
            let rest = &self.text[at..];
            // "two words" are one, in quotes.
            let len = match rest.strip_prefix('"') {
                Some(quoted) => quoted.find('"').expect("a closing quote") + 2,
                None => rest.find(char::is_whitespace).unwrap_or(rest.len()),
            };
            words.push(self.setting(&rest[..len], at));
            at += len;
        }
        words
    }

    fn setting(&self, token: &str, at: usize) -> Setting<String> {
        let place =
            |token: &str, at: usize| Location::new(self.file, Span::new(self.from + at, self.from + at + token.len()));
        if token == "?" {
            return Setting::unknown();
        }
        if let Some(token) = token.strip_prefix('!') {
            return Setting::written(token.to_owned(), place(token, at + 1)).managed();
        }
        if let Some(inner) = token.strip_prefix('(').and_then(|token| token.strip_suffix(')')) {
            return Setting::default(inner.to_owned());
        }
        if let Some(inner) = token.strip_prefix('<').and_then(|token| token.strip_suffix('>')) {
            return Setting::inherited(inner.to_owned(), Some(place(token, at)));
        }
        let bare = token.strip_prefix('"').and_then(|token| token.strip_suffix('"')).unwrap_or(token);
        Setting::written(bare.to_owned(), place(token, at))
    }

    fn location(&self) -> Location {
        let trimmed = self.text.trim();
        let at = self.from + self.text.find(trimmed).unwrap_or(0);
        Location::new(self.file, Span::new(at, at + trimmed.len()))
    }
}

fn account(value: &Tokens<'_>, at: usize, number: usize) -> Account {
    let location = Location::new(value.file, Span::new(at, at + "account".len()));
    let mut account = Account::new(&CLIENTS[0], location, format!("account{number}"));
    let mut identity = Identity::default();
    if let Some(address) = value.words().into_iter().next() {
        identity.address = address;
    }
    account.identities.push(identity);
    account
}

fn line_of(account: &mut Account, key: &str, value: &Tokens<'_>) {
    let text = value.text.trim();
    match key {
        "incoming" => account.incoming = Some(server(value)),
        "outgoing" => account.outgoing = Some(server(value)),
        "retention" => account.retention = Some(retention(value)),
        "client" => account.format = CLIENTS.iter().find(|client| client.client == text).expect("a client"),
        "alternative" => account.alternatives.push(server(value)),
        "other-domain" => account.other_domains.push(text.to_owned()),
        "key" => account.key = text.to_owned(),
        "name" => account.identities[0].name = Setting::written(text.to_owned(), value.location()),
        "reply-to" => account.identities[0].reply_to = Setting::written(text.to_owned(), value.location()),
        "identity" => account
            .identities
            .push(Identity { address: Setting::written(text.to_owned(), value.location()), ..Identity::default() }),
        "identity-outgoing" => {
            account.identities.last_mut().expect("an identity").outgoing = Some(Box::new(server(value)));
        }
        "check" => account.check_minutes = Setting::written(text.parse().ok(), value.location()),
        "min-tls" => account.min_tls = Setting::written(tls_version(text), value.location()),
        "max-tls" => account.max_tls = Setting::written(tls_version(text), value.location()),
        "deletes-old" => account.deletes_old = Setting::written(text == "yes", value.location()),
        "readable-by" => {
            account.readers = Some(match text {
                "owner" => Readers::Owner,
                "group" => Readers::Group,
                "everyone" => Readers::Everyone,
                _ => panic!("readable by {text}"),
            });
        }
        "unchecked-certificate" => side(account, text).unchecked_certificate = Some(value.location()),
        "version" => account.client_version = Some(text.to_owned()),
        "default" => account.is_default = text == "yes",
        "secret" => account.secrets.push(Secret {
            kind: match text {
                "plain" => SecretKind::Plain,
                "protected" => SecretKind::Protected,
                _ => SecretKind::Token,
            },
            at: value.location(),
        }),
        "exception" => side(account, text).certificate_exception = Some(value.location()),
        "automatic" => side(account, text).automatic = true,
        "no-outgoing" => account.no_outgoing.push(NoOutgoing {
            identity: account.identities.len() - 1,
            named_at: (text != "at all").then(|| value.location()),
        }),
        "outgoing-key" => side(account, "outgoing").key = Some(text.to_owned()),
        "kind" => {
            account.kind = match text {
                "live" => AccountKind::Live,
                "export" => AccountKind::Export,
                "provisioning" => AccountKind::Provisioning,
                _ => panic!("kind {text}"),
            }
        }
        "status" => {
            account.is_offered = text == "offered";
            account.is_left_out = text == "left-out";
            account.status = match text {
                "active" => Status::Active,
                "disabled" => Status::Disabled,
                "orphaned" | "offered" | "left-out" => Status::Orphaned,
                "inactive-profile" => Status::InactiveProfile,
                _ => panic!("status {text}"),
            }
        }
        _ => panic!("no such line: {key}"),
    }
}

fn tls_version(text: &str) -> (u8, u8) {
    let (major, minor) = text.split_once('.').expect("a version");
    (major.parse().expect("major"), minor.parse().expect("minor"))
}

fn side<'a>(account: &'a mut Account, word: &str) -> &'a mut Server {
    let server = if word == "incoming" { account.incoming.as_mut() } else { account.outgoing.as_mut() };
    server.expect("the server stands above")
}

fn server(value: &Tokens<'_>) -> Server {
    let mut words = value.words().into_iter();
    let protocol = words.next().expect("a protocol");
    let mut server = Server::new(Protocol::from_word(protocol.text().expect("a protocol")).expect("a protocol"));
    let mut next = || words.next().unwrap_or_default();
    server.host = next();
    server.port = next().map(|port| port.parse().expect("a port"));
    server.security = next().map(|word| Security::from_word(&word).expect("a protection"));
    server.auth = next().map(|word| Auth::from_word(&word).expect("a way to sign in"));
    server.username = next();
    server
}

/// `remove`, `keep`, `keep, remove after 2 days`, `keep, remove when deleted`, `keep, 20 days without a switch`,
/// `keep, 14 days of the program's own`, `?`.
fn retention(value: &Tokens<'_>) -> Retention {
    let at = value.location();
    let mut retention = Retention::default();
    for part in value.text.split(',').map(str::trim) {
        let number = part.split(' ').find_map(|word| word.parse::<u32>().ok());
        match part {
            "?" => {}
            "keep" => {
                retention.leave_on_server = Setting::written(true, at.clone());
                retention.remove_after_days = Setting::default(None);
                retention.remove_when_deleted = Setting::default(false);
            }
            "remove" => retention.leave_on_server = Setting::written(false, at.clone()),
            "(remove)" => retention.leave_on_server = Setting::default(false),
            "remove when deleted" => retention.remove_when_deleted = Setting::written(true, at.clone()),
            _ if part.starts_with("remove after") => {
                retention.remove_after_days = Setting::written(number, at.clone());
                retention.stored_days = Setting::written(number.expect("a number of days"), at.clone());
            }
            _ if part.ends_with("without a switch") || part.ends_with("of the program's own") => {
                retention.stored_days = Setting::written(number.expect("a number of days"), at.clone());
                retention.is_clients_number = part.ends_with("own");
            }
            _ => panic!("retention {part}"),
        }
    }
    retention
}

/// Judges accounts under the default policy, or under the one named.
pub(crate) fn judged(text: &str, policy: &str) -> Judgement {
    let mut settings = Settings::new(TODAY);
    settings.policies = vec![Policy::builtin(policy).expect("a built-in policy")];
    judge(&accounts(text), &settings, &|change, _| vec![format!("{change:?}")])
}

/// Judges accounts under a policy of the test's own.
pub(crate) fn judged_by(policy: &str, text: &str) -> Judgement {
    let mut settings = Settings::new(TODAY);
    settings.policies = vec![Policy::parse(policy).expect("a right policy")];
    judge(&accounts(text), &settings, &|_, _| Vec::new())
}

/// An example in the documentation of a rule: a fenced block whose first word is `fires` or `passes`. Its policy is the
/// default one, the one that is named after that word, or the one that stands above a line of dashes.
pub(crate) struct Example<'a> {
    pub(crate) fires: bool,
    pub(crate) text: &'a str,
    builtin: &'a str,
    policy: Option<&'a str>,
}

impl Example<'_> {
    pub(crate) fn judge(&self) -> Judgement {
        match self.policy {
            Some(policy) => judged_by(&format!("schema = 1\nid = \"example\"\n{policy}"), self.text),
            None => judged(self.text, self.builtin),
        }
    }
}

/// The examples in the documentation of a rule.
pub(crate) fn examples(docs: &str) -> impl Iterator<Item = Example<'_>> {
    docs.split("```").skip(1).step_by(2).map(|block| {
        let (head, text) = block.split_once('\n').expect("a block of several lines");
        let (kind, builtin) = head.split_once(' ').unwrap_or((head, "hosting"));
        assert!(matches!(kind, "fires" | "passes"), "an example is of no kind: {head}");
        let (policy, text) = match text.split_once("---\n") {
            Some((policy, text)) => (Some(policy), text),
            None => (None, text),
        };
        Example { fires: kind == "fires", text, builtin, policy }
    })
}

/// What one rule says under the default policy: `level: message`, one an account and place.
pub(crate) fn said(rule: &str, text: &str) -> Vec<String> {
    said_under("hosting", rule, text)
}

/// What one rule says under a built-in policy.
pub(crate) fn said_under(policy: &str, rule: &str, text: &str) -> Vec<String> {
    let findings = judged(text, policy).findings;
    findings.iter().filter(|finding| finding.rule.id == rule).map(line).collect()
}

/// What one rule says under a policy of the test's own.
pub(crate) fn said_by(policy: &str, rule: &str, text: &str) -> Vec<String> {
    let findings = judged_by(policy, text).findings;
    findings.iter().filter(|finding| finding.rule.id == rule).map(line).collect()
}

fn line(finding: &Finding) -> String {
    format!("{}: {}", finding.level.as_str(), finding.message)
}
