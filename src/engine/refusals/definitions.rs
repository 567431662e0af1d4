//! What a definition says twice or with too few columns, and columns that are not what a change of them asks for.
//!
//! Source: measurements (`fixtures/facts/add-identity-*.sql`, `set-default-*.sql`, `create-table-*-twice.sql` and others).

use crate::ast::{
    AlterAction, AlterActionKind, ColumnChange, ColumnConstraintKind, ColumnDef, CreateTable, DataType, Ident, Integer,
    KeyAction, Persistence, References, TableConstraint, TableConstraintKind,
};
use crate::engine::catalog::{Column, ConstraintKind, Relation};
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{SYSTEM_COLUMNS, is_known_whole};
use super::operators::key_columns;
use super::{
    DUPLICATE_COLUMN, FEATURE_NOT_SUPPORTED, INVALID_COLUMN_REFERENCE, INVALID_OBJECT_DEFINITION,
    INVALID_PARAMETER_VALUE, NOT_IN_PREREQUISITE_STATE, refused, refused_on,
};

pub(super) fn create_table(create: &CreateTable) -> Vec<Refusal> {
    let mut found: Vec<Refusal> = Vec::new();
    found.extend(create.columns.iter().filter_map(identity_type));
    found.extend(create.constraints.iter().flat_map(constraint));
    found.extend(keys_before_11(create));
    found.extend(partitioned(create));
    found.extend(key_of_partitioned(create));
    found
}

/// Until 10 partitioned tables had no keys, and referred to nothing.
fn key_of_partitioned(create: &CreateTable) -> Option<Refusal> {
    let by = create.partition_by.as_ref()?;
    let in_columns = create.columns.iter().flat_map(|column| &column.constraints).any(|part| match part.kind {
        ColumnConstraintKind::PrimaryKey | ColumnConstraintKind::Unique | ColumnConstraintKind::References(_) => true,
        ColumnConstraintKind::Null
        | ColumnConstraintKind::NotNull
        | ColumnConstraintKind::Default(_)
        | ColumnConstraintKind::Check(_)
        | ColumnConstraintKind::Generated { .. }
        | ColumnConstraintKind::Identity(_) => false,
    });
    let is_key = |constraint: &TableConstraint| match constraint.kind {
        TableConstraintKind::PrimaryKey(_)
        | TableConstraintKind::Unique(_)
        | TableConstraintKind::ForeignKey { .. } => true,
        TableConstraintKind::Check(_) | TableConstraintKind::NotNull(_) | TableConstraintKind::Exclude { .. } => false,
    };
    let reason = || "keys are not supported on partitioned tables".to_owned();
    let refusal = || refused_on(VersionSet::before(11), FEATURE_NOT_SUPPORTED, reason()).at(by.span);
    (in_columns || create.constraints.iter().any(is_key)).then(refusal)
}

