//! What the server is known to refuse in the state that a statement meets.
//!
//! Source: the SQLSTATEs in `fixtures/facts/observed.toml`. A refusal is claimed only where history shows all that it
//! depends on: what nobody has seen is never held against a statement.

mod alter;
mod bare_names;
mod bounds;
mod changes;
mod clauses;
mod column_parts;
mod column_types;
mod comparisons;
mod constraints;
mod converted;
mod copying;
mod create;
mod defaults;
mod definitions;
mod detached;
mod drop;
mod enum_use;
mod enums;
mod event_triggers;
mod excluded;
mod executed;
mod existence;
mod expressions;
mod firing;
mod foreign_keys;
mod foreign_types;
mod function_users;
mod gone;
mod grouped;
mod held;
mod identity;
mod indexes;
mod inheritance;
mod inserted;
mod kinds;
mod literals;
mod maintenance;
mod matched;
mod merged;
mod missing;
mod mutable;
mod named;
mod named_columns;
mod newer_functions;
mod newer_words;
mod objects;
mod operators;
mod options;
mod own_keys;
mod partitions;
mod passed_over;
mod pending;
mod picked;
mod presumed;
mod raised;
mod read_only;
mod readers;
mod recalculated;
mod refreshed;
mod repeated_column;
mod replica_identity;
mod replication;
mod rewritten;
mod routed;
mod routines;
mod rows;
mod sequences;
mod shapes;
mod storage;
mod subqueries;
mod syntax;
mod transactions;
mod twice_named;
mod type_kinds;
mod type_users;
mod types;
mod unparsed;
mod values;
mod views;
mod violated;
mod violated_domains;
mod words;
mod zones;

pub(crate) use drop::{keys_of_index, keys_through_column};
pub(crate) use gone::{drops_constraint, drops_foreign_key, drops_index};
pub(crate) use held::{holds_row, is_calculated_with, is_met};
pub(crate) use inserted::keeps_moment;
pub(crate) use literals::{as_of, meets};
pub(crate) use objects::lacks_part;
pub(crate) use picked::{source_of, values_of};
pub(crate) use presumed::refusals as presumed;
pub(crate) use read_only::settle;
pub(crate) use rows::has_own_default;

use ecow::EcoString;

use crate::ast::{
    AlterTable, Cluster, Comment, CreateIndex, CreateTrigger, Ident, ObjectKind, Reindex, ReindexTarget, Statement,
    StatementKind, TriggerTiming, Truncate, Vacuum,
};
use crate::postgres::VersionSet;

use super::catalog::{Constraint, ConstraintKind, Part, Relation};
use super::effect::{RelationKind, RelationName};
use super::surroundings::Surroundings;
use super::trace::Refusal;

/// Refusals that follow from what exists. `in_body`: the statement stands in the body of a DO block.
pub fn refusals(statement: &Statement, around: &Surroundings, in_body: bool) -> Vec<Refusal> {
    let mut found: Vec<Refusal> = syntax::refusals(statement, around).into_iter().collect();
    found.extend(unparsed::refusals(statement, around, in_body));
    found.extend(read_only::refusals(statement, around));
    found.extend(event_triggers::refusals(statement, around));
    found.extend(transactions::refusals(statement, around));
    found.extend(clauses::refusals(statement, around));
    if passed_over::may_do_nothing(statement, around) {
        found.extend(event_triggers::later_refusals(statement, around));
        return found;
    }
    found.extend(pending::refusals(statement, around));
    found.extend(copying::refusals(statement, around));
    found.extend(named::refusals(statement, around, in_body));
    found.extend(missing::refusals(statement, around));
    found.extend(column_parts::refusals(statement, around));
    found.extend(type_kinds::refusals(statement, around));
    found.extend(objects::refusals(statement, around));
    found.extend(routines::refusals(statement, around));
    found.extend(firing::refusals(statement, around));
    found.extend(replication::refusals(statement, around));
    found.extend(sequences::refusals(statement, around));
    found.extend(kinds::refusals(statement, around));
    // The query of a view is read before its name is looked at.
    let is_view = matches!(statement.kind, StatementKind::CreateView(_));
    if is_view {
        found.extend(named_columns::refusals(statement, around, in_body));
    }
    found.extend(of_kind(statement, around));
    if !is_view {
        found.extend(named_columns::refusals(statement, around, in_body));
    }
    found.extend(storage::refusals(statement, around));
    found.extend(comparisons::refusals(statement, around));
    found.extend(shapes::refusals(statement, around, in_body));
    found.extend(subqueries::refusals(statement, around));
    found.extend(missing::later_refusals(statement, around));
    found.extend(named_columns::later_refusals(statement, around));
    found.extend(executed::refusals(statement, around));
    found.extend(enum_use::refusals(statement, around));
    found.extend(maintenance::refusals(statement));
    found.extend(read_only::later_refusals(statement, around));
    found.extend(values::refusals(statement, around));
    found.extend(violated::refusals(statement, around));
    found.extend(rewritten::refusals(statement, around));
    found.extend(recalculated::refusals(statement, around));
    found.extend(picked::refusals(statement, around));
    found.extend(newer_functions::refusals(statement, around));
    found.extend(bare_names::refusals(statement, around));
    found.extend(routed::refusals(statement, around));
    found.extend(values::later_refusals(statement, around));
    found.extend(raised::refusals(statement, around));
    found.extend(event_triggers::later_refusals(statement, around));
    if found.is_empty() {
        found = repeated_column::refusals(statement, around, in_body);
    }
    found
}

