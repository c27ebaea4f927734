//! The rows of an accounts database that have to do with mail.
//!
//! It is a Core Data store: numbers of entities and sets of columns differ between versions, so join tables are found
//! by the ending of their names, and a column that is not there reads as nothing. Nearly every value is a keyed archive
//! of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use maillint_model::Input;
use maillint_source::{Limits, SourceFile, Span};
use maillint_syntax::plist::{self, Kind, Listing, Value, archive};
use maillint_syntax::sqlite::{self, Cell, Database, Table};
use maillint_syntax::{Problem, Spanned};

use super::IN_BACKUP;
use crate::retention::Device;

/// Nodes, depth and bytes of one archived value. The largest real ones, lists of addresses, have some dozens of nodes.
const VALUE_NODES: usize = 5_000;
const VALUE_DEPTH: usize = 16;
const VALUE_BYTES: u64 = 64 << 10;

/// The dictionary of the service that mail is, in `ZDATACLASSPROPERTIES` and among the services that are switched on.
pub(super) const MAIL: &str = "com.apple.Dataclass.Mail";

/// What the columns `ZUSERNAME` and `ZACCOUNTDESCRIPTION` are called among the properties.
pub(super) const USERNAME: &str = "Username";
pub(super) const DESCRIPTION: &str = "AccountDescription";

/// The properties that say something about mail. Others are not even decoded: some hold tokens.
const PROPERTIES: &[&str] = &[
    "ACPropertyFullName",
    "AuthenticationScheme",
    "Class",
    "DAAccountHost",
    "DaysAfterDownloadToDeleteMessagesFromServer",
    "DeleteMessagesOnServerInterval",
    "DeletionPolicy",
    "DisplayName",
    "EmailAddress",
    "EmailAddresses",
    "EmailAliases",
    "FullUserName",
    "Hostname",
    "IdentityEmailAddress",
    "MCAccountIsManaged",
    "PortNumber",
    "SMTPIdentifier",
    "SSLEnabled",
    "SSLIsDirect",
    "SendingAccountIdentifier",
    "ShouldUseAuthentication",
    "mcProfileUUID",
];

/// Types of account that have to do with mail: the last part of `ZACCOUNTTYPE.ZIDENTIFIER`, in lower case.
const KINDS: &[&str] =
    &["imap", "imapmail", "pop", "smtp", "exchange", "hotmail", "google", "yahoo", "aol", "appleaccount"];

/// A key of a dictionary.
type Entry = (Spanned<String>, Value);

/// One row of `ZACCOUNT`.
pub(super) struct Row {
    /// Its primary key.
    pub(super) id: i64,
    /// The row above it.
    pub(super) parent: Option<i64>,
    /// One of [`KINDS`].
    pub(super) kind: &'static str,
    /// What other rows call it by.
    pub(super) identifier: Option<String>,
    /// `ZACTIVE`; true where there is no such column.
    pub(super) active: bool,
    /// Whether mail is among the services that are switched on for it; `None` where the store does not say.
    pub(super) mail: Option<bool>,
    /// Its properties, with [`USERNAME`], [`DESCRIPTION`] and the dictionary [`MAIL`].
    pub(super) values: Value,
}

/// The rows of a database. What could not be read of it comes with them.
pub(super) struct Store {
    rows: Vec<Row>,
    problems: Vec<Problem>,
    /// Whether a log belongs to it.
    pub(super) in_wal_mode: bool,
}

/// The rows, with the text that their places lie in.
pub(super) struct Listed {
    pub(super) rows: Vec<Row>,
    pub(super) file: Arc<SourceFile>,
    pub(super) problems: Vec<Problem>,
}

/// Reads a database with its log.
///
/// # Errors
/// What is no database, or one without accounts.
pub(super) fn load(bytes: &[u8], log: Option<&[u8]>, limits: &Limits) -> Result<Store, Problem> {
    let image = sqlite::merge(bytes, log, limits)?;
    let database = Database::open(&image, limits)?;
    let mut loader = Loader { database, limits, nodes: 0, problems: Vec::new() };
    let rows = loader.rows()?;
    Ok(Store { rows, problems: loader.problems, in_wal_mode: image.in_wal_mode })
}

impl Store {
    /// Whose store it is, as far as its keys tell: phones write the class of an account beside it, and Macs link
    /// outgoing servers by another key.
    pub(super) fn device(&self) -> Option<Device> {
        let has = |keys: [&str; 2]| self.rows.iter().any(|row| keys.iter().any(|key| row.values.get(key).is_some()));
        if has(["SendingAccountIdentifier", "ACPropertyFullName"]) {
            Some(Device::Mac)
        } else if has(["SMTPIdentifier", "Class"]) {
            Some(Device::Phone)
        } else {
            None
        }
    }

