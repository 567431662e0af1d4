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

#[test]
fn functions_that_write_are_called_by_what_a_statement_works_on() {
    let body = |returns: &str, does: &str| {
        format!("CREATE FUNCTION f() RETURNS {returns} LANGUAGE plpgsql AS 'BEGIN {does} RETURN true; END';")
    };
    let before = "CREATE TABLE t (id int); INSERT INTO t VALUES (NULL); CREATE TABLE l (id int);
        INSERT INTO l VALUES (1);";
    let required = "ALTER TABLE t ALTER id SET NOT NULL;";
    let used = [
        "ALTER TABLE l ADD COLUMN x boolean DEFAULT f();",
        "CREATE TABLE m (id int, x boolean DEFAULT f()); INSERT INTO m (id) VALUES (1);",
        "CREATE TABLE m (id int, x boolean DEFAULT f()); INSERT INTO m VALUES (1, DEFAULT);",
        "CREATE TABLE m (id int CHECK (f())); INSERT INTO m VALUES (1);",
        "CREATE TABLE m AS SELECT f();",
        "CREATE VIEW v AS SELECT f(); SELECT * FROM v;",
        "CREATE VIEW v AS SELECT f() AS x; INSERT INTO l SELECT 1 FROM v;",
        "CREATE MATERIALIZED VIEW v AS SELECT f() WITH NO DATA; REFRESH MATERIALIZED VIEW v;",
        "ALTER TABLE l ALTER id TYPE text USING f()::text;",
        "CREATE DOMAIN d AS int CHECK (f()); SELECT 1::d;",
        "BEGIN; DECLARE c CURSOR FOR SELECT f(); FETCH c; COMMIT;",
        "CREATE FUNCTION g() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN f(); END'; INSERT INTO l SELECT 1 WHERE g();",
    ];
    let writing = body("boolean", "UPDATE t SET id = 1;");
    let reading = body("boolean", "PERFORM 1 FROM t;");
    for used in used {
        each(&format!("{before} {writing} {used}"), &[(required, "")]);
        each(&format!("{before} {reading} {used}"), &[(required, "23502")]);
    }
    let event = |function: &str| {
        let function = function.replace("RETURN true;", "");
        format!("{function} CREATE EVENT TRIGGER g ON ddl_command_end EXECUTE PROCEDURE f(); CREATE SCHEMA s;")
    };
    let writing = event(&body("event_trigger", "UPDATE t SET id = 1;"));
    each(&format!("{before} {writing}"), &[(required, "")]);
}

#[test]
fn temporary_tables_lose_their_rows() {
    let required = "ALTER TABLE t ALTER id SET NOT NULL;";
    for (before, expected) in [
        ("CREATE TEMP TABLE t (id int) ON COMMIT DELETE ROWS; INSERT INTO t VALUES (NULL);", ""),
        ("BEGIN; CREATE TEMP TABLE t (id int) ON COMMIT DELETE ROWS; INSERT INTO t VALUES (NULL); COMMIT;", ""),
        ("BEGIN; CREATE TEMP TABLE t (id int) ON COMMIT DELETE ROWS; INSERT INTO t VALUES (NULL);", "23502"),
        ("CREATE TEMP TABLE t (id int) ON COMMIT PRESERVE ROWS; INSERT INTO t VALUES (NULL);", "23502"),
        ("CREATE TABLE t (id int); CREATE TEMP TABLE t (id int); INSERT INTO t VALUES (NULL); DISCARD TEMP;", ""),
        ("CREATE TEMP TABLE t (id int); INSERT INTO t VALUES (NULL); DISCARD ALL; CREATE TABLE t (id int);", ""),
        ("CREATE TABLE t (id int); INSERT INTO t VALUES (NULL); DISCARD ALL;", "23502"),
    ] {
        each(before, &[(required, expected)]);
    }
}

#[test]
fn blocks_may_undo_what_they_do() {
    let required = "ALTER TABLE t ALTER id SET NOT NULL;";
    for (body, expected) in [
        ("INSERT INTO t VALUES (NULL); ROLLBACK;", false),
        ("INSERT INTO t VALUES (NULL); COMMIT;", true),
        ("INSERT INTO t VALUES (NULL); COMMIT; ROLLBACK;", true),
        ("INSERT INTO t VALUES (NULL); COMMIT; DELETE FROM t; ROLLBACK;", false),
        ("ROLLBACK; INSERT INTO t VALUES (NULL);", true),
        ("INSERT INTO t VALUES (NULL); IF random() > 0.5 THEN ROLLBACK; END IF;", false),
    ] {
        let found = refused(&[&format!("CREATE TABLE t (id int); DO $$ BEGIN {body} END $$; {required}")]);
        assert_eq!(found.contains(&"23502"), expected, "for {body}");
    }
}
