//! ALTER TABLE of partitions and inheritance children, and of their parents, that the server refuses.

use crate::ast::{AlterAction, AlterActionKind, AlterTable, ColumnChange, TableConstraintKind};
use crate::engine::catalog::Relation;
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::existence::is_known_whole;
use super::{INVALID_TABLE_DEFINITION, WRONG_OBJECT_TYPE, refused};

const DATATYPE_MISMATCH: &str = "42804";

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    alter.actions.iter().filter_map(|action| Some(refusal(action, alter, relation, around)?.at(action.span))).collect()
}

fn refusal(action: &AlterAction, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    use AlterActionKind as A;
    let name = &relation.name;
    let invalid = |reason: String| Some(refused(INVALID_TABLE_DEFINITION, reason));
    match &action.kind {
        A::AddColumn { .. } if around.is_partition(relation) => {
            Some(refused(WRONG_OBJECT_TYPE, format!("cannot add a column to {name}: it is a partition")))
        }
        A::AlterColumn { name: column, change: ColumnChange::SetType { .. } }
            if inherits(&column.name, relation, around) =>
        {
            invalid(format!("cannot alter inherited column {}", column.name))
        }
        A::RenameColumn { from, .. } if inherits(&from.name, relation, around) => {
            invalid(format!("cannot rename inherited column {}", from.name))
        }
        A::DropColumn { name: column, .. } if inherits(&column.name, relation, around) => {
            invalid(format!("cannot drop inherited column {}", column.name))
        }
        A::AddConstraint(constraint) if alter.only && !relation.children.is_empty() => {
            let checks = matches!(constraint.kind, TableConstraintKind::Check(_)) && !constraint.traits.no_inherit;
            let reason = || "constraint must be added to child tables too".to_owned();
            checks.then(|| refused(INVALID_TABLE_DEFINITION, reason()))
        }
        A::Inherit(parent) => lacks_column_of(&around.resolve(parent), relation, around),
        _ => None,
    }
}

/// Whether a parent that is known to be there has the column too.
fn inherits(column: &str, relation: &Relation, around: &Surroundings) -> bool {
    let parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    parents.into_iter().any(|parent| is_known_whole(parent) && parent.column(column).is_some())
}

fn lacks_column_of(parent: &RelationName, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let parent = around.catalog.get(parent).filter(|parent| is_known_whole(parent) && is_known_whole(relation))?;
    let missing = parent.columns.iter().find(|column| relation.column(&column.name).is_none())?;
    Some(refused(DATATYPE_MISMATCH, format!("child table {} is missing column {}", relation.name, missing.name)))
}
