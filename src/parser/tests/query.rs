//! Queries: what they read, lock and call.

use super::{failure, one, printed, targets};
use crate::ast::{ColumnRead, GroupKey, Output, Persistence, Place, Query, StatementKind};
use crate::source::SourceFile;

fn query(text: &str) -> Query {
    match one(text) {
        StatementKind::Query(query) => *query,
        other => unreachable!("{text}: {other:?}"),
    }
}

#[test]
fn relations_read() {
    for (text, reads) in [
        ("SELECT 1", ""),
        ("SELECT", ""),
        ("SELECT UNION SELECT EXCEPT SELECT FROM a", "a"),
        ("SELECT * FROM a, ONLY b, ONLY (c) x, d * WHERE 1 = 1", "a b c d"),
        ("SELECT * FROM s.a LEFT JOIN \"B\" USING (id) CROSS JOIN LATERAL (SELECT * FROM c) x", "s.a B c"),
        ("SELECT (SELECT 1 FROM a) FROM b WHERE EXISTS (SELECT 1 FROM c) ORDER BY (SELECT 1 FROM d)", "b a c d"),
        ("TABLE s.\"A\"", "s.A"),
        ("SELECT b AS index, c AS table FROM a UNION TABLE d", "a d"),
        ("VALUES (1, (SELECT 1 FROM a)), (2, 3)", "a"),
        ("(SELECT * FROM a) UNION (SELECT * FROM b EXCEPT SELECT * FROM c)", "a b c"),
        ("WITH a AS (SELECT * FROM b) SELECT * FROM a, s.a", "b s.a"),
        ("WITH a AS (SELECT * FROM a) SELECT * FROM a", "a"),
        ("WITH RECURSIVE a AS (SELECT 1 UNION SELECT * FROM a, c), c AS (SELECT 2) SELECT * FROM a", ""),
        ("WITH a AS (SELECT 1) SELECT (WITH a AS (SELECT * FROM b) SELECT 1 FROM a) FROM a", "b"),
        ("SELECT * FROM generate_series(1, 2) g, f(1) AS (a int, b text), a", "a"),
        ("COPY a TO STDOUT", "a"),
        ("COPY (SELECT * FROM a) TO '/tmp/x' WITH (FORMAT csv)", "a"),
        (
            "WITH w AS (SELECT 1) SEARCH DEPTH FIRST BY a SET o, x AS MATERIALIZED (SELECT * FROM w) SELECT * FROM x, y",
            "y",
        ),
        ("SELECT * FROM ROWS FROM (f(1), g(2) AS (a int, b text)) WITH ORDINALITY AS x, a", "a"),
        ("SELECT * FROM a JOIN b USING (id) AS x JOIN c USING (id, d) LEFT JOIN e ON true", "a b c e"),
        ("SELECT * FROM a TABLESAMPLE system (10) REPEATABLE (1 + 2)", "a"),
        (
            "SELECT * FROM XMLTABLE(XMLNAMESPACES('x' AS y), '/r' PASSING (SELECT d FROM a) COLUMNS b int PATH 'c' DEFAULT 1) t, u",
            "a u",
        ),
        (
            "SELECT * FROM JSON_TABLE(a.b, '$[*]' PASSING 1 AS x COLUMNS (id int PATH '$.a', NESTED PATH '$' COLUMNS (z int))), c",
            "c",
        ),
        (
            "SELECT JSON_ARRAY(SELECT b FROM a RETURNING jsonb), JSON_OBJECT('k' VALUE (SELECT 1 FROM c) FORMAT JSON NULL ON NULL)",
            "a c",
        ),
        (
            "SELECT a, b FROM c GROUP BY GROUPING SETS ((a), ROLLUP (a, b), CUBE ((a, b), c), GROUPING SETS (a, ())), ()",
            "c",
        ),
        ("SELECT 1 FROM a WHERE b ~ ANY (ARRAY['x']) AND c @@ ALL ('{y}') FETCH FIRST (1 + 1) ROWS ONLY", "a"),
        ("SELECT sum(a) OVER (ROWS BETWEEN '1 day'::interval PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM t", "t"),
    ] {
        let text = text.replace("d * WHERE", "d WHERE");
        assert_eq!(printed(&query(&text).reads), reads, "{text}");
    }
}

