//! What the rows have that an INSERT or an UPDATE writes, as far as it follows from text and history.

use ecow::EcoString;

use crate::ast::{Assigned, Counted, CountedCast, DataType, Literal, Overriding, Write};
use crate::engine::catalog::{Batch, Column, Relation};
use crate::engine::effect::RelationName;
use crate::engine::refusals::{as_of, is_calculated_with, is_met, keeps_moment, source_of, values_of};
use crate::postgres::builtins;

use super::Replay;

/// Of longer statements not all rows are kept.
pub(super) const LONG: usize = 8 * 1024;

/// The rows, as far as they are written out.
pub(super) fn batches(write: &Write, target: &RelationName, replay: &Replay) -> Option<Vec<Batch>> {
    // A function of the same name may be meant.
    let is_hidden = |name: &EcoString| builtins::volatility(name).is_some() && !replay.around().is_of_server(name);
    let relation = replay.catalog.get(target).filter(|relation| relation.complete)?;
    if write.functions.iter().any(is_hidden) {
        return None;
    }
    let columns = named(write, relation)?;
    let rest = by_default(relation, &columns, replay);
    let row = |values: Vec<Counted>| -> Option<Vec<(EcoString, Counted)>> {
        let missing = columns.iter().skip(values.len()).filter_map(|column| given_by_default(column, replay));
        let given = columns.iter().zip(&values).filter(|(column, _)| takes(column, write));
        let given = given.map(|(column, value)| (column.name.clone(), told_in(column, value)));
        (values.len() <= columns.len()).then(|| given.chain(missing).chain(rest.iter().cloned()).collect())
    };
    match &write.series {
        Some(series) => {
            let columns = row(series.values.clone())?;
            Some(vec![Batch::new(series.first, series.last, columns)])
        }
        None => {
            let each = write.rows.iter().map(|values| {
                let value = |(at, value): (usize, &Assigned)| match value {
                    Assigned::Literal(literal) => Counted::Literal(literal.clone()),
                    Assigned::Within(value) if !value.counts() => Counted::clone(value),
                    Assigned::Default => {
                        let column = columns.get(at).and_then(|column| given_by_default(column, replay));
                        column.map_or(Counted::Unknown, |(_, value)| value)
                    }
                    Assigned::Cast(..) | Assigned::Calculated(_) => value.counted(),
                    Assigned::Column(..) | Assigned::Within(_) | Assigned::Other => Counted::Unknown,
                };
                row(values.iter().enumerate().map(value).collect()).map(Batch::one)
            });
            each.collect()
        }
    }
}

/// The columns that an INSERT gives values, of which there may be fewer where none is named.
fn named<'r>(write: &Write, relation: &'r Relation) -> Option<Vec<&'r Column>> {
    match write.columns.as_slice() {
        [] => Some(relation.columns.iter().collect()),
        named => named.iter().map(|name| relation.column(&name.name)).collect(),
    }
}

/// What the other columns have by default, as far as it is known.
fn by_default(relation: &Relation, given: &[&Column], replay: &Replay) -> Vec<(EcoString, Counted)> {
    let rest = relation.columns.iter().filter(|column| !given.iter().any(|given| given.name == column.name));
    rest.filter_map(|column| given_by_default(column, replay)).collect()
}

