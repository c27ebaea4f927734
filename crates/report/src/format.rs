use std::io::{self, Write};

use crate::human::Style;
use crate::{Run, concise, csv, github, html, human, json, jsonl, junit, markdown, reply, sarif};

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
    /// One line a finding: `path:line:column: level[rule] account: message`
    Concise = "concise",
    /// One object with everything, of a stable form (`maillint schema scan`)
    Json = "json",
    /// The same, one object a line
    Jsonl = "jsonl",
    /// For code scanning (SARIF 2.1.0)
    Sarif = "sarif",
    /// For test reports, in the XML that build servers read
    Junit = "junit",
    /// For GitHub Actions: workflow commands, which become annotations
    Github = "github",
    /// For tickets and merge requests
    Markdown = "markdown",
    /// One self-contained page
    Html = "html",
    /// For spreadsheets, a line a finding
    Csv = "csv",
    /// A text to paste into an answer, for each mailbox
    Reply = "reply",
}

impl Format {
    /// Writes what a scan found.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(self, run: &Run, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write(run, style, out),
            Self::Concise => concise::write(run, out),
            Self::Json => json::write(run, out),
            Self::Jsonl => jsonl::write(run, out),
            Self::Sarif => sarif::write(run, out),
            Self::Junit => junit::write(run, out),
            Self::Github => github::write(run, out),
            Self::Markdown => markdown::write(run, out),
            Self::Html => html::write(run, out),
            Self::Csv => csv::write(run, out),
            Self::Reply => reply::write(run, out),
        }
    }

    /// Whether [`Format::write_accounts`] knows it.
    pub fn is_for_accounts(self) -> bool {
        matches!(self, Self::Human | Self::Json | Self::Jsonl | Self::Csv)
    }

    /// Writes what was read, unjudged. Formats that are made for findings alone write nothing.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_accounts(self, run: &Run, style: &Style, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Human => human::write_accounts(run, style, out),
            Self::Json => json::write_accounts(run, out),
            Self::Jsonl => jsonl::write_accounts(run, out),
            Self::Csv => csv::write_accounts(run, out),
            _ => Ok(()),
        }
    }
}
