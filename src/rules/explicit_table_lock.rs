use crate::ast::StatementKind;
use crate::engine::effect::Effect;
use crate::engine::running::Inside;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::wording;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "explicit-table-lock",
    category: Category::Locking,
    severity: Severity::Warning,
    default: true,
    page: include_str!("../../rules/explicit-table-lock.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Lock(lock) = &step.statement.kind else { return Vec::new() };
    let busy = lock.tables.iter().filter(|table| step.is_busy(&table.name));
    let names: Vec<String> = busy.map(|table| step.around.resolve(&table.name).to_string()).collect();
    let effects: Vec<Effect> = step.effects.iter().filter(|effect| effect.blocks_writes()).cloned().collect();
    // Outside a transaction the server refuses it.
    let Some(mode) = effects.first().map(|effect| effect.lock).filter(|_| step.transaction().is_open()) else {
        return Vec::new();
    };
    // A body that catches what cannot be had tries again.
    if names.is_empty() || step.inside.is_some_and(Inside::is_caught) {
        return Vec::new();
    }
    let waits = mode.who_waits();
    let message = wording::naming(&names, |names| {
        format!("LOCK TABLE holds {mode} on {names} until the transaction ends: {waits}")
    });
    let help = match lock.nowait {
        true => "NOWAIT spares others the queue, but not the time until COMMIT: keep what follows short.",
        false => "Statements take the locks that they need. To lock first, write NOWAIT or set lock_timeout.",
    };
    vec![step.finding(step.statement.span, message, effects).label("held to the end of the transaction").help(help).once_a_file(true)]
}
