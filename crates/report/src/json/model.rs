//! What stands in the JSON, field by field. The comments become the descriptions in the schema.

use schemars::JsonSchema;
use serde::Serialize;

use crate::CustomerVerdict;

fn words<T: Copy>(all: &[T], word: impl Fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().map(|value| word(*value)).collect()
}

/// What `maillint scan --output json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "maillint scan")]
pub(crate) struct Scan<'a> {
    /// Version of this contract. Within a version, fields are only ever added.
    #[schemars(extend("const" = super::SCHEMA_VERSION))]
    pub(crate) schema_version: u32,
    /// The program that wrote this.
    pub(crate) tool: Tool,
    /// Whether everything that was to be read could be read; where it is false, `files` says what is missing.
    pub(crate) complete: bool,
    /// The policies in force, by name.
    pub(crate) policies: &'a [String],
    /// What is wrong, sorted by account and place.
    pub(crate) findings: Vec<Finding<'a>>,
    /// What was found.
    pub(crate) accounts: Vec<Account<'a>>,
    /// What became of each file.
    pub(crate) files: Vec<File<'a>>,
    /// With `--uploads`, each customer; absent else.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub(crate) customers: Vec<Customer<'a>>,
    /// The run in numbers.
    pub(crate) summary: Summary,
}

/// What `maillint accounts --output json` prints.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "maillint accounts")]
#[allow(clippy::struct_field_names, reason = "the names of the contract")]
pub(crate) struct Accounts<'a> {
    /// Version of this contract. Within a version, fields are only ever added.
    #[schemars(extend("const" = super::SCHEMA_VERSION))]
    pub(crate) schema_version: u32,
    /// The program that wrote this.
    pub(crate) tool: Tool,
    /// Whether everything that was to be read could be read; where it is false, `files` says what is missing.
    pub(crate) complete: bool,
    /// What was found.
    pub(crate) accounts: Vec<Account<'a>>,
    /// What became of each file.
    pub(crate) files: Vec<File<'a>>,
}

/// The program that wrote this.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Tool {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

/// One account of one client.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Account<'a> {
    /// The client, by the name that `--as` takes.
    pub(crate) client: &'static str,
    /// The client's version, as far as its files tell.
    pub(crate) client_version: Option<&'a str>,
    /// The client's profile.
    pub(crate) profile: Option<&'a str>,
    /// The file that makes it an account: relative to the given root, with `/`.
    pub(crate) file: &'a str,
    /// The client's own key, stable over runs.
    pub(crate) key: &'a str,
    /// The name that the client shows in its list.
    pub(crate) name: Option<&'a str>,
    /// How reports name it: its address, else the user name, else the client's name for it.
    pub(crate) label: &'a str,
    #[schemars(extend("enum" = ["live", "export", "provisioning"]))]
    pub(crate) kind: &'static str,
    #[schemars(extend("enum" = ["active", "disabled", "orphaned", "inactive-profile"]))]
    pub(crate) status: &'static str,
    /// Why it is not active, or what else it is.
    pub(crate) remark: Option<&'a str>,
    /// What the scan says about it; absent where nothing was judged.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["fine", "findings", "not-checked", "no-mail"]))]
    pub(crate) verdict: Option<&'static str>,
    /// Why no rule could say whether it is right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) not_checked: Option<&'a str>,
    /// Who its mail is from. An account that sends from several addresses stands in the list once for each.
    pub(crate) identities: Vec<Identity<'a>>,
    /// Where mail is fetched.
    pub(crate) incoming: Option<Server<'a>>,
    /// Where mail is sent.
    pub(crate) outgoing: Option<Server<'a>>,
    /// How long mail stays on the server; POP only.
    pub(crate) retention: Option<Retention<'a>>,
    /// Whether it is the client's default account.
    pub(crate) is_default: bool,
    /// Minutes between two looks for new mail; null where the client does not look by itself.
    pub(crate) check_minutes: Setting<'a, u32>,
    /// Lowest TLS version that the client agrees to, as `1.2`.
    pub(crate) min_tls: Setting<'a, String>,
    /// Highest TLS version that the client agrees to, as `1.3`.
    pub(crate) max_tls: Setting<'a, String>,
    /// Whether the client deletes old mail by itself, on the server too.
    pub(crate) deletes_old: Setting<'a, bool>,
    /// A proxy that the client sends mail connections through.
    pub(crate) proxy: Option<Setting<'a, &'a str>>,
    /// Places of secrets that stand in the file; never the secrets.
    pub(crate) secrets: Vec<Secret<'a>>,
}

