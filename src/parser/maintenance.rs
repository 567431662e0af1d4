//! TRUNCATE, LOCK, REINDEX, VACUUM, ANALYZE, CLUSTER and REFRESH.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::names;
use crate::ast::{Cluster, Lock, ObjectName, Refresh, Reindex, ReindexTarget, StatementKind, Truncate, Vacuum};

/// TRUNCATE.
///
/// # Errors
/// The grammar's.
pub(super) fn truncate(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["TRUNCATE"])?;
    c.eat(&["TABLE"]);
    let tables = c.comma_separated(relation)?;
    let restart_identity = c.eat(&["RESTART", "IDENTITY"]);
    if !restart_identity {
        c.eat(&["CONTINUE", "IDENTITY"]);
    }
    let cascade = c.eat(&["CASCADE"]);
    c.eat(&["RESTRICT"]);
    Ok(StatementKind::Truncate(Truncate { tables, cascade, restart_identity }))
}

/// LOCK.
///
/// # Errors
/// The grammar's.
pub(super) fn lock(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["LOCK"])?;
    c.eat(&["TABLE"]);
    let tables = c.comma_separated(relation)?;
    let mode = if c.eat(&["IN"]) { lock_mode(c)? } else { "ACCESS EXCLUSIVE".to_owned() };
    let nowait = c.eat(&["NOWAIT"]);
    Ok(StatementKind::Lock(Lock { tables, mode, nowait }))
}

/// Longer modes stand before those they begin with.
const LOCK_MODES: &[&[&str]] = &[
    &["ACCESS", "SHARE"],
    &["ROW", "SHARE"],
    &["ROW", "EXCLUSIVE"],
    &["SHARE", "UPDATE", "EXCLUSIVE"],
    &["SHARE", "ROW", "EXCLUSIVE"],
    &["SHARE"],
    &["EXCLUSIVE"],
    &["ACCESS", "EXCLUSIVE"],
];

fn lock_mode(c: &mut Cursor) -> Parsed<String> {
    let Some(mode) = LOCK_MODES.iter().find(|mode| c.eat(mode)) else { return c.expected("a lock mode") };
    c.expect(&["MODE"])?;
    Ok(mode.join(" "))
}

/// `[ONLY] name [*]`
fn relation(c: &mut Cursor) -> Parsed<ObjectName> {
    let only = c.eat(&["ONLY"]);
    let name = if only && c.at_symbol(&Token::LParen) {
        c.parenthesized(|c| names::qualified(c, "a table name"))?
    } else {
        names::qualified(c, "a table name")?
    };
    c.eat_symbol(&Token::Mul);
    Ok(name)
}

/// One option in parentheses: its name in upper case, and whether it is on.
struct Switch {
    name: String,
    on: bool,
}

/// `(OPTION [value], ...)`, or nothing.
fn options(c: &mut Cursor) -> Parsed<Vec<Switch>> {
    if !c.at_symbol(&Token::LParen) {
        return Ok(Vec::new());
    }
    c.parenthesized(|c| c.comma_separated(option))
}

fn option(c: &mut Cursor) -> Parsed<Switch> {
    let name = names::label(c, "an option")?.name.to_ascii_uppercase();
    c.eat_symbol(&Token::Minus);
    let off = match c.peek() {
        Token::Word(word) => ["false", "off"].iter().any(|off| word.value.eq_ignore_ascii_case(off)),
        Token::Number(number, _) => number == "0",
        Token::SingleQuotedString(text) => ["false", "off", "0"].iter().any(|off| text.eq_ignore_ascii_case(off)),
        _ => return Ok(Switch { name, on: true }),
    };
    c.advance();
    Ok(Switch { name, on: !off })
}

/// The last mention of an option counts.
fn is_on(options: &[Switch], name: &str) -> bool {
    options.iter().rev().find(|option| option.name == name).is_some_and(|option| option.on)
}

/// REINDEX.
///
/// # Errors
/// The grammar's.
pub(super) fn reindex(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["REINDEX"])?;
    let options = options(c)?;
    // A word of its own until version 12 made it an option.
    c.eat(&["VERBOSE"]);
    let target_keyword = c.next_span();
    let target = match c.eat_any(&["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"]) {
        Some("INDEX") => ReindexTarget::Index,
        Some("TABLE") => ReindexTarget::Table,
        Some("SCHEMA") => ReindexTarget::Schema,
        Some("DATABASE") => ReindexTarget::Database,
        Some(_) => ReindexTarget::System,
        None => return c.expected("INDEX, TABLE, SCHEMA, DATABASE or SYSTEM"),
    };
    let concurrently = c.eat(&["CONCURRENTLY"]) || is_on(&options, "CONCURRENTLY");
    let nameless = matches!(target, ReindexTarget::Database | ReindexTarget::System) && c.at_end();
    let name = if nameless { None } else { Some(names::qualified(c, "a name")?) };
    Ok(StatementKind::Reindex(Reindex { target, name, concurrently, target_keyword }))
}

/// VACUUM or ANALYZE.
///
/// # Errors
/// The grammar's.
pub(super) fn vacuum(c: &mut Cursor) -> Parsed<StatementKind> {
    let vacuum = c.eat(&["VACUUM"]);
    if !vacuum && c.eat_any(&["ANALYZE", "ANALYSE"]).is_none() {
        return c.expected("VACUUM or ANALYZE");
    }
    let options = options(c)?;
    let (mut full, mut analyze) = (is_on(&options, "FULL"), is_on(&options, "ANALYZE") || is_on(&options, "ANALYSE"));
    while let Some(word) = c.eat_any(&["FULL", "FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"]) {
        full |= word == "FULL";
        analyze |= word.starts_with("ANALY");
    }
    let tables = if c.at_end() { Vec::new() } else { c.comma_separated(vacuumed)? };
    Ok(StatementKind::Vacuum(Vacuum { vacuum, full, analyze: analyze || !vacuum, tables }))
}

/// A table, and the columns to analyze.
fn vacuumed(c: &mut Cursor) -> Parsed<ObjectName> {
    let table = relation(c)?;
    c.skip_parentheses()?;
    Ok(table)
}

/// CLUSTER.
///
/// # Errors
/// The grammar's.
pub(super) fn cluster(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CLUSTER"])?;
    options(c)?;
    c.eat(&["VERBOSE"]);
    if c.at_end() {
        return Ok(StatementKind::Cluster(Cluster { table: None }));
    }
    let first = names::qualified(c, "a table name")?;
    let table = if c.eat(&["ON"]) {
        // The old order: index ON table.
        names::qualified(c, "a table name")?
    } else {
        if c.eat(&["USING"]) {
            names::name(c, "an index name")?;
        }
        first
    };
    Ok(StatementKind::Cluster(Cluster { table: Some(table) }))
}

/// REFRESH MATERIALIZED VIEW.
///
/// # Errors
/// The grammar's.
pub(super) fn refresh(c: &mut Cursor) -> Parsed<StatementKind> {
    let view_keyword = c.expect(&["REFRESH", "MATERIALIZED", "VIEW"])?;
    let concurrently = c.eat(&["CONCURRENTLY"]);
    let name = names::qualified(c, "the name of a materialized view")?;
    let with_no_data = c.eat(&["WITH", "NO", "DATA"]);
    if !with_no_data && c.eat(&["WITH"]) {
        c.expect(&["DATA"])?;
    }
    Ok(StatementKind::Refresh(Refresh { name, concurrently, with_no_data, view_keyword }))
}
