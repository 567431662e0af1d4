use crate::ast::{StatementKind, TransactionControl};
use crate::engine::step::Step;
use crate::engine::trace::{Refusal, Transaction};
use crate::finding::{Category, Finding, Severity};
use crate::postgres::Form;

use super::{Check, Rule};

pub static RULE: Rule = Rule {
    id: "non-transactional-statement",
    category: Category::Failure,
    severity: Severity::Error,
    default: true,
    page: include_str!("../../rules/non-transactional-statement.md"),
    check: Check::Statement(check),
};

fn check(step: &Step) -> Vec<Finding> {
    if let (StatementKind::Transaction(control), Some(refusal)) = (&step.statement.kind, step.refusals.first()) {
        return vec![ending(control, refusal, step)];
    }
    if let StatementKind::Call(_) = &step.statement.kind {
        let ends = step.refusals.iter().filter(|refusal| refusal.sqlstate == "2D000");
        return ends.map(|refusal| called(refusal, step)).collect();
    }
    let refused = step.refusals.iter().find(|refusal| refusal.sqlstate == "25001");
    let Some(refusal) = refused else { return Vec::new() };
    let message = format!("{} cannot run inside a transaction block: PostgreSQL refuses it", what(step));
    let transaction = if step.inside.is_some() { Transaction::Block } else { step.transaction() };
    let (label, help) = reason(transaction, step);
    let name = step.forms.first().map_or("statement", |form| form.name()).replace('-', "_");
    vec![
        Finding::new(step.statement.span, message)
            .on(refusal.versions)
            .label(label)
            .help(help)
            .rewrite((!is_awaited(step)).then(|| {
                step.moved_out_safely().then_outside_transaction(name, format!("{};\n", step.sql()))
            })),
    ]
}

/// COMMIT or ROLLBACK in a DO block.
fn ending(control: &TransactionControl, refusal: &Refusal, step: &Step) -> Finding {
    let what = if matches!(control, TransactionControl::Commit { .. }) { "COMMIT" } else { "ROLLBACK" };
    let help = match step.transaction() {
        Transaction::Block => "Leave it to the end of the DO block, which commits by itself.".to_owned(),
        transaction => reason(transaction, step).1,
    };
    Finding::new(step.statement.span, format!("{what} in a DO block fails: {}", refusal.reason))
        .on(refusal.versions)
        .label("refused here")
        .help(help)
}

/// CALL of a procedure that ends the transaction.
fn called(refusal: &Refusal, step: &Step) -> Finding {
    let (label, help) = reason(step.transaction(), step);
    Finding::new(step.statement.span, format!("CALL fails: {}", refusal.reason))
        .on(refusal.versions)
        .label(label)
        .help(help)
}

/// Whether a later statement of the file names the index that is made or dropped here.
fn is_awaited(step: &Step) -> bool {
    let names = match &step.statement.kind {
        StatementKind::CreateIndex(create) => create.name.as_slice(),
        StatementKind::Drop(drop) => &drop.names,
        _ => return false,
    };
    names.iter().any(|name| step.is_named_later(&name.name.name))
}

fn what(step: &Step) -> &'static str {
    match step.forms.first() {
        Some(Form::CreateIndexConcurrently) => "CREATE INDEX CONCURRENTLY",
        Some(Form::DropIndexConcurrently) => "DROP INDEX CONCURRENTLY",
        Some(Form::ReindexIndexConcurrently | Form::ReindexTableConcurrently) => "REINDEX CONCURRENTLY",
        Some(Form::ReindexSchema) => "REINDEX SCHEMA",
        Some(Form::ReindexDatabase) => "REINDEX DATABASE",
        Some(Form::ReindexPartitionedTable) => "REINDEX of a partitioned table",
        Some(Form::DetachPartitionConcurrently) => "DETACH PARTITION CONCURRENTLY",
        Some(Form::Vacuum | Form::VacuumFull) => "VACUUM",
        Some(Form::Cluster) => "CLUSTER of a partitioned table",
        Some(Form::ClusterAll) => "CLUSTER without a table",
        Some(Form::AlterTypeAddValue) => "ALTER TYPE ADD VALUE",
        Some(Form::AlterSystem) => "ALTER SYSTEM",
        Some(Form::CreateDatabase) => "CREATE DATABASE",
        Some(Form::DropDatabase) => "DROP DATABASE",
        Some(Form::CreateTablespace) => "CREATE TABLESPACE",
        Some(Form::DropTablespace) => "DROP TABLESPACE",
        Some(Form::CreateSubscription) => "CREATE SUBSCRIPTION with a slot",
        Some(Form::AlterSubscriptionRefresh) => "ALTER SUBSCRIPTION that asks the publisher for its tables",
        Some(Form::AlterSubscriptionFailover) => "ALTER SUBSCRIPTION SET (failover)",
        Some(Form::AlterSubscriptionTwoPhase) => "ALTER SUBSCRIPTION SET (two_phase = false)",
        Some(Form::DropSubscription) => "DROP SUBSCRIPTION with a slot",
        Some(Form::DiscardAll) => "DISCARD ALL",
        _ => "this statement",
    }
}

/// Whose transaction it is, and how to get out of it.
fn reason(transaction: Transaction, step: &Step) -> (&'static str, String) {
    match transaction {
        Transaction::Runner => {
            let opt_out = step.runner.opt_out.unwrap_or("move it to a migration that runs without a transaction");
            ("the runner wraps this file in a transaction", format!("Move it to a file of its own and {opt_out}."))
        }
        Transaction::Implicit => (
            "the runner sends this file as one query string, which is a transaction",
            "Move it to a file of its own, alone.".to_owned(),
        ),
        Transaction::Block => (
            "a DO block always runs in a transaction",
            "Move it out of the DO block, to a file that runs without a transaction.".to_owned(),
        ),
        Transaction::Explicit | Transaction::None => (
            "a transaction is open here",
            "Move it behind COMMIT, or to a file of its own without BEGIN.".to_owned(),
        ),
    }
}