/// Refusals of a statement that holds or names the one that runs: EXPLAIN and EXECUTE.
pub fn of_outer(outer: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &outer.kind {
        StatementKind::Explain(_) => clauses::refusals(outer, around),
        _ => Vec::new(),
    }
}

fn of_kind(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::AlterTable(alter) => alter::refusals(alter, around),
        StatementKind::CreateIndex(create) => create_index(create, around),
        StatementKind::Drop(drop) => drop::refusals(drop, around),
        StatementKind::Owned(owned) => drop::owned(owned, around).into_iter().collect(),
        StatementKind::Truncate(truncate) => self::truncate(truncate, around),
        StatementKind::Lock(lock) => kinds::locked(lock, around),
        StatementKind::Refresh(refresh) => refreshed::refusals(refresh, around),
        StatementKind::CreateTrigger(create) => create_trigger(create, around),
        StatementKind::CreateTable(create) => create::table(create, around),
        StatementKind::CreateView(create) => {
            let options = if create.materialized { Vec::new() } else { options::of_view(&create.options) };
            create::view(create, around).into_iter().chain(options).collect()
        }
        StatementKind::CreateSequence(create) => create::sequence(create, around).into_iter().collect(),
        StatementKind::Vacuum(vacuum) => self::vacuum(vacuum, around),
        StatementKind::Comment(comment) => self::comment(comment, around).into_iter().collect(),
        StatementKind::Reindex(reindex) => self::reindex(reindex, around),
        StatementKind::Write(write) => {
            let filter = expressions::filtering(write, around);
            let view = filter.into_iter().chain(views::written(write, around));
            view.chain(rows::written(write, around)).collect()
        }
        StatementKind::Cluster(cluster) => self::cluster(cluster, around).into_iter().collect(),
        StatementKind::AlterType(alter) => {
            enums::alter_type(alter, around).into_iter().chain(types::alter(alter, around)).collect()
        }
        _ => Vec::new(),
    }
}

/// A refusal on every version.
fn refused(sqlstate: &'static str, reason: String) -> Refusal {
    refused_on(VersionSet::ALL, sqlstate, reason)
}

fn refused_on(versions: VersionSet, sqlstate: &'static str, reason: String) -> Refusal {
    Refusal::new(versions, sqlstate, reason)
}

const FEATURE_NOT_SUPPORTED: &str = "0A000";
/// What the server says where it did not expect to be asked.
const INTERNAL_ERROR: &str = "XX000";
const INVALID_PARAMETER_VALUE: &str = "22023";
const SYNTAX_ERROR: &str = "42601";
const COLLATION_MISMATCH: &str = "42P21";
const DUPLICATE_COLUMN: &str = "42701";
const DUPLICATE_OBJECT: &str = "42710";
const DUPLICATE_TABLE: &str = "42P07";
const UNDEFINED_TABLE: &str = "42P01";
const UNDEFINED_OBJECT: &str = "42704";
const UNDEFINED_SCHEMA: &str = "3F000";
const DATATYPE_MISMATCH: &str = "42804";
const INVALID_OBJECT_DEFINITION: &str = "42P17";
const DEPENDENT_OBJECTS: &str = "2BP01";
const WRONG_OBJECT_TYPE: &str = "42809";
const INVALID_COLUMN_REFERENCE: &str = "42P10";
const INVALID_TABLE_DEFINITION: &str = "42P16";
const NOT_NULL_VIOLATION: &str = "23502";
const NOT_IN_PREREQUISITE_STATE: &str = "55000";

