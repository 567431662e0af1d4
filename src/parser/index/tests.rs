//! CREATE INDEX in every form, and mistakes.

use super::create_index;
use crate::ast::StatementKind;
use crate::parser::testing::{check, parse};

#[test]
fn indexes() {
    check(
        create_index,
        &[
            (
                "CREATE INDEX i ON ONLY app.t (a)",
                "CreateIndex { name: i, table: app.t, only: true, keys: [IndexKey { column: a }] }",
            ),
            (
                "CREATE INDEX i ON t USING brin (a date_minmax_multi_ops (values_per_range = 16)) WITH (pages_per_range = 64)",
                "CreateIndex { name: i, table: t, method: `brin`, keys: [IndexKey { column: a, opclass: date_minmax_multi_ops, opclass_options: [values_per_range = 16] }], options: [pages_per_range = 64] }",
            ),
            (
                r#"CREATE INDEX i ON t (a COLLATE pg_catalog."C" app.ops DESC NULLS FIRST)"#,
                "CreateIndex { name: i, table: t, keys: [IndexKey { column: a, collation: pg_catalog.\"C\", opclass: app.ops, descending: true, nulls_first: true }] }",
            ),
            (
                "CREATE INDEX i ON t (left(a, 3), app.\"F\"(b, ')') DESC, f(g(c)))",
                "CreateIndex { name: i, table: t, keys: [IndexKey { expr: left(a, 3) }, IndexKey { expr: app.\"F\"(b, ')'), descending: true }, IndexKey { expr: f(g(c)) }] }",
            ),
            (
                r#"CREATE INDEX i ON t ((a), ((b) COLLATE "C") DESC, (lower(c) COLLATE app."D"), (d || e COLLATE "C"), (NULL))"#,
                r#"CreateIndex { name: i, table: t, keys: [IndexKey { column: a }, IndexKey { column: b, collation: "C", descending: true }, IndexKey { expr: lower(c), collation: app."D" }, IndexKey { expr: d || e COLLATE "C" }, IndexKey { expr: NULL }] }"#,
            ),
            ("CREATE INDEX ON t (a)", "CreateIndex { table: t, keys: [IndexKey { column: a }] }"),
            ("CREATE INDEX i ON app.t (a)", "CreateIndex { name: i, table: app.t, keys: [IndexKey { column: a }] }"),
            (
                r#"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I" ON ONLY t USING BTREE (a, b)"#,
                r#"CreateIndex { unique: true, concurrently: true, if_not_exists: true, name: "I", table: t, only: true, method: `btree`, keys: [IndexKey { column: a }, IndexKey { column: b }] }"#,
            ),
            (
                "CREATE INDEX CONCURRENTLY ON t (a)",
                "CreateIndex { concurrently: true, table: t, keys: [IndexKey { column: a }] }",
            ),
            (
                "CREATE INDEX IF NOT EXISTS i ON t (lower(a))",
                "CreateIndex { if_not_exists: true, name: i, table: t, keys: [IndexKey { expr: lower(a) }] }",
            ),
            (
                "CREATE INDEX i ON t USING gin (a gin_trgm_ops, b app.jsonb_path_ops)",
                "CreateIndex { name: i, table: t, method: `gin`, keys: [IndexKey { column: a, opclass: gin_trgm_ops }, IndexKey { column: b, opclass: app.jsonb_path_ops }] }",
            ),
            (
                "CREATE INDEX i ON t USING gist (a gist_trgm_ops (siglen = 32), (b::text) DESC)",
                "CreateIndex { name: i, table: t, method: `gist`, keys: [IndexKey { column: a, opclass: gist_trgm_ops, opclass_options: [siglen = 32] }, IndexKey { expr: b::text, descending: true }] }",
            ),
            (
                r#"CREATE INDEX i ON t (a DESC NULLS LAST, b ASC NULLS FIRST, c COLLATE "C" text_pattern_ops, (a + b) NULLS FIRST)"#,
                "CreateIndex { name: i, table: t, keys: [IndexKey { column: a, descending: true, nulls_first: false }, IndexKey { column: b, nulls_first: true }, IndexKey { column: c, collation: \"C\", opclass: text_pattern_ops }, IndexKey { expr: a + b, nulls_first: true }] }",
            ),
            (
                r#"CREATE INDEX i ON t (coalesce(a, b), app.f(a) COLLATE "C" DESC, (c ->> 'x'), ((a || b)), CAST(a AS text))"#,
                "CreateIndex { name: i, table: t, keys: [IndexKey { expr: coalesce(a, b) }, IndexKey { expr: app.f(a), collation: \"C\", descending: true }, IndexKey { expr: c ->> 'x' }, IndexKey { expr: a || b }, IndexKey { expr: CAST(a AS text) }] }",
            ),
            (
                "CREATE UNIQUE INDEX i ON t (a) INCLUDE (b, c) NULLS NOT DISTINCT WITH (fillfactor = 70, fastupdate) TABLESPACE fast WHERE a > 0 AND b IS NULL",
                "CreateIndex { unique: true, name: i, table: t, keys: [IndexKey { column: a }], include: [b, c], nulls_not_distinct: true, options: [fillfactor = 70, fastupdate], tablespace: fast, predicate: a > 0 AND b IS NULL }",
            ),
            (
                "CREATE UNIQUE INDEX i ON t (a) NULLS DISTINCT",
                "CreateIndex { unique: true, name: i, table: t, keys: [IndexKey { column: a }] }",
            ),
            ("CREATE INDEX i ON t * (a)", "CreateIndex { name: i, table: t, keys: [IndexKey { column: a }] }"),
            (
                "CREATE INDEX type ON value (name, key, nulls NULLS FIRST)",
                "CreateIndex { name: type, table: value, keys: [IndexKey { column: name }, IndexKey { column: key }, IndexKey { column: nulls, nulls_first: true }] }",
            ),
            ("CREATE INDEX if ON t (a)", "CreateIndex { name: if, table: t, keys: [IndexKey { column: a }] }"),
            (
                "CREATE INDEX i ON t (a NULLS)",
                "CreateIndex { name: i, table: t, keys: [IndexKey { column: a, opclass: NULLS }] }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        create_index,
        &[
            ("CREATE INDEX", "expected an index name, found the end of the statement @ "),
            ("CREATE INDEX i", "expected ON, found the end of the statement @ "),
            ("CREATE INDEX i ON", "expected a table name, found the end of the statement @ "),
            ("CREATE INDEX i ON t", "expected (, found the end of the statement @ "),
            ("CREATE INDEX i ON t ()", "expected a column name, found ) @ )"),
            ("CREATE INDEX i ON t (a,)", "expected a column name, found ) @ )"),
            ("CREATE INDEX i ON t a", "expected (, found a @ a"),
            ("CREATE INDEX i ON t (a b c)", "expected , or ), found c @ c)"),
            ("CREATE INDEX i ON t (a DESC ASC)", "expected , or ), found ASC @ ASC)"),
            ("CREATE INDEX i ON t (a + b)", "expected , or ), found + @ + b)"),
            ("CREATE INDEX i ON t ((a)", "expected , or ), found the end of the statement @ "),
            ("CREATE INDEX i ON t (order)", "expected a column name, found the reserved word order @ order)"),
            ("CREATE INDEX app.i ON t (a)", "expected ON, found . @ .i ON t (a)"),
            ("CREATE INDEX IF NOT EXISTS ON t (a)", "expected an index name, found the reserved word ON @ ON t (a)"),
            ("CREATE INDEX i CONCURRENTLY ON t (a)", "expected ON, found CONCURRENTLY @ CONCURRENTLY ON t (a)"),
            ("CREATE INDEX i ON t USING (a)", "expected an access method, found ( @ (a)"),
            ("CREATE INDEX i ON t (a) INCLUDE b", "expected (, found b @ b"),
            ("CREATE INDEX i ON t (a) WHERE", "expected an expression, found the end of the statement @ "),
            (
                "CREATE INDEX i ON t (a) WHERE b IS NULL TABLESPACE fast",
                "expected the end of the statement, found TABLESPACE @ TABLESPACE fast",
            ),
            ("CREATE UNIQUE i ON t (a)", "expected INDEX, found i @ i ON t (a)"),
        ],
    );
}

#[test]
fn keys_and_the_keyword_have_their_place() {
    let text = "CREATE UNIQUE INDEX i ON t ( a  DESC NULLS LAST, (b + 1) int4_ops,lower(c) COLLATE \"C\" )";
    let Ok(StatementKind::CreateIndex(index)) = parse(text, create_index) else {
        panic!("not parsed");
    };
    assert_eq!(&text[index.index_keyword.start..index.index_keyword.end], "INDEX");
    let keys: Vec<_> = index.keys.iter().map(|key| &text[key.span.start..key.span.end]).collect();
    assert_eq!(keys, ["a  DESC NULLS LAST", "(b + 1) int4_ops", "lower(c) COLLATE \"C\""]);
}
