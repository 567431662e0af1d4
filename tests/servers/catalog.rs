//! What the server's catalogs say: relations and their storage, the locks of a backend, the tuples it read.

use std::collections::BTreeMap;

use postgres::{Client, Row};
use serde::Deserialize;

use crate::Fallible;

/// A relation of a user schema.
#[derive(Debug, Clone)]
pub struct Relation {
    /// The name in recordings: without the schema where that is `public`.
    pub name: String,
    /// The name for SQL.
    pub quoted: String,
    /// The name alone, as debug messages have it.
    pub relname: String,
    /// `table`, `partitioned table`, `index` ...
    pub kind: &'static str,
    /// The storage; a new one is a new copy.
    pub filenode: u32,
    /// The table of an index.
    pub table: Option<u32>,
    /// Whether a query may read it; a materialized view without data refuses.
    readable: bool,
}

impl Relation {
    /// Whether it keeps rows itself.
    pub fn holds_rows(&self) -> bool {
        matches!(self.kind, "table" | "materialized view")
    }
}

/// The user's relations at one moment, by OID.
pub type Relations = BTreeMap<u32, Relation>;

/// Reads the user's relations as this session sees them.
pub fn relations(client: &mut Client) -> Fallible<Relations> {
    let rows = client.query(
        "SELECT c.oid, n.nspname::text, c.relname::text, format('%I.%I', n.nspname, c.relname),
                c.relkind::text, c.relfilenode, i.indrelid, c.relispopulated
         FROM pg_class c
         JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN pg_index i ON i.indexrelid = c.oid
         WHERE n.nspname !~ '^(pg_|information_schema$)' AND c.relkind <> 'c'",
        &[],
    )?;
    rows.iter().map(|row| Ok((row.get(0), relation(row)?))).collect()
}

fn relation(row: &Row) -> Fallible<Relation> {
    let (schema, relname): (String, String) = (row.get(1), row.get(2));
    Ok(Relation {
        name: if schema == "public" { relname.clone() } else { format!("{schema}.{relname}") },
        quoted: row.get(3),
        relname,
        kind: kind(row.get(4))?,
        filenode: row.get(5),
        table: row.get(6),
        readable: row.get(7),
    })
}

fn kind(relkind: &str) -> Fallible<&'static str> {
    Ok(match relkind {
        "r" => "table",
        "p" => "partitioned table",
        "i" => "index",
        "I" => "partitioned index",
        "v" => "view",
        "m" => "materialized view",
        "S" => "sequence",
        "f" => "foreign table",
        other => return Err(format!("relation kind {other} is not known").into()),
    })
}

/// How much a full read of a table is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Size {
    /// Tuples that it returns.
    pub rows: i64,
    /// Pages that it fetches.
    pub pages: i64,
}

/// The size of every relation that holds rows.
pub fn sizes(client: &mut Client, relations: &Relations) -> Fallible<BTreeMap<u32, Size>> {
    let holders = relations.iter().filter(|(_, relation)| relation.holds_rows() && relation.readable);
    holders
        .map(|(oid, relation)| {
            let row = client.query_one(
                &format!("SELECT count(*), pg_relation_size({oid}) / 8192 FROM ONLY {}", relation.quoted),
                &[],
            )?;
            Ok((*oid, Size { rows: row.get(0), pages: row.get(1) }))
        })
        .collect()
}

/// Whether the relation's storage is empty as this session sees it.
pub fn is_empty(client: &mut Client, oid: u32) -> Fallible<bool> {
    Ok(client.query_one("SELECT pg_relation_size($1::oid::regclass) = 0", &[&oid])?.get(0))
}

/// A table lock mode, ordered by strength.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct Mode(usize);

