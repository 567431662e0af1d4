//! Moments without an offset, in a session whose time zone is known to be UTC: what they are can be told from there on.
//!
//! The server casts the values of a bound when the statement runs. Those of a CHECK that are strings without a cast it reads
//! when the constraint is made.

use crate::ast::{Limits, PartitionBound, PartitionBoundKind, RangeBound};
use crate::engine::catalog::Relation;

use super::values::{Class, in_utc};

/// A bound of a partition of this table with an offset behind each moment.
pub(in crate::engine) fn bound_in_utc(bound: &PartitionBound, parent: &Relation) -> PartitionBound {
    let mut bound = bound.clone();
    let keys = parent.partitioning.as_ref().map(|partitioning| partitioning.keys.as_slice()).unwrap_or_default();
    let is_zoned = |at: usize| keys.get(at).is_some_and(|key| has_zone(parent, key));
    match &mut bound.kind {
        PartitionBoundKind::In(values) if is_zoned(0) => {
            for value in values {
                value.literal =
                    value.literal.as_ref().map(|literal| in_utc(literal).unwrap_or_else(|| literal.clone()));
            }
        }
        PartitionBoundKind::Range { from, to } => {
            for (at, bound) in from.iter_mut().enumerate().chain(to.iter_mut().enumerate()) {
                if let RangeBound::Value(value) = bound
                    && is_zoned(at)
                {
                    value.literal =
                        value.literal.as_ref().map(|literal| in_utc(literal).unwrap_or_else(|| literal.clone()));
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

fn has_zone(table: &Relation, column: &str) -> bool {
    let data_type = table.column(column).and_then(|column| column.known_type());
    data_type.is_some_and(|data_type| Class::of(data_type) == Class::Zoned)
}
