//! DROP that the server refuses.

use ecow::EcoString;
use rustc_hash::FxHashSet;

use crate::ast::{Drop, ObjectKind, Owned};
use crate::engine::catalog::{ConstraintKind, Index, Kind, Past, Relation};
use crate::engine::classify::owned_by;
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::is_there;
use super::{
    DEPENDENT_OBJECTS, FEATURE_NOT_SUPPORTED, WRONG_OBJECT_TYPE, function_users, needs, own_keys, points_to,
    referencing, refused, refused_on, type_users,
};

pub(super) fn refusals(drop: &Drop, around: &Surroundings) -> Vec<Refusal> {
    let names: Vec<RelationName> = drop.names.iter().map(|name| around.resolve(name)).collect();
    let mut found: Vec<Refusal> = names.iter().filter_map(|name| wrong_type(&drop.object, name, around)).collect();
    found.extend(dependants(drop, &names, around));
    found
}

/// DROP OWNED of relations on which others depend that are not the role's.
pub(super) fn owned(owned: &Owned, around: &Surroundings) -> Option<Refusal> {
    let Owned::Drop { by, cascade: false } = owned else { return None };
    let names = owned_by(by, around);
    names.iter().find_map(|name| depended_on(name, &names, around))
}

fn dependants(drop: &Drop, names: &[RelationName], around: &Surroundings) -> Vec<Refusal> {
    match &drop.object {
        ObjectKind::Table | ObjectKind::ForeignTable | ObjectKind::View | ObjectKind::MaterializedView
            if !drop.cascade =>
        {
            let users = |name: &RelationName| {
                depended_on(name, names, around).or_else(|| type_users::of_row(name, names, around))
            };
            names.iter().filter_map(users).collect()
        }
        ObjectKind::Schema if !drop.cascade => {
            let schemas = drop.names.iter().map(|name| &name.name.name);
            schemas.filter_map(|schema| not_empty(schema, around)).collect()
        }
        ObjectKind::Sequence => names.iter().filter_map(|name| used_by_default(name, drop.cascade, around)).collect(),
        ObjectKind::Function if !drop.cascade => function_users::refusals(drop, around),
        ObjectKind::Trigger => trigger_of_parent(drop, around).into_iter().collect(),
        ObjectKind::Type | ObjectKind::Domain if !drop.cascade => type_users::of_dropped(drop, around),
        ObjectKind::Other(kind) if matches!(kind.as_str(), "ROLE" | "USER" | "GROUP") => {
            drop.names.iter().filter_map(|role| of_role(&role.name.name, around)).collect()
        }
        ObjectKind::Other(kind) if kind == "SERVER" && !drop.cascade => {
            drop.names.iter().filter_map(|server| of_server(&server.name.name, around)).collect()
        }
        ObjectKind::Other(kind) if kind == "FOREIGN DATA WRAPPER" && !drop.cascade => {
            drop.names.iter().filter_map(|wrapper| of_wrapper(&wrapper.name.name, around)).collect()
        }
        ObjectKind::Index => {
            let mut found: Vec<Refusal> = names.iter().filter_map(|index| index_refused(index, drop, around)).collect();
            if drop.concurrently && (names.len() > 1 || drop.cascade) {
                let what = if drop.cascade { "CASCADE" } else { "several indexes" };
                found.push(refused(FEATURE_NOT_SUPPORTED, format!("DROP INDEX CONCURRENTLY does not support {what}")));
            }
            found
        }
        _ => Vec::new(),
    }
}

