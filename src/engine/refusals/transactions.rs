//! Savepoints that were never made, and constraints that cannot be deferred.
//!
//! Source: `ReleaseSavepoint()`, `RollbackToSavepoint()` and `AfterTriggerSetState()` of the server, and measurements
//! (`fixtures/facts/savepoint-*.sql`, `set-constraints-*.sql`).

use crate::ast::{Ident, ObjectName, Statement, StatementKind, TransactionControl};
use crate::engine::catalog::{Constraint, ConstraintKind};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::existence::is_there;
use super::{WRONG_OBJECT_TYPE, refused};

const INVALID_SAVEPOINT: &str = "3B001";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    match &statement.kind {
        StatementKind::Transaction(TransactionControl::Release(name) | TransactionControl::RollbackTo(name)) => {
            unknown(name, around)
        }
        // Any constraint may be immediate.
        StatementKind::SetConstraints(set) if set.deferred => {
            set.constraints.iter().find_map(|name| not_deferrable(name, around))
        }
        _ => None,
    }
}

fn unknown(name: &Ident, around: &Surroundings) -> Option<Refusal> {
    if around.session.knows_savepoint(&name.name) || around.catalog.ledger.blind {
        return None;
    }
    // Where no transaction is open at all, the server says 25P01 instead.
    Some(refused(INVALID_SAVEPOINT, format!("savepoint {} does not exist", name.name)).at(name.span))
}

/// All constraints of the name are known, and one of them is not DEFERRABLE.
fn not_deferrable(name: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let schemas = || name.schema.iter().map(|schema| &schema.name).chain(around.search_path);
    let mut found = schemas().take(if name.schema.is_some() { 1 } else { usize::MAX }).flat_map(|schema| {
        let relations = around.catalog.relations().filter(move |relation| relation.name.schema == *schema);
        relations
            .filter(|relation| is_there(relation))
            .flat_map(|relation| relation.constraints.iter().filter(|own| own.name == name.name.name))
    });
    let fixed = |own: &Constraint| !own.doubted && !own.traits.deferrable && !is_unnamed(&own.kind);
    let known = found.find(|own| fixed(own))?;
    let reason = format!("constraint {} is not deferrable", known.name);
    Some(refused(WRONG_OBJECT_TYPE, reason).at(name.span))
}

/// NOT NULL is a constraint with a name since 18 only.
fn is_unnamed(kind: &ConstraintKind) -> bool {
    matches!(kind, ConstraintKind::NotNull { .. })
}
