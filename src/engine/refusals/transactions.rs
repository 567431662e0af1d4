//! Savepoints that were never made, and constraints that cannot be deferred.
//!
//! Source: `ReleaseSavepoint()`, `RollbackToSavepoint()` and `AfterTriggerSetState()` of the server, and measurements
//! (`fixtures/facts/savepoint-*.sql`, `set-constraints-*.sql`).

use crate::ast::{Ident, ObjectName, Statement, StatementKind, TransactionControl};
use crate::engine::catalog::{Constraint, ConstraintKind, Part, Past, Relation};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_there, missing_constraint};
use super::{UNDEFINED_OBJECT, WRONG_OBJECT_TYPE, refused, refused_on};

const INVALID_SAVEPOINT: &str = "3B001";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    match &statement.kind {
        StatementKind::Transaction(TransactionControl::Release(name) | TransactionControl::RollbackTo(name)) => {
            unknown(name, around)
        }
        // Any constraint may be immediate.
        StatementKind::SetConstraints(set) => {
            let fixed = |name| not_deferrable(name, around).filter(|_| set.deferred);
            set.constraints.iter().find_map(|name| missing(name, around).or_else(|| fixed(name)))
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

/// A constraint that was dropped or renamed, or that nothing has where history made all that is in the schemas. No relation
/// has one of the name, and no domain.
fn missing(name: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let written = &name.name.name;
    let catalog = around.catalog;
    let of_domain = || catalog.domains().any(|(_, domain)| domain.doubted || domain.constrained());
    if catalog.ledger.blind || of_domain() {
        return None;
    }
    let schema = name.schema.as_ref().map(|schema| &schema.name);
    let lost = |relation: &Relation| relation.past_of(Part::Constraint, written).is_some_and(Past::is_gone);
    let whole = match schema {
        Some(schema) => catalog.is_whole_schema(schema),
        None => around.search_path.iter().all(|schema| catalog.is_whole_schema(schema)),
    };
    // Without a schema, a constraint in any may be meant: another search_path may be set elsewhere.
    let is_meant = |relation: &&Relation| schema.is_none_or(|schema| *relation.name.schema == **schema);
    let holders = || {
        use RelationKind as K;
        let others = |kind| matches!(kind, K::View | K::MaterializedView | K::Sequence | K::Index);
        catalog.relations().filter(is_meant).filter(move |relation| !others(relation.kind))
    };
    if !whole && !holders().any(lost) {
        return None;
    }
    let mut versions = VersionSet::ALL;
    for relation in holders() {
        versions = versions.and(missing_constraint(&name.name, relation)?.versions);
    }
    let reason = || format!("constraint {written} does not exist");
    (!versions.is_empty()).then(|| refused_on(versions, UNDEFINED_OBJECT, reason()).at(name.span))
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