/// A unique index of a partitioned table has to hold the partition key.
fn lacks_partition_key(relation: &Relation, columns: &[&str]) -> bool {
    // A key over an expression is none that an index could hold.
    let lacks = |key: &EcoString| !columns.contains(&key.as_str());
    relation.is_partitioned() && (relation.partition_key.iter().any(lacks) || relation.is_partitioned_by_expression())
}

/// UNIQUE or PRIMARY KEY over these columns, which a partition that is partitioned itself gets too.
fn key_of_parts(relation: &Relation, columns: &[&str], around: &Surroundings) -> Option<Refusal> {
    let parts = around.catalog.descendants(&relation.name).into_iter();
    let mut parts = parts.filter_map(|name| around.catalog.get(&name)).filter(|_| relation.is_partitioned());
    let part = parts.find(|part| lacks_partition_key(part, columns))?;
    let reason = format!("a key of {} must include the partitioning columns of {}", relation.name, part.name);
    Some(refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason))
}

/// UNIQUE or PRIMARY KEY over these columns of a partitioned table.
fn partitioned_key(relation: &Relation, columns: &[&str]) -> Option<Refusal> {
    let reason = "a key of a partitioned table must include all its partitioning columns";
    if lacks_partition_key(relation, columns) {
        return Some(refused(FEATURE_NOT_SUPPORTED, reason.to_owned()));
    }
    let reason = "unique constraints are not supported on partitioned tables".to_owned();
    relation.is_partitioned().then(|| refused_on(VersionSet::before(11), FEATURE_NOT_SUPPORTED, reason))
}

fn create_index(create: &CreateIndex, around: &Surroundings) -> Vec<Refusal> {
    let Some(relation) = around.relation(&create.table) else { return Vec::new() };
    let name = &relation.name;
    // IF NOT EXISTS is looked at last: an index that is there does not make up for what is wrong with the statement.
    let taken = create.name.as_ref().filter(|_| !create.if_not_exists);
    let taken = taken.map(|index| RelationName::new(&*name.schema, &*index.name.name));
    let columns: Vec<&str> =
        create.keys.iter().filter_map(|key| key.column.as_ref()).map(|column| column.name.as_str()).collect();
    let taken = taken.as_ref().and_then(|index| existence::taken_relation(index, around));
    let mut found: Vec<Refusal> = existence::create_index(create, relation).into_iter().collect();
    found.extend(taken);
    let keys: Vec<Ident> =
        create.keys.iter().filter_map(|key| key.column.clone()).chain(create.include.clone()).collect();
    if let Some(column) = definitions::virtual_column(&keys, relation) {
        let reason = format!("indexes on virtual generated columns are not supported: {} is one", column.name);
        found.push(refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason));
    }
    found.extend(expressions::create_index(create, around));
    found.extend(indexes::create_index(create, relation, around));
    found.extend(operators::create_index(create, relation));
    found.extend(options::of_index(&create.options, create.method.as_deref()));
    match relation.kind {
        RelationKind::ForeignTable | RelationKind::View | RelationKind::Sequence if !relation.perhaps_missing => {
            let reason = format!("cannot create an index on {name}: it is a {}", relation.kind.name());
            found.push(refused(WRONG_OBJECT_TYPE, reason));
        }
        _ if relation.is_partitioned() => {
            let reason = format!("cannot create an index on the partitioned table {name}");
            found.push(refused_on(VersionSet::before(11), WRONG_OBJECT_TYPE, reason));
            if create.concurrently {
                let reason = format!("cannot create an index on the partitioned table {name} concurrently");
                found.push(refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason));
            }
            let partitions = around.catalog.descendants(name).into_iter();
            let mut foreign = partitions.filter(|table| around.kind(table) == RelationKind::ForeignTable);
            if create.unique
                && !create.only
                && let Some(table) = foreign.next()
            {
                let reason =
                    format!("cannot create a unique index on {name}: its partition {table} is a foreign table");
                found.push(refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason));
            }
            if create.unique {
                found.extend(partitioned_key(relation, &columns));
                found.extend(key_of_parts(relation, &columns, around).filter(|_| !create.only));
            }
        }
        _ => {}
    }
    found
}

