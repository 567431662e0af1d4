//! Whether the CHECKs of a table prove that its rows belong to a partition, or that none does.
//!
//! Source: measurements (`fixtures/facts/attach-partition-*.sql`). The server's own prover knows more; what is claimed
//! here is a single key column that is NOT NULL and compared with literals.

use std::cmp::Ordering;

use crate::ast::{Comparison, Limit, Literal, PartitionBound, PartitionBoundKind, RangeBound};

use super::catalog::{ConstraintKind, Relation};

/// Every row of the table belongs to the partition.
pub(super) fn implies(table: &Relation, parent: &Relation, bound: &PartitionBound) -> bool {
    let Some(limits) = limits(table, parent) else { return false };
    match &bound.kind {
        PartitionBoundKind::Range { from, to } => match (from.as_slice(), to.as_slice()) {
            ([from], [to]) => {
                let above = |limit: &&Limit| is_at_least(limit, from);
                let below = |limit: &&Limit| is_below(limit, to);
                limits.iter().any(above) && limits.iter().any(below)
                    || matches!((from, to), (RangeBound::MinValue, RangeBound::MaxValue))
            }
            _ => false,
        },
        PartitionBoundKind::In(values) => {
            let listed =
                |value: &Literal| values.iter().any(|listed| listed.literal.as_ref().is_some_and(|l| same(l, value)));
            limits.iter().any(|limit| limit.comparison == Comparison::OneOf && limit.values.iter().all(listed))
        }
        PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => false,
    }
}

/// No row of the table belongs to the partition.
pub(super) fn excludes(table: &Relation, parent: &Relation, bound: &PartitionBound) -> bool {
    let Some(limits) = limits(table, parent) else { return false };
    match &bound.kind {
        PartitionBoundKind::Range { from, to } => match (from.as_slice(), to.as_slice()) {
            ([from], [to]) => limits.iter().any(|limit| is_at_least(limit, to) || is_below(limit, from)),
            _ => false,
        },
        PartitionBoundKind::In(_) | PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => false,
    }
}

/// What validated CHECKs say of the partition key, if it is one column that cannot be NULL.
fn limits<'t>(table: &'t Relation, parent: &Relation) -> Option<Vec<&'t Limit>> {
    let [key] = parent.partition_key.as_slice() else { return None };
    let validated = table.constraints.iter().filter(|constraint| constraint.validated);
    let limits: Vec<&Limit> = validated
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Check { limits, .. } => Some(limits),
            ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => None,
        })
        .flatten()
        .filter(|limit| limit.column == *key)
        .collect();
    let not_null = table.column(key).is_some_and(|column| column.not_null)
        || limits.iter().any(|limit| limit.comparison == Comparison::NotNull);
    not_null.then_some(limits)
}

/// Whether a column with this limit is never below a bound.
fn is_at_least(limit: &Limit, bound: &RangeBound) -> bool {
    let RangeBound::Value(bound) = bound else { return *bound == RangeBound::MinValue };
    let Some(bound) = &bound.literal else { return false };
    let reaches = |value: &Literal| compared(value, bound).is_some_and(Ordering::is_ge);
    match limit.comparison {
        Comparison::AtLeast | Comparison::Greater | Comparison::OneOf => limit.values.iter().all(reaches),
        Comparison::Less | Comparison::AtMost | Comparison::NotNull => false,
    }
}

/// Whether a column with this limit is always below a bound.
fn is_below(limit: &Limit, bound: &RangeBound) -> bool {
    let RangeBound::Value(bound) = bound else { return *bound == RangeBound::MaxValue };
    let Some(bound) = &bound.literal else { return false };
    let compared = |value: &Literal| compared(value, bound);
    match limit.comparison {
        Comparison::Less => limit.values.iter().all(|value| compared(value).is_some_and(Ordering::is_le)),
        Comparison::AtMost | Comparison::OneOf => {
            limit.values.iter().all(|value| compared(value).is_some_and(Ordering::is_lt))
        }
        Comparison::AtLeast | Comparison::Greater | Comparison::NotNull => false,
    }
}

/// Whether two literals are written alike.
fn same(one: &Literal, other: &Literal) -> bool {
    one == other && *one != Literal::Null
}

/// The order of two literals of one type, where their text tells it for sure.
fn compared(one: &Literal, other: &Literal) -> Option<Ordering> {
    match (one, other) {
        _ if same(one, other) => Some(Ordering::Equal),
        (Literal::Number(one), Literal::Number(other)) => whole(one)?.partial_cmp(&whole(other)?),
        (Literal::Text(one), Literal::Text(other)) if is_date(one) && is_date(other) => Some(one.cmp(other)),
        _ => None,
    }
}

fn whole(number: &str) -> Option<i128> {
    number.parse().ok()
}

/// `2025-01-31`, in which order is that of the letters.
fn is_date(text: &str) -> bool {
    let shape = text.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
    shape.eq(*b"0000-00-00")
}
