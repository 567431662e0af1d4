//! ATTACH and DETACH PARTITION.

use crate::ast::{ObjectName, PartitionBound, PartitionBoundKind};
use crate::engine::catalog::{Constraint, ConstraintKind, Index, Relation};
use crate::engine::effect::RelationName;
use crate::engine::partitions::{proof as partition_proof, zone};
use crate::engine::proof::Proof;
use crate::engine::surroundings::Surroundings;
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
    let bounds = bounds(bound, subject);
    let (form, known) = match proofs(&attached, &bounds, subject) {
        Some(proofs) => (Form::AttachPartitionProven, proofs),
        None => (Form::AttachPartition, Vec::new()),
    };
    let occurrence = Occurrence::new(form, span).proven(known);
    let mut found = vec![occurrence.with(Role::Parent, subject.name.clone()).with(Role::Attached, attached.clone())];
    // What is a partition of the parent's parent too has to meet its bound as well.
    let above = subject.around.catalog.ancestors(&subject.name).into_iter().map(|parent| parent.name.clone());
    found.push(Occurrence::new(form, span).with_all(Role::Source, above));
    if let Some(default) = default {
        let excluded = bounds.first().zip(subject.around.catalog.get(&default));
        let excluded = excluded.filter(|((parent, bound), table)| partition_proof::excludes(table, parent, bound));
        let occurrence = match excluded {
            Some(((parent, bound), table)) => {
                let proofs = Proof::by_checks(table, parent, bound, partition_proof::excludes);
                Occurrence::new(Form::AttachPartitionDefaultProven, span).proven(proofs)
            }
            None => Occurrence::new(Form::AttachPartitionDefault, span),
        };
        let read = occurrence.form == Form::AttachPartitionDefault;
        let below = if read { subject.around.catalog.descendants(&default) } else { Vec::new() };
        let spared = |table: &RelationName| {
            let table = subject.around.catalog.get(table).zip(bounds.first());
            table.is_some_and(|(table, (parent, bound))| partition_proof::excludes(table, parent, bound))
        };
        let (spared, below): (Vec<RelationName>, Vec<RelationName>) = below.into_iter().partition(spared);
        let occurrence = occurrence.with(Role::Parent, subject.name.clone());
        found.push(occurrence.with(Role::DefaultPartition, default).with_all(Role::DefaultPartition, below));
        if !spared.is_empty() {
            let occurrence = Occurrence::new(Form::AttachPartitionDefaultProven, span);
            found.push(occurrence.with_all(Role::DefaultPartition, spared));
        }
    }
    let below = subject.around.catalog.descendants(&attached);
    let spared = |table: &&RelationName| form == Form::AttachPartition && proofs(table, &bounds, subject).is_some();
    let (spared, read): (Vec<&RelationName>, Vec<&RelationName>) = below.iter().partition(spared);
    found.push(Occurrence::new(form, span).with_all(Role::Attached, read.into_iter().cloned()));
    if !spared.is_empty() {
        let occurrence = Occurrence::new(Form::AttachPartitionLeafProven, span);
        found.push(occurrence.with_all(Role::Attached, spared.into_iter().cloned()));
    }
    found.extend(attach_foreign_keys(&attached, span, subject));
    if lacks_index(&attached, subject) {
        let built = Occurrence::new(Form::AttachPartitionIndexed, span).with(Role::Attached, attached);
        found.push(built.with_all(Role::Attached, below));
    }
    found
}

/// A partitioned table and the bound of a partition of it.
type Bounded<'a> = (&'a Relation, PartitionBound);

/// What the rows have to meet: the bound, and those of the parent and of all above it, down from which comes empty
/// what history does not show whole.
///
/// Source: `ATExecAttachPartition` takes `RelationGetPartitionQual` of the parent too.
fn bounds<'a>(bound: Option<&PartitionBound>, subject: &Subject<'a>) -> Vec<Bounded<'a>> {
    let mut found: Vec<Bounded> = Vec::new();
    let mut next = bound.cloned().zip(subject.relation);
    while let Some((bound, parent)) = next {
        let bound = if subject.around.is_utc() { zone::bound_in_utc(&bound, parent) } else { bound };
        found.push((parent, bound));
        let above = parent.parents.first().and_then(|above| subject.around.catalog.get(above));
        let seen = |above: &&Relation| !found.iter().any(|(known, _)| known.name == above.name);
        next = parent.bound.clone().zip(above.filter(seen));
    }
    found
}

