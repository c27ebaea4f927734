//! Account databases as `accountsd` makes them: the tables of its Core Data store, values as keyed archives, and the
//! newest rows in the log.

use std::path::PathBuf;

use plist::{Dictionary, Uid, Value};
use rusqlite::Connection;
use tempfile::TempDir;

/// The tables that hold accounts, as macOS and iOS create them. Newer versions have more columns, older ones fewer.
const SCHEMA: &str = "
    CREATE TABLE ZACCOUNT (
        Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZACTIVE INTEGER, ZAUTHENTICATED INTEGER,
        ZSUPPORTSAUTHENTICATION INTEGER, ZVISIBLE INTEGER, ZWARMINGUP INTEGER, ZACCOUNTTYPE INTEGER,
        ZPARENTACCOUNT INTEGER, ZDATE TIMESTAMP, ZLASTCREDENTIALRENEWALREJECTIONDATE TIMESTAMP,
        ZACCOUNTDESCRIPTION VARCHAR, ZAUTHENTICATIONTYPE VARCHAR, ZCREDENTIALTYPE VARCHAR, ZIDENTIFIER VARCHAR,
        ZMODIFICATIONID VARCHAR, ZOWNINGBUNDLEID VARCHAR, ZUSERNAME VARCHAR, ZDATACLASSPROPERTIES BLOB);
    CREATE TABLE ZACCOUNTTYPE (
        Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZACCOUNTTYPEDESCRIPTION VARCHAR,
        ZCREDENTIALPROTECTIONPOLICY VARCHAR, ZCREDENTIALTYPE VARCHAR, ZIDENTIFIER VARCHAR, ZOWNINGBUNDLEID VARCHAR);
    CREATE TABLE ZACCOUNTPROPERTY (
        Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZOWNER INTEGER, ZKEY VARCHAR, ZVALUE BLOB);
    CREATE TABLE ZDATACLASS (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZNAME BLOB);
    CREATE TABLE ZCREDENTIALITEM (Z_PK INTEGER PRIMARY KEY, Z_ENT INTEGER, Z_OPT INTEGER, ZPERSISTENTREF BLOB);
    CREATE TABLE Z_2ENABLEDDATACLASSES (
        Z_2ENABLEDACCOUNTS INTEGER, Z_7ENABLEDDATACLASSES INTEGER,
        PRIMARY KEY (Z_2ENABLEDACCOUNTS, Z_7ENABLEDDATACLASSES));
    CREATE TABLE Z_2PROVISIONEDDATACLASSES (
        Z_2PROVISIONEDACCOUNTS INTEGER, Z_7PROVISIONEDDATACLASSES INTEGER,
        PRIMARY KEY (Z_2PROVISIONEDACCOUNTS, Z_7PROVISIONEDDATACLASSES));
    CREATE TABLE Z_PRIMARYKEY (Z_ENT INTEGER PRIMARY KEY, Z_NAME VARCHAR, Z_SUPER INTEGER, Z_MAX INTEGER);
    CREATE INDEX ZACCOUNTPROPERTY_ZOWNER_INDEX ON ZACCOUNTPROPERTY (ZOWNER);
    CREATE INDEX ZACCOUNT_ZPARENTACCOUNT_INDEX ON ZACCOUNT (ZPARENTACCOUNT);";

/// A database in a folder of its own, open as on a device that is running.
pub(crate) struct Store {
    folder: TempDir,
    connection: Connection,
}

