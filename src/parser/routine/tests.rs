//! Functions and procedures with every option, and mistakes.

use super::create_function;
use crate::parser::testing::check;

#[test]
fn routines() {
    check(
        create_function,
        &[
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CreateFunction { name: f, volatility: Volatile }",
            ),
            (
                "CREATE OR REPLACE FUNCTION app.f(a int, b text DEFAULT 'x', OUT c int, VARIADIC d int[] DEFAULT '{}') RETURNS SETOF record AS $$ SELECT 1; $$ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10",
                "CreateFunction { name: app.f, volatility: Immutable }",
            ),
            (
                "CREATE FUNCTION f(int) RETURNS TABLE (a int, b text) STABLE AS $body$ BEGIN RETURN; END $body$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem TO '4MB'",
                "CreateFunction { name: f, volatility: Stable }",
            ),
            (
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE 'plpgsql' VOLATILE AS $$ BEGIN RETURN NEW; END $$",
                "CreateFunction { name: f, volatility: Volatile }",
            ),
            (
                "CREATE FUNCTION f() RETURNS void LEAKPROOF CALLED ON NULL INPUT EXTERNAL SECURITY INVOKER AS 'obj', 'sym' LANGUAGE c",
                "CreateFunction { name: f, volatility: Volatile }",
            ),
            (
                "CREATE FUNCTION f(x int) RETURNS int IMMUTABLE RETURN x + 1",
                "CreateFunction { name: f, volatility: Immutable }",
            ),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT 1; SELECT 2; END",
                "CreateFunction { name: f, volatility: Stable }",
            ),
            (
                "CREATE FUNCTION f() RETURNS app.t.a%TYPE AS '' LANGUAGE sql NOT LEAKPROOF RETURNS NULL ON NULL INPUT SUPPORT app.s WINDOW TRANSFORM FOR TYPE hstore, FOR TYPE int",
                "CreateFunction { name: f, volatility: Volatile }",
            ),
            (
                "CREATE FUNCTION f() RETURNS SETOF t[] LANGUAGE sql ROWS 5 COST 0.5 SET a.b FROM CURRENT SET TIME ZONE 'UTC' SET datestyle TO iso, mdy SET x = -1 AS ''",
                "CreateFunction { name: f, volatility: Volatile }",
            ),
            (
                "CREATE FUNCTION f() LANGUAGE sql WITH (isStrict) RETURNS int AS '' IMMUTABLE VOLATILE",
                "CreateFunction { name: f, volatility: Volatile }",
            ),
            (
                "CREATE PROCEDURE app.p(INOUT a int) LANGUAGE sql AS $$ INSERT INTO t VALUES (a) $$",
                "CreateFunction { name: app.p, volatility: Volatile }",
            ),
            (
                "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END",
                "CreateFunction { name: p, volatility: Volatile }",
            ),
            (
                "CREATE FUNCTION left(a text) RETURNS text AS '' LANGUAGE sql",
                "CreateFunction { name: left, volatility: Volatile }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        create_function,
        &[
            ("CREATE FUNCTION", "expected a function name, found the end of the statement @ "),
            ("CREATE FUNCTION f", "expected (, found the end of the statement @ "),
            ("CREATE FUNCTION f(a int", "expected ), found the end of the statement @ "),
            ("CREATE FUNCTION f() RETURNS", "expected a data type, found the end of the statement @ "),
            ("CREATE FUNCTION f() RETURNS int AS", "expected a string, found the end of the statement @ "),
            ("CREATE FUNCTION f() RETURNS int AS SELECT 1", "expected a string, found SELECT @ SELECT 1"),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE", "expected a name, found the end of the statement @ "),
            (
                "CREATE FUNCTION f() RETURNS int IMUTABLE AS ''",
                "expected an option of the function, found IMUTABLE @ IMUTABLE AS ''",
            ),
            ("CREATE FUNCTION f() RETURNS int COST cheap", "expected a number, found cheap @ cheap"),
            ("CREATE FUNCTION f() RETURNS TABLE a int AS ''", "expected (, found a @ a int AS ''"),
            (
                "CREATE FUNCTION f() RETURNS int SET search_path public AS ''",
                "expected TO, found public @ public AS ''",
            ),
            (
                "CREATE FUNCTION f() RETURNS int SECURITY OWNER AS ''",
                "expected an option of the function, found SECURITY @ SECURITY OWNER AS ''",
            ),
            ("CREATE FUNCTION f() RETURNS int RETURN", "expected an expression, found the end of the statement @ "),
            ("CREATE FUNCTION f() RETURNS int BEGIN SELECT 1; END", "expected ATOMIC, found SELECT @ SELECT 1; END"),
            ("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1;", "expected END, found ; @ ;"),
        ],
    );
}
