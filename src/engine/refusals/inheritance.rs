//! ALTER TABLE of partitions and inheritance children, and of their parents, that the server refuses.

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, CreateTable, DataType, Limits, ObjectName,
    TableConstraintKind,
};
use crate::engine::catalog::{Constraint, ConstraintKind, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_known_whole, is_there};
use super::{
    DATATYPE_MISMATCH, DUPLICATE_COLUMN, DUPLICATE_OBJECT, DUPLICATE_TABLE, FEATURE_NOT_SUPPORTED,
    INVALID_TABLE_DEFINITION, NOT_IN_PREREQUISITE_STATE, UNDEFINED_TABLE, WRONG_OBJECT_TYPE, bounds, partitions,
    refused, refused_on,
};

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let at = |action: &AlterAction| {
        let attached = match &action.kind {
            AlterActionKind::AttachPartition { partition, bound } => {
                bounds::attach(&around.resolve(partition), bound.as_ref(), relation, around)
            }
            _ => Vec::new(),
        };
        let span = action.span;
        refusal(action, alter, relation, around).into_iter().chain(attached).map(move |refusal| refusal.at(span))
    };
    alter.actions.iter().flat_map(at).collect()
}

fn refusal(action: &AlterAction, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    use AlterActionKind as A;
    let name = &relation.name;
    let invalid = |reason: String| Some(refused(INVALID_TABLE_DEFINITION, reason));
    match &action.kind {
        A::AddColumn { .. } if around.is_partition(relation) => {
            Some(refused(WRONG_OBJECT_TYPE, format!("cannot add a column to {name}: it is a partition")))
        }
        A::AddColumn { column, .. } if !alter.only => {
            let below = around.catalog.descendants(name);
            let children = below.iter().filter_map(|child| around.catalog.get(child));
            let differs = |child: &&Relation| {
                let own = child.column(&column.name.name).and_then(|own| own.data_type.as_ref());
                is_known_whole(child) && own.is_some_and(|own| partitions::types_differ(own, &column.data_type, around))
            };
            let free = relation.column(&column.name.name).is_none();
            let child = children.into_iter().find(differs).filter(|_| free)?;
            let reason = format!("child table {} has a different type for column {}", child.name, column.name.name);
            Some(refused(DATATYPE_MISMATCH, reason))
        }
        A::AlterColumn { name: column, change: ColumnChange::SetType { .. } }
            if inherits(&column.name, relation, around) =>
        {
            invalid(format!("cannot alter inherited column {}", column.name))
        }
        A::AlterColumn { name: column, change: ColumnChange::DropExpression { .. } }
            if inherits(&column.name, relation, around) =>
        {
            let reason = format!("cannot drop the expression of inherited column {}", column.name);
            Some(refused_on(VersionSet::since(13), INVALID_TABLE_DEFINITION, reason))
        }
        A::AlterColumn { name: column, change: ColumnChange::DropExpression { .. } }
            if alter.only && !relation.children.is_empty() =>
        {
            let reason = format!("the expression of column {} must be dropped in child tables too", column.name);
            Some(refused_on(VersionSet::since(13), FEATURE_NOT_SUPPORTED, reason))
        }
        A::AlterColumn { change, .. } if around.is_partition(relation) && identity_change(change).is_some() => {
            let reason = format!("cannot {} of {name}: it is a partition", identity_change(change)?);
            let whole = is_known_whole(relation);
            whole.then(|| refused_on(VersionSet::since(17), INVALID_TABLE_DEFINITION, reason))
        }
        A::AlterColumn { change, .. }
            if alter.only && relation.is_partitioned() && identity_change(change).is_some() =>
        {
            let reason = format!("cannot {} of the partitioned table {name} only", identity_change(change)?);
            let whole = is_known_whole(relation);
            whole.then(|| refused_on(VersionSet::since(17), INVALID_TABLE_DEFINITION, reason))
        }
        A::AddConstraint(constraint)
            if alter.only
                && relation.is_partitioned()
                && matches!(constraint.kind, TableConstraintKind::ForeignKey { .. }) =>
        {
            let reason = format!("cannot use ONLY for a foreign key of the partitioned table {name}");
            Some(refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason))
        }
        A::RenameColumn { from, .. } if inherits(&from.name, relation, around) => {
            invalid(format!("cannot rename inherited column {}", from.name))
        }
        A::RenameColumn { to, .. } if !alter.only => {
            let below = around.catalog.descendants(name);
            let children = below.iter().filter_map(|child| around.catalog.get(child));
            let mut having = children.filter(|child| is_known_whole(child) && child.column(&to.name).is_some());
            let reason = |child: &Relation| format!("column {} of {} already exists", to.name, child.name);
            having.next().map(|child| refused(DUPLICATE_COLUMN, reason(child)))
        }
        A::RenameConstraint { from, .. } if inherits_check(&from.name, relation, around) => {
            invalid(format!("cannot rename inherited constraint {}", from.name))
        }
        A::RenameConstraint { from, .. } if alter.only && gives_check(&from.name, relation) => {
            invalid(format!("inherited constraint {} must be renamed in child tables too", from.name))
        }
        A::DropColumn { name: column, .. } if inherits(&column.name, relation, around) => {
            invalid(format!("cannot drop inherited column {}", column.name))
        }
        A::AddConstraint(constraint) if alter.only && !relation.children.is_empty() => {
            let versions = match &constraint.kind {
                TableConstraintKind::Check(_) => VersionSet::ALL,
                // What the table has already is taken for the new one.
                TableConstraintKind::NotNull(column) if !may_be_required(&column.name, relation) => {
                    VersionSet::since(18)
                }
                _ => return None,
            };
            let reason = || "constraint must be added to child tables too".to_owned();
            (!constraint.traits.no_inherit).then(|| refused_on(versions, INVALID_TABLE_DEFINITION, reason()))
        }
        A::Inherit(parent) => {
            let parent = around.relation(parent)?;
            let partition = around.is_partition(relation) || relation.is_partitioned();
            let reason = || format!("cannot change the inheritance of {name}: it is partitioned or a partition");
            let fixed = (partition && is_known_whole(relation)).then(|| refused(WRONG_OBJECT_TYPE, reason()));
            let circle = parent.name == *name || around.catalog.descendants(name).contains(&parent.name);
            let reason = || format!("circular inheritance: {} is a child of {name}", parent.name);
            let circle = circle.then(|| refused(DUPLICATE_TABLE, reason()));
            let kind = fixed.or_else(|| no_parent(parent, around)).or(circle);
            kind.or_else(|| typed(relation)).or_else(|| bounds::unlike(parent, relation, around))
        }
        A::NoInherit(_) if around.is_partition(relation) && is_known_whole(relation) => {
            Some(refused(WRONG_OBJECT_TYPE, format!("cannot change the inheritance of {name}: it is a partition")))
        }
        A::NoInherit(parent) => no_child(parent, alter, relation, around),
        A::NotOfType if relation.of_type.is_none() && relation.kind == RelationKind::Table => {
            let reason = format!("{name} is not a typed table");
            is_known_whole(relation).then(|| refused(WRONG_OBJECT_TYPE, reason))
        }
        A::RenameConstraint { from, .. } | A::DropConstraint { name: from, .. }
            if relation.columns.iter().any(|column| column.more.not_null_name.as_ref() == Some(&from.name)) =>
        {
            of_not_null(&from.name, action, alter, relation, around)
        }
        A::DetachPartition { partition, .. } => bounds::detach(&around.resolve(partition), relation, around),
        A::DropConstraint { name: constraint, .. } if inherits_check(&constraint.name, relation, around) => {
            invalid(format!("cannot drop inherited constraint {}", constraint.name))
        }
        A::AlterColumn { name: column, change: ColumnChange::DropNotNull }
            if inherits_not_null(&column.name, relation, around) =>
        {
            let reason = format!("column {} is marked NOT NULL in the parent table", column.name);
            // Children of other tables may be less strict until 17.
            let versions = if around.is_partition(relation) { VersionSet::ALL } else { VersionSet::since(18) };
            Some(refused_on(versions, INVALID_TABLE_DEFINITION, reason))
        }
        _ => None,
    }
}

