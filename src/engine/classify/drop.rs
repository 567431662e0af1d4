//! DROP.

use ecow::EcoString;
use rustc_hash::FxHashSet;

use crate::ast::{Drop, ObjectKind};
use crate::engine::catalog::{Column, ConstraintKind, Relation, Trigger, calls};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::named;
use crate::engine::proof::Proof;
use crate::engine::refusals;
use crate::engine::surroundings::Surroundings;
use crate::postgres::{Form, Role, types};
use crate::source::Span;

use super::Occurrence;
use super::drop_type::{drop_columns_of, drop_columns_of_type};

pub(super) fn drop(drop: &Drop, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let each = |drop_one: fn(&Drop, RelationName, Span, &Surroundings) -> Vec<Occurrence>| {
        drop.names.iter().flat_map(|name| drop_one(drop, around.resolve(name), name.span, around)).collect()
    };
    let on_table = |form: Form| {
        let table = drop.on.as_ref().map(|table| around.resolve(table));
        vec![Occurrence::new(form, span).with(Role::Target, table)]
    };
    match &drop.object {
        ObjectKind::Table | ObjectKind::ForeignTable => {
            let names: Vec<RelationName> = drop.names.iter().map(|name| around.resolve(name)).collect();
            let also_dropped: FxHashSet<&RelationName> = names.iter().collect();
            let spans = drop.names.iter().map(|name| name.span);
            let each = names.iter().zip(spans);
            each.flat_map(|(name, span)| drop_table(drop, name.clone(), &also_dropped, span, around)).collect()
        }
        ObjectKind::Index => each(drop_index),
        ObjectKind::View => each(|drop, name, span, around| drop_view(drop, Form::DropView, name, span, around)),
        ObjectKind::MaterializedView => {
            each(|drop, name, span, around| drop_view(drop, Form::DropMaterializedView, name, span, around))
        }
        ObjectKind::Type | ObjectKind::Domain if drop.cascade => each(drop_columns_of_type),
        ObjectKind::Extension if drop.cascade => {
            drop.names.iter().flat_map(|name| drop_extension(&name.name.name, span, around)).collect()
        }
        ObjectKind::Other(kind) if kind == "COLLATION" && drop.cascade => {
            let columns = drop.names.iter().flat_map(|name| named::columns_with_collation(&name.name.name, around));
            let mut tables: Vec<RelationName> = columns.map(|(table, _)| table).collect();
            tables.dedup();
            tables.into_iter().map(|table| Occurrence::new(Form::DropColumn, span).with(Role::Target, table)).collect()
        }
        ObjectKind::Schema if drop.cascade => drop_schema(drop, around),
        ObjectKind::Trigger | ObjectKind::Policy if drop.if_exists && refusals::lacks_part(drop, around) => Vec::new(),
        ObjectKind::Rule if drop.if_exists && lacks_rule(drop, around) => Vec::new(),
        ObjectKind::Trigger => vec![drop_trigger(drop, span, around)],
        ObjectKind::Rule => on_table(Form::DropRule),
        ObjectKind::Policy => on_table(Form::DropPolicy),
        ObjectKind::Database => vec![Occurrence::new(Form::DropDatabase, span)],
        ObjectKind::Subscription => {
            let with_slot = drop.names.iter().filter(|name| has_slot(&name.name.name, around));
            with_slot.map(|_| Occurrence::new(Form::DropSubscription, span)).collect()
        }
        ObjectKind::Tablespace => vec![Occurrence::new(Form::DropTablespace, span)],
        ObjectKind::Sequence => each(drop_sequence),
        ObjectKind::Function if drop.cascade => each(drop_function),
        ObjectKind::Function => each(drop_expressions),
        ObjectKind::Other(kind) if kind == "SERVER" && drop.cascade => {
            drop.names.iter().flat_map(|server| drop_tables_of(&server.name.name, span, around)).collect()
        }
        ObjectKind::Other(kind) if kind == "FOREIGN DATA WRAPPER" && drop.cascade => {
            drop.names.iter().flat_map(|wrapper| drop_servers_of(&wrapper.name.name, span, around)).collect()
        }
        ObjectKind::Other(kind) if kind == "STATISTICS" => each(|_, name, span, around| {
            let tables = around.catalog.statistics(&name).to_vec();
            vec![Occurrence::new(Form::DropStatistics, span).with_all(Role::Target, tables)]
        }),
        ObjectKind::Column
        | ObjectKind::Type
        | ObjectKind::Domain
        | ObjectKind::Schema
        | ObjectKind::Extension
        | ObjectKind::Constraint
        | ObjectKind::DomainConstraint
        | ObjectKind::Other(_) => Vec::new(),
    }
}

