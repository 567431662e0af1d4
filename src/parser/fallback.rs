//! What can be said of a statement that could not be parsed: its leading keywords, and the table it is about.

use super::cursor::SyntaxError;
use super::lexer;
use super::scan::{Lexed, Lexeme, Scanner};
use super::text::Text;
use crate::ast::{Ident, ObjectName, StatementKind, Unparsed};
use crate::source::Span;

/// Words that make up the head of a statement. The first one of a statement is a keyword whatever it is.
const KEYWORDS: &[&str] = &[
    "ACCESS",
    "AGGREGATE",
    "ALL",
    "ATOMIC",
    "CAST",
    "CLASS",
    "COLLATION",
    "COLUMN",
    "CONCURRENTLY",
    "CONFIGURATION",
    "CONSTRAINT",
    "CONVERSION",
    "CURRENT",
    "DATA",
    "DATABASE",
    "DEFAULT",
    "DICTIONARY",
    "DOMAIN",
    "EVENT",
    "EXTENSION",
    "FAMILY",
    "FOREIGN",
    "FROM",
    "FULL",
    "FUNCTION",
    "GLOBAL",
    "GROUP",
    "INDEX",
    "INTO",
    "LANGUAGE",
    "LARGE",
    "LOCAL",
    "MAPPING",
    "MATERIALIZED",
    "METHOD",
    "OBJECT",
    "OPERATOR",
    "OR",
    "OWNED",
    "PARSER",
    "PERSISTENT",
    "POLICY",
    "PRIVILEGES",
    "PROCEDURAL",
    "PROCEDURE",
    "PUBLICATION",
    "RECURSIVE",
    "REPLACE",
    "ROLE",
    "ROUTINE",
    "RULE",
    "SCHEMA",
    "SEARCH",
    "SEQUENCE",
    "SERVER",
    "SESSION",
    "STATISTICS",
    "SUBSCRIPTION",
    "SYSTEM",
    "TABLE",
    "TABLESPACE",
    "TEMP",
    "TEMPLATE",
    "TEMPORARY",
    "TEXT",
    "TRANSACTION",
    "TRANSFORM",
    "TRIGGER",
    "TRUSTED",
    "TYPE",
    "UNIQUE",
    "UNLOGGED",
    "USER",
    "VIEW",
    "WRAPPER",
];

/// Most keywords that are kept.
const MOST: usize = 4;

/// Words between the keywords and a table's name.
const NOISE: &[&str] = &["IF", "NOT", "EXISTS", "ONLY", "CONCURRENTLY", "VERBOSE", "FULL", "ANALYZE", "FREEZE"];

/// A statement that PostgreSQL's grammar refuses.
pub(super) fn refused(text: Text, statement: Span, error: SyntaxError) -> StatementKind {
    match unparsed(text, statement, error) {
        StatementKind::Unparsed(unparsed) => StatementKind::Unparsed(Unparsed { certain: true, ..unparsed }),
        kind => kind,
    }
}

/// A statement that could not be parsed.
pub(super) fn unparsed(text: Text, statement: Span, error: SyntaxError) -> StatementKind {
    let words = head(text, statement);
    let keywords: Vec<String> = keywords(text, &words).map(str::to_ascii_uppercase).collect();
    let table = table(text, &words, &keywords);
    StatementKind::Unparsed(Unparsed {
        keywords: keywords.join(" ").into(),
        message: error.message.into(),
        at: error.at,
        table,
        certain: false,
    })
}

/// The leading keywords of a text, in upper case.
pub(super) fn keywords_of(sql: &str) -> String {
    let text = Text::of_file(sql);
    let words = head(text, Span::new(0, sql.len()));
    let keywords: Vec<String> = keywords(text, &words).map(str::to_ascii_uppercase).collect();
    keywords.join(" ")
}

/// The first lexemes; nothing of interest stands further back.
fn head(text: Text, statement: Span) -> Vec<Lexed> {
    let mut scanner = Scanner::within(text, statement);
    let lexemes = std::iter::from_fn(|| scanner.next());
    lexemes.filter(|lexed| lexed.lexeme != Lexeme::Comment).take(40).collect()
}

fn keywords<'t>(text: Text<'t>, words: &[Lexed]) -> impl Iterator<Item = &'t str> {
    let leading =
        words.iter().take_while(|lexed| lexed.lexeme == Lexeme::Word).map(move |lexed| text.slice(lexed.span));
    leading.enumerate().take_while(|(n, word)| *n == 0 || is_one_of(word, KEYWORDS)).map(|(_, word)| word).take(MOST)
}

fn is_one_of(word: &str, list: &[&str]) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(word))
}

/// The table that a statement is about, as far as its first words tell.
fn table(text: Text, words: &[Lexed], keywords: &[String]) -> Option<ObjectName> {
    let keywords: Vec<&str> = keywords.iter().map(String::as_str).collect();
    let has = |word: &str| keywords.contains(&word);
    let rest = words.get(keywords.len()..)?;
    match keywords.as_slice() {
        ["CREATE", ..] if has("INDEX") || has("TRIGGER") || has("POLICY") => behind(text, rest, "ON"),
        ["CREATE", ..] if has("RULE") => behind(text, rest, "TO"),
        ["DROP" | "ALTER", ..] if has("TRIGGER") || has("POLICY") || has("RULE") => behind(text, rest, "ON"),
        ["CREATE" | "ALTER" | "DROP" | "TRUNCATE" | "LOCK" | "REINDEX", .., "TABLE"] => name(text, rest),
        ["INSERT" | "MERGE", "INTO"] | ["DELETE", "FROM"] => name(text, rest),
        ["UPDATE" | "COPY" | "TRUNCATE" | "LOCK" | "CLUSTER" | "VACUUM" | "ANALYZE"] => name(text, rest),
        ["COMMENT", ..] => comment(text, rest),
        _ => None,
    }
}

/// The name behind a keyword.
fn behind(text: Text, words: &[Lexed], keyword: &str) -> Option<ObjectName> {
    let found =
        words.iter().position(|lexed| lexed.lexeme == Lexeme::Word && is_one_of(text.slice(lexed.span), &[keyword]))?;
    name(text, words.get(found + 1..)?)
}

/// COMMENT ON TABLE name.
fn comment(text: Text, words: &[Lexed]) -> Option<ObjectName> {
    let [on, table, rest @ ..] = words else { return None };
    let heads = is_one_of(text.slice(on.span), &["ON"]) && is_one_of(text.slice(table.span), &["TABLE"]);
    heads.then(|| name(text, rest)).flatten()
}

/// The name that comes next, behind words such as IF EXISTS and ONLY.
fn name(text: Text, words: &[Lexed]) -> Option<ObjectName> {
    let is_noise = |lexed: &&Lexed| lexed.lexeme == Lexeme::Word && is_one_of(text.slice(lexed.span), NOISE);
    let mut words = words.iter().skip_while(is_noise);
    let mut parts = vec![part(text, words.next()?)?];
    while words.next().is_some_and(|lexed| lexed.lexeme == Lexeme::Symbol(b'.')) {
        parts.push(part(text, words.next()?)?);
    }
    let span = parts.iter().map(|part| part.span).reduce(Span::to)?;
    let name = parts.pop()?;
    Some(ObjectName { schema: parts.pop(), name, span })
}

fn part(text: Text, lexed: &Lexed) -> Option<Ident> {
    Some(Ident { name: lexer::name(text, *lexed)?.into(), span: lexed.span })
}
