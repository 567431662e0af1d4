//! Runs migrations on a server as their runner would: each file in a session of its own, one statement at a time.

use std::collections::BTreeMap;

use lockwise::parser;
use lockwise::runner::Scope;
use lockwise::source::SourceFile;
use postgres::Client;
use postgres::error::SqlState;

use crate::Fallible;
use crate::page::Part;
use crate::picture::Picture;
use crate::server::{Server, clean};

/// Rows for each table: more than one batch of a loop. A value is the row's number, or a moment made from it.
const FILL: &str = "
SELECT format('INSERT INTO %s (%s) SELECT %s FROM generate_series(1, 1200) AS n,
        LATERAL (SELECT timestamp ''2024-01-01'' + n * interval ''1 minute'' AS at) AS minute ON CONFLICT DO NOTHING',
    c.oid::regclass, string_agg(quote_ident(attname), ', ' ORDER BY attnum), string_agg(CASE typcategory
        WHEN 'N' THEN 'n'
        WHEN 'S' THEN format('right(n::text, %s)', coalesce(nullif(atttypmod, -1) - 4, 9))
        WHEN 'D' THEN 'at'
        WHEN 'R' THEN 'format(''[%s,%s)'', at, at + interval ''1 second'')'
        ELSE 'NULL' END || '::text::' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum))
FROM pg_class c JOIN pg_attribute ON attrelid = c.oid JOIN pg_type t ON t.oid = atttypid
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
    AND attnum > 0 AND NOT attisdropped
GROUP BY c.oid ORDER BY c.oid
";

/// Values for what is still NULL: what the author of a migration is told to do by hand.
const FILL_NULLS: &str = "
SELECT format('UPDATE %s SET %I = ''1'' WHERE %2$I IS NULL', attrelid::regclass, attname)
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relkind IN ('r', 'p') AND NOT relispartition AND relnamespace = 'public'::regnamespace
    AND attnum > 0 AND NOT attisdropped AND NOT attnotnull
";

/// What running a list of migrations came to.
pub struct Played {
    /// The database after them.
    pub picture: Picture,
    /// The files that the server refused, with its words.
    pub refused: BTreeMap<String, String>,
}

/// Runs migrations in an empty database. What is history is followed by rows; a file that is refused ends there, and the
/// next one is tried.
pub fn play(server: &Server, parts: &[Part], before_file: impl Fn(&str) -> bool) -> Fallible<Played> {
    let mut observer = server.connect()?;
    clean(&mut observer)?;
    let mut refused = BTreeMap::new();
    let mut filled = false;
    for part in parts {
        if !part.history && !filled {
            fill(&mut observer)?;
            filled = true;
        }
        if before_file(&part.name) {
            run_each(&mut observer, FILL_NULLS)?;
        }
        if let Err(reason) = run(&mut server.connect()?, part) {
            refused.insert(part.name.clone(), reason);
        }
    }
    Ok(Played { picture: Picture::take(&mut observer)?, refused })
}

/// Rows into every table.
fn fill(client: &mut Client) -> Fallible<()> {
    run_each(client, FILL)
}

/// Runs every statement that a query returns.
fn run_each(client: &mut Client, query: &str) -> Fallible<()> {
    for row in client.query(query, &[])? {
        let statement: &str = row.get(0);
        match client.batch_execute(statement) {
            // A row for which there is no partition.
            Err(error) if error.code() == Some(&SqlState::CHECK_VIOLATION) => {}
            result => result.map_err(|error| format!("{statement}: {}", words(&error)))?,
        }
    }
    Ok(())
}

/// Runs one file; the error is what the server says against it.
fn run(session: &mut Client, part: &Part) -> Result<(), String> {
    let file = SourceFile::new(part.name.clone(), part.sql.clone());
    let wrapped = part.runner.scope == Scope::File;
    let mut statements: Vec<&str> =
        parser::parse(&file).statements.iter().map(|statement| file.slice(statement.span)).collect();
    if wrapped {
        statements.insert(0, "BEGIN");
        statements.push("COMMIT");
    }
    for statement in statements {
        session.batch_execute(statement).map_err(|error| format!("{}\n    {statement}", words(&error)))?;
    }
    Ok(())
}

/// What the server says against a statement.
pub fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => format!("{} ({})", refusal.message(), refusal.code().code()),
        None => error.to_string(),
    }
}
