//! Policies that name other files: a policy that they extend, and lists of domains.
//!
//! Nothing here opens a file: whoever reads the policy hands in a way to open those that it names.

use std::sync::Arc;

use maillint_source::{Decoded, Location, SourceFile, Span};
use serde::Deserialize;
use toml::Spanned;

use crate::policy::named::did_you_mean;
use crate::policy::{BUILTINS, Pattern, Policy, PolicyError};

/// A file of the operator's own.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// Its path, as messages show it.
    pub name: String,
    /// Tells it from any other file, whatever path led to it. Never shown.
    pub id: String,
    /// What stands in it.
    pub text: String,
}

/// Opens a file that a policy names: from the policy, and the path as it stands there.
///
/// # Errors
/// What to say after the path: "there is no such file".
pub type Opener<'a> = dyn Fn(&Document, &str) -> Result<Document, String> + 'a;

/// A chain of policies is short; a longer one is a mistake that no name tells.
const LONGEST_CHAIN: usize = 16;

/// Domains in one list. A run looks each account up, so the number costs memory alone.
const MOST_DOMAINS: usize = 1_000_000;

/// The places in a policy that name other files.
#[derive(Default, Deserialize)]
struct References {
    extends: Option<Spanned<String>>,
    #[serde(rename = "match", default)]
    applies: MatchReferences,
}

#[derive(Default, Deserialize)]
struct MatchReferences {
    #[serde(default)]
    email_domains: Vec<Spanned<String>>,
}

impl Policy {
    /// Reads a policy file with all that it names: the policies that it extends, each filling in what the one before
    /// does not state, and lists of domains.
    ///
    /// # Errors
    /// The first mistake in any of the files, with its place.
    pub fn read(document: Document, open: &Opener<'_>) -> Result<Self, PolicyError> {
        let mut layers: Vec<Self> = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        let mut next = Some(document);
        while let Some(document) = next.take() {
            let file = SourceFile::seal(&document.name, Decoded::utf8(document.text.clone()), &[]);
            let mut policy: Self =
                toml::from_str(&document.text).map_err(|error| PolicyError::from_toml(&file, &error))?;
            let references: References = toml::from_str(&document.text).unwrap_or_default();
            // The accounts that a policy is for are its own affair: those of its base do not count.
            if layers.is_empty() {
                policy.applies.email_domains =
                    with_lists(policy.applies.email_domains, &references, &file, &document, open)?;
            }
            layers.push(policy);
            let Some(base) = references.extends else { continue };
            if let Some(builtin) = Self::builtin(base.get_ref()) {
                layers.push(builtin);
                continue;
            }
            let at = location(&file, &base);
            let opened = open(&document, base.get_ref())
                .map_err(|problem| unknown_base(base.get_ref(), &problem, at.clone()))?;
            seen.push(document.id);
            if seen.contains(&opened.id) {
                let message = if opened.name == document.name {
                    "the policy extends itself".to_owned()
                } else {
                    format!("the policies extend each other in a circle: `{}` comes before this one", opened.name)
                };
                return Err(PolicyError { message, at: Some(at), help: None });
            }
            if seen.len() == LONGEST_CHAIN {
                let message = format!("more than {LONGEST_CHAIN} policies extend one another");
                return Err(PolicyError { message, at: Some(at), help: None });
            }
            next = Some(opened);
        }
        let whole = layers.into_iter().rev().reduce(|base, policy| policy.over(base));
        // It states all of it now.
        Ok(Self { extends: None, ..whole.unwrap_or_default() })
    }
}

fn location(file: &Arc<SourceFile>, spanned: &Spanned<String>) -> Location {
    Location::new(file, Span::new(spanned.span().start, spanned.span().end))
}

/// `extends` names neither a policy that is built in nor a file that can be read.
fn unknown_base(base: &str, problem: &str, at: Location) -> PolicyError {
    let names = BUILTINS.iter().map(|builtin| builtin.name);
    let near = did_you_mean(base, names.clone());
    let known = names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let (message, help) = if near.is_empty() {
        (
            format!("`{base}`: {problem}"),
            format!("{known} are built in; anything else is a file, from this one's folder"),
        )
    } else {
        (format!("there is no built-in policy `{base}`"), near.trim_start_matches("; ").to_owned())
    };
    PolicyError { message, at: Some(at), help: Some(help) }
}

