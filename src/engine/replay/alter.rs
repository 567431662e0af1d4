//! ALTER TABLE and its relatives.

use crate::ast::{AlterActionKind, AlterTable, ColumnChange, Ident, PartitionBound, Persistence, RoleSpec};
use crate::engine::catalog::{ColumnUse, ConstraintKind, Policy, Relation};
use crate::engine::effect::RelationName;

use super::{Replay, constraint, create, kind_of};

pub(super) fn alter_index(alter: &AlterTable, replay: &mut Replay) {
    let index = replay.resolve(&alter.name);
    for action in &alter.actions {
        if let AlterActionKind::RenameTo(name) = &action.kind {
            replay.catalog.rename_index(&index, &name.name);
        }
    }
}

pub(super) fn alter_table(alter: &AlterTable, replay: &mut Replay) {
    let name = replay.resolve(&alter.name);
    if replay.catalog.table_of_index(&name).is_some() {
        return alter_index(alter, replay);
    }
    if !replay.catalog.is_taken(&name) {
        replay.catalog.insert(Relation::new(name.clone(), kind_of(alter.object)));
    }
    let reached = if alter.only { Vec::new() } else { replay.catalog.descendants(&name) };
    for action in &alter.actions {
        for child in &reached {
            reach_child(child, &action.kind, replay);
        }
        apply(&name, &action.kind, replay);
    }
}

/// Subcommands that come down to partitions and inheritance children.
fn reach_child(child: &RelationName, action: &AlterActionKind, replay: &mut Replay) {
    use AlterActionKind as A;
    match action {
        A::AddColumn { .. }
        | A::DropColumn { .. }
        | A::AlterColumn { .. }
        | A::RenameColumn { .. }
        | A::AddConstraint(_)
        | A::DropConstraint { .. }
        | A::ValidateConstraint(_)
        | A::RenameConstraint { .. } => apply(child, action, replay),
        _ => {}
    }
}

fn apply(table: &RelationName, action: &AlterActionKind, replay: &mut Replay) {
    use AlterActionKind as A;
    match action {
        A::AddColumn { if_not_exists, column } => {
            let exists = replay.catalog.get(table).is_some_and(|relation| relation.column(&column.name.name).is_some());
            if !(*if_not_exists && exists) {
                create::add_column(table, column, replay);
            }
        }
        A::DropColumn { name, cascade, .. } => {
            drop_views(table, &name.name, *cascade, replay);
            drop_column(table, &name.name, replay);
        }
        A::AlterColumn { name, change } => alter_column(table, name, change, replay),
        A::AddConstraint(constraint) => constraint::add_constraint(table, constraint, false, replay),
        A::ValidateConstraint(name) => validate(table, &name.name, replay),
        A::AlterConstraint { name, change } => {
            if let Some(enforced) = change.enforced {
                let relation = replay.catalog.touch(table);
                for constraint in relation.constraints.iter_mut().filter(|known| known.name == name.name) {
                    constraint.validated = enforced;
                }
            }
        }
        A::DropConstraint { name, cascade, .. } => drop_constraint(table, &name.name, *cascade, replay),
        A::RenameColumn { from, to } => rename_column(table, &from.name, &to.name, replay),
        A::RenameTo(to) => {
            let renamed = RelationName::new(&*table.schema, &*to.name);
            replay.catalog.rename(table, &renamed);
        }
        A::RenameConstraint { from, to } => rename_constraint(table, &from.name, &to.name, replay),
        A::SetSchema(schema) => replay.catalog.rename(table, &RelationName::new(&*schema.name, &*table.name)),
        A::SetAccessMethod(method) => {
            replay.catalog.touch(table).access_method = method.as_ref().map(|method| method.name.clone());
        }
        A::Inherit(parent) => link(&replay.resolve(parent), table, false, replay),
        A::NoInherit(parent) => unlink(&replay.resolve(parent), table, replay),
        A::AttachPartition { partition, bound } => {
            let child = replay.resolve(partition);
            link(table, &child, bound.as_ref().is_some_and(PartitionBound::is_default), replay);
        }
        A::DetachPartition { partition, .. } => unlink(table, &replay.resolve(partition), replay),
        A::ClusterOn(_) => replay.catalog.touch(table).clustered = true,
        A::SetWithoutCluster => replay.catalog.touch(table).clustered = false,
        A::SetLogged => replay.catalog.touch(table).persistence = Persistence::Permanent,
        A::SetUnlogged => replay.catalog.touch(table).persistence = Persistence::Unlogged,
        A::OwnerTo(role) => {
            replay.catalog.touch(table).owned_by = match role {
                RoleSpec::Named(name) => Some(name.name.clone()),
                RoleSpec::Public(_) | RoleSpec::CurrentUser(_) | RoleSpec::SessionUser(_) => None,
            };
        }
        A::OfType(of_type) => {
            let of_type = replay.resolve(of_type);
            replay.catalog.touch(table).of_type = Some(of_type);
        }
        A::NotOfType => replay.catalog.touch(table).of_type = None,
        A::SetTablespace(_)
        | A::SetOptions(_)
        | A::ResetOptions(_)
        | A::SetWithOids
        | A::SetWithoutOids
        | A::ForeignOptions(_)
        | A::Trigger { .. }
        | A::Rule { .. }
        | A::RowSecurity(_)
        | A::ReplicaIdentity(_)
        | A::SequenceOptions(_)
        | A::DependsOnExtension { .. } => {}
    }
}