#[test]
fn names_have_their_place() {
    let text = "/* é */ SELECT * FROM \"Ä\".b WHERE x IN (SELECT 1 FROM ONLY c)";
    let file = SourceFile::new("a.sql", text);
    let reads = query(text).reads;
    let places: Vec<_> = reads.iter().map(|name| file.slice(name.span)).collect();
    assert_eq!(places, ["\"Ä\".b", "c"]);
    assert_eq!(
        reads.first().and_then(|name| name.schema.as_ref()).map(|schema| file.slice(schema.span)),
        Some("\"Ä\"")
    );
}

#[test]
fn writes_locks_and_calls() {
    for (text, reads, writes, locks, functions) in [
        ("SELECT f(g()) FROM a FOR UPDATE", "a", "", "a", "f g"),
        ("SELECT 1 FROM a JOIN b AS x ON true FOR NO KEY UPDATE OF a, x SKIP LOCKED", "a b", "", "a b", ""),
        ("SELECT 1 FROM a JOIN b AS x ON true FOR KEY SHARE OF x NOWAIT", "a b", "", "b", ""),
        ("SELECT 1 FROM a WHERE b IN (SELECT 1 FROM c FOR SHARE)", "a c", "", "c", ""),
        ("SELECT * FROM (SELECT * FROM a) x FOR UPDATE", "a", "", "a", ""),
        ("WITH d AS (DELETE FROM ONLY a USING b RETURNING f()) SELECT * FROM d, c", "b c", "a", "", "f"),
        ("(WITH d AS (INSERT INTO a SELECT * FROM b RETURNING *) SELECT * FROM d)", "b", "a", "", ""),
    ] {
        let query = query(text);
        assert_eq!(
            [printed(&query.reads), targets(&query.writes), printed(&query.row_locks), query.functions.join(" ")],
            [reads, writes, locks, functions],
            "{text}"
        );
    }
    let message = failure("SELECT (WITH d AS (DELETE FROM a RETURNING b) SELECT b FROM d)").message;
    assert_eq!(message, "a WITH query that writes must be at the top level");
}

#[test]
fn select_into_makes_a_table() {
    for (text, name, persistence) in [
        ("SELECT * INTO s.a FROM b", "s.a", Persistence::Permanent),
        ("SELECT * INTO TEMP a FROM b UNION SELECT 1", "a", Persistence::Temporary),
        ("WITH x AS (SELECT 1) SELECT * INTO UNLOGGED TABLE a FROM x, b", "a", Persistence::Unlogged),
    ] {
        let StatementKind::CreateTable(table) = one(text) else { unreachable!("{text}") };
        assert_eq!((table.name.to_string().as_str(), table.persistence), (name, persistence), "{text}");
        assert_eq!(table.query.map(|query| printed(&query.reads)).as_deref(), Some("b"));
    }
    assert_eq!(failure("INSERT INTO t SELECT 1 INTO x").message, "SELECT ... INTO is not allowed here");
}

