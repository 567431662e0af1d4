//! Backslash commands.

use std::sync::Arc;

use proptest::prelude::*;

use super::{kinds, one};
use crate::ast::{PsqlCommand, StatementKind, WriteVerb};
use crate::parser::{Includes, Psql, Script, parse};
use crate::source::{SourceFile, Splice};

fn script(text: &str) -> Script {
    parse(&SourceFile::new("a.sql", text))
}

/// The statements as they are written.
fn written(text: &str) -> Vec<&str> {
    script(text).statements.iter().map(|statement| &text[statement.span.start..statement.span.end]).collect()
}

#[test]
fn commands_are_known_by_what_they_do() {
    let database = |name: &str| PsqlCommand::Connect { database: Some(name.into()) };
    for (text, expected) in [
        ("\\c shop", database("shop")),
        ("\\connect \"Shop\" - - 5432", database("Shop")),
        ("\\connect -reuse-previous=on \"dbname='shop'\"", PsqlCommand::Connect { database: None }),
        ("\\c - alice", PsqlCommand::Connect { database: None }),
        ("\\c :db", PsqlCommand::Connect { database: None }),
        ("\\set AUTOCOMMIT off", PsqlCommand::Autocommit { on: false }),
        ("\\set AUTOCOMMIT 'on'", PsqlCommand::Autocommit { on: true }),
        ("\\set ON_ERROR_STOP on", PsqlCommand::Local),
        ("\\echo 'it''s; here'", PsqlCommand::Local),
        ("\\timing", PsqlCommand::Local),
        ("\\dt+ public.*", PsqlCommand::Local),
        ("\\restrict a1B2", PsqlCommand::Local),
        ("\\unrestrict a1B2", PsqlCommand::Local),
        ("\\i x.sql", PsqlCommand::Include { followed: false }),
        ("\\include_relative 'x y.sql'", PsqlCommand::Include { followed: false }),
    ] {
        assert_eq!(one(text), StatementKind::Psql(expected), "{text}");
    }
    for text in ["\\frobnicate", "\\! rm x; \\echo", "\\lo_import x"] {
        let StatementKind::Opaque(opaque) = one(text) else { unreachable!("{text}") };
        assert!(text.starts_with(opaque.what.as_str()), "{text}");
    }
}

#[test]
fn commands_end_where_psql_ends_them() {
    for (text, expected) in [
        (
            "\\echo a \\\\ SELECT 1; \\echo b \\set c d\nSELECT 2",
            vec!["\\echo a", "SELECT 1", "\\echo b", "\\set c d", "SELECT 2"],
        ),
        (
            "\\echo 'a \\\\ b' \"c \\\\ d\" `e \\\\ f`\nSELECT 2",
            vec!["\\echo 'a \\\\ b' \"c \\\\ d\" `e \\\\ f`", "SELECT 2"],
        ),
        ("\\echo 'open\nSELECT 2", vec!["\\echo 'open", "SELECT 2"]),
        ("\\copy t from 'a\\b.csv' \\\\ csv\nSELECT 2", vec!["\\copy t from 'a\\b.csv' \\\\ csv", "SELECT 2"]),
        (
            "SELECT 1 \\gx\nSELECT 2 \\g out.txt\nSELECT 3 \\gset p_\n",
            vec!["SELECT 1", "\\gx", "SELECT 2", "\\g out.txt", "SELECT 3", "\\gset p_"],
        ),
        ("SELECT 1 \\; SELECT 2 \\; SELECT 3;", vec!["SELECT 1", "SELECT 2", "SELECT 3"]),
        ("SELECT 1; \\; SELECT 2 \\; \\; SELECT 3;", vec!["SELECT 1", "SELECT 2", "SELECT 3"]),
        ("SELECT 1 \\echo half\n + 2; SELECT 3", vec!["SELECT 1 \\echo half\n + 2", "SELECT 3"]),
        ("SELECT 1 (\\r\nSELECT 2; \\r\nSELECT 3", vec!["SELECT 2", "\\r", "SELECT 3"]),
        ("\\", vec!["\\"]),
        ("\\\\", vec!["\\\\"]),
    ] {
        assert_eq!(written(text), expected, "{text}");
    }
}

