//! Partitions that the server refuses to create, attach or detach.

use ecow::EcoString;

use crate::ast::{
    ColumnConstraint, ColumnConstraintKind, CreateTable, Expr, PartitionBound, PartitionBoundKind, PartitionOf,
    Persistence, RangeBound, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{Column, Constraint, ConstraintKind, Index, Relation};
use crate::engine::effect::{RelationKind, RelationName, TEMPORARY};
use crate::engine::partitions::{overlap, proof};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::DATATYPE_MISMATCH;
use super::FEATURE_NOT_SUPPORTED;
use super::existence::{is_known_whole, missing_column};
use super::{
    COLLATION_MISMATCH, INVALID_OBJECT_DEFINITION, INVALID_TABLE_DEFINITION, SYNTAX_ERROR, UNDEFINED_TABLE,
    WRONG_OBJECT_TYPE, defaults, merged, refused, refused_on,
};

/// CREATE TABLE ... PARTITION OF.
pub(super) fn create(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    let PartitionOf { parent, bound } = create.partition_of.as_ref()?;
    let parent = around.relation(parent)?;
    if is_known_whole(parent) && !parent.is_partitioned() {
        return Some(refused(INVALID_OBJECT_DEFINITION, format!("{} is not partitioned", parent.name)));
    }
    if let Some(refusal) = other_lifetime(create, parent, around).or_else(|| foreign_part(create, parent)) {
        return Some(refusal);
    }
    let bound = computed(bound, around).or_else(|| refused_bound(bound, parent, around));
    bound.or_else(|| own_key(create, parent)).or_else(|| lacks_key(create, parent))
}

/// A temporary partition of a table that is not, or the other way round.
fn other_lifetime(create: &CreateTable, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let temporary =
        |persistence: Persistence, schema: &str| persistence == Persistence::Temporary || schema.starts_with(TEMPORARY);
    let own = temporary(create.persistence, &around.created(&create.name).schema);
    let differs = own != temporary(parent.persistence, &parent.name.schema) && is_known_whole(parent);
    let reason = format!("{} and {} cannot be in one tree: only one is temporary", create.name, parent.name);
    differs.then(|| refused(WRONG_OBJECT_TYPE, reason))
}

/// A foreign table has no part of a unique index.
fn foreign_part(create: &CreateTable, parent: &Relation) -> Option<Refusal> {
    let unique = |index: &&Index| index.unique && index.certain && !index.more.doubted;
    let index = parent.indexes.iter().filter(|_| create.foreign && is_known_whole(parent)).find(unique)?;
    let reason =
        format!("cannot create a foreign partition of {}, which has the unique index {}", parent.name, index.name);
    Some(refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason))
}

/// ATTACH PARTITION.
pub(super) fn attach(
    child: &RelationName,
    bound: Option<&PartitionBound>,
    parent: &Relation,
    around: &Surroundings,
) -> Vec<Refusal> {
    if is_known_whole(parent) && !parent.is_partitioned() {
        let reason = || format!("{} is not partitioned", parent.name);
        return vec![
            refused_on(VersionSet::before(18), INVALID_OBJECT_DEFINITION, reason()),
            refused_on(VersionSet::since(18), WRONG_OBJECT_TYPE, reason()),
        ];
    }
    let table = |kind: RelationKind| !matches!(kind, RelationKind::View | RelationKind::MaterializedView);
    if let Some(child) = around.catalog.get(child).filter(|child| is_known_whole(child) && table(child.kind)) {
        if around.is_partition(child) {
            return vec![refused(WRONG_OBJECT_TYPE, format!("{} is already a partition", child.name))];
        }
        if let Some(refusal) = unlike(parent, child, around).or_else(|| further_column(parent, child)) {
            return vec![refusal];
        }
    }
    let two_keys = around.catalog.get(child).and_then(|child| second_key(parent, child));
    let bound = bound.and_then(|bound| computed(bound, around).or_else(|| refused_bound(bound, parent, around)));
    let tree = around.catalog.get(child).filter(|child| child.is_partitioned() && is_known_whole(child));
    let without_key = tree.and_then(|child| partitioned_without_key(&child.partition_key, parent));
    bound.into_iter().chain(two_keys).chain(without_key).collect()
}

/// A primary key beside that of the parent.
fn own_key(create: &CreateTable, parent: &Relation) -> Option<Refusal> {
    let of_column = |part: &ColumnConstraint| matches!(part.kind, ColumnConstraintKind::PrimaryKey);
    let of_table = |constraint: &TableConstraint| matches!(constraint.kind, TableConstraintKind::PrimaryKey(_));
    let written = create.constraints.iter().any(of_table)
        || create.columns.iter().any(|column| column.constraints.iter().any(of_column));
    let two = written && is_known_whole(parent) && parent.has_primary_key_for_certain();
    let reason = || format!("multiple primary keys for table {}: {} has one", create.name, parent.name);
    two.then(|| refused_on(VersionSet::since(11), INVALID_TABLE_DEFINITION, reason()))
}

