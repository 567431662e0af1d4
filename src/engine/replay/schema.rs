//! Schemas, and what they hold.

use crate::ast::{CreateSchema, RoleSpec};
use crate::engine::catalog::{Fate, Kind};
use crate::engine::effect::RelationName;

use super::objects::{alone, given_away};
use super::{Replay, types};

/// History makes all that a new schema holds. With IF NOT EXISTS it may be an old one.
pub(super) fn create(create: &CreateSchema, replay: &mut Replay) {
    let owner = match &create.authorization {
        Some(RoleSpec::Named(role)) => Some(role),
        _ => None,
    };
    let Some(name) = create.name.as_ref().or(owner) else { return };
    let name = alone(&name.name);
    let known = replay.catalog.past(Kind::Schema, &name);
    let is_new = !create.if_not_exists || known.is_some_and(|past| past.is_gone());
    if known.is_some_and(|past| past.is_there()) {
        return;
    }
    replay.catalog.ledger.note(Kind::Schema, &name, Fate::Given);
    if is_new {
        replay.catalog.ledger.note(Kind::Contents, &name, Fate::Given);
    }
}

pub(super) fn rename(from: &str, to: &str, replay: &mut Replay) {
    let catalog = &mut *replay.catalog;
    let relations = catalog.relations().filter(|relation| relation.name.schema == from);
    let relations: Vec<RelationName> = relations.map(|relation| relation.name.clone()).collect();
    let types = catalog.enums().map(|(name, _)| name).chain(catalog.composites().map(|(name, _)| name));
    let types = types.chain(catalog.domains().map(|(name, _)| name));
    let types: Vec<RelationName> = types.filter(|name| name.schema == from).cloned().collect();
    let statistics = catalog.all_statistics().map(|(name, _)| name).filter(|name| name.schema == from);
    let statistics: Vec<RelationName> = statistics.cloned().collect();
    catalog.ledger.rename_schema(from, to);
    catalog.rename_published_schema(from, to);
    for name in statistics {
        catalog.rename_statistics(&name, &RelationName::new(to, &*name.name));
    }
    for name in relations {
        catalog.rename(&name, &RelationName::new(to, &*name.name));
    }
    catalog.move_functions(from, to);
    for name in types {
        types::rename(&name, &RelationName::new(to, &*name.name), replay);
    }
    given_away(Kind::Schema, &alone(from), &alone(to), replay);
    let contents = replay.catalog.past(Kind::Contents, &alone(from)).is_some_and(|past| past.is_there());
    replay.catalog.ledger.note(Kind::Contents, &alone(from), Fate::Dropped);
    if contents {
        replay.catalog.ledger.note(Kind::Contents, &alone(to), Fate::Given);
    }
}