fn partitioned(create: &CreateTable) -> Option<Refusal> {
    let by = create.partition_by.as_ref()?;
    if by.strategy == "list" && by.keys.len() > 1 {
        let reason = "cannot use the list partition strategy with more than one column".to_owned();
        return Some(refused(INVALID_OBJECT_DEFINITION, reason).at(by.span));
    }
    let invalid = |reason: &str| refused(INVALID_OBJECT_DEFINITION, reason.to_owned()).at(by.span);
    if !create.inherits.is_empty() {
        return Some(invalid("cannot create a partitioned table as an inheritance child"));
    }
    let own = |name: &str| create.columns.iter().find(|column| column.name.name == name);
    let plain = create.like.is_empty() && create.of_type.is_none() && create.partition_of.is_none();
    if let Some(missing) = by.columns().find(|name| plain && own(name).is_none() && !SYSTEM_COLUMNS.contains(name)) {
        let reason = format!("column {missing} named in the partition key does not exist");
        return Some(refused("42703", reason).at(by.span));
    }
    let generated = |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::Generated { .. });
    let is_generated = |column: &ColumnDef| column.constraints.iter().any(|part| generated(&part.kind));
    if by.columns().filter_map(own).any(is_generated) {
        let reason = "cannot use a generated column in a partition key".to_owned();
        return Some(refused_on(VersionSet::since(12), INVALID_OBJECT_DEFINITION, reason).at(by.span));
    }
    if create.constraints.iter().any(|part| matches!(part.kind, TableConstraintKind::Exclude { .. })) {
        let reason = "exclusion constraints are not supported on partitioned tables".to_owned();
        return Some(refused_on(VersionSet::before(17), FEATURE_NOT_SUPPORTED, reason));
    }
    let is_key =
        |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::PrimaryKey | ColumnConstraintKind::Unique);
    let has_key = create.columns.iter().any(|column| column.constraints.iter().any(|c| is_key(&c.kind)))
        || create.constraints.iter().any(|constraint| !key_columns(&constraint.kind).is_empty());
    if has_key && by.keys.iter().any(|key| key.expr.is_some()) {
        let reason = "a key of a table that is partitioned by an expression is not supported".to_owned();
        return Some(refused(FEATURE_NOT_SUPPORTED, reason));
    }
    if create.persistence == Persistence::Unlogged {
        let reason = "partitioned tables cannot be unlogged".to_owned();
        return Some(refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason));
    }
    let inline = create.columns.iter().filter(|column| column.constraints.iter().any(|c| is_key(&c.kind)));
    let inline = inline.map(|column| std::slice::from_ref(&column.name));
    let keys = inline.chain(create.constraints.iter().map(|constraint| key_columns(&constraint.kind)));
    let lacks = |key: &&[Ident]| by.columns().any(|column| key.iter().all(|name| name.name != column));
    keys.into_iter().filter(|key| !key.is_empty()).find(lacks)?;
    let reason = "a key of a partitioned table must include all its partitioning columns";
    Some(refused(FEATURE_NOT_SUPPORTED, reason.to_owned()))
}

/// Keys of a partitioned table, which came with 11.
fn keys_before_11(create: &CreateTable) -> Option<Refusal> {
    let by = create.partition_by.as_ref()?;
    let of_column = create.columns.iter().flat_map(|column| &column.constraints).find_map(|part| match part.kind {
        ColumnConstraintKind::PrimaryKey => Some("primary key"),
        ColumnConstraintKind::Unique => Some("unique"),
        ColumnConstraintKind::References(_) => Some("foreign key"),
        _ => None,
    });
    let of_table = create.constraints.iter().find_map(|constraint| match constraint.kind {
        TableConstraintKind::PrimaryKey(_) => Some("primary key"),
        TableConstraintKind::Unique(_) => Some("unique"),
        TableConstraintKind::ForeignKey { .. } => Some("foreign key"),
        TableConstraintKind::Check(_) | TableConstraintKind::Exclude { .. } | TableConstraintKind::NotNull(_) => None,
    });
    let what = of_column.or(of_table)?;
    let reason = format!("{what} constraints are not supported on partitioned tables");
    Some(refused_on(VersionSet::before(11), FEATURE_NOT_SUPPORTED, reason).at(by.span))
}

/// What a constraint says twice, or with too few columns.
pub(super) fn constraint(constraint: &TableConstraint) -> Option<Refusal> {
    if let TableConstraintKind::ForeignKey { columns, references, .. } = &constraint.kind
        && !references.columns.is_empty()
        && references.columns.len() != columns.len()
    {
        let reason = "the number of referencing and referenced columns of the foreign key differs";
        return Some(refused("42830", reason.to_owned()).at(constraint.span));
    }
    if let TableConstraintKind::ForeignKey { columns, references, .. } = &constraint.kind
        && let Some(other) = set_outside(columns, references)
    {
        let reason = format!("column {} of ON DELETE SET is not part of the foreign key", other.name);
        return Some(refused_on(VersionSet::since(15), INVALID_COLUMN_REFERENCE, reason).at(other.span));
    }
    if let TableConstraintKind::ForeignKey { period: true, references, .. } = &constraint.kind
        && let Some(refusal) = passed_on_in_time(references)
    {
        return Some(refusal.at(constraint.span));
    }
    let names: Vec<&Ident> = key_columns(&constraint.kind).iter().collect();
    unsuited(constraint).or_else(|| twice(&names).map(duplicate))
}

