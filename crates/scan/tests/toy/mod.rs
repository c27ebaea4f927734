//! A client that exists for these tests only, so that they stand whatever the real readers do.

use maillint_clients::recognise_among;
use maillint_model::{
    Account, Bundle, Change, ClientFormat, FormatMeta, Note, NoteKind, Probe, Reading, Recognition, Role,
};
use maillint_scan::{Options, Scan};
use maillint_source::{Limits, Location, SourceFile, Span, decode};

/// `toy` in the first line, then one account a line. `boom` panics. Wants `more.toy` beside it, whose lines are
/// accounts too, and `../index.toy`.
struct Accounts;

static ACCOUNTS: FormatMeta = FormatMeta {
    id: "toy-accounts",
    client: "toy",
    client_name: "Toy",
    what: "accounts.toy",
    places: &[],
    names: &["accounts.toy"],
    companions: &["more.toy", "../index.toy", "*.part"],
    role: Role::Accounts,
};

impl ClientFormat for Accounts {
    fn meta(&self) -> &'static FormatMeta {
        &ACCOUNTS
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.head.starts_with(b"toy\n") { Recognition::Yes } else { Recognition::No }
    }

    fn read(&self, bundle: &Bundle, _: &Limits) -> Option<Reading> {
        let mut accounts = Vec::new();
        let mut notes = Vec::new();
        for input in std::iter::once(&bundle.main).chain(bundle.companions.iter().map(|(_, input)| input)) {
            let file = SourceFile::seal(&input.name, decode(&input.bytes), &[]);
            for line in file.text().lines().skip(1) {
                assert!(line != "boom", "as asked");
                accounts.push(Account::new(&ACCOUNTS, Location::new(&file, Span::new(0, 3)), line));
            }
        }
        for layer in &bundle.layers {
            notes.push(Note::new(NoteKind::Info, format!("under {}", layer.name)));
        }
        Some(Reading::new(accounts, notes))
    }

    fn steps(&self, _: &Change, _: &Account) -> Vec<String> {
        Vec::new()
    }
}

/// An index of the folders that hold accounts, which is a file of its own where there are none.
struct Index;

static INDEX: FormatMeta =
    FormatMeta { id: "toy-index", what: "index.toy", names: &["index.toy"], companions: &[], ..ACCOUNTS };

impl ClientFormat for Index {
    fn meta(&self) -> &'static FormatMeta {
        &INDEX
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.head.starts_with(b"index\n") { Recognition::Yes } else { Recognition::No }
    }

    fn read(&self, _: &Bundle, _: &Limits) -> Option<Reading> {
        Some(Reading::new(Vec::new(), vec![Note::new(NoteKind::Info, "an index")]))
    }

    fn steps(&self, _: &Change, _: &Account) -> Vec<String> {
        Vec::new()
    }
}

/// What an administrator lays over the accounts.
struct Layer;

static LAYER: FormatMeta = FormatMeta {
    id: "toy-layer",
    what: "layer.toy",
    names: &["layer.toy"],
    companions: &[],
    role: Role::Layer,
    ..ACCOUNTS
};

impl ClientFormat for Layer {
    fn meta(&self) -> &'static FormatMeta {
        &LAYER
    }

    fn recognise(&self, probe: &Probe<'_>) -> Recognition {
        if probe.head.starts_with(b"layer\n") { Recognition::Yes } else { Recognition::No }
    }

    fn read(&self, bundle: &Bundle, _: &Limits) -> Option<Reading> {
        let message = if bundle.layers.is_empty() { "over nothing" } else { "over all" };
        Some(Reading::new(Vec::new(), vec![Note::new(NoteKind::Info, message)]))
    }

    fn steps(&self, _: &Change, _: &Account) -> Vec<String> {
        Vec::new()
    }
}

pub(crate) const FORMATS: &[&dyn ClientFormat] = &[&Accounts, &Index, &Layer];

/// The options of a run that looks for toys.
pub(crate) fn options(limits: &Limits) -> Options<'_> {
    Options { formats: FORMATS, ..Options::new(limits) }
}

/// A scan as text: the files with outcome and notes, then the accounts with their files.
pub(crate) fn told(scan: &Scan) -> String {
    use std::fmt::Write;
    let mut text = String::new();
    for file in &scan.files {
        write!(text, "{} {}", file.path, file.outcome.as_str()).unwrap();
        for note in &file.notes {
            write!(text, " ({}: {})", note.kind.as_str(), note.message).unwrap();
        }
        text.push('\n');
    }
    for account in &scan.accounts {
        writeln!(text, "- {} {}", account.file.name(), account.key).unwrap();
    }
    text
}

#[test]
fn the_toys_are_told_apart() {
    let head = |head| Probe::new("x", head, 4);
    assert_eq!(recognise_among(FORMATS, &head(b"toy\n"))[0].meta().id, "toy-accounts");
    assert!(recognise_among(FORMATS, &head(b"no\n")).is_empty());
}
