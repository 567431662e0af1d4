//! Whether the CHECKs of a table prove that its rows belong to a partition, or that none does.
//!
//! Source: measurements (`fixtures/facts/attach-partition-*.sql`). The server's own prover knows more; what is claimed
//! here are keys that are compared with literals, and the CHECK that the server itself writes for a HASH partition.

use std::cmp::Ordering;

use ecow::EcoString;

use crate::ast::{Comparison, Expr, Limit, Limits, Literal, PartitionBound, PartitionBoundKind, RangeBound};
use crate::engine::catalog::{ConstraintKind, Relation};

use super::values::{Class, compared, differ, fits, plain, rounded, same, scale};

/// Every row of the table belongs to the partition.
pub(in crate::engine) fn implies(table: &Relation, parent: &Relation, bound: &PartitionBound) -> bool {
    let checks = checks(table);
    let shown = |proof: &dyn Fn(&[Key]) -> bool| shows(table, parent, &checks, proof);
    match &plain_bound(&bound.kind, parent) {
        PartitionBoundKind::Range { from, to } => {
            let fits = |keys: &[Key]| from.len() == keys.len() && to.len() == keys.len();
            shown(&|keys| fits(keys) && keys.iter().all(|key| key.not_null))
                && shown(&|keys| shared(keys, from, to).is_some_and(|n| is_from(&keys[n..], &from[n..])))
                && shown(&|keys| shared(keys, from, to).is_some_and(|n| is_before(&keys[n..], &to[n..])))
        }
        PartitionBoundKind::In(values) => shown(&|keys| matches!(keys, [key] if is_listed(key, values))),
        PartitionBoundKind::Hash { modulus, remainder } => {
            let keys =
                parent.partitioning.as_ref().map(|partitioning| partitioning.keys.as_slice()).unwrap_or_default();
            checks.iter().flat_map(|limits| &limits.hashes).any(|hash| {
                let name = hash.parent.rsplit('.').next().unwrap_or_default().trim_matches('"');
                name == parent.name.name
                    && hash.modulus == modulus.to_string()
                    && hash.remainder == remainder.to_string()
                    && hash.keys == keys
            })
        }
        PartitionBoundKind::Default => false,
    }
}

/// No row of the table belongs to the partition.
pub(in crate::engine) fn excludes(table: &Relation, parent: &Relation, bound: &PartitionBound) -> bool {
    let checks = checks(table);
    let shown = |proof: &dyn Fn(&[Key]) -> bool| shows(table, parent, &checks, proof);
    match &plain_bound(&bound.kind, parent) {
        PartitionBoundKind::Range { from, to } => shown(&|keys| {
            // NULL belongs to no range, which was measured for one key.
            let nulls_known = keys.len() == 1 || keys.iter().all(|key| key.not_null);
            let whole = from.len() == keys.len() && to.len() == keys.len();
            whole && (is_null(keys) || nulls_known && misses_range(keys, from, to))
        }),
        PartitionBoundKind::In(values) => {
            let null_too = values.iter().any(|value| value.null);
            shown(&|keys| match keys {
                [key] => is_never_listed(key, values) || !null_too && is_null(keys),
                _ => false,
            })
        }
        PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => false,
    }
}

/// Whether the key, of one part, is NULL, which belongs to no range and to those lists only that name it.
fn is_null(keys: &[Key]) -> bool {
    let null = |key: &Key| key.limits.iter().any(|limit| limit.comparison == Comparison::Null);
    matches!(keys, [key] if null(key))
}

/// No row of which this is known lies in a range, whatever NULLs there are.
pub(super) fn misses_range(keys: &[Key], from: &[RangeBound], to: &[RangeBound]) -> bool {
    is_from(keys, to) || is_before(keys, from)
}

/// Every row of which this is known lies in a range.
pub(super) fn is_in_range(keys: &[Key], from: &[RangeBound], to: &[RangeBound]) -> bool {
    is_from(keys, from) && is_before(keys, to)
}

/// What is known of a part of the partition key in the rows of a table.
pub(super) struct Key {
    /// What is said of it, with values in the form of [`plain`].
    pub limits: Vec<Limit>,
    pub not_null: bool,
    /// Values of its type are equal only if they are written alike.
    pub is_text: bool,
}

