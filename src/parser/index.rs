//! CREATE INDEX, and index keys, which partition keys and EXCLUDE constraints are written with too.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, constraint, expr, names};
use crate::ast::{CreateIndex, Ident, IndexKey, ObjectName, StatementKind};

/// CREATE INDEX.
///
/// # Errors
/// Something else comes.
pub(super) fn create_index(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let unique = c.eat(&["UNIQUE"]);
    let index_keyword = c.expect(&["INDEX"])?;
    let concurrently = c.eat(&["CONCURRENTLY"]);
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = index_name(c, if_not_exists)?;
    c.expect(&["ON"])?;
    let (table, only) = clauses::relation(c)?;
    let method = clauses::method(c)?;
    let keys = clauses::list(c, key)?;
    let include = include(c)?;
    let nulls_not_distinct = constraint::nulls_not_distinct(c)?;
    clauses::with_options(c)?;
    clauses::tablespace(c)?;
    let predicate = if c.eat(&["WHERE"]) { Some(expr::expr(c)?) } else { None };
    Ok(StatementKind::CreateIndex(Box::new(CreateIndex {
        unique,
        concurrently,
        if_not_exists,
        name,
        table,
        only,
        method,
        keys,
        include,
        nulls_not_distinct,
        predicate,
        index_keyword,
    })))
}

/// An index is made in the schema of its table: its name has none. IF NOT EXISTS needs one.
fn index_name(c: &mut Cursor, needed: bool) -> Parsed<Option<ObjectName>> {
    if c.at(&["ON"]) && !needed {
        return Ok(None);
    }
    names::name(c, "an index name").map(|name| Some(names::unqualified(name)))
}

fn include(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    if c.eat(&["INCLUDE"]) { clauses::column_list(c) } else { Ok(Vec::new()) }
}

/// One key: a column or an expression with its collation, operator class and order.
///
/// # Errors
/// Neither comes.
pub(super) fn key(c: &mut Cursor) -> Parsed<IndexKey> {
    let start = c.position();
    let mut key = target(c)?;
    clauses::collation(c)?;
    operator_class(c)?;
    let _order = c.eat_any(&["ASC", "DESC"]);
    if c.eat(&["NULLS"]) && c.eat_any(&["FIRST", "LAST"]).is_none() {
        return c.expected("FIRST or LAST");
    }
    key.span = c.span_from(start);
    Ok(key)
}

/// A column, `(expression)` or `function(...)`.
///
/// # Errors
/// None of them comes.
pub(super) fn target(c: &mut Cursor) -> Parsed<IndexKey> {
    let span = c.next_span();
    if c.at_symbol(&Token::LParen) {
        let expr = c.parenthesized(expr::expr)?;
        return Ok(IndexKey { column: None, expr: Some(expr), span });
    }
    if matches!(c.peek(), Token::Word(_)) && matches!(c.peek_nth(1), Token::LParen | Token::Period) {
        return Ok(IndexKey { column: None, expr: Some(expr::expr(c)?), span });
    }
    Ok(IndexKey { column: Some(names::name(c, "a column name")?), expr: None, span })
}

/// `[schema.]class [(parameters)]`, if it comes.
fn operator_class(c: &mut Cursor) -> Parsed<()> {
    if !names::at_type_or_function(c) || c.at(&["NULLS", "FIRST"]) || c.at(&["NULLS", "LAST"]) {
        return Ok(());
    }
    names::qualified_type(c, "an operator class")?;
    if c.at_symbol(&Token::LParen) {
        clauses::options(c)?;
    }
    Ok(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
