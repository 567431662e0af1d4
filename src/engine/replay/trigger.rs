//! Triggers. Partitions have a copy of each row trigger of their parent.

use crate::ast::{AlterOther, CreateTrigger, ObjectChange, ObjectKind, TriggerEventKind};
use crate::engine::catalog::{Relation, Trigger};
use crate::engine::effect::RelationName;

use super::Replay;

pub(super) fn create(create: &CreateTrigger, replay: &mut Replay) {
    let columns = create.events.iter().flat_map(|event| match &event.kind {
        TriggerEventKind::Update { columns } => columns.as_slice(),
        TriggerEventKind::Insert | TriggerEventKind::Delete | TriggerEventKind::Truncate => &[],
    });
    let named = columns.map(|column| column.name.clone());
    let trigger = Trigger {
        name: create.name.name.clone(),
        function: create.function.name.name.clone(),
        for_each_row: create.for_each_row,
        columns: named.chain(create.when.iter().flat_map(|when| when.columns.iter().cloned())).collect(),
    };
    let table = replay.resolve(&create.table);
    for table in with_copies(&table, trigger.for_each_row, replay) {
        let table = replay.catalog.touch(&table);
        table.triggers.retain(|known| known.name != trigger.name);
        table.triggers.push(trigger.clone());
    }
}

pub(super) fn drop(table: &RelationName, name: &str, replay: &mut Replay) {
    for table in tables_of(table, name, replay) {
        replay.catalog.touch(&table).triggers.retain(|trigger| trigger.name != name);
    }
}

pub(super) fn rename(alter: &AlterOther, replay: &mut Replay) {
    let (ObjectKind::Trigger, Some(on), ObjectChange::RenameTo(to)) =
        (&alter.object.kind, &alter.object.on, &alter.change)
    else {
        return;
    };
    let Some(name) = alter.object.name.as_ref().map(|name| &name.name.name) else { return };
    for table in tables_of(&replay.resolve(on), name, replay) {
        for trigger in replay.catalog.touch(&table).triggers.iter_mut().filter(|trigger| trigger.name == *name) {
            trigger.name.clone_from(&to.name);
        }
    }
}

/// The table of a trigger, with the partitions that have a copy of it.
fn tables_of(table: &RelationName, name: &str, replay: &Replay) -> Vec<RelationName> {
    let known = replay.catalog.get(table).map(|relation| relation.triggers.as_slice()).unwrap_or_default();
    let for_each_row = known.iter().any(|trigger| trigger.name == name && trigger.for_each_row);
    match replay.catalog.get(table) {
        Some(_) => with_copies(table, for_each_row, replay),
        None => Vec::new(),
    }
}

fn with_copies(table: &RelationName, for_each_row: bool, replay: &Replay) -> Vec<RelationName> {
    let copied = for_each_row && replay.catalog.get(table).is_some_and(Relation::is_partitioned);
    let partitions = if copied { replay.catalog.descendants(table) } else { Vec::new() };
    std::iter::once(table.clone()).chain(partitions).collect()
}
