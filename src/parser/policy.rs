//! CREATE POLICY and ALTER POLICY.

use super::cursor::{Cursor, Parsed};
use super::uses::Uses;
use super::{expr, names, role};
use crate::ast::{AlterPolicy, CreatePolicy, Expr, Ident, ObjectName, PolicyCommand, RoleSpec, StatementKind};

/// CREATE POLICY.
///
/// # Errors
/// Something else comes.
pub(super) fn create_policy(c: &mut Cursor) -> Parsed<StatementKind> {
    c.expect(&["CREATE", "POLICY"])?;
    let name = names::name(c, "a policy name")?;
    c.expect(&["ON"])?;
    let table = names::qualified(c, "a table name")?;
    let permissive = permissive(c)?;
    let command = command(c)?;
    let Terms { roles, using, check } = terms(c, &table)?;
    Ok(StatementKind::CreatePolicy(Box::new(CreatePolicy { name, table, permissive, command, roles, using, check })))
}

/// Behind ALTER POLICY and its name and table.
///
/// # Errors
/// Something else comes.
pub(super) fn change(c: &mut Cursor, name: Ident, table: ObjectName) -> Parsed<StatementKind> {
    let Terms { roles, using, check } = terms(c, &table)?;
    Ok(StatementKind::AlterPolicy(Box::new(AlterPolicy { name, table, roles, using, check })))
}

/// `[AS {PERMISSIVE | RESTRICTIVE}]`
fn permissive(c: &mut Cursor) -> Parsed<bool> {
    if !c.eat(&["AS"]) {
        return Ok(true);
    }
    match c.eat_any(&["PERMISSIVE", "RESTRICTIVE"]) {
        Some(word) => Ok(word == "PERMISSIVE"),
        None => c.expected("PERMISSIVE or RESTRICTIVE"),
    }
}

/// `[FOR command]`
fn command(c: &mut Cursor) -> Parsed<PolicyCommand> {
    if !c.eat(&["FOR"]) {
        return Ok(PolicyCommand::All);
    }
    match c.eat_any(&["ALL", "SELECT", "INSERT", "UPDATE", "DELETE"]) {
        Some("ALL") => Ok(PolicyCommand::All),
        Some("SELECT") => Ok(PolicyCommand::Select),
        Some("INSERT") => Ok(PolicyCommand::Insert),
        Some("UPDATE") => Ok(PolicyCommand::Update),
        Some(_) => Ok(PolicyCommand::Delete),
        None => c.expected("ALL, SELECT, INSERT, UPDATE or DELETE"),
    }
}

/// Whom a policy is for, and what it lets through.
struct Terms {
    roles: Vec<RoleSpec>,
    using: Option<Expr>,
    check: Option<Expr>,
}

/// `[TO roles] [USING (condition)] [WITH CHECK (condition)]`
fn terms(c: &mut Cursor, table: &ObjectName) -> Parsed<Terms> {
    let roles = if c.eat(&["TO"]) { role::roles(c)? } else { Vec::new() };
    let using = if c.eat(&["USING"]) { Some(c.parenthesized(|c| condition(c, table))?) } else { None };
    let check = if c.eat(&["WITH"]) {
        c.expect(&["CHECK"])?;
        Some(c.parenthesized(|c| condition(c, table))?)
    } else {
        None
    };
    Ok(Terms { roles, using, check })
}

/// A condition on the rows of a table, with the columns that it reads.
fn condition(c: &mut Cursor, table: &ObjectName) -> Parsed<Expr> {
    let (condition, span) = c.sql_expr()?;
    let mut uses = Uses::with_columns();
    uses.reading.see(table);
    uses.walk(c).expr(&condition);
    Ok(Expr { reading: uses.reading.found, ..expr::lower(c, &condition, span) })
}

#[cfg(test)]
mod tests;
