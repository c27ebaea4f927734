//! Outlook's accounts in a registry export (`formats/outlook.md` §2, §3).

use std::io::Read;

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Input, Note, NoteKind, Probe, Reading, Recognition, Role,
};
use maillint_source::{Limits, SourceFile, for_each_piece};
use maillint_syntax::reg::{self, Sifted};

use crate::{express_registry, profile, steps};

static META: FormatMeta = FormatMeta {
    id: "outlook-registry",
    client: "outlook",
    client_name: "Outlook",
    what: "registry export of Outlook's profiles (.reg), or Wine's user.reg",
    places: &[
        "Windows: HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles, exported with regedit",
        "Linux, macOS: user.reg in the folder of Wine (~/.wine)",
    ],
    names: &["*.reg"],
    companions: &[],
    role: Role::Accounts,
};

/// `.reg` exports of the profiles of Outlook 2002 to 365.
pub struct OutlookRegistry;

impl ClientFormat for OutlookRegistry {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        let first = probe.text().lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let is_reg =
            ["Windows Registry Editor", "REGEDIT", "WINE REGISTRY"].iter().any(|start| first.starts_with(start));
        let has_key = || {
            probe.lower().lines().any(|line| {
                let line = line.trim_start().trim_start_matches(['[', '-']);
                line.starts_with("hkey_") || line.starts_with("hkcu\\") || line.starts_with("hku\\")
            })
        };
        let is_named = probe.is_named(".reg");
        let is_ours =
            probe.has_lower("9375cff0413111d3b88a00104b2a6676") || probe.has_lower("account manager\\accounts");
        match (is_reg || probe.has("[") && has_key(), is_ours) {
            (true, true) => Recognition::Yes,
            (true, false) => Recognition::Maybe,
            (false, _) if is_named => Recognition::Maybe,
            (false, _) => Recognition::No,
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        read(&bundle.main, limits)
    }

    fn read_long(&self, stream: &mut dyn Read, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let mut sieve = reg::Sieve::new(is_wanted, limits);
        for_each_piece(stream, |piece| sieve.push(piece));
        read_sifted(&bundle.main.name, sieve.finish(), limits)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::outlook(change, account)
    }
}

/// Whether a section of a registry is needed; the rest of an export can be left out before it is parsed.
pub(crate) fn is_wanted(path: &str) -> bool {
    // Nearly every key of a registry is none of ours: a look at each name by its bytes is cheap.
    let mut names = path.as_bytes().split(|byte| *byte == b'\\');
    names.any(|name| profile::is_accounts(name) || express_registry::is_manager(name)) || profile::is_list(path)
}

/// Whether the value of this name, or a line that holds this text, is a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["password", "passwd", "pwd", "secret", "token", "credential"].iter().any(|word| name.contains(word))
}

/// Reads an export; `None` if nothing of these clients is in it.
pub(crate) fn read(input: &Input, limits: &Limits) -> Option<Reading> {
    read_sifted(&input.name, reg::sift(&input.bytes, is_wanted, limits), limits)
}

/// Reads what a [`reg::Sieve`] over [`is_wanted`] kept of an export.
fn read_sifted(name: &str, sifted: Sifted, limits: &Limits) -> Option<Reading> {
    let document = reg::parse(&sifted.decoded.text, is_secret, limits);
    let file = SourceFile::seal(name, sifted.decoded, &document.secrets);
    let outlook = profile::read(&document.registry, &file, &META, limits);
    let express = express_registry::read(&document.registry, &file, limits);
    let (accounts, mut notes) = combine(outlook, express)?;
    notes.extend(document.problems.iter().map(|problem| Note::of(problem, &file)));
    notes.extend(
        sifted.too_long.iter().map(|line| Note::new(NoteKind::Limit, format!("Line {line} is too long to be read."))),
    );
    if sifted.full {
        notes.push(Note::left_out("it holds more settings than are read"));
    }
    Some(Reading::new(accounts, notes))
}

/// Accounts, and what is to be said about reading them.
type Found = (Vec<Account>, Vec<Note>);

/// What a registry holds of Outlook and of Outlook Express.
pub(crate) fn combine(outlook: Option<Found>, express: Option<Found>) -> Option<Found> {
    let Some((more, their_notes)) = express else { return outlook };
    let (mut accounts, mut notes) = outlook.unwrap_or_default();
    // That Outlook has no account is of no interest then; that there may be one is.
    if accounts.is_empty() {
        notes.retain(|note| note.kind == NoteKind::Limit);
    }
    accounts.extend(more);
    notes.extend(their_notes);
    Some((accounts, notes))
}

#[cfg(test)]
mod tests {
    use maillint_model::{Bundle, ClientFormat as _, Probe, Recognition};
    use maillint_source::Limits;

    use super::OutlookRegistry;
    use crate::show;

    fn recognise(name: &str, head: &[u8]) -> Recognition {
        OutlookRegistry.recognise(&Probe::new(name, head, head.len() as u64))
    }

    #[test]
    fn exports_are_known_by_their_content() {
        let ours =
            "Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\x\\9375CFF0413111d3B88A00104B2A6676]\r\n";
        let wide: Vec<u8> = ours.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(recognise("outlook.txt", ours.as_bytes()), Recognition::Yes);
        assert_eq!(recognise("outlook (1).reg", &[b"\xFF\xFE", wide.as_slice()].concat()), Recognition::Yes);
        assert_eq!(recognise("a", &wide), Recognition::Yes);
        assert_eq!(recognise("user.reg", b"WINE REGISTRY Version 2\n"), Recognition::Maybe);
        assert_eq!(recognise("a.txt", b"\n\n[HKEY_CURRENT_USER\\Software]\n\"a\"=\"b\"\n"), Recognition::Maybe);
        assert_eq!(recognise("notes.txt", b"[section]\nkey=value\n"), Recognition::No);
    }

    #[test]
    fn an_export_of_something_else_is_not_ours() {
        let text = b"REGEDIT4\n\n[HKEY_LOCAL_MACHINE\\Software\\Other\\NetworkList\\Profiles]\n\"a\"=\"b\"\n";
        assert!(show::read(&OutlookRegistry, "other.reg", text).is_none());
    }

    #[test]
    fn a_long_export_gives_the_same_accounts_at_the_same_lines() {
        let other = "[HKEY_CURRENT_USER\\Software\\Other]\r\n\"x\"=hex:00,01,\\\r\n  02\r\n\r\n".repeat(20_000);
        let account = "[HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles\\Outlook\\\
            9375CFF0413111d3B88A00104B2A6676\\00000002]\r\n\"clsid\"=\"{ED475412-B0D6-11D2-8C3B-00104B2A6676}\"\r\n\
            \"IMAP Server\"=\"mail.example.org\"\r\n\"IMAP Password\"=hex:68,75,6e,74\r\n\r\n";
        let text = format!("Windows Registry Editor Version 5.00\r\n\r\n{other}{account}{other}");
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let limits = Limits { file_bytes: 4096, ..Limits::default() };
        let bundle = Bundle::single(show::input("hive.reg", b""));
        let reading = OutlookRegistry.read_long(&mut wide.as_slice(), &bundle, &limits).unwrap();
        let account = &reading.accounts[0];
        let host = &account.incoming.as_ref().unwrap().host;
        assert_eq!((host.text(), host.at().unwrap().start().line), (Some("mail.example.org"), 80_005));
        assert!(account.file.text().len() < 1_000 && !account.file.text().contains("68,75"));
        assert!(reading.notes.is_empty());
    }
}
