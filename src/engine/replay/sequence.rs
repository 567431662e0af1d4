//! Sequences, and the columns that they go away with.

use crate::ast::{CreateSequence, ObjectName, Persistence, SequenceOption, SequenceOptionKind};
use crate::engine::catalog::Relation;
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
    replay.catalog.create(sequence);
    set_options(&name, &create.options, replay);
}

/// The sequence of a serial or identity column; `named` is the SEQUENCE NAME that pg_dump writes.
pub(super) fn add(table: &RelationName, column: &str, named: Option<&ObjectName>, replay: &mut Replay) {
    let taken = |name: &str| replay.catalog.is_taken(&RelationName::new(&*table.schema, name));
    let name = match named {
        Some(name) => replay.created(name, false),
        None => RelationName::new(&*table.schema, names::chosen(&table.name, column, "seq", taken)),
    };
    let mut sequence = Relation::new(name.clone(), RelationKind::Sequence);
    sequence.created_in = Some(replay.author.migration);
    sequence.persistence = replay.catalog.get(table).map(|table| table.persistence).unwrap_or_default();
    replay.catalog.create(sequence);
    replay.catalog.own_sequence(&name, Some((table.clone(), column.into())));
    let column = replay.catalog.get_mut(table).and_then(|table| table.column_mut(column));
    if let Some(column) = column.filter(|column| column.serial && !column.identity) {
        column.more.default_names = vec![name];
    }
}

/// The SEQUENCE NAME among the options of an identity column.
pub(super) fn name_in(options: &[SequenceOption]) -> Option<&ObjectName> {
    options.iter().find_map(|option| match &option.kind {
        SequenceOptionKind::Name(name) => Some(name),
        _ => None,
    })
}

/// Options of CREATE and ALTER SEQUENCE, as far as they are followed.
pub(super) fn set_options(sequence: &RelationName, options: &[SequenceOption], replay: &mut Replay) {
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
