//! `.prf`: the profile that an administrator has Outlook set up (`formats/outlook.md` §1).

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use maillint_model::{
    Account, AccountKind, Auth, Bundle, Change, ClientFormat, FormatMeta, Identity, Note, NoteKind, Notes, Probe,
    Protocol, Reading, Recognition, Role, Security, Server, Setting, Side, enough, is_no_password, shared_name, shown,
};
use maillint_source::{Limits, Location, Secret, SecretKind, SourceFile, decode};
use maillint_syntax::ProblemKind;
use maillint_syntax::ini::{self, Document, Entry, Section};

use crate::express::{self, Program};
use crate::registry::is_secret;
use crate::values::Values;
use crate::{mapi, profile};

static META: FormatMeta = FormatMeta {
    id: "outlook-prf",
    client: "outlook",
    client_name: "Outlook",
    what: "profile that an administrator has Outlook set up (.prf)",
    places: &["Windows: any folder; given to outlook.exe /importprf"],
    names: &["*.prf"],
    companions: &[],
    role: Role::Accounts,
};

/// `.prf` files for Outlook 97 to 365.
pub struct OutlookPrf;

impl ClientFormat for OutlookPrf {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        let has_line = |line: &str| probe.has_lower(line) && probe.lower().lines().any(|other| other.trim() == line);
        if has_line("[internet account list]") || has_line("[service list]") && probe.has_lower("profilename") {
            Recognition::Yes
        } else if probe.is_named(".prf") && has_line("[general]") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let decoded = decode(&bundle.main.bytes);
        let document = ini::parse(&decoded.text, limits);
        let has_list = ["Internet Account List", "Service List"].iter().any(|name| document.section(name).is_some());
        let is_profile = || document.section("General").is_some_and(|general| general.get("ProfileName").is_some());
        if !has_list && !is_profile() {
            return None;
        }
        let secrets: Vec<_> = document
            .sections
            .iter()
            .flat_map(|section| &section.entries)
            .filter(|entry| is_secret(&entry.key.value))
            .map(|entry| entry.value.span)
            .collect();
        let file = SourceFile::seal(&bundle.main.name, decoded, &secrets);
        let mut reader = Reader::new(&document, &file, limits);
        let accounts = reader.accounts();
        let mut notes = reader.notes;
        if accounts.is_empty() && !notes.has_limit() {
            notes.push(Note::new(NoteKind::Info, "This file sets up no POP or IMAP account."));
        }
        // A line that is neither a section nor a key is nothing to Outlook; people draw rules with them.
        let over = document.problems.iter().filter(|problem| problem.kind == ProblemKind::Limit);
        notes.extend(over.map(|problem| Note::of(problem, &file)));
        Some(Reading::new(accounts, notes.into_vec()))
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps(change, account)
    }
}

struct Reader<'a> {
    document: &'a Document,
    /// The first section of each name, which is folded: every line of the list of accounts asks for two of them.
    sections: BTreeMap<String, &'a Section>,
    /// The maps that were asked for, by their names, folded. Accounts share them, and a map may be as long as the file.
    maps: BTreeMap<String, Option<Rc<Map>>>,
    file: &'a Arc<SourceFile>,
    limits: &'a Limits,
    notes: Notes,
}

/// What a map says of each account that names it.
struct Map {
    /// Which property each key sets.
    tags: BTreeMap<String, u32>,
    /// Whether the properties are those of Outlook 97 to 2000.
    is_old: bool,
    /// Its `AccountType`.
    kind: Option<String>,
}

impl Map {
    fn new(section: &Section) -> Self {
        let tags = tags(section);
        let is_old = tags.values().any(|tag| *tag >= 0x1235);
        let kind = section.get("AccountType").map(|entry| unquoted(&entry.value.value).to_ascii_uppercase());
        Self { tags, is_old, kind }
    }
}

/// Words of `[AccountN]` that are for the set-up itself and stand in no map.
const CONTROL: [&str; 6] = [
    "UniqueService",
    "DefaultAccount",
    "DeliverToStore",
    "OverwriteExistingService",
    "OverwriteExistingAccount",
    "AccountType",
];