impl Key {
    fn any(&self, says: impl Fn(&Limit) -> bool) -> bool {
        self.limits.iter().any(says)
    }
}

/// What the validated CHECKs of a table say.
fn checks(table: &Relation) -> Vec<&Limits> {
    let validated = table.constraints.iter().filter(|constraint| constraint.is_proven());
    let limits = validated.filter_map(|constraint| match &constraint.kind {
        ConstraintKind::Check { limits, .. } => Some(limits),
        ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => None,
    });
    limits.collect()
}

/// Whether something holds by what the conjuncts say, or by each alternative of one that is an OR.
pub(super) fn shows(table: &Relation, parent: &Relation, known: &[&Limits], proof: &dyn Fn(&[Key]) -> bool) -> bool {
    let always: Vec<&Limit> = known.iter().flat_map(|limits| &limits.all).collect();
    let with = |more: &[Limit]| {
        let limits: Vec<&Limit> = always.iter().copied().chain(more).collect();
        keys(&limits, table, parent).is_some_and(|keys| proof(&keys))
    };
    let mut either = known.iter().flat_map(|limits| &limits.either);
    with(&[]) || either.any(|alternatives| alternatives.iter().all(|alternative| with(alternative)))
}

/// The parts of the partition key: a bound has as many values.
fn keys(limits: &[&Limit], table: &Relation, parent: &Relation) -> Option<Vec<Key>> {
    let key = |name: &EcoString| {
        let column = table.column(name);
        let data_type = column.and_then(|column| column.known_type());
        let plain = data_type.filter(|of| of.dimensions == 0).map(|of| of.name.as_str());
        let is_string = plain.is_some_and(|name| matches!(name, "text" | "character varying"));
        // The server writes `(name)::text` for a varchar, which leaves the value as it is.
        let as_text = [format!("{name}::text"), format!("({name})::text")].map(|text| Limit::of_expression(&text));
        let is_about = |of: &EcoString| of == name || (is_string && as_text.contains(of));
        let about = limits.iter().copied().filter(|limit| is_about(&limit.column));
        let class = data_type.map_or(Class::Other, Class::of);
        let about = about.filter(|limit| fits(limit.cast.as_deref(), plain));
        let limits: Vec<Limit> = about.filter_map(|limit| plain_limit(limit, class)).collect();
        let collated = column.is_some_and(|column| column.collation.is_some());
        Key {
            not_null: column.is_some_and(|column| column.is_not_null())
                || limits.iter().any(|limit| limit.comparison == Comparison::NotNull),
            is_text: !collated && is_string,
            limits,
        }
    };
    let keys: Vec<Key> = parent.partitioning.as_ref()?.keys.iter().map(key).collect();
    (!keys.is_empty()).then_some(keys)
}

/// A limit with values as the type of the column has them; nothing if the server compares them as another type.
fn plain_limit(limit: &Limit, class: Class) -> Option<Limit> {
    let in_its_type = |value: &Literal| match &limit.cast {
        // What is cast to another type keeps what the type of the column would cut off.
        Some(cast) if class == Class::Date && !cast.starts_with("date") => Some(value.clone()),
        _ => plain(value, class),
    };
    let values: Vec<Literal> = limit.values.iter().map(in_its_type).collect::<Option<_>>()?;
    let (comparison, values) = match (limit.comparison, values.as_slice()) {
        (Comparison::NoneOf, [Literal::Boolean(value)]) if class == Class::Boolean => {
            (Comparison::OneOf, vec![Literal::Boolean(!value)])
        }
        (comparison, _) => (comparison, values),
    };
    Some(Limit { values, comparison, ..limit.clone() })
}

