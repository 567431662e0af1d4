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
    each(&format!("{secured} SET SESSION AUTHORIZATION app; SET ROLE NONE;"), &hidden);
    each(&format!("{secured} SET ROLE app; RESET ALL;"), &hidden);
    each(&format!("{secured} BEGIN; SET LOCAL ROLE app;"), &hidden);
    each(&format!("{secured} BEGIN; SET LOCAL ROLE app; COMMIT;"), &seen);
    each(&format!("{secured} ALTER TABLE t FORCE ROW LEVEL SECURITY;"), &hidden);
    each(&format!("{secured} ALTER TABLE t DISABLE ROW LEVEL SECURITY; SET ROLE app;"), &seen);
    let parts = "CREATE TABLE t (id int) PARTITION BY LIST (id); CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);
        INSERT INTO t VALUES (1); ALTER TABLE t ENABLE ROW LEVEL SECURITY;";
    each(parts, &[("UPDATE t SET id = 2;", "23514"), ("SET ROLE app; UPDATE t SET id = 2;", "")]);
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
        "CREATE DOMAIN d AS int; CREATE TABLE m (a d); INSERT INTO m VALUES (1); ALTER DOMAIN d ADD CHECK (f());",
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
        ("CREATE TEMP TABLE t (id int) ON COMMIT DELETE ROWS; DO $$ BEGIN INSERT INTO t VALUES (NULL); END $$;", ""),
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

#[test]
fn keys_write_tables_one_behind_the_other() {
    let tables =
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE q (id int PRIMARY KEY REFERENCES p ON UPDATE CASCADE);
        CREATE TABLE r (id int REFERENCES q ON UPDATE CASCADE); CREATE TABLE o (id int REFERENCES q);
        CREATE TABLE z (id int); INSERT INTO z VALUES (NULL);
        INSERT INTO p VALUES (1); INSERT INTO q VALUES (1); INSERT INTO r VALUES (1);";
    let changed = "ALTER TABLE r ADD CHECK (id = 2);";
    each(tables, &[(changed, "23514"), ("ALTER TABLE z ALTER id SET NOT NULL;", "23502")]);
    let followed = format!("{tables} UPDATE p SET id = 2;");
    each(
        &followed,
        &[(changed, ""), ("INSERT INTO o VALUES (2);", ""), ("ALTER TABLE z ALTER id SET NOT NULL;", "23502")],
    );
    let conflict = format!("{tables} INSERT INTO p VALUES (1) ON CONFLICT (id) DO UPDATE SET id = 2;");
    each(&conflict, &[(changed, "")]);
    let fired = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN UPDATE z SET id = 1; RETURN new; END';
        CREATE TRIGGER g BEFORE UPDATE ON r FOR EACH ROW EXECUTE PROCEDURE f();";
    let fired = format!("{tables} {fired} UPDATE p SET id = 2;");
    each(&fired, &[("ALTER TABLE z ALTER id SET NOT NULL;", "")]);
}

#[test]
fn rows_of_unknown_keys_may_be_in_the_way_of_later_ones() {
    let table = "CREATE SEQUENCE s START 5; CREATE TABLE t (id int PRIMARY KEY, u int UNIQUE);
        INSERT INTO t VALUES (1, 1), (2, 2);";
    each(
        table,
        &[
            ("INSERT INTO t VALUES (nextval('s'), 7), (5, 2) ON CONFLICT (id) DO NOTHING;", ""),
            ("INSERT INTO t VALUES (5, 2), (nextval('s'), 7) ON CONFLICT (id) DO NOTHING;", "23505"),
            ("INSERT INTO t VALUES (5, 7), (6, 2) ON CONFLICT (id) DO NOTHING;", "23505"),
        ],
    );
}

