//! Settings that are in the profile and have no effect: of the wrong type, or under a name that does not exist.

use std::collections::BTreeSet;

use maillint_model::{Note, NoteKind, Notes};

use crate::layers::Layers;
use crate::names::{IDENTITY, OUTGOING, SERVER};
use crate::version::Client;

/// Notes settings without effect, for the servers and identities that are in use.
pub(crate) fn without_effect(layers: &Layers, client: &Client, used: &BTreeSet<String>, notes: &mut Notes) {
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
            match family.names.iter().find(|(known, _)| *known == name) {
                Some((_, kind)) if kind.fits(&entry.data) => {}
                Some((_, kind)) => {
                    let message = format!(
                        "{} ignores {prefix}{rest}: it is stored as {}, but must be {}. The default is in force \
                         instead.",
                        client.family.name(),
                        entry.data.kind(),
                        kind.words()
                    );
                    let note = Note::at(NoteKind::Ignored, message, layers.value_at(entry));
                    notes.add("settings of the wrong type: the default is in force instead", note);
                }
                None => {
                    let is_free = |meant: &&str| layers.entry(&format!("{prefix}{key}.{meant}")).is_none();
                    if let Some(meant) = family.meant(name).filter(is_free) {
                        let message =
                            format!("{prefix}{rest} has no effect; the setting is called {prefix}{key}.{meant}.");
                        let note = Note::at(NoteKind::Ignored, message, layers.key_at(entry));
                        notes.add("settings under a name that does not exist: they have no effect", note);
                    }
                }
            }
        }
    }
    for (name, entry) in layers.below("mail.account.") {
        if let Some((key, "smtpServer")) = name.split_once('.') {
            let message = format!(
                "mail.account.{key}.smtpServer has no effect: the outgoing server belongs to the identity \
                 (mail.identity.….smtpServer)."
            );
            let note = Note::at(NoteKind::Ignored, message, layers.key_at(entry));
            notes.add("outgoing servers of an account: they have no effect", note);
        }
    }
}
