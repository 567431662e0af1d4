//! New rows that are known because those are known that they are made of.
//!
//! Source: measurements (`fixtures/facts/insert-references-*.sql`, `fixtures/facts/update-references-*.sql`).

use std::cell::OnceCell;

use ecow::EcoString;

use crate::ast::{
    Assigned, Comparison, Expr, FromSource, Limit, Limits, Literal, Output, OutputItem, Value, Write, WriteVerb,
};
use crate::engine::catalog::{Batch, Column, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::refusals::meets;
use crate::engine::surroundings::Surroundings;

use super::partitions::{limit, of_row};
use super::{events_of, keys, partitions};

/// The rows that a write adds or changes, found out once.
pub(super) struct NewRows<'w> {
    write: &'w Write,
    target: &'w RelationName,
    rows: OnceCell<Option<Vec<Limits>>>,
}

impl<'w> NewRows<'w> {
    pub(super) fn new(write: &'w Write, target: &'w RelationName) -> Self {
        Self { write, target, rows: OnceCell::new() }
    }

    /// What is known of them, where they are few.
    pub(super) fn get(&self, around: &Surroundings) -> Option<&[Limits]> {
        let written = || partitions::new_rows(self.write, self.target, around);
        let rows = self.rows.get_or_init(|| written().or_else(|| new_rows(self.write, self.target, around)));
        rows.as_deref()
    }
}

/// What is known of the new rows of an INSERT from a query, and of the rows that an UPDATE changes, where they are few.
fn new_rows(write: &Write, target: &RelationName, around: &Surroundings) -> Option<Vec<Limits>> {
    let has_run = around.in_loop || around.calls > 0 || around.stands_for_more;
    let below = around.catalog.descendants(target);
    let fires = |known: &Relation| known.fires_at(events_of(write));
    let is_plain = |name: &RelationName| around.catalog.get(name).is_some_and(|known| !fires(known));
    if has_run || !std::iter::once(target).chain(&below).all(is_plain) {
        return None;
    }
    let relation = around.catalog.get(target).filter(|relation| relation.complete)?;
    match write.verb {
        WriteVerb::Insert if write.conflict_sets.is_empty() => {
            let source = Source::of(write, around)?;
            let rows = source.rows(write, around).or_else(|| source.kinds(write))?;
            Some(rows.iter().map(|row| of_row(row, write, relation)).collect())
        }
        WriteVerb::Update if !write.from_query => {
            let rows = matching(target, write.only, write.filter.as_ref(), around)?;
            Some(rows.iter().map(|row| changed(row, write)).collect())
        }
        WriteVerb::Insert | WriteVerb::Update | WriteVerb::Delete | WriteVerb::Merge | WriteVerb::CopyFrom => None,
    }
}

/// What is known of the rows that INSERT takes from a query.
pub(super) fn queried_rows(write: &Write, target: &RelationName, around: &Surroundings) -> Option<Vec<Limits>> {
    let relation = around.catalog.get(target).filter(|relation| relation.complete)?;
    let inserts = write.verb == WriteVerb::Insert && write.rows.is_empty();
    let rows = inserts.then(|| new_rows(write, target, around)).flatten();
    rows.or_else(|| bounded(write, relation, around).filter(|_| inserts))
}

/// What an UPDATE makes of a row.
fn changed((part, batch, at): &Row, write: &Write) -> Limits {
    let of = |column: &Column| {
        let set = write.columns.iter().position(|set| set.name == column.name);
        match set.map(|set| write.values.get(set)) {
            Some(Some(Assigned::Default)) if !column.has_default && !column.identity => Some(Literal::Null),
            Some(value) => value?.literal().cloned(),
            None => batch.value(&column.name, *at),
        }
    };
    let limits = part.columns.iter().filter_map(|column| Some(limit(&column.name, of(column)?)));
    Limits { all: limits.collect(), ..Limits::default() }
}

/// A row: its table, and where it stands there.
type Row<'c> = (&'c Relation, &'c Batch, i64);

/// More rows count as not known.
const FEW: usize = 5;

/// A query that takes columns of one table.
struct Source<'a> {
    table: RelationName,
    only: bool,
    columns: Vec<&'a EcoString>,
}

