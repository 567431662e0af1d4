//! Bodies: what SQL is found in them, when it runs, and where it stands.

use crate::ast::{Body, BodyStatement, Gap, Runs, StatementKind};
use crate::parser::parse;
use crate::source::SourceFile;

/// The body of the first statement, which is DO or CREATE FUNCTION, and its file.
fn body(sql: &str) -> (Body, SourceFile) {
    let file = SourceFile::new("a.sql", sql);
    let statement = parse(&file).statements.into_iter().next().unwrap();
    let body = match statement.kind {
        StatementKind::Do(block) => block.body,
        StatementKind::CreateFunction(create) => create.body.text().unwrap().clone(),
        other => panic!("{other:?}"),
    };
    (body, file)
}

/// `maybe caught: UPDATE t ...`
fn line(inner: &BodyStatement, file: &SourceFile) -> String {
    let mut line = match inner.runs() {
        Runs::Always => "always".to_owned(),
        Runs::Maybe => "maybe".to_owned(),
        Runs::Repeatedly => "loop".to_owned(),
    };
    line += if inner.is_caught() { " caught" } else { "" };
    line += if inner.executed { " executed" } else { "" };
    let text = file.slice(inner.statement.span).split_whitespace().collect::<Vec<_>>().join(" ");
    match &inner.statement.kind {
        StatementKind::Unparsed(unparsed) => format!("{line}: {text} !! {}", unparsed.message),
        _ => format!("{line}: {text}"),
    }
}

/// All that is found in a body, what cannot be read behind the statements.
fn found(sql: &str) -> Vec<String> {
    let (body, file) = body(sql);
    let statements = body.statements.iter().map(|inner| line(inner, &file));
    let unread = body.unread.iter().map(|unread| match unread.gap {
        Gap::Computed => format!("computed {}: {}", unread.keywords, file.slice(unread.span)),
        Gap::Language => format!("language {}", body.language),
        Gap::Depth => "too deep".to_owned(),
    });
    statements.chain(unread).collect()
}

fn check(cases: &[(&str, &[&str])]) {
    for (text, expected) in cases {
        assert_eq!(found(&format!("DO $body$ {text} $body$")), *expected, "for {text}");
    }
}

#[test]
fn plain_statements_and_declarations() {
    check(&[
        ("BEGIN NULL; END", &[]),
        ("BEGIN UPDATE t SET a = 1; DELETE FROM u; END;", &["always: UPDATE t SET a = 1", "always: DELETE FROM u"]),
        ("<<top>> DECLARE BEGIN CREATE TABLE t (a int); END top;", &["always: CREATE TABLE t (a int)"]),
        (
            "#variable_conflict use_column\nDECLARE a int; b CONSTANT text NOT NULL := 'x'; c t.a%TYPE; d t%ROWTYPE; e ALIAS FOR a; f numeric(10, 2)[] = '{}'; g text COLLATE \"C\" DEFAULT (SELECT x FROM y); BEGIN NULL; END",
            &["always: (SELECT x FROM y)"],
        ),
        (
            "DECLARE c CURSOR FOR SELECT * FROM t; d NO SCROLL CURSOR (k int) IS SELECT * FROM u WHERE a = k; r refcursor; BEGIN OPEN c; FETCH NEXT FROM c INTO x; MOVE LAST IN c; CLOSE c; OPEN d(k := 1); OPEN r FOR SELECT 1 FROM v; END",
            &["maybe: SELECT * FROM t", "maybe: SELECT * FROM u WHERE a = k", "always: SELECT 1 FROM v"],
        ),
        (
            "BEGIN DECLARE x int; BEGIN TRUNCATE t; END; LOCK TABLE t; END",
            &["always: TRUNCATE t", "always: LOCK TABLE t"],
        ),
    ]);
}

