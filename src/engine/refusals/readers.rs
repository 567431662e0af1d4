//! ALTER TABLE of a column that a view reads.

use crate::ast::{AlterActionKind, AlterTable, ColumnChange, Ident};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::{DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, refused};

/// Columns are dropped before any type changes, each with the views that CASCADE takes along.
pub(super) fn refusals(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let table = around.resolve(&alter.name);
    let descendants = if alter.only { Vec::new() } else { around.catalog.descendants(&table) };
    let tables: Vec<RelationName> = std::iter::once(table).chain(descendants).collect();
    let mut gone: Vec<&RelationName> = Vec::new();
    let mut found = Vec::new();
    for action in &alter.actions {
        let AlterActionKind::DropColumn { name, cascade, .. } = &action.kind else { continue };
        match cascade {
            true => gone.extend(dropped(name, &tables, around)),
            false => found.extend(reader(name, &tables, &gone, around).map(|view| {
                refused(DEPENDENT_OBJECTS, format!("cannot drop column {}: view {view} depends on it", name.name))
            })),
        }
    }
    for action in &alter.actions {
        if let AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { .. } } = &action.kind {
            found.extend(reader(name, &tables, &gone, around).map(|view| {
                let reason = format!("cannot alter the type of column {}: view {view} uses it", name.name);
                refused(FEATURE_NOT_SUPPORTED, reason)
            }));
        }
    }
    found
}

/// A view that reads the column for certain, and is still there.
fn reader<'c>(
    column: &Ident,
    tables: &[RelationName],
    gone: &[&RelationName],
    around: &Surroundings<'c>,
) -> Option<&'c RelationName> {
    let catalog = around.catalog;
    let views = tables.iter().flat_map(|table| catalog.views_of_column(table, &column.name));
    views.filter(|(view, certain)| *certain && !gone.contains(&&view.name)).map(|(view, _)| &view.name).min()
}

/// Views that CASCADE drops, or may drop.
fn dropped<'c>(column: &Ident, tables: &[RelationName], around: &Surroundings<'c>) -> Vec<&'c RelationName> {
    let catalog = around.catalog;
    let views = tables.iter().flat_map(|table| catalog.views_dropped_with_column(table, &column.name));
    views.map(|(view, _)| &view.name).collect()
}
