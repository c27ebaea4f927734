//! Settings that are in the profile and have no effect: of the wrong type, or under a name that does not exist.

use std::collections::BTreeSet;

use maillint_model::{Note, NoteKind};

use crate::layers::{Data, Entry, Layers};
use crate::version::Client;

/// The type that the client asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Int,
    Bool,
}

impl Kind {
    fn fits(self, data: &Data) -> bool {
        matches!((self, data), (Self::Text, Data::Text(_)) | (Self::Int, Data::Int(_)) | (Self::Bool, Data::Bool(_)))
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text => "text in quotes",
            Self::Int => "a number without quotes",
            Self::Bool => "true or false without quotes",
        }
    }
}

/// What is asked for below `mail.server.<key>.` and has to do with the account.
const SERVER: &[(&str, Kind)] = &[
    ("type", Kind::Text),
    ("hostname", Kind::Text),
    ("realhostname", Kind::Text),
    ("userName", Kind::Text),
    ("realuserName", Kind::Text),
    ("name", Kind::Text),
    ("port", Kind::Int),
    ("socketType", Kind::Int),
    ("authMethod", Kind::Int),
    ("leave_on_server", Kind::Bool),
    ("delete_by_age_from_server", Kind::Bool),
    ("num_days_to_leave_on_server", Kind::Int),
    ("delete_mail_left_on_server", Kind::Bool),
    ("check_new_mail", Kind::Bool),
    ("check_time", Kind::Int),
    ("login_at_startup", Kind::Bool),
    ("deferred_to_account", Kind::Text),
    ("ews_url", Kind::Text),
];

/// Below `mail.smtpserver.<key>.`.
const OUTGOING: &[(&str, Kind)] = &[
    ("type", Kind::Text),
    ("hostname", Kind::Text),
    ("username", Kind::Text),
    ("port", Kind::Int),
    ("try_ssl", Kind::Int),
    ("authMethod", Kind::Int),
    ("description", Kind::Text),
];

/// Below `mail.identity.<key>.`.
const IDENTITY: &[(&str, Kind)] =
    &[("useremail", Kind::Text), ("fullName", Kind::Text), ("reply_to", Kind::Text), ("smtpServer", Kind::Text)];

/// Notes on settings without effect, for the servers and identities that are in use.
pub(crate) fn without_effect(layers: &Layers, client: &Client, used: &BTreeSet<String>) -> Vec<Note> {
    let mut notes = Vec::new();
    let families = [("mail.server.", SERVER), ("mail.smtpserver.", OUTGOING), ("mail.identity.", IDENTITY)];
    for (family, known) in families {
        for (name, entry) in layers.below(family) {
            let Some((key, name)) = name.split_once('.') else { continue };
            if key != "default" && !used.contains(&format!("{family}{key}")) {
                continue;
            }
            let full = format!("{family}{key}.{name}");
            let message = match known.iter().find(|(known, _)| *known == name) {
                Some((_, kind)) if kind.fits(&entry.data) => None,
                Some((_, kind)) => Some(format!(
                    "{} ignores {full}: it is stored as {}, but must be {}. The default is in force instead.",
                    client.family.name(),
                    entry.data.kind(),
                    kind.words()
                )),
                None => meant(name, known)
                    .filter(|meant| layers.entry(&format!("{family}{key}.{meant}")).is_none())
                    .map(|meant| format!("{full} has no effect; the setting is called {family}{key}.{meant}.")),
            };
            notes.extend(message.map(|message| note(layers, entry, message)));
        }
    }
    for (name, entry) in layers.below("mail.account.") {
        if let Some((key, "smtpServer")) = name.split_once('.') {
            let message = format!(
                "mail.account.{key}.smtpServer has no effect: the outgoing server belongs to the identity \
                 (mail.identity.….smtpServer)."
            );
            notes.push(note(layers, entry, message));
        }
    }
    notes
}

fn note(layers: &Layers, entry: &Entry, message: String) -> Note {
    let at = if message.contains("ignores") { layers.value_at(entry) } else { layers.key_at(entry) };
    Note::at(NoteKind::Ignored, message, at)
}

/// A known name that differs only in case, underscores and dashes.
fn meant(name: &str, known: &[(&'static str, Kind)]) -> Option<&'static str> {
    known.iter().map(|(known, _)| *known).find(|known| folded(known).eq(folded(name)))
}

fn folded(name: &str) -> impl Iterator<Item = char> {
    name.chars().filter(|char| char.is_alphanumeric()).flat_map(char::to_lowercase)
}
