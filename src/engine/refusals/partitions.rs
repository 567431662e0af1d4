//! Tables that do not fit together: ATTACH and DETACH PARTITION, and what a partition may not give up.

use ecow::{EcoString, eco_format};

use crate::ast::{AlterAction, AlterActionKind, AlterTable, ColumnChange, DataType, Ident, ObjectName};
use crate::engine::catalog::{Column, ConstraintKind, Index, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;
use crate::postgres::types::is_built_in;
use crate::postgres::version::Version;

use super::existence::{is_known_whole, is_there};
use super::{
    DATATYPE_MISMATCH, DUPLICATE_TABLE, FEATURE_NOT_SUPPORTED, INVALID_OBJECT_DEFINITION, INVALID_TABLE_DEFINITION,
    NOT_IN_PREREQUISITE_STATE, UNDEFINED_TABLE, WRONG_OBJECT_TYPE, options, refused, refused_on,
};

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let found = alter.actions.iter().flat_map(|action| {
        let only = only(action, alter, relation, around);
        let refusals = only.into_iter().chain(refusals(action, alter, relation, around));
        refusals.map(|refusal| refusal.at(action.span))
    });
    found.collect()
}

fn refusals(action: &AlterAction, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let one = match &action.kind {
        AlterActionKind::AttachPartition { partition, bound: Some(_) } => return attach(partition, relation, around),
        AlterActionKind::Inherit(parent) => inherit(parent, relation, around),
        AlterActionKind::DetachPartition { partition, finalize: true, .. } => finalize(partition, relation, around),
        AlterActionKind::DetachPartition { partition, concurrently, .. } => {
            detach(partition, *concurrently, relation, around)
        }
        AlterActionKind::SetWithoutCluster | AlterActionKind::ClusterOn(_) if is_whole_partitioned(relation) => {
            let reason = format!("cannot mark an index of the partitioned table {} as clustered", relation.name);
            Some(refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason))
        }
        AlterActionKind::SetAccessMethod(_) if is_whole_partitioned(relation) => {
            let reason = format!("cannot change the access method of the partitioned table {}", relation.name);
            Some(refused_on(VersionSet::range(15, 16), WRONG_OBJECT_TYPE, reason))
        }
        AlterActionKind::AlterColumn { name, change: ColumnChange::DropNotNull } => {
            required_by_parent(&name.name, relation, around)
        }
        // The children lose the old column first.
        AlterActionKind::AddColumn { if_not_exists: false, column } if !drops_column(&column.name, alter) => {
            let type_of = |child: &Relation| other_type(&column.name.name, &column.data_type, child, around);
            let children = relation.children.iter().filter_map(|child| around.catalog.get(child));
            children.filter(|child| is_known_whole(child)).find_map(type_of)
        }
        _ => None,
    };
    one.into_iter().collect()
}

fn is_whole_partitioned(relation: &Relation) -> bool {
    relation.is_partitioned() && is_known_whole(relation)
}

/// FINALIZE of a partition that nothing has begun to detach.
fn finalize(partition: &ObjectName, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let table = around.relation(partition).filter(|table| fits_kind(table) && fits_kind(relation))?;
    let reason = || format!("partition {} is not being detached: there is nothing to finalize", table.name);
    let attached = table.parents.contains(&relation.name);
    attached.then(|| refused_on(VersionSet::since(14), NOT_IN_PREREQUISITE_STATE, reason()))
}

