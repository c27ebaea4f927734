use std::io::{self, Write};

use crate::human::Style;
use crate::{Run, concise, human, json};

macro_rules! formats {
    ($(#[doc = $doc:literal] $name:ident = $word:literal),+ $(,)?) => {
        /// What `--output` takes.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Format {
            $(#[doc = $doc] $name),+
        }

        impl Format {
            /// Every format, in the order in which they are listed.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word),+
                }
            }

            /// What it is for, as one line.
            pub fn about(self) -> &'static str {
                match self {
                    $(Self::$name => $doc.trim_ascii()),+
                }
            }
        }
    };
}

formats! {
    /// For people, on a terminal
    Human = "human",
    /// One line a finding: path:line:column: level[rule] account: message
    Concise = "concise",
    /// One object with everything, of a stable form (`maillint schema scan`)
    Json = "json",
}

impl Format {
    /// Writes what a scan found.
    pub fn write(self, run: &Run, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write(run, style, out),
            Self::Concise => concise::write(run, out),
            Self::Json => json::write(run, out),
        }
    }

    /// Whether [`Format::write_accounts`] knows it.
    pub fn is_for_accounts(self) -> bool {
        matches!(self, Self::Human | Self::Json)
    }

    /// Writes what was read, unjudged. Formats that are made for findings alone write nothing.
    pub fn write_accounts(self, run: &Run, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write_accounts(run, style, out),
            Self::Json => json::write_accounts(run, out),
            _ => Ok(()),
        }
    }
}
