//! Constraints that come with a table or are added to it, their names and indexes.

use std::sync::Arc;

use ecow::EcoString;

use crate::ast::{
    ColumnConstraint, ColumnConstraintKind, ConstraintTraits, ExcludeElement, Expr, Ident, KeyAction, KeyColumns,
    References, TableConstraint, TableConstraintKind, Test,
};
use crate::engine::catalog::{
    Catalog, Constraint, ConstraintKind, Excludes, Index, IndexMore, IndexShape, KeyShape, Relation, Written,
    plain_text,
};
use crate::engine::effect::RelationName;
use crate::engine::partitions::zone;

use super::{Replay, parts};

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
        // Others are said of the column.
        ColumnConstraintKind::NotNull if constraint.traits.no_inherit => TableConstraintKind::NotNull(column.clone()),
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
///
/// Gives its name.
pub(super) fn add_constraint(
    table: &RelationName,
    constraint: &TableConstraint,
    new_table: bool,
    replay: &mut Replay,
) -> EcoString {
    let mut kind = kind_of(constraint, table, replay);
    if let (ConstraintKind::Check { limits, .. }, Some(relation)) = (&mut kind, replay.catalog.get(table))
        && replay.around().is_utc()
    {
        zone::limits_in_utc(limits, relation);
    }
    if matches!(kind, ConstraintKind::Key { primary: true, .. }) {
        forget_doubted_key(table, replay);
    }
    let name = constraint_name(table, constraint, replay.catalog, &[]);
    let traits = ConstraintTraits {
        not_valid: false,
        deferrable: constraint.traits.deferrable || constraint.traits.initially_deferred,
        ..constraint.traits
    };
    let author = replay.author;
    let made = Constraint {
        name: name.clone(),
        before_12: name_before_12(table, constraint, replay.catalog).filter(|earlier| *earlier != name),
        kind,
        expression: match &constraint.kind {
            TableConstraintKind::Check(expr) => replay.written(expr),
            _ => Written::default(),
        },
        validated: (new_table || !constraint.traits.not_valid) && !constraint.traits.not_enforced,
        traits,
        awaits_validation: !new_table && constraint.traits.not_valid && !constraint.traits.not_enforced,
        began_empty: replay.catalog.is_surely_empty(table, author.migration, author.transaction),
        doubted: false,
        inherited: false,
        added_in: author.migration,
        added_in_transaction: author.transaction,
        statement: author.statement,
        span: constraint.span,
    };
    if is_merged(table, &made, replay.catalog) {
        replay.catalog.touch(table).own_check(&name);
        return name;
    }
    build_or_take_over(table, constraint, &made, replay);
    note_not_null(table, &made.kind, constraint.traits, replay);
    replay.catalog.note_constraint_name(&name);
    replay.catalog.note_constraint_name(made.name_before_12());
    let relation = replay.catalog.touch(table);
    // The server takes the name only when what had it is gone.
    relation.constraints.retain(|known| !known.doubted || known.name != name);
    relation.constraints.push(made);
    name
}

/// A table has one primary key: the one that may have been dropped was.
fn forget_doubted_key(table: &RelationName, replay: &mut Replay) {
    let relation = replay.catalog.get(table).filter(|relation| !relation.has_primary_key_for_certain());
    let is_key = |constraint: &&Constraint| matches!(constraint.kind, ConstraintKind::Key { primary: true, .. });
    let name = relation.and_then(|relation| relation.constraints.iter().find(is_key)).map(|key| key.name.clone());
    if let Some(name) = name {
        parts::drop_constraint(table, &name, false, replay);
    }
}

/// A CHECK that the table has from a parent under the same name is one with it.
fn is_merged(table: &RelationName, made: &Constraint, catalog: &Catalog) -> bool {
    let known = catalog.get(table).and_then(|relation| relation.constraint(&made.name));
    matches!(made.kind, ConstraintKind::Check { .. }) && known.is_some_and(|known| known.kind == made.kind)
}

