//! The profiles of Outlook 2002 to 365 in the registry (`formats/outlook.md` §2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use maillint_model::{Account, Auth, FormatMeta, Identity, Note, NoteKind, Protocol, Server, Status, enough};
use maillint_source::{Limits, Location, SourceFile};
use maillint_syntax::reg::{Data, Key, Registry, Value};

use crate::mapi::{self, Numbers, Texts};
use crate::values::Values;

/// The section of a profile that holds its accounts.
const ACCOUNTS: &str = "9375CFF0413111d3B88A00104B2A6676";
/// In that section, the list of mail accounts in Outlook's order: little-endian numbers of subkeys.
const MAIL_LIST: &str = "{ED475418-B0D6-11D2-8C3B-00104B2A6676}";

/// Whether a key of this name holds accounts.
pub(crate) fn is_accounts(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(ACCOUNTS.as_bytes())
}

/// Whether a key lists the profiles, or says which one is the default.
pub(crate) fn is_list(path: &str) -> bool {
    let is = |name: &[u8], what: &str| name.eq_ignore_ascii_case(what.as_bytes());
    let mut upwards = path.as_bytes().rsplit(|byte| *byte == b'\\');
    let (Some(last), Some(above)) = (upwards.next(), upwards.next()) else { return false };
    is(last, "Profiles") && (is(above, "Outlook") || is(above, "Windows Messaging Subsystem"))
        || is(last, "Outlook") && upwards.next().is_some_and(|name| is(name, "Office"))
}

fn is_ours(path: &str) -> bool {
    path.split('\\').any(|name| is_accounts(name.as_bytes())) || is_list(path)
}

/// One profile: where it is, and the keys of its accounts by their number.
struct Profile<'r> {
    /// Path of the key that holds the profiles.
    root: String,
    /// What stands above `Software`: whose registry it is.
    user: String,
    /// Version of Outlook that keeps its profiles there; `None` for 2002 to 2010, which share a place.
    version: Option<String>,
    name: String,
    section: Option<&'r Key>,
    accounts: Vec<&'r Key>,
}

/// Reads the accounts of every profile; `None` if the registry holds nothing of Outlook.
pub(crate) fn read(
    registry: &Registry,
    file: &Arc<SourceFile>,
    format: &'static FormatMeta,
    limits: &Limits,
) -> Option<(Vec<Account>, Vec<Note>)> {
    let profiles = profiles(registry);
    if profiles.is_empty() && !registry.keys().any(|key| is_ours(&key.path)) {
        return None;
    }
    let defaults = defaults(&profiles, registry);
    let mut accounts = Vec::new();
    let mut notes = Vec::new();
    'profiles: for (index, profile) in profiles.iter().enumerate() {
        let status = if is_opened(profile, &defaults) { Status::Active } else { Status::InactiveProfile };
        for (key, listed) in in_order(profile) {
            let Some(account) = account(key, listed, status, profile, file, format) else { continue };
            if let Some(note) = enough(accounts.len(), limits) {
                notes.push(note);
                break 'profiles;
            }
            accounts.push((index, account));
        }
    }
    supersede(&mut accounts, &profiles);
    let accounts: Vec<Account> = accounts.into_iter().map(|(_, account)| account).collect();
    // Where not all of them were read, there may be one.
    if notes.is_empty() && !accounts.iter().any(is_mail) {
        notes.push(Note::new(
            NoteKind::Info,
            "No POP or IMAP account of Outlook is in this part of the registry. If one is set up, export the whole key \
             Profiles: HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles (15.0 for Outlook 2013; \
             Software\\Microsoft\\Windows NT\\CurrentVersion\\Windows Messaging Subsystem\\Profiles for 2010 and before).",
        ));
    }
    Some((accounts, notes))
}

fn is_mail(account: &Account) -> bool {
    account.incoming.as_ref().is_some_and(|server| server.protocol.is_mail())
}

/// Finds the profiles, whatever stands above them: a hive may have been loaded under any name.
fn profiles(registry: &Registry) -> Vec<Profile<'_>> {
    let mut profiles: BTreeMap<String, Profile<'_>> = BTreeMap::new();
    for key in registry.keys() {
        let names: Vec<&str> = key.names().collect();
        let Some(at) = names.iter().position(|name| name.eq_ignore_ascii_case(ACCOUNTS)) else { continue };
        let (above, below) = names.split_at(at);
        // A hive may start at the section itself: then the profile's name is lost.
        let (name, root) = above.split_last().map_or(("", &[][..]), |(name, root)| (*name, root));
        let folded = above.join("\\").to_lowercase();
        let profile = profiles.entry(folded).or_insert_with(|| {
            let software = root.iter().position(|name| name.eq_ignore_ascii_case("Software")).unwrap_or(0);
            Profile {
                root: root.join("\\"),
                user: root.get(..software).unwrap_or_default().join("\\").to_lowercase(),
                version: version(root),
                name: name.to_owned(),
                section: None,
                accounts: Vec::new(),
            }
        });
        match below.len() {
            1 => profile.section = Some(key),
            2 => profile.accounts.push(key),
            _ => {}
        }
    }
    profiles.into_values().collect()
}