#[test]
fn sql_that_plpgsql_writes_differently() {
    check(&[
        (
            "BEGIN SELECT a, b INTO STRICT x, r.y FROM t WHERE c; END",
            &["always: SELECT a, b INTO STRICT x, r.y FROM t WHERE c"],
        ),
        ("BEGIN SELECT INTO x count(*) FROM t; END", &["always: SELECT INTO x count(*) FROM t"]),
        (
            "BEGIN INSERT INTO t VALUES (1) RETURNING id INTO x; END",
            &["always: INSERT INTO t VALUES (1) RETURNING id INTO x"],
        ),
        (
            "BEGIN PERFORM a FROM t; PERFORM pg_sleep(1); END",
            &["always: PERFORM a FROM t", "always: PERFORM pg_sleep(1)"],
        ),
        (
            "BEGIN RETURN QUERY SELECT 1 FROM t; RETURN NEXT (SELECT 2 FROM u); END",
            &["always: SELECT 1 FROM t", "always: (SELECT 2 FROM u)"],
        ),
        (
            "BEGIN x := count(*) FROM t; a.b[1] = 1 + (SELECT 1 FROM u); y := 1; END",
            &["always: count(*) FROM t", "always: 1 + (SELECT 1 FROM u)"],
        ),
        (
            "BEGIN GET DIAGNOSTICS n = ROW_COUNT; ASSERT (SELECT true FROM t), 'no'; RAISE NOTICE '%', (SELECT 1 FROM u) USING hint = 'x'; END",
            &["always: (SELECT true FROM t), 'no'", "always: (SELECT 1 FROM u)"],
        ),
        (
            "BEGIN COMMIT; ROLLBACK AND CHAIN; CALL p(1); END",
            &["always: COMMIT", "always: ROLLBACK AND CHAIN", "always: CALL p(1)"],
        ),
    ]);
}

#[test]
fn branches_decide_what_runs() {
    check(&[
        (
            "BEGIN IF EXISTS (SELECT FROM a) THEN DROP TABLE b; ELSIF (SELECT c FROM c) THEN DROP TABLE d; ELSE DROP TABLE e; END IF; DROP TABLE f; END",
            &[
                "always: EXISTS (SELECT FROM a)",
                "maybe: DROP TABLE b",
                "maybe: (SELECT c FROM c)",
                "maybe: DROP TABLE d",
                "maybe: DROP TABLE e",
                "always: DROP TABLE f",
            ],
        ),
        (
            "BEGIN CASE x WHEN 1, 2 THEN DROP TABLE a; ELSE DROP TABLE b; END CASE; CASE WHEN (x) THEN NULL; END CASE; END",
            &["maybe: DROP TABLE a", "maybe: DROP TABLE b"],
        ),
        (
            "BEGIN LOOP DELETE FROM a; EXIT WHEN NOT FOUND; CONTINUE; END LOOP; DROP TABLE b; END",
            &["loop: DELETE FROM a", "always: DROP TABLE b"],
        ),
        (
            "BEGIN FOR r IN SELECT * FROM t LOOP UPDATE t SET a = 1 WHERE id = r.id; END LOOP; FOR i IN REVERSE 10..1 BY 2 LOOP NULL; END LOOP; FOR i IN 1..(SELECT max(a) FROM u) LOOP NULL; END LOOP; END",
            &["always: SELECT * FROM t", "loop: UPDATE t SET a = 1 WHERE id = r.id", "always: (SELECT max(a) FROM u)"],
        ),
        (
            "BEGIN WHILE EXISTS (SELECT FROM t) LOOP DELETE FROM t; END LOOP; FOREACH x SLICE 1 IN ARRAY ARRAY[1] LOOP DELETE FROM u; END LOOP; FOR r IN c(1) LOOP DELETE FROM v; END LOOP; END",
            &["always: EXISTS (SELECT FROM t)", "loop: DELETE FROM t", "loop: DELETE FROM u", "loop: DELETE FROM v"],
        ),
        ("BEGIN IF x THEN RETURN; END IF; DROP TABLE a; END", &["maybe: DROP TABLE a"]),
        (
            "BEGIN IF x THEN RAISE EXCEPTION 'no'; END IF; DROP TABLE a; END",
            &["maybe: RAISE EXCEPTION 'no'", "always: DROP TABLE a"],
        ),
        (
            "BEGIN <<inner>> BEGIN EXIT inner WHEN x; DROP TABLE a; END; DROP TABLE b; END",
            &["maybe: DROP TABLE a", "maybe: DROP TABLE b"],
        ),
    ]);
}

#[test]
fn exception_clauses_catch_what_they_do_not_pass_on() {
    check(&[
        (
            "BEGIN CREATE TYPE a AS ENUM ('x'); EXCEPTION WHEN duplicate_object THEN NULL; END",
            &["always caught: CREATE TYPE a AS ENUM ('x')"],
        ),
        (
            "BEGIN DROP TABLE a; BEGIN DROP TABLE b; EXCEPTION WHEN others THEN DROP TABLE c; END; DROP TABLE d; END",
            &["always: DROP TABLE a", "always caught: DROP TABLE b", "maybe: DROP TABLE c", "always: DROP TABLE d"],
        ),
        ("BEGIN DROP TABLE a; EXCEPTION WHEN others THEN RAISE NOTICE 'x'; RAISE; END", &["always: DROP TABLE a"]),
        (
            "BEGIN DROP TABLE a; EXCEPTION WHEN a OR b THEN RAISE EXCEPTION 'x'; WHEN SQLSTATE '42P01' THEN RAISE WARNING 'y'; END",
            &["always caught: DROP TABLE a", "maybe: RAISE EXCEPTION 'x'"],
        ),
    ]);
}

