//! DETACH PARTITION of rows that a foreign key of another table points to.
//!
//! Source: `RI_PartitionRemove_Check` of the server. Claimed only of rows that are certain to be there.

use ecow::EcoString;

use crate::ast::{AlterActionKind, AlterTable, ObjectName};
use crate::engine::catalog::{ConstraintKind, Relation};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_known_whole;
use super::held::Table;
use super::violated::{FOREIGN_KEY_VIOLATION, with_rows};
use super::{referencing, refused_on};

pub(super) fn alter_table(alter: &AlterTable, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    alter.actions.iter().find_map(|action| match &action.kind {
        AlterActionKind::DetachPartition { partition, finalize: false, .. } => {
            Some(referenced(partition, parent, around)?.at(action.span))
        }
        _ => None,
    })
}

fn referenced(partition: &ObjectName, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let part = with_rows(around.relation(partition)).filter(|part| part.parents.contains(&parent.name))?;
    referencing(&parent.name, around).into_iter().find_map(|(other, key)| {
        let other = with_rows(Some(other)).filter(|other| is_known_whole(other) && other.name != parent.name)?;
        let ConstraintKind::ForeignKey { columns, referenced_columns, .. } = &key.kind else { return None };
        if key.doubted || key.traits.not_enforced || !key.validated {
            return None;
        }
        let target = parent.primary_key().filter(|_| referenced_columns.is_empty()).unwrap_or(referenced_columns);
        let tuples = |relation: &Relation, names: &[EcoString]| {
            let names: Vec<&str> = names.iter().map(EcoString::as_str).collect();
            Table { relation, around }.tuples(&names)
        };
        let (gone, pointing) = (tuples(part, target), tuples(other, columns));
        let reason = || format!("rows of {} refer to rows of the partition {}", other.name, part.name);
        let pointed = !gone.is_disjoint(&pointing);
        pointed.then(|| refused_on(VersionSet::since(12), FOREIGN_KEY_VIOLATION, reason()))
    })
}
