//! CREATE TABLE and CREATE VIEW: what they lock is other relations.

use crate::ast::{
    ColumnConstraintKind, CreateTable, CreateView, PartitionBound, Persistence, Query, TableConstraintKind,
};
use crate::engine::effect::{RelationName, TEMPORARY};
use crate::engine::partitions::{proof as partition_proof, zone};
use crate::engine::proof::Proof;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::reads::{LOCKING, READING};
use super::{Occurrence, attach, data};

pub(super) fn create_table(create: &CreateTable, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = match create.persistence {
        Persistence::Temporary => RelationName::new(TEMPORARY, &*create.name.name.name),
        _ => around.created(&create.name),
    };
    if create.if_not_exists && around.catalog.is_surely_taken(&name) {
        let place = around.catalog.get(&name).and_then(|relation| relation.place);
        let proof = Proof::no_op(&name, format!("CREATE of {name}"), place);
        let reads = create.query.iter().flat_map(|query| &query.reads).map(|read| around.resolve(read));
        let noop = Occurrence::new(Form::CreateTableNoop, span).with(Role::Target, name).with_all(Role::Source, reads);
        return vec![noop.proven([proof])];
    }
    let mut found = vec![Occurrence::new(Form::CreateTable, span)];
    found.extend(references(create, &name, around));
    found.extend(
        create.like.iter().map(|like| {
            Occurrence::new(Form::CreateTableLike, like.span).with(Role::Source, around.resolve(&like.table))
        }),
    );
    found.extend(create.inherits.iter().map(|parent| {
        Occurrence::new(Form::CreateTableInherits, parent.span).with(Role::Parent, around.resolve(parent))
    }));
    if let Some(partition) = &create.partition_of {
        let parent = around.resolve(&partition.parent);
        let tree = create.partition_by.is_some();
        found.extend(partition_of(&parent, &partition.bound, tree, partition.parent.span, around));
    }
    if let Some(query) = &create.query {
        found.extend(query_of(query, Form::CreateTableAs, create.with_no_data, query.span, around));
    }
    found
}

/// Foreign keys to other tables, in columns and in table constraints.
fn references(create: &CreateTable, name: &RelationName, around: &Surroundings) -> Vec<Occurrence> {
    let inline =
        create.columns.iter().flat_map(|column| &column.constraints).filter_map(|constraint| match &constraint.kind {
            ColumnConstraintKind::References(references) => Some((references, constraint.span)),
            _ => None,
        });
    let table_level = create.constraints.iter().filter_map(|constraint| match &constraint.kind {
        TableConstraintKind::ForeignKey { references, .. } => Some((references, constraint.span)),
        _ => None,
    });
    inline
        .chain(table_level)
        .map(|(references, span)| (around.resolve(&references.table), span))
        .filter(|(referenced, _)| referenced != name)
        .map(|(referenced, span)| {
            let locked = around.with_partitions(referenced);
            Occurrence::new(Form::CreateTableReferences, span).with_all(Role::Referenced, locked)
        })
        .collect()
}

