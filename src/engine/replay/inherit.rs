//! What comes down from a table to its partitions and inheritance children.
//!
//! Source: `MergeAttributes`, `DefineIndex`, `CloneFkReferencing` and `AttachPartitionEnsureIndexes` of PostgreSQL: a partition
//! gets the indexes, keys and foreign keys of its parent, unless it has their like; an inheritance child gets columns, CHECK
//! and NOT NULL only.

use ecow::EcoString;

use crate::ast::{ConstraintTraits, Limits};
use crate::engine::catalog::{
    Column, ColumnMore, Constraint, ConstraintKind, Index, IndexMore, Relation, Validity, Written,
};
use crate::engine::effect::{RelationKind, RelationName};

use super::Replay;

/// A column whose NOT NULL is the parent's alone.
fn nullable(column: &Column) -> Column {
    Column { not_null: false, more: ColumnMore { not_null_name: None, ..column.more.clone() }, ..column.clone() }
}

/// Columns, CHECK and NOT NULL of a new table's parents.
pub(super) fn merge_parents(relation: &mut Relation, replay: &Replay) {
    for parent in &relation.parents {
        let Some(parent) = replay.catalog.get(parent) else {
            relation.complete = false;
            continue;
        };
        relation.complete &= parent.complete;
        for column in &parent.columns {
            let kept = parent.not_null_constraint(&column.name).is_some_and(|known| known.traits.no_inherit);
            let column = &if kept { nullable(column) } else { column.clone() };
            match relation.columns.iter_mut().find(|known| known.name == column.name) {
                Some(known) => {
                    known.not_null |= column.not_null;
                    known.more.not_null_name =
                        known.more.not_null_name.take().or_else(|| column.more.not_null_name.clone());
                }
                None => relation.columns.push(inherited(column, parent.is_partitioned())),
            }
        }
        let comes_down = |constraint: &&Constraint| {
            matches!(constraint.kind, ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. })
                && !constraint.traits.no_inherit
        };
        for constraint in parent.constraints.iter().filter(comes_down) {
            if !relation.constraints.iter().any(|known| known.name == constraint.name) {
                relation.constraints.push(Constraint { inherited: true, ..constraint.clone() });
            }
        }
    }
}

fn inherited(column: &Column, partition: bool) -> Column {
    Column {
        // Only partitions have identity columns of their parent's (17); all have its NOT NULL.
        identity: column.identity && partition,
        more: ColumnMore { inherited: true, ..column.more.clone() },
        ..column.clone()
    }
}

/// ADD COLUMN reaches the children; one that has the column keeps its own, and so do those below it.
pub(super) fn pass_down_column(table: &RelationName, column: &Column, replay: &mut Replay) {
    let Some(parent) = replay.catalog.get(table) else { return };
    let (partition, children) = (parent.is_partitioned(), parent.children.clone());
    for child in children {
        let relation = replay.catalog.touch(&child);
        if relation.column(&column.name).is_none() {
            relation.columns.push(inherited(column, partition));
            pass_down_column(&child, column, replay);
        }
    }
}

/// A constraint of a table reaches its children, with its index.
pub(super) fn pass_down_constraint(table: &RelationName, name: &str, replay: &mut Replay) {
    let Some(parent) = replay.catalog.get(table).filter(|parent| !parent.children.is_empty()) else { return };
    let Some(constraint) = parent.constraint(name).cloned() else { return };
    let children = parent.children.clone();
    match &constraint.kind {
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } if constraint.traits.no_inherit => {}
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } => {
            for child in replay.catalog.descendants(table) {
                inherit_check(&child, &constraint, replay);
            }
        }
        ConstraintKind::ForeignKey { .. } if parent.is_partitioned() => {
            for child in children {
                add_foreign_key(&child, &constraint, replay);
            }
        }
        ConstraintKind::Key { .. } => {
            if let Some(index) = parent.index(name).cloned() {
                pass_down_index(table, &index, replay);
            }
            not_null_below(table, &constraint, replay);
        }
        ConstraintKind::ForeignKey { .. } => {}
    }
}

fn inherit_check(child: &RelationName, constraint: &Constraint, replay: &mut Replay) {
    let relation = replay.catalog.touch(child);
    if let ConstraintKind::NotNull { column } = &constraint.kind {
        // It has one of its own, be it without a name so far.
        if relation.not_null_constraint(column).is_some() || relation.column(column).is_some_and(Column::is_not_null) {
            return;
        }
        if let Some(column) = relation.column_mut(column).filter(|_| constraint.validated) {
            column.set_not_null();
        }
    }
    if relation.constraint(&constraint.name).is_none() {
        relation.constraints.push(Constraint { inherited: true, ..constraint.clone() });
    }
}