/// A foreign key with PERIOD passes no change on.
fn passed_on_in_time(references: &References) -> Option<Refusal> {
    let acts = |action: &Option<KeyAction>| !matches!(action, None | Some(KeyAction::NoAction));
    let event = match () {
        () if acts(&references.on_update) => "ON UPDATE",
        () if acts(&references.on_delete) => "ON DELETE",
        () => return None,
    };
    let reason = format!("unsupported {event} action for a foreign key with PERIOD");
    Some(refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason))
}

/// A column that ON DELETE SET NULL or SET DEFAULT lists, and that does not refer to anything.
fn set_outside<'r>(columns: &[Ident], references: &'r References) -> Option<&'r Ident> {
    let listed = match &references.on_delete {
        Some(KeyAction::SetNull(listed) | KeyAction::SetDefault(listed)) => listed.as_slice(),
        Some(KeyAction::NoAction | KeyAction::Restrict | KeyAction::Cascade) | None => &[],
    };
    listed.iter().find(|one| columns.iter().all(|column| column.name != one.name))
}

/// Words behind a constraint that are not for its kind.
fn unsuited(constraint: &TableConstraint) -> Option<Refusal> {
    use TableConstraintKind as K;
    let traits = constraint.traits;
    let kind = match &constraint.kind {
        K::Check(_) => "CHECK",
        K::NotNull(_) => "NOT NULL",
        K::ForeignKey { .. } => "FOREIGN KEY",
        K::Unique(_) => "UNIQUE",
        K::PrimaryKey(_) => "PRIMARY KEY",
        K::Exclude { .. } => "EXCLUDE",
    };
    let is_condition = matches!(constraint.kind, K::Check(_) | K::NotNull(_));
    let is_key = matches!(constraint.kind, K::Unique(_) | K::PrimaryKey(_) | K::Exclude { .. });
    let (versions, words) = match () {
        () if traits.deferrable && is_condition => (VersionSet::ALL, "DEFERRABLE"),
        () if traits.not_valid && is_key => (VersionSet::ALL, "NOT VALID"),
        () if traits.no_inherit && !is_condition => (VersionSet::ALL, "NO INHERIT"),
        () if traits.not_enforced && (is_key || matches!(constraint.kind, K::NotNull(_))) => {
            (VersionSet::since(18), "NOT ENFORCED")
        }
        () => return None,
    };
    let reason = format!("{kind} constraints cannot be marked {words}");
    Some(refused_on(versions, FEATURE_NOT_SUPPORTED, reason).at(constraint.span))
}

/// The first name that was there before.
pub(super) fn twice<'n>(names: &[&'n Ident]) -> Option<&'n Ident> {
    names
        .iter()
        .enumerate()
        .find(|(at, name)| names[..*at].iter().any(|other| other.name == name.name))
        .map(|(_, n)| *n)
}

pub(super) fn duplicate(name: &Ident) -> Refusal {
    refused(DUPLICATE_COLUMN, format!("column {} appears twice", name.name)).at(name.span)
}

fn is_whole_number(data_type: &DataType) -> bool {
    data_type.dimensions == 0 && matches!(data_type.name.as_str(), "smallint" | "integer" | "bigint")
}

/// Types that come with the server and are no whole numbers.
pub(super) fn cannot_count(data_type: &DataType) -> bool {
    let built_in = VersionSet::ALL.iter().all(|version| crate::postgres::types::is_built_in(data_type, version));
    built_in && !is_whole_number(data_type)
}

fn identity_type(column: &ColumnDef) -> Option<Refusal> {
    let identity = |kind: &ColumnConstraintKind| matches!(kind, ColumnConstraintKind::Identity(_));
    let identity = column.constraints.iter().find(|constraint| identity(&constraint.kind))?;
    cannot_count(&column.data_type).then(|| wrong_identity().at(identity.span))
}

