//! Rows that belong to no partition, or to another one than they are in.
//!
//! Claimed only of values that are written out (`fixtures/facts/violated-no-partition-*.sql`, `attach-rows-*.sql`).

use crate::ast::{
    AlterActionKind, Assigned, Events, Literal, PartitionBound, PartitionBoundKind, Statement, StatementKind, Write,
    WriteVerb,
};
use crate::engine::catalog::{Batch, Relation, Rows, counted_value};
use crate::engine::partitions::belongs::Membership;
use crate::engine::replay::gives_rows;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_known_whole, is_there};
use super::held::Table;
use super::inserted::{constant, keeps_moment};
use super::violated::with_rows;
use super::{refused, refused_on};

const CHECK_VIOLATION: &str = "23514";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    match &statement.kind {
        StatementKind::Write(write) if write.verb == WriteVerb::Insert => insert(write, around),
        StatementKind::Write(write) if write.verb == WriteVerb::Update => updated(write, around),
        StatementKind::CreateTable(create) => {
            let of = create.partition_of.as_ref()?;
            in_default(&of.bound, around.relation(&of.parent)?, around)
        }
        StatementKind::AlterTable(alter) => alter.actions.iter().find_map(|action| match &action.kind {
            AlterActionKind::AttachPartition { partition, bound: Some(bound) } => {
                let parent = around.relation(&alter.name).filter(|parent| is_known_whole(parent))?;
                let outside = around.relation(partition).and_then(|table| outside(table, &bound.kind, parent, around));
                let refusal = outside.or_else(|| in_default(bound, parent, around))?;
                Some(refusal.at(action.span))
            }
            _ => None,
        }),
        _ => None,
    }
}

/// Rows of VALUES for a partitioned table without a partition for them, or for a partition that is not theirs.
fn insert(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation) && is_there(relation))?;
    let violated = |reason: String| Some(refused(CHECK_VIOLATION, reason));
    if relation.has_code_at(Events::INSERT) || write.from_query && write.series.is_none() {
        return None;
    }
    if let (Some(bound), [parent]) = (&relation.bound, relation.parents.as_slice()) {
        let parent = around.catalog.get(parent).filter(|parent| is_known_whole(parent))?;
        let key = parent.partitioning.as_ref()?.keys.first()?;
        let values: Vec<Literal> = given(write, key, relation).collect();
        if lie_outside(&values, relation, &bound.kind, parent, around) {
            return violated(format!("a new row of {} violates its bound", relation.name));
        }
    }
    let key = relation.partitioning.as_ref()?.keys.first()?;
    relation.known_rows.note_looks(relation.children.len().try_into().ok()?);
    if relation.known_rows.is_worn() {
        return None;
    }
    let parts: Vec<&Relation> =
        relation.children.iter().map(|child| around.catalog.get(child)).collect::<Option<_>>()?;
    let members: Vec<Membership> = parts
        .iter()
        .map(|part| Membership::of(&part.bound.as_ref().filter(|_| !part.perhaps_missing)?.kind, relation))
        .collect::<Option<_>>()?;
    let lost = |value: Literal| members.iter().all(|members| members.takes(&value) == Some(false));
    match given(write, key, relation).any(lost) {
        true => violated(format!("{} has no partition for a new row", relation.name)),
        false => None,
    }
}

/// What rows of VALUES, or those made from a counter, give a column, where that is written out.
fn given<'w>(write: &'w Write, name: &str, relation: &'w Relation) -> impl Iterator<Item = Literal> + use<'w> {
    let at = match write.columns.as_slice() {
        [] => relation.columns.iter().position(|column| column.name == name),
        columns => columns.iter().position(|column| column.name == name),
    };
    let column = relation.column(name);
    let counted = write.series.iter().filter(|_| gives_rows(write)).flat_map(move |series| {
        let value = at
            .and_then(|at| series.values.get(at))
            .filter(|value| !value.holds_moment() || column.is_some_and(keeps_moment));
        let rows = Batch::new(series.first, series.last, Vec::new()).rows();
        rows.filter_map(move |counter| counted_value(value?, counter))
    });
    let written = write.rows.iter().filter_map(move |row| match row.get(at?)? {
        Assigned::Literal(literal) => Some(literal.clone()),
        value => constant(value, column?),
    });
    written.chain(counted)
}

