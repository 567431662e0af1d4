//! What is refused for certain, and what is doubted, of rows that are known.

use super::tests::refused;

/// Each case is refused with this SQLSTATE, or not at all.
fn each(before: &str, cases: &[(&str, &str)]) {
    for (statements, expected) in cases {
        let found = refused(&[&format!("{before} {statements}")]);
        assert_eq!(found.first().copied().unwrap_or_default(), *expected, "for {before} {statements}");
    }
}

#[test]
fn rows_may_be_hidden_from_other_roles() {
    let tables = "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL); INSERT INTO t VALUES (1, 1), (2, 2);
        CREATE TABLE c (t int NOT NULL REFERENCES t); INSERT INTO c VALUES (1);
        CREATE TABLE s (id int); INSERT INTO s VALUES (1), (1); CREATE TABLE copy (a int CHECK (a > 1));";
    let secured = format!("{tables} ALTER TABLE t ENABLE ROW LEVEL SECURITY;");
    let statements = [
        ("UPDATE t SET a = NULL;", "23502"),
        ("UPDATE t SET id = 1;", "23505"),
        ("UPDATE t SET a = a / 0;", "22012"),
        ("DELETE FROM t;", "23503"),
        ("INSERT INTO copy SELECT a FROM t;", "23514"),
    ];
    let seen: Vec<(&str, &str)> = statements.into();
    let hidden: Vec<(&str, &str)> = statements.iter().map(|(statement, _)| (*statement, "")).collect();
    each(&secured, &seen);
    each(&format!("{tables} SET ROLE app;"), &seen);
    each(&format!("{secured} SET ROLE app;"), &hidden);
    each(&format!("{secured} SET SESSION AUTHORIZATION app;"), &hidden);
    each(&format!("{secured} BEGIN; SET LOCAL ROLE app;"), &hidden);
    each(&format!("{secured} BEGIN; SET LOCAL ROLE app; COMMIT;"), &seen);
    each(&format!("{secured} ALTER TABLE t FORCE ROW LEVEL SECURITY;"), &hidden);
    each(&format!("{secured} ALTER TABLE t DISABLE ROW LEVEL SECURITY; SET ROLE app;"), &seen);
}

#[test]
fn domains_are_asked_of_rows_that_are_changed() {
    let table = "CREATE DOMAIN pos AS int CHECK (value > 0); CREATE TABLE t (id int, d pos);";
    each(table, &[("UPDATE t SET d = -5;", ""), ("INSERT INTO t VALUES (1, -5);", "23514")]);
    let one = format!("{table} INSERT INTO t VALUES (1, 1);");
    each(&one, &[("UPDATE t SET d = -5;", "23514"), ("UPDATE t SET d = -5 WHERE id = 7;", "")]);
}
