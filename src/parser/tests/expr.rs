//! What is known of expressions.

use super::super::cursor::Cursor;
use super::super::expr::{default_expr, expr};
use super::conditions;
use crate::ast::Expr;
use crate::source::Span;

fn read(text: &str) -> Expr {
    let parsed = Cursor::new(text, Span::new(0, text.len())).and_then(|mut cursor| {
        let expr = expr(&mut cursor)?;
        cursor.expect_end().map(|()| expr)
    });
    let Ok(expr) = parsed else { unreachable!("{text}: {parsed:?}") };
    expr
}

#[test]
fn constants() {
    for text in [
        "1",
        "-1.5 + 2",
        "'a'::text",
        "CAST('{}' AS jsonb)",
        "NULL::int",
        "(null)",
        "TRUE",
        "ARRAY[1, 2]::int[]",
        "interval '1 day'",
        "inet '10.0.0.1'",
        "'a' 'b'",
        "E'a' || $$b$$",
        "B'01'",
        "coalesce(1, 2)",
        "CASE WHEN true THEN 1 ELSE 2 END",
        "1 = 1",
        "$1",
    ] {
        let text = text.replace("'a' 'b'", "'a'\n'b'");
        assert!(read(&text).constant, "{text}");
    }
    for text in ["a", "f()", "current_date", "CURRENT_SCHEMA", "(SELECT 1)", "EXISTS (SELECT 1)", "a.b::int", "x[1]"] {
        assert!(!read(text).constant, "{text}");
    }
    for (text, null) in
        [("NULL", true), ("null::text", true), ("((NULL))", true), ("0", false), ("nullif(1, 1)", false)]
    {
        assert_eq!(read(text).null, null, "{text}");
    }
}

#[test]
fn functions_columns_and_reads() {
    for (text, functions, columns, reads) in [
        ("now()", "now", "", ""),
        ("pg_catalog.NOW()::date", "pg_catalog.now", "", ""),
        ("\"Now\"(a)", "Now", "a", ""),
        ("CURRENT_TIMESTAMP(3)", "current_timestamp", "", ""),
        ("localtimestamp + a", "localtimestamp", "a", ""),
        ("current_user || current_role || session_user", "current_user current_role session_user", "", ""),
        ("nextval('s'::regclass)", "nextval", "", ""),
        ("CASE WHEN f(a) THEN g(t.B) ELSE h(ARRAY[i(\"C\")]) END", "f g h i", "a b C", ""),
        ("extract(epoch FROM a)", "extract", "a", ""),
        ("substring(a FROM 1 FOR 2) || substr(a, 1) || trim(b)", "substring substr btrim", "a b", ""),
        ("sum(a) FILTER (WHERE b) OVER (PARTITION BY c ORDER BY d)", "sum", "a b c d", ""),
        ("f(x => a)", "f", "a", ""),
        ("f(VARIADIC a)", "f", "a", ""),
        ("(a).b.c", "", "a", ""),
        ("a::text COLLATE \"C\" = b", "", "a b", ""),
        ("a IN (SELECT b FROM s.t WHERE c)", "", "a", "s.t"),
        ("(SELECT max(x) FROM t, u JOIN ONLY v ON f())", "f max", "", "t u v"),
        ("ARRAY(SELECT a FROM t)", "", "", "t"),
    ] {
        let expr = read(text);
        assert_eq!(expr.functions.join(" "), functions, "{text}");
        assert_eq!(expr.columns.join(" "), columns, "{text}");
        assert_eq!(super::printed(&expr.reads), reads, "{text}");
        assert_eq!(expr.span, Span::new(0, text.len()), "{text}");
    }
}