/// Rows that get a value with which they belong to another partition. Since 11 they move there, if the table is written and not
/// the partition.
fn updated(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let alone = !write.from_query && write.reads.is_empty() && write.also_writes.is_empty() && !write.only;
    let relation = around.relation(&write.target).filter(|relation| alone && is_known_whole(relation))?;
    if around.may_hide_rows(relation) {
        return None;
    }
    let lost = |part: &Relation, parent: &Relation, is_lost: &dyn Fn(&Literal) -> bool| {
        let key = parent.partitioning.as_ref()?.keys.first()?;
        let at = write.columns.iter().position(|column| column.name == *key)?;
        let (new, column) = (write.values.get(at)?.counted(), part.column(key)?);
        let own = with_rows(Some(part)).filter(|part| {
            is_known_whole(part) && !part.has_code_at(Events::UPDATE) && !parent.has_code_at(Events::UPDATE)
        })?;
        let table = Table { relation: own, around };
        let known = table.are_of_server(&write.functions) && (!new.holds_moment() || keeps_moment(column));
        let mut rows = table.rows().filter(|(batch, at)| table.is_met(write.filter.as_ref(), batch, *at) == Some(true));
        let lost = known && rows.any(|(batch, at)| table.calculated(&new, batch, at).is_some_and(|new| is_lost(&new)));
        lost.then(|| format!("a row of {} gets a {key} with which it belongs to another partition", part.name))
    };
    if let (Some(bound), [parent]) = (&relation.bound, relation.parents.as_slice()) {
        let parent = around.catalog.get(parent).filter(|parent| is_known_whole(parent))?;
        let members = Membership::of(&bound.kind, parent)?;
        let reason = lost(relation, parent, &|new| members.takes(new) == Some(false))?;
        return Some(refused(CHECK_VIOLATION, reason));
    }
    let parts: Vec<(&Relation, Membership)> = relation
        .children
        .iter()
        .filter(|child| Some(*child) != relation.default_partition.as_ref())
        .map(|child| {
            let part = around.catalog.get(child).filter(|part| !part.perhaps_missing)?;
            Some((part, Membership::of(&part.bound.as_ref()?.kind, relation)?))
        })
        .collect::<Option<_>>()?;
    let nowhere = |new: &Literal| {
        relation.default_partition.is_none() && parts.iter().all(|(_, members)| members.takes(new) == Some(false))
    };
    let mut each = parts.iter();
    let stays = each.find_map(|(part, _)| lost(part, relation, &nowhere));
    if let Some(reason) = stays {
        return Some(refused(CHECK_VIOLATION, reason));
    }
    let mut each = parts.iter();
    let moves = each.find_map(|(part, members)| lost(part, relation, &|new| members.takes(new) == Some(false)))?;
    Some(refused_on(VersionSet::before(11), CHECK_VIOLATION, moves))
}

/// The values that rows have in a column for certain.
fn values(relation: &Relation, name: &str, around: &Surroundings) -> Vec<Literal> {
    let added = relation.column(name).map(|column| column.added_in);
    let lasts = !relation.known_rows.was_filled(name) || added == Some(around.migration);
    if relation.rows != Rows::Certain || !is_there(relation) || !lasts {
        return Vec::new();
    }
    let batches = relation.known_rows.batches().iter();
    batches.flat_map(|batch| batch.rows().filter_map(|at| batch.value(name, at))).collect()
}

/// A row of a table that becomes a partition lies outside of it, or of what its new parent is a part of.
fn outside(table: &Relation, bound: &PartitionBoundKind, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let reason = || format!("a row of {} lies outside of the partition that it becomes", table.name);
    let lies_outside = |bound: &PartitionBoundKind, parent: &Relation| {
        let key = parent.partitioning.as_ref().and_then(|partitioning| partitioning.keys.first());
        let values = key.map(|key| values(table, key, around)).unwrap_or_default();
        lie_outside(&values, table, bound, parent, around)
    };
    if lies_outside(bound, parent) {
        return Some(refused(CHECK_VIOLATION, reason()));
    }
    let [above] = parent.parents.as_slice() else { return None };
    let above = around.catalog.get(above).filter(|above| is_known_whole(above))?;
    outside(table, &parent.bound.as_ref()?.kind, above, around)
}

/// Whether one of the values does not belong to a partition with this bound: to the default partition belongs what belongs to
/// no other.
fn lie_outside(
    values: &[Literal],
    part: &Relation,
    bound: &PartitionBoundKind,
    parent: &Relation,
    around: &Surroundings,
) -> bool {
    if *bound != PartitionBoundKind::Default {
        let members = Membership::of(bound, parent);
        return members.is_some_and(|members| values.iter().any(|value| members.takes(value) == Some(false)));
    }
    let others = parent.children.iter().filter_map(|other| around.catalog.get(other));
    let mut others = others.filter(|other| other.name != part.name && !other.perhaps_missing);
    others.any(|other| {
        let members = other.bound.as_ref().and_then(|bound| Membership::of(&bound.kind, parent));
        members.is_some_and(|members| values.iter().any(|value| members.takes(value) == Some(true)))
    })
}

/// A row of the default partition belongs to the new one.
fn in_default(bound: &PartitionBound, parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let default = around.catalog.get(parent.default_partition.as_ref()?)?;
    let key = parent.partitioning.as_ref()?.keys.first()?;
    let values = values(default, key, around);
    let members = Membership::of(&bound.kind, parent)?;
    let reason = || format!("a row of the default partition {} belongs to the new one", default.name);
    let belonging = values.iter().any(|value| members.takes(value) == Some(true));
    belonging.then(|| refused(CHECK_VIOLATION, reason()).at(bound.span))
}
