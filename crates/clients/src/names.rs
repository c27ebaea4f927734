use maillint_model::ClientFormat;

/// What files of which names are good for, arranged so that one name costs a few nanoseconds: a walk asks for every entry
/// of a home.
pub struct Names {
    /// Patterns by the byte that they end in, in lower case.
    by_last: Buckets,
    /// Patterns that end in a run, by their first byte, in lower case.
    by_first: Buckets,
}

/// What a file is good for, by its name.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Uses {
    /// Some format looks for it: [`maillint_model::FormatMeta::names`].
    pub is_opened: bool,
    /// Some format wants it beside a file of its own: the last step of [`maillint_model::FormatMeta::companions`].
    pub is_companion: bool,
}

/// Patterns by one of their bytes.
struct Buckets {
    /// Where those of a byte start; they end where those of the next one start.
    starts: [u16; 257],
    patterns: Vec<(Pattern<'static>, Uses)>,
}

impl Buckets {
    fn new(mut patterns: Vec<(u8, Pattern<'static>, Uses)>) -> Self {
        patterns.sort_by_key(|(byte, ..)| *byte);
        let mut starts = [0; 257];
        for (byte, ..) in &patterns {
            starts[usize::from(*byte) + 1] += 1;
        }
        for byte in 0..256 {
            starts[byte + 1] += starts[byte];
        }
        Self { starts, patterns: patterns.into_iter().map(|(_, pattern, uses)| (pattern, uses)).collect() }
    }

    fn of(&self, byte: u8) -> &[(Pattern<'static>, Uses)] {
        let byte = usize::from(byte.to_ascii_lowercase());
        &self.patterns[usize::from(self.starts[byte])..usize::from(self.starts[byte + 1])]
    }
}

/// What stands before the run (`*`, or `{name}`: that of the main file), and what after it; all before it, where there
/// is none.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Pattern<'a> {
    head: &'a [u8],
    tail: Option<&'a [u8]>,
}

impl<'a> Pattern<'a> {
    fn new(pattern: &'a str) -> Self {
        match pattern.split_once('*').or_else(|| pattern.split_once("{name}")) {
            None => Self { head: pattern.as_bytes(), tail: None },
            Some((head, tail)) => Self { head: head.as_bytes(), tail: Some(tail.as_bytes()) },
        }
    }

    fn matches(self, name: &[u8]) -> bool {
        let Some(tail) = self.tail else { return self.head.eq_ignore_ascii_case(name) };
        name.len() >= self.head.len() + tail.len()
            && name[name.len() - tail.len()..].eq_ignore_ascii_case(tail)
            && name[..self.head.len()].eq_ignore_ascii_case(self.head)
    }
}

impl Names {
    /// The names that these formats know.
    pub fn of(formats: &[&'static dyn ClientFormat]) -> Self {
        let opened = Uses { is_opened: true, ..Uses::default() };
        let companion = Uses { is_companion: true, ..Uses::default() };
        let last_step = |pattern: &'static str| pattern.rsplit_once('/').map_or(pattern, |(_, last)| last);
        let metas = || formats.iter().map(|format| format.meta());
        let names = metas().flat_map(|meta| meta.names).map(|pattern| (*pattern, opened));
        let companions = metas().flat_map(|meta| meta.companions).map(|pattern| (last_step(pattern), companion));
        Self::new(names.chain(companions))
    }

    fn new(patterns: impl Iterator<Item = (&'static str, Uses)>) -> Self {
        let (mut by_last, mut by_first) = (Vec::new(), Vec::new());
        for (pattern, uses) in patterns {
            let pattern = Pattern::new(pattern);
            let (list, byte) = match (pattern.head, pattern.tail) {
                (_, Some([.., last])) | ([.., last], None) => (&mut by_last, last),
                ([first, ..], _) => (&mut by_first, first),
                ([], _) => continue,
            };
            let pattern = (byte.to_ascii_lowercase(), pattern, uses);
            if !list.contains(&pattern) {
                list.push(pattern);
            }
        }
        Self { by_last: Buckets::new(by_last), by_first: Buckets::new(by_first) }
    }

    /// What a file of this name, without folders, is good for. Takes bytes: not every name is UTF-8.
    pub fn uses(&self, name: &[u8]) -> Uses {
        let (Some(first), Some(last)) = (name.first(), name.last()) else { return Uses::default() };
        let patterns = self.by_last.of(*last).iter().chain(self.by_first.of(*first));
        patterns.filter(|(pattern, _)| pattern.matches(name)).fold(Uses::default(), |all, (_, uses)| Uses {
            is_opened: all.is_opened || uses.is_opened,
            is_companion: all.is_companion || uses.is_companion,
        })
    }
}

/// Whether a name fits a pattern: letter by letter without regard to ASCII case, one `*` standing for any run of bytes.
pub fn pattern_matches(pattern: &str, name: &[u8]) -> bool {
    Pattern::new(pattern).matches(name)
}

#[cfg(test)]
mod tests {
    use super::{Names, Uses, pattern_matches};
    use crate::CLIENTS;

    #[test]
    fn a_star_stands_for_any_run() {
        assert!(pattern_matches("prefs*.js", b"prefs.js"));
        assert!(pattern_matches("prefs*.js", b"Prefs (1).JS"));
        assert!(pattern_matches("*.reg", b"outlook.REG"));
        assert!(pattern_matches("Accounts*", b"accounts4.sqlite"));
        assert!(!pattern_matches("prefs*.js", b"pref.js"));
        assert!(!pattern_matches("ab*ba", b"aba"));
    }

    #[test]
    fn the_arrangement_finds_what_the_patterns_match() {
        let opened = Uses { is_opened: true, is_companion: false };
        let beside = Uses { is_opened: false, is_companion: true };
        let patterns = ["prefs*.js", "*.reg", "Accounts*"].map(|pattern| (pattern, opened));
        let companions = ["{name}-wal", "*.reg"].map(|pattern| (pattern, beside));
        let names = Names::new(patterns.into_iter().chain(companions));
        assert_eq!(names.uses(b"prefs.js"), opened);
        assert_eq!(names.uses(b"ACCOUNTS3.sqlite"), opened);
        assert_eq!(names.uses(b"x.reg"), Uses { is_opened: true, is_companion: true });
        assert_eq!(names.uses(b"some.db-wal"), beside);
        for name in ["", "prefs.json", "reg", "My Accounts"] {
            assert_eq!(names.uses(name.as_bytes()), Uses::default(), "{name}");
        }
    }

    #[test]
    fn every_pattern_has_one_star_at_most_and_is_found() {
        let names = Names::of(CLIENTS);
        for pattern in CLIENTS.iter().flat_map(|format| format.meta().names) {
            assert!(pattern.matches('*').count() <= 1, "{pattern}");
            assert!(*pattern != "*", "a walk would open everything");
            assert!(names.uses(pattern.replace('*', "x").as_bytes()).is_opened, "{pattern}");
        }
    }
}
