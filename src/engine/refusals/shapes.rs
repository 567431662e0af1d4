//! Queries and tables whose shape cannot be what the statement makes of it.
//!
//! Source: `transformSetOperationStmt()`, `CheckSelectLocking()` and `DefineView()` of the server, and measurements
//! (`fixtures/facts/create-view-*.sql`, `create-table-as-*.sql`, `select-for-update-*.sql`).

use crate::ast::{
    AlterActionKind, AlterObject, AlterTable, ColumnChange, ColumnConstraintKind, CreateTable, CreateView, Ident,
    ObjectName, Output, Query, Statement, StatementKind, TableConstraintKind,
};
use crate::engine::catalog::Relation;
use crate::engine::effect::RelationKind;
use crate::engine::output;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::source::Span;

use super::column_types::uncollated;
use super::existence::is_there;
use super::{FEATURE_NOT_SUPPORTED, SYNTAX_ERROR, WRONG_OBJECT_TYPE, clauses, grouped, refused};

pub(super) fn refusals(statement: &Statement, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::CreateView(create) => view(create, around).into_iter().collect(),
        StatementKind::CreateTable(create) => table(create, around, in_body),
        StatementKind::AlterTable(alter) => altered(alter),
        StatementKind::Query(query) => locked(query, around).into_iter().collect(),
        StatementKind::Write(write) => locked_with(write.locked_with).into_iter().collect(),
        StatementKind::CreateSchema(create) if create.if_not_exists && !create.elements.is_empty() => {
            let reason = "CREATE SCHEMA IF NOT EXISTS cannot include schema elements".to_owned();
            vec![refused(FEATURE_NOT_SUPPORTED, reason)]
        }
        _ => Vec::new(),
    }
}

fn view(create: &CreateView, around: &Surroundings) -> Option<Refusal> {
    let output = create.query.output.as_deref();
    let unequal = output.and_then(|output| unequal(output, create.query.span, around));
    let unequal = unequal.or_else(|| grouped::ungrouped(output?, around, false));
    let unequal = unequal.or_else(|| locked_with(create.query.locked_with));
    unequal.or_else(|| too_many(&create.columns, output, &create.name, around)).or_else(|| {
        let checked = create.options.iter().any(|option| option.name == "check_option");
        let checks = create.check_option.is_some() || checked && !create.materialized;
        let reason = "WITH CHECK OPTION is supported only on automatically updatable views".to_owned();
        let fixed = create.query.shape.combined.is_some() || output.is_some_and(grouped::is_aggregated);
        (checks && fixed).then(|| refused(FEATURE_NOT_SUPPORTED, reason))
    })
}

/// More names than the query has columns.
fn too_many(names: &[Ident], output: Option<&Output>, of: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let given = output::columns(output, &[], around);
    let extra = names.get(given.list.len()).filter(|_| given.whole)?;
    let reason = format!("{of} names {} columns, and its query gives {}", names.len(), given.list.len());
    Some(refused(SYNTAX_ERROR, reason).at(extra.span))
}

/// The queries of UNION, INTERSECT and EXCEPT give as many columns each.
fn unequal(output: &Output, span: Span, around: &Surroundings) -> Option<Refusal> {
    let Output::Branches(branches) = output else { return None };
    let mut counts = branches.iter().map(|branch| output::columns(Some(branch), &[], around));
    let first = counts.next().filter(|first| first.whole)?;
    let other = counts.find(|other| other.whole && other.list.len() != first.list.len());
    let reason = "each query of a UNION, INTERSECT or EXCEPT must have the same number of columns".to_owned();
    let here = other.map(|_| refused(SYNTAX_ERROR, reason).at(span));
    here.or_else(|| branches.iter().find_map(|branch| self::unequal(branch, span, around)))
}

fn table(create: &CreateTable, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    if create.if_not_exists && around.catalog.is_taken(&around.created(&create.name)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(query) = &create.query {
        let names: Vec<Ident> = create.columns.iter().map(|column| column.name.clone()).collect();
        let output = query.output.as_deref();
        found.extend(locked_with(query.locked_with));
        found.extend(output.and_then(|output| unequal(output, query.span, around)));
        found.extend(output.and_then(|output| grouped::ungrouped(output, around, in_body)));
        found.extend(too_many(&names, output, &create.name, around));
    }
    if create.foreign {
        found.extend(of_foreign(create));
    }
    found.extend(create.columns.iter().filter_map(|column| uncollated(&column.data_type, column.collation.as_ref())));
    found
}

/// A foreign table has no keys.
fn of_foreign(create: &CreateTable) -> Option<Refusal> {
    let columns = create.columns.iter().flat_map(|column| &column.constraints);
    let in_columns = columns.filter_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::PrimaryKey => Some(("primary key", constraint.span)),
        ColumnConstraintKind::Unique => Some(("unique", constraint.span)),
        ColumnConstraintKind::References(_) => Some(("foreign key", constraint.span)),
        _ => None,
    });
    let of_table = create.constraints.iter().filter_map(|constraint| match &constraint.kind {
        TableConstraintKind::PrimaryKey(_) => Some(("primary key", constraint.span)),
        TableConstraintKind::Unique(_) => Some(("unique", constraint.span)),
        TableConstraintKind::ForeignKey { .. } => Some(("foreign key", constraint.span)),
        TableConstraintKind::Exclude { .. } => Some(("exclusion", constraint.span)),
        TableConstraintKind::Check(_) | TableConstraintKind::NotNull(_) => None,
    });
    let (what, span) = in_columns.chain(of_table).next()?;
    Some(refused(FEATURE_NOT_SUPPORTED, format!("{what} constraints are not supported on foreign tables")).at(span))
}

fn altered(alter: &AlterTable) -> Vec<Refusal> {
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { column, .. } => uncollated(&column.data_type, column.collation.as_ref()),
        AlterActionKind::AlterColumn { change: ColumnChange::SetType { data_type, collation, .. }, .. } => {
            uncollated(data_type, collation.as_ref())
        }
        AlterActionKind::SetOptions(options) if alter.object == AlterObject::View => clauses::view_options(options),
        _ => None,
    });
    found.collect()
}

/// Rows that are no rows of a table cannot be locked.
fn locked(query: &Query, around: &Surroundings) -> Option<Refusal> {
    if query.locked_with.is_some() {
        return locked_with(query.locked_with);
    }
    let relations = query.row_locks.iter().filter_map(|name| around.relation(name));
    let fixed = relations
        .filter(|relation| is_there(relation))
        .find(|relation| matches!(relation.kind, RelationKind::MaterializedView | RelationKind::Sequence));
    let reason =
        |relation: &Relation| format!("cannot lock rows in {}: it is a {}", relation.name, relation.kind.name());
    fixed.map(|relation| refused(WRONG_OBJECT_TYPE, reason(relation)))
}

fn locked_with(what: Option<&str>) -> Option<Refusal> {
    let reason = format!("FOR UPDATE and its kin are not allowed with {}", what?);
    Some(refused(FEATURE_NOT_SUPPORTED, reason))
}
