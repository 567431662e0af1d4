//! COPY of what has no rows of its own, of columns that are not there, and with options that there are not.
//!
//! Source: `DoCopyTo()` and `ProcessCopyOptions()` of the server, and measurements (`fixtures/facts/object-statement-copy-*.sql`).

use crate::ast::{Copy, Query, Statement, StatementKind, TriggerTiming, Write, WriteVerb};
use crate::engine::catalog::Relation;
use crate::engine::effect::RelationKind;
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;
use crate::postgres::VersionSet;

use super::existence::{is_there, missing_column};
use super::{SYNTAX_ERROR, WRONG_OBJECT_TYPE, refused, refused_on};

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Vec<Refusal> {
    match &statement.kind {
        StatementKind::Query(query) => copied_to(query, around),
        StatementKind::Write(write) => copied_from(write).into_iter().chain(into_view(write, around)).collect(),
        _ => Vec::new(),
    }
}

/// A table by its name, or a query in parentheses.
fn copied_to(query: &Query, around: &Surroundings) -> Vec<Refusal> {
    let Some(copy) = &query.copy else { return Vec::new() };
    let mut found: Vec<Refusal> = option(copy).into_iter().collect();
    let relation = query.reads.first().and_then(|name| around.relation(name)).filter(|relation| is_there(relation));
    if let (Some(columns), Some(relation)) = (&copy.table, relation) {
        let missing = columns.iter().find_map(|column| Some(missing_column(&column.name, relation)?.at(column.span)));
        found.extend(unfit(relation).into_iter().chain(missing));
    }
    found
}

fn unfit(relation: &Relation) -> Option<Refusal> {
    let reason = format!("cannot copy from {}: it is a {}", relation.name, relation.kind.name());
    let versions = match relation.kind {
        RelationKind::View | RelationKind::ForeignTable | RelationKind::Sequence | RelationKind::PartitionedTable => {
            VersionSet::ALL
        }
        RelationKind::MaterializedView => VersionSet::before(18),
        _ if relation.is_partitioned() => VersionSet::ALL,
        RelationKind::Table | RelationKind::Partition | RelationKind::Index => return None,
    };
    Some(refused_on(versions, WRONG_OBJECT_TYPE, reason))
}

/// COPY does not write through a view: it may only call the triggers that stand in its place.
fn into_view(write: &Write, around: &Surroundings) -> Option<Refusal> {
    let copies = write.verb == WriteVerb::CopyFrom;
    let relation = around.relation(&write.target).filter(|relation| copies && is_there(relation))?;
    let unfit = match relation.kind {
        RelationKind::View => !relation.triggers.iter().any(|trigger| trigger.fires.timing == TriggerTiming::InsteadOf),
        RelationKind::MaterializedView | RelationKind::Sequence => true,
        _ => false,
    };
    let reason = || format!("cannot copy to {}: it is a {}", relation.name, relation.kind.name());
    unfit.then(|| refused(WRONG_OBJECT_TYPE, reason()))
}

/// WHERE came with 12.
fn copied_from(write: &Write) -> Option<Refusal> {
    let copy = write.copy.as_ref()?;
    let reason = "WHERE of COPY came with PostgreSQL 12".to_owned();
    let filtered = write.verb == WriteVerb::CopyFrom && write.filter.is_some();
    let filtered = filtered.then(|| refused_on(VersionSet::before(12), SYNTAX_ERROR, reason));
    filtered.or_else(|| option(copy))
}

/// Options of COPY, with the version that brought them.
const OPTIONS: &[(&str, u8)] = &[
    ("format", 10),
    ("freeze", 10),
    ("delimiter", 10),
    ("null", 10),
    ("header", 10),
    ("quote", 10),
    ("escape", 10),
    ("force_quote", 10),
    ("force_not_null", 10),
    ("force_null", 10),
    ("encoding", 10),
    ("oids", 10),
    ("convert_selectively", 10),
    ("default", 16),
    ("on_error", 17),
    ("log_verbosity", 17),
    ("reject_limit", 18),
];

/// The first option that a version does not know, or that stands twice.
fn option(copy: &Copy) -> Option<Refusal> {
    copy.options.iter().enumerate().find_map(|(at, option)| {
        let name = &option.name;
        let refusal = match OPTIONS.iter().find(|(known, _)| known == name) {
            None => refused(SYNTAX_ERROR, format!("COPY has no option {name}")),
            Some(_) if copy.options.iter().take(at).any(|other| other.name == *name) => {
                refused(SYNTAX_ERROR, format!("the option {name} of COPY stands twice"))
            }
            Some(("oids", _)) => refused_on(VersionSet::since(12), SYNTAX_ERROR, "COPY has no option oids".to_owned()),
            Some((_, 10)) => return None,
            Some((_, since)) => {
                let reason = format!("the option {name} came with PostgreSQL {since}");
                refused_on(VersionSet::before(*since), SYNTAX_ERROR, reason)
            }
        };
        Some(refusal.at(option.span))
    })
}