/// The domains of a policy, with those of each list in place of its `@name`.
fn with_lists(
    domains: Vec<Pattern>,
    references: &References,
    file: &Arc<SourceFile>,
    document: &Document,
    open: &Opener<'_>,
) -> Result<Vec<Pattern>, PolicyError> {
    let mut all = Vec::new();
    for (pattern, written) in domains.into_iter().zip(&references.applies.email_domains) {
        let Some(name) = pattern.as_str().strip_prefix('@') else {
            all.push(pattern);
            continue;
        };
        let list = open(document, name).map_err(|problem| PolicyError {
            message: format!("the list of domains `{name}`: {problem}"),
            at: Some(location(file, written)),
            help: Some("it is looked for from the folder of this policy".to_owned()),
        })?;
        let listed = domains_of(list)?;
        if listed.is_empty() {
            return Err(PolicyError {
                message: format!("the list of domains `{name}` is empty"),
                at: Some(location(file, written)),
                help: Some(
                    "a policy that names no domain is for all accounts: name one, or leave the line out".to_owned(),
                ),
            });
        }
        all.extend(listed);
        if all.len() > MOST_DOMAINS {
            return Err(PolicyError {
                message: format!("more than {MOST_DOMAINS} domains"),
                at: Some(location(file, written)),
                help: None,
            });
        }
    }
    Ok(all)
}

/// One domain a line; empty lines and what stands behind `#` are for people.
fn domains_of(list: Document) -> Result<Vec<Pattern>, PolicyError> {
    let Document { name, text, .. } = list;
    let mut domains = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let said = line.split('#').next().unwrap_or_default();
        let domain = said.trim().trim_start_matches('\u{feff}');
        if !domain.is_empty() {
            let from = start + said.find(domain).unwrap_or(0);
            let wrong = |message, help: Option<&str>| {
                let file = SourceFile::seal(&name, Decoded::utf8(text.clone()), &[]);
                let at = Some(Location::new(&file, Span::new(from, from + domain.len())));
                PolicyError { message, at, help: help.map(str::to_owned) }
            };
            if domain.contains(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '"' | '/')) {
                let help = "write one domain a line, and nothing else";
                return Err(wrong(format!("`{domain}` is no mail domain"), Some(help)));
            }
            if domain.contains('@') {
                let help = "a mail domain is what stands behind the @ of an address";
                return Err(wrong(format!("`{domain}` is no mail domain"), Some(help)));
            }
            domains.push(Pattern::parse(domain).map_err(|message| wrong(message, None))?);
        }
        start += line.len();
    }
    Ok(domains)
}

#[cfg(test)]
mod tests {
    use super::{Document, LONGEST_CHAIN};
    use crate::{Policy, PolicyError};

    /// Reads the first of some files; the others are beside it.
    fn read(files: &[(&str, &str)]) -> Result<Policy, PolicyError> {
        let document = |name: &str| {
            let (name, text) = files.iter().find(|(known, _)| *known == name)?;
            Some(Document { name: (*name).to_owned(), id: (*name).to_owned(), text: (*text).to_owned() })
        };
        Policy::read(document(files[0].0).unwrap(), &|_, name| {
            document(name).ok_or_else(|| "there is no such file".to_owned())
        })
    }

    /// Message, file, the text at the place, help.
    fn mistake(files: &[(&str, &str)]) -> [String; 4] {
        let PolicyError { message, at, help } = read(files).unwrap_err();
        let at = at.unwrap();
        [message, at.file.name().to_owned(), at.file.slice(at.span).to_owned(), help.unwrap_or_default()]
    }

    #[test]
    fn a_policy_takes_what_it_does_not_state_from_a_file_and_that_from_another() {
        let policy = read(&[
            ("branch.toml", "schema = 1\nid = \"branch\"\nextends = \"head.toml\"\n[imap]\nhosts = [\"imap.{domain}\"]\n"),
            ("head.toml", "schema = 1\nid = \"head\"\nextends = \"hosting\"\n[match]\nhosts = [\"head.example\"]\n[client]\nmin_check_minutes = 5\n"),
        ])
        .unwrap();
        assert_eq!(policy.id, "branch");
        assert_eq!(policy.imap.as_ref().unwrap().hosts[0].as_str(), "imap.{domain}");
        assert_eq!(policy.client.min_check_minutes, Some(5));
        assert_eq!(policy.retention, Policy::hosting().retention);
        // Whose accounts they are is the business of each policy.
        assert!(policy.applies.is_empty());
    }

