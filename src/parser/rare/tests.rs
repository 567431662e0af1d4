//! What follows the names of rare kinds of object, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn created() {
    check(
        statement,
        &[
            ("CREATE ACCESS METHOD a TYPE TABLE HANDLER app.h", "Opaque { what: `CREATE ACCESS METHOD`, name: a }"),
            (
                "CREATE AGGREGATE a (*) (sfunc = f, stype = int[], initcond = '0', sortop = <, hypothetical)",
                "Opaque { what: `CREATE AGGREGATE`, name: a }",
            ),
            (
                r#"CREATE AGGREGATE a (basetype = "any", sfunc = app.f, stype = double precision)"#,
                "Opaque { what: `CREATE AGGREGATE`, name: a }",
            ),
            (
                "CREATE AGGREGATE a (int ORDER BY text) (sfunc = f, stype = int)",
                "Opaque { what: `CREATE AGGREGATE`, name: a }",
            ),
            (
                "CREATE CAST (text AS app.kind) WITH FUNCTION f(text, int, bool) AS ASSIGNMENT",
                "Opaque { what: `CREATE CAST` }",
            ),
            ("CREATE CAST (text AS int) WITHOUT FUNCTION", "Opaque { what: `CREATE CAST` }"),
            ("CREATE CAST (text AS int) WITH INOUT AS IMPLICIT", "Opaque { what: `CREATE CAST` }"),
            (
                "CREATE COLLATION app.c (locale = 'de', provider = icu, deterministic = false)",
                "Opaque { what: `CREATE COLLATION`, name: app.c }",
            ),
            (r#"CREATE COLLATION c FROM app."C""#, "Opaque { what: `CREATE COLLATION`, name: c }"),
            ("CREATE CONVERSION c FOR 'UTF8' TO 'LATIN1' FROM app.f", "Opaque { what: `CREATE CONVERSION`, name: c }"),
            ("CREATE DATABASE d", "Opaque { what: `CREATE DATABASE`, name: d }"),
            ("CREATE DATABASE d WITH TEMPLATE = t ENCODING 'UTF8'", "Opaque { what: `CREATE DATABASE`, name: d }"),
            ("CREATE ROLE r", "Opaque { what: `CREATE ROLE`, name: r }"),
            (
                "CREATE ROLE r WITH LOGIN NOSUPERUSER ENCRYPTED PASSWORD 'x' VALID UNTIL 'infinity' CONNECTION LIMIT -1",
                "Opaque { what: `CREATE ROLE`, name: r }",
            ),
            (
                "CREATE USER u PASSWORD NULL IN ROLE a, b ROLE c ADMIN d SYSID 12",
                "Opaque { what: `CREATE USER`, name: u }",
            ),
            ("CREATE GROUP g USER a, b IN GROUP h", "Opaque { what: `CREATE GROUP`, name: g }"),
            ("CREATE LANGUAGE l HANDLER app.h INLINE i VALIDATOR v", "Opaque { what: `CREATE LANGUAGE`, name: l }"),
            ("CREATE TRUSTED LANGUAGE 'plperl'", "Opaque { what: `CREATE LANGUAGE` }"),
            (
                "CREATE OPERATOR app.=== (leftarg = box, rightarg = box, function = f, commutator = OPERATOR(app.===), hashes)",
                "Opaque { what: `CREATE OPERATOR` }",
            ),
            (
                "CREATE OPERATOR CLASS app.c DEFAULT FOR TYPE int USING btree AS OPERATOR 1 <, FUNCTION 1 f(int, int)",
                "Opaque { what: `CREATE OPERATOR CLASS`, name: app.c }",
            ),
            ("CREATE OPERATOR FAMILY app.c USING btree", "Opaque { what: `CREATE OPERATOR FAMILY`, name: app.c }"),
            (
                "CREATE TABLESPACE fast OWNER bob LOCATION '/x' WITH (seq_page_cost = 1.5)",
                "Opaque { what: `CREATE TABLESPACE`, name: fast }",
            ),
            (
                "CREATE TEXT SEARCH DICTIONARY d (template = app.t, StopWords = 'x')",
                "Opaque { what: `CREATE TEXT SEARCH DICTIONARY`, name: d }",
            ),
            (
                "CREATE TRANSFORM FOR hstore LANGUAGE l (FROM SQL WITH FUNCTION f(internal))",
                "Opaque { what: `CREATE TRANSFORM` }",
            ),
        ],
    );
}