/// `16.0` of `…\Office\16.0\Outlook\Profiles`.
fn version(root: &[&str]) -> Option<String> {
    match root {
        [.., office, version, outlook, _]
            if office.eq_ignore_ascii_case("Office") && outlook.eq_ignore_ascii_case("Outlook") =>
        {
            Some((*version).to_owned())
        }
        _ => None,
    }
}

/// The names of the default profiles, folded, by the keys that hold the profiles. Where none is named, or the named one
/// is not among those that were read, there is none: a list of thousands of profiles is gone through once.
fn defaults<'p>(profiles: &'p [Profile<'_>], registry: &Registry) -> BTreeMap<&'p str, Option<String>> {
    let mut names: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for profile in profiles {
        names.entry(&profile.root).or_default().insert(profile.name.to_lowercase());
    }
    let holder = |path: &str| registry.key(path).and_then(|key| key.value("DefaultProfile"));
    let default = |root: &str, names: &BTreeSet<String>| {
        let above = root.rsplit_once('\\').map_or("", |(above, _)| above);
        let default = holder(root).or_else(|| holder(above)).and_then(Value::text)?;
        Some(default.to_lowercase()).filter(|name| !name.is_empty() && names.contains(name))
    };
    names.into_iter().map(|(root, names)| (root, default(root, &names))).collect()
}

/// Whether Outlook opens a profile. It opens the default one; where that is not known, nothing can be said against any
/// of them.
fn is_opened(profile: &Profile<'_>, defaults: &BTreeMap<&str, Option<String>>) -> bool {
    let default = defaults.get(profile.root.as_str()).and_then(Option::as_ref);
    default.is_none_or(|default| profile.name.to_lowercase() == *default)
}

/// The account keys in Outlook's order, each with its place in the list of mail accounts. A list that names no key of a
/// mail account tells nothing about which of them are in use: then no account counts as left behind.
fn in_order<'r>(profile: &Profile<'r>) -> Vec<(&'r Key, Listed)> {
    // Each account asks for its place, and both the accounts and the list may be as many as the file has room for.
    let mut list: BTreeMap<u32, usize> = BTreeMap::new();
    if let Some(Data::Bytes(bytes)) = profile.section.and_then(|key| key.value(MAIL_LIST)).map(|value| &value.data) {
        for (place, id) in bytes.chunks_exact(4).enumerate() {
            list.entry(u32::from_le_bytes([id[0], id[1], id[2], id[3]])).or_insert(place);
        }
    }
    let place = |key: &Key| u32::from_str_radix(key.name(), 16).ok().and_then(|id| list.get(&id).copied());
    let can_be_trusted = profile.accounts.iter().any(|key| place(key).is_some() && protocol(key).is_mail());
    let mut keys: Vec<(&Key, Listed)> = profile
        .accounts
        .iter()
        .map(|key| match place(key) {
            _ if !can_be_trusted => (*key, Listed::Unknown),
            Some(place) => (*key, Listed::At(place)),
            None => (*key, Listed::No),
        })
        .collect();
    keys.sort_by_key(|(_, listed)| match listed {
        Listed::At(place) => *place,
        Listed::Unknown | Listed::No => usize::MAX,
    });
    keys
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    At(usize),
    No,
    Unknown,
}

