//! Files that hold no settings that can be read: each is answered with what it is, why, and what to send instead
//! (`formats/outlook.md` §0, §5.5, §5.10, §5.11, §6.7).
//!
//! One table, one implementation. A file in which accounts may be hidden makes a run incomplete; one that holds mail and
//! no accounts, or lies on every Windows, does not.

use std::io::Read;

use maillint_model::{
    Bundle, ClientFormat, FormatMeta, Input, Note, NoteKind, Outcome, Probe, Reading, Recognition, Role,
};
use maillint_source::Limits;

/// A kind of file that cannot be read.
pub struct NotReadable {
    meta: &'static FormatMeta,
    /// A file with any of them is of this kind.
    marks: &'static [Mark],
    /// [`NoteKind::Unsupported`] where accounts may be in it; [`NoteKind::Info`] where none are missed.
    kind: NoteKind,
    /// What it is, and why nothing can be read from it.
    reason: &'static str,
    /// What to send instead.
    instead: &'static str,
}

/// How a file is known.
struct Mark {
    /// Its name, or a part of it that begins with a dot, in lower case; empty for any name.
    name: &'static str,
    content: Content,
    /// A folder above it, in lower case, for names that other programs use too.
    folder: Option<&'static str>,
}

enum Content {
    /// Anything.
    Any,
    /// These bytes at this place.
    At(usize, &'static [u8]),
    /// This text among the first bytes, without regard to case.
    Has(&'static str),
    /// No text: a NUL among the first bytes.
    Binary,
}

const SQLITE: Content = Content::At(0, b"SQLite format 3\0");

const EXPORT_PROFILES: &str = "Send an export of Outlook's settings instead: press Windows+R, enter regedit, open \
     HKEY_CURRENT_USER\\Software\\Microsoft\\Office\\16.0\\Outlook\\Profiles (15.0 for Outlook 2013), right-click Profiles, choose \
     Export and send the .reg file.";
const SEND_PICTURES: &str = "Send pictures of the account's settings instead, as the program shows them: incoming and outgoing server, ports, \
     encryption, user name. Never send a password.";

/// Outlook's data files: mail, no accounts.
pub static DATA_FILE: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "outlook-data-file",
        client: "outlook",
        client_name: "Outlook",
        what: "data file of Outlook (.pst, .ost)",
        places: &["Windows: %LOCALAPPDATA%\\Microsoft\\Outlook, Documents\\Outlook Files"],
        names: &["*.pst", "*.ost"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[Mark { name: "", content: Content::At(0, b"!BDN"), folder: None }],
    kind: NoteKind::Info,
    reason: "This is a data file of Outlook: it holds mail, contacts and appointments, but none of the \
             account settings.",
    instead: EXPORT_PROFILES,
};

/// New Outlook for Windows: a web program.
pub static NEW_OUTLOOK: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "outlook-new",
        client: "outlook-new",
        client_name: "New Outlook",
        what: "settings of the new Outlook for Windows (UserSettings.json)",
        places: &["Windows: %LOCALAPPDATA%\\Microsoft\\Olk\\UserSettings.json"],
        names: &["UserSettings.json"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[
        Mark { name: "usersettings.json", content: Content::Any, folder: Some("olk") },
        Mark { name: "usersettings.json", content: Content::Has("identities"), folder: None },
    ],
    kind: NoteKind::Unsupported,
    reason: "This is a file of the new Outlook for Windows, which keeps the servers of an account at \
             Microsoft and not on the computer.",
    instead: "Send pictures instead: in Outlook, Settings (the gear) > Accounts > Your accounts > Manage, of \
             whatever it shows about the servers. Never send a password.",
};

/// The Mail app of Windows 8 to 11. Its store lies on every Windows, in use or not.
pub static WINDOWS_APP: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "windows-mail-app",
        client: "windows-mail-app",
        client_name: "Windows Mail app",
        what: "store of the Mail and Calendar app of Windows (store.vol)",
        places: &["Windows: %LOCALAPPDATA%\\Comms\\UnistoreDB\\store.vol"],
        names: &["store.vol"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[Mark { name: "store.vol", content: Content::At(4, b"\xEF\xCD\xAB\x89"), folder: None }],
    kind: NoteKind::Info,
    reason: "This is the store of Windows' own Mail and Calendar app, which Microsoft retired at the end of \
             2024; its accounts are in a form that cannot be read.",
    instead: SEND_PICTURES,
};

/// Outlook for Mac.
pub static OUTLOOK_MAC: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "outlook-mac",
        client: "outlook-mac",
        client_name: "Outlook for Mac",
        what: "database of Outlook for Mac (Outlook.sqlite, .olk15…)",
        places: &[
            "macOS: ~/Library/Group Containers/UBF8T346G9.Office/Outlook/Outlook 15 Profiles/<profile>/Data/Outlook.sqlite",
        ],
        names: &["Outlook.sqlite"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[
        Mark { name: "outlook.sqlite", content: SQLITE, folder: None },
        Mark { name: ".olk15", content: Content::Any, folder: None },
    ],
    kind: NoteKind::Unsupported,
    reason: "This is a file of Outlook for Mac, which keeps its accounts in a form that cannot be read.",
    instead: "Send pictures instead: Outlook > Settings... > Accounts, of the incoming and the outgoing \
             server, or the configuration profile (.mobileconfig) that set the account up. Never send a \
             password.",
};

/// Foxmail 6 to 7.2.
pub static FOXMAIL: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "foxmail",
        client: "foxmail",
        client_name: "Foxmail",
        what: "account of Foxmail (Account.rec0, Accounts.tdat, Account.stg)",
        places: &["Windows: Storage\\<address>\\Accounts\\Account.rec0 in the folder of Foxmail"],
        names: &["Account.rec0", "Accounts.tdat", "Account.stg"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[
        Mark { name: "account.rec0", content: Content::Any, folder: None },
        Mark { name: "accounts.tdat", content: Content::Any, folder: None },
        Mark { name: "account.stg", content: Content::At(0, b"\xD0\xCF\x11\xE0"), folder: None },
    ],
    kind: NoteKind::Unsupported,
    reason: "This is an account of Foxmail, in a form that cannot be read; the password is in it, badly \
             hidden, so do not pass it on.",
    instead: SEND_PICTURES,
};

/// Mailbird.
pub static MAILBIRD: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "mailbird",
        client: "mailbird",
        client_name: "Mailbird",
        what: "database of Mailbird (Store.db)",
        places: &["Windows: %LOCALAPPDATA%\\Mailbird\\Store\\Store.db"],
        names: &["Store.db"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[
        Mark { name: "store.db", content: SQLITE, folder: Some("mailbird") },
        Mark { name: "store.db", content: Content::Has("Server_Host"), folder: None },
    ],
    kind: NoteKind::Unsupported,
    reason: "This is the database of Mailbird, which keeps its accounts in a form that cannot be read.",
    instead: SEND_PICTURES,
};

/// eM Client.
pub static EM_CLIENT: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "em-client",
        client: "em-client",
        client_name: "eM Client",
        what: "accounts of eM Client (accounts.dat)",
        places: &["Windows: %APPDATA%\\eM Client\\accounts.dat"],
        names: &["accounts.dat"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[Mark { name: "accounts.dat", content: SQLITE, folder: None }],
    kind: NoteKind::Unsupported,
    reason: "This is the database of accounts of eM Client, in a form that cannot be read.",
    instead: SEND_PICTURES,
};

/// The Bat!: binary records, encrypted where the user chose so.
pub static THE_BAT: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "the-bat",
        client: "the-bat",
        client_name: "The Bat!",
        what: "account of The Bat! (ACCOUNT.CFG, ACCOUNT.CFN)",
        places: &["Windows: <account>\\ACCOUNT.CFG in the mail folder of The Bat!"],
        names: &["ACCOUNT.CFG", "ACCOUNT.CFN"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[
        Mark { name: "account.cfg", content: Content::Binary, folder: None },
        Mark { name: "account.cfn", content: Content::Binary, folder: None },
    ],
    kind: NoteKind::Unsupported,
    reason: "This is an account of The Bat!, in a form that cannot be read.",
    instead: SEND_PICTURES,
};

/// `IncrediMail`, in a registry export.
pub static INCREDIMAIL: NotReadable = NotReadable {
    meta: &FormatMeta {
        id: "incredimail",
        client: "incredimail",
        client_name: "IncrediMail",
        what: "registry export of IncrediMail (.reg)",
        places: &["Windows: HKEY_CURRENT_USER\\Software\\IncrediMail"],
        names: &["*.reg"],
        companions: &[],
        role: Role::Accounts,
    },
    marks: &[Mark { name: "", content: Content::Has("\\Software\\IncrediMail\\Identities"), folder: None }],
    kind: NoteKind::Unsupported,
    reason: "This is a registry export of IncrediMail, which has not been kept up since 2020; its settings \
             cannot be read.",
    instead: SEND_PICTURES,
};

impl NotReadable {
    /// Whether a file has one of the marks; `path` is empty where it is not known yet.
    fn recognise_at(&self, probe: &Probe<'_>, path: Option<&str>) -> Recognition {
        let name = probe.name.to_ascii_lowercase();
        let is_named = |mark: &Mark| {
            if mark.name.starts_with('.') {
                name.contains(mark.name)
            } else {
                mark.name.is_empty() || name == mark.name
            }
        };
        let lies_there = |mark: &Mark| match (mark.folder, path) {
            (Some(folder), Some(path)) => path.to_ascii_lowercase().split('/').any(|name| name == folder),
            _ => true,
        };
        let found = self.marks.iter().find(|mark| is_named(mark) && mark.content.fits(probe) && lies_there(mark));
        match found {
            None => Recognition::No,
            // A client that reads such files is asked first.
            Some(Mark { folder: Some(_), .. } | Mark { content: Content::Has(_), .. }) => Recognition::Maybe,
            Some(_) => Recognition::Yes,
        }
    }

    fn answer(&self, main: &Input, head: &[u8]) -> Option<Reading> {
        let name = main.name.rsplit(['/', '\\']).next().unwrap_or_default();
        let probe = Probe::new(name, head, 0);
        if self.recognise_at(&probe, Some(&main.path)) == Recognition::No {
            return None;
        }
        let note = Note::new(self.kind, format!("{} {}", self.reason, self.instead));
        Some(Reading { outcome: Outcome::Skipped, accounts: Vec::new(), notes: vec![note] })
    }
}

impl Content {
    fn fits(&self, probe: &Probe<'_>) -> bool {
        let head = probe.head;
        match self {
            Self::Any => true,
            Self::At(at, bytes) => head.get(*at..).is_some_and(|rest| rest.starts_with(bytes)),
            Self::Has(text) => probe.has_lower(&text.to_ascii_lowercase()),
            Self::Binary => head.iter().take(16).any(|byte| *byte == 0),
        }
    }
}

/// Bytes of a file that marks are looked for in, as many as recognition sees.
const HEAD: usize = 4096;

impl ClientFormat for NotReadable {
    fn meta(&self) -> &'static FormatMeta {
        self.meta
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        self.recognise_at(probe, None)
    }

    fn read(&self, bundle: &Bundle, _limits: &Limits) -> Option<Reading> {
        let bytes = &bundle.main.bytes;
        self.answer(&bundle.main, bytes.get(..HEAD).unwrap_or(bytes))
    }

    /// Mail makes such files long, and there is nothing to read in them anyway.
    fn read_long(&self, stream: &mut dyn Read, bundle: &Bundle, _limits: &Limits) -> Option<Reading> {
        let mut head = Vec::new();
        stream.take(HEAD as u64).read_to_end(&mut head).ok()?;
        self.answer(&bundle.main, &head)
    }
}

#[cfg(test)]
mod tests {
    use maillint_model::{Bundle, ClientFormat, Input, NoteKind, Outcome, Probe, Recognition};
    use maillint_source::Limits;

