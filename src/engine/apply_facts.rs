//! From behaviours to effects: facts applied to the relations that play a part.

use crate::postgres::facts::{Fact, facts, versions_that_refuse_a_block};
use crate::postgres::lock::Work;
use crate::postgres::{Role, VersionSet};

use super::classify::Occurrence;
use super::effect::{Effect, RelationKind, RelationName};
use super::surroundings::Surroundings;
use super::trace::{Refusal, Transaction};

/// What the behaviours lock and do, for every measured version.
pub fn effects(occurrences: &[Occurrence], around: &Surroundings) -> Vec<Effect> {
    let mut found = Vec::new();
    for occurrence in occurrences {
        for fact in facts(occurrence.form) {
            found.extend(effects_of_fact(occurrence, fact, around));
        }
    }
    found
}

fn effects_of_fact<'a>(
    occurrence: &'a Occurrence,
    fact: &'a Fact,
    around: &'a Surroundings,
) -> impl Iterator<Item = Effect> + 'a {
    fact.on.iter().flat_map(move |on| {
        let plays = move |(role, relation): &&(Role, RelationName)| *role == on.role && !is_system(relation, around);
        let playing = occurrence.relations.iter().filter(plays);
        playing.map(move |(role, relation)| {
            let kind = kind(*role, relation, around);
            Effect {
                kind,
                standing: around.standing(relation),
                relation: relation.clone(),
                role: *role,
                form: occurrence.form,
                lock: on.lock,
                work: work_on(kind, on.work),
                versions: fact.versions,
                span: occurrence.span,
            }
        })
    })
}

/// The server's own catalogs, which are not the migrations' business.
fn is_system(relation: &RelationName, around: &Surroundings) -> bool {
    let own =
        matches!(relation.schema.as_str(), "pg_catalog" | "information_schema") || relation.name.starts_with("pg_");
    own && !around.catalog.is_taken(relation)
}

/// A partitioned table holds no rows: the work is done on its partitions. Those of a foreign table are elsewhere.
fn work_on(kind: RelationKind, work: Work) -> Work {
    match kind {
        RelationKind::PartitionedTable | RelationKind::View | RelationKind::ForeignTable => Work::METADATA,
        _ => work,
    }
}

/// The kind of a relation; an index that nobody created is known by its role.
fn kind(role: Role, relation: &RelationName, around: &Surroundings) -> RelationKind {
    match role {
        Role::Index if around.catalog.get(relation).is_none() => RelationKind::Index,
        Role::Sequence if around.catalog.get(relation).is_none() => RelationKind::Sequence,
        _ => around.kind(relation),
    }
}

/// Refusals inside a transaction block.
pub fn refusals(occurrences: &[Occurrence], around: &Surroundings) -> Vec<Refusal> {
    if !around.session.transaction().is_open() {
        return Vec::new();
    }
    let refusing = occurrences.iter().map(|occurrence| versions_that_refuse_a_block(occurrence.form));
    let versions = refusing.fold(VersionSet::NONE, VersionSet::or);
    match versions.is_empty() {
        true => Vec::new(),
        false => {
            let reason = match around.session.transaction() {
                Transaction::Block => "cannot be executed from a function",
                Transaction::None | Transaction::Explicit | Transaction::Runner | Transaction::Implicit => {
                    "cannot run inside a transaction block"
                }
            };
            vec![Refusal::new(versions, "25001", reason)]
        }
    }
}
