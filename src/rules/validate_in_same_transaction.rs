use crate::ast::{AlterActionKind, AlterTable, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::engine::trace::HeldLock;
use crate::finding::{Category, Finding, Severity};
use crate::recipe;
use crate::source::Span;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "validate-in-same-transaction",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/validate-in-same-transaction.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    if !step.is_busy(&alter.name) {
        return Vec::new();
    }
    let found = alter.actions.iter().filter_map(|action| {
        let AlterActionKind::ValidateConstraint(name) = &action.kind else { return None };
        let added_at = added_at(alter, &name.name, step)?;
        let effects: Vec<Effect> = step.effects.iter().filter(|effect| effect.span == action.span).cloned().collect();
        let table = step.around.resolve(&alter.name);
        let by_adding = |held: &&HeldLock| held.effect.relation == table && held.statement.contains(added_at);
        let held = step.blocking_held().into_iter().find(by_adding);
        let lock = held.map_or_else(|| "the lock".to_owned(), |held| held.effect.lock.to_string());
        let message = format!("VALIDATE reads {table} while {lock} of ADD CONSTRAINT is still held");
        let sql = recipe::validate(step.text(alter.name.span), &name.name);
        let can_wait = alter.actions.len() == 1 && !step.is_named_later(&name.name);
        Some(
            step.finding(action.span, message, effects)
                .label("NOT VALID gains nothing here")
                .also(added_at, "the constraint is added in the same transaction")
                .help("Move VALIDATE to a migration of its own: it then runs beside reads and writes.")
                .rewrite(
                    can_wait
                        .then(|| step.moved_out_safely().then(format!("validate_{}", name.name), sql)),
                ),
        )
    });
    found.collect()
}

/// Where the constraint is added NOT VALID: in the same statement, or earlier in the same transaction.
fn added_at(alter: &AlterTable, constraint: &str, step: &Step) -> Option<Span> {
    let beside = alter.actions.iter().find(|action| match &action.kind {
        AlterActionKind::AddConstraint(added) => added.name.as_ref().is_some_and(|name| name.name == constraint),
        _ => false,
    });
    let earlier = step.added_in_this_transaction(&alter.name, constraint).filter(|added| !added.validated);
    beside.map(|action| action.span).or_else(|| earlier.map(|added| added.statement))
}
