//! Columns and constraints that are dropped, and what goes with them.

use ecow::EcoString;

use crate::ast::DataType;
use crate::engine::catalog::{Column, ColumnUse, Constraint, ConstraintKind};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::refusals;

use super::drop::drop_relation;
use super::{Replay, inherit, not_null, sequence};

/// DROP TYPE ... CASCADE takes the columns of the type along.
pub(super) fn drop_columns_of_type(name: &RelationName, replay: &mut Replay) {
    let mut dropped = Vec::new();
    for relation in replay.catalog.relations() {
        let columns = relation.columns.iter().filter(|column| {
            column.data_type.as_ref().is_some_and(|data_type| replay.around().type_name(data_type) == *name)
        });
        dropped.extend(columns.map(|column| (relation.name.clone(), column.name.clone())));
    }
    for (table, column) in dropped {
        let kind = replay.catalog.get(&table).map(|relation| relation.kind);
        if matches!(kind, Some(RelationKind::View | RelationKind::MaterializedView)) {
            drop_relation(&table, true, replay);
            continue;
        }
        drop_views(&table, &column, true, replay);
        drop_column(&table, &column, replay);
    }
}

/// DROP TYPE ... CASCADE takes the defaults along that kept the type when their columns got another one.
pub(super) fn drop_defaults_of_type(name: &RelationName, replay: &mut Replay) {
    let around = replay.around();
    let columns = around.catalog.defaults_of_type(|data_type| around.type_name(data_type) == *name).into_iter();
    let columns: Vec<(RelationName, EcoString)> =
        columns.map(|(table, column)| (table.name.clone(), column.name.clone())).collect();
    for (table, column) in columns {
        if let Some(column) = replay.catalog.touch(&table).column_mut(&column) {
            column.drop_default();
        }
    }
}

/// It takes along the defaults, CHECKs and indexes that cast to it, too.
pub(super) fn drop_casts_to(name: &RelationName, replay: &mut Replay) {
    let around = replay.around();
    if !around.catalog.is_only_type(name) {
        return;
    }
    let is_it = |written: &str| {
        let data_type = DataType { name: written.into(), ..DataType::default() };
        around.type_name(&data_type) == *name
    };
    let mut gone: Vec<(RelationName, [Vec<EcoString>; 3])> = Vec::new();
    for relation in around.catalog.relations().filter(|relation| relation.casts_to(&is_it)) {
        let plain = relation.columns.iter().filter(|column| column.generated_from.is_none() && column.casts_to(&is_it));
        let checks = relation.constraints.iter().filter(|constraint| constraint.casts_to(&is_it));
        let indexes = relation.indexes.iter().filter(|index| index.casts_to(&is_it));
        let parts = [
            plain.map(|column| column.name.clone()).collect(),
            checks.map(|check| check.name.clone()).collect(),
            indexes.map(|index| index.name.clone()).collect(),
        ];
        gone.push((relation.name.clone(), parts));
    }
    for (table, [columns, checks, indexes]) in gone {
        let relation = replay.catalog.touch(&table);
        let defaults = relation.columns.iter_mut().filter(|column| columns.contains(&column.name));
        defaults.for_each(Column::drop_default);
        relation.constraints.retain(|constraint| !checks.contains(&constraint.name));
        let indexes = indexes.iter().map(|index| RelationName::new(&*table.schema, &**index));
        indexes.for_each(|index| replay.catalog.remove_index(&index));
    }
}

/// CASCADE drops the views that read the column; without it there are none, or the column would not be dropped.
pub(super) fn drop_views(table: &RelationName, column: &str, cascade: bool, replay: &mut Replay) {
    let views = replay.catalog.views_dropped_with_column(table, column).into_iter();
    let views: Vec<(RelationName, bool)> = views.map(|(view, certain)| (view.name.clone(), certain)).collect();
    for (view, certain) in views {
        if cascade && certain {
            replay.catalog.remove(&view);
        } else if let Some(view) = replay.catalog.get_mut(&view) {
            let is_gone = |used: &ColumnUse| used.relation == *table && used.column.as_deref() == Some(column);
            view.column_uses.retain(|used| !is_gone(used));
            if cascade {
                view.doubt();
            }
        }
    }
    super::policy::drop_readers(table, column, cascade, replay);
    super::rule::drop_with_column(table, column, cascade, replay);
    if cascade {
        super::body::drop_users(table, Some(column), replay);
        replay.catalog.unpublish_with_column(table, column);
    }
}

