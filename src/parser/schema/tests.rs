//! Schemas with what is made in them, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn schemas() {
    check(
        statement,
        &[
            ("CREATE SCHEMA app", "CreateSchema { name: app }"),
            (
                "CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION bob",
                "CreateSchema { name: app, if_not_exists: true, authorization: Named(bob) }",
            ),
            ("CREATE SCHEMA AUTHORIZATION CURRENT_USER", "CreateSchema { authorization: CurrentUser(28..40) }"),
            (
                "CREATE SCHEMA app CREATE TABLE t (a int) CREATE INDEX i ON t (a) GRANT SELECT ON t TO bob",
                "CreateSchema { name: app, elements: [Statement { kind: CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }] } }, Statement { kind: CreateIndex { name: i, table: t, keys: [IndexKey { column: a }] } }, Statement { kind: Grant { privileges: [Privilege { name: `SELECT` }], target: Objects([ObjectRef { kind: Table, name: t }]), roles: [Named(bob)] } }] }",
            ),
            (
                "CREATE SCHEMA app CREATE VIEW v AS SELECT a AS create FROM t CREATE SEQUENCE s GRANT CREATE, USAGE ON SCHEMA app TO bob WITH GRANT OPTION",
                "CreateSchema { name: app, elements: [Statement { kind: CreateView { name: v, query: SELECT a AS create FROM t } }, Statement { kind: CreateSequence { name: s } }, Statement { kind: Grant { privileges: [Privilege { name: `CREATE` }, Privilege { name: `USAGE` }], target: Objects([ObjectRef { kind: Schema, name: app }]), roles: [Named(bob)], grant_option: true } }] }",
            ),
            (
                "CREATE SCHEMA app AUTHORIZATION bob CREATE TRIGGER r BEFORE INSERT ON t EXECUTE FUNCTION f() CREATE UNLOGGED TABLE u (a int DEFAULT 1)",
                "CreateSchema { name: app, authorization: Named(bob), elements: [Statement { kind: CreateTrigger { name: r, timing: Before, events: [TriggerEvent { kind: Insert }], table: t, function: f } }, Statement { kind: CreateTable { name: u, persistence: Unlogged, columns: [ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Default(1) }] }] } }] }",
            ),
            (
                "ALTER SCHEMA app RENAME TO other",
                "AlterOther { object: ObjectRef { kind: Schema, name: app }, change: RenameTo(other) }",
            ),
            (
                "ALTER SCHEMA app OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Schema, name: app }, change: OwnerTo(Named(bob)) }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE SCHEMA", "expected a schema name, found the end of the statement @ "),
            ("CREATE SCHEMA IF NOT EXISTS", "expected a schema name, found the end of the statement @ "),
            ("CREATE SCHEMA app.a", "expected CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT, found . @ .a"),
            ("CREATE SCHEMA app AUTHORIZATION", "expected a role name, found the end of the statement @ "),
            (
                "CREATE SCHEMA app DROP TABLE t",
                "expected CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT, found DROP @ DROP TABLE t",
            ),
            (
                "CREATE SCHEMA IF NOT EXISTS app CREATE TABLE t (a int)",
                "expected the end of the statement, found CREATE @ CREATE TABLE t (a int)",
            ),
            (
                "CREATE SCHEMA app CREATE TABLE t (a int CREATE VIEW v AS SELECT 1",
                "expected , or ), found CREATE @ CREATE VIEW v AS SELECT 1",
            ),
            (
                "CREATE SCHEMA app CREATE TABLE t CREATE VIEW v AS SELECT 1",
                "expected (, found CREATE @ CREATE VIEW v AS SELECT 1",
            ),
            (
                "CREATE SCHEMA app CREATE ROLE bob",
                "expected CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT, found CREATE @ CREATE ROLE bob",
            ),
            (
                "CREATE SCHEMA app CREATE MATERIALIZED VIEW v AS SELECT 1",
                "expected CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT, found CREATE @ CREATE MATERIALIZED VIEW v AS SELECT 1",
            ),
            ("ALTER SCHEMA app", "expected RENAME TO or OWNER TO, found the end of the statement @ "),
            ("ALTER SCHEMA app SET SCHEMA other", "expected RENAME TO or OWNER TO, found SET @ SET SCHEMA other"),
        ],
    );
}
