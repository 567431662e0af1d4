//! Indexes that cannot be the replica identity of their table.
//!
//! Source: `ATExecReplicaIdentity` of PostgreSQL's commands/tablecmds.c.

use crate::ast::Ident;
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
