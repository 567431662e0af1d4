//! What keeps a function from being dropped.
//!
//! Source: `pg_depend`, measured with `fixtures/facts/drop-function-used-*.sql`. The bodies of functions keep nothing, but for
//! those between BEGIN ATOMIC and END. Claimed only where history shows one function of the name and no overload.

use ecow::{EcoString, eco_format};

use crate::ast::{Drop, ObjectName};
use crate::engine::catalog::{Fate, Kind, Relation, calls};
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::{VersionSet, builtins};

use super::existence::is_there;
use super::{DEPENDENT_OBJECTS, refused_on};

/// What uses the functions and aggregates that are dropped without CASCADE.
pub(super) fn refusals(drop: &Drop, around: &Surroundings) -> Vec<Refusal> {
    let aggregate = around.text_of(drop.kind_keyword).eq_ignore_ascii_case("AGGREGATE");
    let is_only = |name: &&ObjectName| match aggregate {
        true => around.catalog.function(&name.name.name).is_none() && around.catalog.is_only_aggregate(&name.name.name),
        false => is_only(name, around),
    };
    drop.names.iter().filter(is_only).filter_map(|name| used(name, around)).collect()
}

/// Generated columns keep what they call since 15.
const GENERATED: VersionSet = VersionSet::since(15);

fn used(name: &ObjectName, around: &Surroundings) -> Option<Refusal> {
    let function = name.name.name.as_str();
    let mut relations: Vec<&Relation> = around.catalog.relations().filter(|relation| is_there(relation)).collect();
    relations.sort_by(|a, b| a.name.cmp(&b.name));
    let on = |versions: VersionSet, what: EcoString| {
        let reason = format!("cannot drop function {function}: {what} depends on it");
        refused_on(versions, DEPENDENT_OBJECTS, reason)
    };
    let always = relations.iter().find_map(|relation| Some(on(VersionSet::ALL, user(function, relation)?)));
    always.or_else(|| {
        let generated = |relation: &&&Relation| relation.columns.iter().any(|column| column.is_generated_by(function));
        let relation = relations.iter().find(generated)?;
        Some(on(GENERATED, eco_format!("a generated column of {}", relation.name)))
    })
}

/// The part of a relation that uses the function for certain.
fn user(function: &str, relation: &Relation) -> Option<EcoString> {
    let (name, complete) = (&relation.name, relation.complete);
    if complete && relation.triggers.iter().any(|trigger| trigger.function == function) {
        return Some(eco_format!("a trigger of {name}"));
    }
    let mut columns = relation.columns.iter().filter(|column| complete && column.has_default);
    if columns.any(|column| calls(&column.default_functions, function)) {
        return Some(eco_format!("a default of {name}"));
    }
    let mut checks = relation.constraints.iter().filter(|constraint| !constraint.doubted);
    if let Some(check) = checks.find(|constraint| constraint.kind.calls_function(function)) {
        return Some(eco_format!("the constraint {} of {name}", check.name));
    }
    let mut indexes = relation.indexes.iter().filter(|index| index.certain && !index.more.doubted);
    if let Some(index) = indexes.find(|index| index.calls_function(function)) {
        return Some(eco_format!("the index {}", index.name));
    }
    if let Some(policy) = relation.policies.iter().find(|policy| complete && policy.calls_function(function)) {
        return Some(eco_format!("the policy {} of {name}", policy.name));
    }
    let is_view = matches!(relation.kind, RelationKind::View | RelationKind::MaterializedView);
    (is_view && calls(&relation.calls, function)).then(|| eco_format!("view {name}"))
}

/// Whether no other function can be the one that is called by this name.
fn is_only(name: &ObjectName, around: &Surroundings) -> bool {
    let function = name.name.name.as_str();
    let is_overload = |other: &str| other.split_once('(').is_some_and(|(bare, _)| bare == function);
    let known = around.catalog.ledger.all(Kind::Function).filter(|(other, _)| is_overload(&other.name));
    let given: Vec<_> = known.filter(|(_, past)| past.fate == Fate::Given || !past.sure).collect();
    let schema = around.resolve_kind(Kind::Function, name).schema;
    let is_it = matches!(given.as_slice(), [(only, past)] if past.is_there() && only.schema == schema);
    is_it && builtins::volatility(function).is_none()
}
