//! Table constraints, and the parts that column constraints share with them.

use ecow::{EcoString, eco_format};

use sqlparser::tokenizer::Token;

use super::attributes;
use super::cursor::{Cursor, Parsed};
use super::{clauses, expr, index, names, option};
use crate::ast::{
    ExcludeElement, Ident, IndexParameters, KeyAction, KeyColumns, References, TableConstraint, TableConstraintKind,
};

/// Whether a table constraint comes, and not a column. EXCLUDE may be the name of a column, NOT may not.
pub(super) fn at_table_constraint(c: &Cursor) -> bool {
    c.at_any(&["CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "NOT"])
        || c.at(&["EXCLUDE", "USING"])
        || (c.at(&["EXCLUDE"]) && *c.peek_nth(1) == Token::LParen)
}

/// `[CONSTRAINT name] constraint [attributes]`
///
/// # Errors
/// No constraint comes, or it is incomplete.
pub(super) fn table_constraint(c: &mut Cursor) -> Parsed<TableConstraint> {
    let start = c.position();
    let name = constraint_name(c)?;
    let mut index = IndexParameters::default();
    let kind = table_constraint_kind(c, &mut index)?;
    let traits = attributes::all(c, &attributes::TABLE)?;
    Ok(TableConstraint { name, kind, index, traits, span: c.span_from(start) })
}

/// `[CONSTRAINT name]`
///
/// # Errors
/// CONSTRAINT without a name.
pub(super) fn constraint_name(c: &mut Cursor) -> Parsed<Option<Ident>> {
    if c.eat(&["CONSTRAINT"]) { names::name(c, "a constraint name").map(Some) } else { Ok(None) }
}

fn table_constraint_kind(c: &mut Cursor, index: &mut IndexParameters) -> Parsed<TableConstraintKind> {
    match c.eat_any(&["CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE", "NOT"]) {
        Some("CHECK") => c.parenthesized(expr::boxed).map(TableConstraintKind::Check),
        Some("UNIQUE") => {
            if c.at(&["NULLS"]) {
                index.nulls_not_distinct = nulls_not_distinct(c)?;
                return listed_columns(c, index).map(TableConstraintKind::Unique);
            }
            key_columns(c, index).map(TableConstraintKind::Unique)
        }
        Some("PRIMARY") => {
            c.expect(&["KEY"])?;
            key_columns(c, index).map(TableConstraintKind::PrimaryKey)
        }
        Some("FOREIGN") => foreign_key(c),
        Some("EXCLUDE") => exclude(c, index),
        Some(_) => {
            c.expect(&["NULL"])?;
            names::name(c, "a column name").map(TableConstraintKind::NotNull)
        }
        None => c.expected("a constraint"),
    }
}

/// `[NULLS [NOT] DISTINCT]`: whether it is NOT DISTINCT.
///
/// # Errors
/// NULLS and something else.
pub(super) fn nulls_not_distinct(c: &mut Cursor) -> Parsed<bool> {
    if !c.eat(&["NULLS"]) {
        return Ok(false);
    }
    let not = c.eat(&["NOT"]);
    c.expect(&["DISTINCT"])?;
    Ok(not)
}

/// A list of columns with index parameters, or `USING INDEX name`.
fn key_columns(c: &mut Cursor, index: &mut IndexParameters) -> Parsed<KeyColumns> {
    if c.eat(&["USING", "INDEX"]) {
        return names::name(c, "an index name").map(KeyColumns::UsingIndex);
    }
    listed_columns(c, index)
}

/// `(columns [WITHOUT OVERLAPS]) index-parameters`
fn listed_columns(c: &mut Cursor, index: &mut IndexParameters) -> Parsed<KeyColumns> {
    c.expect_symbol(&Token::LParen)?;
    let columns = c.comma_separated(|c| names::name(c, "a column name"))?;
    index.without_overlaps = c.eat(&["WITHOUT"]);
    if index.without_overlaps {
        c.expect(&["OVERLAPS"])?;
    }
    if !c.eat_symbol(&Token::RParen) {
        return c.expected(if index.without_overlaps { ")" } else { ", or )" });
    }
    index_parameters(c, index)?;
    Ok(KeyColumns::Columns(columns))
}

/// `[INCLUDE (columns)] [WITH (options)] [USING INDEX TABLESPACE name]`
fn index_parameters(c: &mut Cursor, index: &mut IndexParameters) -> Parsed<()> {
    if c.eat(&["INCLUDE"]) {
        index.include = clauses::column_list(c)?;
    }
    storage_parameters(c, index)
}

/// `[WITH (options)] [USING INDEX TABLESPACE name]`
///
/// # Errors
/// One of them is incomplete.
pub(super) fn storage_parameters(c: &mut Cursor, index: &mut IndexParameters) -> Parsed<()> {
    index.options = option::with_options(c)?;
    if c.eat(&["USING"]) {
        c.expect(&["INDEX", "TABLESPACE"])?;
        index.tablespace = Some(names::name(c, "a tablespace name")?);
    }
    Ok(())
}

/// Behind FOREIGN.
fn foreign_key(c: &mut Cursor) -> Parsed<TableConstraintKind> {
    c.expect(&["KEY"])?;
    let (columns, period) = period_columns(c)?;
    c.expect(&["REFERENCES"])?;
    Ok(TableConstraintKind::ForeignKey { columns, period, references: Box::new(references(c)?) })
}

/// `(column, ... [, PERIOD column])` (18): whether it ends with a PERIOD.
fn period_columns(c: &mut Cursor) -> Parsed<(Vec<Ident>, bool)> {
    c.expect_symbol(&Token::LParen)?;
    let mut columns = vec![names::name(c, "a column name")?];
    let mut period = false;
    while !period && c.eat_symbol(&Token::Comma) {
        period = c.at(&["PERIOD"]) && matches!(c.peek_nth(1), Token::Word(_));
        if period {
            c.advance();
        }
        columns.push(names::name(c, "a column name")?);
    }
    let closed = c.eat_symbol(&Token::RParen);
    if closed { Ok((columns, period)) } else { c.expected(if period { ")" } else { ", or )" }) }
}

/// `table [(columns)] [MATCH {FULL | SIMPLE}] [ON DELETE x] [ON UPDATE x]`, behind REFERENCES.
///
/// # Errors
/// No table comes, or a clause is incomplete.
pub(super) fn references(c: &mut Cursor) -> Parsed<References> {
    let table = names::qualified(c, "a table name")?;
    let (columns, period) = if c.at_symbol(&Token::LParen) { period_columns(c)? } else { (Vec::new(), false) };
    let match_full = match_full(c)?;
    let (mut on_delete, mut on_update) = (None, None);
    while c.at(&["ON"]) {
        c.advance();
        if on_delete.is_none() && c.eat(&["DELETE"]) {
            on_delete = Some(key_action(c, true)?);
        } else if on_update.is_none() && c.eat(&["UPDATE"]) {
            on_update = Some(key_action(c, false)?);
        } else {
            return c.expected(match (&on_delete, &on_update) {
                (None, None) => "DELETE or UPDATE",
                (None, Some(_)) => "DELETE",
                (Some(_), _) => "UPDATE",
            });
        }
        if on_delete.is_some() && on_update.is_some() {
            break;
        }
    }
    Ok(References { table, columns, period, match_full, on_delete, on_update })
}

fn match_full(c: &mut Cursor) -> Parsed<bool> {
    if !c.eat(&["MATCH"]) {
        return Ok(false);
    }
    match c.eat_any(&["FULL", "SIMPLE"]) {
        Some(matching) => Ok(matching == "FULL"),
        None => c.expected("FULL or SIMPLE"),
    }
}

/// `listed`: SET NULL and SET DEFAULT may list columns, as behind ON DELETE.
fn key_action(c: &mut Cursor, listed: bool) -> Parsed<KeyAction> {
    if c.eat(&["NO", "ACTION"]) {
        return Ok(KeyAction::NoAction);
    }
    match c.eat_any(&["RESTRICT", "CASCADE"]) {
        Some("RESTRICT") => return Ok(KeyAction::Restrict),
        Some(_) => return Ok(KeyAction::Cascade),
        None => {}
    }
    let null = c.eat(&["SET", "NULL"]);
    if !null && !c.eat(&["SET", "DEFAULT"]) {
        return c.expected("NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT");
    }
    let columns = if listed && c.at_symbol(&Token::LParen) { clauses::column_list(c)? } else { Vec::new() };
    Ok(if null { KeyAction::SetNull(columns) } else { KeyAction::SetDefault(columns) })
}

/// Behind EXCLUDE.
fn exclude(c: &mut Cursor, index: &mut IndexParameters) -> Parsed<TableConstraintKind> {
    let method = clauses::method(c)?;
    let elements = clauses::list(c, |c| {
        let start = c.position();
        let key = index::key(c)?;
        c.expect(&["WITH"])?;
        let operator = operator(c)?;
        Ok(ExcludeElement { key, operator, span: c.span_from(start) })
    })?;
    index_parameters(c, index)?;
    let predicate = if c.eat(&["WHERE"]) { Some(c.parenthesized(expr::boxed)?) } else { None };
    Ok(TableConstraintKind::Exclude { elements, method, predicate })
}

/// `&&`, `pg_catalog.&&` or `OPERATOR(pg_catalog.&&)`. sqlparser may read one operator as several tokens.
///
/// # Errors
/// No operator comes.
pub(super) fn operator(c: &mut Cursor) -> Parsed<EcoString> {
    if c.eat(&["OPERATOR"]) {
        return c.parenthesized(any_operator);
    }
    any_operator(c)
}

/// `[schema.]operator`. sqlparser may read one operator as several tokens.
///
/// # Errors
/// No operator comes.
pub(super) fn any_operator(c: &mut Cursor) -> Parsed<EcoString> {
    let mut operator = EcoString::new();
    while matches!(c.peek(), Token::Word(_)) && *c.peek_nth(1) == Token::Period {
        operator = eco_format!("{operator}{}.", names::label(c, "a schema name")?.name);
        c.advance();
    }
    if !at_operator(c) {
        return c.expected("an operator");
    }
    let mut last = c.advance();
    operator.push_str(c.text_of(last));
    while at_operator(c) && c.next_span().start == last.end {
        last = c.advance();
        operator.push_str(c.text_of(last));
    }
    Ok(operator)
}

/// Whether an operator comes, or the first token of one.
pub(super) fn at_operator(c: &Cursor) -> bool {
    let text = c.text_of(c.next_span());
    !text.is_empty() && text.chars().all(|char| "+-*/<>=~!@#%^&|`?".contains(char))
}

#[cfg(test)]
mod tests;
