//! ALTER FUNCTION with every action, and mistakes.

use super::alter_function;
use crate::parser::testing::check;

#[test]
fn actions() {
    check(
        alter_function,
        &[
            (
                "ALTER FUNCTION app.f(int, OUT text) IMMUTABLE STRICT SECURITY DEFINER PARALLEL Safe COST 10 ROWS 5 RESTRICT",
                "AlterFunction { kind: Function, name: app.f, arguments: [Argument { mode: In, data_type: integer }, Argument { mode: Out, data_type: text }], actions: [Volatility(Immutable), Strict(true), SecurityDefiner(true), Parallel(`safe`), Cost(`10`), Rows(`5`)] }",
            ),
            (
                "ALTER PROCEDURE p SET search_path = public, pg_temp RESET ALL",
                "AlterFunction { kind: Procedure, name: p, actions: [Set(RoutineSetting { name: `search_path`, value: `public, pg_temp` }), Reset()] }",
            ),
            (
                "ALTER ROUTINE r(int) RENAME TO s",
                "AlterFunction { kind: Routine, name: r, arguments: [Argument { mode: In, data_type: integer }], actions: [Shared(RenameTo(s))] }",
            ),
            (
                "ALTER FUNCTION f() SET SCHEMA app",
                "AlterFunction { kind: Function, name: f, arguments: false, actions: [Shared(SetSchema(app))] }",
            ),
            (
                "ALTER FUNCTION f() OWNER TO CURRENT_USER",
                "AlterFunction { kind: Function, name: f, arguments: false, actions: [Shared(OwnerTo(CurrentUser(28..40)))] }",
            ),
            (
                "ALTER FUNCTION f() NO DEPENDS ON EXTENSION e",
                "AlterFunction { kind: Function, name: f, arguments: false, actions: [Shared(DependsOnExtension { no: true, extension: e })] }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        alter_function,
        &[
            ("ALTER FUNCTION f()", "expected an action, found the end of the statement @ "),
            ("ALTER FUNCTION f() FASTER", "expected an action, found FASTER @ FASTER"),
            ("ALTER FUNCTION f() COST cheap", "expected a number, found cheap @ cheap"),
        ],
    );
}