    use super::{DATA_FILE, EM_CLIENT, INCREDIMAIL, MAILBIRD, NEW_OUTLOOK, NotReadable, OUTLOOK_MAC, THE_BAT};

    fn recognised(format: &NotReadable, name: &str, head: &[u8]) -> Recognition {
        format.recognise(&Probe::new(name, head, head.len() as u64))
    }

    fn kind(format: &NotReadable, path: &str, bytes: &[u8]) -> Option<NoteKind> {
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        let main = Input { name, path: path.to_owned(), bytes: bytes.to_vec() };
        let reading = format.read(&Bundle::single(main), &Limits::default())?;
        assert_eq!(reading.outcome, Outcome::Skipped);
        Some(reading.notes[0].kind)
    }

    #[test]
    fn names_that_others_use_need_a_mark_in_the_file() {
        assert_eq!(recognised(&DATA_FILE, "renamed.bin", b"!BDN\0\0\0\0SM"), Recognition::Yes);
        assert_eq!(recognised(&DATA_FILE, "outlook.pst", b"text"), Recognition::No);
        assert_eq!(recognised(&EM_CLIENT, "accounts.dat", b"SQLite format 3\0"), Recognition::Yes);
        assert_eq!(recognised(&EM_CLIENT, "accounts.dat", b"anna"), Recognition::No);
        assert_eq!(recognised(&THE_BAT, "ACCOUNT.CFG", b"\x01\0\0\0\x02\0\0\0"), Recognition::Yes);
        assert_eq!(recognised(&THE_BAT, "account.cfg", b"name = anna\n"), Recognition::No);
        assert_eq!(recognised(&OUTLOOK_MAC, "x.olk15Message", b""), Recognition::Yes);
    }

