//! ATTACH and DETACH PARTITION.

use crate::ast::{ObjectName, PartitionBound, PartitionBoundKind};
use crate::engine::catalog::{ConstraintKind, Index, Relation};
use crate::engine::effect::RelationName;
use crate::engine::partitions::{proof as partition_proof, zone};
use crate::engine::proof::Proof;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;
use super::alter_table::Subject;

/// ATTACH PARTITION.
pub(super) fn attach(
    partition: &ObjectName,
    bound: Option<&PartitionBound>,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    let attached = subject.around.resolve(partition);
    let default = subject.relation.and_then(|relation| relation.default_partition.clone());
    let in_utc = bound.zip(subject.relation).filter(|_| subject.around.is_utc());
    let in_utc = in_utc.map(|(bound, parent)| zone::bound_in_utc(bound, parent));
    let bound = in_utc.as_ref().or(bound).zip(subject.relation);
    let judged = |table: &RelationName, proof: fn(&Relation, &Relation, &PartitionBound) -> bool| {
        let table = subject.around.catalog.get(table);
        table.zip(bound).is_some_and(|(table, (bound, parent))| proof(table, parent, bound))
    };
    let proofs = |table: &RelationName, proof: fn(&Relation, &Relation, &PartitionBound) -> bool| {
        let table = subject.around.catalog.get(table);
        let known = table.zip(bound).map(|(table, (bound, parent))| Proof::by_checks(table, parent, bound, proof));
        known.unwrap_or_default()
    };
    let (form, known) = match rest_proven(&attached, bound.map(|(bound, _)| bound), subject) {
        Some(proofs) => (Form::AttachPartitionProven, proofs),
        None if judged(&attached, partition_proof::implies) => {
            (Form::AttachPartitionProven, proofs(&attached, partition_proof::implies))
        }
        None => (Form::AttachPartition, Vec::new()),
    };
    let occurrence = Occurrence::new(form, span).proven(known);
    let mut found = vec![occurrence.with(Role::Parent, subject.name.clone()).with(Role::Attached, attached.clone())];
    // What is a partition of the parent's parent too has to meet its bound as well.
    let above = subject.around.catalog.ancestors(&subject.name).into_iter().map(|parent| parent.name.clone());
    found.push(Occurrence::new(form, span).with_all(Role::Source, above));
    if let Some(default) = default {
        let occurrence = match judged(&default, partition_proof::excludes) {
            true => {
                let proofs = proofs(&default, partition_proof::excludes);
                Occurrence::new(Form::AttachPartitionDefaultProven, span).proven(proofs)
            }
            false => Occurrence::new(Form::AttachPartitionDefault, span),
        };
        let read = occurrence.form == Form::AttachPartitionDefault;
        let below = if read { subject.around.catalog.descendants(&default) } else { Vec::new() };
        let occurrence = occurrence.with(Role::Parent, subject.name.clone());
        found.push(occurrence.with(Role::DefaultPartition, default).with_all(Role::DefaultPartition, below));
    }
    let below = subject.around.catalog.descendants(&attached);
    found.push(Occurrence::new(form, span).with_all(Role::Attached, below.iter().cloned()));
    found.extend(attach_foreign_keys(&attached, span, subject));
    if lacks_index(&attached, subject) {
        let built = Occurrence::new(Form::AttachPartitionIndexed, span).with(Role::Attached, attached);
        found.push(built.with_all(Role::Attached, below));
    }
    found
}

/// For DEFAULT: what proves that the table has no row of any other partition.
fn rest_proven(attached: &RelationName, bound: Option<&PartitionBound>, subject: &Subject) -> Option<Vec<Proof>> {
    let of_default = |bound: &&PartitionBound| bound.kind == PartitionBoundKind::Default;
    bound.filter(of_default)?;
    let catalog = subject.around.catalog;
    let (table, parent) = catalog.get(attached).zip(subject.relation)?;
    let whole = parent.complete && parent.created_in.is_some() && !parent.perhaps_older;
    let others: Option<Vec<&PartitionBound>> =
        parent.children.iter().map(|child| catalog.get(child)?.bound.as_ref()).collect();
    let others = others.filter(|_| whole)?;
    let mut found = Vec::new();
    for other in others {
        if !partition_proof::excludes(table, parent, other) {
            return None;
        }
        let by = Proof::by_checks(table, parent, other, partition_proof::excludes);
        found.extend(by.into_iter().filter(|proof| !found.contains(proof)).collect::<Vec<_>>());
    }
    Some(found)
}