impl<'a> Reader<'a> {
    fn new(document: &'a Document, file: &'a Arc<SourceFile>, limits: &'a Limits) -> Self {
        let mut sections = BTreeMap::new();
        for section in &document.sections {
            sections.entry(section.name.value.to_ascii_lowercase()).or_insert(section);
        }
        Self { document, sections, maps: BTreeMap::new(), file, limits, notes: Notes::new(limits) }
    }

    fn section(&self, name: &str) -> Option<&'a Section> {
        self.sections.get(&name.to_ascii_lowercase()).copied()
    }

    fn map(&mut self, name: &str) -> Option<Rc<Map>> {
        let section = self.section(name);
        let map = self.maps.entry(name.to_ascii_lowercase());
        map.or_insert_with(|| section.map(|section| Rc::new(Map::new(section)))).clone()
    }

    fn accounts(&mut self) -> Vec<Account> {
        let mut accounts = Vec::new();
        let mut listed = BTreeSet::new();
        let list = self.section("Internet Account List");
        let profile = self.section("General").and_then(|general| general.get("ProfileName"));
        let profile = profile.map(|entry| shared_name(unquoted(&entry.value.value), self.limits));
        for entry in list.map(|list| list.entries.as_slice()).unwrap_or_default() {
            if !listed.insert(entry.key.value.to_ascii_lowercase()) {
                self.repeated(entry);
                continue;
            }
            if let Some(note) = enough(accounts.len(), self.limits) {
                // Which accounts are not in the list is not known then.
                self.notes.push(note);
                return accounts;
            }
            let Some(section) = self.section(&entry.key.value) else {
                let name = shown(&entry.key.value);
                let message = format!("There is no section [{name}]: Outlook will not see this account.");
                self.ignored("accounts without a section: Outlook will not see them", message, entry.key.span);
                continue;
            };
            accounts.push(self.account(entry, section, profile));
        }
        for section in &self.document.sections {
            let name = section.name.value.to_ascii_lowercase();
            let number = name.strip_prefix("account").unwrap_or_default();
            let is_account = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            if is_account && !listed.contains(&name) {
                let message = "This account is not in [Internet Account List]: Outlook will not see it.";
                let rest = "accounts that are not in [Internet Account List]: Outlook will not see them";
                self.ignored(rest, message, section.name.span);
            }
        }
        accounts
    }

    fn account(&mut self, entry: &Entry, section: &Section, profile: Option<&str>) -> Account {
        let at = Location::new(self.file, section.name.span);
        let mut account = Account::new(&META, at, entry.key.value.clone());
        account.kind = AccountKind::Provisioning;
        account.profile = profile.map(str::to_owned);
        account.is_default = section.get("DefaultAccount").is_some_and(|entry| number(&entry.value.value) == Some(1));
        let map_name = unquoted(&entry.value.value);
        let map = self.map(map_name);
        let protocol = protocol(map_name, map.as_deref().and_then(|map| map.kind.as_deref()), section);
        let Some(map) = map else {
            let name = shown(map_name);
            let message = format!("There is no section [{name}]: Outlook will set nothing of this account.");
            self.ignored("accounts without a map: Outlook will set nothing of them", message, entry.value.span);
            account.incoming = Some(Server::new(protocol));
            account.remark = Some("Outlook will set nothing of it".to_owned());
            account.secrets = secrets_of(section, self.file);
            return account;
        };
        let values = self.values(section, &map, protocol, map_name);
        fill(&mut account, protocol, &values, map.is_old);
        account
    }

    /// The values that Outlook takes in: those whose key has a line in the map.
    fn values(&mut self, section: &Section, map: &Map, protocol: Protocol, map_name: &str) -> Values {
        let mut values = Values::default();
        for secret in secrets_of(section, self.file) {
            values.secret(secret.kind, secret.at);
        }
        let mut seen = BTreeSet::new();
        for entry in &section.entries {
            let key = &entry.key.value;
            let at = Location::new(self.file, entry.value.span);
            if is_secret(key) || CONTROL.iter().any(|word| key.eq_ignore_ascii_case(word)) {
                continue;
            }
            let Some(tag) = map.tags.get(&key.to_ascii_lowercase()) else {
                let (key, map) = (shown(key), shown(map_name));
                let message = format!("Outlook will not see this line: {key} has no line in [{map}].");
                self.ignored("lines that have none in their map: Outlook will not see them", message, entry.key.span);
                continue;
            };
            if !seen.insert(*tag) {
                self.repeated(entry);
                continue;
            }
            let name = if map.is_old { old_name(*tag) } else { new_name(*tag, protocol) };
            if let Some(name) = name {
                let text = unquoted(&entry.value.value);
                values.put(&name, Some(text.to_owned()), number(text), at);
            }
        }
        values
    }

    fn repeated(&mut self, entry: &Entry) {
        let message = "Outlook takes the first line of this name and will not see this one.";
        self.ignored("lines after the first of their name: Outlook will not see them", message, entry.key.span);
    }

    /// Says that Outlook ignores something; `rest` as [`Notes::add`] takes it.
    fn ignored(&mut self, rest: &'static str, message: impl Into<String>, span: maillint_source::Span) {
        self.notes.add(rest, Note::at(NoteKind::Ignored, message, Location::new(self.file, span)));
    }
}

