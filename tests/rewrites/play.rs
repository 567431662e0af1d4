//! Runs migrations on a server as their runner would: each file in a session of its own, one statement at a time.

use std::collections::BTreeMap;

use lockwise::parser;
use lockwise::runner::{Scope, sections};
use lockwise::source::SourceFile;
use postgres::Client;
use postgres::error::SqlState;

use crate::Fallible;
use crate::page::Part;
use crate::picture::Picture;
use crate::server::{Server, clean};

/// Rows for each table: more than one batch of a loop. A value is the row's number, or a moment made from it.
const FILL: &str = "
SELECT c.oid::regclass::text,
    format('INSERT INTO %s (%s) SELECT %s FROM generate_series(2001, 3200) AS n,
            LATERAL (SELECT timestamp ''2024-01-01'' + n * interval ''1 minute'' AS at) AS minute',
        c.oid::regclass, string_agg(quote_ident(attname), ', ' ORDER BY attnum), string_agg(CASE typcategory
            WHEN 'N' THEN 'n'
            WHEN 'S' THEN format('right(n::text, %s)', coalesce(nullif(atttypmod, -1) - 4, 9))
            WHEN 'D' THEN 'at'
            WHEN 'B' THEN '''true'''
            WHEN 'R' THEN 'format(''[%s,%s)'', at, at + interval ''1 second'')'
            ELSE 'NULL' END || '::text::' || format_type(atttypid, atttypmod), ', ' ORDER BY attnum))
FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid JOIN pg_type t ON t.oid = atttypid
WHERE relkind IN ('r', 'p') AND NOT relispartition AND c.oid >= 16384 AND attnum > 0 AND NOT attisdropped
    AND attidentity <> 'a' AND coalesce(to_jsonb(a) ->> 'attgenerated', '') = ''
GROUP BY c.oid ORDER BY c.oid
";

/// Values for what is still NULL.
const FILL_NULLS: &str = "
SELECT attrelid::regclass::text, format('UPDATE %s SET %I = ''1'' WHERE %2$I IS NULL', attrelid::regclass, attname)
FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
WHERE relkind IN ('r', 'p') AND NOT relispartition AND c.oid >= 16384 AND attnum > 0 AND NOT attisdropped AND NOT attnotnull
";

/// Tables that stay empty: a block copies other tables into them.
const EMPTY: &[&str] = &["order_archive"];

/// What a comment says of a batch that may leave rows for later.
const AGAIN: &str = "run it again until";

/// What running a list of migrations came to.
pub struct Played {
    /// The database after them.
    pub picture: Picture,
    /// The files that the server refused, with its words.
    pub refused: BTreeMap<String, String>,
}

/// Runs migrations in an empty database, with rows in it as soon as the history has made the tables. A file that is
/// refused ends there, and the next one is tried.
pub fn play(server: &Server, parts: &[Part]) -> Fallible<Played> {
    let mut observer = server.connect()?;
    clean(&mut observer)?;
    let mut refused = BTreeMap::new();
    let (history, migrations) = parts.split_at(parts.iter().take_while(|part| part.history).count());
    for part in history {
        run(server, part)??;
    }
    run_each(&mut observer, FILL)?;
    for part in migrations {
        let done = match () {
            () if is_left_to_the_author(part) => run_each(&mut observer, FILL_NULLS).map(Ok),
            () if part.sql.contains(AGAIN) => run(server, part).and_then(|_| run(server, part)),
            () => run(server, part),
        };
        if let Err(words) = done? {
            refused.insert(part.name.clone(), words);
        }
    }
    Ok(Played { picture: Picture::take(&mut observer)?, refused })
}

/// A migration that a rewrite adds and that is a comment only: what belongs there is for its author to know.
fn is_left_to_the_author(part: &Part) -> bool {
    part.name.contains('+') && part.sql.lines().all(|line| line.starts_with("--"))
}

/// Runs every statement that a query returns.
fn run_each(client: &mut Client, query: &str) -> Fallible<()> {
    for row in client.query(query, &[]).map_err(|error| words(&error))? {
        let (table, statement): (&str, &str) = (row.get(0), row.get(1));
        if EMPTY.contains(&table) {
            continue;
        }
        match client.batch_execute(statement) {
            // A moment for which there is no partition.
            Err(error) if error.code() == Some(&SqlState::CHECK_VIOLATION) => {}
            result => result.map_err(|error| format!("{statement}: {}", words(&error)))?,
        }
    }
    Ok(())
}

/// Runs one file; the inner error is what the server says against it.
fn run(server: &Server, part: &Part) -> Fallible<Result<(), String>> {
    let file = SourceFile::new(part.name.clone(), part.sql.clone());
    let mut script = parser::parse(&file);
    sections::keep_forward(&mut script, file.text());
    let own = script.statements.iter().map(|statement| file.slice(statement.span));
    let wrapped = part.runner.scope == Scope::File;
    let [begin, commit] = ["BEGIN", "COMMIT"].map(|word| wrapped.then_some(word));
    let mut session = server.connect()?;
    for statement in begin.into_iter().chain(own).chain(commit) {
        if let Err(error) = session.batch_execute(statement) {
            return Ok(Err(format!("{}: {statement}", words(&error))));
        }
    }
    Ok(Ok(()))
}

/// What the server says.
pub fn words(error: &postgres::Error) -> String {
    match error.as_db_error() {
        Some(refusal) => format!("{} ({})", refusal.message(), refusal.code().code()),
        None => error.to_string(),
    }
}
