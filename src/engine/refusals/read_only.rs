//! What a transaction that is READ ONLY does not do.
//!
//! Source: `ClassifyUtilityCommandAsReadOnly()` and `ExecCheckXactReadOnly()` of the server, and measurements
//! (`fixtures/facts/read-only-*.sql`). VACUUM, CLUSTER, REINDEX and LOCK are let through.

use crate::ast::{ObjectName, Opaque, Statement, StatementKind, Write};
use crate::engine::catalog::Relation;
use crate::engine::classify::rules_of;
use crate::engine::effect::{RelationKind, TEMPORARY};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::refused_on;

const READ_ONLY_TRANSACTION: &str = "25006";

/// Statements that change definitions are refused before the server looks at them.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    reason(around, defining(&statement.kind))
}

/// The versions that take a statement for one that changes definitions.
fn defining(kind: &StatementKind) -> VersionSet {
    use StatementKind as S;
    match kind {
        S::CreateTable(_)
        | S::AlterTable(_)
        | S::CreateIndex(_)
        | S::CreateSequence(_)
        | S::Drop(_)
        | S::CreateView(_)
        | S::CreateTrigger(_)
        | S::CreateEventTrigger(_)
        | S::AlterEventTrigger(_)
        | S::CreateRule(_)
        | S::CreateType(_)
        | S::AlterType(_)
        | S::CreateDomain(_)
        | S::AlterDomain(_)
        | S::CreatePublication(_)
        | S::AlterPublication(_)
        | S::CreateSubscription(_)
        | S::AlterSubscription(_)
        | S::CreateExtension(_)
        | S::AlterExtension(_)
        | S::CreateSchema(_)
        | S::Foreign(_)
        | S::CreateFunction(_)
        | S::AlterFunction(_)
        | S::AlterOther(_)
        | S::Truncate(_)
        | S::Refresh(_)
        | S::Comment(_)
        | S::SecurityLabel(_)
        | S::Grant(_)
        | S::GrantRole(_)
        | S::DefaultPrivileges(_)
        | S::Owned(_) => VersionSet::ALL,
        // They were forgotten.
        S::CreatePolicy(_) | S::AlterPolicy(_) | S::CreateStatistics(_) => VersionSet::since(13),
        S::Opaque(Opaque { what, .. }) if is_definition(what) => VersionSet::ALL,
        _ => VersionSet::NONE,
    }
}

/// Whether words like `CREATE CAST` change definitions.
fn is_definition(what: &str) -> bool {
    match what.split_once(' ') {
        Some(("ALTER", object)) => object != "SYSTEM",
        // The access method was forgotten until 12.
        Some(("CREATE", object)) => object != "ACCESS METHOD",
        Some(("DROP" | "IMPORT", _)) => true,
        _ => false,
    }
}

/// Rows are written or locked when the statement has been read and planned. Those of temporary tables may be.
pub(super) fn later_refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    // A rule may put something else in the place of a write.
    let writes =
        |write: &Write| lasts(&write.target, around, |relation| rules_of(relation, write.verb).next().is_none());
    let locks = |name: &ObjectName| lasts(name, around, |_| true);
    let changes = match &statement.kind {
        StatementKind::Write(write) => writes(write) || write.also_writes.iter().any(writes),
        StatementKind::Query(query) => query.writes.iter().any(writes) || query.row_locks.iter().any(locks),
        StatementKind::Declare(declare) => declare.query.row_locks.iter().any(locks),
        _ => false,
    };
    reason(around, if changes { VersionSet::ALL } else { VersionSet::NONE })
}

/// A table that is known, is not temporary, and of which something else holds.
fn lasts(name: &ObjectName, around: &Surroundings, also: impl Fn(&Relation) -> bool) -> bool {
    let lasts = |relation: &Relation| {
        let is_table = matches!(relation.kind, RelationKind::Table | RelationKind::PartitionedTable);
        is_table && relation.name.schema != TEMPORARY && also(relation)
    };
    around.relation(name).is_some_and(lasts)
}

/// The server asks this before it asks whether a transaction block is open. It does not ask it of what EXPLAIN ANALYZE
/// creates.
pub fn settle(outer: &Statement, statement: &Statement, refusals: &mut Vec<Refusal>) {
    let read_only = |refusal: &Refusal| refusal.sqlstate == READ_ONLY_TRANSACTION;
    let explained = matches!(outer.kind, StatementKind::Explain(_)) && !defining(&statement.kind).is_empty();
    refusals.retain(|refusal| !explained || !read_only(refusal));
    if refusals.iter().any(read_only) {
        refusals.sort_by_key(|refusal| refusal.sqlstate == "25001");
    }
}

fn reason(around: &Surroundings, versions: VersionSet) -> Option<Refusal> {
    let refusal = || refused_on(versions, READ_ONLY_TRANSACTION, "the transaction is READ ONLY".to_owned());
    (!versions.is_empty() && around.session.is_read_only()).then(refusal)
}
