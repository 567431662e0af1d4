//! Foreign keys that changes of rows have to check, and the changes that they pass on.

use ecow::EcoString;

use crate::ast::{Comparison, Events, Ident, KeyAction, Limit, Limits, Literal, SetConstraints, Write, WriteVerb};
use crate::engine::catalog::{Constraint, ConstraintKind, Index, PutOff, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::known::NewRows;
use super::reads::within;
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
    /// What is left for the end of the transaction.
    pub put_off: Vec<PutOff>,
}

impl Checked {
    fn put_off(&mut self, table: &RelationName, constraint: &Constraint, of_referenced: bool, around: &Surroundings) {
        let (table, constraint) = (table.clone(), constraint.name.clone());
        self.put_off.push(PutOff {
            table,
            constraint,
            of_referenced,
            transaction: around.session.transaction_number(),
        });
    }
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
    let new_rows = NewRows::new(write, target);
    let own = (write.verb == WriteVerb::Update).then_some(&new_rows);
    let mut found = passed_on(waiting, own, span, around);
    // The keys of new rows, and of those that move to another partition, are looked up.
    let is_new = write.merged().meets(Events::INSERT) || !partitions::crossed(write, target, around).1.is_empty();
    let mut referenced = Vec::new();
    if is_new || matches!(write.verb, WriteVerb::Insert | WriteVerb::CopyFrom) {
        for (constraint, to) in given(write, target, around).into_iter().filter(|(_, to)| *to != target) {
            match waits(constraint, around) {
                true => found.put_off(target, constraint, false, around),
                false if is_new => referenced.extend(looked_up_in(&new_rows, (constraint, to), around)),
                // The write itself tells.
                false => {}
            }
        }
    }
    found.occurrences.extend(searched(referenced, span));
    found
}

/// Tables in which keys are looked up.
fn searched(referenced: Vec<RelationName>, span: Span) -> Option<Occurrence> {
    let found = Occurrence::new(Form::UpdateForeignKey, span).with_all(Role::Referenced, referenced);
    Some(found).filter(|found| !found.relations.is_empty())
}

/// The foreign keys that new rows of a table have values for.
pub(super) fn given<'c>(
    write: &Write,
    target: &RelationName,
    around: &Surroundings<'c>,
) -> Vec<(&'c Constraint, &'c RelationName)> {
    let keys = around.catalog.get(target).into_iter().flat_map(in_force);
    keys.filter(|(constraint, _)| partitions::gives(write, target, columns_of(constraint), around)).collect()
}

/// Lookups of a foreign key for each of which the server makes a plan, which leaves out partitions. Then it makes one for all.
///
/// Source: `choose_custom_plan()` of the server, and measurements (`fixtures/facts/insert-references-partition-*.sql`).
const OWN_PLANS: usize = 5;

/// The table in which the keys of new rows are looked up, and those of its partitions that may have them.
pub(super) fn looked_up_in(
    write: &NewRows,
    (constraint, to): (&Constraint, &RelationName),
    around: &Surroundings,
) -> Vec<RelationName> {
    let mut found = vec![to.clone()];
    let partitions = partitions_of(to, around);
    if partitions.is_empty() {
        return found;
    }
    let is_null = |limit: &Limit| limit.comparison == Comparison::Null;
    let points =
        |row: &&Limits| !row.all.iter().any(|limit| is_null(limit) && columns_of(constraint).contains(&limit.column));
    let rows: Option<Vec<&Limits>> = write.get(around).map(|rows| rows.iter().filter(points).collect());
    if rows.as_ref().is_some_and(Vec::is_empty) {
        return Vec::new();
    }
    let rows = rows.filter(|rows| rows.len() <= OWN_PLANS);
    let reached: Option<Vec<Vec<RelationName>>> =
        rows.and_then(|rows| rows.iter().map(|row| pointed_to(row, constraint, to, around)).collect());
    let is_reached =
        |name: &RelationName| reached.as_ref().is_none_or(|rows| rows.iter().any(|row| row.contains(name)));
    found.extend(partitions.into_iter().filter(is_reached));
    found
}

/// The partitions of a table that is partitioned: keys that point to others are looked up there alone.
fn partitions_of(table: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    let partitioned = around.kind(table) == RelationKind::PartitionedTable;
    if partitioned { around.catalog.descendants(table) } else { Vec::new() }
}

fn with_partitions(table: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    std::iter::once(table.clone()).chain(partitions_of(table, around)).collect()
}

/// The partitions in which the row may be that a row points to.
fn pointed_to(
    row: &Limits,
    constraint: &Constraint,
    to: &RelationName,
    around: &Surroundings,
) -> Option<Vec<RelationName>> {
    let ConstraintKind::ForeignKey { columns, referenced_columns, .. } = &constraint.kind else { return None };
    let key = match referenced_columns.as_slice() {
        [] => around.catalog.get(to)?.primary_key()?,
        columns => columns,
    };
    let of = |column: &EcoString| row.all.iter().find(|limit| limit.column == *column);
    if columns.iter().filter_map(of).any(|limit| limit.comparison == Comparison::Null) {
        return Some(Vec::new());
    }
    let limits =
        columns.iter().zip(key).filter_map(|(column, key)| Some(Limit { column: key.clone(), ..of(column)?.clone() }));
    Some(within(to, &Limits { all: limits.collect(), ..Limits::default() }, around).reached)
}

