//! What is found in and behind DO blocks.

use crate::engine::testing::report;

/// `rule at the text that it points to`, in order.
fn found(migrations: &[&str]) -> Vec<String> {
    let report = report(migrations);
    let line = |found: &crate::finding::ReportedFinding| {
        format!("{} at {}", found.rule.id, found.file.slice(found.finding.span))
    };
    report.findings.iter().map(line).collect()
}

/// What is found in the last of some migrations, case after case.
pub(in crate::engine) fn check(cases: &[(&[&str], &[&str])]) {
    for (migrations, expected) in cases {
        assert_eq!(found(migrations), *expected, "for {migrations:?}");
    }
}

const ORDERS: &str = "CREATE TABLE orders (id bigint PRIMARY KEY, note text, total int);";

#[test]
fn statements_in_a_block_are_judged() {
    check(&[
        (
            &[ORDERS, "DO $$ BEGIN CREATE INDEX i ON orders (note); END $$;"],
            &["blocking-index-build at CREATE INDEX i ON orders (note)"],
        ),
        (
            &[ORDERS, "DO $$ BEGIN EXECUTE 'CREATE INDEX i ON orders (note)'; END $$;"],
            &["blocking-index-build at CREATE INDEX i ON orders (note)"],
        ),
        (
            &[ORDERS, "DO $$ BEGIN IF now() > 'today' THEN EXECUTE format('DROP TABLE %I', 'orders'); END IF; END $$;"],
            &["dropping-table at orders"],
        ),
        (
            &[ORDERS, "DO $$ BEGIN ALTER TABLE orders ADD COLUMN a int; UPDATE orders SET a = 1; END $$;"],
            &["lock-held-across-work at UPDATE orders SET a = 1", "unbatched-write at UPDATE orders SET a = 1"],
        ),
        (
            &[
                ORDERS,
                "DO $$ BEGIN ALTER TABLE orders ADD COLUMN a int; COMMIT; CREATE UNIQUE INDEX i ON orders (a); END $$;",
            ],
            &["blocking-index-build at CREATE UNIQUE INDEX i ON orders (a)"],
        ),
        (&[ORDERS, "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN DROP TABLE orders; END $$;"], &[]),
    ]);
}

#[test]
fn the_locks_of_one_branch_are_not_held_in_another() {
    let alter = "ALTER TABLE orders ADD a int;";
    let index = "CREATE INDEX i ON orders (note);";
    let built = ["blocking-index-build at CREATE INDEX i ON orders (note)"];
    let held = ["lock-held-across-work at CREATE INDEX i ON orders (note)", built[0]];
    for (body, expected) in [
        (format!("IF x THEN {alter} ELSE {index} END IF;"), &built[..]),
        (format!("IF x THEN {alter} ELSIF y THEN {index} END IF;"), &built),
        (format!("IF x THEN {alter} ELSIF y THEN NULL; ELSE {index} END IF;"), &built),
        (format!("CASE x WHEN 1 THEN {alter} WHEN 2 THEN {index} END CASE;"), &built),
        (format!("BEGIN {alter} EXCEPTION WHEN others THEN {index} END;"), &built),
        (format!("IF x THEN {alter} ELSE IF y THEN {index} END IF; END IF;"), &built),
        (format!("EXECUTE 'DO $x$ BEGIN IF x THEN {alter} ELSE {index} END IF; END $x$';"), &built),
        (format!("IF x THEN {alter} ELSE NULL; END IF; {index}"), &held),
        (format!("IF x THEN {alter} ELSE PERFORM 1; END IF; {index}"), &held),
        (format!("IF x THEN {alter} END IF; IF y THEN {index} END IF;"), &held),
        (format!("{alter} IF x THEN NULL; ELSE {index} END IF;"), &held),
    ] {
        let migration = format!("DO $$ BEGIN {body} END $$;");
        let mut found = found(&[ORDERS, &migration]);
        found.sort_by_key(|rule| !rule.starts_with("lock-held"));
        assert_eq!(found, expected, "for {body}");
    }
}

#[test]
fn what_may_not_have_run_proves_nothing() {
    let adds_proof = "DO $$ BEGIN IF EXISTS (SELECT FROM pg_constraint) THEN ALTER TABLE orders ADD CONSTRAINT c CHECK \
                      (note IS NOT NULL) NOT VALID; END IF; END $$;";
    check(&[
        (
            &["SELECT 1;", "DO $$ BEGIN IF true THEN CREATE TABLE t (a int); END IF; END $$; CREATE INDEX i ON t (a);"],
            &["blocking-index-build at CREATE INDEX i ON t (a)"],
        ),
        (&["SELECT 1;", "DO $$ BEGIN CREATE TABLE t (a int); END $$; CREATE INDEX i ON t (a);"], &[]),
        (
            &["SELECT 1;", "DO $$ BEGIN IF true THEN CREATE TABLE t (a int); CREATE INDEX i ON t (a); END IF; END $$;"],
            &[],
        ),
        (
            &[
                ORDERS,
                adds_proof,
                "ALTER TABLE orders VALIDATE CONSTRAINT c;",
                "ALTER TABLE orders ALTER note SET NOT NULL;",
            ],
            &[],
        ),
        (
            &[ORDERS, &adds_proof.replace(" NOT VALID", ""), "ALTER TABLE orders ALTER note SET NOT NULL;"],
            &["scanning-not-null at ALTER note SET NOT NULL"],
        ),
        (
            &[
                ORDERS,
                "DO $$ BEGIN DROP TABLE orders; EXCEPTION WHEN others THEN NULL; END $$;",
                "CREATE INDEX i ON orders (note);",
            ],
            &["blocking-index-build at CREATE INDEX i ON orders (note)"],
        ),
        (
            &[
                ORDERS,
                "DO $$ BEGIN DROP TABLE orders; CREATE TABLE orders (a int); EXCEPTION WHEN others THEN RAISE; END $$; CREATE INDEX i ON orders (a);",
            ],
            &["dropping-table at orders"],
        ),
    ]);
}

