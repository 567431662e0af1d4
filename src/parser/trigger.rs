//! CREATE TRIGGER.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{attributes, clauses, expr, names};
use crate::ast::{CreateTrigger, StatementKind};

/// CREATE TRIGGER and CREATE CONSTRAINT TRIGGER.
///
/// # Errors
/// Something else comes.
pub(super) fn create_trigger(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE"])?;
    let or_replace = c.eat(&["OR", "REPLACE"]);
    c.eat(&["CONSTRAINT"]);
    c.expect(&["TRIGGER"])?;
    let name = names::name(c, "a trigger name")?;
    if !c.eat(&["INSTEAD", "OF"]) && c.eat_any(&["BEFORE", "AFTER"]).is_none() {
        return c.expected("BEFORE, AFTER or INSTEAD OF");
    }
    events(c)?;
    c.expect(&["ON"])?;
    let table = names::qualified(c, "a table name")?;
    let from = if c.eat(&["FROM"]) { Some(names::qualified(c, "a table name")?) } else { None };
    attributes::all(c, &attributes::TRIGGER)?;
    transition_tables(c)?;
    let for_each_row = for_each(c)?;
    if c.eat(&["WHEN"]) {
        c.parenthesized(expr::expr)?;
    }
    execute(c)?;
    Ok(StatementKind::CreateTrigger(Box::new(CreateTrigger { name, or_replace, table, for_each_row, from })))
}

/// `INSERT OR UPDATE OF a, b OR DELETE OR TRUNCATE`
fn events(c: &mut Cursor) -> Parsed<()> {
    loop {
        match c.eat_any(&["INSERT", "UPDATE", "DELETE", "TRUNCATE"]) {
            None => return c.expected("INSERT, UPDATE, DELETE or TRUNCATE"),
            Some("UPDATE") if c.eat(&["OF"]) => {
                c.comma_separated(|c| names::name(c, "a column name"))?;
            }
            Some(_) => {}
        }
        if !c.eat(&["OR"]) {
            return Ok(());
        }
    }
}

/// `[REFERENCING {OLD | NEW} TABLE [AS] name ...]`
fn transition_tables(c: &mut Cursor) -> Parsed<()> {
    if !c.eat(&["REFERENCING"]) {
        return Ok(());
    }
    while c.eat_any(&["OLD", "NEW"]).is_some() {
        if c.eat_any(&["TABLE", "ROW"]).is_none() {
            return c.expected("TABLE");
        }
        c.eat(&["AS"]);
        names::name(c, "a name")?;
    }
    Ok(())
}

/// `[FOR [EACH] {ROW | STATEMENT}]`: whether it is ROW; STATEMENT is the default.
fn for_each(c: &mut Cursor) -> Parsed<bool> {
    if !c.eat(&["FOR"]) {
        return Ok(false);
    }
    c.eat(&["EACH"]);
    match c.eat_any(&["ROW", "STATEMENT"]) {
        Some(word) => Ok(word == "ROW"),
        None => c.expected("ROW or STATEMENT"),
    }
}

/// `EXECUTE {FUNCTION | PROCEDURE} name (arguments)`. An argument may be any literal or word.
fn execute(c: &mut Cursor) -> Parsed<()> {
    c.expect(&["EXECUTE"])?;
    if c.eat_any(&["FUNCTION", "PROCEDURE"]).is_none() {
        return c.expected("FUNCTION or PROCEDURE");
    }
    names::qualified_type(c, "a function name")?;
    if c.at_symbol(&Token::LParen) && *c.peek_nth(1) != Token::RParen {
        return clauses::list(c, |c| clauses::literal_or_word(c, "an argument")).map(drop);
    }
    clauses::parentheses(c)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
