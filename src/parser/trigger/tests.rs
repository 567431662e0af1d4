//! Triggers with every clause, and mistakes.

use crate::ast::StatementKind;
use crate::parser::dispatch::statement;
use crate::parser::testing::{check, parse};

#[test]
fn triggers() {
    check(
        statement,
        &[
            (
                "CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, timing: Before, events: [TriggerEvent { kind: Insert }], table: t, for_each_row: true, function: f }",
            ),
            (
                "CREATE OR REPLACE TRIGGER a AFTER INSERT OR UPDATE OF b, c OR DELETE OR TRUNCATE ON app.t REFERENCING OLD TABLE AS o NEW TABLE n FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE PROCEDURE app.f('a', 1, 2.5, foo, NULL, E'x')",
                "CreateTrigger { name: a, or_replace: true, timing: After, events: [TriggerEvent { kind: Insert }, TriggerEvent { kind: Update { columns: [b, c] } }, TriggerEvent { kind: Delete }, TriggerEvent { kind: Truncate }], table: app.t, transition_tables: [TransitionTable { name: o }, TransitionTable { new: true, name: n }], when: pg_trigger_depth() = 0, function: app.f, says_procedure: true, arguments: ['a', 1, 2.5, foo, NULL, E'x'] }",
            ),
            (
                "CREATE CONSTRAINT TRIGGER a AFTER INSERT ON t FROM app.u DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f('x')",
                "CreateTrigger { name: a, constraint: true, timing: After, events: [TriggerEvent { kind: Insert }], table: t, from: app.u, deferrable: true, initially_deferred: true, for_each_row: true, function: f, arguments: ['x'] }",
            ),
            (
                "CREATE CONSTRAINT TRIGGER a AFTER DELETE ON t NOT DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (OLD.a IS DISTINCT FROM NEW.a) EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, constraint: true, timing: After, events: [TriggerEvent { kind: Delete }], table: t, for_each_row: true, when: OLD.a IS DISTINCT FROM NEW.a, function: f }",
            ),
            (
                "CREATE TRIGGER a INSTEAD OF UPDATE ON v FOR ROW EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, timing: InsteadOf, events: [TriggerEvent { kind: Update }], table: v, for_each_row: true, function: f }",
            ),
            (
                "CREATE TRIGGER a AFTER UPDATE ON t EXECUTE FUNCTION f(true, select)",
                "CreateTrigger { name: a, timing: After, events: [TriggerEvent { kind: Update }], table: t, function: f, arguments: [true, select] }",
            ),
            (
                "CREATE TRIGGER a AFTER UPDATE ON t FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION f()",
                "CreateTrigger { name: a, timing: After, events: [TriggerEvent { kind: Update }], table: t, for_each_row: true, when: OLD.* IS DISTINCT FROM NEW.*, function: f }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
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
                "CREATE TRIGGER a BEFORE UPDATE OR INSERT OR UPDATE OF b ON t EXECUTE FUNCTION f()",
                "duplicate trigger event @ UPDATE OF b ON t EXECUTE FUNCTION f()",
            ),
            (
                "CREATE TRIGGER a AFTER INSERT ON t REFERENCING EXECUTE FUNCTION f()",
                "expected OLD TABLE or NEW TABLE, found EXECUTE @ EXECUTE FUNCTION f()",
            ),
            (
                "CREATE TRIGGER a AFTER INSERT ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()",
                "expected EXECUTE, found DEFERRABLE @ DEFERRABLE FOR EACH ROW EXECUTE FUNCTION f()",
            ),
            (
                "CREATE CONSTRAINT TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
                "expected AFTER, found BEFORE @ BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
            ),
            (
                "CREATE CONSTRAINT TRIGGER a AFTER INSERT ON t FOR EACH STATEMENT EXECUTE FUNCTION f()",
                "expected ROW, found STATEMENT @ STATEMENT EXECUTE FUNCTION f()",
            ),
            ("CREATE TRIGGER a AFTER INSERT ON t EXECUTE FUNCTION f(-1)", "expected an argument, found - @ -1)"),
            (
                "CREATE TRIGGER a AFTER INSERT ON t REFERENCING NEW AS n EXECUTE FUNCTION f()",
                "expected TABLE, found AS @ AS n EXECUTE FUNCTION f()",
            ),
        ],
    );
}

#[test]
fn event_triggers() {
    check(
        statement,
        &[
            (
                "CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION app.f()",
                "CreateEventTrigger { name: e, event: ddl_command_start, function: app.f }",
            ),
            (
                "CREATE EVENT TRIGGER e ON sql_drop WHEN tag IN ('DROP TABLE', 'DROP VIEW') AND x IN ('y') EXECUTE PROCEDURE f()",
                "CreateEventTrigger { name: e, event: sql_drop, filters: [EventFilter { variable: tag, values: ['DROP TABLE', 'DROP VIEW'] }, EventFilter { variable: x, values: ['y'] }], function: f, says_procedure: true }",
            ),
            ("ALTER EVENT TRIGGER e DISABLE", "AlterEventTrigger { name: e }"),
            ("ALTER EVENT TRIGGER e ENABLE", "AlterEventTrigger { name: e, enable: true }"),
            ("ALTER EVENT TRIGGER e ENABLE ALWAYS", "AlterEventTrigger { name: e, enable: true }"),
            (
                "ALTER EVENT TRIGGER e OWNER TO bob",
                "AlterOther { object: ObjectRef { kind: Other(`EVENT TRIGGER`), name: e }, change: OwnerTo(Named(bob)) }",
            ),
            (
                "ALTER EVENT TRIGGER e RENAME TO g",
                "AlterOther { object: ObjectRef { kind: Other(`EVENT TRIGGER`), name: e }, change: RenameTo(g) }",
            ),
            ("CREATE EVENT TRIGGER", "expected a trigger name, found the end of the statement @ "),
            ("CREATE EVENT TRIGGER e ON sql_drop", "expected EXECUTE, found the end of the statement @ "),
            (
                "CREATE EVENT TRIGGER e ON sql_drop WHEN tag = 'x' EXECUTE FUNCTION f()",
                "expected IN, found = @ = 'x' EXECUTE FUNCTION f()",
            ),
            ("CREATE EVENT TRIGGER e ON sql_drop EXECUTE FUNCTION f(1)", "expected ), found 1 @ 1)"),
            (
                "ALTER EVENT TRIGGER e",
                "expected ENABLE, DISABLE, OWNER TO or RENAME TO, found the end of the statement @ ",
            ),
            ("ALTER EVENT TRIGGER e ENABLE REPLICA x", "expected the end of the statement, found x @ x"),
        ],
    );
}

#[test]
fn a_place_is_kept_for_each_event() {
    let text = "CREATE TRIGGER a BEFORE INSERT OR UPDATE OF b, c ON t EXECUTE FUNCTION f(1, 'it''s', Word)";
    let Ok(StatementKind::CreateTrigger(trigger)) = parse(text, statement) else { panic!("no trigger") };
    let events = trigger.events.iter().map(|event| &text[event.span.start..event.span.end]);
    assert_eq!(events.collect::<Vec<_>>(), ["INSERT", "UPDATE OF b, c"]);
    let arguments = trigger.arguments.iter().map(|argument| argument.value.as_str());
    assert_eq!(arguments.collect::<Vec<_>>(), ["1", "it's", "word"]);
}
