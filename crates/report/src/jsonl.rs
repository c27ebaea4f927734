//! JSON Lines: the objects of [`crate::json`], one a line, each with its `type`, for programs that read as they go.

use std::io::{self, Write};

use serde::Serialize;

use crate::Run;
use crate::json::{self, SCHEMA_VERSION};

#[derive(Serialize)]
struct Line<'a, T> {
    r#type: &'a str,
    #[serde(flatten)]
    value: T,
}

#[derive(Serialize)]
struct Head<'a> {
    schema_version: u32,
    version: &'static str,
    complete: bool,
    policies: &'a [String],
}

/// Writes what a scan found: `run`, then each `finding`, `account`, `file` and `customer`, then the `summary`.
pub(crate) fn write(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    json::buffered(out, |out| {
        head(run, out)?;
        for finding in json::findings(run) {
            line(out, "finding", finding)?;
        }
        rest(run, true, out)?;
        for customer in json::customers(run) {
            line(out, "customer", customer)?;
        }
        line(out, "summary", json::summary(run))
    })
}

/// Writes what was read, unjudged: `run`, then each `account` and `file`.
pub(crate) fn write_accounts(run: &Run, out: &mut dyn Write) -> io::Result<()> {
    json::buffered(out, |out| {
        head(run, out)?;
        rest(run, false, out)
    })
}

fn head(run: &Run, out: &mut impl Write) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    let complete = run.is_complete();
    line(out, "run", Head { schema_version: SCHEMA_VERSION, version, complete, policies: &run.policies })
}

fn rest(run: &Run, judged: bool, out: &mut impl Write) -> io::Result<()> {
    for index in 0..run.accounts.len() {
        for account in json::accounts_of(run, index, judged) {
            line(out, "account", account)?;
        }
    }
    run.files.iter().try_for_each(|file| line(out, "file", json::file(file)))
}

fn line(out: &mut impl Write, r#type: &str, value: impl Serialize) -> io::Result<()> {
    json::compact(&Line { r#type, value }, out)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::sample;

    #[test]
    fn each_line_is_an_object_with_its_type() {
        let mut out = Vec::new();
        super::write(&sample::run(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let types: Vec<String> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap()["type"].as_str().unwrap().to_owned())
            .collect();
        let expected = ["run", "finding", "finding", "finding", "account", "account", "account", "account"];
        assert_eq!(types[..8], expected);
        assert_eq!(types[8..], ["file", "file", "file", "summary"]);
    }
}
