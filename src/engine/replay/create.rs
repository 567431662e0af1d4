//! CREATE TABLE, VIEW and INDEX.

use ecow::{EcoString, eco_format};

use crate::ast::{
    ColumnConstraint, ColumnConstraintKind, ColumnDef, CreateIndex, CreateTable, Expr, Ident, IndexKey, KeyColumns,
    LikeClause, Literal, OnCommit, Persistence, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{
    Catalog, Column, ColumnMore, Doubts, Index, IndexMore, IndexShape, Partitioning, Relation, Rows, Validity,
};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::{names, output};

use super::constraint::{add_constraint, as_table_constraint};
use super::view::given;
use super::{Replay, inherit, like, not_null, sequence, types};

pub(super) fn create_table(create: &CreateTable, replay: &mut Replay) {
    let name = replay.created(&create.name, create.persistence == Persistence::Temporary);
    if create.if_not_exists && replay.catalog.is_taken(&name) {
        return;
    }
    let mut relation = Relation::new(name.clone(), table_kind(create));
    relation.persistence = create.persistence;
    relation.server = create.server.as_ref().map(|server| server.name.clone());
    relation.of_type = create.of_type.as_ref().map(|of_type| replay.resolve_type(of_type));
    relation.drops_on_commit = create.on_commit == Some(OnCommit::Drop);
    relation.deletes_on_commit = create.on_commit == Some(OnCommit::DeleteRows);
    relation.access_method = create.method.clone();
    relation.created_in = Some(replay.author.migration);
    relation.place = Some(replay.author.place(create.name.span));
    relation.perhaps_older = create.if_not_exists && !replay.author.history_is_whole;
    relation.complete = create.query.is_none() && create.of_type.is_none();
    if let Some(of_type) = &relation.of_type {
        (relation.columns, relation.complete) = types::columns_of(of_type, replay);
    }
    if let Some(query) = &create.query {
        let names: Vec<Ident> = create.columns.iter().map(|column| column.name.clone()).collect();
        let columns = output::columns(query.output.as_deref(), &names, &replay.around());
        (relation.columns, relation.complete) = (given(columns.list, replay), columns.whole);
    }
    let filling = create.query.as_ref().filter(|_| !create.with_no_data);
    let rows = filling.and_then(|query| query.rows.as_deref());
    relation.rows = match filling {
        Some(query) if query.value.is_some() => Rows::Certain,
        Some(_) if rows.is_some() && relation.complete => Rows::default(),
        Some(_) => Rows::Perhaps,
        None => Rows::default(),
    };
    if let Some(partition) = &create.partition_by {
        relation.partition_key = partition.columns().map(EcoString::from).collect();
        let expressions = partition.keys.iter().filter_map(|key| key.expr.as_ref());
        relation.partitioning = Some(Partitioning {
            strategy: partition.strategy.clone(),
            keys: partition.subjects.clone(),
            expression_columns: expressions.flat_map(|expr| expr.columns.clone()).collect(),
            collated: partition.keys.iter().any(|key| key.collation.is_some()),
        });
    }
    relation.bound = create
        .partition_of
        .as_ref()
        .map(|partition| replay.bound(&replay.resolve(&partition.parent), &partition.bound));
    let parents = create.inherits.iter().chain(create.partition_of.iter().map(|partition| &partition.parent));
    relation.parents = parents.map(|parent| replay.resolve(parent)).collect();
    inherit::merge_parents(&mut relation, replay);
    link_to_parents(create, &relation, replay);
    let mut like: Vec<&LikeClause> = create.like.iter().collect();
    like.reverse();
    relation.columns.reserve_exact(create.columns.len());
    for column in create.columns.iter().filter(|_| create.query.is_none()) {
        while let Some(clause) = like.pop_if(|clause| clause.span.start < column.span.start) {
            like::columns(clause, &mut relation, replay);
        }
        define_column(&mut relation.columns, column, replay);
    }
    like.into_iter().rev().for_each(|clause| like::columns(clause, &mut relation, replay));
    replay.catalog.create(relation);
    if let Some(rows) = rows.filter(|_| replay.catalog.get(&name).is_some_and(|known| known.rows == Rows::default())) {
        super::rows::insert(rows, &name, replay);
    }
    for column in &create.columns {
        add_sequence_of(&name, column, replay);
    }
    add_constraints(&name, create, replay);
}

/// The constraints of a new table: CHECK and NOT NULL, then the primary key, then the other keys, then foreign keys.
fn add_constraints(name: &RelationName, create: &CreateTable, replay: &mut Replay) {
    let behind = create.columns.iter().flat_map(|column| {
        column.constraints.iter().filter_map(|constraint| as_table_constraint(&column.name, constraint))
    });
    let mut constraints: Vec<TableConstraint> = behind.chain(create.constraints.iter().cloned()).collect();
    constraints.sort_by_key(|constraint| (order(&constraint.kind), constraint.span.start));
    let constraints = without_doubles(constraints);
    let (own, foreign_keys): (Vec<_>, Vec<_>) =
        constraints.iter().partition(|constraint| order(&constraint.kind) < order_of_foreign_keys());
    let (checks, keys): (Vec<_>, Vec<_>) = own.into_iter().partition(|constraint| order(&constraint.kind) == 0);
    for constraint in checks {
        add_constraint(name, constraint, true, replay);
    }
    if let Some(partition) = &create.partition_of {
        let parent = replay.resolve(&partition.parent);
        inherit::become_partition(&parent, name, replay);
    }
    for constraint in keys {
        add_constraint(name, constraint, true, replay);
    }
    create.like.iter().for_each(|clause| like::the_rest(clause, name, replay));
    for constraint in foreign_keys {
        add_constraint(name, constraint, true, replay);
    }
    not_null::name_all(name, replay);
}

fn order(kind: &TableConstraintKind) -> usize {
    match kind {
        TableConstraintKind::Check(_) | TableConstraintKind::NotNull(_) => 0,
        TableConstraintKind::PrimaryKey(_) => 1,
        TableConstraintKind::Unique(_) | TableConstraintKind::Exclude { .. } => 2,
        TableConstraintKind::ForeignKey { .. } => order_of_foreign_keys(),
    }
}

const fn order_of_foreign_keys() -> usize {
    3
}

/// A key that asks the same as one before it is left out, and gives it its name where it has none.
///
/// Source: `transformIndexConstraints` of PostgreSQL's parser/parse_utilcmd.c.
pub(super) fn without_doubles(constraints: Vec<TableConstraint>) -> Vec<TableConstraint> {
    let mut kept: Vec<TableConstraint> = Vec::with_capacity(constraints.len());
    for constraint in constraints {
        let columns = key_columns(&constraint.kind);
        let same = |known: &&mut TableConstraint| {
            let (one, other) = (&known.index, &constraint.index);
            columns.is_some()
                && key_columns(&known.kind) == columns
                && one.include.len() == other.include.len()
                && one.nulls_not_distinct == other.nulls_not_distinct
                && one.without_overlaps == other.without_overlaps
                && known.traits == constraint.traits
        };
        match kept.iter_mut().find(same) {
            Some(known) if known.name.is_none() => known.name.clone_from(&constraint.name),
            Some(_) => {}
            None => kept.push(constraint),
        }
    }
    kept
}

fn key_columns(kind: &TableConstraintKind) -> Option<Vec<&str>> {
    match kind {
        TableConstraintKind::Unique(KeyColumns::Columns(columns))
        | TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
            Some(columns.iter().map(|column| column.name.as_str()).collect())
        }
        TableConstraintKind::Unique(KeyColumns::UsingIndex(_))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(_))
        | TableConstraintKind::Check(_)
        | TableConstraintKind::NotNull(_)
        | TableConstraintKind::ForeignKey { .. }
        | TableConstraintKind::Exclude { .. } => None,
    }
}