/// Whether history shows that the subscription is there and has a slot.
fn has_slot(name: &str, around: &Surroundings) -> bool {
    around.catalog.subscription(name).slot == Some(true) && around.catalog.has_subscription(name)
}

/// CASCADE drops the defaults that take their values from the sequence.
fn drop_sequence(drop: &Drop, name: RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let defaults = if drop.cascade { dropped_defaults([&name], |_| true, span, around) } else { Vec::new() };
    let dropped = Occurrence::new(Form::DropSequence, span).with(Role::Sequence, name);
    std::iter::once(dropped).chain(defaults).collect()
}

/// Defaults of tables that stay, and name sequences that go.
pub(super) fn dropped_defaults<'n>(
    sequences: impl IntoIterator<Item = &'n RelationName>,
    stays: impl Fn(&RelationName) -> bool,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let columns = sequences.into_iter().flat_map(|sequence| around.catalog.defaults_from(sequence));
    let mut tables: Vec<&RelationName> = columns.map(|(table, _)| &table.name).filter(|table| stays(table)).collect();
    tables.sort();
    tables.dedup();
    let dropped =
        |table: &RelationName| Occurrence::new(Form::DropFunctionDefault, span).with(Role::Target, table.clone());
    tables.into_iter().map(dropped).collect()
}

/// CASCADE drops triggers that execute the function, and defaults, indexes, checks, policies and views that call it.
fn drop_function(_: &Drop, name: RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let is_only = around.catalog.is_only_function(&name.name);
    for relation in around.catalog.relations() {
        let on_table = |form: Form| Occurrence::new(form, span).with(Role::Target, relation.name.clone());
        let mut triggers = relation.triggers.iter().filter(|trigger| trigger.function == name.name).peekable();
        if triggers.peek().is_some() {
            found.push(on_table(Form::DropFunctionTrigger));
        }
        // Partitions have copies of row triggers.
        if relation.is_partitioned() && triggers.any(|trigger| trigger.for_each_row) {
            let partitions = around.catalog.descendants(&relation.name).into_iter();
            let locked = |table| Occurrence::new(Form::DropFunctionTrigger, span).with(Role::Target, table);
            found.extend(partitions.map(locked));
        }
        let gives = |column: &Column| {
            column.default_functions.contains(&name.name) || is_only && column.is_generated_by(&name.name)
        };
        if relation.columns.iter().any(gives) {
            found.push(on_table(Form::DropFunctionDefault));
        }
        for index in relation.indexes.iter().filter(|index| index.calls_function(&name.name) && is_only) {
            let index = RelationName::new(&*relation.name.schema, &*index.name);
            found.push(on_table(Form::DropIndex).with(Role::Index, index));
        }
        if is_only && relation.constraints.iter().any(|constraint| constraint.kind.calls_function(&name.name)) {
            found.push(on_table(Form::DropCheck));
        }
        if is_only && relation.policies.iter().any(|policy| policy.calls_function(&name.name)) {
            found.push(on_table(Form::DropPolicy));
        }
        if is_only && calls(&relation.calls, &name.name) {
            found.extend(dropped_views(vec![relation], span));
            found.extend(dependent_views(&relation.name, span, around));
        }
    }
    found.sort_by(|a, b| a.relations.cmp(&b.relations));
    found
}

