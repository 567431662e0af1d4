//! CREATE DOMAIN and ALTER DOMAIN.

use super::cursor::{Cursor, Parsed};
use super::{attributes, clauses, column, constraint, data_type, expr, names};
use crate::ast::{
    AlterDomain, ColumnConstraint, ColumnConstraintKind, CreateDomain, DomainChange, IndexParameters, ObjectName,
    StatementKind,
};

/// CREATE DOMAIN.
///
/// # Errors
/// Something else comes.
pub(super) fn create_domain(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "DOMAIN"])?;
    let name = names::qualified_type(c, "a domain name")?;
    c.eat(&["AS"]);
    let data_type = data_type::data_type(c)?;
    let column::Qualifiers { collation, constraints } = column::qualifiers(c)?;
    Ok(StatementKind::CreateDomain(Box::new(CreateDomain { name, data_type, collation, constraints })))
}

/// Behind ALTER DOMAIN and its name.
///
/// # Errors
/// No change that domains alone have comes.
pub(super) fn change(c: &mut Cursor, name: ObjectName) -> Parsed<StatementKind> {
    let change = match c.eat_any(&["SET", "DROP", "ADD", "VALIDATE", "RENAME"]) {
        Some("SET") => set(c)?,
        Some("DROP") => remove(c)?,
        Some("ADD") => DomainChange::AddConstraint(Box::new(added(c)?)),
        Some("VALIDATE") => {
            c.expect(&["CONSTRAINT"])?;
            DomainChange::ValidateConstraint(names::name(c, "a constraint name")?)
        }
        Some(_) => rename(c)?,
        None => return c.expected("an action such as ADD, DROP, SET, VALIDATE CONSTRAINT or RENAME"),
    };
    Ok(StatementKind::AlterDomain(Box::new(AlterDomain { name, change })))
}

/// Behind SET.
fn set(c: &mut Cursor) -> Parsed<DomainChange> {
    if c.eat(&["DEFAULT"]) {
        return expr::expr(c).map(DomainChange::SetDefault);
    }
    if c.eat(&["NOT"]) {
        return c.expect(&["NULL"]).map(|_| DomainChange::SetNotNull);
    }
    c.expected("DEFAULT, NOT NULL or SCHEMA")
}

/// Behind DROP.
fn remove(c: &mut Cursor) -> Parsed<DomainChange> {
    match c.eat_any(&["DEFAULT", "NOT", "CONSTRAINT"]) {
        Some("DEFAULT") => Ok(DomainChange::DropDefault),
        Some("NOT") => c.expect(&["NULL"]).map(|_| DomainChange::DropNotNull),
        Some(_) => {
            let if_exists = clauses::if_exists(c)?;
            let name = names::name(c, "a constraint name")?;
            Ok(DomainChange::DropConstraint { if_exists, name, cascade: clauses::cascade(c) })
        }
        None => c.expected("DEFAULT, NOT NULL or CONSTRAINT"),
    }
}

/// `CONSTRAINT old TO new`, behind RENAME.
fn rename(c: &mut Cursor) -> Parsed<DomainChange> {
    if !c.eat(&["CONSTRAINT"]) {
        return c.expected("TO or CONSTRAINT");
    }
    let from = names::name(c, "a constraint name")?;
    c.expect(&["TO"])?;
    Ok(DomainChange::RenameConstraint { from, to: names::name(c, "a constraint name")? })
}

/// `[CONSTRAINT name] {CHECK (expression) | NOT NULL} [traits]`
fn added(c: &mut Cursor) -> Parsed<ColumnConstraint> {
    let start = c.position();
    let name = constraint::constraint_name(c)?;
    let kind = match c.eat_any(&["CHECK", "NOT"]) {
        Some("CHECK") => ColumnConstraintKind::Check(c.parenthesized(expr::boxed)?),
        Some(_) => {
            c.expect(&["NULL"])?;
            ColumnConstraintKind::NotNull
        }
        None => return c.expected("CHECK or NOT NULL"),
    };
    let traits = attributes::all(c, &attributes::DOMAIN)?;
    Ok(ColumnConstraint { name, kind, index: IndexParameters::default(), traits, span: c.span_from(start) })
}

#[cfg(test)]
mod tests;