/// The foreign keys of a relation that new values are checked against.
fn in_force(relation: &Relation) -> impl Iterator<Item = (&Constraint, &RelationName)> {
    let enabled = |constraint: &Constraint| !relation.keys_disabled && !constraint.traits.not_enforced;
    relation.foreign_keys().filter(move |(constraint, _)| enabled(constraint))
}

/// Whether a foreign key is looked up when the transaction ends.
pub(super) fn waits(constraint: &Constraint, around: &Surroundings) -> bool {
    let waits = around.catalog.waits(constraint, around.session.transaction_number());
    waits.unwrap_or(constraint.traits.initially_deferred)
}

/// SET CONSTRAINTS IMMEDIATE looks up at once what was put off.
pub(super) fn caught_up(set: &SetConstraints, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let waiting = around.catalog.waiting(around.session.transaction_number()).filter(|put_off| put_off.is_meant(set));
    let occurrence = |put_off: &PutOff| {
        let relation = around.catalog.get(&put_off.table)?;
        let constraint = relation.constraint(&put_off.constraint)?;
        let ConstraintKind::ForeignKey { columns, referenced, .. } = &constraint.kind else { return None };
        match put_off.of_referenced {
            true => Some(searched_for(relation, columns, false, span, around)),
            false => searched(with_partitions(referenced, around), span),
        }
    };
    waiting.filter_map(occurrence).collect()
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
fn passed_on(mut changes: Vec<Passed>, update: Option<&NewRows>, span: Span, around: &Surroundings) -> Checked {
    let mut found = Checked::default();
    let first = changes.len();
    let mut next = 0;
    while let Some(change) = changes.get(next).cloned() {
        next += 1;
        if change.event == Events::UPDATE {
            // The first changes are those of the write itself.
            looked_up(&change, update.filter(|_| next <= first), span, around, &mut found);
        }
        for (other, constraint) in referencing(&change.table, around) {
            let Some((occurrence, passed)) = step(&change, other, constraint, span, around) else { continue };
            match occurrence {
                Some(occurrence) => found.occurrences.push(occurrence),
                None => found.put_off(&other.name, constraint, true, around),
            }
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

/// The keys that changed rows refer to, which the UPDATE itself may tell.
fn looked_up(change: &Passed, update: Option<&NewRows>, span: Span, around: &Surroundings, found: &mut Checked) {
    let Some(relation) = around.catalog.get(&change.table) else { return };
    let is_set = |constraint: &Constraint| {
        let is_in = |list: &[EcoString]| columns_of(constraint).iter().any(|column| list.contains(column));
        is_in(&change.columns) && !is_in(&change.nulls)
    };
    let set = in_force(relation).filter(|(constraint, to)| is_set(constraint) && **to != change.table);
    let (waiting, at_once): (Vec<_>, Vec<_>) = set.partition(|(constraint, _)| waits(constraint, around));
    waiting.into_iter().for_each(|(constraint, _)| found.put_off(&change.table, constraint, false, around));
    let referenced = at_once.into_iter().flat_map(|(constraint, to)| match update {
        Some(update) => looked_up_in(update, (constraint, to), around),
        None => with_partitions(to, around),
    });
    let referenced = referenced.collect();
    found.occurrences.extend(searched(referenced, span));
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
/// change of these. The search may be left for the end of the transaction.
fn step(
    change: &Passed,
    other: &Relation,
    constraint: &Constraint,
    span: Span,
    around: &Surroundings,
) -> Option<(Option<Occurrence>, Option<Passed>)> {
    let ConstraintKind::ForeignKey { columns, referenced_columns, on_delete, on_update, .. } = &constraint.kind else {
        return None;
    };
    let action = if change.event == Events::DELETE { on_delete } else { on_update };
    let disabled = around.catalog.get(&change.table).is_some_and(|relation| relation.keys_disabled);
    if disabled || constraint.traits.not_enforced {
        return None;
    }
    if change.event == Events::UPDATE {
        let relation = around.catalog.get(&change.table)?;
        let key = relation.primary_key().filter(|_| referenced_columns.is_empty()).unwrap_or(referenced_columns);
        if !key.iter().any(|column| change.columns.contains(column)) {
            return None;
        }
    }
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
    // Actions do not wait, and nor does RESTRICT.
    let at_once = *action != KeyAction::NoAction || !waits(constraint, around);
    Some((at_once.then(|| searched_for(other, columns, action.writes(), span, around)), passed))
}

/// The search for rows that point to others, which it may change.
fn searched_for(
    other: &Relation,
    columns: &[EcoString],
    changes: bool,
    span: Span,
    around: &Surroundings,
) -> Occurrence {
    let key = other.primary_key().and_then(<[EcoString]>::first);
    let indexed = other.indexes.iter().any(|index| finds(index, columns))
        || key.is_some_and(|first| columns.contains(first))
        || is_empty(&other.name, around);
    let form = match (changes, indexed) {
        (false, false) => Form::DeleteReferenced,
        (false, true) => Form::DeleteReferencedIndexed,
        (true, false) => Form::DeleteCascade,
        (true, true) => Form::DeleteCascadeIndexed,
    };
    Occurrence::new(form, span).with(Role::Referencing, other.name.clone())
}
