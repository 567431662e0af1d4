//! Control statements: each detector must see work where there is some, and none where there is none.

use crate::Fallible;
use crate::fixture::Fixture;
use crate::observed::Observation;
use crate::record;
use crate::server::Server;

const SETUP: &str = "\
CREATE TABLE orders (id bigint NOT NULL, total integer);
INSERT INTO orders SELECT g, g FROM generate_series(1, 3000) AS g;
CREATE INDEX orders_total_idx ON orders (total);
";

/// A statement, and the work that is known beforehand.
const CONTROLS: &[(&str, &[&str])] = &[
    ("SELECT 1;", &[]),
    ("SELECT * FROM orders;", &["scan"]),
    ("SELECT * FROM orders LIMIT 10;", &[]),
    ("SELECT * FROM orders WHERE total = 7;", &[]),
    // Writes make page counts worthless, so this one is seen by its tuples alone.
    ("UPDATE orders SET total = 0;", &["scan"]),
    ("INSERT INTO orders VALUES (0, 0);", &[]),
    ("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0);", &["scan"]),
    // A read of the table besides the one that the build needs.
    ("ALTER TABLE orders ADD CONSTRAINT c EXCLUDE USING btree (id WITH =);", &["index-build", "scan"]),
    ("ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;", &[]),
    ("ALTER TABLE orders ALTER COLUMN id TYPE numeric;", &["index-build", "rewrite"]),
    ("ALTER TABLE orders ALTER COLUMN id SET STATISTICS 7;", &[]),
    ("CREATE INDEX ON orders (id);", &["index-build"]),
    ("REINDEX INDEX orders_total_idx;", &["index-build"]),
    ("ALTER INDEX orders_total_idx RENAME TO orders_by_total;", &[]),
    ("CREATE INDEX CONCURRENTLY ON orders (id);", &["index-build"]),
    ("DROP INDEX CONCURRENTLY orders_total_idx;", &[]),
    ("VACUUM FULL orders;", &["index-build", "rewrite"]),
    ("VACUUM orders;", &["scan"]),
    ("TRUNCATE orders;", &["new-storage"]),
];

/// What a second session cannot do while a lock is held.
const BLOCKED: &[(&str, &[&str])] = &[
    ("LOCK TABLE orders IN SHARE UPDATE EXCLUSIVE MODE;", &[]),
    ("LOCK TABLE orders IN SHARE MODE;", &["writes"]),
    ("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE;", &["reads", "writes"]),
];

/// Runs every control statement.
pub fn check(server: &Server) -> Fallible<()> {
    for (statement, expected) in CONTROLS {
        let seen = on_orders(&observe(server, statement)?, |observed| &observed.work);
        compare(statement, &seen, expected)?;
    }
    for (statement, expected) in BLOCKED {
        let seen = on_orders(&observe(server, statement)?, |observed| &observed.blocks);
        compare(statement, &seen, expected)?;
    }
    Ok(())
}

fn observe(server: &Server, statement: &str) -> Fallible<Observation> {
    let text = format!("-- setup\n{SETUP}-- statement\n{statement}\n");
    record::measure(server, &Fixture::parse("control", &text)?)
}

fn on_orders(
    observation: &Observation,
    words: impl Fn(&crate::observed::Observed) -> &std::collections::BTreeSet<String>,
) -> Vec<String> {
    observation.relations.get("orders").into_iter().flat_map(|orders| words(orders).iter().cloned()).collect()
}

fn compare(statement: &str, seen: &[String], expected: &[&str]) -> Fallible<()> {
    if seen == expected {
        return Ok(());
    }
    Err(format!("control `{statement}`: expected {expected:?}, seen {seen:?}").into())
}
