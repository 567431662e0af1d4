use crate::ast::{AlterActionKind, StatementKind};
use crate::engine::effect::{Effect, RelationKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, VersionSet};

use super::{Check, Rule, unbatched_write};

pub static RULE: Rule = Rule {
    id: "lock-held-across-work",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/lock-held-across-work.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let held = step.blocking_held();
    let Some(strongest) = held.iter().rev().max_by_key(|held| (held.effect.lock, held.effect.kind != RelationKind::Index)) else { return Vec::new() };
    let Some((doing, effects)) = long_work(step) else { return Vec::new() };
    let refused = step.refusals.iter().any(|refusal| step.options.postgres.without(refusal.versions).is_empty());
    if refused || validates_what_this_transaction_added(step) {
        return Vec::new();
    }
    let lock = &strongest.effect;
    let message = format!("{} is held while this {doing}: {}", lock.describe(), lock.lock.who_waits());
    let assumed = step.assumptions(std::slice::from_ref(lock));
    let versions = effects.iter().fold(VersionSet::NONE, |all, effect| all.or(effect.versions));
    let mut finding = Finding::new(step.statement.span, message)
        .on(if versions.is_empty() { VersionSet::ALL } else { versions })
        .assuming(assumed)
        .label(format!("the lock stays {}", step.until()))
        .also(strongest.statement, format!("takes {}", lock.describe()))
        .help("Commit first: put the long work into a migration, or at least a transaction, of its own.");
    finding.effects.push(lock.clone());
    vec![finding]
}

/// What this statement does that takes long, and the effects behind it.
fn long_work<'a>(step: &Step<'a>) -> Option<(&'static str, Vec<&'a Effect>)> {
    let targets = step.options.postgres;
    let locks_to_work = |effect: &&Effect| {
        let busy = effect.standing.is_busy() && effect.versions.overlaps(targets);
        // ADD COLUMN ... NOT NULL fails on the first row that it reads; ANALYZE reads a sample.
        let is_short = matches!(effect.form, Form::AddColumnNotNull | Form::Analyze);
        busy && !effect.work.is_metadata() && !is_short
    };
    if let StatementKind::Write(write) = &step.statement.kind {
        return unbatched_write::is_unbatched(write, step).then(|| ("writes many rows", Vec::new()));
    }
    if matches!(step.statement.kind, StatementKind::Query(_)) {
        return None;
    }
    let working: Vec<&Effect> = step.effects.iter().filter(locks_to_work).collect();
    let heaviest = working.iter().map(|effect| effect.work).max_by_key(|work| work.names().last().copied().map(rank))?;
    let doing = match heaviest.names().last().copied().map(rank) {
        Some(2) => "rewrites a table",
        Some(1) => "builds an index",
        _ => "reads a whole table",
    };
    Some((doing, working))
}

fn rank(work: &str) -> u8 {
    match work {
        "rewrite" => 2,
        "index-build" => 1,
        _ => 0,
    }
}

/// validate-in-same-transaction says it better.
fn validates_what_this_transaction_added(step: &Step) -> bool {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return false };
    alter.actions.iter().any(|action| match &action.kind {
        AlterActionKind::ValidateConstraint(name) => {
            step.added_in_this_transaction(&alter.name, &name.name).is_some_and(|constraint| !constraint.validated)
        }
        _ => false,
    })
}
