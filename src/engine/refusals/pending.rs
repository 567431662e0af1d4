//! Tables that wait for the end of the transaction: a deferred foreign key has yet to look up rows that were put into them.
//!
//! Source: `CheckTableNotInUse()` of the server, and measurements (`fixtures/facts/pending-*.sql`). Only rows that are
//! there for certain count, and what changes names or schemas only does not mind.

use crate::ast::{AlterActionKind, AlterObject, AlterTable, ObjectKind, ObjectName, Statement, StatementKind};
use crate::engine::surroundings::Surroundings;
use crate::engine::trace::Refusal;

use super::refused;

const OBJECT_IN_USE: &str = "55006";

pub(super) fn refusals(statement: &Statement, around: &Surroundings) -> Option<Refusal> {
    if !around.session.transaction().is_open() {
        return None;
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