#[test]
fn settings_and_locks_last_as_long_as_the_block() {
    let reset = "RESET lock_timeout;\n";
    check(&[
        (
            &[
                ORDERS,
                &format!(
                    "{reset}DO $$ BEGIN PERFORM set_config('lock_timeout', '1s', true); ALTER TABLE orders ADD a int; END $$;"
                ),
            ],
            &[],
        ),
        (
            &[
                ORDERS,
                &format!("{reset}DO $$ BEGIN SET LOCAL lock_timeout = '1s'; ALTER TABLE orders ADD a int; END $$;"),
            ],
            &[],
        ),
        (
            &[
                ORDERS,
                &format!("{reset}DO $$ BEGIN SET LOCAL lock_timeout = '1s'; END $$; ALTER TABLE orders ADD a int;"),
            ],
            &["missing-lock-timeout at ALTER TABLE orders ADD a int"],
        ),
        (
            &[
                ORDERS,
                &format!(
                    "{reset}DO $$ BEGIN IF true THEN SET lock_timeout = '1s'; END IF; END $$; ALTER TABLE orders ADD a int;"
                ),
            ],
            &["missing-lock-timeout at ALTER TABLE orders ADD a int"],
        ),
        (
            &[ORDERS, "DO $$ BEGIN ALTER TABLE orders ADD a int; END $$; CREATE INDEX CONCURRENTLY i ON orders (a);"],
            &[],
        ),
        (
            &[ORDERS, "BEGIN; DO $$ BEGIN ALTER TABLE orders ADD a int; END $$; UPDATE orders SET a = 1; COMMIT;"],
            &["lock-held-across-work at UPDATE orders SET a = 1", "unbatched-write at UPDATE orders SET a = 1"],
        ),
        (
            &[
                ORDERS,
                "DO $$ BEGIN LOOP BEGIN LOCK TABLE orders; EXIT; EXCEPTION WHEN lock_not_available THEN PERFORM pg_sleep(1); END; END LOOP; ALTER TABLE orders ADD a int; END $$;",
            ],
            &[],
        ),
    ]);
}

#[test]
fn a_block_that_was_read_leaves_the_history_whole() {
    let noop = "DROP TABLE IF EXISTS gone;";
    check(&[
        (
            &[
                ORDERS,
                "DO $$ BEGIN CREATE TYPE m AS ENUM ('a'); EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
                noop,
            ],
            &[],
        ),
        (&[ORDERS, "DO $$ BEGIN EXECUTE 'GRANT SELECT ON orders TO ' || current_user; END $$;", noop], &[]),
        (&[ORDERS, "DO $$ BEGIN EXECUTE 'CREATE TABLE ' || x; END $$;", noop], &["dropping-table at gone"]),
        (&[ORDERS, "DO LANGUAGE plpython3u 'plpy';", noop], &["dropping-table at gone"]),
    ]);
}

#[test]
fn comments_in_a_block_allow_findings_there() {
    let inside = "DO $$\nBEGIN\n  -- lockwise: allow(dropping-table) old\n  DROP TABLE lines;\n  ALTER TABLE orders DROP COLUMN note;\nEND $$;";
    check(&[
        (&[ORDERS, inside], &["dropping-column at DROP COLUMN note"]),
        (&[ORDERS, "-- lockwise: allow(dropping-table) old\nDO $$ BEGIN DROP TABLE orders; END $$;"], &[]),
        (&[ORDERS, "DO $$\nBEGIN\n  DROP TABLE orders; -- lockwise: allow(dropping-table)\nEND $$;"], &[]),
    ]);
}

#[test]
fn what_was_not_read_is_said() {
    let report = report(&["DO $$ BEGIN FROB; EXECUTE 'DROP TABLE ' || x; DROP VIEW v; END $$;"]);
    let unread: Vec<&str> = report.coverage.unparsed.iter().map(|unparsed| unparsed.keywords.as_str()).collect();
    assert_eq!(unread, ["FROB", "EXECUTE DROP TABLE"]);
    assert_eq!((report.coverage.statements, report.coverage.analysed), (2, 1));
}