fn table_kind(create: &CreateTable) -> RelationKind {
    match (create.foreign, &create.partition_by) {
        (true, _) => RelationKind::ForeignTable,
        (false, Some(_)) => RelationKind::PartitionedTable,
        (false, None) => RelationKind::Table,
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

/// ADD COLUMN with the constraints behind it.
pub(super) fn add_column(table: &RelationName, definition: &ColumnDef, replay: &mut Replay) {
    let mut columns = std::mem::take(&mut replay.catalog.touch(table).columns);
    define_column(&mut columns, definition, replay);
    let column = columns.iter().find(|column| column.name == definition.name.name).cloned();
    let filled = column.as_ref().and_then(|column| super::given::given_by_default(column, replay));
    let known = replay.catalog.touch(table);
    known.columns = columns;
    if let Some(filled) = filled {
        known.known_rows.fill(&filled.0, &filled.1);
    }
    add_sequence_of(table, definition, replay);
    if let Some(column) = column {
        inherit::pass_down_column(table, &column, replay);
    }
    let behind = definition.constraints.iter();
    let mut constraints: Vec<TableConstraint> =
        behind.filter_map(|constraint| as_table_constraint(&definition.name, constraint)).collect();
    constraints.sort_by_key(|constraint| order(&constraint.kind));
    for constraint in without_doubles(constraints) {
        let name = add_constraint(table, &constraint, true, replay);
        inherit::pass_down_constraint(table, &name, replay);
    }
}

/// Adds a column to a table that is being made, or to what it has from its parents.
fn define_column(columns: &mut Vec<Column>, definition: &ColumnDef, replay: &Replay) {
    let has = |wanted: fn(&ColumnConstraintKind) -> bool| definition.constraints.iter().any(|c| wanted(&c.kind));
    let generated = definition.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Generated { expr, stored } => Some((expr, *stored)),
        _ => None,
    });
    let identity = definition.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Identity(identity) => Some(identity),
        _ => None,
    });
    let default = definition.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Default(expr) if !expr.null => Some(expr),
        _ => None,
    });
    let is_null =
        |constraint: &ColumnConstraint| matches!(&constraint.kind, ColumnConstraintKind::Default(expr) if expr.null);
    let says_null = definition.constraints.iter().any(is_null);
    let keeps_null = says_null && replay.around().keeps_null(&definition.data_type);
    let data_type = (!definition.data_type.name.is_empty()).then(|| replay.settled(&definition.data_type));
    let column = Column {
        name: definition.name.name.clone(),
        not_null: identity.is_some()
            || definition.data_type.serial
            || has(|kind| matches!(kind, ColumnConstraintKind::NotNull | ColumnConstraintKind::PrimaryKey)),
        has_default: definition.data_type.serial || default.is_some() || keeps_null,
        default_literal: default.and_then(|expr| expr.literal.clone()).or(keeps_null.then_some(Literal::Null)),
        default_functions: default.map(|expr| function_names(expr)).unwrap_or_default(),
        identity: identity.is_some(),
        collation: definition.collation.as_ref().map(|collation| collation.name.name.clone()),
        serial: definition.data_type.serial,
        added_in: replay.author.migration,
        place: Some(replay.author.place(definition.span)),
        more: ColumnMore {
            type_schema: data_type.as_ref().and_then(|data_type| replay.type_schema(data_type)),
            identity_always: identity.is_some_and(|identity| identity.always),
            generated_virtual: generated.is_some_and(|(_, stored)| !stored),
            generated_calls: generated.map(|(expr, _)| expr.functions.clone()).unwrap_or_default(),
            inherited: false,
            not_null_name: not_null_name(definition),
            expression: generated
                .map(|(expr, _)| expr)
                .or(default)
                .map(|expr| replay.written(expr))
                .unwrap_or_default(),
            default_names: default.map(|expr| named_in(expr, replay)).unwrap_or_default(),
            default_type: None,
            added_empty: None,
            doubts: Doubts::default(),
        },
        generated_from: generated.map(|(expr, _)| expr.columns.clone()),
        data_type,
    };
    match columns.iter_mut().find(|known| known.name == column.name) {
        // The parents bring the column along; the definition only adds to it.
        Some(known) => {
            known.not_null |= column.not_null;
            known.more.not_null_name = column.more.not_null_name.or(known.more.not_null_name.take());
            known.more.inherited &= column.data_type.is_none();
            if column.has_default {
                known.has_default = true;
                known.default_literal = column.default_literal;
                known.default_functions = column.default_functions;
                known.more.expression = column.more.expression;
                known.more.default_names = column.more.default_names;
            } else if says_null {
                known.drop_default();
                if known.data_type.as_ref().is_some_and(|data_type| replay.around().keeps_null(data_type)) {
                    (known.has_default, known.default_literal) = (true, Some(Literal::Null));
                }
            }
        }
        None => columns.push(column),
    }
}

