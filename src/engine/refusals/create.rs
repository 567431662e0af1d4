//! CREATE that the server refuses.

use crate::ast::{CreateSequence, CreateTable, CreateView, Persistence};
use crate::engine::effect::{RelationName, TEMPORARY};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::existence::taken_relation;
use super::{bounds, definitions, expressions, foreign_keys, inheritance, operators, options};

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
    let partition = bounds::create(create, around).into_iter().chain(expressions::create_table(create, around));
    let partition = partition.chain(definitions::create_table(create)).chain(operators::create_table(create));
    // A partitioned table and a foreign one have no parameters of a table's kind.
    let stored = create.partition_by.is_none() && !create.foreign;
    let options = if stored { options::of_table(&create.options, create.method.as_deref()) } else { Vec::new() };
    let partition = partition.chain(options).chain(inheritance::create_table(create, around));
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