/// A view that reads it, or a foreign key that points to it, which the statement does not drop as well.
fn depended_on(name: &RelationName, also: &[RelationName], around: &Surroundings) -> Option<Refusal> {
    let dropped_too = |other: &RelationName| {
        also.contains(other) || also.iter().any(|table| around.catalog.descendants(table).contains(other))
    };
    // What depends on a partition depends on what it is a part of.
    let parts = around.catalog.get(name).filter(|relation| relation.is_partitioned());
    let parts = parts.map(|relation| around.catalog.descendants(&relation.name)).unwrap_or_default();
    let is_certain = |part: &&RelationName| around.catalog.get(part).is_some_and(is_there);
    let whole: Vec<&RelationName> = std::iter::once(name).chain(parts.iter().filter(is_certain)).collect();
    let views = whole.iter().flat_map(|part| around.catalog.dependent_views(part));
    let mut views = views.filter(|view| !view.perhaps_missing).map(|view| &view.name);
    let view = views.find(|view| !dropped_too(view));
    // What references a partitioned table references each of its partitions.
    let above = around.catalog.ancestors(name).into_iter().filter(|parent| parent.is_partitioned());
    let above: Vec<&RelationName> = above.map(|parent| &parent.name).collect();
    let targets = std::iter::once(name).chain(above.iter().copied()).chain(&parts);
    let referencing = targets.flat_map(|table| referencing(table, around)).map(|(table, _)| &table.name);
    let referencing: Vec<&RelationName> = referencing.filter(|table| !dropped_too(table)).collect();
    let tops = if referencing.is_empty() { &[] } else { above.as_slice() };
    let mut tree: FxHashSet<RelationName> = tops.iter().flat_map(|top| around.catalog.descendants(top)).collect();
    tree.extend(tops.iter().map(|top| (*top).clone()));
    let table = referencing.iter().find(|table| !tree.contains(**table)).or(referencing.first()).copied();
    let inheriting = around.catalog.get(name).filter(|relation| !relation.is_partitioned());
    let stays = |child: &&RelationName| {
        !also.contains(child) && around.catalog.get(child).is_some_and(|child| !child.perhaps_missing)
    };
    let child = inheriting.and_then(|relation| relation.children.iter().find(stays));
    let what = match (view, table, child) {
        (Some(view), ..) => format!("view {view}"),
        (None, Some(table), _) => format!("the foreign key of {table}"),
        (None, None, Some(child)) => format!("table {child}"),
        (None, None, None) => {
            let mut with_sequence = whole.iter().filter_map(|part| uses_sequence(part, dropped_too, around));
            if let Some(table) = with_sequence.next() {
                return Some(dependent(name, &format!("a default of {table}")));
            }
            let stays = |on: &&Relation| !on.perhaps_missing && !dropped_too(&on.name);
            let with_policy = whole
                .iter()
                .flat_map(|part| around.catalog.policies_reading(part).filter(|on| has_policy_on(part, on)));
            let policy = with_policy.filter(stays).map(|on| &on.name).min();
            let rules = || whole.iter().flat_map(|part| around.catalog.rules_using(part));
            let rule = || rules().filter(stays).map(|on| &on.name).min();
            let body = || whole.iter().flat_map(|part| around.catalog.bodies_of(part)).map(|body| &body.name).min();
            match policy {
                Some(on) => format!("a policy of {on}"),
                None => match rule() {
                    Some(on) => format!("a rule of {on}"),
                    None => format!("function {}", body()?),
                },
            }
        }
    };
    // The keys of a partitioned table to itself let a partition go until 12.
    let own_tree = view.is_none() && table.is_some_and(|table| tree.contains(table));
    let versions = if own_tree { VersionSet::since(13) } else { VersionSet::ALL };
    Some(Refusal { versions, ..dependent(name, &what) })
}

fn dependent(name: &RelationName, what: &str) -> Refusal {
    refused(DEPENDENT_OBJECTS, format!("cannot drop {name}: {what} depends on it"))
}

/// A table that stays, a default of which names a sequence that goes with a table.
fn uses_sequence<'c>(
    name: &RelationName,
    dropped_too: impl Fn(&RelationName) -> bool,
    around: &Surroundings<'c>,
) -> Option<&'c RelationName> {
    let sequences = around.catalog.get(name).map(|relation| relation.sequences.as_slice()).unwrap_or_default();
    let users = sequences.iter().flat_map(|sequence| around.catalog.defaults_from(sequence));
    users.map(|(table, _)| &table.name).find(|table| !dropped_too(table))
}

/// A policy that reads another relation for certain.
fn has_policy_on(name: &RelationName, on: &Relation) -> bool {
    on.policies.iter().any(|policy| policy.reads_relation(name) == Some(true))
}

