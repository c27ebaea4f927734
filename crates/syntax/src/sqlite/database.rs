use maillint_source::{Limits, Span};
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, ErrorCode, MAIN_DB};

use super::Image;
use crate::Problem;

/// Steps of SQLite's machine between two looks at the budget, and how many looks there are in the life of a database:
/// some seconds of work. A real accounts database takes some ten thousand steps. Steps are counted besides time, so that
/// the same file gives the same result on every machine that is not far too slow for it.
const STEPS: i32 = 10_000;
const LOOKS: u32 = 5_000;

/// Bounds on what the file may ask for, far above what any program's settings need.
const BOUNDS: [(Limit, i32); 9] = [
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
    (Limit::SQLITE_LIMIT_COLUMN, 200),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 20),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 2),
    (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
    (Limit::SQLITE_LIMIT_FUNCTION_ARG, 8),
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

/// A value of one row.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text; what is not valid in the database's encoding is replaced.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// The number, if it is a whole number.
    pub fn integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Columns of a table, taken out of the database.
#[derive(Clone, PartialEq, Debug)]
pub struct Table<const N: usize> {
    /// The rows, in the order in which the table holds them. A column that the table does not have is null.
    pub rows: Vec<[Cell; N]>,
    /// Why there are not all of them.
    pub problem: Option<Problem>,
}

/// A database in memory.
#[derive(Debug)]
pub struct Database {
    connection: Connection,
    /// How many more values, and bytes of text and blobs, may be taken out.
    cells_left: usize,
    bytes_left: u64,
}

impl Database {
    /// Opens an image.
    ///
    /// # Errors
    /// SQLite cannot read it, or would work on it for too long.
    pub fn open(image: &Image, limits: &Limits) -> Result<Self, Problem> {
        let connection = connect(image, limits).map_err(|error| problem(&error))?;
        // What stands once in the file, as the default of a column, comes out with each row.
        let bytes_left = limits.file_bytes.min(image.bytes.len() as u64).saturating_mul(2);
        Ok(Self { connection, cells_left: limits.nodes, bytes_left })
    }

    /// The names of its tables, in order: only of those that are nothing else. A view and a virtual table run code.
    ///
    /// # Errors
    /// The database is damaged.
    pub fn tables(&self) -> Result<Vec<String>, Problem> {
        let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid LIMIT 10000";
        let names = || -> rusqlite::Result<Vec<String>> {
            self.connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
        };
        names().map_err(|error| problem(&error))
    }

    /// The names of a table's columns, in order; none if there is no such table.
    ///
    /// # Errors
    /// The database is damaged.
    pub fn columns(&self, table: &str) -> Result<Vec<String>, Problem> {
        let mut names = Vec::new();
        let add = |row: &rusqlite::Row<'_>| -> rusqlite::Result<()> {
            names.push(row.get("name")?);
            Ok(())
        };
        // A generated column is not among them: its value would be computed by an expression of the file.
        self.connection.pragma(None, "table_info", table, add).map_err(|error| problem(&error))?;
        Ok(names)
    }

    /// Takes these columns of a table out; `None` if there is no such table.
    ///
    /// # Errors
    /// The database is damaged. Damage that is met after the first rows is told with them.
    pub fn table<const N: usize>(&mut self, table: &str, columns: [&str; N]) -> Result<Option<Table<N>>, Problem> {
        if !self.tables()?.iter().any(|name| name == table) {
            return Ok(None);
        }
        let known = self.columns(table)?;
        let expressions = columns.map(|column| {
            let is_known = known.iter().any(|known| known.eq_ignore_ascii_case(column));
            if is_known { quoted(column) } else { "NULL".to_owned() }
        });
        let sql = format!("SELECT {} FROM {}", expressions.join(", "), quoted(table));
        let mut statement = self.connection.prepare(&sql).map_err(|error| problem(&error))?;
        let mut cursor = statement.query([]).map_err(|error| problem(&error))?;
        let mut rows = Vec::new();
        let problem = loop {
            let row = match cursor.next() {
                Ok(Some(row)) => row,
                Ok(None) => break None,
                Err(error) => break Some(problem(&error)),
            };
            let mut cells = [const { Cell::Null }; N];
            let mut bytes = 0;
            for (index, cell) in cells.iter_mut().enumerate() {
                *cell = row.get_ref(index).map_or(Cell::Null, |value| own(value, &mut bytes));
            }
            if self.cells_left < N || bytes > self.bytes_left {
                break Some(Problem::limit("the database holds too much; not all of it was read", Span::empty(0)));
            }
            self.cells_left -= N;
            self.bytes_left -= bytes;
            rows.push(cells);
        };
        Ok(Some(Table { rows, problem }))
    }
}