impl<'a> Source<'a> {
    fn of(write: &'a Write, around: &Surroundings<'a>) -> Option<Self> {
        let Output::Select { list, from, grouping: None } = write.source.as_deref()? else { return None };
        let ([from], [tables], false) = (from.as_slice(), write.tables.as_slice(), write.limited) else { return None };
        let (FromSource::Relation(name), [table]) = (&from.source, tables.as_slice()) else { return None };
        if table.renames || !from.columns.is_empty() {
            return None;
        }
        let relation = around.relation(name)?;
        let mut columns: Vec<&EcoString> = Vec::new();
        for item in list {
            match item {
                OutputItem::Value { value: Value::Column { column, .. }, .. } => columns.push(column),
                OutputItem::All => columns.extend(relation.columns.iter().map(|column| &column.name)),
                OutputItem::Value { .. } | OutputItem::AllOf(_) => return None,
            }
        }
        Some(Self { table: around.resolve(name), only: table.only, columns })
    }

    /// The rows that it gives.
    fn rows(&self, write: &Write, around: &Surroundings) -> Option<Vec<Vec<Assigned>>> {
        let rows = matching(&self.table, self.only, write.filter.as_ref(), around)?;
        let value = |(_, batch, at): &Row, column: &EcoString| match batch.value(column, *at) {
            Some(literal) => Assigned::Literal(literal),
            None => Assigned::Other,
        };
        Some(rows.iter().map(|row| self.columns.iter().map(|column| value(row, column)).collect()).collect())
    }

    /// The kinds of rows that it gives, where its condition has a few values for a column.
    fn kinds(&self, write: &Write) -> Option<Vec<Vec<Assigned>>> {
        let filter = write.filter.as_ref().filter(|filter| filter.is_told_by_limits())?;
        let is_listed = |limit: &&Limit| limit.comparison == Comparison::OneOf && limit.cast.is_none();
        let mut listed = filter.limits.all.iter().filter(is_listed);
        let limit = listed.find(|limit| limit.values.len() <= FEW && self.columns.contains(&&limit.column))?;
        let value = |column: &EcoString, value: &Literal| match *column == limit.column {
            true => Assigned::Literal(value.clone()),
            false => Assigned::Other,
        };
        let kind = |given: &Literal| self.columns.iter().map(|column| value(column, given)).collect();
        Some(limit.values.iter().map(kind).collect())
    }
}

/// What the condition of the query says of all rows that it gives, where a column is taken as it is. A trigger may change
/// them.
fn bounded(write: &Write, target: &Relation, around: &Surroundings) -> Option<Vec<Limits>> {
    let below = around.catalog.descendants(&target.name);
    let fires = |name: &RelationName| around.catalog.get(name).is_none_or(|known| known.fires_at(events_of(write)));
    let source = Source::of(write, around).filter(|_| write.conflict_sets.is_empty())?;
    let from = around.catalog.get(&source.table).filter(|_| !fires(&target.name) && !below.iter().any(fires))?;
    let limits = &write.filter.as_ref()?.limits.all;
    let taking = |limit: &Limit| {
        let at = source.columns.iter().position(|column| **column == limit.column)?;
        let column = match write.columns.as_slice() {
            [] => target.columns.get(at)?,
            named => target.column(&named.get(at)?.name)?,
        };
        let (own, other) = (from.column(&limit.column)?.known_type()?, column.known_type()?);
        let same = (&own.name, &own.modifiers, own.dimensions) == (&other.name, &other.modifiers, other.dimensions);
        same.then(|| Limit { column: column.name.clone(), ..limit.clone() })
    };
    let all: Vec<Limit> = limits.iter().filter_map(taking).collect();
    (!all.is_empty()).then(|| vec![Limits { all, ..Limits::default() }])
}

/// The rows of a table and of its partitions and children that meet a condition; `None` where not all of them are known, or
/// where they are many.
fn matching<'c>(
    table: &RelationName,
    only: bool,
    filter: Option<&Expr>,
    around: &Surroundings<'c>,
) -> Option<Vec<Row<'c>>> {
    let limits: &[Limit] = match filter {
        None => &[],
        Some(filter) => filter.is_told_by_limits().then_some(&filter.limits.all)?,
    };
    let below = if only { Vec::new() } else { around.catalog.descendants(table) };
    let mut found = Vec::new();
    for name in std::iter::once(table).chain(&below) {
        let part = around.catalog.get(name)?;
        match part.kind {
            _ if part.is_partitioned() => continue,
            RelationKind::Table | RelationKind::Partition => {}
            _ => return None,
        }
        if part.known_rows.is_worn() || !part.complete || !part.has_all_rows_known() && !keys::is_empty(name, around) {
            return None;
        }
        for batch in part.known_rows.batches() {
            if batch.rows().last() != Some(batch.last) {
                return None;
            }
            for at in batch.rows() {
                if meets(part, batch, at, limits)? {
                    found.push((part, batch, at));
                }
                if found.len() > FEW {
                    return None;
                }
            }
        }
    }
    Some(found)
}
