//! ALTER TABLE of a column that a view or a policy reads.

use crate::ast::{AlterActionKind, AlterTable, ColumnChange, Ident};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};

use super::{DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, refused};

/// Columns are dropped before any type changes, each with the views and policies that CASCADE takes along.
pub(super) fn refusals(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let table = around.resolve(&alter.name);
    let descendants = if alter.only { Vec::new() } else { around.catalog.descendants(&table) };
    let tables: Vec<RelationName> = std::iter::once(table).chain(descendants).collect();
    let mut gone: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for action in &alter.actions {
        let AlterActionKind::DropColumn { name, cascade, .. } = &action.kind else { continue };
        match cascade {
            true => gone.extend(dropped(name, &tables, around)),
            false => found.extend(reader(name, &tables, &gone, around).map(|reader| {
                let reason = format!("cannot drop column {}: {reader} depends on it", name.name);
                refused(DEPENDENT_OBJECTS, reason).at(action.span)
            })),
        }
    }
    for action in &alter.actions {
        if let AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { .. } } = &action.kind {
            found.extend(reader(name, &tables, &gone, around).map(|reader| {
                let reason = format!("cannot alter the type of column {}: {reader} uses it", name.name);
                refused(FEATURE_NOT_SUPPORTED, reason).by(Cause::Dependant).at(action.span)
            }));
        }
    }
    found
}

/// A view or policy that reads the column for certain, and is still there.
fn reader(column: &Ident, tables: &[RelationName], gone: &[String], around: &Surroundings) -> Option<String> {
    let catalog = around.catalog;
    let readers = tables.iter().flat_map(|table| catalog.readers_of_column(table, &column.name));
    readers.into_iter().find(|reader| !gone.contains(reader))
}

/// Views and policies that CASCADE drops, or may drop, in the words of [`reader`].
fn dropped(column: &Ident, tables: &[RelationName], around: &Surroundings) -> Vec<String> {
    let catalog = around.catalog;
    let views = tables.iter().flat_map(|table| catalog.views_dropped_with_column(table, &column.name));
    let policies = tables.iter().flat_map(|table| catalog.policies_of_column(table, &column.name));
    let views = views.map(|(view, _)| format!("view {}", view.name));
    views.chain(policies.map(|(on, policy, _)| format!("policy {} on {}", policy.name, on.name))).collect()
}
