//! Every statement that is kept by its kind alone, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn statements() {
    check(
        statement,
        &[
            ("CREATE ROLE r LOGIN PASSWORD 'x'", "Opaque { what: `CREATE ROLE`, name: r }"),
            ("CREATE USER u", "Opaque { what: `CREATE USER`, name: u }"),
            ("CREATE GROUP g", "Opaque { what: `CREATE GROUP`, name: g }"),
            ("CREATE DATABASE d OWNER bob", "Opaque { what: `CREATE DATABASE`, name: d }"),
            ("CREATE TABLESPACE fast LOCATION '/x'", "Opaque { what: `CREATE TABLESPACE`, name: fast }"),
            (
                "CREATE OR REPLACE AGGREGATE app.a (int) (sfunc = f, stype = int)",
                "Opaque { what: `CREATE AGGREGATE`, name: app.a, or_replace: true }",
            ),
            ("CREATE OPERATOR === (leftarg = box, rightarg = box, function = f)", "Opaque { what: `CREATE OPERATOR` }"),
            (
                "CREATE OPERATOR CLASS c DEFAULT FOR TYPE int USING btree AS OPERATOR 1 <",
                "Opaque { what: `CREATE OPERATOR CLASS`, name: c }",
            ),
            ("CREATE OPERATOR FAMILY c USING btree", "Opaque { what: `CREATE OPERATOR FAMILY`, name: c }"),
            ("CREATE CAST (text AS int) WITH FUNCTION f(text)", "Opaque { what: `CREATE CAST` }"),
            (r#"CREATE COLLATION IF NOT EXISTS c FROM "C""#, "Opaque { what: `CREATE COLLATION`, name: c }"),
            (
                "CREATE DEFAULT CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM f",
                "Opaque { what: `CREATE CONVERSION`, name: c }",
            ),
            (
                "CREATE TEXT SEARCH CONFIGURATION app.c (copy = english)",
                "Opaque { what: `CREATE TEXT SEARCH CONFIGURATION`, name: app.c }",
            ),
            (
                "CREATE TEXT SEARCH DICTIONARY d (template = simple)",
                "Opaque { what: `CREATE TEXT SEARCH DICTIONARY`, name: d }",
            ),
            ("CREATE TEXT SEARCH PARSER p (start = a)", "Opaque { what: `CREATE TEXT SEARCH PARSER`, name: p }"),
            ("CREATE TEXT SEARCH TEMPLATE t (lexize = l)", "Opaque { what: `CREATE TEXT SEARCH TEMPLATE`, name: t }"),
            (
                "CREATE OR REPLACE TRUSTED PROCEDURAL LANGUAGE l",
                "Opaque { what: `CREATE LANGUAGE`, name: l, or_replace: true }",
            ),
            (
                "CREATE TRANSFORM FOR hstore LANGUAGE l (FROM SQL WITH FUNCTION f(internal))",
                "Opaque { what: `CREATE TRANSFORM` }",
            ),
            ("CREATE ACCESS METHOD a TYPE INDEX HANDLER h", "Opaque { what: `CREATE ACCESS METHOD`, name: a }"),
            ("NOTIFY channel, 'payload'", "Opaque { what: `NOTIFY`, name: channel }"),
            ("LISTEN channel", "Opaque { what: `LISTEN`, name: channel }"),
            ("UNLISTEN *", "Opaque { what: `UNLISTEN` }"),
            ("NOTIFY channel", "Opaque { what: `NOTIFY`, name: channel }"),
            ("UNLISTEN channel", "Opaque { what: `UNLISTEN`, name: channel }"),
            ("CHECKPOINT", "Opaque { what: `CHECKPOINT` }"),
            ("LOAD 'x'", "Opaque { what: `LOAD` }"),
            ("SET CONSTRAINTS ALL DEFERRED", "SetConstraints { deferred: true }"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("FROBNICATE t", "expected a statement, found FROBNICATE @ FROBNICATE t"),
            ("DO", "expected a string, found the end of the statement @ "),
            ("DO $$ x $$ t", "expected a string, found t @ t"),
            ("DO LANGUAGE", "expected a language, found the end of the statement @ "),
            ("CREATE", "expected a kind of object, found the end of the statement @ "),
            ("CREATE THING t", "expected a kind of object, found THING @ THING t"),
            ("CREATE CAST", "expected (, found the end of the statement @ "),
            ("ALTER", "expected a kind of object, found the end of the statement @ "),
            ("LISTEN", "expected a name, found the end of the statement @ "),
            ("LISTEN a, b", "expected the end of the statement, found , @ , b"),
            ("NOTIFY a 'b'", "expected the end of the statement, found 'b' @ 'b'"),
            ("NOTIFY a, b", "expected a string, found b @ b"),
            ("UNLISTEN", "expected a name, found the end of the statement @ "),
            ("LOAD x", "expected a string, found x @ x"),
        ],
    );
}