#[test]
fn calls_with_keywords() {
    for (text, functions) in [
        ("SELECT JSON_VALUE(a, '$' PASSING f(1) AS x RETURNING int DEFAULT 0 ON EMPTY ERROR ON ERROR)", "f"),
        ("SELECT JSON_OBJECT('a': f(1), 'b' VALUE g(2) WITH UNIQUE KEYS RETURNING text)", "f g"),
        ("SELECT JSON_OBJECT('a':f(1), b :g, h() :i(c) ABSENT ON NULL)", "f h i"),
        ("SELECT JSON_OBJECTAGG(k: f(v) ABSENT ON NULL), JSON_ARRAYAGG(g(x) ORDER BY y NULL ON NULL)", "f g"),
        ("SELECT JSON_QUERY(f(a), '$' WITH CONDITIONAL WRAPPER KEEP QUOTES), JSON_EXISTS(a, '$' TRUE ON ERROR)", "f"),
        ("SELECT JSON(f(a) FORMAT JSON ENCODING UTF8), JSON_SERIALIZE(a RETURNING bytea), JSON_SCALAR(1)", "f"),
        ("SELECT XMLELEMENT(NAME a, XMLATTRIBUTES(f(b) AS c, d), g()), XMLFOREST(h(x) AS y)", "f g h"),
        ("SELECT XMLPARSE(DOCUMENT f(x) PRESERVE WHITESPACE), XMLSERIALIZE(CONTENT g(x) AS text INDENT)", "f g"),
        (
            "SELECT XMLROOT(f(x), VERSION NO VALUE, STANDALONE YES), XMLPI(NAME php, g()), XMLEXISTS('/a' PASSING BY REF h() BY VALUE)",
            "f g h",
        ),
        (
            "SELECT COLLATION FOR (f(a)), TRIM(LEADING FROM g(a)), SUBSTRING(h(a) SIMILAR 'b' ESCAPE '#')",
            "pg_collation_for f ltrim g substring h",
        ),
        (
            "SELECT x IS DOCUMENT, f(y) IS NOT DOCUMENT, interval '1' year to month, interval(3) '1', '1'::interval day to second(3)",
            "f",
        ),
        ("SELECT (@@ f(a)) |> !!! g(b), a OPERATOR(pg_catalog.+) h(c)", "f g h"),
    ] {
        assert_eq!(query(text).functions.join(" "), functions, "{text}");
    }
}

#[test]
fn settings_among_other_items() {
    let query = query(
        "SELECT set_config('A.b', 'c', true), f(), set_config('d', g(), false), pg_catalog.set_config('e', 'f', false)",
    );
    let settings: Vec<String> = query.settings.iter().map(|change| format!("{:?}", change.kind)).collect();
    assert_eq!(settings, ["Set { name: \"a.b\", value: \"c\" }", "Set { name: \"e\", value: \"f\" }"]);
    assert!(matches!(one("SELECT set_config('a', 'b', false)"), StatementKind::Set(_)));
}

#[test]
fn names_are_those_that_the_server_keeps() {
    let long = "x".repeat(70);
    let text = format!("SELECT * FROM {long}, \"{long}\", U&\"\\0041b\", \"Q\"\"q\", ÄB");
    assert_eq!(printed(&query(&text).reads), format!("{} Ab Q\"q Äb", "x".repeat(63)));
}

