use maillint_model::ClientFormat;

/// Patterns of file names, arranged so that one name costs a few nanoseconds: a walk asks for every entry of a home.
pub struct Names {
    /// Patterns by the byte that they end in, in lower case.
    by_last: Buckets,
    /// Patterns that end in a run, by their first byte, in lower case.
    by_first: Buckets,
}

/// Patterns by one of their bytes.
struct Buckets {
    /// Where those of a byte start; they end where those of the next one start.
    starts: [u16; 257],
    patterns: Vec<Pattern<'static>>,
}

impl Buckets {
    fn new(mut patterns: Vec<(u8, Pattern<'static>)>) -> Self {
        patterns.sort_by_key(|(byte, _)| *byte);
        let mut starts = [0; 257];
        for (byte, _) in &patterns {
            starts[usize::from(*byte) + 1] += 1;
        }
        for byte in 0..256 {
            starts[byte + 1] += starts[byte];
        }
        Self { starts, patterns: patterns.into_iter().map(|(_, pattern)| pattern).collect() }
    }

    fn of(&self, byte: u8) -> &[Pattern<'static>] {
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
    /// The names under which files of these formats are looked for: [`maillint_model::FormatMeta::names`].
    pub fn of(formats: &[&'static dyn ClientFormat]) -> Self {
        Self::new(formats.iter().flat_map(|format| format.meta().names).copied())
    }

    /// The names of files that belong to others: the last steps of [`maillint_model::FormatMeta::companions`].
    pub fn of_companions(formats: &[&'static dyn ClientFormat]) -> Self {
        let companions = formats.iter().flat_map(|format| format.meta().companions);
        Self::new(companions.map(|pattern| pattern.rsplit_once('/').map_or(*pattern, |(_, last)| last)))
    }

    fn new(patterns: impl Iterator<Item = &'static str>) -> Self {
        let (mut by_last, mut by_first) = (Vec::new(), Vec::new());
        for pattern in patterns.map(Pattern::new) {
            let (list, byte) = match (pattern.head, pattern.tail) {
                (_, Some([.., last])) | ([.., last], None) => (&mut by_last, last),
                ([first, ..], _) => (&mut by_first, first),
                ([], _) => continue,
            };
            let pattern = (byte.to_ascii_lowercase(), pattern);
            if !list.contains(&pattern) {
                list.push(pattern);
            }
        }
        Self { by_last: Buckets::new(by_last), by_first: Buckets::new(by_first) }
    }

    /// Whether a name, without folders, fits one of them. Takes bytes: not every name is UTF-8.
    pub fn matches(&self, name: &[u8]) -> bool {
        let (Some(first), Some(last)) = (name.first(), name.last()) else { return false };
        self.by_last.of(*last).iter().chain(self.by_first.of(*first)).any(|pattern| pattern.matches(name))
    }
}

/// Whether a name fits a pattern: letter by letter without regard to ASCII case, one `*` standing for any run of bytes.
pub fn pattern_matches(pattern: &str, name: &[u8]) -> bool {
    Pattern::new(pattern).matches(name)
}

#[cfg(test)]
mod tests {
    use super::{Names, pattern_matches};
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
        let names = Names::new(["prefs*.js", "*.reg", "Accounts*", "{name}-wal"].into_iter());
        for name in ["prefs.js", "x.reg", "ACCOUNTS3.sqlite", "Accounts4.sqlite-wal"] {
            assert!(names.matches(name.as_bytes()), "{name}");
        }
        for name in ["", "prefs.json", "reg", "My Accounts"] {
            assert!(!names.matches(name.as_bytes()), "{name}");
        }
    }

    #[test]
    fn every_pattern_has_one_star_at_most_and_is_found() {
        let names = Names::of(CLIENTS);
        for pattern in CLIENTS.iter().flat_map(|format| format.meta().names) {
            assert!(pattern.matches('*').count() <= 1, "{pattern}");
            assert!(*pattern != "*", "a walk would open everything");
            assert!(names.matches(pattern.replace('*', "x").as_bytes()), "{pattern}");
        }
    }
}
