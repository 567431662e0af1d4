//! Where statements start and end.

use super::super::split::{SliceKind, Splitter};
use super::{failure, kinds};
use crate::ast::{StatementKind, WriteVerb};
use crate::parser::parse;
use crate::source::SourceFile;

fn slices(text: &str) -> Vec<String> {
    let file = SourceFile::new("a.sql", text);
    Splitter::new(&file).map(|slice| file.slice(slice.span).to_owned()).collect()
}

#[test]
fn semicolons_in_text_end_nothing() {
    for (text, expected) in [
        ("SELECT ';' ; SELECT 2", vec!["SELECT ';'", "SELECT 2"]),
        ("SELECT 'it''s;';;;", vec!["SELECT 'it''s;'"]),
        (r"SELECT E'\';' ; x", vec![r"SELECT E'\';'", "x"]),
        (r"SELECT '\'; x", vec![r"SELECT '\'", "x"]),
        ("SELECT E'a'\n  '\\';'; x", vec!["SELECT E'a'\n  '\\';'", "x"]),
        ("SELECT U&'d;' , u&\"x;\" ; x", vec!["SELECT U&'d;' , u&\"x;\"", "x"]),
        ("SELECT B'0;', X'1;', n';'; x", vec!["SELECT B'0;', X'1;', n';'", "x"]),
        ("SELECT \"a;\"\"b;\" ; x", vec!["SELECT \"a;\"\"b;\"", "x"]),
        ("SELECT $$;$$; x", vec!["SELECT $$;$$", "x"]),
        ("SELECT $a$;$b$;$$;$a$; x", vec!["SELECT $a$;$b$;$$;$a$", "x"]),
        ("SELECT $größe$;$größe$; x", vec!["SELECT $größe$;$größe$", "x"]),
        ("SELECT $1; SELECT $2", vec!["SELECT $1", "SELECT $2"]),
        ("SELECT a$1 FROM b$$c; x$$y", vec!["SELECT a$1 FROM b$$c", "x$$y"]),
        ("SELECT 1 -- ; not\r\n, 2; x", vec!["SELECT 1 -- ; not\r\n, 2", "x"]),
        ("/* ; /* ; */ ; */ SELECT 1 /* ; */ ; x", vec!["SELECT 1", "x"]),
        ("-- only a comment", vec![]),
        ("\u{feff}SELECT 1;\r\n\r\nSELECT 2\r\n", vec!["SELECT 1", "SELECT 2"]),
        ("{{ a }}; SELECT 1", vec!["{{ a }}", "SELECT 1"]),
    ] {
        assert_eq!(slices(text), expected, "{text}");
    }
}

#[test]
fn bodies_hold_semicolons() {
    let body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END; SELECT 2; END";
    assert_eq!(slices(&format!("{body}; SELECT 1")), [body, "SELECT 1"]);
    let body = "create or replace procedure p(begin int) begin atomic insert into t values (1); end";
    assert_eq!(slices(&format!("{body}; SELECT 1")), [body, "SELECT 1"]);
    let rule = "CREATE RULE r AS ON INSERT TO t DO ALSO (DELETE FROM a; DELETE FROM b)";
    assert_eq!(slices(&format!("{rule}; SELECT 1")), [rule, "SELECT 1"]);
    assert_eq!(slices("BEGIN; SELECT 1; END; CREATE TABLE t (a int; SELECT 2").len(), 5);
}

#[test]
fn copied_rows_are_no_statements() {
    let text = "COPY t (a, b) FROM stdin WITH (FORMAT csv);\nit's; \"\n$$ /*\n\\.\nSELECT 1;";
    assert_eq!(slices(text), ["COPY t (a, b) FROM stdin WITH (FORMAT csv)", "SELECT 1"]);
    let text = "COPY t FROM STDIN;\r\n1\r\n\\.\r\nSELECT 1;";
    assert_eq!(slices(text), ["COPY t FROM STDIN", "SELECT 1"]);
    assert_eq!(slices("\\copy t from stdin\n1;2\n\\.\nSELECT 1"), ["\\copy t from stdin", "SELECT 1"]);
    assert_eq!(slices("COPY t TO stdout;\nSELECT 1;\n\\.\n").len(), 3);
    let [StatementKind::Write(copy), StatementKind::Query(_)] = &kinds(text)[..] else { unreachable!() };
    assert_eq!(copy.verb, WriteVerb::CopyFrom);
}

#[test]
fn lines_for_psql_stand_apart() {
    let text = "\\set ON_ERROR_STOP on\n\\connect shop -- it's\nSELECT 1 \\gset\nSELECT 2\\; SELECT 3;";
    assert_eq!(
        slices(text),
        ["\\set ON_ERROR_STOP on", "\\connect shop -- it's", "SELECT 1", "\\gset", "SELECT 2", "SELECT 3"]
    );
}

#[test]
fn what_is_never_closed_ends_with_the_file() {
    for (text, what, opening) in [
        ("SELECT 1; SELECT 'a; SELECT 2;\n", "string", "'"),
        ("SELECT E'a\\'", "string", "'"),
        ("SELECT \"a; SELECT 2", "quoted name", "\""),
        ("DO $x$ BEGIN; $y$", "dollar-quoted string", "$x$"),
        ("SELECT 1 /* a /* b */", "comment", "/*"),
        ("/*", "comment", "/*"),
    ] {
        let file = SourceFile::new("a.sql", text);
        let slice = Splitter::new(&file).last();
        let Some(SliceKind::Broken { message, at }) = slice.map(|slice| slice.kind) else { unreachable!("{text}") };
        assert_eq!(message, format!("the {what} that starts here is never closed"));
        assert_eq!(file.slice(at), opening);
    }
}

