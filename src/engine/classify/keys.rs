//! Foreign keys that changes of rows have to check, and the changes that they pass on.

use ecow::EcoString;

use crate::ast::{Events, Ident, KeyAction, Literal, Write, WriteVerb};
use crate::engine::catalog::{Constraint, ConstraintKind, Index, Relation};
use crate::engine::effect::RelationName;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::{Occurrence, partitions};

/// A change of rows that a foreign key passes on to the table that has it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Passed {
    /// The table whose rows change.
    pub table: RelationName,
    /// DELETE or UPDATE.
    pub event: Events,
    /// Columns that the update sets.
    pub columns: Vec<EcoString>,
    /// Those that it sets to NULL, which refers to no row.
    pub nulls: Vec<EcoString>,
}

/// What a change of rows is checked against, and what it changes too.
#[derive(Default)]
pub(super) struct Checked {
    /// The tables that are searched or written.
    pub occurrences: Vec<Occurrence>,
    /// The changes of other tables, the nearest first.
    pub passed: Vec<Passed>,
}

/// The other tables that a write is checked against, or that it changes too.
pub(super) fn checked(write: &Write, target: &RelationName, span: Span, around: &Surroundings) -> Checked {
    let names = |columns: &[Ident]| columns.iter().map(|column| column.name.clone()).collect::<Vec<EcoString>>();
    let mut waiting = Vec::new();
    let set = write.columns.iter().zip(&write.values);
    let set = set.filter(|(_, value)| write.verb == WriteVerb::Update && value.literal() == Some(&Literal::Null));
    let nulls: Vec<EcoString> = set.map(|(column, _)| column.name.clone()).collect();
    let mut add = |event: Events, columns: Vec<EcoString>| {
        waiting.push(Passed { table: target.clone(), event, columns, nulls: nulls.clone() });
    };
    match write.verb {
        WriteVerb::Delete => add(Events::DELETE, Vec::new()),
        WriteVerb::Update => add(Events::UPDATE, names(&write.columns)),
        WriteVerb::Insert if !write.conflict_sets.is_empty() => add(Events::UPDATE, names(&write.conflict_sets)),
        WriteVerb::Merge => {
            if write.merged().meets(Events::DELETE) {
                add(Events::DELETE, Vec::new());
            }
            if write.merged().meets(Events::UPDATE) {
                add(Events::UPDATE, names(&write.columns));
            }
        }
        WriteVerb::Insert | WriteVerb::CopyFrom => {}
    }
    waiting.retain(|change| !is_empty(&change.table, around));
    let mut found = passed_on(waiting, span, around);
    // The keys of new rows, and of those that move to another partition, are looked up.
    let is_new = write.merged().meets(Events::INSERT) || !partitions::crossed(write, target, around).1.is_empty();
    let keys = around.catalog.get(target).into_iter().flat_map(checked_at_once).filter(|_| is_new);
    let referenced: Vec<RelationName> = keys.map(|(_, to)| to.clone()).filter(|to| to != target).collect();
    if !referenced.is_empty() {
        found.occurrences.push(Occurrence::new(Form::UpdateForeignKey, span).with_all(Role::Referenced, referenced));
    }
    found
}

/// The foreign keys of a relation that new values are checked against at once.
pub(super) fn checked_at_once(relation: &Relation) -> impl Iterator<Item = (&Constraint, &RelationName)> {
    let at_once = |constraint: &Constraint| !relation.keys_disabled && !constraint.traits.initially_deferred;
    relation.foreign_keys().filter(move |(constraint, _)| at_once(constraint))
}

/// The columns of a foreign key.
pub(super) fn columns_of(constraint: &Constraint) -> &[EcoString] {
    match &constraint.kind {
        ConstraintKind::ForeignKey { columns, .. } => columns,
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => &[],
    }
}

/// Whether a table has no rows for certain, so that no row of it changes.
pub(super) fn is_empty(table: &RelationName, around: &Surroundings) -> bool {
    around.catalog.is_surely_empty(table, around.migration, around.session.transaction_number())
}

/// Changes of rows, with all that foreign keys make of them.
fn passed_on(mut changes: Vec<Passed>, span: Span, around: &Surroundings) -> Checked {
    let mut found = Checked::default();
    let first = changes.len();
    let mut next = 0;
    while let Some(change) = changes.get(next).cloned() {
        next += 1;
        if change.event == Events::UPDATE {
            found.occurrences.extend(looked_up(&change, span, around));
        }
        for (other, constraint) in referencing(&change.table, around) {
            let Some((occurrence, passed)) = step(&change, other, constraint, span, around) else { continue };
            found.occurrences.push(occurrence);
            let more = passed.filter(|passed| !changes.contains(passed) && !is_empty(&passed.table, around));
            changes.extend(more);
        }
    }
    found.passed = changes.split_off(first);
    found
}