/// ONLY a partitioned table, where its partitions would have to be changed as well.
fn only(action: &AlterAction, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    if !alter.only || !relation.is_partitioned() || relation.children.is_empty() {
        return None;
    }
    let not_null = |relation: &Relation, name: &str| relation.column(name).is_some_and(|column| column.not_null);
    let versions = match &action.kind {
        AlterActionKind::DropColumn { .. } => VersionSet::ALL,
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } if not_null(relation, &name.name) => {
            VersionSet::before(12)
        }
        // From 12 to 17 it is enough that the partitions have it.
        AlterActionKind::AlterColumn { name, change: ColumnChange::SetNotNull } => {
            let mut children = relation.children.iter().filter_map(|child| around.catalog.get(child));
            let lacks = children.any(|child| is_known_whole(child) && !not_null(child, &name.name));
            if lacks { VersionSet::ALL } else { VersionSet::before(12).or(VersionSet::since(18)) }
        }
        AlterActionKind::AlterColumn { change: ColumnChange::DropNotNull, .. } => VersionSet::before(18),
        AlterActionKind::DropConstraint { name, .. } => match relation.constraint(&name.name)?.kind {
            ConstraintKind::Check { .. } => VersionSet::before(18),
            ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => {
                return None;
            }
        },
        _ => return None,
    };
    let reason = format!("cannot change only the partitioned table {}: it has partitions", relation.name);
    Some(refused_on(versions, INVALID_TABLE_DEFINITION, reason))
}

fn inherit(parent: &ObjectName, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let parent = around.relation(parent).filter(|parent| fits_kind(parent))?;
    if parent.is_partitioned() {
        let reason = format!("cannot inherit from the partitioned table {}", parent.name);
        return Some(refused(WRONG_OBJECT_TYPE, reason));
    }
    let twice = relation.parents.contains(&parent.name);
    let reason = || format!("relation {} would be inherited from more than once", parent.name);
    twice.then(|| refused(DUPLICATE_TABLE, reason())).or_else(|| transition_trigger(relation))
}

fn attach(partition: &ObjectName, parent: &Relation, around: &Surroundings) -> Vec<Refusal> {
    if let Some(refusal) = no_partition(partition, parent, around) {
        return vec![refusal];
    }
    let foreign = |table: &Relation| table.kind == RelationKind::ForeignTable && is_there(table);
    let Some(table) = around.relation(partition).filter(|table| fits_kind(table) || foreign(table)) else {
        return Vec::new();
    };
    if !is_known_whole(parent) {
        return Vec::new();
    }
    if !parent.is_partitioned() {
        let reason = format!("table {} is not partitioned", parent.name);
        return vec![
            refused_on(VersionSet::before(18), INVALID_OBJECT_DEFINITION, reason.clone()),
            refused_on(VersionSet::since(18), WRONG_OBJECT_TYPE, reason),
        ];
    }
    if around.is_partition(table) {
        return vec![refused(WRONG_OBJECT_TYPE, format!("{} is already a partition", table.name))];
    }
    if table.of_type.is_some() {
        return vec![refused(WRONG_OBJECT_TYPE, format!("cannot attach typed table {} as a partition", table.name))];
    }
    if !table.parents.is_empty() || (!table.is_partitioned() && !table.children.is_empty()) {
        return vec![refused(WRONG_OBJECT_TYPE, format!("{} takes part in inheritance", table.name))];
    }
    let foreign = table.kind == RelationKind::ForeignTable && parent.indexes.iter().any(|index| index.unique);
    if foreign {
        let reason = format!("cannot attach the foreign table {}: its parent has unique indexes", table.name);
        return vec![refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason)];
    }
    if let Some(column) = table.columns.iter().find(|column| column.identity).filter(|_| fits_kind(table)) {
        let reason = format!("table {} has an identity column: {}", table.name, column.name);
        let versions = VersionSet::since(17);
        return misfit_or(misfit(parent, table, around), refused_on(versions, NOT_IN_PREREQUISITE_STATE, reason));
    }
    let misfit = misfit(parent, table, around).filter(|_| fits_kind(table));
    let misfit = misfit.map(|reason| refused(DATATYPE_MISMATCH, reason.into()));
    misfit.or_else(|| transition_trigger(table)).into_iter().collect()
}

/// A row trigger with transition tables, which neither a partition nor a child can have; until 12, nor one for a statement.
///
/// Source: `FindTriggerIncompatibleWithInheritance()` of the server.
pub(super) fn transition_trigger(table: &Relation) -> Option<Refusal> {
    let with_tables = table.triggers.iter().filter(|trigger| !trigger.fires.transition_tables.is_empty());
    let trigger = with_tables.max_by_key(|trigger| trigger.for_each_row)?;
    let versions = if trigger.for_each_row { VersionSet::ALL } else { VersionSet::before(13) };
    let reason =
        format!("trigger {} with transition tables prevents {} from getting a parent", trigger.name, table.name);
    fits_kind(table).then(|| refused_on(versions, FEATURE_NOT_SUPPORTED, reason))
}

