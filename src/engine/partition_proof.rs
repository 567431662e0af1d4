//! Whether the CHECKs of a table prove that its rows belong to a partition, or that none does.
//!
//! Source: measurements (`fixtures/facts/attach-partition-*.sql`). The server's own prover knows more; what is claimed
//! here are key columns that are compared with literals. CHECKs with OR, keys that are expressions and the CHECKs of HASH
//! partitions are taken for no proof.

use std::cmp::Ordering;

use crate::ast::{Comparison, Expr, Limit, Literal, PartitionBound, PartitionBoundKind, RangeBound};

use super::catalog::{ConstraintKind, Relation};

/// Every row of the table belongs to the partition.
pub(super) fn implies(table: &Relation, parent: &Relation, bound: &PartitionBound) -> bool {
    let Some(keys) = keys(table, parent) else { return false };
    match &bound.kind {
        PartitionBoundKind::Range { from, to } if from.len() == keys.len() && to.len() == keys.len() => {
            let Some(shared) = shared(&keys, from, to) else { return false };
            keys.iter().all(|key| key.not_null)
                && is_from(&keys[shared..], &from[shared..])
                && is_before(&keys[shared..], &to[shared..])
        }
        PartitionBoundKind::In(values) => match keys.as_slice() {
            [key] => is_listed(key, values),
            _ => false,
        },
        PartitionBoundKind::Range { .. } | PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => false,
    }
}

/// No row of the table belongs to the partition.
pub(super) fn excludes(table: &Relation, parent: &Relation, bound: &PartitionBound) -> bool {
    let Some(keys) = keys(table, parent) else { return false };
    match &bound.kind {
        PartitionBoundKind::Range { from, to } if from.len() == keys.len() && to.len() == keys.len() => {
            // NULL belongs to no range, which was measured for one key.
            let nulls_known = keys.len() == 1 || keys.iter().all(|key| key.not_null);
            nulls_known && (is_from(&keys, to) || is_before(&keys, from))
        }
        PartitionBoundKind::In(values) => match keys.as_slice() {
            [key] => is_never_listed(key, values),
            _ => false,
        },
        PartitionBoundKind::Range { .. } | PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => false,
    }
}

/// What is known of a column of the partition key in the rows of a table.
struct Key<'t> {
    /// What validated CHECKs say of it.
    limits: Vec<&'t Limit>,
    not_null: bool,
    /// Values of its type are equal only if they are written alike.
    is_text: bool,
}

impl Key<'_> {
    fn any(&self, says: impl Fn(&Limit) -> bool) -> bool {
        self.limits.iter().any(|limit| says(limit))
    }
}

/// The columns of the partition key, if it has nothing but columns: a bound has as many values as the key has parts.
fn keys<'t>(table: &'t Relation, parent: &Relation) -> Option<Vec<Key<'t>>> {
    let validated = table.constraints.iter().filter(|constraint| constraint.validated);
    let limits: Vec<&Limit> = validated
        .filter_map(|constraint| match &constraint.kind {
            ConstraintKind::Check { limits, .. } => Some(limits),
            ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => None,
        })
        .flatten()
        .collect();
    let key = |name: &String| {
        let limits: Vec<&Limit> = limits.iter().copied().filter(|limit| limit.column == *name).collect();
        let column = table.column(name);
        let data_type = column.filter(|column| column.collation.is_none()).and_then(|column| column.data_type.as_ref());
        let is_text = |name: &str| matches!(name, "text" | "character varying");
        Key {
            not_null: column.is_some_and(|column| column.not_null)
                || limits.iter().any(|limit| limit.comparison == Comparison::NotNull),
            is_text: data_type.is_some_and(|of| of.dimensions == 0 && is_text(&of.name)),
            limits,
        }
    };
    let keys: Vec<Key> = parent.partition_key.iter().map(key).collect();
    (!keys.is_empty()).then_some(keys)
}

/// How many values the two bounds share at their start: there the server wants to see the column equal to the value.
/// Nothing if it is not.
fn shared(keys: &[Key], from: &[RangeBound], to: &[RangeBound]) -> Option<usize> {
    let pairs = from.iter().zip(to).take(keys.len() - 1);
    let alike = pairs.map_while(|(from, to)| value(from).filter(|from| value(to).is_some_and(|to| same(from, to))));
    let alike: Vec<&Literal> = alike.collect();
    let equal = alike.iter().zip(keys).all(|(value, key)| key.any(|limit| is_equal(limit, value)));
    equal.then_some(alike.len())
}

fn value(bound: &RangeBound) -> Option<&Literal> {
    match bound {
        RangeBound::Value(value) => value.literal.as_ref(),
        RangeBound::MinValue | RangeBound::MaxValue => None,
    }
}

