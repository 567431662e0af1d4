//! DETACH PARTITION of rows that a foreign key of another table points to.
//!
//! Source: `RI_PartitionRemove_Check` of the server. Claimed only of rows that are certain to be there.

use std::collections::HashSet;

use ecow::{EcoString, eco_format};

use crate::ast::{AlterActionKind, AlterTable, Literal, ObjectName};
use crate::engine::catalog::{ConstraintKind, Relation};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_known_whole;
use super::rewritten::referenced_key;
use super::violated::{FOREIGN_KEY_VIOLATION, Table, with_rows};
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
        let ([column], false) = (columns.as_slice(), key.doubted || key.traits.not_enforced || !key.validated) else {
            return None;
        };
        let target = referenced_key(referenced_columns, parent)?;
        let values = |relation: &Relation, name: &EcoString| -> Option<HashSet<EcoString>> {
            let column = relation.column(name)?;
            let table = Table { relation, around };
            let known = table.values(column, column.known_type()?).filter(|value| *value != Literal::Null);
            Some(known.map(|value| eco_format!("{value:?}")).collect())
        };
        let (gone, pointing) = (values(part, target)?, values(other, column)?);
        let reason = || format!("rows of {} refer to rows of the partition {}", other.name, part.name);
        let pointed = !gone.is_disjoint(&pointing);
        pointed.then(|| refused_on(VersionSet::since(12), FOREIGN_KEY_VIOLATION, reason()))
    })
}