/// Passwords that somebody wrote into an account: the documented maps have no key for one.
fn secrets_of(section: &Section, file: &Arc<SourceFile>) -> Vec<Secret> {
    let secrets =
        section.entries.iter().filter(|entry| is_secret(&entry.key.value) && !is_no_password(&entry.value.value));
    secrets.map(|entry| Secret { kind: SecretKind::Plain, at: Location::new(file, entry.value.span) }).collect()
}

fn fill(account: &mut Account, protocol: Protocol, values: &Values, is_old: bool) {
    account.secrets = values.secrets();
    if is_old {
        express::fill(account, values, Program::OutlookExpress);
        return;
    }
    account.name = values.text_or_unknown("Account Name");
    account.identities.push(Identity {
        address: values.text_or_unknown("Email"),
        name: variable(values.text_or_unknown("Display Name"), |_| false),
        reply_to: values.text_or_unknown("Reply E-mail"),
        outgoing: None,
    });
    if !protocol.is_mail() {
        account.incoming = Some(Server::new(protocol));
        account.remark = Some("Hotmail over HTTP, which is no longer in service".to_owned());
        return;
    }
    let (mut texts, numbers) = profile::settings(protocol, values);
    let local = account.address().and_then(|address| address.rsplit_once('@')).map(|(local, _)| local.to_owned());
    // A name in a variable can be judged only against an address in the same one.
    let is_known = |name: &str| name.contains('@') || local.as_deref() == Some(name);
    texts.incoming_host = variable(texts.incoming_host, |_| false);
    texts.smtp_host = variable(texts.smtp_host, |_| false);
    texts.incoming_user = variable(texts.incoming_user, is_known);
    texts.smtp_user = variable(texts.smtp_user, is_known);
    let incoming = mapi::incoming(protocol, &texts, &numbers);
    account.outgoing = Some(mapi::outgoing(&texts, &numbers, &incoming));
    account.retention = (protocol == Protocol::Pop3).then(|| mapi::retention(&numbers));
    account.incoming = Some(incoming);
}

/// A text with a variable (`%USERNAME%`), which Outlook fills in on import, is not known, unless `is_known`.
fn variable(setting: Setting<String>, is_known: impl Fn(&str) -> bool) -> Setting<String> {
    let has_variable = setting.text().is_some_and(|text| {
        let mut parts = text.split('%').skip(1);
        parts.next().is_some_and(|name| !name.is_empty()) && parts.next().is_some() && !is_known(text)
    });
    match setting.at() {
        Some(at) if has_variable => Setting::unknown_at(at.clone()),
        _ => setting,
    }
}

