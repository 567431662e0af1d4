//! UPDATE that gives a row which is known a value that its column, a constraint or a key does not take.
//!
//! Claimed only of rows that are certain to be there, with values that are written out or follow from such
//! (`fixtures/facts/update-calculated-*.sql`).

use std::collections::{HashMap, HashSet};

use ecow::{EcoString, eco_format};

use crate::ast::{Counted, DataType, Events, KeyAction, Literal, Statement, StatementKind, Write, WriteVerb};
use crate::engine::catalog::{Batch, Column, Constraint, ConstraintKind, Index};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::existence::is_there;
use super::held::Table;
use super::inserted::is_immediate;
use super::literals::as_of;
use super::rewritten::{Consequence, is_checked, is_made, is_plain, referenced_key};
use super::violated::{CHECK_VIOLATION, UNIQUE_VIOLATION, with_rows};
use super::violated_domains::not_taken;
use super::{NOT_NULL_VIOLATION, refused};

const OUT_OF_RANGE: &str = "22003";
const TOO_LONG: &str = "22001";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let StatementKind::Write(write) = &statement.kind else { return Vec::new() };
    let Some(update) = Update::of(write, around) else { return Vec::new() };
    let refusal = update.rows().find_map(|(batch, at)| update.not_taken(batch, at)).or_else(|| update.collides());
    match refusal {
        Some(refusal) => vec![refusal],
        None => update.lost(),
    }
}

/// An UPDATE of a table whose rows are known.
struct Update<'a> {
    table: Table<'a>,
    write: &'a Write,
    set: Vec<(&'a Column, Counted)>,
}

impl<'a> Update<'a> {
    /// Nothing where other relations, triggers or rules have a say in it.
    fn of(write: &'a Write, around: &'a Surroundings<'a>) -> Option<Self> {
        let alone = !write.from_query && write.reads.is_empty() && write.also_writes.is_empty();
        let whole = write.values.len() == write.columns.len();
        if write.verb != WriteVerb::Update || !alone || !whole {
            return None;
        }
        let relation = with_rows(around.relation(&write.target)).filter(|known| is_plain(known, Events::UPDATE))?;
        if around.may_hide_rows(relation) {
            return None;
        }
        let table = Table { relation, around };
        let set = write.columns.iter().zip(&write.values);
        let set = set.map(|(name, value)| Some((relation.column(&name.name)?, value.counted())));
        let set = set.collect::<Option<Vec<_>>>()?;
        let made = set.iter().any(|(column, _)| is_made(column));
        (!made && table.are_of_server(&write.functions)).then_some(Self { table, write, set })
    }

    /// The rows that are changed for certain.
    fn rows(&self) -> impl Iterator<Item = (&'a Batch, i64)> {
        self.table.rows().filter(|(batch, at)| self.is_changed(batch, *at) == Some(true))
    }

    fn is_changed(&self, batch: &Batch, at: i64) -> Option<bool> {
        self.table.is_met(self.write.filter.as_ref(), batch, at)
    }

    /// The new value of a column.
    fn value(&self, name: &str, batch: &Batch, at: i64) -> Option<Literal> {
        match self.set.iter().find(|(column, _)| column.name == name) {
            None => self.table.value(name, batch, at),
            Some((column, value)) => {
                let value = self.table.calculated(value, batch, at).filter(|_| !value.holds_moment())?;
                as_of(value, column, &self.table.type_of(column)?)
            }
        }
    }

    /// What a new row cannot have.
    fn not_taken(&self, batch: &Batch, at: i64) -> Option<Refusal> {
        let relation = self.table.relation;
        let failing = self.set.iter().find_map(|(column, value)| Some((column, self.table.failure(value, batch, at)?)));
        if let Some((column, sqlstate)) = failing {
            return Some(refused(sqlstate, format!("column {} cannot be calculated for a row", column.name)));
        }
        for (column, value) in self.set.iter().filter(|(_, value)| !value.holds_moment()) {
            let value = self.table.calculated(value, batch, at);
            if let Some(refusal) = value.and_then(|value| unfit(column, &value, &self.table)) {
                return Some(refusal);
            }
        }
        let value = |name: &str| self.value(name, batch, at);
        let violated = self.table.checks().find(|known| self.table.breaks(&known.kind, &value));
        let reason = |check: &Constraint| format!("a row of {} violates the constraint {}", relation.name, check.name);
        violated.map(|check| refused(CHECK_VIOLATION, reason(check)))
    }

    /// Two rows get the same key, or one gets that of another.
    fn collides(&self) -> Option<Refusal> {
        let relation = self.table.relation;
        let is_set = |index: &&Index| {
            index.keys.iter().flatten().any(|name| self.set.iter().any(|(column, _)| column.name == *name))
        };
        let is_key =
            |index: &&Index| index.certain && !index.more.doubted && index.is_over_all_rows() && is_immediate(index);
        let key = relation.indexes.iter().filter(is_key).filter(is_set).find(|index| self.collides_in(index))?;
        let reason = format!("rows of {} get the same key {}", relation.name, key.name);
        Some(refused(UNIQUE_VIOLATION, reason))
    }

