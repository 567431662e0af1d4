//! Columns that a CHECK or a predicate compares with a literal of a type that theirs has no operator for.
//!
//! Source: `pg_operator` of PostgreSQL 10 to 18, and measurements (`fixtures/facts/add-check-text-with-*.sql`).

use crate::ast::{
    AlterActionKind, AlterTable, ColumnConstraintKind, ColumnDef, Comparison, CreateIndex, CreateTable, DataType, Expr,
    Limit, Literal, Statement, StatementKind, TableConstraintKind,
};
use crate::engine::catalog::Relation;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::converted::no_value;
use super::defaults::unreadable;
use super::existence::is_known_whole;
use super::{DATATYPE_MISMATCH, refused};

const UNDEFINED_OPERATOR: &str = "42883";

/// Types that have no operator with a number.
const NO_NUMBERS: &[&str] = &[
    "boolean",
    "bytea",
    "character",
    "character varying",
    "date",
    "inet",
    "interval",
    "json",
    "jsonb",
    "text",
    "time without time zone",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

/// Types that have no operator with a truth value.
const NO_BOOLEANS: &[&str] = &[
    "bigint",
    "character",
    "character varying",
    "date",
    "double precision",
    "integer",
    "numeric",
    "real",
    "smallint",
    "text",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    match &statement.kind {
        StatementKind::AlterTable(alter) => alter_table(alter, around),
        StatementKind::CreateTable(create) => create_table(create, around),
        StatementKind::CreateIndex(create) => create_index(create, around),
        _ => None,
    }
}

fn alter_table(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&alter.name).filter(|relation| is_known_whole(relation))?;
    let changes = |action: &crate::ast::AlterAction| {
        matches!(action.kind, AlterActionKind::AlterColumn { .. } | AlterActionKind::AddColumn { .. })
    };
    let alone = !alter.actions.iter().any(changes);
    alter.actions.iter().find_map(|action| match &action.kind {
        AlterActionKind::AddConstraint(constraint) if alone => match &constraint.kind {
            TableConstraintKind::Check(expr) => Some(judge(expr, |name| of(relation, name), around)?.at(action.span)),
            _ => None,
        },
        AlterActionKind::AddColumn { column, .. } if relation.column(&column.name.name).is_none() => {
            let own = |name: &str| (name == column.name.name).then_some(&column.data_type);
            Some(checks(column).find_map(|expr| judge(expr, own, around))?.at(action.span))
        }
        _ => None,
    })
}

fn create_table(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    if create.if_not_exists && around.catalog.is_taken(&around.created(&create.name)) {
        return None;
    }
    let own = |name: &str| {
        let column = create.columns.iter().find(|column| column.name.name == name);
        column.map(|column| &column.data_type)
    };
    let of_table = create.constraints.iter().filter_map(|constraint| match &constraint.kind {
        TableConstraintKind::Check(expr) => Some(&**expr),
        _ => None,
    });
    create.columns.iter().flat_map(checks).chain(of_table).find_map(|expr| judge(expr, own, around))
}

fn create_index(create: &CreateIndex, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&create.table).filter(|relation| is_known_whole(relation))?;
    judge(create.predicate.as_ref()?, |name| of(relation, name), around)
}

fn of<'c>(relation: &'c Relation, name: &str) -> Option<&'c DataType> {
    relation.column(name)?.known_type()
}

fn checks(column: &ColumnDef) -> impl Iterator<Item = &Expr> {
    column.constraints.iter().filter_map(|part| match &part.kind {
        ColumnConstraintKind::Check(expr) => Some(&**expr),
        _ => None,
    })
}

/// The first comparison that there is not.
fn judge<'c>(expr: &Expr, type_of: impl Fn(&str) -> Option<&'c DataType>, around: &Surroundings) -> Option<Refusal> {
    let limits = expr.limits.all.iter().chain(expr.limits.either.iter().flatten().flatten());
    limits.filter(|limit| limit.cast.is_none()).find_map(|limit| {
        let data_type = type_of(&limit.column).filter(|data_type| data_type.dimensions == 0)?;
        let refusal = limit.values.iter().find_map(|value| compared(limit, value, data_type, around))?;
        let is_truth = |value: &Literal| matches!(value, Literal::Boolean(_));
        let bare = limit.values.iter().all(is_truth) && !around.text_of(expr.span).contains(['=', '<', '>']);
        let reason = || format!("a condition must be of type boolean: {} is of type {}", limit.column, data_type.name);
        let refusal = if bare { refused(DATATYPE_MISMATCH, reason()) } else { refusal };
        Some(refusal.at(expr.span))
    })
}

fn compared(limit: &Limit, value: &Literal, data_type: &DataType, around: &Surroundings) -> Option<Refusal> {
    let name = data_type.name.as_str();
    let lacks = |other: &str| {
        let reason = format!("operator does not exist: {name} and {other} (column {})", limit.column);
        let made = around.has_own_casts() || around.catalog.unnamed.operators;
        (!made).then(|| refused(UNDEFINED_OPERATOR, reason))
    };
    match (limit.comparison, value) {
        (Comparison::Null | Comparison::NotNull, _) => None,
        (_, Literal::Number(_)) if NO_NUMBERS.contains(&name) => lacks("a number"),
        (_, Literal::Boolean(_)) if NO_BOOLEANS.contains(&name) => lacks("boolean"),
        (_, Literal::Text(_)) if matches!(name, "json" | "xml") => lacks("a text"),
        (_, Literal::Text(text)) => unreadable(text, data_type).or_else(|| no_value(text, data_type, around)),
        (_, Literal::Null | Literal::Boolean(_) | Literal::Number(_)) => None,
    }
}