/// `key=PT_UNICODE,0x0100`: which property each key sets.
fn tags(map: &Section) -> BTreeMap<String, u32> {
    let mut tags = BTreeMap::new();
    for entry in &map.entries {
        let tag = entry.value.value.split_once(',').and_then(|(_, tag)| number(tag.trim()));
        if let Some(tag) = tag {
            tags.entry(entry.key.value.to_ascii_lowercase()).or_insert(tag);
        }
    }
    tags
}

/// By the map's `AccountType`, else by its name, else by the keys of the account.
fn protocol(map_name: &str, kind: Option<&str>, account: &Section) -> Protocol {
    let name = map_name.to_ascii_uppercase();
    match (kind, name.as_str()) {
        (Some("POP3" | "POP"), _) => Protocol::Pop3,
        (Some("HOTMAIL" | "HTTP"), _) | (None, "INET_HTTP") => Protocol::Other,
        (Some("IMAP" | "IMAP4"), _) | (_, "IMAP_I_MAIL") => Protocol::Imap,
        _ if account.get("IMAPServer").is_some() && account.get("POP3Server").is_none() => Protocol::Imap,
        _ => Protocol::Pop3,
    }
}

/// The name in Outlook's profile of a property of the account management API.
fn new_name(tag: u32, protocol: Protocol) -> Option<String> {
    let prefix = if protocol == Protocol::Imap { "IMAP" } else { "POP3" };
    let name = match tag {
        0x0002 => "Account Name",
        0x000B => "Display Name",
        0x000C => "Email",
        0x0100 => return Some(format!("{prefix} Server")),
        0x0101 => return Some(format!("{prefix} User")),
        0x0103 => "Reply E-mail",
        0x0104 => return Some(format!("{prefix} Port")),
        0x0105 => return Some(format!("{prefix} Use SSL")),
        0x0108 => return Some(format!("{prefix} Use SPA")),
        0x0200 => "SMTP Server",
        0x0201 => "SMTP Port",
        0x0202 => "SMTP Use SSL",
        0x0203 => "SMTP Use Auth",
        0x0204 => "SMTP User",
        0x0207 => "SMTP Use SPA",
        0x0208 => "SMTP Auth Method",
        0x020A => "SMTP Secure Connection",
        0x1000 => "Leave on Server",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The name in Outlook Express of a property of Outlook 97 to 2000.
fn old_name(tag: u32) -> Option<String> {
    let name = match tag {
        0x1235 => "Account Name",
        0x13C4 => "POP3 Server",
        0x13C5 => "POP3 User Name",
        0x13C8 => "POP3 Use Sicily",
        0x13C9 => "POP3 Port",
        0x13CA => "POP3 Secure Connection",
        0x13CC => "Leave Mail On Server",
        0x13CD => "Remove When Deleted",
        0x13CE => "Remove When Expired",
        0x13CF => "Expire Days",
        0x1428 => "SMTP Server",
        0x1429 => "SMTP User Name",
        0x142C => "SMTP Use Sicily",
        0x142D => "SMTP Port",
        0x142E => "SMTP Secure Connection",
        0x1430 => "SMTP Display Name",
        0x1432 => "SMTP Email Address",
        0x1433 => "SMTP Reply To Email Address",
        _ => return None,
    };
    Some(name.to_owned())
}

/// A number in decimal, in hexadecimal with `0x`, or one of the words for yes and no.
fn number(text: &str) -> Option<u32> {
    let text = unquoted(text).to_ascii_lowercase();
    match text.as_str() {
        "true" | "yes" => Some(1),
        "false" | "no" => Some(0),
        text => match text.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok(),
            None => text.parse().ok(),
        },
    }
}

/// Without one pair of quotes around it, as Windows reads such files.
fn unquoted(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text)
}

