//! How much of anything is read: the flags that set it, `--show-limits`, and the limit of findings.

use clap::Args as Group;
use clap::value_parser;
use maillint_model::{Note, NoteKind};
use maillint_report::Run;
use maillint_source::{Limits, Met};

use crate::args::Color;
use crate::errors::Failure;
use crate::exit::Exit;
use crate::output;

const MIB: u64 = 1 << 20;
const KIB: usize = 1 << 10;

// The limits that somebody may have a reason to move; a breach is a note in every output, and exit code 4 where something
// may be missing from the report.
#[derive(Group)]
#[command(next_help_heading = "Limits")]
pub(crate) struct LimitArgs {
    /// Show every limit as this command line sets it, and read nothing
    #[arg(long)]
    pub(crate) show_limits: bool,

    /// Largest file that is held in memory, in MiB
    #[arg(long, value_name = "MIB", default_value_t = defaults().file_bytes / MIB, value_parser = value_parser!(u64).range(1..=1024))]
    max_file_size: u64,

    /// Largest file that is read as it goes by, as it is too large to be held in memory, in MiB
    #[arg(long, value_name = "MIB", default_value_t = defaults().stream_bytes / MIB, value_parser = value_parser!(u64).range(1..=1_048_576))]
    max_stream_size: u64,

    /// Longest line of an INI file or a registry export, in KiB
    #[arg(long, value_name = "KIB", default_value_t = kib(defaults().line_bytes), value_parser = value_parser!(u32).range(1..=1_048_576))]
    max_line_size: u32,

    /// Longest value, such as a name or a text, in KiB
    #[arg(long, value_name = "KIB", default_value_t = kib(defaults().string_bytes), value_parser = value_parser!(u32).range(1..=1_048_576))]
    max_value_size: u32,

    /// How deep elements of a file may be nested. What is deeper could use up the stack, hence the upper end
    #[arg(long, value_name = "N", default_value_t = small(defaults().depth), value_parser = value_parser!(u16).range(1..=128))]
    max_nesting: u16,

    /// Settings, keys or elements of one file
    #[arg(long, value_name = "N", default_value_t = defaults().nodes)]
    max_nodes: usize,

    /// Longest value that many accounts of a file may share, such as the name of a server, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = defaults().shared_bytes as u64, value_parser = value_parser!(u64).range(64..=1_048_576))]
    max_shared_size: u64,

    /// Accounts taken from one file
    #[arg(long, value_name = "N", default_value_t = defaults().accounts)]
    max_accounts: usize,

    /// Notes told of one file; the rest are counted
    #[arg(long, value_name = "N", default_value_t = defaults().notes)]
    max_notes: usize,

    /// Notes of one kind told of one file; the rest are counted
    #[arg(long, value_name = "N", default_value_t = defaults().notes_of_a_kind)]
    max_notes_of_a_kind: usize,

    /// Findings told of one account
    #[arg(long, value_name = "N", default_value_t = defaults().findings)]
    max_findings: usize,

    /// Folders below the given one
    #[arg(long, value_name = "N", default_value_t = defaults().walk_depth)]
    max_depth: usize,

    /// Names looked at in one run
    #[arg(long, value_name = "N", default_value_t = defaults().walk_entries)]
    max_names: u64,

    /// Entries of one archive
    #[arg(long, value_name = "N", default_value_t = defaults().archive_entries)]
    max_archive_entries: usize,

    /// Unpacked bytes for each packed byte of an archive
    #[arg(long, value_name = "N", default_value_t = defaults().archive_ratio, value_parser = value_parser!(u64).range(1..))]
    max_archive_ratio: u64,

    /// One archive unpacked, in MiB
    #[arg(long, value_name = "MIB", default_value_t = defaults().archive_bytes / MIB, value_parser = value_parser!(u64).range(1..=65_536))]
    max_archive_size: u64,

    /// Archives in archives
    #[arg(long, value_name = "N", default_value_t = small(defaults().archive_depth), value_parser = value_parser!(u16).range(0..=16))]
    max_archive_depth: u16,

    /// Seconds for one file; for unpacking an archive, and for reading what is in it
    #[arg(long, value_name = "SECONDS", default_value_t = defaults().seconds, value_parser = value_parser!(u64).range(0..=86_400))]
    max_seconds: u64,
}

fn defaults() -> Limits {
    Limits::default()
}

fn kib(bytes: usize) -> u32 {
    u32::try_from(bytes / KIB).unwrap_or(u32::MAX)
}

fn small(number: usize) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

impl LimitArgs {
    /// The limits of the run.
    pub(crate) fn limits(&self) -> Limits {
        Limits {
            file_bytes: self.max_file_size * MIB,
            stream_bytes: self.max_stream_size * MIB,
            line_bytes: self.max_line_size as usize * KIB,
            string_bytes: self.max_value_size as usize * KIB,
            depth: self.max_nesting.into(),
            nodes: self.max_nodes,
            shared_bytes: usize::try_from(self.max_shared_size).unwrap_or(usize::MAX),
            accounts: self.max_accounts,
            notes: self.max_notes,
            notes_of_a_kind: self.max_notes_of_a_kind,
            findings: self.max_findings,
            walk_depth: self.max_depth,
            walk_entries: self.max_names,
            archive_entries: self.max_archive_entries,
            archive_ratio: self.max_archive_ratio,
            archive_bytes: self.max_archive_size * MIB,
            archive_depth: self.max_archive_depth.into(),
            seconds: self.max_seconds,
            end: None,
            met: Met::default(),
        }
    }
}

