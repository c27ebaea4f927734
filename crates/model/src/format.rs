use std::cell::{Cell, OnceCell};
use std::io::Read;

use maillint_source::{Limits, decode_mixed};
use memchr::memmem;

use crate::{Account, Change, Reading};

/// What a format is, as data.
#[derive(PartialEq, Eq, Debug)]
pub struct FormatMeta {
    /// Unique: `thunderbird-prefs`.
    pub id: &'static str,
    /// The client, as `--as` and the JSON contract name it: `thunderbird`. Several formats may share one client.
    pub client: &'static str,
    /// The client, as people name it: `Thunderbird`.
    pub client_name: &'static str,
    /// What the file is, for people: "prefs.js of a profile".
    pub what: &'static str,
    /// Where it lies, for people, one a platform.
    pub places: &'static [&'static str],
    /// File names that a walk opens: whole names, or one `*` for any run of characters. Compared without regard to
    /// ASCII case. A file that was named on the command line is recognised by content alone.
    pub names: &'static [&'static str],
    /// Files that belong to the main file, as paths relative to its folder (`user.js`, `../profiles.ini`); `{name}`
    /// stands for the main file's name, and one `*` for any run of characters in the last component.
    pub companions: &'static [&'static str],
    /// What part it plays.
    pub role: Role,
}

/// What part a file plays in a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// It holds accounts.
    Accounts,
    /// It holds settings that apply to the accounts of other files of the same client (an administrator's). Named on
    /// the command line, it becomes a companion of each of them.
    Layer,
}

/// What is known of a file before it is read.
#[derive(Clone, Debug)]
pub struct Probe<'a> {
    /// The file's name, without folders; what is not UTF-8 in it is replaced.
    pub name: &'a str,
    /// Its first bytes, 4 KiB at most.
    pub head: &'a [u8],
    /// Its length in bytes.
    pub len: u64,
    text: OnceCell<String>,
    lower: OnceCell<String>,
    asked: Cell<u8>,
    pairs: OnceCell<Pairs>,
}

impl<'a> Probe<'a> {
    /// A file of which nothing is decoded yet.
    pub fn new(name: &'a str, head: &'a [u8], len: u64) -> Self {
        let (text, lower, pairs) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { name, head, len, text, lower, asked: Cell::new(0), pairs }
    }

    /// The first bytes as text, decoded once for all formats.
    pub fn text(&self) -> &str {
        self.text.get_or_init(|| decode_mixed(self.head).text)
    }

    /// [`Probe::text`] with its ASCII letters in lower case.
    pub fn lower(&self) -> &str {
        self.lower.get_or_init(|| self.text().to_ascii_lowercase())
    }

    /// Whether a word stands in [`Probe::text`].
    pub fn has(&self, word: &str) -> bool {
        self.may_have(word) && memmem::find(self.text().as_bytes(), word.as_bytes()).is_some()
    }

    /// Whether a word of lower case stands in [`Probe::lower`].
    pub fn has_lower(&self, word: &str) -> bool {
        self.may_have(word) && memmem::find(self.lower().as_bytes(), word.as_bytes()).is_some()
    }

    /// `false` where a word is surely not there.
    fn may_have(&self, word: &str) -> bool {
        // They are not worth finding for the few words that tell most files apart.
        const WORTH: u8 = 8;
        self.asked.set(self.asked.get().saturating_add(1));
        self.asked.get() <= WORTH || self.pairs.get_or_init(|| Pairs::of(self.text())).may_have(word)
    }

    /// Whether bytes stand in the head.
    pub fn has_bytes(&self, bytes: &[u8]) -> bool {
        memmem::find(self.head, bytes).is_some()
    }

    /// Whether the name ends so, with ASCII letters in either case.
    pub fn is_named(&self, ending: &str) -> bool {
        let at = self.name.len().checked_sub(ending.len());
        at.and_then(|at| self.name.as_bytes().get(at..)).is_some_and(|end| end.eq_ignore_ascii_case(ending.as_bytes()))
    }
}

/// Which two letters follow each other somewhere in a text, in either case. All formats together look for a hundred words
/// that are not there, and nearly all of those have two letters in a row that the text has not.
#[derive(Clone, Debug)]
struct Pairs([u64; 64]);

