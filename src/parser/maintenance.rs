//! TRUNCATE, LOCK, REINDEX, VACUUM, ANALYZE, CLUSTER and REFRESH.

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, names, option};
use crate::ast::{
    Cluster, Lock, NamedOption, Refresh, Reindex, ReindexTarget, StatementKind, TableTarget, Truncate, Vacuum,
};

/// TRUNCATE.
///
/// # Errors
/// The grammar's.
pub(super) fn truncate(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["TRUNCATE"])?;
    c.eat(&["TABLE"]);
    let tables = c.comma_separated(target)?;
    let restart_identity = c.eat(&["RESTART", "IDENTITY"]);
    if !restart_identity {
        c.eat(&["CONTINUE", "IDENTITY"]);
    }
    let cascade = clauses::cascade(c);
    Ok(StatementKind::Truncate(Truncate { tables, cascade, restart_identity }))
}

/// LOCK.
///
/// # Errors
/// The grammar's.
pub(super) fn lock(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["LOCK"])?;
    c.eat(&["TABLE"]);
    let tables = c.comma_separated(target)?;
    let mode = if c.eat(&["IN"]) { lock_mode(c)? } else { "ACCESS EXCLUSIVE".into() };
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

fn lock_mode(c: &mut Cursor) -> Parsed<EcoString> {
    let Some(mode) = LOCK_MODES.iter().find(|mode| c.eat(mode)) else { return c.expected("a lock mode") };
    c.expect(&["MODE"])?;
    Ok(mode.join(" ").into())
}

/// `[ONLY] name [*]`
fn target(c: &mut Cursor) -> Parsed<TableTarget> {
    let start = c.position();
    let (name, only) = clauses::relation(c)?;
    Ok(TableTarget { name, only, columns: Vec::new(), span: c.span_from(start) })
}

/// REINDEX.
///
/// # Errors
/// The grammar's.
pub(super) fn reindex(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["REINDEX"])?;
    let mut options = option::switches(c)?;
    // A word of its own until version 12 made it an option.
    options.extend(option::word(c, &["VERBOSE"]));
    let target_keyword = c.next_span();
    let target = match c.eat_any(&["INDEX", "TABLE", "SCHEMA", "DATABASE", "SYSTEM"]) {
        Some("INDEX") => ReindexTarget::Index,
        Some("TABLE") => ReindexTarget::Table,
        Some("SCHEMA") => ReindexTarget::Schema,
        Some("DATABASE") => ReindexTarget::Database,
        Some(_) => ReindexTarget::System,
        None => return c.expected("INDEX, TABLE, SCHEMA, DATABASE or SYSTEM"),
    };
    let concurrently = c.eat(&["CONCURRENTLY"]) || option::is_on(&options, "concurrently");
    let nameless = matches!(target, ReindexTarget::Database | ReindexTarget::System) && c.at_end();
    let name = if nameless { None } else { Some(names::qualified(c, "a name")?) };
    Ok(StatementKind::Reindex(Reindex { target, name, concurrently, options, target_keyword }))
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
    let parenthesized = c.at_symbol(&Token::LParen);
    let mut options = option::switches(c)?;
    if !parenthesized {
        options.extend(old_words(c, vacuum));
        if vacuum && c.at(&["VERBOSE"]) && option::is_on(&options, "analyze") {
            // In 10 what follows VACUUM may be a whole ANALYZE.
            c.doubt();
        }
    }
    let full = option::is_on(&options, "full");
    let analyze = option::is_on(&options, "analyze");
    let tables = if c.at_end() { Vec::new() } else { c.comma_separated(vacuumed)? };
    Ok(StatementKind::Vacuum(Vacuum { vacuum, full, analyze: analyze || !vacuum, options, tables }))
}

/// `[FULL] [FREEZE] [VERBOSE] [ANALYZE]` of VACUUM, in this order, or `[VERBOSE]` of ANALYZE.
fn old_words(c: &mut Cursor, vacuum: bool) -> Vec<NamedOption> {
    let order: &[&[&str]] = match vacuum {
        true => &[&["FULL"], &["FREEZE"], &["VERBOSE"], &["ANALYZE", "ANALYSE"]],
        false => &[&["VERBOSE"]],
    };
    order.iter().filter_map(|words| option::word(c, words)).collect()
}

/// A table, and the columns to analyze.
fn vacuumed(c: &mut Cursor) -> Parsed<TableTarget> {
    let start = c.position();
    let (name, only) = clauses::relation(c)?;
    let columns = if c.at_symbol(&Token::LParen) { clauses::column_list(c)? } else { Vec::new() };
    Ok(TableTarget { name, only, columns, span: c.span_from(start) })
}

/// CLUSTER.
///
/// # Errors
/// The grammar's.
pub(super) fn cluster(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CLUSTER"])?;
    let mut options = option::switches(c)?;
    if options.is_empty() {
        options.extend(option::word(c, &["VERBOSE"]));
    }
    if c.at_end() {
        return Ok(StatementKind::Cluster(Cluster { table: None, index: None, options }));
    }
    let first = names::qualified(c, "a table name")?;
    let (table, index) = if first.schema.is_none() && c.eat(&["ON"]) {
        // The old order: index ON table.
        (names::qualified(c, "a table name")?, Some(first.name))
    } else if c.eat(&["USING"]) {
        (first, Some(names::name(c, "an index name")?))
    } else {
        (first, None)
    };
    Ok(StatementKind::Cluster(Cluster { table: Some(table), index, options }))
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
