//! Rows that EXCLUDE keeps apart, and that conflict.
//!
//! Claimed only of rows that are certain to be there, with values that are written out (`fixtures/facts/excluded-*.sql`).

use std::collections::HashMap;

use ecow::{EcoString, eco_format};

use crate::ast::{AlterTable, Assigned, Counted, ExcludeElement, Expr, Literal, RangeKind, TableConstraintKind, Write};
use crate::engine::catalog::{
    Batch, Column, Excludes, Extent, Index, Kind, Ranged, Relation, counted_value, counted_value_in, range_in,
    range_kind,
};
use crate::engine::named;
use crate::engine::trace::Refusal;

use super::held::{Key, Table, is_calculated_with};
use super::literals::holds;
use super::refused;
use super::violated::{EXCLUSION_VIOLATION, changes};

const DATA_EXCEPTION: &str = "22000";

/// Pairs of rows that are compared.
const MANY_PAIRS: usize = 500_000;

/// What keeps two rows apart: they conflict where all of it is true of them.
pub(super) struct Exclusion<'e> {
    elements: Vec<(Key<'e>, Operator)>,
    wanted: Option<&'e Expr>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Unequal,
    Overlaps,
}

/// What a row has for one element; a row with NULL in one of them conflicts with none.
#[derive(PartialEq)]
enum Part {
    Equal(EcoString),
    Unequal(Literal),
    Overlaps(Extent),
}

/// A row.
pub(super) struct Cells<'c> {
    /// What it has in a column, as the type of that has it.
    pub(super) value: &'c dyn Fn(&str) -> Option<Literal>,
    /// What is written for a column.
    pub(super) written: &'c dyn Fn(&str) -> Option<Counted>,
    /// Where the counter stands.
    pub(super) at: i64,
}

impl Cells<'_> {
    /// What is calculated with.
    fn operand(&self, name: &str, table: &Table) -> Option<Literal> {
        let column = table.relation.column(name)?;
        table.type_of(column).filter(is_calculated_with).and_then(|_| (self.value)(name))
    }

    /// What a range of a type begins or ends with.
    fn bound(&self, name: &str, kind: RangeKind, table: &Table) -> Option<Literal> {
        let of = table.relation.column(name)?.known_type().filter(|of| of.dimensions == 0)?;
        let taken: &[&str] = match kind {
            RangeKind::Integer => &["smallint", "integer"],
            RangeKind::Big => &["smallint", "integer", "bigint"],
            RangeKind::Numeric => &["smallint", "integer", "bigint", "numeric"],
            RangeKind::Day => &["date"],
            RangeKind::Moment => &["date", "timestamp without time zone"],
            RangeKind::Zoned => &["date", "timestamp without time zone", "timestamp with time zone"],
        };
        match of.name.as_str() {
            other if !taken.contains(&other) => None,
            "timestamp with time zone" if of.modifiers.is_empty() => counted_value(&(self.written)(name)?, self.at),
            _ => (self.value)(name),
        }
    }
}

