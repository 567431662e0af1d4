//! CREATE TABLE and CREATE VIEW: what they lock is other relations.

use crate::ast::{ColumnConstraintKind, CreateTable, CreateView, Persistence, TableConstraintKind};
use crate::engine::effect::{RelationName, TEMPORARY};
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::Occurrence;

pub(super) fn create_table(create: &CreateTable, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = match create.persistence {
        Persistence::Temporary => RelationName::new(TEMPORARY, &*create.name.name.name),
        _ => around.created(&create.name),
    };
    if create.if_not_exists && around.catalog.is_taken(&name) {
        let reads = create.query.iter().flat_map(|query| &query.reads).map(|read| around.resolve(read));
        return vec![
            Occurrence::new(Form::CreateTableNoop, span).with(Role::Target, name).with_all(Role::Source, reads),
        ];
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
        found.extend(partition_of(&around.resolve(&partition.parent), partition.parent.span, around));
    }
    if let Some(query) = &create.query {
        let reads = around.with_views_followed(query.reads.iter().map(|read| around.resolve(read)).collect());
        // Without data the query is looked at, and not run.
        let form = if create.with_no_data { Form::CreateMaterializedViewNoData } else { Form::CreateTableAs };
        found.push(Occurrence::new(form, query.span).with_all(Role::Source, reads));
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

fn partition_of(parent: &RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let known = around.catalog.get(parent);
    let default = known.and_then(|relation| relation.default_partition.clone());
    let form = if default.is_some() { Form::CreateTablePartitionOfDefault } else { Form::CreateTablePartitionOf };
    let mut found =
        vec![Occurrence::new(form, span).with(Role::Parent, parent.clone()).with(Role::DefaultPartition, default)];
    let referenced: Vec<RelationName> =
        known.into_iter().flat_map(|relation| relation.foreign_keys().map(|(_, to)| to.clone())).collect();
    if !referenced.is_empty() {
        let inherited = Occurrence::new(Form::CreateTablePartitionOfForeignKey, span);
        found.push(inherited.with(Role::Parent, parent.clone()).with_all(Role::Referenced, referenced));
    }
    let referencing = around.catalog.referencing(parent).into_iter().map(|(table, _)| table.name.clone());
    let referencing: Vec<RelationName> = referencing.collect();
    if !referencing.is_empty() {
        let occurrence = Occurrence::new(Form::CreateTablePartitionOfReferenced, span);
        found.push(occurrence.with_all(Role::Referencing, referencing));
    }
    found
}

pub(super) fn create_view(create: &CreateView, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = around.created(&create.name);
    // A recursive view names itself.
    let reads = create.query.reads.iter().map(|read| around.resolve(read)).filter(|read| *read != name);
    let reads: Vec<RelationName> = reads.collect();
    let reads = if create.materialized { around.with_views_followed(reads) } else { reads };
    let exists = around.catalog.is_taken(&name);
    if create.if_not_exists && exists {
        return vec![Occurrence::new(Form::CreateTableNoop, span).with_all(Role::Source, reads)];
    }
    let (form, target) = match (create.materialized, create.with_no_data) {
        (true, true) => (Form::CreateMaterializedViewNoData, None),
        (true, false) => (Form::CreateMaterializedView, None),
        (false, _) if create.or_replace && exists => (Form::ReplaceView, Some(name)),
        (false, _) => (Form::CreateView, None),
    };
    vec![Occurrence::new(form, span).with(Role::Target, target).with_all(Role::Source, reads)]
}
