//! What IF EXISTS and IF NOT EXISTS keep the server from looking at (`fixtures/facts/presumed-passed-over.sql`).

use crate::ast::{AlterActionKind, Statement, StatementKind};
use crate::engine::surroundings::Surroundings;

/// IF EXISTS of a table that may not be there, IF NOT EXISTS of a name that is taken: the server looks at nothing behind the
/// name.
pub(super) fn may_do_nothing(statement: &Statement, around: &Surroundings) -> bool {
    match &statement.kind {
        StatementKind::AlterTable(alter) => alter.if_exists && around.relation(&alter.name).is_none(),
        StatementKind::CreateTable(create) => {
            let name = around.created(&create.name);
            let taken = around.catalog.is_taken(&name) || around.catalog.composite(&name).is_some();
            create.if_not_exists && create.query.is_none() && taken
        }
        _ => false,
    }
}

/// The same, or ADD COLUMN IF NOT EXISTS of a column that is there: only some versions look at what is behind it.
pub(super) fn passes_over(statement: &Statement, around: &Surroundings) -> bool {
    let StatementKind::AlterTable(alter) = &statement.kind else { return may_do_nothing(statement, around) };
    let Some(relation) = around.relation(&alter.name) else { return may_do_nothing(statement, around) };
    alter.actions.iter().any(|action| match &action.kind {
        AlterActionKind::AddColumn { if_not_exists: true, column } => relation.column(&column.name.name).is_some(),
        _ => false,
    })
}
