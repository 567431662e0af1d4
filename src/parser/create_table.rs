//! CREATE TABLE in all its forms, foreign tables included.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, column, constraint, index, names, query};
use crate::ast::{
    CreateTable, LikeClause, PartitionBound, PartitionBy, PartitionOf, Persistence, Query, StatementKind,
};

/// Every kind of thing that LIKE may copy.
const LIKE_OPTIONS: &[&str] = &[
    "COMMENTS",
    "COMPRESSION",
    "CONSTRAINTS",
    "DEFAULTS",
    "GENERATED",
    "IDENTITY",
    "INDEXES",
    "STATISTICS",
    "STORAGE",
];

/// CREATE TABLE.
///
/// # Errors
/// Something else comes.
pub(super) fn create_table(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let foreign = c.eat(&["FOREIGN"]);
    let persistence = persistence(c);
    c.expect(&["TABLE"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = names::qualified(c, "a table name")?;
    let mut table = CreateTable {
        name,
        if_not_exists,
        persistence,
        foreign,
        columns: Vec::new(),
        constraints: Vec::new(),
        like: Vec::new(),
        inherits: Vec::new(),
        partition_by: None,
        partition_of: None,
        query: None,
        with_no_data: false,
        drops_on_commit: false,
    };
    let from_query = contents(c, &mut table)?;
    trailer(c, &mut table)?;
    if from_query {
        as_query(c, &mut table)?;
    }
    Ok(StatementKind::CreateTable(Box::new(table)))
}

/// `[GLOBAL | LOCAL] TEMPORARY` and `UNLOGGED`, if they come.
///
/// GLOBAL and LOCAL mean nothing in PostgreSQL.
pub(super) fn persistence(c: &mut Cursor) -> Persistence {
    let _noise = c.eat_any(&["GLOBAL", "LOCAL"]);
    match c.eat_any(&["TEMPORARY", "TEMP", "UNLOGGED"]) {
        None => Persistence::Permanent,
        Some("UNLOGGED") => Persistence::Unlogged,
        Some(_) => Persistence::Temporary,
    }
}

/// Clauses that may stand between the name of a table and AS.
const BEFORE_QUERY: &[&str] = &["AS", "USING", "WITH", "WITHOUT", "ON", "TABLESPACE"];

/// What follows the name: PARTITION OF, OF type, or elements. True when it is CREATE TABLE AS, with or without column names.
fn contents(c: &mut Cursor, table: &mut CreateTable) -> Parsed<bool> {
    if c.eat(&["PARTITION"]) {
        c.expect(&["OF"])?;
        let parent = names::qualified(c, "a table name")?;
        elements(c, table, typed_element)?;
        let bound = partition_bound(c)?;
        table.partition_of = Some(PartitionOf { parent, bound });
    } else if c.eat(&["OF"]) {
        names::qualified_type(c, "a type name")?;
        elements(c, table, typed_element)?;
    } else if !table.foreign && c.at_any(BEFORE_QUERY) {
        return Ok(true);
    } else if !table.foreign && at_bare_columns(c) {
        table.columns = clauses::list(c, column::bare_column)?;
        return Ok(true);
    } else {
        own_elements(c, table)?;
    }
    Ok(false)
}

fn own_elements(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    if !c.at_symbol(&Token::LParen) {
        return c.expected("(");
    }
    elements(c, table, element)?;
    if c.eat(&["INHERITS"]) {
        table.inherits = clauses::list(c, |c| names::qualified(c, "a table name"))?;
    }
    Ok(())
}

/// `(a, b) AS ...`: names only, and a CREATE TABLE AS clause behind them.
fn at_bare_columns(c: &Cursor) -> bool {
    if !c.at_symbol(&Token::LParen) {
        return false;
    }
    let mut place = 1;
    while matches!(c.peek_nth(place), Token::Word(_)) && *c.peek_nth(place + 1) == Token::Comma {
        place += 2;
    }
    matches!(c.peek_nth(place), Token::Word(_))
        && *c.peek_nth(place + 1) == Token::RParen
        && c.word_at(place + 2).is_some_and(|word| BEFORE_QUERY.iter().any(|found| word.eq_ignore_ascii_case(found)))
}

/// `(element, ...)` or `()`, if it comes.
fn elements(
    c: &mut Cursor,
    table: &mut CreateTable,
    one: fn(&mut Cursor, &mut CreateTable) -> Parsed<()>,
) -> Parsed<()> {
    if !c.at_symbol(&Token::LParen) {
        return Ok(());
    }
    if *c.peek_nth(1) == Token::RParen {
        c.advance();
        c.advance();
        return Ok(());
    }
    clauses::list(c, |c| one(c, table)).map(drop)
}

fn element(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    if constraint::at_table_constraint(c) {
        table.constraints.push(constraint::table_constraint(c)?);
    } else if c.at(&["LIKE"]) {
        table.like.push(like(c)?);
    } else {
        table.columns.push(column::column_def(c)?);
    }
    Ok(())
}

fn typed_element(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    if constraint::at_table_constraint(c) {
        table.constraints.push(constraint::table_constraint(c)?);
    } else {
        table.columns.push(column::typed_column(c)?);
    }
    Ok(())
}

fn like(c: &mut Cursor) -> Parsed<LikeClause> {
    let start = c.position();
    c.expect(&["LIKE"])?;
    let table = names::qualified(c, "a table name")?;
    let mut including = Vec::new();
    while let Some(verb) = c.eat_any(&["INCLUDING", "EXCLUDING"]) {
        let option = match c.eat_any(&["ALL"]).or_else(|| c.eat_any(LIKE_OPTIONS)) {
            Some(option) => option,
            None => return c.expected("an option of LIKE"),
        };
        if verb == "INCLUDING" { include(&mut including, option) } else { exclude(&mut including, option) }
    }
    Ok(LikeClause { table, including, span: c.span_from(start) })
}

fn include(including: &mut Vec<String>, option: &str) {
    if !including.iter().any(|found| found == option) {
        including.push(option.to_owned());
    }
}

/// ALL without one option is the list of the others.
fn exclude(including: &mut Vec<String>, option: &str) {
    if option == "ALL" {
        including.clear();
    } else if including.iter().any(|found| found == "ALL") {
        *including = LIKE_OPTIONS.iter().map(|&all| all.to_owned()).collect();
    }
    including.retain(|found| found != option);
}

/// `FOR VALUES ...` or `DEFAULT`.
///
/// # Errors
/// Something else comes.
pub(super) fn partition_bound(c: &mut Cursor) -> Parsed<PartitionBound> {
    let start = c.position();
    let default = c.eat(&["DEFAULT"]);
    if !default {
        if !c.eat(&["FOR", "VALUES"]) {
            return c.expected("FOR VALUES or DEFAULT");
        }
        bound_values(c)?;
    }
    Ok(PartitionBound { default, span: c.span_from(start) })
}

fn bound_values(c: &mut Cursor) -> Parsed<()> {
    match c.eat_any(&["IN", "WITH", "FROM"]) {
        Some("IN") => values(c),
        Some("FROM") => {
            values(c)?;
            c.expect(&["TO"])?;
            values(c)
        }
        Some(_) => clauses::list(c, |c| {
            names::label(c, "MODULUS or REMAINDER")?;
            clauses::number(c)
        })
        .map(drop),
        None => c.expected("IN, FROM or WITH"),
    }
}

fn values(c: &mut Cursor) -> Parsed<()> {
    clauses::list(c, |c| clauses::item(c, "a value")).map(drop)
}

/// The clauses behind the elements, up to the query of CREATE TABLE AS.
fn trailer(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    if table.foreign {
        c.expect(&["SERVER"])?;
        names::name(c, "a server name")?;
        return clauses::foreign_options(c).map(drop);
    }
    if c.at(&["PARTITION"]) {
        table.partition_by = Some(partition_by(c)?);
    }
    clauses::method(c)?;
    if !c.eat(&["WITHOUT", "OIDS"]) && !c.eat(&["WITH", "OIDS"]) {
        clauses::with_options(c)?;
    }
    table.drops_on_commit = on_commit(c)?;
    clauses::tablespace(c)
}

fn partition_by(c: &mut Cursor) -> Parsed<PartitionBy> {
    let start = c.position();
    c.expect(&["PARTITION", "BY"])?;
    let Some(strategy) = c.eat_any(&["RANGE", "LIST", "HASH"]) else {
        return c.expected("RANGE, LIST or HASH");
    };
    let keys = clauses::list(c, index::key)?;
    let columns = keys.into_iter().filter_map(|key| key.column).map(|column| column.name).collect();
    Ok(PartitionBy { strategy: strategy.to_ascii_lowercase(), columns, span: c.span_from(start) })
}

/// `[ON COMMIT {DROP | DELETE ROWS | PRESERVE ROWS}]`: whether it is DROP.
fn on_commit(c: &mut Cursor) -> Parsed<bool> {
    if !c.eat(&["ON", "COMMIT"]) || c.eat(&["DELETE", "ROWS"]) || c.eat(&["PRESERVE", "ROWS"]) {
        return Ok(false);
    }
    if c.eat(&["DROP"]) { Ok(true) } else { c.expected("DROP, DELETE ROWS or PRESERVE ROWS") }
}

/// `AS query` or `AS EXECUTE name [(...)]`, with `WITH [NO] DATA`.
fn as_query(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    c.expect(&["AS"])?;
    let start = c.position();
    let found = if c.eat(&["EXECUTE"]) {
        names::name(c, "the name of a prepared statement")?;
        c.skip_parentheses()?;
        Query { span: c.span_from(start), ..Query::default() }
    } else {
        query::query(c)?
    };
    table.query = Some(found);
    table.with_no_data = with_no_data(c);
    Ok(())
}

/// `[WITH [NO] DATA]`: whether it is WITH NO DATA.
pub(super) fn with_no_data(c: &mut Cursor) -> bool {
    let no_data = c.eat(&["WITH", "NO", "DATA"]);
    if !no_data {
        c.eat(&["WITH", "DATA"]);
    }
    no_data
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
