//! What a transaction that is READ ONLY does not do.
//!
//! Source: `ClassifyUtilityCommandAsReadOnly()` and `ExecCheckXactReadOnly()` of the server, and measurements
//! (`fixtures/facts/read-only-*.sql`). VACUUM, CLUSTER, REINDEX and LOCK are let through.

use crate::ast::{Statement, StatementKind, WriteVerb};
use crate::engine::effect::TEMPORARY;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::refused;

const READ_ONLY_TRANSACTION: &str = "25006";

/// Statements that change definitions are refused before the server looks at them.
pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    use StatementKind as S;
    let defines = matches!(
        statement.kind,
        S::CreateTable(_)
            | S::AlterTable(_)
            | S::CreateIndex(_)
            | S::CreateSequence(_)
            | S::Drop(_)
            | S::CreateView(_)
            | S::CreateTrigger(_)
            | S::CreateRule(_)
            | S::CreatePolicy(_)
            | S::AlterPolicy(_)
            | S::CreateType(_)
            | S::AlterType(_)
            | S::CreateDomain(_)
            | S::AlterDomain(_)
            | S::CreatePublication(_)
            | S::CreateStatistics(_)
            | S::CreateExtension(_)
            | S::CreateSchema(_)
            | S::CreateFunction(_)
            | S::AlterFunction(_)
            | S::Truncate(_)
            | S::Refresh(_)
            | S::Comment(_)
            | S::Grant(_)
    );
    reason(around).filter(|_| defines)
}

/// Rows are written when the statement has been read and planned. Those of temporary tables may be.
pub(super) fn later_refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    let StatementKind::Write(write) = &statement.kind else { return None };
    let lasting = around.relation(&write.target).is_some_and(|relation| relation.name.schema != TEMPORARY);
    reason(around).filter(|_| lasting && write.verb != WriteVerb::CopyFrom)
}

fn reason(around: &Surroundings) -> Option<Refusal> {
    let reason = "the transaction is READ ONLY".to_owned();
    around.session.is_read_only().then(|| refused(READ_ONLY_TRANSACTION, reason))
}