fn link(parent: &RelationName, child: &RelationName, default: bool, replay: &mut Replay) {
    let relation = replay.catalog.touch(parent);
    relation.children.push(child.clone());
    if default {
        relation.default_partition = Some(child.clone());
    }
    replay.catalog.touch(child).parents.push(parent.clone());
}

fn unlink(parent: &RelationName, child: &RelationName, replay: &mut Replay) {
    let relation = replay.catalog.touch(parent);
    relation.children.retain(|known| known != child);
    relation.default_partition.take_if(|default| default == child);
    replay.catalog.touch(child).parents.retain(|known| known != parent);
}

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
        drop_views(&table, &column, true, replay);
        drop_column(&table, &column, replay);
    }
}

/// CASCADE drops the views that read the column; without it there are none, or the column would not be dropped.
fn drop_views(table: &RelationName, column: &str, cascade: bool, replay: &mut Replay) {
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
}

/// The column goes with every index and constraint that uses it.
fn drop_column(table: &RelationName, column: &str, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    relation.columns.retain(|known| known.name != column);
    relation.constraints.retain(|constraint| !mentions(&constraint.kind, column));
    let gone = relation
        .indexes
        .iter()
        .filter(|index| index.keys.iter().flatten().chain(&index.expression_columns).any(|used| used == column));
    let gone: Vec<String> = gone.map(|index| index.name.clone()).collect();
    for index in gone {
        replay.catalog.remove_index(&RelationName::new(&*table.schema, index));
    }
}

fn mentions(kind: &ConstraintKind, column: &str) -> bool {
    match kind {
        ConstraintKind::Check { columns, .. }
        | ConstraintKind::ForeignKey { columns, .. }
        | ConstraintKind::Key { columns, .. } => columns.iter().any(|name| name == column),
        ConstraintKind::NotNull { column: name } => name == column,
    }
}

fn alter_column(table: &RelationName, name: &Ident, change: &ColumnChange, replay: &mut Replay) {
    let author = replay.author;
    let relation = replay.catalog.touch(table);
    if matches!(change, ColumnChange::DropNotNull) {
        relation.constraints.retain(
            |constraint| !matches!(&constraint.kind, ConstraintKind::NotNull { column } if *column == name.name),
        );
    }
    if relation.column(&name.name).is_none() {
        relation.columns.push(crate::engine::catalog::Column {
            name: name.name.clone(),
            data_type: None,
            not_null: false,
            has_default: false,
            default_functions: Vec::new(),
            generated_from: None,
            identity: false,
            collation: None,
            added_in: author.migration,
        });
    }
    let Some(column) = relation.column_mut(&name.name) else { return };
    match change {
        ColumnChange::SetType { data_type, collation, .. } => {
            column.data_type = Some((**data_type).clone());
            column.collation = collation.as_ref().map(|collation| collation.name.name.clone());
        }
        ColumnChange::SetDefault(expr) => {
            (column.has_default, column.default_functions) = (true, super::create::function_names(expr));
        }
        ColumnChange::DropDefault => {
            (column.has_default, column.default_functions) = (false, Vec::new());
        }
        ColumnChange::SetNotNull => column.not_null = true,
        ColumnChange::DropNotNull => column.not_null = false,
        ColumnChange::AddIdentity(_) => column.identity = true,
        ColumnChange::DropIdentity { .. } => column.identity = false,
        ColumnChange::SetExpression(expr) => column.generated_from = Some(expr.columns.clone()),
        ColumnChange::DropExpression { .. } => column.generated_from = None,
        ColumnChange::SetStatistics(_)
        | ColumnChange::SetStorage(_)
        | ColumnChange::SetCompression(_)
        | ColumnChange::SetOptions(_)
        | ColumnChange::ResetOptions(_)
        | ColumnChange::SetIdentity { .. }
        | ColumnChange::ForeignOptions(_) => {}
    }
}

