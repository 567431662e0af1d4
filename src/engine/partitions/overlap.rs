//! Bounds that the server refuses: by themselves, or beside those of the other partitions.
//!
//! Source: `check_new_partition_bound()` of PostgreSQL's partitioning/partbounds.c and measurements
//! (`fixtures/facts/create-table-partition-of-*.sql`). Values are compared as far as their text tells.

use std::cmp::Ordering;

use crate::ast::{Expr, Integer, PartitionBoundKind, RangeBound};

use super::values::compared;

/// Why a bound cannot be, whatever other partitions there are, with its SQLSTATE.
pub(in crate::engine) fn mistake(
    bound: &PartitionBoundKind,
    strategy: &str,
    keys: usize,
) -> Option<(&'static str, String)> {
    let definition = |reason: &str| Some(("42P16", reason.to_owned()));
    match (bound, strategy) {
        (PartitionBoundKind::Default, "hash") => {
            definition("a hash-partitioned table may not have a default partition")
        }
        (PartitionBoundKind::Default, _) | (PartitionBoundKind::In(_), "list") => None,
        (PartitionBoundKind::Hash { modulus, remainder }, "hash") => {
            let (Integer::Known(modulus), Integer::Known(remainder)) = (modulus, remainder) else { return None };
            let reason = "the remainder of a hash partition must be less than its modulus";
            if remainder >= modulus { definition(reason) } else { None }
        }
        (PartitionBoundKind::Range { from, to }, "range") => {
            let is_null = |bound: &RangeBound| matches!(bound, RangeBound::Value(value) if value.null);
            let invalid = |reason: &str| Some(("42P17", reason.to_owned()));
            match () {
                () if from.len() != keys || to.len() != keys => {
                    definition("a bound must specify exactly one value per partitioning column")
                }
                () if from.iter().chain(to).any(is_null) => invalid("cannot specify NULL in range bound"),
                () if order(from, to).is_some_and(Ordering::is_ge) => {
                    invalid("the range of the partition is empty: it ends before it begins")
                }
                () => None,
            }
        }
        (bound, strategy) => {
            let is = match bound {
                PartitionBoundKind::In(_) => "list",
                PartitionBoundKind::Range { .. } => "range",
                PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => "hash",
            };
            definition(&format!("a {is} bound is invalid for a table partitioned by {strategy}"))
        }
    }
}

/// Why two partitions of one table cannot be, if it is known.
pub(in crate::engine) fn conflict(one: &PartitionBoundKind, other: &PartitionBoundKind) -> Option<&'static str> {
    use PartitionBoundKind as K;
    let overlaps = match (one, other) {
        (K::Default, K::Default) => return Some("is the default partition already"),
        (K::In(one), K::In(other)) => one.iter().any(|value| other.iter().any(|listed| is_same(value, listed))),
        (K::Range { from, to }, K::Range { from: other_from, to: other_to }) => {
            let below = |from: &[RangeBound], to: &[RangeBound]| order(from, to).is_some_and(Ordering::is_lt);
            below(from, other_to) && below(other_from, to)
        }
        (
            K::Hash { modulus: Integer::Known(one), remainder: Integer::Known(first) },
            K::Hash { modulus: Integer::Known(other), remainder: Integer::Known(second) },
        ) if *one > 0 && *other > 0 => {
            let (small, large) = (*one.min(other), *one.max(other));
            if large % small != 0 {
                return Some("has a modulus that is no factor or multiple of this one");
            }
            first % small == second % small
        }
        _ => false,
    };
    overlaps.then_some("overlaps it")
}

fn is_same(one: &Expr, other: &Expr) -> bool {
    let values = one.literal.as_ref().zip(other.literal.as_ref());
    one.null && other.null || values.is_some_and(|(one, other)| compared(one, other).is_some_and(Ordering::is_eq))
}

/// The order of two bounds. Behind MINVALUE and MAXVALUE, nothing counts.
fn order(one: &[RangeBound], other: &[RangeBound]) -> Option<Ordering> {
    use RangeBound as B;
    for pair in one.iter().zip(other) {
        let ordering = match pair {
            (B::MinValue, B::MinValue) | (B::MaxValue, B::MaxValue) => return Some(Ordering::Equal),
            (B::MinValue, _) | (_, B::MaxValue) => Ordering::Less,
            (B::MaxValue, _) | (_, B::MinValue) => Ordering::Greater,
            (B::Value(one), B::Value(other)) => compared(one.literal.as_ref()?, other.literal.as_ref()?)?,
        };
        if ordering.is_ne() {
            return Some(ordering);
        }
    }
    Some(Ordering::Equal)
}