/// The rows that an INSERT takes from another table, where all of that one are known, and of each whether it is taken.
pub(super) fn taken(write: &Write, target: &RelationName, replay: &Replay) -> Option<Vec<Batch>> {
    let picked = write.picked.as_deref().filter(|_| write.also_writes.is_empty() && !write.limited)?;
    let around = replay.around();
    let source = source_of(write, &picked.table, &around)?;
    let is_met = |batch: &Batch, at: i64| is_met(source, write.filter.as_ref(), &around, batch, at);
    let values = values_of(picked, source)?;
    let relation = replay.catalog.get(target).filter(|relation| relation.complete)?;
    let mut columns = named(write, relation)?;
    let given = if write.columns.is_empty() { values.len() } else { columns.len() };
    columns.truncate(given);
    let rest = by_default(relation, &columns, replay);
    let met = source.known_rows.without(|batch, at| is_met(batch, at).map(|is_met| !is_met))?;
    let row = |batch: &Batch| {
        let given = columns.iter().zip(&*values).filter(|(column, _)| takes(column, write));
        let given = given.map(|(column, value)| {
            (column.name.clone(), from_row(value.clone(), Some(*column), source, batch.columns()))
        });
        let given = given.filter(|(_, value)| *value != Counted::Unknown);
        Batch::new(batch.first, batch.last, given.chain(rest.iter().cloned()).collect())
    };
    (columns.len() == values.len()).then(|| met.batches().iter().map(row).collect())
}

/// A value as a column has it: what a day or a moment is in a text or in a time zone depends on the session.
fn told_in(column: &Column, value: &Counted) -> Counted {
    if value.holds_moment() && !keeps_moment(column) { Counted::Unknown } else { value.clone() }
}

/// Whether a column has what is written for it: the values of some are made by the server.
fn takes(column: &Column, write: &Write) -> bool {
    let by_sequence = column.identity && write.overriding == Some(Overriding::User);
    column.generated_from.is_none() && !by_sequence
}

/// What a column has where nothing is written for it, if that is a literal or NULL.
pub(super) fn given_by_default(column: &Column, replay: &Replay) -> Option<(EcoString, Counted)> {
    let literal = match (&column.default_literal, column.has_default) {
        (Some(literal), true) => literal.clone(),
        (None, true) => return None,
        (_, false) => Literal::Null,
    };
    let around = replay.around();
    let domain = column.data_type.as_ref().and_then(|data_type| around.catalog.domain(&around.type_name(data_type)));
    let own_default = match domain {
        Some(domain) => domain.default.is_some(),
        None => crate::engine::refusals::has_own_default(column, &around),
    };
    let by_server = column.generated_from.is_some() || column.identity || column.serial;
    let plain = !by_server && (column.has_default || !own_default);
    plain.then(|| (column.name.clone(), Counted::Literal(literal)))
}

/// Parts of a value that is made of other values, and so on.
const MANY_PARTS: usize = 100;

/// A value for a column, with what a row has in the place of its columns.
pub(super) fn from_row(
    mut value: Counted,
    target: Option<&Column>,
    relation: &Relation,
    row: &[(EcoString, Counted)],
) -> Counted {
    // A column of the same type has the same.
    if let Counted::Column(name) = &value
        && let (Some(own), Some(source)) = (target.and_then(Column::known_type), relation.column(name))
        && source.known_type().is_some_and(|data_type| is_same_type(data_type, own))
    {
        let known = row.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        return known.filter(|known| known.size() <= MANY_PARTS).unwrap_or(Counted::Unknown);
    }
    let has = |name: &str| {
        let column = relation.column(name)?;
        let data_type = column.known_type().filter(|own| is_calculated_with(own))?;
        match row.iter().find(|(known, _)| known == name).map(|(_, value)| value)? {
            Counted::Literal(literal) => as_of(literal.clone(), column, data_type).map(Counted::Literal),
            counted => Some(Counted::Cast(CountedCast::to(data_type)?, Box::new(counted.clone()))),
        }
    };
    value.put_in(&|name| has(name).unwrap_or(Counted::Unknown));
    let is_known = value.size() <= MANY_PARTS && value.is_known() && !value.holds_moment();
    match target.and_then(Column::known_type).filter(|own| is_known && is_calculated_with(own)) {
        Some(_) => value,
        None => Counted::Unknown,
    }
}

fn is_same_type(one: &DataType, other: &DataType) -> bool {
    (&one.name, &one.modifiers, one.dimensions) == (&other.name, &other.modifiers, other.dimensions)
}
