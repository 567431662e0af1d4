//! Constraints that come with a table or are added to it, their names and indexes.

use crate::ast::{
    ColumnConstraint, ColumnConstraintKind, ConstraintTraits, Expr, Ident, KeyAction, KeyColumns, TableConstraint,
    TableConstraintKind, Test,
};
use crate::engine::catalog::{Catalog, Constraint, ConstraintKind, Index};
use crate::engine::effect::RelationName;
use crate::engine::names;

use super::Replay;

/// A constraint behind a column, as the table constraint that it is short for. NULL, DEFAULT and the like are none.
pub fn as_table_constraint(column: &Ident, constraint: &ColumnConstraint) -> Option<TableConstraint> {
    let own = || vec![column.clone()];
    let kind = match &constraint.kind {
        ColumnConstraintKind::PrimaryKey => TableConstraintKind::PrimaryKey(KeyColumns::Columns(own())),
        ColumnConstraintKind::Unique => TableConstraintKind::Unique(KeyColumns::Columns(own())),
        ColumnConstraintKind::Check(expr) => TableConstraintKind::Check(expr.clone()),
        ColumnConstraintKind::References(references) => {
            TableConstraintKind::ForeignKey { columns: own(), period: false, references: references.clone() }
        }
        ColumnConstraintKind::NotNull
        | ColumnConstraintKind::Null
        | ColumnConstraintKind::Default(_)
        | ColumnConstraintKind::Generated { .. }
        | ColumnConstraintKind::Identity(_) => return None,
    };
    Some(TableConstraint {
        name: constraint.name.clone(),
        kind,
        index: constraint.index.clone(),
        traits: constraint.traits,
        span: constraint.span,
    })
}

/// Adds a constraint, and the index that it builds or takes over. Constraints of CREATE TABLE are valid even when they say
/// NOT VALID, as the table is empty.
pub(super) fn add_constraint(table: &RelationName, constraint: &TableConstraint, new_table: bool, replay: &mut Replay) {
    let kind = kind_of(constraint, table, replay);
    let name = constraint_name(table, constraint, replay.catalog, &[]);
    build_or_take_over(table, &constraint.kind, &kind, &name, replay);
    note_not_null(table, &kind, constraint.traits, replay);
    let author = replay.author;
    replay.catalog.touch(table).constraints.push(Constraint {
        name,
        kind,
        validated: (new_table || !constraint.traits.not_valid) && !constraint.traits.not_enforced,
        added_in: author.migration,
        added_in_transaction: author.transaction,
        statement: author.statement,
    });
}

fn kind_of(constraint: &TableConstraint, table: &RelationName, replay: &Replay) -> ConstraintKind {
    let columns = columns_of(&constraint.kind);
    match &constraint.kind {
        TableConstraintKind::Check(expr) => check(expr),
        TableConstraintKind::NotNull(column) => ConstraintKind::NotNull { column: column.name.clone() },
        TableConstraintKind::ForeignKey { references, .. } => ConstraintKind::ForeignKey {
            columns,
            referenced: replay.resolve(&references.table),
            referenced_columns: references.columns.iter().map(|column| column.name.clone()).collect(),
            writes_on_delete: references.on_delete.as_ref().is_some_and(KeyAction::writes),
            writes_on_update: references.on_update.as_ref().is_some_and(KeyAction::writes),
        },
        TableConstraintKind::Unique(keys) => key(keys, &columns, false, table, replay),
        TableConstraintKind::PrimaryKey(keys) => key(keys, &columns, true, table, replay),
        TableConstraintKind::Exclude { .. } => ConstraintKind::Key { columns, primary: false },
    }
}

