//! What counts as done behind refused statements, savepoints and chained transactions.

use crate::engine::block::tests::check;

const T: &str = "CREATE TABLE t (a text, b int);";

#[test]
fn a_refused_statement_changes_nothing() {
    check(&[
        (
            &[T, "CREATE TABLE t (a int); ALTER TABLE t ALTER b SET NOT NULL; CREATE INDEX ON t (a);"],
            &[
                "missing-object at CREATE TABLE t (a int)",
                "scanning-not-null at ALTER b SET NOT NULL",
                "blocking-index-build at CREATE INDEX ON t (a)",
            ],
        ),
        (
            &[T, "ALTER TABLE t ALTER a TYPE int; ALTER TABLE t ALTER a TYPE int USING a::int;"],
            &[
                "refused-statement at ALTER a TYPE int",
                "rewriting-column-type at ALTER a TYPE int",
                "rewriting-column-type at ALTER a TYPE int USING a::int",
            ],
        ),
        (
            &[
                "CREATE TABLE u (a int PRIMARY KEY); CREATE TABLE v (a int REFERENCES u);",
                "DROP TABLE u; ALTER TABLE u ADD b int;",
            ],
            &["dependent-object at DROP TABLE u", "dropping-table at u"],
        ),
    ]);
}

#[test]
fn what_is_history_has_run() {
    let second = "BEGIN; CREATE TABLE t (c int); ALTER TABLE t ADD d int; COMMIT;";
    check(&[
        (&[T, second, "ALTER TABLE t ALTER c SET NOT NULL;"], &["scanning-not-null at ALTER c SET NOT NULL"]),
        (&[T, second, "ALTER TABLE t ADD d int;"], &["missing-object at ADD d int"]),
        (&[T, second, "ALTER TABLE t ADD b int;"], &[]),
        (&[T, "DROP TABLE u;", "CREATE TABLE u (a int); ALTER TABLE u ALTER a TYPE text;"], &[]),
    ]);
}

#[test]
fn a_foreign_key_goes_by_the_name_that_it_had_before_12() {
    let tables = "CREATE TABLE p (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE u (a int, b int, FOREIGN KEY (a, b) REFERENCES p);";
    check(&[
        (&[tables, "DROP TABLE p;"], &["dependent-object at DROP TABLE p", "dropping-table at p"]),
        (&[tables, "ALTER TABLE u DROP CONSTRAINT u_a_fkey;", "DROP TABLE p;"], &["dropping-table at p"]),
        (
            &[
                tables,
                "ALTER TABLE u RENAME CONSTRAINT u_a_fkey TO u_p;",
                "ALTER TABLE u DROP CONSTRAINT u_p; DROP TABLE p;",
            ],
            &["dropping-table at p"],
        ),
    ]);
}

#[test]
fn a_refused_creation_is_the_one_finding_of_all_that_uses_it() {
    check(&[
        (
            &[
                T,
                "CREATE TABLE u (a int, a text); ALTER TABLE u ADD c int; CREATE INDEX i ON u (c); DROP INDEX i; DROP TABLE u;",
            ],
            &["missing-object at a"],
        ),
        (
            &[T, "CREATE TABLE u PARTITION OF t DEFAULT; CREATE INDEX i ON u (a); ALTER TABLE u ADD c int;"],
            &["refused-statement at CREATE TABLE u PARTITION OF t DEFAULT", "blocking-partition-create at t"],
        ),
        (&[T, "CREATE UNIQUE INDEX i ON t (zzz);", "ALTER INDEX i RENAME TO j;"], &[]),
    ]);
}

#[test]
fn what_some_version_accepts_counts_as_done() {
    // NULLS NOT DISTINCT came with 15.
    let unique = "CREATE UNIQUE INDEX i ON t (b) NULLS NOT DISTINCT;";
    check(&[(&[T, unique, "ALTER INDEX i RENAME TO j;"], &[])]);
}

#[test]
fn what_is_refused_for_its_transaction_alone_is_there_once_moved_out() {
    let index = "BEGIN; CREATE INDEX CONCURRENTLY i ON t (a); COMMIT; ALTER INDEX i RENAME TO j;";
    check(&[(&[T, index], &["non-transactional-statement at CREATE INDEX CONCURRENTLY i ON t (a)"])]);
}

#[test]
fn rollback_goes_back_to_the_mark_that_the_server_goes_back_to() {
    check(&[
        (
            &[
                T,
                "BEGIN; SAVEPOINT x; ALTER TABLE t ADD c int; SAVEPOINT x; ALTER TABLE t ADD d int; RELEASE x; ROLLBACK TO x; \
                 COMMIT; ALTER TABLE t ADD c int, ADD d int;",
            ],
            &[],
        ),
        (
            &[
                T,
                "BEGIN; ALTER TABLE t ADD c int; COMMIT AND CHAIN; ALTER TABLE t ADD d int; ROLLBACK; \
                 ALTER TABLE t ADD d int; ALTER TABLE t ADD c int;",
            ],
            &["missing-object at ADD c int"],
        ),
        (
            &[
                T,
                "BEGIN; ALTER TABLE t ADD c int; ROLLBACK AND CHAIN; ALTER TABLE t ADD d int; COMMIT; \
                 ALTER TABLE t ADD c int; ALTER TABLE t ADD d int;",
            ],
            &["missing-object at ADD d int"],
        ),
        (&[T, "BEGIN; ALTER TABLE t ADD c int; BEGIN; ROLLBACK; ALTER TABLE t ADD c int;"], &[]),
    ]);
}

#[test]
fn a_table_that_a_rollback_lets_go_has_no_place_in_the_order() {
    let tables = "CREATE TABLE a (x int); CREATE TABLE b (x int);";
    check(&[
        (
            &[tables, "BEGIN; SAVEPOINT s; ALTER TABLE b ADD y int; ROLLBACK TO s; ALTER TABLE a ADD y int; COMMIT;"],
            &[],
        ),
        (
            &[tables, "BEGIN; SAVEPOINT s; ALTER TABLE b ADD y int; RELEASE s; ALTER TABLE a ADD y int; COMMIT;"],
            &["locks-on-many-tables at ALTER TABLE a ADD y int"],
        ),
    ]);
}
