//! From behaviours to effects: facts applied to the relations that play a part.

use crate::postgres::facts::{Fact, facts, versions_that_refuse_a_block};
use crate::postgres::lock::Work;
use crate::postgres::{Role, VersionSet, builtins};

use super::classify::Occurrence;
use super::effect::{Effect, RelationKind, RelationName};
use super::surroundings::Surroundings;
use super::trace::{Refusal, Transaction};

/// What the behaviours lock and do, for every measured version.
pub fn effects(occurrences: &[Occurrence], around: &Surroundings) -> Vec<Effect> {
    let mut found = Vec::new();
    for occurrence in occurrences {
        for fact in facts(occurrence.form).iter().filter(|fact| fact.versions.overlaps(occurrence.versions)) {
            found.extend(effects_of_fact(occurrence, fact, around));
        }
    }
    found
}

/// ALTER TABLE takes one lock for all its subcommands, and those that reach partitions and children as they do the table
/// take it there too: what is stronger on the table for another subcommand is stronger below.
///
/// Source: `AlterTableGetLockLevel()` of the server, which is called once.
pub fn raise_below(effects: &mut Vec<Effect>) {
    let targets: Vec<&Effect> = effects.iter().filter(|effect| effect.role == Role::Target).collect();
    let below = effects.iter().filter(|effect| effect.role == Role::Partition);
    let raised = below.flat_map(|effect| {
        let alike = |other: &&&Effect| {
            (other.form, other.span, other.lock) == (effect.form, effect.span, effect.lock)
                && other.versions == effect.versions
        };
        let as_table = targets.iter().find(alike);
        let stronger = targets.iter().filter(move |other| {
            as_table.is_some_and(|table| table.relation == other.relation) && other.lock > effect.lock
        });
        stronger.filter_map(move |other| {
            let versions = effect.versions.and(other.versions);
            (!versions.is_empty()).then(|| Effect { lock: other.lock, versions, ..effect.clone() })
        })
    });
    let raised: Vec<Effect> = raised.collect();
    effects.extend(raised);
}

fn effects_of_fact<'a>(
    occurrence: &'a Occurrence,
    fact: &'a Fact,
    around: &'a Surroundings,
) -> impl Iterator<Item = Effect> + 'a {
    fact.on.iter().flat_map(move |on| {
        let playing =
            occurrence.relations.iter().filter(move |(role, name)| *role == on.role && !is_system(name, around));
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
                versions: fact.versions.and(occurrence.versions),
                span: occurrence.span,
            }
        })
    })
}

/// Whether a relation is one of the system's, of which recordings say nothing. Anybody may read them at any time, and
/// what changes them is not allowed to migrations.
fn is_system(name: &RelationName, around: &Surroundings) -> bool {
    match name.schema.as_str() {
        "pg_catalog" | "information_schema" | "pg_toast" => true,
        schema => {
            let searched = around.search_path.first().is_none_or(|first| first == schema);
            searched && builtins::is_system_relation(&name.name) && around.catalog.get(name).is_none()
        }
    }
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
    let refusing =
        occurrences.iter().map(|occurrence| versions_that_refuse_a_block(occurrence.form).and(occurrence.versions));
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