/// A value and where it comes from.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Setting<'a, T> {
    /// Null where it is not known, and where the setting is off.
    pub(crate) value: Option<T>,
    /// `written` in a file, the client's `default`, `inherited` from another setting, or `unknown`.
    #[schemars(extend("enum" = ["written", "default", "inherited", "unknown"]))]
    pub(crate) origin: &'static str,
    /// Where it stands.
    #[serde(flatten)]
    pub(crate) place: Option<Place<'a>>,
    /// Set by an administrator; absent where it is not.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub(crate) managed: bool,
}

/// A place in a file.
#[derive(Serialize, JsonSchema, Clone)]
pub(crate) struct Place<'a> {
    /// The file, relative to the given root; absent in a setting that stands in the account's own file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) file: Option<&'a str>,
    /// Line, from 1; absent in files without lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line: Option<u32>,
    /// Column, from 1, in Unicode characters; absent in files without lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<u32>,
    /// Line of the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_line: Option<u32>,
    /// Column after the last character.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) end_column: Option<u32>,
    /// In a file without lines (binary property list, registry hive, database): the path of the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) path: Option<&'a str>,
}

/// Who the mail is from.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Identity<'a> {
    pub(crate) address: Setting<'a, &'a str>,
    pub(crate) name: Setting<'a, &'a str>,
    pub(crate) reply_to: Setting<'a, &'a str>,
}

/// One server, as the client uses it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Server<'a> {
    #[schemars(extend("enum" = words(maillint_model::Protocol::ALL, maillint_model::Protocol::as_str)))]
    pub(crate) protocol: &'static str,
    /// The client's own key of it.
    pub(crate) key: Option<&'a str>,
    pub(crate) host: Setting<'a, &'a str>,
    /// The port in effect.
    pub(crate) port: Setting<'a, u16>,
    /// `none`, `starttls`, `starttls-if-available`, `tls`, `auto`.
    pub(crate) security: Setting<'a, &'static str>,
    /// `none`, `password`, `encrypted`, `ntlm`, `kerberos`, `oauth2`, `certificate`, `any`, `pop-before-smtp`.
    pub(crate) auth: Setting<'a, &'static str>,
    pub(crate) username: Setting<'a, &'a str>,
    /// The client manages port, protection and sign-in by itself.
    pub(crate) automatic: bool,
    /// A certificate that did not check out was accepted for ever.
    pub(crate) certificate_exception: bool,
    /// Whether the client is told not to check the certificate at all.
    pub(crate) unchecked_certificate: bool,
}

/// How long a POP client leaves mail on the server.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Retention<'a> {
    pub(crate) leave_on_server: Setting<'a, bool>,
    /// Null where no age limit is in force, and where it is not known; `origin` tells which.
    pub(crate) remove_after_days: Setting<'a, u32>,
    pub(crate) remove_when_deleted: Setting<'a, bool>,
    /// A number of days that stands in the file whether or not its switch is on.
    pub(crate) stored_days: Setting<'a, u32>,
}

/// Where a secret stands.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Secret<'a> {
    #[schemars(extend("enum" = ["plain", "protected", "token"]))]
    pub(crate) kind: &'static str,
    #[serde(flatten)]
    pub(crate) place: Place<'a>,
}

