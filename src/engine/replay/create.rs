//! CREATE TABLE, VIEW and INDEX.

use crate::ast::{
    ColumnConstraintKind, ColumnDef, CreateIndex, CreateSequence, CreateTable, CreateView, Expr, IndexKey, OnCommit,
    Persistence,
};
use crate::engine::catalog::{Catalog, Column, Constraint, ConstraintKind, Index, IndexShape, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::names;

use super::Replay;
use super::constraint::{add_constraint, as_table_constraint};

pub(super) fn create_table(create: &CreateTable, replay: &mut Replay) {
    let name = replay.created(&create.name, create.persistence == Persistence::Temporary);
    if create.if_not_exists && replay.catalog.is_taken(&name) {
        return;
    }
    let mut relation = Relation::new(name.clone(), table_kind(create));
    relation.persistence = create.persistence;
    relation.of_type = create.of_type.as_ref().map(|of_type| replay.resolve(of_type));
    relation.drops_on_commit = create.on_commit == Some(OnCommit::Drop);
    relation.access_method = create.method.clone();
    relation.created_in = Some(replay.author.migration);
    relation.place = Some(replay.author.place(create.name.span));
    relation.perhaps_older = create.if_not_exists && !replay.author.history_is_whole;
    relation.complete = create.query.is_none() && create.of_type.is_none();
    relation.filled = create.query.is_some() && !create.with_no_data;
    if let Some(partition) = &create.partition_by {
        relation.partition_key = partition.columns().map(str::to_owned).collect();
    }
    let parents = create.inherits.iter().chain(create.partition_of.iter().map(|partition| &partition.parent));
    relation.parents = parents.map(|parent| replay.resolve(parent)).collect();
    inherit_columns(&mut relation, replay);
    copy_like(create, &mut relation, replay);
    link_to_parents(create, &relation, replay);
    replay.catalog.insert(relation);
    for column in &create.columns {
        add_column(&name, column, replay);
    }
    for constraint in &create.constraints {
        add_constraint(&name, constraint, true, replay);
    }
}

fn table_kind(create: &CreateTable) -> RelationKind {
    match (create.foreign, &create.partition_by) {
        (true, _) => RelationKind::ForeignTable,
        (false, Some(_)) => RelationKind::PartitionedTable,
        (false, None) => RelationKind::Table,
    }
}

/// Columns and CHECKs come down from parents; a partition also gets the keys and foreign keys.
fn inherit_columns(relation: &mut Relation, replay: &Replay) {
    for parent in &relation.parents {
        let Some(parent) = replay.catalog.get(parent) else {
            relation.complete = false;
            continue;
        };
        relation.complete &= parent.complete;
        for column in &parent.columns {
            if relation.column(&column.name).is_none() {
                relation.columns.push(column.clone());
            }
        }
        let partition = parent.is_partitioned();
        let comes_down = |constraint: &&Constraint| {
            partition || matches!(constraint.kind, ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. })
        };
        relation.constraints.extend(parent.constraints.iter().filter(comes_down).cloned());
        if partition {
            let mine = |index: &Index| Index {
                name: names::chosen(&relation.name.name, &key_text(&index.keys), "idx", |_| false),
                ..index.clone()
            };
            relation.indexes.extend(parent.indexes.iter().map(mine));
        }
    }
}

