//! Files of an administrator. One that was named on the command line goes over every profile of the run; one that was
//! only found does not: whose it is, nobody has said.

use maillint_model::{Bundle, ClientFormat, FormatMeta, Note, NoteKind, Probe, Reading, Recognition, Role};
use maillint_source::Limits;

use crate::{autoconfig_script, policies};

/// `policies.json`.
pub static POLICIES: Policies = Policies;

/// An AutoConfig script.
pub static SCRIPT: Script = Script;

/// See [`POLICIES`].
#[derive(Clone, Copy, Debug)]
pub struct Policies;

/// See [`SCRIPT`].
#[derive(Clone, Copy, Debug)]
pub struct Script;

static POLICIES_META: FormatMeta = FormatMeta {
    id: "thunderbird-policies",
    client: "thunderbird",
    client_name: "Thunderbird",
    what: "policies.json, an administrator's policies",
    places: &[
        "<Thunderbird's own folder>/distribution/policies.json",
        "Linux: /etc/thunderbird/policies/policies.json",
    ],
    names: &["policies.json"],
    companions: &[],
    role: Role::Layer,
};

static SCRIPT_META: FormatMeta = FormatMeta {
    id: "thunderbird-autoconfig-script",
    client: "thunderbird",
    client_name: "Thunderbird",
    what: "an administrator's AutoConfig script (.cfg)",
    places: &["<Thunderbird's own folder>/<name>.cfg"],
    names: &["thunderbird.cfg", "mozilla.cfg", "autoconfig.cfg"],
    companions: &[],
    role: Role::Layer,
};

/// A layer has no accounts of its own.
fn no_accounts(number: usize, what: &str, bundle: &Bundle) -> Reading {
    let (settings, they, are, were) = match number {
        1 => ("1 setting".to_owned(), "It", "is", "was"),
        number => (format!("{number} settings"), "They", "are", "were"),
    };
    let message = if number == 0 {
        format!("{what} sets nothing that has to do with mail accounts.")
    } else if bundle.layers.is_empty() {
        format!(
            "{what} sets {settings} of mail. {they} {were} not applied to any profile. To have that done, name both this \
             file and the profile when you start maillint."
        )
    } else {
        format!("{what} sets {settings} of mail. {they} {are} applied to every Thunderbird profile of this run.")
    };
    Reading::new(Vec::new(), vec![Note::new(NoteKind::Info, message)])
}

impl ClientFormat for Policies {
    fn meta(&self) -> &'static FormatMeta {
        &POLICIES_META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.text().trim_start().starts_with('{') && probe.has("\"policies\"") {
            Recognition::Maybe
        } else {
            Recognition::No
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let (_, part) = policies::read(&bundle.main.bytes, 0, limits)?;
        // The same file may be Firefox's.
        (!part.entries.is_empty()).then(|| no_accounts(part.entries.len(), "This file of policies", bundle))
    }
}

impl ClientFormat for Script {
    fn meta(&self) -> &'static FormatMeta {
        &SCRIPT_META
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        let calls = ["lockPref(", "defaultPref("].iter().any(|call| probe.has(call));
        if probe.is_named(".cfg") || calls { Recognition::Maybe } else { Recognition::No }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        let (_, part) = autoconfig_script::read(&bundle.main.bytes, 0, limits)?;
        let found = part.entries.len();
        (found > 0 || !part.notes.is_empty()).then(|| no_accounts(found, "This script", bundle))
    }
}