    /// Lists the rows, a value a line: `Accounts4.sqlite › ZACCOUNT 12 › PortNumber = 993`.
    pub(super) fn list(self, input: &Input, limits: &Limits) -> Listed {
        let Self { mut rows, mut problems, .. } = self;
        let mut listing = Listing::new(limits);
        let base = if input.base_name() == IN_BACKUP { "Accounts3.sqlite" } else { input.base_name() };
        let base: String = base.chars().filter(|c| !c.is_control()).collect();
        for row in &mut rows {
            let path = format!("{base} › ZACCOUNT {}", row.id);
            let mut heading = Value::unlisted(Kind::String(row.kind.to_owned()));
            listing.write(&path, &mut heading);
            row.values.span = heading.span;
            list(&mut listing, &path, &mut row.values);
        }
        let (text, over) = listing.into_text();
        problems.extend(over);
        Listed { rows, file: SourceFile::listing(&input.name, text, &[]), problems }
    }
}

/// Lists what a dictionary holds.
fn list(listing: &mut Listing, path: &str, dict: &mut Value) {
    let Kind::Dict(entries) = &mut dict.kind else { return };
    for (key, value) in entries {
        let name = match key.value.as_str() {
            USERNAME => "ZUSERNAME",
            DESCRIPTION => "ZACCOUNTDESCRIPTION",
            property => property,
        };
        let path = format!("{path} › {name}");
        if key.value == MAIL && value.is_dict() {
            list(listing, &path, value);
        } else {
            listing.write(&path, value);
            key.span = value.span;
        }
    }
}

