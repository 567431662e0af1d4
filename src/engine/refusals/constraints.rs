//! Constraints that ALTER TABLE may not add, validate, alter or drop, for what they are or where they come from.

use ecow::EcoString;

use crate::ast::{
    AlterAction, AlterActionKind, AlterObject, AlterTable, ColumnChange, ConstraintChange, Ident, KeyColumns,
    Persistence, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{Column, Constraint, ConstraintKind, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, types};

use super::existence::is_known_whole;
use super::{
    DATATYPE_MISMATCH, DUPLICATE_OBJECT, FEATURE_NOT_SUPPORTED, INTERNAL_ERROR, INVALID_OBJECT_DEFINITION,
    INVALID_TABLE_DEFINITION, NOT_IN_PREREQUISITE_STATE, SYNTAX_ERROR, UNDEFINED_OBJECT, WRONG_OBJECT_TYPE, refused,
    refused_on,
};

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let found = alter.actions.iter().flat_map(|action| {
        let refusals = refusals(action, alter, relation, around).into_iter();
        refusals.map(|refusal| refusal.at(action.span))
    });
    found.collect()
}

fn refusals(action: &AlterAction, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    use AlterActionKind as A;
    let one = match &action.kind {
        A::AddConstraint(constraint) => {
            let foreign = relation.kind == RelationKind::ForeignTable && relation.created_in.is_some();
            if foreign && alter.object == AlterObject::ForeignTable && !is_condition(constraint) {
                let reason = "foreign tables have no such constraints".to_owned();
                return vec![refused(FEATURE_NOT_SUPPORTED, reason)];
            }
            let clash = clash(constraint, alter, relation, around);
            return add(constraint, alter, relation, around).into_iter().chain(clash).collect();
        }
        A::ValidateConstraint(name) => validate(name, alter, relation),
        A::AlterConstraint { name, change } => {
            let own = change_of(name, *change, relation).into_iter();
            return own.chain(of_whole(name, alter, relation, around)).collect();
        }
        A::DropConstraint { name, .. } => inherited(name, relation, around),
        _ => None,
    };
    one.into_iter().collect()
}

fn add(constraint: &TableConstraint, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    if relation.kind == RelationKind::ForeignTable && relation.created_in.is_some() {
        return on_foreign_table(constraint);
    }
    if let TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns))
    | TableConstraintKind::Unique(KeyColumns::Columns(columns)) = &constraint.kind
        && constraint.index.without_overlaps
        && columns.len() == 1
    {
        let reason = "a key that uses WITHOUT OVERLAPS needs at least two columns".to_owned();
        return vec![refused_on(VersionSet::since(18), SYNTAX_ERROR, reason)];
    }
    if let TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns))
    | TableConstraintKind::Unique(KeyColumns::Columns(columns)) = &constraint.kind
        && constraint.index.without_overlaps
        && !alter.actions.iter().any(|action| changes_columns(&action.kind))
        && let Some(column) = columns.last().filter(|column| is_no_range(&column.name, relation))
    {
        let reason = format!("column {} in WITHOUT OVERLAPS is not of a range type", column.name);
        return vec![refused_on(VersionSet::since(18), DATATYPE_MISMATCH, reason)];
    }
    let key = matches!(constraint.kind, TableConstraintKind::PrimaryKey(_) | TableConstraintKind::Unique(_));
    let partitions = around.catalog.descendants(&relation.name).into_iter();
    let mut foreign = partitions.filter(|table| around.kind(table) == RelationKind::ForeignTable);
    if key
        && relation.is_partitioned()
        && let Some(table) = foreign.next()
    {
        let reason = format!("cannot make a key of {}: its partition {table} is a foreign table", relation.name);
        return vec![refused_on(VersionSet::since(11), WRONG_OBJECT_TYPE, reason)];
    }
    let one = match &constraint.kind {
        TableConstraintKind::Check(_) if constraint.traits.no_inherit && relation.is_partitioned() => {
            let reason = "cannot add a NO INHERIT constraint to a partitioned table".to_owned();
            Some(refused(INVALID_TABLE_DEFINITION, reason))
        }
        TableConstraintKind::NotNull(_) if constraint.traits.no_inherit && relation.is_partitioned() => {
            let reason = "NOT NULL constraints on partitioned tables cannot be NO INHERIT".to_owned();
            Some(refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason))
        }
        TableConstraintKind::Unique(KeyColumns::UsingIndex(index))
        | TableConstraintKind::PrimaryKey(KeyColumns::UsingIndex(index)) => using(index, relation, around),
        TableConstraintKind::PrimaryKey(KeyColumns::Columns(columns)) => {
            let spared = || nullable_below(columns, alter, relation, around);
            return not_valid_not_null(columns, relation).map_or_else(spared, |refusal| vec![refusal]);
        }
        TableConstraintKind::NotNull(column) => required_already(column, constraint, alter, relation, around),
        TableConstraintKind::ForeignKey { references, .. } => around.relation(&references.table).and_then(|to| {
            let reason =
                format!("constraints on permanent tables may reference only permanent tables, not {}", to.name);
            let lasts = |table: &Relation| table.persistence == Persistence::Permanent;
            let known = is_known_whole(relation) && is_known_whole(to);
            (known && lasts(relation) && !lasts(to)).then(|| refused(INVALID_TABLE_DEFINITION, reason))
        }),
        _ => None,
    };
    one.into_iter().collect()
}