/// What is done to an identity column, which partitions share with their parent since 17.
fn identity_change(change: &ColumnChange) -> Option<&'static str> {
    match change {
        ColumnChange::AddIdentity(_) => Some("add identity to a column"),
        ColumnChange::DropIdentity { .. } => Some("drop identity from a column"),
        ColumnChange::SetIdentity { .. } => Some("change the identity column"),
        _ => None,
    }
}

/// The NOT NULL of a column is a constraint since 18: a key needs it, and that of a parent is the parent's.
fn of_not_null(
    name: &str,
    action: &AlterAction,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    let column = relation.columns.iter().find(|column| column.more.not_null_name.as_deref() == Some(name))?;
    let drops = matches!(action.kind, AlterActionKind::DropConstraint { .. });
    let reason = if inherits_not_null(&column.name, relation, around) {
        format!("cannot {} inherited constraint {name}", if drops { "drop" } else { "rename" })
    } else if drops
        && !super::alter::drops_primary_key(alter, relation)
        && relation.primary_key().is_some_and(|key| key.contains(&column.name))
        && relation.has_primary_key_for_certain()
    {
        format!("column {} is in a primary key", column.name)
    } else if drops && column.identity && alter.actions.len() == 1 {
        let reason = format!("column {} is an identity column", column.name);
        return Some(refused_on(VersionSet::since(18), NOT_IN_PREREQUISITE_STATE, reason));
    } else {
        return None;
    };
    Some(refused_on(VersionSet::since(18), INVALID_TABLE_DEFINITION, reason))
}

