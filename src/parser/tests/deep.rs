//! Depth: no text may overflow the stack.

use super::{failure, kinds, one};
use crate::ast::StatementKind;
use crate::parser::parse;
use crate::source::SourceFile;

fn condition(text: &str) -> String {
    format!("DO $do$ BEGIN IF {text} THEN NULL; END IF; END $do$")
}

/// Texts that grow as deep as they are long.
fn deep(n: usize) -> Vec<String> {
    let nested = |open: &str, inner: &str, close: &str| format!("{}{inner}{}", open.repeat(n), close.repeat(n));
    vec![
        format!("SELECT 1{}", " + 1".repeat(n)),
        format!("SELECT 'a'{}", " || 'a'".repeat(n)),
        format!("DELETE FROM t WHERE a = 1{}", " OR a = 1".repeat(n)),
        format!("DELETE FROM t WHERE a = 1{}", " AND a IS NOT NULL".repeat(n)),
        format!("UPDATE t SET a = a{}", "::int".repeat(n)),
        format!("SELECT a{}", "[1]".repeat(n)),
        format!("SELECT a{}", ".b".repeat(n)),
        format!("SELECT a{}", " COLLATE \"C\"".repeat(n)),
        format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(n)),
        format!("SELECT 1 {}", "WHERE 1 + ".repeat(n)),
        format!("SELECT {} 1", "NOT ".repeat(n)),
        format!("SELECT {} 1", "- ".repeat(n)),
        format!("SELECT a {}", "BETWEEN 1 AND ".repeat(n)),
        format!("SELECT 1 FROM a {}", "JOIN b ".repeat(n)),
        format!("ALTER TABLE t ALTER c TYPE int{}", "[]".repeat(n)),
        format!("ALTER TABLE t ADD CHECK (a{})", " + 1".repeat(n)),
        format!("CREATE TABLE t (a int DEFAULT 1{})", " + 1".repeat(n)),
        format!("SELECT json_value(a, b {}", "DEFAULT ".repeat(n)),
        format!("SELECT json_value(a, b {}", "DEFAULT NULL ON EMPTY ".repeat(n)),
        format!("SELECT json_value(a, b {}", "DEFAULT DEFAULT () ".repeat(n)),
        format!("SELECT 1 FROM xmltable(a PASSING b COLUMNS c int {}", "PATH d DEFAULT CASE ".repeat(n)),
        format!("SELECT {}", nested("json_value(a DEFAULT ", "b", ")")),
        format!("SELECT {}", nested("trim(", "b", ")")),
        format!("SELECT {}", nested("((SELECT 1) UNION SELECT ", "b", ")")),
        nested("SELECT (", "1", ")"),
        format!("SELECT {}", nested("(", "1", ")")),
        format!("SELECT {}", nested("f(", "1", ")")),
        format!("SELECT {}", nested("ARRAY[", "1", "]")),
        format!("SELECT {}", nested("CASE WHEN a THEN ", "1", " END")),
        format!("SELECT {}", nested("CASE WHEN ", "1", " THEN 1 END")),
        format!("SELECT 1 FROM {}", nested("(", "t", ")")),
        format!("SELECT 1 FROM {}", nested("(SELECT 1 FROM ", "t", ") x")),
        format!("SELECT 1 WHERE a IN {}", nested("(SELECT 1 WHERE a IN ", "(1)", ")")),
        format!("SELECT 1 FROM {}", nested("LATERAL (SELECT 1 FROM ", "t", ") x")),
        nested("WITH a AS (", "SELECT 1", ") SELECT 1"),
        format!("SELECT {}", nested("EXISTS (SELECT ", "1", ")")),
        format!("SELECT {}", nested("(1 + ", "1", ")")),
        format!("SELECT {}", nested("a = 1 OR (b = 2 AND c < 1 + 2 * (", "1", "))")),
        format!("CREATE TABLE t (a int CHECK {})", nested("(", "a > 0", ")")),
        format!("CREATE INDEX ON t ({})", nested("(", "a", ")")),
        format!("SELECT {}", "(".repeat(n)),
        format!("SELECT 1 FROM {}", "(SELECT 1 FROM ".repeat(n)),
        format!("DELETE FROM t WHERE {}", nested("EXISTS (SELECT FROM t WHERE ", "a = 'b'", ")")),
        format!("DELETE FROM t USING {}", nested("(SELECT 1 FROM t WHERE a IN (SELECT 1 FROM ", "t", ")) x")),
        format!("UPDATE t SET a = {}", nested("(SELECT 1 FROM t WHERE a = ", "1", ")")),
        format!("CREATE VIEW v AS SELECT 1 {}", nested("WHERE a NOT IN (SELECT 1 FROM t ", "", ")")),
        format!("CREATE TABLE u AS SELECT {}", nested("(SELECT a FROM t JOIN b ON EXISTS (SELECT ", "1", "))")),
        format!("CREATE POLICY p ON t USING {}", nested("(a = (SELECT 1 FROM t WHERE ", "b", "))")),
        format!("INSERT INTO t {}", nested("SELECT 1 FROM (", "SELECT 1", ") x WHERE a = 1")),
        format!("CREATE TABLE u AS {}", nested("WITH a AS (", "SELECT 1", ") SELECT * FROM a WHERE b IN (SELECT 1)")),
        format!("SELECT {}", nested("(SELECT a FROM t ORDER BY ", "1", ")")),
        format!("SELECT {}", nested("(SELECT a FROM t GROUP BY ", "1", ")")),
        condition(&nested("(", "a", ")")),
        condition(&nested("NOT (", "a", ")")),
        condition(&nested("a OR (b AND ", "a", ")")),
        condition(&format!("{} a", "NOT ".repeat(n))),
        condition(&format!("a{}", " OR a AND b".repeat(n))),
        condition(&nested("EXISTS (SELECT FROM pg_class WHERE ", "a = 'b'", ")")),
    ]
}

