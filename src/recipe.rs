//! SQL that the rewrites of several rules share.

use crate::engine::effect::RelationName;

/// The line that bounds the wait for a lock; LOCAL inside a transaction.
pub fn lock_timeout(in_transaction: bool) -> &'static str {
    if in_transaction { "SET LOCAL lock_timeout = '2s';\n" } else { "SET lock_timeout = '2s';\n" }
}

/// A name as it has to be written: quoted only where it needs quotes.
pub fn quoted(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !RESERVED.split(' ').any(|word| word == name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A relation as it has to be written; the schema `public` is left out.
pub fn relation(name: &RelationName) -> String {
    match name.schema.as_str() {
        "public" => quoted(&name.name),
        schema => format!("{}.{}", quoted(schema), quoted(&name.name)),
    }
}

/// VALIDATE of a constraint, in a migration of its own.
pub fn validate(table: &str, constraint: &str) -> String {
    format!("ALTER TABLE {table} VALIDATE CONSTRAINT {};\n", quoted(constraint))
}

/// SET NOT NULL by the proof of a validated CHECK, which goes then.
pub fn set_not_null(table: &str, column: &str, check: &str) -> String {
    format!("ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL;\nALTER TABLE {table} DROP CONSTRAINT {check};\n")
}

/// The migrations that keep NULL out of a column without a scan under a blocking lock. The last one makes it NOT NULL,
/// which is free of a scan from 12 only: leave it out for older versions, where the CHECK has to do.
pub fn not_null_route(table: &str, column: &str, constraint: &str, since_12: bool) -> Vec<(String, String)> {
    let mut route = vec![
        (
            "add_check".to_owned(),
            format!(
                "{}ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK ({column} IS NOT NULL) NOT VALID;\n",
                lock_timeout(false)
            ),
        ),
        ("validate".to_owned(), format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint};\n")),
        ("set_not_null".to_owned(), format!("{}{}", lock_timeout(false), set_not_null(table, column, constraint))),
    ];
    if !since_12 {
        route.pop();
    }
    route
}

/// A column to batch by, with its type.
pub struct BatchKey {
    /// The name as it has to be written; its values are unique.
    pub column: String,
    /// Its type.
    pub data_type: String,
}

/// A loop that changes rows in batches of 1,000 in the order of a key, each batch in a transaction of its own. `condition`
/// selects the rows that still have to be changed; rows that another session holds are left for the next run.
pub fn batch_loop(change: &str, table: &str, key: &BatchKey, condition: &str) -> String {
    let BatchKey { column, data_type } = key;
    format!(
        "-- Skips rows that other sessions hold: run it again until it finds none.\nDO $$\nDECLARE\n  \
         batch_keys {data_type}[];\n  last_key {data_type};\nBEGIN\n  LOOP\n    batch_keys := ARRAY(\n      \
         SELECT {column} FROM {table}\n      WHERE ({condition}) AND (last_key IS NULL OR {column} > last_key)\n      \
         ORDER BY {column} LIMIT 1000 FOR UPDATE SKIP LOCKED\n    );\n    EXIT WHEN cardinality(batch_keys) = 0;\n    \
         {change} WHERE {column} = ANY (batch_keys);\n    last_key := batch_keys[cardinality(batch_keys)];\n    \
         COMMIT;\n  END LOOP;\nEND $$;\n"
    )
}

/// One turn of that loop, for versions before 11, where a DO block cannot commit.
pub fn one_batch(change: &str, table: &str, key: &BatchKey, condition: &str) -> String {
    let column = &key.column;
    format!(
        "-- Before 11 a loop cannot commit: run it again until it changes no row.\n{change}\nWHERE {column} IN (\n  \
         SELECT {column} FROM {table} WHERE {condition}\n  ORDER BY {column} LIMIT 1000 FOR UPDATE SKIP LOCKED\n);\n"
    )
}

/// Words that are no names without quotes. Source: `pg_get_keywords()`, those that are reserved.
const RESERVED: &str = "\
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate \
    collation column concurrently constraint create cross current_catalog current_date current_role \
    current_schema current_time current_timestamp current_user default deferrable desc distinct do else end \
    except false fetch for foreign freeze from full grant group having ilike in initially inner intersect \
    into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null \
    offset on only or order outer overlaps placing primary references returning right select session_user \
    similar some symmetric system_user table tablesample then to trailing true union unique user using \
    variadic verbose when where window with";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_quoted_where_they_need_it() {
        assert_eq!(quoted("orders"), "orders");
        assert_eq!(quoted("Orders"), "\"Orders\"");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
        assert_eq!(
            [quoted("all"), quoted("user"), quoted("with"), quoted("users")],
            ["\"all\"", "\"user\"", "\"with\"", "users"]
        );
    }
}
