//! Rows of VALUES that the constraints of a table do not take.
//!
//! Claimed only of values that are written out (`fixtures/facts/violated-insert-*.sql`).

use std::collections::HashSet;

use ecow::{EcoString, eco_format};

use crate::ast::{Assigned, ConflictTarget, Counted, Literal, Overriding, Write};
use crate::engine::catalog::{Column, Index, Relation, counted_value};
use crate::engine::classify::events_of;
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::excluded::{self, Cells, Newcomers};
use super::existence::is_known_whole;
use super::held::Table;
use super::literals::as_of;
use super::refused;
use super::violated::{CHECK_VIOLATION, UNIQUE_VIOLATION};

pub(super) const CARDINALITY_VIOLATION: &str = "21000";

/// Rows of VALUES that a CHECK or a key does not take. A trigger may change them, and ON CONFLICT leave them out.
pub(super) fn insert(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation))?;
    let table = Table { relation, around };
    if let Some(refusal) = excluded::reversed(write, relation).filter(|_| table.are_of_server(&write.functions)) {
        return Some(refusal);
    }
    let plain = relation.kind == RelationKind::Table && !relation.has_code_at(events_of(write));
    let plain = plain && !around.may_mean_own_operators();
    let is_key =
        |index: &&Index| index.certain && !index.more.doubted && index.is_over_all_rows() && is_immediate(index);
    let mut arbiter = write.conflict.as_ref().and_then(|conflict| Arbiter::of(conflict, &table));
    let is_asked = |key: &&Index| match &arbiter {
        Some(arbiter) => arbiter.index != key.name,
        None => write.conflict.is_none(),
    };
    let keys: Vec<&Index> = relation.indexes.iter().filter(is_key).filter(is_asked).collect();
    let mut taken: Vec<HashSet<EcoString>> = keys.iter().map(|key| table.values_of(key)).collect();
    if plain && let Some(refusal) = twice(write, &table) {
        return Some(refusal);
    }
    let mut newcomers = Newcomers::of(&table, write);
    for row in write.rows.iter().filter(|_| plain) {
        let value = |name: &str| given(name, row, write, relation, around);
        if let Some(check) = table.checks().find(|check| table.breaks(&check.kind, &value)) {
            let reason = format!("a new row of {} violates the constraint {}", relation.name, check.name);
            return newcomers.refusal(&table).or_else(|| Some(refused(CHECK_VIOLATION, reason)));
        }
        if let Some(arbiter) = &mut arbiter
            && !arbiter.lets_in(value(&arbiter.column))
        {
            // What it changes in another row is not followed.
            if write.conflict_sets.is_empty() {
                continue;
            }
            return None;
        }
        for (key, taken) in keys.iter().zip(&mut taken) {
            if let Some(text) = key_text(key, value)
                && !taken.insert(text)
            {
                let reason = format!("{} has a row with the same key {} already", relation.name, key.name);
                return newcomers.refusal(&table).or_else(|| Some(refused(UNIQUE_VIOLATION, reason)));
            }
        }
        let written = |name: &str| written(name, row, write, relation, around);
        newcomers.add(&Cells { value: &value, written: &written, at: 0 }, &table);
    }
    newcomers.refusal(&table)
}

/// ON CONFLICT DO UPDATE would change a row that the statement itself has inserted or changed.
fn twice(write: &Write, table: &Table) -> Option<Refusal> {
    let changes = !write.conflict_sets.is_empty() && !write.conflict_asks;
    let conflict = write.conflict.as_ref().filter(|_| changes)?;
    let mut indexes = table.relation.indexes.iter().filter(|index| index.unique);
    let index = match conflict {
        ConflictTarget::Columns(columns) => indexes.find(|index| {
            let is_named = |key: &EcoString| columns.iter().any(|column| column.name == *key);
            index.keys.len() == columns.len() && index.keys.iter().flatten().all(is_named)
        })?,
        ConflictTarget::Constraint(name) => indexes.find(|index| index.name == name.name)?,
        ConflictTarget::Other | ConflictTarget::Nothing => return None,
    };
    let fits = index.certain && !index.more.doubted && index.is_over_all_rows() && is_immediate(index);
    let key = |row: &Vec<Assigned>| key_text(index, |name| given(name, row, write, table.relation, table.around));
    let mut seen = HashSet::new();
    let again = fits && write.rows.iter().filter_map(key).any(|key| !seen.insert(key));
    let reason =
        "ON CONFLICT DO UPDATE cannot change a row a second time: two of the rows have the same key".to_owned();
    again.then(|| refused(CARDINALITY_VIOLATION, reason))
}