impl Store {
    /// An empty store, everything in its log.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let connection = Connection::open(folder.path().join("Accounts4.sqlite")).unwrap();
        connection.execute_batch("PRAGMA page_size = 4096; PRAGMA wal_autocheckpoint = 0").unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        let store = Self { folder, connection };
        let name = archive(&"com.apple.Dataclass.Mail".into());
        store.connection.execute("INSERT INTO ZDATACLASS VALUES (3, 7, 1, ?1)", [name]).unwrap();
        store
    }

    /// Adds the row of an account whose type is `com.apple.account.<kind>`.
    pub(crate) fn account(&self, id: i64, kind: &str, parent: Option<i64>, identifier: &str, username: Option<&str>) {
        let kind = format!("com.apple.account.{kind}");
        let types = "INSERT INTO ZACCOUNTTYPE (ZIDENTIFIER) SELECT ?1
                     WHERE NOT EXISTS (SELECT 1 FROM ZACCOUNTTYPE WHERE ZIDENTIFIER = ?1)";
        self.connection.execute(types, [&kind]).unwrap();
        let row = "INSERT INTO ZACCOUNT (Z_PK, Z_ENT, ZACTIVE, ZACCOUNTTYPE, ZPARENTACCOUNT, ZIDENTIFIER, ZUSERNAME)
                   SELECT ?1, 2, 1, Z_PK, ?3, ?4, ?5 FROM ZACCOUNTTYPE WHERE ZIDENTIFIER = ?2";
        self.connection.execute(row, (id, kind, parent, identifier, username)).unwrap();
    }

    /// Switches mail on for an account.
    pub(crate) fn enable_mail(&self, id: i64) {
        self.connection.execute("INSERT INTO Z_2ENABLEDDATACLASSES VALUES (?1, 3)", [id]).unwrap();
    }

    /// Adds a property of an account.
    pub(crate) fn property(&self, id: i64, key: &str, value: impl Into<Value>) {
        self.property_bytes(id, key, &archive(&value.into()));
    }

    /// Adds a property of an account, as it is to stand in the file.
    pub(crate) fn property_bytes(&self, id: i64, key: &str, value: &[u8]) {
        let sql = "INSERT INTO ZACCOUNTPROPERTY (Z_ENT, ZOWNER, ZKEY, ZVALUE) VALUES (3, ?1, ?2, ?3)";
        self.connection.execute(sql, (id, key, value)).unwrap();
    }

    /// Sets the settings of mail among those of an account's services.
    pub(crate) fn mail_service(&self, id: i64, settings: &[(&str, Value)]) {
        let settings: Dictionary = settings.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        let services = Dictionary::from_iter([("com.apple.Dataclass.Mail", Value::from(settings))]);
        let sql = "UPDATE ZACCOUNT SET ZDATACLASSPROPERTIES = ?2 WHERE Z_PK = ?1";
        self.connection.execute(sql, (id, archive(&services.into()))).unwrap();
    }

    /// Anything else.
    pub(crate) fn sql(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    /// Moves what is in the log into the database.
    pub(crate) fn checkpoint(&self) {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
    }

    /// The bytes of the database and of its log.
    pub(crate) fn bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let path: PathBuf = self.folder.path().join("Accounts4.sqlite");
        (std::fs::read(&path).unwrap(), std::fs::read(path.with_extension("sqlite-wal")).unwrap())
    }
}

/// A value as `NSKeyedArchiver` writes it: numbered objects that refer to each other.
fn archive(value: &Value) -> Vec<u8> {
    let mut objects = vec![Value::from("$null")];
    let root = add(value, &mut objects);
    let archive = Dictionary::from_iter([
        ("$archiver", Value::from("NSKeyedArchiver")),
        ("$version", Value::from(100_000)),
        ("$top", Dictionary::from_iter([("root", root)]).into()),
        ("$objects", Value::Array(objects)),
    ]);
    let mut bytes = Vec::new();
    Value::from(archive).to_writer_binary(&mut bytes).unwrap();
    bytes
}

/// Adds an object, and returns the reference to it.
fn add(value: &Value, objects: &mut Vec<Value>) -> Value {
    let index = objects.len();
    objects.push(value.clone());
    let object = match value {
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().map(|item| add(item, objects)).collect();
            let class = add_class("NSArray", objects);
            Dictionary::from_iter([("$class", class), ("NS.objects", items.into())]).into()
        }
        Value::Dictionary(entries) => {
            let keys: Vec<Value> = entries.keys().map(|key| add(&key.as_str().into(), objects)).collect();
            let values: Vec<Value> = entries.values().map(|value| add(value, objects)).collect();
            let class = add_class("NSDictionary", objects);
            Dictionary::from_iter([("$class", class), ("NS.keys", keys.into()), ("NS.objects", values.into())]).into()
        }
        scalar => scalar.clone(),
    };
    objects[index] = object;
    reference(index)
}

fn add_class(name: &str, objects: &mut Vec<Value>) -> Value {
    let classes = Value::Array(vec![name.into(), "NSObject".into()]);
    objects.push(Dictionary::from_iter([("$classname", Value::from(name)), ("$classes", classes)]).into());
    reference(objects.len() - 1)
}

fn reference(index: usize) -> Value {
    Value::Uid(Uid::new(index as u64))
}
