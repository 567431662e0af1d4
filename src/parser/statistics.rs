//! CREATE STATISTICS and ALTER STATISTICS.

use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::uses::Uses;
use super::{clauses, index, names, number};
use crate::ast::{AlterStatistics, CreateStatistics, IndexKey, ObjectName, StatementKind, StatisticsElement};

/// CREATE STATISTICS.
///
/// # Errors
/// Something else comes.
pub(super) fn create_statistics(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "STATISTICS"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let unnamed = !if_not_exists && (c.at(&["ON"]) || c.at_symbol(&Token::LParen));
    let name = if unnamed { None } else { Some(names::qualified(c, "a name")?) };
    let kinds = match c.at_symbol(&Token::LParen) {
        true => clauses::list(c, |c| names::name(c, "a kind of statistics"))?,
        false => Vec::new(),
    };
    c.expect(&["ON"])?;
    // Versions before 14 take any expression, and refuse it later.
    let elements = c.doubting(|c| {
        let elements = c.comma_separated(element)?;
        c.expect(&["FROM"]).map(|_| elements)
    })?;
    let tables = tables(c)?;
    let create = CreateStatistics { name, if_not_exists, kinds, elements, tables };
    Ok(StatementKind::CreateStatistics(Box::new(create)))
}

/// A column, `(expression)` or `function(...)`.
fn element(c: &mut Cursor) -> Parsed<StatisticsElement> {
    match index::target(c)? {
        IndexKey { column: Some(column), .. } => Ok(StatisticsElement::Column(column)),
        IndexKey { expr: Some(expr), .. } => Ok(StatisticsElement::Expr(Box::new(*expr))),
        IndexKey { .. } => c.expected("a column or an expression"),
    }
}

/// The grammar takes any FROM list, though the server takes one table only.
fn tables(c: &mut Cursor) -> Parsed<Vec<ObjectName>> {
    let list = c.delegate(|parser| parser.parse_comma_separated(Parser::parse_table_and_joins))?;
    let mut uses = Uses::default();
    uses.walk(c).from(&list);
    Ok(uses.reads.list)
}

/// Behind ALTER STATISTICS and its name: `SET STATISTICS {target | DEFAULT}`.
///
/// # Errors
/// Something else comes.
pub(super) fn change(c: &mut Cursor, name: ObjectName, if_exists: bool) -> Parsed<StatementKind> {
    if !c.eat(&["SET", "STATISTICS"]) {
        return c.expected("SET STATISTICS, SET SCHEMA, OWNER TO or RENAME TO");
    }
    let target = number::integer_or_default(c)?;
    Ok(StatementKind::AlterStatistics(AlterStatistics { name, if_exists, target }))
}

#[cfg(test)]
mod tests;
