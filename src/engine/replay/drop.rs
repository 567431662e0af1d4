//! DROP, and what goes with the object.

use crate::ast::{Drop, ObjectKind};
use crate::engine::catalog::Column;
use crate::engine::effect::RelationName;
use crate::engine::named;
use crate::engine::refusals;
use crate::postgres::types::is_built_in_name;

use super::{Replay, body, cascade, function, inherit, parts, policy, rule, trigger, types};

pub(super) fn drop_objects(drop: &Drop, replay: &mut Replay) {
    if drop.object == ObjectKind::Function {
        if drop.cascade {
            drop.names.iter().for_each(|name| cascade::drop_users_of_function(&replay.resolve(name), replay));
        }
        function::drop(drop, replay);
        return;
    }
    for written in &drop.names {
        let name = replay.resolve(written);
        match &drop.object {
            ObjectKind::Table | ObjectKind::ForeignTable | ObjectKind::View | ObjectKind::MaterializedView => {
                drop_relation(&name, drop.cascade, replay)
            }
            ObjectKind::Sequence => {
                replay.catalog.own_sequence(&name, None);
                drop_relation(&name, drop.cascade, replay);
            }
            ObjectKind::Index => {
                if drop.cascade {
                    drop_keys_with(&name, replay);
                }
                drop_index(&name, replay);
            }
            ObjectKind::Schema => drop_schema(&written.name.name, replay),
            ObjectKind::Trigger => {
                if let Some(table) = drop.on.as_ref().map(|table| replay.resolve(table)) {
                    trigger::drop(&table, &written.name.name, replay);
                }
            }
            ObjectKind::Policy => {
                let table = drop.on.as_ref().map(|table| replay.resolve(table));
                if let Some(table) = table.and_then(|table| replay.catalog.get_mut(&table)) {
                    table.policies.retain(|policy| policy.name != written.name.name);
                }
            }
            ObjectKind::Rule => {
                let table = drop.on.as_ref().map(|table| replay.resolve(table));
                if let Some(table) = table.and_then(|table| replay.catalog.get_mut(&table)) {
                    table.rules.retain(|rule| rule.name != written.name.name);
                }
            }
            ObjectKind::Type | ObjectKind::Domain => {
                let name = replay.resolve_type(written);
                if drop.cascade {
                    drop_typed_tables(&name, replay);
                    drop_type(&name, replay);
                }
                replay.catalog.remove_type(&name);
            }
            ObjectKind::Extension if drop.cascade => drop_extension(&written.name.name, replay),
            ObjectKind::Other(kind) if kind == "COLLATION" && drop.cascade => {
                for (table, column) in named::columns_with_collation(&written.name.name, &replay.around()) {
                    parts::drop_views(&table, &column, true, replay);
                    parts::drop_column(&table, &column, replay);
                }
            }
            ObjectKind::Other(kind) if kind == "SERVER" => drop_server(&written.name.name, drop.cascade, replay),
            ObjectKind::Other(kind) if kind == "FOREIGN DATA WRAPPER" => {
                drop_servers_of(&written.name.name, drop.cascade, replay);
            }
            ObjectKind::Other(kind) if kind == "STATISTICS" => {
                replay.catalog.remove_statistics(&name);
            }
            ObjectKind::Subscription => {
                replay.catalog.take_subscription(&written.name.name);
            }
            ObjectKind::Column
            | ObjectKind::Function
            | ObjectKind::Extension
            | ObjectKind::Database
            | ObjectKind::Tablespace
            | ObjectKind::Constraint
            | ObjectKind::DomainConstraint
            | ObjectKind::Other(_) => {}
        }
    }
}

/// CASCADE takes the foreign tables of a server along.
fn drop_server(server: &str, cascade: bool, replay: &mut Replay) {
    let tables = replay.catalog.tables_of_server(server).into_iter();
    let tables: Vec<RelationName> = tables.map(|table| table.name.clone()).collect();
    tables.iter().filter(|_| cascade).for_each(|table| drop_relation(table, true, replay));
    replay.catalog.remove_server(server);
}

/// The parts on partitions go with it.
/// CASCADE drops the foreign keys of other tables that need a unique index.
fn drop_keys_with(index: &RelationName, replay: &mut Replay) {
    let around = replay.around();
    let table = around.catalog.table_of_index(index).and_then(|table| around.catalog.get(table));
    let known = table.and_then(|table| Some((table.index(&index.name)?, table)));
    let keys = known.map(|(known, table)| refusals::keys_of_index(known, table, &around)).unwrap_or_default();
    for (table, key) in keys {
        replay.catalog.touch(&table).constraints.retain(|constraint| *constraint.name != *key);
    }
}

fn drop_index(index: &RelationName, replay: &mut Replay) {
    if let Some(table) = replay.catalog.table_of_index(index).cloned() {
        for (partition, part) in inherit::parts_of(&table, &index.name, replay) {
            replay.catalog.remove_index(&RelationName::new(&*partition.schema, part));
        }
    }
    replay.catalog.remove_index(index);
}