fn copy_like(create: &CreateTable, relation: &mut Relation, replay: &Replay) {
    for like in &create.like {
        let source = replay.resolve(&like.table);
        let Some(source) = replay.catalog.get(&source) else {
            relation.copies_unseen = true;
            relation.complete = false;
            continue;
        };
        relation.copies_unseen |= !source.complete;
        let includes = |option: &str| like.including.iter().any(|word| word == option || word == "ALL");
        let place = replay.author.place(like.span);
        for column in &source.columns {
            let mut column = Column { place: column.place.map(|_| place), ..column.clone() };
            column.has_default &= includes("DEFAULTS");
            column.identity &= includes("IDENTITY");
            if !includes("GENERATED") {
                column.generated_from = None;
            }
            relation.columns.push(column);
        }
        let copied = source.constraints.iter().filter(|constraint| match constraint.kind {
            ConstraintKind::Check { .. } => includes("CONSTRAINTS"),
            ConstraintKind::Key { .. } => includes("INDEXES"),
            ConstraintKind::NotNull { .. } => true,
            ConstraintKind::ForeignKey { .. } => false,
        });
        // Names of keys and indexes are chosen anew, those of the other constraints are kept.
        let table = relation.name.name.clone();
        let key_name = |constraint: &Constraint| match &constraint.kind {
            ConstraintKind::Key { primary: true, .. } => Some(names::chosen(&table, "", "pkey", |_| false)),
            ConstraintKind::Key { columns, .. } => Some(names::chosen(&table, &columns.join("_"), "key", |_| false)),
            ConstraintKind::Check { .. } | ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } => None,
        };
        relation.constraints.extend(copied.map(|constraint| Constraint {
            name: key_name(constraint).unwrap_or_else(|| constraint.name.clone()),
            added_in: place.migration,
            added_in_transaction: replay.author.transaction,
            statement: place.statement,
            span: place.span,
            ..constraint.clone()
        }));
        if includes("INDEXES") {
            let mine = |index: &Index| Index {
                name: (source.constraint(&index.name).and_then(key_name))
                    .unwrap_or_else(|| names::chosen(&table, &key_text(&index.keys), "idx", |_| false)),
                place,
                ..index.clone()
            };
            relation.indexes.extend(source.indexes.iter().map(mine));
        }
    }
}

fn link_to_parents(create: &CreateTable, relation: &Relation, replay: &mut Replay) {
    for parent in &relation.parents {
        let parent = replay.catalog.touch(parent);
        parent.children.push(relation.name.clone());
        if create.partition_of.as_ref().is_some_and(|partition| partition.bound.is_default()) {
            parent.default_partition = Some(relation.name.clone());
        }
    }
}

/// Adds a column with the constraints behind it.
pub(super) fn add_column(table: &RelationName, definition: &ColumnDef, replay: &mut Replay) {
    let has = |wanted: fn(&ColumnConstraintKind) -> bool| definition.constraints.iter().any(|c| wanted(&c.kind));
    let generated = definition.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Generated { expr, .. } => Some(expr.columns.clone()),
        _ => None,
    });
    let default = definition.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) if !expr.null => Some(expr),
        _ => None,
    });
    let identity = has(|kind| matches!(kind, ColumnConstraintKind::Identity(_)));
    let column = Column {
        name: definition.name.name.clone(),
        data_type: (!definition.data_type.name.is_empty()).then(|| definition.data_type.clone()),
        not_null: identity
            || definition.data_type.serial
            || has(|kind| matches!(kind, ColumnConstraintKind::NotNull | ColumnConstraintKind::PrimaryKey)),
        has_default: definition.data_type.serial || default.is_some(),
        default_literal: default.and_then(|expr| expr.literal.clone()),
        default_functions: default.map(function_names).unwrap_or_default(),
        generated_from: generated,
        identity,
        collation: definition.collation.as_ref().map(|collation| collation.name.name.clone()),
        serial: definition.data_type.serial,
        added_in: replay.author.migration,
        place: Some(replay.author.place(definition.span)),
    };
    if identity || definition.data_type.serial {
        add_sequence(table, &column.name, replay);
    }
    let relation = replay.catalog.touch(table);
    match relation.column_mut(&column.name) {
        // PARTITION OF and LIKE bring the column along; the definition only adds to it.
        Some(known) => {
            known.not_null |= column.not_null;
            known.has_default |= column.has_default;
            known.default_literal = column.default_literal.or(known.default_literal.take());
        }
        None => relation.columns.push(column),
    }
    for constraint in &definition.constraints {
        if let Some(constraint) = as_table_constraint(&definition.name, constraint) {
            add_constraint(table, &constraint, true, replay);
        }
    }
}

/// The functions that an expression calls, by the last part of their names.
pub(super) fn function_names(expr: &Expr) -> Vec<String> {
    expr.functions.iter().map(|function| function.rsplit('.').next().unwrap_or(function).to_owned()).collect()
}

fn add_sequence(table: &RelationName, column: &str, replay: &mut Replay) {
    let taken = |name: &str| replay.catalog.is_taken(&RelationName::new(&*table.schema, name));
    let sequence = RelationName::new(&*table.schema, names::chosen(&table.name, column, "seq", taken));
    let mut relation = Relation::new(sequence.clone(), RelationKind::Sequence);
    relation.created_in = Some(replay.author.migration);
    replay.catalog.insert(relation);
    replay.catalog.touch(table).sequences.push(sequence);
}

