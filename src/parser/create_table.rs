//! CREATE TABLE in all its forms, foreign tables included.

use ecow::EcoString;

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, column, constraint, expr, names, option, partition, query};
use crate::ast::{CreateTable, LikeClause, NamedOption, OnCommit, PartitionOf, Persistence, Query, StatementKind};

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
    let persistence = if foreign { Persistence::Permanent } else { persistence(c) };
    c.expect(&["TABLE"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = names::qualified(c, "a table name")?;
    let mut table = CreateTable { if_not_exists, persistence, foreign, ..CreateTable::new(name) };
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
    if c.is_any_at(1, &["TEMPORARY", "TEMP"]) {
        let _noise = c.eat_any(&["GLOBAL", "LOCAL"]);
    }
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
        typed_elements(c, table)?;
        let bound = partition::partition_bound(c)?;
        table.partition_of = Some(PartitionOf { parent, bound });
    } else if !table.foreign && c.eat(&["OF"]) {
        table.of_type = Some(names::qualified(c, "a type name")?);
        typed_elements(c, table)?;
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

/// `([element, ...]) [INHERITS (parents)]`
fn own_elements(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    if !c.at_symbol(&Token::LParen) {
        return c.expected("(");
    }
    if *c.peek_nth(1) == Token::RParen {
        c.advance();
        c.advance();
    } else {
        clauses::list(c, |c| element(c, table))?;
        table.columns.shrink_to_fit();
    }
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

/// `(element, ...)`, if it comes.
fn typed_elements(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    if c.at_symbol(&Token::LParen) {
        clauses::list(c, |c| typed_element(c, table))?;
    }
    Ok(())
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

fn include(including: &mut Vec<EcoString>, option: &str) {
    if !including.iter().any(|found| found == option) {
        including.push(option.into());
    }
}

/// ALL without one option is the list of the others.
fn exclude(including: &mut Vec<EcoString>, option: &str) {
    if option == "ALL" {
        including.clear();
    } else if including.iter().any(|found| found == "ALL") {
        *including = LIKE_OPTIONS.iter().map(|&all| all.into()).collect();
    }
    including.retain(|found| found != option);
}

/// The clauses behind the elements, up to the query of CREATE TABLE AS.
fn trailer(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    if table.foreign {
        c.expect(&["SERVER"])?;
        table.server = Some(names::name(c, "a server name")?);
        table.foreign_options = option::foreign_options(c)?;
        return Ok(());
    }
    if c.at(&["PARTITION"]) {
        table.partition_by = Some(partition::partition_by(c)?);
    }
    table.method = clauses::method(c)?;
    table.options = options(c)?;
    table.on_commit = on_commit(c)?;
    table.tablespace = clauses::tablespace(c)?;
    Ok(())
}

/// `[WITH (options) | WITH OIDS | WITHOUT OIDS]`; the last one says what is so anyway.
fn options(c: &mut Cursor) -> Parsed<Vec<NamedOption>> {
    if c.eat(&["WITHOUT"]) {
        return c.expect(&["OIDS"]).map(|_| Vec::new());
    }
    let first = c.next_span();
    if c.at(&["WITH", "OIDS"]) {
        let span = first.to(c.expect(&["WITH", "OIDS"])?);
        return Ok(vec![NamedOption { name: "oids".into(), value: Some("true".into()), span }]);
    }
    option::with_options(c)
}

/// `[ON COMMIT {DROP | DELETE ROWS | PRESERVE ROWS}]`
fn on_commit(c: &mut Cursor) -> Parsed<Option<OnCommit>> {
    if !c.eat(&["ON", "COMMIT"]) {
        return Ok(None);
    }
    let (words, action): (&[&str], _) = match c.word_at(0).map(str::to_ascii_uppercase).as_deref() {
        Some("DROP") => (&["DROP"], OnCommit::Drop),
        Some("DELETE") => (&["DELETE", "ROWS"], OnCommit::DeleteRows),
        Some("PRESERVE") => (&["PRESERVE", "ROWS"], OnCommit::PreserveRows),
        _ => return c.expected("DROP, DELETE ROWS or PRESERVE ROWS"),
    };
    c.expect(words).map(|_| Some(action))
}

/// `AS query` or `AS EXECUTE name [(arguments)]`, with `WITH [NO] DATA`.
fn as_query(c: &mut Cursor, table: &mut CreateTable) -> Parsed<()> {
    c.expect(&["AS"])?;
    let start = c.position();
    table.query = Some(if c.eat(&["EXECUTE"]) {
        table.execute = Some(names::name(c, "the name of a prepared statement")?);
        if c.at_symbol(&Token::LParen) {
            clauses::list(c, expr::expr)?;
        }
        Query { span: c.span_from(start), ..Query::default() }
    } else {
        query::of_table(c, &table.name)?
    });
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
mod tests;
