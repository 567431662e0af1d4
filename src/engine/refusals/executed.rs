//! What the server refuses when a statement would run: reading a materialized view that was never filled, and changing rows
//! that subscribers could not tell apart.
//!
//! Source: measurements (`fixtures/facts/select-unpopulated*.sql`, `update-published-*.sql` and others).

use ecow::EcoString;

use crate::ast::{ObjectName, Persistence, ReplicaIdentity, Statement, StatementKind, Write, WriteVerb};
use crate::engine::catalog::{Catalog, ConstraintKind, Publication, Relation};
use crate::engine::effect::{RelationKind, RelationName};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_known_whole, is_there};
use super::{INVALID_COLUMN_REFERENCE, NOT_IN_PREREQUISITE_STATE, refused, refused_on};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    let unfilled = read(statement, around).into_iter().find(|name| is_unfilled(name, around));
    let reason = |name| format!("materialized view {name} has not been populated");
    let mut found: Vec<Refusal> =
        unfilled.map(|name| refused(NOT_IN_PREREQUISITE_STATE, reason(name))).into_iter().collect();
    if let StatementKind::Write(write) = &statement.kind {
        found.extend(beside_identity(write, around).or_else(|| unidentified(write, around)));
    }
    found
}

/// The relations whose rows the statement reads, those behind views with them.
fn read(statement: &Statement, around: &Surroundings) -> Vec<RelationName> {
    let resolved = |names: &[ObjectName]| names.iter().map(|name| around.resolve(name)).collect();
    let named: Vec<RelationName> = match &statement.kind {
        StatementKind::Query(query) => resolved(&query.reads),
        StatementKind::Write(write) => resolved(&write.reads),
        StatementKind::CreateTable(create) if !create.with_no_data => {
            create.query.as_ref().map(|query| resolved(&query.reads)).unwrap_or_default()
        }
        StatementKind::CreateView(create) if create.materialized && !create.with_no_data => {
            resolved(&create.query.reads)
        }
        StatementKind::Refresh(refresh) if !refresh.with_no_data => {
            around.relation(&refresh.name).map(|view| view.reads.clone()).unwrap_or_default()
        }
        _ => Vec::new(),
    };
    around.with_views_followed(named)
}

fn is_unfilled(name: &RelationName, around: &Surroundings) -> bool {
    let view = around.catalog.get(name).filter(|view| view.kind == RelationKind::MaterializedView && is_there(view));
    view.is_some_and(|view| view.unpopulated)
}

/// UPDATE and DELETE of a published table whose rows have no identity.
fn unidentified(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let (change, what) = match write.verb {
        WriteVerb::Update => ("update", "update"),
        WriteVerb::Delete => ("delete", "delete from"),
        WriteVerb::Insert | WriteVerb::CopyFrom | WriteVerb::Merge => return None,
    };
    let relation = around.relation(&write.target).filter(|relation| is_there(relation))?;
    let relation = Some(relation).filter(|relation| relation.rules.is_empty())?;
    let leaves: Vec<&Relation> = match relation.is_partitioned() {
        true => leaves(relation, around.catalog),
        false => vec![relation],
    };
    let publication = publication_of(relation, change, around)?;
    let lacks = !leaves.is_empty() && leaves.iter().all(|leaf| is_known_whole(leaf) && lacks_identity(leaf));
    let versions = if relation.is_partitioned() { VersionSet::since(13) } else { VersionSet::ALL };
    let name = &relation.name;
    let reason = format!("cannot {what} {name}: {publication} publishes it, and it has no replica identity");
    lacks.then(|| refused_on(versions, NOT_IN_PREREQUISITE_STATE, reason))
}