/// A new partition, which may be a `tree`: partitioned itself.
fn partition_of(
    parent: &RelationName,
    bound: &PartitionBound,
    tree: bool,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let known = around.catalog.get(parent);
    let in_utc = known.filter(|_| around.is_utc()).map(|parent| zone::bound_in_utc(bound, parent));
    let bound = in_utc.as_ref().unwrap_or(bound);
    let default = known.and_then(|relation| relation.default_partition.clone());
    let judged = known.zip(default.as_ref().and_then(|default| around.catalog.get(default)));
    let proven = judged.filter(|(parent, default)| partition_proof::excludes(default, parent, bound));
    let proofs = proven.map(|(parent, default)| Proof::by_checks(default, parent, bound, partition_proof::excludes));
    let form = match default {
        Some(_) if proven.is_some() => Form::CreateTablePartitionOfDefaultProven,
        Some(_) => Form::CreateTablePartitionOfDefault,
        None => Form::CreateTablePartitionOf,
    };
    // With a proof, nobody looks below; without, each table below is read unless it has one.
    let below = default.iter().filter(|_| proven.is_none()).flat_map(|default| around.catalog.descendants(default));
    let spared = |table: &RelationName| {
        let table = around.catalog.get(table).zip(known);
        table.is_some_and(|(table, parent)| partition_proof::excludes(table, parent, bound))
    };
    let (spared, read): (Vec<RelationName>, Vec<RelationName>) = below.partition(spared);
    let occurrence = Occurrence::new(form, span).proven(proofs.into_iter().flatten());
    let occurrence = occurrence.with(Role::Parent, parent.clone()).with(Role::DefaultPartition, default);
    let mut found = vec![occurrence.with_all(Role::DefaultPartition, read)];
    if !spared.is_empty() {
        let occurrence = Occurrence::new(Form::CreateTablePartitionOfDefaultProven, span);
        found.push(occurrence.with_all(Role::DefaultPartition, spared));
    }
    let referenced = known.into_iter().flat_map(|relation| relation.foreign_keys().map(|(_, to)| to.clone()));
    let referenced: Vec<RelationName> = referenced.flat_map(|to| around.with_partitions(to)).collect();
    if !referenced.is_empty() {
        let form = match tree {
            true => Form::CreateTablePartitionOfForeignKeyTree,
            false => Form::CreateTablePartitionOfForeignKey,
        };
        let inherited = Occurrence::new(form, span);
        found.push(inherited.with(Role::Parent, parent.clone()).with_all(Role::Referenced, referenced));
    }
    let referencing = attach::referencing(parent, around);
    if !referencing.is_empty() {
        let occurrence = Occurrence::new(Form::CreateTablePartitionOfReferenced, span);
        found.push(occurrence.with_all(Role::Referencing, referencing));
    }
    found
}

/// A query that fills what is created, unless WITH NO DATA says that it is only looked at.
fn query_of(query: &Query, form: Form, with_no_data: bool, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    if with_no_data {
        let named = query.reads.iter().map(|read| around.resolve(read));
        return vec![Occurrence::new(Form::CreateMaterializedViewNoData, span).with_all(Role::Source, named)];
    }
    let (reads, locks) = data::reads_of(query).split(around);
    let [_, by_key, left_out, late, late_alone] = READING;
    let mut found = reads.occurrences([form, by_key, left_out, late, late_alone], Role::Source, span);
    if found.first().is_none_or(|first| first.form != form) {
        found.insert(0, Occurrence::new(form, span));
    }
    found.extend(locks.occurrences(LOCKING, Role::Target, span));
    found.extend(data::written_within(query, around));
    found
}

pub(super) fn create_view(create: &CreateView, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = around.created(&create.name);
    let exists = around.catalog.is_taken(&name);
    if create.if_not_exists && exists {
        let reads = create.query.reads.iter().map(|read| around.resolve(read));
        let reads = if create.materialized { around.with_views_followed(reads.collect()) } else { reads.collect() };
        return vec![Occurrence::new(Form::CreateTableNoop, span).with_all(Role::Source, reads)];
    }
    if create.materialized {
        return query_of(&create.query, Form::CreateMaterializedView, create.with_no_data, span, around);
    }
    // A recursive view names itself.
    let reads = create.query.reads.iter().map(|read| around.resolve(read)).filter(|read| *read != name);
    let reads: Vec<RelationName> = reads.collect();
    let (form, target) = match create.or_replace && exists {
        true => (Form::ReplaceView, Some(name)),
        false => (Form::CreateView, None),
    };
    let made = Occurrence::new(form, span).with(Role::Target, target).with_all(Role::Source, reads);
    // Nothing is read, and the lock is that of a query that locks rows.
    let locked = create.query.row_locks.iter().map(|name| around.resolve(name));
    let locking = Occurrence::new(Form::SelectForUpdateByKey, span).with_all(Role::Target, locked);
    std::iter::once(made).chain(Some(locking).filter(|locking| !locking.relations.is_empty())).collect()
}
