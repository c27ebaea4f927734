//! Every reader: the one whose id is in MAILLINT_FORMAT, or the one that the first byte picks. Whole, with companions, and
//! as a stream in pieces of any size; then judged, and told to people.
#![no_main]

use std::io::Read;
use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use maillint_clients::{CLIENTS, steps};
use maillint_fuzz::{inert, reading};
use maillint_model::{Account, ClientFormat, Probe, Reading};
use maillint_report::{Format, Run, Style};
use maillint_rules::{RULES, Settings, judge};

static ONLY: OnceLock<&dyn ClientFormat> = OnceLock::new();

/// Takes the format of MAILLINT_FORMAT; with `list`, says what there is.
fn start() {
    let Ok(id) = std::env::var("MAILLINT_FORMAT") else { return };
    if id == "list" {
        CLIENTS.iter().for_each(|format| println!("{}", format.meta().id));
        std::process::exit(0);
    }
    let format = CLIENTS.iter().find(|format| format.meta().id == id).expect("the id of a format");
    ONLY.get_or_init(|| *format);
}

fuzz_target!(init: start(), |data: &[u8]| {
    let (format, data) = match (ONLY.get(), data) {
        (Some(format), data) => (*format, data),
        (None, [first, rest @ ..]) => (CLIENTS[usize::from(*first) % CLIENTS.len()], rest),
        (None, []) => return,
    };
    // The last bytes say what else is done, so that any file is a seed.
    let [.., size, how] = *data else { return };
    let name = format.meta().names.first().unwrap_or(&"upload").replace('*', "x");
    let limits = reading::limits();

    let _ = format.recognise(&Probe::new(&name, &data[..data.len().min(4096)], data.len() as u64));
    let mut bundle = reading::alone(&name, data);
    if how % 3 == 1 {
        for (number, pattern) in format.meta().companions.iter().enumerate() {
            let from = (data.len() * number / format.meta().companions.len()).min(data.len());
            let name = pattern.replace("{name}", &name).replace('*', "x");
            bundle.companions.push((pattern, reading::input(&name, &data[from..])));
        }
    }
    if let Some(read) = format.read(&bundle, &limits) {
        reading::check(&read);
        tell(read);
    }
    if how % 3 == 2 {
        bundle.main.bytes.clear();
        let whole = format.read_long(&mut &*data, &bundle, &limits);
        let pieces = format.read_long(&mut Pieces { rest: data, size: usize::from(size) + 1 }, &bundle, &limits);
        whole.iter().for_each(reading::check);
        assert_eq!(whole.map(told), pieces.map(told), "the size of the pieces changes what is read");
    }
});

/// What is read must not depend on how much of a file comes at a time.
struct Pieces<'a> {
    rest: &'a [u8],
    size: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let size = self.size.min(self.rest.len()).min(buffer.len());
        let (piece, rest) = self.rest.split_at(size);
        buffer[..size].copy_from_slice(piece);
        self.rest = rest;
        Ok(size)
    }
}

fn told(reading: Reading) -> String {
    let Reading { outcome, accounts, notes } = reading;
    let account = |account: &Account| {
        let Account { at, key, name, status, identities, incoming, outgoing, retention, .. } = account;
        format!("{at:?} {key} {name:?} {status:?} {identities:?} {incoming:?} {outgoing:?} {retention:?}\n")
    };
    format!("{outcome:?} {notes:?}\n") + &accounts.iter().map(account).collect::<String>()
}

fn tell(reading: Reading) {
    if reading.accounts.is_empty() {
        return;
    }
    let settings = Settings::new(jiff::civil::date(2026, 11, 27));
    let judgement = judge(&reading.accounts, &settings, &steps);
    let rules = RULES.iter().map(|rule| rule.meta()).collect();
    let run = Run { accounts: reading.accounts, judgement, rules, ..Run::default() };
    for format in [Format::Human, Format::Concise, Format::Html] {
        inert::report(format, &run, &Style::PLAIN);
    }
}
