//! The names of NOT NULL constraints, which every NOT NULL column has since 18.
//!
//! Source: `AddRelationNotNullConstraints` of PostgreSQL's catalog/heap.c: as written, or that of the parent, or chosen from the
//! names that the table and the column have when it is made.

use ecow::EcoString;

use crate::engine::catalog::Relation;
use crate::engine::effect::RelationName;

use super::Replay;

/// Names those of a table and of the tables below it that have none yet.
pub(super) fn name_all(table: &RelationName, replay: &mut Replay) {
    replay.catalog.tree(table).iter().for_each(|table| name_own(table, replay));
}

fn name_own(table: &RelationName, replay: &mut Replay) {
    let Some(relation) = replay.catalog.get(table) else { return };
    let unnamed: Vec<EcoString> = relation
        .columns
        .iter()
        .filter(|column| column.not_null && column.more.not_null_name.is_none())
        .map(|column| column.name.clone())
        .collect();
    for column in unnamed {
        let name = match (own(table, &column, replay), of_parents(table, &column, replay)) {
            (Some(name), _) | (None, Some(name)) => name,
            (None, None) => replay.catalog.chosen_constraint_name(table, &column, "not_null", &[]),
        };
        if let Some(column) = replay.catalog.touch(table).column_mut(&column) {
            column.more.not_null_name = Some(name);
        }
    }
}

/// That of a constraint that was written as one.
fn own(table: &RelationName, column: &str, replay: &Replay) -> Option<EcoString> {
    Some(replay.catalog.get(table)?.not_null_constraint(column)?.name.clone())
}

fn of_parents(table: &RelationName, column: &str, replay: &Replay) -> Option<EcoString> {
    let mut parents = replay.catalog.get(table)?.parents.iter().filter_map(|parent| replay.catalog.get(parent));
    parents.find_map(|parent| parent.column(column)?.more.not_null_name.clone())
}

/// DROP CONSTRAINT of one that has no entry of its own.
pub(super) fn drop(relation: &mut Relation, name: &str) {
    for column in relation.columns.iter_mut().filter(|column| column.more.not_null_name.as_deref() == Some(name)) {
        column.not_null = false;
        column.more.not_null_name = None;
    }
}

/// RENAME CONSTRAINT.
pub(super) fn rename(relation: &mut Relation, from: &str, to: &str) {
    for name in relation.columns.iter_mut().filter_map(|column| column.more.not_null_name.as_mut()) {
        if name == from {
            *name = to.into();
        }
    }
}
