//! Partitions that a write reaches, and the parents of one that it names.

use ecow::EcoString;

use crate::ast::{Assigned, Comparison, Counted, Events, Limit, Limits, Literal, PartitionBoundKind, Write, WriteVerb};
use crate::engine::catalog::{Column, Relation, counted_value};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::partitions::reached::Reached;
use crate::engine::selectivity::is_found_by_key;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::known;
use super::reads::{above, late, within};
use super::{Occurrence, keys};

/// What a write does to the partitions and children of its target, or, where it names a partition, to the parents.
pub(super) fn written(
    write: &Write,
    form: Form,
    target: &RelationName,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let adds_rows = matches!(write.verb, WriteVerb::Insert | WriteVerb::CopyFrom);
    let partitioned = around.kind(target) == RelationKind::PartitionedTable;
    let mut found = parents(write, target, span, around);
    if write.only || adds_rows && !partitioned {
        return found;
    }
    let limits = write.filter.as_ref().map(|filter| filter.limits.clone()).unwrap_or_default();
    let Reached { reached, left_out } = match adds_rows {
        true => taking_rows(write, target, around),
        false => within(target, &limits, around),
    };
    let late = if adds_rows { Vec::new() } else { late(target, &limits, around).among_others };
    let (late, reached): (Vec<_>, Vec<_>) = reached.into_iter().partition(|child| late.contains(child));
    let narrow = |child: &RelationName| {
        is_found_by_key(write.filter.as_ref(), around.catalog.get(child)) || keys::is_empty(child, around)
    };
    let (by_key, whole) = match form {
        Form::Update | Form::UpdateByKey => (Form::UpdateByKey, Form::Update),
        Form::Delete | Form::DeleteByKey => (Form::DeleteByKey, Form::Delete),
        other => (other, other),
    };
    let (keyed, scanned): (Vec<_>, Vec<_>) = reached.into_iter().partition(narrow);
    let is_hash = |child: &RelationName| {
        let bound = around.catalog.get(child).and_then(|child| child.bound.as_ref());
        !adds_rows && bound.is_some_and(|bound| matches!(bound.kind, PartitionBoundKind::Hash { .. }))
    };
    let (hashed, left_out): (Vec<_>, Vec<_>) = left_out.into_iter().partition(is_hash);
    let left_out = [(Form::WriteHashPruned, hashed), (Form::WritePruned, left_out), (Form::WritePrunedLate, late)];
    for (form, children) in [(whole, scanned), (by_key, keyed)].into_iter().chain(left_out) {
        if !children.is_empty() {
            found.push(Occurrence::new(form, span).with_all(Role::Partition, children));
        }
    }
    let moved = moved(write, target, around);
    if !moved.is_empty() {
        found.push(Occurrence::new(Form::UpdateMoves, span).with_all(Role::Partition, moved));
    }
    found
}

/// Partitions to which an UPDATE of the partition key moves rows and which it does not read, for all that is known.
fn moved(write: &Write, target: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    let (from, mut to) = crossed(write, target, around);
    to.retain(|partition| !from.contains(partition));
    to
}

/// Partitions that an UPDATE of the partition key may move rows from, and those that it may move them to: none where every
/// row stays where it is.
pub(super) fn crossed(
    write: &Write,
    target: &RelationName,
    around: &Surroundings,
) -> (Vec<RelationName>, Vec<RelationName>) {
    let nothing = (Vec::new(), Vec::new());
    let tree = std::iter::once(target.clone()).chain(around.catalog.descendants(target));
    let mut tree = tree.filter_map(|name| around.catalog.get(&name)).filter(|relation| relation.is_partitioned());
    let is_set = |key: &EcoString| write.columns.iter().any(|column| column.name == *key);
    let is_moved = write.verb == WriteVerb::Update && tree.any(|relation| relation.partition_key.iter().any(is_set));
    if !is_moved || write.only || keys::is_empty(target, around) {
        return nothing;
    }
    let written = write.filter.as_ref().map(|filter| filter.limits.all.clone()).unwrap_or_default();
    let kept = written.into_iter().filter(|limit| !is_set(&limit.column));
    let set = write.columns.iter().zip(&write.values);
    let set = set.filter_map(|(column, value)| Some(limit(&column.name, value.literal()?.clone())));
    let limits = Limits { all: kept.chain(set).collect(), ..Limits::default() };
    let to = within(target, &limits, around).reached;
    let from = reached(write, target, around);
    let holds_rows = |name: &&RelationName| around.catalog.get(name).is_none_or(|part| !part.is_partitioned());
    let stays = |to: &RelationName| from.iter().filter(holds_rows).all(|from| from == to);
    if to.iter().filter(holds_rows).all(stays) { nothing } else { (from, to) }
}