/// The columns are others when constraints are added.
fn changes_columns(action: &AlterActionKind) -> bool {
    matches!(
        action,
        AlterActionKind::DropColumn { .. } | AlterActionKind::AlterColumn { change: ColumnChange::SetType { .. }, .. }
    )
}

/// A column of a type of the server that is no range.
fn is_no_range(column: &str, relation: &Relation) -> bool {
    let data_type = relation.column(column).filter(|_| is_known_whole(relation)).and_then(Column::known_type);
    data_type.is_some_and(|known| {
        let plain = types::is_built_in_name(&known.name) && !known.name.ends_with("range");
        plain || known.dimensions > 0
    })
}

fn is_condition(constraint: &TableConstraint) -> bool {
    matches!(constraint.kind, TableConstraintKind::Check(_) | TableConstraintKind::NotNull(_))
}

/// A CHECK goes down to the children, one of which has another constraint of the name.
fn clash(
    constraint: &TableConstraint,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    let (TableConstraintKind::Check(expr), Some(name)) = (&constraint.kind, &constraint.name) else { return None };
    if alter.only || constraint.traits.no_inherit {
        return None;
    }
    // The same statement takes the old one first, from the children too.
    let drops = |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropConstraint { name: dropped, .. } if dropped.name == name.name);
    let dropped = alter.actions.iter().any(drops).then_some(&name.name);
    let losing = dropped.map(|name| around.catalog.losing_check(&relation.name, name)).unwrap_or_default();
    let sorted = |columns: &[EcoString]| {
        let mut columns = columns.to_vec();
        columns.sort();
        columns.dedup();
        columns
    };
    let differs = |own: &Constraint| match &own.kind {
        ConstraintKind::Check { columns, limits, .. } => {
            sorted(columns) != sorted(&expr.columns) || *limits != *expr.limits
        }
        ConstraintKind::NotNull { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::Key { .. } => true,
    };
    // Of two that may be the same, the one of the child has to be as good as the new one.
    let weaker = |own: &Constraint| {
        own.traits.no_inherit || !own.validated && own.awaits_validation && !constraint.traits.not_valid
    };
    let below = around.catalog.descendants(&relation.name);
    let below = || {
        let below = below.iter().filter_map(|child| around.catalog.get(child));
        below.filter(|child| is_known_whole(child) && !child.perhaps_missing && !losing.contains(&child.name))
    };
    let lesser = below()
        .find(|child| child.constraint(&name.name).is_some_and(|own| !own.doubted && !differs(own) && weaker(own)));
    if let Some(child) = lesser {
        let reason = format!("constraint {} conflicts with that of {}", name.name, child.name);
        return Some(refused(INVALID_OBJECT_DEFINITION, reason));
    }
    let child = below()
        .filter(|child| !child.perhaps_missing)
        .find(|child| child.constraint(&name.name).is_some_and(|own| !own.doubted && differs(own)))?;
    let reason = format!("constraint {} of {} already exists", name.name, child.name);
    Some(refused(DUPLICATE_OBJECT, reason))
}

/// A foreign table has CHECKs and nothing that would have to be looked up elsewhere.
fn on_foreign_table(constraint: &TableConstraint) -> Vec<Refusal> {
    let what = match &constraint.kind {
        TableConstraintKind::Check(_) | TableConstraintKind::NotNull(_) => return Vec::new(),
        TableConstraintKind::ForeignKey { .. } => "foreign key",
        TableConstraintKind::PrimaryKey(_) => "primary key",
        TableConstraintKind::Unique(_) => "unique",
        TableConstraintKind::Exclude { .. } => "exclusion",
    };
    let reason = format!("{what} constraints are not supported on foreign tables");
    vec![
        refused_on(VersionSet::before(13), WRONG_OBJECT_TYPE, reason.clone()),
        refused_on(VersionSet::since(13), FEATURE_NOT_SUPPORTED, reason),
    ]
}