impl Pairs {
    fn of(text: &str) -> Self {
        let mut pairs = [0; 64];
        let mut last = 0;
        for byte in text.bytes() {
            let byte = byte.to_ascii_lowercase();
            let (word, bit) = Self::place(last, byte);
            pairs[word] |= bit;
            last = byte;
        }
        Self(pairs)
    }

    fn may_have(&self, word: &str) -> bool {
        word.as_bytes().windows(2).all(|pair| {
            let (word, bit) = Self::place(pair[0].to_ascii_lowercase(), pair[1].to_ascii_lowercase());
            self.0[word] & bit != 0
        })
    }

    /// Six bits of each byte: letters do not share a place with each other.
    fn place(first: u8, second: u8) -> (usize, u64) {
        (usize::from(first & 63), 1 << (second & 63))
    }
}

/// How sure a format is of a file. Reading decides; this only orders the attempts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Recognition {
    /// Not a file of this format.
    No,
    /// The syntax fits; whether there are settings of this client in it shows only when it is read.
    Maybe,
    /// A mark of this format was seen.
    Yes,
}

/// The bytes of one file.
#[derive(Clone, Debug)]
pub struct Input {
    /// The path as reports show it: relative to the root that was given, with `/`.
    pub name: String,
    /// The whole path with `/`, for comparing with paths that stand in files. Never printed.
    pub path: String,
    /// The content.
    pub bytes: Vec<u8>,
}

impl Input {
    /// The last part of the path.
    pub fn base_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }

    /// The same without its ending.
    pub fn stem(&self) -> &str {
        let name = self.base_name();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem)
    }
}

/// The files that make up one store of a client.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The file that was recognised.
    pub main: Input,
    /// Those of [`FormatMeta::companions`] that exist, in that order, each with the pattern that named it.
    pub companions: Vec<(&'static str, Input)>,
    /// Files of [`Role::Layer`] of the same client from the command line, in the order given. Where the main file is a
    /// layer, it stands here alone if it is one of them: else it lies over nothing.
    pub layers: Vec<Input>,
}

impl Bundle {
    /// A file without any other.
    pub fn single(main: Input) -> Self {
        Self { main, companions: Vec::new(), layers: Vec::new() }
    }

    /// The first companion that a pattern named.
    pub fn companion(&self, pattern: &str) -> Option<&Input> {
        self.companions.iter().find(|(named, _)| *named == pattern).map(|(_, input)| input)
    }

    /// Every companion that a pattern named.
    pub fn companions<'a>(&'a self, pattern: &'a str) -> impl Iterator<Item = &'a Input> {
        self.companions.iter().filter(move |(named, _)| *named == pattern).map(|(_, input)| input)
    }
}

/// One file format of one mail client: how to recognise it, how to read it, and where in the client to click.
///
/// To add a client, implement this in a file of its own and add a line to `clients::CLIENTS`.
pub trait ClientFormat: Sync {
    /// What it is.
    fn meta(&self) -> &'static FormatMeta;

    /// Whether a file may be of this format. Cheap: it is asked for each candidate.
    fn recognise(&self, probe: &Probe<'_>) -> Recognition;

    /// Reads a file and its companions; `None` if it is not a file of this client after all. Never fails as a whole: a
    /// reading holds what was understood, and notes on what was not.
    fn read(&self, bundle: &Bundle, limits: &Limits) -> Option<Reading>;

    /// Like [`ClientFormat::read`], for a main file that is longer than [`Limits::file_bytes`]: it is read from `stream`
    /// and never held as a whole, and [`Bundle::main`] has no bytes. `None`, without a byte being read, where the format
    /// cannot do that. The end of the stream may be that of a limit; the caller knows.
    fn read_long(&self, _stream: &mut dyn Read, _bundle: &Bundle, _limits: &Limits) -> Option<Reading> {
        None
    }

    /// The steps to make a change in this client, for the version found, with the labels of its dialogs; one sentence
    /// or menu path a step, in order. Empty, as it is by default, where the facts do not say.
    fn steps(&self, _change: &Change, _account: &Account) -> Vec<String> {
        Vec::new()
    }
}
