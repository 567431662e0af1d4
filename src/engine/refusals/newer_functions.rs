//! Built-in functions that a version does not have yet.
//!
//! Source: `pg_proc` of PostgreSQL 10 to 18 ([`builtins::since`]) and measurements (`fixtures/facts/newer-function-*.sql`).
//! Claimed only where the history is whole, and neither it nor an extension of it makes a function of the name.

use ecow::EcoString;

use crate::ast::{
    AlterActionKind, AlterTable, ColumnChange, ColumnConstraintKind, ColumnDef, CreateTable, Expr, Statement,
    StatementKind, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{Kind, Relation};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, builtins};

use super::refused_on;

pub(super) const UNDEFINED_FUNCTION: &str = "42883";

/// Extensions none of whose functions is called like a built-in one of a later version, and none of whose types like one
/// of another database.
const OTHER_NAMES: &[&str] = &[
    "btree_gin",
    "btree_gist",
    "citext",
    "hstore",
    "ltree",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "plpgsql",
    "postgres_fdw",
    "tablefunc",
    "unaccent",
    "uuid-ossp",
];

/// Functions that servers had from an extension before they were built in.
const ONCE_OF_EXTENSIONS: &[&str] = &["gen_random_uuid"];

/// Words of the grammar for which later versions look up a function of the same name.
const WORDS: &[&str] = &["extract", "merge_action", "system_user"];

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let called = called(statement, around);
    let (function, since) = called.into_iter().find_map(|name| Some((name, since(name, around)?)))?;
    let reason = format!("function {function} came with PostgreSQL {since}");
    Some(refused_on(VersionSet::before(since), UNDEFINED_FUNCTION, reason))
}

/// The first version with the function, if there were some without it, and it can be no other.
fn since(written: &str, around: &Surroundings) -> Option<u8> {
    let name = written.strip_prefix("pg_catalog.").unwrap_or(written);
    let is_plain = !ONCE_OF_EXTENSIONS.contains(&name) && !WORDS.contains(&name);
    let since = builtins::since(name).filter(|since| *since > 10 && is_plain)?;
    let is_it = |other: &str| other.split('(').next() == Some(name);
    let ledger = &around.catalog.ledger;
    let own = ledger.all(Kind::Function).any(|(other, _)| is_it(&other.name))
        || ledger.all(Kind::Named).any(|(other, _)| &*other.schema == "AGGREGATE" && is_it(&other.name));
    let whole = around.history_is_whole && !ledger.blind && has_only_known_extensions(around) && !own;
    (whole && around.catalog.functions().all(|(other, _)| !is_it(other))).then_some(since)
}

/// Whether the history makes no extension but those whose functions and types are known to have other names.
pub(super) fn has_only_known_extensions(around: &Surroundings) -> bool {
    let mut named = around.catalog.ledger.all(Kind::Named);
    named.all(|(other, _)| &*other.schema != "EXTENSION" || OTHER_NAMES.contains(&&*other.name))
}

/// The functions that the statement calls, and that the server looks up whether rows are there or not.
pub(super) fn called<'s>(statement: &'s Statement, around: &Surroundings) -> Vec<&'s EcoString> {
    let mut found: Vec<&EcoString> = Vec::new();
    match &statement.kind {
        StatementKind::Query(query) => found.extend(&query.functions),
        StatementKind::Write(write) => found.extend(&write.functions),
        StatementKind::CreateView(create) => found.extend(&create.query.functions),
        StatementKind::CreateTable(create) if !create.if_not_exists => of_table(create, &mut found),
        StatementKind::AlterTable(alter) => {
            if let Some(relation) = around.relation(&alter.name) {
                of_actions(alter, relation, &mut found);
            }
        }
        StatementKind::CreateIndex(create) if !create.if_not_exists => {
            let expressions = create.keys.iter().filter_map(|key| key.expr.as_deref()).chain(&create.predicate);
            expressions.for_each(|expr| found.extend(&expr.functions));
        }
        _ => {}
    }
    found
}

fn of_table<'s>(create: &'s CreateTable, found: &mut Vec<&'s EcoString>) {
    create.query.iter().for_each(|query| found.extend(&query.functions));
    create.columns.iter().for_each(|column| of_column(column, found));
    create.constraints.iter().for_each(|constraint| of_constraint(constraint, found));
}

fn of_column<'s>(column: &'s ColumnDef, found: &mut Vec<&'s EcoString>) {
    for constraint in &column.constraints {
        match &constraint.kind {
            ColumnConstraintKind::Default(expr)
            | ColumnConstraintKind::Check(expr)
            | ColumnConstraintKind::Generated { expr, .. } => found.extend(&expr.functions),
            ColumnConstraintKind::NotNull
            | ColumnConstraintKind::Null
            | ColumnConstraintKind::Identity(_)
            | ColumnConstraintKind::PrimaryKey
            | ColumnConstraintKind::Unique
            | ColumnConstraintKind::References(_) => {}
        }
    }
}

fn of_constraint<'s>(constraint: &'s TableConstraint, found: &mut Vec<&'s EcoString>) {
    if let TableConstraintKind::Check(expr) = &constraint.kind {
        found.extend(&expr.functions);
    }
}

fn of_actions<'s>(alter: &'s AlterTable, relation: &Relation, found: &mut Vec<&'s EcoString>) {
    for action in &alter.actions {
        match &action.kind {
            AlterActionKind::AddColumn { column, if_not_exists }
                if !(*if_not_exists && relation.column(&column.name.name).is_some()) =>
            {
                of_column(column, found);
            }
            AlterActionKind::AddConstraint(constraint) => of_constraint(constraint, found),
            AlterActionKind::AlterColumn { change, .. } => {
                let expr: Option<&Expr> = match change {
                    ColumnChange::SetDefault(expr) | ColumnChange::SetExpression(expr) => Some(expr),
                    ColumnChange::SetType { using, .. } => using.as_deref(),
                    _ => None,
                };
                expr.into_iter().for_each(|expr| found.extend(&expr.functions));
            }
            _ => {}
        }
    }
}
