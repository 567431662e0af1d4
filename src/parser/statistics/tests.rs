//! Extended statistics and their changes, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn statistics() {
    check(
        statement,
        &[
            (
                "CREATE STATISTICS app.s (mcv) ON a, (b + 1) FROM app.t",
                "CreateStatistics { name: app.s, kinds: [mcv], elements: [Column(a), Expr(b + 1)], tables: [app.t] }",
            ),
            (
                "CREATE STATISTICS IF NOT EXISTS s ON a, b FROM t",
                "CreateStatistics { name: s, if_not_exists: true, elements: [Column(a), Column(b)], tables: [t] }",
            ),
            (
                "CREATE STATISTICS s (ndistinct, dependencies, mcv) ON a, lower(b) FROM ONLY t",
                "CreateStatistics { name: s, kinds: [ndistinct, dependencies, mcv], elements: [Column(a), Expr(lower(b))], tables: [t] }",
            ),
            ("CREATE STATISTICS ON a, b FROM t", "CreateStatistics { elements: [Column(a), Column(b)], tables: [t] }"),
            (
                "CREATE STATISTICS (mcv) ON extract(year FROM a), b FROM t",
                "CreateStatistics { kinds: [mcv], elements: [Expr(extract(year FROM a)), Column(b)], tables: [t] }",
            ),
            (
                "CREATE STATISTICS s ON a, b FROM t AS x",
                "CreateStatistics { name: s, elements: [Column(a), Column(b)], tables: [t] }",
            ),
            ("ALTER STATISTICS s SET STATISTICS 100", "AlterStatistics { name: s, target: 100 }"),
            (
                "ALTER STATISTICS IF EXISTS app.s SET STATISTICS -1",
                "AlterStatistics { name: app.s, if_exists: true, target: -1 }",
            ),
            ("ALTER STATISTICS s SET STATISTICS DEFAULT", "AlterStatistics { name: s }"),
            (
                "ALTER STATISTICS s RENAME TO r",
                "AlterOther { object: ObjectRef { kind: Other(`STATISTICS`), name: s }, change: RenameTo(r) }",
            ),
            (
                "ALTER STATISTICS app.s SET SCHEMA other",
                "AlterOther { object: ObjectRef { kind: Other(`STATISTICS`), name: app.s }, change: SetSchema(other) }",
            ),
            (
                "ALTER STATISTICS s OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`STATISTICS`), name: s }, change: OwnerTo(Named(bob)) }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE STATISTICS", "expected a name, found the end of the statement @ "),
            ("CREATE STATISTICS s", "expected ON, found the end of the statement @ "),
            ("CREATE STATISTICS s ON a, b", "expected FROM, found the end of the statement @ "),
            ("CREATE STATISTICS s ON FROM t", "expected a column name, found the reserved word FROM @ FROM t"),
            ("CREATE STATISTICS s ON a + b FROM t", "expected FROM, found + @ + b FROM t"),
            ("CREATE STATISTICS s () ON a, b FROM t", "expected a kind of statistics, found ) @ ) ON a, b FROM t"),
            (
                "CREATE STATISTICS IF NOT EXISTS ON a, b FROM t",
                "expected a name, found the reserved word ON @ ON a, b FROM t",
            ),
            ("CREATE STATISTICS s ON a, b FROM", "expected identifier, found the end of the statement @ "),
            (
                "ALTER STATISTICS s",
                "expected SET STATISTICS, SET SCHEMA, OWNER TO or RENAME TO, found the end of the statement @ ",
            ),
            ("ALTER STATISTICS s SET STATISTICS", "expected a number, found the end of the statement @ "),
            ("ALTER STATISTICS s SET STATISTICS many", "expected a number, found many @ many"),
        ],
    );
}
