//! Publications and their changes, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn publications() {
    check(
        statement,
        &[
            ("CREATE PUBLICATION p", "CreatePublication { name: p }"),
            ("CREATE PUBLICATION p FOR ALL TABLES", "CreatePublication { name: p, all_tables: true }"),
            (
                "CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert, update', publish_via_partition_root)",
                "CreatePublication { name: p, all_tables: true, options: [publish = 'insert, update', publish_via_partition_root] }",
            ),
            (
                "CREATE PUBLICATION p FOR TABLE ONLY app.t (a, b) WHERE (a > 1), u *, ONLY (v) WITH (publish = 'insert')",
                "CreatePublication { name: p, objects: [Table(PublishedTable { name: app.t, only: true, columns: [a, b], filter: a > 1 }), Table(PublishedTable { name: u }), Table(PublishedTable { name: v, only: true })], options: [publish = 'insert'] }",
            ),
            (
                "CREATE PUBLICATION p FOR TABLES IN SCHEMA app, CURRENT_SCHEMA",
                "CreatePublication { name: p, objects: [Schema(app), Schema()] }",
            ),
            (
                "CREATE PUBLICATION p FOR TABLE a, b, TABLES IN SCHEMA c, d, TABLE e",
                "CreatePublication { name: p, objects: [Table(PublishedTable { name: a }), Table(PublishedTable { name: b }), Schema(c), Schema(d), Table(PublishedTable { name: e })] }",
            ),
            (
                "ALTER PUBLICATION p ADD TABLE t, app.u (a)",
                "AlterPublication { name: p, change: Add([Table(PublishedTable { name: t }), Table(PublishedTable { name: app.u, columns: [a] })]) }",
            ),
            (
                "ALTER PUBLICATION p ADD TABLES IN SCHEMA app",
                "AlterPublication { name: p, change: Add([Schema(app)]) }",
            ),
            (
                "ALTER PUBLICATION p DROP TABLE app.t, u",
                "AlterPublication { name: p, change: Drop([Table(PublishedTable { name: app.t }), Table(PublishedTable { name: u })]) }",
            ),
            (
                "ALTER PUBLICATION p SET TABLE t WHERE (a > 1)",
                "AlterPublication { name: p, change: Set([Table(PublishedTable { name: t, filter: a > 1 })]) }",
            ),
            (
                "ALTER PUBLICATION p SET (publish = 'update')",
                "AlterPublication { name: p, change: SetOptions([publish = 'update']) }",
            ),
            (
                "ALTER PUBLICATION p RENAME TO q",
                "AlterOther { object: ObjectRef { kind: Other(`PUBLICATION`), name: p }, change: RenameTo(q) }",
            ),
            (
                "ALTER PUBLICATION p OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`PUBLICATION`), name: p }, change: OwnerTo(Named(bob)) }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE PUBLICATION", "expected a publication name, found the end of the statement @ "),
            (
                "CREATE PUBLICATION p FOR",
                "expected ALL TABLES, TABLE or TABLES IN SCHEMA, found the end of the statement @ ",
            ),
            ("CREATE PUBLICATION p FOR t", "expected ALL TABLES, TABLE or TABLES IN SCHEMA, found t @ t"),
            (
                "CREATE PUBLICATION p FOR ALL TABLE",
                "expected ALL TABLES, TABLE or TABLES IN SCHEMA, found ALL @ ALL TABLE",
            ),
            (
                "CREATE PUBLICATION p FOR TABLE t, WITH (publish = 'insert')",
                "expected a table name, found the reserved word WITH @ WITH (publish = 'insert')",
            ),
            ("CREATE PUBLICATION p FOR TABLE t WHERE a > 1", "expected (, found a @ a > 1"),
            ("CREATE PUBLICATION p FOR TABLE t ()", "expected a column name, found ) @ )"),
            ("CREATE PUBLICATION p WITH publish", "expected (, found publish @ publish"),
            (
                "ALTER PUBLICATION p",
                "expected ADD, SET, DROP, OWNER TO or RENAME TO, found the end of the statement @ ",
            ),
            ("ALTER PUBLICATION p ADD t", "expected TABLE or TABLES IN SCHEMA, found t @ t"),
            ("ALTER PUBLICATION p SET SCHEMA app", "expected TABLE or TABLES IN SCHEMA, found SCHEMA @ SCHEMA app"),
        ],
    );
}