/// The columns of a primary key are NOT NULL in children too.
fn not_null_below(table: &RelationName, constraint: &Constraint, replay: &mut Replay) {
    let ConstraintKind::Key { columns, primary: true, .. } = &constraint.kind else { return };
    for child in replay.catalog.descendants(table) {
        let relation = replay.catalog.touch(&child);
        for column in relation.columns.iter_mut().filter(|column| columns.contains(&column.name)) {
            column.set_not_null();
        }
    }
}

/// An index of a partitioned table gets a part on each partition.
pub(super) fn pass_down_index(table: &RelationName, index: &Index, replay: &mut Replay) {
    let Some(parent) = replay.catalog.get(table).filter(|parent| parent.is_partitioned()) else { return };
    for child in parent.children.clone() {
        add_part(table, index, &child, replay);
    }
}

/// The part of an index on a partition: one of its own that is alike, or a new one.
fn add_part(table: &RelationName, index: &Index, partition: &RelationName, replay: &mut Replay) {
    let parent_index = RelationName::new(&*table.schema, &*index.name);
    let Some(parent) = replay.catalog.get(table) else { return };
    let constraint = parent.constraint(&index.name).cloned();
    let suffix = parent.key_suffix(&index.name);
    let Some(child) = replay.catalog.get(partition) else { return };
    if child.kind == RelationKind::ForeignTable {
        return;
    }
    if let Some(own) = child.indexes.iter().find(|own| child.has_part(own, index, suffix)).map(|own| own.name.clone()) {
        let relation = replay.catalog.touch(partition);
        let is_partitioned = relation.is_partitioned();
        let mut is_valid = true;
        for own in relation.indexes.iter_mut().filter(|known| known.name == own) {
            own.more.parent = Some(parent_index.clone());
            is_valid = own.more.validity != Validity::Invalid || !is_partitioned;
        }
        if !is_valid {
            invalidate(&parent_index, replay);
        }
        return;
    }
    let keys = index.more.key_names.join("_");
    let name = match suffix {
        Some("pkey") => replay.catalog.chosen_key_name(partition, "", "pkey", &[]),
        Some(suffix) => replay.catalog.chosen_key_name(partition, &keys, suffix, &[]),
        None => replay.catalog.chosen_index_name(partition, &keys),
    };
    let more = IndexMore { parent: Some(parent_index), validity: Validity::Valid, ..index.more.clone() };
    let part = Index { name: name.clone(), more, added_in: replay.author.migration, ..index.clone() };
    replay.catalog.add_index(partition, part.clone());
    if let Some(constraint) = constraint.filter(|_| suffix.is_some()) {
        replay.catalog.note_constraint_name(&name);
        replay.catalog.touch(partition).constraints.push(Constraint { name, ..constraint });
    }
    pass_down_index(partition, &part, replay);
}

/// An index of a partitioned table that a part keeps from being valid, and those that it is a part of.
fn invalidate(index: &RelationName, replay: &mut Replay) {
    let mut next = Some(index.clone());
    while let Some(index) = next.take() {
        let Some(table) = replay.catalog.table_of_index(&index).cloned() else { return };
        for own in replay.catalog.touch(&table).indexes.iter_mut().filter(|own| own.name == index.name) {
            own.more.validity = Validity::Invalid;
            next = own.more.parent.clone();
        }
    }
}

/// A foreign key of a partitioned table, for one partition: one of its own that is alike, or a new one of the same name,
/// unless that is taken.
fn add_foreign_key(partition: &RelationName, constraint: &Constraint, replay: &mut Replay) {
    let Some(relation) = replay.catalog.get(partition) else { return };
    let alike = |own: &Constraint| own.kind == constraint.kind && own.validated && own.traits == constraint.traits;
    if relation.constraints.iter().any(alike) {
        return;
    }
    let name = match &constraint.kind {
        ConstraintKind::ForeignKey { columns, .. } if relation.constraint(&constraint.name).is_some() => {
            replay.catalog.chosen_constraint_name(partition, &columns.join("_"), "fkey", &[])
        }
        _ => constraint.name.clone(),
    };
    replay.catalog.note_constraint_name(&name);
    let before_12 = constraint.before_12.clone().filter(|_| name == constraint.name);
    let own = Constraint { name: name.clone(), before_12, ..constraint.clone() };
    replay.catalog.touch(partition).constraints.push(own);
    pass_down_constraint(partition, &name, replay);
}