/// The column goes with every index and constraint that uses it; CASCADE takes generated columns and foreign keys along.
pub(super) fn drop_column(table: &RelationName, column: &str, replay: &mut Replay) {
    sequence::drop_of(table, column, replay);
    drop_keys_through(table, column, replay);
    let relation = replay.catalog.touch(table);
    let reads =
        |known: &Column| known.generated_from.as_ref().is_some_and(|from| from.iter().any(|name| name == column));
    let generated: Vec<EcoString> =
        relation.columns.iter().filter(|known| reads(known)).map(|known| known.name.clone()).collect();
    let keys = relation.constraints.iter().filter(|known| known.names_column(column));
    let keys: Vec<ConstraintKind> = keys.map(|known| known.kind.clone()).collect();
    relation.columns.retain(|known| known.name != column);
    relation.known_rows.forget(column);
    relation.constraints.retain(|constraint| !constraint.names_column(column));
    let gone = relation.indexes.iter().filter(|index| index.names_column(column));
    let gone: Vec<EcoString> = gone.map(|index| index.name.clone()).collect();
    replay.catalog.remove_statistics_of(table, Some(column));
    for index in gone {
        replay.catalog.remove_index(&RelationName::new(&*table.schema, index));
    }
    keys.iter().for_each(|key| drop_foreign_keys_on(table, key, replay));
    generated.iter().for_each(|generated| drop_column(table, generated, replay));
}

/// The views that are grouped by the primary key go with it.
fn drop_grouped(table: &RelationName, replay: &mut Replay) {
    let views = replay.catalog.views_dropped_with_key(table).into_iter();
    let views: Vec<RelationName> = views.map(|view| view.name.clone()).collect();
    for view in views {
        replay.catalog.remove(&view);
    }
}

pub(super) fn drop_constraint(table: &RelationName, name: &str, cascade: bool, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    let dropped = relation.constraint(name).map(|constraint| constraint.kind.clone());
    relation.constraints.retain(|constraint| constraint.name != name);
    match &dropped {
        Some(ConstraintKind::Key { .. }) => {
            for (partition, part) in inherit::parts_of(table, name, replay) {
                replay.catalog.touch(&partition).constraints.retain(|constraint| constraint.name != part);
                replay.catalog.remove_index(&RelationName::new(&*partition.schema, part));
            }
            replay.catalog.remove_index(&RelationName::new(&*table.schema, name));
            if let (true, Some(key)) = (cascade, dropped) {
                drop_foreign_keys_on(table, &key, replay);
                if matches!(key, ConstraintKind::Key { primary: true, .. }) {
                    drop_grouped(table, replay);
                }
            }
        }
        Some(ConstraintKind::NotNull { column }) => {
            if let Some(column) = relation.column_mut(column) {
                column.not_null = false;
                column.more.not_null_name = None;
            }
        }
        Some(ConstraintKind::Check { .. } | ConstraintKind::ForeignKey { .. }) => {}
        None => not_null::drop(relation, name),
    }
}

/// Drops the foreign keys that rest on a key of this table.
/// The foreign keys go that need an index which cannot be without the column.
fn drop_keys_through(table: &RelationName, column: &str, replay: &mut Replay) {
    let around = replay.around();
    let known = replay.catalog.get(table);
    let keys = known.map(|known| refusals::keys_through_column(column, known, &around)).unwrap_or_default();
    for (other, key) in keys {
        replay.catalog.touch(&other).constraints.retain(|constraint| *constraint.name != *key);
    }
}

fn drop_foreign_keys_on(table: &RelationName, key: &ConstraintKind, replay: &mut Replay) {
    let ConstraintKind::Key { columns, primary, .. } = key else { return };
    let rests_on = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::ForeignKey { referenced, referenced_columns: to, .. } if referenced == table => {
            to.is_empty() && *primary || to.len() == columns.len() && to.iter().all(|name| columns.contains(name))
        }
        ConstraintKind::ForeignKey { .. }
        | ConstraintKind::Check { .. }
        | ConstraintKind::NotNull { .. }
        | ConstraintKind::Key { .. } => false,
    };
    let others = replay.catalog.referencing(table).into_iter().map(|(relation, _)| relation.name.clone());
    let referencing: Vec<RelationName> = others.chain([table.clone()]).collect();
    for name in referencing {
        if let Some(relation) = replay.catalog.get_mut(&name) {
            relation.constraints.retain(|constraint| !rests_on(constraint));
        }
    }
}

/// Drops the foreign keys of other tables that point to this one.
pub(super) fn drop_foreign_keys_to(table: &RelationName, replay: &mut Replay) {
    let referencing: Vec<RelationName> =
        replay.catalog.referencing(table).into_iter().map(|(relation, _)| relation.name.clone()).collect();
    for name in referencing {
        replay.catalog.touch(&name).constraints.retain(
            |constraint| !matches!(&constraint.kind, ConstraintKind::ForeignKey { referenced, .. } if referenced == table),
        );
    }
}
