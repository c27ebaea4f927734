use std::collections::BTreeMap;
use std::ops::Range;

use maillint_model::{Account, Server};

/// Shorter names are left: they would take too much else with them.
const SHORTEST: usize = 2;

/// Words of account names ("Old work mail") that name nobody, and stand in sentences of this program: alone, they stay.
const EVERYDAY: &[&str] = &[
    "account", "accounts", "address", "and", "are", "default", "deleted", "email", "folders", "for", "from", "has",
    "home", "imap", "inbox", "incoming", "its", "list", "local", "mail", "mailbox", "new", "not", "office", "old",
    "one", "outgoing", "password", "pop", "pop3", "port", "private", "profile", "server", "servers", "smtp", "that",
    "the", "them", "this", "two", "user", "with", "work", "you", "your",
];

/// Names, each with its pseudonym.
pub(super) struct Names {
    /// Folded, and in the order of their bytes.
    sorted: Vec<(String, String)>,
}

/// Names in the order in which they are met: the same input gives the same pseudonyms.
#[derive(Default)]
struct Collector {
    all: BTreeMap<String, String>,
    users: usize,
    people: usize,
    domains: usize,
}

impl Collector {
    fn user(&mut self, name: &str) {
        let local = name.split_once('@').map_or(name, |(local, _)| local);
        // A user name may hold a domain in other forms: anna%example.org, EXAMPLE\anna.
        for part in local.split(['\\', '%', '/']) {
            self.users += usize::from(Self::add(&mut self.all, part, || format!("user-{}", self.users + 1)));
        }
    }

    fn person(&mut self, name: &str) {
        let added = Self::add(&mut self.all, name, || format!("Name {}", self.people + 1));
        self.people += usize::from(added);
        let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 2);
        for word in words.filter(|word| !EVERYDAY.contains(&word.to_lowercase().as_str())) {
            Self::add(&mut self.all, word, || format!("Name-{}", self.people));
        }
    }

    fn domain(&mut self, domain: &str) {
        let added = Self::add(&mut self.all, domain, || format!("domain-{}.example", self.domains + 1));
        self.domains += usize::from(added);
    }

    fn add(all: &mut BTreeMap<String, String>, name: &str, pseudonym: impl FnOnce() -> String) -> bool {
        let name = name.trim().to_lowercase();
        if name.len() < SHORTEST || all.contains_key(&name) {
            return false;
        }
        all.insert(name, pseudonym());
        true
    }
}

impl Names {
    /// The names that stand in accounts. Domains that `is_public` are none.
    pub(super) fn of(accounts: &[Account], is_public: &dyn Fn(&str) -> bool) -> Self {
        let mut collector = Collector::default();
        for account in accounts {
            let identities = account.identities.iter();
            let addresses = identities.clone().flat_map(|identity| [identity.address.text(), identity.reply_to.text()]);
            for address in addresses.flatten() {
                collector.user(address);
                if let Some((_, domain)) = address.rsplit_once('@').filter(|(_, domain)| !is_public(domain)) {
                    collector.domain(domain);
                }
            }
            let servers = [account.incoming.as_ref(), account.outgoing.as_ref()].into_iter().flatten();
            let servers = servers.chain(identities.clone().filter_map(|identity| identity.outgoing.as_deref()));
            for server in servers.chain(&account.alternatives) {
                Self::server(&mut collector, server, is_public);
            }
            for domain in account.other_domains.iter().filter(|domain| !is_public(domain)) {
                collector.domain(domain);
            }
            let names = identities.filter_map(|identity| identity.name.text()).chain(account.name.text());
            for name in names {
                if name.contains('@') { collector.user(name) } else { collector.person(name) }
            }
        }
        Self { sorted: collector.all.into_iter().collect() }
    }

    fn server(collector: &mut Collector, server: &Server, is_public: &dyn Fn(&str) -> bool) {
        if let Some(username) = server.username.text() {
            collector.user(username);
            if let Some((_, domain)) = username.rsplit_once('@').filter(|(_, domain)| !is_public(domain)) {
                collector.domain(domain);
            }
        }
        if let Some(host) = server.host.text().filter(|host| !is_public(host) && !server.is_loopback()) {
            let host = host.trim().trim_end_matches('.').to_lowercase();
            let domain = psl::domain_str(&host).map_or(host.as_str(), |domain| domain);
            if !is_public(domain) {
                collector.domain(domain);
            }
        }
    }

    /// The text with each name replaced.
    pub(super) fn replace(&self, text: &str) -> String {
        let mut replaced = String::with_capacity(text.len());
        let mut from = 0;
        for (range, pseudonym) in self.find(text) {
            replaced.push_str(text.get(from..range.start).unwrap_or(""));
            replaced.push_str(pseudonym);
            from = range.end;
        }
        replaced.push_str(text.get(from..).unwrap_or(""));
        replaced
    }

