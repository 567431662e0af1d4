//! Tables that wait for the end of the transaction: a deferred foreign key has yet to look up rows that were put into them.
//!
//! Source: `CheckTableNotInUse()` of the server, and measurements (`fixtures/facts/pending-*.sql`). Only rows that are
//! there for certain count, and what changes names or schemas only does not mind.

use crate::ast::{
    AlterActionKind, AlterObject, AlterTable, ObjectKind, ObjectName, SetConstraints, Statement, StatementKind,
    TransactionControl,
};
use crate::engine::catalog::{PutOff, Relation};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::held::Table;
use super::refused;
use super::violated::with_rows;

const OBJECT_IN_USE: &str = "55006";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    if !around.session.transaction().is_open() {
        return None;
    }
    match &statement.kind {
        StatementKind::SetConstraints(set) if !set.deferred => return lost(Some(set), around),
        StatementKind::Transaction(TransactionControl::Commit { .. }) => return lost(None, around),
        _ => {}
    }
    let (what, tables): (&str, Vec<&ObjectName>) = match &statement.kind {
        StatementKind::AlterTable(alter) if needs_it_alone(alter) => ("alter", vec![&alter.name]),
        StatementKind::CreateIndex(create) => ("create an index on", vec![&create.table]),
        StatementKind::Drop(drop) if drop.object == ObjectKind::Table => ("drop", drop.names.iter().collect()),
        StatementKind::Truncate(truncate) => ("truncate", truncate.tables.iter().map(|table| &table.name).collect()),
        StatementKind::Cluster(cluster) => ("cluster", cluster.table.iter().collect()),
        _ => return None,
    };
    let now = around.session.transaction_number();
    let mut relations = tables.into_iter().filter_map(|table| around.relation(table));
    let waiting = relations.find(|relation| relation.checks_pending == Some(now))?;
    let reason = format!("cannot {what} {}: rows inserted before await its deferred foreign key", waiting.name);
    Some(refused(OBJECT_IN_USE, reason))
}

/// A row that was put into a table points to nothing when a deferred foreign key looks it up: at the end of the transaction, or
/// where SET CONSTRAINTS names the key.
fn lost(set: Option<&SetConstraints>, around: &Surroundings) -> Option<Refusal> {
    let now = around.session.transaction_number();
    let replica = around.session.setting("session_replication_role").is_some_and(|role| role != "origin");
    let waiting = around.catalog.relations().filter(|relation| relation.checks_pending == Some(now) && !replica);
    let mut waiting: Vec<&Relation> = waiting.filter(|relation| !relation.keys_disabled).collect();
    waiting.sort_by(|one, other| one.name.cmp(&other.name));
    waiting.into_iter().find_map(|relation| {
        let table = Table { relation: with_rows(Some(relation))?, around };
        relation.foreign_keys().find_map(|(key, _)| {
            let lookup = PutOff {
                table: relation.name.clone(),
                constraint: key.name.clone(),
                of_referenced: false,
                transaction: now,
            };
            let meant = set.is_none_or(|set| lookup.is_meant(set));
            let asked = !key.doubted && !key.traits.not_enforced && around.catalog.waits(key, now) == Some(true);
            (meant && asked).then(|| table.validate(key))?
        })
    })
}

fn needs_it_alone(alter: &AlterTable) -> bool {
    let names_only = |kind: &AlterActionKind| {
        matches!(
            kind,
            AlterActionKind::RenameTo(_)
                | AlterActionKind::RenameColumn { .. }
                | AlterActionKind::RenameConstraint { .. }
                | AlterActionKind::SetSchema(_)
        )
    };
    alter.object == AlterObject::Table && !alter.actions.iter().any(|action| names_only(&action.kind))
}