impl<'e> Exclusion<'e> {
    fn of(elements: &'e [ExcludeElement], predicate: Option<&'e Expr>, table: &Table) -> Option<Self> {
        let written = elements.iter().filter_map(|element| element.key.expr.as_deref()).chain(predicate);
        if !written.into_iter().all(|expr| table.are_of_server(&expr.functions)) {
            return None;
        }
        let element = |element: &'e ExcludeElement| {
            let operator = match element.operator.as_str() {
                "=" => Operator::Equal,
                "<>" | "!=" => Operator::Unequal,
                "&&" => Operator::Overlaps,
                _ => return None,
            };
            let plain = element.key.opclass.is_none() && element.key.collation.is_none();
            let key = Key::of(element.key.column.as_ref(), element.key.expr.as_deref()).filter(|_| plain)?;
            Some((key, operator))
        };
        let elements: Vec<_> = elements.iter().map(element).collect::<Option<_>>()?;
        Some(Self { elements, wanted: predicate })
    }

    /// What a row has, where all is known, none of it is NULL, and the constraint is about the row.
    fn parts(&self, cells: &Cells, table: &Table) -> Option<Vec<Part>> {
        let part = |(key, operator): &(Key, Operator)| match operator {
            Operator::Overlaps => match ranged(key, cells, table)? {
                Ranged::Extent(extent) => Some(Part::Overlaps(extent)),
                Ranged::Null | Ranged::Reversed => None,
            },
            Operator::Equal => match scalar(key, cells, table) {
                Some(value) => Some(Part::Equal(eco_format!("{value:?}"))),
                None => match ranged(key, cells, table)? {
                    Ranged::Extent(extent) if is_exact(key, table) => Some(Part::Equal(eco_format!("{extent:?}"))),
                    _ => None,
                },
            },
            Operator::Unequal => scalar(key, cells, table).map(Part::Unequal),
        };
        let is_null = |part: &Part| match part {
            Part::Equal(text) => *text == eco_format!("{:?}", Literal::Null),
            Part::Unequal(value) => *value == Literal::Null,
            Part::Overlaps(extent) => extent.is_empty(),
        };
        let parts: Vec<Part> = self.elements.iter().map(part).collect::<Option<_>>()?;
        (!parts.iter().any(is_null) && self.is_about(cells, table)).then_some(parts)
    }

    fn is_about(&self, cells: &Cells, table: &Table) -> bool {
        let Some(wanted) = self.wanted else { return true };
        let limits = &wanted.limits.all;
        let by_limits = wanted.is_told_by_limits()
            && limits.iter().all(|limit| {
                let data_type = table.relation.column(&limit.column).and_then(|column| column.known_type());
                let value = (cells.value)(&limit.column).zip(data_type);
                value.is_some_and(|(value, data_type)| holds(limit, &value, data_type) == Some(true))
            });
        let operand = |name: &str| cells.operand(name, table);
        let by_value = || {
            let value = wanted.value.as_deref().and_then(|value| counted_value_in(value, cells.at, &operand));
            value == Some(Literal::Boolean(true))
        };
        by_limits || by_value()
    }

    /// A range of a row cannot be made.
    fn is_reversed(&self, cells: &Cells, table: &Table) -> bool {
        let mut keys = self.elements.iter().filter(|(key, _)| matches!(key, Key::Calculated(_)));
        keys.any(|(key, _)| ranged(key, cells, table) == Some(Ranged::Reversed)) && self.is_about(cells, table)
    }

    /// What the rows have that a table holds.
    fn held(&self, table: &Table) -> Vec<Vec<Part>> {
        let rows = table.rows();
        rows.filter_map(|(batch, at)| with_cells(table, batch, at, |cells| self.parts(cells, table))).collect()
    }
}

/// Calls it with a row that a table holds.
fn with_cells<T>(table: &Table, batch: &Batch, at: i64, call: impl FnOnce(&Cells) -> T) -> T {
    let value = |name: &str| table.value(name, batch, at);
    let written = |name: &str| table.written(name, batch).cloned();
    call(&Cells { value: &value, written: &written, at })
}

/// Whether two ranges are the same where what is known of them is.
fn is_exact(key: &Key, table: &Table) -> bool {
    kind_of(key, table).is_some_and(|kind| kind != RangeKind::Zoned)
}

fn kind_of(key: &Key, table: &Table) -> Option<RangeKind> {
    match key {
        Key::Column(name) => {
            let data_type = table.relation.column(name)?.known_type()?;
            RangeKind::of(&data_type.name).filter(|_| data_type.dimensions == 0)
        }
        Key::Calculated(value) => range_kind(value),
    }
}

fn ranged(key: &Key, cells: &Cells, table: &Table) -> Option<Ranged> {
    let kind = kind_of(key, table)?;
    match key {
        Key::Column(name) => range_in(&(cells.written)(name)?, kind, cells.at, &|_| None),
        Key::Calculated(value) => range_in(value, kind, cells.at, &|name| cells.bound(name, kind, table)),
    }
}