/// CASCADE drops what is made of an extension: columns of its types, defaults, triggers and indexes, and the foreign tables of
/// its wrapper, which has its name.
fn drop_extension(extension: &str, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let types = named::types_of_extension(extension);
    let mut found = drop_columns_of(|dropped| types.contains(&&*dropped.name), span, around);
    for relation in around.catalog.relations() {
        let on_table = |form: Form| Occurrence::new(form, span).with(Role::Target, relation.name.clone());
        let needing = named::needing(relation, extension, around.catalog);
        found.extend((!needing.defaults.is_empty()).then(|| on_table(Form::DropFunctionDefault)));
        found.extend((!needing.triggers.is_empty()).then(|| on_table(Form::DropFunctionTrigger)));
        let index = |name: &EcoString| RelationName::new(&*relation.name.schema, &**name);
        found.extend(needing.indexes.iter().map(|name| on_table(Form::DropIndex).with(Role::Index, index(name))));
    }
    found.extend(drop_servers_of(extension, span, around));
    found.sort_by(|a, b| a.relations.cmp(&b.relations));
    found
}

/// CASCADE drops the servers of a wrapper with their foreign tables.
fn drop_servers_of(wrapper: &str, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let servers = around.catalog.servers_of(wrapper).into_iter();
    servers.flat_map(|server| drop_tables_of(&server, span, around)).collect()
}

/// CASCADE drops the foreign tables of a server, and the views that read them.
fn drop_tables_of(server: &str, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let tables = around.catalog.tables_of_server(server).into_iter();
    let dropped = tables.flat_map(|table| {
        let below = around.catalog.descendants(&table.name);
        let tree: Vec<RelationName> = std::iter::once(table.name.clone()).chain(below).collect();
        let gone = |table: RelationName| {
            let views = dependent_views(&table, span, around);
            std::iter::once(Occurrence::new(Form::DropTable, span).with(Role::Target, table)).chain(views)
        };
        tree.into_iter().flat_map(gone).collect::<Vec<_>>()
    });
    dropped.collect()
}

/// Until 14 the expressions of generated columns that call the function go with it, and later they keep it.
fn drop_expressions(_: &Drop, name: RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let calls = |relation: &&Relation| relation.columns.iter().any(|column| column.is_generated_by(&name.name));
    let is_only = around.catalog.is_only_function(&name.name);
    let tables = around.catalog.relations().filter(|_| is_only).filter(calls);
    let mut tables: Vec<RelationName> = tables.map(|relation| relation.name.clone()).collect();
    tables.sort();
    let dropped = |table| Occurrence::new(Form::DropFunctionDefault, span).with(Role::Target, table);
    tables.into_iter().map(dropped).collect()
}

/// IF EXISTS names a rule that a table, known whole, does not have, or a table that is not there.
fn lacks_rule(drop: &Drop, around: &Surroundings) -> bool {
    let Some(table) = drop.on.as_ref().map(|table| around.resolve(table)) else { return false };
    let Some(relation) = around.catalog.get(&table) else { return around.is_missing(&table) };
    let whole =
        relation.complete && relation.created_in.is_some() && !relation.perhaps_older && relation.parents.is_empty();
    whole && !drop.names.iter().any(|name| relation.rules.iter().any(|rule| rule.name == name.name.name))
}

/// Partitions have a copy of a row trigger of their parent.
fn drop_trigger(drop: &Drop, span: Span, around: &Surroundings) -> Occurrence {
    let occurrence = Occurrence::new(Form::DropTrigger, span);
    let Some(table) = drop.on.as_ref().map(|table| around.resolve(table)) else { return occurrence };
    let partitioned = around.catalog.get(&table).filter(|relation| relation.is_partitioned());
    let known = partitioned.map(|relation| relation.triggers.as_slice()).unwrap_or_default();
    let is_dropped = |trigger: &Trigger| drop.names.iter().any(|name| name.name.name == trigger.name);
    let cloned = known.iter().any(|trigger| trigger.for_each_row && is_dropped(trigger));
    let partitions = if cloned { around.catalog.descendants(&table) } else { Vec::new() };
    occurrence.with(Role::Target, table).with_all(Role::Partition, partitions)
}

/// Views that CASCADE takes along.
pub(super) fn dependent_views(name: &RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    dropped_views(around.catalog.dependent_views(name), span)
}

