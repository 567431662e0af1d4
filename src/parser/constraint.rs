//! Table constraints, and the parts that column constraints share with them.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, expr, index, names};
use crate::ast::{ConstraintTraits, Ident, KeyColumns, References, TableConstraint, TableConstraintKind};

/// Whether a table constraint comes, and not a column. EXCLUDE may be the name of a column, NOT may not.
pub(super) fn at_table_constraint(c: &Cursor) -> bool {
    c.at_any(&["CONSTRAINT", "CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "NOT"])
        || c.at(&["EXCLUDE", "USING"])
        || (c.at(&["EXCLUDE"]) && *c.peek_nth(1) == Token::LParen)
}

/// `[CONSTRAINT name] constraint [traits]`
///
/// # Errors
/// No constraint comes, or it is incomplete.
pub(super) fn table_constraint(c: &mut Cursor) -> Parsed<TableConstraint> {
    let start = c.position();
    let name = constraint_name(c)?;
    let kind = table_constraint_kind(c)?;
    let mut traits = ConstraintTraits::default();
    while attribute(c, &mut traits) || table_attribute(c, &mut traits) {}
    Ok(TableConstraint { name, kind, traits, span: c.span_from(start) })
}

/// `[CONSTRAINT name]`
///
/// # Errors
/// CONSTRAINT without a name.
pub(super) fn constraint_name(c: &mut Cursor) -> Parsed<Option<Ident>> {
    if c.eat(&["CONSTRAINT"]) { names::name(c, "a constraint name").map(Some) } else { Ok(None) }
}

fn table_constraint_kind(c: &mut Cursor) -> Parsed<TableConstraintKind> {
    match c.eat_any(&["CHECK", "UNIQUE", "PRIMARY", "FOREIGN", "EXCLUDE", "NOT"]) {
        Some("CHECK") => c.parenthesized(expr::expr).map(TableConstraintKind::Check),
        Some("UNIQUE") => {
            nulls_not_distinct(c)?;
            key_columns(c).map(TableConstraintKind::Unique)
        }
        Some("PRIMARY") => {
            c.expect(&["KEY"])?;
            key_columns(c).map(TableConstraintKind::PrimaryKey)
        }
        Some("FOREIGN") => foreign_key(c),
        Some("EXCLUDE") => exclude(c),
        Some(_) => {
            c.expect(&["NULL"])?;
            names::name(c, "a column name").map(TableConstraintKind::NotNull)
        }
        None => c.expected("a constraint"),
    }
}

/// Traits that both column and table constraints may have.
pub(super) fn attribute(c: &mut Cursor, traits: &mut ConstraintTraits) -> bool {
    if c.eat(&["NOT", "DEFERRABLE"]) {
        traits.deferrable = false;
    } else if c.eat(&["DEFERRABLE"]) || c.eat(&["INITIALLY", "DEFERRED"]) {
        traits.deferrable = true;
    } else if c.eat(&["NOT", "ENFORCED"]) {
        traits.not_enforced = true;
    } else if c.eat(&["ENFORCED"]) {
        traits.not_enforced = false;
    } else {
        return c.eat(&["INITIALLY", "IMMEDIATE"]);
    }
    true
}

/// Traits that only constraints of a table or domain may have.
pub(super) fn table_attribute(c: &mut Cursor, traits: &mut ConstraintTraits) -> bool {
    if c.eat(&["NOT", "VALID"]) {
        traits.not_valid = true;
    } else if c.eat(&["NO", "INHERIT"]) {
        traits.no_inherit = true;
    } else {
        return false;
    }
    true
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

/// `(columns [WITHOUT OVERLAPS]) index-parameters`, or `USING INDEX name`.
fn key_columns(c: &mut Cursor) -> Parsed<KeyColumns> {
    if c.eat(&["USING", "INDEX"]) {
        return names::name(c, "an index name").map(KeyColumns::UsingIndex);
    }
    let columns = clauses::list(c, |c| {
        let column = names::name(c, "a column name");
        c.eat(&["WITHOUT", "OVERLAPS"]);
        column
    })?;
    index_parameters(c)?;
    Ok(KeyColumns::Columns(columns))
}

/// `[INCLUDE (columns)] [WITH (options)] [USING INDEX TABLESPACE name]`
///
/// # Errors
/// One of them is incomplete.
pub(super) fn index_parameters(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["INCLUDE"]) {
        clauses::column_list(c)?;
    }
    clauses::with_options(c)?;
    if c.eat(&["USING"]) {
        c.expect(&["INDEX", "TABLESPACE"])?;
        names::name(c, "a tablespace name")?;
    }
    Ok(())
}

/// Behind FOREIGN.
fn foreign_key(c: &mut Cursor) -> Parsed<TableConstraintKind> {
    c.expect(&["KEY"])?;
    let columns = clauses::list(c, period_column)?;
    c.expect(&["REFERENCES"])?;
    Ok(TableConstraintKind::ForeignKey { columns, references: references(c)? })
}

/// A column of a foreign key; the last one may be a PERIOD (18).
fn period_column(c: &mut Cursor) -> Parsed<Ident> {
    if c.at(&["PERIOD"]) && matches!(c.peek_nth(1), Token::Word(_)) {
        c.advance();
    }
    names::name(c, "a column name")
}

/// `table [(columns)] [MATCH {FULL | SIMPLE}] [ON DELETE x] [ON UPDATE x]`, behind REFERENCES.
///
/// # Errors
/// No table comes, or a clause is incomplete.
pub(super) fn references(c: &mut Cursor) -> Parsed<References> {
    let table = names::qualified(c, "a table name")?;
    let columns = if c.at_symbol(&Token::LParen) { clauses::list(c, period_column)? } else { Vec::new() };
    if c.eat(&["MATCH"]) && c.eat_any(&["FULL", "SIMPLE"]).is_none() {
        return c.expected("FULL or SIMPLE");
    }
    while c.eat(&["ON"]) {
        if c.eat_any(&["DELETE", "UPDATE"]).is_none() {
            return c.expected("DELETE or UPDATE");
        }
        key_action(c)?;
    }
    Ok(References { table, columns })
}

fn key_action(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["NO", "ACTION"]) || c.eat_any(&["RESTRICT", "CASCADE"]).is_some() {
        return Ok(());
    }
    if !c.eat(&["SET", "NULL"]) && !c.eat(&["SET", "DEFAULT"]) {
        return c.expected("NO ACTION, RESTRICT, CASCADE, SET NULL or SET DEFAULT");
    }
    if c.at_symbol(&Token::LParen) {
        clauses::column_list(c)?;
    }
    Ok(())
}

/// Behind EXCLUDE.
fn exclude(c: &mut Cursor) -> Parsed<TableConstraintKind> {
    let method = clauses::method(c)?;
    let elements = clauses::list(c, |c| {
        let key = index::key(c)?;
        c.expect(&["WITH"])?;
        operator(c)?;
        Ok(key.column)
    })?;
    index_parameters(c)?;
    if c.eat(&["WHERE"]) {
        c.parenthesized(expr::expr)?;
    }
    Ok(TableConstraintKind::Exclude { columns: elements.into_iter().flatten().collect(), method })
}

/// `&&`, `pg_catalog.&&` or `OPERATOR(pg_catalog.&&)`. sqlparser may read one operator as several tokens.
///
/// # Errors
/// No operator comes.
pub(super) fn operator(c: &mut Cursor) -> Parsed<()> {
    if c.eat(&["OPERATOR"]) {
        return clauses::parentheses(c);
    }
    while matches!(c.peek(), Token::Word(_)) && *c.peek_nth(1) == Token::Period {
        c.advance();
        c.advance();
    }
    if !at_operator(c) {
        return c.expected("an operator");
    }
    let mut last = c.advance();
    while at_operator(c) && c.next_span().start == last.end {
        last = c.advance();
    }
    Ok(())
}

/// Whether an operator comes, or the first token of one.
pub(super) fn at_operator(c: &Cursor) -> bool {
    let text = c.text_of(c.next_span());
    !text.is_empty() && text.chars().all(|char| "+-*/<>=~!@#%^&|`?".contains(char))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