/// CONSTRAINT name NOT NULL.
fn not_null_name(definition: &ColumnDef) -> Option<EcoString> {
    let is_not_null = |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::NotNull);
    let written = definition.constraints.iter().find(|constraint| is_not_null(&constraint.kind))?;
    written.name.as_ref().map(|name| name.name.clone())
}

fn add_sequence_of(table: &RelationName, definition: &ColumnDef, replay: &mut Replay) {
    let identity = definition.constraints.iter().find_map(|constraint| match &constraint.kind {
        ColumnConstraintKind::Identity(identity) => Some(identity),
        _ => None,
    });
    if definition.data_type.serial || identity.is_some() {
        let options = identity.map(|identity| identity.options.as_slice()).unwrap_or_default();
        sequence::add(table, &definition.name.name, options, replay);
    }
}

/// The relations that an expression names in constant strings.
pub(super) fn named_in(expr: &Expr, replay: &Replay) -> Vec<RelationName> {
    expr.constants.iter().map(|name| replay.resolve(name)).collect()
}

/// The functions that an expression calls, by the last part of their names.
pub(super) fn function_names(expr: &Expr) -> Vec<EcoString> {
    expr.functions.iter().map(|function| function.rsplit('.').next().unwrap_or(function).into()).collect()
}

pub(super) fn create_index(create: &CreateIndex, replay: &mut Replay) {
    let table = replay.resolve(&create.table);
    let keys: Vec<Option<EcoString>> =
        create.keys.iter().map(|key| key.column.as_ref().map(|column| column.name.clone())).collect();
    let include: Vec<EcoString> = create.include.iter().map(|column| column.name.clone()).collect();
    let mut key_names = key_names(&create.keys);
    let name = match &create.name {
        Some(name) => name.name.name.clone(),
        None => index_name(&table, create, replay.catalog),
    };
    if create.if_not_exists && replay.catalog.is_taken(&RelationName::new(&*table.schema, &*name)) {
        return;
    }
    key_names.extend(include.iter().cloned());
    let is_created = |table: &Relation| table.created_in.is_some() && !table.perhaps_older;
    let is_created = replay.catalog.get(&table).is_some_and(is_created);
    let expressions = create.keys.iter().filter_map(|key| key.expr.as_deref()).chain(&create.predicate);
    let index = Index {
        name,
        keys,
        expression_columns: expressions.clone().flat_map(|expr| expr.columns.iter().cloned()).collect(),
        partial: create.predicate.is_some(),
        unique: create.unique,
        added_in: replay.author.migration,
        place: replay.author.place(replay.author.statement),
        shape: IndexShape::of_index(create, |expr| replay.text_of(expr.span)),
        certain: !create.if_not_exists || replay.author.history_is_whole || is_created,
        more: IndexMore {
            key_names,
            validity: if create.only { Validity::of_only(replay.catalog.get(&table)) } else { Validity::Valid },
            calls: expressions.flat_map(|expr| expr.functions.iter().cloned()).collect(),
            limits: create.predicate.as_ref().map(|expr| (*expr.limits).clone()).unwrap_or_default(),
            ..IndexMore::default()
        },
    };
    replay.catalog.add_index(&table, index.clone());
    if !create.only {
        inherit::pass_down_index(&table, &index, replay);
    }
}

