//! Literals as the values of columns, and whether they meet comparisons.

use std::cmp::Ordering;

use ecow::{EcoString, eco_format};

use crate::ast::{Comparison, DataType, Limit, Limits, Literal};
use crate::engine::calendar;
use crate::engine::catalog::{Batch, Column, Relation};
use crate::engine::decimals::{ONE, PLACES, decimal};

/// Whether a row makes one of the conjuncts false, or all alternatives of one.
pub(super) fn is_violated(limits: &Limits, relation: &Relation, value: &dyn Fn(&str) -> Option<Literal>) -> bool {
    let one = |limit: &Limit| {
        let data_type = relation.column(&limit.column).and_then(|column| column.data_type.as_ref());
        value(&limit.column).zip(data_type).is_some_and(|(value, data_type)| violates(limit, &value, data_type))
    };
    let any = |limits: &Vec<Limit>| limits.iter().any(one);
    let pair = |(one, comparison, other): &(EcoString, Comparison, EcoString)| {
        let data_type = |name: &str| relation.column(name).and_then(|column| column.data_type.as_ref());
        let types = data_type(one).filter(|of_one| data_type(other).is_some_and(|other| other.name == of_one.name));
        let values = value(one).zip(value(other));
        types.zip(values).is_some_and(|(of, (one, other))| pair_violates(*comparison, &one, &other, of))
    };
    any(&limits.all)
        || limits.pairs.iter().any(pair)
        || limits.either.iter().any(|alternatives| alternatives.iter().all(any))
}

/// A literal as a column of a type has it, for types whose values are told apart by their text. NULL is NULL in all.
pub(crate) fn as_of(literal: Literal, column: &Column, data_type: &DataType) -> Option<Literal> {
    let plain = data_type.dimensions == 0 && column.collation.is_none() && !column.more.doubts.data_type;
    match (literal, data_type.name.as_str()) {
        (Literal::Null, _) => Some(Literal::Null),
        (Literal::Number(text) | Literal::Text(text), "smallint" | "integer" | "bigint") if plain => {
            Some(Literal::Number(text.trim().parse::<i64>().ok()?.to_string().into()))
        }
        // A negative scale rounds whole numbers.
        (Literal::Number(text) | Literal::Text(text), "numeric")
            if plain && data_type.modifiers.get(1).is_none_or(|scale| *scale >= 0) =>
        {
            rounded(&text, data_type)
        }
        (Literal::Text(text), "text" | "character varying") if plain => data_type.kept(text).map(Literal::Text),
        (Literal::Text(text), "character") if plain => Some(Literal::Text(text.trim_end_matches(' ').into())),
        (Literal::Boolean(value), "boolean") if plain => Some(Literal::Boolean(value)),
        (Literal::Text(text), _) if plain && is_moment(data_type) => moment(&text, data_type).map(Literal::Text),
        _ => None,
    }
}

/// A number as a `numeric` has it, where nothing of it is rounded away: without zeros at its ends.
fn rounded(text: &str, data_type: &DataType) -> Option<Literal> {
    let number = decimal(text)?;
    let places = match data_type.modifiers.as_slice() {
        [] => PLACES,
        [_, scale] => u32::try_from(*scale).ok()?.min(PLACES),
        _ => 0,
    };
    if number % 10_i128.pow(PLACES - places) != 0 {
        return None;
    }
    let (whole, part) = (number.abs() / ONE, number.abs() % ONE);
    let sign = if number < 0 { "-" } else { "" };
    let part = eco_format!(".{part:09}");
    Some(Literal::Number(eco_format!("{sign}{whole}{}", part.trim_end_matches('0').trim_end_matches('.'))))
}

/// Whether a row meets all of these; `None` where that is not known.
pub(crate) fn meets(table: &Relation, batch: &Batch, at: i64, limits: &[Limit]) -> Option<bool> {
    let holds = |limit: &Limit| {
        let column = table.column(&limit.column)?;
        let data_type = column.known_type()?;
        holds(limit, &as_of(batch.value(&limit.column, at)?, column, data_type)?, data_type)
    };
    all(limits.iter().map(holds))
}

/// Whether all of them hold; `None` where that is not known.
pub(super) fn all(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let each: Vec<Option<bool>> = each.collect();
    match each.contains(&Some(false)) {
        true => Some(false),
        false => each.iter().all(|holds| *holds == Some(true)).then_some(true),
    }
}

