//! ALTER TABLE of a column that a view, a policy, a rule, a function or a publication needs.

use crate::ast::{AlterActionKind, AlterTable, ColumnChange};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::{Cause, Refusal};

use super::{DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, refused};

/// Columns are dropped before any type changes, each with what CASCADE takes along.
pub(super) fn refusals(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    let table = around.resolve(&alter.name);
    let descendants = if alter.only { Vec::new() } else { around.catalog.descendants(&table) };
    let tables: Vec<RelationName> = std::iter::once(table).chain(descendants).collect();
    let mut gone: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for action in &alter.actions {
        let AlterActionKind::DropColumn { name, cascade, .. } = &action.kind else { continue };
        // What is computed from it goes with it, or keeps it from going.
        let relation = around.relation(&alter.name);
        let columns: Vec<&str> = match relation {
            Some(relation) => relation.with_computed(&name.name).collect(),
            None => vec![&name.name],
        };
        match cascade {
            true => columns.iter().for_each(|column| gone.extend(dropped(column, &tables, around))),
            false => {
                found.extend(columns.iter().find_map(|column| reader(column, &tables, &gone, around)).map(|reader| {
                    let reason = format!("cannot drop column {}: {reader} depends on it", name.name);
                    refused(DEPENDENT_OBJECTS, reason).at(action.span)
                }))
            }
        }
    }
    for action in &alter.actions {
        if let AlterActionKind::AlterColumn { name, change: ColumnChange::SetType { .. } } = &action.kind {
            found.extend(reader(&name.name, &tables, &gone, around).map(|reader| {
                let reason = format!("cannot alter the type of column {}: {reader} uses it", name.name);
                refused(FEATURE_NOT_SUPPORTED, reason).by(Cause::Dependant).at(action.span)
            }));
        }
    }
    found
}

/// Something that needs the column for certain, and is still there.
fn reader(column: &str, tables: &[RelationName], gone: &[String], around: &Surroundings) -> Option<String> {
    let catalog = around.catalog;
    let readers = tables.iter().flat_map(|table| catalog.readers_of_column(table, column));
    readers.into_iter().find(|reader| !gone.contains(reader))
}

/// What CASCADE drops, or may drop, in the words of [`reader`].
fn dropped(column: &str, tables: &[RelationName], around: &Surroundings) -> Vec<String> {
    tables.iter().flat_map(|table| around.catalog.perhaps_dropped_with_column(table, column)).collect()
}