/// Views, policies and rules of other relations that go with a column. A view of which it is not known whether it reads the
/// column may be dropped too.
pub(super) fn dropped_with_column(
    table: &RelationName,
    column: &str,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let views = around.catalog.views_dropped_with_column(table, column).into_iter();
    let views = dropped_views(views.map(|(view, _)| view).collect(), span);
    let of_others = |form: Form, on: &Relation| {
        (on.name != *table).then(|| Occurrence::new(form, span).with(Role::Target, on.name.clone()))
    };
    let policies = around.catalog.policies_of_column(table, column).into_iter();
    let policies = policies.filter_map(|(on, _, _)| of_others(Form::DropPolicy, on));
    let rules = around.catalog.rules_of_column(table, column).into_iter();
    let rules = rules.filter_map(|(on, _, _)| of_others(Form::DropRule, on));
    views.into_iter().chain(policies).chain(rules).collect()
}

/// Views that go with what they read.
pub(super) fn dropped_views(views: Vec<&Relation>, span: Span) -> Vec<Occurrence> {
    let dropped = views.into_iter().map(|view| match view.kind {
        RelationKind::MaterializedView => (Form::DropMaterializedView, view.name.clone()),
        _ => (Form::DropView, view.name.clone()),
    });
    dropped.map(|(form, view)| Occurrence::new(form, span).with(Role::Target, view)).collect()
}

fn drop_view(drop: &Drop, form: Form, name: RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    if drop.if_exists && around.is_missing(&name) {
        return Vec::new();
    }
    let mut found = vec![Occurrence::new(form, span).with(Role::Target, name.clone())];
    if drop.cascade {
        let stays = |on: &RelationName| !drop.names.iter().any(|name| around.resolve(name) == *on);
        found.extend(dependent_views(&name, span, around));
        found.extend(dropped_readers(&name, stays, span, around));
    }
    found
}

/// Policies and rules of tables that stay, which read a relation that goes or a view behind it.
fn dropped_readers(
    name: &RelationName,
    stays: impl Fn(&RelationName) -> bool,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    let views = around.catalog.dependent_views(name).into_iter().map(|view| &view.name);
    let gone: Vec<&RelationName> = std::iter::once(name).chain(views).collect();
    let sorted = |mut readers: Vec<RelationName>| {
        readers.retain(|on| stays(on) && !gone.contains(&on));
        readers.sort();
        readers.dedup();
        readers
    };
    let policies = gone.iter().flat_map(|gone| around.catalog.policies_reading(gone).map(|on| on.name.clone()));
    let rules = gone.iter().flat_map(|gone| around.catalog.rules_using(gone).map(|on| on.name.clone()));
    let policies = sorted(policies.collect()).into_iter().map(|on| (Form::DropPolicy, on));
    let rules = sorted(rules.collect()).into_iter().map(|on| (Form::DropRule, on));
    policies.chain(rules).map(|(form, on)| Occurrence::new(form, span).with(Role::Target, on)).collect()
}