/// Whether rows are never below a bound: at its first value, the next one decides.
fn is_from(keys: &[Key], bound: &[RangeBound]) -> bool {
    let ([key, keys @ ..], [first, rest @ ..]) = (keys, bound) else { return false };
    let Some(first) = value(first) else { return *first == RangeBound::MinValue };
    let at = match rest.first() {
        None | Some(RangeBound::MinValue) => key.any(|limit| is_at_least(limit, first)),
        Some(RangeBound::MaxValue) => false,
        Some(RangeBound::Value(_)) => key.any(|limit| is_equal(limit, first)) && is_from(keys, rest),
    };
    at || key.any(|limit| is_above(limit, first))
}

/// Whether rows are always below a bound.
fn is_before(keys: &[Key], bound: &[RangeBound]) -> bool {
    let ([key, keys @ ..], [first, rest @ ..]) = (keys, bound) else { return false };
    let Some(first) = value(first) else { return *first == RangeBound::MaxValue };
    let at = match rest.first() {
        None | Some(RangeBound::MinValue) => false,
        Some(RangeBound::MaxValue) => key.any(|limit| is_at_most(limit, first)),
        Some(RangeBound::Value(_)) => key.any(|limit| is_equal(limit, first)) && is_before(keys, rest),
    };
    at || key.any(|limit| is_below(limit, first))
}

/// Longer lists are not taken apart by the server: `MAX_SAOP_ARRAY_SIZE`.
const LONGEST_LIST: usize = 100;

/// Whether a column has only values of a list. NULL has to be excluded unless it is one of them.
fn is_listed(key: &Key, values: &[Expr]) -> bool {
    let null_too = values.iter().any(|value| value.null);
    let listed = |value: &Literal| values.iter().any(|listed| listed.literal.as_ref().is_some_and(|l| same(l, value)));
    let short = |limit: &Limit| limit.values.len().max(values.len()) <= LONGEST_LIST;
    let says = |limit: &Limit| limit.comparison == Comparison::OneOf && short(limit) && limit.values.iter().all(listed);
    (key.not_null || null_too) && key.any(says)
}

/// Whether a column has none of the values of a list.
fn is_never_listed(key: &Key, values: &[Expr]) -> bool {
    let listed: Option<Vec<&Literal>> = values.iter().map(|value| value.literal.as_ref()).collect();
    let Some(listed) = listed else { return false };
    let other = |value: &Literal| listed.iter().all(|listed| differ(value, listed, key.is_text));
    let short = |limit: &Limit| limit.values.len().max(values.len()) <= LONGEST_LIST;
    key.any(|limit| limit.comparison == Comparison::OneOf && short(limit) && limit.values.iter().all(other))
}

/// Whether a column with this limit has one value.
fn is_equal(limit: &Limit, bound: &Literal) -> bool {
    limit.comparison == Comparison::OneOf && limit.values.iter().all(|value| same(value, bound))
}

/// Whether a column with this limit is never below a value.
fn is_at_least(limit: &Limit, bound: &Literal) -> bool {
    let reaches = |value: &Literal| compared(value, bound).is_some_and(Ordering::is_ge);
    match limit.comparison {
        Comparison::AtLeast | Comparison::Greater | Comparison::OneOf => limit.values.iter().all(reaches),
        Comparison::Less | Comparison::AtMost | Comparison::NotNull => false,
    }
}

/// Whether a column with this limit is always above a value.
fn is_above(limit: &Limit, bound: &Literal) -> bool {
    let compared = |value: &Literal| compared(value, bound);
    match limit.comparison {
        Comparison::Greater => limit.values.iter().all(|value| compared(value).is_some_and(Ordering::is_ge)),
        Comparison::AtLeast | Comparison::OneOf => {
            limit.values.iter().all(|value| compared(value).is_some_and(Ordering::is_gt))
        }
        Comparison::Less | Comparison::AtMost | Comparison::NotNull => false,
    }
}

/// Whether a column with this limit is never above a value.
fn is_at_most(limit: &Limit, bound: &Literal) -> bool {
    let reaches = |value: &Literal| compared(value, bound).is_some_and(Ordering::is_le);
    match limit.comparison {
        Comparison::AtMost | Comparison::Less | Comparison::OneOf => limit.values.iter().all(reaches),
        Comparison::Greater | Comparison::AtLeast | Comparison::NotNull => false,
    }
}

/// Whether a column with this limit is always below a value.
fn is_below(limit: &Limit, bound: &Literal) -> bool {
    let compared = |value: &Literal| compared(value, bound);
    match limit.comparison {
        Comparison::Less => limit.values.iter().all(|value| compared(value).is_some_and(Ordering::is_le)),
        Comparison::AtMost | Comparison::OneOf => {
            limit.values.iter().all(|value| compared(value).is_some_and(Ordering::is_lt))
        }
        Comparison::AtLeast | Comparison::Greater | Comparison::NotNull => false,
    }
}

/// Whether two literals of one type are different values for sure.
fn differ(one: &Literal, other: &Literal, is_text: bool) -> bool {
    match (one, other) {
        (Literal::Text(one), Literal::Text(other)) if is_text => one != other,
        _ => compared(one, other).is_some_and(Ordering::is_ne),
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
