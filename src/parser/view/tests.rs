//! Views, and mistakes in them.

use super::create_view;
use crate::parser::testing::check;

#[test]
fn views() {
    check(
        create_view,
        &[
            (
                "CREATE RECURSIVE VIEW app.v (n) WITH (security_invoker = true) AS SELECT 1",
                "CreateView { name: app.v, recursive: true, columns: [n], options: [security_invoker = true], query: SELECT 1 }",
            ),
            (
                "CREATE TEMP RECURSIVE VIEW v (a, b) AS SELECT 1, 2",
                "CreateView { name: v, temporary: true, recursive: true, columns: [a, b], query: SELECT 1, 2 }",
            ),
            ("CREATE VIEW v AS SELECT 1", "CreateView { name: v, query: SELECT 1 }"),
            (
                "CREATE OR REPLACE VIEW app.v (a, b) WITH (security_barrier, check_option = 'local') AS SELECT a, b FROM t WITH CHECK OPTION",
                "CreateView { name: app.v, or_replace: true, columns: [a, b], options: [security_barrier, check_option = 'local'], check_option: Cascaded, query: SELECT a, b FROM t }",
            ),
            (
                "CREATE VIEW v AS SELECT * FROM t WHERE a > 1 WITH CASCADED CHECK OPTION",
                "CreateView { name: v, check_option: Cascaded, query: SELECT * FROM t WHERE a > 1 }",
            ),
            (
                "CREATE VIEW v AS SELECT * FROM t WITH LOCAL CHECK OPTION",
                "CreateView { name: v, check_option: Local, query: SELECT * FROM t }",
            ),
            ("CREATE TEMP VIEW v AS VALUES (1)", "CreateView { name: v, temporary: true, query: VALUES (1) }"),
            (
                "CREATE OR REPLACE LOCAL TEMPORARY VIEW v AS SELECT 1",
                "CreateView { name: v, or_replace: true, temporary: true, query: SELECT 1 }",
            ),
            (
                "CREATE RECURSIVE VIEW v (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 10",
                "CreateView { name: v, recursive: true, columns: [n], query: VALUES (1) UNION ALL SELECT n + 1 FROM v WHERE n < 10 }",
            ),
            ("CREATE MATERIALIZED VIEW v AS SELECT 1", "CreateView { name: v, materialized: true, query: SELECT 1 }"),
            (
                "CREATE MATERIALIZED VIEW IF NOT EXISTS app.v (a) USING heap WITH (fillfactor = 70) TABLESPACE fast AS SELECT * FROM t WITH NO DATA",
                "CreateView { name: app.v, materialized: true, if_not_exists: true, columns: [a], method: `heap`, options: [fillfactor = 70], tablespace: fast, with_no_data: true, query: SELECT * FROM t }",
            ),
            (
                "CREATE UNLOGGED MATERIALIZED VIEW v AS SELECT * FROM t WITH DATA",
                "CreateView { name: v, materialized: true, unlogged: true, query: SELECT * FROM t }",
            ),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        create_view,
        &[
            (
                "CREATE OR REPLACE MATERIALIZED VIEW v AS SELECT 1",
                "expected VIEW, found MATERIALIZED @ MATERIALIZED VIEW v AS SELECT 1",
            ),
            ("CREATE RECURSIVE VIEW v AS SELECT 1", "expected (, found AS @ AS SELECT 1"),
            ("CREATE VIEW v AS SELECT 1 WITH SOME CHECK OPTION", "expected CHECK, found SOME @ SOME CHECK OPTION"),
            ("CREATE VIEW", "expected a view name, found the end of the statement @ "),
            ("CREATE VIEW v", "expected AS, found the end of the statement @ "),
            ("CREATE VIEW v SELECT 1", "expected AS, found SELECT @ SELECT 1"),
            ("CREATE VIEW v (a b) AS SELECT 1", "expected , or ), found b @ b) AS SELECT 1"),
            ("CREATE VIEW IF NOT EXISTS v AS SELECT 1", "expected AS, found NOT @ NOT EXISTS v AS SELECT 1"),
            ("CREATE VIEW v AS SELECT 1 WITH NO DATA", "expected CHECK, found NO @ NO DATA"),
            ("CREATE VIEW v USING heap AS SELECT 1", "expected AS, found USING @ USING heap AS SELECT 1"),
            ("CREATE MATERIALIZED v AS SELECT 1", "expected VIEW, found v @ v AS SELECT 1"),
            (
                "CREATE MATERIALIZED VIEW v AS SELECT 1 WITH CHECK OPTION",
                "expected the end of the statement, found WITH @ WITH CHECK OPTION",
            ),
        ],
    );
}