/// DROP TABLE of a view and the like.
fn wrong_type(object: &ObjectKind, name: &RelationName, around: &Surroundings) -> Option<Refusal> {
    let is_relation = matches!(
        object,
        ObjectKind::Table
            | ObjectKind::ForeignTable
            | ObjectKind::View
            | ObjectKind::MaterializedView
            | ObjectKind::Sequence
            | ObjectKind::Index
    );
    if !is_relation {
        return None;
    }
    let Some(relation) = around.catalog.get(name).filter(|relation| is_there(relation)) else {
        let is_index = around.catalog.table_of_index(name).is_some() && *object != ObjectKind::Index;
        let there = around.catalog.past(Kind::Relation, name).is_some_and(Past::is_there);
        return (is_index && there).then(|| refused(WRONG_OBJECT_TYPE, format!("{name} is an index")));
    };
    let fits = match relation.kind {
        RelationKind::Table | RelationKind::PartitionedTable | RelationKind::Partition => *object == ObjectKind::Table,
        RelationKind::ForeignTable => *object == ObjectKind::ForeignTable,
        RelationKind::View => *object == ObjectKind::View,
        RelationKind::MaterializedView => *object == ObjectKind::MaterializedView,
        RelationKind::Sequence => *object == ObjectKind::Sequence,
        RelationKind::Index => *object == ObjectKind::Index,
    };
    (!fits).then(|| refused(WRONG_OBJECT_TYPE, format!("{name} is a {}", relation.kind.name())))
}

fn not_empty(schema: &str, around: &Surroundings) -> Option<Refusal> {
    let inside = around.catalog.relations().filter(|relation| relation.name.schema == schema);
    let relations = inside.filter(|relation| is_there(relation)).map(|relation| &relation.name);
    let others = [Kind::Type, Kind::Function].into_iter().flat_map(|kind| around.catalog.ledger.all(kind));
    let others = others.filter(|(name, past)| name.schema == schema && past.is_there()).map(|(name, _)| name);
    let name = relations.min().or_else(|| others.min())?;
    Some(refused(DEPENDENT_OBJECTS, format!("cannot drop schema {schema}: {name} depends on it")))
}

/// A row trigger that a partition has from its parent goes with that of the parent only.
fn trigger_of_parent(drop: &Drop, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(drop.on.as_ref()?).filter(|relation| is_there(relation))?;
    let parents = || relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    let name = drop.names.iter().map(|name| &name.name.name).find(|name| {
        let gives = |parent: &Relation| {
            let has = parent.triggers.iter().any(|trigger| trigger.for_each_row && trigger.name == **name);
            parent.is_partitioned() && is_there(parent) && has
        };
        relation.triggers.iter().any(|trigger| trigger.name == **name) && parents().any(gives)
    })?;
    let reason = format!("cannot drop trigger {name} of {}: that of its parent requires it", relation.name);
    Some(refused_on(VersionSet::since(11), DEPENDENT_OBJECTS, reason))
}

/// The sequence of an identity column, which CASCADE does not drop either, or one that a default names.
fn used_by_default(name: &RelationName, cascade: bool, around: &Surroundings) -> Option<Refusal> {
    let owner = around.catalog.get(name).and_then(|sequence| sequence.owner.as_ref());
    let owner = owner.and_then(|(table, column)| {
        let table = around.catalog.get(table).filter(|table| !table.perhaps_missing)?;
        Some((table, table.column(column).filter(|column| column.identity)?))
    });
    let named = || around.catalog.defaults_from(name).into_iter().next().filter(|_| !cascade);
    let (table, column) = owner.or_else(named)?;
    let reason = format!("cannot drop sequence {name}: column {} of {} depends on it", column.name, table.name);
    Some(refused(DEPENDENT_OBJECTS, reason))
}

/// Tables that the role owns, or has a privilege on.
fn of_role(role: &str, around: &Surroundings) -> Option<Refusal> {
    let has = |relation: &&Relation| {
        let granted = relation.grantees.iter().any(|known| known == role);
        is_there(relation) && (granted || relation.owned_by.as_deref() == Some(role))
    };
    let table = around.catalog.relations().filter(has).map(|relation| &relation.name).min()?;
    let reason = format!("cannot drop role {role}: it owns {table} or has privileges on it");
    Some(refused(DEPENDENT_OBJECTS, reason))
}

fn of_server(server: &str, around: &Surroundings) -> Option<Refusal> {
    let table = around.catalog.tables_of_server(server).into_iter().find(|table| is_there(table))?;
    Some(refused(DEPENDENT_OBJECTS, format!("cannot drop server {server}: foreign table {} depends on it", table.name)))
}