fn validate(table: &RelationName, name: &str, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    let mut not_null = Vec::new();
    for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == name) {
        constraint.validated = true;
        if let ConstraintKind::NotNull { column } = &constraint.kind {
            not_null.push(column.clone());
        }
    }
    for column in not_null {
        if let Some(column) = relation.column_mut(&column) {
            column.not_null = true;
        }
    }
}

fn drop_constraint(table: &RelationName, name: &str, cascade: bool, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    let dropped = relation.constraint(name).map(|constraint| constraint.kind.clone());
    relation.constraints.retain(|constraint| constraint.name != name);
    match dropped {
        Some(ConstraintKind::Key { .. }) => {
            replay.catalog.remove_index(&RelationName::new(&*table.schema, name));
            if cascade {
                drop_foreign_keys_to(table, replay);
            }
        }
        Some(ConstraintKind::NotNull { column }) => {
            if let Some(column) = relation.column_mut(&column) {
                column.not_null = false;
            }
        }
        Some(ConstraintKind::Check { .. } | ConstraintKind::ForeignKey { .. }) | None => {}
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

fn rename_constraint(table: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    let backed = relation.constraint(from).is_some_and(|known| matches!(known.kind, ConstraintKind::Key { .. }));
    for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == from) {
        to.clone_into(&mut constraint.name);
    }
    if backed {
        replay.catalog.rename_index(&RelationName::new(&*table.schema, from), to);
    }
}

/// Everything that names the column follows.
fn rename_column(table: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    let follow = |name: &mut String| {
        if name == from {
            to.clone_into(name);
        }
    };
    let relation = replay.catalog.touch(table);
    for column in &mut relation.columns {
        follow(&mut column.name);
        column.generated_from.iter_mut().flatten().for_each(follow);
    }
    relation.partition_key.iter_mut().for_each(follow);
    for index in &mut relation.indexes {
        index.keys.iter_mut().flatten().chain(&mut index.expression_columns).for_each(follow);
    }
    for constraint in &mut relation.constraints {
        match &mut constraint.kind {
            ConstraintKind::Check { columns, proves_not_null, limits } => {
                limits.iter_mut().for_each(|limit| follow(&mut limit.column));
                columns.iter_mut().chain(proves_not_null).for_each(follow);
            }
            ConstraintKind::ForeignKey { columns, .. } | ConstraintKind::Key { columns, .. } => {
                columns.iter_mut().for_each(follow);
            }
            ConstraintKind::NotNull { column } => follow(column),
        }
    }
    let referencing: Vec<RelationName> =
        replay.catalog.referencing(table).into_iter().map(|(relation, _)| relation.name.clone()).collect();
    let views = replay.catalog.views_of_column(table, from).into_iter();
    let views: Vec<RelationName> = views.map(|(view, _)| view.name.clone()).collect();
    let policies = replay.catalog.policies_of_column(table, from).into_iter();
    let policies: Vec<RelationName> = policies.map(|(on, _, _)| on.name.clone()).collect();
    for on in policies {
        let uses = replay.catalog.touch(&on).policies.iter_mut().flat_map(Policy::uses_mut);
        uses.filter(|used| used.relation == *table).for_each(|used| used.column.iter_mut().for_each(follow));
    }
    for view in views {
        for used in replay.catalog.touch(&view).column_uses.iter_mut().filter(|used| used.relation == *table) {
            used.column.iter_mut().for_each(follow);
        }
    }
    for name in referencing {
        for constraint in &mut replay.catalog.touch(&name).constraints {
            if let ConstraintKind::ForeignKey { referenced, referenced_columns, .. } = &mut constraint.kind
                && referenced == table
            {
                referenced_columns.iter_mut().for_each(follow);
            }
        }
    }
}