fn scalar(key: &Key, cells: &Cells, table: &Table) -> Option<Literal> {
    match key {
        Key::Column(name) => (cells.value)(name),
        Key::Calculated(value) => counted_value_in(value, cells.at, &|name| cells.operand(name, table)),
    }
}

/// Whether two of the rows conflict.
fn conflict<'p>(rows: impl Iterator<Item = &'p Vec<Part>>) -> bool {
    let mut groups: HashMap<Vec<&EcoString>, Vec<(Extent, &Vec<Part>)>> = HashMap::new();
    for row in rows {
        let equal = row.iter().filter_map(|part| if let Part::Equal(text) = part { Some(text) } else { None });
        let range = row.iter().find_map(|part| if let Part::Overlaps(extent) = part { Some(*extent) } else { None });
        let all = Extent { from: i128::MIN, to: i128::MAX };
        groups.entry(equal.collect()).or_default().push((range.unwrap_or(all), row));
    }
    let mut left = MANY_PAIRS;
    groups.into_values().any(|mut group| {
        group.sort_by_key(|(range, _)| range.from);
        group.iter().enumerate().any(|(at, (range, one))| {
            let others = group.iter().skip(at + 1).take_while(|(other, _)| other.from < range.to).take(left);
            let mut seen = 0;
            let found = others.inspect(|_| seen += 1).any(|(_, other)| are_apart(one, other));
            left -= seen;
            found
        })
    })
}

/// Whether all that keeps two rows apart is true of them.
fn are_apart(one: &[Part], other: &[Part]) -> bool {
    one.iter().zip(other).all(|parts| match parts {
        (Part::Equal(one), Part::Equal(other)) => one == other,
        (Part::Unequal(one), Part::Unequal(other)) => one != other,
        (Part::Overlaps(one), Part::Overlaps(other)) => one.overlaps(*other),
        _ => false,
    })
}

/// A new constraint that the rows of the table do not meet.
pub(super) fn added(kind: &TableConstraintKind, alter: &AlterTable, table: &Table) -> Option<Refusal> {
    let TableConstraintKind::Exclude { elements, method, predicate } = kind else { return None };
    let exclusion = Exclusion::of(elements, predicate.as_deref(), table)?;
    let expressions = elements.iter().filter_map(|element| element.key.expr.as_deref()).chain(predicate.as_deref());
    let plain = elements.iter().filter_map(|element| element.key.column.as_ref()).map(|column| &column.name);
    let mut columns = expressions.flat_map(|expr| &expr.columns).chain(plain);
    if columns.any(|column| changes(alter, column)) || !exclusion.is_possible(method.as_deref(), table) {
        return None;
    }
    let is_reversed = |(batch, at)| with_cells(table, batch, at, |cells| exclusion.is_reversed(cells, table));
    if table.rows().any(is_reversed) {
        let reason = format!("a range of a row of {} would end before it begins", table.relation.name);
        return Some(refused(DATA_EXCEPTION, reason));
    }
    let reason = || format!("two rows of {} exclude each other", table.relation.name);
    conflict(exclusion.held(table).iter()).then(|| refused(EXCLUSION_VIOLATION, reason()))
}

impl Exclusion<'_> {
    /// Whether the access method has the operators.
    fn is_possible(&self, method: Option<&str>, table: &Table) -> bool {
        let all = |operator: Operator| self.elements.iter().all(|(_, own)| *own == operator);
        let is_range = |key: &Key| kind_of(key, table).is_some();
        let gist = || {
            let extension = table.around.catalog.past(Kind::Named, &named::extension("btree_gist"));
            extension.is_some_and(|past| past.is_there())
        };
        // It has nothing for booleans before 15, and nothing for types of its own.
        let is_comparable = |key: &Key| match key {
            Key::Column(name) => {
                let data_type = table.relation.column(name).and_then(|column| column.known_type());
                data_type.is_some_and(|of| {
                    of.dimensions == 0
                        && matches!(&*of.name, "character" | "date" | "numeric" | "timestamp without time zone")
                        || is_calculated_with(of) && of.name != "boolean"
                })
            }
            Key::Calculated(_) => false,
        };
        match method.unwrap_or("btree") {
            "btree" => all(Operator::Equal),
            "hash" => all(Operator::Equal) && self.elements.len() == 1,
            "spgist" => all(Operator::Overlaps) && self.elements.len() == 1,
            "gist" => self.elements.iter().all(|(key, operator)| match operator {
                Operator::Overlaps => true,
                Operator::Equal if is_range(key) => true,
                Operator::Equal | Operator::Unequal => is_comparable(key) && gist(),
            }),
            _ => false,
        }
    }
}

