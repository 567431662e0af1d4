use super::super::dispatch;
use crate::ast::StatementKind;
use crate::parser::testing::{check, parse};

#[test]
fn explain() {
    check(
        dispatch::statement,
        &[
            ("EXPLAIN SELECT 1", "Explain { statement: Statement { kind: Query(SELECT 1) } }"),
            (
                "EXPLAIN ANALYZE VERBOSE UPDATE t SET a = 1",
                "Explain { analyze: true, options: [ANALYZE, VERBOSE], statement: Statement { kind: Write { verb: Update, target: t, columns: [a], values: [Literal(Number(`1`))] } } }",
            ),
            (
                "EXPLAIN (ANALYZE, BUFFERS off, FORMAT json) DELETE FROM t",
                "Explain { analyze: true, options: [ANALYZE, BUFFERS off, FORMAT json], statement: Statement { kind: Write { verb: Delete, target: t } } }",
            ),
            (
                "EXPLAIN (ANALYZE false) CREATE TABLE t AS SELECT 1",
                "Explain { options: [ANALYZE false], statement: Statement { kind: CreateTable { name: t, query: SELECT 1 } } }",
            ),
            ("EXPLAIN (SELECT 1)", "Explain { statement: Statement { kind: Query((SELECT 1)) } }"),
            (
                "EXPLAIN ANALYZE EXECUTE p (1)",
                "Explain { analyze: true, options: [ANALYZE], statement: Statement { kind: Execute { name: p, arguments: [1] } } }",
            ),
            ("EXPLAIN REFRESH MATERIALIZED VIEW v", "Explain { statement: Statement { kind: Refresh { name: v } } }"),
            (
                "EXPLAIN CREATE TABLE t (a int)",
                "expected a statement that has a plan, found CREATE @ CREATE TABLE t (a int)",
            ),
            ("EXPLAIN DROP TABLE t", "expected a statement that has a plan, found DROP @ DROP TABLE t"),
            ("EXPLAIN", "expected a statement that has a plan, found the end of the statement @ "),
        ],
    );
}

#[test]
fn prepared_statements() {
    check(
        dispatch::statement,
        &[
            ("PREPARE p AS SELECT $1", "Prepare { name: p, statement: Statement { kind: Query(SELECT $1) } }"),
            (
                "PREPARE p (int, text[]) AS UPDATE t SET a = $1 WHERE b = $2",
                "Prepare { name: p, parameters: [integer, text[]], statement: Statement { kind: Write { verb: Update, target: t, filter: b = $2, columns: [a], values: [Other], reading: [Named { column: `b`, scope: Scope { relations: [t], merged: Nothing }, place: Expression }] } } }",
            ),
            (
                "PREPARE p AS DROP TABLE t",
                "expected a query, INSERT, UPDATE, DELETE or MERGE, found DROP @ DROP TABLE t",
            ),
            ("EXECUTE p", "Execute { name: p }"),
            ("EXECUTE p (1, now())", "Execute { name: p, arguments: [1, now()] }"),
            ("EXECUTE p ()", "expected an expression, found ) @ )"),
        ],
    );
}

#[test]
fn cursors_and_calls() {
    check(
        dispatch::statement,
        &[
            ("DECLARE c CURSOR FOR SELECT * FROM t", "Declare(DeclareCursor { name: c, query: SELECT * FROM t })"),
            (
                "DECLARE c BINARY INSENSITIVE NO SCROLL CURSOR WITH HOLD FOR VALUES (1)",
                "Declare(DeclareCursor { name: c, with_hold: true, query: VALUES (1) })",
            ),
            ("DECLARE c CURSOR WITHOUT HOLD FOR DELETE FROM t", "expected a query, found DELETE @ DELETE FROM t"),
            ("CALL app.p(1, a => 'x')", "Call { procedure: app.p, call: app.p(1, a => 'x') }"),
            ("CALL p()", "Call { procedure: p, call: p() }"),
            ("CALL p", "expected (, found the end of the statement @ "),
            ("CALL", "expected a procedure name, found the end of the statement @ "),
        ],
    );
}

#[test]
fn schemas() {
    check(
        dispatch::statement,
        &[
            ("CREATE SCHEMA app", "CreateSchema { name: app }"),
            (
                "CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION CURRENT_USER",
                "CreateSchema { name: app, if_not_exists: true, authorization: CurrentUser(46..58) }",
            ),
            ("CREATE SCHEMA AUTHORIZATION bob", "CreateSchema { authorization: Named(bob) }"),
            (
                "CREATE SCHEMA app CREATE TABLE t (a int) CREATE VIEW v AS SELECT a FROM t CREATE INDEX i ON t (a) \
                 CREATE SEQUENCE s CACHE 1 GRANT SELECT ON t TO bob",
                "CreateSchema { name: app, elements: [Statement { kind: CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }] } }, Statement { kind: CreateView { name: v, query: SELECT a FROM t } }, Statement { kind: CreateIndex { name: i, table: t, keys: [IndexKey { column: a }] } }, Statement { kind: CreateSequence { name: s, options: [SequenceOption { kind: Cache(1) }] } }, Statement { kind: Grant { privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Table, name: t }]), roles: [Named(bob)] } }] }",
            ),
            (
                "CREATE SCHEMA app DROP TABLE t",
                "expected CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT, found DROP @ DROP TABLE t",
            ),
            (
                "CREATE SCHEMA app CREATE DOMAIN d AS int",
                "expected CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT, found CREATE @ CREATE DOMAIN d AS int",
            ),
            (
                "CREATE SCHEMA IF NOT EXISTS app CREATE TABLE t (a int)",
                "expected the end of the statement, found CREATE @ CREATE TABLE t (a int)",
            ),
        ],
    );
}

#[test]
fn spans_of_elements() {
    let text = "CREATE SCHEMA app CREATE TABLE t (a int DEFAULT f(1) NOT NULL) CREATE VIEW v AS SELECT a FROM t";
    let StatementKind::CreateSchema(schema) = parse(text, dispatch::statement).unwrap() else { panic!("no schema") };
    let spans: Vec<&str> = schema.elements.iter().map(|element| &text[element.span.start..element.span.end]).collect();
    assert_eq!(spans, ["CREATE TABLE t (a int DEFAULT f(1) NOT NULL)", "CREATE VIEW v AS SELECT a FROM t"]);
}