    /// Each name in a text, with its pseudonym. A name stands between characters that are neither letters nor digits;
    /// hexadecimal dumps, in which nobody would see a name, are names as a whole.
    pub(super) fn find<'a>(&'a self, text: &str) -> Vec<(Range<usize>, &'a str)> {
        let bytes = text.as_bytes();
        let mut found: Vec<(Range<usize>, &str)> = Vec::new();
        let mut at = 0;
        while at + SHORTEST <= bytes.len() {
            let begins = text.is_char_boundary(at) && is_boundary(bytes, at);
            let name = begins.then(|| self.at(text, at)).flatten();
            let dump = begins.then(|| dump_len(&bytes[at..])).filter(|len| *len > 0).map(|len| (len, "…"));
            match name.or(dump) {
                Some((len, pseudonym)) => {
                    found.push((at..at + len, pseudonym));
                    at += len;
                }
                None => at += 1,
            }
        }
        found
    }

    /// The longest name that stands at an offset: its length there, and its pseudonym.
    fn at<'a>(&'a self, text: &str, at: usize) -> Option<(usize, &'a str)> {
        let mut longest = None;
        let mut names = self.sorted.as_slice();
        let mut matched = 0;
        for (len, c) in text.get(at..)?.char_indices() {
            names = c.to_lowercase().fold(names, |names, folded| {
                let names = going_on(names, matched, folded);
                matched += folded.len_utf8();
                names
            });
            // Of the names that begin so, the one that ends here comes first.
            let Some((name, pseudonym)) = names.first() else { break };
            let len = len + c.len_utf8();
            if name.len() == matched && is_boundary(text.as_bytes(), at + len) {
                longest = Some((len, pseudonym.as_str()));
            }
        }
        longest
    }
}

/// Of names in order that are the same up to `matched`, those that go on with a letter.
fn going_on(names: &[(String, String)], matched: usize, letter: char) -> &[(String, String)] {
    let mut bytes = [0; 4];
    let letter = letter.encode_utf8(&mut bytes).as_bytes();
    let next = |name: &str| {
        name.as_bytes().get(matched..).map(|rest| rest.get(..letter.len()).unwrap_or(rest)).cmp(&Some(letter))
    };
    let from = names.partition_point(|(name, _)| next(name).is_lt());
    let to = names.partition_point(|(name, _)| next(name).is_le());
    names.get(from..to).unwrap_or_default()
}

/// Whether a word may begin or end here. `%40` is an @ in an address that is part of a URL.
fn is_boundary(bytes: &[u8], at: usize) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte >= 0x80);
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    !(is_word(before) && is_word(bytes.get(at))) || bytes.get(..at).is_some_and(|before| before.ends_with(b"%40"))
}

/// Length of a run of four or more bytes in hexadecimal with commas between, as registry exports have them.
fn dump_len(bytes: &[u8]) -> usize {
    let pairs = bytes
        .chunks(3)
        .take_while(|chunk| matches!(chunk, [a, b, b','] | [a, b] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit()));
    let pairs = pairs.count();
    if pairs < 4 { 0 } else { (pairs * 3).min(bytes.len()) }
}

#[cfg(test)]
mod tests {
    use super::{Collector, Names};
    use crate::sample;

    fn replaced(text: &str) -> String {
        Names::of(&sample::run().accounts, &|_| false).replace(text)
    }

    #[test]
    fn names_are_words() {
        assert_eq!(replaced("Anna, ANNA@example.org, hannah"), "user-1, user-1@domain-1.example, hannah");
        assert_eq!(
            replaced("imap://anna%40Example.ORG@pop.example.org/"),
            "imap://user-1%40domain-1.example@pop.domain-1.example/"
        );
    }

    #[test]
    fn the_longest_name_that_is_a_word_is_taken() {
        let names = ["an", "anna", "anna b", "anna berg", "ärger"];
        let sorted = names.map(|name| (name.to_owned(), format!("<{name}>"))).to_vec();
        let names = Names { sorted };
        assert_eq!(names.replace("Anna Bergmann"), "<anna> Bergmann");
        assert_eq!(names.replace("ANNA B., Anna Berg, an, ann"), "<anna b>., <anna berg>, <an>, ann");
        assert_eq!(names.replace("Ärger: ÄRGER, Verärgert, ä"), "<ärger>: <ärger>, Verärgert, ä");
        assert_eq!(Names { sorted: Vec::new() }.replace("anna"), "anna");
    }

    #[test]
    fn everyday_words_of_a_name_stay_where_they_stand_alone() {
        let mut names = Collector::default();
        names.person("Gerda's old server");
        let found: Vec<&str> = names.all.keys().map(String::as_str).collect();
        assert_eq!(found, ["gerda", "gerda's old server"]);
    }

    #[test]
    fn dumps_are_taken_out_whole() {
        assert_eq!(replaced("\"x\"=hex:61,00,6e,00,6e,00,61,00"), "\"x\"=hex:…");
        assert_eq!(replaced("dword:00000019"), "dword:00000019");
    }
}