/// What an entry is: its class decides; a hand-trimmed file may have lost it.
fn protocol(key: &Key) -> Protocol {
    let text = |name: &str| key.value(name).and_then(Value::text).unwrap_or_default().to_ascii_uppercase();
    let has = |name: &str| key.value(name).is_some();
    match text("clsid").as_str() {
        "{ED475411-B0D6-11D2-8C3B-00104B2A6676}" => Protocol::Pop3,
        "{ED475412-B0D6-11D2-8C3B-00104B2A6676}" => Protocol::Imap,
        "{ED475419-B0D6-11D2-8C3B-00104B2A6676}" | "{4DB5CBF2-3B77-4852-BC8E-BB81908861F3}" => Protocol::Directory,
        "{ED475420-B0D6-11D2-8C3B-00104B2A6676}" => Protocol::Local,
        "{4DB5CBF0-3B77-4852-BC8E-BB81908861F3}" if has("HTTP Server URL") => Protocol::Other,
        "{4DB5CBF0-3B77-4852-BC8E-BB81908861F3}" => Protocol::Exchange,
        "{ED475414-B0D6-11D2-8C3B-00104B2A6676}" => match text("Service Name").as_str() {
            "MSEMS" => Protocol::Exchange,
            "MSUPST MS" | "MSPST MS" => Protocol::Local,
            "CONTAB" | "EMABLT" | "OMSAB" => Protocol::Directory,
            _ => Protocol::Other,
        },
        "" if has("POP3 Server") => Protocol::Pop3,
        "" if has("IMAP Server") => Protocol::Imap,
        _ => Protocol::Other,
    }
}

/// Reads one account; `None` for a key that holds nothing.
fn account(
    key: &Key,
    listed: Listed,
    status: Status,
    profile: &Profile<'_>,
    file: &Arc<SourceFile>,
    format: &'static FormatMeta,
) -> Option<Account> {
    key.values().next()?;
    let values = Values::of_key(key, file);
    let protocol = protocol(key);
    let mut account = Account::new(format, Location::new(file, key.span), key.name());
    account.client_version.clone_from(&profile.version);
    account.profile = Some(profile.name.clone()).filter(|name| !name.is_empty());
    account.status = status;
    account.name = values.text_or_unknown("Account Name");
    account.secrets = values.secrets();
    let reply_to = values.text("Reply E-mail").or_else(|| values.text("Reply Email"));
    let identity = Identity {
        address: values.text_or_unknown("Email"),
        name: values.text_or_unknown("Display Name"),
        reply_to: reply_to.unwrap_or_default(),
        outgoing: None,
    };
    if identity.address.text().is_some() || protocol.is_mail() {
        account.identities.push(identity);
    }
    if !protocol.is_mail() {
        account.incoming = Some(Server::new(protocol));
        account.remark = Some(remark(protocol, &values).to_owned());
        return Some(account);
    }
    account.is_default = listed == Listed::At(0);
    if listed == Listed::No {
        account.status = Status::Orphaned;
        account.remark = Some("not in Outlook's list of mail accounts: left behind by a removed account".to_owned());
    }
    let (texts, numbers) = settings(protocol, &values);
    let mut incoming = mapi::incoming(protocol, &texts, &numbers);
    // Sign-in through a web page leaves the name of an identity behind, in a value whose name the facts do not give.
    if let Some(token) = values.find_text(|text| text.to_ascii_lowercase().ends_with("_oauth2")) {
        incoming.auth = token.map(|_| Auth::OAuth2);
    }
    account.outgoing = Some(mapi::outgoing(&texts, &numbers, &incoming));
    account.retention = (protocol == Protocol::Pop3).then(|| mapi::retention(&numbers));
    account.incoming = Some(incoming);
    Some(account)
}

/// The settings of a POP or IMAP account, by their names in a profile.
pub(crate) fn settings(protocol: Protocol, values: &Values) -> (Texts, Numbers) {
    let prefix = if protocol == Protocol::Imap { "IMAP" } else { "POP3" };
    let number = |name: &str| values.number(&format!("{prefix} {name}"));
    let texts = Texts {
        incoming_host: values.text_or_unknown(&format!("{prefix} Server")),
        incoming_user: values.text_or_unknown(&format!("{prefix} User")),
        smtp_host: values.text_or_unknown("SMTP Server"),
        smtp_user: values.text_or_unknown("SMTP User"),
    };
    let numbers = Numbers {
        incoming_port: number("Port"),
        incoming_ssl: number("Use SSL"),
        incoming_secure: number("Secure Connection"),
        incoming_spa: number("Use SPA").or_else(|| number("Use Sicily")),
        leave_on_server: values.number("Leave on Server"),
        smtp_port: values.number("SMTP Port"),
        smtp_ssl: values.number("SMTP Use SSL"),
        smtp_secure: values.number("SMTP Secure Connection"),
        smtp_use_auth: values.number("SMTP Use Auth"),
        smtp_auth_method: values.number("SMTP Auth Method"),
        smtp_spa: values.number("SMTP Use SPA"),
    };
    (texts, numbers)
}