/// The name that PostgreSQL chooses for an index that is given none.
pub fn index_name(table: &RelationName, create: &CreateIndex, catalog: &Catalog) -> EcoString {
    let include = create.include.iter().map(|column| column.name.clone());
    let words: Vec<EcoString> = key_names(&create.keys).into_iter().chain(include).collect();
    catalog.chosen_index_name(table, &words.join("_"))
}

/// What the server calls the keys of an index: the column, the function or column of an expression, or `expr`, each with a
/// number where it stands twice.
///
/// Source: `ChooseIndexColumnNames` of PostgreSQL's commands/indexcmds.c.
pub(super) fn key_names<'k>(keys: impl IntoIterator<Item = &'k IndexKey>) -> Vec<EcoString> {
    let mut found: Vec<EcoString> = Vec::new();
    for key in keys {
        let column = key.column.as_ref().map(|column| column.name.as_str());
        let word = column.or_else(|| key.expr.as_deref()?.name.as_deref()).unwrap_or("expr");
        let numbered = (1..).map(|number| {
            let number = number.to_string();
            eco_format!("{}{number}", names::cut(word, names::LONGEST - number.len()))
        });
        let mut candidates = std::iter::once(EcoString::from(word)).chain(numbered);
        found.extend(candidates.find(|candidate| !found.contains(candidate)));
    }
    found
}