fn using(index: &Ident, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    if relation.is_partitioned() {
        let reason = "USING INDEX is not supported on partitioned tables".to_owned();
        return Some(refused_on(VersionSet::since(11), FEATURE_NOT_SUPPORTED, reason));
    }
    if let Some(refusal) = super::existence::missing_index(index, relation, around) {
        return (refusal.sqlstate == UNDEFINED_OBJECT)
            .then_some(refusal)
            .or_else(|| other_table(index, relation, around));
    }
    let owned = relation.constraint(&index.name).filter(|own| matches!(own.kind, ConstraintKind::Key { .. }));
    let reason = || format!("index {} is already associated with a constraint", index.name);
    owned.filter(|_| is_known_whole(relation)).map(|_| refused(NOT_IN_PREREQUISITE_STATE, reason()))
}

fn other_table(index: &Ident, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let name = RelationName::new(&*relation.name.schema, &*index.name);
    let table = around.catalog.table_of_index(&name).filter(|table| **table != relation.name)?;
    let known = around.catalog.get(table).filter(|table| is_known_whole(table) && !table.perhaps_missing)?;
    let reason = format!("index {} does not belong to {}: it is one of {}", index.name, relation.name, known.name);
    Some(refused(NOT_IN_PREREQUISITE_STATE, reason))
}

/// A primary key needs what its NOT NULL constraints promise.
fn not_valid_not_null(columns: &[Ident], relation: &Relation) -> Option<Refusal> {
    let open = |column: &&Ident| relation.not_null_constraint(&column.name).is_some_and(|known| !known.validated);
    let column = columns.iter().find(open)?;
    let reason = format!("cannot create a primary key: the NOT NULL constraint of {} is not valid", column.name);
    Some(refused_on(VersionSet::since(18), NOT_IN_PREREQUISITE_STATE, reason))
}

/// ONLY leaves to the children to make the columns of a primary key NOT NULL.
fn nullable_below(columns: &[Ident], alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let may_be_null = |table: &Relation, column: &Ident| {
        table.column(&column.name).is_some_and(|known| !known.not_null && !known.more.doubts.not_null)
    };
    let children = relation.children.iter().filter_map(|child| around.catalog.get(child));
    let mut children = children.filter(|child| is_known_whole(child) && !child.perhaps_missing);
    let open = |child: &Relation| {
        columns.iter().find(|column| may_be_null(relation, column) && may_be_null(child, column)).cloned()
    };
    let alone = alter.only && alter.actions.len() == 1 && is_known_whole(relation);
    let Some((child, column)) = children.find_map(|child| Some((child, open(child)?))).filter(|_| alone) else {
        return Vec::new();
    };
    let reason = format!("column {} of {} has to be marked NOT NULL before", column.name, child.name);
    let of_partition = refused_on(VersionSet::range(12, 17), INVALID_TABLE_DEFINITION, reason.clone());
    let of_partition = relation.is_partitioned().then_some(of_partition);
    of_partition.into_iter().chain([refused_on(VersionSet::since(18), INTERNAL_ERROR, reason)]).collect()
}

/// The NOT NULL of a column has one name, and is as strict as it was, here and in the children.
///
/// Source: `AdjustNotNullInheritance` of PostgreSQL's catalog/pg_constraint.c.
fn required_already(
    column: &Ident,
    constraint: &TableConstraint,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    use AlterActionKind as A;
    let refusal = |reason: String| Some(refused_on(VersionSet::since(18), NOT_IN_PREREQUISITE_STATE, reason));
    let drops = |action: &AlterAction| {
        let dropped = matches!(action.kind, A::DropConstraint { .. } | A::DropColumn { .. });
        dropped || matches!(action.kind, A::AlterColumn { change: ColumnChange::DropNotNull, .. })
    };
    if !is_known_whole(relation) || relation.perhaps_missing || alter.actions.iter().any(drops) {
        return None;
    }
    let alone = alter.only || constraint.traits.no_inherit;
    let below = if alone { Vec::new() } else { around.catalog.descendants(&relation.name) };
    let below = below.iter().filter_map(|child| around.catalog.get(child)).filter(|child| is_known_whole(child));
    let open = |table: &Relation| {
        let own = table.not_null_constraint(&column.name).filter(|own| !own.doubted && !constraint.traits.not_valid);
        own.is_some_and(|own| !own.validated && own.awaits_validation)
    };
    if let Some(table) = std::iter::once(relation).chain(below).find(|table| open(table)) {
        return refusal(format!("the NOT NULL constraint of column {} of {} is NOT VALID", column.name, table.name));
    }
    let known = relation.column(&column.name).filter(|known| known.not_null && !known.more.doubts.not_null)?;
    let name = known.more.not_null_name.as_ref()?;
    let handed_on = relation.not_null_constraint(&column.name).is_none_or(|own| !own.traits.no_inherit);
    if constraint.traits.no_inherit && handed_on {
        return refusal(format!("cannot change NO INHERIT status of NOT NULL constraint {name}"));
    }
    let other = constraint.name.as_ref().filter(|other| other.name != *name)?;
    refusal(format!("cannot create NOT NULL constraint {}: column {} has {name}", other.name, column.name))
}

