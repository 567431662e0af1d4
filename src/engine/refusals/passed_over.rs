//! What IF EXISTS and IF NOT EXISTS keep the server from looking at (`fixtures/facts/presumed-passed-over.sql`).

use crate::ast::{AlterActionKind, Statement, StatementKind};
use crate::engine::surroundings::Surroundings;

/// IF EXISTS of a table that may not be there: what is behind it may be looked up by nobody.
pub(super) fn may_do_nothing(statement: &Statement, around: &Surroundings) -> bool {
    matches!(&statement.kind, StatementKind::AlterTable(alter) if alter.if_exists && around.relation(&alter.name).is_none())
}

/// IF EXISTS of a table that is not there, IF NOT EXISTS of one that is: what is behind it is looked up by nobody, or not
/// in every version.
pub(super) fn passes_over(statement: &Statement, around: &Surroundings) -> bool {
    match &statement.kind {
        StatementKind::CreateTable(create) => create.if_not_exists && around.relation(&create.name).is_some(),
        StatementKind::AlterTable(alter) => {
            let Some(relation) = around.relation(&alter.name) else { return may_do_nothing(statement, around) };
            alter.actions.iter().any(|action| match &action.kind {
                AlterActionKind::AddColumn { if_not_exists: true, column } => {
                    relation.column(&column.name.name).is_some()
                }
                _ => false,
            })
        }
        _ => false,
    }
}
