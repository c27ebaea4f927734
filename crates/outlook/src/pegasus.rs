//! Pegasus Mail: `PMAIL.INI`, one a user (`formats/outlook.md` §5.9).
//!
//! The facts name the keys of identities and one word of switches, but not those of servers: what is set for them is not
//! known here, and a note says so.

use maillint_model::{
    Account, Auth, Bundle, ClientFormat, FormatMeta, Identity, Note, NoteKind, Probe, Protocol, Reading, Recognition,
    Role, Server, Setting,
};
use maillint_source::Limits;
use maillint_syntax::ini::Section;

use crate::ini_file::{self, IniFile};
use crate::values::translate;

/// The format.
pub struct Pegasus;

static META: FormatMeta = FormatMeta {
    id: "pegasus-ini",
    client: "pegasus",
    client_name: "Pegasus Mail",
    what: "settings of a user of Pegasus Mail (PMAIL.INI)",
    places: &["Windows: PMAIL.INI in the user's mail folder of Pegasus Mail"],
    names: &["PMAIL.INI"],
    companions: &[],
    role: Role::Accounts,
};

/// How the sections of identities begin.
const IDENTITY: &str = "WinPMail Identity";

impl ClientFormat for Pegasus {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.has(&format!("[{IDENTITY}")) {
            Recognition::Yes
        } else if probe.name.eq_ignore_ascii_case("PMAIL.INI") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let mut ini = ini_file::read(&bundle.main, limits);
        let mut notes = std::mem::take(&mut ini.notes);
        let identities = ini.document.sections.iter().filter(|section| section.name.value.starts_with(IDENTITY));
        let accounts: Vec<Account> =
            identities.take(limits.accounts.saturating_add(1)).map(|section| account(section, &ini)).collect();
        if accounts.is_empty() {
            return None;
        }
        notes.push(Note::new(
            NoteKind::NotUnderstood,
            "The servers of Pegasus Mail could not be read from this file. Send pictures of the incoming (POP3) and \
             outgoing (SMTP) settings as Pegasus Mail shows them. Never send a password.",
        ));
        Some(Reading::new(accounts, notes))
    }
}

fn account(section: &Section, ini: &IniFile) -> Account {
    let values = ini.values(section);
    let mut account = Account::new(&META, ini.place(section), section.name.value.as_str());
    account.secrets = values.secrets();
    account.identities.push(Identity {
        address: values.text_or_unknown("Internet E-mail Address"),
        name: values.text_or_unknown("Personal name"),
        reply_to: values.text_or_unknown("Default reply-to address"),
        outgoing: None,
    });
    // A sum of powers of two; which of them wins where several are set is not known.
    let auth = values.number("Transport Control Word").map_or_else(Setting::unknown, |word| {
        translate(&word, |word| match word & (2048 | 4096 | 8192) {
            0 => Some(Auth::None),
            2048 | 8192 => Some(Auth::Password),
            4096 => Some(Auth::PopBeforeSmtp),
            _ => None,
        })
    });
    account.outgoing = Some(Server { auth, ..Server::new(Protocol::Smtp) });
    account
}
