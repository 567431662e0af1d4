//! CREATE INDEX and REINDEX.

use ecow::EcoString;

use crate::ast::{CreateIndex, Reindex, ReindexTarget};
use crate::engine::catalog::{Column, Index, IndexShape, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::proof::Proof;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role};
use crate::source::Span;

use super::{Occurrence, drop::indexes_of};

pub(super) fn create_index(create: &CreateIndex, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let table = around.resolve(&create.table);
    let partitioned = around.catalog.get(&table).is_some_and(|relation| relation.is_partitioned());
    let taken = create
        .name
        .as_ref()
        .is_some_and(|name| around.catalog.is_surely_taken(&RelationName::new(&*table.schema, &*name.name.name)));
    let form = match () {
        () if create.if_not_exists && taken && create.concurrently => Form::CreateIndexConcurrentlyNoop,
        () if create.if_not_exists && taken => Form::CreateIndexNoop,
        () if create.concurrently => Form::CreateIndexConcurrently,
        () if partitioned && create.only => Form::CreateIndexOnOnly,
        () if partitioned => Form::CreateIndexPartitioned,
        // Whoever writes ONLY means a partitioned table, unless history shows another.
        () if create.only && around.relation(&create.table).is_none_or(|relation| !relation.complete) => {
            Form::CreateIndexOnOnly
        }
        () => Form::CreateIndex,
    };
    let reaches =
        form == Form::CreateIndexPartitioned || (form == Form::CreateIndexNoop && partitioned && !create.only);
    let partitions = if reaches { around.catalog.descendants(&table) } else { Vec::new() };
    let known = create.name.as_ref().zip(around.catalog.get(&table)).filter(|_| form == Form::CreateIndexNoop);
    let known = known.and_then(|(name, relation)| relation.index(&name.name.name));
    let proof = known.map(|index| Proof::no_op(&table, format!("index {}", index.name), Some(index.place)));
    let has_part =
        |partition: &RelationName| form == Form::CreateIndexPartitioned && has_part(create, partition, around);
    let (mut ready, mut partitions): (Vec<RelationName>, Vec<RelationName>) =
        partitions.into_iter().partition(has_part);
    // What is below one that has it has a part of that.
    let below: Vec<RelationName> = ready.iter().flat_map(|table| around.catalog.descendants(table)).collect();
    partitions.retain(|partition| !below.contains(partition));
    ready.extend(below.into_iter().filter(|partition| !ready.contains(partition)).collect::<Vec<_>>());
    let occurrence = Occurrence::new(form, span).with(Role::Target, table).with_all(Role::Partition, partitions);
    let mut found = vec![occurrence.proven(proof)];
    if !ready.is_empty() {
        found.push(Occurrence::new(Form::CreateIndexNoop, span).with_all(Role::Partition, ready));
    }
    found
}

/// Whether a partition has an index that becomes the part of the new one, so that none is built. Only plain columns are
/// compared.
fn has_part(create: &CreateIndex, partition: &RelationName, around: &Surroundings) -> bool {
    let Some(relation) = around.catalog.get(partition) else { return false };
    let keys: Vec<Option<EcoString>> =
        create.keys.iter().map(|key| key.column.as_ref().map(|column| column.name.clone())).collect();
    let shape = IndexShape::of_index(create, |_| "");
    let is_part = |own: &Index| {
        own.certain
            && !own.more.doubted
            && own.more.parent.is_none()
            && (own.unique, own.partial) == (create.unique, false)
            && own.keys == keys
            && is_alike(&own.shape, &shape)
    };
    create.predicate.is_none() && !keys.contains(&None) && relation.indexes.iter().any(is_part)
}

/// Whether two indexes over the same columns differ in no more than in how they are sorted.
///
/// Source: `CompareIndexInfo()` of PostgreSQL's catalog/index.c.
fn is_alike(own: &IndexShape, shape: &IndexShape) -> bool {
    let compared = |shape: &IndexShape| -> Vec<_> {
        shape.keys.iter().map(|key| (key.collation.clone(), key.operators.clone())).collect()
    };
    (&own.method, &own.include, own.nulls_not_distinct) == (&shape.method, &shape.include, shape.nulls_not_distinct)
        && compared(own) == compared(shape)
        && !own.exclusion
        && !own.deferrable
}