fn kind_of(constraint: &TableConstraint, table: &RelationName, replay: &Replay) -> ConstraintKind {
    let columns = columns_of(&constraint.kind);
    match &constraint.kind {
        TableConstraintKind::Check(expr) => check(expr),
        TableConstraintKind::NotNull(column) => ConstraintKind::NotNull { column: column.name.clone() },
        TableConstraintKind::ForeignKey { references, .. } => ConstraintKind::ForeignKey {
            columns,
            referenced_columns: referenced_columns(references, replay),
            referenced: replay.resolve(&references.table),
            writes_on_delete: references.on_delete.as_ref().is_some_and(KeyAction::writes),
            writes_on_update: references.on_update.as_ref().is_some_and(KeyAction::writes),
            on_delete: references.on_delete.clone().unwrap_or(KeyAction::NoAction),
            on_update: references.on_update.clone().unwrap_or(KeyAction::NoAction),
            match_full: references.match_full,
        },
        TableConstraintKind::Unique(keys) => key(keys, &columns, false, table, replay),
        TableConstraintKind::PrimaryKey(keys) => key(keys, &columns, true, table, replay),
        TableConstraintKind::Exclude { .. } => ConstraintKind::Key { columns, primary: false, exclusion: true },
    }
}

/// As written, or the primary key.
fn referenced_columns(references: &References, replay: &Replay) -> Vec<EcoString> {
    if !references.columns.is_empty() {
        return references.columns.iter().map(|column| column.name.clone()).collect();
    }
    let referenced = replay.catalog.get(&replay.resolve(&references.table));
    referenced.and_then(Relation::primary_key).map(<[EcoString]>::to_vec).unwrap_or_default()
}

/// The name of a constraint: as written, that of the index it takes over, or the one PostgreSQL chooses when the names in
/// `earlier` are gone too.
pub fn constraint_name(
    table: &RelationName,
    constraint: &TableConstraint,
    catalog: &Catalog,
    earlier: &[EcoString],
) -> EcoString {
    if let Some(name) = &constraint.name {
        return name.name.clone();
    }
    if let Some(index) = taken_over_index(&constraint.kind) {
        return index;
    }
    let columns = key_names(constraint).join("_");
    match &constraint.kind {
        TableConstraintKind::Check(_) => catalog.chosen_constraint_name(table, &columns, "check", earlier),
        TableConstraintKind::NotNull(_) => catalog.chosen_constraint_name(table, &columns, "not_null", earlier),
        TableConstraintKind::ForeignKey { .. } => catalog.chosen_constraint_name(table, &columns, "fkey", earlier),
        TableConstraintKind::Unique(_) => catalog.chosen_key_name(table, &columns, "key", earlier),
        TableConstraintKind::PrimaryKey(_) => catalog.chosen_key_name(table, "", "pkey", earlier),
        TableConstraintKind::Exclude { .. } => catalog.chosen_key_name(table, &columns, "excl", earlier),
    }
}

/// The name that is chosen before 12.
fn name_before_12(table: &RelationName, constraint: &TableConstraint, catalog: &Catalog) -> Option<EcoString> {
    match (&constraint.kind, &constraint.name) {
        (TableConstraintKind::ForeignKey { columns, .. }, None) => {
            Some(catalog.foreign_key_name_before_12(table, &columns.first()?.name))
        }
        _ => None,
    }
}

/// What the name of a constraint is made of: its columns, those of INCLUDE too, and `expr` for an expression.
fn key_names(constraint: &TableConstraint) -> Vec<EcoString> {
    let include = constraint.index.include.iter().map(|column| column.name.clone());
    let own = match &constraint.kind {
        TableConstraintKind::Exclude { elements, .. } => {
            super::create::key_names(elements.iter().map(|element| &element.key))
        }
        kind => columns_of(kind),
    };
    own.into_iter().chain(include).collect()
}

fn columns_of(kind: &TableConstraintKind) -> Vec<EcoString> {
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

fn distinct(expr: &Expr) -> Vec<EcoString> {
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
        calls: expr.functions.clone(),
        value: expr.value.clone(),
    }
}

