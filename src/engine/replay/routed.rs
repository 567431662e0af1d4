//! Rows that are put into the partitions of a table.

use crate::ast::{Events, Write};
use crate::engine::catalog::{Batch, Catalog, KnownRows, Relation, Rows};
use crate::engine::effect::RelationName;
use crate::engine::partitions::belongs::Membership;

use super::Replay;
use super::given::{LONG, batches};
use super::rows::puts_rows;

/// Rows that are followed to their partitions.
const MANY: i64 = 5_000;

/// An INSERT into a partitioned table. Rows whose partition the text does not tell may be in any of them.
pub(super) fn insert(write: &Write, target: &RelationName, replay: &mut Replay) {
    let below = replay.catalog.descendants(target);
    let coded = |name: &RelationName| replay.catalog.get(name).is_none_or(|known| known.has_code_at(Events::INSERT));
    let plain = write.conflict.is_none() && !coded(target) && !below.iter().any(coded);
    let certain = plain && puts_rows(write);
    let whole = certain && !replay.author.stands_for_more && replay.author.statement.len() < LONG;
    let rows = if certain { batches(write, target, replay) } else { None };
    let mut whole_before: Vec<(RelationName, Rows)> = Vec::new();
    for name in std::iter::once(target).chain(&below) {
        // What an earlier migration left empty has got rows since.
        let is_empty = replay.catalog.is_surely_empty(name, replay.author.migration, replay.author.transaction);
        let relation = replay.catalog.touch(name);
        if (is_empty || relation.has_all_rows_known()) && !relation.is_partitioned() {
            whole_before.push((name.clone(), relation.rows));
        }
        relation.known_rows.all = false;
        if relation.rows != Rows::Certain {
            relation.rows = if certain && name == target { Rows::Certain } else { Rows::Perhaps };
            relation.known_rows = KnownRows::none(false);
        }
    }
    let count: i64 = rows.iter().flatten().map(Batch::count).fold(0, i64::saturating_add);
    let asked = count.unsigned_abs().saturating_mul(below.len().try_into().unwrap_or(u64::MAX));
    let known = &replay.catalog.touch(target).known_rows;
    known.note_looks(if whole && count <= MANY { asked } else { 0 });
    let Some(rows) = rows.filter(|_| whole && count <= MANY && !known.is_worn()) else { return };
    for (name, _) in &whole_before {
        replay.catalog.touch(name).known_rows.all = true;
    }
    let all_routed = route(target, rows, replay.catalog);
    for (name, before) in whole_before {
        let relation = replay.catalog.touch(&name);
        relation.known_rows.all &= all_routed;
        if all_routed && relation.known_rows.is_empty() {
            relation.rows = before;
        }
    }
}

/// Puts rows into the partitions that take them, and says whether all of them found theirs.
fn route(parent: &RelationName, rows: Vec<Batch>, catalog: &mut Catalog) -> bool {
    let Some(relation) = catalog.get(parent) else { return false };
    let Some(key) = relation.partitioning.as_ref().and_then(|partitioning| partitioning.keys.first()) else {
        return false;
    };
    let children: Option<Vec<&Relation>> = relation.children.iter().map(|child| catalog.get(child)).collect();
    let Some(children) = children else { return false };
    let bounds = children.iter().filter(|child| Some(&child.name) != relation.default_partition.as_ref());
    let members: Vec<(&Relation, Option<Membership>)> = bounds
        .map(|child| (*child, child.bound.as_ref().and_then(|bound| Membership::of(&bound.kind, relation))))
        .collect();
    let mut routed: Vec<(RelationName, Vec<Batch>)> = Vec::new();
    let mut all_routed = true;
    for batch in rows {
        all_routed &= batch.rows().last() == Some(batch.last);
        let mut last: Option<RelationName> = None;
        for at in batch.rows() {
            let part = batch.value(key, at).and_then(|value| {
                let takes: Vec<Option<bool>> =
                    members.iter().map(|(_, members)| members.as_ref()?.takes(&value)).collect();
                match takes.iter().position(|takes| *takes == Some(true)) {
                    Some(at) => members.get(at).map(|(child, _)| child.name.clone()),
                    None if takes.iter().all(|takes| *takes == Some(false)) => relation.default_partition.clone(),
                    None => None,
                }
            });
            let Some(part) = part else {
                (last, all_routed) = (None, false);
                continue;
            };
            let at_once = |own: &mut Vec<Batch>| match own.last_mut().filter(|_| last.as_ref() == Some(&part)) {
                Some(run) => run.last = at,
                None => own.push(batch.row(at)),
            };
            match routed.iter_mut().find(|(name, _)| *name == part) {
                Some((_, own)) => at_once(own),
                None => routed.push((part.clone(), vec![batch.row(at)])),
            }
            last = Some(part);
        }
    }
    for (part, rows) in routed {
        let relation = catalog.touch(&part);
        relation.rows = Rows::Certain;
        match relation.is_partitioned() {
            true => all_routed &= route(&part, rows, catalog),
            false => relation.known_rows.add(rows),
        }
    }
    all_routed
}
