//! Triggers. Partitions have a copy of each row trigger of their parent.

use ecow::EcoString;

use crate::ast::{
    AlterOther, CreateTrigger, Events, Firing, ObjectChange, ObjectKind, TriggerEventKind, WhichTriggers,
};
use crate::engine::catalog::{Fires, Relation, Trigger, Written};
use crate::engine::effect::RelationName;

use super::Replay;

pub(super) fn create(create: &CreateTrigger, replay: &mut Replay) {
    let columns = create.events.iter().flat_map(|event| match &event.kind {
        TriggerEventKind::Update { columns } => columns.as_slice(),
        TriggerEventKind::Insert | TriggerEventKind::Delete | TriggerEventKind::Truncate => &[],
    });
    let update_of: Vec<EcoString> = columns.map(|column| column.name.clone()).collect();
    let named = update_of.iter().chain(create.when.iter().flat_map(|when| &when.columns));
    let condition = create.when.as_ref().map(|when| replay.written(when));
    let trigger = Trigger {
        name: create.name.name.clone(),
        function: create.function.name.name.clone(),
        for_each_row: create.for_each_row,
        columns: named.cloned().collect(),
        fires: Fires {
            timing: create.timing,
            events: create.events.iter().map(|event| Events::of(&event.kind)).fold(Events::NONE, Events::or),
            update_of,
            conditional: create.when.is_some(),
            changed: condition.as_ref().and_then(Written::text).map(changed).unwrap_or_default(),
            deferred: create.initially_deferred,
            deferrable: create.deferrable || create.initially_deferred,
            firing: Firing::Origin,
            transition_tables: create.transition_tables.iter().map(|table| table.name.name.clone()).collect(),
        },
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

/// ENABLE and DISABLE TRIGGER. Copies on partitions follow.
pub(super) fn switch(table: &RelationName, which: &WhichTriggers, firing: Firing, only: bool, replay: &mut Replay) {
    if *which == WhichTriggers::All {
        let below = if only { Vec::new() } else { replay.catalog.descendants(table) };
        for table in below.iter().chain([table]) {
            replay.catalog.touch(table).keys_disabled = matches!(firing, Firing::Never | Firing::Replica);
        }
    }
    let named = |trigger: &Trigger| match which {
        WhichTriggers::Named(name) => trigger.name == name.name,
        WhichTriggers::All | WhichTriggers::User => true,
    };
    let known = replay.catalog.get(table).map(|relation| relation.triggers.as_slice()).unwrap_or_default();
    let names: Vec<EcoString> =
        known.iter().filter(|trigger| named(trigger)).map(|trigger| trigger.name.clone()).collect();
    for name in names {
        let tables = if only { vec![table.clone()] } else { tables_of(table, &name, replay) };
        for table in tables {
            let triggers = replay.catalog.touch(&table).triggers.iter_mut();
            triggers.filter(|trigger| trigger.name == name).for_each(|trigger| trigger.fires.firing = firing);
        }
    }
}

/// `OLD.a IS DISTINCT FROM NEW.a OR ...`: the columns of which one has to change for the condition to be true. Nothing where
/// it asks something else.
fn changed(condition: &str) -> Vec<EcoString> {
    let text = condition.to_lowercase().replace(['(', ')'], " ");
    let each: Option<Vec<EcoString>> = text.split(" or ").map(|part| compared(part.trim())).collect();
    each.unwrap_or_default()
}

fn compared(part: &str) -> Option<EcoString> {
    let words: Vec<&str> = part.split_whitespace().collect();
    let (left, right) = match words.as_slice() {
        [left, "is", "distinct", "from", right] | [left, "<>" | "!=", right] => (left, right),
        _ => return None,
    };
    let column = |name: &str, row: &str| name.strip_prefix(row).map(EcoString::from).filter(|name| *name != "*");
    let pair = |new: &str, old: &str| column(new, "new.").filter(|name| column(old, "old.").as_ref() == Some(name));
    pair(left, right).or_else(|| pair(right, left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_to_change() {
        assert_eq!(changed("OLD.a IS DISTINCT FROM NEW.a"), ["a"]);
        assert_eq!(changed("(OLD.a <> NEW.a) OR (NEW.b IS DISTINCT FROM OLD.b)"), ["a", "b"]);
        for text in ["OLD.* IS DISTINCT FROM NEW.*", "NEW.a > 1", "OLD.a <> NEW.a OR NEW.b", "OLD.a <> NEW.b"] {
            assert!(changed(text).is_empty(), "{text}");
        }
    }
}
