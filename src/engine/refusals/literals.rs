//! Literals as the values of columns, and whether they meet comparisons.

use ecow::EcoString;

use crate::ast::{Comparison, DataType, Limit, Limits, Literal};
use crate::engine::catalog::{Column, Relation};

/// Whether a row makes one of the conjuncts false, or all alternatives of one.
pub(super) fn is_violated(limits: &Limits, relation: &Relation, value: &dyn Fn(&str) -> Option<Literal>) -> bool {
    let one = |limit: &Limit| {
        let data_type = relation.column(&limit.column).and_then(|column| column.data_type.as_ref());
        value(&limit.column).zip(data_type).is_some_and(|(value, data_type)| violates(limit, &value, data_type))
    };
    let any = |limits: &Vec<Limit>| limits.iter().any(one);
    any(&limits.all) || limits.either.iter().any(|alternatives| alternatives.iter().all(any))
}

/// A literal as a column of a type has it, for types whose values are told apart by their text. NULL is NULL in all.
pub(super) fn as_of(literal: Literal, column: &Column, data_type: &DataType) -> Option<Literal> {
    let plain = data_type.dimensions == 0 && column.collation.is_none() && !column.more.doubts.data_type;
    match (literal, data_type.name.as_str()) {
        (Literal::Null, _) => Some(Literal::Null),
        (Literal::Number(text) | Literal::Text(text), "smallint" | "integer" | "bigint") if plain => {
            Some(Literal::Number(text.trim().parse::<i64>().ok()?.to_string().into()))
        }
        (Literal::Number(text), "numeric") if plain => {
            Some(Literal::Number(text.parse::<i64>().ok()?.to_string().into()))
        }
        (Literal::Text(text), "text" | "character varying") if plain => Some(Literal::Text(text)),
        (Literal::Text(text), "character") if plain => Some(Literal::Text(text.trim_end_matches(' ').into())),
        (Literal::Boolean(value), "boolean") if plain => Some(Literal::Boolean(value)),
        _ => None,
    }
}

/// Whether a value makes a comparison false, and not merely unknown.
pub(super) fn violates(limit: &Limit, value: &Literal, data_type: &DataType) -> bool {
    let same_type = |cast: &EcoString| {
        let cast = crate::postgres::types::canonical(cast);
        let texts = ["text", "character varying"];
        cast == data_type.name || texts.contains(&cast) && texts.contains(&data_type.name.as_str())
    };
    if !limit.cast.as_ref().is_none_or(same_type) {
        return false;
    }
    match (limit.comparison, value) {
        (Comparison::NotNull, value) => *value == Literal::Null,
        (Comparison::Null, value) => *value != Literal::Null,
        (_, Literal::Null) => false,
        (Comparison::OneOf, value) => limit.values.iter().all(|other| same(value, other) == Some(false)),
        (Comparison::NoneOf, value) => {
            let known = limit.values.iter().all(|other| same(value, other).is_some());
            known && limit.values.iter().any(|other| same(value, other) == Some(true))
        }
        (Comparison::Less, value) => order(value, limit, |value, bound| value >= bound),
        (Comparison::AtMost, value) => order(value, limit, |value, bound| value > bound),
        (Comparison::Greater, value) => order(value, limit, |value, bound| value <= bound),
        (Comparison::AtLeast, value) => order(value, limit, |value, bound| value < bound),
    }
}

/// Texts have the order of a collation, which is not known here.
fn order(value: &Literal, limit: &Limit, is_violated: fn(i64, i64) -> bool) -> bool {
    match (value, limit.values.as_slice()) {
        (Literal::Number(value), [Literal::Number(bound)]) => match (value.parse(), bound.parse()) {
            (Ok(value), Ok(bound)) => is_violated(value, bound),
            _ => false,
        },
        _ => false,
    }
}

/// Whether two literals of one type are the same; `None` where NULL or something unknown is among them.
fn same(one: &Literal, other: &Literal) -> Option<bool> {
    match (one, other) {
        (Literal::Number(one), Literal::Number(other)) => Some(one.parse::<i64>().ok()? == other.parse::<i64>().ok()?),
        (Literal::Text(one), Literal::Text(other)) => Some(one == other),
        (Literal::Boolean(one), Literal::Boolean(other)) => Some(one == other),
        _ => None,
    }
}
