//! ALTER TABLE and its relatives.

use ecow::EcoString;
use rustc_hash::FxHashSet;

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, ConstraintChange, PartitionBound, Persistence, RoleSpec,
};
use crate::engine::catalog::{ConstraintKind, Doubts, Relation, Validity};
use crate::engine::classify::is_added_empty;
use crate::engine::effect::RelationName;

use super::{Replay, column, constraint, create, inherit, kind_of, not_null, parts, rule, sequence, trigger, types};

pub(super) fn alter_index(alter: &AlterTable, replay: &mut Replay) {
    let index = replay.resolve(&alter.name);
    for action in &alter.actions {
        match &action.kind {
            AlterActionKind::RenameTo(name) => replay.catalog.rename_index(&index, &name.name),
            AlterActionKind::AttachPartition { partition, .. } => {
                attach_index(&index, &replay.resolve(partition), replay)
            }
            _ => {}
        }
    }
}

/// ALTER INDEX ... ATTACH PARTITION: the parent is valid when every partition has its part.
fn attach_index(index: &RelationName, part: &RelationName, replay: &mut Replay) {
    let Some(table) = replay.catalog.table_of_index(part).cloned() else { return };
    for known in replay.catalog.touch(&table).indexes.iter_mut().filter(|known| known.name == part.name) {
        known.more.parent = Some(index.clone());
    }
    let Some(table) = replay.catalog.table_of_index(index).cloned() else { return };
    let Some(relation) = replay.catalog.get(&table) else { return };
    let has_part = |child: &RelationName| {
        let parts = replay.catalog.get(child).map(|child| child.indexes.as_slice()).unwrap_or_default();
        parts.iter().any(|part| part.more.parent.as_ref() == Some(index))
    };
    if relation.children.iter().all(has_part) {
        for known in replay.catalog.touch(&table).indexes.iter_mut().filter(|known| known.name == index.name) {
            known.more.validity = Validity::Valid;
        }
    }
}

pub(super) fn alter_table(alter: &AlterTable, replay: &mut Replay) {
    let name = replay.resolve(&alter.name);
    if replay.catalog.table_of_index(&name).is_some() {
        return alter_index(alter, replay);
    }
    if alter.if_exists && replay.around().is_missing(&name) {
        return;
    }
    if replay.around().is_composite(&alter.name) {
        alter.actions.iter().for_each(|action| types::rename_attribute(&alter.name, &action.kind, replay));
        return;
    }
    if !replay.catalog.is_taken(&name) {
        replay.catalog.insert(Relation::new(name.clone(), kind_of(alter.object)));
    }
    for action in in_order(&alter.actions) {
        let reached = reached(&name, &action.kind, alter.only, replay);
        for child in &reached {
            reach_child(&name, child, &action.kind, replay);
        }
        let before = replay.catalog.get(&name).map_or(0, |relation| relation.constraints.len());
        let newly_inherited = newly_inherited(&name, &action.kind, replay);
        apply(&name, &action.kind, replay);
        if let AlterActionKind::Trigger { which, firing } = &action.kind {
            trigger::switch(&name, which, *firing, alter.only, replay);
        }
        if let (AlterActionKind::AddConstraint(_), false) = (&action.kind, alter.only) {
            let relation = replay.catalog.touch(&name);
            let added: Vec<EcoString> =
                relation.constraints.iter().skip(before).map(|constraint| constraint.name.clone()).collect();
            added.iter().for_each(|added| inherit::pass_down_constraint(&name, added, replay));
        }
        if let Some(constraint) = newly_inherited {
            inherit::pass_down_constraint(&name, &constraint, replay);
        }
        if let (AlterActionKind::AddConstraint(_), true) = (&action.kind, alter.only) {
            let relation = replay.catalog.touch(&name);
            let validity = Validity::of_only(Some(relation));
            let added = relation.constraints.get(before).map(|constraint| constraint.name.clone());
            for index in relation.indexes.iter_mut().filter(|index| Some(&index.name) == added.as_ref()) {
                index.more.validity = validity;
            }
        }
    }
    not_null::name_all(&name, replay);
}