/// The name of a constraint: as written, that of the index it takes over, or the one PostgreSQL chooses when the names in
/// `earlier` are gone too.
pub fn constraint_name(
    table: &RelationName,
    constraint: &TableConstraint,
    catalog: &Catalog,
    earlier: &[String],
) -> String {
    if let Some(name) = &constraint.name {
        return name.name.clone();
    }
    if let Some(index) = taken_over_index(&constraint.kind) {
        return index;
    }
    let (suffix, with_columns) = match &constraint.kind {
        TableConstraintKind::Check(_) => ("check", true),
        TableConstraintKind::NotNull(_) => ("not_null", true),
        TableConstraintKind::ForeignKey { .. } => ("fkey", true),
        TableConstraintKind::Unique(_) => ("key", true),
        TableConstraintKind::PrimaryKey(_) => ("pkey", false),
        TableConstraintKind::Exclude { .. } => ("excl", true),
    };
    let relation = catalog.get(table);
    let taken = |name: &str| {
        let constraint = relation.is_some_and(|relation| relation.constraint(name).is_some());
        let before = earlier.iter().any(|earlier| earlier == name);
        before || constraint || catalog.is_taken(&RelationName::new(&*table.schema, name))
    };
    let columns = if with_columns { columns_of(&constraint.kind).join("_") } else { String::new() };
    names::chosen(&table.name, &columns, suffix, taken)
}

fn columns_of(kind: &TableConstraintKind) -> Vec<String> {
    let columns: &[Ident] = match kind {
        TableConstraintKind::ForeignKey { columns, .. }
        | TableConstraintKind::Unique(KeyColumns::Columns(columns))
        | TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => columns,
        TableConstraintKind::Exclude { elements, .. } => {
            let columns = elements.iter().filter_map(|element| element.key.column.as_ref());
            return columns.map(|column| column.name.clone()).collect();
        }
        TableConstraintKind::NotNull(column) => std::slice::from_ref(column),
        TableConstraintKind::Check(expr) => {
            return if let [column] = distinct(expr).as_slice() { vec![column.clone()] } else { Vec::new() };
        }
        TableConstraintKind::Unique(KeyColumns::UsingIndex(_))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(_)) => &[],
    };
    columns.iter().map(|column| column.name.clone()).collect()
}

fn distinct(expr: &Expr) -> Vec<String> {
    let mut columns = expr.columns.clone();
    columns.sort();
    columns.dedup();
    columns
}

pub(super) fn check(expr: &Expr) -> ConstraintKind {
    let proven = expr.conditions.iter().filter(|condition| condition.test == Test::IsNotNull);
    ConstraintKind::Check {
        columns: distinct(expr),
        proves_not_null: proven.map(|condition| condition.column.clone()).collect(),
        limits: (*expr.limits).clone(),
    }
}

fn key(keys: &KeyColumns, columns: &[String], primary: bool, table: &RelationName, replay: &Replay) -> ConstraintKind {
    let columns = match keys {
        KeyColumns::Columns(_) => columns.to_vec(),
        KeyColumns::UsingIndex(index) => {
            let known = replay.catalog.get(table).and_then(|relation| relation.index(&index.name));
            known.map(|index| index.keys.iter().flatten().cloned().collect()).unwrap_or_default()
        }
    };
    ConstraintKind::Key { columns, primary }
}

/// USING INDEX without a constraint name: the constraint takes the name of the index.
fn taken_over_index(kind: &TableConstraintKind) -> Option<String> {
    match kind {
        TableConstraintKind::Unique(KeyColumns::UsingIndex(index))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(index)) => Some(index.name.clone()),
        _ => None,
    }
}

/// Keys bring an index of their name; USING INDEX renames the index that is there.
fn build_or_take_over(
    table: &RelationName,
    written: &TableConstraintKind,
    kind: &ConstraintKind,
    name: &str,
    replay: &mut Replay,
) {
    let ConstraintKind::Key { columns, .. } = kind else { return };
    if let Some(index) = taken_over_index(written) {
        replay.catalog.rename_index(&RelationName::new(&*table.schema, index), name);
        return;
    }
    let index = Index {
        name: name.to_owned(),
        keys: columns.iter().cloned().map(Some).collect(),
        expression_columns: Vec::new(),
        partial: false,
        unique: !matches!(written, TableConstraintKind::Exclude { .. }),
        added_in: replay.author.migration,
    };
    replay.catalog.add_index(table, index);
}

fn note_not_null(table: &RelationName, kind: &ConstraintKind, traits: ConstraintTraits, replay: &mut Replay) {
    let columns: &[String] = match kind {
        ConstraintKind::Key { columns, primary: true } => columns,
        ConstraintKind::NotNull { column } if !traits.not_valid => std::slice::from_ref(column),
        _ => return,
    };
    let relation = replay.catalog.touch(table);
    for name in columns {
        if let Some(column) = relation.column_mut(name) {
            column.not_null = true;
        }
    }
}
