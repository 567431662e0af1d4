//! Extensions and their changes, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn extensions() {
    check(
        statement,
        &[
            ("CREATE EXTENSION pgcrypto", "CreateExtension { name: pgcrypto }"),
            (
                r#"CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA public VERSION '1.1' CASCADE"#,
                r#"CreateExtension { name: "uuid-ossp", if_not_exists: true, schema: public, version: '1.1', cascade: true }"#,
            ),
            ("CREATE EXTENSION e VERSION next FROM unpackaged", "CreateExtension { name: e, version: next }"),
            ("ALTER EXTENSION e UPDATE", "AlterExtension { name: e, change: Update() }"),
            ("ALTER EXTENSION e UPDATE TO '2.0'", "AlterExtension { name: e, change: Update('2.0') }"),
            (
                "ALTER EXTENSION e SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Extension, name: e }, change: SetSchema(app) }",
            ),
            (
                "ALTER EXTENSION e ADD TABLE app.t",
                "AlterExtension { name: e, change: Add(ObjectRef { kind: Table, name: app.t }) }",
            ),
            (
                "ALTER EXTENSION e DROP FUNCTION f(int, text)",
                "AlterExtension { name: e, change: Drop(ObjectRef { kind: Function, name: f }) }",
            ),
            (
                "ALTER EXTENSION e ADD OPERATOR app.@@ (int, text)",
                "AlterExtension { name: e, change: Add(ObjectRef { kind: Other(`OPERATOR`) }) }",
            ),
            (
                "ALTER EXTENSION e ADD CAST (text AS int)",
                "AlterExtension { name: e, change: Add(ObjectRef { kind: Other(`CAST`) }) }",
            ),
            (
                "ALTER EXTENSION e ADD TYPE app.pair",
                "AlterExtension { name: e, change: Add(ObjectRef { kind: Type, name: app.pair }) }",
            ),
            (
                "ALTER EXTENSION e DROP OPERATOR CLASS c USING btree",
                "AlterExtension { name: e, change: Drop(ObjectRef { kind: Other(`OPERATOR CLASS`), name: c }) }",
            ),
            (
                "ALTER EXTENSION e ADD TRANSFORM FOR hstore LANGUAGE plperl",
                "AlterExtension { name: e, change: Add(ObjectRef { kind: Other(`TRANSFORM`) }) }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE EXTENSION", "expected an extension name, found the end of the statement @ "),
            ("CREATE EXTENSION IF EXISTS e", "expected NOT EXISTS, found EXISTS @ EXISTS e"),
            ("CREATE EXTENSION e SCHEMA", "expected a schema name, found the end of the statement @ "),
            ("CREATE EXTENSION e VERSION 1.1", "expected a version, found 1.1 @ 1.1"),
            ("CREATE EXTENSION e INTO app", "expected the end of the statement, found INTO @ INTO app"),
            ("ALTER EXTENSION e", "expected UPDATE, ADD, DROP or SET SCHEMA, found the end of the statement @ "),
            ("ALTER EXTENSION e RENAME TO f", "expected UPDATE, ADD, DROP or SET SCHEMA, found RENAME @ RENAME TO f"),
            ("ALTER EXTENSION e ADD t", "expected a kind of object, found t @ t"),
            ("ALTER EXTENSION e ADD COLUMN t.a", "expected a kind of object, found COLUMN @ COLUMN t.a"),
            ("ALTER EXTENSION e UPDATE '2.0'", "expected the end of the statement, found '2.0' @ '2.0'"),
        ],
    );
}