fn connect(image: &Image, limits: &Limits) -> rusqlite::Result<Connection> {
    let mut connection = Connection::open_in_memory()?;
    let mut looks = 0;
    let clock = limits.clone();
    let is_enough = move || {
        looks += 1;
        looks > LOOKS || clock.is_late()
    };
    connection.progress_handler(STEPS, Some(is_enough))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, i32::try_from(limits.file_bytes).unwrap_or(i32::MAX))?;
    for (limit, most) in BOUNDS {
        connection.set_limit(limit, most)?;
    }
    connection.deserialize_read_exact(MAIN_DB, image.bytes.as_slice(), image.bytes.len(), true)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.authorizer(Some(authorise))?;
    Ok(connection)
}

/// Only what this module asks for itself: whole tables and their columns. Nothing on behalf of a view or a trigger, no
/// function.
fn authorise(context: AuthContext<'_>) -> Authorization {
    let is_ours = match context.action {
        AuthAction::Select | AuthAction::Read { .. } => true,
        AuthAction::Pragma { pragma_name, .. } => pragma_name == "table_info",
        _ => false,
    };
    if is_ours && context.accessor.is_none() { Authorization::Allow } else { Authorization::Deny }
}

/// A value of its own, and its length.
fn own(value: ValueRef<'_>, bytes: &mut u64) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Integer(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => {
            *bytes += text.len() as u64;
            Cell::Text(String::from_utf8_lossy(text).into_owned())
        }
        ValueRef::Blob(blob) => {
            *bytes += blob.len() as u64;
            Cell::Blob(blob.to_vec())
        }
    }
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn problem(error: &rusqlite::Error) -> Problem {
    match error.sqlite_error_code() {
        Some(ErrorCode::OperationInterrupted | ErrorCode::TooBig | ErrorCode::OutOfMemory) => {
            Problem::limit("reading the database takes too much work; not all of it was read", Span::empty(0))
        }
        Some(ErrorCode::NotADatabase) => {
            Problem::syntax("this is no SQLite database, or an encrypted one", Span::empty(0))
        }
        _ => Problem::syntax("the database is damaged", Span::empty(0)),
    }
}

#[cfg(test)]
mod tests {
    use maillint_source::Limits;
    use proptest::prelude::*;
    use rusqlite::{Connection, MAIN_DB};

    use super::super::merge;
    use super::{Cell, Database};
    use crate::{Problem, ProblemKind};

    /// The bytes of a database that these statements make.
    fn made_by(sql: &str) -> Vec<u8> {
        let mut connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        connection.serialize(MAIN_DB).unwrap().to_vec()
    }

    fn open(bytes: &[u8], limits: &Limits) -> Result<Database, Problem> {
        Database::open(&merge(bytes, None, limits)?, limits)
    }

    fn opened(sql: &str) -> Database {
        open(&made_by(sql), &Limits::default()).unwrap()
    }

    #[test]
    fn columns_that_exist_are_taken_out_whatever_their_order() {
        let mut database = opened(
            "CREATE TABLE ZACCOUNT (Z_PK INTEGER PRIMARY KEY, ZUSERNAME VARCHAR, ZDATA BLOB, ZDATE TIMESTAMP);
             INSERT INTO ZACCOUNT VALUES (2, 'anna', x'00ff', 1.5), (1, NULL, NULL, 7);",
        );
        assert_eq!(database.columns("ZACCOUNT").unwrap(), ["Z_PK", "ZUSERNAME", "ZDATA", "ZDATE"]);
        let table = database.table("ZACCOUNT", ["ZDATA", "ZNOTTHERE", "ZUSERNAME", "Z_PK", "ZDATE"]).unwrap().unwrap();
        assert_eq!(table.problem, None);
        let anna = Cell::Text("anna".to_owned());
        let rows = [
            [Cell::Null, Cell::Null, Cell::Null, Cell::Integer(1), Cell::Integer(7)],
            [Cell::Blob(vec![0, 255]), Cell::Null, anna, Cell::Integer(2), Cell::Real(1.5)],
        ];
        assert_eq!(table.rows, rows);
        assert_eq!(database.table("ZNOTTHERE", ["Z_PK"]).unwrap(), None);
    }