fn wrong_identity() -> Refusal {
    refused(INVALID_PARAMETER_VALUE, "the type of an identity column must be smallint, integer or bigint".to_owned())
}

pub(super) fn alter(action: &AlterAction, relation: &Relation) -> Option<Refusal> {
    use AlterActionKind as A;
    match &action.kind {
        A::AddColumn { if_not_exists, column } => {
            let is_there = *if_not_exists && relation.column(&column.name.name).is_some();
            identity_type(column).filter(|_| !is_there)
        }
        A::AddConstraint(added) => constraint(added).or_else(|| virtual_key(&added.kind, relation)),
        A::AlterColumn { name, change } => {
            let column = relation.column(&name.name).filter(|_| is_known_whole(relation))?;
            change_of(change, column).or_else(|| change_of_virtual(change, column, relation))
        }
        _ => None,
    }
}

/// A virtual column is stored nowhere, so that it has no index and refers to nothing.
fn virtual_key(kind: &TableConstraintKind, relation: &Relation) -> Option<Refusal> {
    let what = match kind {
        TableConstraintKind::ForeignKey { columns, .. } => virtual_column(columns, relation).map(|_| "foreign key"),
        TableConstraintKind::PrimaryKey(_) => virtual_column(key_columns(kind), relation).map(|_| "primary key"),
        TableConstraintKind::Unique(_) => virtual_column(key_columns(kind), relation).map(|_| "unique"),
        TableConstraintKind::Check(_) | TableConstraintKind::NotNull(_) | TableConstraintKind::Exclude { .. } => None,
    }?;
    let reason = format!("{what} constraints on virtual generated columns are not supported");
    Some(refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason))
}

/// The first of the columns that is virtual for certain.
pub(super) fn virtual_column<'c>(columns: &'c [Ident], relation: &Relation) -> Option<&'c Ident> {
    let is_virtual = |name: &&Ident| relation.column(&name.name).is_some_and(|column| column.more.generated_virtual);
    columns.iter().find(is_virtual).filter(|_| is_known_whole(relation))
}

/// The expression of a virtual column is all that there is of it.
fn change_of_virtual(change: &ColumnChange, column: &Column, relation: &Relation) -> Option<Refusal> {
    let checked = relation.constraints.iter().any(|known| matches!(known.kind, ConstraintKind::Check { .. }));
    let name = &column.name;
    let reason = match change {
        ColumnChange::DropExpression { .. } => format!("cannot drop the expression of virtual column {name}"),
        ColumnChange::SetExpression(_) if checked => {
            format!("cannot set the expression of virtual column {name}: {} has CHECK constraints", relation.name)
        }
        _ => return None,
    };
    let refusal = refused_on(VersionSet::since(18), FEATURE_NOT_SUPPORTED, reason);
    column.more.generated_virtual.then_some(refusal)
}

fn change_of(change: &ColumnChange, column: &Column) -> Option<Refusal> {
    use ColumnChange as C;
    let name = &column.name;
    let generated = column.generated_from.is_some();
    match change {
        C::SetType { using: Some(_), .. } if generated => {
            let reason = format!("cannot specify USING when altering type of generated column {name}");
            Some(refused_on(VersionSet::since(12), "42611", reason))
        }
        C::DropExpression { if_exists: false } if !generated => {
            let reason = format!("column {name} is not a generated column");
            Some(refused_on(VersionSet::since(13), NOT_IN_PREREQUISITE_STATE, reason))
        }
        C::SetExpression(_) if !generated => {
            let reason = format!("column {name} is not a generated column");
            Some(refused_on(VersionSet::since(17), NOT_IN_PREREQUISITE_STATE, reason))
        }
        C::SetStatistics(Some(Integer::Known(target))) if *target < -1 => {
            Some(refused(INVALID_PARAMETER_VALUE, format!("statistics target {target} is too low")))
        }
        _ => None,
    }
}