#[test]
fn moments_without_an_offset_belong_to_a_time_zone() {
    let table = "CREATE TABLE t (a timestamptz) PARTITION BY RANGE (a);
        CREATE TABLE t1 PARTITION OF t FOR VALUES FROM ('2024-01-01') TO ('2024-02-01');";
    let insert = "INSERT INTO t VALUES ('2023-12-31 23:00');";
    each(
        table,
        &[(insert, "23514"), ("SET timezone = 'America/New_York'; INSERT INTO t VALUES ('2023-12-31 23:00');", "")],
    );
    each(table, &[("BEGIN; SET LOCAL TIME ZONE 'UTC'; INSERT INTO t VALUES ('2023-12-31 23:00');", "")]);
    assert_eq!(refused(&[table, &format!("SET timezone = 'America/New_York'; {insert}")]), Vec::<&str>::new());
    let offsets = table.replace("01')", "01 00:00+00')");
    each(&offsets, &[("SET timezone = 'America/New_York'; INSERT INTO t VALUES ('2023-12-31 23:00+00');", "23514")]);
}

#[test]
fn collations_may_make_texts_the_same() {
    let collation = "CREATE COLLATION nd (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
        CREATE DOMAIN ci AS text COLLATE nd; CREATE DOMAIN plain AS text;";
    for (of, expected) in [("ci", ""), ("plain", "23514"), ("text", "23514"), ("text COLLATE nd", "")] {
        let table = format!("{collation} CREATE TABLE t (a {of}); INSERT INTO t VALUES ('ABC');");
        let found = refused(&[&format!("{table} ALTER TABLE t ADD CHECK (a = 'abc');")]);
        assert_eq!(found.contains(&"23514"), !expected.is_empty(), "for {of}");
    }
    for (column, key, expected) in
        [("text", "a", true), ("text", "a COLLATE nd", false), ("text COLLATE nd", "a", false)]
    {
        let table = format!("{collation} CREATE TABLE t (a {column}) PARTITION BY LIST ({key});");
        let found = refused(&[&format!(
            "{table} CREATE TABLE t1 PARTITION OF t FOR VALUES IN ('ABC'); INSERT INTO t VALUES ('abc');"
        )]);
        assert_eq!(found.contains(&"23514"), expected, "for {column} by {key}");
    }
}

#[test]
fn prepared_transactions_and_texts_leave_rows_unsure() {
    let table = "CREATE TABLE t (id int);";
    let required = "ALTER TABLE t ALTER id SET NOT NULL;";
    let insert = "INSERT INTO t VALUES (NULL);";
    each(&format!("{table} BEGIN; {insert} PREPARE TRANSACTION 'x'; ROLLBACK PREPARED 'x';"), &[(required, "")]);
    each(&format!("{table} BEGIN; {insert} COMMIT;"), &[(required, "23502")]);
    each(&format!("{table} {insert} SELECT query_to_xml('DELETE FROM t', true, false, '');"), &[(required, "")]);
    each(&format!("{table} {insert} SELECT table_to_xml('t', true, false, '');"), &[(required, "23502")]);
}

#[test]
fn operators_may_stand_in_front_of_those_of_the_server() {
    let operator = "CREATE SCHEMA app; CREATE FUNCTION app.alike(int, int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
        CREATE OPERATOR app.= (LEFTARG = int, RIGHTARG = int, PROCEDURE = app.alike);";
    let table = "CREATE TABLE t (a int CHECK (a = 2)); CREATE TABLE u (a int); INSERT INTO u VALUES (1);";
    let statements = ["INSERT INTO t VALUES (1);", "ALTER TABLE u ADD CHECK (a = 2);"];
    for (path, expected) in [
        ("public, app, pg_catalog", ""),
        ("app, public, pg_catalog", ""),
        ("public, app", "23514"),
        ("pg_catalog, app, public", "23514"),
    ] {
        let before = format!("{operator} SET search_path = {path}; {table}");
        each(&before, &statements.map(|statement| (statement, expected)));
    }
    let reset = format!("{operator} SET search_path = public, app, pg_catalog; {table} RESET search_path;");
    each(&reset, &[("INSERT INTO t VALUES (1);", "")]);
}

#[test]
fn casts_that_somebody_has_written_into_the_catalog_are_not_known() {
    let written =
        "UPDATE pg_cast SET castcontext = 'a' WHERE castsource = 'int4'::regtype AND casttarget = 'bool'::regtype;";
    let table = "CREATE TABLE flags (id integer, flag boolean);";
    each(table, &[("INSERT INTO flags VALUES (1, 1);", "42804")]);
    each(&format!("{written} {table}"), &[("INSERT INTO flags VALUES (1, 1);", "")]);
}