/// Whether an index of the parent has no like among those of the partition, each of which serves once.
fn lacks_index(attached: &RelationName, subject: &Subject) -> bool {
    let Some((partition, parent)) = subject.around.catalog.get(attached).zip(subject.relation) else { return false };
    let mut free: Vec<&Index> = partition.indexes.iter().collect();
    parent.indexes.iter().any(|index| {
        let suffix = parent.key_suffix(&index.name);
        let part = free.iter().position(|own| partition.has_part(own, index, suffix));
        part.map(|part| free.remove(part)).is_none()
    })
}

/// The foreign keys of the parent, and those that point to it, are made for the partition too.
fn attach_foreign_keys(attached: &RelationName, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let (referenced, referencing) = foreign_key_partners(subject);
    let mut found = Vec::new();
    let partition = subject.around.catalog.get(attached);
    let has = |to: &RelationName, validated: bool| {
        partition.zip(subject.relation).is_some_and(|(own, parent)| has_keys_to(to, own, parent, validated))
    };
    let (merged, referenced): (Vec<RelationName>, Vec<RelationName>) =
        referenced.into_iter().partition(|to| has(to, true));
    if !merged.is_empty() {
        found.push(Occurrence::new(Form::AttachPartitionForeignKeyMerged, span).with_all(Role::Referenced, merged));
    }
    let (unvalidated, referenced): (Vec<RelationName>, Vec<RelationName>) =
        referenced.into_iter().partition(|to| has(to, false));
    if !unvalidated.is_empty() {
        let form = Form::AttachPartitionForeignKeyUnvalidated;
        found.push(Occurrence::new(form, span).with_all(Role::Referenced, unvalidated));
    }
    if !referenced.is_empty() {
        found.push(Occurrence::new(Form::AttachPartitionForeignKey, span).with_all(Role::Referenced, referenced));
    }
    if !referencing.is_empty() {
        found.push(Occurrence::new(Form::AttachPartitionReferenced, span).with_all(Role::Referencing, referencing));
    }
    found
}

/// Whether a table has all the foreign keys to another that its parent has: all of them validated, or not all.
fn has_keys_to(to: &RelationName, own: &Relation, parent: &Relation, validated: bool) -> bool {
    let keys = |relation: &'_ Relation, validated: bool| -> Vec<ConstraintKind> {
        let all = relation.foreign_keys().filter(|(constraint, _)| constraint.is_proven() || !validated);
        all.filter(|(_, referenced)| *referenced == to).map(|(constraint, _)| constraint.kind.clone()).collect()
    };
    let own = keys(own, validated);
    keys(parent, false).iter().all(|key| own.contains(key))
}

/// Tables that the subject references, and tables that reference it.
fn foreign_key_partners(subject: &Subject) -> (Vec<RelationName>, Vec<RelationName>) {
    let referenced = subject.relation.into_iter().flat_map(|relation| relation.foreign_keys());
    let referenced = referenced.map(|(_, to)| to.clone()).filter(|to| *to != subject.name).collect();
    let referencing = subject.around.catalog.referencing(&subject.name).into_iter();
    (referenced, referencing.map(|(table, _)| table.name.clone()).collect())
}

/// DETACH PARTITION in one of its forms.
pub(super) fn detach(form: Form, partition: RelationName, span: Span, subject: &Subject) -> Vec<Occurrence> {
    let below = subject.around.catalog.descendants(&partition);
    let mut found = vec![
        Occurrence::new(form, span)
            .with(Role::Parent, subject.name.clone())
            .with(Role::Attached, partition.clone())
            .with_all(Role::Partition, below)
            .with(Role::DefaultPartition, subject.relation.and_then(|r| r.default_partition.clone())),
    ];
    if form != Form::DetachPartition {
        return found;
    }
    let row_trigger = |relation: &Relation| relation.triggers.iter().any(|trigger| trigger.for_each_row);
    if subject.relation.is_some_and(row_trigger) {
        found.push(Occurrence::new(Form::DetachPartitionTrigger, span).with(Role::Attached, partition.clone()));
    }
    let (referenced, referencing) = foreign_key_partners(subject);
    if !referenced.is_empty() {
        found.push(Occurrence::new(Form::DetachPartitionForeignKey, span).with_all(Role::Referenced, referenced));
    }
    if !referencing.is_empty() {
        let occurrence = Occurrence::new(Form::DetachPartitionReferenced, span).with(Role::Attached, partition);
        found.push(occurrence.with_all(Role::Referencing, referencing));
    }
    found
}