fn drop_table(
    drop: &Drop,
    name: RelationName,
    also_dropped: &FxHashSet<&RelationName>,
    span: Span,
    around: &Surroundings,
) -> Vec<Occurrence> {
    if drop.if_exists && around.is_missing(&name) {
        let proof = Proof::no_op(&name, format!("the history, which leaves no relation \"{name}\""), None);
        return vec![Occurrence::new(Form::DropTableNoop, span).with(Role::Target, name).proven([proof])];
    }
    let elsewhere = |relation: &RelationName| !also_dropped.contains(relation);
    let partitions = around.catalog.descendants(&name);
    let mut found = vec![
        Occurrence::new(Form::DropTable, span)
            .with(Role::Target, name.clone())
            .with_all(Role::Partition, partitions.clone())
            .with_all(Role::Index, indexes_of(&name, around)),
    ];
    if drop.cascade {
        found.extend(dependent_views(&name, span, around));
        found.extend(dropped_readers(&name, elsewhere, span, around));
        for part in &partitions {
            found.extend(dependent_views(part, span, around));
            found.extend(dropped_readers(part, elsewhere, span, around));
        }
    }
    let Some(relation) = around.catalog.get(&name) else { return found };
    if drop.cascade {
        // Columns that hold rows of it.
        let is_meant = !types::is_built_in_name(&name.name);
        let holding = drop_columns_of(|dropped| is_meant && *dropped == name, span, around);
        let gone = |table: &RelationName| *table == name || partitions.contains(table) || !elsewhere(table);
        found.extend(holding.into_iter().filter(|other| !other.relations.iter().any(|(_, table)| gone(table))));
        let stays = |table: &RelationName| *table != name && !partitions.contains(table) && elsewhere(table);
        found.extend(dropped_defaults(&relation.sequences, stays, span, around));
    }
    let parents = around.catalog.ancestors(&name);
    let parts = partitions.iter().filter_map(|part| around.catalog.get(part));
    let keys = std::iter::once(relation).chain(parts).flat_map(|table| own_foreign_keys(table, around));
    let mut seen: FxHashSet<RelationName> = FxHashSet::default();
    let referenced = keys.filter(|to| *to != name && !partitions.contains(to) && elsewhere(to));
    let referenced = referenced.filter(|to| seen.insert(to.clone()));
    let is_partitioned = |to: &RelationName| around.kind(to) == RelationKind::PartitionedTable;
    let (partitioned, referenced): (Vec<RelationName>, Vec<RelationName>) = referenced.partition(is_partitioned);
    found.extend(partitioned.into_iter().map(|to| unreferenced_partitions(to, span, around)));
    if !referenced.is_empty() {
        found.push(Occurrence::new(Form::DropTableForeignKey, span).with_all(Role::Referenced, referenced));
    }
    // What references a partitioned table references each of its partitions.
    let above = parents.iter().filter(|parent| parent.is_partitioned()).map(|parent| &parent.name);
    let dropped_with_part: Vec<RelationName> = parents
        .iter()
        .filter(|parent| {
            drop.cascade && parent.is_partitioned() && !around.catalog.referencing(&parent.name).is_empty()
        })
        .map(|parent| parent.name.clone())
        .collect();
    found.extend(dropped_with_part.into_iter().map(|to| unreferenced_partitions(to, span, around)));
    let referencing: Vec<RelationName> = std::iter::once(&name)
        .chain(&partitions)
        .chain(above)
        .flat_map(|table| around.catalog.referencing(table))
        .map(|(table, _)| table.name.clone())
        .filter(|table| elsewhere(table))
        .collect();
    if drop.cascade && !referencing.is_empty() {
        found.push(Occurrence::new(Form::DropTableReferencedCascade, span).with_all(Role::Referencing, referencing));
    }
    if around.is_partition(relation) {
        let parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
        let others = parents.filter_map(|parent| parent.default_partition.clone()).filter(|default| *default != name);
        found.push(
            Occurrence::new(Form::DropTablePartition, span)
                .with_all(Role::Parent, relation.parents.clone())
                .with_all(Role::DefaultPartition, others),
        );
    }
    found
}

/// What the foreign keys of a table reference. That of a parent is the parent's business.
fn own_foreign_keys(relation: &Relation, around: &Surroundings) -> Vec<RelationName> {
    let parents = around.catalog.ancestors(&relation.name);
    let inherited = |key: &ConstraintKind| {
        let mut partitioned = parents.iter().filter(|parent| parent.is_partitioned());
        partitioned.any(|parent| parent.foreign_keys().any(|(other, _)| other.kind == *key))
    };
    relation.foreign_keys().filter(|(key, _)| !inherited(&key.kind)).map(|(_, to)| to.clone()).collect()
}

/// A partitioned table to which no foreign key of the dropped table or column points any more.
pub(super) fn unreferenced_partitions(to: RelationName, span: Span, around: &Surroundings) -> Occurrence {
    let is_partitioned = |table: &RelationName| around.catalog.get(table).is_some_and(Relation::is_partitioned);
    let (inner, leaves): (Vec<RelationName>, Vec<RelationName>) =
        around.with_partitions(to).into_iter().partition(is_partitioned);
    let occurrence = Occurrence::new(Form::DropTableReferencesPartitioned, span).with_all(Role::Referenced, inner);
    occurrence.with_all(Role::Partition, leaves)
}

