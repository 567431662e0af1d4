//! What is said of statements that cannot be parsed.

use super::{failure, kinds};
use crate::ast::StatementKind;

#[test]
fn keywords_and_table() {
    for (text, keywords, table) in [
        ("ALTER TABLE IF EXISTS ONLY s.\"A\" FROBNICATE", "ALTER TABLE", Some("s.A")),
        ("CREATE UNIQUE INDEX CONCURRENTLY i ON ONLY a (b c d e f)", "CREATE UNIQUE INDEX CONCURRENTLY", Some("a")),
        ("CREATE TABLE a (b int,)", "CREATE TABLE", Some("a")),
        ("DROP TABLE IF EXISTS a b", "DROP TABLE", Some("a")),
        ("update a set", "UPDATE", Some("a")),
        ("DELETE FROM ONLY a WHERE", "DELETE FROM", Some("a")),
        ("INSERT INTO a VALUES (", "INSERT INTO", Some("a")),
        ("TRUNCATE TABLE a b", "TRUNCATE TABLE", Some("a")),
        ("LOCK a IN b", "LOCK", Some("a")),
        ("COPY a FROM", "COPY", Some("a")),
        ("CREATE TRIGGER t FROBNICATE ON a", "CREATE TRIGGER", Some("a")),
        ("COMMENT ON TABLE a IS b", "COMMENT", Some("a")),
        ("SELECT 1 1", "SELECT", None),
        ("FROBNICATE x", "FROBNICATE", None),
        ("{{ x", "", None),
        ("ALTER TABLE {{ x .a ADD b int", "ALTER TABLE", None),
        ("ALTER TABLE a ADD b text DEFAULT 'x", "ALTER TABLE", Some("a")),
    ] {
        let unparsed = failure(text);
        assert_eq!(unparsed.keywords, keywords, "{text}");
        assert_eq!(unparsed.table.map(|table| table.to_string()).as_deref(), table, "{text}");
    }
}

#[test]
fn a_failure_costs_one_statement() {
    let kinds = kinds("SELECT 1; SELEC 2; SELECT 3 FROM; SELECT 4");
    let unparsed: Vec<bool> = kinds.iter().map(|kind| matches!(kind, StatementKind::Unparsed(_))).collect();
    assert_eq!(unparsed, [false, true, true, false]);
}

#[test]
fn the_place_is_that_of_the_token() {
    for (text, place) in [("SELECT 1; DROP TABLE é é", "é"), ("SELECT (1 + )", ")"), ("SELECT 1 1", "1")] {
        let Some(StatementKind::Unparsed(unparsed)) = kinds(text).pop() else { unreachable!("{text}") };
        assert_eq!(&text[unparsed.at.start..unparsed.at.end], place);
    }
    let unparsed = failure("DELETE FROM t WHERE");
    assert!(unparsed.at.is_empty());
    assert!(unparsed.message.ends_with("found the end of the statement"));
}

#[test]
fn keywords_that_may_be_names_are_read_or_not_certain() {
    for text in [
        "alter type position add value 'b'",
        "alter type setof add value 'b'",
        "alter domain row set default 1",
        "create table repeatable (a int)",
        "call repeatable(1)",
        "copy t (values) from '/dev/null'",
        "insert into t (values) values (1)",
        "drop role if exists binary, verbose",
        "alter role a rename to left",
        "create type similar as enum ('a')",
        "create function isnull(a int) returns int language sql as 'select 1'",
        "drop type isnull",
        "with recursive as (select 1) select * from recursive",
        "with recursive (a) as (select 1) select * from recursive",
        "alter table t add constraint row exclude (a with =)",
        "select a isnull, substring(a similar b escape 'c') from t tablesample system (1) repeatable (2)",
    ] {
        assert!(!matches!(kinds(text)[..], [StatementKind::Unparsed(_)]), "{text}");
    }
    for text in [
        "select all",
        "vacuum analyze verbose t",
        "drop language if exists 'plfoo'",
        "drop domain setof b",
        "drop type if exists y[]",
        "create table trim (name text, b text)",
    ] {
        assert!(matches!(&kinds(text)[..], [StatementKind::Unparsed(unparsed)] if !unparsed.certain), "{text}");
    }
}
