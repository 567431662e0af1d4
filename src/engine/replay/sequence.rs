//! Sequences, and the columns that they go away with.

use ecow::EcoString;

use crate::ast::{CreateSequence, DataType, ObjectName, Persistence, SequenceOption, SequenceOptionKind};
use crate::engine::catalog::{Counts, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::names;

use super::Replay;

/// CREATE SEQUENCE.
pub(super) fn create(create: &CreateSequence, replay: &mut Replay) {
    let name = replay.created(&create.name, create.persistence == Persistence::Temporary);
    if create.if_not_exists && replay.catalog.is_taken(&name) {
        return;
    }
    let mut sequence = Relation::new(name.clone(), RelationKind::Sequence);
    sequence.persistence = create.persistence;
    sequence.created_in = Some(replay.author.migration);
    sequence.perhaps_older = create.if_not_exists && !replay.author.history_is_whole;
    sequence.counts = Some(Box::new(Counts::new(&create.options)));
    replay.catalog.create(sequence);
    own(&name, &create.options, replay);
}

/// The sequence of a serial or identity column with these options.
pub(super) fn add(table: &RelationName, column: &str, options: &[SequenceOption], replay: &mut Replay) {
    let known = replay.catalog.get(table).and_then(|table| table.column(column));
    let data_type = known.and_then(|column| column.data_type.as_ref()).and_then(|own| counted(own, replay));
    add_counting(table, column, options, Counts::of_type(data_type.as_deref(), options), replay);
}

/// The same of a column that LIKE copies.
pub(super) fn copy(source: &RelationName, table: &RelationName, column: &str, replay: &mut Replay) {
    let sequence = replay.catalog.sequences_of(source, column).pop();
    let counts = sequence.and_then(|name| replay.catalog.get(&name)?.counts.as_deref().cloned());
    add_counting(table, column, &[], counts.unwrap_or_default(), replay);
}

/// The type that a sequence of a column counts in, where it is one that can count.
fn counted(data_type: &DataType, replay: &Replay) -> Option<EcoString> {
    let base = &replay.catalog.base_type(data_type).name;
    matches!(base.as_str(), "smallint" | "integer" | "bigint").then(|| base.clone())
}

fn add_counting(table: &RelationName, column: &str, options: &[SequenceOption], counts: Counts, replay: &mut Replay) {
    let named = name_in(options);
    let taken = |name: &str| replay.catalog.is_taken(&RelationName::new(&*table.schema, name));
    let name = match named {
        Some(name) => replay.created(name, false),
        None => RelationName::new(&*table.schema, names::chosen(&table.name, column, "seq", taken)),
    };
    let mut sequence = Relation::new(name.clone(), RelationKind::Sequence);
    sequence.created_in = Some(replay.author.migration);
    sequence.persistence = replay.catalog.get(table).map(|table| table.persistence).unwrap_or_default();
    sequence.counts = Some(Box::new(counts));
    replay.catalog.create(sequence);
    replay.catalog.own_sequence(&name, Some((table.clone(), column.into())));
    let column = replay.catalog.get_mut(table).and_then(|table| table.column_mut(column));
    if let Some(column) = column.filter(|column| column.serial && !column.identity) {
        column.more.default_names = vec![name];
    }
}

/// The SEQUENCE NAME among the options of an identity column.
fn name_in(options: &[SequenceOption]) -> Option<&ObjectName> {
    options.iter().find_map(|option| match &option.kind {
        SequenceOptionKind::Name(name) => Some(name),
        _ => None,
    })
}

/// Options of ALTER SEQUENCE.
pub(super) fn set_options(sequence: &RelationName, options: &[SequenceOption], replay: &mut Replay) {
    if let Some(counts) = replay.catalog.get_mut(sequence).and_then(|sequence| sequence.counts.as_mut()) {
        counts.alter(options);
    }
    own(sequence, options, replay);
}

/// Options of an identity column that is there.
pub(super) fn set_options_of(table: &RelationName, column: &str, options: &[SequenceOption], replay: &mut Replay) {
    for sequence in replay.catalog.sequences_of(table, column) {
        set_options(&sequence, options, replay);
    }
}

/// The sequence of an identity column counts in the type of the column.
pub(super) fn follow_type(table: &RelationName, column: &str, data_type: &DataType, replay: &mut Replay) {
    let data_type = counted(data_type, replay);
    for sequence in replay.catalog.sequences_of(table, column) {
        if let Some(counts) = replay.catalog.get_mut(&sequence).and_then(|sequence| sequence.counts.as_mut()) {
            counts.change_type(data_type.as_deref());
        }
    }
}

fn own(sequence: &RelationName, options: &[SequenceOption], replay: &mut Replay) {
    for option in options {
        if let SequenceOptionKind::OwnedBy(owner) = &option.kind {
            let owner = owner.as_ref().map(|owner| (replay.resolve(&owner.table), owner.column.name.clone()));
            replay.catalog.own_sequence(sequence, owner);
        }
    }
}

/// The sequences of a column go with it.
pub(super) fn drop_of(table: &RelationName, column: &str, replay: &mut Replay) {
    for sequence in replay.catalog.sequences_of(table, column) {
        replay.catalog.own_sequence(&sequence, None);
        replay.catalog.remove(&sequence);
    }
}

/// A column's new name.
pub(super) fn follow_column(table: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    for sequence in replay.catalog.sequences_of(table, from) {
        replay.catalog.own_sequence(&sequence, Some((table.clone(), to.into())));
    }
}