#[test]
fn nothing_deep_overflows_the_stack_of_a_test_thread() {
    for n in [10, 40, 150, 190, 900, 1990, 2490, 10_000] {
        for text in deep(n) {
            assert_eq!(kinds(&text).len(), 1);
        }
    }
}

#[rustfmt::skip]
/// Pieces that are hard on a lexer when they are repeated.
const HOSTILE: &[&str] = &[
    "\"", "'", "'a'\n", "' ", "E'\\", "E'\\ud83d", "U&'' ", "U&'\\", "B'", "$", "$a$", "$1", "${", "{", "{{", "{{ \" ", "{{ ' ", "{%",
    "{#", "{a", "<%", "<% ", "<%= ", "<%\n", "%>", "@a", "@-", ":a", ":'a'", ":", "::", "..", "1_", "0x", "1.", "1e", "/*", "*/", "--\n",
    "+-", "-+", "*-", "é", "\\", "\\g", "\0", ";", "(", "[", ",()", "(),", "a.", "a b ", "VALUES (1),", "JSON_OBJECT(", "GROUPING SETS (",
    "ROWS FROM (", "TRIM(FROM ", "JSON_VALUE(a DEFAULT ", "DEFAULT ", "XMLTABLE(a COLUMNS (", "IN ((SELECT 1), ", "UNION SELECT ", "((SELECT 1) UNION ",
    "INTERVAL ", "ONLY ", "CASE ", "BEGIN ATOMIC ", "CREATE FUNCTION ", "COPY a FROM stdin;\n", "U&'' UESCAPE ", "WITH a AS (",
    "WITH RECURSIVE a AS (", "x=", "\r\n", "\u{feff}",
];

/// Would take minutes if the time grew with the square of the length.
#[test]
fn long_texts_are_read_in_time() {
    for piece in HOSTILE {
        for start in ["", "SELECT ", "SELECT * FROM a GROUP BY b, "] {
            let text = format!("{start}{}", piece.repeat(30_000 / piece.len()));
            parse(&SourceFile::new("a.sql", text));
        }
        parse(&SourceFile::new("a.sql", condition(&piece.repeat(30_000 / piece.len()))));
    }
}

#[test]
fn long_names_and_strings_are_read() {
    let long = "é".repeat(500_000);
    for text in [
        format!("SELECT {long}"),
        format!("SELECT \"{long}\""),
        format!("SELECT '{long}'"),
        format!("SELECT E'\\n{long}'"),
        format!("SELECT $${long}$$"),
        format!("SELECT U&'\\00e9{long}'"),
        format!("SELECT 1 /* {long} */"),
    ] {
        assert!(matches!(one(&text), StatementKind::Query(_)));
    }
    for (opening, what) in
        [("'", "string"), ("E'", "string"), ("\"", "quoted name"), ("$a$", "dollar-quoted string"), ("/*", "comment")]
    {
        let unparsed = failure(&format!("SELECT {opening}{long}"));
        assert_eq!(unparsed.message, format!("the {what} that starts here is never closed"));
    }
}

#[test]
fn long_chains_are_read() {
    for text in [
        format!("DELETE FROM t WHERE id = 1{}", " OR id = 2".repeat(5_000)),
        format!("INSERT INTO t SELECT 1{}", " UNION ALL SELECT 1".repeat(2_000)),
    ] {
        assert!(matches!(one(&text), StatementKind::Write(_)));
    }
}

#[test]
fn deep_parentheses_are_named_as_such() {
    for (open, close) in [("(", ")"), ("f(1, ", ")"), ("1 + (", ")")] {
        let text = format!("SELECT {}1{}", open.repeat(10_000), close.repeat(10_000));
        let message = failure(&text).message;
        assert!(message.starts_with("parentheses nested "), "for {open}: {message}");
    }
}

#[test]
fn longer_chains_are_refused_on_any_stack() {
    let text = format!("UPDATE t SET a = 1{}", " + 1".repeat(100_000));
    let check = || {
        let unparsed = failure(&text);
        assert_eq!(unparsed.message, "an expression of more than 20000 operators");
        assert_eq!(unparsed.table.map(|table| table.to_string()).as_deref(), Some("t"));
    };
    check();
    std::thread::scope(|scope| {
        let large = std::thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, check);
        assert!(large.is_ok_and(|thread| thread.join().is_ok()));
    });
}

#[test]
fn real_nesting_is_read() {
    let text = format!("SELECT {}1{}", "coalesce((a + ".repeat(30), "))".repeat(30));
    assert!(matches!(one(&text), StatementKind::Query(_)));
    let text = format!("SELECT 1 FROM {}t{}", "(SELECT 1 FROM ".repeat(30), ") x".repeat(30));
    assert!(matches!(one(&text), StatementKind::Query(_)));
}