fn misfit_or(misfit: Option<EcoString>, other: Refusal) -> Vec<Refusal> {
    misfit.map(|reason| refused(DATATYPE_MISMATCH, reason.into())).into_iter().chain([other]).collect()
}

/// A relation that has no rows of its own, or that the table is a part of.
fn no_partition(partition: &ObjectName, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let table = around.relation(partition).filter(|table| is_there(table) && is_there(parent))?;
    let wrong = matches!(table.kind, RelationKind::View | RelationKind::MaterializedView | RelationKind::Sequence);
    let reason = || format!("{} cannot be a partition: it is a {}", table.name, table.kind.name());
    if wrong {
        return Some(refused(WRONG_OBJECT_TYPE, reason()));
    }
    let circle =
        table.name == parent.name || around.catalog.ancestors(&parent.name).iter().any(|up| up.name == table.name);
    let reason = || format!("circular inheritance not allowed: {} is {} or holds it", table.name, parent.name);
    circle.then(|| refused(DUPLICATE_TABLE, reason()))
}

fn fits_kind(table: &Relation) -> bool {
    is_known_whole(table) && !table.perhaps_missing
}

/// What keeps a table from being a partition: its columns, or a CHECK that it lacks.
fn misfit(parent: &Relation, table: &Relation, around: &Surroundings) -> Option<EcoString> {
    let name = &table.name;
    for column in &table.columns {
        if parent.column(&column.name).is_none() {
            return Some(eco_format!("table {name} has column {} that its parent has not", column.name));
        }
    }
    for column in &parent.columns {
        let Some(own) = table.column(&column.name) else {
            return Some(eco_format!("table {name} is missing column {}", column.name));
        };
        if differ(column, own, around) {
            return Some(eco_format!("table {name} has another type for column {}", column.name));
        }
        if column.not_null && !own.not_null {
            return Some(eco_format!("column {} of {name} must be marked NOT NULL", column.name));
        }
    }
    let lacks = |name: &str| table.constraint(name).is_none();
    let checks = parent.constraints.iter().filter(|known| matches!(known.kind, ConstraintKind::Check { .. }));
    let missing = checks.map(|check| &check.name).find(|check| lacks(check))?;
    Some(eco_format!("table {name} is missing constraint {missing}"))
}

fn differ(one: &Column, other: &Column, around: &Surroundings) -> bool {
    one.data_type.as_ref().zip(other.data_type.as_ref()).is_some_and(|(one, other)| types_differ(one, other, around))
}

/// Types that come with the server and are written differently.
pub(super) fn types_differ(one: &DataType, other: &DataType, around: &Surroundings) -> bool {
    let known = |data_type| {
        is_built_in(data_type, Version::NEWEST) && around.catalog.domain(&around.type_name(data_type)).is_none()
    };
    let same =
        one.name == other.name && one.modifiers == other.modifiers && (one.dimensions > 0) == (other.dimensions > 0);
    known(one) && known(other) && !same
}

fn drops_column(name: &Ident, alter: &AlterTable) -> bool {
    let drops = |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropColumn { name: dropped, .. } if dropped.name == name.name);
    alter.actions.iter().any(drops)
}

fn other_type(column: &str, new: &DataType, child: &Relation, around: &Surroundings) -> Option<Refusal> {
    let own = child.column(column)?;
    let new = Column { data_type: Some(new.clone()), ..own.clone() };
    let reason = || format!("child table {} has another type for column {column}", child.name);
    differ(&new, own, around).then(|| refused(DATATYPE_MISMATCH, reason()))
}