/// A partition that is partitioned itself, by a column that a key of the parent lacks.
fn lacks_key(create: &CreateTable, parent: &Relation) -> Option<Refusal> {
    let by = create.partition_by.as_ref()?;
    let mut keys = by.keys.iter().filter_map(|key| key.column.as_ref());
    if let Some(missing) = keys.find_map(|column| missing_column(&column.name, parent)) {
        return Some(missing.at(by.span));
    }
    let keys = by.keys.iter().filter_map(|key| key.column.as_ref());
    partitioned_without_key(&keys.map(|column| column.name.clone()).collect::<Vec<_>>(), parent)
}

/// A part of the parent's key cannot be made where it would lack one of the columns by which a partition is partitioned.
fn partitioned_without_key(by: &[EcoString], parent: &Relation) -> Option<Refusal> {
    let unique = |index: &&Index| index.unique && index.certain && !index.more.doubted;
    let lacks = |index: &&Index| by.iter().any(|column| !index.keys.iter().flatten().any(|key| key == column));
    let index = parent.indexes.iter().filter(unique).find(lacks).filter(|_| is_known_whole(parent))?;
    let reason = format!("the key {} of {} lacks a column of the partition key", index.name, parent.name);
    Some(refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason))
}

/// The primary key of the parent is made for a partition that has another one.
fn second_key(parent: &Relation, child: &Relation) -> Option<Refusal> {
    let key = |table: &'_ Relation| -> Option<Constraint> {
        let is_key = |known: &&Constraint| matches!(known.kind, ConstraintKind::Key { primary: true, .. });
        table.constraints.iter().find(is_key).filter(|known| !known.doubted && is_known_whole(table)).cloned()
    };
    let (wanted, own) = (key(parent)?, key(child)?);
    let index = parent.index(&wanted.name)?;
    let fits = child.indexes.iter().any(|own| child.has_part(own, index, parent.key_suffix(&wanted.name)));
    let reason = || format!("multiple primary keys for table {}: it has {}", child.name, own.name);
    (!fits).then(|| refused_on(VersionSet::since(11), INVALID_TABLE_DEFINITION, reason()))
}

/// Before 12 the values of a bound are literals as they are written.
fn computed(bound: &PartitionBound, around: &Surroundings) -> Option<Refusal> {
    let value = |bound: &'_ RangeBound| match bound {
        RangeBound::Value(value) => not_plain(value, around),
        RangeBound::MinValue | RangeBound::MaxValue => None,
    };
    match &bound.kind {
        PartitionBoundKind::In(values) => values.iter().find_map(|value| not_plain(value, around)),
        PartitionBoundKind::Range { from, to } => from.iter().chain(to).find_map(value),
        PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => None,
    }
}

fn not_plain(value: &Expr, around: &Surroundings) -> Option<Refusal> {
    let text = around.text_of(value.span).trim();
    let cast = text.rsplit('\'').next().is_some_and(|behind| behind.contains("::"));
    let called = !value.functions.is_empty() && text.ends_with(')');
    let reason = || "values of a bound are literals before PostgreSQL 12".to_owned();
    (cast || called).then(|| refused_on(VersionSet::before(12), SYNTAX_ERROR, reason()).at(value.span))
}

/// DETACH PARTITION of what is none.
pub(super) fn detach(child: &RelationName, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let known = around.catalog.get(child).filter(|child| is_known_whole(child) && is_known_whole(parent))?;
    let reason = || format!("{} is not a partition of {}", known.name, parent.name);
    (!known.parents.contains(&parent.name)).then(|| refused(UNDEFINED_TABLE, reason()))
}

fn refused_bound(bound: &PartitionBound, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let partitioning = parent.partitioning.as_ref()?;
    let written = bound;
    let bound = &PartitionBound { kind: proof::plain_bound(&bound.kind, parent), ..bound.clone() };
    if let Some((sqlstate, reason)) = overlap::mistake(&bound.kind, &partitioning.strategy, partitioning.keys.len()) {
        return Some(refused(sqlstate, reason).at(bound.span));
    }
    if let Some(refusal) = unreadable(&written.kind, parent, around) {
        return Some(refusal);
    }
    let siblings = parent.children.iter().filter_map(|child| around.catalog.get(child));
    let certain = siblings.filter(|sibling| !sibling.perhaps_missing);
    let conflict = certain.into_iter().find_map(|sibling| {
        let other = proof::plain_bound(&sibling.bound.as_ref()?.kind, parent);
        let why = overlap::conflict(&bound.kind, &other)?;
        Some(format!("the partition {} of {} {why}", sibling.name, parent.name))
    });
    conflict.map(|reason| refused(INVALID_OBJECT_DEFINITION, reason).at(bound.span))
}

