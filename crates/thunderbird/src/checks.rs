//! Settings that are in the profile and have no effect: of the wrong type, or under a name that does not exist.

use std::collections::BTreeSet;

use maillint_model::{Note, NoteKind};

use crate::layers::{Entry, Layers};
use crate::names::{IDENTITY, OUTGOING, SERVER};
use crate::version::Client;

/// Notes on settings without effect, for the servers and identities that are in use.
pub(crate) fn without_effect(layers: &Layers, client: &Client, used: &BTreeSet<String>) -> Vec<Note> {
    let mut notes = Vec::new();
    for (prefix, family) in [("mail.server.", &SERVER), ("mail.smtpserver.", &OUTGOING), ("mail.identity.", &IDENTITY)]
    {
        // The settings of one server or identity lie together.
        let mut last = ("", false);
        for (rest, entry) in layers.below(prefix) {
            let Some((key, name)) = rest.split_once('.') else { continue };
            if key != last.0 {
                last = (key, key == "default" || used.contains(&format!("{prefix}{key}")));
            }
            if !last.1 {
                continue;
            }
            let message = match family.names.iter().find(|(known, _)| *known == name) {
                Some((_, kind)) if kind.fits(&entry.data) => None,
                Some((_, kind)) => Some(format!(
                    "{} ignores {prefix}{rest}: it is stored as {}, but must be {}. The default is in force instead.",
                    client.family.name(),
                    entry.data.kind(),
                    kind.words()
                )),
                None => family
                    .meant(name)
                    .filter(|meant| layers.entry(&format!("{prefix}{key}.{meant}")).is_none())
                    .map(|meant| format!("{prefix}{rest} has no effect; the setting is called {prefix}{key}.{meant}.")),
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
