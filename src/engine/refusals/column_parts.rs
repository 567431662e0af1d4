//! Parts of a column's definition that do not go together.
//!
//! Source: `transformColumnDefinition` of PostgreSQL's parser/parse_utilcmd.c, and measurements
//! (`fixtures/facts/add-column-default-*.sql`, `add-column-null-*.sql`).

use crate::ast::{AlterActionKind, ColumnConstraintKind, ColumnDef, Statement, StatementKind};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::{FEATURE_NOT_SUPPORTED, SYNTAX_ERROR, refused, refused_on};

/// What the definitions of new columns say against themselves.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    match &statement.kind {
        StatementKind::CreateTable(create) => {
            let taken = create.if_not_exists && around.catalog.is_taken(&around.created(&create.name));
            create.columns.iter().filter(|_| !taken).find_map(conflict)
        }
        StatementKind::AlterTable(alter) => alter.actions.iter().find_map(|action| match &action.kind {
            AlterActionKind::AddColumn { if_not_exists: false, column } => conflict(column),
            _ => None,
        }),
        _ => None,
    }
}

fn conflict(column: &ColumnDef) -> Option<Refusal> {
    use ColumnConstraintKind as K;
    let name = &column.name.name;
    if column.data_type.serial && column.data_type.dimensions > 0 {
        let reason = "array of serial is not implemented".to_owned();
        return Some(refused(FEATURE_NOT_SUPPORTED, reason).at(column.data_type.span));
    }
    let count = |wanted: fn(&K) -> bool| column.constraints.iter().filter(|part| wanted(&part.kind)).count();
    let serial = usize::from(column.data_type.serial);
    let defaults = count(|kind| matches!(kind, K::Default(_))) + serial;
    let identities = count(|kind| matches!(kind, K::Identity(_)));
    let generated = count(|kind| matches!(kind, K::Generated { .. }));
    let required = count(|kind| matches!(kind, K::NotNull)) + identities + serial;
    let nullable = count(|kind| matches!(kind, K::Null));
    let (versions, what) = match () {
        () if required > 0 && nullable > 0 => (VersionSet::ALL, "conflicting NULL and NOT NULL"),
        () if defaults > 1 => (VersionSet::ALL, "multiple default values"),
        () if identities > 1 => (VersionSet::ALL, "multiple identity specifications"),
        () if defaults > 0 && identities > 0 => (VersionSet::ALL, "both default and identity"),
        () if generated > 1 => (VersionSet::since(12), "multiple generation clauses"),
        () if defaults > 0 && generated > 0 => (VersionSet::since(12), "both default and generation expression"),
        () if identities > 0 && generated > 0 => (VersionSet::since(12), "both identity and generation expression"),
        () => return None,
    };
    Some(refused_on(versions, SYNTAX_ERROR, format!("{what} specified for column {name}")).at(column.span))
}
