//! `prefs.js` of a profile, with everything beside it that has a say in the accounts.

use std::collections::BTreeSet;
use std::io::Read;

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Note, NoteKind, Probe, Protocol, Reading, Recognition, Role,
    Status, shared_name, shown,
};
use maillint_source::{Encoding, Limits, decode, decode_mixed};
use maillint_syntax::prefs::condense::{Condensed, condense, condense_stream};

use crate::accounts::{Reader, connection_wide, profile_name};
use crate::exceptions::Exceptions;
use crate::layers::Layers;
use crate::load::{Load, Loaded, OldStop, load, unreadable};
use crate::names::Wanted;
use crate::version::Client;
use crate::{checks, profile, steps};

/// The settings of a profile of Thunderbird, or of a client that descends from it.
pub static PREFS_JS: PrefsJs = PrefsJs;

/// See [`PREFS_JS`].
#[derive(Clone, Copy, Debug)]
pub struct PrefsJs;

/// Above this length in bytes, a file is cut down to its mail settings before anything is made of them: what add-ons
/// store in it is nearly all of a large one.
const LARGE: usize = 1 << 20;

static META: FormatMeta = FormatMeta {
    id: "thunderbird-prefs",
    client: "thunderbird",
    client_name: "Thunderbird",
    what: "prefs.js of a profile",
    places: &[
        "Windows: %APPDATA%\\Thunderbird\\Profiles\\<profile>\\prefs.js",
        "Windows, from the Store: %LOCALAPPDATA%\\Packages\\MozillaThunderbird.MZLA_h5892qc0xkpca\\LocalCache\\Roaming\\Thunderbird\\Profiles\\<profile>\\prefs.js",
        "macOS: ~/Library/Thunderbird/Profiles/<profile>/prefs.js",
        "Linux: ~/.thunderbird/<profile>/prefs.js",
        "Linux, Snap: ~/snap/thunderbird/common/.thunderbird/<profile>/prefs.js",
        "Linux, Flatpak: ~/.var/app/org.mozilla.Thunderbird/.thunderbird/<profile>/prefs.js",
        "SeaMonkey, Postbox, Betterbird, Icedove, Interlink, Epyrus: prefs.js in their profile folders",
    ],
    names: &["prefs.js"],
    companions: &[
        "user.js",
        "compatibility.ini",
        "cert_override.txt",
        "policies.json",
        "*.cfg",
        "../profiles.ini",
        "../installs.ini",
        "../../profiles.ini",
        "../../installs.ini",
    ],
    role: Role::Accounts,
};

impl ClientFormat for PrefsJs {
    fn meta(&self) -> &'static FormatMeta {
        &META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        let named = probe.name.eq_ignore_ascii_case("prefs.js");
        if probe.has("user_pref(\"mail.") {
            Recognition::Yes
        } else if probe.has("user_pref") || probe.has("Mozilla User Preferences") || named {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let bytes = &bundle.main.bytes;
        let is_wide = || matches!(decode(&bytes[..512]).encoding, Encoding::Utf16Le | Encoding::Utf16Be);
        if bytes.len() > LARGE && !is_wide() {
            return read_condensed(condense(bytes, limits, &keep), bundle, limits);
        }
        match load(decode_mixed(bytes), bundle, limits) {
            Load::Foreign => unreadable(bundle).map(Reading::unsupported),
            Load::Unsupported(message) => Some(Reading::unsupported(message)),
            Load::Profile(loaded) => Some(reading(*loaded, bundle, limits)),
        }
    }

    fn read_long(&self, stream: &mut dyn Read, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        read_condensed(condense_stream(stream, limits, &keep), bundle, limits)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::steps(change, account)
    }
}

/// What is kept of a piece of a large file.
fn keep() -> Box<dyn FnMut(&str) -> bool> {
    let mut wanted = Wanted::default();
    Box::new(move |key| wanted.keeps(key))
}

fn read_condensed(main: Condensed, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
    let Load::Profile(loaded) = load(main.decoded, bundle, limits) else { return None };
    let Reading { accounts, mut notes, .. } = reading(*loaded, bundle, limits);
    if !main.is_all {
        notes.push(Note::left_out("it holds more settings than are read"));
    }
    Some(Reading::new(accounts, notes))
}

fn reading(loaded: Loaded, bundle: &Bundle, limits: &Limits) -> Reading {
    let Loaded { mut layers, mut notes, old_stop } = loaded;
    let client = Client::of(bundle, &layers, limits);
    if let Some(stop) = old_stop {
        notes.extend(old_client_note(&stop, &client, &layers));
        if client.has_old_parser() {
            layers.forget_main_after(stop.span.start);
        }
    }
    let exceptions =
        bundle.companion("cert_override.txt").map(|file| Exceptions::read(&file.name, &file.bytes, limits, &mut notes));
    let mut reader = Reader {
        meta: &META,
        layers: &layers,
        client: &client,
        exceptions,
        notes,
        in_use: BTreeSet::new(),
        identities: 0,
        is_cut: false,
    };
    let mut accounts = reader.accounts(limits);
    let Reader { mut notes, in_use, .. } = reader;
    connection_wide(&layers, &mut accounts);

    let profile = profile::find(bundle, limits, &mut notes);
    let name = profile_name(profile.name.map(|name| shared_name(&name, limits).to_owned()), &client);
    for account in &mut accounts {
        account.client_version.clone_from(&client.version);
        account.profile.clone_from(&name);
        account.profile_id.clone_from(&profile.id);
        if let (Some(unused), Status::Active) = (&profile.unused, account.status) {
            account.status = Status::InactiveProfile;
            account.remark = account.remark.take().or_else(|| Some(unused.clone()));
        }
    }
    checks::without_effect(&layers, &client, &in_use, &mut notes);
    let has_mail = |account: &Account| {
        account.incoming.as_ref().is_some_and(|server| {
            (account.status != Status::Orphaned || account.is_left_out) && server.protocol != Protocol::Local
        })
    };
    if !accounts.iter().any(has_mail) {
        notes.push(Note::new(NoteKind::Info, "No mail account is set up in this profile."));
    }
    Reading::new(accounts, notes.into_vec())
}

/// What a version before 60 makes of a file with an error: it reads no further.
fn old_client_note(stop: &OldStop, client: &Client, layers: &Layers) -> Option<Note> {
    let (first, count) = (shown(stop.lost.first()?), stop.lost.len());
    let rest = if count == 1 { String::new() } else { format!(" and {} more settings of mail", count - 1) };
    let message = if client.has_old_parser() {
        format!("{} stops reading at this error: it loses {first}{rest}.", client.family.name())
    } else {
        format!(
            "Thunderbird before version 60, Postbox, Interlink and other old relatives stop reading at this error: \
             they lose {first}{rest}."
        )
    };
    let at = layers.at(0, stop.span);
    Some(Note::at(NoteKind::Ignored, message, at))
}
