//! CREATE SCHEMA.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, dispatch, names, role};
use crate::ast::{CreateSchema, Statement, StatementKind};

/// CREATE SCHEMA, with the objects that are made in it.
///
/// # Errors
/// Something else comes.
pub(super) fn create_schema(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "SCHEMA"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = if c.at(&["AUTHORIZATION"]) { None } else { Some(names::name(c, "a schema name")?) };
    let authorization = if c.eat(&["AUTHORIZATION"]) { Some(role::role(c)?) } else { None };
    if if_not_exists {
        // Whether they exist too could not be said.
        c.expect_end()?;
    }
    let mut elements = Vec::new();
    while !c.at_end() {
        elements.push(element(c)?);
    }
    Ok(StatementKind::CreateSchema(CreateSchema { name, if_not_exists, authorization, elements }))
}

/// CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT: up to the next of them, as nothing stands between.
fn element(c: &mut Cursor) -> Parsed<Statement> {
    let made = c.is_any_at(dispatch::created_kind(c), &["TABLE", "VIEW", "INDEX", "SEQUENCE", "TRIGGER"]);
    let made = made && c.at(&["CREATE"]) && !c.at(&["CREATE", "MATERIALIZED"]);
    if !made && !c.at(&["GRANT"]) {
        return c.expected("CREATE TABLE, VIEW, INDEX, SEQUENCE or TRIGGER, or GRANT");
    }
    let start = c.position();
    let kind = c.limited(extent(c), dispatch::statement)?;
    Ok(Statement { span: c.span_from(start), kind })
}

/// How many tokens belong to the element that starts here. Reserved words start the next one; behind AS and a dot they are
/// names, and behind GRANT or a comma CREATE is a privilege.
fn extent(c: &Cursor) -> usize {
    let mut depth = 0usize;
    for n in 1.. {
        match c.peek_nth(n) {
            Token::EOF => return n,
            Token::LParen => depth += 1,
            Token::RParen if depth == 0 => return n,
            Token::RParen => depth -= 1,
            Token::Word(_) if depth == 0 && starts_element(c, n) => return n,
            _ => {}
        }
    }
    0
}

fn starts_element(c: &Cursor, place: usize) -> bool {
    let name =
        c.is_any_at(place - 1, &["AS", "GRANT"]) || matches!(c.peek_nth(place - 1), Token::Period | Token::Comma);
    let option = c.is_any_at(place - 1, &["WITH"]) && c.is_any_at(place + 1, &["OPTION"]);
    c.is_any_at(place, &["CREATE", "GRANT"]) && !name && !option
}

#[cfg(test)]
mod tests;
