/// How much of anything is read, before anything is parsed. A breach is a visible note and an incomplete run, never a
/// silent "clean". The values follow `ANCHORS.md` §4.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one file that are held in memory.
    pub file_bytes: u64,
    /// Bytes of one physical line.
    pub line_bytes: usize,
    /// Nodes of one syntax tree: settings, keys, elements.
    pub nodes: usize,
    /// Depth of nesting.
    pub depth: usize,
    /// Bytes of one decoded value.
    pub string_bytes: usize,
    /// Accounts taken from one file.
    pub accounts: usize,
    /// Findings printed for one account; the rest are counted.
    pub findings: usize,
    /// Entries of one archive.
    pub archive_entries: usize,
    /// Archives in archives.
    pub archive_depth: usize,
    /// Unpacked bytes for each packed byte of an archive.
    pub archive_ratio: u64,
    /// Unpacked bytes of one archive, in all.
    pub archive_bytes: u64,
    /// Bytes of a file that is too long to be held and is read as a stream.
    pub stream_bytes: u64,
    /// Seconds for one archive, or one file that is read as a stream.
    pub seconds: u64,
    /// Folders below the given one.
    pub walk_depth: usize,
    /// Names looked at in one run.
    pub walk_entries: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 16 << 20,
            line_bytes: 1 << 20,
            nodes: 200_000,
            depth: 64,
            string_bytes: 1 << 20,
            accounts: 1_000,
            findings: 1_000,
            archive_entries: 10_000,
            archive_depth: 2,
            archive_ratio: 100,
            archive_bytes: 256 << 20,
            stream_bytes: 4 << 30,
            seconds: 30,
            walk_depth: 64,
            walk_entries: 20_000_000,
        }
    }
}
