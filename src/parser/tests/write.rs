//! Statements that write rows.

use super::{conditions, failure, kinds, one, printed, targets};
use crate::ast::{Rows, StatementKind, Write, WriteVerb};
use crate::source::SourceFile;

fn write(text: &str) -> Write {
    match one(text) {
        StatementKind::Write(write) => *write,
        other => unreachable!("{text}: {other:?}"),
    }
}

fn columns(write: &Write) -> String {
    write.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn targets_and_aliases() {
    for (text, verb, target, alias) in [
        ("UPDATE a SET b = 1", WriteVerb::Update, "a", None),
        ("UPDATE ONLY s.a AS x SET b = 1", WriteVerb::Update, "s.a", Some("x")),
        ("UPDATE ONLY (a) x SET b = 1", WriteVerb::Update, "a", Some("x")),
        ("UPDATE s.a * SET b = 1", WriteVerb::Update, "s.a", None),
        ("UPDATE only a SET b = 1", WriteVerb::Update, "a", None),
        ("DELETE FROM ONLY a", WriteVerb::Delete, "a", None),
        ("DELETE FROM a * x USING b", WriteVerb::Delete, "a", Some("x")),
        ("INSERT INTO \"A\" AS x VALUES (1)", WriteVerb::Insert, "A", Some("x")),
        ("MERGE INTO ONLY a x USING b ON true WHEN MATCHED THEN DELETE", WriteVerb::Merge, "a", Some("x")),
        ("COPY s.a (b) FROM '/x' DELIMITER ',' CSV", WriteVerb::CopyFrom, "s.a", None),
        ("COPY a FROM PROGRAM 'x' WITH (FORMAT csv, HEADER)", WriteVerb::CopyFrom, "a", None),
    ] {
        let write = write(text);
        assert_eq!((write.verb, write.target.to_string().as_str()), (verb, target), "{text}");
        assert_eq!(write.only, text.to_lowercase().contains("only"), "{text}");
        assert_eq!(write.alias.map(|alias| alias.name).as_deref(), alias, "{text}");
    }
}

#[test]
fn where_the_rows_come_from() {
    for (text, from_query, limited, reads, also, functions) in [
        ("INSERT INTO a VALUES (1, DEFAULT, f())", false, false, "", "", "f"),
        ("INSERT INTO a DEFAULT VALUES", false, false, "", "", ""),
        (
            "INSERT INTO a (b) OVERRIDING SYSTEM VALUE SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM c)",
            false,
            false,
            "c",
            "",
            "",
        ),
        ("INSERT INTO a SELECT * FROM b", true, false, "b", "", ""),
        ("INSERT INTO a (SELECT * FROM b LIMIT 5)", true, true, "b", "", ""),
        ("INSERT INTO a SELECT generate_series(1, 9)", true, false, "", "", "generate_series"),
        ("INSERT INTO a TABLE b", true, false, "b", "", ""),
        (
            "INSERT INTO a VALUES (1) ON CONFLICT (lower(b)) WHERE c DO UPDATE SET b = f((SELECT 1 FROM d))",
            false,
            false,
            "d",
            "",
            "lower f",
        ),
        (
            "INSERT INTO a VALUES (1) ON CONFLICT (f(b) COLLATE \"C\" text_ops, (g(c))) DO NOTHING",
            false,
            false,
            "",
            "",
            "f g",
        ),
        (
            "MERGE INTO a USING b ON true WHEN NOT MATCHED BY SOURCE AND f() THEN DELETE WHEN NOT MATCHED BY TARGET THEN INSERT (c) OVERRIDING USER VALUE VALUES (1) RETURNING merge_action(), WITH_x, old.c",
            true,
            false,
            "b",
            "",
            "f merge_action",
        ),
        ("UPDATE a SET b = 1 RETURNING WITH (OLD AS o, NEW AS n) o.b, f(n.b)", false, false, "", "", "f"),
        ("INSERT INTO a VALUES (1) ON CONFLICT ON CONSTRAINT c DO NOTHING RETURNING f(b)", false, false, "", "", "f"),
        (
            "WITH x AS (SELECT * FROM b), y AS (UPDATE c SET d = 1 RETURNING *) INSERT INTO a SELECT * FROM x, y",
            true,
            false,
            "b",
            "c",
            "",
        ),
        ("INSERT INTO a WITH x AS (SELECT * FROM b) SELECT * FROM x", true, false, "b", "", ""),
        ("UPDATE a SET b = c.d FROM c WHERE a.id = c.id", true, false, "c", "", ""),
        ("UPDATE a SET b = (SELECT max(d) FROM c)", false, false, "c", "", "max"),
        ("DELETE FROM a USING b JOIN c ON true RETURNING *", true, false, "b c", "", ""),
        (
            "MERGE INTO a USING (SELECT * FROM b) x ON a.id = x.id WHEN NOT MATCHED THEN INSERT VALUES (f()) WHEN MATCHED AND g() THEN UPDATE SET c = 1",
            true,
            false,
            "b",
            "",
            "f g",
        ),
    ] {
        let write = write(text);
        assert_eq!((write.from_query, write.limited), (from_query, limited), "{text}");
        assert_eq!(
            [printed(&write.reads), targets(&write.also_writes), write.functions.join(" ")],
            [reads, also, functions],
            "{text}"
        );
    }
}

#[test]
fn columns_written() {
    for (text, expected) in [
        ("UPDATE a SET b = 1, \"C\" = DEFAULT", "b C"),
        ("UPDATE a SET (b, c) = (1, 2), (d) = (SELECT 1), e[1] = 2, f.g = 3", "b c d e f"),
        ("INSERT INTO a (b, c[1], d.e) VALUES (1, 2, 3)", "b c d"),
        ("COPY a (b, c) FROM STDIN", "b c"),
        ("MERGE INTO a USING b ON true WHEN MATCHED THEN UPDATE SET c = 1 WHEN NOT MATCHED THEN DO NOTHING", "c"),
    ] {
        assert_eq!(columns(&write(text)), expected, "{text}");
    }
}

#[test]
fn filters() {
    for (text, expected) in [
        ("DELETE FROM a WHERE id = 1", "id=Equal"),
        ("DELETE FROM a WHERE x.id = 1", "id=Equal"),
        ("UPDATE a x SET b = 1 FROM c WHERE x.id = c.id AND c.d = 5 AND x.e > 1", "id=Other e=Above"),
        ("UPDATE a SET b = 1 FROM (SELECT id FROM a LIMIT 10) c WHERE c.id = a.id", "id=InLimited"),
        ("WITH c AS (SELECT id FROM a LIMIT 10) UPDATE a SET b = 1 FROM c x WHERE a.id = x.id", "id=InLimited"),
        ("WITH c AS (SELECT id FROM a LIMIT 10) DELETE FROM a WHERE id IN (SELECT id FROM c)", "id=InLimited"),
        ("WITH c AS (SELECT id FROM a) DELETE FROM a WHERE id IN (SELECT id FROM c)", "id=Other"),
        (
            "DELETE FROM a WHERE ctid = ANY (ARRAY(SELECT ctid FROM a LIMIT 10 FOR UPDATE SKIP LOCKED))",
            "ctid=InLimited",
        ),
        ("UPDATE a SET b = 1 WHERE CURRENT OF c", "ctid=Equal"),
        ("UPDATE a SET b = 1 WHERE true", ""),
        ("INSERT INTO a SELECT * FROM b WHERE c IS NULL ORDER BY d", "c=IsNull"),
    ] {
        let write = write(text);
        assert_eq!(write.filter.as_ref().map(conditions).as_deref(), Some(expected), "{text}");
    }
    assert!(write("DELETE FROM a").filter.is_none());
    assert!(write("UPDATE a SET b = 1 WHERE 1 = 1").filter.is_some_and(|filter| filter.constant));
}

#[test]
fn filters_have_their_place() {
    for (text, place) in [
        ("UPDATE a SET b = 1 WHERE c = 2 RETURNING d", "c = 2"),
        ("INSERT INTO a SELECT (SELECT 1 WHERE x) FROM b WHERE (c = 1) AND d GROUP BY e", "(c = 1) AND d"),
        ("INSERT INTO a (SELECT 1 FROM b WHERE c) ON CONFLICT DO NOTHING", "c"),
    ] {
        let filter = write(text).filter.map(|filter| filter.span).unwrap_or_default();
        assert_eq!(SourceFile::new("a.sql", text).slice(filter), place);
    }
}

#[test]
fn long_lists_of_rows_are_not_all_read() {
    let rows = "(1, 'a;''', now()),\n".repeat(20_000);
    let text = format!("INSERT INTO a (b, c) VALUES {rows}(2, 'b', f()) ON CONFLICT DO NOTHING RETURNING g();SELECT 1");
    let [StatementKind::Write(write), StatementKind::Query(_)] = &kinds(&text)[..] else { unreachable!() };
    assert_eq!((columns(write).as_str(), write.functions.join(" ").as_str()), ("b c", "now g"));
    let text = format!("UPDATE a SET b = 1 FROM (VALUES {rows}(1, 'b', 2)) AS v (x) WHERE a.id = v.x");
    let StatementKind::Write(write) = one(&text) else { unreachable!() };
    assert_eq!(write.filter.as_ref().map(conditions).as_deref(), Some("id=InLimited"));
}

#[test]
fn rows_that_repeat_are_read_alike() {
    let text = "INSERT INTO s.a (b, \"C\") VALUES (1, 'x');\nINSERT INTO s.a (b, \"C\") VALUES (-2.5, 'y'::text), (NULL, DEFAULT);\n\
                INSERT INTO s.a (b, \"C\") VALUES (1, f());\nINSERT INTO s.a (b, \"C\") VALUES (1 2);";
    let file = SourceFile::new("a.sql", text);
    let [
        StatementKind::Write(first),
        StatementKind::Write(second),
        StatementKind::Write(third),
        StatementKind::Unparsed(_),
    ] = &kinds(text)[..]
    else {
        unreachable!()
    };
    assert_eq!((file.slice(second.target.span), columns(second)), ("s.a", columns(first)));
    assert_eq!(second.columns.last().map(|column| file.slice(column.span)), Some("\"C\""));
    assert!(second.target.span.start > first.target.span.end);
    assert_eq!(third.functions, ["f"]);
}

#[test]
fn mistakes_are_told() {
    for (text, message) in [
        ("UPDATE a b = 1", "expected SET, found ="),
        ("DELETE a", "expected FROM, found a"),
        ("INSERT INTO a (b) VALUES (1) x", "expected the end of the statement, found x"),
        ("COPY a TO", "expected a file, PROGRAM, STDIN or STDOUT, found the end of the statement"),
        (
            "MERGE INTO a USING b ON c WHEN MATCHED THEN TRUNCATE",
            "expected UPDATE, INSERT, DELETE or DO NOTHING, found TRUNCATE",
        ),
    ] {
        assert_eq!(failure(text).message, message);
    }
}

#[test]
fn rows_that_returning_reads() {
    for (text, old, new) in [
        ("UPDATE a SET b = 1 RETURNING old.b, c", true, false),
        ("UPDATE a SET b = 1 RETURNING OLD.*, (new).b", true, true),
        ("UPDATE a SET b = 1 RETURNING f(New.*), \"OLD\".b", false, true),
        ("UPDATE a SET b = 1 RETURNING 'old.b', old, x.old.b", false, false),
        ("UPDATE a AS old SET b = 1 RETURNING old.b, (SELECT max(new.b) FROM c AS new)", false, false),
        ("UPDATE a SET b = 1 FROM x JOIN new ON true RETURNING (SELECT old.b), new.b", true, false),
        ("DELETE FROM a USING (SELECT 1) AS old WHERE old.b = new.b RETURNING old.b", false, false),
        ("INSERT INTO a SELECT 1 FROM old RETURNING (SELECT c FROM d WHERE d.b = old.b ORDER BY new.b)", true, true),
        ("INSERT INTO a VALUES (1) ON CONFLICT (b) DO UPDATE SET c = old.c RETURNING b", false, false),
    ] {
        let rows = write(text).returning.map(|returning| returning.rows);
        assert_eq!(rows, Some(Rows { old, new }), "{text}");
    }
    assert!(write("DELETE FROM a RETURNING WITH (OLD AS o) o.b").returning.is_some_and(|returning| returning.renames));
    assert_eq!(write("DELETE FROM a").returning, None);
}

#[test]
fn options_of_copy() {
    for (text, options) in [
        (
            "COPY a FROM STDIN (FORMAT csv, Null '', FORCE_QUOTE (b, c), QUOTE E'\\'', freeze)",
            "format null force_quote quote freeze",
        ),
        ("COPY a (b) FROM '/x (y z)' WITH DELIMITER '(' CSV", ""),
        ("COPY a FROM STDIN WITH (\"Format\" 'a, b', HEADER) WHERE b IN (1, 2)", "Format header"),
    ] {
        let copy = write(text).copy.expect("it is a COPY");
        let names: Vec<&str> = copy.options.iter().map(|option| option.name.as_str()).collect();
        assert_eq!((names.join(" ").as_str(), copy.table), (options, None), "{text}");
    }
    for (text, columns, options) in [
        ("COPY a (b, \"C\") TO STDOUT (FORMAT csv)", Some("b C"), "format"),
        ("COPY a TO PROGRAM 'x' CSV", Some(""), ""),
        ("COPY (SELECT b FROM a WHERE c = '(d e)') TO '/x' (FORMAT csv, header)", None, "format header"),
    ] {
        let StatementKind::Query(query) = one(text) else { unreachable!("{text}") };
        let copy = query.copy.expect("it is a COPY");
        let names: Vec<&str> = copy.options.iter().map(|option| option.name.as_str()).collect();
        let table =
            copy.table.map(|columns| columns.into_iter().map(|column| column.name).collect::<Vec<_>>().join(" "));
        assert_eq!((table.as_deref(), names.join(" ").as_str()), (columns, options), "{text}");
    }
    assert!(write("COPY (DELETE FROM a RETURNING b) TO STDOUT (head)").copy.is_some());
}