#[test]
fn keys_of_groups() {
    for (keys, expected) in [
        ("a, t.\"B\", (c), 2", "a t.B c #2"),
        ("(a, b), lower(c), a || 'd', 'e'", "a b ? ? ?"),
        ("ROLLUP (a, (b, c)), CUBE (d)", "sets a b c d"),
        ("GROUPING SETS ((a, b), (c), ())", "sets a b c ?"),
        ("GROUPING SETS (ROLLUP (a), (b))", "sets a b"),
        ("\"rollup\"(a)", "?"),
    ] {
        let text = format!("CREATE VIEW v AS SELECT 1 FROM t GROUP BY {keys}");
        let StatementKind::CreateView(create) = one(&text) else { unreachable!("{text}") };
        let Some(Output::Select { grouping: Some(grouping), .. }) = create.query.output.as_deref() else {
            unreachable!("{text}")
        };
        let keys = grouping.keys.iter().map(|key| match key {
            GroupKey::Column { table: None, column } => column.to_string(),
            GroupKey::Column { table: Some(table), column } => format!("{table}.{column}"),
            GroupKey::Position(place) => format!("#{place}"),
            GroupKey::Other => "?".to_owned(),
        });
        let sets = grouping.sets.then(|| "sets".to_owned());
        assert_eq!(sets.into_iter().chain(keys).collect::<Vec<_>>().join(" "), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_locked() {
    for (text, expected) in [
        ("SELECT DISTINCT a FROM t FOR UPDATE", Some("DISTINCT")),
        ("SELECT a FROM t GROUP BY a FOR SHARE", Some("GROUP BY")),
        ("SELECT 1 FROM t HAVING true FOR UPDATE", Some("HAVING")),
        ("SELECT max(a) OVER () FROM t FOR UPDATE", Some("window functions")),
        ("SELECT (count(*)) FROM t FOR UPDATE", Some("aggregate functions")),
        ("SELECT a FROM t WHERE b = (SELECT max(b) FROM t) FOR UPDATE", None),
        ("SELECT a FROM (SELECT DISTINCT a FROM t) AS s JOIN u USING (a) FOR UPDATE OF u", None),
        ("SELECT a FROM (SELECT DISTINCT a FROM t) AS s JOIN u USING (a) FOR UPDATE OF s", Some("DISTINCT")),
        ("WITH w AS (SELECT a FROM t GROUP BY a) SELECT a FROM w JOIN t USING (a) FOR UPDATE OF t", None),
        ("SELECT a FROM (SELECT a FROM t UNION SELECT a FROM u FOR UPDATE) AS s", Some("UNION, INTERSECT or EXCEPT")),
        ("SELECT DISTINCT a FROM (SELECT a FROM t FOR UPDATE) AS s", None),
        ("SELECT DISTINCT 'x FOR UPDATE' FROM t", None),
    ] {
        let StatementKind::Query(query) = one(text) else { unreachable!("{text}") };
        assert_eq!(query.locked_with, expected, "{text}");
    }
}

/// The names that a query reads as columns, with a mark for what else they may mean.
fn named_columns(text: &str) -> String {
    let StatementKind::Query(query) = one(text) else { unreachable!("{text}") };
    let named = query.columns.iter().filter_map(|read| match read {
        ColumnRead::Named { column, place, .. } => Some(match place {
            Place::Expression => column.to_string(),
            Place::From => format!("{column}@from"),
            Place::Key => format!("{column}@key"),
            Place::Unsure => format!("{column}?"),
        }),
        ColumnRead::All(_) | ColumnRead::Some(_) => None,
    });
    named.collect::<Vec<_>>().join(" ")
}

#[test]
fn names_that_may_mean_more() {
    for (text, expected) in [
        ("SELECT a AS b FROM t WHERE b > 0 ORDER BY b, c", "a b c@key"),
        ("SELECT a AS b FROM t ORDER BY lower(b), b COLLATE \"C\"", "a b"),
        ("SELECT a AS b FROM t GROUP BY b, c HAVING count(d) > 1", "a c@key d"),
        ("SELECT extract(year FROM a) FROM t ORDER BY date_part", "a date_part?"),
        ("SELECT t, x.a FROM t JOIN u AS x ON b = x.c", "b@from c t? a"),
        ("SELECT row_to_json(x) FROM t AS x", "x?"),
        ("SELECT a FROM t WHERE b IN (SELECT c FROM u UNION SELECT d FROM v ORDER BY c)", "a c d b"),
        ("SELECT DISTINCT ON (a) b FROM t WINDOW w AS (PARTITION BY c)", "a@key b c"),
        ("SELECT rank() OVER w, sum(a) OVER (w ORDER BY b) FROM t WINDOW w AS (PARTITION BY c)", "a b c"),
        ("SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.b = t.c AND d = e)", "a b c d e"),
        ("SELECT f(x => a), interval '1' day, a::text, trim(BOTH FROM b), substring(c FROM 2) FROM t", "a b c"),
        (
            "SELECT xmlelement(name foo, a), xmlforest(b AS c), xmlparse(DOCUMENT d), json_object(e: f) FROM t",
            "a b d e f",
        ),
        (
            "SELECT normalize(a, NFC), a IS NFC NORMALIZED, overlay(b PLACING c FROM 1), position(d IN e) FROM t",
            "a b c d e",
        ),
        (
            "SELECT a AT TIME ZONE 'x', b COLLATE \"C\", date 'today', ARRAY[c], ROW(d, e), CAST(f AS u) FROM t",
            "a b c d e f",
        ),
        (
            "SELECT count(*) FILTER (WHERE a), percentile_cont(0.5) WITHIN GROUP (ORDER BY b), extract(epoch FROM c) FROM t",
            "a b c",
        ),
    ] {
        let mut found: Vec<String> = named_columns(text).split(' ').map(Into::into).collect();
        let mut expected: Vec<String> = expected.split(' ').map(Into::into).collect();
        found.sort();
        expected.sort();
        found.dedup();
        assert_eq!(found, expected, "{text}");
    }
}