fn key(
    keys: &KeyColumns,
    columns: &[EcoString],
    primary: bool,
    table: &RelationName,
    replay: &Replay,
) -> ConstraintKind {
    let columns = match keys {
        KeyColumns::Columns(_) => columns.to_vec(),
        KeyColumns::UsingIndex(index) => {
            let known = replay.catalog.get(table).and_then(|relation| relation.index(&index.name));
            known.map(|index| index.keys.iter().flatten().cloned().collect()).unwrap_or_default()
        }
    };
    ConstraintKind::Key { columns, primary, exclusion: false }
}

/// USING INDEX without a constraint name: the constraint takes the name of the index.
fn taken_over_index(kind: &TableConstraintKind) -> Option<EcoString> {
    match kind {
        TableConstraintKind::Unique(KeyColumns::UsingIndex(index))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(index)) => Some(index.name.clone()),
        _ => None,
    }
}

/// Keys bring an index of their name; USING INDEX renames the index that is there.
fn build_or_take_over(table: &RelationName, written: &TableConstraint, made: &Constraint, replay: &mut Replay) {
    let ConstraintKind::Key { columns, .. } = &made.kind else { return };
    if let Some(index) = taken_over_index(&written.kind) {
        replay.catalog.rename_index(&RelationName::new(&*table.schema, index), &made.name);
        let indexes = replay.catalog.get_mut(table).into_iter().flat_map(|relation| &mut relation.indexes);
        for index in indexes.filter(|index| index.name == made.name) {
            index.shape.deferrable = made.traits.deferrable;
        }
        return;
    }
    let shape = IndexShape::of_key(columns.len(), &written.index, made.traits.deferrable);
    let index = Index {
        name: made.name.clone(),
        keys: columns.iter().cloned().map(Some).collect(),
        expression_columns: Vec::new(),
        partial: false,
        unique: true,
        added_in: replay.author.migration,
        place: replay.author.place(written.span),
        shape,
        certain: true,
        more: IndexMore {
            key_names: key_names(written),
            without_overlaps: written.index.without_overlaps,
            ..IndexMore::default()
        },
    };
    let index = match &written.kind {
        TableConstraintKind::Exclude { elements, method, predicate } => {
            excluding(index, elements, method.as_deref(), predicate.as_deref(), replay)
        }
        TableConstraintKind::Unique(_)
        | TableConstraintKind::PrimaryKey(_)
        | TableConstraintKind::Check(_)
        | TableConstraintKind::NotNull(_)
        | TableConstraintKind::ForeignKey { .. } => index,
    };
    replay.catalog.add_index(table, index);
}

/// The index of an EXCLUDE constraint.
fn excluding(
    index: Index,
    elements: &[ExcludeElement],
    method: Option<&str>,
    predicate: Option<&Expr>,
    replay: &Replay,
) -> Index {
    let text_of = |expr: &Expr| replay.text_of(expr.span);
    let keys = elements.iter().map(|element| &element.key);
    let expressions = keys.clone().filter_map(|key| key.expr.as_deref()).chain(predicate);
    Index {
        keys: keys.clone().map(|key| key.column.as_ref().map(|column| column.name.clone())).collect(),
        expression_columns: expressions.flat_map(|expr| expr.columns.iter().cloned()).collect(),
        partial: predicate.is_some(),
        unique: false,
        shape: IndexShape {
            method: method.unwrap_or("btree").into(),
            keys: keys.map(|key| KeyShape::of(key, &text_of)).collect(),
            predicate: predicate.map(|expr| plain_text(text_of(expr))).unwrap_or_default(),
            exclusion: true,
            ..index.shape
        },
        more: IndexMore {
            excludes: Some(Arc::new(Excludes { elements: elements.to_vec(), predicate: predicate.cloned() })),
            ..index.more
        },
        ..index
    }
}

fn note_not_null(table: &RelationName, kind: &ConstraintKind, traits: ConstraintTraits, replay: &mut Replay) {
    let columns: &[EcoString] = match kind {
        ConstraintKind::Key { columns, primary: true, .. } => columns,
        ConstraintKind::NotNull { column } if !traits.not_valid => std::slice::from_ref(column),
        _ => return,
    };
    let relation = replay.catalog.touch(table);
    for name in columns {
        if let Some(column) = relation.column_mut(name) {
            column.set_not_null();
        }
    }
}