/// A column has this value.
pub(super) fn limit(column: &str, value: Literal) -> Limit {
    let (comparison, values) = match value {
        Literal::Null => (Comparison::Null, Vec::new()),
        value => (Comparison::OneOf, vec![value]),
    };
    Limit { column: column.into(), comparison, values, cast: None }
}

/// Partitions and children whose rows a write changes, or that get rows of it, for all that is known.
pub(super) fn reached(write: &Write, target: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    let adds_rows = matches!(write.verb, WriteVerb::Insert | WriteVerb::CopyFrom);
    let partitioned = around.kind(target) == RelationKind::PartitionedTable;
    match () {
        () if write.only || adds_rows && !partitioned => Vec::new(),
        () if adds_rows => taking_rows(write, target, around).reached,
        () => within(target, write.filter.as_ref().map_or(&Limits::default(), |filter| &filter.limits), around).reached,
    }
}

/// The bound of a partition is looked up through all its parents.
fn parents(write: &Write, target: &RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let form = match write.verb {
        WriteVerb::Delete => Form::DeletePartition,
        WriteVerb::Insert | WriteVerb::Update | WriteVerb::Merge | WriteVerb::CopyFrom => Form::WritePartition,
    };
    let mut parents: Vec<RelationName> = Vec::new();
    let mut next = around.catalog.get(target);
    while let Some(partition) = next.filter(|relation| around.is_partition(relation)) {
        let Some(parent) = partition.parents.first().filter(|parent| !parents.contains(parent)) else { break };
        parents.push(parent.clone());
        next = around.catalog.get(parent);
    }
    let found = Occurrence::new(form, span).with_all(Role::Parent, parents);
    let above = if write.only { Vec::new() } else { above(target, around) };
    let planned = Occurrence::new(Form::SelectPartitionedPart, span).with_all(Role::Parent, above);
    let planned = Some(planned).filter(|_| write.verb == WriteVerb::Delete);
    std::iter::once(found).chain(planned).filter(|found| !found.relations.is_empty()).collect()
}

/// Longer lists of rows are not read to their end.
const LONG: usize = 8 * 1024;

/// The partitions to which the rows of VALUES belong, or those of a query of which something is known, and the others.
fn taking_rows(write: &Write, target: &RelationName, around: &Surroundings) -> Reached {
    let all = || Reached { reached: around.catalog.descendants(target), left_out: Vec::new() };
    let is_known = write.verb == WriteVerb::Insert && !write.rows.is_empty() && write.target.span.len() < LONG;
    let relation = around.catalog.get(target).filter(|relation| relation.complete);
    let rows: Option<Vec<Limits>> = match relation {
        Some(relation) if is_known => Some(write.rows.iter().map(|row| of_row(row, write, relation)).collect()),
        _ => known::queried_rows(write, target, around),
    };
    let Some(rows) = rows else { return all() };
    let each: Vec<Reached> = rows.iter().map(|row| within(target, row, around)).collect();
    let mut found = all();
    let takes = |child: &RelationName| each.iter().any(|reached| reached.reached.contains(child));
    (found.reached, found.left_out) = found.reached.into_iter().partition(takes);
    found
}

