use super::*;
use crate::parser::testing::{check, parse};

#[test]
fn options_of_sequences() {
    check(
        options,
        &[
            (
                "INCREMENT BY -1 MINVALUE 1 MAXVALUE 9 START WITH 3 CACHE 2 NO CYCLE",
                "[SequenceOption { kind: Increment(-1) }, SequenceOption { kind: MinValue(1) }, \
                 SequenceOption { kind: MaxValue(9) }, SequenceOption { kind: Start(3) }, \
                 SequenceOption { kind: Cache(2) }, SequenceOption { kind: Cycle() }]",
            ),
            (
                "AS bigint NO MINVALUE NO MAXVALUE CYCLE RESTART",
                "[SequenceOption { kind: As(bigint) }, SequenceOption { kind: MinValue() }, \
                 SequenceOption { kind: MaxValue() }, SequenceOption { kind: Cycle(true) }, \
                 SequenceOption { kind: Restart() }]",
            ),
            (
                "SEQUENCE NAME app.s OWNED BY NONE RESTART WITH 5 RESTART 6 LOGGED UNLOGGED",
                "[SequenceOption { kind: Name(app.s) }, SequenceOption { kind: OwnedBy() }, \
                 SequenceOption { kind: Restart(5) }, SequenceOption { kind: Restart(6) }, \
                 SequenceOption { kind: Logged(true) }, SequenceOption { kind: Logged() }]",
            ),
            ("OWNED BY app.t.a", "[SequenceOption { kind: OwnedBy(OwningColumn { table: app.t, column: a }) }]"),
            ("", ""),
            ("NO CACHE", "expected CYCLE, MAXVALUE or MINVALUE, found CACHE @ CACHE"),
            ("OWNED t.a", "expected BY, found t @ t.a"),
            ("OWNED BY t", "expected table.column or NONE, found t @ t"),
            ("CACHE many", "expected a number, found many @ many"),
            ("START BY 1", "expected a number, found BY @ BY 1"),
            ("INCREMENT 1.5", "expected a whole number, found 1.5 @ 1.5"),
        ],
    );
}

#[test]
fn spans_of_options() {
    let text = "AS int RESTART OWNED BY s.t.a";
    let options = parse(text, options).unwrap();
    let spans: Vec<&str> = options.iter().map(|option| &text[option.span.start..option.span.end]).collect();
    assert_eq!(spans, ["AS int", "RESTART", "OWNED BY s.t.a"]);
}

#[test]
fn new_sequences() {
    check(
        create_sequence,
        &[
            ("CREATE SEQUENCE s", "CreateSequence { name: s }"),
            (
                "CREATE TEMP SEQUENCE IF NOT EXISTS a.s CACHE 1",
                "CreateSequence { name: a.s, if_not_exists: true, persistence: Temporary, options: \
                 [SequenceOption { kind: Cache(1) }] }",
            ),
            ("CREATE UNLOGGED SEQUENCE s", "CreateSequence { name: s, persistence: Unlogged }"),
            ("CREATE SEQUENCE s FOO", "expected the end of the statement, found FOO @ FOO"),
            ("CREATE SEQUENCE", "expected a sequence name, found the end of the statement @ "),
        ],
    );
}
