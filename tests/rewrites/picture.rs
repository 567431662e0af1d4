//! What a database looks like: its schema as the catalogs have it, and what its tables hold.

use std::collections::{BTreeMap, BTreeSet};

use postgres::Client;

use crate::Fallible;
use crate::play::words;

/// The schema, one line for each object. The order of columns does not count.
///
/// What came with a later version is read through `to_jsonb`, which does not ask for what is not there.
const SCHEMA: &str = "
WITH own AS (
    SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'
), relation AS (
    SELECT c.oid AS id, c.* FROM pg_class c WHERE relnamespace IN (SELECT oid FROM own) AND relkind <> 'c'
), attribute AS (
    SELECT a.*, r.relkind, r.id::regclass AS relation, format_type(atttypid, atttypmod) AS type
    FROM pg_attribute a JOIN relation r ON r.id = a.attrelid
    WHERE attnum > 0 AND NOT attisdropped AND relkind NOT IN ('i', 'I', 'S')
)
SELECT CASE WHEN relkind IN ('v', 'm') THEN 'view' ELSE 'relation' END, format('%s %s %s: %s', relkind, id::regclass, relpersistence, concat_ws(', ',
    (SELECT amname FROM pg_am WHERE pg_am.oid = relam), (SELECT spcname FROM pg_tablespace t WHERE t.oid = reltablespace),
    pg_get_expr(relpartbound, id), reloptions::text, relreplident::text))
FROM relation
UNION ALL
SELECT CASE WHEN relkind IN ('r', 'p') THEN 'column' ELSE 'view column' END,
    format('%s.%s %s', relation, attname, type)
FROM attribute
UNION ALL
SELECT CASE WHEN relkind IN ('v', 'm') THEN 'view details' ELSE 'details' END, format('%s.%s %s', a.relation, attname, concat_ws(', ',
    CASE WHEN attnotnull THEN 'NOT NULL' END, pg_get_expr(d.adbin, d.adrelid),
    (SELECT collname FROM pg_collation c WHERE c.oid = attcollation),
    nullif(attidentity::text, ''), nullif(to_jsonb(a) ->> 'attgenerated', '')))
FROM attribute a LEFT JOIN pg_attrdef d ON d.adrelid = attrelid AND d.adnum = attnum
UNION ALL
SELECT 'constraint', format('%s on %s: %s, %s', conname, coalesce(conrelid::regclass::text, contypid::regtype::text),
    pg_get_constraintdef(oid), CASE WHEN convalidated THEN 'valid' ELSE 'not valid' END)
FROM pg_constraint WHERE connamespace IN (SELECT oid FROM own)
UNION ALL
SELECT 'index', format('%s, %s', pg_get_indexdef(indexrelid), concat_ws(', ',
    CASE WHEN indisvalid AND indisready THEN 'valid' ELSE 'not valid' END,
    CASE WHEN indisprimary THEN 'primary' END, CASE WHEN indisclustered THEN 'clustered' END,
    CASE WHEN indisreplident THEN 'identity' END,
    (SELECT 'part of ' || inhparent::regclass FROM pg_inherits WHERE inhrelid = indexrelid)))
FROM pg_index WHERE indrelid IN (SELECT id FROM relation)
UNION ALL
SELECT 'trigger', format('%s, %s', pg_get_triggerdef(oid), tgenabled)
FROM pg_trigger WHERE tgrelid IN (SELECT id FROM relation) AND NOT tgisinternal
UNION ALL
SELECT 'sequence', format('%s as %s from %s by %s, of %s', seqrelid::regclass, seqtypid::regtype, seqstart, seqincrement,
    (SELECT format('%s.%s', relation, attname) FROM attribute JOIN pg_depend ON refobjid = attrelid AND refobjsubid = attnum
     WHERE refclassid = 'pg_class'::regclass AND classid = 'pg_class'::regclass AND objid = seqrelid
         AND deptype IN ('a', 'i')))
FROM pg_sequence
UNION ALL
SELECT 'view', format('%s: %s', id::regclass, pg_get_viewdef(id)) FROM relation WHERE relkind IN ('v', 'm')
UNION ALL
SELECT 'function', pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace IN (SELECT oid FROM own)
UNION ALL
SELECT 'enum', format('%s: %s', enumtypid::regtype, string_agg(enumlabel, ', ' ORDER BY enumsortorder))
FROM pg_enum GROUP BY enumtypid
UNION ALL
SELECT 'database', datname FROM pg_database
";

/// A query for the rows of each table, again without the order of columns.
const ROWS: &str = "
SELECT oid::regclass::text,
    format('SELECT coalesce(string_agg(r, E''\\n'' ORDER BY r), '''') FROM (SELECT to_jsonb(t)::text AS r FROM %s t) AS rows',
        oid::regclass)
FROM pg_class
WHERE relkind IN ('r', 'p') AND NOT relispartition
    AND relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)')
";

/// A database at one moment.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    /// Every object with its definition.
    schema: BTreeSet<String>,
    /// What each table holds.
    rows: BTreeMap<String, String>,
}

impl Picture {
    /// Looks at the database.
    pub fn take(client: &mut Client) -> Fallible<Self> {
        let lines = client.query(SCHEMA, &[]).map_err(|error| words(&error))?;
        let schema = lines.iter().map(|row| format!("{} {}", row.get::<_, &str>(0), row.get::<_, &str>(1))).collect();
        let mut rows = BTreeMap::new();
        for table in client.query(ROWS, &[])? {
            rows.insert(table.get(0), client.query_one(table.get::<_, &str>(1), &[])?.get(0));
        }
        Ok(Self { schema, rows })
    }

    /// How the schema after a rewrite differs from this one, which is without it: a `-` stands before what is gone, a `+`
    /// before what is there instead.
    pub fn schema_difference(&self, rewritten: &Self) -> Vec<String> {
        let gone = self.schema.difference(&rewritten.schema).map(|line| format!("- {line}"));
        let new = rewritten.schema.difference(&self.schema).map(|line| format!("+ {line}"));
        gone.chain(new).collect()
    }

    /// The tables that hold other rows after the rewrite, with the first row of each side that the other has not.
    pub fn row_difference(&self, rewritten: &Self) -> Vec<String> {
        let both = self.rows.iter().filter_map(|(table, rows)| Some((table, rows, rewritten.rows.get(table)?)));
        let other = both.filter(|(_, without, with)| without != with);
        other.flat_map(|(table, without, with)| first_rows(table, without, with)).collect()
    }
}

fn first_rows(table: &str, without: &str, with: &str) -> [String; 2] {
    let [without, with] = [without, with].map(|rows| rows.lines().collect::<BTreeSet<_>>());
    let first = |one: &BTreeSet<&str>, other| one.difference(other).next().map_or("no row", |row| row).to_owned();
    [format!("- {table} {}", first(&without, &with)), format!("+ {table} {}", first(&with, &without))]
}
