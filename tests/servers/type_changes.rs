//! ALTER COLUMN TYPE from every type to every other: what happens to the table and to a plain index on the column, and which
//! changes are refused, with and without a USING clause that casts.
//!
//! The recording is `fixtures/facts/type-changes.toml`: a matrix for each range of versions that behave alike.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use postgres::{Client, error::SqlState};

use crate::Fallible;
use crate::server::Server;

/// What the types need that are not built in.
const SETUP: &str = "
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TYPE pair AS (a integer, b text);
CREATE DOMAIN label AS varchar(20);
CREATE DOMAIN word AS text;
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
";

/// The types, in the order of the matrix.
pub const TYPES: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "numeric",
    "numeric(10,2)",
    "numeric(12,2)",
    "numeric(12,4)",
    "numeric(12)",
    "money",
    "text",
    "varchar",
    "varchar(10)",
    "varchar(20)",
    "char(10)",
    "char(20)",
    "\"char\"",
    "name",
    "bytea",
    "boolean",
    "date",
    "time",
    "time(3)",
    "timetz",
    "timestamp",
    "timestamp(3)",
    "timestamptz",
    "timestamptz(3)",
    "interval",
    "interval(3)",
    "interval day to second",
    "interval year to month",
    "uuid",
    "json",
    "jsonb",
    "xml",
    "inet",
    "cidr",
    "macaddr",
    "bit(8)",
    "bit(16)",
    "varbit",
    "varbit(8)",
    "varbit(16)",
    "oid",
    "regclass",
    "integer[]",
    "bigint[]",
    "text[]",
    "varchar[]",
    "varchar(10)[]",
    "varchar(20)[]",
    "numeric(10,2)[]",
    "numeric(12,2)[]",
    "int4range",
    "int8range",
    "tsvector",
    "point",
    "mood",
    "mood[]",
    "pair",
    "label",
    "word",
    "positive",
];

/// One letter for each new type, for each old type.
pub type Matrix = BTreeMap<&'static str, String>;

/// Both matrices of one server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrices {
    /// `ALTER COLUMN c TYPE new`.
    plain: Matrix,
    /// `ALTER COLUMN c TYPE new USING c::new`.
    using: Matrix,
}

/// Measures both matrices.
pub fn measure(server: &Server) -> Fallible<Matrices> {
    let mut client = server.connect()?;
    crate::server::clean(&mut client)?;
    client.batch_execute(SETUP)?;
    let mut matrices = Matrices { plain: Matrix::new(), using: Matrix::new() };
    for old in TYPES {
        matrices.plain.insert(old, row(&mut client, old, |new| format!("TYPE {new}"))?);
        matrices.using.insert(old, row(&mut client, old, |new| format!("TYPE {new} USING c::{new}"))?);
    }
    Ok(matrices)
}

/// The changes of one old type. The table holds a row of NULL: what counts is what the server does, not what is in it.
fn row(client: &mut Client, old: &str, change: impl Fn(&str) -> String) -> Fallible<String> {
    let mut row = String::new();
    client.batch_execute(&format!("CREATE TABLE measured (c {old}); INSERT INTO measured VALUES (NULL)"))?;
    if let Err(error) = client.batch_execute("CREATE INDEX measured_idx ON measured (c)")
        && error.code() != Some(&SqlState::UNDEFINED_OBJECT)
    {
        return Err(error.into());
    }
    for new in TYPES {
        let before = storage(client)?;
        client.batch_execute("BEGIN")?;
        let done = client.batch_execute(&format!("ALTER TABLE measured ALTER COLUMN c {}", change(new)));
        let letter = match done {
            Ok(()) => letter(&before, &storage(client)?),
            Err(error) => refusal(error)?,
        };
        client.batch_execute("ROLLBACK")?;
        row.push(letter);
    }
    client.batch_execute("DROP TABLE measured")?;
    Ok(row)
}

/// Storage of the table, and of its index if it has one.
type Storage = (u32, Option<u32>);

fn storage(client: &mut Client) -> Fallible<Storage> {
    let row = client.query_one(
        "SELECT (SELECT relfilenode FROM pg_class WHERE relname = 'measured'),
                (SELECT relfilenode FROM pg_class WHERE relname = 'measured_idx')",
        &[],
    )?;
    Ok((row.get(0), row.get(1)))
}

fn letter(before: &Storage, after: &Storage) -> char {
    match () {
        () if before.0 != after.0 => 'r',
        () if before.1 != after.1 => 'i',
        () => '.',
    }
}

fn refusal(error: postgres::Error) -> Fallible<char> {
    match error.code() {
        Some(code) if *code == SqlState::DATATYPE_MISMATCH => Ok('x'),
        Some(code) if *code == SqlState::CANNOT_COERCE => Ok('x'),
        // An index that the new type cannot have.
        Some(code) if *code == SqlState::UNDEFINED_OBJECT => Ok('o'),
        _ => Err(error.into()),
    }
}

const HEAD: &str = "\
# What real PostgreSQL servers do with ALTER COLUMN TYPE, from each type to each other. Written by tests/servers, never by hand:
#   LOCKWISE_POSTGRES=all LOCKWISE_BLESS=1 cargo test --test servers
#
# One letter for each new type, in the order of `types`; the time zone of the session is UTC.
# .  neither the table nor a plain index on the column is written anew
# i  the index is built anew, the table stays
# r  the table is written anew
# o  the table has an index that the new type cannot have; refused (42704)
# x  refused: there is no such cast (42804, 42846)
";

/// The text of the recording.
pub fn print(measured: &BTreeMap<u32, Matrices>) -> String {
    let mut text = format!("{HEAD}\ntypes = [\n");
    TYPES.iter().for_each(|name| text.push_str(&format!("    {name:?},\n")));
    text.push_str("]\n");
    for (versions, matrices) in ranges(measured) {
        let _ = write!(text, "\n[[matrix]]\nversions = \"{versions}\"\n");
        for (name, matrix) in [("plain", &matrices.plain), ("using", &matrices.using)] {
            for old in TYPES {
                let _ = writeln!(text, "{name}.{:28} = {:?}", format!("{old:?}"), matrix[old]);
            }
        }
    }
    text
}

/// Neighbouring versions that behave alike.
fn ranges(measured: &BTreeMap<u32, Matrices>) -> Vec<(String, &Matrices)> {
    let mut ranges: Vec<(u32, u32, &Matrices)> = Vec::new();
    for (version, matrices) in measured {
        match ranges.last_mut() {
            Some((_, last, same)) if *same == matrices && *last + 1 == *version => *last = *version,
            _ => ranges.push((*version, *version, matrices)),
        }
    }
    let named = |first: u32, last: u32| if first == last { first.to_string() } else { format!("{first}..{last}") };
    ranges.into_iter().map(|(first, last, matrices)| (named(first, last), matrices)).collect()
}