/// A value that the type of its key cannot have.
fn unreadable(bound: &PartitionBoundKind, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let keys = &parent.partitioning.as_ref()?.keys;
    let of_key = |at: usize| parent.column(keys.get(at)?).filter(|_| is_known_whole(parent))?.data_type.as_ref();
    let unfit = |at: usize, value: &Expr| {
        let refusal = defaults::unreadable_literal(value, of_key(at)?, around)?;
        Some(refusal.at(value.span))
    };
    let in_range = |values: &[RangeBound]| {
        values.iter().enumerate().find_map(|(at, value)| match value {
            RangeBound::Value(value) => unfit(at, value),
            RangeBound::MinValue | RangeBound::MaxValue => None,
        })
    };
    match bound {
        PartitionBoundKind::In(values) => values.iter().find_map(|value| unfit(0, value)),
        PartitionBoundKind::Range { from, to } => in_range(from).or_else(|| in_range(to)),
        PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => None,
    }
}

/// A child has the columns of its parent, of the same types, no less strict, and its CHECKs.
pub(super) fn unlike(parent: &Relation, child: &Relation, around: &Surroundings) -> Option<Refusal> {
    if !is_known_whole(parent) || !is_known_whole(child) {
        return None;
    }
    let mismatch = |reason: String| Some(refused(DATATYPE_MISMATCH, reason));
    for column in &parent.columns {
        let name = &column.name;
        let Some(own) = child.column(name) else {
            return mismatch(format!("child table {} is missing column {name}", child.name));
        };
        if let (Some(theirs), Some(ours)) = (&column.data_type, &own.data_type) {
            let same = around.type_name(theirs) == around.type_name(ours)
                && theirs.modifiers == ours.modifiers
                && (theirs.dimensions > 0) == (ours.dimensions > 0);
            if !same {
                return mismatch(format!("child table {} has a different type for column {name}", child.name));
            }
        }
        if other_collation(column, own) {
            let reason = format!("child table {} has a different collation for column {name}", child.name);
            return Some(refused(COLLATION_MISMATCH, reason));
        }
        let handed_on = parent.not_null_constraint(name).is_none_or(|theirs| !theirs.traits.no_inherit);
        if column.not_null && handed_on && !own.not_null {
            return mismatch(format!("column {name} in child table {} must be marked NOT NULL", child.name));
        }
        match (column.generated_from.is_some(), own.generated_from.is_some()) {
            (true, false) => {
                return mismatch(format!("column {name} in child table {} must be a generated column", child.name));
            }
            (false, true) => {
                let reason = format!("column {name} in child table {} must not be a generated column", child.name);
                return Some(refused_on(VersionSet::since(16), DATATYPE_MISMATCH, reason));
            }
            _ => {}
        }
    }
    merged::checks(parent, child)
}

/// Collations that are written differently, of columns that would else have that of the database.
fn other_collation(one: &Column, other: &Column) -> bool {
    let standard = EcoString::from("default");
    has_text(other) && sorts_otherwise(one, Some(other.collation.as_ref().unwrap_or(&standard)))
}

/// Whether a written collation is another one than that of the column.
pub(super) fn sorts_otherwise(column: &Column, collation: Option<&EcoString>) -> bool {
    let plain = |name: &str| name.trim_matches('"').to_owned();
    let own = column.collation.as_ref().map_or_else(|| "default".to_owned(), |name| plain(name));
    let other = collation.map(|name| plain(name));
    has_text(column) && other.is_some_and(|other| !own.contains('.') && !other.contains('.') && own != other)
}

/// A column of a type that has the collation of the database, where none is written.
fn has_text(column: &Column) -> bool {
    let data_type = column.data_type.as_ref().filter(|_| !column.more.doubts.collation);
    data_type.is_some_and(|known| matches!(&*known.name, "text" | "character varying" | "character"))
}

fn further_column(parent: &Relation, child: &Relation) -> Option<Refusal> {
    let further = child.columns.iter().find(|column| parent.column(&column.name).is_none())?;
    let reason = || format!("{} has a column that {} lacks: {}", child.name, parent.name, further.name);
    is_known_whole(parent).then(|| refused(DATATYPE_MISMATCH, reason()))
}
