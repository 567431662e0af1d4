//! Which partitions the rows of a statement can be in.
//!
//! Source: measurements (`fixtures/facts/select-pruned*.sql`, `fixtures/facts/insert-partitioned*.sql`). The planner leaves
//! out those whose bound contradicts the condition.

use std::borrow::Cow;

use ecow::EcoString;

use crate::ast::{Comparison, Expr, Integer, Limit, Limits, Literal, PartitionBoundKind};
use crate::engine::catalog::{Catalog, Relation};
use crate::engine::effect::RelationName;
use crate::postgres::hash;

use super::proof::{Key, is_listed, is_never_listed, misses_range, plain_bound, shows};
use super::zone::{limits_at_run_time, limits_in_utc};

/// Partitions and children of a relation, theirs included, by whether rows that meet a condition can be in them.
#[derive(Debug, Default)]
pub(in crate::engine) struct Reached {
    /// Those that have such rows, for all that is known.
    pub reached: Vec<RelationName>,
    /// Those that cannot have any.
    pub left_out: Vec<RelationName>,
}

/// Partitions that the planner keeps, and that are left out when the statement runs.
#[derive(Debug, Default)]
pub(in crate::engine) struct Late {
    /// Those that it keeps with others.
    pub among_others: Vec<RelationName>,
    /// The only one that it keeps, which not every version asks about.
    pub alone: Option<RelationName>,
}

/// Where rows can be that meet these limits.
pub(in crate::engine) fn reached(name: &RelationName, limits: &Limits, catalog: &Catalog) -> Reached {
    let mut found = Reached::default();
    add(name, limits, catalog, &mut found);
    found.reached.sort();
    found.left_out.sort();
    found
}

/// What limits say in a session, whose time zone may be known to be UTC.
pub(in crate::engine) fn in_session<'l>(
    name: &RelationName,
    limits: &'l Limits,
    utc: bool,
    catalog: &Catalog,
) -> Cow<'l, Limits> {
    let mut limits = Cow::Borrowed(limits);
    if let Some(relation) = catalog.get(name).filter(|_| utc && !limits.all.is_empty()) {
        limits_in_utc(limits.to_mut(), relation);
    }
    limits
}

/// Partitions that the planner keeps, and that are left out when the statement runs: the server compares some types by the
/// time zone of the session.
pub(in crate::engine) fn left_out_late(name: &RelationName, limits: &Limits, utc: bool, catalog: &Catalog) -> Late {
    let Some(late) = catalog.get(name).and_then(|relation| limits_at_run_time(limits, relation)) else {
        return Late::default();
    };
    let (limits, late) = (in_session(name, limits, utc, catalog), in_session(name, &late, utc, catalog));
    let holds_rows = |name: &RelationName| catalog.get(name).is_some_and(|part| !part.is_partitioned());
    let mut kept = reached(name, &limits, catalog).reached;
    kept.retain(holds_rows);
    let mut left_out = reached(name, &late, catalog).left_out;
    left_out.retain(|part| kept.contains(part));
    match kept.as_slice() {
        [_] => Late { among_others: Vec::new(), alone: left_out.pop() },
        _ => Late { among_others: left_out, alone: None },
    }
}

fn add(name: &RelationName, limits: &Limits, catalog: &Catalog, found: &mut Reached) {
    let Some(relation) = catalog.get(name) else { return };
    for child in &relation.children {
        if found.reached.contains(child) || found.left_out.contains(child) {
            continue;
        }
        if is_left_out(relation, child, limits, catalog) {
            found.left_out.push(child.clone());
            found.left_out.extend(catalog.descendants(child));
        } else {
            found.reached.push(child.clone());
            add(child, limits, catalog, found);
        }
    }
}

fn is_left_out(parent: &Relation, child: &RelationName, limits: &Limits, catalog: &Catalog) -> bool {
    let Some(bound) = catalog.get(child).and_then(|child| child.bound.as_ref()) else { return false };
    let shown = |proof: &dyn Fn(&[Key]) -> bool| shows(parent, parent, &[limits], proof);
    match &plain_bound(&bound.kind, parent) {
        PartitionBoundKind::Range { from, to } => shown(&|keys| {
            let fits = from.len() == keys.len() && to.len() == keys.len();
            fits && (keys.iter().any(is_null) || misses_range(keys, from, to))
        }),
        PartitionBoundKind::In(values) => shown(&|keys| matches!(keys, [key] if misses_list(key, values))),
        PartitionBoundKind::Hash { modulus, remainder } => {
            let (Integer::Known(modulus), Integer::Known(remainder)) = (modulus, remainder) else { return false };
            let types = types_of(parent);
            shown(&|keys| {
                hashes(keys, &types).is_some_and(|rows| rows.iter().all(|row| misses(*row, *modulus, *remainder)))
            })
        }
        PartitionBoundKind::Default => {
            let siblings = parent.children.iter().filter_map(|child| catalog.get(child)?.bound.as_ref());
            let siblings: Vec<PartitionBoundKind> = siblings.map(|bound| plain_bound(&bound.kind, parent)).collect();
            shown(&|keys| matches!(keys, [key] if is_elsewhere(key, &siblings)))
        }
    }
}

