//! Outlook's accounts in a registry export (`formats/outlook.md` §2, §3).

use std::sync::Arc;

use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Input, Note, NoteKind, Probe, Reading, Recognition, Role,
};
use maillint_source::{Limits, Location, SourceFile, decode_mixed};
use maillint_syntax::reg::{self, Sifted};
use maillint_syntax::{Problem, ProblemKind};

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
        let head = decode_mixed(probe.head).text;
        let first = head.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
        let is_reg =
            ["Windows Registry Editor", "REGEDIT", "WINE REGISTRY"].iter().any(|start| first.starts_with(start));
        let has_key = head.lines().any(|line| {
            let line = line.trim_start().trim_start_matches(['[', '-']).to_ascii_uppercase();
            line.starts_with("HKEY_") || line.starts_with("HKCU\\") || line.starts_with("HKU\\")
        });
        let is_named = probe.name.to_ascii_lowercase().ends_with(".reg");
        let lower = head.to_ascii_lowercase();
        let is_ours = lower.contains("9375cff0413111d3b88a00104b2a6676") || lower.contains("account manager\\accounts");
        match (is_reg || has_key && head.contains('['), is_ours) {
            (true, true) => Recognition::Yes,
            (true, false) => Recognition::Maybe,
            (false, _) if is_named => Recognition::Maybe,
            (false, _) => Recognition::No,
        }
    }

    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading> {
        read(&bundle.main, limits)
    }

    fn steps(&self, change: &Change, account: &Account) -> Vec<String> {
        steps::outlook(change, account)
    }
}

/// Whether a section of a registry is needed; the rest of an export can be left out before it is parsed.
pub fn is_wanted(path: &str) -> bool {
    profile::is_wanted(path) || express_registry::is_wanted(path)
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
pub fn read_sifted(name: &str, sifted: Sifted, limits: &Limits) -> Option<Reading> {
    let document = reg::parse(&sifted.decoded.text, is_secret, limits);
    let file = SourceFile::seal(name, sifted.decoded, &document.secrets);
    let outlook = profile::read(&document.registry, &file, &META, limits);
    let express = express_registry::read(&document.registry, &file, limits);
    let (accounts, mut notes) = combine(outlook, express)?;
    notes.extend(document.problems.iter().map(|problem| note(problem, &file)));
    notes.extend(
        sifted.too_long.iter().map(|line| Note::new(NoteKind::Limit, format!("Line {line} is too long to be read."))),
    );
    if sifted.full {
        notes.push(Note::new(NoteKind::Limit, "The file holds more settings than are read; the rest was left out."));
    }
    Some(Reading::new(accounts, notes))
}

/// Accounts, and what is to be said about reading them.
type Found = (Vec<Account>, Vec<Note>);

/// What a registry holds of Outlook and of Outlook Express.
pub(crate) fn combine(outlook: Option<Found>, express: Option<Found>) -> Option<Found> {
    let Some((more, their_notes)) = express else { return outlook };
    let (mut accounts, mut notes) = outlook.unwrap_or_default();
    if accounts.is_empty() {
        notes.clear();
    }
    accounts.extend(more);
    notes.extend(their_notes);
    Some((accounts, notes))
}

/// A parser's problem as a note.
pub(crate) fn note(problem: &Problem, file: &Arc<SourceFile>) -> Note {
    let kind = match problem.kind {
        ProblemKind::Syntax => NoteKind::NotUnderstood,
        ProblemKind::Limit => NoteKind::Limit,
    };
    let mut message = problem.message.clone();
    if let Some(first) = message.get(..1) {
        let first = first.to_ascii_uppercase();
        message.replace_range(..1, &first);
    }
    message.push('.');
    Note::at(kind, message, Location::new(file, problem.span))
}