#[test]
fn exceptions_have_the_sqlstate_that_they_are_given() {
    for (body, sqlstate) in [
        ("BEGIN RAISE EXCEPTION 'no'; END", Some("P0001")),
        ("BEGIN RAISE 'no %', 1; END", Some("P0001")),
        ("BEGIN RAISE USING MESSAGE = 'no'; END", Some("P0001")),
        ("BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '23514', HINT = 'x'; END", Some("23514")),
        ("BEGIN RAISE EXCEPTION 'no' USING HINT = 'x', ERRCODE := 'check_violation'; END", Some("23514")),
        ("BEGIN RAISE EXCEPTION SQLSTATE '22012'; END", Some("22012")),
        ("BEGIN RAISE unique_violation USING MESSAGE = 'no'; END", Some("23505")),
        ("BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'MY001'; END", None),
        ("BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '235' || '05'; END", None),
        ("BEGIN RAISE; END", None),
        ("BEGIN RAISE NOTICE 'no'; END", None),
    ] {
        let raised = self::body(&format!("DO $body$ {body} $body$")).0.statements.into_iter().find_map(|inner| {
            match inner.statement.kind {
                StatementKind::Raise(sqlstate) => Some(sqlstate),
                _ => None,
            }
        });
        assert_eq!(raised, sqlstate, "for {body}");
    }
}

#[test]
fn strings_that_are_known_are_read() {
    check(&[
        (
            "BEGIN EXECUTE 'DROP TABLE a; DROP TABLE b'; END",
            &["always executed: DROP TABLE a", "always executed: DROP TABLE b"],
        ),
        ("BEGIN EXECUTE $$ UPDATE t SET a = $1 $$ INTO x USING 1; END", &["always executed: UPDATE t SET a = $1"]),
        (
            "BEGIN EXECUTE 'COMMENT ON TABLE a IS ''it''''s'''; END",
            &["always executed: COMMENT ON TABLE a IS ''it''''s'"],
        ),
        ("BEGIN EXECUTE E'DROP TABLE\\n a'; END", &["always executed: DROP TABLE\\n a"]),
        (
            "BEGIN EXECUTE 'DROP ' || 'TABLE ' || quote_ident('a'); END",
            &["always executed: DROP ' || 'TABLE ' || quote_ident('a"],
        ),
        (
            "BEGIN EXECUTE format('ALTER TABLE %I.%1$I ADD %s int DEFAULT %L', 'a', 'b', 'c'); END",
            &["always executed: ALTER TABLE %I.%1$I ADD %s int DEFAULT %L', 'a', 'b', 'c"],
        ),
        (
            "DECLARE s CONSTANT text := 'a'; t text := 'DROP TABLE '; BEGIN EXECUTE t || s; END",
            &["always executed: t || s"],
        ),
        ("DECLARE s text; BEGIN s := 'DROP TABLE a'; EXECUTE s; END", &["always executed: DROP TABLE a"]),
        (
            "BEGIN FOR r IN EXECUTE 'SELECT * FROM t' LOOP NULL; END LOOP; RETURN QUERY EXECUTE 'SELECT 1 FROM u'; END",
            &["always executed: SELECT * FROM t", "always executed: SELECT 1 FROM u"],
        ),
        ("BEGIN EXECUTE 'DO $$ BEGIN DROP TABLE a; END $$'; END", &["always executed: DROP TABLE a"]),
        (
            "BEGIN EXECUTE format('DELETE FROM t WHERE a = %s::oid', 'b'::regclass::oid); END",
            &["always executed: DELETE FROM t WHERE a = %s::oid', 'b"],
        ),
    ]);
}

