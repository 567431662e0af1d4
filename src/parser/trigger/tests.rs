//! Triggers with every clause, and mistakes.

use super::create_trigger;
use crate::parser::testing::check;

#[test]
fn triggers() {
    check(
        create_trigger,
        &[
            (
                "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, table: t, for_each_row: true }",
            ),
            (
                "CREATE OR REPLACE TRIGGER a AFTER INSERT OR UPDATE OF b, c OR DELETE OR TRUNCATE ON app.t REFERENCING OLD TABLE AS o NEW TABLE n FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE PROCEDURE app.f('a', 1, 2.5, foo, NULL, E'x')",
                "CreateTrigger { name: a, or_replace: true, table: app.t }",
            ),
            (
                "CREATE CONSTRAINT TRIGGER a AFTER INSERT ON t FROM app.u DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f('x')",
                "CreateTrigger { name: a, table: t, for_each_row: true, from: app.u }",
            ),
            (
                "CREATE CONSTRAINT TRIGGER a AFTER DELETE ON t NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, table: t, for_each_row: true }",
            ),
            (
                "CREATE TRIGGER a INSTEAD OF UPDATE ON v FOR ROW EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, table: v, for_each_row: true }",
            ),
            (
                "CREATE TRIGGER a AFTER UPDATE ON t EXECUTE FUNCTION f(true, select)",
                "CreateTrigger { name: a, table: t }",
            ),
            (
                "CREATE TRIGGER a AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, table: t, for_each_row: true }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        create_trigger,
        &[
            ("CREATE TRIGGER", "expected a trigger name, found the end of the statement @ "),
            ("CREATE TRIGGER a", "expected BEFORE, AFTER or INSTEAD OF, found the end of the statement @ "),
            ("CREATE TRIGGER a INSERT ON t", "expected BEFORE, AFTER or INSTEAD OF, found INSERT @ INSERT ON t"),
            (
                "CREATE TRIGGER a INSTEAD UPDATE ON t",
                "expected BEFORE, AFTER or INSTEAD OF, found INSTEAD @ INSTEAD UPDATE ON t",
            ),
            (
                "CREATE TRIGGER a BEFORE SELECT ON t",
                "expected INSERT, UPDATE, DELETE or TRUNCATE, found SELECT @ SELECT ON t",
            ),
            ("CREATE TRIGGER a BEFORE INSERT OR ON t", "expected INSERT, UPDATE, DELETE or TRUNCATE, found ON @ ON t"),
            ("CREATE TRIGGER a BEFORE UPDATE OF ON t", "expected a column name, found the reserved word ON @ ON t"),
            ("CREATE TRIGGER a BEFORE INSERT t", "expected ON, found t @ t"),
            (
                "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH COLUMN EXECUTE FUNCTION f()",
                "expected ROW or STATEMENT, found COLUMN @ COLUMN EXECUTE FUNCTION f()",
            ),
            ("CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW", "expected EXECUTE, found the end of the statement @ "),
            (
                "CREATE TRIGGER a BEFORE INSERT ON t WHEN a > 1 EXECUTE FUNCTION f()",
                "expected (, found a @ a > 1 EXECUTE FUNCTION f()",
            ),
            ("CREATE TRIGGER a BEFORE INSERT ON t EXECUTE f()", "expected FUNCTION or PROCEDURE, found f @ f()"),
            ("CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION f", "expected (, found the end of the statement @ "),
            ("CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION f('a' 'b')", "expected , or ), found 'b' @ 'b')"),
            ("CREATE TRIGGER a BEFORE INSERT ON t EXECUTE FUNCTION f(a + 1)", "expected , or ), found + @ + 1)"),
            (
                "CREATE TRIGGER a AFTER INSERT ON t REFERENCING NEW AS n EXECUTE FUNCTION f()",
                "expected TABLE, found AS @ AS n EXECUTE FUNCTION f()",
            ),
        ],
    );
}