/// What proves that all rows of a table meet all of these bounds; `None` where something is not proven.
fn proofs(table: &RelationName, bounds: &[Bounded], subject: &Subject) -> Option<Vec<Proof>> {
    let table = subject.around.catalog.get(table)?;
    let whole = bounds.last().is_some_and(|(parent, _)| parent.parents.is_empty());
    let each = bounds.iter().filter(|_| whole).map(|(parent, bound)| match bound.kind {
        PartitionBoundKind::Default => rest_proven(table, parent, subject),
        _ if !partition_proof::implies(table, parent, bound) => None,
        _ => Some(Proof::by_checks(table, parent, bound, partition_proof::implies)),
    });
    let each: Vec<Proof> = each.collect::<Option<Vec<_>>>().filter(|_| whole)?.concat();
    let mut found = Vec::new();
    found.extend(each.into_iter().filter(|proof| !found.contains(proof)).collect::<Vec<_>>());
    Some(found)
}

/// For DEFAULT: what proves that the table has no row of any other partition.
fn rest_proven(table: &Relation, parent: &Relation, subject: &Subject) -> Option<Vec<Proof>> {
    let catalog = subject.around.catalog;
    let whole = parent.complete && parent.created_in.is_some() && !parent.perhaps_older;
    let others = parent.children.iter().filter(|child| Some(*child) != parent.default_partition.as_ref());
    let others: Option<Vec<&PartitionBound>> = others.map(|child| catalog.get(child)?.bound.as_ref()).collect();
    let mut found = Vec::new();
    for other in others.filter(|_| whole)? {
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
    let (mut referenced, referencing) = foreign_key_partners(subject);
    // The partition gets keys to all partitions that are there.
    let to_itself = subject.relation.is_some_and(|own| own.foreign_keys().any(|(_, to)| *to == subject.name));
    referenced.extend(to_itself.then(|| subject.name.clone()));
    let mut found = Vec::new();
    let partition = subject.around.catalog.get(attached);
    let has = |to: &RelationName, validated: bool| {
        partition.zip(subject.relation).is_some_and(|(own, parent)| has_keys_to(to, own, parent, validated))
    };
    let (merged, referenced): (Vec<RelationName>, Vec<RelationName>) =
        referenced.into_iter().partition(|to| has(to, true));
    let (trees, merged) = partitioned(merged, subject.around);
    found.extend(
        trees.into_iter().map(|to| tree(Form::AttachPartitionKeyToPartitionedMerged, to, span, subject.around)),
    );
    if !merged.is_empty() {
        found.push(Occurrence::new(Form::AttachPartitionForeignKeyMerged, span).with_all(Role::Referenced, merged));
    }
    let (unvalidated, referenced): (Vec<RelationName>, Vec<RelationName>) =
        referenced.into_iter().partition(|to| has(to, false));
    let leaves = leaves(attached, subject);
    // One that is not valid yet is validated, as a new one is.
    if !referenced.is_empty() || !unvalidated.is_empty() {
        let read = Occurrence::new(Form::AttachPartitionForeignKeyRead, span);
        found.push(read.with_all(Role::Attached, leaves.iter().cloned()));
    }
    if !unvalidated.is_empty() {
        let form = Form::AttachPartitionForeignKeyUnvalidated;
        found.push(Occurrence::new(form, span).with_all(Role::Referenced, unvalidated));
    }
    let (trees, referenced) = partitioned(referenced, subject.around);
    found.extend(trees.into_iter().map(|to| tree(Form::AttachPartitionKeyToPartitioned, to, span, subject.around)));
    if !referenced.is_empty() {
        let rows = !leaves.is_empty();
        let form = if rows { Form::AttachPartitionForeignKey } else { Form::AttachPartitionForeignKeyNoRows };
        found.push(Occurrence::new(form, span).with_all(Role::Referenced, referenced));
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
    (referenced, referencing(&subject.name, subject.around))
}

/// Tables with foreign keys to a table or to one that it is a partition of. Partitions have those of their parents: they are
/// left out.
pub(super) fn referencing(name: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    let catalog = around.catalog;
    let above = catalog.ancestors(name).into_iter().filter(|parent| parent.is_partitioned());
    let targets = std::iter::once(name).chain(above.map(|parent| &parent.name));
    let inherits = |table: &Relation, key: &Constraint| {
        let has_it = |parent: &&Relation| parent.foreign_keys().any(|(other, _)| other.kind == key.kind);
        catalog.ancestors(&table.name).iter().any(has_it)
    };
    let keys = targets.flat_map(|target| catalog.referencing(target)).filter(|(table, key)| !inherits(table, key));
    let mut found: Vec<RelationName> = keys.map(|(table, _)| table.name.clone()).collect();
    found.sort();
    found.dedup();
    found
}

/// The partitioned tables among these, and the others.
fn partitioned(tables: Vec<RelationName>, around: &Surroundings) -> (Vec<RelationName>, Vec<RelationName>) {
    tables.into_iter().partition(|table| around.catalog.get(table).is_some_and(Relation::is_partitioned))
}

/// A partitioned table, with all below it that is partitioned, and the partitions with rows.
fn tree(form: Form, top: RelationName, span: Span, around: &Surroundings) -> Occurrence {
    let (inner, leaves) = partitioned(around.with_partitions(top), around);
    Occurrence::new(form, span).with_all(Role::Referenced, inner).with_all(Role::Partition, leaves)
}

/// The foreign keys of a partition that is detached are made anew, without the parent's.
fn detached_keys(
    referenced: Vec<RelationName>,
    partition: &RelationName,
    span: Span,
    subject: &Subject,
) -> Vec<Occurrence> {
    let (trees, referenced) = partitioned(referenced, subject.around);
    let mut found = Vec::new();
    for top in trees {
        let below = subject.around.catalog.descendants(&top);
        let occurrence = Occurrence::new(Form::DetachPartitionKeyToPartitioned, span).with(Role::Referenced, top);
        found.push(occurrence.with_all(Role::Partition, below).with(Role::Attached, partition.clone()));
    }
    if !referenced.is_empty() {
        found.push(Occurrence::new(Form::DetachPartitionForeignKey, span).with_all(Role::Referenced, referenced));
    }
    found
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
    let (referenced, referencing) = foreign_key_partners(subject);
    let tables = referencing.iter().flat_map(|table| subject.around.with_partitions(table.clone()).split_off(1));
    let read: Vec<RelationName> = partitioned(tables.collect(), subject.around).1;
    found.extend(detached_keys(referenced, &partition, span, subject));
    if !read.is_empty() {
        let occurrence = Occurrence::new(Form::DetachPartitionReferencedByPartitioned, span);
        found.push(occurrence.with_all(Role::Partition, read));
    }
    let above = subject.around.catalog.ancestors(&subject.name).into_iter().map(|parent| parent.name.clone());
    let above: Vec<RelationName> = above.filter(|_| !referencing.is_empty()).collect();
    if !above.is_empty() {
        found.push(Occurrence::new(Form::DetachPartitionReferencedAbove, span).with_all(Role::Source, above));
    }
    if form != Form::DetachPartition {
        if !referencing.is_empty() {
            let form = Form::DetachPartitionConcurrentlyReferenced;
            let occurrence = Occurrence::new(form, span).with_all(Role::Attached, leaves(&partition, subject));
            found.push(occurrence.with_all(Role::Referencing, referencing));
        }
        return found;
    }
    let row_trigger = |relation: &Relation| relation.triggers.iter().any(|trigger| trigger.for_each_row);
    if subject.relation.is_some_and(row_trigger) {
        found.push(Occurrence::new(Form::DetachPartitionTrigger, span).with(Role::Attached, partition.clone()));
    }
    if !referencing.is_empty() {
        let leaves = leaves(&partition, subject);
        let form = match is_of_one_value(&partition, subject) {
            true => Form::DetachPartitionReferencedValue,
            false => Form::DetachPartitionReferenced,
        };
        let occurrence = Occurrence::new(form, span).with_all(Role::Attached, leaves);
        found.push(occurrence.with_all(Role::Referencing, referencing));
    }
    found
}

/// Whether all rows of a partition have one value in the key, which those that reference it have too: where there are none, the
/// partition need not be read.
fn is_of_one_value(partition: &RelationName, subject: &Subject) -> bool {
    let by_column = subject.relation.and_then(|relation| relation.partitioning.as_ref()).is_some_and(|partitioning| {
        partitioning.strategy == "list" && partitioning.expression_columns.is_empty() && partitioning.keys.len() == 1
    });
    let bound = subject.around.catalog.get(partition).and_then(|partition| partition.bound.as_ref());
    by_column
        && bound.is_some_and(|bound| {
            matches!(&bound.kind, PartitionBoundKind::In(values) if matches!(values.as_slice(), [value] if !value.null))
        })
}

/// The tables with rows of what is detached, in which the rows that are referenced are looked for.
fn leaves(partition: &RelationName, subject: &Subject) -> Vec<RelationName> {
    let catalog = subject.around.catalog;
    let tree = std::iter::once(partition.clone()).chain(catalog.descendants(partition));
    tree.filter(|name| catalog.get(name).is_none_or(|table| !table.is_partitioned())).collect()
}