/// A foreign key that a partition has from its parent is changed there, and from 18 on in all partitions at once.
fn of_whole(name: &Ident, alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    let own = relation.constraint(&name.name).filter(|own| !own.doubted && is_known_whole(relation));
    let is_key = own.is_some_and(|own| matches!(own.kind, ConstraintKind::ForeignKey { .. }));
    if inherited(name, relation, around).is_some() && is_key {
        let reason = || format!("cannot alter constraint {} of {}: it is that of its parent", name.name, relation.name);
        return vec![
            refused_on(VersionSet::before(18), INTERNAL_ERROR, reason()),
            refused_on(VersionSet::since(18), NOT_IN_PREREQUISITE_STATE, reason()),
        ];
    }
    let parts = alter.only && relation.is_partitioned() && !relation.children.is_empty() && is_key;
    let reason = || "constraint must be altered in child tables too".to_owned();
    parts.then(|| refused_on(VersionSet::since(18), INVALID_TABLE_DEFINITION, reason())).into_iter().collect()
}

fn validate(name: &Ident, alter: &AlterTable, relation: &Relation) -> Option<Refusal> {
    let known = relation.constraint(&name.name)?;
    match &known.kind {
        ConstraintKind::Key { .. } => {
            let reason = format!("constraint {} is not a foreign key or check constraint", name.name);
            Some(refused(WRONG_OBJECT_TYPE, reason))
        }
        ConstraintKind::Check { .. } | ConstraintKind::ForeignKey { .. } if known.traits.not_enforced => {
            let reason = format!("cannot validate constraint {}: it is NOT ENFORCED", name.name);
            Some(refused_on(VersionSet::since(18), NOT_IN_PREREQUISITE_STATE, reason))
        }
        ConstraintKind::Check { .. } if alter.only && !known.validated && !relation.children.is_empty() => {
            let reason = "constraint must be validated on child tables too".to_owned();
            Some(refused(INVALID_TABLE_DEFINITION, reason))
        }
        ConstraintKind::Check { .. } | ConstraintKind::ForeignKey { .. } | ConstraintKind::NotNull { .. } => None,
    }
}

/// Only a foreign key can be put off, and only a NOT NULL constraint change its inheritance.
fn change_of(name: &Ident, change: ConstraintChange, relation: &Relation) -> Option<Refusal> {
    if change.deferrable == Some(false) && change.initially_deferred == Some(true) {
        let reason = "a constraint declared INITIALLY DEFERRED must be DEFERRABLE".to_owned();
        return Some(refused(SYNTAX_ERROR, reason));
    }
    let known = relation.constraint(&name.name).filter(|_| change.inherit.is_none())?;
    let checks = matches!(known.kind, ConstraintKind::Check { .. } | ConstraintKind::Key { .. });
    let reason = || format!("constraint {} is not a foreign key constraint", name.name);
    checks.then(|| refused(WRONG_OBJECT_TYPE, reason()))
}

/// A constraint that a parent gives is the parent's to drop.
fn inherited(name: &Ident, relation: &Relation, around: &Surroundings) -> Option<Refusal> {
    let own = relation.constraint(&name.name)?;
    let parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    let gives = |parent: &Relation| {
        let partitioned = parent.is_partitioned();
        parent.created_in.is_some() && parent.constraints.iter().any(|of_parent| is_source(of_parent, own, partitioned))
    };
    let reason = || format!("cannot drop inherited constraint {} of {}", name.name, relation.name);
    let gives_index = |parent: &Relation| {
        let index = relation.index(&name.name).and_then(|own| own.more.parent.as_ref());
        index.is_some_and(|index| parent.is_partitioned() && parent.constraint(&index.name).is_some())
    };
    let is_inherited = parents.into_iter().any(|parent| gives(parent) || gives_index(parent));
    is_inherited.then(|| refused(INVALID_TABLE_DEFINITION, reason()))
}

fn is_source(parent: &Constraint, own: &Constraint, partitioned: bool) -> bool {
    match (&parent.kind, &own.kind) {
        (ConstraintKind::Check { .. }, ConstraintKind::Check { .. }) => parent.name == own.name,
        (ConstraintKind::ForeignKey { .. }, ConstraintKind::ForeignKey { .. }) => {
            let alike = parent.traits.deferrable == own.traits.deferrable
                && parent.traits.initially_deferred == own.traits.initially_deferred;
            partitioned && alike && parent.kind == own.kind && own.validated
        }
        (ConstraintKind::Key { primary: true, .. }, ConstraintKind::Key { primary: true, .. }) => partitioned,
        _ => false,
    }
}