    #[test]
    fn a_mistake_is_shown_in_the_file_that_has_it() {
        let files = [
            ("branch.toml", "schema = 1\nid = \"branch\"\nextends = \"head.toml\"\n"),
            ("head.toml", "schema = 1\nid = \"head\"\n[levels]\nhost-prefx = \"off\"\n"),
        ];
        assert_eq!(
            mistake(&files),
            ["there is no rule `host-prefx`", "head.toml", "host-prefx", "did you mean `host-prefix`?"]
        );
    }

    #[test]
    fn a_base_that_is_not_there_and_one_that_is_meant() {
        assert_eq!(
            mistake(&[("a.toml", "schema = 1\nid = \"a\"\nextends = \"head.toml\"\n")]),
            [
                "`head.toml`: there is no such file",
                "a.toml",
                "\"head.toml\"",
                "`hosting` and `rfc8314` are built in; anything else is a file, from this one's folder"
            ]
        );
        assert_eq!(
            mistake(&[("a.toml", "schema = 1\nid = \"a\"\nextends = \"hostin\"\n")]),
            ["there is no built-in policy `hostin`", "a.toml", "\"hostin\"", "did you mean `hosting`?"]
        );
    }

    #[test]
    fn a_circle_is_a_mistake() {
        let files = [
            ("a.toml", "schema = 1\nid = \"a\"\nextends = \"b.toml\"\n"),
            ("b.toml", "schema = 1\nid = \"b\"\nextends = \"a.toml\"\n"),
        ];
        assert_eq!(
            mistake(&files),
            ["the policies extend each other in a circle: `a.toml` comes before this one", "b.toml", "\"a.toml\"", ""]
        );
        let alone = mistake(&[("a.toml", "schema = 1\nid = \"a\"\nextends = \"a.toml\"\n")]);
        assert_eq!(alone[0], "the policy extends itself");
    }

    #[test]
    fn a_chain_has_an_end() {
        // Each opening gives another file: no name comes twice.
        let count = std::cell::Cell::new(0);
        let link = |number: usize| Document {
            name: format!("{number}.toml"),
            id: number.to_string(),
            text: "schema = 1\nid = \"x\"\nextends = \"next.toml\"\n".to_owned(),
        };
        let error = Policy::read(link(0), &|_, _| {
            count.set(count.get() + 1);
            Ok(link(count.get()))
        })
        .unwrap_err();
        assert_eq!(error.message, "more than 16 policies extend one another");
        assert_eq!(count.get(), LONGEST_CHAIN);
    }

    #[test]
    fn the_domains_of_a_list_are_taken_in() {
        let policy = read(&[
            ("a.toml", "schema = 1\nid = \"a\"\n[match]\nemail_domains = [\"first.example\", \"@list.txt\"]\n"),
            ("list.txt", "# our customers\r\nanna.example\r\n\r\n  *.berta.example   # and all below\r\nlast.example"),
        ])
        .unwrap();
        let domains: Vec<&str> = policy.applies.email_domains.iter().map(crate::policy::Pattern::as_str).collect();
        assert_eq!(domains, ["first.example", "anna.example", "*.berta.example", "last.example"]);
    }

    #[test]
    fn a_mistake_in_a_list_is_shown_there() {
        let policy = "schema = 1\nid = \"a\"\n[match]\nemail_domains = [\"@list.txt\"]\n";
        assert_eq!(
            mistake(&[("a.toml", policy), ("list.txt", "anna.example\nanna@berta.example\n")]),
            [
                "`anna@berta.example` is no mail domain",
                "list.txt",
                "anna@berta.example",
                "a mail domain is what stands behind the @ of an address"
            ]
        );
        assert_eq!(
            mistake(&[("a.toml", policy), ("list.txt", "anna.example, berta.example\n")])[3],
            "write one domain a line, and nothing else"
        );
        assert_eq!(mistake(&[("a.toml", policy), ("list.txt", "mail.{domian}\n")])[2], "mail.{domian}");
        assert_eq!(
            mistake(&[("a.toml", policy), ("list.txt", "# none yet\n")])[0],
            "the list of domains `list.txt` is empty"
        );
        assert_eq!(
            mistake(&[("a.toml", policy)]),
            [
                "the list of domains `list.txt`: there is no such file",
                "a.toml",
                "\"@list.txt\"",
                "it is looked for from the folder of this policy"
            ]
        );
    }
}
