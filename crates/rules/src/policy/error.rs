use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use maillint_source::{Location, SourceFile, Span};

use crate::policy::named::did_you_mean;

/// A mistake in a policy file, or in a file that it names.
#[derive(Clone, PartialEq, Debug)]
pub struct PolicyError {
    /// What is wrong, as one sentence.
    pub message: String,
    /// Where.
    pub at: Option<Location>,
    /// What to do about it.
    pub help: Option<String>,
}

impl PolicyError {
    /// Takes over an error of the TOML reader, and looks for the word that was meant.
    pub(crate) fn from_toml(file: &Arc<SourceFile>, error: &toml::de::Error) -> Self {
        let message = error.message().trim().to_owned();
        let help = meant_field(&message);
        let (message, own_help) = match message.split_once("; ") {
            Some((message, help)) if help.starts_with("did you mean") => (message.to_owned(), Some(help.to_owned())),
            _ => (message, None),
        };
        let at = error.span().map(|span| {
            let span = narrowed(file.text(), span, &message);
            Location::new(file, Span::new(span.start, span.end))
        });
        Self { message, at, help: own_help.or(help) }
    }
}

/// For a mistake in a list, the TOML reader gives the place of the whole list: the word that the message quotes stands
/// somewhere in it.
fn narrowed(text: &str, span: Range<usize>, message: &str) -> Range<usize> {
    let narrow = || {
        let list = text.get(span.clone()).filter(|list| list.starts_with('['))?;
        let word = message.split('`').nth(1).filter(|word| !word.is_empty())?;
        let at = span.start + list.find(word)?;
        Some(at..at + word.len())
    };
    narrow().unwrap_or(span.clone())
}

/// The TOML reader names the fields that it knows in its message: "unknown field `x`, expected one of `a`, `b`".
fn meant_field(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown field ").or_else(|| message.strip_prefix("unknown variant "))?;
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let word = quoted.next()?;
    let help = did_you_mean(word, quoted);
    (!help.is_empty()).then(|| help.trim_start_matches("; ").to_owned())
}

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.help {
            Some(help) => write!(f, "; {help}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for PolicyError {}
