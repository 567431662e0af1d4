//! CREATE INDEX, and index keys, which partition keys and EXCLUDE constraints are written with too.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::walk_expr::is_keyword_function;
use super::{clauses, constraint, expr, names, option};
use crate::ast::{CreateIndex, Ident, IndexKey, ObjectName, StatementKind};
use crate::source::Span;

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
    let name = index_name(c)?;
    c.expect(&["ON"])?;
    let (table, only) = clauses::relation(c)?;
    let method = clauses::method(c)?;
    let keys = clauses::list(c, key)?;
    let include = include(c)?;
    let nulls_not_distinct = constraint::nulls_not_distinct(c)?;
    let options = option::with_options(c)?;
    let tablespace = clauses::tablespace(c)?;
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
        options,
        tablespace,
        predicate,
        index_keyword,
    })))
}

/// An index is made in the schema of its table: its name has none. That IF NOT EXISTS needs one is left to the server.
fn index_name(c: &mut Cursor) -> Parsed<Option<ObjectName>> {
    if c.at(&["ON"]) {
        return Ok(None);
    }
    names::name(c, "an index name").map(|name| Some(names::unqualified(name)))
}

/// The grammar takes keys with options and expressions here, and the server refuses them: columns only.
fn include(c: &mut Cursor) -> Parsed<Vec<Ident>> {
    if c.eat(&["INCLUDE"]) { c.doubting(clauses::column_list) } else { Ok(Vec::new()) }
}

/// One key: a column or an expression with its collation, operator class and order.
///
/// # Errors
/// Neither comes.
pub(super) fn key(c: &mut Cursor) -> Parsed<IndexKey> {
    let start = c.position();
    let mut key = target(c)?;
    key.collation = clauses::collation(c)?.or(key.collation);
    operator_class(c, &mut key)?;
    key.descending = c.eat_any(&["ASC", "DESC"]) == Some("DESC");
    if c.eat(&["NULLS"]) {
        key.nulls_first = match c.eat_any(&["FIRST", "LAST"]) {
            Some(place) => Some(place == "FIRST"),
            None => return c.expected("FIRST or LAST"),
        };
    }
    key.span = c.span_from(start);
    Ok(key)
}

/// One key of a partitioned table, which has no order.
///
/// # Errors
/// Neither a column nor an expression comes.
pub(super) fn partition_key(c: &mut Cursor) -> Parsed<IndexKey> {
    let start = c.position();
    let mut key = target(c)?;
    key.collation = clauses::collation(c)?.or(key.collation);
    if names::at_name(c) {
        key.opclass = Some(names::qualified(c, "an operator class")?);
    }
    key.span = c.span_from(start);
    Ok(key)
}

/// What stands in parentheses.
enum Inside {
    /// A column, a call or more parentheses.
    Target,
    /// The same with COLLATE.
    Collated,
}

/// What the server takes out of parentheses: a column stays a column there, and COLLATE belongs to the key.
///
/// Source: ComputeIndexAttrs of PostgreSQL's commands/indexcmds.c.
fn plain_inside(c: &Cursor) -> Option<Inside> {
    let end = closing(c, 0)?;
    let is_collate = |at: usize| c.word_at(at).is_some_and(|word| word.eq_ignore_ascii_case("COLLATE"));
    // `COLLATE name`, `COLLATE schema.name`
    let collate = [2, 4].into_iter().filter_map(|back| end.checked_sub(back)).find(|at| *at > 1 && is_collate(*at));
    let of_collation = collate.is_none_or(|at| at + 2 == end || *c.peek_nth(at + 2) == Token::Period);
    let last = collate.unwrap_or(end);
    let alone = match c.peek_nth(1) {
        Token::LParen => closing(c, 1).is_some_and(|at| at + 1 == last),
        _ if last == 2 => names::may_be_name(c, 1),
        _ => collate.is_some() && expr::call_end(c, 1) == Some(last),
    };
    match (alone && of_collation, collate) {
        (true, Some(_)) => Some(Inside::Collated),
        (true, None) => Some(Inside::Target),
        (false, _) => None,
    }
}

/// Where the parenthesis that opens here is closed.
fn closing(c: &Cursor, start: usize) -> Option<usize> {
    if *c.peek_nth(start) != Token::LParen {
        return None;
    }
    let mut depth = 0usize;
    for n in start.. {
        match c.peek_nth(n) {
            Token::LParen => depth += 1,
            Token::RParen if depth == 1 => return Some(n),
            Token::RParen => depth -= 1,
            Token::EOF => return None,
            _ => {}
        }
    }
    None
}

/// A column, `(expression)` or `function(...)`.
///
/// # Errors
/// None of them comes.
pub(super) fn target(c: &mut Cursor) -> Parsed<IndexKey> {
    let mut key = IndexKey {
        column: None,
        expr: None,
        collation: None,
        opclass: None,
        opclass_options: Vec::new(),
        descending: false,
        nulls_first: None,
        span: Span::default(),
    };
    if let Some(inner) = plain_inside(c) {
        c.expect_symbol(&Token::LParen)?;
        let key = match inner {
            Inside::Target => target(c)?,
            Inside::Collated => {
                let key = target(c)?;
                IndexKey { collation: clauses::collation(c)?.or(key.collation), ..key }
            }
        };
        c.expect_symbol(&Token::RParen)?;
        return Ok(key);
    }
    if c.at_symbol(&Token::LParen) {
        key.expr = Some(Box::new(c.parenthesized(expr::expr)?));
    } else if let Some(count) = expr::call_extent(c) {
        if names::at_reserved_call(c) {
            return c.expected("a column, a function or an expression in parentheses");
        }
        key.expr = Some(Box::new(expr::limited(c, count)?));
    } else {
        // `user` and the like are calls.
        if c.word_at(0).is_some_and(is_keyword_function) {
            c.doubt();
        }
        key.column = Some(names::name(c, "a column name")?);
    }
    Ok(key)
}

/// `[schema.]class [(parameters)]`, if it comes.
fn operator_class(c: &mut Cursor, key: &mut IndexKey) -> Parsed<()> {
    if !names::at_name(c) || c.at(&["NULLS", "FIRST"]) || c.at(&["NULLS", "LAST"]) {
        return Ok(());
    }
    key.opclass = Some(names::qualified(c, "an operator class")?);
    if c.at_symbol(&Token::LParen) {
        key.opclass_options = option::options(c)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
