//! REPACK in all its forms, and mistakes.

use crate::parser::dispatch::statement;
use crate::parser::testing::check;

#[test]
fn tables_and_indexes() {
    check(
        statement,
        &[
            ("REPACK", "Repack(Repack)"),
            ("REPACK t", "Repack { table: t }"),
            ("REPACK (VERBOSE) app.t", "Repack { table: app.t, options: [VERBOSE] }"),
            ("REPACK (CONCURRENTLY) app.t", "Repack { table: app.t, concurrently: true, options: [CONCURRENTLY] }"),
            (
                "REPACK (concurrently off, analyze true) t (a, b)",
                "Repack { table: t, columns: [a, b], analyze: true, options: [concurrently off, analyze true] }",
            ),
            ("REPACK (CONCURRENTLY = false, ANALYSE) t", "expected a value, found = @ = false, ANALYSE) t"),
            ("REPACK t USING INDEX", "Repack { table: t, using_index: true }"),
            ("REPACK t USING INDEX i", "Repack { table: t, using_index: true, index: i }"),
            ("REPACK USING INDEX", "Repack { using_index: true }"),
        ],
    );
}

#[test]
fn mistakes_are_named_at_their_place() {
    check(
        statement,
        &[
            ("REPACK TABLE t", "expected the end of the statement, found TABLE @ TABLE t"),
            ("REPACK () t", "expected an option, found ) @ ) t"),
            ("REPACK t ()", "expected a column name, found ) @ )"),
            ("REPACK t USING i", "expected INDEX, found i @ i"),
            ("REPACK t, u", "expected the end of the statement, found , @ , u"),
        ],
    );
}