fn truncate(truncate: &Truncate, around: &Surroundings) -> Vec<Refusal> {
    let named: Vec<RelationName> = truncate.tables.iter().map(|table| around.resolve(&table.name)).collect();
    let referenced = named.iter().filter(|_| !truncate.cascade).find_map(|table| {
        // What references a partitioned table references each of its partitions.
        let catalog = around.catalog;
        let parents = catalog.ancestors(table).into_iter().filter(|parent| parent.is_partitioned());
        let family = parents.map(|parent| parent.name.clone()).chain(catalog.descendants(table));
        let tables: Vec<RelationName> = std::iter::once(table.clone()).chain(family).collect();
        let referencing = tables.iter().flat_map(|table| referencing(table, around));
        let emptied = |other: &RelationName| named.contains(other) || tables.contains(other);
        let dropped = |other: &RelationName| {
            emptied(other) || catalog.ancestors(other).iter().any(|parent| named.contains(&parent.name))
        };
        let other = referencing.map(|(other, _)| &other.name).find(|other| !dropped(other));
        other.map(|other| (table, other))
    });
    let only = truncate.tables.iter().filter(|target| target.only).map(|target| around.resolve(&target.name));
    let partitioned = |table: &RelationName| around.catalog.get(table).is_some_and(Relation::is_partitioned);
    if let Some(table) = only.into_iter().find(partitioned) {
        return vec![refused(WRONG_OBJECT_TYPE, format!("cannot truncate only the partitioned table {table}"))];
    }
    let reason = |(table, other)| format!("cannot truncate {table}: the foreign key of {other} references it");
    referenced.map(|pair| refused(FEATURE_NOT_SUPPORTED, reason(pair))).into_iter().collect()
}

fn create_trigger(create: &CreateTrigger, around: &Surroundings) -> Vec<Refusal> {
    let Some(relation) = around.relation(&create.table).filter(|_| create.for_each_row) else { return Vec::new() };
    if relation.is_partitioned() {
        let reason = format!("cannot create a row trigger on the partitioned table {}", create.table);
        return vec![refused_on(VersionSet::before(11), WRONG_OBJECT_TYPE, reason)];
    }
    if relation.kind == RelationKind::View && create.timing != TriggerTiming::InsteadOf {
        let reason = format!("{} is a view: it cannot have row triggers but INSTEAD OF", relation.name);
        return vec![refused(WRONG_OBJECT_TYPE, reason)];
    }
    Vec::new()
}

/// CLUSTER without an index needs one of an earlier CLUSTER.
fn cluster(cluster: &Cluster, around: &Surroundings) -> Option<Refusal> {
    let relation = around.relation(cluster.table.as_ref()?).filter(|relation| existence::is_known_whole(relation))?;
    let reason = || format!("there is no previously clustered index for table {}", relation.name);
    (cluster.index.is_none() && !relation.clustered).then(|| refused(UNDEFINED_OBJECT, reason()))
}

/// Columns are for ANALYZE, and have to be there.
fn vacuum(vacuum: &Vacuum, around: &Surroundings) -> Vec<Refusal> {
    let workers = vacuum.options.iter().filter(|option| option.name == "parallel");
    let mut workers = workers.filter_map(|option| option.value.as_deref()?.parse::<u32>().ok());
    if vacuum.full && workers.any(|workers| workers > 0) {
        let reason = "VACUUM FULL cannot be performed in parallel".to_owned();
        return vec![refused_on(VersionSet::since(13), FEATURE_NOT_SUPPORTED, reason)];
    }
    let listed = vacuum.tables.iter().filter(|table| !table.columns.is_empty());
    if vacuum.vacuum && !vacuum.analyze {
        let reason = "ANALYZE option must be specified when a column list is provided";
        let refused = listed.map(|table| {
            [(VersionSet::before(11), SYNTAX_ERROR), (VersionSet::since(11), FEATURE_NOT_SUPPORTED)]
                .map(|(versions, sqlstate)| refused_on(versions, sqlstate, reason.to_owned()).at(table.span))
        });
        return refused.flatten().collect();
    }
    let missing = listed.filter_map(|table| {
        let relation = around.relation(&table.name)?;
        table
            .columns
            .iter()
            .find_map(|column| existence::missing_column(&column.name, relation).map(|r| r.at(column.span)))
    });
    missing.collect()
}

fn comment(comment: &Comment, around: &Surroundings) -> Option<Refusal> {
    let name = comment.object.name.as_ref()?;
    let relation = around.relation(comment.object.on.as_ref()?)?;
    match &comment.object.kind {
        ObjectKind::Column => existence::missing_column(&name.name.name, relation),
        ObjectKind::Constraint => existence::missing_constraint(&name.name, relation),
        ObjectKind::Trigger => objects::missing_part(Part::Trigger, &name.name, relation),
        ObjectKind::Policy => objects::missing_part(Part::Policy, &name.name, relation),
        _ => None,
    }
}