/// Whether the column is NOT NULL, or may be.
fn may_be_required(column: &str, relation: &Relation) -> bool {
    let known = relation.column(column).filter(|_| is_known_whole(relation));
    known.is_none_or(|known| {
        known.not_null || known.more.doubts.not_null || relation.not_null_constraint(column).is_some()
    })
}

/// A table that is made of a type has no parents.
fn typed(relation: &Relation) -> Option<Refusal> {
    let reason = || format!("cannot change inheritance of typed table {}", relation.name);
    (relation.of_type.is_some() && is_there(relation)).then(|| refused(WRONG_OBJECT_TYPE, reason()))
}

/// NO INHERIT of a table that is known to be no parent.
fn no_child(parent: &ObjectName, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let known = |relation: &Relation| is_known_whole(relation) && !relation.perhaps_missing;
    let parent = around.relation(parent).filter(|parent| known(parent) && known(relation))?;
    let becomes_one = alter.actions.iter().any(|action| matches!(action.kind, AlterActionKind::Inherit(_)));
    let is_one = relation.parents.contains(&parent.name) || becomes_one;
    let reason = || format!("relation {} is not a parent of {}", parent.name, relation.name);
    (!is_one).then(|| refused(UNDEFINED_TABLE, reason()))
}

/// Columns of a new table that have another type in a parent.
pub(super) fn create_table(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    let like = create.like.iter().filter_map(|like| around.relation(&like.table));
    let copied = like.filter(|table| is_known_whole(table)).flat_map(|table| &table.columns);
    let copied = copied.filter_map(|column| Some((column.name.as_str(), column.data_type.as_ref()?)));
    let written = create.columns.iter().map(|column| (column.name.name.as_str(), &column.data_type));
    let own: Vec<(&str, &DataType)> = written.chain(copied).collect();
    let parents = || create.inherits.iter().filter_map(|parent| around.relation(parent));
    let no_parent = parents()
        .find_map(|parent| no_parent(parent, around))
        .or_else(|| parents_clash(create, around))
        .or_else(|| other_check_of_parent(create, around));
    let columns = parents().filter(|parent| is_known_whole(parent)).find_map(|parent| {
        let differs = |(name, data_type): &&(&str, &DataType)| {
            let theirs = parent.column(name).and_then(|column| column.data_type.as_ref());
            theirs.is_some_and(|theirs| partitions::types_differ(theirs, data_type, around))
        };
        let (name, _) = own.iter().find(differs)?;
        Some(refused(DATATYPE_MISMATCH, format!("column {name} has another type in the parent table {}", parent.name)))
    });
    no_parent.or(columns)
}

