//! Columns with every constraint, and mistakes in them.

use super::{column_def, typed_column};
use crate::parser::testing::{check, parse};
use crate::source::Span;

#[test]
fn columns() {
    check(
        column_def,
        &[
            (
                "a int REFERENCES u DEFERRABLE INITIALLY DEFERRED NOT ENFORCED",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: References { table: u }, traits: ConstraintTraits { not_enforced: true, deferrable: true, initially_deferred: true } }] }",
            ),
            ("id int", "ColumnDef { name: id, data_type: integer }"),
            (
                "id bigint PRIMARY KEY",
                "ColumnDef { name: id, data_type: bigint, constraints: [ColumnConstraint { kind: PrimaryKey }] }",
            ),
            (
                "Name text NULL",
                "ColumnDef { name: Name, data_type: text, constraints: [ColumnConstraint { kind: Null }] }",
            ),
            (
                r#""Name" text COLLATE "C" NOT NULL"#,
                r#"ColumnDef { name: "Name", data_type: text, collation: "C", constraints: [ColumnConstraint { kind: NotNull }] }"#,
            ),
            (
                r#"a text NOT NULL COLLATE pg_catalog."default" UNIQUE"#,
                r#"ColumnDef { name: a, data_type: text, collation: pg_catalog."default", constraints: [ColumnConstraint { kind: NotNull }, ColumnConstraint { kind: Unique }] }"#,
            ),
            (
                "a int NOT NULL NO INHERIT",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: NotNull, traits: ConstraintTraits { no_inherit: true } }] }",
            ),
            (
                "a int DEFAULT 1 NOT NULL",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Default(1) }, ColumnConstraint { kind: NotNull }] }",
            ),
            (
                "a int NOT NULL DEFAULT -1",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: NotNull }, ColumnConstraint { kind: Default(-1) }] }",
            ),
            (
                "a int DEFAULT NULL",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Default(NULL) }] }",
            ),
            (
                "a text DEFAULT 'x' || 'y' CHECK (a <> '')",
                "ColumnDef { name: a, data_type: text, constraints: [ColumnConstraint { kind: Default('x' || 'y') }, ColumnConstraint { kind: Check(a <> '') }] }",
            ),
            (
                "a jsonb DEFAULT '{}'::jsonb NOT NULL",
                "ColumnDef { name: a, data_type: jsonb, constraints: [ColumnConstraint { kind: Default('{}'::jsonb) }, ColumnConstraint { kind: NotNull }] }",
            ),
            (
                "a timestamptz DEFAULT now() NOT NULL UNIQUE",
                "ColumnDef { name: a, data_type: timestamp with time zone, constraints: [ColumnConstraint { kind: Default(now()) }, ColumnConstraint { kind: NotNull }, ColumnConstraint { kind: Unique }] }",
            ),
            (
                "a int CONSTRAINT one NOT NULL CONSTRAINT two UNIQUE CONSTRAINT three DEFAULT 3 CONSTRAINT four CHECK (a > 0)",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { name: one, kind: NotNull }, ColumnConstraint { name: two, kind: Unique }, ColumnConstraint { name: three, kind: Default(3) }, ColumnConstraint { name: four, kind: Check(a > 0) }] }",
            ),
            (
                "a int UNIQUE NULLS NOT DISTINCT",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Unique, index: IndexParameters { nulls_not_distinct: true } }] }",
            ),
            (
                "a int UNIQUE NULLS DISTINCT DEFERRABLE INITIALLY DEFERRED",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Unique, traits: ConstraintTraits { deferrable: true, initially_deferred: true } }] }",
            ),
            (
                "a int UNIQUE WITH (fillfactor = 70) USING INDEX TABLESPACE fast NOT NULL",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Unique, index: IndexParameters { options: [fillfactor = 70], tablespace: fast } }, ColumnConstraint { kind: NotNull }] }",
            ),
            (
                "a int PRIMARY KEY WITH (fillfactor = 70) USING INDEX TABLESPACE fast",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: PrimaryKey, index: IndexParameters { options: [fillfactor = 70], tablespace: fast } }] }",
            ),
            (
                "a int CHECK (a > 0) NO INHERIT",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Check(a > 0), traits: ConstraintTraits { no_inherit: true } }] }",
            ),
            (
                "a int CHECK (a > 0) NOT ENFORCED",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Check(a > 0), traits: ConstraintTraits { not_enforced: true } }] }",
            ),
            (
                "a int CHECK (a > 0) ENFORCED",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Check(a > 0) }] }",
            ),
            (
                "a int GENERATED ALWAYS AS IDENTITY",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Identity { always: true } }] }",
            ),
            (
                "a int GENERATED BY DEFAULT AS IDENTITY (START WITH 10 INCREMENT BY -5 MINVALUE 1 MAXVALUE 99 CACHE 3 NO CYCLE) PRIMARY KEY",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Identity { options: [SequenceOption { kind: Start(10) }, SequenceOption { kind: Increment(-5) }, SequenceOption { kind: MinValue(1) }, SequenceOption { kind: MaxValue(99) }, SequenceOption { kind: Cache(3) }, SequenceOption { kind: Cycle() }] } }, ColumnConstraint { kind: PrimaryKey }] }",
            ),
            (
                "a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME app.s START 5 NO MINVALUE NO MAXVALUE CYCLE OWNED BY NONE AS bigint)",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Identity { always: true, options: [SequenceOption { kind: Name(app.s) }, SequenceOption { kind: Start(5) }, SequenceOption { kind: MinValue() }, SequenceOption { kind: MaxValue() }, SequenceOption { kind: Cycle(true) }, SequenceOption { kind: OwnedBy() }, SequenceOption { kind: As(bigint) }] } }] }",
            ),
            (
                "a int GENERATED ALWAYS AS (b * 2) STORED NOT NULL",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Generated { expr: b * 2, stored: true } }, ColumnConstraint { kind: NotNull }] }",
            ),
            (
                "a int GENERATED ALWAYS AS (b * 2) VIRTUAL",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Generated { expr: b * 2 } }] }",
            ),
            (
                "a int GENERATED ALWAYS AS (b * 2)",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: Generated { expr: b * 2 } }] }",
            ),
            (
                "a int REFERENCES users",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: References { table: users } }] }",
            ),
            (
                "a int REFERENCES app.users (id) MATCH FULL ON DELETE CASCADE ON UPDATE SET NULL",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: References { table: app.users, columns: [id], match_full: true, on_delete: Cascade, on_update: SetNull() } }] }",
            ),
            (
                "a int REFERENCES users MATCH SIMPLE ON DELETE SET NULL (a) ON UPDATE NO ACTION NOT NULL",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: References { table: users, on_delete: SetNull([a]), on_update: NoAction } }, ColumnConstraint { kind: NotNull }] }",
            ),
            (
                "a int REFERENCES users ON DELETE RESTRICT ON UPDATE SET DEFAULT DEFERRABLE",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: References { table: users, on_delete: Restrict, on_update: SetDefault() }, traits: ConstraintTraits { deferrable: true } }] }",
            ),
            (
                "a int CONSTRAINT fk REFERENCES users (id) NOT DEFERRABLE INITIALLY IMMEDIATE",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { name: fk, kind: References { table: users, columns: [id] } }] }",
            ),
            (
                "a int REFERENCES users INITIALLY DEFERRED NOT ENFORCED",
                "ColumnDef { name: a, data_type: integer, constraints: [ColumnConstraint { kind: References { table: users }, traits: ConstraintTraits { not_enforced: true, deferrable: true, initially_deferred: true } }] }",
            ),
            (
                r#"a text STORAGE EXTERNAL COMPRESSION lz4 COLLATE "C" NOT NULL"#,
                "ColumnDef { name: a, data_type: text, storage: `external`, compression: `lz4`, collation: \"C\", constraints: [ColumnConstraint { kind: NotNull }] }",
            ),
            ("a text STORAGE DEFAULT", "ColumnDef { name: a, data_type: text, storage: `default` }"),
            (
                "a int OPTIONS (column_name 'x', other 'y') NOT NULL",
                "ColumnDef { name: a, data_type: integer, foreign_options: [column_name 'x', other 'y'], constraints: [ColumnConstraint { kind: NotNull }] }",
            ),
            ("exclude int", "ColumnDef { name: exclude, data_type: integer }"),
            (
                "enforced text NOT NULL",
                "ColumnDef { name: enforced, data_type: text, constraints: [ColumnConstraint { kind: NotNull }] }",
            ),
            ("options text", "ColumnDef { name: options, data_type: text }"),
            ("timestamp timestamp", "ColumnDef { name: timestamp, data_type: timestamp without time zone }"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        column_def,
        &[
            ("a", "expected a data type, found the end of the statement @ "),
            ("a,", "expected a data type, found , @ ,"),
            ("1 int", "expected a column name, found 1 @ 1 int"),
            (")", "expected a column name, found ) @ )"),
            ("a NOT NULL", "expected a data type, found the reserved word NOT @ NOT NULL"),
            ("primary int", "expected a column name, found the reserved word primary @ primary int"),
            ("a int NOT", "expected NULL, found the end of the statement @ "),
            ("a int NOT VALID", "expected NULL, found VALID @ VALID"),
            ("a int CONSTRAINT NOT NULL", "expected a constraint name, found the reserved word NOT @ NOT NULL"),
            ("a int CONSTRAINT c", "expected a constraint, found the end of the statement @ "),
            ("a int CONSTRAINT c a", "expected a constraint, found a @ a"),
            ("a int DEFAULT", "expected an expression, found the end of the statement @ "),
            ("a int CHECK a > 0", "expected (, found a @ a > 0"),
            ("a int CHECK (a > 0", "expected ), found the end of the statement @ "),
            ("a int PRIMARY", "expected KEY, found the end of the statement @ "),
            ("a int UNIQUE NULLS FIRST", "expected DISTINCT, found FIRST @ FIRST"),
            ("a int REFERENCES", "expected a table name, found the end of the statement @ "),
            ("a int REFERENCES users ()", "expected a column name, found ) @ )"),
            ("a int REFERENCES users (id) MATCH PARTIAL", "expected FULL or SIMPLE, found PARTIAL @ PARTIAL"),
            ("a int REFERENCES users ON INSERT CASCADE", "expected DELETE or UPDATE, found INSERT @ INSERT CASCADE"),
            (
                "a int REFERENCES users ON DELETE NULL",
                "expected NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT, found NULL @ NULL",
            ),
            ("a int GENERATED AS IDENTITY", "expected ALWAYS or BY DEFAULT, found AS @ AS IDENTITY"),
            ("a int GENERATED BY AS IDENTITY", "expected ALWAYS or BY DEFAULT, found BY @ BY AS IDENTITY"),
            ("a int GENERATED ALWAYS IDENTITY", "expected AS, found IDENTITY @ IDENTITY"),
            (
                "a int GENERATED ALWAYS AS b * 2 STORED",
                "expected IDENTITY or an expression in parentheses, found b @ b * 2 STORED",
            ),
            ("a int GENERATED ALWAYS AS IDENTITY ()", "expected a sequence option, found ) @ )"),
            ("a int GENERATED ALWAYS AS IDENTITY (START WITH x)", "expected a number, found x @ x)"),
            (
                "a int GENERATED ALWAYS AS IDENTITY (NO START)",
                "expected CYCLE, MAXVALUE or MINVALUE, found START @ START)",
            ),
            ("a text STORAGE", "expected a storage setting, found the end of the statement @ "),
            ("a text COLLATE", "expected a collation name, found the end of the statement @ "),
            ("a int OPTIONS (x)", "expected a string, found ) @ )"),
            ("a int b", "expected the end of the statement, found b @ b"),
        ],
    );
}

