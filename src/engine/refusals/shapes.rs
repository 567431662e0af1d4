//! Queries and tables whose shape cannot be what the statement makes of it.
//!
//! Source: `transformSetOperationStmt()`, `CheckSelectLocking()` and `DefineView()` of the server, and measurements
//! (`fixtures/facts/create-view-*.sql`, `create-table-as-*.sql`, `select-for-update-*.sql`).

use ecow::EcoString;

use crate::ast::{
    AlterActionKind, AlterObject, AlterTable, ColumnChange, ColumnConstraintKind, CreateTable, CreateView, Ident,
    ObjectName, Output, OutputItem, Query, Statement, StatementKind, TableConstraintKind, Value,
};
use crate::engine::catalog::Relation;
use crate::engine::effect::RelationKind;
use crate::engine::output;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;
use crate::postgres::builtins;

use super::column_types::uncollated;
use super::existence::is_there;
use super::{
    FEATURE_NOT_SUPPORTED, SYNTAX_ERROR, UNDEFINED_TABLE, WRONG_OBJECT_TYPE, clauses, grouped, matched, refused,
};

pub(super) fn refusals(statement: &Statement, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::CreateView(create) => view(create, around).into_iter().collect(),
        StatementKind::CreateTable(create) => table(create, around, in_body),
        StatementKind::AlterTable(alter) => altered(alter, around),
        StatementKind::Query(query) => locked(query, around)
            .or_else(|| nullable(&query.locked_nullable, around))
            .or_else(|| matched::refusal(query.output.as_deref()?, around, in_body))
            .into_iter()
            .collect(),
        StatementKind::Write(write) => {
            let locked = locked_with(write.locked_with).or_else(|| nullable(&write.locked_nullable, around));
            locked.or_else(|| matched::inserted(write, around, in_body)).into_iter().collect()
        }
        StatementKind::CreateSchema(create) if create.if_not_exists && !create.elements.is_empty() => {
            let reason = "CREATE SCHEMA IF NOT EXISTS cannot include schema elements".to_owned();
            vec![refused(FEATURE_NOT_SUPPORTED, reason)]
        }
        _ => Vec::new(),
    }
}

fn view(create: &CreateView, around: &Surroundings) -> Option<Refusal> {
    let output = create.query.output.as_deref();
    let wrong = output.and_then(|output| matched::refusal(output, around, false));
    let wrong = wrong.or_else(|| locked_with(create.query.locked_with));
    // A name that is taken is seen first.
    let is_taken = create.if_not_exists && around.catalog.is_taken(&around.created(&create.name));
    let extra = || too_many(&create.columns, output, &create.name, around).filter(|_| !is_taken);
    wrong.or_else(extra).or_else(|| {
        let checked = create.options.iter().any(|option| option.name == "check_option");
        let checks = create.check_option.is_some() || checked && !create.materialized;
        let reason = "WITH CHECK OPTION is supported only on automatically updatable views".to_owned();
        let fixed = is_fixed(create, around) || output.is_some_and(grouped::is_aggregated);
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

/// Whether a view of the query takes no changes.
///
/// Source: `view_query_is_auto_updatable()` of the server. What a view below it takes is not asked.
fn is_fixed(create: &CreateView, around: &Surroundings) -> bool {
    let shape = &create.query.shape;
    let own = |function: &EcoString| around.catalog.function(function).is_some();
    let many = shape.functions.iter().any(|function| !own(function) && builtins::many_rows(function).is_some());
    let stored = create.query.reads.iter().filter_map(|read| around.relation(read)).find(|read| is_there(read));
    let alone = create.query.reads.len() == 1;
    let is_column = |item: &OutputItem| match item {
        OutputItem::Value { value, .. } => matches!(value, Value::Column { .. } | Value::Unknown),
        OutputItem::All | OutputItem::AllOf(_) => true,
    };
    let computed =
        matches!(create.query.output.as_deref(), Some(Output::Select { list, .. }) if !list.iter().any(is_column));
    shape.combined.is_some()
        || many
        || computed
        || alone && stored.is_some_and(|relation| relation.kind == RelationKind::MaterializedView)
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
        found.extend(nullable(&query.locked_nullable, around));
        found.extend(output.and_then(|output| matched::refusal(output, around, in_body)));
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

fn altered(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AddColumn { if_not_exists, column } => {
            let found = uncollated(&column.data_type, column.collation.as_ref())?;
            let relation = around.relation(&alter.name).filter(|_| *if_not_exists);
            // Since 13 nobody looks at a column that is there already.
            let versions = match relation.and_then(|relation| relation.column(&column.name.name)) {
                Some(_) => VersionSet::before(13),
                None => VersionSet::ALL,
            };
            Some(Refusal { versions, ..found })
        }
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
    if let Some(name) = &query.lost_lock {
        let reason = format!("relation {name} in FOR UPDATE or its kin is not found in FROM");
        return Some(refused(UNDEFINED_TABLE, reason));
    }
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

/// Rows that may be none cannot be locked: those of a table on the nullable side of an outer join. Of a view it depends on what
/// the planner makes of it.
fn nullable(names: &[ObjectName], around: &Surroundings) -> Option<Refusal> {
    let tables = names.iter().filter_map(|name| Some((name, around.relation(name)?)));
    let is_table = |relation: &Relation| matches!(relation.kind, RelationKind::Table | RelationKind::PartitionedTable);
    let (name, table) = tables.into_iter().find(|(_, relation)| is_there(relation) && is_table(relation))?;
    let reason =
        format!("FOR UPDATE and its kin cannot be applied to {}, the nullable side of an outer join", table.name);
    Some(refused(FEATURE_NOT_SUPPORTED, reason).at(name.span))
}

fn locked_with(what: Option<&str>) -> Option<Refusal> {
    let reason = format!("FOR UPDATE and its kin are not allowed with {}", what?);
    Some(refused(FEATURE_NOT_SUPPORTED, reason))
}