/// A CHECK of a new table that has the name of one of a parent and says something else.
fn other_check_of_parent(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    let checks = create.constraints.iter().filter_map(|constraint| match &constraint.kind {
        TableConstraintKind::Check(expr) => Some((constraint.name.as_ref()?, expr)),
        _ => None,
    });
    let parents: Vec<&Relation> = create.inherits.iter().filter_map(|parent| around.relation(parent)).collect();
    let cast = |limits: &Limits| limits.all.iter().any(|limit| limit.cast.is_some());
    checks.into_iter().find_map(|(name, expr)| {
        let differs = |theirs: &Constraint| match &theirs.kind {
            ConstraintKind::Check { limits, .. } => {
                let known = !limits.all.is_empty() && !expr.limits.all.is_empty() && !theirs.doubted;
                known && *limits != *expr.limits && !cast(limits) && !cast(&expr.limits)
            }
            _ => false,
        };
        let mut parents = parents.iter().filter(|parent| is_known_whole(parent));
        parents.find(|parent| parent.constraint(&name.name).is_some_and(differs)).map(|parent| {
            let reason = format!("constraint {} says something else in {}", name.name, parent.name);
            refused(DUPLICATE_OBJECT, reason).at(name.span)
        })
    })
}

/// A parent that is named twice, or two that have different types for a column.
fn parents_clash(create: &CreateTable, around: &Surroundings) -> Option<Refusal> {
    let parents: Vec<&Relation> = create.inherits.iter().filter_map(|parent| around.relation(parent)).collect();
    let pairs =
        parents.iter().enumerate().flat_map(|(at, one)| parents.iter().skip(at + 1).map(move |two| (*one, *two)));
    pairs.into_iter().find_map(|(one, two)| {
        if one.name == two.name {
            let reason = format!("relation {} would be inherited from more than once", one.name);
            return Some(refused(DUPLICATE_TABLE, reason));
        }
        let known = is_known_whole(one) && is_known_whole(two);
        let differs = |column: &&crate::engine::catalog::Column| {
            let other = two.column(&column.name).and_then(|other| other.data_type.as_ref());
            let types = column.data_type.as_ref().zip(other);
            types.is_some_and(|(one, other)| partitions::types_differ(one, other, around))
        };
        let column = one.columns.iter().filter(|_| known).find(differs)?;
        let reason = format!("column {} has different types in {} and {}", column.name, one.name, two.name);
        Some(refused(DATATYPE_MISMATCH, reason))
    })
}

/// Partitioned tables and partitions have no other children, and views none at all.
fn no_parent(parent: &Relation, around: &Surroundings) -> Option<Refusal> {
    let name = &parent.name;
    let what = match parent.kind {
        _ if !is_there(parent) => return None,
        _ if parent.is_partitioned() => "partitioned table",
        _ if around.is_partition(parent) => "partition",
        RelationKind::View | RelationKind::MaterializedView | RelationKind::Sequence => parent.kind.name(),
        _ => return None,
    };
    Some(refused(WRONG_OBJECT_TYPE, format!("cannot inherit from {name}: it is a {what}")))
}

/// Whether a parent that is known to be there has the column too.
fn inherits(column: &str, relation: &Relation, around: &Surroundings) -> bool {
    let parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    parents.into_iter().any(|parent| is_known_whole(parent) && parent.column(column).is_some())
}

/// Whether the children have this CHECK too.
fn gives_check(name: &str, relation: &Relation) -> bool {
    is_known_whole(relation) && !relation.children.is_empty() && relation.gives_check(name)
}

/// Whether a parent that is known to be there has the same CHECK.
fn inherits_check(name: &str, relation: &Relation, around: &Surroundings) -> bool {
    let own = relation.constraint(name).map(|constraint| &constraint.kind);
    let Some(own @ ConstraintKind::Check { .. }) = own else { return false };
    let parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    let mut theirs = parents.filter(|parent| is_known_whole(parent)).filter_map(|parent| parent.constraint(name));
    theirs.any(|constraint| constraint.kind == *own)
}

/// Whether a parent that is known to be there does not allow NULL in the column.
fn inherits_not_null(column: &str, relation: &Relation, around: &Surroundings) -> bool {
    let mut parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    parents.any(|parent| is_known_whole(parent) && parent.column(column).is_some_and(|column| column.not_null))
}