fn reindex(reindex: &Reindex, around: &Surroundings) -> Vec<Refusal> {
    let index = reindex.name.as_ref().filter(|_| reindex.target == ReindexTarget::Index);
    let Some(index) = index.map(|name| around.resolve(name)) else { return Vec::new() };
    let table = around.catalog.table_of_index(&index);
    let known = table.and_then(|table| around.catalog.get(table)).and_then(|table| table.index(&index.name));
    let exclusion = known.filter(|known| reindex.concurrently && known.shape.exclusion && known.certain);
    if exclusion.filter(|known| !known.more.doubted).is_some() {
        let reason = format!("cannot rebuild the index of the exclusion constraint {index} concurrently");
        return vec![refused_on(VersionSet::since(12), FEATURE_NOT_SUPPORTED, reason)];
    }
    let partitioned = table.is_some_and(|table| around.kind(table) == RelationKind::PartitionedTable);
    let reason = format!("cannot rebuild the partitioned index {index}");
    let refusal = refused_on(VersionSet::range(11, 13), FEATURE_NOT_SUPPORTED, reason);
    if partitioned { vec![refusal] } else { Vec::new() }
}

/// Foreign keys that point to a table, of tables that are known to be there.
fn referencing<'c>(table: &RelationName, around: &Surroundings<'c>) -> Vec<(&'c Relation, &'c Constraint)> {
    let mut found = around.catalog.referencing(table);
    found.retain(|(other, _)| !other.perhaps_missing);
    found
}

/// Foreign keys of other tables that need a key of this name over these columns.
fn keys_that_need<'c>(
    relation: &Relation,
    key: &str,
    columns: &[EcoString],
    around: &Surroundings<'c>,
) -> Vec<&'c RelationName> {
    let referencing = referencing(&relation.name, around).into_iter();
    let needing = referencing.filter(|(_, constraint)| {
        needs(&constraint.kind, columns, relation) && points_to(&constraint.kind, key, columns, relation)
    });
    needing.map(|(table, _)| &table.name).collect()
}

/// Tables whose foreign keys need the key of this name.
pub(crate) fn keys_of_constraint<'c>(
    name: &str,
    relation: Option<&Relation>,
    around: &Surroundings<'c>,
) -> Vec<&'c RelationName> {
    let key = relation.and_then(|relation| Some((relation, relation.constraint(name)?)));
    match key {
        Some((relation, Constraint { kind: ConstraintKind::Key { columns, .. }, .. })) => {
            keys_that_need(relation, name, columns, around)
        }
        _ => Vec::new(),
    }
}

/// Whether a foreign key that points to the table needs a key over these columns.
fn needs(kind: &ConstraintKind, columns: &[EcoString], relation: &Relation) -> bool {
    match kind {
        ConstraintKind::ForeignKey { referenced_columns, .. } if referenced_columns.is_empty() => {
            relation.primary_key().is_some_and(|key| key == columns)
        }
        ConstraintKind::ForeignKey { referenced_columns, .. } => {
            let mut referenced: Vec<&EcoString> = referenced_columns.iter().collect();
            let mut key: Vec<&EcoString> = columns.iter().collect();
            referenced.sort();
            key.sort();
            referenced == key
        }
        ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::Key { .. } => false,
    }
}

/// Whether a foreign key is tied to the key of this name, and not to another one over the same columns.
///
/// Source: `transformFkeyGetPrimaryKey` and `transformFkeyCheckAttrs` of the server: the primary key where no columns are
/// written, else the oldest index that is unique over them at once.
fn points_to(kind: &ConstraintKind, key: &str, columns: &[EcoString], relation: &Relation) -> bool {
    let over_them = |index: &&super::catalog::Index| {
        let keys: Vec<&EcoString> = index.keys.iter().flatten().collect();
        let fits = index.is_over_all_rows() && inserted::is_immediate(index);
        fits && keys.len() == columns.len() && columns.iter().all(|column| keys.contains(&column))
    };
    let primary = |known: &&Constraint| matches!(known.kind, ConstraintKind::Key { primary: true, .. });
    match kind {
        ConstraintKind::ForeignKey { referenced_columns, .. } if referenced_columns.is_empty() => {
            relation.constraints.iter().find(primary).is_some_and(|primary| primary.name == *key)
        }
        _ => relation.indexes.iter().find(over_them).is_none_or(|oldest| oldest.name == key),
    }
}

/// The refusals of changes of type belong to ALTER TABLE.
fn type_changes(alter: &AlterTable, around: &Surroundings) -> Vec<Refusal> {
    around.refused_type_changes(alter)
}