/// UPDATE and DELETE of a table that a publication filters by a column outside of the replica identity, or whose column list
/// leaves out a part of that.
fn beside_identity(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let change = match write.verb {
        WriteVerb::Update => "update",
        WriteVerb::Delete => "delete",
        WriteVerb::Insert | WriteVerb::CopyFrom | WriteVerb::Merge => return None,
    };
    let relation = around.relation(&write.target).filter(|relation| is_known_whole(relation))?;
    let plain = relation.kind == RelationKind::Table && relation.persistence == Persistence::Permanent;
    let plain = plain && relation.rules.is_empty();
    let identity = identity(relation).filter(|_| plain)?;
    let leaves_out = |publication: &Publication| {
        let of_table = publication.tables.iter().filter(|published| published.table == relation.name);
        let mut of_table = of_table.filter(|_| publication.publishes(change));
        of_table.any(|published| match &identity {
            Identity::Row => !published.columns.is_empty(),
            Identity::Key(key) => {
                let listed =
                    published.columns.is_empty() || key.iter().all(|column| published.columns.contains(column));
                !listed || published.filtered_by.iter().any(|column| !key.contains(column))
            }
        })
    };
    let publication = *around.catalog.publications_that(leaves_out).first()?;
    let name = &relation.name;
    let reason =
        format!("cannot {change} {name}: what {publication} publishes of it does not fit its replica identity");
    Some(refused_on(VersionSet::since(15), INVALID_COLUMN_REFERENCE, reason))
}

/// What tells subscribers which row was changed.
enum Identity {
    /// All of it.
    Row,
    /// These columns.
    Key(Vec<EcoString>),
}

fn identity(relation: &Relation) -> Option<Identity> {
    let columns = |keys: &[Option<EcoString>]| Identity::Key(keys.iter().flatten().cloned().collect());
    match &relation.replica_identity {
        Some(ReplicaIdentity::Full) => Some(Identity::Row),
        Some(ReplicaIdentity::Nothing) => Some(Identity::Key(Vec::new())),
        Some(ReplicaIdentity::UsingIndex(index)) => relation.index(&index.name).map(|index| columns(&index.keys)),
        Some(ReplicaIdentity::Default) | None if relation.copies_unseen => None,
        Some(ReplicaIdentity::Default) | None => {
            let lacks = lacks_identity(relation);
            Some(Identity::Key(if lacks { Vec::new() } else { relation.primary_key()?.to_vec() }))
        }
    }
}

fn leaves<'c>(relation: &Relation, catalog: &'c Catalog) -> Vec<&'c Relation> {
    let below = catalog.descendants(&relation.name);
    below.iter().filter_map(|name| catalog.get(name)).filter(|leaf| !leaf.is_partitioned()).collect()
}

/// Neither a primary key that can be relied on, nor what REPLICA IDENTITY puts in its place.
fn lacks_identity(relation: &Relation) -> bool {
    let is_key = |kind: &ConstraintKind| matches!(kind, ConstraintKind::Key { primary: true, .. });
    let mut keys = relation.constraints.iter().filter(|known| is_key(&known.kind));
    match &relation.replica_identity {
        Some(ReplicaIdentity::Full | ReplicaIdentity::UsingIndex(_)) => false,
        Some(ReplicaIdentity::Nothing) => true,
        Some(ReplicaIdentity::Default) | None => keys.all(|key| key.traits.deferrable) && !relation.copies_unseen,
    }
}

/// A publication that is known to be there and sends this change of the table.
fn publication_of<'c>(relation: &Relation, change: &str, around: &Surroundings<'c>) -> Option<&'c str> {
    let above: Vec<&RelationName> = around.catalog.ancestors(&relation.name).into_iter().map(|of| &of.name).collect();
    let sends = |publication: &Publication| {
        let named = publication.names().any(|name| *name == relation.name || above.contains(&name));
        let all = publication.all_tables && relation.persistence == Persistence::Permanent;
        publication.publishes(change) && (named || all || publication.schemas.contains(&relation.name.schema))
    };
    around.catalog.publications_that(sends).first().copied()
}