/// The partitions and children that a subcommand comes down to.
fn reached(table: &RelationName, action: &AlterActionKind, only: bool, replay: &mut Replay) -> Vec<RelationName> {
    let catalog = &mut replay.catalog;
    match action {
        AlterActionKind::DropConstraint { name, .. }
            if catalog.get(table).is_some_and(|known| known.gives_check(&name.name)) =>
        {
            let losing = if only { FxHashSet::default() } else { catalog.losing_check(table, &name.name) };
            // What ONLY leaves to the children is theirs.
            let children = catalog.get(table).filter(|_| only).map(|known| known.children.clone());
            children.iter().flatten().for_each(|child| catalog.touch(child).own_check(&name.name));
            losing.into_iter().collect()
        }
        _ if only => Vec::new(),
        _ => catalog.descendants(table),
    }
}

/// A constraint that was NO INHERIT, and goes down to the children now.
fn newly_inherited(table: &RelationName, action: &AlterActionKind, replay: &Replay) -> Option<EcoString> {
    let AlterActionKind::AlterConstraint { name, change } = action else { return None };
    let known = replay.catalog.get(table)?.constraint(&name.name)?;
    (change.inherit == Some(true) && known.traits.no_inherit).then(|| known.name.clone())
}

/// The order in which the server carries them out, as far as names and columns depend on it: what is dropped goes first.
///
/// Source: the passes `AT_PASS_*` of PostgreSQL's commands/tablecmds.c.
fn in_order(actions: &[AlterAction]) -> Vec<&AlterAction> {
    use AlterActionKind as A;
    let pass = |action: &&AlterAction| match &action.kind {
        A::DropColumn { .. } | A::DropConstraint { .. } => 0,
        A::AlterColumn { change: ColumnChange::SetType { .. }, .. } => 1,
        A::AddColumn { .. } => 2,
        _ => 3,
    };
    let mut sorted: Vec<&AlterAction> = actions.iter().collect();
    sorted.sort_by_key(pass);
    sorted
}