pub(super) fn create_sequence(create: &CreateSequence, replay: &mut Replay) {
    let name = replay.created(&create.name, create.persistence == Persistence::Temporary);
    if create.if_not_exists && replay.catalog.is_taken(&name) {
        return;
    }
    let mut sequence = Relation::new(name, RelationKind::Sequence);
    sequence.persistence = create.persistence;
    sequence.created_in = Some(replay.author.migration);
    sequence.perhaps_older = create.if_not_exists && !replay.author.history_is_whole;
    replay.catalog.insert(sequence);
}

pub(super) fn create_view(create: &CreateView, replay: &mut Replay) {
    let name = replay.created(&create.name, create.temporary);
    if create.if_not_exists && replay.catalog.is_taken(&name) {
        return;
    }
    let kind = if create.materialized { RelationKind::MaterializedView } else { RelationKind::View };
    let replaced = replay.catalog.get(&name).and_then(|view| view.created_in);
    let mut view = Relation::new(name, kind);
    view.created_in = replaced.or(Some(replay.author.migration));
    view.perhaps_older =
        (create.or_replace && replaced.is_none() || create.if_not_exists) && !replay.author.history_is_whole;
    view.persistence = if create.temporary { Persistence::Temporary } else { Persistence::Permanent };
    view.reads = create.query.reads.iter().map(|read| replay.resolve(read)).collect();
    view.column_uses = replay.catalog.column_uses(&create.query.columns, |read| replay.resolve(read));
    if create.if_not_exists && view.perhaps_older {
        view.doubt_column_uses();
    }
    view.unpopulated = create.with_no_data;
    replay.catalog.insert(view);
}

pub(super) fn create_index(create: &CreateIndex, replay: &mut Replay) {
    let table = replay.resolve(&create.table);
    let keys: Vec<Option<String>> =
        create.keys.iter().map(|key| key.column.as_ref().map(|column| column.name.clone())).collect();
    let name = match &create.name {
        Some(name) => name.name.name.clone(),
        None => index_name(&table, &create.keys, replay.catalog),
    };
    if create.if_not_exists && replay.catalog.is_taken(&RelationName::new(&*table.schema, &*name)) {
        return;
    }
    let is_created = |table: &Relation| table.created_in.is_some() && !table.perhaps_older;
    let is_created = replay.catalog.get(&table).is_some_and(is_created);
    let expressions = create.keys.iter().filter_map(|key| key.expr.as_ref()).chain(&create.predicate);
    let index = Index {
        name,
        keys,
        expression_columns: expressions.flat_map(|expr| expr.columns.iter().cloned()).collect(),
        partial: create.predicate.is_some(),
        unique: create.unique,
        added_in: replay.author.migration,
        place: replay.author.place(replay.author.statement),
        shape: IndexShape::of_index(create, |expr| replay.text_of(expr.span)),
        certain: !create.if_not_exists || replay.author.history_is_whole || is_created,
    };
    let partitions = if create.only { Vec::new() } else { replay.catalog.descendants(&table) };
    for partition in partitions {
        let name = index_name(&partition, &create.keys, replay.catalog);
        replay.catalog.add_index(&partition, Index { name, ..index.clone() });
    }
    replay.catalog.add_index(&table, index);
}

/// The name that PostgreSQL chooses for an index that is given none.
pub fn index_name(table: &RelationName, keys: &[IndexKey], catalog: &Catalog) -> String {
    let words: Vec<&str> = keys.iter().map(word_in_name).collect();
    let taken = |name: &str| catalog.is_taken(&RelationName::new(&*table.schema, name));
    names::chosen(&table.name, &words.join("_"), "idx", taken)
}

/// A key as it appears in a chosen name: the column, the function of a plain call, or `expr`.
fn word_in_name(key: &IndexKey) -> &str {
    let call = key.expr.as_ref().and_then(|expr| expr.functions.first());
    let function = call.map(|function| function.rsplit('.').next().unwrap_or(function));
    key.column.as_ref().map(|column| column.name.as_str()).or(function).unwrap_or("expr")
}

/// Key columns as they appear in a chosen name; an expression counts as `expr`.
fn key_text(keys: &[Option<String>]) -> String {
    let parts: Vec<&str> = keys.iter().map(|key| key.as_deref().unwrap_or("expr")).collect();
    parts.join("_")
}
