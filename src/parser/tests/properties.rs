//! What holds for any text.

use proptest::prelude::*;

use crate::ast::StatementKind;
use crate::parser::parse;
use crate::source::{SourceFile, Span};

/// Statements to break.
const SAMPLES: &[&str] = &[
    "ALTER TABLE ONLY s.t ADD COLUMN IF NOT EXISTS a numeric(10,2)[] DEFAULT 1 + f('x') NOT NULL CHECK (a > 0);",
    "CREATE UNIQUE INDEX CONCURRENTLY i ON t USING btree (lower(a) DESC, b) INCLUDE (c) WHERE d IS NOT NULL;",
    "CREATE TABLE t (a int PRIMARY KEY, b text COLLATE \"C\", FOREIGN KEY (b) REFERENCES u (c)) PARTITION BY RANGE (a);",
    "WITH RECURSIVE w AS (SELECT 1 UNION ALL SELECT n FROM w) UPDATE t x SET (a, b) = (1, $1) FROM w WHERE x.id = w.id;",
    "INSERT INTO t (a) VALUES (1, 'é'), (E'\\'', DEFAULT) ON CONFLICT (a) DO UPDATE SET a = excluded.a RETURNING *;",
    "CREATE TABLE p PARTITION OF s.t (a WITH OPTIONS DEFAULT 1, EXCLUDE USING gist (lower(b) COLLATE \"C\" WITH &&) \
     WHERE (c > 0)) FOR VALUES FROM (MINVALUE, 'é') TO (1 + 2, MAXVALUE) WITH (fillfactor = 7, toast.x) TABLESPACE y;",
    "ALTER TABLE t ALTER a ADD GENERATED ALWAYS AS IDENTITY (START -5 OWNED BY s.t.a), ADD FOREIGN KEY (a, PERIOD b) \
     REFERENCES u (c, PERIOD d) ON DELETE SET NULL (a) NOT ENFORCED, ALTER b TYPE interval day to second(3)[];",
    "CREATE SCHEMA app CREATE SEQUENCE s MAXVALUE 9223372036854775807 CREATE VIEW v (a) AS SELECT 1 GRANT ALL ON v TO b;",
    "EXPLAIN (ANALYZE, FORMAT json) EXECUTE p (1, f('é')); VACUUM (FULL off) ONLY (a) (b, c), d; DROP OPERATOR + (int, NONE);",
    "DELETE FROM t WHERE a IN (SELECT b FROM u LIMIT 5 FOR UPDATE OF u, v SKIP LOCKED) OR (a, b) > (1, 2);",
    "DO $body$ BEGIN EXECUTE 'x'; END $body$; /* a /* b */ */ -- lockwise: allow(x)\r\n",
    "COPY t (a) FROM stdin;\n1\t2\n\\.\nSELECT set_config('a', 'b', false);",
    "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; END; SET LOCAL a.b = 1, 'c';",
    "SELECT a::text COLLATE \"C\", count(*) FILTER (WHERE x) OVER (w ROWS 1 PRECEDING) FROM ONLY t, f() AS (a int);",
];

/// Statements come in order and apart; every place lies in the file, between characters.
fn check(text: &str) {
    let file = SourceFile::new("a.sql", text);
    let script = parse(&file);
    let mut end = 0;
    for statement in &script.statements {
        check_place(text, statement.span);
        assert!(statement.span.start >= end && !statement.span.is_empty(), "{text:?}");
        end = statement.span.end;
        assert!(!is_internal(&statement.kind), "{text:?}");
        // The debug text names every span of the tree.
        let printed = format!("{:?}", statement.kind);
        for place in printed.split("Span { start: ").skip(1) {
            let mut numbers = place.split(|c: char| !c.is_ascii_digit()).filter_map(|number| number.parse().ok());
            let (Some(start), Some(end)) = (numbers.next(), numbers.next()) else { continue };
            check_place(text, Span::new(start, end));
        }
    }
    script.comments.iter().for_each(|comment| check_place(text, comment.span));
}

/// A panic is caught where it costs one statement only, but it is a mistake all the same.
fn is_internal(kind: &StatementKind) -> bool {
    matches!(kind, StatementKind::Unparsed(unparsed) if unparsed.message.starts_with("internal error"))
}

fn check_place(text: &str, span: Span) {
    assert!(span.start <= span.end && text.get(span.start..span.end).is_some(), "{span:?} in {text:?}");
}

/// A sample with some of its characters taken out, doubled or replaced.
fn broken() -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        prop::sample::select(vec!["", "'", "\"", "$", "(", ")", ";", "\\", "é", "\0", " NOT ", "/*"]),
    );
    (prop::sample::subsequence(SAMPLES, 1..=3), prop::collection::vec(edit, 0..4)).prop_map(|(samples, edits)| {
        let mut characters: Vec<String> = samples.concat().chars().map(String::from).collect();
        for (index, text) in edits {
            let place = index.index(characters.len());
            characters[place] = text.to_owned();
        }
        characters.concat()
    })
}

/// Words and marks of SQL in any order.
fn babble() -> impl Strategy<Value = String> {
    let words = vec![
        "SELECT",
        "FROM",
        "WHERE",
        "(",
        ")",
        ",",
        ";",
        "a",
        "\"b\"",
        "1",
        "'x'",
        "=",
        "*",
        ".",
        "AS",
        "NOT",
        "NULL",
        "IN",
        "ONLY",
        "UPDATE",
        "SET",
        "INSERT INTO",
        "VALUES",
        "WITH",
        "ALTER TABLE",
        "ADD",
        "CREATE",
        "TABLE",
        "INDEX",
        "ON",
        "DEFAULT",
        "CASE",
        "END",
        "OF",
        "FOR",
        "COLLATE",
        "[",
        "]",
        "::",
        "int",
        "$1",
        "$$",
        "--",
        "\n",
        "BEGIN ATOMIC",
        "CREATE FUNCTION",
        "REFERENCES",
        "CHECK",
        "LIKE",
        "SIMILAR TO",
        "ISNULL",
        "RETURNING",
        "EXCLUDE",
        "PRECEDING",
        "JOIN",
        "COPY",
        "stdin",
    ];
    prop::collection::vec(prop::sample::select(words), 0..40).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn any_text_is_read(text in "\\PC{0,200}") {
        check(&text);
    }

    #[test]
    fn any_bytes_are_read(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn broken_statements_are_read(text in broken()) {
        check(&text);
    }

    #[test]
    fn babble_is_read(text in babble()) {
        check(&text);
    }
}

#[test]
fn samples_are_understood() {
    for sample in SAMPLES {
        let script = parse(&SourceFile::new("a.sql", *sample));
        for statement in script.statements {
            assert!(!matches!(statement.kind, StatementKind::Unparsed(_)), "{:?}", statement.kind);
        }
    }
}