struct Loader<'a> {
    database: Database,
    limits: &'a Limits,
    /// Nodes of all archived values so far.
    nodes: usize,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    /// The rows that have to do with mail, in the order of their keys.
    fn rows(&mut self) -> Result<Vec<Row>, Problem> {
        let columns = [
            "Z_PK",
            "ZPARENTACCOUNT",
            "ZACCOUNTTYPE",
            "ZIDENTIFIER",
            "ZACTIVE",
            "ZUSERNAME",
            "ZACCOUNTDESCRIPTION",
            "ZDATACLASSPROPERTIES",
        ];
        let Some(accounts) = self.database.table("ZACCOUNT", columns)? else {
            return Err(Problem::syntax("this database holds no accounts", Span::empty(0)));
        };
        let types = self.types()?;
        let mail = self.with_mail()?;
        let mut rows: BTreeMap<i64, Row> = BTreeMap::new();
        for cells in self.taken(accounts) {
            let [id, parent, kind, identifier, active, username, description, services] = &cells;
            let Some(id) = id.integer() else { continue };
            let Some(kind) = kind.integer().and_then(|kind| types.get(&kind)) else { continue };
            let mut entries = Vec::new();
            for (key, cell) in [(USERNAME, username), (DESCRIPTION, description)] {
                let text = cell.text().filter(|text| !text.trim().is_empty());
                entries.extend(text.map(|text| entry(key, Kind::String(text.to_owned()))));
            }
            entries.extend(self.mail_service(services));
            let row = Row {
                id,
                parent: parent.integer(),
                kind,
                identifier: identifier.text().map(str::to_owned),
                active: active.integer() != Some(0),
                mail: mail.as_ref().map(|mail| mail.contains(&id)),
                values: Value::unlisted(Kind::Dict(entries)),
            };
            rows.insert(id, row);
        }
        self.properties(&mut rows)?;
        Ok(rows.into_values().collect())
    }

    /// The rows of a table; what is wrong with it is kept.
    fn taken<const N: usize>(&mut self, table: Table<N>) -> Vec<[Cell; N]> {
        self.tell(table.problem);
        table.rows
    }

    /// Keeps a problem, once.
    fn tell(&mut self, problem: Option<Problem>) {
        self.problems.extend(problem.filter(|problem| !self.problems.contains(problem)));
    }

    /// The types of account that have to do with mail, by primary key.
    fn types(&mut self) -> Result<BTreeMap<i64, &'static str>, Problem> {
        let Some(table) = self.database.table("ZACCOUNTTYPE", ["Z_PK", "ZIDENTIFIER"])? else {
            self.tell(Some(Problem::syntax("the database does not say of what type its accounts are", Span::empty(0))));
            return Ok(BTreeMap::new());
        };
        let kind = |[id, identifier]: [Cell; 2]| {
            let last = identifier.text()?.rsplit('.').next()?.to_ascii_lowercase();
            Some((id.integer()?, *KINDS.iter().find(|kind| **kind == last)?))
        };
        Ok(self.taken(table).into_iter().filter_map(kind).collect())
    }

    /// The accounts that mail is switched on for; `None` where the store does not say. The table that joins accounts
    /// and services has the numbers of both entities in its names, as in `Z_2ENABLEDDATACLASSES`.
    fn with_mail(&mut self) -> Result<Option<BTreeSet<i64>>, Problem> {
        let Some(services) = self.database.table("ZDATACLASS", ["Z_PK", "ZNAME"])? else { return Ok(None) };
        let mut mail = None;
        for [id, name] in self.taken(services) {
            let name = self.value(&name);
            if name.and_then(|name| Some(name.text()? == MAIL)) == Some(true) {
                mail = id.integer();
            }
        }
        let joins = |name: &String| name.starts_with("Z_") && name.ends_with("ENABLEDDATACLASSES");
        let tables: Vec<String> = self.database.tables()?.into_iter().filter(joins).collect();
        let ([table], Some(mail)) = (tables.as_slice(), mail) else { return Ok(None) };
        let columns = self.database.columns(table)?;
        let ending = |ending: &str| columns.iter().find(|column| column.ends_with(ending));
        let (Some(account), Some(service)) = (ending("ENABLEDACCOUNTS"), ending("ENABLEDDATACLASSES")) else {
            return Ok(None);
        };
        let Some(table) = self.database.table(table, [account, service])? else { return Ok(None) };
        let of_mail = |[account, service]: [Cell; 2]| account.integer().filter(|_| service.integer() == Some(mail));
        Ok(Some(self.taken(table).into_iter().filter_map(of_mail).collect()))
    }

    /// Adds the properties to their rows.
    fn properties(&mut self, rows: &mut BTreeMap<i64, Row>) -> Result<(), Problem> {
        let Some(table) = self.database.table("ZACCOUNTPROPERTY", ["ZOWNER", "ZKEY", "ZVALUE"])? else {
            self.tell(Some(Problem::syntax("the database holds no settings of its accounts", Span::empty(0))));
            return Ok(());
        };
        for [owner, key, value] in self.taken(table) {
            let Some(row) = owner.integer().and_then(|owner| rows.get_mut(&owner)) else { continue };
            let Some(key) = key.text().filter(|key| PROPERTIES.contains(key)) else { continue };
            if let (Some(value), Kind::Dict(entries)) = (self.value(&value), &mut row.values.kind) {
                entries.push((Spanned::new(key.to_owned(), Span::default()), value));
            }
        }
        Ok(())
    }

    /// What stands about mail among the settings of an account's services.
    fn mail_service(&mut self, services: &Cell) -> Option<Entry> {
        let services = self.value(services)?;
        let mail = services.get(MAIL)?.entries().iter();
        let mail = mail.filter(|(key, _)| PROPERTIES.contains(&key.value.as_str())).cloned().collect();
        Some(entry(MAIL, Kind::Dict(mail)))
    }

    /// A value: mostly a keyed archive in a blob, plainly in some versions. `None` for null.
    fn value(&mut self, cell: &Cell) -> Option<Value> {
        let kind = match cell {
            Cell::Null => return None,
            Cell::Integer(number) => Kind::Integer((*number).into()),
            Cell::Real(number) => Kind::Real(*number),
            Cell::Text(text) => Kind::String(text.clone()),
            Cell::Blob(bytes) => self.archived(bytes),
        };
        Some(Value::unlisted(kind))
    }

    /// What an archive holds. All archives of a file together may unfold to no more than one file may hold.
    fn archived(&mut self, bytes: &[u8]) -> Kind {
        let nodes = VALUE_NODES.min(self.limits.nodes.saturating_sub(self.nodes));
        let limits = Limits { nodes, depth: VALUE_DEPTH, file_bytes: VALUE_BYTES, ..self.limits.clone() };
        let resolved = plist::parse_binary(bytes, &limits).and_then(|value| {
            self.nodes += count(&value);
            if archive::is_archive(&value) { archive::resolve(&value, &limits) } else { Ok(value) }
        });
        match resolved {
            Ok(value) => {
                self.nodes += count(&value);
                value.kind
            }
            Err(problem) => {
                // What was refused took as much work as is allowed.
                self.nodes += nodes;
                self.tell(Some(problem));
                Kind::Other
            }
        }
    }
}

fn entry(key: &str, kind: Kind) -> Entry {
    (Spanned::new(key.to_owned(), Span::default()), Value::unlisted(kind))
}

/// The nodes of a value.
fn count(value: &Value) -> usize {
    let items: usize = value.items().iter().map(count).sum();
    let entries: usize = value.entries().iter().map(|(_, value)| count(value)).sum();
    1 + items + entries
}
