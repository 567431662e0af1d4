//! Moments without an offset, in a session whose time zone is known to be UTC: what they are can be told from there on.
//!
//! The server casts the values of a bound when the statement runs. Those of a CHECK that are strings without a cast it reads
//! when the constraint is made.

use crate::ast::{Comparison, Expr, Limit, Limits, Literal, PartitionBound, PartitionBoundKind, RangeBound};
use crate::engine::calendar::{is_moment, seconds_later};
use crate::engine::catalog::Relation;
use crate::postgres::types;

use super::values::{Class, in_utc, universal};

/// A bound of a partition of this table with an offset behind each moment.
pub(in crate::engine) fn bound_in_utc(bound: &PartitionBound, parent: &Relation) -> PartitionBound {
    with_moments(bound, parent, |literal| Some(in_utc(literal).unwrap_or_else(|| literal.clone())))
}

/// A bound as it is known once the session has another time zone: no more of what has no offset.
pub(in crate::engine) fn bound_in_any_zone(bound: &PartitionBound, parent: &Relation) -> PartitionBound {
    let is_universal = |literal: &Literal| matches!(literal, Literal::Text(text) if universal(text).is_some());
    with_moments(bound, parent, |literal| Some(literal.clone()).filter(is_universal))
}

/// A bound with other values where the key is a moment in a time zone.
fn with_moments(
    bound: &PartitionBound,
    parent: &Relation,
    change: impl Fn(&Literal) -> Option<Literal>,
) -> PartitionBound {
    let mut bound = bound.clone();
    let keys = parent.partitioning.as_ref().map(|partitioning| partitioning.keys.as_slice()).unwrap_or_default();
    let is_zoned = |at: usize| keys.get(at).is_some_and(|key| has_zone(parent, key));
    let set = |value: &mut Expr| value.literal = value.literal.as_ref().and_then(&change);
    match &mut bound.kind {
        PartitionBoundKind::In(values) if is_zoned(0) => values.iter_mut().for_each(set),
        PartitionBoundKind::Range { from, to } => {
            for (at, bound) in from.iter_mut().enumerate().chain(to.iter_mut().enumerate()) {
                if let RangeBound::Value(value) = bound
                    && is_zoned(at)
                {
                    set(value);
                }
            }
        }
        PartitionBoundKind::In(_) | PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => {}
    }
    bound
}

/// What a CHECK of a table says, with an offset behind each moment.
pub(in crate::engine) fn limits_in_utc(limits: &mut Limits, table: &Relation) {
    let either = limits.either.iter_mut().flatten().flatten();
    for limit in limits.all.iter_mut().chain(either).filter(|limit| has_zone(table, &limit.column)) {
        for value in &mut limit.values {
            if let Some(zoned) = in_utc(value) {
                *value = zoned;
            }
        }
    }
}

/// What a condition says once the time zone of the session is asked for, which the planner does not do; nothing where it says
/// no more. It is taken for the one in which the bounds were written, where these have no offset either.
pub(super) fn limits_at_run_time(limits: &Limits, table: &Relation) -> Option<Limits> {
    let late = |limit: &Limit| {
        let cast = limit.cast.as_deref().map(types::canonical)?;
        let column = table.column(&limit.column)?.known_type().filter(|of| of.dimensions == 0)?.name.as_str();
        let moments = zone_matters(column) && zone_matters(cast);
        (moments && (column == ZONED) != (cast == ZONED)).then(|| in_zone_of_session(limit, column == ZONED)).flatten()
    };
    let late: Vec<Limit> = limits.all.iter().filter_map(late).collect();
    let all = || limits.all.iter().chain(&late).cloned().collect();
    (!late.is_empty()).then(|| Limits { all: all(), ..limits.clone() })
}

const ZONED: &str = "timestamp with time zone";

/// No time zone is so far from UTC.
const FARTHEST: i64 = 24 * 60 * 60;

/// A comparison with moments as one with values of the type of the column, as a session of any time zone sees them.
fn in_zone_of_session(limit: &Limit, zoned: bool) -> Option<Limit> {
    let sides = match limit.comparison {
        Comparison::AtLeast | Comparison::Greater => Some(-FARTHEST),
        Comparison::AtMost | Comparison::Less => Some(FARTHEST),
        Comparison::OneOf => None,
        Comparison::NoneOf | Comparison::Null | Comparison::NotNull => return None,
    };
    let value = |value: &Literal| match value {
        Literal::Text(text) if is_moment(text) && !text.ends_with('Z') => Some(value.clone()),
        Literal::Text(text) if !zoned => {
            let moment = universal(text)?;
            seconds_later(moment.trim_end_matches('Z'), sides?).map(Literal::Text)
        }
        _ => None,
    };
    let values = limit.values.iter().map(value).collect::<Option<_>>()?;
    let own_type = if zoned { ZONED } else { "timestamp without time zone" };
    Some(Limit { values, cast: Some(own_type.into()), ..limit.clone() })
}

fn zone_matters(name: &str) -> bool {
    matches!(name, "date" | "timestamp without time zone" | ZONED)
}

fn has_zone(table: &Relation, column: &str) -> bool {
    let data_type = table.column(column).and_then(|column| column.known_type());
    data_type.is_some_and(|data_type| Class::of(data_type) == Class::Zoned)
}