/// Whether a value makes a comparison false, and not merely unknown.
pub(super) fn violates(limit: &Limit, value: &Literal, data_type: &DataType) -> bool {
    let is_null = *value == Literal::Null;
    let compares = !matches!(limit.comparison, Comparison::Null | Comparison::NotNull);
    !(compares && is_null) && holds(limit, value, data_type) == Some(false)
}

/// Whether a comparison is true of a value, and neither false nor unknown; `None` where that is not known.
pub(crate) fn holds(limit: &Limit, value: &Literal, data_type: &DataType) -> Option<bool> {
    let same_type = |cast: &EcoString| {
        let cast = crate::postgres::types::canonical(cast);
        let texts = ["text", "character varying"];
        cast == data_type.name || texts.contains(&cast) && texts.contains(&data_type.name.as_str())
    };
    if !limit.cast.as_ref().is_none_or(same_type) {
        return None;
    }
    let others = || limit.values.iter().map(|other| comparable(other, data_type));
    let order = || match limit.values.as_slice() {
        [bound] => ordered(value, &comparable(bound, data_type)?, data_type),
        _ => None,
    };
    match (limit.comparison, value) {
        (Comparison::NotNull, value) => Some(*value != Literal::Null),
        (Comparison::Null, value) => Some(*value == Literal::Null),
        (_, Literal::Null) => Some(false),
        (Comparison::OneOf, value) => {
            let same: Vec<Option<bool>> = others().map(|other| same(value, &other?)).collect();
            match same.contains(&Some(true)) {
                true => Some(true),
                false => same.iter().all(|same| *same == Some(false)).then_some(false),
            }
        }
        (Comparison::NoneOf, value) => {
            let same: Option<Vec<bool>> = others().map(|other| same(value, &other?)).collect();
            same.map(|same| !same.contains(&true))
        }
        (Comparison::Less, _) => order().map(Ordering::is_lt),
        (Comparison::AtMost, _) => order().map(Ordering::is_le),
        (Comparison::Greater, _) => order().map(Ordering::is_gt),
        (Comparison::AtLeast, _) => order().map(Ordering::is_ge),
    }
}

/// Whether two columns of one type make a comparison false.
fn pair_violates(comparison: Comparison, one: &Literal, other: &Literal, data_type: &DataType) -> bool {
    let order = ordered(one, other, data_type);
    let holds = match comparison {
        Comparison::OneOf => same(one, other),
        Comparison::NoneOf => same(one, other).map(|same| !same),
        Comparison::Less => order.map(Ordering::is_lt),
        Comparison::AtMost => order.map(Ordering::is_le),
        Comparison::Greater => order.map(Ordering::is_gt),
        Comparison::AtLeast => order.map(Ordering::is_ge),
        Comparison::Null | Comparison::NotNull => None,
    };
    holds == Some(false)
}

fn is_moment(data_type: &DataType) -> bool {
    matches!(data_type.name.as_str(), "date" | "timestamp without time zone") && data_type.dimensions == 0
}

/// A literal in the form that [`as_of`] gives those of the type.
fn comparable(literal: &Literal, data_type: &DataType) -> Option<Literal> {
    match literal {
        Literal::Text(text) if is_moment(data_type) => moment(text, data_type).map(Literal::Text),
        Literal::Text(text) if data_type.name == "character" => Some(Literal::Text(text.trim_end_matches(' ').into())),
        literal => Some(literal.clone()),
    }
}

/// A day, or a moment without a time zone, in the one form in which the server prints it.
fn moment(text: &str, data_type: &DataType) -> Option<EcoString> {
    match data_type.name.as_str() {
        "date" => calendar::moment(text).and_then(|moment| calendar::days_later(moment.get(..10)?, 0)),
        _ => calendar::seconds_later(text, 0).filter(|_| data_type.modifiers.is_empty()),
    }
}

/// Texts have the order of a collation, which is not known here.
fn ordered(value: &Literal, bound: &Literal, data_type: &DataType) -> Option<Ordering> {
    match (value, bound) {
        (Literal::Number(value), Literal::Number(bound)) => Some(decimal(value)?.cmp(&decimal(bound)?)),
        (Literal::Text(value), Literal::Text(bound)) if is_moment(data_type) => Some(value.cmp(bound)),
        _ => None,
    }
}

/// Whether two literals of one type are the same; `None` where NULL or something unknown is among them.
fn same(one: &Literal, other: &Literal) -> Option<bool> {
    match (one, other) {
        (Literal::Number(one), Literal::Number(other)) => Some(decimal(one)? == decimal(other)?),
        (Literal::Text(one), Literal::Text(other)) => Some(one == other),
        (Literal::Boolean(one), Literal::Boolean(other)) => Some(one == other),
        _ => None,
    }
}
