//! CREATE TABLE in every form, and mistakes.

use super::create_table;
use crate::ast::StatementKind;
use crate::parser::testing::{check, parse};

#[test]
fn tables() {
    check(
        create_table,
        &[
            ("CREATE TABLE t ()", "CreateTable { name: t }"),
            (
                "CREATE TABLE t (a int, b text)",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }, ColumnDef { name: b, data_type: text }] }",
            ),
            (
                r#"create table if not exists db.app."T" (a int, primary key (a), like u)"#,
                r#"CreateTable { name: db.app."T", if_not_exists: true, columns: [ColumnDef { name: a, data_type: integer }], constraints: [TableConstraint { kind: PrimaryKey(Columns([a])) }], like: [LikeClause { table: u }] }"#,
            ),
            (
                "CREATE TEMP TABLE t (a int) ON COMMIT DROP",
                "CreateTable { name: t, persistence: Temporary, columns: [ColumnDef { name: a, data_type: integer }], on_commit: Drop }",
            ),
            (
                "CREATE TEMPORARY TABLE t (a int) ON COMMIT DELETE ROWS",
                "CreateTable { name: t, persistence: Temporary, columns: [ColumnDef { name: a, data_type: integer }], on_commit: DeleteRows }",
            ),
            (
                "CREATE LOCAL TEMP TABLE t (a int) ON COMMIT PRESERVE ROWS",
                "CreateTable { name: t, persistence: Temporary, columns: [ColumnDef { name: a, data_type: integer }], on_commit: PreserveRows }",
            ),
            (
                "CREATE GLOBAL TEMPORARY TABLE t (a int)",
                "CreateTable { name: t, persistence: Temporary, columns: [ColumnDef { name: a, data_type: integer }] }",
            ),
            (
                "CREATE UNLOGGED TABLE t (a int)",
                "CreateTable { name: t, persistence: Unlogged, columns: [ColumnDef { name: a, data_type: integer }] }",
            ),
            (
                "CREATE TABLE t (a int) INHERITS (p, app.q)",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], inherits: [p, app.q] }",
            ),
            (
                "CREATE TABLE t (a int) WITH (fillfactor = 70, toast.autovacuum_enabled = off) TABLESPACE fast",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], options: [fillfactor = 70, toast.autovacuum_enabled = off], tablespace: fast }",
            ),
            (
                "CREATE TABLE t (a int) USING heap WITHOUT OIDS",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], method: `heap` }",
            ),
            (
                "CREATE TABLE t (a int) WITH OIDS",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], options: [WITH OIDS] }",
            ),
            ("CREATE TABLE t (LIKE u)", "CreateTable { name: t, like: [LikeClause { table: u }] }"),
            (
                "CREATE TABLE t (LIKE u INCLUDING ALL)",
                "CreateTable { name: t, like: [LikeClause { table: u, including: [`ALL`] }] }",
            ),
            (
                "CREATE TABLE t (LIKE app.u INCLUDING DEFAULTS INCLUDING INDEXES EXCLUDING DEFAULTS, a int)",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], like: [LikeClause { table: app.u, including: [`INDEXES`] }] }",
            ),
            (
                "CREATE TABLE t (LIKE u INCLUDING ALL EXCLUDING INDEXES EXCLUDING STORAGE)",
                "CreateTable { name: t, like: [LikeClause { table: u, including: [`COMMENTS`, `COMPRESSION`, `CONSTRAINTS`, `DEFAULTS`, `GENERATED`, `IDENTITY`, `STATISTICS`] }] }",
            ),
            (
                "CREATE TABLE t (LIKE u INCLUDING INDEXES EXCLUDING ALL)",
                "CreateTable { name: t, like: [LikeClause { table: u }] }",
            ),
            (
                "CREATE TABLE t (a int) PARTITION BY RANGE (a)",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], partition_by: PartitionBy { strategy: `range`, keys: [IndexKey { column: a }], subjects: [`a`] } }",
            ),
            (
                r#"CREATE TABLE t (a int) PARTITION BY LIST (lower(b), (c || 'x'), a COLLATE "C" text_ops) USING heap"#,
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], partition_by: PartitionBy { strategy: `list`, keys: [IndexKey { expr: lower(b) }, IndexKey { expr: c || 'x' }, IndexKey { column: a, collation: \"C\", opclass: text_ops }], subjects: [`(lower(b))`, `(c||'x')`, `a`] }, method: `heap` }",
            ),
            (
                "CREATE TABLE t (a int) PARTITION BY hash (a int4_ops, b) TABLESPACE fast",
                "CreateTable { name: t, columns: [ColumnDef { name: a, data_type: integer }], partition_by: PartitionBy { strategy: `hash`, keys: [IndexKey { column: a, opclass: int4_ops }, IndexKey { column: b }], subjects: [`a`, `b`] }, tablespace: fast }",
            ),
            (
                "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1, MINVALUE) TO (10, MAXVALUE)",
                "CreateTable { name: p, partition_of: PartitionOf { parent: t, bound: PartitionBound { kind: Range { from: [Value(1), MinValue], to: [Value(10), MaxValue] } } } }",
            ),
            (
                "CREATE TABLE p PARTITION OF app.t FOR VALUES IN ('a', NULL)",
                "CreateTable { name: p, partition_of: PartitionOf { parent: app.t, bound: PartitionBound { kind: In(['a', NULL]) } } }",
            ),
            (
                "CREATE TABLE p PARTITION OF t FOR VALUES WITH (MODULUS 4, REMAINDER 0)",
                "CreateTable { name: p, partition_of: PartitionOf { parent: t, bound: PartitionBound { kind: Hash { modulus: 4 } } } }",
            ),
            (
                "CREATE TABLE p PARTITION OF t DEFAULT",
                "CreateTable { name: p, partition_of: PartitionOf { parent: t, bound: PartitionBound { kind: Default } } }",
            ),
            (
                "CREATE TABLE IF NOT EXISTS p PARTITION OF t (a NOT NULL, b WITH OPTIONS DEFAULT 3 CHECK (b > 0), CONSTRAINT c UNIQUE (a)) FOR VALUES IN (1) PARTITION BY LIST (b)",
                "CreateTable { name: p, if_not_exists: true, columns: [ColumnDef { name: a, constraints: [ColumnConstraint { kind: NotNull }] }, ColumnDef { name: b, constraints: [ColumnConstraint { kind: Default(3) }, ColumnConstraint { kind: Check(b > 0) }] }], constraints: [TableConstraint { name: c, kind: Unique(Columns([a])) }], partition_by: PartitionBy { strategy: `list`, keys: [IndexKey { column: b }], subjects: [`b`] }, partition_of: PartitionOf { parent: t, bound: PartitionBound { kind: In([1]) } } }",
            ),
            ("CREATE TABLE t OF app.kind", "CreateTable { name: t, of_type: app.kind }"),
            (
                "CREATE TABLE t OF kind (a PRIMARY KEY, UNIQUE (b)) WITH (fillfactor = 50)",
                "CreateTable { name: t, of_type: kind, columns: [ColumnDef { name: a, constraints: [ColumnConstraint { kind: PrimaryKey }] }], constraints: [TableConstraint { kind: Unique(Columns([b])) }], options: [fillfactor = 50] }",
            ),
            ("CREATE TABLE t AS SELECT 1 AS a", "CreateTable { name: t, query: SELECT 1 AS a }"),
            (
                "CREATE TABLE IF NOT EXISTS t AS SELECT * FROM u WITH NO DATA",
                "CreateTable { name: t, if_not_exists: true, query: SELECT * FROM u, with_no_data: true }",
            ),
            (
                "CREATE TABLE t (a, b) AS SELECT 1, 2 WITH DATA",
                "CreateTable { name: t, columns: [ColumnDef { name: a }, ColumnDef { name: b }], query: SELECT 1, 2 }",
            ),
            (
                "CREATE TEMP TABLE t (a) USING heap WITH (fillfactor = 50) ON COMMIT DROP TABLESPACE fast AS VALUES (1)",
                "CreateTable { name: t, persistence: Temporary, columns: [ColumnDef { name: a }], method: `heap`, options: [fillfactor = 50], on_commit: Drop, tablespace: fast, query: VALUES (1) }",
            ),
            (
                "CREATE TABLE t AS WITH x AS (SELECT 1) SELECT * FROM x",
                "CreateTable { name: t, query: WITH x AS (SELECT 1) SELECT * FROM x }",
            ),
            ("CREATE TABLE t AS EXECUTE p", "CreateTable { name: t, query: EXECUTE p, execute: p }"),
            (
                "CREATE TABLE t AS EXECUTE p (1, 'a') WITH NO DATA",
                "CreateTable { name: t, query: EXECUTE p (1, 'a'), execute: p, with_no_data: true }",
            ),
            (
                "CREATE FOREIGN TABLE f (a int OPTIONS (column_name 'x') NOT NULL) SERVER s",
                "CreateTable { name: f, foreign: true, columns: [ColumnDef { name: a, data_type: integer, foreign_options: [column_name 'x'], constraints: [ColumnConstraint { kind: NotNull }] }], server: s }",
            ),
            (
                "CREATE FOREIGN TABLE IF NOT EXISTS f (a int) INHERITS (p) SERVER s OPTIONS (schema_name 'x')",
                "CreateTable { name: f, if_not_exists: true, foreign: true, columns: [ColumnDef { name: a, data_type: integer }], inherits: [p], server: s, foreign_options: [schema_name 'x'] }",
            ),
            (
                "CREATE FOREIGN TABLE f PARTITION OF t (a NOT NULL) DEFAULT SERVER s OPTIONS (a 'b')",
                "CreateTable { name: f, foreign: true, columns: [ColumnDef { name: a, constraints: [ColumnConstraint { kind: NotNull }] }], partition_of: PartitionOf { parent: t, bound: PartitionBound { kind: Default } }, server: s, foreign_options: [a 'b'] }",
            ),
            (
                r#"CREATE TABLE "as" (a int)"#,
                r#"CreateTable { name: "as", columns: [ColumnDef { name: a, data_type: integer }] }"#,
            ),
            (
                "CREATE TABLE temp (a int)",
                "CreateTable { name: temp, columns: [ColumnDef { name: a, data_type: integer }] }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        create_table,
        &[
            ("CREATE TABLE", "expected a table name, found the end of the statement @ "),
            ("CREATE TABLE IF EXISTS t (a int)", "expected NOT EXISTS, found EXISTS @ EXISTS t (a int)"),
            ("CREATE TABLE user (a int)", "expected a table name, found the reserved word user @ user (a int)"),
            ("CREATE TABLE t", "expected (, found the end of the statement @ "),
            ("CREATE TABLE t (", "expected a column name, found the end of the statement @ "),
            ("CREATE TABLE t (a int", "expected , or ), found the end of the statement @ "),
            ("CREATE TABLE t (a int,)", "expected a column name, found ) @ )"),
            ("CREATE TABLE t (a int,, b int)", "expected a column name, found , @ , b int)"),
            ("CREATE TABLE t (a int b int)", "expected , or ), found b @ b int)"),
            ("CREATE TABLE t (a int))", "expected the end of the statement, found ) @ )"),
            ("CREATE TABLE t (a, b)", "expected a data type, found , @ , b)"),
            ("CREATE TABLE t (a, b int)", "expected a data type, found , @ , b int)"),
            ("CREATE TABLE t (a int) AS SELECT 1", "expected the end of the statement, found AS @ AS SELECT 1"),
            ("CREATE TABLE t WITH (fillfactor = 50)", "expected AS, found the end of the statement @ "),
            ("CREATE TABLE t (LIKE)", "expected a table name, found ) @ )"),
            ("CREATE TABLE t (LIKE u INCLUDING)", "expected an option of LIKE, found ) @ )"),
            ("CREATE TABLE t (a int) INHERITS p", "expected (, found p @ p"),
            ("CREATE TABLE t (a int) PARTITION BY a", "expected RANGE, LIST or HASH, found a @ a"),
            ("CREATE TABLE t (a int) PARTITION BY RANGE ()", "expected a column name, found ) @ )"),
            (
                "CREATE TABLE t (a int) ON COMMIT",
                "expected DROP, DELETE ROWS or PRESERVE ROWS, found the end of the statement @ ",
            ),
            ("CREATE TABLE p PARTITION OF t", "expected FOR VALUES or DEFAULT, found the end of the statement @ "),
            ("CREATE TABLE p PARTITION t DEFAULT", "expected OF, found t @ t DEFAULT"),
            (
                "CREATE TABLE p PARTITION OF t FOR VALUES",
                "expected IN, FROM or WITH, found the end of the statement @ ",
            ),
            ("CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO", "expected (, found the end of the statement @ "),
            ("CREATE TABLE p PARTITION OF t (a int) DEFAULT", "expected , or ), found int @ int) DEFAULT"),
            (
                "CREATE TABLE t AS",
                "expected SELECT, VALUES, or a subquery in the query body, found the end of the statement @ ",
            ),
            ("CREATE FOREIGN TABLE f (a int)", "expected SERVER, found the end of the statement @ "),
            ("CREATE FOREIGN TABLE f AS SELECT 1", "expected (, found AS @ AS SELECT 1"),
        ],
    );
}

#[test]
fn clauses_have_their_place() {
    let text = "CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST ( b ) WITH (fillfactor = 50)";
    let Ok(StatementKind::CreateTable(table)) = parse(text, create_table) else {
        panic!("not parsed");
    };
    let bound = table.partition_of.unwrap().bound.span;
    assert_eq!(&text[bound.start..bound.end], "FOR VALUES IN (1)");
    let partition_by = table.partition_by.unwrap().span;
    assert_eq!(&text[partition_by.start..partition_by.end], "PARTITION BY LIST ( b )");
}

#[test]
fn a_like_clause_has_its_place() {
    let text = "CREATE TABLE t (a int, LIKE u INCLUDING ALL , b int)";
    let Ok(StatementKind::CreateTable(table)) = parse(text, create_table) else {
        panic!("not parsed");
    };
    let span = table.like[0].span;
    assert_eq!(&text[span.start..span.end], "LIKE u INCLUDING ALL");
}