#[test]
fn a_command_inside_a_statement_is_no_part_of_it() {
    let StatementKind::Query(query) = one("SELECT f(a) \\timing\n FROM t;") else { unreachable!() };
    assert_eq!(query.functions, ["f"]);
    let [StatementKind::Unparsed(unparsed), ..] = &kinds("SELECT \\if :x 1 \\else 2 \\endif ;")[..] else {
        unreachable!()
    };
    assert_eq!(unparsed.message, "\\if inside a statement is not followed");
}

#[test]
fn generated_statements_are_not_known() {
    let kinds = kinds("SELECT 'DROP TABLE ' || name FROM t \\gexec\nSELECT 1;");
    assert!(matches!(
        kinds.as_slice(),
        [StatementKind::Query(_), StatementKind::Psql(PsqlCommand::Generated), StatementKind::Query(_)]
    ));
}

#[test]
fn copy_by_psql_writes_like_copy() {
    for text in [
        "\\copy t from stdin\n1\n\\.\n",
        "\\copy s.t (a, \"b c\") from 'a file.csv' with (format csv, header)",
        "\\copy t from data/t.csv csv header",
        "\\copy t FROM pstdin;",
        "\\copy t from program 'gunzip t.gz' csv",
        "\\copy t from /tmp/t.csv;",
    ] {
        let StatementKind::Write(write) = one(text) else { unreachable!("{text}") };
        assert_eq!(write.verb, WriteVerb::CopyFrom, "{text}");
        assert_eq!(&text[write.target.name.span.start..write.target.name.span.end], "t");
    }
    for text in ["\\copy t to 'x'", "\\copy (select a from t where b = 'c') to out.csv csv", "\\copy t to stdout"] {
        assert!(matches!(one(text), StatementKind::Query(_)), "{text}");
    }
    assert!(matches!(one("\\copy nonsense"), StatementKind::Unparsed(_)));
}

#[test]
fn what_psql_skips_is_left_out() {
    let text = "\\if false\nDROP TABLE a; -- lockwise: allow(b)\n\\else\nSELECT 1;\n\\endif\n\\q\nDROP TABLE b;";
    assert_eq!(written(text), ["\\if false", "\\else", "SELECT 1", "\\endif", "\\q"]);
    assert!(script(text).comments.is_empty());
    assert_eq!(written("\\set a on\n\\if :a\nSELECT 1;\n\\else\nSELECT 2;\n\\endif").len(), 5);
}

#[test]
fn what_psql_may_skip_is_marked() {
    let script = script("SELECT 1;\n\\if :x\nSELECT 2;\n\\elif :y\nSELECT 3;\n\\endif\nSELECT 4;");
    assert_eq!(script.statements.len(), 7);
    let marked: Vec<bool> = script.statements.iter().map(|statement| script.may_run(statement.span)).collect();
    assert_eq!(marked, [false, false, true, false, true, false, false]);
}

#[test]
fn long_runs_of_the_same_insert_are_kept_once() {
    let rows: String =
        (0..1000).map(|n| format!("INSERT INTO a (b) VALUES ({n});\nINSERT INTO c VALUES ('{n}', NULL);\n")).collect();
    let script = script(&format!("{rows}SELECT 1;\nINSERT INTO a (b) VALUES (1);\n"));
    assert_eq!(script.statements.len(), 202);
    let more: usize = script.statements.iter().map(|statement| script.repeats(statement.span)).sum();
    assert_eq!(more + 202, 2002);
}