#[test]
fn strings_that_are_computed_are_reported() {
    check(&[
        (
            "BEGIN EXECUTE format('ALTER TABLE %I ADD a int', r.name); END",
            &["computed ALTER TABLE: format('ALTER TABLE %I ADD a int', r.name)"],
        ),
        ("BEGIN EXECUTE 'DROP INDEX ' || x; END", &["computed DROP INDEX: 'DROP INDEX ' || x"]),
        (
            "BEGIN EXECUTE format('DROP TABLE a_%s', 'b'::regclass::oid); END",
            &["computed DROP TABLE: format('DROP TABLE a_%s', 'b'::regclass::oid)"],
        ),
        (
            "BEGIN EXECUTE 'DROP TABLE ' || 'b'::regclass::oid; END",
            &["computed DROP TABLE: 'DROP TABLE ' || 'b'::regclass::oid"],
        ),
        ("BEGIN EXECUTE x USING y; END", &["computed : x"]),
        ("DECLARE s text := 'a'; BEGIN s := s || 'b'; EXECUTE s; END", &["computed : s"]),
        ("DECLARE s text; BEGIN s := 'GRANT x TO ' || y; EXECUTE s; END", &["computed GRANT: s"]),
        (
            "DECLARE s text := 'a'; BEGIN SELECT b INTO s FROM t; EXECUTE s; END",
            &["always: SELECT b INTO s FROM t", "computed : s"],
        ),
        (
            "BEGIN EXECUTE format('DROP TABLE %-10s', 'a'); END",
            &["computed DROP TABLE: format('DROP TABLE %-10s', 'a')"],
        ),
    ]);
}

#[test]
fn mistakes_cost_one_statement_or_the_body() {
    check(&[
        (
            "BEGIN DROP TABLE a; FROB b; DROP TABLE c; END",
            &["always: DROP TABLE a", "always: FROB b !! expected a statement, found FROB", "always: DROP TABLE c"],
        ),
        (
            "BEGIN IF a DROP TABLE b; END IF; END",
            &["always: BEGIN IF a DROP TABLE b; END IF; END !! expected THEN, found ;"],
        ),
        ("BEGIN DROP TABLE a", &["always: BEGIN DROP TABLE a !! expected ;, found the end of the body"]),
        ("SELECT 1", &["always: SELECT 1 !! expected BEGIN, found SELECT"]),
        ("BEGIN 'x; END", &["always: BEGIN 'x; END !! the string that starts here is never closed"]),
    ]);
    let deep = format!("{}{}", "BEGIN ".repeat(5000), "END; ".repeat(5000));
    assert!(found(&format!("DO $body$ {deep} $body$"))[0].ends_with("blocks nested more than 100 levels deep"));
}

#[test]
fn bodies_in_quotes_keep_their_places() {
    let quoted = "DO 'BEGIN INSERT INTO t VALUES (''it''''s''); DROP TABLE a; END' LANGUAGE plpgsql";
    assert_eq!(found(quoted), ["always: INSERT INTO t VALUES (''it''''s'')", "always: DROP TABLE a"]);
    let (body, file) = body(quoted);
    let StatementKind::Drop(drop) = &body.statements[1].statement.kind else { panic!() };
    assert_eq!(file.slice(drop.names[0].span), "a");
    assert_eq!(file.slice(body.span), &quoted[4..quoted.len() - 18]);
}

#[test]
fn places_in_strings_are_those_of_the_file() {
    let (body, file) = body("DO $$ BEGIN EXECUTE format('DROP TABLE é.%I, b', 'a'); END $$");
    let StatementKind::Drop(drop) = &body.statements[0].statement.kind else { panic!() };
    let names: Vec<&str> = drop.names.iter().map(|name| file.slice(name.name.span)).collect();
    assert_eq!((names, drop.names[0].name.name.as_str()), (vec!["a", "b"], "a"));
}

#[test]
fn other_languages() {
    assert_eq!(found("DO LANGUAGE plpython3u $$ plpy.execute('x') $$"), ["language plpython3u"]);
    let function = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ UPDATE t SET a = 1; SELECT 1 FROM u $$";
    assert_eq!(found(function), ["always: UPDATE t SET a = 1", "always: SELECT 1 FROM u"]);
    let atomic = "CREATE PROCEDURE p() BEGIN ATOMIC INSERT INTO t VALUES (1); RETURN (SELECT 1 FROM u); END";
    assert_eq!(found(atomic), ["always: INSERT INTO t VALUES (1)", "always: (SELECT 1 FROM u)"]);
    assert_eq!(found("CREATE FUNCTION f() RETURNS int RETURN (SELECT 1 FROM u)"), ["always: (SELECT 1 FROM u)"]);
}

#[test]
fn bodies_in_bodies_are_followed_so_far() {
    let nested = (0..20).fold("DROP TABLE a".to_owned(), |sql, n| format!("DO $q{n}$ BEGIN {sql}; END $q{n}$"));
    assert_eq!(found(&nested), ["too deep"]);
}