/// As `pg_locks` spells them, and as SQL does, from weak to strong.
const MODES: [(&str, &str); 8] = [
    ("AccessShareLock", "ACCESS SHARE"),
    ("RowShareLock", "ROW SHARE"),
    ("RowExclusiveLock", "ROW EXCLUSIVE"),
    ("ShareUpdateExclusiveLock", "SHARE UPDATE EXCLUSIVE"),
    ("ShareLock", "SHARE"),
    ("ShareRowExclusiveLock", "SHARE ROW EXCLUSIVE"),
    ("ExclusiveLock", "EXCLUSIVE"),
    ("AccessExclusiveLock", "ACCESS EXCLUSIVE"),
];

impl Mode {
    fn parse(text: &str) -> Fallible<Self> {
        let found = MODES.iter().position(|(internal, sql)| [internal, sql].contains(&&text));
        Ok(Self(found.ok_or_else(|| format!("lock mode {text} is not known"))?))
    }

    /// The spelling of SQL, without the word LOCK.
    pub fn sql(self) -> &'static str {
        MODES[self.0].1
    }
}

impl TryFrom<String> for Mode {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text).map_err(|error| error.to_string())
    }
}

/// The strongest lock on each relation, by OID.
pub type Locks = BTreeMap<u32, Mode>;

/// Adds a lock, and keeps the stronger one.
pub fn keep_strongest(locks: &mut Locks, oid: u32, mode: Mode) {
    locks.entry(oid).and_modify(|held| *held = mode.max(*held)).or_insert(mode);
}

/// The relation locks that a backend holds or waits for.
pub fn locks(client: &mut Client, pid: i32) -> Fallible<Locks> {
    let rows = client.query(
        "SELECT l.relation, l.mode FROM pg_locks l JOIN pg_database d ON d.oid = l.database
         WHERE l.pid = $1 AND l.locktype = 'relation' AND d.datname = current_database()",
        &[&pid],
    )?;
    let mut locks = Locks::new();
    for row in rows {
        keep_strongest(&mut locks, row.get(0), Mode::parse(row.get(1))?);
    }
    Ok(locks)
}

/// Whether a session waits for another one. It may be somebody of the server's own, an autovacuum worker, whom it waits
/// for meanwhile: that is not meant.
pub fn waits_for(client: &mut Client, pid: i32, blocker: i32) -> Fallible<bool> {
    let sql = "SELECT $1::integer = ANY (pg_blocking_pids($2))";
    Ok(client.query_one(sql, &[&blocker, &pid])?.get(0))
}

/// What was read from a relation and written to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// Tuples that scans of it returned; for an index, its entries.
    pub returned: i64,
    /// Tuples that indexes led to.
    pub fetched: i64,
    /// Tuples written.
    pub written: i64,
    /// Pages looked at, found in the cache or not.
    pub pages: i64,
}

/// Which transactions are counted.
#[derive(Debug, Clone, Copy)]
pub enum Scope {
    /// The one that this session is in.
    Transaction,
    /// All that have ended.
    Total,
}

/// Reads the statistics counters of relations.
pub fn counters(client: &mut Client, scope: Scope, oids: &[u32]) -> Fallible<BTreeMap<u32, Counters>> {
    let xact = match scope {
        Scope::Transaction => "xact_",
        Scope::Total => "",
    };
    let sql = "SELECT oid, pg_stat_get_X_tuples_returned(oid), pg_stat_get_X_tuples_fetched(oid),
                      pg_stat_get_X_tuples_inserted(oid) + pg_stat_get_X_tuples_updated(oid)
                          + pg_stat_get_X_tuples_deleted(oid),
                      pg_stat_get_X_blocks_fetched(oid)
               FROM unnest($1::oid[]) AS oid"
        .replace("X_", xact);
    let rows = client.query(&sql, &[&oids])?;
    let counters =
        |row: &Row| Counters { returned: row.get(1), fetched: row.get(2), written: row.get(3), pages: row.get(4) };
    Ok(rows.iter().map(|row| (row.get(0), counters(row))).collect())
}