fn of_wrapper(wrapper: &str, around: &Surroundings) -> Option<Refusal> {
    let servers = around.catalog.servers_of(wrapper);
    let server = servers.first().filter(|_| !around.catalog.is_open())?;
    let reason = format!("cannot drop foreign data wrapper {wrapper}: server {server} depends on it");
    Some(refused(DEPENDENT_OBJECTS, reason))
}

fn index_refused(index: &RelationName, drop: &Drop, around: &Surroundings) -> Option<Refusal> {
    let table = around.catalog.get(around.catalog.table_of_index(index)?)?;
    let backs =
        table.constraint(&index.name).filter(|constraint| matches!(constraint.kind, ConstraintKind::Key { .. }));
    match backs {
        // CASCADE does not help: it is the constraint that owns the index.
        Some(_) => {
            let reason = format!("cannot drop index {index}: a constraint of {} needs it", table.name);
            Some(refused(DEPENDENT_OBJECTS, reason))
        }
        None if drop.concurrently && around.kind(&table.name) == RelationKind::PartitionedTable => {
            Some(refused(FEATURE_NOT_SUPPORTED, format!("cannot drop the partitioned index {index} concurrently")))
        }
        None => {
            let known = table.index(&index.name).filter(|known| known.certain)?;
            part_of(known, drop, around).or_else(|| key_of_others(known, table, drop, around))
        }
    }
}

/// The part of a partitioned index goes with the whole only, also with CASCADE.
fn part_of(index: &Index, drop: &Drop, around: &Surroundings) -> Option<Refusal> {
    let parent = index.more.parent.as_ref()?;
    let dropped_too = drop.names.iter().any(|name| around.resolve(name) == *parent);
    let reason = || format!("cannot drop index {}: index {parent} requires it", index.name);
    (!dropped_too).then(|| refused_on(VersionSet::since(11), DEPENDENT_OBJECTS, reason()))
}

/// A unique index that foreign keys need.
fn key_of_others(index: &Index, table: &Relation, drop: &Drop, around: &Surroundings) -> Option<Refusal> {
    let needing = if drop.cascade { Vec::new() } else { keys_of_index(index, table, around) };
    let own = || own_keys::needing(table, &sorted_keys(index), None).map(|_| table.name.clone());
    let is_only = !drop.cascade && is_only_key(index, table);
    let other = needing.into_iter().map(|(table, _)| table).next().or_else(|| own().filter(|_| is_only))?;
    let reason = format!("cannot drop index {}: the foreign key of {other} depends on it", index.name);
    Some(refused(DEPENDENT_OBJECTS, reason))
}

/// Foreign keys of other tables that need an index, with their tables: it is the oldest unique one over these columns.
pub fn keys_of_index(index: &Index, table: &Relation, around: &Surroundings) -> Vec<(RelationName, String)> {
    let columns = sorted_keys(index);
    let mut alike = table.indexes.iter().filter(|other| sorted_keys(other) == columns);
    let is_sure = is_only_key(index, table) || alike.all(|other| other.certain && !other.more.doubted);
    if !index.is_over_all_rows() || !is_sure {
        return Vec::new();
    }
    let referencing = referencing(&table.name, around).into_iter();
    let needing = referencing.filter(|(_, constraint)| {
        needs(&constraint.kind, &columns, table) && points_to(&constraint.kind, &index.name, &columns, table)
    });
    needing.map(|(table, constraint)| (table.name.clone(), constraint.name.to_string())).collect()
}

/// Foreign keys of other tables that need an index which cannot be without a column.
pub fn keys_through_column(column: &str, table: &Relation, around: &Surroundings) -> Vec<(RelationName, String)> {
    let with_it =
        table.indexes.iter().filter(|index| index.certain && !index.more.doubted && index.names_column(column));
    let mut found: Vec<(RelationName, String)> =
        with_it.flat_map(|index| keys_of_index(index, table, around)).collect();
    found.sort();
    found.dedup();
    found
}

fn is_only_key(index: &Index, table: &Relation) -> bool {
    let columns = sorted_keys(index);
    index.is_over_all_rows() && table.indexes.iter().filter(|other| sorted_keys(other) == columns).count() == 1
}

fn sorted_keys(index: &Index) -> Vec<EcoString> {
    let mut columns: Vec<EcoString> = index.keys.iter().flatten().cloned().collect();
    columns.sort();
    columns
}
