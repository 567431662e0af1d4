use crate::ast::{Reindex, ReindexTarget, StatementKind};
use crate::engine::step::Step;
use crate::finding::{Category, Finding, Severity};
use crate::postgres::VersionSet;
use crate::rewrite::Rewrite;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "blocking-reindex",
    category: Category::Locking,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/blocking-reindex.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    let StatementKind::Reindex(reindex) = &step.statement.kind else { return Vec::new() };
    if reindex.concurrently || !reaches_busy_relations(reindex, step) {
        return Vec::new();
    }
    let message = match reindex.target {
        ReindexTarget::Index => "REINDEX INDEX stops writes to its table, and reads that could use the index",
        ReindexTarget::Table => "REINDEX TABLE stops writes, and every query that has to plan with its indexes",
        ReindexTarget::Schema => "REINDEX SCHEMA stops writes to one table after the other while it builds",
        ReindexTarget::Database => "REINDEX DATABASE stops writes to one table after the other while it builds",
        ReindexTarget::System => "REINDEX SYSTEM locks the system catalogs: every session can wait",
    };
    vec![
        step.finding(step.statement.span, message, step.effects.to_vec())
            .on(VersionSet::ALL)
            .label("SHARE on the table, ACCESS EXCLUSIVE on the index")
            .help(help(reindex, step))
            .rewrite(concurrently(reindex, step)),
    ]
}

fn reaches_busy_relations(reindex: &Reindex, step: &Step) -> bool {
    match reindex.target {
        ReindexTarget::Index | ReindexTarget::Table => step.effects.iter().any(|effect| effect.standing.is_busy()),
        ReindexTarget::Schema | ReindexTarget::Database | ReindexTarget::System => true,
    }
}

fn help(reindex: &Reindex, step: &Step) -> &'static str {
    if reindex.target == ReindexTarget::System {
        return "System catalogs cannot be reindexed concurrently: do it in a maintenance window.";
    }
    if is_of_exclusion(reindex, step) {
        return "The index of an exclusion constraint cannot be rebuilt concurrently: do it in a maintenance window.";
    }
    match step.options.postgres.overlaps(VersionSet::before(12)) {
        true => "Before 12 there is no REINDEX CONCURRENTLY: build a new index CONCURRENTLY, drop the old one, rename.",
        false => "CONCURRENTLY builds the new index beside the old one; it cannot run in a transaction.",
    }
}

fn concurrently(reindex: &Reindex, step: &Step) -> Option<Rewrite> {
    let possible =
        reindex.target != ReindexTarget::System && !step.options.postgres.overlaps(VersionSet::before(12));
    if !possible || is_of_exclusion(reindex, step) {
        return None;
    }
    let rewrite = Rewrite::safe().insert(reindex.target_keyword.end, " CONCURRENTLY");
    if !step.transaction().is_open() {
        return Some(rewrite);
    }
    let name = step.text(reindex.name.as_ref()?.span);
    let keyword = step.text(reindex.target_keyword);
    let sql = format!("REINDEX {keyword} CONCURRENTLY {name};\n");
    Some(step.moved_out().then_outside_transaction("reindex", sql))
}

/// Whether the index is that of an exclusion constraint: of a constraint, and not unique.
fn is_of_exclusion(reindex: &Reindex, step: &Step) -> bool {
    let index = reindex.name.as_ref().filter(|_| reindex.target == ReindexTarget::Index);
    let Some(index) = index.map(|name| step.around.resolve(name)) else { return false };
    let table = step.around.catalog.table_of_index(&index).and_then(|table| step.around.catalog.get(table));
    let Some(table) = table else { return false };
    table.constraint(&index.name).is_some() && table.index(&index.name).is_some_and(|index| !index.unique)
}
