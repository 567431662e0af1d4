//! Rules, and what they read and write.

use crate::ast::{AlterOther, CreateRule, Firing, ObjectChange, ObjectKind};
use crate::engine::catalog::{ColumnUse, Relation, Rule, RuleDoes, among};
use crate::engine::effect::RelationName;

use super::Replay;
use super::body::Used;

pub(super) fn create(create: &CreateRule, replay: &mut Replay) {
    let table = replay.resolve(&create.table);
    let row: Vec<&str> = create.row_columns.iter().map(|column| column.name.as_str()).collect();
    let mut used = Used::default();
    for action in &create.actions {
        used.add(&action.kind, &row, replay);
    }
    used.columns.extend(row.iter().map(|column| ColumnUse::new(&table, column, true)));
    if create.whole_row {
        let columns = replay.catalog.get(&table).map(|relation| relation.columns.as_slice()).unwrap_or_default();
        used.columns.extend(columns.iter().map(|column| ColumnUse::new(&table, &column.name, true)));
    }
    let reads = create.condition.iter().flat_map(|condition| &condition.reads).map(|name| replay.resolve(name));
    let condition: Vec<RelationName> = reads.collect();
    used.relations.extend(condition.iter().cloned());
    let does = RuleDoes {
        event: create.event,
        instead: create.instead,
        conditional: create.condition.is_some(),
        condition,
        actions: create.actions.iter().cloned().collect(),
        firing: Firing::Origin,
    };
    let rule =
        Rule { name: create.name.name.clone(), uses: used.relations, columns: used.columns, does, doubted: false };
    let table = replay.catalog.touch(&table);
    table.rules.retain(|known| known.name != rule.name);
    table.rules.push(rule);
}

/// ALTER RULE ... RENAME TO.
pub(super) fn rename(alter: &AlterOther, replay: &mut Replay) {
    let (Some(on), ObjectChange::RenameTo(to)) = (&alter.object.on, &alter.change) else { return };
    let is_rule = alter.object.kind == ObjectKind::Rule;
    let Some(name) = alter.object.name.as_ref().filter(|_| is_rule) else { return };
    let table = replay.resolve(on);
    let rules = replay.catalog.get_mut(&table).map(|relation| relation.rules.as_mut_slice()).unwrap_or_default();
    rules.iter_mut().filter(|rule| rule.name == name.name.name).for_each(|rule| rule.name.clone_from(&to.name));
}

/// ENABLE and DISABLE RULE.
pub(super) fn switch(table: &RelationName, name: &str, firing: Firing, replay: &mut Replay) {
    let rules = replay.catalog.touch(table).rules.iter_mut();
    rules.filter(|rule| rule.name == name).for_each(|rule| rule.does.firing = firing);
}

/// CASCADE drops the rules that need a column; without it there are none, or the column would not be dropped.
pub(super) fn drop_with_column(table: &RelationName, column: &str, cascade: bool, replay: &mut Replay) {
    let rules = replay.catalog.rules_of_column(table, column).into_iter();
    let on: Vec<RelationName> = rules.map(|(on, _, _)| on.name.clone()).collect();
    let is_gone = |used: &ColumnUse| used.relation == *table && used.column.as_deref() == Some(column);
    for name in on {
        let relation = replay.catalog.touch(&name);
        drop_from(relation, |rule| among(&rule.columns, table, column).filter(|_| cascade));
        relation.rules.iter_mut().for_each(|rule| rule.columns.retain(|used| !is_gone(used)));
    }
}

/// DROP ... CASCADE of a relation drops the rules of other tables that need it.
pub(super) fn drop_with_relation(gone: &RelationName, replay: &mut Replay) {
    let on: Vec<RelationName> = replay.catalog.rules_using(gone).map(|on| on.name.clone()).collect();
    for name in on {
        drop_from(replay.catalog.touch(&name), |rule| rule.uses.contains(gone).then_some(true));
    }
}

/// Drops the rules of a table that need something for certain; nothing is certain of those that perhaps do.
fn drop_from(relation: &mut Relation, needs: impl Fn(&Rule) -> Option<bool>) {
    relation.rules.retain(|rule| needs(rule) != Some(true));
    let doubtful = relation.rules.iter_mut().filter(|rule| needs(rule).is_some());
    doubtful.flat_map(|rule| &mut rule.columns).for_each(|used| used.certain = false);
}