fn is_null(key: &Key) -> bool {
    key.limits.iter().any(|limit| limit.comparison == Comparison::Null)
}

/// The types of the parts of a partition key, where they are plain columns.
fn types_of(parent: &Relation) -> Vec<Option<&str>> {
    let keys = parent.partitioning.as_ref().map(|partitioning| partitioning.keys.as_slice()).unwrap_or_default();
    let of = |key: &EcoString| {
        let column = parent.column(key).filter(|column| column.collation.is_none())?;
        column.known_type().filter(|of| of.dimensions == 0).map(|of| of.name.as_str())
    };
    keys.iter().map(of).collect()
}

/// Rows that are looked for: what `IN` asks of several keys multiplies.
const MOST_ROWS: usize = 100;

/// The hashes of the rows that a condition is true of; `None` where it leaves a key open.
fn hashes(keys: &[Key], types: &[Option<&str>]) -> Option<Vec<u64>> {
    let mut rows: Vec<Vec<Option<u64>>> = vec![Vec::new()];
    for (key, data_type) in keys.iter().zip(types) {
        let values: Vec<Option<u64>> = match key.limits.iter().find(|limit| limit.comparison == Comparison::OneOf) {
            Some(limit) => {
                let each = limit.values.iter().map(|value| hash_of(value, (*data_type)?).map(Some));
                each.collect::<Option<Vec<Option<u64>>>>()?
            }
            None if is_null(key) => vec![None],
            None => return None,
        };
        let with = |row: &Vec<Option<u64>>, value: &Option<u64>| row.iter().chain([value]).copied().collect();
        rows = rows.iter().flat_map(|row| values.iter().map(move |value| with(row, value))).collect();
        if rows.len() > MOST_ROWS {
            return None;
        }
    }
    Some(rows.into_iter().map(hash::of_row).collect())
}

fn hash_of(value: &Literal, data_type: &str) -> Option<u64> {
    match (value, data_type) {
        (Literal::Number(text) | Literal::Text(text), "smallint" | "integer" | "bigint") => {
            text.parse().ok().map(hash::of_number)
        }
        (Literal::Text(text), "text" | "character varying") => Some(hash::of_text(text)),
        _ => None,
    }
}

fn misses(row: u64, modulus: i64, remainder: i64) -> bool {
    match (u64::try_from(modulus), u64::try_from(remainder)) {
        (Ok(modulus), Ok(remainder)) => row.checked_rem(modulus).is_some_and(|rest| rest != remainder),
        _ => false,
    }
}

/// A condition that is true of a value is true of no NULL, so NULL in the list does not count.
fn misses_list(key: &Key, values: &[Expr]) -> bool {
    let with_null = values.iter().any(|value| value.null);
    let without: Vec<Expr> = values.iter().filter(|value| !value.null).cloned().collect();
    match is_null(key) {
        true => !with_null,
        false => {
            key.limits.iter().any(|limit| limit.comparison != Comparison::NotNull) && is_never_listed(key, &without)
        }
    }
}

/// Whether each value that a column may have belongs to one of these partitions.
fn is_elsewhere(key: &Key, siblings: &[PartitionBoundKind]) -> bool {
    let one_of = key.limits.iter().filter(|limit| limit.comparison == Comparison::OneOf);
    let each = |limit: &Limit| {
        let each = |value: &Literal| {
            let one = Limit { values: vec![value.clone()], ..limit.clone() };
            let key = Key { limits: vec![one], not_null: true, is_text: key.is_text };
            siblings.iter().any(|sibling| has(&key, sibling))
        };
        limit.values.iter().all(each)
    };
    let all = Key { limits: key.limits.clone(), not_null: true, is_text: key.is_text };
    one_of.into_iter().any(each) || siblings.iter().any(|sibling| has(&all, sibling))
}

/// Whether a partition has every value that a column may have, NULL aside.
fn has(key: &Key, bound: &PartitionBoundKind) -> bool {
    match bound {
        PartitionBoundKind::In(values) => is_listed(key, values),
        PartitionBoundKind::Range { from, to } => {
            from.len() == 1 && to.len() == 1 && super::proof::is_in_range(std::slice::from_ref(key), from, to)
        }
        PartitionBoundKind::Hash { .. } | PartitionBoundKind::Default => false,
    }
}