    fn collides_in(&self, index: &Index) -> bool {
        let names: Vec<&str> = index.keys.iter().flatten().map(EcoString::as_str).collect();
        let text = |value: &dyn Fn(&str) -> Option<Literal>| {
            let values: Option<Vec<Literal>> = names.iter().map(|name| value(name)).collect();
            values.filter(|values| !values.contains(&Literal::Null)).map(|values| eco_format!("{values:?}"))
        };
        let (mut new, mut kept, mut places) = (Vec::new(), HashSet::new(), HashMap::new());
        for (batch, at) in self.table.rows() {
            let old = text(&|name| self.table.value(name, batch, at));
            match self.is_changed(batch, at) {
                Some(true) => {
                    places.extend(old.map(|old| (old, new.len())));
                    new.push(text(&|name| self.value(name, batch, at)));
                }
                Some(false) => kept.extend(old),
                None => {}
            }
        }
        let mut seen = HashSet::new();
        if new.iter().flatten().any(|key| kept.contains(key) || !seen.insert(key)) {
            return true;
        }
        // Each row gets the key of one that comes behind it: only an order that is turned round would do. With a condition, an
        // index may give another order.
        let taken = new.iter().enumerate().filter_map(|(at, key)| Some((at, *places.get(key.as_ref()?)?)));
        let taken: Vec<(usize, usize)> = taken.filter(|(at, other)| at != other).collect();
        let in_order = self.table.relation.known_rows.stand_in_order();
        let turned = in_order && self.write.filter.is_none();
        turned && taken.len() > 1 && taken.iter().all(|(at, other)| at < other)
    }

    /// A row of another table points to a key that is gone afterwards.
    fn lost(&self) -> Vec<Refusal> {
        let (relation, around) = (self.table.relation, self.table.around);
        let found = around.catalog.referencing(&relation.name).into_iter().find_map(|(other, constraint)| {
            let other = with_rows(Some(other)).filter(|other| other.name != relation.name && is_there(other))?;
            let ConstraintKind::ForeignKey { columns, referenced_columns, on_update, .. } = &constraint.kind else {
                return None;
            };
            let rewrites = |(known, _): (&Constraint, _)| match &known.kind {
                ConstraintKind::ForeignKey { on_update, .. } => known.name != constraint.name && on_update.writes(),
                ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => false,
            };
            let plain = is_plain(other, Events::UPDATE) && !other.foreign_keys().any(rewrites);
            let checked = !constraint.traits.not_valid && is_checked(constraint, relation, around);
            let ([column], true) = (columns.as_slice(), plain && checked) else { return None };
            let consequence = Consequence::of(on_update, columns, other)?;
            let gone = self.gone(referenced_key(referenced_columns, relation)?, on_update)?;
            let pointing = Table { relation: other, around }.tuples(&[column]);
            (!gone.is_disjoint(&pointing)).then(|| consequence.refusals(relation, other))
        });
        found.unwrap_or_default()
    }

    /// The values of a key that no row has any more; for RESTRICT, those that a row has no more.
    fn gone(&self, key: &str, action: &KeyAction) -> Option<HashSet<EcoString>> {
        let text = |value: Literal| eco_format!("{:?}", [value]);
        let (mut gone, mut new) = (HashSet::new(), HashSet::new());
        self.set.iter().find(|(column, _)| column.name == key)?;
        // A row that nobody knows may get a key that another one has lost.
        if *action == KeyAction::NoAction && !self.table.is_whole() {
            return None;
        }
        for (batch, at) in self.table.rows() {
            if self.is_changed(batch, at) == Some(false) {
                continue;
            }
            let value = self.value(key, batch, at)?;
            let old = self.table.value(key, batch, at).filter(|old| *old != value);
            gone.extend(old.filter(|_| self.is_changed(batch, at) == Some(true)).map(text));
            new.insert(text(value));
        }
        if *action == KeyAction::NoAction {
            gone.retain(|key| !new.contains(key));
        }
        Some(gone)
    }
}

/// A value that a column does not take.
pub(super) fn unfit(column: &Column, value: &Literal, table: &Table) -> Option<Refusal> {
    let name = &column.name;
    if *value == Literal::Null {
        let reason = format!("null value in column {name} violates its not-null constraint");
        return column.not_null.then(|| refused(NOT_NULL_VIOLATION, reason));
    }
    let data_type = table.type_of(column)?;
    let refusal = outside(name, value, &data_type);
    refusal.or_else(|| {
        let own = column.data_type.as_ref()?;
        let domain_name = table.around.type_name(own);
        let domain = table.around.catalog.sure_domain(&domain_name).filter(|_| own.dimensions == 0)?;
        let check = not_taken(domain, &as_of(value.clone(), column, &data_type)?, table.around)?;
        let reason = format!("the value for column {name} violates the constraint {} of {domain_name}", check.name);
        Some(refused(CHECK_VIOLATION, reason))
    })
}

/// A number or a text that is too large for the type.
fn outside(name: &str, value: &Literal, data_type: &DataType) -> Option<Refusal> {
    match (value, data_type.name.as_str()) {
        (Literal::Number(text), "smallint" | "integer") if data_type.dimensions == 0 => {
            let number = text.parse::<i64>().ok()?;
            let fits = match data_type.name.as_str() {
                "smallint" => i16::try_from(number).is_ok(),
                _ => i32::try_from(number).is_ok(),
            };
            let reason = || format!("{number} is out of range for column {name} of type {}", data_type.name);
            (!fits).then(|| refused(OUT_OF_RANGE, reason()))
        }
        (Literal::Text(text), "character varying") if data_type.dimensions == 0 => {
            let most = usize::try_from(*data_type.modifiers.first()?).ok()?;
            let reason = || format!("the value is too long for column {name}, which takes {most} characters");
            (text.trim_end_matches(' ').chars().count() > most).then(|| refused(TOO_LONG, reason()))
        }
        _ => None,
    }
}
