//! DROP of every kind of object, and mistakes.

use super::drop;
use crate::ast::StatementKind;
use crate::parser::testing::{check, parse};

#[test]
fn objects() {
    check(
        drop,
        &[
            ("DROP TABLE t", "Drop { object: Table, names: [t] }"),
            (
                r#"drop table if exists app.t, "U" cascade"#,
                r#"Drop { object: Table, if_exists: true, names: [app.t, "U"], cascade: true }"#,
            ),
            ("DROP FOREIGN TABLE f RESTRICT", "Drop { object: ForeignTable, names: [f] }"),
            ("DROP INDEX i, j", "Drop { object: Index, names: [i, j] }"),
            (
                "DROP INDEX CONCURRENTLY IF EXISTS app.i",
                "Drop { object: Index, concurrently: true, if_exists: true, names: [app.i] }",
            ),
            ("DROP VIEW v", "Drop { object: View, names: [v] }"),
            (
                "DROP MATERIALIZED VIEW IF EXISTS v CASCADE",
                "Drop { object: MaterializedView, if_exists: true, names: [v], cascade: true }",
            ),
            ("DROP SEQUENCE s", "Drop { object: Sequence, names: [s] }"),
            ("DROP TYPE IF EXISTS app.kind, mood", "Drop { object: Type, if_exists: true, names: [app.kind, mood] }"),
            ("DROP DOMAIN d CASCADE", "Drop { object: Domain, names: [d], cascade: true }"),
            ("DROP SCHEMA a, b CASCADE", "Drop { object: Schema, names: [a, b], cascade: true }"),
            ("DROP FUNCTION f", "Drop { object: Function, routine: Function, names: [f], arguments: [] }"),
            (
                "DROP FUNCTION IF EXISTS f(int, numeric(10, 2)), app.g(), h CASCADE",
                "Drop { object: Function, routine: Function, if_exists: true, names: [f, app.g, h], arguments: [[Argument { mode: In, data_type: integer }, Argument { mode: In, data_type: numeric(10, 2) }], false, ], cascade: true }",
            ),
            (
                "DROP PROCEDURE p(int)",
                "Drop { object: Function, routine: Procedure, names: [p], arguments: [[Argument { mode: In, data_type: integer }]] }",
            ),
            ("DROP ROUTINE r", "Drop { object: Function, routine: Routine, names: [r], arguments: [] }"),
            ("DROP AGGREGATE a(*), b(int ORDER BY text)", "Drop { object: Function, names: [a, b], arguments: [, ] }"),
            (
                r#"DROP EXTENSION IF EXISTS "uuid-ossp", pgcrypto"#,
                r#"Drop { object: Extension, if_exists: true, names: ["uuid-ossp", pgcrypto] }"#,
            ),
            ("DROP DATABASE IF EXISTS d WITH (FORCE)", "Drop { object: Database, if_exists: true, names: [d] }"),
            ("DROP DATABASE d (FORCE)", "Drop { object: Database, names: [d] }"),
            ("DROP TABLESPACE IF EXISTS fast", "Drop { object: Tablespace, if_exists: true, names: [fast] }"),
            ("DROP SUBSCRIPTION s CASCADE", "Drop { object: Subscription, names: [s], cascade: true }"),
            ("DROP TRIGGER a ON app.t", "Drop { object: Trigger, names: [a], on: app.t }"),
            (
                "DROP TRIGGER IF EXISTS a ON t CASCADE",
                "Drop { object: Trigger, if_exists: true, names: [a], on: t, cascade: true }",
            ),
            ("DROP RULE a ON t", "Drop { object: Rule, names: [a], on: t }"),
            (
                r#"DROP POLICY IF EXISTS "a b" ON t RESTRICT"#,
                r#"Drop { object: Policy, if_exists: true, names: ["a b"], on: t }"#,
            ),
            ("DROP PUBLICATION p, q", "Drop { object: Other(`PUBLICATION`), names: [p, q] }"),
            ("DROP ROLE a, b", "Drop { object: Other(`ROLE`), names: [a, b] }"),
            ("DROP USER IF EXISTS a", "Drop { object: Other(`USER`), if_exists: true, names: [a] }"),
            ("DROP GROUP a", "Drop { object: Other(`GROUP`), names: [a] }"),
            ("DROP EVENT TRIGGER a", "Drop { object: Other(`EVENT TRIGGER`), names: [a] }"),
            ("DROP ACCESS METHOD a", "Drop { object: Other(`ACCESS METHOD`), names: [a] }"),
            ("DROP COLLATION a", "Drop { object: Other(`COLLATION`), names: [a] }"),
            ("DROP CONVERSION a", "Drop { object: Other(`CONVERSION`), names: [a] }"),
            (
                "DROP STATISTICS IF EXISTS app.s",
                "Drop { object: Other(`STATISTICS`), if_exists: true, names: [app.s] }",
            ),
            ("DROP SERVER s CASCADE", "Drop { object: Other(`SERVER`), names: [s], cascade: true }"),
            ("DROP FOREIGN DATA WRAPPER f", "Drop { object: Other(`FOREIGN DATA WRAPPER`), names: [f] }"),
            ("DROP LANGUAGE l", "Drop { object: Other(`LANGUAGE`), names: [l] }"),
            ("DROP PROCEDURAL LANGUAGE l", "Drop { object: Other(`LANGUAGE`), names: [l] }"),
            ("DROP TEXT SEARCH CONFIGURATION a", "Drop { object: Other(`TEXT SEARCH CONFIGURATION`), names: [a] }"),
            ("DROP TEXT SEARCH DICTIONARY a", "Drop { object: Other(`TEXT SEARCH DICTIONARY`), names: [a] }"),
            ("DROP TEXT SEARCH PARSER a", "Drop { object: Other(`TEXT SEARCH PARSER`), names: [a] }"),
            ("DROP TEXT SEARCH TEMPLATE a", "Drop { object: Other(`TEXT SEARCH TEMPLATE`), names: [a] }"),
            (
                "DROP OPERATOR CLASS app.c USING btree CASCADE",
                "Drop { object: Other(`OPERATOR CLASS`), names: [app.c], cascade: true }",
            ),
            ("DROP OPERATOR FAMILY c USING hash", "Drop { object: Other(`OPERATOR FAMILY`), names: [c] }"),
            (
                "DROP OPERATOR ^ (int, int), app.- (NONE, int) CASCADE",
                "Drop { object: Other(`OPERATOR`), cascade: true }",
            ),
            (
                "DROP CAST IF EXISTS (text AS int) CASCADE",
                "Drop { object: Other(`CAST`), if_exists: true, cascade: true }",
            ),
            ("DROP TRANSFORM FOR hstore LANGUAGE plpython3u", "Drop { object: Other(`TRANSFORM`) }"),
            ("DROP USER MAPPING IF EXISTS FOR bob SERVER s", "Drop { object: Other(`USER MAPPING`), if_exists: true }"),
            ("DROP TABLE cascade", "Drop { object: Table, names: [cascade] }"),
            ("DROP INDEX if", "Drop { object: Index, names: [if] }"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        drop,
        &[
            ("DROP AGGREGATE a", "expected (, found the end of the statement @ "),
            ("DROP OPERATOR + (int)", "expected a comma and the type of the right operand, found ) @ )"),
            ("DROP CAST (a, b)", "expected AS, found , @ , b)"),
            ("DROP TRANSFORM hstore", "expected FOR, found hstore @ hstore"),
            ("DROP USER MAPPING FOR bob", "expected SERVER, found the end of the statement @ "),
            ("DROP", "expected a kind of object, found the end of the statement @ "),
            ("DROP t", "expected a kind of object, found t @ t"),
            ("DROP TABLE", "expected a name, found the end of the statement @ "),
            ("DROP TABLE IF EXISTS", "expected a name, found the end of the statement @ "),
            ("DROP TABLE IF NOT EXISTS t", "expected EXISTS, found NOT @ NOT EXISTS t"),
            ("DROP TABLE t,", "expected a name, found the end of the statement @ "),
            ("DROP TABLE t u", "expected the end of the statement, found u @ u"),
            ("DROP TABLE t CASCADE RESTRICT", "expected the end of the statement, found RESTRICT @ RESTRICT"),
            ("DROP TABLE CONCURRENTLY t", "expected a name, found the reserved word CONCURRENTLY @ CONCURRENTLY t"),
            ("DROP TABLE order", "expected a name, found the reserved word order @ order"),
            ("DROP COLUMN a", "expected a kind of object, found COLUMN @ COLUMN a"),
            ("DROP CONSTRAINT a", "expected a kind of object, found CONSTRAINT @ CONSTRAINT a"),
            ("DROP TRIGGER a", "expected ON, found the end of the statement @ "),
            ("DROP TRIGGER a ON", "expected a table name, found the end of the statement @ "),
            ("DROP TRIGGER app.a ON t", "expected ON, found . @ .a ON t"),
            ("DROP INDEX i ON t", "expected the end of the statement, found ON @ ON t"),
            ("DROP FUNCTION f(int", "expected ), found the end of the statement @ "),
            ("DROP FUNCTION f int", "expected the end of the statement, found int @ int"),
            ("DROP OPERATOR", "expected an operator, found the end of the statement @ "),
            ("DROP OPERATOR CLASS c", "expected USING, found the end of the statement @ "),
            ("DROP MATERIALIZED v", "expected a kind of object, found MATERIALIZED @ MATERIALIZED v"),
        ],
    );
}

#[test]
fn the_last_keyword_of_the_kind_has_its_place() {
    for (text, keyword) in [("DROP INDEX IF EXISTS i", "INDEX"), ("DROP MATERIALIZED VIEW v", "VIEW")] {
        let Ok(StatementKind::Drop(dropped)) = parse(text, drop) else {
            panic!("not parsed: {text}");
        };
        assert_eq!(&text[dropped.kind_keyword.start..dropped.kind_keyword.end], keyword);
    }
}