/// Subcommands that come down to partitions and inheritance children. What is added comes down from the parent that has it.
fn reach_child(table: &RelationName, child: &RelationName, action: &AlterActionKind, replay: &mut Replay) {
    use AlterActionKind as A;
    match action {
        A::DropColumn { name, .. } => {
            let relation = replay.catalog.get(child);
            let column = relation.and_then(|relation| relation.column(&name.name));
            if column.is_some_and(|column| column.more.inherited) {
                apply(child, action, replay);
            }
        }
        // Partitions have the identity columns of their parent; inheritance children have none of it.
        A::AlterColumn {
            change: ColumnChange::AddIdentity(_) | ColumnChange::SetIdentity { .. } | ColumnChange::DropIdentity { .. },
            ..
        } if !replay.catalog.get(table).is_some_and(Relation::is_partitioned) => {}
        // Keys and foreign keys of partitions keep their names.
        A::RenameConstraint { from, .. }
            if replay.catalog.get(child).is_some_and(|relation| is_key(relation, &from.name)) => {}
        A::AlterColumn { .. }
        | A::RenameColumn { .. }
        | A::DropConstraint { .. }
        | A::ValidateConstraint(_)
        | A::AlterConstraint { .. }
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
                let new = !*if_not_exists || replay.catalog.get(table).is_some_and(|relation| relation.complete);
                let empty = new && replay.session.transaction().is_open() && is_added_empty(column, &replay.around());
                create::add_column(table, column, replay);
                if empty {
                    replay.catalog.note_empty_column(table, &column.name.name, replay.author.transaction);
                }
            } else if let Some(known) = replay.catalog.touch(table).column_mut(&column.name.name)
                && known.more.doubts.existence
            {
                // It is there from here on, as it was or as it is written here.
                known.not_null = false;
                known.more.doubts = Doubts { existence: false, ..Doubts::ALL };
            }
        }
        A::DropColumn { name, cascade, .. } => {
            let known = replay.catalog.get(table);
            let gone = known.into_iter().flat_map(|known| known.with_computed(&name.name));
            for column in gone.map(EcoString::from).collect::<Vec<_>>() {
                parts::drop_views(table, &column, *cascade, replay);
            }
            parts::drop_column(table, &name.name, replay);
        }
        A::AlterColumn { name, change } => column::alter(table, name, change, replay),
        A::AddConstraint(constraint) => {
            constraint::add_constraint(table, constraint, false, replay);
        }
        A::ValidateConstraint(name) => validate(table, &meant(table, &name.name, replay), replay),
        A::AlterConstraint { name, change } => {
            let name = meant(table, &name.name, replay);
            set_traits(table, &name, *change, replay);
            if let Some(enforced) = change.enforced {
                let relation = replay.catalog.touch(table);
                for constraint in relation.constraints.iter_mut().filter(|known| known.name == name) {
                    constraint.validated = enforced;
                    constraint.traits.not_enforced = !enforced;
                    constraint.awaits_validation = false;
                }
            }
        }
        A::DropConstraint { if_exists, name, cascade } => {
            let meant = meant(table, &name.name, replay);
            if *if_exists && meant != name.name {
                // There is nothing of this name since 12.
                let own = replay.catalog.touch(table).constraints.iter_mut().filter(|known| known.name == meant);
                own.for_each(|known| known.doubted = true);
                return;
            }
            parts::drop_constraint(table, &meant, *cascade, replay);
        }
        A::RenameColumn { from, to } => column::rename(table, &from.name, &to.name, replay),
        A::RenameTo(to) => {
            let renamed = RelationName::new(&*table.schema, &*to.name);
            replay.catalog.rename(table, &renamed);
        }
        A::RenameConstraint { from, to } => {
            rename_constraint(table, &meant(table, &from.name, replay), &to.name, replay);
        }
        A::SetSchema(schema) => set_schema(table, &schema.name, replay),
        A::SetAccessMethod(method) => {
            replay.catalog.touch(table).access_method = method.as_ref().map(|method| method.name.clone());
        }
        A::Inherit(parent) => {
            let parent = replay.resolve(parent);
            if !is_circle(&parent, table, replay) {
                link(&parent, table, false, replay);
            }
        }
        A::NoInherit(parent) => unlink(&replay.resolve(parent), table, replay),
        A::AttachPartition { partition, bound } => {
            let child = replay.resolve(partition);
            if is_circle(table, &child, replay) {
                return;
            }
            let bound = bound.as_ref().map(|bound| replay.bound(table, bound));
            link(table, &child, bound.as_ref().is_some_and(PartitionBound::is_default), replay);
            let relation = replay.catalog.touch(&child);
            relation.bound = bound;
            for column in &mut relation.columns {
                column.more.inherited = true;
            }
            inherit::become_partition(table, &child, replay);
            replay.catalog.fill_empty_columns(table);
        }
        A::DetachPartition { partition, concurrently, .. } => {
            let child = replay.resolve(partition);
            if *concurrently {
                inherit::keep_bound(table, &child, replay);
            }
            unlink(table, &child, replay);
        }
        A::SequenceOptions(options) => sequence::set_options(table, options, replay),
        A::ClusterOn(_) => replay.catalog.touch(table).clustered = true,
        A::SetWithoutCluster => replay.catalog.touch(table).clustered = false,
        A::ReplicaIdentity(identity) => replay.catalog.touch(table).replica_identity = Some(identity.clone()),
        A::SetLogged => set_persistence(table, Persistence::Permanent, replay),
        A::SetUnlogged => set_persistence(table, Persistence::Unlogged, replay),
        A::OwnerTo(role) => {
            replay.catalog.touch(table).owned_by = match role {
                RoleSpec::Named(name) => Some(name.name.clone()),
                RoleSpec::Public(_) | RoleSpec::CurrentUser(_) | RoleSpec::SessionUser(_) => None,
            };
        }
        A::OfType(of_type) => {
            let of_type = replay.resolve_type(of_type);
            replay.catalog.touch(table).of_type = Some(of_type);
        }
        A::Rule { firing, name } => rule::switch(table, &name.name, *firing, replay),
        A::RowSecurity(change) => replay.catalog.touch(table).row_security.switch(*change),
        A::NotOfType => replay.catalog.touch(table).of_type = None,
        A::SetTablespace(_)
        | A::SetOptions(_)
        | A::ResetOptions(_)
        | A::SetWithOids
        | A::SetWithoutOids
        | A::ForeignOptions(_)
        | A::Trigger { .. }
        | A::DependsOnExtension { .. } => {}
    }
}

/// The name by which the catalog has a constraint.
fn meant(table: &RelationName, name: &str, replay: &Replay) -> EcoString {
    let known = replay.catalog.get(table).and_then(|relation| relation.constraint_meant(name));
    known.map_or_else(|| name.into(), |known| known.name.clone())
}