/// The lines to write into the account's section, for the dialect of Outlook 2002 and later.
fn steps(change: &Change, account: &Account) -> Vec<String> {
    let is_imap = account.incoming.as_ref().is_some_and(|server| server.protocol == Protocol::Imap);
    let (prefix, map) = if is_imap { ("IMAP", "IMAP_I_Mail") } else { ("POP3", "I_Mail") };
    let lines: Vec<(String, &str)> = match change {
        Change::Host { side: Side::Incoming, to } => vec![(format!("{prefix}Server={to}"), "")],
        Change::Host { side: Side::Outgoing, to } => vec![(format!("SMTPServer={to}"), "")],
        Change::Endpoint { side: Side::Incoming, port, security } => {
            let ssl = match security {
                Security::None => 0,
                Security::Tls => 1,
                Security::StartTls | Security::StartTlsIfAvailable | Security::Auto => return Vec::new(),
            };
            vec![(format!("{prefix}Port={port}"), ""), (format!("{prefix}UseSSL={ssl}"), "")]
        }
        Change::Endpoint { side: Side::Outgoing, port, security } => {
            let secure = match security {
                Security::None => 0,
                Security::Tls => 1,
                Security::StartTls => 2,
                Security::Auto => 3,
                Security::StartTlsIfAvailable => return Vec::new(),
            };
            vec![
                (format!("SMTPPort={port}"), ""),
                (format!("SMTPSecureConnection={secure}"), "SMTPSecureConnection=PT_LONG,0x020A"),
            ]
        }
        Change::Username { side: Side::Incoming, to } => vec![(format!("{prefix}UserName={to}"), "")],
        Change::Username { side: Side::Outgoing, to } => vec![
            ("SMTPUseAuth=1".to_owned(), ""),
            ("SMTPAuthMethod=1".to_owned(), ""),
            (format!("SMTPUserName={to}"), "SMTPUserName=PT_UNICODE,0x0204"),
        ],
        Change::Auth { side: Side::Incoming, to: Auth::Password } => vec![(format!("{prefix}UseSPA=0"), "")],
        Change::Auth { side: Side::Outgoing, to: Auth::Password } => vec![
            ("SMTPUseAuth=1".to_owned(), "SMTPUseAuth=PT_LONG,0x0203"),
            ("SMTPAuthMethod=0".to_owned(), "SMTPAuthMethod=PT_LONG,0x0208"),
        ],
        Change::RemoveAfterDays(days) if !is_imap => {
            // Bits 0 and 1: leave a copy, remove it after the days in the high word.
            vec![(format!("LeaveOnServer=0x{:x}", (days << 16) | 3), "LeaveOnServer=PT_LONG,0x1000")]
        }
        _ => return Vec::new(),
    };
    let mut steps = Vec::new();
    for (line, mapping) in lines {
        let see = if mapping.is_empty() { String::new() } else { format!(" ([{map}] must have the line {mapping})") };
        steps.push(format!("In [{}]: {line}{see}", account.key));
    }
    steps.push("Import the file again: outlook.exe /importprf FILE".to_owned());
    steps
}

#[cfg(test)]
mod tests {
    use maillint_model::{NoteKind, Protocol};
    use maillint_source::{Limits, SourceFile, decode};
    use maillint_syntax::ini;

    use super::{OutlookPrf, Reader};
    use crate::show;

    #[test]
    fn a_password_that_looks_like_a_line_of_a_map_is_blanked_too() {
        let text = "[Internet Account List]\nAccount1=I_Mail\n[Account1]\nPOP3Server=mail.example.org\n\
                    POP3Password=PT_hunter2\n[I_Mail]\nAccountType=POP3\nPOP3Server=PT_UNICODE,0x0100\n";
        let reading = show::read(&OutlookPrf, "a.prf", text.as_bytes()).unwrap();
        assert!(!reading.accounts[0].file.text().contains("hunter2"));
    }

    #[test]
    fn a_profile_without_accounts_says_so() {
        let told = |text: &str| {
            let reading = show::read(&OutlookPrf, "a.prf", text.as_bytes())?;
            Some(reading.notes.into_iter().map(|note| note.message).collect::<Vec<_>>())
        };
        let nothing = Some(vec!["This file sets up no POP or IMAP account.".to_owned()]);
        assert_eq!(told("[General]\nProfileName=Outlook\n[Internet Account List]\n"), nothing);
        assert_eq!(told("[General]\nProfileName=Outlook\n"), nothing);
        assert_eq!(told("[General]\nColour=blue\n"), None);
    }