/// A bound with values as the types of the partition key have them: the server casts them.
pub(in crate::engine) fn plain_bound(bound: &PartitionBoundKind, parent: &Relation) -> PartitionBoundKind {
    let keys = parent.partitioning.as_ref().map(|partitioning| partitioning.keys.as_slice()).unwrap_or_default();
    let class = |at: usize| {
        let column = keys.get(at).and_then(|key| parent.column(key));
        column.and_then(|column| column.known_type()).map_or((Class::Other, None), |of| (Class::of(of), scale(of)))
    };
    let cast = |at: usize, value: &Expr| {
        let (class, scale) = class(at);
        let literal = value.literal.as_ref().and_then(|literal| plain(literal, class));
        Expr { literal: literal.and_then(|literal| rounded(&literal, scale)), ..value.clone() }
    };
    let side = |bounds: &[RangeBound]| {
        let cast = |(at, bound): (usize, &RangeBound)| match bound {
            RangeBound::Value(value) => RangeBound::Value(Box::new(cast(at, value))),
            RangeBound::MinValue | RangeBound::MaxValue => bound.clone(),
        };
        bounds.iter().enumerate().map(cast).collect()
    };
    match bound {
        PartitionBoundKind::Range { from, to } => PartitionBoundKind::Range { from: side(from), to: side(to) },
        PartitionBoundKind::In(values) => PartitionBoundKind::In(
            values.iter().map(|value| if value.null { value.clone() } else { cast(0, value) }).collect(),
        ),
        PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => bound.clone(),
    }
}

/// How many values the two bounds share at their start: there the server wants to see the column equal to the value.
/// Nothing if it is not.
fn shared(keys: &[Key], from: &[RangeBound], to: &[RangeBound]) -> Option<usize> {
    if from.len() != keys.len() || to.len() != keys.len() {
        return None;
    }
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
pub(super) fn is_listed(key: &Key, values: &[Expr]) -> bool {
    let null_too = values.iter().any(|value| value.null);
    let listed = |value: &Literal| values.iter().any(|listed| listed.literal.as_ref().is_some_and(|l| same(l, value)));
    let short = |limit: &Limit| limit.values.len().max(values.len()) <= LONGEST_LIST;
    let says = |limit: &Limit| limit.comparison == Comparison::OneOf && short(limit) && limit.values.iter().all(listed);
    let is_null = |limit: &Limit| limit.comparison == Comparison::Null;
    ((key.not_null || null_too) && key.any(says)) || (null_too && key.any(is_null))
}

/// Whether a column has none of the values of a list.
pub(super) fn is_never_listed(key: &Key, values: &[Expr]) -> bool {
    let null_too = values.iter().any(|value| value.null);
    let values: Vec<&Expr> = values.iter().filter(|value| !value.null).collect();
    let listed: Option<Vec<&Literal>> = values.iter().map(|value| value.literal.as_ref()).collect();
    let Some(listed) = listed else { return false };
    let other = |value: &Literal| listed.iter().all(|listed| differ(value, listed, key.is_text));
    let short = |limit: &Limit| limit.values.len().max(values.len()) <= LONGEST_LIST;
    let is_other = |limit: &Limit| limit.comparison == Comparison::OneOf && limit.values.iter().all(other);
    let never = |value: &&Literal| key.any(|limit| short(limit) && rules_out(limit, value));
    (key.not_null || !null_too) && (key.any(|limit| short(limit) && is_other(limit)) || listed.iter().all(never))
}

/// Whether a column with this limit has never the value.
fn rules_out(limit: &Limit, value: &Literal) -> bool {
    match limit.comparison {
        Comparison::NoneOf => limit.values.iter().any(|other| same(other, value)),
        Comparison::Less | Comparison::AtMost => is_below(limit, value),
        Comparison::Greater | Comparison::AtLeast => is_above(limit, value),
        Comparison::OneOf | Comparison::Null | Comparison::NotNull => false,
    }
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
        Comparison::Less | Comparison::AtMost | Comparison::NoneOf | Comparison::Null | Comparison::NotNull => false,
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
        Comparison::Less | Comparison::AtMost | Comparison::NoneOf | Comparison::Null | Comparison::NotNull => false,
    }
}

/// Whether a column with this limit is never above a value.
fn is_at_most(limit: &Limit, bound: &Literal) -> bool {
    let reaches = |value: &Literal| compared(value, bound).is_some_and(Ordering::is_le);
    match limit.comparison {
        Comparison::AtMost | Comparison::Less | Comparison::OneOf => limit.values.iter().all(reaches),
        Comparison::Greater | Comparison::AtLeast | Comparison::NoneOf | Comparison::Null | Comparison::NotNull => {
            false
        }
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
        Comparison::AtLeast | Comparison::Greater | Comparison::NoneOf | Comparison::Null | Comparison::NotNull => {
            false
        }
    }
}
