//! From the files of a profile to its settings: decoding, parsing, layering, blanking of secrets.

use maillint_model::{Bundle, Input, Note, NoteKind, Notes, Tally, is_too_long_to_share, sentence, shown};
use maillint_source::{Decoded, Encoding, Limits, SourceFile, Span, decode_mixed, left_out};
use maillint_syntax::prefs::{self, Dialect, Item, Parser};

use crate::layers::{Data, Entry, Layer, Layers, Values};
use crate::names::{Wanted, is_asked_for, is_list, is_of_mail};
use crate::{autoconfig_script, policies, secrets};

/// Settings that there is room for from the start: those of one account with its server.
const FEW_SETTINGS: usize = 32;

/// A note before its file is sealed.
pub(crate) struct Draft {
    pub(crate) kind: NoteKind,
    pub(crate) message: String,
    pub(crate) at: Option<Span>,
}

/// What one file contributes.
pub(crate) struct Part {
    /// Name, entry; `None` clears what was set before.
    pub(crate) entries: Vec<(String, Option<Entry>)>,
    pub(crate) notes: Vec<Draft>,
    /// How many there are of what has a note.
    pub(crate) tally: Tally,
    pub(crate) secrets: Vec<Span>,
    /// Whether something was against the grammar.
    pub(crate) faulty: bool,
}

impl Part {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { entries: Vec::new(), notes: Vec::new(), tally: Tally::new(limits), secrets: Vec::new(), faulty: false }
    }
}

/// A profile that was read.
pub(crate) struct Loaded {
    pub(crate) layers: Layers,
    pub(crate) notes: Notes,
    /// Where the parser of older versions gives up, in `prefs.js`.
    pub(crate) old_stop: Option<OldStop>,
}

/// An error at which the parser before version 60 stops reading.
pub(crate) struct OldStop {
    pub(crate) span: Span,
    /// The names of the settings below it that somebody wants.
    pub(crate) lost: Vec<String>,
}

impl OldStop {
    fn find(text: &str) -> Option<Self> {
        let span = prefs::old::first_fatal_error(text)?.span;
        let lost = |item: Item<'_>| match item {
            Item::Pref(pref) if pref.span.end > span.start => Some(pref.key.value.decode().into_owned()),
            _ => None,
        };
        let lost = Parser::new(text, Dialect::User).filter_map(lost).filter(|key| is_asked_for(key)).collect();
        Some(Self { span, lost })
    }
}

/// What became of the main file.
pub(crate) enum Load {
    /// It holds settings of a mail client.
    Profile(Box<Loaded>),
    /// It is a file of settings, but of no mail client: Firefox, an add-on, a site generator.
    Foreign,
    /// It cannot be read; the sentence says what it is and what to do.
    Unsupported(&'static str),
}

/// `decoded` is the text of the main file, or what is wanted of it.
pub(crate) fn load(decoded: Decoded, bundle: &Bundle, limits: &Limits) -> Load {
    let main = settings(&decoded, Layer::Profile, 0, limits);
    if !main.entries.iter().any(|(key, _)| is_of_mail(key)) {
        return Load::Foreign;
    }
    if matches!(decoded.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
        return Load::Unsupported(
            "This file is stored as UTF-16 (Windows calls it Unicode). Thunderbird cannot read it and would start \
             without any account. Send the file as it lies in the profile, or store it as UTF-8.",
        );
    }
    let old_stop = if main.faulty { OldStop::find(&decoded.text) } else { None };

    let mut files = vec![(bundle.main.name.clone(), decoded)];
    let mut parts = vec![main];
    let mut add = |input: &Input, decoded: Decoded, part: Part| {
        files.push((input.name.clone(), decoded));
        parts.push(part);
    };
    let mut index = 1;
    for input in bundle.companions("user.js") {
        let decoded = decode_mixed(&input.bytes);
        let part = settings(&decoded, Layer::UserJs, index, limits);
        add(input, decoded, part);
        index += 1;
    }
    for input in layer_files(bundle) {
        let read = policies::read(&input.bytes, index, limits);
        let Some((decoded, part)) = read.or_else(|| autoconfig_script::read(&input.bytes, index, limits)) else {
            continue;
        };
        add(input, decoded, part);
        index += 1;
    }
    Load::Profile(Box::new(seal(files, parts, old_stop, limits)))
}

/// The administrator's files: beside the profile, then from the command line.
fn layer_files(bundle: &Bundle) -> impl Iterator<Item = &Input> {
    let beside = ["policies.json", "*.cfg"].into_iter().flat_map(|pattern| bundle.companions(pattern));
    beside.chain(&bundle.layers)
}

fn seal(files: Vec<(String, Decoded)>, parts: Vec<Part>, old_stop: Option<OldStop>, limits: &Limits) -> Loaded {
    let mut values = Values::default();
    let mut sealed = Vec::new();
    let mut drafts = Vec::new();
    let mut counts = Vec::new();
    for ((name, decoded), part) in files.into_iter().zip(parts) {
        let file = SourceFile::seal(name, decoded, &part.secrets);
        let mut is_told = false;
        for (key, mut entry) in part.entries {
            if let Some(entry) = entry.as_mut().filter(|entry| is_too_long(&key, entry, limits)) {
                entry.data = Data::LongText;
                let message = "A setting is longer than any real one; it was not read.".to_owned();
                let draft =
                    Draft { kind: NoteKind::Limit, message, at: Some(Span::empty(entry.value_span.start as usize)) };
                drafts.extend((!is_told).then_some((sealed.len(), draft)));
                is_told = true;
            }
            match entry {
                Some(_) if is_too_long_to_share(&key, limits) => {}
                Some(entry) => values.set(key, entry),
                None => values.clear(&key),
            }
        }
        drafts.extend(part.notes.into_iter().map(|draft| (sealed.len(), draft)));
        counts.extend(part.tally.into_notes());
        sealed.push(file);
    }
    let layers = Layers::new(sealed, values);
    let note = |(file, draft): (usize, Draft)| match draft.at {
        Some(span) => Note::at(draft.kind, draft.message, layers.at(file, span)),
        None => Note::new(draft.kind, draft.message),
    };
    let mut notes = Notes::new(limits);
    notes.extend(drafts.into_iter().map(note).chain(counts));
    Loaded { layers, notes, old_stop }
}

/// Whether a setting that is asked for is too long to be what it should be, or its name is.
fn is_too_long(key: &str, entry: &Entry, limits: &Limits) -> bool {
    let is_long = matches!(&entry.data, Data::Text(text) if is_too_long_to_share(text, limits)) && !is_list(key);
    (is_long || is_too_long_to_share(key, limits)) && is_asked_for(key)
}

/// Why a file that should be a profile's holds nothing.
pub(crate) fn unreadable(bundle: &Bundle) -> Option<&'static str> {
    let path = bundle.main.path.to_ascii_lowercase();
    let in_profile =
        ["thunderbird", "icedove", "seamonkey", "postbox", "betterbird"].iter().any(|it| path.contains(it));
    let bytes = &bundle.main.bytes;
    if !in_profile || !path.ends_with("prefs.js") {
        return None;
    }
    if bytes.starts_with(b"version https://git-lfs") {
        return Some("This is only a pointer to the real file, made by Git LFS. Send the file itself.");
    }
    if bytes.iter().all(|byte| matches!(byte, 0 | b' ' | b'\r' | b'\n' | b'\t')) {
        return Some(
            "This file is empty, as after a crash while it was being written. The settings may still be in \
             prefs-1.js or Invalidprefs.js beside it.",
        );
    }
    None
}

