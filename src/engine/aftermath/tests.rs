//! What counts as done behind savepoints and chained transactions.

use crate::engine::block::tests::check;

const T: &str = "CREATE TABLE t (a text, b int);";

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