/// One thing that is wrong with one account.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Finding<'a> {
    /// Id of the rule, as `maillint explain` takes it.
    pub(crate) rule: &'static str,
    #[schemars(extend("enum" = ["note", "warning", "error"]))]
    pub(crate) level: &'static str,
    /// What is set, and what it should be.
    pub(crate) message: &'a str,
    /// The account, as people know it: its address.
    pub(crate) account: &'a str,
    /// The account, as an index into `accounts`.
    pub(crate) account_index: usize,
    /// The client that wrote the file.
    pub(crate) client: Option<&'static str>,
    /// The file, relative to the given root.
    pub(crate) file: Option<&'a str>,
    /// Line, from 1; null in files without lines.
    pub(crate) line: Option<u32>,
    /// Column, from 1, in Unicode characters.
    pub(crate) column: Option<u32>,
    pub(crate) end_line: Option<u32>,
    /// Column after the last character.
    pub(crate) end_column: Option<u32>,
    /// In a file without lines: the path of the key.
    pub(crate) path: Option<&'a str>,
    /// What is to be seen at that place.
    pub(crate) label: Option<&'a str>,
    /// Other places that matter.
    pub(crate) related: Vec<Related<'a>>,
    /// The value that would be right.
    pub(crate) expected: Option<&'a str>,
    /// Why it matters.
    pub(crate) why: &'a str,
    /// What to do in the client, in order.
    pub(crate) fix: &'a [String],
    /// The house's own page on this.
    pub(crate) link: Option<&'a str>,
    /// The same for the same finding in every run.
    pub(crate) fingerprint: &'a str,
    /// Whether the baseline knows it already.
    pub(crate) known: bool,
}

/// A place that a finding also points at.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Related<'a> {
    #[serde(flatten)]
    pub(crate) place: Place<'a>,
    pub(crate) text: &'a str,
}

/// What became of one file.
#[derive(Serialize, JsonSchema)]
pub(crate) struct File<'a> {
    /// Relative to the given root, with `/`.
    pub(crate) path: &'a str,
    /// The client whose file it is; null where that is not known.
    pub(crate) client: Option<&'static str>,
    #[schemars(extend("enum" = ["read", "partly", "failed", "skipped"]))]
    pub(crate) outcome: &'static str,
    pub(crate) notes: Vec<Note<'a>>,
}

/// What one customer sent in: an entry of a given folder.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Customer<'a> {
    /// The name of the entry, as in the paths of its files.
    pub(crate) name: &'a str,
    /// Of several that hold, the first: something is wrong, something could not be read, no rule could say, all is
    /// right, no mail account was found.
    #[schemars(extend("enum" = words(CustomerVerdict::ALL, CustomerVerdict::as_str)))]
    pub(crate) verdict: &'static str,
    /// Which of `accounts` are theirs, as indexes.
    pub(crate) accounts: Vec<usize>,
    pub(crate) findings: Levels,
    pub(crate) files: Outcomes,
}

/// One thing to say about the reading of a file.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Note<'a> {
    #[schemars(extend("enum" = [
        "info", "ignored", "not-understood", "limit", "unsupported", "unreadable", "internal",
    ]))]
    pub(crate) kind: &'static str,
    pub(crate) message: &'a str,
    #[serde(flatten)]
    pub(crate) place: Option<Place<'a>>,
}

/// The run in numbers.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Summary {
    /// Entries of the clients' lists: the sum of the next four.
    pub(crate) accounts: usize,
    /// Judged, nothing to say.
    pub(crate) fine: usize,
    pub(crate) with_findings: usize,
    /// No rule could judge them.
    pub(crate) not_checked: usize,
    /// Local folders, feeds, news, chat.
    pub(crate) no_mail: usize,
    pub(crate) findings: Levels,
    pub(crate) files: Outcomes,
    /// Folders that were not entered because they hold no settings.
    pub(crate) pruned_folders: u64,
    /// Files that were opened and are no client's.
    pub(crate) unrecognised_files: u64,
    /// Archives that were met and not opened, as nobody named them.
    pub(crate) closed_archives: u64,
}

/// Findings by level.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Levels {
    pub(crate) error: usize,
    pub(crate) warning: usize,
    pub(crate) note: usize,
    /// Of any level, those that the baseline knows.
    pub(crate) known: usize,
}

/// Files by outcome.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Outcomes {
    pub(crate) read: usize,
    pub(crate) partly: usize,
    pub(crate) failed: usize,
    pub(crate) skipped: usize,
}
