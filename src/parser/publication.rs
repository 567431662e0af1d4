//! CREATE PUBLICATION and ALTER PUBLICATION.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, expr, names, option};
use crate::ast::{
    AlterPublication, CreatePublication, Ident, PublicationChange, PublicationObject, PublishedTable, StatementKind,
};

/// CREATE PUBLICATION.
///
/// # Errors
/// Something else comes.
pub(super) fn create_publication(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "PUBLICATION"])?;
    let name = names::name(c, "a publication name")?;
    let (mut all_tables, mut published) = (false, Vec::new());
    if c.eat(&["FOR"]) {
        all_tables = c.eat(&["ALL", "TABLES"]);
        if !all_tables {
            published = objects(c, "ALL TABLES, TABLE or TABLES IN SCHEMA")?;
        }
    }
    let options = option::with_options(c)?;
    Ok(StatementKind::CreatePublication(CreatePublication { name, all_tables, objects: published, options }))
}

/// Behind ALTER PUBLICATION and its name.
///
/// # Errors
/// Something else comes.
pub(super) fn change(c: &mut Cursor, name: Ident) -> Parsed<StatementKind> {
    let change = match c.eat_any(&["ADD", "SET", "DROP"]) {
        Some("SET") if c.at_symbol(&Token::LParen) => PublicationChange::SetOptions(option::options(c)?),
        Some("SET") => PublicationChange::Set(objects(c, CHANGED)?),
        Some("ADD") => PublicationChange::Add(objects(c, CHANGED)?),
        Some(_) => PublicationChange::Drop(objects(c, CHANGED)?),
        None => return c.expected("ADD, SET, DROP, OWNER TO or RENAME TO"),
    };
    Ok(StatementKind::AlterPublication(AlterPublication { name, change }))
}

/// What ADD, SET and DROP take.
const CHANGED: &str = "TABLE or TABLES IN SCHEMA";

/// `TABLE a, b, TABLES IN SCHEMA c, d`: an object without keywords is of the kind of the one before it.
fn objects(c: &mut Cursor, what: &str) -> Parsed<Vec<PublicationObject>> {
    let mut schemas = None;
    c.comma_separated(|c| {
        if c.eat(&["TABLES", "IN", "SCHEMA"]) {
            schemas = Some(true);
        } else if c.eat(&["TABLE"]) {
            schemas = Some(false);
        }
        match schemas {
            Some(true) => schema(c).map(PublicationObject::Schema),
            Some(false) => table(c).map(|table| PublicationObject::Table(Box::new(table))),
            None => c.expected(what),
        }
    })
}

fn schema(c: &mut Cursor) -> Parsed<Option<Ident>> {
    if c.eat(&["CURRENT_SCHEMA"]) { Ok(None) } else { names::name(c, "a schema name").map(Some) }
}

/// `[ONLY] table [*] [(columns)] [WHERE (condition)]`
fn table(c: &mut Cursor) -> Parsed<PublishedTable> {
    let start = c.position();
    let (name, only) = clauses::relation(c)?;
    let columns = if c.at_symbol(&Token::LParen) { clauses::column_list(c)? } else { Vec::new() };
    let filter = if c.eat(&["WHERE"]) { Some(c.parenthesized(expr::expr)?) } else { None };
    Ok(PublishedTable { name, only, columns, filter, span: c.span_from(start) })
}

#[cfg(test)]
mod tests;
