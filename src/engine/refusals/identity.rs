//! Identity columns, and how a column is stored: what the server refuses for the column's type or default.

use crate::ast::{
    AlterAction, AlterActionKind, AlterTable, ColumnChange, DataType, Ident, RoleSpec, SequenceOption,
    SequenceOptionKind,
};
use crate::engine::catalog::{Kind, Past, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::named;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_known_whole, is_there};
use super::{
    FEATURE_NOT_SUPPORTED, INVALID_PARAMETER_VALUE, NOT_IN_PREREQUISITE_STATE, SYNTAX_ERROR, refused, refused_on,
};

/// Types of a fixed length, which are stored as they are.
pub(super) const FIXED: &[&str] = &[
    "boolean",
    "smallint",
    "integer",
    "bigint",
    "real",
    "double precision",
    "date",
    "time without time zone",
    "time with time zone",
    "timestamp without time zone",
    "timestamp with time zone",
    "interval",
    "uuid",
    "oid",
    "money",
    "macaddr",
];

/// A sequence that a column owns goes where its table goes, and one of an identity column stays with it.
fn owned_sequence(action: &AlterAction, sequence: &Relation, around: &Surroundings) -> Option<Refusal> {
    let (table, column) = sequence.owner.as_ref().filter(|_| is_there(sequence))?;
    let table = around.catalog.get(table).filter(|table| is_known_whole(table) && !table.perhaps_missing)?;
    let identity = table.column(column)?.identity;
    let owns = |option: &SequenceOption| matches!(option.kind, SequenceOptionKind::OwnedBy(_));
    let what = match &action.kind {
        AlterActionKind::SetSchema(_) => "move an owned sequence into another schema",
        AlterActionKind::OwnerTo(role) if is_another_owner(role, table, around) => "change owner of an owned sequence",
        AlterActionKind::SequenceOptions(options) if identity && options.iter().any(owns) => {
            "change ownership of an identity sequence"
        }
        _ => return None,
    };
    let reason = format!("cannot {what}: {} is one of {}", sequence.name, table.name);
    Some(refused(FEATURE_NOT_SUPPORTED, reason).at(action.span))
}

/// Roles that every version has, and as which nobody logs in.
const PREDEFINED_ROLES: &[&str] =
    &["pg_monitor", "pg_read_all_settings", "pg_read_all_stats", "pg_signal_backend", "pg_stat_scan_tables"];

/// A role that does not own the table for certain: the server lets the owner of the sequence, who is that of its table, be
/// given it again. Who ran the migrations is not known, but it is no role that they have made, and none of the server's own.
fn is_another_owner(role: &RoleSpec, table: &Relation, around: &Surroundings) -> bool {
    let RoleSpec::Named(role) = role else { return false };
    match &table.owned_by {
        Some(owner) => *owner != role.name,
        None if PREDEFINED_ROLES.contains(&role.name.as_str()) => true,
        None => around.catalog.past(Kind::Named, &named::role(&role.name)).is_some_and(Past::is_there),
    }
}

pub(super) fn alter_table(alter: &AlterTable, relation: &Relation, around: &Surroundings) -> Vec<Refusal> {
    if relation.kind == RelationKind::Sequence {
        return alter.actions.iter().filter_map(|action| owned_sequence(action, relation, around)).collect();
    }
    if !is_known_whole(relation) {
        return Vec::new();
    }
    let found = alter.actions.iter().filter_map(|action| match &action.kind {
        AlterActionKind::AlterColumn { name, change } => {
            Some(refusal(name, change, alter, relation, around)?.at(action.span))
        }
        _ => None,
    });
    found.collect()
}

fn identity_of_parent(column: &str, relation: &Relation, around: &Surroundings) -> bool {
    let mut parents = relation.parents.iter().filter_map(|parent| around.catalog.get(parent));
    parents.any(|parent| parent.column(column).is_some_and(|column| column.identity))
}

