//! Foreign data wrappers, servers, user mappings, and IMPORT FOREIGN SCHEMA.

use sqlparser::tokenizer::Token;

use super::cursor::{Cursor, Parsed};
use super::{clauses, names, role};
use crate::ast::{
    Foreign, ForeignOption, ForeignServer, ForeignWrapper, Ident, ImportForeignSchema, ImportLimit, ObjectName,
    OptionChange, RoleSpec, StatementKind, Text, UserMapping,
};

fn statement(foreign: Foreign) -> StatementKind {
    StatementKind::Foreign(Box::new(foreign))
}

/// CREATE FOREIGN DATA WRAPPER.
///
/// # Errors
/// Something else comes.
pub(super) fn create_wrapper(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "FOREIGN", "DATA", "WRAPPER"])?;
    let name = names::name(c, "a name")?;
    wrapper(c, name).map(Foreign::CreateWrapper).map(statement)
}

/// Behind ALTER FOREIGN DATA WRAPPER and its name.
///
/// # Errors
/// Something else comes.
pub(super) fn wrapper_change(c: &mut Cursor, name: Ident) -> Parsed<StatementKind> {
    if c.at_end() {
        return c.expected("HANDLER, VALIDATOR, OPTIONS, OWNER TO or RENAME TO");
    }
    wrapper(c, name).map(Foreign::AlterWrapper).map(statement)
}

/// `[[NO] HANDLER f] [[NO] VALIDATOR f] [OPTIONS (...)]`
fn wrapper(c: &mut Cursor, name: Ident) -> Parsed<ForeignWrapper> {
    let (mut handler, mut validator) = (None, None);
    loop {
        if c.eat(&["HANDLER"]) {
            handler = Some(names::qualified(c, "a function name")?);
        } else if c.eat(&["VALIDATOR"]) {
            validator = Some(names::qualified(c, "a function name")?);
        } else if !c.eat(&["NO", "HANDLER"]) && !c.eat(&["NO", "VALIDATOR"]) {
            break;
        }
    }
    Ok(ForeignWrapper { name, handler, validator, options: options(c)? })
}

/// CREATE SERVER.
///
/// # Errors
/// Something else comes.
pub(super) fn create_server(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "SERVER"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = names::name(c, "a server name")?;
    let kind = if c.eat(&["TYPE"]) { Some(clauses::text(c)?) } else { None };
    let version = version(c)?;
    c.expect(&["FOREIGN", "DATA", "WRAPPER"])?;
    let wrapper = Some(names::name(c, "a foreign data wrapper")?);
    let options = options(c)?;
    let server = ForeignServer { name, if_not_exists, kind, version, wrapper, options };
    Ok(statement(Foreign::CreateServer(server)))
}

/// Behind ALTER SERVER and its name.
///
/// # Errors
/// Something else comes.
pub(super) fn server_change(c: &mut Cursor, name: Ident) -> Parsed<StatementKind> {
    if !c.at_any(&["VERSION", "OPTIONS"]) {
        return c.expected("VERSION, OPTIONS, OWNER TO or RENAME TO");
    }
    let version = version(c)?;
    let options = options(c)?;
    let server = ForeignServer { name, if_not_exists: false, kind: None, version, wrapper: None, options };
    Ok(statement(Foreign::AlterServer(server)))
}

/// `[VERSION {'version' | NULL}]`
fn version(c: &mut Cursor) -> Parsed<Option<Text>> {
    if !c.eat(&["VERSION"]) || c.eat(&["NULL"]) { Ok(None) } else { clauses::text(c).map(Some) }
}

/// CREATE USER MAPPING.
///
/// # Errors
/// Something else comes.
pub(super) fn create_mapping(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "USER", "MAPPING"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    mapping(c, if_not_exists).map(Foreign::CreateMapping).map(statement)
}

/// Behind ALTER USER MAPPING.
///
/// # Errors
/// Something else comes.
pub(super) fn mapping_change(c: &mut Cursor) -> Parsed<StatementKind> {
    let mapping = mapping(c, false)?;
    if mapping.options.is_empty() {
        return c.expected("OPTIONS");
    }
    Ok(statement(Foreign::AlterMapping(mapping)))
}

/// `FOR role SERVER server [OPTIONS (...)]`
fn mapping(c: &mut Cursor, if_not_exists: bool) -> Parsed<UserMapping> {
    c.expect(&["FOR"])?;
    let span = c.next_span();
    let role = if c.eat(&["USER"]) { RoleSpec::CurrentUser(span) } else { role::role(c)? };
    c.expect(&["SERVER"])?;
    let server = names::name(c, "a server name")?;
    Ok(UserMapping { if_not_exists, role, server, options: options(c)? })
}

/// IMPORT FOREIGN SCHEMA.
///
/// # Errors
/// Something else comes.
pub(super) fn import(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["IMPORT", "FOREIGN", "SCHEMA"])?;
    let remote_schema = names::name(c, "a schema name")?;
    let limit = if c.eat(&["LIMIT", "TO"]) {
        Some(ImportLimit::To(tables(c)?))
    } else if c.eat(&["EXCEPT"]) {
        Some(ImportLimit::Except(tables(c)?))
    } else {
        None
    };
    c.expect(&["FROM", "SERVER"])?;
    let server = names::name(c, "a server name")?;
    c.expect(&["INTO"])?;
    let local_schema = names::name(c, "a schema name")?;
    let options = options(c)?;
    Ok(statement(Foreign::ImportSchema(ImportForeignSchema { remote_schema, limit, server, local_schema, options })))
}

fn tables(c: &mut Cursor) -> Parsed<Vec<ObjectName>> {
    clauses::list(c, |c| clauses::relation(c).map(|(name, _only)| name))
}

/// `[OPTIONS ([ADD | SET | DROP] name ['value'], ...)]`
fn options(c: &mut Cursor) -> Parsed<Vec<ForeignOption>> {
    if c.eat(&["OPTIONS"]) { clauses::list(c, option) } else { Ok(Vec::new()) }
}

fn option(c: &mut Cursor) -> Parsed<ForeignOption> {
    let start = c.position();
    let named = matches!(c.peek_nth(1), Token::Word(_));
    let change = match if named { c.eat_any(&["SET", "DROP", "ADD"]) } else { None } {
        Some("SET") => OptionChange::Set,
        Some("DROP") => OptionChange::Drop,
        Some(_) | None => OptionChange::Add,
    };
    let name = names::label(c, "an option name")?.name;
    let value = if change == OptionChange::Drop { None } else { Some(clauses::string(c)?) };
    Ok(ForeignOption { change, name, value, span: c.span_from(start) })
}

#[cfg(test)]
mod tests;