/// Whether some new row may have values in all of these columns.
pub(super) fn gives(write: &Write, target: &RelationName, columns: &[EcoString], around: &Surroundings) -> bool {
    let Some(relation) = written_out(write, target, around) else { return true };
    let asked = || relation.columns.iter().enumerate().filter(|(_, column)| columns.contains(&column.name));
    let is_null = |limits: Vec<Limit>| limits.iter().any(|limit| limit.comparison == Comparison::Null);
    let gives = |row: &Vec<Assigned>| !asked().any(|place| limits_of(place, row, write).is_some_and(is_null));
    write.rows.iter().any(gives)
}

/// The table of an INSERT whose rows are written out and few.
fn written_out<'c>(write: &Write, target: &RelationName, around: &Surroundings<'c>) -> Option<&'c Relation> {
    let known = write.verb == WriteVerb::Insert && !write.rows.is_empty() && write.rows.len() <= MANY;
    let known = known && write.conflict_sets.is_empty() && !write.from_query;
    let relation = around.catalog.get(target).filter(|relation| known && relation.complete)?;
    (!relation.fires_at(Events::INSERT)).then_some(relation)
}

/// What is known of the new rows, where they are written out and few.
pub(super) fn new_rows(write: &Write, target: &RelationName, around: &Surroundings) -> Option<Vec<Limits>> {
    let relation = written_out(write, target, around)?;
    Some(write.rows.iter().map(|row| of_row(row, write, relation)).collect())
}

/// Rows that are looked at.
const MANY: usize = 100;

/// What is known of the columns of a row.
pub(super) fn of_row(row: &[Assigned], write: &Write, relation: &Relation) -> Limits {
    let all = relation.columns.iter().enumerate().filter_map(|place| limits_of(place, row, write)).flatten().collect();
    Limits { all, ..Limits::default() }
}

/// What is known of a column, which is the one with this number, in a row.
fn limits_of((at, column): (usize, &Column), row: &[Assigned], write: &Write) -> Option<Vec<Limit>> {
    let place = match write.columns.as_slice() {
        [] => Some(at),
        columns => columns.iter().position(|written| written.name == column.name),
    };
    let value = match place.map(|place| row.get(place)) {
        Some(Some(Assigned::Within(value))) => return Some(between(&column.name, value)),
        Some(Some(value)) if *value != Assigned::Default => value.literal()?.clone(),
        _ if column.has_default && column.default_literal.is_some() => column.default_literal.clone()?,
        _ if column.has_default || column.identity || column.generated_from.is_some() => return None,
        _ => Literal::Null,
    };
    Some(vec![limit(&column.name, value)])
}

/// A column lies between what an expression is with the least and with the greatest random().
fn between(column: &EcoString, value: &Counted) -> Vec<Limit> {
    let (Some(one), Some(other)) = (counted_value(value, 0), counted_value(value, 1)) else { return Vec::new() };
    if one == other {
        return vec![limit(column, one)];
    }
    let number = |literal: &Literal| match literal {
        Literal::Number(text) => text.parse::<i64>().ok(),
        Literal::Null | Literal::Boolean(_) | Literal::Text(_) => None,
    };
    let (least, greatest) = match (&one, &other) {
        (Literal::Number(_), Literal::Number(_)) if number(&one) <= number(&other) => (one, other),
        (Literal::Number(_), Literal::Number(_)) => (other, one),
        // Days and moments, of one length, come in the order of their texts.
        (Literal::Text(first), Literal::Text(second)) if first.len() != second.len() => return Vec::new(),
        (Literal::Text(first), Literal::Text(second)) if first <= second => (one, other),
        (Literal::Text(_), Literal::Text(_)) => (other, one),
        _ => return Vec::new(),
    };
    let side = |comparison: Comparison, value: Literal| Limit { comparison, ..limit(column, value) };
    vec![side(Comparison::AtLeast, least), side(Comparison::AtMost, greatest)]
}