/// The foreign keys that point to a table, its own among them.
fn referencing<'c>(table: &RelationName, around: &Surroundings<'c>) -> Vec<(&'c Relation, &'c Constraint)> {
    let own = around.catalog.get(table).into_iter().flat_map(|relation| {
        let to_itself = relation.foreign_keys().filter(|(_, to)| **to == relation.name);
        to_itself.map(move |(constraint, _)| (relation, constraint))
    });
    around.catalog.referencing(table).into_iter().chain(own).collect()
}

/// The keys that changed rows refer to.
fn looked_up(change: &Passed, span: Span, around: &Surroundings) -> Option<Occurrence> {
    let relation = around.catalog.get(&change.table)?;
    let is_set = |constraint: &Constraint| {
        let is_in = |list: &[EcoString]| columns_of(constraint).iter().any(|column| list.contains(column));
        is_in(&change.columns) && !is_in(&change.nulls)
    };
    let set = checked_at_once(relation).filter(|(constraint, to)| is_set(constraint) && **to != change.table);
    let referenced: Vec<RelationName> = set.map(|(_, to)| to.clone()).collect();
    let found = Occurrence::new(Form::UpdateForeignKey, span).with_all(Role::Referenced, referenced);
    Some(found).filter(|found| !found.relations.is_empty())
}

/// Whether rows are found by the index where these columns have values: NULL refers to nothing, so that it may leave it out.
fn finds(index: &Index, columns: &[EcoString]) -> bool {
    let leads = index.keys.first().is_some_and(|key| key.as_ref().is_some_and(|key| columns.contains(key)));
    let squeeze = |text: &str| text.chars().filter(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let said = squeeze(&index.shape.predicate.to_lowercase());
    let leaves_out_null = || columns.iter().any(|column| said == format!("{}isnotnull", squeeze(column)));
    leads && (!index.partial || leaves_out_null())
}

/// What a foreign key makes of a change of the rows that it points to: the search for the rows that point there, and the
/// change of these.
fn step(
    change: &Passed,
    other: &Relation,
    constraint: &Constraint,
    span: Span,
    around: &Surroundings,
) -> Option<(Occurrence, Option<Passed>)> {
    let ConstraintKind::ForeignKey { columns, referenced_columns, on_delete, on_update, .. } = &constraint.kind else {
        return None;
    };
    let action = if change.event == Events::DELETE { on_delete } else { on_update };
    let disabled = around.catalog.get(&change.table).is_some_and(|relation| relation.keys_disabled);
    if disabled || *action == KeyAction::NoAction && constraint.traits.initially_deferred {
        return None;
    }
    if change.event == Events::UPDATE {
        let relation = around.catalog.get(&change.table)?;
        let key = relation.primary_key().filter(|_| referenced_columns.is_empty()).unwrap_or(referenced_columns);
        if !key.iter().any(|column| change.columns.contains(column)) {
            return None;
        }
    }
    let key = other.primary_key().and_then(<[EcoString]>::first);
    let indexed = other.indexes.iter().any(|index| finds(index, columns))
        || key.is_some_and(|first| columns.contains(first))
        || is_empty(&other.name, around);
    let form = match (action.writes(), indexed) {
        (false, false) => Form::DeleteReferenced,
        (false, true) => Form::DeleteReferencedIndexed,
        (true, false) => Form::DeleteCascade,
        (true, true) => Form::DeleteCascadeIndexed,
    };
    let update = |listed: &[Ident], null: bool| {
        let listed: Vec<EcoString> = listed.iter().map(|column| column.name.clone()).collect();
        let columns = if listed.is_empty() { columns.clone() } else { listed };
        let nulls = if null { columns.clone() } else { Vec::new() };
        Passed { table: other.name.clone(), event: Events::UPDATE, columns, nulls }
    };
    let passed = match action {
        KeyAction::NoAction | KeyAction::Restrict => None,
        KeyAction::Cascade if change.event == Events::DELETE => {
            let (columns, nulls) = (Vec::new(), Vec::new());
            Some(Passed { table: other.name.clone(), event: Events::DELETE, columns, nulls })
        }
        KeyAction::Cascade => Some(update(&[], false)),
        KeyAction::SetNull(listed) => Some(update(listed, true)),
        KeyAction::SetDefault(listed) => Some(update(listed, false)),
    };
    Some((Occurrence::new(form, span).with(Role::Referencing, other.name.clone()), passed))
}