#[test]
fn a_nul_byte_costs_its_statement() {
    let kinds = kinds("SELECT 1; INSERT INTO t VALUES ('a'); INSERT INTO t VALUES ('\0'); \0; SELECT 2");
    let [_, StatementKind::Write(_), StatementKind::Unparsed(in_text), StatementKind::Unparsed(_), _] = &kinds[..]
    else {
        unreachable!()
    };
    assert_eq!(in_text.message, "a NUL byte, which PostgreSQL does not accept in text");
    assert_eq!(in_text.at.len(), 1);
}

#[test]
fn comments_for_lockwise_are_kept() {
    let text = "-- plain\n--Lockwise: allow(a) b\nSELECT 1 /* SQUAWK-ignore x */, '-- lockwise: no' ; ---- lockwise:\n";
    let file = SourceFile::new("a.sql", text);
    let comments = parse(&file).comments;
    let texts: Vec<_> = comments.iter().map(|comment| comment.text.as_str()).collect();
    assert_eq!(texts, ["Lockwise: allow(a) b", "SQUAWK-ignore x", "lockwise:"]);
    assert_eq!(comments.first().map(|comment| file.slice(comment.span)), Some("--Lockwise: allow(a) b"));
}

#[test]
fn rows_without_an_end_are_one_statement() {
    for (text, rows_are_there) in [
        ("COPY t FROM stdin;\n1\tit's\nSELECT 1;", true),
        ("COPY t (a) FROM stdin WITH (FORMAT csv, HEADER);\r\n\"a;\n", true),
        ("\\copy t from stdin\n1\n", true),
        ("COPY t FROM stdin;\n\n  \n", false),
        ("COPY t FROM stdin;", false),
    ] {
        let file = SourceFile::new("a.sql", text);
        let found: Vec<_> = Splitter::new(&file).collect();
        assert_eq!(found.len(), 1, "{text}");
        let broken = found.first().is_some_and(|slice| matches!(slice.kind, SliceKind::Broken { .. }));
        assert_eq!(broken, rows_are_there, "{text}");
    }
    let unparsed = failure("COPY s.t (a) FROM stdin;\n1\n");
    assert_eq!(unparsed.message, "no line \\. ends the rows that follow");
    assert_eq!(unparsed.table.map(|table| table.to_string()).as_deref(), Some("s.t"));
}

#[test]
fn rows_start_on_the_next_line() {
    let text = "COPY a FROM stdin; SELECT 1; -- lockwise: allow(x)\n1\n\\.\nCOPY b FROM stdin csv;\n\"\n\\.\nSELECT 2";
    assert_eq!(slices(text), ["COPY a FROM stdin", "SELECT 1", "COPY b FROM stdin csv", "SELECT 2"]);
    assert_eq!(parse(&SourceFile::new("a.sql", text)).comments.len(), 1);
    assert_eq!(slices("COPY a FROM stdin DELIMITER ',' CSV;\n\\.\nx"), ["COPY a FROM stdin DELIMITER ',' CSV", "x"]);
    assert_eq!(slices("COPY a FROM stdin;\n1\n\\.").len(), 1);
    assert_eq!(slices("COPY a FROM stdin;\n$$ \\. x\n\\.x\n\\.\r\nx"), ["COPY a FROM stdin", "x"]);
    assert_eq!(slices("COPY (SELECT 1 FROM stdin) TO stdout; x"), ["COPY (SELECT 1 FROM stdin) TO stdout", "x"]);
}

#[test]
fn files_of_nothing_have_no_statements() {
    for text in ["", ";", " ;;\n;", "\u{feff}", "\u{feff}-- a\n\u{feff}", "/* a */", "\r\r", "-- a\r-- b"] {
        assert_eq!(slices(text), Vec::<String>::new(), "{text:?}");
    }
}

#[test]
fn line_ends_and_byte_order_marks_of_every_kind() {
    assert_eq!(slices("SELECT 1;\r-- it's\rSELECT 2\r"), ["SELECT 1", "SELECT 2"]);
    assert_eq!(slices("\\echo a\rSELECT 2\r"), ["\\echo a", "SELECT 2"]);
    assert_eq!(
        slices("SELECT 1;\n\u{feff}SELECT 2;\n\u{feff}\u{feff}-- x\nSELECT 3"),
        ["SELECT 1", "SELECT 2", "SELECT 3"]
    );
}

#[test]
fn bodies_and_schemas_hold_statements() {
    let body = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC \
                SELECT CASE WHEN a THEN CASE b WHEN 1 THEN 2 END ELSE 3 END; INSERT INTO t VALUES (1); END";
    assert_eq!(slices(&format!("{body}; SELECT 1")), [body, "SELECT 1"]);
    let schema = "CREATE SCHEMA s CREATE TABLE a (b int) CREATE VIEW v AS SELECT 1";
    assert_eq!(slices(&format!("{schema}; SELECT 1")), [schema, "SELECT 1"]);
    let rule = "CREATE OR REPLACE RULE r AS ON DELETE TO t DO INSTEAD (UPDATE a SET b = (1); DELETE FROM c;)";
    assert_eq!(slices(&format!("{rule}; SELECT 1")), [rule, "SELECT 1"]);
}