/// Reads `prefs.js` or `user.js`.
fn settings(decoded: &Decoded, layer: Layer, file: usize, limits: &Limits) -> Part {
    let mut part = Part { entries: Vec::with_capacity(FEW_SETTINGS), ..Part::new(limits) };
    let text = &decoded.text;
    let mut parser = Parser::new(text, Dialect::User);
    if decoded.bom && decoded.encoding == Encoding::Utf8 {
        part.faulty = true;
        let lost = parser.next().map(|item| match item {
            Item::Pref(pref) => (pref.key.value.decode().into_owned(), pref.span),
            Item::Skipped { lost, .. } => (name_in(text, lost).unwrap_or_default().to_owned(), lost),
        });
        if let Some((key, span)) = lost {
            let message = format!(
                "The file starts with a byte order mark, as Windows Notepad writes it. Thunderbird stumbles over it \
                 and skips the first setting, {}.",
                shown(&key)
            );
            part.notes.push(Draft { kind: NoteKind::Ignored, message, at: Some(span) });
        }
    }
    let mut wanted = Wanted::default();
    for item in parser {
        match item {
            Item::Pref(pref) => {
                let key = pref.key.value.decode();
                secrets::find(&key, pref.value.value, pref.value.span, &mut part.secrets);
                if !wanted.keeps(&key) {
                    continue;
                }
                if let Some(why) = limits.over(part.entries.len() + 1, "the file has too many settings") {
                    let message = sentence(&left_out(&why));
                    part.notes.push(Draft { kind: NoteKind::Limit, message, at: Some(pref.span) });
                    break;
                }
                let data = Data::of(pref.value.value);
                let entry = Entry { data, layer, file, key_span: pref.key.span, value_span: pref.value.span };
                part.entries.push((key.into_owned(), Some(entry)));
            }
            Item::Skipped { problem, lost } => {
                part.faulty = true;
                part.secrets.extend(secrets::in_lost_text(text, lost));
                if part.tally.tells("settings with errors that Thunderbird skips", NoteKind::Ignored) {
                    let name = name_in(text, lost).map_or_else(String::new, |name| format!(" ({name})"));
                    let message = format!("Thunderbird skips this setting{name}: {}.", problem.message);
                    part.notes.push(Draft { kind: NoteKind::Ignored, message, at: Some(problem.span) });
                }
            }
        }
    }
    part
}

/// The name of the first setting in a piece of text that is lost, if something there looks like one.
fn name_in(text: &str, lost: Span) -> Option<&str> {
    let text = text.get(lost.range())?;
    let (_, rest) = text.split_once(['"', '\''])?;
    let (name, _) = rest.split_once(['"', '\''])?;
    let plausible = |char: char| char.is_ascii_alphanumeric() || ".-_".contains(char);
    (name.len() < 120 && name.contains('.') && name.chars().all(plausible)).then_some(name)
}
