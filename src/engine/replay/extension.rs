//! What extensions and foreign servers make, which nobody sees.

use crate::ast::{CreateExtension, Foreign, Opaque, StatementKind};
use crate::engine::catalog::{Fate, Kind};
use crate::engine::effect::RelationName;

use super::Replay;

/// Extensions that come with PostgreSQL, or with most servers, and make no relation but with names of the system.
const WITHOUT_RELATIONS: &[&str] = &[
    "amcheck",
    "bloom",
    "btree_gin",
    "btree_gist",
    "citext",
    "cube",
    "dblink",
    "earthdistance",
    "file_fdw",
    "fuzzystrmatch",
    "hstore",
    "intarray",
    "isn",
    "lo",
    "ltree",
    "moddatetime",
    "pg_buffercache",
    "pg_stat_statements",
    "pg_trgm",
    "pgcrypto",
    "pgrowlocks",
    "pgstattuple",
    "plpgsql",
    "postgres_fdw",
    "tablefunc",
    "unaccent",
    "uuid-ossp",
    "vector",
];

/// An extension makes relations, types and functions, in a schema of its choice where none is written.
pub(super) fn made(create: Option<&CreateExtension>, replay: &mut Replay) {
    let schema = create.and_then(|create| create.schema.as_ref()).map(|schema| schema.name.clone());
    replay.catalog.unnamed.extensions |= schema.as_ref().is_some_and(|schema| schema == "pg_catalog");
    let relations =
        create.is_none_or(|create| create.cascade || !WITHOUT_RELATIONS.contains(&create.name.name.as_str()));
    // CREATE EXTENSION takes nothing away.
    let may_be_given = |fate: &Fate| create.is_none() || *fate != Fate::Given;
    replay.catalog.ledger.doubt_all(|kind, name, fate| match kind {
        Kind::Relation | Kind::Type | Kind::Function | Kind::Schema if !may_be_given(fate) => false,
        Kind::Relation => relations && schema.as_ref().is_none_or(|schema| name.schema == *schema),
        Kind::Type | Kind::Function => schema.as_ref().is_none_or(|schema| name.schema == *schema),
        Kind::Contents => relations && schema.as_ref().is_none_or(|schema| name.name == *schema),
        Kind::Schema => relations && schema.is_none(),
        Kind::Publication | Kind::Statistics | Kind::Named => false,
    });
}

pub(super) fn foreign(kind: &StatementKind, replay: &mut Replay) {
    match kind {
        StatementKind::Foreign(foreign) if !matches!(**foreign, Foreign::ImportSchema(_)) => {}
        _ => made(None, replay),
    }
}

/// CREATE AGGREGATE gives the name of a function; of its arguments nothing is kept.
pub(super) fn opaque(opaque: &Opaque, replay: &mut Replay) {
    if let ("CREATE AGGREGATE", Some(name)) = (opaque.what.as_str(), &opaque.name) {
        let name = replay.resolve_function(name);
        let prefix = format!("{}(", name.name);
        let is_same = |other: &RelationName| other.name == name.name || other.name.starts_with(&prefix);
        replay.catalog.ledger.doubt(Kind::Function, |other, _| is_same(other));
    }
}
