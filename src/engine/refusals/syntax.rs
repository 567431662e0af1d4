//! Statements and clauses that older versions do not know.
//!
//! Source: measurements, recorded as `unsupported` in `fixtures/facts/observed.toml` (`merge.sql`,
//! `create-index-include.sql`).

use crate::ast::{Statement, StatementKind, WriteVerb};
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::{SYNTAX_ERROR, refused_on};

/// What the statement has that came with a version.
pub(super) fn refusals(statement: &Statement) -> Option<Refusal> {
    let (since, what) = match &statement.kind {
        StatementKind::Write(write) if write.verb == WriteVerb::Merge => (15, "MERGE"),
        StatementKind::CreateIndex(create) if create.nulls_not_distinct => (15, "NULLS NOT DISTINCT"),
        StatementKind::CreateIndex(create) if !create.include.is_empty() => (11, "INCLUDE"),
        _ => return None,
    };
    Some(refused_on(VersionSet::before(since), SYNTAX_ERROR, format!("{what} came with PostgreSQL {since}")))
}