fn detach(partition: &ObjectName, concurrently: bool, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    if concurrently && parent.default_partition.is_some() {
        let reason = "cannot detach partitions concurrently when a default partition exists".to_owned();
        return Some(refused_on(VersionSet::since(14), NOT_IN_PREREQUISITE_STATE, reason));
    }
    let table = around.relation(partition).filter(|table| fits_kind(table) && is_known_whole(parent))?;
    let reason = || format!("{} is not a partition of {}", table.name, parent.name);
    (!parent.children.contains(&table.name)).then(|| refused(UNDEFINED_TABLE, reason()))
}

/// A parent's NOT NULL holds for its partitions, and from 18 for inheritance children too.
fn required_by_parent(column: &str, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    let requires =
        |parent: &&Relation| is_known_whole(parent) && parent.column(column).is_some_and(|column| column.not_null);
    let parent = parents.into_iter().find(requires)?;
    let versions = if parent.is_partitioned() { VersionSet::ALL } else { VersionSet::since(18) };
    let reason = format!("column {column} is marked NOT NULL in parent table {}", parent.name);
    Some(refused_on(versions, INVALID_TABLE_DEFINITION, reason))
}

/// A partitioned index has no storage, and no parameters; others have those of their access method.
fn index_options(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let index = around.resolve(&alter.name);
    let table = around.catalog.get(around.catalog.table_of_index(&index)?)?;
    let known = table.index(&index.name).filter(|known| known.certain && !known.more.doubted)?;
    if !table.is_partitioned() {
        return alter.actions.iter().find_map(|action| match &action.kind {
            AlterActionKind::SetOptions(set) => options::of_index(set, Some(&known.shape.method)).into_iter().next(),
            _ => None,
        });
    }
    let changes = |action: &&AlterAction| {
        matches!(action.kind, AlterActionKind::SetOptions(_) | AlterActionKind::ResetOptions(_))
    };
    let action = alter.actions.iter().find(changes)?;
    let reason = format!("index {index} is partitioned: its parameters cannot be changed");
    Some(refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason).at(action.span))
}

/// ALTER INDEX ... ATTACH PARTITION of an index over other columns.
pub(super) fn attach_index(alter: &AlterTable, around: &Surroundings) -> Option<Refusal> {
    let index_of = |name: &ObjectName| {
        let index = around.resolve(name);
        let table = around.catalog.get(around.catalog.table_of_index(&index)?)?;
        table.index(&index.name).filter(|_| is_known_whole(table) || table.kind == RelationKind::PartitionedTable)
    };
    if let Some(refusal) = index_options(alter, around) {
        return Some(refusal);
    }
    let parent = index_of(&alter.name)?;
    alter.actions.iter().find_map(|action| {
        let AlterActionKind::AttachPartition { partition, bound: None } = &action.kind else { return None };
        let own = index_of(partition)?;
        let whole = around.resolve(&alter.name);
        let table = around.catalog.get(around.catalog.table_of_index(&around.resolve(partition))?)?;
        let parent_table = around.catalog.table_of_index(&whole)?;
        if is_known_whole(table) && !table.parents.contains(parent_table) {
            let reason = format!("index {} is not an index on any partition of {parent_table}", own.name);
            return Some(refused(NOT_IN_PREREQUISITE_STATE, reason).at(action.span));
        }
        let attached = |other: &&Index| other.name != own.name && other.more.parent.as_ref() == Some(&whole);
        if own.more.parent.is_none()
            && let Some(other) = table.indexes.iter().find(attached)
        {
            let reason = format!("index {} of {} is attached to {} already", other.name, table.name, parent.name);
            return Some(refused(NOT_IN_PREREQUISITE_STATE, reason).at(action.span));
        }
        if parent.certain && own.certain && parent.unique != own.unique {
            let reason = format!("only one of the indexes {} and {} is unique", own.name, parent.name);
            return Some(refused(INVALID_OBJECT_DEFINITION, reason).at(action.span));
        }
        let plain = !parent.keys.contains(&None) && !own.keys.contains(&None);
        let reason = || format!("index {} is not over the columns of {}", own.name, parent.name);
        (plain && parent.keys != own.keys).then(|| refused(INVALID_OBJECT_DEFINITION, reason()).at(action.span))
    })
}