    fn numbered(count: usize, line: impl Fn(usize) -> String) -> String {
        (0..count).map(line).collect()
    }

    /// Accounts of one map, each with these lines.
    fn prf(accounts: usize, map: &str, lines: &str) -> String {
        let list = numbered(accounts, |number| format!("Account{number}={map}\n"));
        let sections = numbered(accounts, |number| format!("[Account{number}]\n{lines}"));
        format!("[Internet Account List]\n{list}{sections}[{map}]\nAccountType=IMAP\nIMAPServer=PT_UNICODE,0x0100\n")
    }

    #[test]
    fn accounts_share_a_map_however_its_name_is_spelled() {
        let text = prf(3, "I_Mail", "IMAPServer=mail.example.org\n").replace("Account1=I_Mail", "Account1=\"i_mail\"");
        // The first section of a name is the one that counts.
        let text = format!("{text}[i_mail]\nAccountType=POP3\n[account2]\nIMAPServer=other.example.org\n");
        let reading = show::read(&OutlookPrf, "a.prf", text.as_bytes()).unwrap();
        let servers = reading.accounts.iter().filter_map(|account| account.incoming.as_ref());
        let hosts: Vec<_> = servers.map(|server| (server.protocol, server.host.text())).collect();
        assert_eq!(hosts, [(Protocol::Imap, Some("mail.example.org")); 3]);
        assert!(reading.notes.is_empty());
    }

    #[test]
    fn what_is_over_a_limit_is_told_and_nothing_else_said_of_it() {
        let decoded = decode(prf(3, "I_Mail", "").as_bytes());
        let document = ini::parse(&decoded.text, &Limits::default());
        let file = SourceFile::seal("a.prf", decoded, &[]);
        let limits = [
            (0, Limits { seconds: 0, ..Limits::default() }.from_now()),
            (2, Limits { accounts: 2, ..Limits::default() }),
        ];
        for (expected, limits) in limits {
            let mut reader = Reader::new(&document, &file, &limits);
            assert_eq!(reader.accounts().len(), expected);
            let kinds: Vec<NoteKind> = reader.notes.into_vec().iter().map(|note| note.kind).collect();
            assert_eq!(kinds, [NoteKind::Limit]);
        }
    }

    #[test]
    fn accounts_share_the_start_of_a_long_name_of_their_profile() {
        let text = format!("[General]\nProfileName=\"{}\"\n{}", "P".repeat(9_000), prf(3, "I_Mail", ""));
        let reading = show::read(&OutlookPrf, "a.prf", text.as_bytes()).unwrap();
        let lengths = reading.accounts.iter().map(|account| account.profile.as_ref().map_or(0, String::len));
        assert_eq!(lengths.collect::<Vec<_>>(), [1_024; 3]);
    }

    #[test]
    fn lines_that_outlook_ignores_are_told_for_the_first_and_counted_for_the_rest() {
        let unknown = numbered(100, |number| format!("unknown{number}=1\n"));
        let text = prf(2, &"M".repeat(9_000), &unknown);
        let list = numbered(50, |number| format!("Lost{number}=x\n"));
        let text = text.replacen("List]\n", &format!("List]\n{list}"), 1);
        let reading = show::read(&OutlookPrf, "a.prf", text.as_bytes()).unwrap();
        assert_eq!((reading.accounts.len(), reading.notes.len()), (2, 20 + 20 + 2));
        assert!(reading.notes.iter().all(|note| note.message.len() < 200));
        let last: Vec<&str> = reading.notes[40..].iter().map(|note| note.message.as_str()).collect();
        assert_eq!(
            last,
            [
                "There are 30 more accounts without a section: Outlook will not see them.",
                "There are 180 more lines that have none in their map: Outlook will not see them."
            ]
        );
    }
}
