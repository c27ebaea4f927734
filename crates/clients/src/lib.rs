//! Every format that is read, and which of them a file may be.
//!
//! The one place to add a client: a line in the `FORMATS` of its family. A new family is a line here.

mod names;

use maillint_model::{Account, Change, ClientFormat, FormatMeta, Probe, Recognition};

pub use names::{Names, Uses, pattern_matches};

/// The families, each with the list of its formats.
const FAMILIES: &[&[&dyn ClientFormat]] =
    &[maillint_thunderbird::FORMATS, maillint_outlook::FORMATS, maillint_apple::FORMATS];

/// Every format, in the order in which they are listed and tried.
pub const CLIENTS: &[&dyn ClientFormat] = &joined::<{ count(FAMILIES) }>(FAMILIES);

const fn count(families: &[&[&dyn ClientFormat]]) -> usize {
    let mut sum = 0;
    let mut family = 0;
    while family < families.len() {
        sum += families[family].len();
        family += 1;
    }
    sum
}

/// One list of several: slices cannot be joined in a constant otherwise.
const fn joined<const N: usize>(families: &[&[&'static dyn ClientFormat]]) -> [&'static dyn ClientFormat; N] {
    let mut all = [families[0][0]; N];
    let (mut next, mut family) = (0, 0);
    while family < families.len() {
        let mut format = 0;
        while format < families[family].len() {
            all[next] = families[family][format];
            next += 1;
            format += 1;
        }
        family += 1;
    }
    all
}

/// The formats that a file may be of, the surest first.
pub fn recognise(probe: &Probe<'_>) -> Vec<&'static dyn ClientFormat> {
    recognise_among(CLIENTS, probe)
}

/// Like [`recognise`], among these formats only.
pub fn recognise_among(formats: &[&'static dyn ClientFormat], probe: &Probe<'_>) -> Vec<&'static dyn ClientFormat> {
    let mut formats: Vec<_> = formats
        .iter()
        .map(|format| (format.recognise(probe), *format))
        .filter(|(recognition, _)| *recognition != Recognition::No)
        .collect();
    formats.sort_by_key(|(recognition, _)| std::cmp::Reverse(*recognition));
    formats.into_iter().map(|(_, format)| format).collect()
}

/// The formats of one client, by the name that `--as` and the JSON contract use.
pub fn formats_of(client: &str) -> impl Iterator<Item = &'static dyn ClientFormat> {
    CLIENTS.iter().copied().filter(move |format| format.meta().client == client)
}

/// The steps to make a change in the client that an account was read from, with the labels of its dialogs.
pub fn steps(change: &Change, account: &Account) -> Vec<String> {
    let same = |format: &&&dyn ClientFormat| std::ptr::eq::<FormatMeta>(format.meta(), account.format);
    CLIENTS.iter().find(same).map_or_else(Vec::new, |format| format.steps(change, account))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::CLIENTS;

    #[test]
    fn every_format_has_an_id_of_its_own_and_says_what_it_is() {
        let mut ids = BTreeSet::new();
        for format in CLIENTS {
            let meta = format.meta();
            assert!(ids.insert(meta.id), "{} is there twice", meta.id);
            assert!(!meta.what.is_empty() && !meta.client_name.is_empty(), "{} has no words", meta.id);
            assert!(!meta.names.is_empty(), "no walk would ever open a file of {}", meta.id);
        }
    }

    #[test]
    fn a_client_has_one_name() {
        for format in CLIENTS {
            for other in CLIENTS {
                let (one, two) = (format.meta(), other.meta());
                if one.client == two.client {
                    assert_eq!(one.client_name, two.client_name, "{}", one.client);
                }
            }
        }
    }
}