/// What a table gets when it becomes a partition: the indexes, foreign keys and row triggers of its parent.
pub(super) fn become_partition(parent: &RelationName, partition: &RelationName, replay: &mut Replay) {
    let Some(relation) = replay.catalog.get(parent).filter(|parent| parent.is_partitioned()) else { return };
    let (indexes, foreign_keys, triggers) = (
        relation.indexes.clone(),
        relation.foreign_keys().map(|(constraint, _)| constraint.clone()).collect::<Vec<_>>(),
        relation.triggers.iter().filter(|trigger| trigger.for_each_row).cloned().collect::<Vec<_>>(),
    );
    for index in &indexes {
        add_part(parent, index, partition, replay);
    }
    for constraint in &foreign_keys {
        add_foreign_key(partition, constraint, replay);
    }
    let relation = replay.catalog.touch(partition);
    for trigger in triggers {
        if !relation.triggers.iter().any(|known| known.name == trigger.name) {
            relation.triggers.push(trigger);
        }
    }
}

/// A table that leaves its parent keeps what it got, as its own, but for the copies of triggers.
pub(super) fn leave(parent: &RelationName, child: &RelationName, replay: &mut Replay) {
    let from = replay.catalog.get(parent).filter(|parent| parent.is_partitioned());
    let from_partitioned = from.is_some();
    let copied = from.map(|parent| parent.triggers.clone()).unwrap_or_default();
    let kept = replay.catalog.checks_from(child, parent);
    let relation = replay.catalog.touch(child);
    relation.triggers.retain(|own| !copied.iter().any(|trigger| trigger.for_each_row && trigger.name == own.name));
    relation.bound = None;
    kept.iter().for_each(|check| relation.own_check(check));
    relation.indexes.iter_mut().for_each(|index| index.more.parent = None);
    for column in &mut relation.columns {
        column.more.inherited = false;
        column.identity &= !from_partitioned;
    }
}

/// DETACH PARTITION ... CONCURRENTLY leaves a CHECK behind that says what the bound said, unless the partition has one that
/// proves it. It comes down like every CHECK.
///
/// Source: `DetachAddConstraintIfNeeded` of PostgreSQL's commands/tablecmds.c.
pub(super) fn keep_bound(parent: &RelationName, child: &RelationName, replay: &mut Replay) {
    let Some(relation) = replay.catalog.get(parent) else { return };
    let columns = relation.partition_key.clone();
    let is_range = relation.partitioning.as_ref().is_some_and(|partitioning| partitioning.strategy == "range");
    let is_default = relation.default_partition.as_ref() == Some(child);
    let on_key = |constraint: &Constraint| matches!(&constraint.kind, ConstraintKind::Check { columns: used, .. } if used.iter().any(|used| columns.contains(used)));
    let proven = replay.catalog.get(child).is_none_or(|child| child.constraints.iter().any(on_key));
    if proven || columns.is_empty() {
        return;
    }
    let words = if let [column] = columns.as_slice() { column.as_str() } else { "" };
    let name = replay.catalog.chosen_constraint_name(child, words, "check", &[]);
    replay.catalog.note_constraint_name(&name);
    let author = replay.author;
    let proves_not_null = if is_range && !is_default { columns.clone() } else { Vec::new() };
    replay.catalog.touch(child).constraints.push(Constraint {
        name: name.clone(),
        before_12: None,
        kind: ConstraintKind::Check {
            columns,
            proves_not_null,
            limits: Limits::default(),
            calls: Vec::new(),
            value: None,
        },
        expression: Written::default(),
        validated: true,
        traits: ConstraintTraits::default(),
        added_in: author.migration,
        added_in_transaction: author.transaction,
        statement: author.statement,
        span: author.statement,
        awaits_validation: false,
        began_empty: false,
        doubted: false,
        inherited: false,
    });
    pass_down_constraint(child, &name, replay);
}

/// The parts of an index on partitions, and theirs, with their tables.
pub(super) fn parts_of(table: &RelationName, index: &str, replay: &Replay) -> Vec<(RelationName, EcoString)> {
    let name = RelationName::new(&*table.schema, index);
    let Some(children) = replay.catalog.get(table).map(|relation| relation.children.as_slice()) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    for child in children.iter().filter_map(|child| replay.catalog.get(child)) {
        let own = child.indexes.iter().filter(|own| own.more.parent.as_ref() == Some(&name));
        for part in own {
            parts.push((child.name.clone(), part.name.clone()));
            parts.extend(parts_of(&child.name, &part.name, replay));
        }
    }
    parts
}