/// `--show-limits`.
pub(crate) fn show(limits: &Limits, color: Color) -> Result<Exit, Failure> {
    let table = table(limits);
    output::to_stdout(color, |_, out| out.write_all(table.as_bytes()))?;
    Ok(Exit::Clean)
}

/// Every limit in a line: its value with its unit, what it is of, and the flag that sets it.
fn table(limits: &Limits) -> String {
    // A limit that is added does not compile before it has a line.
    let Limits {
        file_bytes,
        line_bytes,
        nodes,
        depth,
        string_bytes,
        shared_bytes,
        accounts,
        notes,
        notes_of_a_kind,
        findings,
        archive_entries,
        archive_depth,
        archive_ratio,
        archive_bytes,
        stream_bytes,
        seconds,
        end: _,
        met: _,
        walk_depth,
        walk_entries,
    } = limits;
    let rows = [
        (bytes(*file_bytes), "one file in memory", "--max-file-size"),
        (bytes(*stream_bytes), "one file that is too large for memory, read as it goes by", "--max-stream-size"),
        (bytes(*line_bytes as u64), "one line of an INI file or a registry export", "--max-line-size"),
        (bytes(*string_bytes as u64), "one value", "--max-value-size"),
        (format!("{nodes} nodes"), "settings, keys or elements of one file", "--max-nodes"),
        (format!("{depth} levels"), "nesting in one file", "--max-nesting"),
        (bytes(*shared_bytes as u64), "one value that many accounts of a file share", "--max-shared-size"),
        (format!("{accounts} accounts"), "of one file", "--max-accounts"),
        (format!("{notes} notes"), "of one file", "--max-notes"),
        (format!("{notes_of_a_kind} notes"), "of one kind on one file", "--max-notes-of-a-kind"),
        (format!("{findings} findings"), "of one account", "--max-findings"),
        (format!("{archive_entries} entries"), "of one archive", "--max-archive-entries"),
        (format!("{archive_depth} levels"), "archives in archives", "--max-archive-depth"),
        (format!("{archive_ratio} to 1"), "unpacked to packed bytes of an archive", "--max-archive-ratio"),
        (bytes(*archive_bytes), "one archive, unpacked", "--max-archive-size"),
        (format!("{seconds} seconds"), "one file, or to unpack or to read an archive", "--max-seconds"),
        (format!("{walk_depth} levels"), "folders below a given one", "--max-depth"),
        (format!("{walk_entries} names"), "of files and folders in one run", "--max-names"),
    ];
    let lines = rows.map(|(value, of, flag)| format!("{value:>14}  {of:<57}  {flag}").trim_end().to_owned() + "\n");
    lines.concat()
}

fn bytes(number: u64) -> String {
    match number {
        number if number.is_multiple_of(1 << 30) => format!("{} GiB", number >> 30),
        number if number.is_multiple_of(MIB) => format!("{} MiB", number / MIB),
        number if number.is_multiple_of(KIB as u64) => format!("{} KiB", number / KIB as u64),
        number => format!("{number} bytes"),
    }
}

/// Leaves out the findings that are too many for an account, and says so of its file.
pub(crate) fn cut_findings(run: &mut Run, limits: &Limits) {
    let (mut of, mut told) = (usize::MAX, 0);
    let mut cut: Vec<(usize, usize)> = Vec::new();
    // Findings are sorted by account.
    run.judgement.findings.retain(|finding| {
        if finding.account != of {
            (of, told) = (finding.account, 0);
        }
        told += 1;
        match cut.last_mut() {
            _ if told <= limits.findings => return true,
            Some((account, more)) if *account == of => *more += 1,
            _ => cut.push((of, 1)),
        }
        false
    });
    for (account, more) in cut {
        let Some(account) = run.accounts.get(account) else { continue };
        let (findings, they) = if more == 1 { ("finding", "it is") } else { ("findings", "they are") };
        let message = format!("{} has {more} more {findings}, over the limit; {they} not told", account.label());
        if let Some(file) = run.files.iter_mut().find(|file| file.path == account.file.name()) {
            file.notes.push(Note::new(NoteKind::Limit, message));
        }
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;

    use super::table;

    #[test]
    fn every_limit_has_a_unit() {
        insta::assert_snapshot!(table(&Limits { archive_bytes: 1_000, ..Limits::default() }), @r#"
            16 MiB  one file in memory                                         --max-file-size
             4 GiB  one file that is too large for memory, read as it goes by  --max-stream-size
             1 MiB  one line of an INI file or a registry export               --max-line-size
             1 MiB  one value                                                  --max-value-size
      200000 nodes  settings, keys or elements of one file                     --max-nodes
         64 levels  nesting in one file                                        --max-nesting
             1 KiB  one value that many accounts of a file share               --max-shared-size
     1000 accounts  of one file                                                --max-accounts
        1000 notes  of one file                                                --max-notes
          20 notes  of one kind on one file                                    --max-notes-of-a-kind
     1000 findings  of one account                                             --max-findings
     10000 entries  of one archive                                             --max-archive-entries
          2 levels  archives in archives                                       --max-archive-depth
          100 to 1  unpacked to packed bytes of an archive                     --max-archive-ratio
        1000 bytes  one archive, unpacked                                      --max-archive-size
        30 seconds  one file, or to unpack or to read an archive               --max-seconds
         64 levels  folders below a given one                                  --max-depth
    20000000 names  of files and folders in one run                            --max-names
    "#);
    }
}