#[test]
fn altered() {
    check(
        statement,
        &[
            ("ALTER DATABASE d WITH CONNECTION LIMIT 5", "Opaque { what: `ALTER DATABASE`, name: d }"),
            ("ALTER GROUP g DROP USER a, b", "Opaque { what: `ALTER GROUP`, name: g }"),
            (
                "ALTER OPERATOR FAMILY c USING btree DROP FUNCTION 1 (int, int)",
                "Opaque { what: `ALTER OPERATOR FAMILY`, name: c }",
            ),
            ("ALTER ROLE r NOLOGIN PASSWORD 'x'", "Opaque { what: `ALTER ROLE`, name: r }"),
            ("ALTER ROLE r SET search_path TO a, b", "Opaque { what: `ALTER ROLE`, name: r }"),
            ("ALTER USER u IN DATABASE d RESET ALL", "Opaque { what: `ALTER USER`, name: u }"),
            ("ALTER TABLESPACE fast RESET (seq_page_cost)", "Opaque { what: `ALTER TABLESPACE`, name: fast }"),
            (
                "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING IF EXISTS FOR word",
                "Opaque { what: `ALTER TEXT SEARCH CONFIGURATION`, name: c }",
            ),
            ("ALTER TEXT SEARCH DICTIONARY d (StopWords)", "Opaque { what: `ALTER TEXT SEARCH DICTIONARY`, name: d }"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("CREATE ACCESS METHOD a HANDLER h", "expected TYPE, found HANDLER @ HANDLER h"),
            ("CREATE AGGREGATE a", "expected (, found the end of the statement @ "),
            (
                "CREATE CAST (text AS int)",
                "expected WITH FUNCTION, WITHOUT FUNCTION or WITH INOUT, found the end of the statement @ ",
            ),
            ("CREATE COLLATION c", "expected (, found the end of the statement @ "),
            (
                "CREATE CONVERSION c FOR UTF8 TO 'LATIN1' FROM f",
                "expected a string, found UTF8 @ UTF8 TO 'LATIN1' FROM f",
            ),
            ("CREATE LANGUAGE l WITH x", "expected the end of the statement, found WITH @ WITH x"),
            ("CREATE OPERATOR f (leftarg = box)", "expected an operator, found f @ f (leftarg = box)"),
            ("CREATE OPERATOR CLASS c", "expected a definition, found the end of the statement @ "),
            ("CREATE OPERATOR FAMILY c", "expected USING, found the end of the statement @ "),
            ("CREATE ROLE r LOGGED", "expected an option of the role, found LOGGED @ LOGGED"),
            ("CREATE ROLE r PASSWORD x", "expected a string, found x @ x"),
            ("CREATE TABLESPACE fast", "expected LOCATION, found the end of the statement @ "),
            ("CREATE TEXT SEARCH PARSER p", "expected (, found the end of the statement @ "),
            ("ALTER AGGREGATE a(int) SET x", "expected RENAME TO, OWNER TO or SET SCHEMA, found SET @ SET x"),
            ("ALTER COLLATION c REFRESH", "expected VERSION, found the end of the statement @ "),
            ("ALTER GROUP g", "expected ADD USER, DROP USER or RENAME TO, found the end of the statement @ "),
            ("ALTER GROUP g ADD a", "expected USER, found a @ a"),
            ("ALTER OPERATOR = (int, int) SET x", "expected (, found x @ x"),
            ("ALTER ROLE r IN DATABASE d LOGIN", "expected SET or RESET, found LOGIN @ LOGIN"),
            ("ALTER ROLE r SET", "expected a setting, found the end of the statement @ "),
            ("ALTER TABLESPACE fast SET x", "expected (, found x @ x"),
            (
                "ALTER TEXT SEARCH CONFIGURATION c SET x",
                "expected ADD, ALTER or DROP MAPPING, RENAME TO, OWNER TO or SET SCHEMA, found SET @ SET x",
            ),
        ],
    );
}