#[test]
fn what_holds_of_columns() {
    for (text, expected) in [
        ("a = 1", "a=Equal"),
        ("1 = t.a", "a=Equal"),
        ("a = $1", "a=Equal"),
        ("a = (SELECT max(b) FROM t)", "a=Equal"),
        ("a = b", "a=Other"),
        ("a <> 1", "a=Other"),
        ("a < 1 AND b >= now() - interval '1 day'", "a=Below b=Above"),
        ("a BETWEEN 1 AND 2", "a=Between"),
        ("a BETWEEN 1 AND b", "a=Other"),
        ("a NOT BETWEEN 1 AND 2", "a=Other"),
        ("a IN (1, 2)", "a=In"),
        ("a NOT IN (1, 2)", "a=Other"),
        ("a IN (1, b)", "a=Other"),
        ("a = ANY (ARRAY[1, 2])", "a=In"),
        ("a = ANY('{1,2}'::int[])", "a=In"),
        ("a = ANY ($1)", "a=In"),
        ("a > ANY ('{1}')", "a=Other"),
        ("a IN (SELECT b FROM t)", "a=Other"),
        ("a IN (SELECT b FROM t LIMIT 10)", "a=InLimited"),
        ("a IN (SELECT b FROM t LIMIT ALL)", "a=Other"),
        ("a IN (SELECT b FROM t FETCH FIRST 10 ROWS ONLY)", "a=InLimited"),
        ("a IN (WITH w AS (SELECT b FROM t LIMIT 1) SELECT b FROM w)", "a=InLimited"),
        ("a = ANY (ARRAY(SELECT b FROM t LIMIT 10))", "a=InLimited"),
        ("a = ANY (SELECT b FROM t LIMIT 10)", "a=InLimited"),
        ("(a, b) IN (SELECT c, d FROM t LIMIT 1)", "a=InLimited b=InLimited"),
        ("(a, b) > (1, 2)", "a=Above"),
        ("ROW(a, b) = ROW(1, 2)", "a=Equal b=Equal"),
        ("a IS NULL", "a=IsNull"),
        ("a IS NOT NULL AND b > 0", "a=IsNotNull b=Above"),
        ("a ISNULL", "a=IsNull"),
        ("a NOTNULL", "a=IsNotNull"),
        ("NOT (a IS NULL)", "a=IsNotNull"),
        ("NOT (a IS NULL OR b IS NULL)", "a=IsNotNull b=IsNotNull"),
        ("NOT (a = 1)", "a=Other"),
        ("a = 1 OR a = 2 OR a IN (3)", "a=In"),
        ("a = 1 OR b = 2", "a=Other"),
        ("a = 1 OR a > 2", "a=Other"),
        ("(a IS NOT NULL AND b = 1) OR (c > 0 AND a IS NOT NULL)", "a=IsNotNull"),
        ("a LIKE 'x%' AND b", "a=Other b=Other"),
        ("lower(a) = 'x'", "a=Other"),
        ("a::text = 'x'", "a=Other"),
        ("TRUE AND 1 = 1", ""),
        ("EXISTS (SELECT 1 FROM t)", ""),
        ("current_user = 'x'", ""),
    ] {
        assert_eq!(conditions(&read(text)), expected, "{text}");
    }
}

#[test]
fn a_default_ends_before_the_next_constraint() {
    for (text, expected) in [
        ("1 NOT NULL", "1"),
        ("NULL NULL", "NULL"),
        ("1 + 2 CHECK (a > 0)", "1 + 2"),
        ("'a'::varchar(10) UNIQUE", "'a'::varchar(10)"),
        ("now() AT TIME ZONE 'utc' NOT NULL", "now() AT TIME ZONE 'utc'"),
        ("(1 IS NOT NULL) PRIMARY KEY", "(1 IS NOT NULL)"),
        ("CASE WHEN 1 IS NOT NULL THEN 2 END REFERENCES t", "CASE WHEN 1 IS NOT NULL THEN 2 END"),
        ("ARRAY[1, NULL]::int[] CONSTRAINT c NOT NULL", "ARRAY[1, NULL]::int[]"),
        ("'x' COLLATE \"C\" NOT NULL", "'x' COLLATE \"C\""),
        ("current_timestamp, b int", "current_timestamp"),
        ("f(1, 2))", "f(1, 2)"),
        ("- 1 DEFERRABLE", "- 1"),
        ("1 IS DISTINCT FROM NULL GENERATED", "1 IS DISTINCT FROM NULL"),
    ] {
        let parsed = Cursor::new(text, Span::new(0, text.len())).and_then(|mut cursor| default_expr(&mut cursor));
        assert_eq!(parsed.map(|expr| text[expr.span.start..expr.span.end].to_owned()), Ok(expected.to_owned()));
    }
    let empty = Cursor::new(", a int", Span::new(0, 7)).and_then(|mut cursor| default_expr(&mut cursor));
    assert!(empty.is_err());
}
