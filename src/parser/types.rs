//! CREATE TYPE and ALTER TYPE.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, data_type, names, option};
use crate::ast::{
    AlterType, Attribute, AttributeAction, AttributeChange, CreateType, ObjectName, StatementKind, Text, TypeChange,
    TypeKind, ValuePlace,
};

/// CREATE TYPE.
///
/// # Errors
/// Something else comes.
pub(super) fn create_type(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "TYPE"])?;
    let name = names::qualified_type(c, "a type name")?;
    let kind = if c.eat(&["AS", "ENUM"]) {
        TypeKind::Enum(enum_values(c)?)
    } else if c.eat(&["AS", "RANGE"]) {
        TypeKind::Range(option::options(c)?)
    } else if c.eat(&["AS"]) {
        TypeKind::Composite(list_or_nothing(c, attribute)?)
    } else if c.at_symbol(&Token::LParen) {
        TypeKind::Base(option::options(c)?)
    } else {
        TypeKind::Shell
    };
    Ok(StatementKind::CreateType(CreateType { name, kind }))
}

/// `('a', 'b')` or `()`
fn enum_values(c: &mut Cursor) -> Parsed<Vec<Text>> {
    list_or_nothing(c, clauses::text)
}

fn list_or_nothing<T>(c: &mut Cursor, item: fn(&mut Cursor) -> Parsed<T>) -> Parsed<Vec<T>> {
    if c.at_symbol(&Token::LParen) && *c.peek_nth(1) == Token::RParen {
        clauses::parentheses(c)?;
        return Ok(Vec::new());
    }
    clauses::list(c, |c| item(c))
}

/// `name type [COLLATE collation]`
fn attribute(c: &mut Cursor) -> Parsed<Attribute> {
    let start = c.position();
    let name = names::name(c, "an attribute name")?;
    let data_type = data_type::data_type(c)?;
    let collation = clauses::collation(c)?;
    Ok(Attribute { name, data_type, collation, span: c.span_from(start) })
}

/// Behind ALTER TYPE and its name.
///
/// # Errors
/// No change that types alone have comes.
pub(super) fn change(c: &mut Cursor, name: ObjectName) -> Parsed<StatementKind> {
    let change = if c.eat(&["ADD", "VALUE"]) {
        add_value(c)?
    } else if c.eat(&["RENAME", "VALUE"]) {
        rename_value(c)?
    } else if c.eat(&["RENAME", "ATTRIBUTE"]) {
        rename_attribute(c)?
    } else if c.eat(&["SET"]) {
        TypeChange::SetOptions(option::options(c)?)
    } else if c.at_any(&["ADD", "DROP", "ALTER"]) {
        TypeChange::Attributes(c.comma_separated(attribute_action)?)
    } else {
        return c.expected("an action such as ADD VALUE, RENAME or OWNER TO");
    };
    Ok(StatementKind::AlterType(Box::new(AlterType { name, change })))
}

/// `[IF NOT EXISTS] 'value' [{BEFORE | AFTER} 'neighbour']`
fn add_value(c: &mut Cursor) -> Parsed<TypeChange> {
    let if_not_exists = clauses::if_not_exists(c)?;
    let value = clauses::text(c)?;
    let place = match c.eat_any(&["BEFORE", "AFTER"]) {
        Some("BEFORE") => Some(ValuePlace::Before(clauses::text(c)?)),
        Some(_) => Some(ValuePlace::After(clauses::text(c)?)),
        None => None,
    };
    Ok(TypeChange::AddValue { if_not_exists, value, place })
}

/// `'old' TO 'new'`
fn rename_value(c: &mut Cursor) -> Parsed<TypeChange> {
    let from = clauses::text(c)?;
    c.expect(&["TO"])?;
    Ok(TypeChange::RenameValue { from, to: clauses::text(c)? })
}

/// `old TO new [CASCADE | RESTRICT]`
fn rename_attribute(c: &mut Cursor) -> Parsed<TypeChange> {
    let from = names::name(c, "an attribute name")?;
    c.expect(&["TO"])?;
    let to = names::name(c, "an attribute name")?;
    Ok(TypeChange::RenameAttribute { from, to, cascade: clauses::cascade(c) })
}

/// `{ADD | DROP | ALTER} ATTRIBUTE ... [CASCADE | RESTRICT]`
fn attribute_action(c: &mut Cursor) -> Parsed<AttributeAction> {
    let start = c.position();
    let verb = c.eat_any(&["ADD", "DROP", "ALTER"]);
    if verb.is_none() {
        return c.expected("ADD, DROP or ALTER ATTRIBUTE");
    }
    if !c.eat(&["ATTRIBUTE"]) {
        return c.expected(if verb == Some("ADD") { "VALUE or ATTRIBUTE" } else { "ATTRIBUTE" });
    }
    let change = match verb {
        Some("ADD") => AttributeChange::Add(attribute(c)?),
        Some("DROP") => {
            let if_exists = clauses::if_exists(c)?;
            AttributeChange::Drop { if_exists, name: names::name(c, "an attribute name")? }
        }
        _ => AttributeChange::SetType(new_type(c)?),
    };
    let cascade = clauses::cascade(c);
    Ok(AttributeAction { span: c.span_from(start), change, cascade })
}

/// `name [SET DATA] TYPE type [COLLATE collation]`
fn new_type(c: &mut Cursor) -> Parsed<Attribute> {
    let start = c.position();
    let name = names::name(c, "an attribute name")?;
    if c.eat(&["SET"]) {
        c.expect(&["DATA"])?;
    }
    c.expect(&["TYPE"])?;
    let data_type = data_type::data_type(c)?;
    let collation = clauses::collation(c)?;
    Ok(Attribute { name, data_type, collation, span: c.span_from(start) })
}

#[cfg(test)]
mod tests;
