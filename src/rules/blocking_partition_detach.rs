use crate::ast::{AlterActionKind, AlterTable, ObjectName, StatementKind};
use crate::engine::effect::Effect;
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::{Form, Role, VersionSet};
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "blocking-partition-detach",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/blocking-partition-detach.md"),
    check: Check::Statement(check),
};

/// The first version that detaches beside others.
const CONCURRENT: VersionSet = VersionSet::since(14);

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::AlterTable(alter) = &step.statement.kind else { return Vec::new() };
    let found = alter.actions.iter().filter_map(|action| {
        let AlterActionKind::DetachPartition { partition, .. } = &action.kind else { return None };
        let here = step.effects.iter().filter(|effect| effect.span == action.span);
        let effects: Vec<Effect> = here.filter(|effect| effect.blocks_writes()).cloned().collect();
        let parent = effects.iter().find(|e| e.form == Form::DetachPartition && e.role == Role::Parent)?;
        let has_default = effects.iter().any(|effect| effect.role == Role::DefaultPartition);
        // CONCURRENTLY is refused then: a bounded wait is all that can be asked for.
        if has_default && step.around.session.lock_timeout().is_some() {
            return None;
        }
        let message = format!("DETACH PARTITION takes {}: reads and writes wait", parent.describe());
        let help = match has_default {
            true => "There is a DEFAULT partition, so that CONCURRENTLY is refused: set lock_timeout first.",
            false => "DETACH PARTITION ... CONCURRENTLY lets reads and writes of the other partitions go on.",
        };
        let rewrite = (!has_default && step.all_since(14)).then(|| concurrently(alter, partition, step));
        let found = step.finding(action.span, message, effects).label("the whole partitioned table is locked");
        Some(if has_default { found } else { found.on(CONCURRENT) }.help(help).rewrite(rewrite))
    });
    found.collect()
}

/// CONCURRENTLY, outside of any transaction. It leaves a CHECK of the bound behind.
fn concurrently(alter: &AlterTable, partition: &ObjectName, step: &Step) -> Rewrite {
    if !step.transaction().is_open() {
        return Rewrite::review().insert(partition.span.end, " CONCURRENTLY");
    }
    let name = format!("detach_{}", partition.name.name);
    let (parent, partition) = (step.text(alter.name.span), step.text(partition.span));
    let sql = format!("ALTER TABLE {parent} DETACH PARTITION {partition} CONCURRENTLY;\n");
    step.moved_out().then_outside_transaction(name, sql)
}