/// A range of VALUES ends before it begins: constants are worked out before any row is written.
pub(super) fn reversed(write: &Write, relation: &Relation) -> Option<Refusal> {
    let columns: Vec<&Column> = match write.columns.as_slice() {
        [] => relation.columns.iter().collect(),
        named => named.iter().map(|name| relation.column(&name.name)).collect::<Option<_>>()?,
    };
    let is_reversed = |(column, value): &(&&Column, &Assigned)| {
        let data_type = column.known_type().filter(|data_type| data_type.dimensions == 0);
        let kind = data_type.and_then(|data_type| RangeKind::of(&data_type.name));
        kind.and_then(|kind| range_in(&value.counted(), kind, 0, &|_| None)) == Some(Ranged::Reversed)
    };
    let (column, _) = write.rows.iter().flat_map(|row| columns.iter().zip(row)).find(is_reversed)?;
    let reason = format!("a range for column {} would end before it begins", column.name);
    Some(refused(DATA_EXCEPTION, reason))
}

/// New rows that are kept apart from each other, or from those that are there. ON CONFLICT may leave them out.
pub(super) struct Newcomers<'e> {
    known: Vec<(&'e EcoString, Exclusion<'e>, Vec<Vec<Part>>)>,
    /// A range of a row cannot be made: those behind it are not reached.
    reversed: bool,
}

impl<'e> Newcomers<'e> {
    pub(super) fn of(table: &Table<'e>, write: &Write) -> Self {
        let applies =
            |index: &&Index| index.shape.exclusion && index.certain && !index.more.doubted && !index.shape.deferrable;
        let indexes = table.relation.indexes.iter().filter(|_| write.conflict.is_none()).filter(applies);
        let known = indexes.filter_map(|index| {
            let Excludes { elements, predicate } = index.more.excludes.as_deref()?;
            Some((&index.name, Exclusion::of(elements, predicate.as_ref(), table)?, Vec::new()))
        });
        Self { known: known.collect(), reversed: false }
    }

    pub(super) fn add(&mut self, cells: &Cells, table: &Table) {
        self.reversed |= self.known.iter().any(|(_, exclusion, _)| exclusion.is_reversed(cells, table));
        for (_, exclusion, rows) in self.known.iter_mut().filter(|_| !self.reversed) {
            rows.extend(exclusion.parts(cells, table));
        }
    }

    pub(super) fn refusal(&self, table: &Table) -> Option<Refusal> {
        let held = |exclusion: &Exclusion| match super::violated::with_rows(Some(table.relation)) {
            Some(_) => exclusion.held(table),
            None => Vec::new(),
        };
        let excluded = self.known.iter().filter(|(.., rows)| !rows.is_empty()).find(|(_, exclusion, rows)| {
            let held = held(exclusion);
            !conflict(held.iter()) && conflict(held.iter().chain(rows))
        });
        match excluded {
            Some((name, ..)) => {
                let reason = format!("a new row of {} is excluded by another one, says {name}", table.relation.name);
                Some(refused(EXCLUSION_VIOLATION, reason))
            }
            None if self.reversed => {
                let reason = format!("a range of a new row of {} would end before it begins", table.relation.name);
                Some(refused(DATA_EXCEPTION, reason))
            }
            None => None,
        }
    }
}