fn drop_index(drop: &Drop, index: RelationName, span: Span, around: &Surroundings) -> Vec<Occurrence> {
    if drop.if_exists && around.is_missing(&index) {
        return Vec::new();
    }
    let table = around.catalog.table_of_index(&index).cloned();
    let partitioned =
        table.as_ref().and_then(|table| around.catalog.get(table)).is_some_and(|relation| relation.is_partitioned());
    let form = match (drop.concurrently, partitioned) {
        (true, _) => Form::DropIndexConcurrently,
        (false, true) => Form::DropIndexPartitioned,
        (false, false) => Form::DropIndex,
    };
    let partitions = table.as_ref().filter(|_| partitioned).map(|table| around.catalog.descendants(table));
    let keys = if drop.cascade { keys_with(&index, around) } else { Vec::new() };
    let keys = (!keys.is_empty())
        .then(|| Occurrence::new(Form::DropPrimaryKeyCascade, span).with_all(Role::Referencing, keys));
    let own = Occurrence::new(form, span)
        .with(Role::Target, table.clone())
        .with_all(Role::Partition, partitions.unwrap_or_default())
        .with(Role::Index, index);
    std::iter::once(own).chain(keys).collect()
}

/// Tables whose foreign keys CASCADE drops along with the unique index that they need.
fn keys_with(index: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    let table = around.catalog.table_of_index(index).and_then(|table| around.catalog.get(table));
    let known = table.and_then(|table| Some((table.index(&index.name).filter(|known| known.certain)?, table)));
    let keys = known.map(|(known, table)| refusals::keys_of_index(known, table, around)).unwrap_or_default();
    keys.into_iter().map(|(table, _)| table).collect()
}

/// DROP SCHEMA ... CASCADE drops every relation in it, and the columns of its types elsewhere.
fn drop_schema(drop: &Drop, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = Vec::new();
    for schema in &drop.names {
        let inside = around.catalog.relations().filter(|relation| relation.name.schema == schema.name.name);
        let mut names: Vec<RelationName> = inside.map(|relation| relation.name.clone()).collect();
        names.sort();
        found.extend(drop_all(drop, &names, schema.span, around));
        let of_types = drop_columns_of(|dropped| dropped.schema == schema.name.name, schema.span, around);
        let functions = around.catalog.functions_only_in(&schema.name.name);
        let of_functions = functions.into_iter().flat_map(|name| drop_function(drop, name, schema.span, around));
        let is_inside = |found: &Occurrence| found.relations.iter().any(|(_, table)| names.contains(table));
        found.extend(of_types.into_iter().chain(of_functions).filter(|found| !is_inside(found)));
    }
    found
}

/// Relations that a statement drops which does not name them.
pub(super) fn drop_all(drop: &Drop, names: &[RelationName], span: Span, around: &Surroundings) -> Vec<Occurrence> {
    let mut found = Vec::new();
    let also_dropped: FxHashSet<&RelationName> = names.iter().collect();
    for name in names {
        let form = match around.kind(name) {
            RelationKind::View => Form::DropView,
            RelationKind::MaterializedView => Form::DropMaterializedView,
            RelationKind::Sequence if drop.cascade => {
                let stays = |table: &RelationName| !also_dropped.contains(table);
                found.extend(dropped_defaults([name], stays, span, around));
                continue;
            }
            RelationKind::Sequence => continue,
            RelationKind::Table
            | RelationKind::PartitionedTable
            | RelationKind::Partition
            | RelationKind::ForeignTable
            | RelationKind::Index => {
                found.extend(drop_table(drop, name.clone(), &also_dropped, span, around));
                continue;
            }
        };
        let indexes = indexes_of(name, around);
        let dropped = Occurrence::new(form, span).with(Role::Target, name.clone());
        found.push(dropped.with_all(Role::Index, indexes));
        if drop.cascade {
            found.extend(dependent_views(name, span, around));
        }
    }
    found
}

pub(super) fn indexes_of(table: &RelationName, around: &Surroundings) -> Vec<RelationName> {
    let relation = around.catalog.get(table);
    let indexes = relation.into_iter().flat_map(|relation| &relation.indexes);
    indexes.map(|index| RelationName::new(&*table.schema, &*index.name)).collect()
}
