//! Placeholders of template languages, and variables of psql.

use super::{failure, kinds, one, printed};
use crate::ast::{StatementKind, TransactionControl};
use crate::parser::parse;
use crate::source::SourceFile;

/// What kind of statements a text holds, by the first word of their debug output.
fn outline(text: &str) -> String {
    let name = |kind: &StatementKind| match kind {
        StatementKind::Opaque(opaque) => opaque.what.clone(),
        StatementKind::Unparsed(unparsed) => format!("! {}", unparsed.message).into(),
        kind => format!("{kind:?}").split(['(', ' ']).next().unwrap_or_default().into(),
    };
    kinds(text).iter().map(name).collect::<Vec<_>>().join(", ")
}

#[test]
fn placeholders_stand_for_names_values_types_and_strings() {
    for (text, expected) in [
        ("CREATE TABLE {{ .Prefix }}_users (id {{ .Type }} PRIMARY KEY, n varchar({{n}}) DEFAULT ${x})", "CreateTable"),
        ("ALTER TABLE ${schema}.users ADD COLUMN {c} int DEFAULT {{ .V }} NOT NULL", "AlterTable"),
        ("ALTER TABLE :schema.:table ADD COLUMN a numeric(:p, :s)", "AlterTable"),
        ("CREATE INDEX CONCURRENTLY idx_<%= name %> ON <%= table %> (<%= column %>)", "CreateIndex"),
        ("SET lock_timeout = :'t'", "Set"),
        ("SET lock_timeout = {{ t }}; SET search_path TO :\"schema\", public", "Set, Set"),
        ("DELETE FROM a WHERE id = :id AND b IN ({{ ids }}) LIMIT", "! expected the end of the statement, found LIMIT"),
        ("SELECT * FROM a WHERE b = ${b} LIMIT :n OFFSET {{ o }}", "Query"),
        ("SELECT * FROM a FETCH FIRST :n ROWS ONLY", "Query"),
        ("INSERT INTO {{a}} VALUES (:'x', :y, ${z}), ({{ row }})", "Write"),
        ("COMMENT ON TABLE {{ a }} IS {{ b }}; COMMENT ON TABLE a IS :'b'", "Comment, Comment"),
        ("CREATE ROLE :\"user\" PASSWORD :'password'", "CREATE ROLE"),
        ("ALTER TABLE a SET (fillfactor = {{ f }})", "AlterTable"),
        ("COPY a FROM :'file'", "Write"),
        ("CREATE SEQUENCE a CACHE {{n}} INCREMENT -${n} START WITH :n", "CreateSequence"),
        ("ALTER TABLE a ALTER b SET STATISTICS ${n}, ALTER c RESTART WITH {{n}}", "AlterTable"),
        ("CREATE TABLE a PARTITION OF b FOR VALUES WITH (MODULUS :m, REMAINDER {{r}})", "CreateTable"),
        ("ALTER TABLE a ADD b int[{{n}}]; FETCH {{n}} FROM c; FETCH {{c}}", "AlterTable, FETCH, FETCH"),
        ("SELECT a[:n], b[1:n], c[m:n], ARRAY[:a, :b], d::text", "Query"),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn the_same_placeholder_is_the_same_name() {
    let text = "CREATE TABLE {{ .P }}_a (b int); CREATE INDEX ON {{ .P }}_a (b); ALTER TABLE \"{{ .P }}_a\" ADD c int";
    let names: Vec<String> = kinds(text)
        .into_iter()
        .map(|kind| match kind {
            StatementKind::CreateTable(table) => table.name.to_string(),
            StatementKind::CreateIndex(index) => index.table.to_string(),
            StatementKind::AlterTable(alter) => alter.name.to_string(),
            other => unreachable!("{other:?}"),
        })
        .collect();
    assert_eq!(names, ["{{ .P }}_a", "{{ .P }}_a", "{{ .P }}_a"]);
}

#[test]
fn control_tags_are_white_space() {
    for (text, expected) in [
        ("{{ if .x }}CREATE TABLE a (b int);{{ else }}DROP TABLE a;{{ end }}", "CreateTable, Drop"),
        ("{{- range .x }}\nALTER TABLE a ADD b int{{ if .y }} NOT NULL{{ end }};\n{{- end }}", "AlterTable"),
        ("{% if x %}\nBEGIN;\n{% endif %}\nCOMMIT;", "Transaction, Transaction"),
        ("<% if x %>\nDROP TABLE a;\n<% end %>\n<%# it's; %>TRUNCATE a;", "Drop, Truncate"),
        ("{{/* it's a comment; */}} SELECT 1; {# it's #} SELECT 2", "Query, Query"),
        ("SELECT a <% b, c %> d FROM e; SELECT 1", "Query, Query"),
        ("SELECT 'a' <% b FROM c WHERE d %> 'e'", "Query"),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn a_statement_of_placeholders_only_is_a_template() {
    for (text, expected) in [
        ("{{ .Sql }};\nSELECT 1", "template, Query"),
        ("{{ template \"a;b\" . }}\nCREATE TABLE a (b int);", "CreateTable"),
        ("SELECT 1; ${statements}; :q; {a}", "Query, template, template, template"),
        ("SELECT 1; {{ it's; SELECT 2; SELECT 3", "Query, ! the string that starts here is never closed"),
        ("{{ a; SELECT 2", "! the placeholder that starts here is never closed, Query"),
        ("DROP TABLE ${a; SELECT 2", "! the placeholder that starts here is never closed, Query"),
        ("DROP TABLE {{ a \"b;'c\" }}; SELECT ';{{'", "Drop, Query"),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn placeholders_are_told_apart_from_sql() {
    let file =
        SourceFile::new("a.sql", "SELECT '{{ a }}', /* ${b} */ {{ c }}, d_${e}; SET a = :f; {{ if x }} SELECT $1");
    let script = parse(&file);
    let placeholders: Vec<&str> = script.placeholders.iter().map(|span| file.slice(*span)).collect();
    assert_eq!(placeholders, ["{{ c }}", "d_${e}", ":f"]);
}

#[test]
fn what_a_placeholder_will_be_is_not_known() {
    let StatementKind::Write(write) = one("DELETE FROM a WHERE {{ filter }}") else { unreachable!() };
    assert!(write.filter.is_some_and(|filter| !filter.constant && filter.columns.is_empty()));
    let StatementKind::Write(write) = one("DELETE FROM a WHERE id = :id") else { unreachable!() };
    assert_eq!(write.filter.as_ref().map(super::conditions).as_deref(), Some("id=Equal"));
    let StatementKind::Query(query) = one("SELECT * FROM {{ a }}, ${s}.b") else { unreachable!() };
    assert_eq!(printed(&query.reads), "{{ a }} ${s}.b");
    assert_eq!(
        failure("ALTER TABLE {{ a }}.b FROBNICATE").table.map(|table| table.to_string()).as_deref(),
        Some("{{ a }}.b")
    );
}

#[test]
fn backslashes_follow_the_setting() {
    let text = r"SELECT 'a\'; SET standard_conforming_strings = off; SELECT 'a\';'; RESET ALL; SELECT 'a\'; BEGIN";
    let kinds = kinds(text);
    assert_eq!(kinds.len(), 6, "{kinds:?}");
    assert_eq!(kinds[5], StatementKind::Transaction(TransactionControl::Begin { read_only: None }));
}