#[test]
fn a_column_may_have_no_type() {
    check(
        typed_column,
        &[
            ("a", "ColumnDef { name: a }"),
            ("a NOT NULL", "ColumnDef { name: a, constraints: [ColumnConstraint { kind: NotNull }] }"),
            ("a WITH OPTIONS DEFAULT 1", "ColumnDef { name: a, constraints: [ColumnConstraint { kind: Default(1) }] }"),
            ("a WITH DEFAULT 1", "expected the end of the statement, found WITH @ WITH DEFAULT 1"),
        ],
    );
}

#[test]
fn every_part_has_its_place() {
    let text =
        "a  varchar( 5 ) CONSTRAINT c CHECK ( a > 'b' ) NO INHERIT  NOT NULL DEFAULT  lower('x') UNIQUE DEFERRABLE";
    let column = parse(text, column_def).unwrap();
    let at = |span: Span| &text[span.start..span.end];
    assert_eq!(at(column.span), text);
    assert_eq!(at(column.name.span), "a");
    assert_eq!(at(column.data_type.span), "varchar( 5 )");
    let constraints: Vec<_> = column.constraints.iter().map(|constraint| at(constraint.span)).collect();
    let expected =
        ["CONSTRAINT c CHECK ( a > 'b' ) NO INHERIT", "NOT NULL", "DEFAULT  lower('x')", "UNIQUE DEFERRABLE"];
    assert_eq!(constraints, expected);
}