pub(super) fn reindex(reindex: &Reindex, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let name = reindex.name.as_ref().map(|name| around.resolve(name));
    let occurrence = match reindex.target {
        ReindexTarget::Index => {
            let table = name.as_ref().and_then(|index| around.catalog.table_of_index(index)).cloned();
            match table {
                Some(table) if around.kind(&table) == RelationKind::PartitionedTable => {
                    let form = match reindex.concurrently {
                        true => Form::ReindexIndexPartitionedConcurrently,
                        false => Form::ReindexIndexPartitioned,
                    };
                    let partitions = around.catalog.descendants(&table);
                    return vec![
                        Occurrence::new(form, span).with(Role::Target, table).with_all(Role::Partition, partitions),
                    ];
                }
                table => {
                    let form = if reindex.concurrently { Form::ReindexIndexConcurrently } else { Form::ReindexIndex };
                    Occurrence::new(form, span).with(Role::Target, table).with(Role::Index, name)
                }
            }
        }
        ReindexTarget::Table => return reindex_table(reindex, name, span, around),
        ReindexTarget::Schema => {
            let inside = name.map(|schema| tables_of(Some(&schema.name), around)).unwrap_or_default();
            Occurrence::new(whole(reindex, Form::ReindexSchema), span).with_all(Role::Target, inside)
        }
        ReindexTarget::Database => {
            Occurrence::new(whole(reindex, Form::ReindexDatabase), span).with_all(Role::Target, tables_of(None, around))
        }
        ReindexTarget::System => Occurrence::new(Form::ReindexDatabase, span),
    };
    vec![occurrence]
}

/// CONCURRENTLY over a whole schema or database locks each table as REINDEX TABLE CONCURRENTLY does.
fn whole(reindex: &Reindex, form: Form) -> Form {
    if reindex.concurrently { Form::ReindexTableConcurrently } else { form }
}

fn reindex_table(reindex: &Reindex, name: Option<RelationName>, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    match name {
        Some(table) if around.kind(&table) == RelationKind::PartitionedTable => {
            let form = match reindex.concurrently {
                true => Form::ReindexPartitionedConcurrently,
                false => Form::ReindexPartitionedTable,
            };
            reindex_partitions(form, table, span, around)
        }
        name => {
            let known = name.as_ref().and_then(|table| around.catalog.get(table));
            let bare = known.filter(|table| has_nothing_to_build(table, reindex.concurrently, around));
            let form = match (reindex.concurrently, bare) {
                (true, Some(table)) if table.columns.iter().all(is_short) => Form::ReindexTableConcurrentlyNoIndex,
                (true, Some(_)) => Form::ReindexTableConcurrentlyToast,
                (true, None) => Form::ReindexTableConcurrently,
                (false, Some(_)) => Form::ReindexTableNoIndex,
                (false, None) => Form::ReindexTable,
            };
            let left_out = |name: &RelationName| {
                let index = known.and_then(|table| table.index(&name.name));
                index.is_some_and(|index| is_left_out(index, reindex.concurrently))
            };
            let mut indexes = name.as_ref().map(|table| indexes_of(table, around)).unwrap_or_default();
            indexes.retain(|index| !left_out(index));
            vec![Occurrence::new(form, span).with(Role::Target, name).with_all(Role::Index, indexes)]
        }
    }
}

/// Whether a table has no index, or none but those that CONCURRENTLY leaves as they are. All that it may have of parents
/// has to be known too.
fn has_nothing_to_build(table: &Relation, concurrently: bool, around: &Surroundings) -> bool {
    let is_known = |table: &Relation| {
        let seen = table.created_in.is_some() && !table.perhaps_older && !table.copies_unseen;
        seen && !table.perhaps_missing && table.complete
    };
    let above = around.catalog.ancestors(&table.name);
    let all_known = is_known(table) && above.into_iter().all(is_known);
    all_known && table.indexes.iter().all(|index| is_left_out(index, concurrently))
}

/// The index of an EXCLUDE constraint cannot be built CONCURRENTLY.
fn is_left_out(index: &Index, concurrently: bool) -> bool {
    concurrently && index.shape.exclusion && index.certain && !index.more.doubted
}

/// Types whose values have one short length, so that no TOAST table is needed.
const SHORT: &[&str] = &[
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "boolean",
    "date",
    "time without time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "interval",
    "uuid",
    "oid",
    "money",
];

fn is_short(column: &Column) -> bool {
    column.known_type().is_some_and(|of| of.dimensions == 0 && SHORT.contains(&of.name.as_str()))
}

fn reindex_partitions(form: Form, table: RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let bare = |name: &RelationName| {
        let table = around.catalog.get(name).filter(|table| !table.is_partitioned());
        table.is_some_and(|table| has_nothing_to_build(table, false, around))
    };
    let (bare, indexed): (Vec<_>, Vec<_>) = around.catalog.descendants(&table).into_iter().partition(bare);
    let mut found = vec![Occurrence::new(form, span).with(Role::Target, table).with_all(Role::Partition, indexed)];
    if !bare.is_empty() {
        found.push(Occurrence::new(Form::ReindexPartitionNoIndex, span).with_all(Role::Partition, bare));
    }
    found
}

/// Tables with an index, in one schema or in all.
fn tables_of(schema: Option<&str>, around: &Surroundings) -> Vec<RelationName> {
    let wanted = |name: &RelationName| schema.is_none_or(|schema| schema == name.schema);
    let tables = around.catalog.relations().filter(|relation| !relation.indexes.is_empty() && wanted(&relation.name));
    let mut names: Vec<RelationName> = tables.map(|relation| relation.name.clone()).collect();
    names.sort();
    names
}
