//! Types of every sort and their changes, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn types() {
    check(
        statement,
        &[
            (
                "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', E'happy')",
                "CreateType { name: mood, kind: Enum(['sad', 'it''s ok', E'happy']) }",
            ),
            ("CREATE TYPE app.mood AS ENUM ()", "CreateType { name: app.mood, kind: Enum() }"),
            (
                r#"CREATE TYPE app.pair AS (a int, b text COLLATE "C")"#,
                r#"CreateType { name: app.pair, kind: Composite([Attribute { name: a, data_type: integer }, Attribute { name: b, data_type: text, collation: "C" }]) }"#,
            ),
            ("CREATE TYPE pair AS ()", "CreateType { name: pair, kind: Composite() }"),
            (
                "CREATE TYPE float_range AS RANGE (subtype = float8, subtype_diff = float8mi)",
                "CreateType { name: float_range, kind: Range([subtype = float8, subtype_diff = float8mi]) }",
            ),
            (
                "CREATE TYPE box (INPUT = box_in, OUTPUT = box_out)",
                "CreateType { name: box, kind: Base([INPUT = box_in, OUTPUT = box_out]) }",
            ),
            (
                "CREATE TYPE app.t AS (a app.kind[], b numeric(10, 2) COLLATE app.c, c double precision)",
                "CreateType { name: app.t, kind: Composite([Attribute { name: a, data_type: app.kind[] }, Attribute { name: b, data_type: numeric(10, 2), collation: app.c }, Attribute { name: c, data_type: double precision }]) }",
            ),
            (
                "CREATE TYPE r AS RANGE (SUBTYPE = timestamptz, collation = \"C\", multirange_type_name = app.m)",
                r#"CreateType { name: r, kind: Range([SUBTYPE = timestamptz, collation = "C", multirange_type_name = app.m]) }"#,
            ),
            (
                "CREATE TYPE box (INPUT = box_in, internallength = VARIABLE, alignment = 'int4', LIKE = int8, default = -1, passedbyvalue)",
                "CreateType { name: box, kind: Base([INPUT = box_in, internallength = VARIABLE, alignment = 'int4', LIKE = int8, default = -1, passedbyvalue]) }",
            ),
            ("CREATE TYPE shell", "CreateType { name: shell, kind: Shell }"),
        ],
    );
}

#[test]
fn mistakes_in_types_are_named() {
    check(
        statement,
        &[
            ("CREATE TYPE", "expected a type name, found the end of the statement @ "),
            ("CREATE TYPE mood AS", "expected (, found the end of the statement @ "),
            ("CREATE TYPE mood AS ENUM", "expected (, found the end of the statement @ "),
            ("CREATE TYPE mood AS ENUM (sad)", "expected a string, found sad @ sad)"),
            ("CREATE TYPE mood AS ENUM ('sad',)", "expected a string, found ) @ )"),
            ("CREATE TYPE mood AS ENUM ('sad' 'ok')", "expected , or ), found 'ok' @ 'ok')"),
            ("CREATE TYPE mood ENUM ('sad')", "expected the end of the statement, found ENUM @ ENUM ('sad')"),
            ("CREATE TYPE r AS RANGE", "expected (, found the end of the statement @ "),
            ("CREATE TYPE r AS RANGE ()", "expected an option name, found ) @ )"),
            ("CREATE TYPE box (INPUT box_in)", "expected , or ), found box_in @ box_in)"),
            ("CREATE TYPE pair AS (a)", "expected a data type, found ) @ )"),
            ("CREATE TYPE pair AS (a int NOT NULL)", "expected , or ), found NOT @ NOT NULL)"),
            ("CREATE TYPE pair AS (a int", "expected , or ), found the end of the statement @ "),
        ],
    );
}