/// What an entry without server settings is, for people.
fn remark(protocol: Protocol, values: &Values) -> &'static str {
    match protocol {
        Protocol::Exchange if values.has_text("Service Name") => {
            "an Exchange mailbox: it has no server settings of its own"
        }
        Protocol::Exchange => {
            "Outlook.com or another Exchange ActiveSync mailbox: it has no server settings of its own"
        }
        Protocol::Local => "an Outlook data file, not a mail account",
        Protocol::Directory => "an address book, not a mail account",
        _ if values.has_text("HTTP Server URL") => "Hotmail over HTTP, which is no longer in service",
        _ => "not a POP or IMAP account",
    }
}

/// An older version's profiles stay behind when a newer Outlook takes them over: where a newer version has mail accounts
/// of its own, the older ones are not what is opened.
fn supersede(accounts: &mut [(usize, Account)], profiles: &[Profile<'_>]) {
    let number = |account: &Account| {
        let version = account.client_version.as_deref();
        version.and_then(|version| version.split('.').next()?.parse::<u32>().ok()).unwrap_or(0)
    };
    let user = |at: usize| profiles.get(at).map_or("", |profile| profile.user.as_str());
    let mut newest: BTreeMap<&str, u32> = BTreeMap::new();
    for (profile, account) in accounts.iter() {
        if is_mail(account) && account.status == Status::Active {
            let newest = newest.entry(user(*profile)).or_default();
            *newest = (*newest).max(number(account));
        }
    }
    for (profile, account) in accounts {
        let newest = newest.get(user(*profile)).copied().unwrap_or(0);
        if account.status == Status::Active && number(account) < newest {
            account.status = Status::InactiveProfile;
            account
                .remark
                .get_or_insert_with(|| format!("of an older Outlook; Outlook {newest}.0 has accounts of its own"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use maillint_model::{ClientFormat as _, NoteKind, Status};
    use maillint_source::{Limits, SourceFile};
    use maillint_syntax::reg;

    use crate::{OutlookRegistry, show};

    const ROOT: &str = "HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook";

    /// Profiles with an account each, and what the key above them says.
    fn profiles(default: &str, names: &[&str]) -> String {
        let mut text = format!("REGEDIT4\n\n[{ROOT}]\n\"DefaultProfile\"=\"{default}\"\n");
        for name in names {
            let section = format!("{ROOT}\\Profiles\\{name}\\{}", super::ACCOUNTS);
            write!(text, "[{section}\\00000002]\n\"IMAP Server\"=\"mail.example.org\"\n").unwrap();
        }
        text
    }

    fn opened(default: &str) -> Vec<bool> {
        let text = profiles(default, &["Anna", "B\u{FC}ro", "Work"]);
        let reading = show::read(&OutlookRegistry, "a.reg", text.as_bytes()).unwrap();
        reading.accounts.iter().map(|account| account.status == Status::Active).collect()
    }

    #[test]
    fn a_default_profile_counts_where_it_is_among_those_that_were_read() {
        assert_eq!(opened("anna"), [true, false, false]);
        assert_eq!(opened("B\u{DC}RO"), [false, true, false]);
        assert_eq!(opened("nobody"), [true; 3]);
        assert_eq!(opened(""), [true; 3]);
    }

    #[test]
    fn no_account_is_read_once_the_time_is_over() {
        let text = profiles("Anna", &["Anna"]);
        let document = reg::parse(&text, |_| false, &Limits::default());
        let file = SourceFile::listing("a.reg", text, &[]);
        let late = Limits { seconds: 0, ..Limits::default() }.from_now();
        let format = OutlookRegistry.meta();
        let (accounts, notes) = super::read(&document.registry, &file, format, &late).unwrap();
        assert_eq!((accounts.len(), notes.len(), notes[0].kind), (0, 1, NoteKind::Limit));
    }

    #[test]
    fn the_first_place_in_the_list_of_accounts_counts() {
        let section = format!("{ROOT}\\Profiles\\Anna\\{}", super::ACCOUNTS);
        let mut text = format!("REGEDIT4\n\n[{section}]\n\"{}\"=hex:", super::MAIL_LIST);
        text += "03,00,00,00,02,00,00,00,03,00,00,00\n";
        for number in 1..4 {
            write!(text, "[{section}\\0000000{number}]\n\"IMAP Server\"=\"mail{number}.example.org\"\n").unwrap();
        }
        let reading = show::read(&OutlookRegistry, "a.reg", text.as_bytes()).unwrap();
        let found = reading.accounts.iter().map(|account| (account.key.as_str(), account.status, account.is_default));
        let expected = [
            ("00000003", Status::Active, true),
            ("00000002", Status::Active, false),
            ("00000001", Status::Orphaned, false),
        ];
        assert_eq!(found.collect::<Vec<_>>(), expected);
    }
}