/// Removes a relation with its partitions; with CASCADE also the views and policies that read it and the foreign keys that
/// point to it.
pub(super) fn drop_relation(name: &RelationName, cascade: bool, replay: &mut Replay) {
    let partitions = replay.catalog.descendants(name);
    for partition in &partitions {
        replay.catalog.remove(partition);
    }
    if cascade {
        let gone = || partitions.iter().chain([name]);
        let mut views: Vec<RelationName> = Vec::new();
        for view in gone().flat_map(|gone| replay.catalog.dependent_views(gone)) {
            if !views.contains(&view.name) {
                views.push(view.name.clone());
            }
        }
        for view in &views {
            replay.catalog.remove(view);
        }
        for gone in partitions.iter().chain(&views).chain([name]) {
            policy::drop_readers_of(gone, replay);
            rule::drop_with_relation(gone, replay);
            body::drop_users(gone, None, replay);
            function::drop_users_of_type(gone, replay);
            if !is_built_in_name(&gone.name) {
                parts::drop_columns_of_type(gone, replay);
            }
        }
        // A foreign key to a partitioned table hangs on the key of each partition.
        let above = replay.catalog.ancestors(name).into_iter().filter(|above| above.is_partitioned());
        let above: Vec<RelationName> = above.map(|above| above.name.clone()).collect();
        above.iter().chain(&partitions).chain([name]).for_each(|gone| parts::drop_foreign_keys_to(gone, replay));
    }
    replay.catalog.remove(name);
}

/// DROP TYPE ... CASCADE takes the tables OF the type along.
fn drop_typed_tables(of_type: &RelationName, replay: &mut Replay) {
    let typed = replay.catalog.typed_tables(of_type);
    typed.iter().for_each(|table| drop_relation(table, true, replay));
}

fn drop_schema(schema: &str, replay: &mut Replay) {
    let inside = replay.catalog.relations().filter(|relation| relation.name.schema == schema);
    let names: Vec<RelationName> = inside.map(|relation| relation.name.clone()).collect();
    for name in names {
        drop_relation(&name, true, replay);
    }
    let (enums, domains) =
        (replay.catalog.enums().map(|(name, _)| name), replay.catalog.domains().map(|(name, _)| name));
    let composites = replay.catalog.composites().map(|(name, _)| name);
    let types: Vec<RelationName> =
        enums.chain(domains).chain(composites).filter(|name| name.schema == schema).cloned().collect();
    types.iter().for_each(|name| drop_type(name, replay));
    let functions = replay.catalog.functions_only_in(schema);
    functions.iter().for_each(|name| cascade::drop_users_of_function(name, replay));
    replay.catalog.remove_functions_in(schema);
}

fn drop_servers_of(wrapper: &str, cascade: bool, replay: &mut Replay) {
    replay.catalog.servers_of(wrapper).iter().for_each(|server| drop_server(server, cascade, replay));
}

/// What an extension has goes with what tables made of it, and with the foreign tables of its wrapper, which has its name.
fn drop_extension(extension: &str, replay: &mut Replay) {
    drop_types_of_extension(extension, replay);
    drop_servers_of(extension, true, replay);
    let needing = replay
        .catalog
        .relations()
        .map(|relation| (&relation.name, named::needing(relation, extension, replay.catalog)));
    let needing = needing.filter(|(_, needing)| !needing.is_empty());
    let needing: Vec<_> = needing.map(|(table, needing)| (table.clone(), needing)).collect();
    for (table, needing) in needing {
        let relation = replay.catalog.touch(&table);
        relation.triggers.retain(|trigger| !needing.triggers.contains(&trigger.function.as_str()));
        relation.constraints.retain(|constraint| !needing.indexes.contains(&constraint.name));
        let without = relation.columns.iter_mut().filter(|column| needing.defaults.contains(&column.name));
        without.for_each(Column::drop_default);
        for index in &needing.indexes {
            replay.catalog.remove_index(&RelationName::new(&*table.schema, &**index));
        }
    }
}

/// The types of an extension go with the columns of them.
fn drop_types_of_extension(extension: &str, replay: &mut Replay) {
    let types = named::types_of_extension(extension);
    let around = replay.around();
    let columns = around.catalog.relations().flat_map(|relation| &relation.columns);
    let named = columns.filter_map(|column| Some(around.type_name(column.data_type.as_ref()?)));
    let mut gone: Vec<RelationName> = named.filter(|name| types.contains(&&*name.name)).collect();
    gone.sort();
    gone.dedup();
    gone.iter().for_each(|name| drop_type(name, replay));
}

/// A type goes with the columns of it, and with the domains over it.
fn drop_type(name: &RelationName, replay: &mut Replay) {
    let around = replay.around();
    let over = around.catalog.domains().filter(|(_, domain)| around.type_name(&domain.data_type) == *name);
    let over: Vec<RelationName> = over.map(|(domain, _)| domain.clone()).filter(|domain| domain != name).collect();
    parts::drop_columns_of_type(name, replay);
    parts::drop_defaults_of_type(name, replay);
    parts::drop_casts_to(name, replay);
    function::drop_users_of_type(name, replay);
    types::drop_attributes_of(name, replay);
    replay.catalog.remove_type(name);
    over.iter().for_each(|domain| drop_type(domain, replay));
}