/// What ON CONFLICT asks of each row first: one that it finds is left out, or changes another, and meets no other key.
struct Arbiter {
    /// The column of its key.
    column: EcoString,
    /// The name of its index.
    index: EcoString,
    /// The values that rows have in it.
    taken: HashSet<EcoString>,
    /// A row that may have any value was let in.
    unsure: bool,
}

impl Arbiter {
    /// The key of one column that ON CONFLICT names, where the values of all rows are known.
    fn of(conflict: &ConflictTarget, table: &Table) -> Option<Self> {
        let mut indexes = table.relation.indexes.iter().filter(|index| index.unique);
        let index = match conflict {
            ConflictTarget::Columns(columns) => {
                let [column] = columns.as_slice() else { return None };
                indexes.find(|index| matches!(index.keys.as_slice(), [Some(key)] if *key == column.name))?
            }
            ConflictTarget::Constraint(name) => indexes.find(|index| index.name == name.name)?,
            ConflictTarget::Other | ConflictTarget::Nothing => return None,
        };
        let [Some(column)] = index.keys.as_slice() else { return None };
        let taken = table.all_values(column).filter(|_| index.certain && index.is_over_all_rows())?;
        Some(Self { column: column.clone(), index: index.name.clone(), taken, unsure: false })
    }

    /// Whether a row is inserted for certain.
    fn lets_in(&mut self, value: Option<Literal>) -> bool {
        self.unsure |= value.is_none();
        value.is_some_and(|value| value == Literal::Null || self.taken.insert(eco_format!("{value:?}")) && !self.unsure)
    }
}

/// Checked when the row is inserted.
pub(super) fn is_immediate(index: &Index) -> bool {
    !index.shape.deferrable && !index.shape.exclusion && !index.more.without_overlaps
}

/// The values of a key, where all are known and none is NULL.
pub(super) fn key_text(key: &Index, value: impl Fn(&str) -> Option<Literal>) -> Option<EcoString> {
    let values: Option<Vec<Literal>> = key.keys.iter().map(|name| value(name.as_ref()?)).collect();
    let values = values.filter(|values| !values.is_empty() && !values.contains(&Literal::Null))?;
    Some(eco_format!("{values:?}"))
}

/// What a row of VALUES gives a column, as its type has it.
fn given(name: &str, row: &[Assigned], write: &Write, relation: &Relation, around: &Surroundings) -> Option<Literal> {
    let column = relation.column(name)?;
    let value = written(name, row, write, relation, around)?;
    as_of(told(&value, column)?, column, column.data_type.as_ref()?)
}

/// What is written for a column in a row of VALUES.
fn written(name: &str, row: &[Assigned], write: &Write, relation: &Relation, around: &Surroundings) -> Option<Counted> {
    let at = relation.columns.iter().position(|column| column.name == name)?;
    let column = relation.columns.get(at)?;
    let place = match write.columns.as_slice() {
        [] => Some(at),
        columns => columns.iter().position(|written| written.name == name),
    };
    let by_default = || match (&column.default_literal, column.has_default) {
        (Some(literal), true) => Some(literal.clone()),
        (None, true) => None,
        (_, false) => (!super::has_own_default(column, around)).then_some(Literal::Null),
    };
    let written = place.and_then(|place| row.get(place)).filter(|value| **value != Assigned::Default);
    let by_sequence = match written {
        Some(_) => column.identity && write.overriding == Some(Overriding::User),
        None => column.identity || column.serial,
    };
    match written {
        _ if by_sequence || column.generated_from.is_some() => None,
        None => by_default().map(Counted::Literal),
        Some(value) => Some(value.counted()),
    }
}

/// What a constant is in a column. What a day or a moment is in a text or in a time zone depends on the session.
pub(super) fn constant(value: &Assigned, column: &Column) -> Option<Literal> {
    told(&value.counted(), column)
}

fn told(value: &Counted, column: &Column) -> Option<Literal> {
    counted_value(value, 0).filter(|_| !value.holds_moment() || keeps_moment(column))
}

/// Whether a day or a moment is in a column as it is written.
pub(crate) fn keeps_moment(column: &Column) -> bool {
    let data_type = column.known_type().filter(|data_type| data_type.dimensions == 0);
    data_type.is_some_and(|data_type| matches!(data_type.name.as_str(), "date" | "timestamp without time zone"))
}