fn refusal(
    name: &Ident,
    change: &ColumnChange,
    alter: &AlterTable,
    relation: &Relation,
    around: &Surroundings,
) -> Option<Refusal> {
    let column = relation.column(&name.name)?;
    let data_type = column.data_type.as_ref()?;
    let plain = data_type.dimensions == 0 && around.catalog.domain(&around.type_name(data_type)).is_none();
    let state = |reason: &str| Some(refused(NOT_IN_PREREQUISITE_STATE, format!("column {} {reason}", name.name)));
    let syntax = |reason: &str| Some(refused(SYNTAX_ERROR, format!("column {} {reason}", name.name)));
    let stays = !alter.actions.iter().any(|action| {
        matches!(&action.kind, AlterActionKind::AlterColumn { name: changed, change: ColumnChange::SetType { .. } }
            if changed.name == name.name)
    });
    let fixed = plain && stays && FIXED.contains(&data_type.name.as_str());
    match change {
        ColumnChange::AddIdentity(_) if !takes_identity(data_type) && plain && is_known(data_type) => {
            let reason = "identity column type must be smallint, integer, or bigint".to_owned();
            Some(refused(INVALID_PARAMETER_VALUE, reason))
        }
        ColumnChange::AddIdentity(_) if !column.not_null => None,
        ColumnChange::AddIdentity(_) if column.identity => state("is an identity column already"),
        ColumnChange::AddIdentity(_) if column.has_default && !drops_default(alter, name) => {
            state("already has a default value")
        }
        ColumnChange::DropIdentity { if_exists: false } | ColumnChange::SetIdentity { .. }
            if !column.identity && !adds_identity(alter, name) =>
        {
            state("is not an identity column")
        }
        // Partitions have the identity columns of their parent since 17.
        ColumnChange::DropIdentity { if_exists: false } | ColumnChange::SetIdentity { .. }
            if column.more.inherited && identity_of_parent(&name.name, relation, around) =>
        {
            let reason = format!("column {} of {} is not an identity column", name.name, relation.name);
            Some(refused_on(VersionSet::before(17), NOT_IN_PREREQUISITE_STATE, reason))
        }
        ColumnChange::DropNotNull if column.identity => syntax("is an identity column"),
        ColumnChange::SetDefault(_) | ColumnChange::DropDefault if column.identity && !drops_identity(alter, name) => {
            syntax("is an identity column")
        }
        ColumnChange::SetDefault(_) | ColumnChange::DropDefault
            if column.generated_from.is_some() && !drops_expression(alter, name) =>
        {
            syntax("is a generated column")
        }
        ColumnChange::SetType { .. } if is_source(name, alter, relation) => {
            let reason = format!("cannot alter type of column {}: a generated column is computed from it", name.name);
            Some(refused_on(VersionSet::range(12, 14), SYNTAX_ERROR, reason))
        }
        ColumnChange::SetStorage(storage)
            if !matches!(storage.as_str(), "plain" | "external" | "extended" | "main" | "default") =>
        {
            Some(refused(INVALID_PARAMETER_VALUE, format!("invalid storage type {storage}")))
        }
        ColumnChange::SetStorage(storage) if fixed && !matches!(storage.as_str(), "plain" | "default") => {
            let reason = format!("column data type {} can only have storage PLAIN", data_type.name);
            Some(refused(FEATURE_NOT_SUPPORTED, reason))
        }
        ColumnChange::SetCompression(method) if !matches!(method.as_str(), "default" | "pglz" | "lz4") => {
            let reason = format!("invalid compression method {method}");
            Some(refused_on(VersionSet::since(14), INVALID_PARAMETER_VALUE, reason))
        }
        ColumnChange::SetCompression(method) if fixed && method != "default" => {
            let reason = format!("column data type {} does not support compression", data_type.name);
            Some(refused(FEATURE_NOT_SUPPORTED, reason))
        }
        _ => None,
    }
}

fn takes_identity(data_type: &DataType) -> bool {
    matches!(data_type.name.as_str(), "smallint" | "integer" | "bigint")
}

fn is_known(data_type: &DataType) -> bool {
    crate::postgres::types::is_built_in(data_type, crate::postgres::Version::NEWEST)
}

fn changes(alter: &AlterTable, column: &Ident, wanted: fn(&ColumnChange) -> bool) -> bool {
    let is_it = |action: &AlterAction| match &action.kind {
        AlterActionKind::AlterColumn { name, change } => name.name == column.name && wanted(change),
        _ => false,
    };
    alter.actions.iter().any(is_it)
}

/// Wherever it is written: defaults are dropped in an earlier pass.
fn drops_default(alter: &AlterTable, column: &Ident) -> bool {
    changes(alter, column, |change| matches!(change, ColumnChange::DropDefault))
}

fn drops_identity(alter: &AlterTable, column: &Ident) -> bool {
    changes(alter, column, |change| matches!(change, ColumnChange::DropIdentity { .. }))
}

fn drops_expression(alter: &AlterTable, column: &Ident) -> bool {
    changes(alter, column, |change| matches!(change, ColumnChange::DropExpression { .. }))
}

/// A generated column that stays is computed from the column.
fn is_source(column: &Ident, alter: &AlterTable, relation: &Relation) -> bool {
    let dropped = |other: &str| {
        let drops = |action: &AlterAction| matches!(&action.kind, AlterActionKind::DropColumn { name, .. } if name.name == other);
        alter.actions.iter().any(drops)
    };
    let stay = relation.columns.iter().filter(|other| !dropped(&other.name));
    stay.filter_map(|other| other.generated_from.as_ref()).flatten().any(|used| *used == column.name)
}

fn adds_identity(alter: &AlterTable, column: &Ident) -> bool {
    changes(alter, column, |change| matches!(change, ColumnChange::AddIdentity(_)))
}
