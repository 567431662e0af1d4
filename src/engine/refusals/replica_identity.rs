//! Indexes that cannot be the replica identity of their table.
//!
//! Source: `ATExecReplicaIdentity` of PostgreSQL's commands/tablecmds.c.

use crate::ast::{AlterActionKind, AlterTable, Ident, ReplicaIdentity};
use crate::engine::catalog::Relation;
use crate::engine::trace::Refusal;

use super::{FEATURE_NOT_SUPPORTED, WRONG_OBJECT_TYPE, refused};

/// A replica identity is a unique index of all rows over columns that is checked at once.
pub(super) fn no_identity(index: &Ident, relation: &Relation) -> Option<Refusal> {
    let known = relation.index(&index.name).filter(|_| relation.complete)?;
    let refusal = |sqlstate, what: &str| {
        Some(refused(sqlstate, format!("index {} cannot be the replica identity: it {what}", index.name)))
    };
    match () {
        () if !known.unique => refusal(WRONG_OBJECT_TYPE, "is not unique"),
        () if known.shape.deferrable => refusal(FEATURE_NOT_SUPPORTED, "can be checked later"),
        () if known.keys.contains(&None) => refusal(FEATURE_NOT_SUPPORTED, "is over an expression"),
        () if known.partial => refusal(FEATURE_NOT_SUPPORTED, "leaves rows out"),
        () => None,
    }
}

/// A key of a replica identity has no NULL.
pub(super) fn nullable_key(index: &Ident, relation: &Relation) -> Option<Refusal> {
    let known = relation.index(&index.name).filter(|_| relation.complete)?;
    let mut columns = known.keys.iter().flatten().filter_map(|name| relation.column(name));
    let nullable = columns.find(|column| !column.not_null)?;
    let reason = format!("index {} cannot be the replica identity: column {} is nullable", index.name, nullable.name);
    Some(refused(WRONG_OBJECT_TYPE, reason))
}

/// Whether the column is one by which replicas tell the rows apart; what the statement makes of that comes last.
pub(super) fn has_key(column: &str, alter: &AlterTable, relation: &Relation) -> bool {
    let Some(ReplicaIdentity::UsingIndex(index)) = &relation.replica_identity else { return false };
    let drops = |kind: &AlterActionKind| {
        matches!(kind, AlterActionKind::DropConstraint { .. } | AlterActionKind::DropColumn { .. })
    };
    let known = relation.index(&index.name).filter(|known| relation.complete && known.certain && !known.more.doubted);
    let stays = !alter.actions.iter().any(|action| drops(&action.kind));
    stays && known.is_some_and(|known| known.keys.iter().flatten().any(|key| key == column))
}
