use crate::Location;

/// What kind of secret stands in a file. Never the secret itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretKind {
    /// Readable as it stands.
    Plain,
    /// Reversible by anyone who has the file, or bound to the user's machine (DPAPI); private either way.
    Protected,
    /// A token of an OAuth sign-in.
    Token,
}

/// A secret that a parser met. Its bytes were dropped there: it has a place and a kind, and cannot be printed.
#[derive(Clone, PartialEq)]
#[allow(missing_debug_implementations, reason = "a secret is never printed, not even while debugging")]
pub struct Secret {
    /// What it is.
    pub kind: SecretKind,
    /// Where its (blanked) text stands.
    pub at: Location,
}