#[test]
fn deep_bodies_in_bodies_and_long_ones_are_read() {
    let deeper = |sql: String, n: usize| {
        let (open, close) = ("BEGIN ".repeat(95), "END; ".repeat(95));
        format!("DO $q{n}$ {open} {sql}; {close} $q{n}$")
    };
    let nested = (0..4).fold("DROP TABLE a".to_owned(), deeper);
    assert_eq!(found(&nested), ["always: DROP TABLE a"]);
    let long = format!("DO $$ BEGIN {} DROP TABLE a; END $$", "IF x THEN RETURN; END IF; ".repeat(20_000));
    assert_eq!(found(&long), ["maybe: DROP TABLE a"]);
    assert_eq!(body(&long).0.statements[0].within.len(), 1);
}

#[test]
fn variables_are_no_columns() {
    let (body, _) = body(
        "DO $$ DECLARE keys bigint[]; i int; BEGIN UPDATE t SET a = 1 WHERE id = ANY (keys); \
         DELETE FROM t WHERE id BETWEEN i AND i + 1000; FOR r IN SELECT 1 LOOP DELETE FROM t WHERE id = r.id; END LOOP; END $$",
    );
    let writes = body.statements.iter().filter_map(|inner| match &inner.statement.kind {
        StatementKind::Write(write) => Some(write.filter.as_ref().unwrap().conditions.len()),
        _ => None,
    });
    assert_eq!(writes.collect::<Vec<_>>(), [1, 1, 1]);
}

#[test]
fn loops_over_written_values_are_followed() {
    let each = "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP \
                EXECUTE format('DROP TABLE %I', t); END LOOP; END $$";
    assert_eq!(executed(each), ["always: a", "always: b"]);
    let declared = "DO $$ DECLARE t text; all_of text[] := ARRAY['a','b']::text[]; BEGIN \
                    FOREACH t IN ARRAY all_of LOOP EXECUTE 'DROP TABLE ' || t; END LOOP; END $$";
    assert_eq!(executed(declared), ["always: a", "always: b"]);
    let numbers = "DO $$ BEGIN FOR i IN 0..2 LOOP EXECUTE 'DROP TABLE p' || i; END LOOP; END $$";
    assert_eq!(executed(numbers), ["always: p0", "always: p1", "always: p2"]);
    let text = "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY '{a, b}'::text[] LOOP \
                EXECUTE 'DROP TABLE ' || t; END LOOP; END $$";
    assert_eq!(executed(text), ["always: a", "always: b"]);
    let unnested = "DO $$ DECLARE t text; BEGIN FOR t IN SELECT unnest(ARRAY['a', 'b']) LOOP \
                    EXECUTE 'DROP TABLE ' || t; END LOOP; END $$";
    assert_eq!(executed(unnested), ["always: a", "always: b"]);
    let nested = "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a', 'b'] LOOP FOR i IN 1..2 LOOP \
                  EXECUTE format('DROP TABLE %s_%s', t, i); END LOOP; END LOOP; END $$";
    assert_eq!(executed(nested), ["always: a_1", "always: a_2", "always: b_1", "always: b_2"]);
}

#[test]
fn loops_that_may_leave_or_are_too_long_are_not_followed() {
    let left = "DO $$ BEGIN FOR i IN 1..2 LOOP EXIT WHEN i = 2; EXECUTE 'DROP TABLE p' || i; END LOOP; END $$";
    assert!(executed(left).is_empty());
    let long = "DO $$ BEGIN FOR i IN 1..5000 LOOP EXECUTE 'DROP TABLE p' || i; END LOOP; END $$";
    assert!(executed(long).is_empty());
    let changed = "DO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['a'] LOOP t := lower(t); \
                   EXECUTE 'DROP TABLE ' || t; END LOOP; END $$";
    assert!(executed(changed).is_empty());
    let deep = (0..9)
        .fold("EXECUTE 'DROP TABLE p' || i0;".to_owned(), |body, n| format!("FOR i{n} IN 1..9 LOOP {body} END LOOP;"));
    assert!(executed(&format!("DO $$ BEGIN {deep} END $$")).len() <= 200);
}

/// The tables that the DROP TABLE of EXECUTE names, with how often it runs.
fn executed(sql: &str) -> Vec<String> {
    let (body, _) = body(sql);
    let executed = body.statements.iter().filter(|inner| inner.executed);
    executed
        .map(|inner| match &inner.statement.kind {
            StatementKind::Drop(drop) => format!("{:?}: {}", inner.runs(), drop.names[0].name.name).to_lowercase(),
            other => format!("{other:?}"),
        })
        .collect()
}
