//! Tests of the parser as a whole.

use super::*;

fn kinds(text: &str) -> Vec<StatementKind> {
    parse(&SourceFile::new("a.sql", text)).statements.into_iter().map(|statement| statement.kind).collect()
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
        format!("SELECT {} 1", "NOT".to_owned() + &" NOT".repeat(n)),
        format!("SELECT {} 1", "- ".repeat(n)),
        format!("SELECT a {}", "BETWEEN 1 AND ".repeat(n)),
        format!("SELECT 1 FROM a {}", "JOIN b ".repeat(n)),
        format!("ALTER TABLE t ALTER c TYPE int{}", "[]".repeat(n)),
        format!("ALTER TABLE t ADD CHECK (a{})", " + 1".repeat(n)),
        format!("CREATE TABLE t (a int DEFAULT 1{})", " + 1".repeat(n)),
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
        format!("{}", nested("WITH a AS (", "SELECT 1", ") SELECT 1")),
        format!("SELECT {}", nested("EXISTS (SELECT ", "1", ")")),
        format!("SELECT {}", nested("(1 + ", "1", ")")),
        format!("SELECT {}", nested("a = 1 OR (b = 2 AND c < 1 + 2 * (", "1", "))")),
        format!("CREATE TABLE t (a int CHECK {})", nested("(", "a > 0", ")")),
        format!("CREATE INDEX ON t ({})", nested("(", "a", ")")),
        format!("SELECT a::{}", nested("array(", "int", ")")),
    ]
}

#[test]
fn nothing_deep_overflows_the_stack_of_a_test_thread() {
    for n in [10, 40, 60, 100, 150, 190, 400, 900, 1900, 2500, 10_000] {
        for text in deep(n) {
            eprintln!("{n} {}", &text[..30.min(text.len())]);
            assert_eq!(kinds(&text).len(), 1);
        }
    }
}