/// Whether a table would become its own parent, which the server refuses.
fn is_circle(parent: &RelationName, child: &RelationName, replay: &Replay) -> bool {
    parent == child || replay.catalog.ancestors(parent).iter().any(|above| above.name == *child)
}

fn link(parent: &RelationName, child: &RelationName, default: bool, replay: &mut Replay) {
    let relation = replay.catalog.touch(parent);
    relation.children.push(child.clone());
    if default {
        relation.default_partition = Some(child.clone());
    }
    replay.catalog.touch(child).parents.push(parent.clone());
}

/// Sequences of the table's columns follow (15).
fn set_persistence(table: &RelationName, persistence: Persistence, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    // A partitioned table has nothing to write.
    if relation.is_partitioned() {
        return;
    }
    relation.persistence = persistence;
    for sequence in relation.sequences.clone() {
        replay.catalog.touch(&sequence).persistence = persistence;
    }
}

/// Indexes and the sequences of columns move with their table.
fn set_schema(table: &RelationName, schema: &str, replay: &mut Replay) {
    let Some(relation) = replay.catalog.get(table) else { return };
    let (sequences, children) = (relation.sequences.clone(), relation.children.clone());
    let moved = |name: &RelationName| RelationName::new(schema, &*name.name);
    let indexes: Vec<RelationName> =
        relation.indexes.iter().map(|index| RelationName::new(&*table.schema, &*index.name)).collect();
    replay.catalog.rename(table, &moved(table));
    for sequence in sequences {
        replay.catalog.rename(&sequence, &moved(&sequence));
    }
    for child in children {
        let parts = replay.catalog.touch(&child).indexes.iter_mut().filter_map(|part| part.more.parent.as_mut());
        parts.filter(|parent| indexes.contains(parent)).for_each(|parent| parent.schema = schema.into());
    }
}

/// ALTER CONSTRAINT: when it is checked. INITIALLY DEFERRED makes it deferrable, NOT DEFERRABLE is never deferred.
fn set_traits(table: &RelationName, name: &str, change: ConstraintChange, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    for constraint in relation.constraints.iter_mut().filter(|known| known.name == name) {
        let traits = &mut constraint.traits;
        if change.deferrable.is_some() || change.initially_deferred.is_some() {
            traits.initially_deferred = change.initially_deferred.unwrap_or(false);
            traits.deferrable = change.deferrable.unwrap_or(traits.initially_deferred);
        }
        if let Some(inherit) = change.inherit {
            traits.no_inherit = !inherit;
        }
    }
}

fn unlink(parent: &RelationName, child: &RelationName, replay: &mut Replay) {
    inherit::leave(parent, child, replay);
    // What is left are the rows of the other partitions.
    replay.catalog.doubt_parts(parent);
    let relation = replay.catalog.touch(parent);
    relation.children.retain(|known| known != child);
    relation.default_partition.take_if(|default| default == child);
    let child = replay.catalog.touch(child);
    child.parents.retain(|known| known != parent);
    child.bound = None;
}

fn validate(table: &RelationName, name: &str, replay: &mut Replay) {
    let relation = replay.catalog.touch(table);
    let mut not_null = Vec::new();
    for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == name) {
        constraint.validated = true;
        constraint.awaits_validation = false;
        constraint.doubted = false;
        if let ConstraintKind::NotNull { column } = &constraint.kind {
            not_null.push(column.clone());
        }
    }
    for column in not_null {
        if let Some(column) = relation.column_mut(&column) {
            column.set_not_null();
        }
    }
}

/// Whether a constraint is a key or a foreign key.
fn is_key(relation: &Relation, name: &str) -> bool {
    let kind = relation.constraint(name).map(|known| &known.kind);
    matches!(kind, Some(ConstraintKind::Key { .. } | ConstraintKind::ForeignKey { .. }))
}

fn rename_constraint(table: &RelationName, from: &str, to: &str, replay: &mut Replay) {
    replay.catalog.note_constraint_name(to);
    let relation = replay.catalog.touch(table);
    not_null::rename(relation, from, to);
    let backed = relation.constraint(from).is_some_and(|known| matches!(known.kind, ConstraintKind::Key { .. }));
    for constraint in relation.constraints.iter_mut().filter(|constraint| constraint.name == from) {
        constraint.name = to.into();
        constraint.before_12 = None;
    }
    if backed {
        replay.catalog.rename_index(&RelationName::new(&*table.schema, from), to);
    }
}
