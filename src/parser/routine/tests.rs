//! Functions and procedures with every option, and mistakes.

use super::{create_function, do_block};
use crate::parser::testing::check;

#[test]
fn routines() {
    check(
        create_function,
        &[
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CreateFunction { name: f, kind: Function, returns: Type(integer), language: `sql`, volatility: Volatile, body: Text(Body { language: `sql`, statements: [BodyStatement { statement: Statement { kind: Query(SELECT 1) } }] }) }",
            ),
            (
                "CREATE OR REPLACE FUNCTION app.f(a int, b text DEFAULT 'x', OUT c int, VARIADIC d int[] DEFAULT '{}') RETURNS SETOF record AS $$ SELECT 1; $$ LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 100 ROWS 10",
                "CreateFunction { name: app.f, kind: Function, or_replace: true, arguments: [Argument { mode: In, name: a, data_type: integer }, Argument { mode: In, name: b, data_type: text, default: 'x' }, Argument { mode: Out, name: c, data_type: integer }, Argument { mode: Variadic, name: d, data_type: integer[], default: '{}' }], returns: SetOf(record), language: `sql`, volatility: Immutable, strict: true, parallel: `safe`, cost: `100`, rows: `10`, body: Text(Body { language: `sql`, statements: [BodyStatement { statement: Statement { kind: Query(SELECT 1) } }] }) }",
            ),
            (
                "CREATE FUNCTION f(int) RETURNS TABLE (a int, b text) STABLE AS $body$ BEGIN RETURN; END $body$ LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET work_mem TO '4MB'",
                "CreateFunction { name: f, kind: Function, arguments: [Argument { mode: In, data_type: integer }], returns: Table([Argument { mode: In, name: a, data_type: integer }, Argument { mode: In, name: b, data_type: text }]), language: `plpgsql`, volatility: Stable, security_definer: true, settings: [RoutineSetting { name: `search_path`, value: `public, pg_temp` }, RoutineSetting { name: `work_mem`, value: `4MB` }], body: Text(Body { language: `plpgsql` }) }",
            ),
            (
                "CREATE FUNCTION f() RETURNS trigger LANGUAGE 'plpgsql' VOLATILE AS $$ BEGIN RETURN NEW; END $$",
                "CreateFunction { name: f, kind: Function, returns: Type(trigger), language: `plpgsql`, volatility: Volatile, body: Text(Body { language: `plpgsql` }) }",
            ),
            (
                "CREATE FUNCTION f() RETURNS void LEAKPROOF CALLED ON NULL INPUT EXTERNAL SECURITY INVOKER AS 'obj', 'sym' LANGUAGE c",
                "CreateFunction { name: f, kind: Function, returns: Type(void), language: `c`, volatility: Volatile, leakproof: true, body: Object }",
            ),
            (
                "CREATE FUNCTION f(x int) RETURNS int IMMUTABLE RETURN x + 1",
                "CreateFunction { name: f, kind: Function, arguments: [Argument { mode: In, name: x, data_type: integer }], returns: Type(integer), language: `sql`, volatility: Immutable, body: Return(Body { language: `sql`, statements: [BodyStatement { statement: Statement { kind: Query(x + 1) } }] }) }",
            ),
            (
                "CREATE FUNCTION f() RETURNS int LANGUAGE sql STABLE BEGIN ATOMIC SELECT 1; SELECT 2; END",
                "CreateFunction { name: f, kind: Function, returns: Type(integer), language: `sql`, volatility: Stable, body: Atomic(Body { language: `sql`, statements: [BodyStatement { statement: Statement { kind: Query(SELECT 1) } }, BodyStatement { statement: Statement { kind: Query(SELECT 2) } }] }) }",
            ),
            (
                "CREATE FUNCTION f() RETURNS app.t.a%TYPE AS '' LANGUAGE sql NOT LEAKPROOF RETURNS NULL ON NULL INPUT SUPPORT app.s WINDOW TRANSFORM FOR TYPE hstore, FOR TYPE int",
                "CreateFunction { name: f, kind: Function, returns: Type(app.t.a%type), language: `sql`, volatility: Volatile, strict: true, support: app.s, body: Text(Body { language: `sql` }) }",
            ),
            (
                "CREATE FUNCTION f() RETURNS SETOF t[] LANGUAGE sql ROWS 5 COST 0.5 SET a.b FROM CURRENT SET TIME ZONE 'UTC' SET datestyle TO iso, mdy SET x = -1 AS ''",
                "CreateFunction { name: f, kind: Function, returns: SetOf(t[]), language: `sql`, volatility: Volatile, cost: `0.5`, rows: `5`, settings: [RoutineSetting { name: `a.b` }, RoutineSetting { name: `timezone`, value: `UTC` }, RoutineSetting { name: `datestyle`, value: `iso, mdy` }, RoutineSetting { name: `x`, value: `-1` }], body: Text(Body { language: `sql` }) }",
            ),
            (
                "CREATE FUNCTION f() LANGUAGE sql WITH (isStrict) RETURNS int AS '' IMMUTABLE VOLATILE",
                "CreateFunction { name: f, kind: Function, returns: Type(integer), language: `sql`, volatility: Volatile, strict: true, body: Text(Body { language: `sql` }) }",
            ),
            (
                "CREATE PROCEDURE app.p(INOUT a int) LANGUAGE sql AS $$ INSERT INTO t VALUES (a) $$",
                "CreateFunction { name: app.p, kind: Procedure, arguments: [Argument { mode: InOut, name: a, data_type: integer }], language: `sql`, volatility: Volatile, body: Text(Body { language: `sql`, statements: [BodyStatement { statement: Statement { kind: Write { verb: Insert, target: t, rows: [[Column(, `a`)]] } } }] }) }",
            ),
            (
                "CREATE OR REPLACE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (1); END",
                "CreateFunction { name: p, kind: Procedure, or_replace: true, language: `sql`, volatility: Volatile, body: Atomic(Body { language: `sql`, statements: [BodyStatement { statement: Statement { kind: Write { verb: Insert, target: t, rows: [[Literal(Number(`1`))]] } } }] }) }",
            ),
            (
                "CREATE FUNCTION left(a text) RETURNS text AS '' LANGUAGE sql",
                "CreateFunction { name: left, kind: Function, arguments: [Argument { mode: In, name: a, data_type: text }], returns: Type(text), language: `sql`, volatility: Volatile, body: Text(Body { language: `sql` }) }",
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
            ("CREATE FUNCTION f(a int", "expected , or ), found the end of the statement @ "),
            ("CREATE FUNCTION f() RETURNS", "expected a data type, found the end of the statement @ "),
            ("CREATE FUNCTION f() RETURNS int AS", "expected a string, found the end of the statement @ "),
            ("CREATE FUNCTION f() RETURNS int AS SELECT 1", "expected a string, found SELECT @ SELECT 1"),
            ("CREATE FUNCTION f() RETURNS int LANGUAGE", "expected a language, found the end of the statement @ "),
            (
                "CREATE FUNCTION f() RETURNS int IMUTABLE AS ''",
                "expected an option of the function, found IMUTABLE @ IMUTABLE AS ''",
            ),
            ("CREATE FUNCTION f() RETURNS int COST cheap", "expected a number, found cheap @ cheap"),
            ("CREATE FUNCTION f() RETURNS TABLE a int AS ''", "expected (, found a @ a int AS ''"),
            (
                "CREATE FUNCTION f() RETURNS int SET search_path public AS ''",
                "expected TO or =, found public @ public AS ''",
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

#[test]
fn do_blocks() {
    check(
        do_block,
        &[
            ("DO $$ BEGIN NULL; END $$", "Do(DoBlock { body: Body { language: `plpgsql` } })"),
            ("DO LANGUAGE 'PLpgSQL' 'BEGIN NULL; END'", "Do(DoBlock { body: Body { language: `plpgsql` } })"),
            (
                "DO $$ BEGIN DROP VIEW v; END $$ LANGUAGE plpgsql",
                "Do(DoBlock { body: Body { language: `plpgsql`, statements: [BodyStatement { statement: Statement { kind: Drop { object: View, names: [v] } } }] } })",
            ),
            ("DO", "expected a string, found the end of the statement @ "),
            ("DO $$ x $$ t", "expected a string, found t @ t"),
            ("DO LANGUAGE", "expected a language, found the end of the statement @ "),
        ],
    );
}
