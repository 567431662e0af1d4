//! Types, domains and enums, and mistakes.

use super::{alter_type, create_domain, create_type};
use crate::parser::testing::check;

#[test]
fn types() {
    check(
        create_type,
        &[
            (
                "CREATE TYPE mood AS ENUM ('sad', 'it''s ok', E'happy')",
                "CreateEnum { name: mood, values: [`sad`, `it's ok`, `happy`] }",
            ),
            ("CREATE TYPE app.mood AS ENUM ()", "CreateEnum { name: app.mood }"),
            (
                r#"CREATE TYPE app.pair AS (a int, b text COLLATE "C")"#,
                "Opaque { what: `CREATE TYPE`, name: app.pair }",
            ),
            ("CREATE TYPE pair AS ()", "Opaque { what: `CREATE TYPE`, name: pair }"),
            (
                "CREATE TYPE float_range AS RANGE (subtype = float8, subtype_diff = float8mi)",
                "Opaque { what: `CREATE TYPE`, name: float_range }",
            ),
            ("CREATE TYPE box (INPUT = box_in, OUTPUT = box_out)", "Opaque { what: `CREATE TYPE`, name: box }"),
            ("CREATE TYPE shell", "Opaque { what: `CREATE TYPE`, name: shell }"),
        ],
    );
}

#[test]
fn mistakes_in_types_are_named() {
    check(
        create_type,
        &[
            ("CREATE TYPE", "expected a type name, found the end of the statement @ "),
            ("CREATE TYPE mood AS", "expected (, found the end of the statement @ "),
            ("CREATE TYPE mood AS ENUM", "expected (, found the end of the statement @ "),
            ("CREATE TYPE mood AS ENUM (sad)", "expected a string, found sad @ sad)"),
            ("CREATE TYPE mood AS ENUM ('sad',)", "expected a string, found ) @ )"),
            ("CREATE TYPE mood AS ENUM ('sad' 'ok')", "expected , or ), found 'ok' @ 'ok')"),
            ("CREATE TYPE mood ENUM ('sad')", "expected the end of the statement, found ENUM @ ENUM ('sad')"),
            ("CREATE TYPE pair AS (a int", "expected ), found the end of the statement @ "),
        ],
    );
}

#[test]
fn domains() {
    check(
        create_domain,
        &[
            ("CREATE DOMAIN d AS int", "CreateDomain { name: d, data_type: integer }"),
            (
                r#"CREATE DOMAIN app.d text COLLATE "C" DEFAULT 'x' NOT NULL CONSTRAINT c CHECK (VALUE <> '') CHECK (length(VALUE) < 10)"#,
                "CreateDomain { name: app.d, data_type: text, constrained: true, default: 'x' }",
            ),
            ("CREATE DOMAIN d varchar(10)[] NULL", "CreateDomain { name: d, data_type: character varying(10)[] }"),
            (
                "CREATE DOMAIN d numeric(10, 2) CHECK (VALUE > 0)",
                "CreateDomain { name: d, data_type: numeric(10, 2), constrained: true }",
            ),
            (
                "CREATE DOMAIN d int DEFAULT 1 NOT NULL",
                "CreateDomain { name: d, data_type: integer, constrained: true, default: 1 }",
            ),
        ],
    );
}

#[test]
fn mistakes_in_domains_are_named() {
    check(
        create_domain,
        &[
            ("CREATE DOMAIN d", "expected a data type, found the end of the statement @ "),
            ("CREATE DOMAIN d AS", "expected a data type, found the end of the statement @ "),
            ("CREATE DOMAIN d int CHECK", "expected (, found the end of the statement @ "),
            ("CREATE DOMAIN d int a", "expected the end of the statement, found a @ a"),
        ],
    );
}

#[test]
fn changes_of_types() {
    check(
        alter_type,
        &[
            ("ALTER TYPE mood ADD VALUE 'new'", "AlterEnum { name: mood, change: AddValue { value: `new` } }"),
            (
                "ALTER TYPE app.mood ADD VALUE IF NOT EXISTS 'new' BEFORE 'old'",
                "AlterEnum { name: app.mood, change: AddValue { if_not_exists: true, value: `new` } }",
            ),
            (
                "ALTER TYPE mood ADD VALUE 'new' AFTER 'old'",
                "AlterEnum { name: mood, change: AddValue { value: `new` } }",
            ),
            (
                "ALTER TYPE mood RENAME VALUE 'a' TO 'b'",
                "AlterEnum { name: mood, change: RenameValue { from: `a`, to: `b` } }",
            ),
            ("ALTER TYPE mood RENAME TO feeling", "Opaque { what: `ALTER TYPE`, name: mood }"),
            (
                "ALTER TYPE app.pair ADD ATTRIBUTE c int CASCADE, DROP ATTRIBUTE b",
                "Opaque { what: `ALTER TYPE`, name: app.pair }",
            ),
            ("ALTER TYPE mood OWNER TO bob", "Opaque { what: `ALTER TYPE`, name: mood }"),
            ("ALTER TYPE mood SET SCHEMA app", "Opaque { what: `ALTER TYPE`, name: mood }"),
        ],
    );
}

#[test]
fn mistakes_in_changes_of_types_are_named() {
    check(
        alter_type,
        &[
            (
                "ALTER TYPE mood",
                "expected an action such as ADD VALUE, RENAME or OWNER TO, found the end of the statement @ ",
            ),
            ("ALTER TYPE mood ADD VALUE new", "expected a string, found new @ new"),
            ("ALTER TYPE mood ADD VALUE IF EXISTS 'new'", "expected NOT EXISTS, found EXISTS @ EXISTS 'new'"),
            ("ALTER TYPE mood ADD VALUE 'new' BEFORE", "expected a string, found the end of the statement @ "),
            ("ALTER TYPE mood RENAME VALUE 'a' 'b'", "expected TO, found 'b' @ 'b'"),
        ],
    );
}
