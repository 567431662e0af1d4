//! Rules with every clause and action, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn rules() {
    check(
        statement,
        &[
            (
                "CREATE RULE r AS ON INSERT TO app.t WHERE NEW.a > 1 DO INSTEAD NOTHING",
                "CreateRule { name: r, event: Insert, table: app.t, condition: NEW.a > 1, instead: true, row_columns: [a], rows: Rows { new: true } }",
            ),
            (
                r#"CREATE OR REPLACE RULE "_RETURN" AS ON SELECT TO t DO INSTEAD SELECT 1"#,
                r#"CreateRule { name: "_RETURN", or_replace: true, event: Select, table: t, instead: true, actions: [Statement { kind: Query(SELECT 1) }] }"#,
            ),
            (
                "CREATE RULE r AS ON DELETE TO t DO DELETE FROM app.u WHERE id = OLD.id",
                "CreateRule { name: r, event: Delete, table: t, actions: [Statement { kind: Write { verb: Delete, target: app.u, filter: id = OLD.id, reading: [Named { column: `id`, scope: Scope { relations: [app.u], merged: Nothing }, place: Expression }, [app.u]] } }], row_columns: [id], rows: Rows { old: true } }",
            ),
            (
                "CREATE RULE r AS ON UPDATE TO t DO ALSO NOTIFY changed",
                "CreateRule { name: r, event: Update, table: t, actions: [Statement { kind: Opaque { what: `NOTIFY`, name: changed } }] }",
            ),
            (
                "CREATE RULE r AS ON UPDATE TO t DO ALSO (INSERT INTO u VALUES (NEW.a); UPDATE v SET a = NEW.a WHERE id = OLD.id;)",
                "CreateRule { name: r, event: Update, table: t, actions: [Statement { kind: Write { verb: Insert, target: u, rows: [[Column(`new`, `a`)]], reading: [false] } }, Statement { kind: Write { verb: Update, target: v, filter: id = OLD.id, columns: [a], values: [Column(`new`, `a`)], reading: [Named { column: `id`, scope: Scope { relations: [v], merged: Nothing }, place: Expression }, [v]] } }], row_columns: [a, a, id], rows: Rows { old: true, new: true } }",
            ),
            (
                "CREATE RULE r AS ON UPDATE TO t DO INSTEAD ()",
                "CreateRule { name: r, event: Update, table: t, instead: true }",
            ),
            (
                "CREATE RULE r AS ON UPDATE TO t DO INSTEAD (SELECT 1)",
                "CreateRule { name: r, event: Update, table: t, instead: true, actions: [Statement { kind: Query(SELECT 1) }] }",
            ),
            (
                "CREATE RULE r AS ON SELECT TO t DO INSTEAD (SELECT a FROM u) UNION SELECT b FROM v",
                "CreateRule { name: r, event: Select, table: t, instead: true, actions: [Statement { kind: Query((SELECT a FROM u) UNION SELECT b FROM v) }] }",
            ),
            (
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD INSERT INTO u SELECT NEW.* RETURNING *",
                "CreateRule { name: r, event: Insert, table: t, instead: true, actions: [Statement { kind: Write { verb: Insert, target: u, source: Select { list: [AllOf(`new`)] }, reading: [false], returning: Returning } }], whole_row: true, rows: Rows { new: true } }",
            ),
            (
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD WITH w AS (DELETE FROM u RETURNING *) INSERT INTO v SELECT * FROM w",
                "CreateRule { name: r, event: Insert, table: t, instead: true, actions: [Statement { kind: Write { verb: Insert, target: v, from_query: true, source: Select { list: [All], from: [FromItem { known_as: `w`, source: Unknown }] }, also_writes: [Write { verb: Delete, target: u, returning: Returning }], reading: [All()] } }] }",
            ),
            (
                "CREATE RULE r AS ON UPDATE TO t DO ALSO (DELETE FROM ONLY a; TABLE b; DELETE FROM ONLY c WHERE d ISNULL)",
                "CreateRule { name: r, event: Update, table: t, actions: [Statement { kind: Write { verb: Delete, target: a, only: true } }, Statement { kind: Query(TABLE b) }, Statement { kind: Write { verb: Delete, target: c, only: true, filter: d ISNULL, reading: [Named { column: `d`, scope: Scope { relations: [c], merged: Nothing }, place: Expression }] } }] }",
            ),
            (
                "ALTER RULE r ON app.t RENAME TO q",
                "AlterOther { object: ObjectRef { kind: Rule, name: r, on: app.t }, change: RenameTo(q) }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE RULE r ON t DO NOTHING", "expected AS, found ON @ ON t DO NOTHING"),
            (
                "CREATE RULE r AS ON TRUNCATE TO t DO NOTHING",
                "expected SELECT, INSERT, UPDATE or DELETE, found TRUNCATE @ TRUNCATE TO t DO NOTHING",
            ),
            ("CREATE RULE r AS ON INSERT t DO NOTHING", "expected TO, found t @ t DO NOTHING"),
            ("CREATE RULE r AS ON INSERT TO t", "expected DO, found the end of the statement @ "),
            ("CREATE RULE r AS ON INSERT TO t WHERE DO NOTHING", "expected DO, found NOTHING @ NOTHING"),
            (
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD",
                "expected NOTHING, SELECT, INSERT, UPDATE, DELETE or NOTIFY, found the end of the statement @ ",
            ),
            (
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD TRUNCATE u",
                "expected NOTHING, SELECT, INSERT, UPDATE, DELETE or NOTIFY, found TRUNCATE @ TRUNCATE u",
            ),
            (
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD (DELETE FROM u; DROP TABLE v)",
                "expected NOTHING, SELECT, INSERT, UPDATE, DELETE or NOTIFY, found DROP @ DROP TABLE v)",
            ),
            (
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD (DELETE FROM u",
                "expected ; or ), found the end of the statement @ ",
            ),
            (
                "CREATE RULE r AS ON INSERT TO t DO INSTEAD (DELETE u; DELETE FROM v)",
                "expected FROM, found u @ u; DELETE FROM v)",
            ),
            ("ALTER RULE r ON t SET SCHEMA app", "expected RENAME TO, found SET @ SET SCHEMA app"),
        ],
    );
}