    #[test]
    fn where_the_name_says_little_the_folder_decides() {
        let olk = "/c/Users/anna/AppData/Local/Microsoft/Olk/UserSettings.json";
        assert_eq!(kind(&NEW_OUTLOOK, olk, b"{}"), Some(NoteKind::Unsupported));
        assert_eq!(kind(&NEW_OUTLOOK, "/home/anna/.config/game/UserSettings.json", b"{}"), None);
        assert_eq!(
            kind(&NEW_OUTLOOK, "/upload/UserSettings.json", b"{\"Identities\":[]}"),
            Some(NoteKind::Unsupported)
        );
        assert_eq!(kind(&MAILBIRD, "/x/Mailbird/Store/Store.db", b"SQLite format 3\0"), Some(NoteKind::Unsupported));
        assert_eq!(kind(&MAILBIRD, "/x/game/Store.db", b"SQLite format 3\0"), None);
    }

    #[test]
    fn a_registry_export_is_left_to_those_who_can_read_it() {
        let export =
            b"Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\Software\\IncrediMail\\Identities]\r\n";
        assert_eq!(recognised(&INCREDIMAIL, "x.reg", export), Recognition::Maybe);
    }

    #[test]
    fn mail_alone_does_not_make_a_run_incomplete() {
        assert_eq!(kind(&DATA_FILE, "/x/outlook.pst", b"!BDN"), Some(NoteKind::Info));
    }

    #[test]
    fn a_long_file_is_known_by_its_start() {
        let main = Input { name: "outlook.pst".into(), path: "/x/outlook.pst".into(), bytes: Vec::new() };
        let mut stream = b"!BDN and gigabytes of mail".as_slice();
        let reading = DATA_FILE.read_long(&mut stream, &Bundle::single(main), &Limits::default());
        assert_eq!(reading.map(|reading| reading.outcome), Some(Outcome::Skipped));
    }
}
