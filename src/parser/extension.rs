//! CREATE EXTENSION and ALTER EXTENSION.

use super::cursor::{Cursor, Parsed};
use super::{clauses, names, objects, reference};
use crate::ast::{AlterExtension, CreateExtension, ExtensionChange, Ident, ObjectRef, StatementKind, Text};

/// CREATE EXTENSION.
///
/// # Errors
/// Something else comes.
pub(super) fn create_extension(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "EXTENSION"])?;
    let if_not_exists = clauses::if_not_exists(c)?;
    let name = names::name(c, "an extension name")?;
    c.eat(&["WITH"]);
    let mut create = CreateExtension { name, if_not_exists, schema: None, version: None, cascade: false };
    loop {
        match c.eat_any(&["SCHEMA", "VERSION", "FROM", "CASCADE"]) {
            Some("SCHEMA") => create.schema = Some(names::name(c, "a schema name")?),
            Some("VERSION") => create.version = Some(version(c)?),
            // Until 12: the version that an extension from before extensions counts as.
            Some("FROM") => drop(version(c)?),
            Some(_) => create.cascade = true,
            None => return Ok(StatementKind::CreateExtension(Box::new(create))),
        }
    }
}

fn version(c: &mut Cursor) -> Parsed<Text> {
    clauses::word_or_text(c, "a version")
}

/// Behind ALTER EXTENSION and its name.
///
/// # Errors
/// Something else comes.
pub(super) fn change(c: &mut Cursor, name: Ident) -> Parsed<StatementKind> {
    let change = match c.eat_any(&["UPDATE", "ADD", "DROP"]) {
        Some("UPDATE") => {
            let mut target = None;
            while c.eat(&["TO"]) {
                target = Some(version(c)?);
            }
            ExtensionChange::Update(target)
        }
        Some("ADD") => ExtensionChange::Add(member(c)?),
        Some(_) => ExtensionChange::Drop(member(c)?),
        None => return c.expected("UPDATE, ADD, DROP or SET SCHEMA"),
    };
    Ok(StatementKind::AlterExtension(Box::new(AlterExtension { name, change })))
}

/// Kinds of object that belong to another one, not to an extension.
const NEVER_MEMBERS: &[&str] = &["COLUMN", "CONSTRAINT", "LARGE", "POLICY", "RULE", "TRIGGER"];

fn member(c: &mut Cursor) -> Parsed<ObjectRef> {
    match if c.at_any(NEVER_MEMBERS) { None } else { objects::kind(c) } {
        Some(found) => reference::object(c, found),
        None => c.expected("a kind of object"),
    }
}

#[cfg(test)]
mod tests;
