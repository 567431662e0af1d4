//! CREATE that the server refuses.

use crate::ast::{CreateIndex, CreateSequence, CreateTable, CreateView, Expr, Persistence, Volatility};
use crate::engine::effect::{RelationName, TEMPORARY};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::builtins;

use super::existence::taken_relation;
use super::{INVALID_OBJECT_DEFINITION, bounds, foreign_keys, refused};

/// The name that is created, unless it is one of the session's own.
fn created(name: &crate::ast::ObjectName, persistence: Persistence, around: &Surroundings) -> RelationName {
    match persistence {
        Persistence::Temporary => RelationName::new(TEMPORARY, &*name.name.name),
        Persistence::Permanent | Persistence::Unlogged => around.created(name),
    }
}

pub(super) fn table(create: &CreateTable, around: &Surroundings) -> Vec<Refusal> {
    let name = created(&create.name, create.persistence, around);
    if create.if_not_exists && around.catalog.is_taken(&name) {
        return Vec::new();
    }
    let partition = bounds::create(create, around);
    taken_relation(&name, around)
        .into_iter()
        .chain(partition)
        .chain(foreign_keys::create_table(create, around))
        .collect()
}

pub(super) fn view(create: &CreateView, around: &Surroundings) -> Option<Refusal> {
    let persistence = if create.temporary { Persistence::Temporary } else { Persistence::Permanent };
    let name = created(&create.name, persistence, around);
    if create.if_not_exists || create.or_replace { None } else { taken_relation(&name, around) }
}

pub(super) fn sequence(create: &CreateSequence, around: &Surroundings) -> Option<Refusal> {
    let name = created(&create.name, create.persistence, around);
    if create.if_not_exists { None } else { taken_relation(&name, around) }
}

/// An index needs functions that always give the same result. Of those that give a stable one for some types only, and of
/// those that a migration made, nothing is claimed.
pub(super) fn changing_expression(create: &CreateIndex, around: &Surroundings) -> Option<Refusal> {
    let expressions = create.keys.iter().filter_map(|key| key.expr.as_ref()).chain(&create.predicate);
    let changes = |function: &&String| {
        let own = around.catalog.function(function).is_some();
        let built_in = builtins::volatility(function) == Some(Volatility::Volatile);
        !own && (built_in || CLOCK.contains(&function.as_str()))
    };
    let function = expressions.flat_map(|expr: &Expr| &expr.functions).find(changes)?;
    Some(refused(INVALID_OBJECT_DEFINITION, format!("{function} is not immutable: an index cannot use it")))
}

/// Stable whatever they are called with.
const CLOCK: &[&str] = &[
    "now",
    "transaction_timestamp",
    "current_date",
    "current_time",
    "current_timestamp",
    "localtime",
    "localtimestamp",
];
