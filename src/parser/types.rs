//! CREATE TYPE, CREATE DOMAIN and ALTER TYPE.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, column, data_type, names};
use crate::ast::{
    AlterEnum, ColumnConstraintKind, CreateDomain, CreateEnum, EnumChange, ObjectName, Opaque, StatementKind,
};

/// CREATE TYPE: enums are kept, the other kinds only by name.
///
/// # Errors
/// Something else comes.
pub(super) fn create_type(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "TYPE"])?;
    let name = names::qualified_type(c, "a type name")?;
    if c.eat(&["AS", "ENUM"]) {
        return Ok(StatementKind::CreateEnum(CreateEnum { name, values: enum_values(c)? }));
    }
    if c.eat(&["AS"]) {
        c.eat(&["RANGE"]);
        clauses::parentheses(c)?;
    } else {
        c.skip_parentheses()?;
    }
    Ok(opaque("CREATE TYPE", name))
}

/// `('a', 'b')` or `()`
fn enum_values(c: &mut Cursor) -> Parsed<Vec<String>> {
    if c.at_symbol(&Token::LParen) && *c.peek_nth(1) == Token::RParen {
        clauses::parentheses(c)?;
        return Ok(Vec::new());
    }
    clauses::list(c, clauses::string)
}

fn opaque(what: &str, name: ObjectName) -> StatementKind {
    StatementKind::Opaque(Opaque { what: what.to_owned(), name: Some(name), table: None })
}

/// CREATE DOMAIN.
///
/// # Errors
/// Something else comes.
pub(super) fn create_domain(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "DOMAIN"])?;
    let name = names::qualified_type(c, "a domain name")?;
    c.eat(&["AS"]);
    let data_type = data_type::data_type(c)?;
    let mut constrained = false;
    let mut default = None;
    for constraint in column::qualifiers(c)?.constraints {
        match constraint.kind {
            ColumnConstraintKind::Default(expr) => default = Some(expr),
            ColumnConstraintKind::NotNull | ColumnConstraintKind::Check(_) => constrained = true,
            _ => {}
        }
    }
    Ok(StatementKind::CreateDomain(Box::new(CreateDomain { name, data_type, constrained, default })))
}

/// ALTER TYPE: changes of enum values are kept, the rest only by name.
///
/// # Errors
/// Something else comes.
pub(super) fn alter_type(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["ALTER", "TYPE"])?;
    let name = names::qualified_type(c, "a type name")?;
    let change = if c.eat(&["ADD", "VALUE"]) {
        add_value(c)?
    } else if c.eat(&["RENAME", "VALUE"]) {
        rename_value(c)?
    } else {
        clauses::item(c, "an action such as ADD VALUE, RENAME or OWNER TO")?;
        clauses::skip_rest(c)?;
        return Ok(opaque("ALTER TYPE", name));
    };
    Ok(StatementKind::AlterEnum(AlterEnum { name, change }))
}

/// `[IF NOT EXISTS] 'value' [{BEFORE | AFTER} 'neighbour']`
fn add_value(c: &mut Cursor) -> Parsed<EnumChange> {
    let if_not_exists = clauses::if_not_exists(c)?;
    let value = clauses::string(c)?;
    if c.eat_any(&["BEFORE", "AFTER"]).is_some() {
        clauses::string(c)?;
    }
    Ok(EnumChange::AddValue { if_not_exists, value })
}

/// `'old' TO 'new'`
fn rename_value(c: &mut Cursor) -> Parsed<EnumChange> {
    let from = clauses::string(c)?;
    c.expect(&["TO"])?;
    let to = clauses::string(c)?;
    Ok(EnumChange::RenameValue { from, to })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests;