    #[test]
    fn a_name_is_a_name_and_never_sql() {
        let mut database = opened(r#"CREATE TABLE "a""; DROP" ("b"" c" TEXT); INSERT INTO "a""; DROP" VALUES ('x')"#);
        let table = database.table("a\"; DROP", ["b\" c"]).unwrap().unwrap();
        assert_eq!(table.rows, [[Cell::Text("x".to_owned())]]);
    }

    #[test]
    fn views_virtual_tables_and_computed_columns_are_not_read() {
        let mut database = opened(
            "CREATE TABLE plain (a, b AS (a + 1)); INSERT INTO plain VALUES (1);
             CREATE VIEW seen AS SELECT a FROM plain;
             CREATE VIRTUAL TABLE virtual USING rtree(a, b, c);",
        );
        let tables = database.tables().unwrap();
        assert!(tables.iter().any(|name| name == "plain"));
        assert!(!tables.iter().any(|name| name == "seen" || name == "virtual"), "{tables:?}");
        assert_eq!(database.columns("plain").unwrap(), ["a"]);
        assert_eq!(database.table("plain", ["a", "b"]).unwrap().unwrap().rows, [[Cell::Integer(1), Cell::Null]]);
        assert_eq!(database.table("seen", ["a"]).unwrap(), None);
    }

    #[test]
    fn what_pretends_to_be_a_table_is_not_run() {
        let bytes = made_by(
            "CREATE TABLE a (b); CREATE TABLE ZACCOUNT (b);
             PRAGMA writable_schema = ON;
             UPDATE sqlite_schema SET sql = 'CREATE VIEW ZACCOUNT AS SELECT randomblob(99) AS b' WHERE name = 'ZACCOUNT'",
        );
        if let Ok(mut database) = open(&bytes, &Limits::default()) {
            assert!(database.table("ZACCOUNT", ["b"]).is_err());
        }
    }

    #[test]
    fn too_many_rows_and_too_much_text_are_cut_and_told() {
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)";
        let bytes = made_by(&format!("CREATE TABLE t (a, b); INSERT INTO t {rows} SELECT i, zeroblob(10000) FROM n"));
        let few = Limits { nodes: 100, ..Limits::default() };
        let table = open(&bytes, &few).unwrap().table("t", ["a"]).unwrap().unwrap();
        assert_eq!((table.rows.len(), table.problem.map(|problem| problem.kind)), (100, Some(ProblemKind::Limit)));
        let small = Limits { file_bytes: 1_000_000, ..Limits::default() };
        let table = open(&bytes, &small).unwrap().table("t", ["b"]).unwrap().unwrap();
        assert_eq!((table.rows.len(), table.problem.map(|problem| problem.kind)), (200, Some(ProblemKind::Limit)));
    }

    #[test]
    fn a_damaged_page_costs_the_rows_behind_it() {
        let rows = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)";
        let mut bytes = made_by(&format!("CREATE TABLE t (a); INSERT INTO t {rows} SELECT zeroblob(100) FROM n"));
        let middle = (bytes.len() / 2) & !4095;
        bytes[middle..middle + 4096].fill(0xFF);
        let table = open(&bytes, &Limits::default()).unwrap().table("t", ["a"]).unwrap().unwrap();
        assert_eq!(table.problem.unwrap().message, "the database is damaged");
        assert!((1..1000).contains(&table.rows.len()));
    }

    proptest! {
        /// Any damage to a database gives rows or a problem.
        #[test]
        fn any_damage_is_survived(noise in prop::collection::vec((0..20_000_usize, any::<u8>()), 0..40)) {
            let mut bytes = made_by(
                "CREATE TABLE a (Z_PK INTEGER PRIMARY KEY, t VARCHAR, b BLOB); CREATE INDEX i ON a (t);
                 INSERT INTO a VALUES (1, 'x', zeroblob(5000)), (2, 'y', NULL), (3, 'z', x'00');",
            );
            for (at, byte) in noise {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            if let Ok(mut database) = open(&bytes, &Limits::default()) {
                for name in database.tables().unwrap_or_default() {
                    let _ = database.table(&name, ["Z_PK", "t", "b"]);
                }
            }
        }
    }
}