#[test]
fn variables_with_known_values_are_read_as_these() {
    let script = |rest: &str| {
        format!("\\set s 'app'\n\\set t '\"My\" AS m'\n\\set v it\\'s\n\\set v 'it''s'\n\\set d false\n{rest}")
    };
    let last = |rest: &str| kinds(&script(rest)).pop();
    let Some(StatementKind::Write(write)) = last("INSERT INTO :s.:\"v\" VALUES (:'v', :d::boolean);") else {
        unreachable!()
    };
    assert_eq!(write.target.to_string(), "app.it's");
    let Some(StatementKind::Query(query)) = last("SELECT a[1:2], m.x::text FROM :t WHERE b = :unknown") else {
        unreachable!()
    };
    assert_eq!(query.reads.first().map(ToString::to_string).as_deref(), Some("My"));
    let text = script("DROP TABLE :s.t, :\"s\".u;");
    let Some(StatementKind::Drop(drop)) = kinds(&text).pop() else { unreachable!() };
    let written: Vec<&str> = drop.names.iter().map(|name| &text[name.span.start..name.span.end]).collect();
    assert_eq!(written, [":s.t", ":\"s\".u"]);
    let Some(StatementKind::Unparsed(unparsed)) = last("DROP TABLE :v;") else { unreachable!() };
    assert!(unparsed.message.contains("never closed") || unparsed.message.contains("unterminated"), "{unparsed:?}");
}

/// Commands, statements and pieces of both, in any order.
fn babble() -> impl Strategy<Value = String> {
    let pieces = [
        "\\set a 'b'\n",
        "\\set a",
        ":a",
        ":'a'",
        ":\"a\"",
        ":{?a}",
        "::int",
        "\\if :x\n",
        "\\if true\n",
        "\\if 0\n",
        "\\elif :a\n",
        "\\else\n",
        "\\endif\n",
        "\\q\n",
        "\\i x.sql\n",
        "\\ir 'é",
        "\\copy t from é.csv;\n",
        "\\copy (select 1) to x",
        "COPY t FROM stdin;\n",
        "1\té\n",
        "\\.\n",
        "\\g\n",
        "\\gset\n",
        "\\gexec",
        "\\;",
        "\\\\",
        "\\",
        "\\é",
        "`",
        "'",
        "\"",
        ";",
        "\n",
        "\r\n",
        "\u{feff}",
        "SELECT a ",
        "INSERT INTO t VALUES (1);\n",
        "-- lockwise: allow(x)\n",
        "/*",
        "$$",
        "(",
        ")",
        "BEGIN;",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 0..40).prop_map(|pieces| pieces.concat())
}

/// Statements come in order and apart, between characters, and each in one part.
fn check(file: &SourceFile) {
    let mut end = 0;
    for statement in parse(file).statements {
        let span = statement.span;
        assert!(span.start >= end && !span.is_empty() && !file.slice(span).is_empty(), "{:?}", file.text());
        end = span.end;
        if let StatementKind::Unparsed(unparsed) = statement.kind {
            assert!(!unparsed.message.starts_with("internal error"), "{:?}", file.text());
        }
        if let Some((origin, place)) = file.origin(span) {
            assert_eq!(origin.slice(place), file.slice(span), "{:?}", file.text());
        }
    }
}

proptest! {
    #[test]
    fn any_script_is_read(text in babble()) {
        check(&SourceFile::new("a.sql", text));
    }

    #[test]
    fn any_included_script_is_read(outer in babble(), inner in babble()) {
        let (outer, inner) = (Arc::new(SourceFile::new("a.sql", outer)), Arc::new(SourceFile::new("b.sql", inner)));
        let mut splice = Splice::default();
        let mut start = 0;
        let mut psql = Psql::default();
        for include in Includes::new(&outer, &mut psql, 0) {
            splice.add(&outer, start, include.end, 0);
            splice.add(&inner, inner.sql_start(), inner.text().len(), 1);
            start = include.end;
        }
        splice.add(&outer, start, outer.text().len(), 0);
        check(&splice.finish("a.sql"));
    }
}