#[test]
fn changes_of_types() {
    check(
        statement,
        &[
            ("ALTER TYPE mood ADD VALUE 'new'", "AlterType { name: mood, change: AddValue { value: 'new' } }"),
            (
                "ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'new' BEFORE 'old'",
                "AlterType { name: app.mood, change: AddValue { if_not_exists: true, value: 'new', place: Before('old') } }",
            ),
            (
                "ALTER TYPE mood ADD VALUE 'new' AFTER 'old'",
                "AlterType { name: mood, change: AddValue { value: 'new', place: After('old') } }",
            ),
            (
                "ALTER TYPE mood RENAME VALUE 'a' TO 'b'",
                "AlterType { name: mood, change: RenameValue { from: 'a', to: 'b' } }",
            ),
            (
                "ALTER TYPE pair RENAME ATTRIBUTE a TO b CASCADE",
                "AlterType { name: pair, change: RenameAttribute { from: a, to: b, cascade: true } }",
            ),
            (
                "ALTER TYPE pair ADD ATTRIBUTE c text COLLATE \"C\" RESTRICT, ALTER ATTRIBUTE a SET DATA TYPE bigint CASCADE, ALTER ATTRIBUTE b TYPE text COLLATE app.c, DROP ATTRIBUTE IF EXISTS d",
                r#"AlterType { name: pair, change: Attributes([AttributeAction { change: Add(Attribute { name: c, data_type: text, collation: "C" }) }, AttributeAction { change: SetType(Attribute { name: a, data_type: bigint }), cascade: true }, AttributeAction { change: SetType(Attribute { name: b, data_type: text, collation: app.c }) }, AttributeAction { change: Drop { if_exists: true, name: d } }]) }"#,
            ),
            (
                "ALTER TYPE app.base SET (STORAGE = extended, send = NONE)",
                "AlterType { name: app.base, change: SetOptions([STORAGE = extended, send = NONE]) }",
            ),
            (
                "ALTER TYPE mood RENAME TO feeling",
                "AlterOther { object: ObjectRef { kind: Type, name: mood }, change: RenameTo(feeling) }",
            ),
            (
                "ALTER TYPE app.pair ADD ATTRIBUTE c int CASCADE, DROP ATTRIBUTE b",
                "AlterType { name: app.pair, change: Attributes([AttributeAction { change: Add(Attribute { name: c, data_type: integer }), cascade: true }, AttributeAction { change: Drop { name: b } }]) }",
            ),
            (
                "ALTER TYPE mood OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Type, name: mood }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "ALTER TYPE mood SET SCHEMA app",
                "AlterOther { object: ObjectRef { kind: Type, name: mood }, change: SetSchema(app) }",
            ),
        ],
    );
}

#[test]
fn mistakes_in_changes_of_types_are_named() {
    check(
        statement,
        &[
            (
                "ALTER TYPE mood",
                "expected an action such as ADD VALUE, RENAME or OWNER TO, found the end of the statement @ ",
            ),
            ("ALTER TYPE", "expected a type name, found the end of the statement @ "),
            ("ALTER TYPE mood DROP VALUE 'a'", "expected ATTRIBUTE, found VALUE @ VALUE 'a'"),
            ("ALTER TYPE mood ADD COLUMN a int", "expected VALUE or ATTRIBUTE, found COLUMN @ COLUMN a int"),
            ("ALTER TYPE pair ADD ATTRIBUTE a", "expected a data type, found the end of the statement @ "),
            (
                "ALTER TYPE pair ADD ATTRIBUTE a int,",
                "expected ADD, DROP or ALTER ATTRIBUTE, found the end of the statement @ ",
            ),
            ("ALTER TYPE pair ALTER ATTRIBUTE a text", "expected TYPE, found text @ text"),
            ("ALTER TYPE pair RENAME ATTRIBUTE a", "expected TO, found the end of the statement @ "),
            ("ALTER TYPE mood SET SCHEMA", "expected a schema name, found the end of the statement @ "),
            ("ALTER TYPE mood OWNER bob", "expected TO, found bob @ bob"),
            ("ALTER TYPE mood SET x", "expected (, found x @ x"),
            ("ALTER TYPE mood ADD VALUE new", "expected a string, found new @ new"),
            ("ALTER TYPE mood ADD VALUE IF EXISTS 'new'", "expected NOT EXISTS, found EXISTS @ EXISTS 'new'"),
            ("ALTER TYPE mood ADD VALUE 'new' BEFORE", "expected a string, found the end of the statement @ "),
            ("ALTER TYPE mood RENAME VALUE 'a' 'b'", "expected TO, found 'b' @ 'b'"),
        ],
    );
}
